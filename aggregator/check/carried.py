"""Rows of a stock ledger against last month's: rows that are gone, dates that changed, columns that slipped.

The rows were handed out prefilled. Whoever deletes a block or sorts one column alone leaves a sheet that looks whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.slipped import is_ordered
from aggregator.check.wording import shown_cell
from aggregator.model.definition import Carry, Column, Ledger, LedgerKind, ValueType
from aggregator.model.evaluate import holds
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.scope import UnitScope
from aggregator.model.value import Gap, LedgerRow, LedgerSheet, Place, Scalar, ValueState

_MOST_NAMED = 3
# Two things may have changed places; three that took each other's are no accident. A text of some length is one's own.
_LEAST_SLIPPED, _LEAST_TEXT = 3, 4
# Three of six changed, and all stand in order that did not: once in hundreds of times by chance.
_LEAST_IN_ORDER = 6
# Of the cells that changed at most one in so many holds something that no row had.
_MOST_NEW = 4
_Key = tuple[Scalar, ...]


def check_carried(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each stock ledger that has lost rows, and for its columns that changed as by a slip."""
    for unit in returns:
        last = unit.last_month.ledgers if unit.last_month else {}
        for ledger, sheet in unit.sheets():
            is_kept = ledger.kind is LedgerKind.STOCK and ledger.key and sheet.state is ValueState.VALUE
            if is_kept and ledger.code in last:
                before, now = _Keyed.of(ledger, last[ledger.code].rows), _Keyed.of(ledger, sheet.rows)
                yield from _gone(unit, ledger, sheet, before=before, now=now)
                yield from _changed_dates(unit, ledger, sheet, before=before, now=now)
                moved = list(_keys_moved(unit, ledger, sheet, last[ledger.code].rows, before=before, now=now))
                yield from moved or _slipped(unit, ledger, sheet, last[ledger.code], before=before, now=now)


@dataclass(frozen=True, slots=True)
class _Keyed:
    """The keys of a ledger's rows, and the row of each that only one has: those that share one cannot be told apart."""

    order: Sequence[_Key]
    keys: AbstractSet[_Key]
    rows: Mapping[_Key, LedgerRow]

    @classmethod
    def of(cls, ledger: Ledger, rows: Sequence[LedgerRow]) -> _Keyed:
        """The rows by their key."""
        keys = [tuple([row.cells.get(code, Gap.MISSING) for code in ledger.key]) for row in rows]
        counts = Counter(keys)
        return cls(keys, counts.keys(), {key: row for key, row in zip(keys, rows, strict=True) if counts[key] == 1})


def _gone(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet, *, before: _Keyed, now: _Keyed) -> Iterator[Finding]:
    """Rows leave by their status where the ledger has one; elsewhere they are deleted."""
    absent = [row for key, row in before.rows.items() if key not in now.keys]
    if ledger.leaves is None or unit.last_month is None or not absent:
        return
    # As the form decided which rows to carry: by last month's own light.
    scope = UnitScope(unit.catalog, unit.batch.street, unit.last_month)
    stay = [row for row in absent if not holds(ledger.leaves, scope, row)]
    if stay:
        column = ledger.column(ledger.key[0])
        named = [shown_cell(ledger, column, row.cells.get(column.code, Gap.MISSING)) for row in stay]
        yield _finding(unit, kinds.ROWS_GONE, ledger, sheet.answer_place, count=len(stay), named=_listed(named))


def _changed_dates(
    unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet, *, before: _Keyed, now: _Keyed
) -> Iterator[Finding]:
    pairs = [(before.rows[key], row) for key, row in now.rows.items() if key in before.rows]
    for column in ledger.columns_of(unit.unit.kind):
        if column.type is ValueType.DATE and column.carry is Carry.KEEP:
            rows = [row for last, row in pairs if _is_changed(unit, column, last, row)]
            if rows:
                cells = [sheet.place(row, column.code).cell for row in rows]
                place = sheet.place(rows[0], column.code)
                facts = {"name": column.name, "count": len(rows), "cells": _listed(cells)}
                yield _finding(unit, kinds.DATES_CHANGED, ledger, place, **facts)


def _is_changed(unit: UnitReturn, column: Column, last: LedgerRow, now: LedgerRow) -> bool:
    """Whether both months have the date and differ; what happens this month or is to come may be set anew."""
    before, after = last.cells.get(column.code), now.cells.get(column.code)
    if before == after or not isinstance(before, date) or not isinstance(after, date):
        return False
    return max(before, after) < unit.period.start


# ---- columns that slipped


class _Pair(NamedTuple):
    """A row of last month, and one of now: of the same thing, or in the same place."""

    before: LedgerRow
    now: LedgerRow

    def changed(self, code: str) -> bool:
        return self.before.cells.get(code, Gap.MISSING) != self.now.cells.get(code, Gap.MISSING)


