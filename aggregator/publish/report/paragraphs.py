"""The blocks of a report as the paragraphs and tables of its pages.

What is marked up for Word and what is recorded of the report both come from here.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from aggregator.publish.report import styles
from aggregator.publish.report.blocks import (
    Attachments,
    Block,
    Chart,
    Heading,
    Note,
    Paragraph,
    Signature,
    Spans,
    Table,
    Text,
    Title,
)
from aggregator.publish.report.layout import Layout
from aggregator.publish.report.markup import Xml, node

_SPACED_AFTER_TABLE = (styles.BODY, *styles.HEADINGS)
_PAGE_BREAK = node("pageBreakBefore")
_KEEP_WITH_NEXT = node("keepNext")
# A line of a fixed height would cut a picture off.
_AROUND_PICTURE = (node("spacing", before=0, after=0, line=240, lineRule="auto"), node("jc", val="center"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Spans in one font, and the character style that they stand in, if any."""

    spans: Spans
    font: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class LaidParagraph:
    """A paragraph as it stands on the page: its style, what differs from it, and its words or its picture."""

    style: str
    stretches: tuple[Stretch, ...] = ()
    properties: tuple[Xml, ...] = ()
    chart: Chart | None = None

    @property
    def spans(self) -> Spans:
        """Its words and figures in order."""
        return tuple(span for stretch in self.stretches for span in stretch.spans)


@dataclass(frozen=True, slots=True)
class LaidTable:
    """A table: the width of each column in twips, and the paragraph of each cell, the header's row first."""

    widths: tuple[int, ...]
    rows: tuple[tuple[LaidParagraph, ...], ...]


Laid = LaidParagraph | LaidTable


