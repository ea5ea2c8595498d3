"""Draws the blocks of a report as a Word document by GB/T 9704-2012; it computes no figure."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from aggregator.publish.report import styles
from aggregator.publish.report.blocks import (
    Alignment,
    Attachments,
    Block,
    Chart,
    Heading,
    Note,
    Paragraph,
    Signature,
    Span,
    Spans,
    Table,
    Text,
    Title,
)
from aggregator.publish.report.chart import add_charts, drawing
from aggregator.publish.report.layout import Layout, twips
from aggregator.publish.report.markup import fonts, node, text_run
from aggregator.publish.report.package import Properties, open_package, package_bytes
from aggregator.publish.whole_file import write_whole

# Word shows a title of at most 64 characters; a longer one makes it call the file damaged.
_TITLE_LIMIT = 64
_STYLE = f"{qn('w:pPr')}/{qn('w:pStyle')}"
_SPACED_AFTER_TABLE = (styles.BODY, *styles.HEADINGS)


def write_document(blocks: Iterable[Block], *, layout: Layout, properties: Properties, path: Path) -> None:
    """Write the report whole, or raise `OutputError` and leave the old file as it was."""
    write_whole(path, document_bytes(blocks, layout=layout, properties=properties), check=_reopen)


def document_bytes(blocks: Iterable[Block], *, layout: Layout, properties: Properties) -> bytes:
    """The bytes of the Word file; the same blocks give the same bytes."""
    document, blocks = open_package(layout, properties), tuple(blocks)
    elements = [element for block in blocks for element in _draw(block, layout)]
    _space_after_tables(elements, layout)
    _hold_to_signature(elements)
    _hold_notes_to_charts(elements)
    _number_controls(elements)
    add_charts(document, elements, charts=[block for block in blocks if isinstance(block, Chart)], layout=layout)
    _fill_body(document, elements)
    _set_page(document, layout)
    _set_page_numbers(document, layout)
    return package_bytes(document)


def _reopen(path: Path) -> None:
    docx.Document(str(path))


def _draw(block: Block, layout: Layout) -> Iterator[BaseOxmlElement]:
    """The paragraphs and tables of one block."""
    match block:
        case Title(text):
            yield _paragraph(styles.TITLE, _runs((Text(text),), layout.title_font, layout))
        case Heading():
            yield _heading(block, layout)
        case Paragraph():
            yield _body_paragraph(block, layout)
        case Table():
            yield from _titled_table(block, layout)
        case Chart():
            yield from _titled_chart(block, layout)
        case Note(text):
            yield _paragraph(styles.NOTE, _runs((Text(text),), layout.body_font, layout))
        case Attachments(names):
            yield from _attachments(names, layout)
        case Signature():
            yield from _signature(block, layout)


def _paragraph(style: str, runs: Sequence[BaseOxmlElement], *properties: BaseOxmlElement) -> BaseOxmlElement:
    return node("p", node("pPr", node("pStyle", val=style), *properties), *runs)


def _runs(spans: Spans, font: str, layout: Layout, *, style: str | None = None) -> list[BaseOxmlElement]:
    return [_span(span, text_run(span.text, font, layout, style=style), fonts(font, layout)) for span in spans]


def _span(span: Span, run: BaseOxmlElement, span_fonts: BaseOxmlElement) -> BaseOxmlElement:
    """The run itself, or for a figure the run within a content control that carries its tag."""
    if isinstance(span, Text):
        return run
    title = span.title if len(span.title) <= _TITLE_LIMIT else f"{span.title[: _TITLE_LIMIT - 1]}…"
    # No kind is named, so it holds rich text: LibreOffice 7.4 saves a plain-text control of digits and Chinese thrice.
    control = node("sdtPr", node("rPr", span_fonts), node("alias", val=title), node("tag", val=span.tag))
    return node("sdt", control, node("sdtContent", run))


def _heading(heading: Heading, layout: Layout) -> BaseOxmlElement:
    font = (layout.heading_1_font, layout.heading_2_font, layout.body_font)[heading.level - 1]
    return _paragraph(styles.HEADINGS[heading.level - 1], _runs(heading.spans, font, layout))


def _body_paragraph(paragraph: Paragraph, layout: Layout) -> BaseOxmlElement:
    run_in = _runs(paragraph.run_in_heading, layout.heading_2_font, layout, style=styles.RUN_IN)
    return _paragraph(styles.BODY, [*run_in, *_runs(paragraph.spans, layout.body_font, layout)])


def _attachments(names: tuple[str, ...], layout: Layout) -> Iterator[BaseOxmlElement]:
    """附件：1.… with the numbers one below the other; a single attachment has no number."""
    for number, name in enumerate(names, start=1):
        lead = "附件：" if number == 1 else ""
        label = f"{number}." if len(names) > 1 else ""
        text_start = layout.first_line_characters + 3 + _width(label)
        indent = _hanging_indent(text_start, _width(lead + label), layout)
        before = [node("spacing", before=layout.line_pitch_twips)] if number == 1 else []
        runs = _runs((Text(lead + label + name),), layout.body_font, layout)
        yield _paragraph(styles.ATTACHMENT, runs, *before, indent)


def _hanging_indent(characters: float, hanging: float, layout: Layout) -> BaseOxmlElement:
    return node(
        "ind",
        leftChars=round(characters * 100),
        left=layout.characters_twips(characters),
        hangingChars=round(hanging * 100),
        hanging=layout.characters_twips(hanging),
    )


def _signature(signature: Signature, layout: Layout) -> Iterator[BaseOxmlElement]:
    """The date so many characters from the right edge, and the organ centred over it as far as there is room."""
    from_right = layout.date_characters_from_right
    over_date = from_right + (_width(signature.date) - _width(signature.organ)) / 2
    organ = _runs((Text(signature.organ),), layout.body_font, layout)
    day = _runs((Text(signature.date),), layout.body_font, layout)
    yield _paragraph(styles.ORGAN, organ, _right_indent(max(0, over_date), layout))
    yield _paragraph(styles.DATE, day, _right_indent(from_right, layout))


def _right_indent(characters: float, layout: Layout) -> BaseOxmlElement:
    return node("ind", rightChars=round(characters * 100), right=layout.characters_twips(characters))


def _width(text: str) -> float:
    """The width in characters: a Chinese one is 1, a digit a half."""
    return sum(1 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)


def _titled_table(table: Table, layout: Layout) -> Iterator[BaseOxmlElement]:
    if table.title:
        page = [node("pageBreakBefore")] if table.starts_page else []
        yield _paragraph(styles.CAPTION, _runs((Text(table.title),), layout.heading_1_font, layout), *page)
    widths = _column_widths(table, layout)
    centred: list[Alignment] = ["center"] * len(widths)
    yield node(
        "tbl",
        _table_properties(sum(widths)),
        node("tblGrid", *(node("gridCol", w=width) for width in widths)),
        _header_row(table.header, widths, layout),
        *(_row(row, widths, table.alignments or centred, layout) for row in table.rows),
    )


def _titled_chart(chart: Chart, layout: Layout) -> Iterator[BaseOxmlElement]:
    page = [node("pageBreakBefore")] if chart.starts_page else []
    yield _paragraph(styles.CAPTION, _runs((Text(chart.title),), layout.heading_1_font, layout), *page)
    # A line of a fixed height would cut the picture off.
    free = node("spacing", before=0, after=0, line=240, lineRule="auto")
    yield _paragraph(styles.NOTE, [node("r", drawing(chart, layout))], free, node("jc", val="center"))


def _column_widths(table: Table, layout: Layout) -> list[int]:
    """The widths in twips; the first column takes what rounding leaves."""
    shares = table.widths or (1.0,) * len(table.header)
    widths = [int(layout.text_width_twips * share / sum(shares)) for share in shares]
    return [widths[0] + layout.text_width_twips - sum(widths), *widths[1:]]


def _table_properties(width: int) -> BaseOxmlElement:
    return node(
        "tblPr",
        node("tblStyle", val=styles.TABLE),
        node("tblW", w=width, type="dxa"),
        node("jc", val="center"),
        node("tblLayout", type="fixed"),
    )


def _header_row(header: tuple[str, ...], widths: list[int], layout: Layout) -> BaseOxmlElement:
    cells = [
        _cell(_paragraph(styles.TABLE_HEADER, _runs((Text(name),), layout.heading_1_font, layout)), width)
        for name, width in zip(header, widths, strict=True)
    ]
    return node("tr", node("trPr", node("cantSplit"), node("tblHeader")), *cells)


def _row(row: tuple[Spans, ...], widths: list[int], alignments: Sequence[Alignment], layout: Layout) -> BaseOxmlElement:
    cells = [
        _cell(_paragraph(styles.TABLE_TEXT, _runs(spans, layout.body_font, layout), node("jc", val=alignment)), width)
        for spans, width, alignment in zip(row, widths, alignments, strict=True)
    ]
    return node("tr", node("trPr", node("cantSplit")), *cells)


def _cell(paragraph: BaseOxmlElement, width: int) -> BaseOxmlElement:
    return node("tc", node("tcPr", node("tcW", w=width, type="dxa"), node("vAlign", val="center")), paragraph)


def _hold_to_signature(elements: Sequence[BaseOxmlElement]) -> None:
    """Keep the end of the text with the signature: one that stands alone on a page signs nothing.

    Notes and attachments are enough; only where there are none does the last paragraph go along.
    """
    organ = next((at for at, element in enumerate(elements) if _style_of(element) == styles.ORGAN), 0)
    for element in reversed(elements[:organ]):
        is_body = _style_of(element) not in (styles.NOTE, styles.ATTACHMENT)
        style = element.find(_STYLE)
        if style is not None and not (is_body and element is not elements[organ - 1]):
            style.addnext(node("keepNext"))
        if is_body:
            break


def _style_of(element: BaseOxmlElement) -> str | None:
    style = element.find(_STYLE)
    return None if style is None else style.get(qn("w:val"))


def _space_after_tables(elements: Sequence[BaseOxmlElement], layout: Layout) -> None:
    """Half a line between a table and the text below it, which Word cannot give to the table itself."""
    for element, following in pairwise(elements):
        style = following.find(_STYLE)
        if element.tag == qn("w:tbl") and style is not None and style.get(qn("w:val")) in _SPACED_AFTER_TABLE:
            style.addnext(node("spacing", before=layout.line_pitch_twips // 2))


def _hold_notes_to_charts(elements: Sequence[BaseOxmlElement]) -> None:
    """Keep a chart on the page of the note below it; elsewhere it would pull its own title off."""
    for element, following in pairwise(elements):
        style, is_note = element.find(_STYLE), _style_of(following) == styles.NOTE
        if style is not None and _is_drawn(element) and is_note and not _is_drawn(following):
            style.addnext(node("keepNext"))


def _is_drawn(element: BaseOxmlElement) -> bool:
    return element.find(f"{qn('w:r')}/{qn('w:drawing')}") is not None


def _number_controls(elements: Iterable[BaseOxmlElement]) -> None:
    """Give each content control the number of its own that Word wants."""
    tags = (tag for element in elements for tag in element.iter(qn("w:tag")))
    for number, tag in enumerate(tags, start=1):
        tag.addnext(node("id", val=number))


def _fill_body(document: Document, elements: Sequence[BaseOxmlElement]) -> None:
    """Put the elements before the section's properties; a body may not end with a table."""
    body = document.element.body
    for element in elements:
        body.sectPr.addprevious(element)
    if elements and elements[-1].tag == qn("w:tbl"):
        body.sectPr.addprevious(_paragraph(styles.NOTE, []))


