"""Drafts to submissions: only what the catalog asks of such a unit, each value with the cell that it stands in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from aggregator.demo.profile import Draft, Row
from aggregator.model.address import column_letters
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element, Ledger, LedgerKind
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import (
    Answer,
    DataValue,
    Gap,
    LedgerRow,
    LedgerSheet,
    Place,
    SourceFile,
    Submission,
    ValueState,
)

_INDICATOR_SHEET = "指标表"
_STATES = {
    Gap.MISSING: ValueState.MISSING,
    Gap.NOT_APPLICABLE: ValueState.NOT_APPLICABLE,
    Gap.UNREADABLE: ValueState.UNREADABLE,
}


class ElementPlace(Protocol):
    """Where an element stands in a form."""

    @property
    def sheet(self) -> str:
        """The sheet."""

    @property
    def cell(self) -> str:
        """The cell of this month's value."""


class LedgerPlace(Protocol):
    """Where a ledger stands in a form."""

    @property
    def sheet(self) -> str:
        """The sheet."""

    @property
    def first_row(self) -> int:
        """The first row for input."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Column letters by column code."""

    @property
    def answer_cell(self) -> str:
        """The cell of the answer."""


class FormMap(Protocol):
    """Where everything stands in a form; the layout of the room `form` is one."""

    @property
    def elements(self) -> Mapping[str, ElementPlace]:
        """The elements by code."""

    @property
    def ledgers(self) -> Mapping[str, LedgerPlace]:
        """The ledgers by code."""


@dataclass(frozen=True, slots=True)
class _PlainLedgerPlace:
    """A ledger as it stands when nobody has laid out a form."""

    sheet: str
    first_row: int
    columns: Mapping[str, str]
    answer_cell: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of one kind of unit, found out once; `formulas` are the cells that compute an element."""

    elements: tuple[tuple[Element, str, str], ...]
    formulas: tuple[tuple[str, ElementPlace], ...]
    ledgers: tuple[tuple[Ledger, LedgerPlace, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class _Return:
    """A return on its way."""

    unit: OrgUnit
    month: Period
    draft: Draft

    @property
    def file(self) -> str:
        """The name of the file that it would have come in."""
        return f"{self.unit.name}_{self.month.label}.xlsx"


class Assembler:
    """Puts drafts into the shape in which the engine reads returns."""

    def __init__(self, catalog: Catalog, street: Street, layouts: Mapping[UnitKind, FormMap]) -> None:
        self._version = catalog.version
        blocks_on = catalog.blocks_on(street)
        self._asked = {kind: _asked(catalog, kind, blocks_on, layouts.get(kind)) for kind in UnitKind}
        self._last: dict[tuple[str, str], Sequence[Row]] = {}

    def submission(self, unit: OrgUnit, month: Period, draft: Draft) -> Submission:
        """One unit's return of one month."""
        sent = _Return(unit, month, draft)
        asked = self._asked[unit.kind]
        return Submission(
            unit=unit.code,
            period=month,
            source=SourceFile(sent.file, 0, hashlib.sha256(sent.file.encode()).hexdigest()),
            values={element.code: _value(element, sent, sheet, cell) for element, sheet, cell in asked.elements},
            ledgers={
                ledger.code: self._sheet(ledger, sent, place, columns) for ledger, place, columns in asked.ledgers
            },
            cover={"compiler": "经办人", "reviewer": "审核人", "phone": "内线6100"},
            catalog_version=self._version,
            uncalculated={code: Place(sent.file, at.sheet, at.cell) for code, at in asked.formulas},
        )

    def _sheet(self, ledger: Ledger, sent: _Return, place: LedgerPlace, columns: frozenset[str]) -> LedgerSheet:
        rows = sent.draft.ledgers.get(ledger.code)
        where = Place(sent.file, place.sheet, place.answer_cell)
        if rows is None:
            return LedgerSheet(ledger.code, ValueState.MISSING, (), None, where, place.columns)
        unit, month = sent.unit.code, sent.month
        numbered = enumerate((_only(row, columns) for row in rows), start=place.first_row)
        return LedgerSheet(
            ledger.code,
            ValueState.VALUE,
            tuple(LedgerRow(ledger.code, unit, month, number, cells) for number, cells in numbered),
            self._answer(ledger, unit, rows),
            where,
            place.columns,
        )

    def _answer(self, ledger: Ledger, unit: str, rows: Sequence[Row]) -> Answer:
        """What a careful clerk answers above the rows."""
        if ledger.kind is LedgerKind.FLOW:
            return Answer.HAS_ROWS if rows else Answer.NONE_THIS_MONTH
        before = self._last.get((ledger.code, unit))
        self._last[ledger.code, unit] = tuple(rows)
        if not rows:
            return Answer.NONE_AT_ALL
        return Answer.UNCHANGED if before == tuple(rows) else Answer.UPDATED


def _only(row: Row, columns: frozenset[str]) -> Row:
    return row if row.keys() <= columns else {code: cell for code, cell in row.items() if code in columns}


def _value(element: Element, sent: _Return, sheet: str, cell: str) -> DataValue:
    place = Place(sent.file, sheet, cell)
    found = sent.draft.values.get(element.code, Gap.MISSING)
    if isinstance(found, Gap):
        return DataValue(element.code, sent.unit.code, sent.month, _STATES[found], None, place)
    return DataValue(element.code, sent.unit.code, sent.month, ValueState.VALUE, found, place)


def _asked(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str], layout: FormMap | None) -> _Asked:
    elements = []
    for element in catalog.asked_elements(kind, blocks_on):
        if element.is_typed:
            at = layout.elements[element.code] if layout else None
            elements.append((element, at.sheet if at else _INDICATOR_SHEET, at.cell if at else ""))
    ledgers = []
    for ledger in catalog.asked_ledgers(kind, blocks_on):
        place = layout.ledgers[ledger.code] if layout else _plain_place(ledger, kind)
        # A community's own name is in no cell of its form; who reads the form puts it into the rows.
        columns = {column.code for column in ledger.columns if column.is_asked(kind) or column.own_unit}
        ledgers.append((ledger, place, frozenset(columns)))
    derived = {element.code for element in catalog.asked_elements(kind, blocks_on) if not element.is_typed}
    formulas = tuple((code, at) for code, at in layout.elements.items() if code in derived) if layout else ()
    return _Asked(tuple(elements), formulas, tuple(ledgers))


def _plain_place(ledger: Ledger, kind: UnitKind) -> LedgerPlace:
    letters = {column.code: column_letters(number) for number, column in enumerate(ledger.columns_of(kind), start=1)}
    return _PlainLedgerPlace(ledger.sheet, 2, letters, "")
