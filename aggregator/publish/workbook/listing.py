"""A plain list as a sheet: title, note, filter, frozen header, rows, print setup. The list is made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from xlsxwriter.format import Format

from aggregator.publish.workbook.book import LAST_ROW, Book, Cell, Sheet
from aggregator.publish.workbook.palette import STATE_STYLES
from aggregator.publish.workbook.widths import line_count

HEADER_ROW = 2


class Kind(Enum):
    """What a column of a list holds; it decides alignment and number format."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CENTRE = "centre"
    STATE = "state"
    COUNT = "count"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    MONTH = "month"


_STYLES: dict[Kind, tuple[tuple[str, ...], str]] = {
    Kind.TEXT: (("left",), ""),
    Kind.LONG_TEXT: (("wrap",), ""),
    Kind.CENTRE: (("centre",), ""),
    Kind.STATE: (("quiet",), ""),
    Kind.COUNT: (("number",), "#,##0"),
    Kind.DECIMAL: (("number",), "#,##0.00"),
    Kind.MONEY: (("number",), "#,##0.00"),
    Kind.PERCENT: (("number",), "0.0"),
    Kind.DATE: (("centre",), "yyyy-mm-dd"),
    Kind.MONTH: (("centre",), 'yyyy"年"m"月"'),
}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column of a list: its title, its width in digits, and what it holds."""

    title: str
    width: float
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Listing:
    """A list ready to be drawn; one that is a file of its own has no way back to a list of sheets."""

    title: str
    note: str
    columns: tuple[ListColumn, ...]
    rows: Sequence[Sequence[Cell]]
    has_way_back: bool = True


def draw_listing(book: Book, name: str, listing: Listing, *, footer: str) -> None:
    """Add the sheet of a list."""
    sheet = book.add_sheet(name)
    rows = _fitting(listing)
    sheet.set_widths([column.width for column in listing.columns])
    _draw_head(sheet, listing)
    _draw_rows(sheet, listing, rows)
    last_row, last_column = HEADER_ROW + len(rows), len(listing.columns) - 1
    sheet.freeze(HEADER_ROW + 1, 1)
    sheet.filter(HEADER_ROW, last_row, last_column)
    width = sum(column.width for column in listing.columns)
    sheet.set_page(landscape=width > 95, footer=footer)
    sheet.repeat((HEADER_ROW, HEADER_ROW))
    sheet.set_print_area(last_row, last_column)


def _fitting(listing: Listing) -> Sequence[Sequence[Cell]]:
    """The rows that a sheet can hold; the last one says how many it could not."""
    room = LAST_ROW - HEADER_ROW - 1
    if len(listing.rows) <= room:
        return listing.rows
    left_out = len(listing.rows) - room + 1
    return [*listing.rows[: room - 1], [f"另有{left_out}行超出工作表行数，未列出"]]


def _draw_head(sheet: Sheet, listing: Listing) -> None:
    book, last = sheet.book, len(listing.columns) - 1
    sheet.put(0, 0, listing.title, book.style("title"))
    sheet.set_points(0, 26)
    if listing.has_way_back:
        sheet.put_way_back(1)
    if listing.note and last:
        sheet.put_across(1, (1, last), listing.note, book.style("note"))
        room = sum(column.width for column in listing.columns[1:])
        sheet.set_height(1, line_count(listing.note, room * 1.1))
    header = book.style("header", "boxed")
    for index, column in enumerate(listing.columns):
        sheet.put(HEADER_ROW, index, column.title, header)
    # The arrow of the filter takes the room of two characters.
    sheet.set_height(HEADER_ROW, max(2, *(line_count(column.title, column.width) for column in listing.columns)))


def _column_styles(book: Book, listing: Listing, *extra: str) -> list[Format]:
    return [
        book.style(*_STYLES[column.kind][0], *extra, num_format=_STYLES[column.kind][1]) for column in listing.columns
    ]


def _draw_rows(sheet: Sheet, listing: Listing, rows: Sequence[Sequence[Cell]]) -> None:
    styles = _column_styles(sheet.book, listing, "boxed")
    states = {
        word: sheet.book.style(part, "boxed")
        for word, part in STATE_STYLES.items()
        if any(column.kind is Kind.STATE for column in listing.columns)
    }
    is_state = [column.kind is Kind.STATE for column in listing.columns]
    wrapped = [(index, column.width) for index, column in enumerate(listing.columns) if column.kind is Kind.LONG_TEXT]
    for row, cells in enumerate(rows, start=HEADER_ROW + 1):
        for column, cell in enumerate(cells):
            style = states.get(str(cell), styles[column]) if is_state[column] else styles[column]
            sheet.put(row, column, cell, style)
        if wrapped:
            texts = [(cell, width) for index, width in wrapped if isinstance(cell := cells[index], str)]
            sheet.set_height(row, max((line_count(text, width) for text, width in texts), default=1))
