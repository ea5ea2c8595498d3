"""One unit's element over months: the first of the two axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.model.definition import Element, Over
from aggregator.model.period import Period
from aggregator.model.value import DataValue, ValueState

Figure = Decimal | str | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """What one unit gives over the months of a span, the values it comes from, and the months in which it has a gap."""

    unit: str
    state: ValueState
    value: Figure
    sources: tuple[DataValue, ...] = ()
    gaps: tuple[Period, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing from it: no month, and no row of any."""
        return not self.gaps and not any(source.is_partial for source in self.sources)

    @property
    def is_covered(self) -> bool:
        """Whether it is reported as a whole."""
        return self.state.is_reported and self.is_whole


def months_used(element: Element, recorded: tuple[Period, ...]) -> tuple[Period, ...]:
    """The months that count: all of them, but for a stock only the last one inside the span.

    An earlier month never stands in for a unit that has no stock in the last one.
    """
    return recorded[-1:] if element.over_months in (Over.LAST, Over.NONE) else recorded


def over_months(element: Element, unit: str, found: Sequence[tuple[Period, DataValue | None]]) -> UnitSpan:
    """One unit's element over the months in which it was asked; None stands for a month without a return."""
    if len(found) == 1 and element.over_months is not Over.UNION:
        return _over_one_month(unit, *found[0])
    sources = tuple(value for _, value in found if value is not None and value.state.is_reported)
    gaps = tuple(month for month, value in found if value is None or not value.state.is_reported)
    counted = [value for value in sources if value.state.counts and value.value is not None]
    if not sources:
        return UnitSpan(unit, ValueState.MISSING, None, (), gaps)
    if not counted:
        return UnitSpan(unit, ValueState.NOT_APPLICABLE, None, sources, gaps)
    return UnitSpan(unit, state_of(counted), combine(element.over_months, counted), sources, gaps)


def _over_one_month(unit: str, month: Period, value: DataValue | None) -> UnitSpan:
    """The same for a single month, which is what most figures are asked for."""
    if value is None or not value.state.is_reported:
        return UnitSpan(unit, ValueState.MISSING, None, (), (month,))
    if not value.state.counts or value.value is None:
        return UnitSpan(unit, ValueState.NOT_APPLICABLE, None, (value,))
    return UnitSpan(unit, value.state, value.value, (value,))


def state_of(counted: Sequence[DataValue]) -> ValueState:
    """Carried as soon as one addend is, so that the mark is never lost."""
    is_carried = any(value.state is ValueState.CARRIED for value in counted)
    return ValueState.CARRIED if is_carried else ValueState.VALUE


def combine(how: Over, values: Sequence[DataValue]) -> Figure:
    """Known values along one axis, in their order."""
    figures = [value.value for value in values]
    if how is Over.SUM:
        return total(figures)
    if how is Over.UNION:
        return union(figures)
    if how in (Over.MIN, Over.MAX):
        return extreme(how, figures)
    return figures[-1]


def total(figures: Sequence[Figure]) -> Decimal:
    """The sum of the numbers; a text in a sum is a fault of the catalog."""
    numbers = [figure for figure in figures if isinstance(figure, Decimal)]
    if len(numbers) != len(figures):
        raise TypeError("only numbers can be added")
    return sum(numbers, Decimal(0))


def union(figures: Sequence[Figure]) -> tuple[str, ...]:
    """All texts, each once, in the order of their first appearance."""
    texts: dict[str, None] = {}
    for figure in figures:
        if isinstance(figure, tuple):
            texts.update(dict.fromkeys(figure))
        elif figure is not None:
            texts[str(figure)] = None
    return tuple(texts)


def extreme(how: Over, figures: Sequence[Figure]) -> Figure:
    """The least or the greatest of numbers, or of dates."""
    choose = min if how is Over.MIN else max
    comparable = [figure for figure in figures if isinstance(figure, Decimal)]
    days = [figure for figure in figures if isinstance(figure, date)]
    if comparable:
        return choose(comparable)
    return choose(days) if days else None
