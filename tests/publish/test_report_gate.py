from __future__ import annotations

from decimal import Decimal

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.consolidation import Consolidation
from aggregator.model.finding import Severity
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


def quoted(text: str, **values: str) -> list[str]:
    """The findings about one quoted text of a community that reported these values."""
    place = Place("梧桐.xlsx", "叙述材料", "E7")
    reported = {
        ("C01", code): DataValue(code, "C01", OCTOBER, ValueState.VALUE, Decimal(value), place)
        for code, value in values.items()
    }
    street = Street(units=(OrgUnit("C01", "梧桐社区", "梧桐", UnitKind.COMMUNITY),))
    consolidation = Consolidation(load_catalog(), street, OCTOBER, (), {}, reported, {}, {})
    entry = LineageEntry("r", "第9段", text, text, "quote(texts.body)", "", "C01", place.file, place.sheet, place.cell)
    figure = LineageEntry("r", "第9段", "7777名", "7777", "sum(x)", "", "C01", place.file, place.sheet, place.cell)
    found = list(quoted_findings([entry, figure], consolidation))
    assert all(one.severity is Severity.NOTE and one.place == place and one.unit == "C01" for one in found)
    return [one.value for one in found]


def test_a_quoted_number_that_its_unit_never_reported_is_noted_with_its_cell() -> None:
    assert quoted("走访住户59户，发放资料480份", visit_households="59", flyers="499") == ["480份"]


def test_dates_ordinals_programme_names_and_places_are_no_quantities() -> None:
    assert quoted("10月25日在3号楼2单元推行“1+6+N”工作法，第5支部24小时值守") == []


def test_a_scaled_number_is_the_same_number() -> None:
    assert quoted("服务1.2万人次", vol_served="12000") == []
    assert quoted("服务1.3万人次", vol_served="12000") == ["1.3万人次"]
