"""The street over a quarter, a year or any run of recorded months: flows summed, stocks last, ratios anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import localcontext

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Consolidation, Standing, UnitReport
from aggregator.model.definition import LedgerKind
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue, LedgerRow, LedgerSheet, Place, Submission
from aggregator.rollup.consolidate import totals_of
from aggregator.rollup.indicators import PRECISION
from aggregator.rollup.over_time import UnitSpan
from aggregator.rollup.returns import Returns
from aggregator.rollup.totals import Totals

Months = Mapping[Period, tuple[Submission, ...]]


def roll_up_span(
    months: Months, *, catalog: Catalog, street: Street, span: Period, held: frozenset[str] = frozenset()
) -> Consolidation:
    """The street's figures over the recorded `months` of a span, beside those of the spans they are compared with.

    `months` holds accepted returns only, of the span and of those before it and one year earlier. Months of the span
    that nobody recorded are said by the notes of each figure. `held` are the units whose last return was sent back.
    """
    by_unit = {month: {sent.unit: sent for sent in submissions} for month, submissions in months.items()}
    returns = Returns(catalog, street, span, by_unit)
    with localcontext(prec=PRECISION):
        totals = Totals(returns)
        all_totals = totals_of(totals)
        values = dict(_values(totals, span))
    return Consolidation(
        catalog=catalog,
        street=street,
        period=span,
        units=tuple(_reports(returns, span, held)),
        totals=all_totals,
        values=values,
        ledgers=_ledgers(returns, span),
        sheets={(unit, code): sheet for unit, code, sheet in _sheets(returns, returns.recorded(span)[-1:])},
        earlier_sheets={
            (unit, code, month): sheet
            for month in returns.recorded(span)
            for unit, code, sheet in _sheets(returns, (month,))
        },
        unrecorded=tuple(month for month in span.months() if month not in returns.months),
    )


def months_of(span: Period) -> tuple[Period, ...]:
    """The months that a span's figures and their comparisons read."""
    spans = (span, span.previous(), span.year_to_date(), span.same_period_last_year())
    return tuple(sorted({month for one in spans for month in one.months()}))


def _sheets(returns: Returns, months: tuple[Period, ...]) -> Iterator[tuple[str, str, LedgerSheet]]:
    for month in months:
        for unit, submission in returns.months[month].items():
            for code, sheet in submission.ledgers.items():
                yield unit, code, sheet


def _reports(returns: Returns, span: Period, held: frozenset[str]) -> Iterator[UnitReport]:
    """A unit open at the span's end is valid when no recorded month that it was open in lacks its return."""
    for unit in returns.street.expected(Period(span.last, span.last)):
        asked = [month for month in returns.recorded(span) if unit.is_open(month)]
        given = [month for month in asked if unit.code in returns.months.get(month, {})]
        absent = Standing.HELD if unit.code in held else Standing.MISSING
        yield UnitReport(unit, Standing.VALID if given == asked else absent)


def _values(totals: Totals, span: Period) -> Iterator[tuple[tuple[str, str], DataValue]]:
    """Each unit's own figure over the span; it leads to the cell of its last addend."""
    for element in totals.returns.catalog.elements.values():
        if totals.returns.is_on(element):
            for found in totals.unit_spans(element, span):
                yield (found.unit, element.code), _value(element.code, found, span)


def _value(code: str, found: UnitSpan, span: Period) -> DataValue:
    place = found.sources[-1].place if found.sources else Place("")
    value = found.value if found.state.counts else None
    return DataValue(code, found.unit, span, found.state, value, place, derived=len(found.sources) > 1)


def _ledgers(returns: Returns, span: Period) -> dict[str, tuple[LedgerRow, ...]]:
    """Flow ledgers month by month; stock ledgers as they stand at the end."""
    recorded = returns.recorded(span)
    merged: dict[str, tuple[LedgerRow, ...]] = {}
    for ledger in returns.catalog.ledgers.values():
        months = recorded if ledger.kind is LedgerKind.FLOW else recorded[-1:]
        rows = [
            row
            for month in months
            for unit in returns.street.units
            if (sheet := returns.sheet(ledger.code, unit.code, month)) is not None
            for row in sheet.rows
        ]
        if rows:
            merged[ledger.code] = tuple(rows)
    return merged
