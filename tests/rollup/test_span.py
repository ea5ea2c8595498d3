from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Consolidation, Standing
from aggregator.model.org_unit import Street
from aggregator.model.period import Month, Period
from aggregator.model.value import Submission, ValueState
from aggregator.rollup.span import months_of, roll_up_span

MonthOf = Callable[..., tuple[Submission, ...]]
QUARTER = Period.parse("2026Q3")
TABLES = {
    "2026-07": """
        | unit | total | women | visits | age |
        | C01  | 100   | 40    | 3      | 50  |
        | C02  | 200   | 50    | 5      | 40  |
        | C03  | 300   | 60    | 7      | 30  |
    """,
    "2026-08": """
        | unit | total | women | visits | age |
        | C01  | 110   | 44    | 4      | 50  |
        | C03  | 310   | 62    | 0      | 30  |
    """,
    "2026-09": """
        | unit | total | women | visits | age |
        | C01  | 120   | 60    | 1      | 51  |
        | C02  | 180   | 60    | 2      | 41  |
    """,
}


@pytest.fixture
def quarter(catalog: Catalog, street: Street, month_of: MonthOf) -> Consolidation:
    """Three months; C02 lacks August, C03 lacks September."""
    months = {Period.parse(text): month_of(table, Period.parse(text)) for text, table in TABLES.items()}
    return roll_up_span(months, catalog=catalog, street=street, span=QUARTER)


def test_flows_are_summed_over_the_months_and_the_missing_ones_are_told(quarter: Consolidation) -> None:
    visits = quarter.totals["visits"].this_month
    assert visits.value == Decimal(3 + 5 + 7 + 4 + 0 + 1 + 2)
    assert visits.missing == ("C02", "C03")
    assert "8月" in visits.note
    assert "9月" in visits.note


def test_each_month_says_who_was_to_report_and_who_did(quarter: Consolidation) -> None:
    everybody = ("C01", "C02", "C03", "J00")
    assert [(month.period.last.number, month.expected, month.reported) for month in quarter.recorded] == [
        (7, everybody, ("C01", "C02", "C03")),
        (8, everybody, ("C01", "C03")),
        (9, everybody, ("C01", "C02")),
    ]


def test_stocks_are_those_of_the_last_month(quarter: Consolidation) -> None:
    total = quarter.totals["total"].this_month
    assert total.value == Decimal(120 + 180)
    assert total.missing == ("C03",)


def test_shares_and_averages_are_made_of_what_stands_at_the_end(quarter: Consolidation) -> None:
    assert quarter.totals["women_share"].this_month.value == Decimal(120) * 100 / Decimal(300)
    assert quarter.totals["age"].this_month.value == Decimal(51 * 120 + 41 * 180) / Decimal(300)


def test_a_span_that_nobody_recorded_has_no_figure(quarter: Consolidation) -> None:
    before = quarter.totals["visits"].previous
    assert (before.state, before.value, before.months_known) == (ValueState.MISSING, None, 0)


def test_a_unit_has_its_own_figures_over_the_span(quarter: Consolidation) -> None:
    assert quarter.values["C01", "visits"].value == Decimal(8)
    assert quarter.values["C01", "total"].value == Decimal(120)
    assert quarter.values["C03", "total"].state is ValueState.MISSING
    assert quarter.values["C01", "visits"].period == QUARTER


def test_a_unit_is_whole_when_it_reported_every_month(quarter: Consolidation) -> None:
    assert {report.unit.code: report.standing for report in quarter.units if report.unit.code != "J00"} == {
        "C01": Standing.VALID,
        "C02": Standing.MISSING,
        "C03": Standing.MISSING,
    }


def test_a_month_that_nobody_recorded_is_told_and_no_unit_is_blamed_for_it(
    catalog: Catalog, street: Street, month_of: MonthOf
) -> None:
    july, september = Period.month(2026, 7), Period.month(2026, 9)
    months = {july: month_of(TABLES["2026-07"], july), september: month_of(TABLES["2026-09"], september)}
    quarter = roll_up_span(months, catalog=catalog, street=street, span=QUARTER)
    assert quarter.unrecorded == (Period.month(2026, 8),)
    assert (quarter.standing("C01"), quarter.standing("C03")) == (Standing.VALID, Standing.MISSING)
    assert not quarter.totals["visits"].this_month.is_whole


def test_a_unit_whose_last_return_was_sent_back_is_not_said_to_have_sent_none(
    catalog: Catalog, street: Street, month_of: MonthOf
) -> None:
    july = Period.month(2026, 7)
    months = {july: tuple(sent for sent in month_of(TABLES["2026-07"], july) if sent.unit != "C02")}
    one = roll_up_span(months, catalog=catalog, street=street, span=july, held=frozenset({"C02"}))
    assert one.standing("C02") is Standing.HELD
    assert one.totals["visits"].this_month.missing == ("C02",)


def test_the_months_that_a_span_reads() -> None:
    months = months_of(QUARTER)
    assert months[0] == Period.month(2025, 7)
    assert Period.month(2026, 4) in months  # the quarter before
    assert Period.month(2026, 1) in months  # the year so far
    assert Period(Month(2025, 10), Month(2025, 10)) not in months
    assert months[-1] == Period.month(2026, 9)


def test_one_month_is_a_span_like_any_other(catalog: Catalog, street: Street, month_of: MonthOf) -> None:
    july = Period.month(2026, 7)
    one = roll_up_span({july: month_of(TABLES["2026-07"], july)}, catalog=catalog, street=street, span=july)
    assert one.totals["visits"].this_month.value == Decimal(15)
    assert one.totals["women_share"].this_month.value == Decimal(150) * 100 / Decimal(600)
