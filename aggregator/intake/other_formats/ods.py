"""Walks over the content of an .ods spreadsheet (OpenDocument 1.2 and 1.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.excel_number import exact_number, is_number, is_scaled_format, iso_to_serial
from aggregator.intake.other_formats.marks import UNREAD, SheetMarks, WorkbookMarks
from aggregator.intake.sheet_part import Cell, CellKind, MergedRange
from aggregator.intake.xml_part import Budget, Handlers, parse_part
from aggregator.model.address import MAX_COLUMN, MAX_ROW

_CONTENT, _STYLES, _SETTINGS = "content.xml", "styles.xml", "settings.xml"
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_NUMBERS = frozenset({"float", "percentage", "currency"})
_HIDDEN = frozenset({"collapse", "filter"})
#: What stands in a cell or beside the sheet and is none of its text.
_ASIDE = frozenset({"office:annotation", "table:shapes", "table:tracked-changes", "table:dde-links", "office:forms"})
_ERROR = re.compile(r"#[A-Z][A-Z/0]*[!?]?|#N/A|#DIV/0!|Err:\d{3}|错误:\d{3}")
_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DURATION = re.compile(r"(-?)PT?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?")
_IS_MANUAL = re.compile(rb'config:name="AutoCalculate"[^>]*>false<').search
Attributes = Mapping[str, str]


def read_marks(parts: Mapping[str, bytes]) -> WorkbookMarks:
    """What the XML tells of the cells; `parts` are the inflated parts by casefolded name."""
    if _CONTENT not in parts:
        raise UnreadableFileError(Cause.PART_MISSING, _CONTENT)
    budget = Budget()
    walk = _Walk()
    for name in (_STYLES, _CONTENT):
        if name in parts:
            handlers = Handlers(walk.start, walk.end, walk.pieces.append, walk.kept)
            # Everybody writes the prefixes of the standard, and calamine knows no others.
            parse_part(name, parts[name], handlers, budget=budget, has_prefixes=False)
    has_macros = any(name.startswith("basic/") and name.endswith(".xml") for name in parts)
    is_manual = _IS_MANUAL(parts.get(_SETTINGS, b"")) is not None
    return WorkbookMarks(tuple(walk.sheets), date1904=walk.date1904, has_macros=has_macros, is_manual=is_manual)


@dataclass(slots=True)
class _Row:
    """One row, perhaps one of many alike, and the cells that stand in it."""

    repeated: int
    style: str
    cells: list[tuple[int, int, Cell]] = field(default_factory=list)
    spans: list[tuple[int, int, int]] = field(default_factory=list)
    column: int = 1


class _Walk:
    def __init__(self) -> None:
        self.sheets: list[SheetMarks] = []
        self.pieces: list[str] = []
        self.date1904 = False
        self._scaled: set[str] = set()
        self._number_style = ""
        self._depth = 0
        self._aside = 0
        self._sheet = SheetMarks()
        self._next_row = self._next_column = 1
        self._column_styles: list[tuple[range, str]] = []
        self._row = _Row(1, "")
        self._cell: Attributes = {}
        self._paragraphs: list[str] = []

    def kept(self) -> int:
        """How many things are kept so far."""
        return sum(len(sheet.cells) for sheet in self.sheets)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in a start tag."""
        if tag in _ASIDE:
            self._aside += 1
        elif self._aside:
            return
        elif tag == "table:table":
            self._start_table()
        elif self._depth > 1:
            return
        elif tag in _CELLS:
            self._cell, self._paragraphs = attributes, []
        elif tag in {"text:p", "number:text", "number:embedded-text"}:
            self.pieces.clear()
        elif tag in {"text:s", "text:tab", "text:line-break"}:
            self.pieces.append(" ")
        elif tag == "table:table-row":
            self._start_row(attributes)
        elif tag == "table:table-column":
            self._add_columns(attributes)
        else:
            self._start_style(tag, attributes)

    def end(self, tag: str) -> None:
        """Take in an end tag."""
        if tag in _ASIDE:
            self._aside -= 1
        elif self._aside:
            return
        elif tag == "table:table":
            self._depth -= 1
        elif self._depth > 1:
            return
        elif tag in _CELLS:
            self._end_cell()
        elif tag == "text:p":
            self._paragraphs.append("".join(self.pieces))
        elif tag == "table:table-row":
            self._end_row()
        elif tag in {"number:text", "number:embedded-text"} and is_scaled_format("".join(self.pieces)):
            self._scaled.add(self._number_style)

    # ---- styles

    def _start_style(self, tag: str, attributes: Attributes) -> None:
        name = attributes.get("style:name", "")
        if tag.startswith("number:") and tag.endswith("-style"):
            self._number_style = f"N:{name}"
        elif tag == "style:style" and attributes.get("style:family") == "table-cell":
            shown = f"N:{attributes.get('style:data-style-name', '')}"
            if shown in self._scaled or attributes.get("style:parent-style-name") in self._scaled:
                self._scaled.add(name)
        elif tag == "table:null-date":
            self.date1904 = attributes.get("table:date-value", "").startswith("1904")

    # ---- sheets, columns, rows

    def _start_table(self) -> None:
        self._depth += 1
        if self._depth == 1:
            self._sheet = SheetMarks()
            self.sheets.append(self._sheet)
            self._next_row = self._next_column = 1
            self._column_styles = []

    def _add_columns(self, attributes: Attributes) -> None:
        first = self._next_column
        self._next_column = first + _count(attributes, "table:number-columns-repeated", MAX_COLUMN)
        columns = range(first, self._next_column)
        self._column_styles.append((columns, attributes.get("table:default-cell-style-name", "")))
        if attributes.get("table:visibility") in _HIDDEN:
            self._sheet.hidden_columns.append(columns)

    def _start_row(self, attributes: Attributes) -> None:
        repeated = _count(attributes, "table:number-rows-repeated", MAX_ROW)
        self._row = _Row(repeated, attributes.get("table:default-cell-style-name", ""))
        if attributes.get("table:visibility") in _HIDDEN and repeated < MAX_ROW // 2:
            self._sheet.hidden_rows.update(range(self._next_row, self._next_row + repeated))

    def _end_row(self) -> None:
        row, first = self._row, self._next_row
        self._next_row += row.repeated
        for column, repeated, cell in row.cells:
            if repeated * row.repeated > MAX_ROW:
                raise UnreadableFileError(Cause.TOO_MANY_CELLS)
            for number in range(first, self._next_row):
                for place in range(column, column + repeated):
                    self._sheet.add(number, place, cell)
        for column, columns, rows in row.spans:
            self._sheet.merged.append(MergedRange(first, column, first + rows - 1, column + columns - 1))

    # ---- cells

    def _end_cell(self) -> None:
        attributes, row = self._cell, self._row
        repeated = _count(attributes, "table:number-columns-repeated", MAX_COLUMN)
        cell = self._read_cell(attributes)
        if cell is not None:
            row.cells.append((row.column, repeated, cell))
        columns = _count(attributes, "table:number-columns-spanned", MAX_COLUMN)
        rows = _count(attributes, "table:number-rows-spanned", MAX_ROW)
        if columns > 1 or rows > 1:
            row.spans.append((row.column, columns, rows))
        row.column += repeated
        self._cell, self._paragraphs = {}, []

    def _read_cell(self, attributes: Attributes) -> Cell | None:
        """The cell of one tag, None for a blank."""
        formula = UNREAD if "table:formula" in attributes else None
        kind = attributes.get("office:value-type", "")
        shown = "\n".join(self._paragraphs)
        if attributes.get("calcext:value-type") == "error" or (formula is not None and _ERROR.fullmatch(shown)):
            return Cell(CellKind.ERROR, shown or "#ERROR!", formula)
        if kind in _NUMBERS:
            return self._number(attributes, formula, shown, is_percent=kind == "percentage")
        if kind in {"date", "time"}:
            return self._day(attributes, formula, shown)
        if kind == "boolean":
            return Cell(CellKind.BOOL, "1" if attributes.get("office:boolean-value") == "true" else "0", formula)
        if kind == "string":
            text = attributes.get("office:string-value") or shown
            return Cell(CellKind.TEXT, text, formula) if text or formula is not None else None
        if kind:
            raise UnreadableFileError(Cause.UNREADABLE_XML, "有未知类型的单元格")
        return None if formula is None else Cell(CellKind.UNCALCULATED, "", formula)

    def _number(self, attributes: Attributes, formula: str | None, shown: str, *, is_percent: bool) -> Cell:
        value = attributes.get("office:value", "")
        if not is_number(value):
            raise UnreadableFileError(Cause.UNREADABLE_XML, "有不是数的数值")
        is_scaled = self._style(attributes) in self._scaled or _shows_another(shown, value)
        return Cell(CellKind.NUMBER, value, formula, is_percent=is_percent, is_scaled=is_scaled)

    def _style(self, attributes: Attributes) -> str:
        """The style of a cell: its own, that of its row or that of its column."""
        own = attributes.get("table:style-name") or self._row.style
        return own or next((style for columns, style in self._column_styles if self._row.column in columns), "")

    def _day(self, attributes: Attributes, formula: str | None, shown: str) -> Cell:
        """A day or a time as its serial; one that Excel does not know stays the text that shows."""
        serial = iso_to_serial(attributes.get("office:date-value", ""), self.date1904)
        duration = _DURATION.fullmatch(attributes.get("office:time-value", ""))
        if serial is None and duration:
            sign, hours, minutes, seconds = (group or "0" for group in duration.groups())
            taken = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
            days = exact_number(repr(taken / timedelta(days=1)))
            serial = str(-days if sign == "-" else days)
        if serial is None:
            return Cell(CellKind.TEXT, shown or "日期", formula)
        return Cell(CellKind.NUMBER, serial, formula, is_date=True)


def _shows_another(shown: str, value: str) -> bool:
    """Whether a plain number that shows is not the stored one, rounded: divided by its format, or damaged."""
    plain = shown.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        return False
    places = len(plain.partition(".")[2])
    return abs(Decimal(plain) - Decimal(value)) * 2 > Decimal(1).scaleb(-places)


def _count(attributes: Attributes, name: str, most: int) -> int:
    """How often something is repeated."""
    text = attributes.get(name, "1")
    count = int(text) if text.isdecimal() and len(text) < 10 else 0
    if not 1 <= count <= most:
        raise UnreadableFileError(Cause.OUTSIDE_GRID, f"{name}={text[:20]}")
    return count
