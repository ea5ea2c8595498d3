"""Forms as a program has saved them: with the control totals that it counted, which our own writer leaves to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from aggregator.intake.cells import Cell, CellKind, Sheet, Workbook
from tests.other_workbooks import packed, parts_of
from tests.workbooks import cells_of

STAMP = "_stamp"
#: Columns J to R: a sheet's name; then first row and column, rows, columns, COUNT, SUM, SUM by place, filling by place.
_NAME, _COUNT = 10, 15
_AREA = re.compile(r"COUNT\('(.+)'!\$A\$1:\$([A-Z]+)\$(\d+)\)")
_EMPTY_TOTAL = re.compile(r'(<c r="([K-R])(\d+)"[^>]*><f>[^<]*</f>)<v></v>')


def counted(book: Workbook) -> Workbook:
    """The workbook as a program saves it that counted its control totals; all other formulas yield nothing."""
    sheets = [
        replace(sheet, cells={at: _calculated(cell) for at, cell in sheet.cells.items()}) for sheet in book.sheets
    ]
    totals = _totals(book, sheets)
    return replace(
        book, sheets=tuple(replace(one, cells={**one.cells, **totals}) if one.name == STAMP else one for one in sheets)
    )


def counted_xlsx(form: bytes) -> bytes:
    """A form by our own writer with its control totals; all other formulas stay uncalculated."""
    book = cells_of(form)
    totals = _totals(book, book.sheets)
    parts = parts_of(form)
    name = max(name for name in parts if b"COUNT('" in parts[name] and b'<c r="J1"' in parts[name])

    def total(match: re.Match[str]) -> str:
        return f"{match[1]}<v>{totals[int(match[3]), ord(match[2]) - ord('A') + 1].text}</v>"

    return packed(parts | {name: _EMPTY_TOTAL.sub(total, parts[name].decode()).encode()})


def _calculated(cell: Cell) -> Cell:
    return cell._replace(kind=CellKind.TEXT) if cell.kind is CellKind.UNCALCULATED else cell


def _totals(book: Workbook, sheets: list[Sheet] | tuple[Sheet, ...]) -> dict[tuple[int, int], Cell]:
    """The cells of all totals, by what their formulas count."""
    stamp = next(sheet for sheet in book.sheets if sheet.name == STAMP)
    by_name = {sheet.name: sheet for sheet in sheets}
    found = {}
    for (row, column), cell in stamp.cells.items():
        if column == _COUNT:
            area = _AREA.fullmatch(cell.formula or "")
            assert area
            for at, value in enumerate(_of_area(by_name[area[1]], area[2], int(area[3])), _NAME + 1):
                found[row, at] = Cell(CellKind.NUMBER, repr(value), stamp.cells[row, at].formula)
    return found


def _of_area(sheet: Sheet, last_column: str, last_row: int) -> Iterator[float]:
    width = 0
    for letter in last_column:
        width = width * 26 + ord(letter) - 64
    inside = {at: cell for at, cell in sheet.cells.items() if at[0] <= last_row and at[1] <= width}
    numbers = [(at, float(cell.text)) for at, cell in inside.items() if cell.kind is CellKind.NUMBER]
    texts = [(at, len(cell.text)) for at, cell in inside.items() if cell.kind is CellKind.TEXT]
    yield from (1, 1, last_row, width, len(numbers), sum(value for _, value in numbers))
    yield sum(value * (row + 1009 * column) for (row, column), value in numbers)
    yield sum(length * (row + 1009 * column) for (row, column), length in [*((at, 1) for at, _ in numbers), *texts])
