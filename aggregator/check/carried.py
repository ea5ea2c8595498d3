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
from aggregator.model.address import position
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
# Between the answer and the first row stand the headers.
_FIRST_BELOW_ANSWER = 2
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
        keys = [key_of(ledger, row) for row in rows]
        counts = Counter(keys)
        return cls(keys, counts.keys(), {key: row for key, row in zip(keys, rows, strict=True) if counts[key] == 1})


def _gone(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet, *, before: _Keyed, now: _Keyed) -> Iterator[Finding]:
    """Rows leave by their status where the ledger has one; elsewhere they are deleted."""
    gone = _staying(unit, ledger, [row for key, row in before.rows.items() if key not in now.keys])
    if gone:
        column = ledger.column(ledger.key[0])
        named = [shown_cell(ledger, column, row.cells.get(column.code, Gap.MISSING)) for row in gone]
        facts = {"count": len(gone), "named": _listed(named)}
        yield _finding(unit, kinds.ROWS_GONE, ledger, sheet.answer_place, area=frozenset(), **facts)


def _staying(unit: UnitReturn, ledger: Ledger, rows: Sequence[LedgerRow]) -> list[LedgerRow]:
    """Those of last month's rows that had not left: by last month's own light, as the form decided which to carry."""
    if ledger.leaves is None or unit.last_month is None:
        return []
    scope = UnitScope(unit.catalog, unit.batch.street, unit.last_month)
    return [row for row in rows if not holds(ledger.leaves, scope, row)]


