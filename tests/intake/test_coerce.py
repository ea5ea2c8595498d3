from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.intake.cells import Cell, CellKind
from aggregator.intake.coerce import Understood, Wanted, choices_of, coerce, wanted_of_column
from aggregator.model.definition import Column, ValueType
from aggregator.model.period import Period
from aggregator.model.value import ValueState

OCTOBER = Period.month(2026, 10)
PEOPLE = Wanted(ValueType.INT, "人")
MONEY = Wanted(ValueType.MONEY, "元")
DAY = Wanted(ValueType.DATE)
MONTH = Wanted(ValueType.MONTH)


def read(text: str, wanted: Wanted) -> Understood:
    return coerce(Cell(CellKind.TEXT, text), wanted, period=OCTOBER)


def number(text: str, wanted: Wanted, *, is_date: bool = False) -> Understood:
    return coerce(Cell(CellKind.NUMBER, text, is_date=is_date), wanted, period=OCTOBER)


@pytest.mark.parametrize(
    ("text", "wanted", "value"),
    [
        ("12", PEOPLE, "12"),
        ("１２", PEOPLE, "12"),
        (" 12\u00a0", PEOPLE, "12"),
        ("1\u200b2", PEOPLE, "12"),
        ("1,234", PEOPLE, "1234"),
        ("1，234", PEOPLE, "1234"),
        ("1'234", PEOPLE, "1234"),
        ("1 234 567", PEOPLE, "1234567"),
        ("12人", PEOPLE, "12"),
        ("12 名", PEOPLE, "12"),
        ("+5", PEOPLE, "5"),
        ("-5", PEOPLE, "-5"),
        ("－5", PEOPLE, "-5"),
        ("0", PEOPLE, "0"),
        ("3.5万", PEOPLE, "35000"),
        ("1.2亿", MONEY, "120000000"),
        ("3.5万元", MONEY, "35000"),
        ("￥1,200.50", MONEY, "1200.5"),
        ("1200元", MONEY, "1200"),
        ("120㎡", Wanted(ValueType.DECIMAL, "平方米"), "120"),
        ("45%", Wanted(ValueType.PERCENT, "%"), "45"),
        ("35000元", Wanted(ValueType.DECIMAL, "万元"), "3.5"),
        ("3.5万元", Wanted(ValueType.DECIMAL, "万元"), "3.5"),
        ("三", PEOPLE, "3"),
        ("十", PEOPLE, "10"),
        ("十二人", PEOPLE, "12"),
        ("二十", PEOPLE, "20"),
        ("九十九", PEOPLE, "99"),
        ("两个", PEOPLE, "2"),
    ],
)
def test_a_number_is_read_as_people_write_it_and_the_repair_is_told(text: str, wanted: Wanted, value: str) -> None:
    found = read(text, wanted)
    assert found.state is ValueState.VALUE
    assert found.value == Decimal(value)
    assert found.raw == text
    assert "读取" in found.repair


@pytest.mark.parametrize(
    ("text", "wanted", "reason"),
    [
        ("约50", PEOPLE, "填的是约数，应填准确的数"),
        ("50余", PEOPLE, "填的是约数，应填准确的数"),
        ("50多人", PEOPLE, "填的是约数，应填准确的数"),
        ("10-20", PEOPLE, "填的是一个范围，应填一个准确的数"),
        ("10～20", PEOPLE, "填的是一个范围，应填一个准确的数"),
        ("无", PEOPLE, "“无”不是数，没有发生的填0"),
        ("—", PEOPLE, "这一项不能填“不适用”，没有的填0"),
        ("不适用", PEOPLE, "这一项不能填“不适用”，没有的填0"),
        ("(123)", PEOPLE, "括号里的数不能确定是不是负数"),
        ("（123）", PEOPLE, "括号里的数不能确定是不是负数"),
        ("3.5", PEOPLE, "应为整数，填的是3.5"),
        ("12人次", PEOPLE, "单位“人次”与这一项的单位“人”不符"),
        ("12户", PEOPLE, "单位“户”与这一项的单位“人”不符"),
        ("45%", PEOPLE, "填的是百分数，这一项不是百分数"),
        ("1,23", PEOPLE, "数字里夹有文字"),
        ("3 5", PEOPLE, "数字里夹有文字"),
        ("$30", MONEY, "带有货币符号，与这一项的单位不符"),
        ("①", PEOPLE, "填的是文字，应填数字"),
        ("二三", PEOPLE, "填的是文字，应填数字"),
        ("详见附件", PEOPLE, "填的是文字，应填数字"),
        ("1234567890123456", PEOPLE, "数字超过15位，不能确定是否完整"),
    ],
)
def test_what_is_no_exact_number_is_unreadable_with_its_reason(text: str, wanted: Wanted, reason: str) -> None:
    found = read(text, wanted)
    assert (found.state, found.value, found.reason) == (ValueState.UNREADABLE, None, reason)
    assert found.raw == text


