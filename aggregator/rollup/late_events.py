"""Events of stock ledgers that are first reported after their month: which count now, each once.

A stock ledger lists the same things every month, so that an early date alone says nothing: late is what no recorded
month of the unit knew. What may have been counted under another date, key or unit does not count and is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from aggregator.model.catalog import Catalog
from aggregator.model.definition import Ledger
from aggregator.model.evaluate import holds
from aggregator.model.events import events_of
from aggregator.model.late_event import LateEvent, Standing
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.scope import UnitScope
from aggregator.model.value import Gap, LedgerRow, LedgerSheet, Scalar, Submission, ValueState

#: By unit and month the ledgers of every recorded return that counts, earlier and later months alike.
Recorded = Mapping[str, Mapping[Period, Mapping[str, LedgerSheet]]]
_Key = tuple[Scalar, ...]
_RowsByKey = Mapping[_Key, list[LedgerRow]]
_MonthRows = tuple[Period, AbstractSet[str], _RowsByKey]


def count_late(submission: Submission, *, catalog: Catalog, street: Street, recorded: Recorded) -> Submission:
    """The same return with the late events of its stock ledgers found, and those marked that count in its month."""
    ledgers, found = dict(submission.ledgers), list[LateEvent]()
    for code, events in events_of(catalog).items():
        sheet = submission.ledgers.get(code)
        if sheet is not None and sheet.rows:
            desk = _Desk(catalog.ledgers[code], street, catalog, submission, sheet, recorded)
            late = [late for event in events for late in desk.late(event.column.code)]
            found += late
            ledgers[code] = _marked(sheet, late)
    return replace(submission, ledgers=ledgers, late_events=tuple(found)) if found else submission


def _marked(sheet: LedgerSheet, late: list[LateEvent]) -> LedgerSheet:
    columns: dict[int, tuple[str, ...]] = {}
    for event in late:
        if event.standing is Standing.COUNTED:
            columns[event.row] = (*columns.get(event.row, ()), event.column)
    rows = (
        row._replace(late=True, late_events=columns[row.number]) if row.number in columns else row for row in sheet.rows
    )
    return replace(sheet, rows=tuple(rows)) if columns else sheet


@dataclass
class _Desk:
    """One ledger of a return beside what is recorded of it."""

    ledger: Ledger
    street: Street
    catalog: Catalog
    submission: Submission
    sheet: LedgerSheet
    recorded: Recorded
    _read: list[_MonthRows] = field(default_factory=list)

    def late(self, column: str) -> Iterator[LateEvent]:
        """What became of each event of a column that is first reported now, or that a later month has counted."""
        period, seen = self.submission.period, set[tuple[_Key, date]]()
        for row in self.sheet.rows:
            day = row.cells.get(column)
            if isinstance(day, date) and self._horizon <= day <= period.end and (self._key(row), day) not in seen:
                seen.add((self._key(row), day))
                late = self._judged(row, column, day) if day < period.start else None
                if late is not None:
                    yield late
                is_counted = day in period or (late is not None and late.standing is Standing.COUNTED)
                if is_counted and (month := self._counted_late.get((self._key(row), column, day))):
                    yield LateEvent(self.ledger.code, row.number, column, Standing.COUNTED_LATER, month)

    @cached_property
    def _horizon(self) -> date:
        """The first day of this year, of last month or of the records: what a roster says of older times is no news."""
        period = self.submission.period
        return min(period.year_to_date(), period.previous(), *self._own).start

    def _judged(self, row: LedgerRow, column: str, day: date) -> LateEvent | None:
        """What became of an early event; None where a recorded month knew it."""
        if self._is_known(row, column, day):
            return None
        standing, month, unit = self._doubt(row, column, day) or (Standing.COUNTED, None, "")
        return LateEvent(self.ledger.code, row.number, column, standing, month, unit)

    def _is_known(self, row: LedgerRow, column: str, day: date) -> bool:
        """Whether a recorded month had this row with this date, and had come to that day."""
        key = self._key(row)
        return any(
            day <= month.end and any(known.cells.get(column) == day for known in rows.get(key, ()))
            for month, rows in self._before(column)
        )

    def _doubt(self, row: LedgerRow, column: str, day: date) -> tuple[Standing, Period | None, str] | None:
        """Why an event that no month knew should not count all the same."""
        months = [month for month, _ in self._before(column)]
        if any(isinstance(part, Gap) for part in self._key(row)) or not self.ledger.key:
            return Standing.UNKEYED, None, ""
        if not months:
            return Standing.UNRECORDED, None, ""
        if month := self._counted_otherwise(row, column):
            return Standing.CORRECTED, month, ""
        if self._is_renamed(row, column, day):
            return Standing.RENAMED, months[0], ""
        if elsewhere := self._elsewhere(row, column, day):
            return Standing.ELSEWHERE, *elsewhere
        return None

    def _counted_otherwise(self, row: LedgerRow, column: str) -> Period | None:
        """The month that counted this row's event under another date."""
        for month, rows in self._before(column):
            for known in rows.get(self._key(row), ()):
                if known.cells.get(column) in month or column in known.late_events:
                    return month
        return None

    def _is_renamed(self, row: LedgerRow, column: str, day: date) -> bool:
        """Whether a row of last time is gone that should have stayed, and may be this one under another key."""
        rest = [code for code in self.ledger.key if code != column] if column in self.ledger.key else []
        return any(
            old.cells.get(column) == day or (rest and all(old.cells.get(code) == row.cells.get(code) for code in rest))
            for old in self._gone(column)
        )

    def _gone(self, column: str) -> tuple[LedgerRow, ...]:
        """The rows of the latest recorded month that are not here any more, though they did not leave."""
        month, rows = next(iter(self._before(column)))
        here = {self._key(row) for row in self.sheet.rows}
        gone = [row for key, found in rows.items() if key not in here for row in found]
        if self.ledger.leaves is None:
            return tuple(gone)
        leaves = self.ledger.leaves
        scope = UnitScope(self.catalog, self.street, replace(self.submission, period=month, values={}, ledgers={}))
        return tuple(row for row in gone if not holds(leaves, scope, row))

    def _elsewhere(self, row: LedgerRow, column: str, day: date) -> tuple[Period, str] | None:
        """The latest month, and the other unit, that recorded the same."""
        key = self._key(row)
        for unit, months in self.recorded.items():
            before = [month for month in months if month < self.submission.period]
            sheet = months[max(before)].get(self.ledger.code) if before and unit != self.submission.unit else None
            for known in sheet.rows if sheet else ():
                if self._key(known) == key and known.cells.get(column) == day:
                    return max(before), unit
        return None

    @cached_property
    def _counted_late(self) -> Mapping[tuple[_Key, str, date], Period]:
        """What later recorded months have counted as late: by key, column and day the month."""
        found = {}
        for month in (month for month in self._own if month > self.submission.period):
            sheet = self._own[month].get(self.ledger.code)
            for row in sheet.rows if sheet else ():
                for column in row.late_events:
                    day = row.cells.get(column)
                    if isinstance(day, date):
                        found[self._key(row), column, day] = month
        return found

    @property
    def _own(self) -> Mapping[Period, Mapping[str, LedgerSheet]]:
        return self.recorded.get(self.submission.unit, {})

    def _before(self, column: str) -> Iterator[tuple[Period, _RowsByKey]]:
        """The unit's recorded months that could know of a column's events, the latest first; most need only that one.

        A form that did not have the column, or one of the key, tells nothing of what happened.
        """
        needed, at = {column, *self.ledger.key}, 0
        while at < len(self._read) or self._read_on():
            month, columns, rows = self._read[at]
            if needed <= columns:
                yield month, rows
            at += 1

    def _read_on(self) -> bool:
        """Read one month more; whether there was one."""
        found = next(self._unread, None)
        self._read += [found] if found else []
        return found is not None

    @cached_property
    def _unread(self) -> Iterator[_MonthRows]:
        for month in sorted((month for month in self._own if month < self.submission.period), reverse=True):
            sheet = self._own[month].get(self.ledger.code)
            if sheet is not None and sheet.state is ValueState.VALUE:
                rows: dict[_Key, list[LedgerRow]] = {}
                for row in sheet.rows:
                    rows.setdefault(self._key(row), []).append(row)
                yield month, sheet.columns.keys(), rows

    def _key(self, row: LedgerRow) -> _Key:
        return tuple([row.cells.get(code, Gap.MISSING) for code in self.ledger.key])
