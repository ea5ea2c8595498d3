from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.consolidation import Aggregate, Consolidation, Total
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Place, ValueState
from aggregator.publish.lineage import LineageEntry
from aggregator.publish.report.blocks import Block, Heading, Note, Paragraph, Text
from aggregator.publish.report.gate import marked, marked_places, unfounded
from aggregator.publish.report.quoted_numbers import quoted_findings

OCTOBER = Period.parse("2026-10")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("共有党员120名", ["120"]),
        ("办结率达９８．５％", ["９８．５％"]),
        ("同比增长，居全区首位", ["同比", "增长", "首位"]),
        ("走访两家企业，服务三百余户", ["两", "三百余"]),
        ("超过半数支部，满意率百分之九十", ["超过", "百分之九十"]),
        ("与上月持平，最高，减少，上升", ["持平", "最高", "减少", "上升"]),
    ],
)
def test_numerals_and_comparing_words_of_plain_words_are_found(text: str, found: list[str]) -> None:
    assert unfounded(text, ()) == found


@pytest.mark.parametrize(
    "text",
    [
        "严格执行“三会一课”，落实一岗双责和四议两公开",
        "学习贯彻党的二十大和二十届三中全会精神",
        "每月下社区不少于",
        "走进千家万户，一户一策，万元以上",
        "不断提高服务水平，提升群众满意度",
    ],
)
def test_fixed_terms_and_words_that_claim_nothing_pass(text: str) -> None:
    assert unfounded(text, ()) == []


def test_a_declared_phrase_passes_and_only_as_it_was_declared() -> None:
    assert unfounded("推行1+8+N工作法，摆在首位", ("1+8+N", "摆在首位")) == []
    assert unfounded("推行1+9+N工作法", ("1+8+N",)) == ["1", "9"]


def test_what_nothing_stands_behind_is_marked_in_place() -> None:
    assert marked("党员120名，居首位。", ()) == "党员120【待核】名，居首位【待核】。"


def test_the_place_of_a_mark_is_its_paragraph_and_sentence() -> None:
    blocks: list[Block] = [
        Heading(1, (Text("一、情况"),)),
        Note("说明"),
        Paragraph((Text("第一句。第二句120【待核】名。"),), run_in_heading=(Text("（一）组织。"),)),
        Paragraph((Text("全街道【待核：党员总数】。"),)),
    ]
    assert list(marked_places(blocks)) == ["第2段：第二句120【待核】名。", "第3段：全街道【待核：党员总数】。"]


PLACE = Place("梧桐.xlsx", "叙述材料", "E7")


def findings(*texts: str, before: str = "", **values: str) -> list[Finding]:
    """The findings about quotations of one text of a community that reported these values, and last month `before`."""

    def value(code: str, period: Period, text: str) -> DataValue:
        return DataValue(code, "C01", period, ValueState.VALUE, Decimal(text), PLACE)

    reported = {("C01", code): value(code, OCTOBER, text) for code, text in values.items()}
    earlier = (value("vol_acts", OCTOBER.previous(), before),) if before else ()
    nothing = Aggregate("vol_acts", OCTOBER, ValueState.MISSING, None)
    last_month = replace(nothing, period=OCTOBER.previous(), sources=earlier)
    totals = {"vol_acts": Total("vol_acts", nothing, last_month, nothing, nothing)}
    street = Street(units=(OrgUnit("C01", "梧桐社区", "梧桐", UnitKind.COMMUNITY),))
    consolidation = Consolidation(load_catalog(), street, OCTOBER, (), totals, reported, {}, {})
    at = PLACE.file, PLACE.sheet, PLACE.cell
    quotes = [LineageEntry("r", "第9段", text, text, "quote(texts.body)", "", "C01", *at) for text in texts]
    figure = LineageEntry("r", "第9段", "7777名", "7777", "sum(x)", "", "C01", *at)
    found = list(quoted_findings([*quotes, figure], consolidation))
    assert all(one.place == PLACE and one.unit == "C01" for one in found)
    return found


def quoted(text: str, **values: str) -> list[str]:
    """The numbers noted in one quoted text."""
    found = findings(text, **values)
    assert all(one.severity is Severity.NOTE for one in found)
    return [one.value for one in found]


def test_a_quoted_number_that_its_unit_never_reported_is_noted_with_its_cell() -> None:
    assert quoted("走访住户59户，发放资料480份", visit_households="59", flyers="499") == ["480份"]


def test_dates_ordinals_programme_names_and_places_are_no_quantities() -> None:
    assert quoted("10月25日在3号楼2单元推行“1+6+N”工作法，第5支部24小时值守") == []


def test_a_scaled_number_is_the_same_number() -> None:
    assert quoted("服务1.2万人次", vol_served="12000") == []
    assert quoted("服务1.3万人次", vol_served="12000") == ["1.3万人次"]


def test_comparisons_that_no_number_bears_out_are_one_finding_a_text() -> None:
    text = "办事的人明显减少，居民满意度全区第一。服务更好了，志愿服务较上月增长三成。"
    (found,) = findings(text, text[:9])
    assert (found.kind.code, found.severity) == ("quoted-comparison-unfounded", Severity.QUERY)
    assert found.message == (
        "报告引用的这段文字写着“办事的人明显减少”“居民满意度全区第一”“志愿服务较上月增长三成”，从梧桐报的数据里看不出来。"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("志愿服务由5场增加到9场。", []),
        ("志愿服务由5场增加到19场。", ["志愿服务由5场增加到19场"]),
        ("志愿服务由9场增加到5场。", ["由9场增加到5场（9大于5）"]),
        ("较上月增加9场。", []),
        ("超过8场。", ["超过8场"]),
    ],
)
def test_a_comparison_is_borne_out_by_the_unit_s_numbers_of_this_month_and_last(text: str, told: list[str]) -> None:
    found = findings(text, before="5", vol_acts="9")
    assert [(one.kind.code, one.value) for one in found] == [("quoted-comparison-unfounded", said) for said in told]


def test_words_that_compare_nothing_and_a_count_of_what_was_added_are_no_comparison() -> None:
    assert findings("不断提高服务水平，提升群众满意度，减少跑腿，把学习摆在首位。") == []
    assert [one.kind.code for one in findings("小区增加3个车位。")] == ["quoted-number-unmatched"]