@pytest.mark.parametrize(
    ("stored", "value"),
    [("0", "0"), ("-0", "0"), ("12", "12"), ("45.199999999999996", "45.2"), ("0.30000000000000004", "0.3")],
)
def test_a_number_cell_is_the_decimal_that_excel_shows(stored: str, value: str) -> None:
    found = number(stored, MONEY)
    assert (found.state, str(found.value), found.repair) == (ValueState.VALUE, value, "")


def test_a_fraction_in_a_count_is_not_rounded() -> None:
    assert number("3.5", PEOPLE).state is ValueState.UNREADABLE


def test_a_number_that_shows_as_a_date_is_not_taken_for_a_count() -> None:
    assert number("5", PEOPLE, is_date=True).state is ValueState.UNREADABLE


def test_a_number_with_wan_written_behind_it_by_its_format_is_neither_3_nor_30000() -> None:
    found = coerce(Cell(CellKind.NUMBER, "3", is_scaled=True), MONEY, period=OCTOBER)
    assert (found.state, found.reason) == (
        ValueState.UNREADABLE, "单元格的数字格式里带有“万”一类的字，看不出填的是多少",
    )  # fmt: skip


def test_a_number_that_shows_as_a_percentage_is_the_percentage() -> None:
    cell = Cell(CellKind.NUMBER, "0.45", is_percent=True)
    found = coerce(cell, Wanted(ValueType.PERCENT, "%"), period=OCTOBER)
    assert (found.value, found.repair) == (Decimal(45), "单元格为百分比格式，“45%”按45读取")
    assert coerce(cell, MONEY, period=OCTOBER).state is ValueState.UNREADABLE


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("党员数", "130名", "130"),
        ("认领服务项目数", "３项", "3"),
        ("参加人次", "23人次", "23"),
        ("参加人次", "２３人", "23"),
        ("开展活动场次", "4场", "4"),
        ("长度（米）", "60米", "60"),
        ("参加人次", "12户", None),
        ("党员数", "12户", None),
        ("工程量", "12米", None),
    ],
)
def test_a_ledger_column_tells_its_unit_by_its_name(name: str, text: str, value: str | None) -> None:
    found = read(text, wanted_of_column(Column("number", name, ValueType.INT), {}))
    assert found.value == (None if value is None else Decimal(value))


@pytest.mark.parametrize("text", ["不适用", "—", "/", "-", "——", "／", "//", " － "])
def test_not_applicable_is_a_state_of_its_own_where_it_is_allowed(text: str) -> None:
    found = read(text, Wanted(ValueType.INT, "人", allows_not_applicable=True))
    assert (found.state, found.value) == (ValueState.NOT_APPLICABLE, None)


def test_a_blank_and_a_cell_of_blanks_are_missing() -> None:
    assert coerce(None, PEOPLE, period=OCTOBER).state is ValueState.MISSING
    assert read(" \u3000\u200b\n", PEOPLE).state is ValueState.MISSING


def test_a_formula_is_taken_by_its_result_and_said_so() -> None:
    cell = Cell(CellKind.NUMBER, "7", "3+4")
    found = coerce(cell, PEOPLE, period=OCTOBER)
    assert (found.value, found.repair) == (Decimal(7), "取公式的计算结果")


@pytest.mark.parametrize(
    ("cell", "raw", "reason"),
    [
        (Cell(CellKind.ERROR, "#REF!", "A1+#REF!"), "#REF!", "单元格显示错误值#REF!"),
        (Cell(CellKind.UNCALCULATED, "", "A1+B1"), "=A1+B1", "公式还没有计算出结果"),
        (Cell(CellKind.BOOL, "1"), "TRUE", "填的是逻辑值"),
    ],
)
def test_errors_and_uncalculated_formulas_are_unreadable(cell: Cell, raw: str, reason: str) -> None:
    found = coerce(cell, PEOPLE, period=OCTOBER)
    assert (found.state, found.raw, found.reason) == (ValueState.UNREADABLE, raw, reason)


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("2026-10-03", ""),
        ("2026-10-3", "“2026-10-3”按2026-10-03读取"),
        ("2026/10/3", "“2026/10/3”按2026-10-03读取"),
        ("2026.10.3", "“2026.10.3”按2026-10-03读取"),
        ("2026年10月3日", "“2026年10月3日”按2026-10-03读取"),
        ("２０２６年１０月３日", "“２０２６年１０月３日”按2026-10-03读取"),
        ("20261003", "“20261003”按2026-10-03读取"),
        ("2026-10-03 00:00:00", "“2026-10-03 00:00:00”按2026-10-03读取"),
        ("10月3日", "“10月3日”按2026-10-03读取（没有写年份，按2026年读取）"),
        ("46298", "“46298”是日期的序列数，按2026-10-03读取"),
    ],
)
def test_a_date_is_read_in_the_ways_people_write_it(text: str, repair: str) -> None:
    found = read(text, DAY)
    assert (found.value, found.repair) == (date(2026, 10, 3), repair)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("10/3/26", "年份没有写4位，分不清年、月、日"),
        ("26.10.3", "年份没有写4位，分不清年、月、日"),
        ("10.3", "分不清是几月几日，也没有年份"),
        ("2026-02-30", "没有这一天"),
        ("2026-13", "没有这个月份"),
        ("202613", "没有这个月份"),
        ("上旬", "不是日期"),
        ("2026年", "不是日期"),
    ],
)
def test_a_date_that_can_be_read_two_ways_is_unreadable(text: str, reason: str) -> None:
    found = read(text, DAY)
    assert (found.state, found.reason) == (ValueState.UNREADABLE, reason)


