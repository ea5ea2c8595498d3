"""Reads the indicator sheet of one form: typed values, what its formulas show, remarks, confirmed stocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aggregator.form.layout import CONFIRMED, INDICATOR_SHEET, FormLayout
from aggregator.form.places import (
    LAST_COLUMN,
    NAME_COLUMN,
    NUMBER_COLUMN,
    REMARK_COLUMN,
    VALUE_COLUMN,
    YEAR_COLUMN,
    ElementCell,
)
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.around import adapted_told, changed_told, columns_hidden_told, merged_told, outside_told
from aggregator.intake.cells import Cell, CellKind
from aggregator.intake.coerce import BLANK, Understood
from aggregator.intake.lines import Lines
from aggregator.intake.plain_text import folded, readable
from aggregator.intake.remarks import Remarks, Repair, listed
from aggregator.intake.source import Source
from aggregator.model.address import position
from aggregator.model.definition import Element
from aggregator.model.evaluate import plain_text
from aggregator.model.finding import Finding
from aggregator.model.value import DataValue, Place, ValueState

_CONFIRMED = frozenset({folded(CONFIRMED), "是", "√", "✓", "已核实", "y", "yes"})
#: A remark that says the number beside it is wrong; a number alone is no explanation either.
_CORRECTS = re.compile(r"(?:应[为是改]|改为|实为|实际[为是应有])\D{0,4}\d|\A[\d.,，]+\Z")
_LONGEST_TOLD = 40
#: The columns of a line in which numbers stand, or texts with numbers.
_NUMBER_COLUMNS = (NUMBER_COLUMN, LAST_COLUMN, VALUE_COLUMN, YEAR_COLUMN, REMARK_COLUMN)
_CHANGED = Understood(ValueState.UNREADABLE, reason="模板被改动")


@dataclass
class Indicators:
    """What the indicator sheet says; `untouched` are prefilled stocks that still show last month's value."""

    values: dict[str, DataValue] = field(default_factory=dict)
    stated: dict[str, DataValue] = field(default_factory=dict)
    explanations: dict[str, str] = field(default_factory=dict)
    stock_confirmed: bool = False
    stock_confirmed_cell: str = ""
    untouched: set[str] = field(default_factory=set)
    has_prefill: bool = False
    findings: list[Finding] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    told: set[Place] = field(default_factory=set)
    last_shown: dict[str, DataValue] = field(default_factory=dict)
    year_shown: dict[str, DataValue] = field(default_factory=dict)
    uncalculated: dict[str, Place] = field(default_factory=dict)


def read_indicators(source: Source, layout: FormLayout) -> Indicators:
    """The indicator sheet of a form."""
    if source.sheets.lines is None:
        found = Indicators(values={code: _lost(source, cell) for code, cell in _typed(layout)})
        found.findings.append(source.of.finding(kinds.SHEET_MISSING, INDICATOR_SHEET))
        found.told.update(value.place for value in found.values.values())
        return found
    return _SheetReader(source, source.sheets.lines, layout).read()


def _typed(layout: FormLayout) -> Iterator[tuple[str, ElementCell]]:
    yield from ((code, cell) for code, cell in layout.elements.items() if not cell.derived)


def _lost(source: Source, cell: ElementCell) -> DataValue:
    place = Place(source.of.file, cell.sheet, cell.cell)
    return DataValue(cell.code, source.of.unit.code, source.of.period, ValueState.UNREADABLE, None, place)


