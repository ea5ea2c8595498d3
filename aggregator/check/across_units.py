"""What several units list alike: things that the street counts once, and persons who stand in two rosters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown_cell
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Column, Ledger, Measure
from aggregator.model.evaluate import plain_text
from aggregator.model.expression import Aggregate, ColumnRef, walk
from aggregator.model.finding import Finding, Severity
from aggregator.model.value import Gap, LedgerRow, LedgerSheet, Place

#: The columns by which a catalog marks a roster of persons.
_PERSON, _BORN = "person", "birth_date"
_MOST_NAMED = 6
_LISTS = re.compile(r"[^、；;/\s][、；;/\n]\s*[^、；;/\s]")
_KeyOf = Callable[[LedgerRow], str]


@dataclass(frozen=True, slots=True)
class _Listed:
    """A row of one unit's sheet."""

    unit: UnitReturn
    sheet: LedgerSheet
    row: LedgerRow


def check_across_units(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each ledger in which units list the same things, and for each person in two rosters."""
    if not returns:
        return
    catalog = returns[0].catalog
    for ledger, column in distinct_columns(catalog):
        yield from _same_things(returns, ledger, column)
        for unit in returns:
            yield from _several_in_a_cell(unit, ledger, column)
    for ledger in catalog.ledgers.values():
        codes = {column.code for column in ledger.columns}
        if _PERSON in codes:
            # Two people may share a name; with the same date of birth they hardly do.
            severity = Severity.QUERY if _BORN in codes else Severity.NOTE
            yield from _same_persons(returns, ledger, severity)


@lru_cache(maxsize=16)
def distinct_columns(catalog: Catalog) -> tuple[tuple[Ledger, Column], ...]:
    """The columns of which the street counts different ones: the same text in two communities counts once."""
    found = dict.fromkeys(
        (part.ledger, part.value.column)
        for element in catalog.elements.values()
        if element.measure is Measure.DISTINCT
        for part in walk(element.expression)
        if isinstance(part, Aggregate) and part.function == "distinct" and isinstance(part.value, ColumnRef)
    )
    return tuple(
        (catalog.ledgers[ledger], catalog.ledgers[ledger].column(column))
        for ledger, column in found
        if column != _PERSON
    )


def _same_things(returns: tuple[UnitReturn, ...], ledger: Ledger, column: Column) -> Iterator[Finding]:
    """One note a ledger: that a school has agreements with three communities is as it should be."""
    groups = list(_shared(returns, ledger, _text_key(column)))
    if not groups:
        return
    first = groups[0][0]
    found = "、".join(_where_listed(entries, ledger, column) for entries in groups[:_MOST_NAMED])
    yield kinds.SAME_ROW_ELSEWHERE.at(
        Place("", ledger.sheet),
        period=first.unit.period,
        elements=(f"{ledger.code}.{column.code}",),
        sheet=ledger.sheet,
        count=len(groups),
        found=found + ("等" if len(groups) > _MOST_NAMED else ""),
    )


def _several_in_a_cell(unit: UnitReturn, ledger: Ledger, column: Column) -> Iterator[Finding]:
    """The cells whose text lists several things, of which the street counts different ones."""
    sheet = unit.submission.ledgers.get(ledger.code)
    rows = sheet.rows if sheet else ()
    found = [row for row in rows if _LISTS.search(plain_text(row.cells.get(column.code, Gap.MISSING)))]
    if sheet and found:
        place = sheet.place(found[0], column.code)
        cells = [sheet.place(row, column.code).cell for row in found]
        yield kinds.SEVERAL_IN_A_CELL.at(
            place,
            unit=unit.unit.code,
            period=unit.period,
            elements=(f"{ledger.code}.{column.code}",),
            where=f"{unit.unit.short_name}《{place.sheet}》",
            cells="、".join(cells[:_MOST_NAMED]) + ("等" if len(cells) > _MOST_NAMED else ""),
            name=column.name,
        )


def _where_listed(entries: list[_Listed], ledger: Ledger, column: Column) -> str:
    """A thing and the cells that name it: 北山供电营业所（梧桐A5、银杏A5）."""
    cells = "、".join(
        f"{entry.unit.unit.short_name}{entry.sheet.place(entry.row, column.code).cell}" for entry in entries
    )
    return f"{shown_cell(ledger, column, entries[0].row.cells[column.code])}（{cells}）"


def _same_persons(returns: tuple[UnitReturn, ...], ledger: Ledger, severity: Severity) -> Iterator[Finding]:
    """A finding at each row whose person another unit lists in the same roster."""
    column = ledger.column(_PERSON)
    for entries in _shared(returns, ledger, _person_key(ledger)):
        yield from (_person(entry, entries, ledger=ledger, column=column, severity=severity) for entry in entries)


def _shared(returns: tuple[UnitReturn, ...], ledger: Ledger, key_of: _KeyOf) -> Iterator[list[_Listed]]:
    """The rows of one key that stand in the sheets of several units."""
    listed: dict[str, list[_Listed]] = {}
    for entry in _rows(returns, ledger):
        if key := key_of(entry.row):
            listed.setdefault(key, []).append(entry)
    return (entries for entries in listed.values() if len({entry.unit.unit.code for entry in entries}) > 1)


def _rows(returns: tuple[UnitReturn, ...], ledger: Ledger) -> Iterator[_Listed]:
    for unit in returns:
        sheet = unit.submission.ledgers.get(ledger.code)
        if sheet is None:
            continue
        for row in unit.scope.rows(ledger.code, living=True) or ():
            yield _Listed(unit, sheet, row)


def _text_key(column: Column) -> _KeyOf:
    def key(row: LedgerRow) -> str:
        return plain_text(row.cells.get(column.code, Gap.MISSING)).strip()

    return key


def _person_key(ledger: Ledger) -> _KeyOf:
    """Name and date of birth where the roster has one; a row without the date stands for nobody in particular."""
    has_birth = any(column.code == _BORN for column in ledger.columns)

    def key(row: LedgerRow) -> str:
        name = plain_text(row.cells.get(_PERSON, Gap.MISSING)).replace(" ", "")
        born = plain_text(row.cells.get(_BORN, Gap.MISSING))
        return "" if not name or (has_birth and not born) else f"{name}|{born}"

    return key


def _person(entry: _Listed, entries: list[_Listed], *, ledger: Ledger, column: Column, severity: Severity) -> Finding:
    place = entry.sheet.place(entry.row, column.code)
    found = shown_cell(ledger, column, entry.row.cells[column.code])
    others = dict.fromkeys(other.unit.unit.short_name for other in entries if other.unit is not entry.unit)
    return kinds.SAME_PERSON_ELSEWHERE.at(
        place,
        unit=entry.unit.unit.code,
        period=entry.unit.period,
        elements=(f"{ledger.code}.{column.code}",),
        value=found,
        severity=severity,
        where=entry.unit.where(place),
        row=entry.row.number,
        found=found,
        others="、".join(others),
        sheet=ledger.sheet,
    )
