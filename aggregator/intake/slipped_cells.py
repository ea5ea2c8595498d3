"""Cells of a ledger that slipped: a row a column to the side, a column a row down, a text that stands in a row alone.

Told once, by what happened, where each cell by itself would say that something is missing or cannot be read. What was
read stays as it stands: nobody knows for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from aggregator.intake import finding_kinds as kinds
from aggregator.intake.cells import Cell
from aggregator.intake.coerce import Reader
from aggregator.intake.plain_text import readable
from aggregator.intake.remarks import Return
from aggregator.model.address import address
from aggregator.model.definition import Column
from aggregator.model.finding import Finding
from aggregator.model.value import ValueState

# One cell that does not fit is a slip of the pen; of two that both fit one column further it is the row that slipped.
_LEAST_FAULTS = 2
# A row that lacks one cell is told of by that cell.
_LEAST_REQUIRED = 2
_LONGEST_TOLD = 40
_Cells = Mapping[int, Cell]


class Slot(Protocol):
    """A column of a ledger as it stands on a sheet: its definition, and what makes a value of its cells."""

    @property
    def column(self) -> Column:
        """Its definition."""

    @property
    def read(self) -> Reader:
        """What makes a value of a cell."""

    @property
    def is_masked(self) -> bool:
        """Whether nobody else may read what stands there."""


@dataclass(frozen=True, slots=True)
class SlippedCells:
    """The filled cells of a ledger sheet by row and column, its columns by number, and whose it is."""

    of: Return
    sheet: str
    rows: Mapping[int, _Cells]
    slots: Mapping[int, Slot]

    def found(self, *, records: Iterable[int], doubtful: Iterable[int]) -> Iterator[Finding]:
        """What slipped; `records` are the rows that are read as such, `doubtful` those in which a cell does not fit."""
        for row in doubtful:
            yield from self._row_slipped(row)
        down = list(self._column_pushed())
        yield from down
        told = {cell for finding in down for cell in finding.area}
        for row in records:
            column, *others = self.rows[row]
            if not others and address(row, column) not in told and self._says_too_little(row, column):
                yield self._alone(row, column)

    # ---- rows to the side

    def _row_slipped(self, row: int) -> Iterator[Finding]:
        """A row whose cells, from a blank one on, all fit one column further left, or from one on, further right."""
        cells = self.rows[row]
        if self._faults(cells) < _LEAST_FAULTS:
            return
        for column in sorted(self.slots, reverse=True):
            for step, direction in ((-1, "右"), (1, "左")):
                moved = _moved(cells, column, step)
                if moved is not None and self._fits(moved, column, step):
                    yield self._slipped(row, column, direction)
                    return

    def _fits(self, moved: _Cells, column: int, step: int) -> bool:
        """Whether nothing is wrong with a row any more but that what was taken out of it is lacking."""
        lost = step > 0 and self.slots[column].column.required
        return self._faults(moved) == int(lost) and max(moved) <= max(self.slots)

    def _faults(self, cells: _Cells) -> int:
        """How many cells are lacking, cannot be read, or stand directly beside the table."""
        lacking = sum(slot.column.required and column not in cells for column, slot in self.slots.items())
        unreadable = sum(
            self.slots[column].read(cell).state is ValueState.UNREADABLE
            for column, cell in cells.items()
            if column in self.slots
        )
        return lacking + unreadable + (max(self.slots) + 1 in cells)

    def _slipped(self, row: int, column: int, direction: str) -> Finding:
        right = max(self.slots) + 1
        beyond = self._beyond(row, right) if right in self.rows[row] else ""
        area = frozenset(address(row, at) for at in range(column, right + 1))
        facts = {"row": row, "first": address(row, column), "direction": direction, "beyond": beyond}
        return self.of.finding(kinds.ROW_SLIPPED, self.sheet, address(row, column), area=area, **facts)

    def _beyond(self, row: int, right: int) -> str:
        """The cell that was pushed out of the table, which no slip can give back."""
        last = self.slots[max(self.slots)]
        said = "" if last.is_masked else f"“{readable(self.rows[row][right].text).strip()[:_LONGEST_TOLD]}”"
        return f"（最后一格{said}到了表外的{address(row, right)}）"

    # ---- columns down

    def _column_pushed(self) -> Iterator[Finding]:
        """A column with one blank cell whose last stands in a row by itself: a cell was put in where the blank is."""
        last = max(self.rows, default=0)
        column = next(iter(self.rows.get(last, {})), 0)
        is_alone = len(self.rows.get(last, {})) == 1 and self._others_needed(column) > 0
        if not is_alone or not self.slots[column].column.required:
            return
        blank = [row for row, cells in self.rows.items() if column not in cells]
        if len(blank) == 1 and self.slots[column].read(self.rows[last][column]).state is not ValueState.UNREADABLE:
            moved = (row for row in range(blank[0], last + 1) if self._is_read_or_blank(row, column))
            area = frozenset((*(address(row, column) for row in moved), *(address(last, at) for at in self.slots)))
            yield self.of.finding(
                kinds.COLUMN_PUSHED,
                self.sheet,
                address(blank[0], column),
                area=area,
                column=self.slots[column].column.name,
                row=last,
                tail=address(last, column),
            )

    def _is_read_or_blank(self, row: int, column: int) -> bool:
        cell = self.rows.get(row, {}).get(column)
        return cell is None or self.slots[column].read(cell).state is not ValueState.UNREADABLE

    # ---- texts alone

    def _says_too_little(self, row: int, column: int) -> bool:
        """Whether more is wrong with a row of one cell than that another one is lacking."""
        needed = self._others_needed(column)
        return needed >= _LEAST_REQUIRED or (needed > 0 and not self._is_read_or_blank(row, column))

    def _others_needed(self, column: int) -> int:
        """How many further columns a row needs beside one of the table."""
        others = [slot for at, slot in self.slots.items() if at != column and slot.column.required]
        return len(others) if column in self.slots else 0

    def _alone(self, row: int, column: int) -> Finding:
        area = frozenset(address(row, at) for at in self.slots)
        return self.of.finding(kinds.ROW_OF_ONE_CELL, self.sheet, address(row, column), area=area, row=row)


def _moved(cells: _Cells, column: int, step: int) -> _Cells | None:
    """A row whose cells from a column on are moved; None where there is no room for them, or nothing to move."""
    moving = {at + step: cell for at, cell in cells.items() if (at > column if step < 0 else at >= column)}
    is_free = step > 0 or column not in cells
    return {**{at: cell for at, cell in cells.items() if at < column}, **moving} if moving and is_free else None
