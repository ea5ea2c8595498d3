"""What a damage is: a change to a form, where a finding has to point, and what must come of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from tests.mutants.book import Book, Cell, Mark, Sheet
from tests.mutants.package import EXCEL, Dialect

FIGURES, COVER, CHECKS = "指标表", "封面", "校验"
_NO_LEDGERS = {FIGURES, COVER, CHECKS, "_lists", "_stamp"}
#: Columns of the indicator sheet.
_BLANK = Cell("", "")
NUMBER, LABEL, UNIT, LAST, VALUE, YEAR, NOTE, REMARK = range(1, 9)


class Phase(IntEnum):
    """The order in which the damages of one mutant are done: who changes a cell finds it where it was handed out."""

    CELLS = 1
    FIGURES = 2
    LEDGERS = 3
    FILE = 4


def marked(sheet: Sheet, row: int | None = None, column: int | None = None, *, rows: int = 1, columns: int = 1) -> Mark:
    """A mark on some rows from a row on, some columns from a column on."""
    return Mark(
        sheet.origin,
        None if row is None else set(range(row, row + rows)),
        None if column is None else set(range(column, column + columns)),
    )


@dataclass
class Form:
    """A form to be damaged: its workbook, that of a neighbour to paste from, and how it will be sent."""

    book: Book
    neighbour: Book
    file: str
    dialect: Dialect = EXCEL
    shown: dict[str, str] = field(default_factory=dict)
    typed: Mark = field(init=False)
    derived: Mark = field(init=False)

    def __post_init__(self) -> None:
        sheet = self.figures
        numbered = [row for row in sheet.rows() if sheet.cells.get((row, NUMBER), _BLANK).kind == "n"]
        typed = {row for row in numbered if sheet.cells.get((row, VALUE), _BLANK).formula is None}
        self.typed, self.derived = Mark(FIGURES, typed), Mark(FIGURES, set(numbered) - typed)
        sheet.marks += [self.typed, self.derived]

    @property
    def figures(self) -> Sheet:
        """The indicator sheet."""
        return self.book.of(FIGURES)

    @property
    def ledgers(self) -> list[Sheet]:
        """The sheets of ledgers."""
        return [sheet for sheet in self.book.sheets if sheet.origin not in _NO_LEDGERS]

    def lines(self, *, filled: bool = True) -> list[int]:
        """The rows of typed figures, by default of those that hold a number."""
        sheet, rows = self.figures, sorted(self.typed.rows or ())
        return (
            [row for row in rows if (row, VALUE) in sheet.cells and sheet.cells[row, VALUE].kind == "n"]
            if filled
            else rows
        )

    def headings(self) -> list[int]:
        """The rows that only divide: a text stands where the lines have their number, merged or not."""
        sheet = self.figures
        return [row for row in sheet.rows() if row > 4 and sheet.cells.get((row, NUMBER), _BLANK).kind == "s"]

    def computed(self) -> list[int]:
        """The rows of figures that the form computes."""
        return sorted(self.derived.rows or ())

    def section(self, chance: random.Random, least: int) -> list[int]:
        """Lines that stand directly below each other."""
        runs: list[list[int]] = [[]]
        for row in self.lines():
            if runs[-1] and row != runs[-1][-1] + 1:
                runs.append([])
            runs[-1].append(row)
        return chance.choice([run for run in runs if len(run) >= least])

    def ledger(self, chance: random.Random, *, rows: int = 1, columns: int = 1, stock: bool | None = None) -> Sheet:
        """A ledger with so many filled rows and headers."""
        return chance.choice(
            [
                sheet
                for sheet in self.ledgers
                if len(sheet.filled()) >= rows
                and sheet.last_column >= columns
                and (stock is None or is_stock(sheet) is stock)
            ]
        )


def is_stock(sheet: Sheet) -> bool:
    """Whether a ledger is carried from month to month, by the answer that it was sent with."""
    return any(sheet.text(3, column).startswith(("已", "无此项")) for column in (2, 3))


def required(sheet: Sheet) -> list[int]:
    """The columns of a ledger whose header bears a star."""
    return [column for column in range(1, sheet.last_column + 1) if sheet.text(sheet.header, column).startswith("*")]


Do = Callable[[Form, random.Random], Mark]


@dataclass(frozen=True, slots=True)
class Damage:
    """One kind of damage.

    Of one that `is_same` a careful reader reads the same values. `told` are the kinds of findings of which one has to
    name it; none where nothing needs to be told.
    """

    name: str
    do: Do
    phase: Phase
    is_same: bool
    told: frozenset[str]


def damages(*rows: tuple[Do, Phase, bool, str]) -> Iterator[Damage]:
    """Damages from a table: what is done, when, whether it is the same to a careful reader, what has to be told."""
    for do, phase, is_same, told in rows:
        yield Damage(do.__name__.replace("_", " "), do, phase, is_same, frozenset(told.split()))
