"""Compares what was read of each sheet with the control totals that the program which saved the file had counted.

What has no totals is not compared: forms of before, forms that nothing calculated, sheets that were deleted or show an
error, and totals that count another workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import fsum, inf, isclose, isfinite

from aggregator.form.control_totals import CONTROL_COLUMN, ControlTotals, weight
from aggregator.form.places import STAMP_SHEET
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.cells import Cell, CellKind, Sheet, Workbook
from aggregator.intake.excel_number import exact_number
from aggregator.intake.file_kind import Format
from aggregator.intake.remarks import is_linked
from aggregator.intake.source import Source
from aggregator.model.finding import Finding

# Programs add binary fractions one after the other, we add them exactly.
_TOLERANCE = 1e-12
_MOST_NAMED, _MOST_SHOWN, _MONEY_PLACES = 3, 1e15, 2
#: Of all sheets together, each as often as it is counted: a form has some five thousand.
_MOST_CELLS = 2_000_000
_NUMBER, _TEXT, _BOOL = CellKind.NUMBER, CellKind.TEXT, CellKind.BOOL


@dataclass(frozen=True, slots=True)
class Miscount:
    """A sheet that does not hold what a program had counted on it."""

    sheet: Sheet
    counted: ControlTotals
    found: ControlTotals

    @property
    def words(self) -> str:
        """What was counted, and what is there."""
        for places in (_MONEY_PLACES, None):
            before, now = (_said(one, places) for one in (self.counted, self.found))
            if before != now:
                return f"《{self.sheet.name}》存盘时算得{before}，现读出{now}"
        is_moved = not isclose(self.counted.placed_sum, self.found.placed_sum, rel_tol=_TOLERANCE)
        return f"《{self.sheet.name}》{'数的位置' if is_moved else '文字的字数或位置'}与存盘时不同"


def _said(totals: ControlTotals, places: int | None) -> str:
    """How many numbers and their sum, rounded or with all its digits."""
    numbers, total = (_shown(value, places) for value in (totals.numbers, totals.sum))
    return f"{numbers}个数、合计{total}"


def _shown(value: float, places: int | None) -> str:
    # No street adds up to more, and nobody reads three hundred digits.
    if not abs(value) < _MOST_SHOWN:
        return "大得不可能的数"
    number = exact_number(repr(value if places is None else round(value, places)))
    return f"{number:,f}"


def totals_told(source: Source) -> Iterator[Finding]:
    """One finding for all sheets of a file that do not hold what was counted on them."""
    found = list(miscounts(source.workbook, source.sheets.renamed))
    if found:
        kind = kinds.TOTALS_STALE if source.workbook.is_manual else kinds.TOTALS_DIFFER
        more = f"等{len(found)}张表" if len(found) > _MOST_NAMED else ""
        sheets = "；".join(one.words for one in found[:_MOST_NAMED]) + more
        yield source.of.finding(kind, found[0].sheet.name, sheets=sheets)


def is_counted(workbook: Workbook) -> bool:
    """Whether a program has counted a sheet of the workbook."""
    return any(counted.rows for counted in _kept(workbook).values())


def miscounts(workbook: Workbook, renamed: Mapping[str, str]) -> Iterator[Miscount]:
    """The sheets that differ from their totals; `renamed` are the names that they bear now, by the first ones."""
    kept = _kept(workbook)
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    # A copy may have taken the name of the sheet that is counted, and that one another.
    others = [sheet for name, sheet in sheets.items() if name not in kept]
    comparison = _Comparison(workbook.file_format)
    for name, counted in kept.items():
        sheet = sheets.get(renamed.get(name, name))
        if sheet and not any(comparison.agrees(one, counted) for one in (sheet, *others)):
            yield Miscount(sheet, counted, _Count(sheet, counted).totals)


def _kept(workbook: Workbook) -> Mapping[str, ControlTotals]:
    """The totals that a file holds, by the first name of the sheet."""
    stamp = next((sheet.cells for sheet in workbook.sheets if sheet.name == STAMP_SHEET), {})
    found = {}
    for (row, column), name in stamp.items():
        if column == CONTROL_COLUMN:
            cells = [stamp.get((row, CONTROL_COLUMN + i)) for i, _ in enumerate(ControlTotals._fields, 1)]
            known = [float(cell.text) for cell in cells if cell and _is_total(cell)]
            if len(known) == len(cells):
                found[name.text] = ControlTotals(*known)
    return found


def _is_total(cell: Cell) -> bool:
    return cell.kind is _NUMBER and cell.formula is not None and not is_linked(cell.formula)


# ---- counting what was read


@dataclass(frozen=True, slots=True)
class _Way:
    """How a program counts, and what it writes.

    LibreOffice counts truth values as numbers; Excel counts a character beyond the first 65536 as two; LibreOffice
    writes an empty result of a formula to an .xls as 0.
    """

    has_truths: bool = False
    is_utf_16: bool = False
    has_zeros_for_blanks: bool = False


class _Comparison:
    """Compares sheets with totals, until it has looked at more cells than any form has."""

    def __init__(self, written: Format) -> None:
        self._left = _MOST_CELLS
        self._ways = [
            _Way(has_truths, is_utf_16, written is Format.XLS)
            for has_truths, is_utf_16 in product((False, True), repeat=2)
        ]

    def agrees(self, sheet: Sheet, counted: ControlTotals) -> bool:
        """Whether a sheet yields the totals, counted in any way."""
        return any(self._is_spent(sheet) or _Count(sheet, counted, way).is_same for way in self._ways)

    def _is_spent(self, sheet: Sheet) -> bool:
        self._left -= len(sheet.cells)
        return self._left < 0


class _Count:
    """What stands on a sheet in the area that a program had counted."""

    def __init__(self, sheet: Sheet, counted: ControlTotals, way: _Way = _Way()) -> None:
        self._counted = counted
        self._values: list[float] = []
        self._placed: list[float] = []
        self._filling = 0
        self._doubtful: list[int] = []
        length = _utf_16_length if way.is_utf_16 else len
        numeric = (_NUMBER, _BOOL) if way.has_truths else (_NUMBER,)
        first_row, first_column, rows, columns = map(int, counted[:4])
        end_row, end_column = first_row + rows, first_column + columns
        for (row, column), cell in sheet.cells.items():
            if first_row <= row < end_row and first_column <= column < end_column:
                kind = cell.kind
                if kind is _TEXT:
                    self._filling += weight(row, column) * length(cell.text)
                elif kind in numeric:
                    self._add(cell, weight(row, column))
                    if way.has_zeros_for_blanks and cell.formula is not None and not self._values[-1]:
                        self._doubtful.append(weight(row, column))

    def _add(self, cell: Cell, placed: int) -> None:
        value = float(cell.text)
        self._values.append(value)
        self._placed.append(value * placed)
        self._filling += placed

    @property
    def totals(self) -> ControlTotals:
        """The totals as they should have been counted."""
        found = len(self._values), _added(self._values), _added(self._placed), self._filling
        return ControlTotals(*self._counted[:4], *found)

    @property
    def is_same(self) -> bool:
        """Whether they were counted so."""
        counted = self._counted
        is_sum = _is_sum(self._values, counted.sum) and _is_sum(self._placed, counted.placed_sum)
        return is_sum and self._is_filled(len(self._values) - counted.numbers, self._filling - counted.placed_filling)

    def _is_filled(self, numbers: float, placed: float) -> bool:
        """Whether there are as many numbers and characters; so many more only where some of the zeros are blanks."""
        blanks = int(numbers)
        if not 0 <= blanks <= len(self._doubtful):
            return False
        weights = sorted(self._doubtful)
        return sum(weights[:blanks]) <= placed <= sum(weights[len(weights) - blanks :])


def _utf_16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _added(values: list[float]) -> float:
    try:
        return fsum(values)
    except (OverflowError, ValueError):  # more than a number holds, and such numbers of both signs
        return inf


def _is_sum(values: list[float], total: float) -> bool:
    difference = abs(_added(values) - total)
    return difference == 0 or (isfinite(difference) and difference <= _TOLERANCE * _added([abs(one) for one in values]))