def laid_out(blocks: Iterable[Block], layout: Layout) -> list[Laid]:
    """The paragraphs and tables of the blocks, with what keeps them together."""
    laid = [one for block in blocks for one in _lay(block, layout)]
    after_tables, held = _after_tables(laid), _held_to_signature(laid) | _held_to_notes(laid)
    spacing = node("spacing", before=layout.line_pitch_twips // 2)
    for at, paragraph in enumerate(laid):
        if isinstance(paragraph, LaidParagraph) and at in after_tables | held:
            before = ([_KEEP_WITH_NEXT] if at in held else []) + ([spacing] if at in after_tables else [])
            laid[at] = replace(paragraph, properties=(*before, *paragraph.properties))
    ends_with_table = bool(laid) and isinstance(laid[-1], LaidTable)
    return [*laid, LaidParagraph(styles.NOTE)] if ends_with_table else laid  # a body may not end with a table


def _lay(block: Block, layout: Layout) -> Iterator[Laid]:
    """The paragraphs and tables of one block."""
    match block:
        case Title(text):
            yield _plain(styles.TITLE, text, layout.title_font)
        case Heading(level, spans):
            font = (layout.heading_1_font, layout.heading_2_font, layout.body_font)[level - 1]
            yield LaidParagraph(styles.HEADINGS[level - 1], (Stretch(spans, font),))
        case Paragraph(spans, lead):
            run_in = Stretch(lead, layout.heading_2_font, styles.RUN_IN)
            yield LaidParagraph(styles.BODY, (run_in, Stretch(spans, layout.body_font)))
        case Table():
            yield from _titled_table(block, layout)
        case Chart():
            yield _caption(block.title, layout, starts_page=block.starts_page)
            yield LaidParagraph(styles.NOTE, (), _AROUND_PICTURE, block)
        case Note(text, is_in_annex):
            yield _plain(styles.NOTE, text, layout.table_font if is_in_annex else layout.body_font)
        case Attachments(names):
            yield from _attachments(names, layout)
        case Signature():
            yield from _signature(block, layout)


def _plain(style: str, text: str, font: str, *properties: Xml) -> LaidParagraph:
    return LaidParagraph(style, (Stretch((Text(text),), font),), properties)


def _caption(title: str, layout: Layout, *, starts_page: bool) -> LaidParagraph:
    page = (_PAGE_BREAK,) if starts_page else ()
    return _plain(styles.CAPTION, title, layout.table_font, *page)


def _attachments(names: tuple[str, ...], layout: Layout) -> Iterator[LaidParagraph]:
    """附件：1.… with the numbers one below the other; a single attachment has no number."""
    for number, name in enumerate(names, start=1):
        lead = "附件：" if number == 1 else ""
        label = f"{number}." if len(names) > 1 else ""
        text_start = layout.first_line_characters + 3 + _width(label)
        indent = _hanging_indent(text_start, _width(lead + label), layout)
        before = [node("spacing", before=layout.line_pitch_twips)] if number == 1 else []
        yield _plain(styles.ATTACHMENT, lead + label + name, layout.body_font, *before, indent)


def _hanging_indent(characters: float, hanging: float, layout: Layout) -> Xml:
    return node(
        "ind",
        leftChars=round(characters * 100),
        left=layout.characters_twips(characters),
        hangingChars=round(hanging * 100),
        hanging=layout.characters_twips(hanging),
    )


def _signature(signature: Signature, layout: Layout) -> Iterator[LaidParagraph]:
    """The date so many characters from the right edge, and the organ centred over it as far as there is room."""
    from_right = layout.date_characters_from_right
    over_date = from_right + (_width(signature.date) - _width(signature.organ)) / 2
    yield _plain(styles.ORGAN, signature.organ, layout.body_font, _right_indent(max(0, over_date), layout))
    yield _plain(styles.DATE, signature.date, layout.body_font, _right_indent(from_right, layout))


def _right_indent(characters: float, layout: Layout) -> Xml:
    return node("ind", rightChars=round(characters * 100), right=layout.characters_twips(characters))


def _width(text: str) -> float:
    """The width in characters: a Chinese one is 1, a digit a half."""
    return sum(1 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)


def _titled_table(table: Table, layout: Layout) -> Iterator[Laid]:
    if table.title:
        yield _caption(table.title, layout, starts_page=table.starts_page)
    header = tuple(_plain(styles.TABLE_HEADER, name, layout.table_font) for name in table.header)
    alignments = table.alignments or ("center",) * len(table.header)
    properties = [(node("jc", val=alignment),) for alignment in alignments]
    rows = (
        tuple(
            LaidParagraph(styles.TABLE_TEXT, (Stretch(spans, layout.table_font),), aligned)
            for spans, aligned in zip(row, properties, strict=True)
        )
        for row in table.rows
    )
    yield LaidTable(_column_widths(table, layout), (header, *rows))


def _column_widths(table: Table, layout: Layout) -> tuple[int, ...]:
    """The widths in twips; the first column takes what rounding leaves."""
    shares = table.widths or (1.0,) * len(table.header)
    others = [int(layout.text_width_twips * share / sum(shares)) for share in shares[1:]]
    return layout.text_width_twips - sum(others), *others


def _held_to_signature(laid: Sequence[Laid]) -> set[int]:
    """Where the end of the text is kept with the signature: on its page stand words of the text itself (GB/T 9704).

    Of the last paragraph its last lines go along; notes and attachments would be no text to sign.
    """
    organ = next((at for at, one in enumerate(laid) if _style(one) == styles.ORGAN), 0)
    aside = (styles.NOTE, styles.ATTACHMENT)
    last = next((at for at in reversed(range(organ)) if _style(laid[at]) not in aside), organ)
    return set(range(last, organ))


def _held_to_notes(laid: Sequence[Laid]) -> set[int]:
    """Where a chart is kept on the page of the note below it; elsewhere it would pull its own title off."""
    pairs = enumerate(pairwise(laid))
    return {
        at
        for at, (one, following) in pairs
        if _is_picture(one) and _style(following) == styles.NOTE and not _is_picture(following)
    }


def _after_tables(laid: Sequence[Laid]) -> set[int]:
    """Where half a line goes between a table and the text below it, which Word cannot give to the table itself."""
    pairs = enumerate(pairwise(laid), start=1)
    return {
        at for at, (one, following) in pairs if isinstance(one, LaidTable) and _style(following) in _SPACED_AFTER_TABLE
    }


def _style(one: Laid) -> str:
    return one.style if isinstance(one, LaidParagraph) else ""


def _is_picture(one: Laid) -> bool:
    return isinstance(one, LaidParagraph) and one.chart is not None
