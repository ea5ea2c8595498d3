"""What all sheets of a form share: the open workbook, its formats, what is to be written, and the page set-up."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from aggregator.form.carry import Prefill
from aggregator.form.formula_scope import FormulaScope
from aggregator.form.live import Formula
from aggregator.form.places import NOT_APPLICABLE_TEXTS, FormLayout
from aggregator.form.slip import Slip
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Column, Element, ValueType
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Gap, Scalar, Submission, ValueState

#: Surely on every Windows with Chinese; another system takes its own.
FONT = "微软雅黑"
TO_FILL, TO_FILL_OPTIONAL, WRONG, COMPUTED, HEAD, SECTION = (
    "#FFF2B3",
    "#FFFBE8",
    "#F8CBC6",
    "#F2F2F2",
    "#DCE6F1",
    "#EEF3FA",
)
GREYED, WRONG_TEXT, RIGHT_TEXT, LINE, BLUE = "#9A9A9A", "#B02318", "#1E7B34", "#BFBFBF", "#1F4E79"
#: Of a return slip: the cells to mend.
TO_MEND = "#FFC266"
_A4 = 9
_LINE_HEIGHT = 16
_HIGHEST_ROW = 409  # Excel takes no higher one
# A whole footer may have 255 characters.
_LONGEST_IN_FOOTER = 60
# Widths count digits of 11 points; our texts are set in 10, and some room is left for wider fonts.
_CHARACTERS_PER_WIDTH = 1.04
NUMBER_FORMATS = {
    ValueType.INT: "#,##0",
    ValueType.DECIMAL: "#,##0.00",
    ValueType.MONEY: "#,##0.00",
    ValueType.PERCENT: "0.0",
    ValueType.DATE: "yyyy-mm-dd",
    ValueType.MONTH: "yyyy-mm",
}


@dataclass
class Drawing:
    """One form being written."""

    book: Any
    catalog: Catalog
    street: Street
    unit: OrgUnit
    period: Period
    layout: FormLayout
    scope: FormulaScope
    prefill: Prefill | None
    year_to_date: Mapping[str, Decimal | Gap]
    deadline: date | None
    filled: Submission | None
    slip: Slip | None = None
    lists: Mapping[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    _formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def style(self, **properties: Any) -> Any:
        """The cell format with these properties; the same properties give the same format."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
            self._formats[key] = self.book.add_format({**base, **properties})
        return self._formats[key]

    def mark(self, **properties: Any) -> Any:
        """A format for conditional formatting, which must say nothing but the difference."""
        key = (("mark", True), *sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def boxed(self, **properties: Any) -> Any:
        """A format with thin lines around."""
        return self.style(border=1, border_color=LINE, **properties)


def write_formula(sheet: Any, cell: str, formula: Formula | str, style: Any) -> None:
    """Write a formula whose cached value is empty, so that a reader sees that nobody has calculated it yet."""
    text, is_array = (formula, False) if isinstance(formula, str) else (formula.text, formula.is_array)
    if is_array:
        sheet.write_array_formula(f"{cell}:{cell}", "{" + text + "}", style, "")
    else:
        sheet.write_formula(cell, text, style, "")


def write_scalar(sheet: Any, cell: str, value: Scalar, style: Any) -> None:
    """Write what stands in a cell; a gap leaves it empty, except 不适用."""
    if isinstance(value, Decimal):
        # XlsxWriter prints a Decimal exactly, and a float with a digit too many now and then.
        sheet.write_number(cell, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(cell, value, style)
    elif isinstance(value, tuple):
        sheet.write_string(cell, "、".join(value), style)
    elif isinstance(value, str) and value:
        sheet.write_string(cell, value, style)
    elif value is Gap.NOT_APPLICABLE:
        sheet.write_string(cell, NOT_APPLICABLE_TEXTS[0], style)
    else:
        sheet.write_blank(cell, None, style)


def typed_scalar(value: DataValue | None) -> Scalar:
    """What somebody typed: the value, or the text that could not be read."""
    if value is None:
        return Gap.MISSING
    return value.raw if value.state is ValueState.UNREADABLE else value.scalar


def number_format(definition: Element | Column) -> str:
    """How Excel shows values of an element or column."""
    if definition.type is ValueType.DECIMAL and definition.places != 2:
        return "#,##0" + ("." + "0" * definition.places if definition.places else "")
    return NUMBER_FORMATS.get(definition.type, "@")


def text_width(text: str) -> int:
    """How many narrow characters a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def height(*texts_and_widths: tuple[str, float], least: float = 18) -> float:
    """The height of a row in points whose texts wrap in columns of these widths."""
    lines = max(
        sum(
            max(1, math.ceil(text_width(line) / max(width * _CHARACTERS_PER_WIDTH - 1, 1))) for line in text.split("\n")
        )
        for text, width in texts_and_widths
    )
    return min(max(least, lines * _LINE_HEIGHT + 2), _HIGHEST_ROW)


def set_page(sheet: Any, *, landscape: bool, header_row: int | None, unit: str) -> None:
    """A4, one page wide, header row on every page, page numbers."""
    sheet.set_paper(_A4)
    if landscape:
        sheet.set_landscape()
    else:
        sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer(f"&L{unit[:_LONGEST_IN_FOOTER].replace('&', '&&')}&C第&P页 共&N页&R&A")
    if header_row is not None:
        sheet.repeat_rows(header_row - 1)


def protect(sheet: Any) -> None:
    """Guard the labels, without a password; widths may be changed, rows not inserted."""
    sheet.protect("", {"format_columns": True, "format_rows": True})
