"""The numbers and comparisons in the texts that a report quotes, held against the figures of whoever wrote them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain

from aggregator.model.consolidation import Consolidation
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import Place
from aggregator.publish.lineage import LineageEntry, Trace
from aggregator.publish.report.finding_kinds import QUOTED_COMPARISON, QUOTED_NUMBER
from aggregator.publish.report.quoted_claims import comparisons

# A number with a measure word; dates, ages of places (3号楼), ordinals and programme names (1+6+N) are none.
_NUMBER = re.compile(
    r"(?<![0-9.+×第/-])(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<scale>万|亿)?(?:余|多)?"
    r"(?P<measure>(?!年|月|日|时|点|分钟|小时|号|栋|楼|单元|室|岁|米|元店|\+|×|[0-9.])[\u4e00-\u9fff]{1,2}|%)"
)
_SCALE = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_QUOTE = "quote("


def quoted_findings(lineage: Iterable[Trace], consolidation: Consolidation) -> Iterator[Finding]:
    """What the figures of a unit do not bear out in its quoted texts: once a cell all comparisons, and each number."""
    quotes = [trace for trace in lineage if isinstance(trace, LineageEntry) and trace.expression.startswith(_QUOTE)]
    desk = _Desk(consolidation, _reported({entry.unit for entry in quotes}, consolidation))
    # Reports quote a text whole or in part; the longest quotation says the most of it.
    texts: dict[tuple[str, Place], str] = {}
    for entry in quotes:
        key = entry.unit, Place(entry.file, entry.sheet, entry.cell)
        texts[key] = max(texts.get(key, ""), entry.text, key=len)
    for (unit, place), text in texts.items():
        yield from desk.findings(text, unit, place)


@dataclass(frozen=True)
class _Desk:
    """A street's month and what its units have reported."""

    consolidation: Consolidation
    known: Mapping[str, Collection[Decimal]]

    def findings(self, text: str, unit: str, place: Place) -> Iterator[Finding]:
        """What is told of one text; the numbers of a comparison are looked at with it."""
        comparing = list(comparisons(text, are_known=lambda words: self._are_known(words, unit)))
        unfounded = dict.fromkeys(one.said for one in comparing if not one.is_founded)
        if unfounded:
            yield self._finding(QUOTED_COMPARISON, "”“".join(unfounded), unit, place)
        inside = [range(one.start, one.end) for one in comparing]
        numbers = (found for found in _NUMBER.finditer(text) if not any(found.start() in one for one in inside))
        for said in dict.fromkeys(found[0] for found in numbers if _value(found) not in self.known[unit]):
            yield self._finding(QUOTED_NUMBER, said, unit, place)

    def _are_known(self, words: str, unit: str) -> bool:
        """Whether some words have numbers, all of which the unit has reported, now or for what one compares with."""
        numbers = [_value(found) for found in _NUMBER.finditer(words)]
        return bool(numbers) and all(
            number in self.known[unit] or number in self._earlier.get(unit, ()) for number in numbers
        )

    def _finding(self, kind: FindingKind, said: str, unit: str, place: Place) -> Finding:
        name, period = self.consolidation.short_name(unit), self.consolidation.period
        return kind.at(place, unit=unit, period=period, value=said, said=said, name=name)

    @cached_property
    def _earlier(self) -> Mapping[str, Collection[Decimal]]:
        """What each unit reported the month before and a year ago."""
        found: dict[str, set[Decimal]] = {}
        for total in self.consolidation.totals.values():
            for unit, figure in chain(total.previous.figures(), total.same_month_last_year.figures()):
                if isinstance(figure, Decimal):
                    found.setdefault(unit, set()).add(figure)
        return found


def _value(found: re.Match[str]) -> Decimal:
    return Decimal(found["number"]) * _SCALE[found["scale"]]


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
        for unit, figure in total.year_to_date.figures():
            if unit in sums and isinstance(figure, Decimal):
                sums[unit] += figure
        yield from sums.items()


def _of_street(consolidation: Consolidation) -> Iterator[Decimal]:
    """What the office, which speaks for the street, may say of it: its totals and how many communities it has."""
    for total in consolidation.totals.values():
        yield from (one.value for one in (total.this_month, total.year_to_date) if isinstance(one.value, Decimal))
    yield Decimal(sum(report.unit.kind is UnitKind.COMMUNITY for report in consolidation.units))
