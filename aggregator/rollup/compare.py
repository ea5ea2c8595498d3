"""Comparison of two totals: this period against the one before, or against the same period last year."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal, localcontext

from aggregator.model.catalog import Catalog
from aggregator.model.comparison import Change, Comparison, Difference
from aggregator.model.consolidation import Aggregate
from aggregator.model.definition import Element, Measure, Over, ValueType
from aggregator.rollup.indicators import PRECISION


def compare(now: Aggregate, base: Aggregate, *, catalog: Catalog) -> Comparison:
    """How a total changed; units that opened or closed in between are named and the comparison without them given."""
    element = catalog.elements[now.element]
    opened = tuple(unit for unit in now.expected if unit not in base.expected)
    closed = tuple(unit for unit in base.expected if unit not in now.expected)
    both = [unit for unit in now.expected if unit in base.expected]
    uneven = tuple(unit for unit in both if (unit in now.reported) != (unit in base.reported))
    with localcontext(prec=PRECISION):
        whole = difference(element, _number(now), _number(base))
        alike = _like_with_like(element, now, base, both) if opened or closed or uneven else None
    return Comparison(now.element, whole, opened, closed, uneven, alike)


def difference(element: Element, now: Decimal | None, base: Decimal | None) -> Difference:
    """Figure minus base, in the way that suits the element: percent for counts, points for shares."""
    if now is None or base is None:
        return Difference(Change.UNKNOWN, now, base)
    absolute = now - base
    if element.type is ValueType.PERCENT or element.measure is Measure.RATIO:
        return Difference(_direction(absolute), now, base, absolute, points=absolute)
    if base == 0 and now != 0:
        return Difference(Change.FROM_ZERO, now, base, absolute)
    percent = absolute * 100 / base if base > 0 else None
    return Difference(_direction(absolute), now, base, absolute, percent)


def _direction(absolute: Decimal) -> Change:
    if not absolute:
        return Change.LEVEL
    return Change.RISE if absolute > 0 else Change.FALL


def _number(aggregate: Aggregate) -> Decimal | None:
    return aggregate.value if aggregate.state.counts and isinstance(aggregate.value, Decimal) else None


def _like_with_like(element: Element, now: Aggregate, base: Aggregate, both: Sequence[str]) -> Difference | None:
    """The difference over the units that are whole in both; only sums can be taken apart unit by unit."""
    if element.over_units is not Over.SUM or not base.sources:
        return None
    alike = [unit for unit in both if unit in now.reported and unit in base.reported]
    sums = _sum_of(now, alike), _sum_of(base, alike)
    return None if None in sums else difference(element, *sums)


def _sum_of(aggregate: Aggregate, units: Collection[str]) -> Decimal | None:
    addends = [
        source.value
        for source in aggregate.sources
        if source.element == aggregate.element and source.unit in units and isinstance(source.value, Decimal)
    ]
    return sum(addends, Decimal(0)) if addends else None
