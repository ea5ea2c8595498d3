"""What a plain walk over a workbook tells of its cells, where the library that reads their texts keeps silent.

calamine returns an error as a blank and no number format at all, so that 45 % would be read as 0.45; the walks over
the records (`xls`, `xlsb`) and over the XML (`ods`) tell kinds, numbers, errors, formulas and formats themselves.
"""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.excel_number import is_date_format, is_percent_format, is_scaled_format
from aggregator.intake.sheet_part import Cell, CellKind, MergedRange
from aggregator.intake.xml_part import MAX_CELLS
from aggregator.model.address import MAX_COLUMN, MAX_ROW

#: The formula of a cell whose formula nobody has read: that there is one is all that is known.
UNREAD = ""
ERRORS: Mapping[int, str] = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


class NumberFormat(NamedTuple):
    """What a number format shows beside the digits: a day, a percent sign, a 万."""

    is_date: bool = False
    is_percent: bool = False
    is_scaled: bool = False


PLAIN = NumberFormat()


def number_format(format_id: int, codes: Mapping[int, str]) -> NumberFormat:
    """What a format of Excel shows, built in or spelled out."""
    code = codes.get(format_id)
    return NumberFormat(is_date_format(format_id, code), is_percent_format(format_id, code), is_scaled_format(code))


@dataclass(slots=True)
class SheetMarks:
    """The filled cells of one sheet; the text of a TEXT is not known here and stands empty."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    merged: list[MergedRange] = field(default_factory=list)
    is_manual: bool = False

    def add(self, row: int, column: int, cell: Cell) -> None:
        """Keep a cell; rows and columns are counted from 1."""
        if not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
            raise UnreadableFileError(Cause.OUTSIDE_GRID, f"第{row}行第{column}列")
        if self.cells.setdefault((row, column), cell) is not cell:
            raise UnreadableFileError(Cause.DAMAGED, f"第{row}行第{column}列出现两次")
        if len(self.cells) > MAX_CELLS:
            raise UnreadableFileError(Cause.TOO_MANY_CELLS)


@dataclass(frozen=True, slots=True)
class WorkbookMarks:
    """The sheets of a workbook in its order; None stands for one that holds no cells, such as a chart."""

    sheets: tuple[SheetMarks | None, ...]
    date1904: bool = False
    has_macros: bool = False
    is_manual: bool = False


def number(value: float, shown: NumberFormat = PLAIN, *, is_formula: bool = False) -> Cell:
    """The cell of a stored binary number."""
    formula = UNREAD if is_formula else None
    if not math.isfinite(value):  # no number that Excel can hold
        return Cell(CellKind.ERROR, "#NUM!", formula)
    return Cell(CellKind.NUMBER, _text(value), formula, *shown)


def _text(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def text(*, is_formula: bool = False) -> Cell:
    """The cell of a text that is still to be filled in."""
    return Cell(CellKind.TEXT, "", UNREAD if is_formula else None)


def truth(*, value: bool, is_formula: bool = False) -> Cell:
    """The cell of a TRUE or FALSE."""
    return Cell(CellKind.BOOL, "1" if value else "0", UNREAD if is_formula else None)


def error(code: int, *, is_formula: bool = False) -> Cell:
    """The cell that shows an error."""
    return Cell(CellKind.ERROR, ERRORS.get(code, "#ERROR!"), UNREAD if is_formula else None)


def packed(body: bytes, at: int) -> float:
    """A number in four bytes: the upper half of a binary fraction or a whole one, perhaps hundredfold."""
    (raw,) = struct.unpack_from("<i", body, at)
    if raw & 2:
        value = float(raw >> 2)
    else:
        (value,) = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<i", raw & ~3))
    return value / 100 if raw & 1 else value
