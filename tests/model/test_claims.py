from __future__ import annotations

import pytest

from aggregator.model.claims import claims, false_comparisons


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("走访住户59户，合计72.5%", ["59", "72.5%"]),
        ("发放资料1,234份", ["1,234"]),
        ("服务群众5.8万人次", ["5.8万"]),
        ("走访两户、三百二十名党员", ["两", "三百二十"]),
        ("翻了一番，增长百分之二十", ["翻了一番", "增长", "百分之二十"]),
        ("党的二十大、三会一课、一站式服务", []),
        ("办结率创历史新高，位居全市第二，名列前茅", ["新高", "位居全市第二", "名列前茅"]),
        ("活动翻了一番，半数以上社区参加，成为全区唯一", ["翻了一番", "半数以上", "全区唯一"]),
        ("社区党组织书记是第一责任人", []),
        ("居全区首位，同比提高", ["首位", "同比", "提高"]),
        ("把学习摆在首位，把群众放在首位", []),
    ],
)
def test_numerals_and_comparing_words_are_found_and_fixed_terms_are_not(text: str, expected: list[str]) -> None:
    assert [claim.text for claim in claims(text)] == expected


@pytest.mark.parametrize(
    ("text", "is_bound"),
    [
        ("不断提高服务水平", False),
        ("办结率提高了12%", True),
        ("较上月持平", True),
        ("居全区首位", True),
        ("提升为民服务能力", False),
        ("增加走访次数，减少群众跑腿", False),
        ("志愿服务活动较去年明显增长", True),
        ("网格事件有所下降", True),
        ("服务群众超过上年", True),
        ("办结率高于全区平均水平", True),
        ("超过规定时限的由领导督办", False),
    ],
)
def test_a_comparing_word_is_bound_to_data_beside_a_number_or_where_it_means_nothing_else(
    text: str, *, is_bound: bool
) -> None:
    assert claims(text)[0].is_bound is is_bound


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("活动由30场增加到20场", ["30大于20"]),
        ("活动由30场增加到40场", []),
        ("问题从12件减少到15件", ["12小于15"]),
        ("问题从12件减至9件", []),
        ("女党员1100名，超过男党员1400名", ["1100小于1400"]),
        ("女党员1100名，少于男党员1400名", []),
        ("志愿者1.2万人，超过去年的9800人", []),
        ("志愿者1.2万人，低于去年的9800人", ["1.2万大于9800"]),
        ("本月40件，与上月41件持平", ["40小于41"]),
        ("本月40件，与上月40件持平", []),
        ("党员2527名，占比超过20%", []),
    ],
)
def test_a_comparison_is_held_against_its_own_two_numbers(text: str, reasons: list[str]) -> None:
    assert [why for _, _, why in false_comparisons(text)] == reasons
