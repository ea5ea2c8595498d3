"""Rows of a stock ledger against last month's: rows that are gone without a word, dates that do not change and did.

The rows were handed out prefilled. Whoever deletes a block or sorts one column alone leaves a sheet that looks whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown_cell
from aggregator.model.definition import Carry, Column, Ledger, LedgerKind, ValueType
from aggregator.model.evaluate import holds
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.scope import UnitScope
from aggregator.model.value import Gap, LedgerRow, LedgerSheet, Place, Scalar, ValueState

_MOST_NAMED = 3
_Key = tuple[Scalar, ...]


def check_carried(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each stock ledger that has lost rows, and for each of its columns of dates that changed."""
    for unit in returns:
        last = unit.last_month.ledgers if unit.last_month else {}
        for ledger, sheet in unit.sheets():
            is_kept = ledger.kind is LedgerKind.STOCK and ledger.key and sheet.state is ValueState.VALUE
            if is_kept and ledger.code in last:
                before, now = _Keyed.of(ledger, last[ledger.code].rows), _Keyed.of(ledger, sheet.rows)
                yield from _gone(unit, ledger, sheet, before=before, now=now)
                yield from _changed_dates(unit, ledger, sheet, before=before, now=now)


@dataclass(frozen=True, slots=True)
class _Keyed:
    """The keys of a ledger's rows, and the row of each that only one has: those that share one cannot be told apart."""

    keys: AbstractSet[_Key]
    rows: Mapping[_Key, LedgerRow]

    @classmethod
    def of(cls, ledger: Ledger, rows: Sequence[LedgerRow]) -> _Keyed:
        """The rows by their key."""
        keys = [tuple([row.cells.get(code, Gap.MISSING) for code in ledger.key]) for row in rows]
        counts = Counter(keys)
        return cls(counts.keys(), {key: row for key, row in zip(keys, rows, strict=True) if counts[key] == 1})


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
