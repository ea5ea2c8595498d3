"""Which sheet of a workbook is which, and where on it things stand: by its name, or by the headers that it bears."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aggregator.form.layout import CHECK_SHEET, COVER_SHEET, INDICATOR_SHEET, LISTS_SHEET, STAMP_SHEET, FormLayout
from aggregator.form.places import AS_SENT_PREFIX, SLIP_SHEET
from aggregator.intake.cells import Sheet, Workbook
from aggregator.intake.ledger_places import LedgerPlaced, place_ledger
from aggregator.intake.lines import Lines, place_lines
from aggregator.intake.plain_text import folded
from aggregator.model.catalog import Catalog

#: Sheets of the form from which no figures and no rows are read.
_OTHER_SHEETS = frozenset({COVER_SHEET, CHECK_SHEET, LISTS_SHEET, SLIP_SHEET, STAMP_SHEET})
#: How far down headers are looked for: people put a few rows above a table.
_LOWEST_ROW = 12
_Placed = TypeVar("_Placed", Lines, LedgerPlaced)


@dataclass(frozen=True, slots=True)
class Sheets:
    """The lines and, by code, the ledgers of a form with the sheets they stand on.

    `renamed` are the names that the sheets bear now, by those with which they were handed out.
    """

    lines: Lines | None
    ledgers: Mapping[str, LedgerPlaced]
    renamed: Mapping[str, str]

    @property
    def read(self) -> tuple[Sheet, ...]:
        """The sheets that something is read from."""
        return tuple(placed.sheet for placed in (self.lines, *self.ledgers.values()) if placed is not None)


def is_aside(sheet: Sheet) -> bool:
    """Whether a sheet, by its name, is one of the form from which no figures and no rows are read."""
    name = folded(sheet.name)
    return name in _OTHER_SHEETS or name.startswith(folded(AS_SENT_PREFIX))


def sheet_named(workbook: Workbook, name: str) -> Sheet | None:
    """The sheet of that name; when there is none, the one of that name but for blanks and widths."""
    exact = next((sheet for sheet in workbook.sheets if sheet.name == name), None)
    if exact is not None:
        return exact
    wanted = folded(name)
    return next((sheet for sheet in workbook.sheets if folded(sheet.name) == wanted), None)


def sheet_bearing(workbook: Workbook, name: str, headers: Iterable[str], others: Collection[str]) -> Sheet | None:
    """The sheet of that name; else the only one, but for the `others`, that bears most of some headers in a row."""
    named = sheet_named(workbook, name)
    if named is not None:
        return named
    wanted = [folded(header) for header in headers]
    strays = (one for one in workbook.sheets if one.name not in others and not is_aside(one))
    bearing = [sheet for sheet in strays if _bears(sheet, wanted)]
    return bearing[0] if len(bearing) == 1 else None


def _bears(sheet: Sheet, wanted: Sequence[str]) -> bool:
    """Whether one of the upper rows has most of the headers."""
    upper = ((row, cell) for (row, _column), cell in sheet.cells.items() if row <= _LOWEST_ROW)
    found = Counter(row for row, cell in upper if folded(cell.text) in wanted)
    return max(found.values(), default=0) * 2 > len(wanted)


def find_sheets(workbook: Workbook, layout: FormLayout, catalog: Catalog) -> Sheets:
    """The sheets that a form is read from.

    One whose name leads nowhere, or to a sheet that cannot be it, is taken by its headers where just one bears them.
    """
    form = _Form(layout, catalog)
    figures = sheet_named(workbook, INDICATOR_SHEET)
    lines = form.lines_on(figures) if figures else None
    named = {code: form.sheet_of(workbook, code) for code in layout.ledgers}
    ledgers = {code: form.ledger_on(sheet, code) for code, sheet in named.items() if sheet}
    readable = [placed for placed in (lines, *ledgers.values()) if placed is not None and placed.is_readable]
    if len(readable) == 1 + len(layout.ledgers):
        return Sheets(lines, ledgers, {})
    taken = {placed.sheet.name for placed in readable}
    strays = [one for one in workbook.sheets if one.name not in taken and not is_aside(one)]
    return form.told_apart(strays, Sheets(lines, ledgers, {}))


@dataclass(frozen=True, slots=True)
class _Form:
    """What the sheets of a form look like."""

    layout: FormLayout
    catalog: Catalog

    def sheet_of(self, workbook: Workbook, code: str) -> Sheet | None:
        """The sheet of a ledger by its name in the form, else by one that it bore in earlier versions."""
        names = (self.layout.ledgers[code].sheet, *self.catalog.ledgers[code].renamed_from)
        return next(filter(None, (sheet_named(workbook, name) for name in names)), None)

    def lines_on(self, sheet: Sheet) -> Lines:
        """A sheet as if it were the indicator sheet."""
        return place_lines(sheet, self.layout, self.catalog)

    def ledger_on(self, sheet: Sheet, code: str) -> LedgerPlaced:
        """A sheet as if it were that of a ledger."""
        return place_ledger(sheet, self.layout.ledgers[code], self.catalog.ledgers[code])

    def told_apart(self, strays: Sequence[Sheet], named: Sheets) -> Sheets:
        """With the strays that bear the headers of a sheet that was not found by its name; two bearers are none."""
        lines = named.lines
        if lines is None or not lines.is_readable:
            lines = _only([self.lines_on(sheet) for sheet in strays]) or lines
        ledgers = dict(named.ledgers)
        for code in self.layout.ledgers:
            if code not in ledgers or not ledgers[code].is_readable:
                found = _only([self.ledger_on(sheet, code) for sheet in strays])
                ledgers |= {code: found} if found else {}
        return Sheets(lines, ledgers, dict(self._renamed(lines, ledgers)))

    def _renamed(self, lines: Lines | None, ledgers: Mapping[str, LedgerPlaced]) -> Mapping[str, str]:
        now = {INDICATOR_SHEET: lines.sheet.name} if lines else {}
        now |= {self.layout.ledgers[code].sheet: placed.sheet.name for code, placed in ledgers.items()}
        return {name: other for name, other in now.items() if folded(other) != folded(name)}


def _only(placed: list[_Placed]) -> _Placed | None:
    """The one that can be nothing else; None where several can."""
    found = [one for one in placed if one.is_readable and one.is_whole]
    return found[0] if len(found) == 1 else None
