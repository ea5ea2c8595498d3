"""Rows and numbers that stand in another return too: another unit's pasted in, last month's listed once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from aggregator.check import finding_kinds as kinds
from aggregator.check.across_units import distinct_columns
from aggregator.check.period import repeats_last_month, typed_flows
from aggregator.check.returns import UnitReturn
from aggregator.model.definition import Ledger, LedgerKind
from aggregator.model.finding import Finding
from aggregator.model.value import LedgerRow, LedgerSheet, Place, Scalar

# What several units do together they list alike: one or two rows.
_LEAST_ROWS = 3
# Small numbers are equal by chance.
_LEAST_NUMBER, _LEAST_NUMBERS = Decimal(10), 4
_MOST_NAMED = 6
_TEXTS = "texts"
_Signature = tuple[tuple[str, Scalar], ...]


def check_copied(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for what a return has in common with another unit's, or with its own of last month."""
    for unit in returns:
        if not repeats_last_month(unit):
            yield from _rows_of_last_month(unit)
    if returns:
        yield from _rows_of_others(returns)
        yield from _numbers_of_others(returns)


# ---- rows


def _listed(unit: UnitReturn) -> Iterator[tuple[Ledger, LedgerSheet]]:
    """The ledgers in which each row is one unit's alone: neither texts nor what the street counts once."""
    shared = {ledger.code for ledger, _ in distinct_columns(unit.catalog)}
    for ledger, sheet in unit.sheets():
        if ledger.code != _TEXTS and ledger.code not in shared and sheet.rows:
            yield ledger, sheet


def _signature(ledger: Ledger, row: LedgerRow) -> _Signature:
    """All that was typed in a row; the unit's own name is not."""
    own = {column.code for column in ledger.columns if column.own_unit}
    return tuple(sorted((code, value) for code, value in row.cells.items() if code not in own and value != ""))


def _rows_of_last_month(unit: UnitReturn) -> Iterator[Finding]:
    for ledger, sheet in _listed(unit):
        if ledger.kind is not LedgerKind.FLOW:
            continue
        recorded = unit.last_month.ledgers.get(ledger.code) if unit.last_month else None
        known = {_signature(ledger, row) for row in recorded.rows} if recorded else set()
        again = [row for row in sheet.rows if _signature(ledger, row) in known]
        if again:
            place = sheet.place(again[0])
            yield kinds.ROWS_REPEATED.at(
                place,
                unit=unit.unit.code,
                period=unit.period,
                elements=(ledger.code,),
                effect=Decimal(len(again)),
                where=f"{unit.unit.short_name}《{place.sheet}》",
                rows=_named(again),
                month=unit.period.previous().label,
            )


def _rows_of_others(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    listed: dict[str, dict[_Signature, set[str]]] = {}
    for unit in returns:
        for ledger, sheet in _listed(unit):
            for row in sheet.rows:
                listed.setdefault(ledger.code, {}).setdefault(_signature(ledger, row), set()).add(unit.unit.code)
    names = {unit.unit.code: unit.unit.short_name for unit in returns}
    for unit in returns:
        for ledger, sheet in _listed(unit):
            yield from _rows_of_another(unit, ledger, sheet, listed=listed[ledger.code], names=names)


def _rows_of_another(
    unit: UnitReturn,
    ledger: Ledger,
    sheet: LedgerSheet,
    *,
    listed: Mapping[_Signature, set[str]],
    names: Mapping[str, str],
) -> Iterator[Finding]:
    """The unit with which most rows are shared, when they are too many to have been done together."""
    shared = {row.number: listed[_signature(ledger, row)] - {unit.unit.code} for row in sheet.rows}
    counts = Counter(code for others in shared.values() for code in others)
    if not counts:
        return
    other, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if count >= _LEAST_ROWS and count * 2 >= len(sheet.rows):
        rows = [row for row in sheet.rows if other in shared[row.number]]
        place = sheet.place(rows[0])
        yield kinds.ROWS_COPIED.at(
            place,
            unit=unit.unit.code,
            period=unit.period,
            elements=(ledger.code,),
            effect=Decimal(count),
            group=f"{kinds.ROWS_COPIED.code}:{ledger.code}:{'+'.join(sorted((unit.unit.code, other)))}",
            where=f"{unit.unit.short_name}《{place.sheet}》",
            count=count,
            rows=_named(rows),
            other=names[other],
        )


def _named(rows: list[LedgerRow]) -> str:
    shown = "、".join(str(row.number) for row in rows[:_MOST_NAMED])
    return f"第{shown}行" if len(rows) <= _MOST_NAMED else f"第{shown}等{len(rows)}行"


# ---- numbers


def _numbers_of_others(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    flows = {
        unit.unit.code: {code: n for code, n in typed_flows(unit, unit.submission).items() if n >= _LEAST_NUMBER}
        for unit in returns
    }
    for unit in returns:
        mine = flows[unit.unit.code]
        for other in returns:
            same = [code for code, number in mine.items() if flows[other.unit.code].get(code) == number]
            # Four in five: somebody may have begun to mend them.
            if other is not unit and len(same) >= _LEAST_NUMBERS and len(same) * 5 >= len(mine) * 4:
                yield _numbers_copied(unit, other, same)
                break


def _numbers_copied(unit: UnitReturn, other: UnitReturn, same: list[str]) -> Finding:
    first = unit.submission.values[same[0]].place
    return kinds.NUMBERS_COPIED.at(
        Place(first.file, first.sheet, first.cell),
        unit=unit.unit.code,
        period=unit.period,
        elements=tuple(same),
        group=f"{kinds.NUMBERS_COPIED.code}:{'+'.join(sorted((unit.unit.code, other.unit.code)))}",
        where=f"{unit.unit.short_name}《{first.sheet}》",
        count=len(same),
        other=other.unit.short_name,
    )
