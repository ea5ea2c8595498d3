"""What could not be read, as texts that go back into their cells and cannot be mistaken for values there either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aggregator.intake.cells import Cell, CellKind
from aggregator.intake.coerce import Wanted, coerce, wanted_of_column, wanted_of_element
from aggregator.model.catalog import Catalog
from aggregator.model.definition import ValueType
from aggregator.model.period import Period
from aggregator.model.value import DataValue, LedgerRow, LedgerSheet, Submission, ValueState

_WRITTEN = "原填："


def sent_back(submission: Submission, catalog: Catalog) -> Submission:
    """A return whose unreadable texts stay unreadable when they are typed once more.

    A cell may show more than its text: a number in the format of a date, a formula, an error. As a bare text such a
    cell would say a number or a name that nobody meant.
    """
    period = submission.period
    values = {code: _value(value, catalog, period) for code, value in submission.values.items()}
    ledgers = {code: _ledger(sheet, catalog, period) for code, sheet in submission.ledgers.items()}
    return replace(submission, values=values, ledgers=ledgers)


def _value(value: DataValue, catalog: Catalog, period: Period) -> DataValue:
    element = catalog.elements.get(value.element)
    if value.state is not ValueState.UNREADABLE or not value.raw or element is None:
        return value
    return value._replace(raw=unreadable_text(value.raw, wanted_of_element(element), period))


def _ledger(sheet: LedgerSheet, catalog: Catalog, period: Period) -> LedgerSheet:
    return replace(sheet, rows=tuple(_row(row, catalog, period) if row.raw else row for row in sheet.rows))


def _row(row: LedgerRow, catalog: Catalog, period: Period) -> LedgerRow:
    ledger = catalog.ledgers[row.ledger]
    wanted: Mapping[str, Wanted] = {code: wanted_of_column(ledger.column(code), {}) for code in row.raw}
    return row._replace(raw={code: unreadable_text(raw, wanted[code], period) for code, raw in row.raw.items()})


def unreadable_text(raw: str, wanted: Wanted, period: Period) -> str:
    """The text that stands for an unreadable cell of this kind: as sent, else with a mark before it, else nothing."""
    if wanted.type is ValueType.CODE:
        return raw  # what is not on the list is not on it as a text either
    texts = (raw, f"{_WRITTEN}{raw}")
    return next((text for text in texts if _state(text, wanted, period) is ValueState.UNREADABLE), "")


def _state(text: str, wanted: Wanted, period: Period) -> ValueState:
    return coerce(Cell(CellKind.TEXT, text), wanted, period=period).state