class _SheetReader:
    def __init__(self, source: Source, lines: Lines, layout: FormLayout) -> None:
        self._source, self._sheet, self._lines = source, lines.sheet, lines
        self._found, self._headings = Indicators(), {heading.text for heading in layout.headings}
        self._remarks = Remarks(lines.sheet.name)
        self._replaced: list[str] = []
        self._taken = {cell.row for code, cell in self._lines.cells.items() if code not in self._lines.lost}
        columns = self._lines.columns
        self._last_row, self._last_column = max(self._taken, default=1), max(columns.values())
        self._number_columns = {columns.get(letter) for letter in _NUMBER_COLUMNS}

    def read(self) -> Indicators:
        """All that the sheet says."""
        found, lines, of = self._found, self._lines, self._source.of
        is_readable = len(lines.lost) < len(lines.cells)
        found.stock_confirmed = is_readable and self._says_confirmed()
        found.stock_confirmed_cell = lines.confirmed_cell
        for code, cell in lines.cells.items():
            self._read_line(cell, self._source.catalog.elements[code], is_lost=code in lines.lost)
        found.findings += changed_told(of, self._sheet, lines.mismatches, what="指标")
        if not lines.mismatches:
            found.findings += adapted_told(of, self._sheet, lines.changes, self._put_in if lines.changes else ())
        found.findings += self._remarks.findings(of)
        found.findings += self._surroundings() if is_readable else ()
        found.repairs += self._remarks.repairs
        found.told.update(Place(of.file, self._sheet.name, at) for at in self._remarks.told)
        return found

    def _says_confirmed(self) -> bool:
        cell = self._cell(self._lines.confirmed_cell)
        return cell is not None and folded(cell.text) in _CONFIRMED

    def _cell(self, at: str) -> Cell | None:
        return self._sheet.cells.get(position(at)) if at else None

    def _beside(self, place: ElementCell, letter: str) -> Cell | None:
        """What stands on a line in another column than that of the values."""
        return self._sheet.cells.get((place.row, self._lines.columns.get(letter, 0)))

    def _read_line(self, place: ElementCell, element: Element, *, is_lost: bool) -> None:
        cell = self._cell(place.cell)
        if place.derived:
            if not is_lost and cell is not None:
                self._state(place, element, cell)
            return
        understood = self._unread(place, cell) if is_lost else self._understood(element, cell)
        if cell is not None and not is_lost:
            self._remarks.note(cell, place.cell, understood)
        value = self._found.values[place.code] = self._value(place.code, place.cell, understood)
        if is_lost:
            self._found.told.add(value.place)
        else:
            self._compare_with_last(place, element, understood)
            self._keep_shown(place, element)
            self._read_remark(place, value)

    def _unread(self, place: ElementCell, cell: Cell | None) -> Understood:
        """What stands where a lost line would be, unless that is another's."""
        if cell is None or place.row in self._taken:
            return _CHANGED
        return _CHANGED._replace(raw=cell.text)

    def _read_remark(self, place: ElementCell, value: DataValue) -> None:
        cell = self._beside(place, REMARK_COLUMN)
        text = readable(cell.text).strip() if cell else ""
        if not text:
            return
        at = self._lines.beside(place, REMARK_COLUMN)
        self._found.explanations[place.code] = text
        if _CORRECTS.search(text) and value.state is ValueState.VALUE:
            filled = plain_text(value.scalar)
            found = text[:_LONGEST_TOLD]
            self._found.findings.append(
                self._source.of.finding(kinds.REMARK_CONTRADICTS, self._sheet.name, at, found=found, filled=filled)
            )

    def _understood(self, element: Element, cell: Cell | None) -> Understood:
        if cell is None:
            return BLANK
        return self._source.element_reader(element)(cell)

    def _value(self, code: str, at: str, understood: Understood) -> DataValue:
        of = self._source.of
        where = Place(of.file, self._sheet.name, at)
        return DataValue(
            code,
            of.unit.code,
            of.period,
            understood.state,
            understood.value,
            where,
            understood.raw,
            understood.repair or understood.reason,
        )

    def _state(self, place: ElementCell, element: Element, cell: Cell) -> None:
        """What a formula of the form shows; an empty or uncalculated one states nothing, and its cell is kept."""
        if cell.kind is CellKind.UNCALCULATED:
            self._found.uncalculated[place.code] = Place(self._source.of.file, self._sheet.name, place.cell)
        if cell.kind in {CellKind.ERROR, CellKind.UNCALCULATED} or not cell.text:
            return
        understood = self._understood(element, cell)
        if understood.state is ValueState.UNREADABLE and cell.formula is None:
            self._replaced.append(place.cell)
        if understood.state is ValueState.VALUE:
            self._found.stated[place.code] = self._value(place.code, place.cell, understood)

    def _compare_with_last(self, place: ElementCell, element: Element, understood: Understood) -> None:
        last = self._beside(place, LAST_COLUMN)
        if last is None:
            return
        self._found.has_prefill = True
        if element.is_prefilled and understood.value is not None:
            printed = self._understood(element, last)
            if printed.value == understood.value:
                self._found.untouched.add(place.code)

    def _keep_shown(self, place: ElementCell, element: Element) -> None:
        """The numbers beside a typed one; a formula shows what its form was written with, and no more."""
        if not element.type.is_number:
            return
        for column, shown in ((LAST_COLUMN, self._found.last_shown), (YEAR_COLUMN, self._found.year_shown)):
            cell = self._beside(place, column)
            if cell is not None and cell.kind is CellKind.NUMBER and cell.formula is None:
                understood = self._understood(element, cell)
                if understood.state is ValueState.VALUE:
                    shown[place.code] = self._value(place.code, self._lines.beside(place, column), understood)

    def _surroundings(self) -> Iterator[Finding]:
        """Numbers beside or below the lines, merged cells, lines and columns that do not show."""
        of, sheet = self._source.of, self._sheet
        value = self._lines.columns[VALUE_COLUMN]
        if self._replaced:
            first, count = self._replaced[0], len(self._replaced)
            yield of.finding(kinds.DERIVED_REPLACED, sheet.name, first, count=count, cells=listed(self._replaced))
        put_in = set(self._put_in) if self._lines.changes else set()
        yield from outside_told(of, sheet, put_in)
        yield from outside_told(of, sheet, [at for at in self._outside if at not in put_in])
        yield from merged_told(of, sheet, rows=self._taken, columns=(value,))
        yield from columns_hidden_told(of, sheet, (value,))
        filled = {place.row for code, place in self._lines.cells.items() if code in self._found.values}
        hidden = sorted(filled & self._sheet.hidden_rows)
        if hidden:
            yield self._source.of.finding(
                kinds.ROWS_HIDDEN, self._sheet.name, f"A{hidden[0]}", count=len(hidden), cells=listed(hidden)
            )

    @property
    def _put_in(self) -> Iterator[tuple[int, int]]:
        """Those of them in lines and columns that stand between those of the form."""
        lines, columns = self._lines, set(self._lines.columns.values())
        printed = {place.row for place in lines.cells.values()} | self._heading_rows
        return (
            at
            for at in self._outside
            if lines.header_row < at[0] < self._last_row and at[1] <= self._last_column
            if at[0] not in printed or at[1] not in columns
        )

    @property
    def _heading_rows(self) -> set[int]:
        """The lines that only divide."""
        cells = self._sheet.cells.items()
        return {row for (row, _column), cell in cells if cell.kind is CellKind.TEXT and cell.text in self._headings}

    @cached_property
    def _outside(self) -> list[tuple[int, int]]:
        """What is beside or below all that is printed, and numbers among it where no number is printed."""
        printed = {place.row for place in self._lines.cells.values()}  # and where one that is lost may stand
        first, right = self._lines.header_row + 1, self._last_column
        leftovers = self._leftover_rows()
        last = max([self._last_row, *leftovers])
        of_number, of_line, number = {self._lines.columns.get(NUMBER_COLUMN)}, self._number_columns, CellKind.NUMBER
        return [
            (row, column)
            for (row, column), cell in self._sheet.cells.items()
            if column > right
            or row > last
            or (
                cell.kind is number
                and row >= first
                and column not in (of_line if row in printed or row in leftovers else of_number)
            )
        ]

    def _leftover_rows(self) -> set[int]:
        """The rows of lines of another version that nobody asks today: they are told with the version."""
        labels = {folded(left.label) for left in self._source.leftovers if left.is_line}
        names = self._lines.columns.get(NAME_COLUMN) if labels else None
        cells = self._sheet.cells.items() if labels else ()
        return {row for (row, column), cell in cells if column == names and folded(cell.text) in labels}


def filled_of(found: Indicators, elements: Mapping[str, Element]) -> tuple[int, int, int]:
    """Required figures, how many of them the unit itself gave, and how many cannot be read.

    A prefilled one counts once it is confirmed.
    """
    required = [code for code in found.values if elements[code].required]
    given = [
        code
        for code in required
        if found.values[code].state.is_reported and (found.stock_confirmed or code not in found.untouched)
    ]
    lost = [code for code in required if found.values[code].state is ValueState.UNREADABLE]
    return len(required), len(given), len(lost)