def _set_page(document: Document, layout: Layout) -> None:
    """Paper, margins and the grid of lines and characters."""
    section = document.element.body.sectPr
    section.attrib.clear()
    del section[:]
    margins = {"top": layout.top_mm, "right": layout.right_mm, "bottom": layout.bottom_mm, "left": layout.left_mm}
    distances = margins | {"header": layout.top_mm / 2, "footer": layout.footer_distance_mm, "gutter": 0}
    grid = {"linePitch": layout.line_pitch_twips, "charSpace": layout.character_space}
    section.extend(
        [
            node("pgSz", w=twips(layout.page_width_mm), h=twips(layout.page_height_mm)),
            node("pgMar", **{name: twips(distance) for name, distance in distances.items()}),
            node("cols", space=425),
            node("docGrid", type="linesAndChars", **grid),
        ]
    )


def _set_page_numbers(document: Document, layout: Layout) -> None:
    """— 1 — one character in from the outer edge: odd pages right, even pages left."""
    section = document.sections[0]
    edge, indent = ("Chars", ""), layout.page_number_characters_from_edge
    sides = [(section.footer, "right", "1"), (section.even_page_footer, "left", "2")]
    for footer, side, shown in sides:
        footer.is_linked_to_previous = False
        amounts = (round(indent * 100), round(indent * layout.page_number_size_pt * 20))
        ind = node("ind", **{side + suffix: amount for suffix, amount in zip(edge, amounts, strict=True)})
        paragraph = _paragraph(styles.PAGE_NUMBER, _page_number(shown, layout), ind, node("jc", val=side))
        footer.part.element[:] = [paragraph]


def _page_number(shown: str, layout: Layout) -> list[BaseOxmlElement]:
    """The dashes and a PAGE field, with the number to show until a reader counts for itself."""
    font = layout.page_number_font
    instruction = node("instrText")
    instruction.text = " PAGE "
    field = [node("fldChar", fldCharType="begin"), instruction, node("fldChar", fldCharType="separate")]
    return [
        text_run("— ", font, layout),
        *(node("r", node("rPr", fonts(font, layout)), part) for part in field),
        text_run(shown, font, layout),
        node("r", node("rPr", fonts(font, layout)), node("fldChar", fldCharType="end")),
        text_run(" —", font, layout),
    ]
