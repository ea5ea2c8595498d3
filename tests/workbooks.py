"""Workbooks for tests of intake: made of cells, written in every format, and what came of reading them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl

from aggregator.intake.cells import Cell, CellKind, MergedRange, Sheet, Visibility, Workbook, read_cells
from aggregator.intake.opening import FileContent, unpack
from aggregator.intake.returns import Intake
from tests.other_workbooks import as_ods, as_xls, as_xlsb

Write = Callable[[Workbook], bytes]
WRITERS: dict[str, Write] = {"xls": as_xls, "xlsb": as_xlsb, "ods": as_ods}
NUMBER, TEXT, BOOL, ERROR, _ = CellKind
#: Every kind of cell with every look.
ODD = (
    Cell(NUMBER, "45.2"),
    Cell(NUMBER, "46298", is_date=True),
    Cell(NUMBER, "0.45", is_percent=True),
    Cell(NUMBER, "3", is_scaled=True),
    Cell(NUMBER, "12", ""),
    Cell(TEXT, "东风&<西苑>\n第二行"),
    Cell(TEXT, "合格", ""),
    Cell(BOOL, "1"),
    Cell(BOOL, "0", ""),
    Cell(ERROR, "#N/A"),
    Cell(ERROR, "#REF!", ""),
)


def content(form: bytes) -> FileContent:
    """The bytes of a file as intake holds them."""
    return FileContent(form, "0" * 64, len(form))


def cells_of(form: bytes) -> Workbook:
    """What an .xlsx holds."""
    return read_cells(unpack(content(form)))


def book(*sheets: Sheet, date1904: bool = False) -> Workbook:
    """A workbook of sheets."""
    nothing: MappingProxyType[str, str] = MappingProxyType({})
    return Workbook("", 0, sheets, nothing, nothing, nothing, date1904)


def sheet(*row: Cell, name: str = "表1", visibility: Visibility = Visibility.VISIBLE) -> Sheet:
    """A sheet with a row of cells, something hidden and something merged."""
    cells = {(3, column): cell for column, cell in enumerate(row, start=2)}
    return Sheet(name, visibility, cells, frozenset({2, 5}), (range(4, 6),), (MergedRange(3, 2, 4, 2),))


def values_of(intake: Intake) -> list[Any]:
    """All that the returns say, without file names."""
    return [
        (
            *(one.unit, one.period, one.stock_confirmed, one.cover),
            {code: (value.state, value.value) for code, value in one.values.items()},
            {code: (each.state, each.answer, [row.cells for row in each.rows]) for code, each in one.ledgers.items()},
        )
        for one in intake.submissions
    ]


def recalculated(form: bytes, folder: Path) -> Any:
    """The workbook after LibreOffice has calculated and saved it."""
    (folder / "form.xlsx").write_bytes(form)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    target = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(folder / "form.xlsx")]
    subprocess.run(["soffice", profile, "--headless", *target], check=True, capture_output=True, timeout=180)
    return openpyxl.load_workbook(folder / "out" / "form.xlsx", data_only=True)
