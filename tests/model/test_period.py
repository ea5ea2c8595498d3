from datetime import date

import pytest

from aggregator.model.period import Month, Period, PeriodError


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-10", (2026, 10), (2026, 10)),
        ("2026-1", (2026, 1), (2026, 1)),
        ("202610", (2026, 10), (2026, 10)),
        ("2026年10月", (2026, 10), (2026, 10)),
        ("2026年1月", (2026, 1), (2026, 1)),
        ("2026.09", (2026, 9), (2026, 9)),
        ("2026/9", (2026, 9), (2026, 9)),
        ("２０２６－１０", (2026, 10), (2026, 10)),
        (" 2026年 10月 ", (2026, 10), (2026, 10)),
        ("2026Q3", (2026, 7), (2026, 9)),
        ("2026q1", (2026, 1), (2026, 3)),
        ("2026年第四季度", (2026, 10), (2026, 12)),
        ("2026年第2季度", (2026, 4), (2026, 6)),
        ("2026H1", (2026, 1), (2026, 6)),
        ("2026年下半年", (2026, 7), (2026, 12)),
        ("2026年上半年", (2026, 1), (2026, 6)),
        ("2026", (2026, 1), (2026, 12)),
        ("2026年", (2026, 1), (2026, 12)),
        ("2026-01..2026-10", (2026, 1), (2026, 10)),
        ("2025年11月至2026年2月", (2025, 11), (2026, 2)),
        ("2026-01—2026-03", (2026, 1), (2026, 3)),
        ("2026Q1..2026Q2", (2026, 1), (2026, 6)),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert Period.parse(text) == Period(Month(*first), Month(*last))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "十月",
        "2026-13",
        "2026-00",
        "202613",
        "26-10",
        "2026Q5",
        "2026H3",
        "2026-10..2026-01",
        "本月",
        "..",
        "2026-10-05",
    ],
)
def test_a_text_that_names_no_period_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(PeriodError, match="不是有效的统计期"):
        Period.parse(text)


def test_this_month_and_last_month_need_todays_date() -> None:
    assert Period.parse("本月", today=date(2026, 1, 31)) == Period.month(2026, 1)
    assert Period.parse("上月", today=date(2026, 1, 31)) == Period.month(2025, 12)


@pytest.mark.parametrize(
    ("text", "previous", "last_year", "year_to_date"),
    [
        ("2026-10", "2026-09", "2025-10", "2026-01..2026-10"),
        ("2026-01", "2025-12", "2025-01", "2026-01"),
        ("2026Q1", "2025Q4", "2025Q1", "2026Q1"),
        ("2026H2", "2026H1", "2025H2", "2026"),
        ("2026-02..2026-04", "2025-11..2026-01", "2025-02..2025-04", "2026-01..2026-04"),
    ],
)
def test_the_bases_of_a_period(text: str, previous: str, last_year: str, year_to_date: str) -> None:
    period = Period.parse(text)
    assert period.previous() == Period.parse(previous)
    assert period.same_period_last_year() == Period.parse(last_year)
    assert period.year_to_date() == Period.parse(year_to_date)


def test_a_period_knows_its_days_and_months() -> None:
    period = Period.parse("2024-01..2024-02")
    assert (period.start, period.end) == (date(2024, 1, 1), date(2024, 2, 29))
    assert list(period.months()) == [Period.month(2024, 1), Period.month(2024, 2)]
    assert len(period) == 2
    assert date(2024, 2, 29) in period
    assert date(2024, 3, 1) not in period
    assert "2024-02" not in period


@pytest.mark.parametrize(
    ("text", "label", "plain"),
    [
        ("2026-10", "2026年10月", "2026-10"),
        ("2026-01..2026-10", "2026年1—10月", "2026-01..2026-10"),
        ("2025-11..2026-02", "2025年11月—2026年2月", "2025-11..2026-02"),
        ("2026", "2026年", "2026-01..2026-12"),
    ],
)
def test_a_period_as_texts_write_it(text: str, label: str, plain: str) -> None:
    assert Period.parse(text).label == label
    assert str(Period.parse(text)) == plain
    assert Period.parse(plain) == Period.parse(text)


def test_months_are_counted_across_years() -> None:
    assert Month(2026, 1).plus(-1) == Month(2025, 12)
    assert Month(2025, 12).plus(14) == Month(2027, 2)
    assert Period.month(2025, 12) < Period.month(2026, 9) < Period.month(2026, 10)


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("2026-10", "2026-10", "2026年10月"),
        ("2026Q1", "2026Q1", "2026年第一季度"),
        ("2026-07..2026-09", "2026Q3", "2026年第三季度"),
        ("2026H2", "2026H2", "2026年下半年"),
        ("2026", "2026", "2026年"),
        ("2026-02..2026-04", "2026-02..2026-04", "2026年2—4月"),
        ("2025-11..2026-01", "2025-11..2026-01", "2025年11月—2026年1月"),
    ],
)
def test_a_part_of_the_year_goes_by_its_name(text: str, name: str, label: str) -> None:
    period = Period.parse(text)
    assert (period.name, period.label) == (name, label)
    assert Period.parse(name) == period
