"""A sheet as it was sent, cell by cell: for whoever has to copy from it what could not be found in its place."""

from __future__ import annotations

from aggregator.intake.cells import Cell, CellKind, Sheet, exact_number, serial_to_date
from aggregator.intake.plain_text import readable
from aggregator.model.address import address
from aggregator.model.value import CellAsSent, Scalar

#: More than a form has; beyond it stands somebody's scratch.
_MOST_CELLS = 20_000


def sheet_as_sent(sheet: Sheet, *, date1904: bool) -> tuple[CellAsSent, ...]:
    """What stands in the cells of a sheet, row by row; results of formulas as values."""
    found = ((at, _value(cell, date1904=date1904)) for at, cell in sorted(sheet.cells.items())[:_MOST_CELLS])
    return tuple((address(*at), value) for at, value in found if value != "")


def _value(cell: Cell, *, date1904: bool) -> Scalar:
    if cell.kind is not CellKind.NUMBER:
        return readable(cell.text)
    day = serial_to_date(cell.text, date1904) if cell.is_date else None
    return day or exact_number(cell.text)
