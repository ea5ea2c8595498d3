"""Marks up the paragraphs of a report as a Word document by GB/T 9704-2012; it computes no figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from aggregator.model.report_text import bookmark_of
from aggregator.publish.report import styles
from aggregator.publish.report.blocks import Chart, Span, Text
from aggregator.publish.report.chart import chart_parts, drawing
from aggregator.publish.report.embedded_font import embedded_font
from aggregator.publish.report.fixed_parts import FIXED_RELATIONS, fixed_parts, font_table, free_ids, word_part
from aggregator.publish.report.footers import SIDES
from aggregator.publish.report.layout import Layout, twips
from aggregator.publish.report.markup import Xml, attribute, fonts, joined, node, text_run
from aggregator.publish.report.package import OFFICE, Part, Properties, Relation, package_bytes
from aggregator.publish.report.paragraphs import Laid, LaidParagraph, LaidTable, Stretch

# Word shows a title of at most 64 characters; a longer one makes it call the file damaged.
_TITLE_LIMIT = 64


def document_bytes(laid: Sequence[Laid], *, layout: Layout, properties: Properties) -> bytes:
    """The bytes of the Word file; the same paragraphs give the same bytes."""
    pen = _Pen(layout)
    body = node("body", *map(pen.draw, laid), pen.section())
    document = word_part("document", "document", body, (*FIXED_RELATIONS, *pen.relations))
    fonts_of = font_table(layout, embedded_font(laid, layout))
    return package_bytes((document, *fixed_parts(layout), *fonts_of, *pen.parts), properties)


@dataclass
class _Pen:
    """Marks up one paragraph after the other, and numbers the controls, the charts and what the text leads to."""

    layout: Layout
    parts: list[Part] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    _controls: Iterator[int] = field(default_factory=lambda: count(1))
    _charts: Iterator[int] = field(default_factory=lambda: count(1))
    _ids: Iterator[str] = field(default_factory=free_ids)

    def draw(self, one: Laid) -> Xml:
        """A paragraph or a table."""
        return self._paragraph(one) if isinstance(one, LaidParagraph) else self._table(one)

    def _paragraph(self, paragraph: LaidParagraph) -> Xml:
        properties = node("pPr", node("pStyle", val=paragraph.style), *paragraph.properties)
        picture = [node("r", self._picture(paragraph.chart))] if paragraph.chart is not None else []
        return node("p", properties, *map(self._stretch, paragraph.stretches), *picture)

    def _stretch(self, stretch: Stretch) -> Xml:
        return joined([self._span(span, stretch) for span in stretch.spans])

    def _span(self, span: Span, stretch: Stretch) -> Xml:
        """The run itself, or for a figure the run within a content control that carries its tag."""
        run = text_run(span.text, stretch.font, self.layout, style=stretch.style)
        if isinstance(span, Text):
            return run
        title = span.title if len(span.title) <= _TITLE_LIMIT else f"{span.title[: _TITLE_LIMIT - 1]}…"
        # No kind is named, so it holds rich text: LibreOffice 7.4 saves a plain-text control of digits and Chinese
        # thrice, and drops the tags of all. Word wants a number of its own for each control and each bookmark.
        number = next(self._controls)
        return Xml(
            f'<w:bookmarkStart w:id="{number}" w:name="{bookmark_of(span.tag, number)}"/>'
            f"<w:sdt><w:sdtPr><w:rPr>{fonts(stretch.font, self.layout)}</w:rPr>"
            f'<w:alias w:val="{attribute(title)}"/><w:tag w:val="{attribute(span.tag)}"/>'
            f'<w:id w:val="{number}"/></w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt>'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )

    def _picture(self, chart: Chart) -> Xml:
        number, relation = next(self._charts), next(self._ids)
        self.parts += chart_parts(chart, number, self.layout)
        self.relations.append(Relation(relation, f"{OFFICE}/chart", f"charts/chart{number}.xml"))
        return drawing(chart, self.layout, number=number, relation=relation)

    def _table(self, table: LaidTable) -> Xml:
        grid = node("tblGrid", *(node("gridCol", w=width) for width in table.widths))
        first, *others = [self._cells(row, table.widths) for row in table.rows]
        header = node("tr", node("trPr", node("cantSplit"), node("tblHeader")), *first)
        rows = [node("tr", node("trPr", node("cantSplit")), *cells) for cells in others]
        return node("tbl", _table_properties(sum(table.widths)), grid, header, *rows)

    def _cells(self, row: Sequence[LaidParagraph], widths: Sequence[int]) -> list[Xml]:
        return [
            node(
                "tc",
                node("tcPr", node("tcW", w=width, type="dxa"), node("vAlign", val="center")),
                self._paragraph(cell),
            )
            for cell, width in zip(row, widths, strict=True)
        ]

    def section(self) -> Xml:
        """The footers, paper, margins and the grid of lines and characters; it closes the text."""
        self.relations += [
            Relation(next(self._ids), f"{OFFICE}/footer", f"footer{at}.xml") for at, _ in enumerate(SIDES, 1)
        ]
        footers = zip(SIDES, self.relations[-len(SIDES) :], strict=True)
        return node(
            "sectPr",
            *(Xml(f'<w:footerReference w:type="{side}" r:id="{relation.id}"/>') for side, relation in footers),
            *_page(self.layout),
        )


def _page(layout: Layout) -> list[Xml]:
    margins = {"top": layout.top_mm, "right": layout.right_mm, "bottom": layout.bottom_mm, "left": layout.left_mm}
    distances = margins | {"header": layout.top_mm / 2, "footer": layout.footer_distance_mm, "gutter": 0}
    grid = {"linePitch": layout.line_pitch_twips, "charSpace": layout.character_space}
    return [
        node("pgSz", w=twips(layout.page_width_mm), h=twips(layout.page_height_mm)),
        node("pgMar", **{name: twips(distance) for name, distance in distances.items()}),
        node("cols", space=425),
        node("docGrid", type="linesAndChars", **grid),
    ]


def _table_properties(width: int) -> Xml:
    return node(
        "tblPr",
        node("tblStyle", val=styles.TABLE),
        node("tblW", w=width, type="dxa"),
        node("jc", val="center"),
        node("tblLayout", type="fixed"),
    )
