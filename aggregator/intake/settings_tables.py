"""The tables of the settings workbook, found by their headers wherever these stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aggregator.form.settings_sheets import UNITS_SHEET
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.cells import Cell, CellKind, Sheet, Workbook, exact_number, serial_to_date
from aggregator.intake.plain_text import folded, readable, squeezed
from aggregator.model.address import address
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.value import Place

REMARK = re.compile(r"\(.*?\)|\*")
_HEADERS_WITHIN = 20
_OTHER_HEADERS = {
    "指标代码或名称": "指标",
    "指标名称": "指标",
    "指标代码": "指标",
    "基期类型": "基期",
    "启用": "是否启用",
}
_OTHER_SHEETS = {UNITS_SHEET: "社区名录"}


class SettingsError(ValueError):
    """The settings workbook cannot be used at all; the message is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, its cells by header."""

    file: str
    sheet: str
    number: int
    columns: Mapping[str, int]
    cells: Mapping[str, Cell]
    date1904: bool
    is_hidden: bool = False

    def text(self, header: str) -> str:
        """What stands under a header, as a text; a date as year, month and day."""
        cell = self.cells.get(header)
        if cell is None or cell.kind in {CellKind.ERROR, CellKind.UNCALCULATED}:
            return cell.text if cell else ""
        if cell.kind is not CellKind.NUMBER:
            return readable(cell.text).strip()
        day = serial_to_date(cell.text, self.date1904) if cell.is_date else None
        return day.isoformat() if day else format(exact_number(cell.text), "f")

    def is_uncalculated(self, header: str) -> bool:
        """Whether a formula without its result stands under a header."""
        cell = self.cells.get(header)
        return cell is not None and cell.kind is CellKind.UNCALCULATED

    def address(self, header: str) -> str:
        """The cell under a header."""
        return address(self.number, self.columns.get(header, 1))

    def finding(self, kind: FindingKind, header: str, **facts: str) -> Finding:
        """A finding at a cell of this line."""
        cell = self.address(header)
        place = Place(self.file, self.sheet, cell)
        known: dict[str, Any] = {"sheet": self.sheet, "cell": cell, "row": self.number, **facts}
        # Each is a slip of its own; there is no return slip that would tell the others.
        return kind.at(place, value=self.text(header), group=f"{kind.code}:{place}", **known)


@dataclass
class SettingsBook:
    """The open workbook, and the findings so far."""

    file: str
    workbook: Workbook
    findings: list[Finding] = field(default_factory=list)

    def lines(self, name: str, headers: Sequence[str], *, needed: frozenset[str]) -> Iterator[Line] | None:
        """The rows below the header of a sheet; None when there is no such sheet or header."""
        sheet = self.sheet(name)
        found = _header(sheet, headers, needed) if sheet else None
        if sheet is None or found is None:
            return None
        return self._lines(sheet, *found)

    def report(self, found: Finding) -> None:
        """Keep a finding."""
        self.findings.append(found)

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of a name, or of the one that people give it."""
        names = {folded(name), folded(_OTHER_SHEETS.get(name, name))}
        return next((sheet for sheet in self.workbook.sheets if folded(sheet.name) in names), None)

    def _lines(self, sheet: Sheet, header_row: int, columns: Mapping[str, int]) -> Iterator[Line]:
        by_row: dict[int, dict[str, Cell]] = {}
        for header, column in columns.items():
            for (row, at), cell in sheet.cells.items():
                if at == column and row > header_row:
                    by_row.setdefault(row, {})[header] = cell
        for row in sorted(by_row):
            is_hidden = row in sheet.hidden_rows
            line = Line(self.file, sheet.name, row, columns, by_row[row], self.workbook.date1904, is_hidden=is_hidden)
            if any(line.text(header) for header in columns):
                yield line


def _header(sheet: Sheet, headers: Sequence[str], needed: frozenset[str]) -> tuple[int, dict[str, int]] | None:
    """Row and columns of the first row that has the needed headers."""
    rows: dict[int, dict[str, int]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        if row <= _HEADERS_WITHIN and cell.kind is CellKind.TEXT:
            text = REMARK.sub("", squeezed(cell.text))
            header = _OTHER_HEADERS.get(text, text)
            if header in headers:
                rows.setdefault(row, {}).setdefault(header, column)
    return next(((row, columns) for row, columns in sorted(rows.items()) if needed <= set(columns)), None)


def report_missing_sheet(book: SettingsBook, name: str, headers: Sequence[str], effect: str) -> None:
    """Tell that a table is not there, and what follows."""
    named = "、".join(f"“{header}”" for header in headers)
    place = Place(book.file, name)
    book.report(kinds.SETTINGS_SHEET_MISSING.at(place, file=book.file, sheet=name, headers=named, then=effect))
