"""A workbook as a test changes it: sheets of cells, read from a package and written to one by the standard library.

It is not the product's reader and shares nothing with it. Formulas keep their text when cells move: nobody reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

At = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; `kind` is n, s, b or e: number, text, truth value, error value."""

    kind: str
    text: str
    formula: str | None = None
    style: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether something stands there that is no formula."""
        return self.formula is None and bool(self.text)


class Area(NamedTuple):
    """A block of cells."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Mark:
    """Some rows and columns of a sheet, by its first name; all where none are given. It goes with its cells."""

    sheet: str
    rows: set[int] | None = None
    columns: set[int] | None = None

    def holds(self, cell: str) -> bool:
        """Whether an address lies there; an empty one speaks of the whole sheet."""
        if not cell:
            return True
        row, column = position(cell)
        return (self.rows is None or row in self.rows) and (self.columns is None or column in self.columns)


@dataclass
class Sheet:
    """One sheet; `origin` is the name that it was handed out with, `header` the row of its headers."""

    origin: str
    name: str
    state: str
    cells: dict[At, Cell]
    merges: list[Area]
    before: str
    after: str
    header: int = 4
    hidden_rows: set[int] = field(default_factory=set)
    marks: list[Mark] = field(default_factory=list)

    def copy(self) -> Sheet:
        """The same, to be changed apart."""
        return replace(
            self, cells=dict(self.cells), merges=list(self.merges), hidden_rows=set(self.hidden_rows), marks=[]
        )

    def text(self, row: int, column: int) -> str:
        """What a cell says, empty where there is none."""
        cell = self.cells.get((row, column))
        return cell.text if cell else ""

    def put(self, at: At, cell: Cell | None) -> None:
        """A cell with another content; None clears it. The look stays."""
        style = self.cells[at].style if at in self.cells else self._look_above(at)
        self.cells.pop(at, None)
        if cell is not None:
            self.cells[at] = cell if cell.style else replace(cell, style=style)

    def type(self, at: At, value: float | str) -> None:
        """What somebody types: a text or a number."""
        self.put(at, Cell("s", value) if isinstance(value, str) else Cell("n", f"{value}"))

    def _look_above(self, at: At) -> str:
        above = self.cells.get((at[0] - 1, at[1]))
        return above.style if above else ""

    def rows(self) -> list[int]:
        """The rows that hold something, in order."""
        return sorted({row for (row, _column), cell in self.cells.items() if cell.text or cell.formula})

    def filled(self) -> list[int]:
        """The rows below the header that hold something typed."""
        return sorted({row for (row, _column), cell in self.cells.items() if row > self.header and cell.is_typed})

    @property
    def last_column(self) -> int:
        """The last column with a header."""
        return max(
            (column for (row, column), cell in self.cells.items() if row == self.header and cell.text), default=1
        )


@dataclass
class Book:
    """A workbook: its sheets in order, its defined names, the stamp in its properties, and what nothing changes."""

    sheets: list[Sheet]
    names: dict[str, str]
    stamp: str
    styles: bytes
    theme: bytes = b""

    def copy(self) -> Book:
        """The same, to be changed apart."""
        return replace(self, sheets=[sheet.copy() for sheet in self.sheets], names=dict(self.names))

    def of(self, origin: str) -> Sheet:
        """The sheet that was handed out under a name."""
        return next(sheet for sheet in self.sheets if sheet.origin == origin)

    def named(self, name: str) -> Sheet | None:
        """The sheet that has a name now."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


# ---- addresses


def position(reference: str) -> At:
    """Row and column of an address."""
    found = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", reference)
    assert found, reference
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def address(row: int, column: int) -> str:
    """The address of row and column."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


# ---- what a program does to a sheet


def moved(sheet: Sheet, where: Callable[[int, int], At | None]) -> None:
    """Every cell at another place; those with none are gone. Merged blocks and marks go with their corners."""
    found = [(where(*at), cell) for at, cell in sheet.cells.items()]
    sheet.cells = {at: cell for at, cell in found if at is not None}
    merges = [(where(*one[:2]), where(*one[2:])) for one in sheet.merges]
    sheet.merges = [Area(*first, *last) for first, last in merges if first and last and first <= last]
    sheet.hidden_rows = {at[0] for row in sheet.hidden_rows if (at := where(row, 1)) or (at := where(row, 2))}
    below = sheet.header + 1
    for mark in sheet.marks:
        mark.rows = mark.rows and {at[0] for row in mark.rows if (at := where(row, 1)) or (at := where(row, 2))}
        mark.columns = mark.columns and {at[1] for column in mark.columns if (at := where(below, column))}


def insert_rows(sheet: Sheet, at: int, count: int = 1) -> None:
    """Blank rows before a row."""
    moved(sheet, lambda row, column: (row + count if row >= at else row, column))
    sheet.header += count if sheet.header >= at else 0


def delete_row(sheet: Sheet, at: int) -> None:
    """A row taken out, those below it moved up."""
    moved(sheet, lambda row, column: None if row == at else (row - (row > at), column))
    sheet.header -= sheet.header > at


def insert_column(sheet: Sheet, at: int) -> None:
    """A blank column before a column."""
    moved(sheet, lambda row, column: (row, column + (column >= at)))


def delete_column(sheet: Sheet, at: int) -> None:
    """A column taken out, those right of it moved left."""
    moved(sheet, lambda row, column: None if column == at else (row, column - (column > at)))


def order_rows(sheet: Sheet, order: dict[int, int]) -> None:
    """Rows at other places."""
    merges, sheet.merges = sheet.merges, []
    moved(sheet, lambda row, column: (order.get(row, row), column))
    sheet.merges = merges


def order_columns(sheet: Sheet, order: dict[int, int]) -> None:
    """Columns at other places, from the header down; what stands above it stays."""
    header, merges, sheet.merges = sheet.header, sheet.merges, []
    moved(sheet, lambda row, column: (row, order.get(column, column) if row >= header else column))
    sheet.merges = merges


def push_cells(sheet: Sheet, where: Callable[[int, int], At | None]) -> None:
    """Some cells at another place, as a program does that puts a cell in or takes one out; marks stay."""
    marks, sheet.marks = sheet.marks, []
    moved(sheet, where)
    sheet.marks = marks
