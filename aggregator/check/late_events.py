"""Events of a stock ledger that nobody counts: reported now for the first time, dated in an earlier month.

Counts of such ledgers ask for what happened in the month (`in_period`). The month of the event has gone by without the
row, and this month's count does not take it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Column, Element, Ledger, LedgerKind
from aggregator.model.expression import Aggregate, Call, ColumnRef, walk
from aggregator.model.finding import Finding
from aggregator.model.period import Period
from aggregator.model.value import Gap, LedgerRow, LedgerSheet, Scalar, Submission

_MOST_NAMED = 6
_Key = tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class _Event:
    """A date column of a stock ledger by which elements count what happened in the month."""

    ledger: Ledger
    column: Column
    elements: tuple[Element, ...]


def check_late_events(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each date column that tells of events which neither this month nor an earlier one counts."""
    for unit in returns:
        if unit.last_month is None:
            continue  # what was known before is not known here; the missing month is said beside the totals
        for event in _events(unit.catalog):
            sheet = unit.submission.ledgers.get(event.ledger.code)
            late = _late_rows(unit, unit.last_month, event, sheet) if sheet else []
            if sheet and late:
                yield _finding(unit, event, sheet, late)


@lru_cache(maxsize=16)
def _events(catalog: Catalog) -> tuple[_Event, ...]:
    found: dict[tuple[str, str], list[Element]] = {}
    for element in catalog.elements.values():
        for part in walk(element.expression):
            if isinstance(part, Aggregate) and catalog.ledgers[part.ledger].kind is LedgerKind.STOCK:
                for column in _dates_asked_for(part):
                    found.setdefault((part.ledger, column), []).append(element)
    return tuple(
        _Event(catalog.ledgers[ledger], catalog.ledgers[ledger].column(column), tuple(dict.fromkeys(elements)))
        for (ledger, column), elements in found.items()
    )


def _dates_asked_for(part: Aggregate) -> Iterator[str]:
    for call in walk(part.condition):
        if isinstance(call, Call) and call.function == "in_period" and isinstance(call.arguments[0], ColumnRef):
            yield call.arguments[0].column


def _late_rows(unit: UnitReturn, last: Submission, event: _Event, sheet: LedgerSheet) -> list[LedgerRow]:
    recorded = last.ledgers.get(event.ledger.code)
    known = _dates_by_key(event, recorded.rows if recorded else ())
    return [
        row
        for row in sheet.rows
        if isinstance(day := row.cells.get(event.column.code), date)
        and _earliest(unit.period) <= day < unit.period.start
        and day not in known.get(_key(event.ledger, row), ())
    ]


def _earliest(period: Period) -> date:
    """Events of last year belong to its reports, those of last month to nobody's but this one's."""
    return min(period.year_to_date().start, period.previous().start)


def _dates_by_key(event: _Event, rows: tuple[LedgerRow, ...]) -> Mapping[_Key, set[Scalar]]:
    dates: dict[_Key, set[Scalar]] = {}
    for row in rows:
        dates.setdefault(_key(event.ledger, row), set()).add(row.cells.get(event.column.code, Gap.MISSING))
    return dates


def _key(ledger: Ledger, row: LedgerRow) -> _Key:
    return tuple(row.cells.get(code, Gap.MISSING) for code in ledger.key)


def _finding(unit: UnitReturn, event: _Event, sheet: LedgerSheet, late: list[LedgerRow]) -> Finding:
    place = sheet.place(late[0], event.column.code)
    named = "、".join(sheet.place(row, event.column.code).cell for row in late[:_MOST_NAMED])
    return kinds.LATE_EVENT.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        elements=(f"{event.ledger.code}.{event.column.code}",),
        where=f"{unit.unit.short_name}《{sheet.answer_place.sheet}》",
        cells=named + (f"等{len(late)}处" if len(late) > _MOST_NAMED else ""),
        name=event.column.name,
        month=unit.period.label,
        counted="、".join(f"“{element.name}”" for element in event.elements),
    )
