from collections.abc import Callable

import pytest

from aggregator.model.consolidation import Batch
from aggregator.model.finding import Severity, group_findings
from aggregator.narrative.check import check_texts
from aggregator.narrative.finding_kinds import KINDS

BatchOf = Callable[..., Batch]
TREE = "每月初把困难家庭的愿望写在卡片上挂上心愿树，谁摘走谁负责办成，半年办成愿望149个。"


def test_a_copy_is_told_to_both_with_both_passages_and_to_the_clerk_once(batch_of: BatchOf) -> None:
    now = {
        "C01": [{"title": "心愿树", "body": TREE}],
        "C02": [{"title": "认领", "body": f"我们也学着做，请书法班的老师题了字。{TREE}"}],
    }
    finding, back = check_texts(batch_of(now))
    assert (finding.kind.code, finding.severity, finding.unit) == ("text-copied", Severity.QUERY, "C01")
    assert finding.message == (
        "梧桐社区《叙述材料》C5“心愿树”与银杏社区《叙述材料》C5“认领”雷同（整句相同，相似度100%）。"
        f"梧桐社区写：“{TREE}”｜银杏社区写：“……{TREE}”；相同的数字：149"
    )
    assert finding.remedy.startswith("请与银杏社区核实是谁的做法")
    assert (back.unit, back.severity) == ("C02", Severity.QUERY)
    assert back.message.startswith("银杏社区《叙述材料》C5“认领”与梧桐社区《叙述材料》C5“心愿树”雷同")
    (group,) = group_findings((finding, back))
    assert (group.first, group.others) == (finding, "")


def test_three_that_are_alike_are_three_findings_in_one_group_and_not_six_sides(batch_of: BatchOf) -> None:
    now = {unit: [{"title": "心愿树", "body": TREE}] for unit in ("C01", "C02", "C03")}
    found = check_texts(batch_of(now))
    assert [finding.unit for finding in found] == ["C01", "C02", "C03"]
    assert len(group_findings(found)) == 1
    assert "；与丹枫社区《叙述材料》C5也雷同" in found[0].message
    assert found[2].told_to_unit.startswith("“心愿树”与梧桐社区、银杏社区所报的材料雷同")


def test_two_pairs_that_have_nothing_in_common_are_two_groups(batch_of: BatchOf) -> None:
    wall = "楼道里的白墙由孩子们画上二十四节气，每到一个节气换一幅，全年共画了28幅，老人们说像逛画展。"
    now = {
        "C01": [{"body": TREE}, {"body": wall}],
        "C02": [{"body": TREE}],
        "C03": [{"body": wall}],
    }
    found = check_texts(batch_of(now))
    assert [(finding.unit, finding.place.cell) for finding in found] == [
        ("C01", "C5"), ("C02", "C5"), ("C01", "C6"), ("C03", "C5"),
    ]  # fmt: skip
    assert len(group_findings(found)) == 2


def test_the_office_may_quote_its_communities(batch_of: BatchOf) -> None:
    assert check_texts(batch_of({"C01": [{"body": TREE}], "S00": [{"body": TREE}]})) == ()


def test_last_months_text_handed_in_again_is_a_query(batch_of: BatchOf) -> None:
    (finding,) = check_texts(batch_of({"C01": [{"body": TREE}]}, {"C01": [{"body": TREE}]}))
    assert (finding.kind.code, finding.severity) == ("text-repeated", Severity.QUERY)
    assert "与本社区2026年9月所报“标题5”雷同" in finding.message


def test_numbers_of_persons_are_queried_and_never_printed(batch_of: BatchOf) -> None:
    body = "有事请拨打13800001234，家住5号楼2单元301室。"
    findings = check_texts(batch_of({"C01": [{"body": body}]}))
    assert [(finding.kind.code, finding.place.cell, finding.value) for finding in findings] == [
        ("text-personal-number", "C5", "138******34"),
        ("text-personal-number", "C5", "*号楼*单元***室"),
    ]
    assert not any("13800001234" in finding.message or "301" in finding.message for finding in findings)


def test_a_person_named_is_noted_by_the_first_character_only(batch_of: BatchOf) -> None:
    (finding,) = check_texts(batch_of({"C01": [{"body": "给宋大爷送饭。"}]}))
    assert (finding.kind.code, finding.severity, finding.value) == ("text-person-named", Severity.NOTE, "宋**")


def test_a_blank_theme_gets_a_suggestion_and_a_chosen_one_is_left_alone(batch_of: BatchOf) -> None:
    problem = {"kind": "存在问题", "title": "阵地偏小", "body": "活动室面积不够，设施老旧。"}
    (finding,) = check_texts(
        batch_of({"C01": [problem], "C02": [{**problem, "theme": "作风落实", "body": "场地小。"}]})
    )
    assert (finding.kind.code, finding.unit, finding.place.cell) == ("theme-suggested", "C01", "D5")
    assert "建议选“阵地滞后”" in finding.message


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_no_card_keeps_a_brace(kind: object, batch_of: BatchOf) -> None:
    body = f"{TREE}请找宋大爷，电话13800001234。"
    problem = {"kind": "存在问题", "title": "阵地", "body": "活动室太小。"}
    batch = batch_of({"C01": [{"body": body}, problem], "C02": [{"body": body}]}, {"C01": [{"body": body}]})
    told = [finding for finding in check_texts(batch) if finding.kind is kind]
    assert told
    assert not any("{" in finding.message + finding.remedy for finding in told)
