"""The street over a quarter, a year or any run of recorded months: flows summed, stocks last, ratios anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import localcontext

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Consolidation, MonthReported, Standing, UnitReport
from aggregator.model.definition import LedgerKind
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue, LedgerRow, LedgerSheet, Place, Submission
from aggregator.rollup.consolidate import totals_of
from aggregator.rollup.indicators import PRECISION
from aggregator.rollup.over_time import UnitSpan
from aggregator.rollup.returns import MonthReturns, Returns
from aggregator.rollup.totals import Totals

Months = Mapping[Period, tuple[Submission, ...]]
#: By unit, ledger and month.
Sheets = Mapping[tuple[str, str, Period], LedgerSheet]


def roll_up_span(
    months: Months, *, catalog: Catalog, street: Street, span: Period, held: frozenset[str] = frozenset()
) -> Consolidation:
    """The street's figures over the recorded `months` of a span, beside those of the spans they are compared with.

    `months` holds accepted returns only, of the span and of those before it and one year earlier. Months of the span
    that nobody recorded are said by the notes of each figure. `held` are the units whose last return was sent back.
    """
    returns = Returns.of_months(months, catalog=catalog, street=street, period=span)
    sheets = _sheets(returns.recorded(span))
    last = max((month.period for month in returns.recorded(span)), default=span)
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
        ledgers=_ledgers(returns, span, sheets),
        sheets={(unit, code): sheet for (unit, code, month), sheet in sheets.items() if month == last},
        earlier_sheets=sheets,
        recorded=tuple(map(_reported, returns.recorded(span))),
        unrecorded=tuple(month for month in span.months() if month not in returns.months),
    )


def months_of(span: Period) -> tuple[Period, ...]:
    """The months that a span's figures and their comparisons read."""
    spans = (span, span.previous(), span.year_to_date(), span.same_period_last_year())
    return tuple(sorted({month for one in spans for month in one.months()}))


def _sheets(months: Iterable[MonthReturns]) -> Sheets:
    return {
        (unit, code, month.period): sheet
        for month in months
        for unit, submission in month.submissions.items()
        for code, sheet in submission.ledgers.items()
    }


def _reports(returns: Returns, span: Period, held: frozenset[str]) -> Iterator[UnitReport]:
    """A unit open at the span's end is valid when no recorded month that it was open in lacks its return."""
    for unit in returns.street.expected(Period(span.last, span.last)):
        asked = [month for month in returns.recorded(span) if unit.is_open(month.period)]
        is_whole = all(unit.code in month.submissions for month in asked)
        absent = Standing.HELD if unit.code in held else Standing.MISSING
        yield UnitReport(unit, Standing.VALID if is_whole else absent)


def _reported(month: MonthReturns) -> MonthReported:
    expected = tuple(unit.code for unit in month.open_units)
    return MonthReported(month.period, expected, tuple(unit for unit in expected if unit in month.submissions))


def _values(totals: Totals, span: Period) -> Iterator[tuple[tuple[str, str], DataValue]]:
    """Each unit's own figure over the span; it leads to the cell of its last addend."""
    for element in totals.returns.catalog.elements.values():
        if totals.returns.is_on(element):
            for found in totals.unit_spans(element, span):
                last = list(totals.returns.values(element.code, found.unit, found.months[-1:]))
                yield (found.unit, element.code), _value(element.code, found, span, last)


def _value(code: str, found: UnitSpan, span: Period, last: Sequence[DataValue]) -> DataValue:
    place = last[0].place if last else Place("")
    value = found.value if found.state.counts else None
    return DataValue(code, found.unit, span, found.state, value, place, derived=len(found.months) > 1)


def _ledgers(returns: Returns, span: Period, sheets: Sheets) -> dict[str, tuple[LedgerRow, ...]]:
    """Flow ledgers month by month; stock ledgers as they stand at the end."""
    recorded = returns.recorded(span)
    merged: dict[str, tuple[LedgerRow, ...]] = {}
    for ledger in returns.catalog.ledgers.values():
        months = recorded if ledger.kind is LedgerKind.FLOW else recorded[-1:]
        rows = [
            row
            for month in months
            for unit in returns.street.units
            if (sheet := sheets.get((unit.code, ledger.code, month.period))) is not None
            for row in sheet.rows
        ]
        if rows:
            merged[ledger.code] = tuple(rows)
    return merged
