"""The control totals of a form: what a program that recalculates it counts on each sheet, beside the stamp.

A return in which they differ from its cells was damaged after it had been saved, or changed by something that does not
calculate. Besides number and sum, cells are counted by their places, so that nothing can move without a trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from aggregator.form.drawing import Drawing
from aggregator.form.formula_scope import absolute, quoted
from aggregator.model.address import address

#: Counted from 1, on the hidden sheet to the right of the map: the column of a sheet's name; its totals follow.
CONTROL_COLUMN = 10
# A column weighs as much as so many rows: more than a sheet of the form has, so that no two places weigh alike. Forms
# that were sent out count by it: it can never be another one.
_COLUMN_WEIGHT = 1009
# What people write below and beside is read, too.
_SPARE_ROWS, _SPARE_COLUMNS = 100, 4


class ControlTotals(NamedTuple):
    """What a program counted on a sheet: the area as it lies now, its numbers, their sum, and what stands where.

    `placed_sum` adds each number as often as its cell weighs; `placed_filling` adds the weight of each cell with a
    number, and of each with a text as often as it has characters.
    """

    first_row: float
    first_column: float
    rows: float
    columns: float
    numbers: float
    sum: float
    placed_sum: float
    placed_filling: float


def weight(row: int, column: int) -> int:
    """What a cell weighs where it counts by its place."""
    return row + _COLUMN_WEIGHT * column


def write_control_totals(drawing: Drawing, stamp: Any, sheets: Mapping[str, Any]) -> None:
    """Write the totals of sheets on the hidden one."""
    last_rows = {area.sheet: area.last_row for area in drawing.layout.ledgers.values()}
    # Without a format of its own LibreOffice gives a sum that of the cells it adds; where those are texts it saves the
    # sum to an .xls as a text.
    style = drawing.style(num_format="0.00")
    for row, (name, sheet) in enumerate(sheets.items()):
        last_row = max((sheet.dim_rowmax or 0) + 1, last_rows.get(name, 0)) + _SPARE_ROWS
        last_column = (sheet.dim_colmax or 0) + 1 + _SPARE_COLUMNS
        area = f"{quoted(name)}$A$1:{absolute(address(last_row, last_column))}"
        stamp.write_string(row, CONTROL_COLUMN - 1, name)
        for column, formula in enumerate(_formulas(area), CONTROL_COLUMN):
            stamp.write_formula(row, column, formula, style, "")


def _formulas(area: str) -> tuple[str, ...]:
    """The formulas of the totals, in their order; none needs a function that Excel 97 does not know."""
    corner, weights = f"INDEX({area},1,1)", f"(ROW({area})+{_COLUMN_WEIGHT}*COLUMN({area}))"
    return (
        f"ROW({corner})",
        f"COLUMN({corner})",
        f"ROWS({area})",
        f"COLUMNS({area})",
        f"COUNT({area})",
        f"SUM({area})",
        f"SUMPRODUCT({area},{weights})",
        f"SUMPRODUCT((ISNUMBER({area})+ISTEXT({area})*LEN({area}))*{weights})",
    )
