"""Reads one ledger sheet of a form: its answer cell and its rows, wherever within its columns people put them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from aggregator.form.places import LedgerArea
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.around import adapted_told, changed_told, columns_hidden_told, merged_told, outside_told
from aggregator.intake.cells import Cell, CellKind, Sheet
from aggregator.intake.coerce import Reader, Wanted, is_blank, wanted_of_column
from aggregator.intake.plain_text import folded, readable
from aggregator.intake.remarks import Remarks, Repair, listed
from aggregator.intake.slipped_cells import SlippedCells
from aggregator.intake.source import Source
from aggregator.model.address import address, corners, position
from aggregator.model.definition import Column, Ledger, LedgerKind, ValueType
from aggregator.model.finding import Finding, FindingKind, Severity
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import Answer, LedgerRow, LedgerSheet, Place, Scalar, ValueState

# Python looks members up through their class slowly, and these are asked for at every cell.
_NUMBER, _TEXT, _MISSING, _UNREADABLE = CellKind.NUMBER, CellKind.TEXT, ValueState.MISSING, ValueState.UNREADABLE
_SUBTOTALS = frozenset({"合计", "小计", "总计", "共计", "累计", "总数", "合计数"})
_SUBTOTAL_END = re.compile(r"(?:[合小总共]计|^total)(?:数|金额|人数|人次)?(?:\([^()]*\))?$")
#: What a text has that says so, however it is written.
_MAYBE_SUBTOTAL = re.compile("[计数tTｔＴ]")
_LONGEST_TOLD = 40
_LEAST_HEADERS = 2
_LATEST_DAYS = 183
_NONE_WORDS = frozenset({"无", "没有", "本月没有", "无内容"})
#: What people write into the rows of a sheet, where there is nothing to list.
_NONE_ROW = _NONE_WORDS | {"本月无", "暂无", "无此项", "不适用", "此项无"}
_ANSWERS = {folded(answer.value): answer for answer in Answer}
_CHOICES = {
    LedgerKind.FLOW: (Answer.HAS_ROWS, Answer.NONE_THIS_MONTH),
    LedgerKind.STOCK: (Answer.UNCHANGED, Answer.UPDATED, Answer.NONE_AT_ALL),
}
_NONE_OF = {LedgerKind.FLOW: Answer.NONE_THIS_MONTH, LedgerKind.STOCK: Answer.NONE_AT_ALL}


@dataclass
class LedgerRead:
    """One ledger sheet and what is odd about it."""

    sheet: LedgerSheet
    findings: list[Finding] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    told: frozenset[Place] = frozenset()


def read_ledger(source: Source, ledger: Ledger, area: LedgerArea) -> LedgerRead:
    """The ledger that should stand in an area; UNREADABLE where its headers do not."""
    placed = source.sheets.ledgers.get(area.code)
    if placed is None:
        lost = source.of.finding(kinds.SHEET_MISSING, area.sheet)
        return LedgerRead(_unreadable(source, area), [lost])
    sheet = placed.sheet
    if placed.mismatches:
        # Rows that have moved up put a person's name where a header was.
        changed = changed_told(source.of, sheet, placed.mismatches, what="台账", is_masked=ledger.sensitive)
        return LedgerRead(_unreadable(source, area), [*changed])
    reader = _LedgerReader(source, ledger, placed.area, sheet)
    adapted = adapted_told(source.of, sheet, placed.changes, reader.put_in if placed.changes else ())
    read = reader.read()
    return replace(read, findings=[*adapted, *read.findings])


def _unreadable(source: Source, area: LedgerArea) -> LedgerSheet:
    place = Place(source.of.file, area.sheet, area.answer_cell)
    return LedgerSheet(area.code, ValueState.UNREADABLE, (), None, place, area.columns)


def not_asked(source: Source, area: LedgerArea) -> LedgerSheet:
    """A ledger that the unit's form does not have."""
    place = Place(source.of.file, area.sheet, area.answer_cell)
    return LedgerSheet(area.code, ValueState.NOT_ASKED, (), None, place, {})


@dataclass(frozen=True, slots=True)
class _Slot:
    """One column of the area: its definition, its number and letter, and how its cells are read."""

    column: Column
    code: str
    number: int
    letter: str
    read: Reader
    is_text: bool
    is_number: bool
    is_masked: bool
    is_name: bool


