"""What leaves a report says why: a setting that nobody typed, a comparison that cannot be made, a heading unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from aggregator.model.consolidation import Consolidation, Total
from aggregator.model.finding import Severity
from aggregator.model.period import Period
from aggregator.publish.report.blocks import Heading
from aggregator.publish.report.write import ReportFile, write_report
from tests.report_month import CATALOG, HEAD, aggregate, composed, month, number, said, text_of, total


def written(body: str, consolidation: Consolidation) -> ReportFile:
    catalog = replace(CATALOG, styles={**CATALOG.styles, "T": HEAD + body})
    return write_report(replace(consolidation, catalog=catalog), style="T", report_date=date(2026, 11, 3))


def test_a_setting_that_a_sentence_wants_is_named_with_the_way_to_set_it() -> None:
    report = written("召开会议[[，启动{set_campaign_name}]]。{set_age_band:2}。", month())
    (told,) = report.findings
    assert (told.kind.code, told.severity) == ("report-setting-lacking", Severity.NOTE)
    assert (told.place.file, told.place.sheet) == ("街道设置.xlsx", "参数")
    assert told.message == "《测试汇报》要用参数“本年度主题教育（主题活动）名称”，还没有填，用到它的句子没有写。"
    assert told.remedy.startswith("在“街道设置.xlsx”的“参数”表“本年度主题教育（主题活动）名称”一行填“值”（写规范全称")
    assert (
        written("召开会议[[，启动{set_campaign_name}]]。", month(settings={"set_campaign_name": "活动"})).findings == ()
    )


@pytest.mark.parametrize(
    ("body", "one", "why"),
    [
        (
            "党员[[较上月{pm_total:环比}]]。",
            total("pm_total", number("90")),
            "《测试汇报》没有写“党员总数环比”：上期没有数据。",
        ),
        (
            "党员[[较上年{pm_total:同比}]]。",
            total("pm_total", number("90"), last_year=number("80"), missing=["C02"]),
            "《测试汇报》没有写“党员总数同比”：本期未报齐。",
        ),
        (
            "平均[[{cm_avg_age:较上届}]]。",
            total("cm_avg_age", number("45")),
            "《测试汇报》没有写““两委”班子平均年龄较上届”：上届没有数据。",
        ),
    ],
)
def test_a_comparison_that_leaves_says_why(body: str, one: Total, why: str) -> None:
    ratio = replace(one, this_month=replace(one.this_month, sources=()))  # cannot be taken apart
    (told,) = written(body, month(ratio)).findings
    assert (told.kind.code, told.message) == ("report-comparison-left-out", why)


def test_a_growth_of_the_catalog_that_has_nothing_to_stand_on_says_so() -> None:
    totals = total("orgm_under35", number("21")), total("orgm_under35_yoy", None)
    (told,) = written("班子{orgm_under35}[[，比上年{orgm_under35_yoy}]]。", month(*totals)).findings
    assert told.message == "《测试汇报》没有写“35周岁及以下人数较去年增长率”：上年同期没有数据。"


def sums(now: str, before: str, *, missing: tuple[str, ...] = ()) -> Total:
    """A total of three equal communities, some of which are missing this month, beside the month before."""
    one = total("pm_total", number(now), previous=number(before))
    share = number(before) / 3
    previous = one.previous
    sources = tuple(source._replace(value=share) for source in previous.sources)
    present = tuple(
        source._replace(value=number("40")) for source in one.this_month.sources if source.unit not in missing
    )
    reported = tuple(unit for unit in one.this_month.expected if unit not in missing)
    this = replace(one.this_month, sources=present, reported=reported)
    return replace(one, this_month=this, previous=replace(previous, sources=sources))


def test_a_comparison_is_made_over_the_units_that_both_months_have() -> None:
    # Three communities had 30 each; of the two that reported again each has 40: a third more, no fall from 90 to 80.
    assert said("党员较上月{pm_total:环比}。", sums("80", "90", missing=("C03",))) == [
        "党员较上月增长33.3%（3个社区中2个已报，按两期都有数的2个单位计算）。"
    ]
    assert said("党员较上月{pm_total:环比}。", sums("120", "90")) == ["党员较上月增长33.3%。"]


def test_a_comparison_with_a_period_that_lacks_months_leaves() -> None:
    half = Period.parse("2026H1")
    spans = (half, half.previous(), half, half.same_period_last_year())
    parts = [
        aggregate("vol_acts", span, number("9"), months=known) for span, known in zip(spans, (6, 4, 6, 6), strict=True)
    ]
    consolidation = replace(month(Total("vol_acts", *parts)), period=half)
    report = written("活动{vol_acts}[[，较上期{vol_acts:环比}]][[，与上年比{vol_acts:同比}]]。", consolidation)
    assert [told.message for told in report.findings] == ["《测试汇报》没有写“志愿服务活动场次环比”：上期缺少月份。"]


def test_a_street_calls_a_heading_as_it_likes() -> None:
    settings = {"set_headings": "存在问题＝问题与不足；抓学习。=抓理论武装", "set_observation_name": "观摩"}
    body = "一、存在问题\n（一）抓学习。已学。\n（二）“{set_observation_name}”活动。已办。"
    blocks = composed(body, month(settings=settings)).blocks
    assert [text_of(block) for block in blocks[:3]] == [
        "一、问题与不足",
        "（一）抓理论武装。已学。",
        "（二）“观摩”活动。已办。",
    ]
    assert isinstance(blocks[0], Heading)


def test_a_heading_that_no_style_has_is_told_with_the_nearest() -> None:
    report = written("一、存在问题\n好。", month(settings={"set_headings": "存在问提＝不足；存在问题＝不足"}))
    (told,) = report.findings
    assert (told.kind.code, told.value) == ("report-heading-unknown", "存在问提")
    assert told.message == "参数“报告标题改写”里的“存在问提”不是任何一种报告的标题，没有改写；是不是“存在问题”。"


def test_titles_in_their_marks_stand_in_a_row_without_a_comma() -> None:
    assert said("按照{set_policy_doc}办。", settings={"set_policy_doc": "《甲办法》、《乙要点》"}) == [
        "按照《甲办法》《乙要点》办。"
    ]
