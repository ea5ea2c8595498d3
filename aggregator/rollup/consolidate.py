"""The month rolled up: every total, every unit's figures, the merged ledgers and who reported."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import localcontext

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, Consolidation, FileVerdict, Standing, Total, UnitReport
from aggregator.model.decision import Amendment
from aggregator.model.period import Period
from aggregator.model.value import DataValue, LedgerRow, LedgerSheet, Submission
from aggregator.rollup.indicators import PRECISION
from aggregator.rollup.reporting_rate import unit_reports
from aggregator.rollup.returns import Returns
from aggregator.rollup.totals import Totals


def roll_up(
    batch: Batch, *, intake_files: tuple[FileVerdict, ...] = (), reports: tuple[UnitReport, ...] | None = None
) -> Consolidation:
    """The month's totals and all that stands beside them; only valid returns are in the totals."""
    units = unit_reports(batch, files=intake_files) if reports is None else reports
    counted = {report.unit.code for report in units if report.standing is Standing.VALID}
    received = _in_order(batch, {submission.unit for submission in batch.submissions})
    with localcontext(prec=PRECISION):
        totals = totals_of(Totals(Returns.of(batch, counted=counted)))
    return Consolidation(
        catalog=batch.catalog,
        street=batch.street,
        period=batch.period,
        units=units,
        totals=totals,
        values=_values(received),
        ledgers=_merged(batch.catalog, [submission for submission in received if submission.unit in counted]),
        sheets=_sheets(received),
        accepted=batch.accepted,
        amendments=tuple(one for one in batch.amendments if _counts(one, batch)),
    )


def _counts(amendment: Amendment, batch: Batch) -> bool:
    """Whether a value of the month stands otherwise than it was sent because of an amendment."""
    submission = batch.submission(amendment.unit)
    value = submission.value(amendment.element) if submission else None
    return value is not None and value.is_amended


def months_read(period: Period) -> tuple[Period, ...]:
    """The earlier months that a roll-up reads: this year's, the one before, and last year's up to the same month."""
    spans = (period.year_to_date(), period.previous(), period.year_to_date().same_period_last_year())
    months = {month for span in (*spans, period.same_period_last_year()) for month in span.months()}
    return tuple(sorted(months - set(period.months())))


def totals_of(totals: Totals) -> dict[str, Total]:
    """Every element's figure of the period beside those it is compared with."""
    period = totals.returns.period
    return {
        code: Total(
            code,
            this_month=totals.aggregate(code, period),
            year_to_date=totals.aggregate(code, period.year_to_date()),
            previous=totals.aggregate(code, period.previous()),
            same_month_last_year=totals.aggregate(code, period.same_period_last_year()),
        )
        for code in totals.returns.catalog.elements
    }


def _in_order(batch: Batch, units: set[str]) -> list[Submission]:
    """The month's returns in the order of the street's list."""
    by_unit = {submission.unit: submission for submission in batch.submissions}
    return [by_unit[unit.code] for unit in batch.street.units if unit.code in units]


def _values(received: Sequence[Submission]) -> dict[tuple[str, str], DataValue]:
    return {(submission.unit, code): value for submission in received for code, value in submission.values.items()}


def _sheets(received: Sequence[Submission]) -> dict[tuple[str, str], LedgerSheet]:
    return {(submission.unit, code): sheet for submission in received for code, sheet in submission.ledgers.items()}


def _merged(catalog: Catalog, counted: Sequence[Submission]) -> dict[str, tuple[LedgerRow, ...]]:
    """The rows of each ledger, unit by unit in the street's order, then by row number."""
    sheets = {code: [s.ledgers[code] for s in counted if code in s.ledgers] for code in catalog.ledgers}
    return {
        code: tuple(row for sheet in found for row in sorted(sheet.rows, key=lambda row: row.number))
        for code, found in sheets.items()
    }
