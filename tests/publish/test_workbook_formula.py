"""Live totals: only where they give the engine's own value."""

from dataclasses import replace
from decimal import Decimal

import pytest

from aggregator.model.consolidation import Aggregate, Consolidation
from aggregator.model.definition import Asked
from aggregator.model.expression import Arithmetic, ElementRef, Number
from aggregator.model.value import ValueState
from aggregator.publish.workbook.formula import Grid, Span, live_total

_ALL = Span("C", "E", ("C01", "C02", "S00"))
_SPANS = {Asked.BOTH: _ALL, Asked.COMMUNITIES: Span("C", "D", ("C01", "C02")), Asked.OFFICE: Span("E", "E", ("S00",))}


def _total(month: Consolidation, element: str, value: str) -> Aggregate:
    return replace(month.totals[element].this_month, state=ValueState.VALUE, value=Decimal(value))


def _grid(**numbers: dict[str, str]) -> Grid:
    rows = {code: row for row, code in enumerate(numbers, start=5)}
    exact = {code: {unit: Decimal(text) for unit, text in line.items()} for code, line in numbers.items()}
    return Grid(rows, exact, _SPANS)


@pytest.mark.parametrize(
    ("total", "formula"),
    [("10", "SUM(C5:E5)"), ("3", "SUM(C5:D5)"), ("7", "SUM(E5:E5)")],
)
def test_the_span_is_that_of_the_units_in_the_total(month: Consolidation, total: str, formula: str) -> None:
    grid = _grid(act_mass_org={"C01": "1", "C02": "2", "S00": "7"})
    element = month.catalog.elements["act_mass_org"]
    found = live_total(element, _total(month, "act_mass_org", total), grid)
    assert found is not None
    assert (found.formula, found.value) == (formula, Decimal(total))


def test_a_total_that_no_sum_gives_stays_a_number(month: Consolidation) -> None:
    grid = _grid(act_mass_org={"C01": "1", "C02": "2", "S00": "7"})
    assert live_total(month.catalog.elements["act_mass_org"], _total(month, "act_mass_org", "11"), grid) is None


def test_a_ratio_leaves_out_a_unit_without_one_of_its_operands(month: Consolidation) -> None:
    grid = _grid(grid_events_found={"C01": "3", "C02": "100"}, grid_events_closed={"C01": "2"})
    third = _total(month, "grid_close_rate", "66.66666666666666666666666667")
    found = live_total(month.catalog.elements["grid_close_rate"], third, grid)
    assert found is not None
    assert found.value == Decimal("66.6666666667")


def test_a_ratio_of_nothing_is_no_formula(month: Consolidation) -> None:
    grid = _grid(grid_events_found={"C01": "0"}, grid_events_closed={"C01": "0"})
    assert live_total(month.catalog.elements["grid_close_rate"], _total(month, "grid_close_rate", "0"), grid) is None


def test_a_missing_total_is_no_formula(month: Consolidation) -> None:
    missing = replace(month.totals["pm_total"].this_month, state=ValueState.MISSING, value=None)
    assert live_total(month.catalog.elements["pm_total"], missing, _grid(pm_total={"C01": "1"})) is None


def test_sums_with_decimals_are_rounded_to_the_most_decimals_of_an_addend(month: Consolidation) -> None:
    grid = _grid(fund_service_mass={"C01": "0.1", "C02": "0.205"})
    found = live_total(month.catalog.elements["fund_service_mass"], _total(month, "fund_service_mass", "0.305"), grid)
    assert found is not None
    assert found.formula == "ROUND(SUM(C5:D5),3)"


def test_a_ratio_of_one_element_counts_truth_as_a_number(month: Consolidation) -> None:
    monthly = replace(
        month.catalog.elements["grid_close_rate"],
        expression=Arithmetic("/", ElementRef("pm_total"), Number(Decimal(12))),
    )
    grid = _grid(pm_total={"C01": "24", "C02": "12"})
    found = live_total(monthly, _total(month, "grid_close_rate", "3"), grid)
    assert found is not None
    assert found.formula == 'IFERROR(ROUND((SUMPRODUCT(1*ISNUMBER(C5:D5),C5:D5)/12),10),"未填")'
