"""Figure against ledger: what a form's own formula cells show beside what its ledgers yield."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from aggregator.check import finding_kinds as kinds
from aggregator.check.names import rows_told
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown
from aggregator.model.address import position
from aggregator.model.definition import Element
from aggregator.model.evaluate import matching
from aggregator.model.expression import Aggregate, elements_of, walk
from aggregator.model.finding import Finding
from aggregator.model.value import DataValue, Gap, Scalar, ValueState

# Excel computes in binary floating point: fifteen digits, and sums of money drift in the last of them. A real
# difference is at least a cent, even of a milliard.
_ABSOLUTE = Decimal("0.000001")
_RELATIVE = Decimal("0.000000000001")
_LEAST_PASTED = 8


def check_stated(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each derived cell that shows another number than the engine computes."""
    for unit in returns:
        differing = []
        for code, stated in unit.submission.stated.items():
            element = unit.catalog.elements.get(code)
            if element is not None and element.expression is not None and unit.is_asked(element):
                for finding in _compared(unit, element, stated):
                    yield finding
                    if not stated.repair:  # no formula stands there any more
                        differing.append(finding)
        yield from _pasted(unit, differing)


def _pasted(unit: UnitReturn, differing: list[Finding]) -> Iterator[Finding]:
    """One finding where numbers lie over so many formulas below each other that nobody typed them one by one."""
    if len(differing) < _LEAST_PASTED:
        return
    first, last = (differing[at].place for at in (0, -1))
    rows = position(last.cell)[0] - position(first.cell)[0] + 1
    if len(differing) * 2 >= rows:
        yield kinds.COLUMN_PASTED.at(
            first,
            unit=unit.unit.code,
            period=unit.period,
            elements=tuple(code for finding in differing for code in finding.elements),
            effect=max(finding.effect or Decimal(0) for finding in differing),
            where=f"{unit.unit.short_name}《{first.sheet}》",
            first=first.cell,
            last=last.cell,
            count=len(differing),
            area=_all_numbers(unit, first.sheet),
        )


def _all_numbers(unit: UnitReturn, sheet: str) -> frozenset[str]:
    """The cells in which numbers stand, typed, computed and printed."""
    sent = unit.submission
    found = (*sent.values.values(), *sent.stated.values(), *sent.last_shown.values(), *sent.year_shown.values())
    return frozenset(one.place.cell for one in found if one.place.sheet == sheet and one.state is ValueState.VALUE)


def _compared(unit: UnitReturn, element: Element, stated: DataValue) -> Iterator[Finding]:
    computed = unit.submission.values.get(element.code)
    ours: Scalar = computed.scalar if computed else Gap.MISSING
    if not isinstance(stated.value, Decimal) or _agree(stated.value, ours):
        return
    # The form counts no late events and knows of no amendment; `late-event` and `value-amended` tell both numbers.
    in_file = (known.get(element.code) for known in (unit.submission.by_dates, unit.submission.as_sent))
    if any(value is not None and _agree(stated.value, value.scalar) for value in in_file):
        return
    difference = abs(stated.value - ours) if isinstance(ours, Decimal) else abs(stated.value)
    yield kinds.STATED_DIFFERS.at(
        stated.place,
        unit=unit.unit.code,
        period=unit.period,
        elements=(element.code,),
        value=stated.raw or shown(stated.value),
        effect=difference,
        group=unit.submission.miscounted,
        where=unit.where(stated.place),
        name=element.name,
        found=shown(stated.value),
        wanted=shown(ours),
        difference=shown(difference),
        source=_sources(unit, element),
        rows=_rows_that_count(unit, element),
    )


def _agree(stated: Decimal, ours: Scalar) -> bool:
    if isinstance(ours, Decimal):
        return abs(stated - ours) <= _ABSOLUTE + _RELATIVE * abs(ours)
    # A count over an unanswered sheet is 0 to Excel and unknown to us: the blank has a finding of its own. A computed
    # text, date or list of names has no number to compare with.
    return not (isinstance(ours, Gap) and stated)


def _sources(unit: UnitReturn, element: Element) -> str:
    """What the number is made of: the ledgers' sheets, or the elements' names with their cells."""
    aggregates = [part for part in walk(element.expression) if isinstance(part, Aggregate)]
    if aggregates:
        return "、".join(dict.fromkeys(f"《{unit.catalog.ledgers[part.ledger].sheet}》" for part in aggregates))
    return "、".join(_named(unit, code) for code in elements_of(element.expression)) or "公式"


def _named(unit: UnitReturn, code: str) -> str:
    value = unit.submission.values.get(code)
    cell = f"（{value.place.cell}）" if value and value.place.cell else ""
    return f"{unit.catalog.elements[code].name}{cell}"


def _rows_that_count(unit: UnitReturn, element: Element) -> str:
    """反查: the rows that each part of the expression counts."""
    parts = dict.fromkeys(part for part in walk(element.expression) if isinstance(part, Aggregate))
    told = [
        f"计入的行：《{unit.catalog.ledgers[part.ledger].sheet}》{rows_told(rows).strip('（）')}。"
        for part in parts
        if (rows := matching(part, unit.scope)) is not None
    ]
    return "".join(dict.fromkeys(told))
