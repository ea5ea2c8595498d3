"""Rows of a stock ledger against last month's: rows that are gone without a word, dates that do not change and did.

The rows were handed out prefilled. Whoever deletes a block or sorts one column alone leaves a sheet that looks whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown_cell
from aggregator.model.definition import Carry, Column, Ledger, LedgerKind, ValueType
from aggregator.model.evaluate import holds
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.scope import UnitScope
from aggregator.model.value import Gap, LedgerRow, LedgerSheet, Place, Scalar, Submission, ValueState

_MOST_NAMED = 3
_Key = tuple[Scalar, ...]


def check_carried(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each stock ledger that has lost rows, and for each of its columns of dates that changed."""
    for unit in returns:
        for ledger, sheet in unit.sheets():
            is_known = unit.last_month is not None and ledger.code in unit.last_month.ledgers
            if is_known and ledger.kind is LedgerKind.STOCK and ledger.key and sheet.state is ValueState.VALUE:
                yield from _gone(unit, ledger, sheet)
                yield from _changed_dates(unit, ledger, sheet)


def _key(ledger: Ledger, row: LedgerRow) -> _Key:
    return tuple(row.cells.get(code, Gap.MISSING) for code in ledger.key)


def _by_key(ledger: Ledger, submission: Submission) -> Mapping[_Key, LedgerRow]:
    """The rows by their key; those that share one are told elsewhere and cannot be told apart here."""
    rows = submission.ledgers[ledger.code].rows
    counts = Counter(_key(ledger, row) for row in rows)
    return {key: row for row in rows if counts[key := _key(ledger, row)] == 1}


def _gone(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Iterator[Finding]:
    """Rows leave by their status where the ledger has one; elsewhere they are deleted."""
    last = unit.last_month
    if ledger.leaves is None or last is None:
        return
    # As the form decided which rows to carry: by last month's own light.
    scope = UnitScope(unit.catalog, unit.batch.street, last)
    present = {_key(ledger, row) for row in sheet.rows}
    absent = [row for key, row in _by_key(ledger, last).items() if key not in present]
    stay = [row for row in absent if not holds(ledger.leaves, scope, row)]
    if stay:
        column = ledger.column(ledger.key[0])
        named = [shown_cell(ledger, column, row.cells.get(column.code, Gap.MISSING)) for row in stay]
        yield _finding(unit, kinds.ROWS_GONE, ledger, sheet.answer_place, count=len(stay), named=_listed(named))


def _changed_dates(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Iterator[Finding]:
    now = _by_key(ledger, unit.submission)
    last = _by_key(ledger, unit.last_month) if unit.last_month else {}
    for column in ledger.columns_of(unit.unit.kind):
        if column.type is ValueType.DATE and column.carry is Carry.KEEP:
            rows = [row for key, row in now.items() if key in last and _is_changed(unit, column, last[key], row)]
            if rows:
                cells = [sheet.place(row, column.code).cell for row in rows]
                place = sheet.place(rows[0], column.code)
                facts = {"name": column.name, "count": len(rows), "cells": _listed(cells)}
                yield _finding(unit, kinds.DATES_CHANGED, ledger, place, **facts)


def _is_changed(unit: UnitReturn, column: Column, last: LedgerRow, now: LedgerRow) -> bool:
    """Whether both months have the date and differ; what happens this month or is to come may be set anew."""
    before, after = last.cells.get(column.code), now.cells.get(column.code)
    is_past = isinstance(before, date) and isinstance(after, date) and max(before, after) < unit.period.start
    return is_past and before != after


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