def _slipped(
    unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet, last: LedgerSheet, *, before: _Keyed, now: _Keyed
) -> Iterator[Finding]:
    """One finding for all columns in which things now have what others had last month, but for dates told above."""
    pairs = [_Pair(before.rows[key], row) for key, row in now.rows.items() if key in before.rows]
    if all(pair.before.cells == pair.now.cells for pair in pairs):
        return
    columns = [
        column
        for column in _kept(unit, ledger)
        if column.type is not ValueType.DATE or not any(_is_changed(unit, column, *pair) for pair in pairs)
    ]
    stand = [key for key in before.order if key in now.keys] == [key for key in now.order if key in before.keys]
    slipped = [
        column
        for column in columns
        if _has_slipped(column, pairs) or (stand and _is_put_in_order(column, pairs, last, sheet))
    ]
    if slipped:
        rows = [pair.now for pair in pairs if any(pair.changed(column.code) for column in slipped)]
        yield _moved(unit, ledger, sheet, slipped, rows)


def _kept(unit: UnitReturn, ledger: Ledger) -> list[Column]:
    """The columns that say month for month the same of a thing."""
    columns = ledger.columns_of(unit.unit.kind)
    return [column for column in columns if column.carry is Carry.KEEP and column.code not in ledger.key]


def _keys_moved(
    unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet, last: Sequence[LedgerRow], *, before: _Keyed, now: _Keyed
) -> Iterator[Finding]:
    """One finding where things changed places, and what is said of them did not: their names were sorted alone."""
    count = len(last)
    if now.order[:count] == before.order or Counter(now.order[:count]) != Counter(before.order):
        return
    pairs, kept = [_Pair(*rows) for rows in zip(last, sheet.rows, strict=False)], _kept(unit, ledger)
    stands_still = not any(pair.changed(column.code) for pair in pairs for column in kept)
    # Whole rows in another order say the same of each thing.
    same = (_Pair(before.rows[key], row) for key, row in now.rows.items() if key in before.rows)
    if stands_still and any(pair.changed(column.code) for pair in same for column in kept):
        moved = [pair.now for pair in pairs if any(pair.changed(code) for code in ledger.key)]
        yield _moved(unit, ledger, sheet, [ledger.column(code) for code in ledger.key], moved)


def _moved(
    unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet, columns: Sequence[Column], rows: Sequence[LedgerRow]
) -> Finding:
    place = sheet.place(rows[0], columns[0].code)
    names = [f"“{column.name}”" for column in columns]
    numbers = [f"第{row.number}行" for row in rows]
    facts = {"names": _listed(names), "count": len(rows), "rows": _listed(numbers)}
    return _finding(unit, kinds.COLUMN_SLIPPED, ledger, place, **facts)


def _has_slipped(column: Column, pairs: Sequence[_Pair]) -> bool:
    """Whether a column holds other rows' values: in another order, or a row higher or lower; of texts one is enough."""
    changed = [pair for pair in pairs if pair.changed(column.code)]
    before = [pair.before.cells.get(column.code, Gap.MISSING) for pair in pairs]
    after = [pair.now.cells.get(column.code, Gap.MISSING) for pair in pairs]
    if column.type is ValueType.TEXT and _has_wandered(before, after):
        return True
    if len(changed) < _LEAST_SLIPPED:
        return False
    # Some numbers may have changed beside.
    new = (Counter(map(str, after)) - Counter(map(str, before))).total()
    return new * _MOST_NEW <= len(changed) or any(_is_shifted(before, after, step) for step in (1, -1))


def _is_put_in_order(column: Column, pairs: Sequence[_Pair], last: LedgerSheet, now: LedgerSheet) -> bool:
    """Whether a column goes up or down throughout which did not, new rows included."""
    changed = sum(pair.changed(column.code) for pair in pairs)
    is_now, was = (is_ordered(sheet, column, least_rows=_LEAST_IN_ORDER) for sheet in (now, last))
    return changed >= _LEAST_SLIPPED and is_now and not was


def _has_wandered(before: Sequence[Scalar], after: Sequence[Scalar]) -> bool:
    """Whether a text that one row alone had stands in another row now, and no more in its own."""
    known = {text: row for row, text in enumerate(before) if isinstance(text, str) and before.count(text) == 1}
    moved = [text for row, text in enumerate(after) if isinstance(text, str) and known.get(text, row) != row]
    return any(len(text) >= _LEAST_TEXT and after[known[text]] != text for text in moved)


def _is_shifted(before: Sequence[Scalar], after: Sequence[Scalar], step: int) -> bool:
    """Whether all that changed, but one at the end, is what the row above or below had."""
    changed = [row for row in range(len(after)) if after[row] != before[row]]
    fitting = [row for row in changed if 0 <= row - step < len(before) and after[row] == before[row - step]]
    return len(fitting) >= _LEAST_SLIPPED and len(fitting) >= len(changed) - 1


def _listed(words: Sequence[str]) -> str:
    return "、".join(words[:_MOST_NAMED]) + ("等" if len(words) > _MOST_NAMED else "")


def _finding(unit: UnitReturn, kind: FindingKind, ledger: Ledger, place: Place, **facts: Any) -> Finding:
    return kind.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        elements=(ledger.code,),
        where=f"{unit.unit.short_name}《{place.sheet}》",
        month=unit.period.previous().label,
        **facts,
    )
