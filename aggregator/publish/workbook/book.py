"""The only file that speaks to XlsxWriter: sheets, styles, and cells that keep text text and numbers exact.

Whatever begins like a formula stays text, and a number that a cell cannot hold exactly is written in words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Context, Decimal
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format

from aggregator.model.address import address
from aggregator.model.evaluate import plain_text
from aggregator.publish.readable_text import readable
from aggregator.publish.workbook.palette import FONT, PARTS, SIZE
from aggregator.publish.workbook.quick_sheet import QuickSheet
from aggregator.publish.workbook.widths import row_height

#: What may stand in a cell: an exact number, a day, a text, or nothing.
Cell = Decimal | date | str | None

LAST_ROW = 1_048_576
_CONTENTS = "目录"
_EXACT = Context(prec=15)  # a double holds every decimal number of so many digits
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_SAFE_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was
_LONGEST_TEXT = 32_767
_CUT = "……（过长，全文见原表）"
_FORMULA_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31


class Book:
    """One workbook under way, with its styles and the names of its sheets."""

    def __init__(self, *, title: str, report_date: date) -> None:
        self._bytes = BytesIO()
        self._workbook = xlsxwriter.Workbook(self._bytes, _options())
        self._workbook.set_properties({"title": title, "created": datetime.combine(report_date, time())})
        self._workbook.set_size(1600, 930)  # pixels: within the screen of an office computer
        self._formats: dict[tuple[tuple[str, ...], str, bool], Format] = {}
        self._quoted: dict[Format, Format] = {}
        self._names: set[str] = set()
        self.printable = _Printable()

    def style(self, *parts: str, num_format: str = "", quoted: bool = False) -> Format:
        """The format made of these parts of the palette; the same parts give the same format."""
        key = (parts, num_format, quoted)
        if key not in self._formats:
            properties: dict[str, object] = {}
            for part in ("plain", *parts):
                properties |= PARTS[part]
            if num_format:
                properties["num_format"] = num_format
            if quoted:
                properties["quote_prefix"] = True
            self._formats[key] = self._workbook.add_format(properties)
            if not quoted:
                self._quoted[self._formats[key]] = self.style(*parts, num_format=num_format, quoted=True)
        return self._formats[key]

    def quoted(self, style: Format) -> Format:
        """The same format for a text that begins like a formula: it stays text when somebody edits the cell."""
        return self._quoted[style]

    def sheet_name(self, wanted: str) -> str:
        """A name that no other sheet has, without the signs that Excel refuses."""
        clean = _SHEET_SIGNS.sub(" ", readable(wanted)).strip(" '")[:_LONGEST_NAME] or "表"
        name, number = clean, 2
        while name.lower() in self._names or name.lower() == "history":
            suffix = f"（{number}）"
            name, number = clean[: _LONGEST_NAME - len(suffix)] + suffix, number + 1
        self._names.add(name.lower())
        return name

    def add_sheet(self, name: str) -> Sheet:
        """A new sheet at the end; the name must come from `sheet_name`."""
        return Sheet(self, self._workbook.add_worksheet(name, QuickSheet), name)

    def close(self) -> bytes:
        """The whole file."""
        self._workbook.close()
        # Workbook and sheets refer to each other: of a large street, hundreds of megabytes that would wait for the
        # collector. Cut apart, they are given back at once.
        self._workbook.worksheets().clear()
        self._workbook.sheetnames.clear()
        return self._bytes.getvalue()


def _options() -> dict[str, object]:
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # Without a font scheme: the theme's own font would otherwise win over ours.
        "default_format_properties": {"font_name": FONT, "font_size": SIZE, "font_scheme": False},
    }


class Sheet:
    """One sheet under way; rows and columns are counted from 0."""

    def __init__(self, book: Book, worksheet: QuickSheet, name: str) -> None:
        self.book = book
        self.name = name
        self._worksheet = worksheet
        # A month has hundreds of thousands of cells: what writes them is looked up once a sheet.
        self._write_string, self._write_number = worksheet.put_text, worksheet.put_number
        self._write_blank = worksheet.put_blank
        self._printable = book.printable
        worksheet.set_default_row(row_height(1))
        worksheet.hide_gridlines(2)

    def put(self, row: int, column: int, cell: Cell, style: Format) -> None:
        """Write a cell; text is never taken for anything else, and a number never loses a digit."""
        if isinstance(cell, str):
            self._put_text(row, column, cell, style)
        elif cell is None:
            self._write_blank(row, column, None, style)
        elif isinstance(cell, Decimal) and is_exact(cell):
            self._write_number(row, column, float(cell), style)
        elif isinstance(cell, date) and cell >= _FIRST_SAFE_DAY:
            self._write_number(row, column, cell.toordinal() - _EPOCH, style)
        else:
            self._put_text(row, column, plain_text(cell) if isinstance(cell, Decimal) else cell.isoformat(), style)

    def _put_text(self, row: int, column: int, text: str, style: Format) -> None:
        if not text:
            self._write_blank(row, column, None, style)
            return
        clean = self._printable[text]
        first = clean[0]
        if first == "<" and clean.startswith("<r>") and clean.endswith("</r>"):
            # XlsxWriter takes such a text for its own mark-up; in two runs it is written as what it is.
            self._worksheet.write_rich_string(row, column, style, first, style, clean[1:], style)
        else:
            self._write_string(row, column, clean, self.book.quoted(style) if first in _FORMULA_SIGNS else style)

    def put_formula(self, row: int, column: int, formula: str, value: Decimal, style: Format) -> None:
        """Write a live formula with the value that it has now."""
        self._worksheet.write_formula(row, column, f"={formula}", style, float(value))

    def put_row(self, row: int, column: int, cells: Sequence[Cell], style: Format) -> None:
        """Write cells side by side in one style."""
        for offset, cell in enumerate(cells):
            self.put(row, column + offset, cell, style)

    def put_across(self, row: int, columns: tuple[int, int], cell: Cell, style: Format) -> None:
        """Write one cell across several columns of a row, first and last given."""
        first, last = columns
        if first < last:
            self._worksheet.merge_range(row, first, row, last, "", style)
        self.put(row, first, cell, style)

    def put_link(self, row: int, column: int, *, sheet: str, text: str, style: Format) -> None:
        """Write a link to another sheet."""
        quoted = sheet.replace("'", "''")
        self._worksheet.write_url(row, column, f"internal:'{quoted}'!A1", style, text)

    def put_way_back(self, row: int) -> None:
        """Write the link to the list of sheets at the beginning of a row."""
        self.put_link(row, 0, sheet=_CONTENTS, text="返回目录", style=self.book.style("link"))

    def place(self, row: int, column: int) -> str:
        """The address of a cell with its sheet, such as `街道总数!C7`."""
        return f"{self.name}!{address(row + 1, column + 1)}"

    def set_widths(self, widths: Sequence[float]) -> None:
        """Set the widths of the columns from the first on."""
        for column, width in enumerate(widths):
            self._worksheet.set_column(column, column, width)

    def set_height(self, row: int, lines: int) -> None:
        """Make a row high enough for so many lines."""
        if lines > 1:
            self._worksheet.set_row(row, row_height(lines))

    def set_points(self, row: int, points: float) -> None:
        """Set the height of a row."""
        self._worksheet.set_row(row, points)

    def freeze(self, row: int, column: int) -> None:
        """Keep the rows above and the columns before in sight."""
        self._worksheet.freeze_panes(row, column)

    def filter(self, header_row: int, last_row: int, last_column: int) -> None:
        """Offer a filter on each column of a table."""
        self._worksheet.autofilter(header_row, 0, max(last_row, header_row), last_column)

    def tint(self, colour: str) -> None:
        """Colour the tab."""
        self._worksheet.set_tab_color(colour)

    def set_page(self, *, landscape: bool, footer: str, pages: tuple[int, int] = (1, 0)) -> None:
        """Print on A4 over so many pages across and down (0: as many as it takes), with page numbers."""
        sheet = self._worksheet
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(*pages)
        sheet.center_horizontally()
        sheet.set_footer(f"&L&8{_escaped(footer)}&C&8第 &P 页　共 &N 页&R&8{_escaped(self.name)}")

    def repeat(self, rows: tuple[int, int], columns: tuple[int, int] | None = None) -> None:
        """Print these rows (and columns) again on each page."""
        self._worksheet.repeat_rows(*rows)
        if columns:
            self._worksheet.repeat_columns(*columns)

    def set_print_area(self, last_row: int, last_column: int) -> None:
        """Print from the first cell to this one."""
        self._worksheet.print_area(0, 0, last_row, last_column)

    def open_here(self) -> None:
        """Show this sheet when the file is opened."""
        self._worksheet.activate()


def is_exact(value: Decimal) -> bool:
    """Whether a cell of a sheet holds the number to its last digit."""
    return value.is_finite() and _EXACT.plus(value) == value


class _Printable(dict[str, str]):
    """Texts as a cell can hold them; names, units and files stand in thousands of cells and are looked at once."""

    def __missing__(self, text: str) -> str:
        clean = readable(text)
        if len(clean) > _LONGEST_TEXT // 2 and len(clean.encode("utf-16-le")) // 2 > _LONGEST_TEXT:
            # Two units a character at the worst, so half the limit is always within it.
            clean = clean[: _LONGEST_TEXT // 2 - len(_CUT)] + _CUT
        self[text] = clean
        return clean


def _escaped(text: str) -> str:
    """A text in a footer, where & begins a command; the whole footer may have 255 characters."""
    return readable(text)[:60].replace("&", "&&")
