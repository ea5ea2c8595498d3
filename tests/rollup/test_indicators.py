from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Place, Submission, ValueState
from aggregator.rollup import derive

MonthOf = Callable[..., tuple[Submission, ...]]
OCTOBER = Period.parse("2026-10")


def test_an_indicator_is_computed_after_those_that_it_reads(month_of: MonthOf) -> None:
    # visits_and_acts reads acts_held, which is counted from the ledger.
    values = month_of("| unit | visits | acts |\n| C01 | 5 | 讲座/1 参观/2 |")[0].values
    assert (values["acts_held"].value, values["visits_and_acts"].value) == (Decimal(2), Decimal(7))
    assert values["acts_held"].derived
    assert not values["visits"].derived


@pytest.mark.parametrize(
    ("answer", "state", "value"),
    [
        ("讲座/1", ValueState.VALUE, Decimal(1)),
        ("无", ValueState.VALUE, Decimal(0)),
        ("", ValueState.MISSING, None),
    ],
)
def test_a_count_is_zero_only_where_the_sheet_says_so(
    month_of: MonthOf, answer: str, state: ValueState, value: Decimal | None
) -> None:
    found = month_of(f"| unit | acts |\n| C01 | {answer} |")[0].values["acts_held"]
    assert (found.state, found.value) == (state, value)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("无", ValueState.NOT_APPLICABLE),
        ("1980-01-01/大专/是", ValueState.NOT_APPLICABLE),
        ("/大专/否", ValueState.MISSING),
        ("", ValueState.MISSING),
    ],
)
def test_an_average_of_no_rows_is_not_applicable_and_of_blank_ones_missing(
    month_of: MonthOf, answer: str, state: ValueState
) -> None:
    assert month_of(f"| unit | staff |\n| C01 | {answer} |")[0].values["staff_age"].state is state


def test_what_a_form_without_the_ledger_cannot_count_is_absent(month_of: MonthOf) -> None:
    values = month_of("| unit | acts |\n| C01 | x |")[0].values
    assert "acts_held" not in values
    # It was asked for visits and acts, and cannot be known.
    assert values["visits_and_acts"].state is ValueState.MISSING


def test_only_the_indicators_of_the_units_own_form_are_derived(month_of: MonthOf) -> None:
    office = month_of("| unit | acts |\n| J00 | 讲座/1 |")[0].values
    assert "themes" in office
    assert "acts_held" not in office
    assert "rare_count" not in month_of("| unit | total |\n| C01 | 1 |")[0].values


def test_what_reads_something_unreadable_is_not_said_to_be_blank(
    month_of: MonthOf, catalog: Catalog, street: Street
) -> None:
    (sent,) = month_of("| unit | visits | acts | women | total | staff |\n| C01 | ? | 讲座/1 | | 5 | 无 |")
    assert sent.values["visits_and_acts"].state is ValueState.UNREADABLE
    assert sent.values["women_share"].state is ValueState.MISSING
    damaged = replace(sent.ledgers["acts"], state=ValueState.UNREADABLE, rows=(), answer=None)
    again = derive(replace(sent, ledgers={**sent.ledgers, "acts": damaged}), catalog=catalog, street=street)
    assert again.values["acts_held"].state is ValueState.UNREADABLE
    assert again.values["staff_total"].value == Decimal(0)


def test_a_ratio_over_nothing_is_missing(month_of: MonthOf) -> None:
    values = month_of("| unit | total | women |\n| C01 | 0 | 0 |")[0].values
    assert values["women_share"].state is ValueState.MISSING


def test_a_sum_with_what_is_not_applicable_is_the_rest(month_of: MonthOf) -> None:
    values = month_of("| unit | visits | acts |\n| C01 | — | 讲座/1 |")[0].values
    assert values["visits_and_acts"].value == Decimal(1)


def test_a_sum_of_a_unit_is_exact_to_the_last_digit(month_of: MonthOf) -> None:
    values = month_of("| unit | visits | acts |\n| C01 | 10000000000000000000000000000.01 | 讲座/1 |")[0].values
    assert values["visits_and_acts"].value == Decimal("10000000000000000000000000001.01")


def test_a_derived_value_leads_to_its_cell_or_to_the_ledger_that_it_counts(
    month_of: MonthOf, catalog: Catalog, street: Street
) -> None:
    returned = month_of("| unit | total | women | acts |\n| C01 | 10 | 5 | 讲座/1 |")[0]
    assert str(returned.values["acts_held"].place) == "C01_2026-10.xlsx:活动台账!C3"
    assert str(returned.values["women_share"].place) == "C01_2026-10.xlsx"
    formula = Place("C01_2026-10.xlsx", "指标表", "E40")
    uncalculated = replace(returned, uncalculated={"women_share": formula, "acts_held": formula})
    again = derive(uncalculated, catalog=catalog, street=street)
    assert again.values["women_share"].place == formula
    assert str(again.values["acts_held"].place) == "C01_2026-10.xlsx:活动台账!C3"
    cell = Place("C01_2026-10.xlsx", "指标表", "D44")
    stated = DataValue("acts_held", "C01", OCTOBER, ValueState.VALUE, Decimal(9), cell)
    again = derive(replace(returned, stated={"acts_held": stated}), catalog=catalog, street=street)
    assert (again.values["acts_held"].place, again.values["acts_held"].value) == (cell, Decimal(1))


def test_deriving_twice_changes_nothing(month_of: MonthOf, catalog: Catalog, street: Street) -> None:
    once = month_of("| unit | total | women | visits | acts |\n| C01 | 10 | 5 | 3 | 讲座/1 |")[0]
    assert derive(once, catalog=catalog, street=street) == once


def test_deriving_leaves_the_return_that_was_read_alone(month_of: MonthOf, catalog: Catalog, street: Street) -> None:
    returned = replace(month_of("| unit | total |\n| C01 | 10 |")[0], values={})
    derive(returned, catalog=catalog, street=street)
    assert returned.values == {}


def test_the_year_so_far_needs_every_month_of_it(month_of: MonthOf, catalog: Catalog, street: Street) -> None:
    january, march = Period.parse("2026-01"), Period.parse("2026-03")
    table = "| unit | visits |\n| C01 | {} |"
    earlier = {
        month: month_of(table.format(number), month)[0]
        for number, month in enumerate(Period.parse("2026-01..2026-02").months(), start=1)
    }
    now = month_of(table.format(10), march)[0]
    whole = derive(now, catalog=catalog, street=street, earlier=earlier)
    assert whole.values["visits_so_far"].value == Decimal(13)
    gone = {month: found for month, found in earlier.items() if month != january}
    assert derive(now, catalog=catalog, street=street, earlier=gone).values["visits_so_far"].state is ValueState.MISSING