def test_a_date_serial_of_a_date_cell_needs_no_repair() -> None:
    # 46298 days after 1899-12-30 is 2026-10-03.
    found = number("46298", DAY, is_date=True)
    assert (found.value, found.repair) == (date(2026, 10, 3), "")


@pytest.mark.parametrize("text", ["2026年10月", "2026-10", "2026.10", "2026/10", "202610", "2026年10月份"])
def test_a_month_is_its_first_day(text: str) -> None:
    assert read(text, MONTH).value == date(2026, 10, 1)
    found = read(text, DAY)
    assert (found.value, found.repair) == (date(2026, 10, 1), "只填到月，按2026-10-01读取")


def test_october_typed_as_a_decimal_number_cannot_be_told_from_january() -> None:
    assert number("2026.1", MONTH).state is ValueState.UNREADABLE
    assert number("2026.11", MONTH).value == date(2026, 11, 1)


YES_NO = Wanted(ValueType.CODE, choices=choices_of(("是", "否")), is_yes_no=True)
SCHOOLS = Wanted(ValueType.CODE, choices=choices_of(("高中（中专）", "大专")))


@pytest.mark.parametrize(
    ("text", "wanted", "value", "is_repaired"),
    [
        ("是", YES_NO, "是", False),
        (" 是 ", YES_NO, "是", False),
        ("√", YES_NO, "是", True),
        ("有", YES_NO, "是", True),
        ("Ｙ", YES_NO, "是", True),
        ("无", YES_NO, "否", True),
        ("高中(中专)", SCHOOLS, "高中（中专）", True),
        ("大 专", SCHOOLS, "大专", True),
    ],
)
def test_a_choice_is_recognised_in_its_spellings(text: str, wanted: Wanted, value: str, is_repaired: bool) -> None:  # noqa: FBT001
    found = read(text, wanted)
    assert found.value == value
    assert bool(found.repair) is is_repaired


@pytest.mark.parametrize("text", ["本科", "高中", "1"])
def test_a_text_outside_the_list_is_no_choice(text: str) -> None:
    assert read(text, SCHOOLS).state is ValueState.UNREADABLE


def test_a_dash_in_a_cell_that_may_stay_empty_means_empty() -> None:
    found = read("/", Wanted(ValueType.DATE, is_optional=True))
    assert (found.state, found.repair) == (ValueState.MISSING, "“/”按未填读取")


def test_a_text_keeps_its_content_without_invisible_signs() -> None:
    found = read("\ufeff 第一段\r\n第二段（完） ", Wanted(ValueType.TEXT))
    assert found.value == "第一段\n第二段（完）"


def test_a_telephone_typed_as_a_number_is_a_text_without_exponent() -> None:
    assert number("13800000000", Wanted(ValueType.TEXT)).value == "13800000000"


@pytest.mark.parametrize("wanted", [PEOPLE, MONEY, Wanted(ValueType.TEXT)])
@pytest.mark.parametrize("stored", ["110101199003071000", "1.10101199003071E+17", "1000000000000000"])
def test_a_number_that_lost_its_last_digits_is_none_and_is_not_quoted(stored: str, wanted: Wanted) -> None:
    found = number(stored, wanted)
    assert (found.state, found.value) == (ValueState.UNREADABLE, None)
    assert found.raw == f"{16 if stored.endswith('0' * 15) else 18}位长数字（后几位已丢失）"
    assert "后几位已被表格软件改成0" in found.reason


def test_fifteen_digits_are_all_there() -> None:
    assert number("110101900307123", Wanted(ValueType.TEXT)).value == "110101900307123"


def test_names_are_told_apart_by_any_separator() -> None:
    assert read("甲、乙，丙;丁", Wanted(ValueType.NAMES)).value == ("甲", "乙", "丙", "丁")


ALPHABET = "0123456789０１9.,，'-－/年月日万千亿百元人户%（）()约余十二—— \u3000\u200b\nA①"


@given(st.text(ALPHABET, max_size=12), st.sampled_from([PEOPLE, MONEY, DAY, MONTH, YES_NO, SCHOOLS]))
def test_any_text_is_understood_or_refused_and_never_both(text: str, wanted: Wanted) -> None:
    found = read(text, wanted)
    assert (found.value is not None) == (found.state is ValueState.VALUE)
    assert bool(found.reason) == (found.state is ValueState.UNREADABLE)
    if found.state is ValueState.VALUE and str(found.value) != text:
        assert found.repair or wanted.type in {ValueType.CODE, ValueType.MONTH}


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_a_number_reads_the_same_as_a_number_and_as_a_text(value: Decimal) -> None:
    assert number(f"{value:f}", MONEY).value == read(f"{value:f}", MONEY).value == value
    assert read(f"{value:,f}元", MONEY).value == value
