"""An element over the units of the street, once each unit's months are combined: the second of the two axes."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.model.definition import Element, Over
from aggregator.model.value import Figure, ValueState
from aggregator.rollup.over_time import UnitSpan, extreme, total, union

NOT_ROLLED_UP = "本项不作全街道汇总"


def over_units(element: Element, spans: Sequence[UnitSpan]) -> tuple[ValueState, Figure]:
    """State and figure of an element over units; nothing known at all is missing, never 0."""
    counted = [span for span in spans if span.state.counts and span.value is not None]
    if element.over_units in (Over.MIN, Over.MAX):
        # A sum that lacks a month or a row is no candidate for the least: it would look small without being so.
        counted = [span for span in counted if span.is_whole]
    if not counted:
        is_none_applicable = bool(spans) and all(span.state is ValueState.NOT_APPLICABLE for span in spans)
        return (ValueState.NOT_APPLICABLE if is_none_applicable else ValueState.MISSING), None
    is_carried = any(span.state is ValueState.CARRIED for span in counted)
    figure = _combine(element.over_units, counted, of_one=len(spans) == 1)
    if figure is None:
        return ValueState.NOT_APPLICABLE, None
    return (ValueState.CARRIED if is_carried else ValueState.VALUE), figure


def _combine(how: Over, counted: Sequence[UnitSpan], *, of_one: bool) -> Figure:
    figures = [span.value for span in counted]
    if how is Over.SUM:
        return total(figures)
    if how is Over.UNION:
        return union(figures)
    if how in (Over.MIN, Over.MAX):
        return extreme(how, figures)
    return figures[0] if of_one else None
