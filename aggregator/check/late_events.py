"""Events of stock ledgers that are first reported after their month: which count now, which do not and why.

What became of each was found before the checks (`Submission.late_events`), because totals depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown
from aggregator.model.definition import Element
from aggregator.model.events import events_of
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.late_event import LateEvent, Standing
from aggregator.model.period import Period

_MOST_NAMED = 6
_WHY = {
    Standing.CORRECTED: "这一行{then}已按另一个日期计过",
    Standing.RENAMED: "{then}所报的台账里有一行不见了，疑似是它改了名称或日期",
    Standing.ELSEWHERE: "{other}{then}所报的台账里已有同样的一行",
    Standing.UNKEYED: "“{key}”没有填全，认不出是不是报过",
}


def check_late_events(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each date column with events that are reported late, by what became of them."""
    for unit in returns:
        first = [late for late in unit.submission.late_events if late.standing is Standing.UNRECORDED]
        if first:
            yield _of_first_report(unit, first)
        others = (late for late in unit.submission.late_events if late.standing is not Standing.UNRECORDED)
        for _, found in groupby(others, key=lambda late: (late.ledger, late.column)):
            yield from _of_column(unit, list(found))


def _of_column(unit: UnitReturn, found: Sequence[LateEvent]) -> Iterator[Finding]:
    for standing in Standing:
        for other in dict.fromkeys((late.month, late.unit) for late in found if late.standing is standing):
            late = [one for one in found if one.standing is standing and (one.month, one.unit) == other]
            if standing is Standing.COUNTED:
                yield from _counted(unit, late)
            elif standing is Standing.COUNTED_LATER:
                yield _finding(unit, kinds.EVENT_COUNTED_LATER, late, later=_label(late[0].month))
            else:
                yield _finding(unit, kinds.EVENT_NOT_COUNTED, late, why=_why(unit, late[0]))


def _counted(unit: UnitReturn, late: Sequence[LateEvent]) -> Iterator[Finding]:
    """Told when a figure has moved: a row that is no more in force counts nowhere."""
    moved = [element for element in _elements(unit, late[0]) if element.code in unit.submission.by_dates]
    if moved:
        counted = "、".join(_both_figures(unit, element) for element in moved)
        yield _finding(unit, kinds.LATE_EVENT, late, counted=counted)


def _elements(unit: UnitReturn, late: LateEvent) -> tuple[Element, ...]:
    return next(event.elements for event in events_of(unit.catalog)[late.ledger] if event.column.code == late.column)


def _both_figures(unit: UnitReturn, element: Element) -> str:
    now, by_dates = (values[element.code] for values in (unit.submission.values, unit.submission.by_dates))
    return f"“{element.name}”汇总为{shown(now.scalar)}（只数本月发生的为{shown(by_dates.scalar)}）"


def _why(unit: UnitReturn, late: LateEvent) -> str:
    ledger = unit.catalog.ledgers[late.ledger]
    key = "、".join(ledger.column(code).name for code in ledger.key) or "名称"
    other = next((one.short_name for one in unit.batch.street.units if one.code == late.unit), late.unit)
    return _WHY[late.standing].format(then=_label(late.month), other=other, key=key)


def _label(month: Period | None) -> str:
    return month.label if month else ""


def _of_first_report(unit: UnitReturn, first: Sequence[LateEvent]) -> Finding:
    sheets = dict.fromkeys(f"《{unit.catalog.ledgers[late.ledger].sheet}》" for late in first)
    facts = {"unit_name": unit.unit.short_name, "sheets": "、".join(sheets), "count": len(first)}
    return _finding(unit, kinds.EVENTS_UNJUDGED, first, **facts)


def _finding(unit: UnitReturn, kind: FindingKind, late: Sequence[LateEvent], **facts: Any) -> Finding:
    """A finding at the first of the cells; the others of its column are named."""
    sheet = unit.submission.ledgers[late[0].ledger]
    letter = sheet.columns.get(late[0].column, "A")
    cells = [f"{letter}{one.row}" for one in late]
    place = sheet.answer_place._replace(cell=f"{letter}{late[0].row}")
    return kind.at(
        place,
        # Only the street can reckon a month anew.
        unit="" if kind is kinds.EVENT_COUNTED_LATER else unit.unit.code,
        period=unit.period,
        elements=(f"{late[0].ledger}.{late[0].column}",),
        where=f"{unit.unit.short_name}《{place.sheet}》",
        area=frozenset() if kind is kinds.EVENTS_UNJUDGED else frozenset(cells),  # that one is of several ledgers
        cells="、".join(cells[:_MOST_NAMED]) + (f"等{len(late)}处" if len(late) > _MOST_NAMED else ""),
        name=unit.catalog.ledgers[late[0].ledger].column(late[0].column).name,
        month=unit.period.label,
        **facts,
    )
