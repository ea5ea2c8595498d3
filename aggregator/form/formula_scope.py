"""What a live formula may refer to: cells of one form, constants of its street, unit and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.form.places import (
    INDICATOR_SHEET,
    LAST_COLUMN,
    NOT_APPLICABLE_TEXTS,
    YEAR_COLUMN,
    FormLayout,
    LedgerArea,
)
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element, Over
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.scope import setting_scalar
from aggregator.model.value import Scalar

_DAY_ZERO = date(1899, 12, 30)


class NotLiveError(Exception):
    """An expression that Excel 2010 cannot compute, or not exactly as the engine does."""


@dataclass(frozen=True)
class FormulaScope:
    """One form of one unit and period. `has_last`: the column 上月数 holds the month just before, not an older one."""

    catalog: Catalog
    layout: FormLayout
    street: Street
    unit: OrgUnit
    period: Period
    has_last: bool = True

    def element(self, code: str) -> Element:
        """The definition of an element."""
        return self.catalog.elements[code]

    def cell(self, code: str) -> str | None:
        """This month's cell of an element; None when the form does not ask for it."""
        place = self.layout.elements.get(code)
        if place is not None:
            return f"{quoted(place.sheet)}{absolute(place.cell)}"
        if self.is_left_out(code):
            raise NotLiveError(code)
        return None

    def is_left_out(self, code: str) -> bool:
        """Whether the unit has such an element but its form cannot show it."""
        element = self.catalog.elements[code]
        return element.expression is not None and element.of.includes(self.layout.kind)

    def last_cell(self, code: str) -> str | None:
        """Last month's cell of an element; None when there is no last month."""
        return self._beside(code, LAST_COLUMN) if self.has_last else None

    def year_cell(self, code: str) -> str | None:
        """The cell of an element's sum or last value of the year so far."""
        over = self.catalog.elements[code].over_months
        if over is Over.LAST:
            return self.cell(code)
        if over is not Over.SUM:
            raise NotLiveError(code)
        return self._beside(code, YEAR_COLUMN)

    def _beside(self, code: str, column: str) -> str | None:
        if self.cell(code) is None:
            return None
        return f"{quoted(INDICATOR_SHEET)}${column}${self.layout.elements[code].row}"

    def area(self, ledger: str) -> LedgerArea | None:
        """Where a ledger stands; None when the form does not have it."""
        return self.layout.ledgers.get(ledger)

    def setting(self, code: str) -> Scalar:
        """A setting of the street."""
        return setting_scalar(self.street, code, self.period)


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it before a cell."""
    return "'" + sheet.replace("'", "''") + "'!"


def absolute(cell: str) -> str:
    """`B7` as `$B$7`."""
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"


def text_literal(text: str) -> str:
    """A text as a formula writes it."""
    if len(text) > 255:
        raise NotLiveError("a text constant of a formula holds at most 255 characters")
    return '"' + text.replace('"', '""') + '"'


def number_literal(value: Decimal) -> str:
    """A number as a formula writes it; negative ones in brackets."""
    plain = f"{value:f}"
    return f"({plain})" if value < 0 else plain


def serial(day: date) -> int:
    """The number under which a sheet keeps a day."""
    return (day - _DAY_ZERO).days


def equals_text(cell: str, text: str) -> str:
    """A comparison with a text; exact where capitals could be mistaken, because `=` does not tell them apart."""
    literal = text_literal(text)
    return f"EXACT({cell},{literal})" if text.lower() != text.upper() else f"({cell}={literal})"


def says_not_applicable(cell: str) -> str:
    """Whether a cell says 不适用 in one of the ways allowed."""
    return "OR(" + ",".join(f"{cell}={text_literal(text)}" for text in NOT_APPLICABLE_TEXTS) + ")"
