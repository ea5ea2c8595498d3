"""Rows and numbers that stand in another return too: another unit's pasted in, last month's listed once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aggregator.check import finding_kinds as kinds
from aggregator.check.across_units import distinct_columns
from aggregator.check.period import repeats_last_month, typed_flows
from aggregator.check.returns import UnitReturn, typed_cells
from aggregator.model.definition import Ledger, LedgerKind, Over
from aggregator.model.finding import Finding
from aggregator.model.value import Gap, LedgerRow, LedgerSheet, Place, Scalar

# What several units do together they list alike: one or two rows.
_LEAST_ROWS = 3
# What one row of another unit must say to be worth a note.
_LEAST_CELLS, _LEAST_DIGITS = 7, 4
# Small numbers are equal by chance.
_LEAST_NUMBER, _LEAST_NUMBERS, _LEAST_STOCKS = Decimal(10), 4, 3
_MOST_NAMED = 6
_TEXTS = "texts"
_Signature = tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class _Listed:
    """A sheet in which each row is its unit's alone, with all that was typed in each row."""

    unit: UnitReturn
    ledger: Ledger
    sheet: LedgerSheet
    signatures: Sequence[_Signature]


def check_copied(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for what a return has in common with another unit's, or with its own of last month."""
    if returns:
        listed = [found for unit in returns for found in _listed(unit)]
        repeated = {unit.unit.code for unit in returns if repeats_last_month(unit)}
        for found in listed:
            if found.ledger.kind is LedgerKind.FLOW and found.unit.unit.code not in repeated:
                yield from _rows_of_last_month(found)
        yield from _rows_of_others(listed)
        yield from _numbers_of_others(returns)


# ---- rows


def _listed(unit: UnitReturn) -> Iterator[_Listed]:
    """The sheets that are neither texts nor list what the street counts once."""
    shared = {ledger.code for ledger, _ in distinct_columns(unit.catalog)}
    for ledger, sheet in unit.sheets():
        if ledger.code != _TEXTS and ledger.code not in shared and sheet.rows:
            yield _Listed(unit, ledger, sheet, _signatures(ledger, sheet.rows))


def _signatures(ledger: Ledger, rows: Sequence[LedgerRow]) -> list[_Signature]:
    """All that was typed in each row; the unit's own name is not."""
    codes = [column.code for column in ledger.columns if not column.own_unit]
    return [tuple([row.cells.get(code, "") for code in codes]) for row in rows]


def _rows_of_last_month(found: _Listed) -> Iterator[Finding]:
    unit, ledger, sheet = found.unit, found.ledger, found.sheet
    recorded = unit.last_month.ledgers.get(ledger.code) if unit.last_month else None
    known = set(_signatures(ledger, recorded.rows)) if recorded else set()
    again = [row for row, signature in zip(sheet.rows, found.signatures, strict=True) if signature in known]
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


def _rows_of_others(listed: Sequence[_Listed]) -> Iterator[Finding]:
    holders: dict[str, dict[_Signature, set[str]]] = {}
    for found in listed:
        by_signature = holders.setdefault(found.ledger.code, {})
        for signature in found.signatures:
            by_signature.setdefault(signature, set()).add(found.unit.unit.code)
    names = {found.unit.unit.code: found.unit.unit.short_name for found in listed}
    for found in listed:
        yield from _rows_of_another(found, holders=holders[found.ledger.code], names=names)


def _rows_of_another(
    found: _Listed, *, holders: Mapping[_Signature, set[str]], names: Mapping[str, str]
) -> Iterator[Finding]:
    """The unit with which most rows are shared, when they are too many to have been done together.

    Where they are not, a row that says so much that it is worth a note.
    """
    unit, ledger, sheet = found.unit, found.ledger, found.sheet
    shared = [(row, holders[one] - {unit.unit.code}) for row, one in zip(sheet.rows, found.signatures, strict=True)]
    counts = Counter(code for _row, others in shared for code in others)
    if not counts:
        return
    other, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    kind, rows = kinds.ROWS_COPIED, [row for row, others in shared if other in others]
    if count < _LEAST_ROWS or count * 2 < len(sheet.rows):
        telling = [(row, others) for row, others in shared if others and _says_much(ledger, row)]
        other = min(telling[0][1]) if telling else ""
        kind, rows = kinds.ROWS_ALIKE, [row for row, others in telling if other in others]
    if rows:
        place = sheet.place(rows[0])
        yield kind.at(
            place,
            unit=unit.unit.code,
            period=unit.period,
            elements=(ledger.code,),
            effect=Decimal(len(rows)),
            group=f"{kind.code}:{ledger.code}:{'+'.join(sorted((unit.unit.code, other)))}",
            where=f"{unit.unit.short_name}《{place.sheet}》",
            area=_cells_of(sheet, rows),
            count=len(rows),
            rows=_named(rows),
            other=names[other],
        )


def _cells_of(sheet: LedgerSheet, rows: Sequence[LedgerRow]) -> frozenset[str]:
    return frozenset(sheet.place(row, column).cell for row in rows for column in sheet.columns)


def _says_much(ledger: Ledger, row: LedgerRow) -> bool:
    """Whether so much is filled in, or so odd an amount, that two units hardly wrote it without one seeing the other's.

    In a stock ledger whoever pastes over a row of his own is told that it is gone.
    """
    filled = [value for value in row.cells.values() if value not in (Gap.MISSING, "")]
    digits = [len(value.normalize().as_tuple().digits) for value in filled if isinstance(value, Decimal)]
    is_telling = len(filled) >= _LEAST_CELLS or max(digits, default=0) >= _LEAST_DIGITS
    return ledger.kind is LedgerKind.FLOW and is_telling


def _named(rows: list[LedgerRow]) -> str:
    shown = "、".join(str(row.number) for row in rows[:_MOST_NAMED])
    return f"第{shown}行" if len(rows) <= _MOST_NAMED else f"第{shown}等{len(rows)}行"


# ---- numbers


def _numbers_of_others(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    flows = [
        {code: n for code, n in typed_flows(unit, unit.submission).items() if n >= _LEAST_NUMBER} for unit in returns
    ]
    holders: dict[tuple[str, Decimal], list[int]] = {}
    for at, mine in enumerate(flows):
        for number in mine.items():
            holders.setdefault(number, []).append(at)
    for at, mine in enumerate(flows):
        shared = Counter(other for number in mine.items() for other in holders[number] if other != at)
        # Four in five: somebody may have begun to mend them.
        alike = [other for other, count in shared.items() if count >= _LEAST_NUMBERS and count * 5 >= len(mine) * 4]
        if alike:
            other = min(alike)
            same = [code for code, number in mine.items() if flows[other].get(code) == number]
            yield _numbers_copied(returns[at], returns[other], same)


def _is_whole(unit: UnitReturn, other: UnitReturn) -> bool:
    """Whether the stocks are the other's too, though each unit has its own printed beside them: a column pasted."""
    mine = {element.code: value.value for element, value in unit.typed if element.over_months is Over.LAST}
    telling = {code: n for code, n in mine.items() if isinstance(n, Decimal) and n >= _LEAST_NUMBER}
    theirs = other.submission.values
    alike = [code for code, number in telling.items() if code in theirs and theirs[code].value == number]
    return len(alike) >= _LEAST_STOCKS and len(alike) * 5 >= len(telling) * 4


def _numbers_copied(unit: UnitReturn, other: UnitReturn, same: list[str]) -> Finding:
    first = unit.submission.values[same[0]].place
    pasted = [element.code for element, _ in unit.typed] if _is_whole(unit, other) else same
    return kinds.NUMBERS_COPIED.at(
        Place(first.file, first.sheet, first.cell),
        unit=unit.unit.code,
        period=unit.period,
        elements=tuple(same),
        group=f"{kinds.NUMBERS_COPIED.code}:{'+'.join(sorted((unit.unit.code, other.unit.code)))}",
        area=typed_cells(unit, pasted),
        where=f"{unit.unit.short_name}《{first.sheet}》",
        count=len(same),
        other=other.unit.short_name,
    )
