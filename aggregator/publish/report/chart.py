"""Draws a chart as Word's own: a chart part with its numbers, a workbook to edit them in, a place in the text.

Everything is black, white or grey, with each number beside its point, so that a printed copy reads as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from aggregator.model.address import column_letters
from aggregator.publish.lineage import exact_text
from aggregator.publish.readable_text import readable
from aggregator.publish.report.blocks import Chart, Series
from aggregator.publish.report.chart_workbook import SHEET, chart_workbook
from aggregator.publish.report.layout import Layout
from aggregator.publish.report.markup import Xml, attribute, escaped
from aggregator.publish.report.package import OFFICE, Part, Relation

_EMU_PER_TWIP = 635
_EMU_PER_MM = 36_000
_TALLEST_MM = 190.0  # a page holds 225 mm: the title above and the note below stay with the picture
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BLACK, _WHITE, _DARK, _PALE, _GRID = "000000", "FFFFFF", "595959", "D9D9D9", "BFBFBF"
#: How the parts of a bar differ without colour: a grey, then patterns.
_PATTERNS = ("", "wdUpDiag", "dkHorz", "pct10")
_AXES = ("1", "2")
_GB2312 = -122  # 0x86 as the signed byte that DrawingML wants
_PLACES = {"trend": "t", "bars": "outEnd", "parts": "ctr"}


def drawing(chart: Chart, layout: Layout, *, number: int, relation: str) -> Xml:
    """The place of a chart in a run, as wide as the text; `relation` leads to its part."""
    width, height = layout.text_width_twips * _EMU_PER_TWIP, round(_height_mm(chart) * _EMU_PER_MM)
    name = attribute(readable(chart.title).replace("\n", "　"))
    return Xml(
        f'<w:drawing xmlns:a="{_DRAWING}" xmlns:c="{_CHART}">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="{number}" name="{name}" descr="{name}"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_CHART}"><c:chart r:id="{relation}"/></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing>"
    )


def chart_parts(chart: Chart, number: int, layout: Layout) -> tuple[Part, Part]:
    """The part of a chart and the workbook that it leads to."""
    book = f"embeddings/Microsoft_Excel_Sheet{number}.xlsx"
    relation = Relation("rId1", f"{OFFICE}/package", f"../{book}")
    content = chart_xml(chart, layout, workbook=relation.id)
    return (
        Part(f"word/charts/chart{number}.xml", content, _CONTENT_TYPE, (relation,)),
        Part(f"word/{book}", chart_workbook(_sheet(chart))),
    )


def _sheet(chart: Chart) -> list[list[str | Decimal | None]]:
    """The categories down, the series across."""
    header: list[str | Decimal | None] = [None, *(series.name for series in chart.series)]
    return [
        header,
        *([name, *(series.values[at] for series in chart.series)] for at, name in enumerate(chart.categories)),
    ]


def chart_xml(chart: Chart, layout: Layout, *, workbook: str) -> bytes:
    """The chart part; `workbook` is the relationship to its workbook."""
    plot = _tag("c:plotArea", _tag("c:layout"), _plot(chart), _category_axis(chart), _value_axis(chart))
    legend = _tag("c:legend", _value("legendPos", "b"), _value("overlay", 0)) if chart.kind == "parts" else ""
    space = _tag(
        "c:chartSpace",
        _value("date1904", 0),
        _value("lang", "zh-CN"),
        _value("roundedCorners", 0),
        _tag("c:chart", _value("autoTitleDeleted", 1), plot, legend, _value("plotVisOnly", 1), _gaps()),
        _tag("c:spPr", _solid(_WHITE), _tag("a:ln", _tag("a:noFill"))),
        _text_look(layout.table_font, layout.table_size_pt),
        _tag("c:externalData", _value("autoUpdate", 0), **{"r:id": workbook}),
        **{
            "xmlns:c": _CHART,
            "xmlns:a": _DRAWING,
            "xmlns:r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        },
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{space}'.encode()


def _gaps() -> str:
    """A month without a number interrupts the line; it is no zero."""
    return _value("dispBlanksAs", "gap")


def _height_mm(chart: Chart) -> float:
    return {"trend": 66.0, "bars": min(8 + 5.5 * len(chart.categories), _TALLEST_MM), "parts": 34.0}[chart.kind]


def _plot(chart: Chart) -> str:
    series = "".join(_series(chart, place) for place in range(len(chart.series)))
    axes = "".join(_value("axId", axis) for axis in _AXES)
    if chart.kind == "trend":
        head = _value("grouping", "standard") + _value("varyColors", 0)
        return _tag("c:lineChart", head, series, _value("marker", 1), axes)
    grouping, overlap = ("clustered", 0) if chart.kind == "bars" else ("stacked", 100)
    head = _value("barDir", "bar") + _value("grouping", grouping) + _value("varyColors", 0)
    return _tag("c:barChart", head, series, _value("gapWidth", 45), _value("overlap", overlap), axes)


def _series(chart: Chart, place: int) -> str:
    series, column = chart.series[place], column_letters(place + 2)
    last = len(chart.categories) + 1
    look = "".join(_line_look(series)) if chart.kind == "trend" else _bar_look(place)
    names = _tag("c:f", f"{SHEET}!$A$2:$A${last}") + _cache("c:strCache", "", chart.categories)
    numbers = [None if value is None else exact_text(value) for value in series.values]
    values = _tag("c:f", f"{SHEET}!${column}$2:${column}${last}") + _cache("c:numCache", _format(series), numbers)
    title = _tag("c:f", f"{SHEET}!${column}$1") + _cache("c:strCache", "", [series.name])
    return _tag(
        "c:ser",
        _value("idx", place),
        _value("order", place),
        _tag("c:tx", _tag("c:strRef", title)),
        look,
        _labels(chart, series),
        _tag("c:cat", _tag("c:strRef", names)),
        _tag("c:val", _tag("c:numRef", values)),
        _value("smooth", 0) if chart.kind == "trend" else "",
    )


def _line_look(series: Series) -> Iterator[str]:
    """A dark line with round points; those of incomplete months are hollow diamonds."""
    yield _tag("c:spPr", _line(_DARK, 22_225))
    yield _marker(_DARK)
    for at in sorted(series.partial):
        yield _tag("c:dPt", _value("idx", at), _marker(_WHITE, "diamond", 11), _value("bubble3D", 0))


def _marker(fill: str, symbol: str = "circle", size: int = 7) -> str:
    look = _tag("c:spPr", _solid(fill), _line(_BLACK, 12_700))
    return _tag("c:marker", _value("symbol", symbol), _value("size", size), look)


def _bar_look(place: int) -> str:
    pattern = _PATTERNS[place % len(_PATTERNS)]
    ink = _tag("a:fgClr", _rgb(_DARK)) + _tag("a:bgClr", _rgb(_WHITE))
    fill = _tag("a:pattFill", ink, prst=pattern) if pattern else _solid(_PALE)
    return _tag("c:spPr", fill, _line(_BLACK, 6_350)) + _value("invertIfNegative", 0)


def _labels(chart: Chart, series: Series) -> str:
    """Each number at its point, on white where a pattern or a line would hide it."""
    # A part says its name too: in the legend's small squares patterns look alike.
    is_named = chart.kind == "parts"
    shown = {"LegendKey": 0, "Val": 1, "CatName": 0, "SerName": int(is_named), "Percent": 0, "BubbleSize": 0}
    return _tag(
        "c:dLbls",
        _tag("c:numFmt", formatCode=_format(series), sourceLinked=0),
        _tag("c:spPr", _tag("a:noFill") if chart.kind == "bars" else _solid(_WHITE), _tag("a:ln", _tag("a:noFill"))),
        _value("dLblPos", _PLACES[chart.kind]),
        *(_value(f"show{name}", value) for name, value in shown.items()),
        _tag("c:separator", "\n") if is_named else "",
    )


def _category_axis(chart: Chart) -> str:
    """Months from the left, units from the top; a divided bar needs no name."""
    is_trend = chart.kind == "trend"
    own, other = _AXES
    return _tag(
        "c:catAx",
        _value("axId", own),
        _tag("c:scaling", _value("orientation", "minMax" if is_trend else "maxMin")),
        _value("delete", int(chart.kind == "parts")),
        _value("axPos", "b" if is_trend else "l"),
        _tag("c:numFmt", formatCode="General", sourceLinked=0),
        _value("majorTickMark", "none"),
        _value("minorTickMark", "none"),
        _value("tickLblPos", "low"),
        _tag("c:spPr", _line(_BLACK, 9_525)),
        _value("crossAx", other),
        _value("crosses", "autoZero"),
        _value("auto", 0),
        _value("lblAlgn", "ctr"),
        _value("lblOffset", 100),
        # Every month and every unit is named, however many there are.
        _value("tickLblSkip", 1),
        _value("noMultiLvlLbl", 1),
    )


def _value_axis(chart: Chart) -> str:
    """From 0, so that lengths compare as the numbers do; bars say their numbers and need no scale."""
    is_trend = chart.kind == "trend"
    own, other = reversed(_AXES)
    return _tag(
        "c:valAx",
        _value("axId", own),
        _tag("c:scaling", _value("orientation", "minMax"), *_limits(chart)),
        _value("delete", int(not is_trend)),
        _value("axPos", "l" if is_trend else "b"),
        _tag("c:majorGridlines", _tag("c:spPr", _line(_GRID, 6_350))) if is_trend else "",
        _tag("c:numFmt", formatCode="#,##0", sourceLinked=0),
        _value("majorTickMark", "none"),
        _value("minorTickMark", "none"),
        _value("tickLblPos", "nextTo"),
        _tag("c:spPr", _tag("a:ln", _tag("a:noFill"))),
        _value("crossAx", other),
        _value("crosses", "autoZero"),
        _value("crossBetween", "between"),
    )


def _limits(chart: Chart) -> Iterator[str]:
    numbers = [value for series in chart.series for value in series.values if value is not None]
    if chart.kind == "parts":
        yield _value("max", exact_text(sum(numbers, Decimal(0))))
    if all(number >= 0 for number in numbers):
        yield _value("min", 0)


def _format(series: Series) -> str:
    """How the numbers are written: whole ones whole, others with as many places as the longest has."""
    places = max((len(exact_text(value).partition(".")[2]) for value in series.values if value is not None), default=0)
    return "#,##0." + "0" * places if places else "#,##0"


def _cache(kind: str, number_format: str, texts: Sequence[str | None]) -> str:
    """What is shown without opening the workbook; a gap has no point."""
    points = (
        _tag("c:pt", _tag("c:v", escaped(readable(text))), idx=at) for at, text in enumerate(texts) if text is not None
    )
    written = _tag("c:formatCode", number_format) if number_format else ""
    return _tag(kind, written, _value("ptCount", len(texts)), *points)


def _text_look(font: str, size_pt: float) -> str:
    """The Chinese font named for every script; LibreOffice and Word would each take another one otherwise.

    Where it is missing, the character set asks for another Chinese one.
    """
    faces = "".join(_tag(f"a:{script}", typeface=font, charset=_GB2312) for script in ("latin", "ea", "cs"))
    look = _tag("a:defRPr", _solid(_BLACK), faces, lang="zh-CN", altLang="en-US", sz=round(size_pt * 100), b=0)
    return _tag("c:txPr", _tag("a:bodyPr"), _tag("a:lstStyle"), _tag("a:p", _tag("a:pPr", look)))


def _line(color: str, width: int) -> str:
    return _tag("a:ln", _solid(color), w=width)


def _solid(color: str) -> str:
    return _tag("a:solidFill", _rgb(color))


def _rgb(color: str) -> str:
    return _tag("a:srgbClr", val=color)


def _value(name: str, value: str | int) -> str:
    return _tag(f"c:{name}", val=value)


def _tag(name: str, *inner: str, **attributes: str | int) -> str:
    """An element around what is already XML."""
    written = "".join(f' {key}="{attribute(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inner)}</{name}>"
