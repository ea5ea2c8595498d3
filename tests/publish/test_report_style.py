from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.failures import describe
from aggregator.model.definition import Display
from aggregator.model.expression import Call, ElementRef
from aggregator.publish.report.gate import marked, unfounded
from aggregator.publish.report.style import (
    UNNAMED,
    Clause,
    Role,
    Style,
    StyleError,
    Words,
    fills_in,
    lint_style,
    parse_style,
)
from aggregator.publish.report.tidy import tidied

CATALOG = load_catalog()
HEAD = "名称：测试汇报\n标题：{set_street_name}测试汇报\n署名：中共{set_street_name}工作委员会\n"
CODES = (Path(__file__).parent / "r2_codes.txt").read_text(encoding="utf-8").split()


def read(body: str) -> Style:
    return parse_style("T", HEAD + body, CATALOG)


def faults(body: str) -> tuple[str, ...]:
    return lint_style("T", HEAD + body, CATALOG)


def test_lines_are_headings_run_in_headings_items_and_paragraphs() -> None:
    style = read("一、基本情况\n（一）治理创新\n（二）组织情况：党员{pm_total}。\n二是抓学习。认真学。\n一段话。")
    roles = [Role.HEADING, Role.SUBHEADING, Role.RUN_IN, Role.ITEM, Role.PARAGRAPH]
    assert [line.role for line in style.lines] == roles
    assert style.lines[0].lead == (Words("基本情况"),)
    assert style.lines[2].lead == (Words("组织情况："),)
    assert style.lines[3].sentences == (Clause((Words("抓学习。"),)), Clause((Words("认真学。"),)))


def test_an_element_may_be_named_in_chinese() -> None:
    assert [fill.code for fill in read("党员{党员总数}。").fills()][-1] == "pm_total"


def test_clauses_may_stand_in_clauses() -> None:
    (line,) = read("[[女党员{pm_female}[[，占{pm_female_pct}]]]]。").lines
    (outer,) = [part for part in line.sentences[0].parts if isinstance(part, Clause)]
    assert [fill.code for fill in fills_in(outer.parts)] == ["pm_female", "pm_female_pct"]


def test_marks_around_a_whole_paragraph_make_it_optional() -> None:
    style = read("[[一是抓组织。党员{pm_total}。]]\n[[党员{pm_total}]][[，女党员{pm_female}]]")
    assert [(line.role, line.is_optional) for line in style.lines] == [(Role.ITEM, True), (Role.PARAGRAPH, False)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("好。\n党员{pm_totl}。", "styles/T.txt:5: “{pm_totl}”在指标、参数和叙述材料中都没有，是不是“pm_total”？"),
        ("[[党员{pm_totl}]]。", "styles/T.txt:4: “{pm_totl}”在指标、参数和叙述材料中都没有，是不是“pm_total”？"),
        ("党员{pm_total:大数}。", "styles/T.txt:4: “{pm_total:大数}”的“大数”用不上"),
        ("[[党员{pm_total}。", "styles/T.txt:4: “[[”没有对应的“]]”"),
        ("党员{pm_total}]]。", "styles/T.txt:4: “]]”前面没有“[[”"),
        ("[[认真学习]]。", "styles/T.txt:4: “[[ ]]”里没有要填的内容"),
        ("党员{pm_total。", "styles/T.txt:4: “{”不成对"),
        ("每季度1次。", "styles/T.txt:4: “1”不是指标、参数或固定用语"),
        ("党员人数持续增长。", "styles/T.txt:4: “增长”不是指标、参数或固定用语"),
        ("附表：pm_total、set_year", "styles/T.txt:4: 附表只能列指标：set_year"),
    ],
)
def test_a_fault_names_its_line_and_what_is_wrong(body: str, expected: str) -> None:
    (fault,) = faults(body)
    assert fault.startswith(expected)


def test_a_broken_style_is_told_with_all_its_faults_before_anything_is_written() -> None:
    told = describe(StyleError(("styles/T.txt:4: 甲", "styles/T.txt:5: 乙")))
    assert told == ("报告样式有2处错误，报告没有写出，请先改正：\n  styles/T.txt:4: 甲\n  styles/T.txt:5: 乙", 2)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(StyleError) as raised:
        read("{甲甲甲}。\n{乙乙乙}。")
    assert [fault.split(": ")[0] for fault in raised.value.faults] == ["styles/T.txt:4", "styles/T.txt:5"]


def test_a_style_needs_name_title_and_organ() -> None:
    said = " ".join(lint_style("T", "一、基本情况", CATALOG))
    assert all(f"缺少“{key}：”" in said for key in ("名称", "标题", "署名"))


def test_an_element_that_names_persons_is_refused() -> None:
    ledger = CATALOG.ledgers["org_list"]
    guarded = replace(ledger, sensitive=True, key=("org_name",))
    catalog = replace(CATALOG, ledgers={**CATALOG.ledgers, "org_list": guarded})
    assert "应保密的个人姓名" in lint_style("T", HEAD + "整顿{org_weak_names}。", catalog)[0]


def test_parts_that_are_all_rounded_beside_their_total_are_refused() -> None:
    # By a rule of the catalog the five kinds of members make up all members.
    kinds = ("pm_agency", "pm_community", "pm_nonpublic", "pm_social", "pm_other")
    elements = dict(CATALOG.elements)
    for code in (*kinds, "pm_total"):
        elements[code] = replace(elements[code], display=Display("万名", Decimal(10_000), 2))
    catalog = replace(CATALOG, elements=elements)
    parts = "、".join(f"{{{code}}}" for code in kinds)
    (fault,) = lint_style("T", f"{HEAD}党员{{pm_total}}，其中{parts}。", catalog)
    assert fault.startswith("styles/T.txt:4: “党员总数”和它的各个分项都四舍五入后印在一段里")
    # With the exact number of one, or with one of them left out, nobody adds them up in vain.
    assert lint_style("T", f"{HEAD}党员{{pm_total:数}}，其中{parts}。", catalog) == ()
    assert lint_style("T", f"{HEAD}党员{{pm_total}}。\n其中{parts}。", catalog) == ()
    assert faults(f"党员{{pm_total}}，其中{parts}。") == ()


