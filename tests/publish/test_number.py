from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from aggregator.publish import number

AMOUNTS = st.lists(st.decimals(-10_000_000, 10_000_000, places=2), min_size=1, max_size=25)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("2.675", 2, "2.68"),
        ("1.005", 2, "1.01"),
        ("-0.4", 0, "0"),
        ("12345678901234567890123456789012.345", 2, "12345678901234567890123456789012.35"),
    ],
)
def test_halves_are_rounded_up(value: str, places: int, expected: str) -> None:
    assert str(number.round_half_up(Decimal(value), places)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("1E+3", "1000"),
        ("1200", "1200"),
        ("1.500", "1.5"),
        ("1E-7", "0.0000001"),
        ("-12.30", "-12.3"),
        ("12345678901234567890123456789012.345", "12345678901234567890123456789012.345"),
    ],
)
def test_a_plain_number_is_exact_and_bare(value: str, expected: str) -> None:
    assert number.plain(Decimal(value)) == expected


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_not_shown(value: str) -> None:
    with pytest.raises(ValueError, match="shown"):
        number.plain(Decimal(value))


@pytest.mark.parametrize(
    ("value", "is_grouped", "expected"),
    [("0", False, "0"), ("12345", False, "12345"), ("12345", True, "12,345"), ("2.5", False, "2.5")],
)
def test_a_count_is_grouped_only_on_demand(value: str, is_grouped: bool, expected: str) -> None:  # noqa: FBT001
    assert number.count(Decimal(value), is_grouped=is_grouped) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("24.66", "24.7%"), ("80", "80%"), ("80.04", "80%"), ("80.05", "80.1%"), ("-3.25", "-3.3%"), ("0", "0%")],
)
def test_a_percentage_has_one_decimal_at_most(value: str, expected: str) -> None:
    assert number.percent(Decimal(value)) == expected


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [
        ("12345.6", "1.23万元"),
        ("12350", "1.24万元"),
        ("120000", "12万元"),
        ("800", "0.08万元"),
        ("50", "0.01万元"),
        ("49.99", "49.99元"),
        ("0", "0元"),
        ("-12345.6", "-1.23万元"),
    ],
)
def test_money_is_printed_in_ten_thousands_unless_nothing_would_remain(yuan: str, expected: str) -> None:
    assert number.money(Decimal(yuan)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("9999", "9999人次"), ("10000", "1万人次"), ("15230", "1.52万人次"), ("0", "0人次")],
)
def test_persons_are_printed_in_ten_thousands_from_ten_thousand_on(value: str, expected: str) -> None:
    assert number.quantity(Decimal(value), "人次") == expected


def test_a_scaled_number_keeps_number_and_unit_apart() -> None:
    assert number.scaled(Decimal(30600), "小时", places=1) == number.Scaled("3.1", "万小时")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7", "7"),
        ("19", "19"),
        ("20", "20"),
        ("23", "20余"),
        ("107", "100余"),
        ("199", "190余"),
        ("200", "200"),
        ("356", "350余"),
        ("999", "950余"),
        ("1000", "1000"),
        ("1234", "1000余"),
        ("9999", "9500余"),
        ("10000", "1万"),
        ("12000", "1.2万"),
        ("12345", "1.2万余"),
        ("805001", "80.5万余"),
        ("-107", "-107"),
    ],
)
def test_yu_is_printed_only_if_something_was_cut(value: str, expected: str) -> None:
    assert number.approximately(Decimal(value)) == expected


def test_dates_have_no_leading_zeros() -> None:
    assert number.chinese_date(date(2020, 9, 30)) == "2020年9月30日"
    assert number.chinese_date(date(2026, 1, 5)) == "2026年1月5日"
    assert number.month_label(2026, 10) == "2026年10月"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_headings_are_numbered_in_chinese(value: int, expected: str) -> None:
    assert number.chinese_numeral(value) == expected


@pytest.mark.parametrize("value", [0, 100, -1])
def test_a_numeral_outside_one_to_ninety_nine_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="1 to 99"):
        number.chinese_numeral(value)


@pytest.mark.parametrize(
    ("now", "base", "expected"),
    [
        ("18", "10", "增长80%"),
        ("10", "18", "减少44.4%"),
        ("0", "5", "减少100%"),
        ("30", "10", "增长200%"),
        ("5", "5", "持平"),
        ("0", "0", "持平"),
        ("7", "0", "由0增至7"),
        ("-7", "0", "由0减至-7"),
        ("5", "-3", "增加8"),
        ("-5", "-3", "减少2"),
        ("-5", "10", "减少15"),
        ("100001", "100000", "基本持平"),
        (None, "5", None),
        ("5", None, None),
    ],
)
def test_each_case_of_a_change_has_its_phrase(now: str | None, base: str | None, expected: str | None) -> None:
    assert number.change_phrase(_decimal(now), _decimal(base)) == expected


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("now", "base", "show", "expected"),
    [("20000", "0", number.money, "由0增至2万元"), ("20000", "10000", number.money, "增加100%")],
)
def test_a_change_uses_the_words_of_its_caller(
    now: str, base: str, show: Callable[[Decimal], str], expected: str
) -> None:
    assert number.change_phrase(Decimal(now), Decimal(base), rise="增加", show=show) == expected


@pytest.mark.parametrize(
    ("now", "base", "expected"),
    [
        ("24.7", "24.3", "提高0.4个百分点"),
        ("80", "82", "下降2个百分点"),
        ("80", "80", "持平"),
        ("80.04", "80", "基本持平"),
        ("80", None, None),
        (None, "80", None),
    ],
)
def test_shares_differ_by_percentage_points(now: str | None, base: str | None, expected: str | None) -> None:
    assert number.points_phrase(_decimal(now), _decimal(base)) == expected


@pytest.mark.parametrize(
    ("names", "limit", "expected"),
    [
        ([], 3, ""),
        (["东风"], 3, "东风"),
        (["东风", "西苑", "南湖"], 3, "东风、西苑、南湖"),
        (["东风", "西苑", "南湖", "北关"], 3, "东风、西苑、南湖等4个"),
    ],
)
def test_a_long_enumeration_is_cut_and_counted(names: Sequence[str], limit: int, expected: str) -> None:
    assert number.join_names(names, limit) == expected
