"""The page numbers at the foot of a report: — 1 — one character in from the outer edge, odd pages right, even left."""

from aggregator.publish.report import styles
from aggregator.publish.report.layout import Layout
from aggregator.publish.report.markup import Xml, fonts, joined, node, text_run

#: Which pages have which footer, in the order of the parts.
SIDES = ("default", "even")
_LOOK = {"default": ("right", "1"), "even": ("left", "2")}


def footer(side: str, layout: Layout) -> Xml:
    """The paragraph at the foot of one side of the paper."""
    edge, shown = _LOOK[side]
    indent = layout.page_number_characters_from_edge
    amounts = {f"{edge}Chars": round(indent * 100), edge: round(indent * layout.page_number_size_pt * 20)}
    properties = node("pPr", node("pStyle", val=styles.PAGE_NUMBER), node("ind", **amounts), node("jc", val=edge))
    return node("p", properties, _page_number(shown, layout))


def _page_number(shown: str, layout: Layout) -> Xml:
    """The dashes and a PAGE field, with the number to show until a reader counts for itself."""
    font = layout.page_number_font
    instruction = Xml("<w:instrText> PAGE </w:instrText>")
    return joined(
        [
            text_run("— ", font, layout),
            _field_run(node("fldChar", fldCharType="begin"), layout),
            _field_run(instruction, layout),
            _field_run(node("fldChar", fldCharType="separate"), layout),
            text_run(shown, font, layout),
            _field_run(node("fldChar", fldCharType="end"), layout),
            text_run(" —", font, layout),
        ]
    )


def _field_run(part: Xml, layout: Layout) -> Xml:
    return node("r", node("rPr", fonts(layout.page_number_font, layout)), part)