def rows_gone(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> list[LedgerRow]:
    """Last month's rows that had not left and are not there."""
    if unit.last_month is None or ledger.code not in unit.last_month.ledgers:
        return []
    before, now = _Keyed.of(ledger, unit.last_month.ledgers[ledger.code].rows), _Keyed.of(ledger, sheet.rows)
    return _staying(unit, ledger, [row for key, row in before.rows.items() if key not in now.keys])


def rows_handed_out(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Mapping[int, LedgerRow]:
    """Last month's rows by the rows of the sheet in which they were handed out; none of a ledger that starts anew."""
    last = unit.last_month.ledgers.get(ledger.code) if unit.last_month else None
    if last is None or ledger.kind is not LedgerKind.STOCK:
        return {}
    first = position(sheet.answer_place.cell)[0] + _FIRST_BELOW_ANSWER
    rows = _staying(unit, ledger, last.rows) if ledger.leaves is not None else last.rows
    return dict(enumerate(rows, first))


def rows_written_over(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Mapping[int, LedgerRow]:
    """The rows that stand where rows were handed out which are gone, by number; of things that were not there."""
    handed_out = rows_handed_out(unit, ledger, sheet)
    known = {key_of(ledger, row) for row in handed_out.values()}
    gone = {key_of(ledger, row) for row in rows_gone(unit, ledger, sheet)}
    return {
        row.number: row
        for row in sheet.rows
        if row.number in handed_out
        and key_of(ledger, handed_out[row.number]) in gone
        and key_of(ledger, row) not in known
    }


def key_of(ledger: Ledger, row: LedgerRow) -> tuple[Scalar, ...]:
    """By what the things of a ledger are told apart."""
    return tuple([row.cells.get(code, Gap.MISSING) for code in ledger.key])


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
                has_slipped = _has_slipped(column, [_Pair(*pair) for pair in pairs])
                area = _below(sheet, rows[0], [column]) if has_slipped else frozenset(cells)
                facts = {"name": column.name, "count": len(rows), "cells": _listed(cells)}
                yield _finding(unit, kinds.DATES_CHANGED, ledger, place, area=area, **facts)


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
    """One finding where things changed places, and what is said of them did not: their names alone were moved."""
    yield from _names_pushed(unit, ledger, sheet)
    count = len(last)
    if now.order[:count] == before.order or Counter(now.order[:count]) != Counter(before.order):
        return
    pairs, kept = [_Pair(*rows) for rows in zip(last, sheet.rows, strict=False)], _kept(unit, ledger)
    # Whole rows in another order say the same of each thing.
    same = [_Pair(before.rows[key], row) for key, row in now.rows.items() if key in before.rows]
    if not _count_changed(pairs, kept) and _count_changed(same, kept):
        moved = [pair.now for pair in pairs if any(pair.changed(code) for code in ledger.key)]
        yield _moved(unit, ledger, sheet, [ledger.column(code) for code in ledger.key], moved)


def _count_changed(pairs: Sequence[_Pair], columns: Sequence[Column]) -> int:
    return sum(pair.changed(column.code) for pair in pairs for column in columns)


def _names_pushed(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Iterator[Finding]:
    """A finding where a cell was taken out of a column of names: each has moved up, what is said beside it has not."""
    ends = sheet.rows[-1:]
    lacking = [code for row in ends for code in ledger.key if row.cells.get(code, Gap.MISSING) is Gap.MISSING]
    if not lacking:
        return
    handed_out = rows_handed_out(unit, ledger, sheet)
    rows = [row for row in sheet.rows if row.number in handed_out]
    before = [handed_out[row.number] for row in rows]
    for code in lacking:
        first = next((at for at, row in enumerate(rows) if _Pair(before[at], row).changed(code)), len(rows))
        moved_up = [_Pair(*pair) for pair in zip(before[first + 1 :], rows[first:], strict=False)]
        stayed = [_Pair(*pair) for pair in zip(before[first:], rows[first:], strict=True)][: len(moved_up)]
        beside = [ledger.column(other) for other in ledger.key if other != code] + _kept(unit, ledger)
        fits = bool(moved_up) and not any(pair.changed(code) for pair in moved_up)
        if fits and _count_changed(stayed, beside) < _count_changed(moved_up, beside):
            yield _moved(unit, ledger, sheet, [ledger.column(code)], rows[first:])
            return


def _moved(
    unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet, columns: Sequence[Column], rows: Sequence[LedgerRow]
) -> Finding:
    place = sheet.place(rows[0], columns[0].code)
    names = [f"“{column.name}”" for column in columns]
    numbers = [f"第{row.number}行" for row in rows]
    facts = {"names": _listed(names), "count": len(rows), "rows": _listed(numbers)}
    return _finding(unit, kinds.COLUMN_SLIPPED, ledger, place, area=_below(sheet, rows[0], columns), **facts)


def _below(sheet: LedgerSheet, first: LedgerRow, columns: Sequence[Column]) -> frozenset[str]:
    """The cells of columns from a row on: where one was put in or taken out, none below it stands in its row.

    What cannot be read cannot be read in its own row either.
    """
    return frozenset(
        sheet.place(row, column.code).cell
        for row in sheet.rows
        for column in columns
        if row.number >= first.number and row.cells.get(column.code) is not Gap.UNREADABLE
    )


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
    """Whether all that changed, but one at the end, is what the row above or below had; a blank end speaks for it."""
    changed = [row for row in range(len(after)) if after[row] != before[row]]
    fitting = [row for row in changed if 0 <= row - step < len(before) and after[row] == before[row - step]]
    has_blank_end = bool(changed) and after[changed[-1 if step < 0 else 0]] is Gap.MISSING
    return len(fitting) + has_blank_end >= _LEAST_SLIPPED and len(fitting) >= len(changed) - 1


def _listed(words: Sequence[str]) -> str:
    return "、".join(words[:_MOST_NAMED]) + ("等" if len(words) > _MOST_NAMED else "")


def _finding(
    unit: UnitReturn,
    kind: FindingKind,
    ledger: Ledger,
    place: Place,
    *,
    area: frozenset[str],
    **facts: Any,
) -> Finding:
    return kind.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        elements=(ledger.code,),
        area=area,
        where=f"{unit.unit.short_name}《{place.sheet}》",
        month=unit.period.previous().label,
        **facts,
    )