def test_shares_of_all_parts_of_a_total_are_refused() -> None:
    kinds = ("pm_agency", "pm_community", "pm_nonpublic", "pm_social", "pm_other")
    model = CATALOG.elements["pm_female_pct"]
    shares = {
        f"share_{code}": replace(
            model, code=f"share_{code}", expression=Call("share", (ElementRef(code), ElementRef("pm_total")))
        )
        for code in kinds
    }
    catalog = replace(CATALOG, elements={**CATALOG.elements, **shares})
    printed = [f"{{{code}}}" for code in shares]
    (fault,) = lint_style("T", f"{HEAD}各占{'、'.join(printed)}。", catalog)
    assert "“党员总数”和它的各个分项都四舍五入后印在一段里" in fault
    assert lint_style("T", f"{HEAD}各占{'、'.join(printed[1:])}。", catalog) == ()


def test_digits_in_a_fixed_phrase_are_allowed() -> None:
    assert unfounded("推行“1+8+N”模式，每月1次", ("1+8+N",)) == ["1"]
    assert marked("推行“1+8+N”模式，每月1次", ("1+8+N",)) == "推行“1+8+N”模式，每月1【待核】次"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("党员，、女党员", "党员，女党员"),
        ("截至10月底，，党员", "截至10月底，党员"),
        ("其中：。下一句", "其中。下一句"),
        ("共有（，其中）党员（）", "共有（其中）党员"),
        ("，开展活动；。", "开展活动。"),
    ],
)
def test_marks_left_by_clauses_are_mended(before: str, after: str) -> None:
    assert "".join(part for part in tidied([before]) if isinstance(part, str)) == after


def test_marks_are_mended_across_figures() -> None:
    assert tidied(["党员", 3, "，", "，女党员", 4, "、。"]) == ["党员", 3, "，女党员", 4, "。"]


@pytest.mark.parametrize("code", sorted(CATALOG.styles))
def test_a_shipped_style_has_no_fault(code: str) -> None:
    assert lint_style(code, CATALOG.styles[code], CATALOG) == ()


def test_the_five_reports_are_there_and_one_of_communities() -> None:
    assert sorted(CATALOG.styles) == ["R1", "R2", "R3", "R4", "R4C", "R5"]
    assert parse_style("R4", CATALOG.styles["R4"], CATALOG).unit_style == "R4C"


@pytest.mark.parametrize("code", sorted(CATALOG.styles))
def test_those_who_lag_behind_are_never_named_by_a_shipped_style_alone(code: str) -> None:
    weak = {"eval_low_names", "proj_lag_names", "org_incomplete_names", "org_weak_names"}
    for fill in parse_style(code, CATALOG.styles[code], CATALOG).fills():
        assert fill.code not in weak or {*fill.how} & {*UNNAMED, "个数"}, fill


def test_the_shipped_style_has_a_place_for_every_figure_of_the_reference_report() -> None:
    assert len(CODES) == 114
    style = parse_style("R2", CATALOG.styles["R2"], CATALOG)
    assert set(CODES) - {fill.code for fill in style.fills()} == set()


def test_the_shipped_style_has_its_four_parts() -> None:
    style = parse_style("R2", CATALOG.styles["R2"], CATALOG)
    headings = [line.lead for line in style.lines if line.role is Role.HEADING]
    assert headings == [
        (Words("基本情况"),),
        (Words("城市基层党建工作措施"),),
        (Words("存在问题"),),
        (Words("下一步工作思路"),),
    ]


UNIT = "范围：社区\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("党员{duty_letters}。", "styles/T.txt:5: “duty_letters”不由社区填报"),
        ("党员{pm_total:环比}。", "styles/T.txt:5: “{pm_total:环比}”的“环比”用不上"),
        ("附表：pm_total", "styles/T.txt:5: 范围是社区的样式没有附表"),
    ],
)
def test_a_style_of_communities_takes_only_what_one_of_them_reports(body: str, expected: str) -> None:
    (fault,) = faults(UNIT + body)
    assert fault.startswith(expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("范围：网格", "styles/T.txt:4: “范围：网格”只能写“街道”或“社区”"),
        ("分社区：R99", "styles/T.txt:4: “分社区：R99”不是现有样式"),
        ("{nar_community}党建。", "styles/T.txt:4: “{nar_community}”只能写进范围是社区的样式"),
        ("＋一、基本情况", "styles/T.txt:4: “＋”只能接在"),
        ("{pm_total:第2}。", "styles/T.txt:4: “{pm_total:第2}”的“第2”用不上"),
    ],
)
def test_a_fault_of_scope_or_joining_is_told(body: str, expected: str) -> None:
    assert faults(body)[0].startswith(expected)


def test_a_style_names_the_style_of_its_communities() -> None:
    style = read("分社区：R2\n党员{pm_total}。")
    assert (style.unit_style, style.is_of_unit, read(UNIT + "党员{pm_total}。").is_of_unit) == ("R2", False, True)


def test_a_text_is_asked_for_by_place_part_and_keywords() -> None:
    first, second = list(read("{nar_plan:第2:题目:必有}。{nar_case:议事、院落}。").fills())[-2:]
    assert (first.place, first.keywords) == (2, ())
    assert (second.place, second.keywords) == (None, ("议事", "院落"))
