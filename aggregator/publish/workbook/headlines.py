"""The figures of the first page: which elements, in which unit of measure they are printed, beside what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aggregator.model.consolidation import Aggregate
from aggregator.model.definition import Display, Element, Measure, ValueType
from aggregator.publish.number import round_half_up
from aggregator.publish.workbook.figures import Figure
from aggregator.publish.workbook.totals import TotalLine

#: What leadership asks about first, in the order of the page; what a street does not collect is skipped.
HEADLINE_CODES = (
    "resident_pop",
    "org_branches",
    "org_two_new",
    "pm_total",
    "pm_avg_age",
    "pm_new",
    "cm_total",
    "act_theme",
    "act_committee_meeting",
    "fund_party_work",
    "fund_service_mass",
    "coop_agreements",
    "grid_events_found",
    "grid_close_rate",
    "visit_total",
    "vol_acts",
    "vol_served",
    "svc_items",
)
_MOST = 14
_LEAST_IN_TEN_THOUSANDS = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as the first page prints it: rounded, in the unit of measure of its line."""

    number: Decimal
    places: int

    @property
    def text(self) -> str:
        """As it reads."""
        return f"{self.number:,.{self.places}f}"

    @property
    def number_format(self) -> str:
        """Thousands separated, exactly the decimals that it has."""
        return "#,##0" + ("." + "0" * self.places if self.places else "")


@dataclass(frozen=True, slots=True)
class Headline:
    """One line of the first page."""

    line: TotalLine
    display: Display

    @property
    def aggregates(self) -> Mapping[str, tuple[Figure, Aggregate]]:
        """The four figures by name, each with the total it prints."""
        line, total = self.line, self.line.total
        return {
            "now": (line.now, total.this_month),
            "previous": (line.previous, total.previous),
            "last_year": (line.last_year, total.same_month_last_year),
            "to_date": (line.to_date, total.year_to_date),
        }

    def printed(self, value: Decimal) -> Printed:
        """A value in the unit of this line, with as many decimals as the line needs."""
        return Printed(self._rounded(value), self.places)

    @property
    def places(self) -> int:
        """The decimals that some figure of the line needs: all of them are printed alike."""
        figures = (figure.cell for figure, _ in self.aggregates.values())
        return max((_decimals(self._rounded(cell)) for cell in figures if isinstance(cell, Decimal)), default=0)

    def _rounded(self, value: Decimal) -> Decimal:
        return round_half_up(value / self.display.scale, self.display.places)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def headlines(lines: Sequence[TotalLine]) -> list[Headline]:
    """The lines of the first page; the first numbers of the catalog where it has none of the usual elements."""
    by_code = {line.element.code: line for line in lines if line.element.type.is_number}
    chosen = [by_code[code] for code in HEADLINE_CODES if code in by_code] or list(by_code.values())
    return [Headline(line, _display(line)) for line in chosen[:_MOST]]


def _display(line: TotalLine) -> Display:
    """The element's own display, unless a figure of the line would vanish in it: 40元 is not 0万元."""
    display, stored = line.element.display, _as_stored(line.element)
    if display.scale == 1:
        return stored
    numbers = [figure.cell for figure in (line.now, line.previous, line.last_year, line.to_date)]
    present = [abs(number) for number in numbers if isinstance(number, Decimal) and number]
    is_small = line.element.type is not ValueType.MONEY and any(number < _LEAST_IN_TEN_THOUSANDS for number in present)
    vanishes = any(not round_half_up(number / display.scale, display.places) for number in present)
    return stored if is_small or vanishes else display


def _as_stored(element: Element) -> Display:
    if element.type is ValueType.PERCENT or element.measure in (Measure.RATIO, Measure.AVERAGE):
        return Display(element.unit, places=1)
    return Display(element.unit, places=max(element.places, 2) if element.type is not ValueType.INT else 0)
