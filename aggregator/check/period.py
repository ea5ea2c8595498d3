"""This month against the month before: a return that repeats it, or says 0 throughout. Balances are catalog rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.model.definition import LedgerKind, Over
from aggregator.model.finding import Finding
from aggregator.model.value import Place, Scalar, Submission

_LEAST_ZEROS = 5
# A quiet month may well repeat a few small numbers; so many that are all the same are no accident.
_LEAST_EQUAL_FLOWS = 5
_Row = tuple[tuple[str, Scalar], ...]


def check_period(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each return whose flows are all those of last month, or whose numbers are all 0."""
    for unit in returns:
        yield from _zeroed(unit)
        if repeats_last_month(unit):
            flows, rows = typed_flows(unit, unit.submission), _flow_rows(unit, unit.submission)
            yield _repeated(unit, len(flows), sum(len(sheet) for sheet in rows.values()))


def _zeroed(unit: UnitReturn) -> Iterator[Finding]:
    """One finding where nearly all that was something last month is nothing: a form filled in to be complete."""
    last = unit.last_month
    known = [(value, last.known(element.code)) for element, value in unit.typed] if last else []
    telling = [value for value, before in known if before and isinstance(before.value, Decimal) and before.value]
    zeros = [value for value in telling if value.value == 0]
    if len(zeros) >= _LEAST_ZEROS and len(zeros) * 5 >= len(telling) * 4:
        first = zeros[0].place
        yield kinds.NUMBERS_ZEROED.at(
            first,
            unit=unit.unit.code,
            period=unit.period,
            elements=tuple(value.element for value in zeros),
            area=frozenset(value.place.cell for value in zeros),
            where=f"{unit.unit.short_name}《{first.sheet}》",
            count=len(zeros),
        )


def repeats_last_month(unit: UnitReturn) -> bool:
    """Whether all numbers and rows of the month are those of last month."""
    last = unit.last_month
    if last is None:
        return False
    flows = typed_flows(unit, unit.submission)
    if flows != typed_flows(unit, last):
        return False
    rows = _flow_rows(unit, unit.submission)
    return rows == _flow_rows(unit, last) and (
        bool(rows) or sum(bool(number) for number in flows.values()) >= _LEAST_EQUAL_FLOWS
    )


def typed_flows(unit: UnitReturn, submission: Submission) -> Mapping[str, Decimal]:
    """The typed flows that have a number. Stocks are prefilled, so that equal ones say nothing."""
    knows = submission.known
    return {
        element.code: known.value
        for element in unit.catalog.typed_elements(unit.unit.kind, unit.blocks_on)
        if element.over_months is Over.SUM
        if (known := knows(element.code)) is not None and isinstance(known.value, Decimal)
    }


def _flow_rows(unit: UnitReturn, submission: Submission) -> Mapping[str, list[_Row]]:
    """The rows of the flow ledgers, in an order of their own: a clerk may have sorted them."""
    return {
        ledger.code: sorted((tuple(sorted(row.cells.items())) for row in sheet.rows), key=repr)
        for ledger in unit.catalog.ledgers.values()
        if ledger.kind is LedgerKind.FLOW
        if (sheet := submission.ledgers.get(ledger.code)) is not None and sheet.rows
    }


def _repeated(unit: UnitReturn, count: int, rows: int) -> Finding:
    place: Place = unit.whole_file
    return kinds.RETURN_REPEATED.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        where=unit.where(place),
        count=count,
        rows=rows,
        month=unit.period.previous().label,
    )
