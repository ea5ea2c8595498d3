"""Lineage: where each printed figure comes from, one entry a source cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain, repeat
from typing import NamedTuple

from aggregator.model.consolidation import Aggregate
from aggregator.model.evaluate import plain_text
from aggregator.model.period import Period
from aggregator.model.value import DataValue

#: One line of `lineage.csv`.
Row = tuple[str, ...]


class LineageEntry(NamedTuple):
    """One source cell of one printed figure; the fields are the columns of `lineage.csv`.

    `place` is where the figure stands in `output`, `text` what is printed there, `value` the exact value behind it.
    A figure that no cell of a form stands behind has one entry without file, sheet and cell.
    """

    output: str
    place: str
    text: str
    value: str
    expression: str
    source_period: str
    unit: str
    file: str
    sheet: str
    cell: str

    def rows(self) -> list[Row]:
        """The entry as its line."""
        return [self]


@dataclass(frozen=True, slots=True)
class TracedTotal:
    """A printed total and what it was made of; its lines are made when they are written.

    Of 500 returns they are a million, behind ten thousand figures.
    """

    total: Aggregate
    output: str
    place: str
    text: str
    value: str
    expression: str

    def rows(self) -> list[Row]:
        """A line for each addend, in the columns of an entry, or one without a cell when there is none.

        A list stands whole in its first line: repeated beside each addend, it would grow with the square of the units.
        """
        figure, expression = (self.output, self.place, self.text), self.expression
        if not self.total.sources:
            return [(*figure, self.value, expression, period_text(self.total.period), "", "", "", "")]
        values = chain([self.value], repeat("" if isinstance(self.total.value, tuple) else self.value))
        # Addends share their few periods; to look one up by its value is dearer than to make a line.
        periods = {id(source.period): source.period for source in self.total.sources}
        said = {key: period_text(period) for key, period in periods.items()}
        return [
            (
                *figure,
                value,
                _made(expression, source) if source.repair else expression,
                said[id(source.period)],
                source.unit,
                at.file,
                at.sheet,
                at.cell,
            )
            for source, value in zip(self.total.sources, values, strict=False)
            for at in (source.place,)
        ]


#: What stands behind one printed figure.
Trace = LineageEntry | TracedTotal


def rows_of(lineage: Iterable[Trace]) -> Iterator[Row]:
    """The lines of `lineage.csv`, one at a time."""
    return chain.from_iterable(trace.rows() for trace in lineage)


def exact_text(value: Decimal | str | date | tuple[str, ...] | None) -> str:
    """A value in full: numbers without exponent or trailing zeros, names joined by 、."""
    return "" if value is None else plain_text(value)


def _made(expression: str, source: DataValue) -> str:
    """How a number was made; of one that the clerk set right also from what, as its cell says another one."""
    return "；".join(filter(None, (expression, source.repair))) if source.is_amended else expression


@cache
def period_text(period: Period) -> str:
    """A period as `lineage.csv` writes it; a run asks for the same few over and over."""
    return str(period)


def trace_value(source: DataValue, *, output: str, place: str, text: str, expression: str) -> LineageEntry:
    """The entry of one unit's own value, printed as it was reported."""
    at, made = source.place, _made(expression, source)
    return LineageEntry(
        output, place, text, text, made, period_text(source.period), source.unit, at.file, at.sheet, at.cell
    )