class _LedgerReader:
    def __init__(self, source: Source, ledger: Ledger, area: LedgerArea, sheet: Sheet) -> None:
        self._source, self._ledger, self._area, self._sheet = source, ledger, area, sheet
        key = ledger.code, *area.columns.items()
        self._slots = source.once(key, lambda: {slot.number: slot for slot in self._make_slots()})
        self._remarks = Remarks(sheet.name)
        self._findings: list[Finding] = []
        self._own = self._own_cells()
        self._by_row: dict[int, list[tuple[_Slot, Cell]]] = {}
        self._event = _event_column(ledger)

    def read(self) -> LedgerRead:
        """All that the sheet says."""
        answer = self._answer()
        rows = tuple(self._rows())
        is_known = bool(rows) or (answer is not None and answer.says_none)
        place = Place(self._source.of.file, self._sheet.name, self._area.answer_cell)
        read = LedgerSheet(
            self._ledger.code,
            ValueState.VALUE if is_known else ValueState.MISSING,
            rows,
            answer,
            place,
            {slot.code: slot.letter for slot in self._slots.values()},
            "" if answer else self._answer_text(),
        )
        self._findings += [*self._remarks.findings(self._source.of), *self._around(rows), *self._unseen(rows)]
        told = frozenset(Place(place.file, place.sheet, at) for at in self._remarks.told)
        return LedgerRead(read, self._findings, self._remarks.repairs, told)

    # ---- columns

    def _make_slots(self) -> Iterator[_Slot]:
        columns = {column.code: column for column in self._ledger.columns}
        for code, letter in self._area.columns.items():
            column = columns.get(code)
            if column is not None:  # a column of an older form that the catalog no longer has
                yield _Slot(
                    column,
                    code,
                    corners(letter)[1],
                    letter,
                    self._reader(column),
                    is_text=column.type is ValueType.TEXT,
                    is_number=column.type.is_number,
                    is_masked=self._ledger.sensitive or column.sensitive,
                    is_name=column.type is ValueType.TEXT and code in self._ledger.key,
                )

    def _reader(self, column: Column) -> Reader:
        choices = self._source.choices(column) if column.type is ValueType.CODE else {}
        wanted = wanted_of_column(column, choices)
        if column.type is ValueType.CODE and not choices:
            wanted = Wanted(ValueType.TEXT, is_optional=wanted.is_optional)
        return self._source.reader(wanted)

    def _own_cells(self) -> Mapping[str, Scalar]:
        """What the engine itself fills in: a community's own name."""
        unit = self._source.of.unit
        if unit.kind is not UnitKind.COMMUNITY:
            return {}
        return {
            column.code: unit.name
            for column in self._ledger.columns
            if column.own_unit and column.of.includes(unit.kind)
        }

    # ---- the answer cell

    def _answer_text(self) -> str:
        cell = self._sheet.cells.get(position(self._area.answer_cell))
        return readable(cell.text).strip() if cell else ""

    def _answer(self) -> Answer | None:
        found = self._answer_text()
        text = folded(found)
        if not text:
            return None
        answer = _ANSWERS.get(text) or (_NONE_OF[self._ledger.kind] if text in _NONE_WORDS else None)
        if answer is None:
            wanted = "、".join(_CHOICES[self._ledger.kind])
            self._report(kinds.ANSWER_UNREADABLE, self._area.answer_cell, found=found, wanted=wanted)
            self._remarks.told.append(self._area.answer_cell)
        return answer

    # ---- rows

    def _rows(self) -> Iterator[LedgerRow]:
        by_row, slots, first = self._by_row, self._slots, self._area.header_row
        for (row, column), cell in self._sheet.cells.items():
            slot = slots.get(column)
            # Nearly every text begins with a letter or a digit, and is not blank then.
            if slot is not None and row > first and (cell.text[:1].isalnum() or not is_blank(cell)):
                by_row.setdefault(row, []).append((slot, cell))
        for number in sorted(by_row):
            cells = sorted(by_row[number], key=lambda pair: pair[0].number)
            nothing = _says_nothing(cells)
            if nothing:
                self._report(kinds.ROW_OF_NOTHING, f"{cells[0][0].letter}{number}", row=number, found=nothing)
                continue
            subtotal = _subtotal(cells)
            if subtotal is None or (not subtotal.is_certain and self._is_complete(cells)):
                if subtotal is not None:
                    self._report_subtotal(kinds.SUBTOTAL_LIKELY, number, subtotal)
                yield self._row(number, cells)
            else:
                self._report_subtotal(kinds.SUBTOTAL_ROW, number, subtotal)

    def _is_complete(self, cells: list[tuple[_Slot, Cell]]) -> bool:
        filled = {slot.code for slot, _ in cells}
        return all(slot.code in filled for slot in self._slots.values() if slot.column.required)

    def _report_subtotal(self, kind: FindingKind, number: int, subtotal: _Subtotal) -> None:
        self._report(kind, f"{subtotal.letter}{number}", row=number, found=subtotal.found)

    def _row(self, number: int, cells: list[tuple[_Slot, Cell]]) -> LedgerRow:
        values: dict[str, Scalar] = dict(self._own)
        raw: dict[str, str] = {}
        for slot, cell in cells:
            found = slot.read(cell)
            if found.value is not None:
                values[slot.code] = found.value
            elif found.state is not _MISSING:
                values[slot.code] = found.scalar
            if found.state is _UNREADABLE:
                raw[slot.code] = found.raw
            if found.repair or cell.formula is not None or found.state is _UNREADABLE:
                self._remarks.note(cell, f"{slot.letter}{number}", found, is_masked=slot.is_masked)
            elif slot.is_name and cell.kind is _NUMBER:
                self._remarks.note_number(f"{slot.letter}{number}")
        of = self._source.of
        is_late = self._timing(number, values)
        return LedgerRow(self._ledger.code, of.unit.code, of.period, number, values, is_late, raw)

    def _timing(self, number: int, values: Mapping[str, Scalar]) -> bool:
        """Whether a row of a flow ledger tells of an earlier month; a later one is reported."""
        if self._event is None:
            return False
        day = values.get(self._event.code)
        period = self._source.of.period
        if not isinstance(day, date) or day in period:
            return False
        kind = kinds.LATE_ROW if day < period.start else kinds.ROW_AFTER_PERIOD
        at = f"{self._area.columns[self._event.code]}{number}"
        if kind is kinds.LATE_ROW or not _has_rule_on(self._ledger, self._event):
            # So long ago that the year is mistyped, or the rows are those of last year's form.
            is_odd = kind is kinds.LATE_ROW and (period.start - day).days > _LATEST_DAYS
            weight = {"severity": Severity.QUERY, "keep": "请写明原因"} if is_odd else {"keep": "不需改动"}
            self._report(kind, at, row=number, found=day.isoformat(), month=period.label, **weight)
        return kind is kinds.LATE_ROW

    # ---- what lies around

    @cached_property
    def _printed(self) -> set[int]:
        """The columns of the table, those of another version included."""
        return {corners(letter)[1] for letter in self._area.columns.values()} | self._leftover_columns()

    @cached_property
    def _outside(self) -> tuple[tuple[int, int], ...]:
        """The cells below the headers that are in no column."""
        return tuple(at for at in self._sheet.cells if at[1] not in self._printed and at[0] > self._area.header_row)

    @property
    def _right(self) -> int:
        """The first column beside the table."""
        return max(self._printed, default=0) + 1

    @property
    def put_in(self) -> Iterator[tuple[int, int]]:
        """The cells in columns that stand between those of the table."""
        return (at for at in self._outside if at[1] < self._right)

    def _around(self, rows: tuple[LedgerRow, ...]) -> Iterator[Finding]:
        of, sheet, area = self._source.of, self._sheet, self._area
        below = range(area.header_row + 1, max((row.number for row in rows), default=area.header_row) + 1)
        slipped = list(self._slipped(rows))
        yield from slipped
        told = {cell for finding in slipped for cell in finding.area}
        yield from outside_told(of, sheet, self.put_in)
        beside = [at for at in self._outside if at[1] >= self._right and address(*at) not in told]
        yield from outside_told(of, sheet, beside, beside=self._right)
        yield from merged_told(of, sheet, rows=below, columns=self._slots)
        yield from columns_hidden_told(of, sheet, self._slots)

    def _slipped(self, rows: tuple[LedgerRow, ...]) -> Iterator[Finding]:
        """Rows and columns that slipped."""
        beside = {row for row, column in self._outside if column == self._right and row in self._by_row}
        doubtful = [row.number for row in rows if row.raw or row.number in beside]
        if not doubtful and all(len(found) > 1 for found in self._by_row.values()):
            return
        cells = {number: {slot.number: cell for slot, cell in found} for number, found in self._by_row.items()}
        for number in beside:
            cells[number][self._right] = self._sheet.cells[number, self._right]
        slipped = SlippedCells(self._source.of, self._sheet.name, cells, self._slots)
        yield from slipped.found(records=[row.number for row in rows], doubtful=doubtful)

    def _leftover_columns(self) -> set[int]:
        """The columns of another version that nobody asks today, wherever they stand; told with the version."""
        area, cells = self._area, self._sheet.cells
        labels = {folded(left.label) for left in self._source.leftovers if left.label and left.sheet == area.sheet}
        here = (at for at in cells if at[0] == area.header_row) if labels else ()
        return {at[1] for at in here if folded(cells[at].text).lstrip("*") in labels}

    def _unseen(self, rows: tuple[LedgerRow, ...]) -> Iterator[Finding]:
        numbers = [row.number for row in rows]
        groups = {
            kinds.ROWS_HIDDEN: [number for number in numbers if number in self._sheet.hidden_rows],
            kinds.ROWS_BEYOND: [
                number for number in numbers if not self._area.first_row <= number <= self._area.last_row
            ],
        }
        for kind, found in groups.items():
            if found:
                facts = {"count": len(found), "cells": listed(found)}
                # Nothing is wrong with what stands there.
                yield self._source.of.finding(kind, self._sheet.name, f"A{found[0]}", area=frozenset(), **facts)

    def _report(self, kind: FindingKind, at: str, **facts: Any) -> None:
        self._findings.append(self._source.of.finding(kind, self._sheet.name, at, **facts))


