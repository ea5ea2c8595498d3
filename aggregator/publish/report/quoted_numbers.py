"""The numbers in the texts that a report quotes, held against the figures of whoever wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from aggregator.model.consolidation import Consolidation
from aggregator.model.finding import Finding, FindingKind, Severity
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import LedgerRow, Place
from aggregator.publish.lineage import LineageEntry

QUOTED_NUMBER = FindingKind(
    code="quoted-number-unmatched",
    severity=Severity.NOTE,
    title="引用的文字里有对不上的数字",
    message="报告引用的这段文字写着“{said}”，{name}报的数据里没有这个数。",
    remedy="请{name}核实；写错的改文字，漏报的补数据，另有依据的可不处理。",
)

# A number with a measure word; dates, ages of places (3号楼), ordinals and programme names (1+6+N) are none.
_NUMBER = re.compile(
    r"(?<![0-9.+×第/-])(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<scale>万|亿)?(?:余|多)?"
    r"(?P<measure>(?!年|月|日|时|点|分钟|小时|号|栋|楼|单元|室|岁|米|元店|\+|×|[0-9.])[\u4e00-\u9fff]{1,2}|%)"
)
_SCALE = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_QUOTE = "quote("


def quoted_findings(lineage: Iterable[LineageEntry], consolidation: Consolidation) -> Iterator[Finding]:
    """A note for each number of a quoted text that its unit has not reported, once a cell."""
    known: dict[str, frozenset[Decimal]] = {}
    seen: set[tuple[Place, str]] = set()
    for entry in lineage:
        if not entry.expression.startswith(_QUOTE):
            continue
        if entry.unit not in known:
            known[entry.unit] = frozenset(_numbers(entry.unit, consolidation))
        place = Place(entry.file, entry.sheet, entry.cell)
        for found in _NUMBER.finditer(entry.text):
            value = Decimal(found["number"]) * _SCALE[found["scale"]]
            if value not in known[entry.unit] and (place, found[0]) not in seen:
                seen.add((place, found[0]))
                yield _finding(found[0], entry.unit, place, consolidation)


def _finding(said: str, unit: str, place: Place, consolidation: Consolidation) -> Finding:
    name = consolidation.short_name(unit)
    return QUOTED_NUMBER.at(place, unit=unit, period=consolidation.period, value=said, said=said, name=name)


def _numbers(unit: str, consolidation: Consolidation) -> Iterator[Decimal]:
    """Every number that a unit has reported: its figures, its year so far, its ledger rows and how many they are."""
    for (whose, _), value in consolidation.values.items():
        if whose == unit and isinstance(value.value, Decimal):
            yield value.value
        elif whose == unit and isinstance(value.value, tuple):
            yield Decimal(len(value.value))
    for rows in consolidation.ledgers.values():
        own = [row for row in rows if row.unit == unit]
        yield Decimal(len(own))
        yield from _cells(own)
    is_office = consolidation.street.unit(unit).kind is UnitKind.OFFICE
    for total in consolidation.totals.values():
        sums = [source.value for source in total.year_to_date.sources if source.unit == unit]
        yield sum((value for value in sums if isinstance(value, Decimal)), Decimal(0))
        if is_office:  # the office speaks for the street
            yield from (one.value for one in (total.this_month, total.year_to_date) if isinstance(one.value, Decimal))
    if is_office:
        yield Decimal(sum(report.unit.kind is UnitKind.COMMUNITY for report in consolidation.units))


def _cells(rows: Iterable[LedgerRow]) -> Iterator[Decimal]:
    for row in rows:
        yield from (cell for cell in row.cells.values() if isinstance(cell, Decimal))
