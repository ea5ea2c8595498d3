"""One unit's element over months: the first of the two axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from aggregator.model.definition import Element, Over
from aggregator.model.period import Period
from aggregator.model.value import Figure, Known, ValueState

T = TypeVar("T")
#: A month and what is known of a unit's value in it; None stands for a month without a return.
Given = tuple[Period, Known | None]


class UnitSpan(NamedTuple):
    """What one unit gives over a span: the months it reported for, those in which it has a gap, and what is odd.

    `not_asked` are months of which others gave it, and its form, of another version, had no such cell.
    """

    unit: str
    state: ValueState
    value: Figure
    months: tuple[Period, ...] = ()
    gaps: tuple[Period, ...] = ()
    is_carried: bool = False
    is_partial: bool = False
    not_asked: tuple[Period, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing from it: no month, and no row of any."""
        return not self.gaps and not self.is_partial

    @property
    def is_covered(self) -> bool:
        """Whether it is reported as a whole."""
        return self.state.is_reported and not self.gaps and not self.is_partial


def months_used(element: Element, recorded: Sequence[T]) -> Sequence[T]:
    """The months that count: all of them, but for a stock only the last one inside the span.

    An earlier month never stands in for a unit that has no stock in the last one.
    """
    return recorded[-1:] if element.over_months in (Over.LAST, Over.NONE) else recorded


def not_asked_alone(
    reported: Iterable[Iterable[Period]], not_asked: Mapping[str, Iterable[Period]]
) -> dict[str, tuple[Period, ...]]:
    """By unit the months in which it was not asked and another gave it: a month of which nobody was, nobody lacks."""
    months = {month for of_unit in reported for month in of_unit} if not_asked else set()
    return {unit: tuple(month for month in silent if month in months) for unit, silent in not_asked.items()}


def over_months(element: Element, unit: str, found: Sequence[Given]) -> UnitSpan:
    """One unit's element over the months in which it was asked."""
    if len(found) == 1 and element.over_months is not Over.UNION:
        return _over_one_month(unit, *found[0])
    reported = [(month, known) for month, known in found if known is not None and known.state.is_reported]
    gaps = tuple(month for month, known in found if known is None or not known.state.is_reported)
    if not reported:
        return UnitSpan(unit, ValueState.MISSING, None, (), gaps)
    figures = [known.value for _, known in reported if known.state.counts and known.value is not None]
    is_carried = any(known.state is ValueState.CARRIED for _, known in reported)
    return UnitSpan(
        unit,
        _state_of(figures, is_carried=is_carried),
        _combine(element.over_months, figures) if figures else None,
        tuple(month for month, _ in reported),
        gaps,
        is_carried,
        any(known.is_partial for _, known in reported),
    )


def _state_of(figures: Sequence[Figure], *, is_carried: bool) -> ValueState:
    """Carried as soon as one addend is, so that the mark is never lost."""
    if not figures:
        return ValueState.NOT_APPLICABLE
    return ValueState.CARRIED if is_carried else ValueState.VALUE


def _over_one_month(unit: str, month: Period, known: Known | None) -> UnitSpan:
    """The same for a single month, which is what most figures are asked for."""
    if known is None or not known.state.is_reported:
        return UnitSpan(unit, ValueState.MISSING, None, (), (month,))
    state, value = known.state, known.value
    if value is None or not state.counts:
        state, value = ValueState.NOT_APPLICABLE, None
    return UnitSpan(unit, state, value, (month,), (), known.state is ValueState.CARRIED, known.is_partial)


def _combine(how: Over, figures: Sequence[Figure]) -> Figure:
    """Known values along one axis, in their order."""
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
