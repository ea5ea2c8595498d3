"""The charts of a report: real parts of Word with the numbers of the totals, and gaps where there is no number."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from aggregator.model.consolidation import Aggregate, Consolidation, MonthReported
from aggregator.model.definition import Asked
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Place, ValueState
from aggregator.publish.report.annex_charts import annex_charts, charts_lineage
from aggregator.publish.report.blocks import Block, Chart, Note, Series
from aggregator.publish.report.document import document_bytes
from aggregator.publish.report.layout import Layout
from aggregator.publish.report.package import Properties
from aggregator.publish.report.paragraphs import laid_out
from aggregator.publish.report.style import lint_style
from tests.publish.conftest import entries_of

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
TREND = Chart(
    "图1　活动场次（2026年1—3月，单位：场）",
    "trend",
    ("1月", "2月", "3月"),
    (Series("活动场次", (Decimal(1200), None, Decimal(0)), frozenset({2})),),
)
PARTS = Chart(
    "图2　报送情况", "parts", ("报送情况",), (Series("已报", (Decimal(16),)), Series("未报<&", (Decimal(2),)))
)


def package(*blocks: Block) -> dict[str, bytes]:
    properties = Properties("报告", "街道", date(2026, 10, 31))
    content = document_bytes(laid_out(blocks, Layout()), layout=Layout(), properties=properties)
    with ZipFile(BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def points(part: bytes, of: str = "val") -> list[tuple[str, str]]:
    """The index and text of every point that a chart shows without its workbook."""
    root = ET.fromstring(part)  # noqa: S314  # our own file
    return [
        (point.attrib["idx"], point.findtext(f"{C}v") or "")
        for found in root.iter(f"{C}{of}")
        for point in found.iter(f"{C}pt")
    ]


def test_a_chart_is_a_part_that_its_place_in_the_text_leads_to() -> None:
    parts = package(TREND, PARTS)
    relations = ET.fromstring(parts["word/_rels/document.xml.rels"])  # noqa: S314  # our own file
    targets = {relation.attrib["Id"]: relation.attrib["Target"] for relation in relations}
    document = ET.fromstring(parts["word/document.xml"])  # noqa: S314  # our own file
    ids = [next(iter(found.attrib.values())) for found in document.iter(f"{C}chart")]
    assert [targets[one] for one in ids] == ["charts/chart1.xml", "charts/chart2.xml"]


def test_a_month_without_a_number_has_no_point_and_a_zero_has_one() -> None:
    part = package(TREND)["word/charts/chart1.xml"]
    assert points(part) == [("0", "1200"), ("2", "0")]
    assert points(part, "cat") == [("0", "1月"), ("1", "2月"), ("2", "3月")]
    assert b'<c:dispBlanksAs val="gap">' in part


def test_an_incomplete_month_has_a_point_of_its_own_shape() -> None:
    root = ET.fromstring(package(TREND)["word/charts/chart1.xml"])  # noqa: S314  # our own file
    (own,) = root.iter(f"{C}dPt")
    symbols = [node.attrib["val"] for node in own.iter(f"{C}symbol")]
    assert (own.find(f"{C}idx").attrib["val"], symbols) == ("2", ["diamond"])  # type: ignore[union-attr]


def test_the_workbook_of_a_chart_holds_the_same_numbers() -> None:
    parts = package(TREND, PARTS)
    first, second = (
        openpyxl.load_workbook(BytesIO(parts[f"word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"])).active
        for number in (1, 2)
    )
    assert first is not None
    assert second is not None
    assert list(first.values) == [(None, "活动场次"), ("1月", 1200), ("2月", None), ("3月", 0)]
    assert list(second.values) == [(None, "已报", "未报<&"), ("报送情况", 16, 2)]


@pytest.mark.parametrize("chart", [TREND, replace(TREND, kind="bars"), PARTS])
def test_the_text_of_a_chart_names_the_font_that_goes_with_it_for_every_script_and_falls_back_to_a_chinese_one(
    chart: Chart,
) -> None:
    parts = package(chart)
    root = ET.fromstring(parts["word/charts/chart1.xml"])  # noqa: S314  # our own file
    looks = [look for tag in ("defRPr", "rPr") for look in root.iter(f"{A}{tag}")]
    # The chart's own look is the only one, so that it holds for titles, axes, labels and legend alike.
    assert [
        [(face.tag.removeprefix(A), dict(face.attrib)) for face in look if face.get("typeface")] for look in looks
    ] == [[(script, {"typeface": "Annex Sans SC", "charset": "-122"}) for script in ("latin", "ea", "cs")]]
    # 0x86 is GB 2312 in Word's list of fonts, -122 the same byte in DrawingML.
    fonts = ET.fromstring(parts["word/fontTable.xml"])  # noqa: S314  # the same
    (listed,) = [font for font in fonts if font.get(f"{W}name") == "Annex Sans SC"]
    assert [listed.find(f"{W}{tag}").get(f"{W}val") for tag in ("altName", "charset")] == ["黑体", "86"]  # type: ignore[union-attr]


def test_a_line_is_drawn_in_greys() -> None:
    colours = re.findall(rb'srgbClr val="(..)(..)(..)"', package(TREND)["word/charts/chart1.xml"])
    assert len(colours) > 5
    assert all(red == green == blue for red, green, blue in colours)


def test_the_parts_of_a_bar_differ_without_colour() -> None:
    root = ET.fromstring(package(PARTS)["word/charts/chart1.xml"])  # noqa: S314  # our own file
    colors = {node.attrib["val"] for node in root.iter(f"{A}srgbClr")}
    assert all(color[:2] == color[2:4] == color[4:] for color in colors)
    assert [node.attrib["prst"] for node in root.iter(f"{A}pattFill")] == ["wdUpDiag"]
    assert [node.attrib["val"] for node in root.iter(f"{C}showSerName")] == ["1", "1"]


def test_a_chart_stays_with_its_own_note_and_with_nothing_else() -> None:
    document = ET.fromstring(package(TREND, Note("注：2月没有数据。"), PARTS)["word/document.xml"])  # noqa: S314  # our own file
    drawn = [paragraph for paragraph in document.iter(f"{W}p") if paragraph.find(f"{W}r/{W}drawing") is not None]
    assert [paragraph.find(f"{W}pPr/{W}keepNext") is not None for paragraph in drawn] == [True, False]


@pytest.mark.parametrize("units", [17, 40, 200])
def test_bars_of_a_large_street_leave_room_for_title_and_note_on_their_page(units: int) -> None:
    names = tuple(f"社区{number}" for number in range(units))
    bars = Chart("图1　党员总数", "bars", names, (Series("党员总数", (Decimal(1),) * units),))
    extent = re.search(rb'<wp:extent cx="\d+" cy="(\d+)"', package(bars)["word/document.xml"])
    # A4 less the margins of GB/T 9704 leaves 225 mm; a title takes a line of ten, a note at most two.
    assert extent is not None
    assert int(extent[1]) / 36_000 <= 225 - 30


def test_the_same_charts_give_the_same_bytes() -> None:
    assert package(TREND, PARTS) == package(TREND, PARTS)


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 2 values"):
        Chart("图", "bars", ("东湖", "西苑"), (Series("党员", (Decimal(1),)),))


# ---- what the annex draws


def with_months(month: Consolidation, told: str, total: str) -> Consolidation:
    """The month with `act_mass_org` by unit and month of the year, such as "C01:3=5"."""
    sources = []
    for one in told.split():
        (unit, number), amount = one.partition("=")[0].split(":"), one.partition("=")[2]
        place = Place(f"{unit}_{number}月.xlsx", "指标表", "F9")
        period = Period.month(2026, int(number))
        sources.append(DataValue("act_mass_org", unit, period, ValueState.VALUE, Decimal(amount), place))
    span = Period.parse("2026-01..2026-10")
    units = ("C01", "C02", "C03", "C04", "C05", "S00")
    ytd = Aggregate("act_mass_org", span, ValueState.VALUE, Decimal(total), units, units, 3, tuple(sources))
    changed = replace(month.totals["act_mass_org"], year_to_date=ytd)
    return replace(month, totals={**month.totals, "act_mass_org": changed})


def drawn(blocks: Iterable[Block], kind: str) -> Chart:
    return next(block for block in blocks if isinstance(block, Chart) and block.kind == kind)


MONTHS = "C01:1=3 C02:1=4 C03:1=0 C04:1=1 C05:1=2 S00:1=5 C01:9=7 C02:10=8"


def test_a_trend_adds_the_units_of_each_month_and_leaves_the_others_out(month: Consolidation) -> None:
    changed = with_months(month, MONTHS, "30")
    blocks = annex_charts([changed.catalog.elements["act_mass_org"]], changed)
    chart = drawn(blocks, "trend")
    nothing = [None] * 7
    assert list(chart.series[0].values) == [Decimal(15), *nothing, Decimal(7), Decimal(8)]
    assert chart.series[0].partial == {8, 9}
    note = next(block.text for block in blocks if isinstance(block, Note))
    assert note == (
        "注：2月、3月、4月、5月、6月、7月、8月没有分月数据，图中断开，并非为0；"
        "菱形点的月份未报齐：9月6个单位中1个已报，10月6个单位中1个已报。"
    )


def test_where_communities_alone_are_asked_the_note_counts_communities(month: Consolidation) -> None:
    changed = with_months(month, "C01:9=7 C02:10=8", "15")
    element = replace(changed.catalog.elements["act_mass_org"], of=Asked.COMMUNITIES)
    note = next(block.text for block in annex_charts([element], changed) if isinstance(block, Note))
    assert note.endswith("菱形点的月份未报齐：9月5个社区中1个已报，10月5个社区中1个已报。")


def test_months_that_do_not_make_up_the_printed_total_are_not_drawn(month: Consolidation) -> None:
    changed = with_months(month, MONTHS, "31")
    assert annex_charts([changed.catalog.elements["act_mass_org"]], changed) == ()


def test_the_bars_are_the_units_of_the_total_and_the_note_names_the_others(month: Consolidation) -> None:
    blocks = annex_charts([month.catalog.elements["pm_total"]], month, attachment="附件2")
    chart = drawn(blocks, "bars")
    assert chart.title == "图2　党员总数（截至2026年10月底，单位：名）"
    assert chart.categories == ("东湖", "西苑", "南桥")
    assert chart.series[0].values == (Decimal(120), Decimal(80), Decimal(100))  # 300 in all
    assert [block.text for block in blocks if isinstance(block, Note)] == ["注：图中没有北园（退回）、柳荫（未报）。"]


def test_a_bar_of_an_earlier_month_says_so(month: Consolidation) -> None:
    total = month.totals["pm_total"].this_month
    first, *others = total.sources
    aged = replace(total, sources=(first._replace(period=Period.month(2026, 9)), *others))
    changed = replace(month, totals={**month.totals, "pm_total": replace(month.totals["pm_total"], this_month=aged)})
    chart = drawn(annex_charts([month.catalog.elements["pm_total"]], changed), "bars")
    assert chart.categories == ("东湖（2026年9月）", "西苑", "南桥")


def test_the_reporting_bar_counts_the_units_by_where_they_stand(month: Consolidation) -> None:
    chart = drawn(annex_charts([month.catalog.elements["pm_total"]], month), "parts")
    assert chart.title == "附件　主要指标图示\n图1　报表报送情况（2026年10月，应报6个单位）"
    assert {series.name: series.values for series in chart.series} == {
        "已报": (Decimal(4),),
        "退回": (Decimal(1),),
        "未报": (Decimal(1),),
    }


def test_a_longer_period_shows_month_by_month_how_many_reported(month: Consolidation) -> None:
    span = Period.parse("2026-08..2026-10")
    six = ("C01", "C02", "C03", "C04", "C05", "S00")
    recorded = (
        MonthReported(Period.month(2026, 8), six[1:], six[1:]),
        MonthReported(Period.month(2026, 10), six, six[:4]),
    )
    changed = replace(month, period=span, recorded=recorded, unrecorded=(Period.month(2026, 9),))
    blocks = annex_charts([month.catalog.elements["pm_total"]], changed)
    chart, note = blocks[0], blocks[1]
    assert isinstance(chart, Chart)
    assert isinstance(note, Note)
    assert (chart.kind, chart.title) == ("trend", "附件　主要指标图示\n图1　报表报送有效率（2026年8—10月，单位：%）")
    assert chart.categories == ("8月", "9月", "10月")
    assert chart.series == (Series("有效率", (Decimal(100), None, Decimal("66.7")), frozenset({2})),)
    assert note.text == "注：9月没有汇总记录，图中断开；菱形点的月份未报齐：10月6个单位中4个已报。"


def test_every_number_drawn_leads_to_its_cells(month: Consolidation) -> None:
    traced = charts_lineage([month.catalog.elements["pm_total"]], month, output="报告.docx")
    entries = entries_of(traced)
    bars = [(entry.place, entry.text, entry.unit, entry.file) for entry in entries if entry.cell]
    assert bars == [
        ("附件图2：东湖", "120", "C01", "C01_十月报表.xlsx"),
        ("附件图2：西苑", "80", "C02", "C02_十月报表.xlsx"),
        ("附件图2：南桥", "100", "C03", "C03_十月报表.xlsx"),
    ]
    assert [(entry.place, entry.text) for entry in entries if not entry.cell] == [
        ("附件图1：已报", "4"),
        ("附件图1：退回", "1"),
        ("附件图1：未报", "1"),
    ]


def test_a_style_that_wants_no_charts_has_none(month: Consolidation) -> None:
    assert annex_charts([], month) == ()


def test_a_share_cannot_be_charted(month: Consolidation) -> None:
    text = "名称：甲\n标题：甲\n署名：甲\n附图：pm_total、grid_close_rate\n"
    assert lint_style("R9", text, month.catalog) == (
        "styles/R9.txt:4: 附图只能列能按月或按社区相加的数：grid_close_rate",
    )
