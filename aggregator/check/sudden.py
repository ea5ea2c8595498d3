"""Numbers out of all proportion to the unit's own earlier months: a slip of a digit or of the unit, the year's sum.

No statistics: a typed number is held against the least and the greatest that its unit has reported. The bounds are
wide, because a clerk has to follow up what is found here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element, Measure
from aggregator.model.expression import Call, ElementRef, walk
from aggregator.model.finding import Finding
from aggregator.model.period import Period
from aggregator.model.value import DataValue

_LEAST_DIFFERENCE = 20
_LEAST_MONTHS, _MONTHS_FOR_A_FALL = 3, 6
_FLOW_FACTOR, _STOCK_FACTOR = 5, 2


def check_sudden(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each typed number that its unit's earlier months make hard to believe."""
    for unit in returns:
        compared = _compared_by_rules(unit.catalog)
        for element, value in unit.typed:
            if element.code not in compared and isinstance(value.value, Decimal):
                why = _why(unit, element, value.value)
                if why:
                    yield _finding(unit, element, value, why)


@lru_cache(maxsize=16)
def _compared_by_rules(catalog: Catalog) -> frozenset[str]:
    """The elements that a rule of the catalog holds against last month: it knows them better."""
    return frozenset(
        call.arguments[0].code
        for rule in catalog.rules
        for call in walk(rule.check)
        if isinstance(call, Call) and call.function == "last" and isinstance(call.arguments[0], ElementRef)
    )


def _why(unit: UnitReturn, element: Element, now: Decimal) -> str:
    if element.measure is Measure.STOCK:
        last = unit.last_month.known(element.code) if unit.last_month else None
        return _why_stock(now, last.value) if last and isinstance(last.value, Decimal) else ""
    if element.measure is Measure.FLOW:
        return _why_flow(now, _earlier(unit, element.code), unit.period)
    return ""


def _earlier(unit: UnitReturn, code: str) -> Mapping[Period, Decimal]:
    found = {month: submission.known(code) for month, submission in unit.scope.earlier.items()}
    return {month: known.value for month, known in found.items() if known and isinstance(known.value, Decimal)}


def _why_stock(now: Decimal, last: Decimal) -> str:
    more, less = max(now, last), min(now, last)
    if more - less < _LEAST_DIFFERENCE or more < less * _STOCK_FACTOR:
        return ""
    return f"上月是{shown(last)}"


def _why_flow(now: Decimal, earlier: Mapping[Period, Decimal], period: Period) -> str:
    if sum(bool(number) for number in earlier.values()) < _LEAST_MONTHS:
        return ""  # what happens once in a while has no usual size
    least, most = min(earlier.values()), max(earlier.values())
    year = [number for month, number in earlier.items() if month.year == period.year]
    if now - most >= _LEAST_DIFFERENCE:
        if now >= most * _FLOW_FACTOR:
            return f"以前各月最多{shown(most)}"
        if len(year) >= _LEAST_MONTHS and now >= sum(year) and now >= most * 2:
            return f"今年以前各月合计{shown(sum(year, Decimal(0)))}，疑似填了本年累计数"
    if len(earlier) >= _MONTHS_FOR_A_FALL and least - now >= _LEAST_DIFFERENCE and now * _FLOW_FACTOR <= least:
        return f"以前各月最少{shown(least)}"
    return ""


def _finding(unit: UnitReturn, element: Element, value: DataValue, why: str) -> Finding:
    return kinds.SUDDEN_CHANGE.at(
        value.place,
        unit=unit.unit.code,
        period=unit.period,
        elements=(element.code,),
        value=value.raw or shown(value.scalar),
        effect=abs(value.value) if isinstance(value.value, Decimal) else None,
        where=unit.where(value.place),
        name=element.name,
        found=shown(value.scalar),
        measure=element.unit,
        why=why,
        cell=value.place.cell,
    )
