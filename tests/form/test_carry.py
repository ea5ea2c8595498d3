from __future__ import annotations

from datetime import date

import pytest

from aggregator.form.carry import Prefill, carried_rows
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.value import LedgerRow, LedgerSheet, Place, Scalar, ValueState
from tests.form.conftest import COMMUNITY, OCTOBER, STREET

DECEMBER, JANUARY = Period.month(2026, 12), Period.month(2027, 1)


def sheet(ledger: str, *rows: dict[str, Scalar], month: Period) -> LedgerSheet:
    """A ledger as it was recorded."""
    recorded = tuple(LedgerRow(ledger, "C01", month, 5 + i, row) for i, row in enumerate(rows))
    return LedgerSheet(ledger, ValueState.VALUE, recorded, None, Place("", ledger, "B3"))


def carried(catalog: Catalog, *sheets: LedgerSheet, month: Period, into: Period) -> dict[str, list[dict[str, Scalar]]]:
    """The rows that stand in the form of the month `into`."""
    prefill = Prefill({}, {sheet.ledger: sheet for sheet in sheets}, month)
    # The hardship block is on by default; the roster too.
    street: Street = STREET
    return carried_rows(catalog, street, COMMUNITY, prefill=prefill, period=into)


def test_a_row_that_left_is_not_carried(catalog: Catalog) -> None:
    roster = sheet(
        "committee_roster",
        {"person": "甲一", "status": "在任"},
        {"person": "乙二", "status": "离任", "left_on": date(2026, 9, 8)},
        month=OCTOBER.previous(),
    )
    rows = carried(catalog, roster, month=OCTOBER.previous(), into=OCTOBER)["committee_roster"]
    assert [row["person"] for row in rows] == ["甲一"]


def test_what_happened_last_month_is_not_carried(catalog: Catalog) -> None:
    activities = sheet("activities", {"title": "主题党日", "act_type": "主题党日"}, month=OCTOBER.previous())
    assert carried(catalog, activities, month=OCTOBER.previous(), into=OCTOBER)["activities"] == []


@pytest.mark.parametrize(("into", "kept"), [(DECEMBER, True), (JANUARY, False)], ids=["december", "january"])
def test_a_yearly_column_is_cleared_in_january(catalog: Catalog, into: Period, kept: bool) -> None:  # noqa: FBT001
    roster = sheet(
        "committee_roster", {"person": "甲一", "status": "在任", "trained_this_year": "是"}, month=into.previous()
    )
    row = carried(catalog, roster, month=into.previous(), into=into)["committee_roster"][0]
    assert row["person"] == "甲一"
    assert ("trained_this_year" in row) is kept


def test_a_monthly_column_is_cleared_every_month(catalog: Catalog) -> None:
    positions = sheet(
        "positions", {"name": "爱心驿站", "status": "在用", "served_this_month": "40"}, month=OCTOBER.previous()
    )
    row = carried(catalog, positions, month=OCTOBER.previous(), into=OCTOBER)["positions"][0]
    assert "served_this_month" not in row
    assert row["name"] == "爱心驿站"