@dataclass(frozen=True, slots=True)
class _Subtotal:
    """Why a row only adds up others; not certain where its text may be the name of a thing."""

    letter: str
    found: str
    is_certain: bool


def _says_nothing(cells: list[tuple[_Slot, Cell]]) -> str:
    """How a row holds nothing to list: a dash in every cell, a stray sign far below, 本月无, the headers once more."""
    if not all(cell.kind is _TEXT for _, cell in cells):
        return ""
    if all(folded(cell.text) in _NONE_ROW or not any(map(str.isalnum, cell.text)) for _, cell in cells):
        return f"只写了“{readable(cells[0][1].text).strip()[:_LONGEST_TOLD]}”"
    headers = sum(folded(cell.text).lstrip("*") == folded(slot.column.name) for slot, cell in cells)
    return "把表头又写了一遍" if headers >= _LEAST_HEADERS and headers * 2 >= len(cells) else ""


def _subtotal(cells: list[tuple[_Slot, Cell]]) -> _Subtotal | None:
    """Why a row only adds up others: its first cell or first text says so, or it has nothing but numbers."""
    first_text = next((pair for pair in cells if pair[0].is_text), cells[0])
    for slot, cell in cells[:1] if first_text is cells[0] else (cells[0], first_text):
        is_likely = cell.kind is _TEXT and _MAYBE_SUBTOTAL.search(cell.text)
        word = folded(cell.text).rstrip(":") if is_likely else ""
        if word in _SUBTOTALS or _SUBTOTAL_END.search(word):
            told = "填的是合计一类的字" if slot.is_masked else f"填的是“{cell.text.strip()[:_LONGEST_TOLD]}”"
            return _Subtotal(slot.letter, told, word in _SUBTOTALS)
    if all(slot.is_number for slot, _ in cells):
        return _Subtotal(cells[0][0].letter, "只有数，没有写是什么", is_certain=True)
    return None


def _event_column(ledger: Ledger) -> Column | None:
    """The column that says when the thing of a row happened: the first required date of a flow ledger."""
    if ledger.kind is not LedgerKind.FLOW:
        return None
    return next((column for column in ledger.columns if column.type is ValueType.DATE and column.required), None)


def _has_rule_on(ledger: Ledger, column: Column) -> bool:
    """Whether the catalog itself has a rule on the dates of a column; it says more than we do here."""
    return any(column.code in rule.source_text and "period_end" in rule.source_text for rule in ledger.rules)
