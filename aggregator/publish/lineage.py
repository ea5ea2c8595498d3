"""Lineage: where each printed figure comes from, one entry a source cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import chain, repeat
from typing import NamedTuple

from aggregator.model.consolidation import Aggregate
from aggregator.model.evaluate import plain_text
from aggregator.model.period import Period
from aggregator.model.value import DataValue


# A named tuple is made in a quarter of the time of a frozen dataclass; a run makes a thousand a unit.
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


# The constructor of the class would take as long again as all the rest of an entry.
_entry = partial(tuple.__new__, LineageEntry)


def exact_text(value: Decimal | str | date | tuple[str, ...] | None) -> str:
    """A value in full: numbers without exponent or trailing zeros, names joined by 、."""
    return "" if value is None else plain_text(value)


@cache
def period_text(period: Period) -> str:
    """A period as `lineage.csv` writes it; a run asks for the same few over and over."""
    return str(period)


def trace_aggregate(
    aggregate: Aggregate, *, output: str, place: str, text: str, value: str, expression: str
) -> list[LineageEntry]:
    """The entries of a total: one for each addend, or one without a cell when it has none.

    A list stands whole in its first entry: repeated beside each addend, it would grow with the square of the units.
    """
    if not aggregate.sources:
        period = period_text(aggregate.period)
        return [LineageEntry(output, place, text, value, expression, period, "", "", "", "")]
    values = chain([value], repeat("" if isinstance(aggregate.value, tuple) else value))
    # Addends share their few periods; to look one up by its value is dearer than to make an entry.
    periods = {id(source.period): source.period for source in aggregate.sources}
    said = {key: period_text(period) for key, period in periods.items()}
    return [
        _entry(
            (output, place, text, exact, expression, said[id(source.period)], source.unit, at.file, at.sheet, at.cell)
        )
        for source, exact in zip(aggregate.sources, values, strict=False)
        for at in (source.place,)
    ]


def trace_value(source: DataValue, *, output: str, place: str, text: str, expression: str) -> LineageEntry:
    """The entry of one unit's own value, printed as it was reported."""
    at = source.place
    return LineageEntry(
        output, place, text, text, expression, period_text(source.period), source.unit, at.file, at.sheet, at.cell
    )
