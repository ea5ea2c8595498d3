"""The numbers in the texts that a report quotes, held against the figures of whoever wrote them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain

from aggregator.model.consolidation import Consolidation
from aggregator.model.finding import Finding
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import Place
from aggregator.publish.lineage import LineageEntry, Trace
from aggregator.publish.report.finding_kinds import QUOTED_NUMBER

# A number with a measure word; dates, ages of places (3号楼), ordinals and programme names (1+6+N) are none.
_NUMBER = re.compile(
    r"(?<![0-9.+×第/-])(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<scale>万|亿)?(?:余|多)?"
    r"(?P<measure>(?!年|月|日|时|点|分钟|小时|号|栋|楼|单元|室|岁|米|元店|\+|×|[0-9.])[\u4e00-\u9fff]{1,2}|%)"
)
_SCALE = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_QUOTE = "quote("


def quoted_findings(lineage: Iterable[Trace], consolidation: Consolidation) -> Iterator[Finding]:
    """A note for each number of a quoted text that its unit has not reported, once a cell."""
    quotes = [trace for trace in lineage if isinstance(trace, LineageEntry) and trace.expression.startswith(_QUOTE)]
    known = _reported({entry.unit for entry in quotes}, consolidation)
    seen: set[tuple[Place, str]] = set()
    for entry in quotes:
        place = Place(entry.file, entry.sheet, entry.cell)
        for found in _NUMBER.finditer(entry.text):
            value = Decimal(found["number"]) * _SCALE[found["scale"]]
            if value not in known[entry.unit] and (place, found[0]) not in seen:
                seen.add((place, found[0]))
                yield _finding(found[0], entry.unit, place, consolidation)


def _finding(said: str, unit: str, place: Place, consolidation: Consolidation) -> Finding:
    name = consolidation.short_name(unit)
    return QUOTED_NUMBER.at(place, unit=unit, period=consolidation.period, value=said, said=said, name=name)


def _reported(units: Collection[str], consolidation: Consolidation) -> Mapping[str, Collection[Decimal]]:
    """Every number that each unit has reported: its figures, its year so far, its ledger rows and how many they are."""
    known: dict[str, set[Decimal]] = {unit: set() for unit in units}
    for unit, number in chain(_figures(consolidation), _rows(units, consolidation), _years(units, consolidation)):
        if unit in known:
            known[unit].add(number)
    for unit in units:
        if consolidation.street.unit(unit).kind is UnitKind.OFFICE:
            known[unit].update(_of_street(consolidation))
    return known


def _figures(consolidation: Consolidation) -> Iterator[tuple[str, Decimal]]:
    for (unit, _), value in consolidation.values.items():
        if isinstance(value.value, Decimal):
            yield unit, value.value
        elif isinstance(value.value, tuple):
            yield unit, Decimal(len(value.value))


def _rows(units: Iterable[str], consolidation: Consolidation) -> Iterator[tuple[str, Decimal]]:
    for rows in consolidation.ledgers.values():
        counts = Counter(row.unit for row in rows)
        yield from ((unit, Decimal(counts[unit])) for unit in units)
        yield from ((row.unit, cell) for row in rows for cell in row.cells.values() if isinstance(cell, Decimal))


def _years(units: Iterable[str], consolidation: Consolidation) -> Iterator[tuple[str, Decimal]]:
    for total in consolidation.totals.values():
        sums = dict.fromkeys(units, Decimal(0))
        for source in total.year_to_date.sources:
            if source.unit in sums and isinstance(source.value, Decimal):
                sums[source.unit] += source.value
        yield from sums.items()


def _of_street(consolidation: Consolidation) -> Iterator[Decimal]:
    """What the office, which speaks for the street, may say of it: its totals and how many communities it has."""
    for total in consolidation.totals.values():
        yield from (one.value for one in (total.this_month, total.year_to_date) if isinstance(one.value, Decimal))
    yield Decimal(sum(report.unit.kind is UnitKind.COMMUNITY for report in consolidation.units))
