from __future__ import annotations

import pytest

from aggregator.model.report_text import PrintedParagraph
from aggregator.verify.wording import misnumbered, slips


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("成立领带小组", "领带小组", "领导小组"),
        ("签定共建协议", "签定", "签订"),
        ("截止目前共有党员", "截止目前", "截至目前"),
        ("截止10月底", "截止", "截至"),
        ("党的九届四中全会精神", "九届", "十九届"),
        ("到市市委党校培训", "市市委", "市委"),
        ("XX社区党委", "XX", "实际内容"),
        ("建立了建立台账", "建立了建立", "建立了"),
        ("下ー步打算", "ー", "一"),
        ("学习教育,服务群众", "育,", "育，"),
        ("党委（党总支)共七个", "（党总支)", "（党总支）"),
        ("党委(党总支）共七个", "(党总支）", "（党总支）"),
        ("学习，，服务", "，", "一个标点"),
        ("约300余人", "约300余", "300余"),
        ("投诉减少2倍", "减少2倍", "减少百分之几"),
        ("2026年09月", "年09月", "年9月"),
    ],
)
def test_a_slip_is_found_with_what_should_stand_there(text: str, found: str, expected: str) -> None:
    assert [(slip.found, slip.expected) for slip in slips(text)] == [(found, expected)]


@pytest.mark.parametrize(
    "text",
    [
        "一步一步推进，越来越好，一户一户走访",
        "党的十九届四中全会、党的二十届三中全会精神",
        "截至2026年10月底，共有党员2527名（17个社区中15个已报）。",
        "项目完成率为41.5%，服务群众1.2万人次，“1+6+N”网格工作法",
        "报名截止时间为每月5日，家家户户参与",
    ],
)
def test_right_words_are_left_alone(text: str) -> None:
    assert list(slips(text)) == []


def numbered(*texts: str) -> list[tuple[str, str]]:
    paragraphs = [PrintedParagraph(f"第{at}段", text) for at, text in enumerate(texts, start=1)]
    return [(wrong.found, wrong.expected) for wrong in misnumbered(paragraphs)]


def test_part_numbers_in_order_are_left_alone() -> None:
    assert (
        numbered("一、情况", "（一）组织：一是学。二是做。", "（二）队伍", "二、问题", "（一）不足", "一是少。") == []
    )


def test_a_part_number_said_twice_or_left_out_is_told() -> None:
    assert numbered("一、情况", "三、问题", "三、打算") == [("三、", "二、"), ("三、", "四、")]
    assert numbered("一、情况", "（一）组织", "（一）队伍") == [("（一）", "（二）")]
    assert numbered("一、情况", "一是学。三是做。") == [("三是", "二是")]
