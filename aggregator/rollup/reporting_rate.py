"""Who has reported, and how fully: one report a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from aggregator.model.consolidation import Batch, FileVerdict, Standing, UnitReport, Verdict
from aggregator.model.definition import Element
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import OrgUnit
from aggregator.model.value import DataValue, LedgerSheet, Submission, ValueState

_TENTH = Decimal("0.1")
_NOBODY: Mapping[str, bool] = {}


def unit_reports(
    batch: Batch,
    *,
    findings: Iterable[Finding] = (),
    files: Iterable[FileVerdict] = (),
    on_time: Mapping[str, bool] = _NOBODY,
) -> tuple[UnitReport, ...]:
    """How each unit that is open in the month reported, in the order of the street's list."""
    by_unit: dict[str, list[Finding]] = {}
    for finding in findings:
        by_unit.setdefault(finding.unit, []).append(finding)
    empty = frozenset(file.unit for file in files if file.verdict is Verdict.EMPTY)
    return tuple(
        unit_report(unit, batch, findings=by_unit.get(unit.code, ()), on_time=on_time.get(unit.code), empty=empty)
        for unit in batch.street.expected(batch.period)
    )


def unit_report(
    unit: OrgUnit,
    batch: Batch,
    *,
    findings: Iterable[Finding] = (),
    on_time: bool | None = None,
    empty: frozenset[str] = frozenset(),
) -> UnitReport:
    """How one unit reported: where it stands, how full its form is, and how many findings it has."""
    counts = Counter(finding.severity for finding in findings)
    submission = batch.submission(unit.code)
    if submission is None:
        standing = Standing.EMPTY if unit.code in empty else Standing.MISSING
        return UnitReport(unit, standing, on_time=on_time, fatal=counts[Severity.FATAL])
    filled = _filled(submission, batch)
    return UnitReport(
        unit,
        _standing(unit, batch, filled.filled_pct),
        file=submission.source.name,
        filled_pct=filled.filled_pct,
        really_filled_pct=filled.really_filled_pct,
        on_time=on_time,
        fatal=counts[Severity.FATAL],
        queries=counts[Severity.QUERY],
        notes=counts[Severity.NOTE],
    )


def _standing(unit: OrgUnit, batch: Batch, filled: Decimal) -> Standing:
    if filled < batch.catalog.empty_under:
        return Standing.EMPTY
    is_held = unit.code in batch.held and unit.code not in batch.accepted
    return Standing.HELD if is_held else Standing.VALID


@dataclass(frozen=True, slots=True)
class _Filled:
    """The required cells of one form: how many, how many say something, how many of those the unit itself wrote."""

    required: int
    filled: int
    really_filled: int

    @property
    def filled_pct(self) -> Decimal:
        return _percent(self.filled, self.required)

    @property
    def really_filled_pct(self) -> Decimal:
        return _percent(self.really_filled, self.required)


def _filled(submission: Submission, batch: Batch) -> _Filled:
    """Figures that are required, and one answer for each ledger.

    What only stands there because we printed it, prefilled and not confirmed, is filled but not really filled.
    """
    elements, sheets = _required(submission, batch)
    earlier = _prefilled_from(submission, batch)
    filled = [(element, value) for element, value in elements if value.state.is_reported]
    listed = [sheet for sheet in sheets if sheet.state is ValueState.VALUE]
    written = [value for element, value in filled if not _is_untouched(element, value, submission, earlier)]
    answered = [sheet for sheet in listed if sheet.answer is not None]
    return _Filled(len(elements) + len(sheets), len(filled) + len(listed), len(written) + len(answered))


def _required(submission: Submission, batch: Batch) -> tuple[list[tuple[Element, DataValue]], list[LedgerSheet]]:
    """Required figures and ledgers of the unit's form; what an older form does not ask is no gap."""
    kind = batch.street.unit(submission.unit).kind
    blocks_on = batch.catalog.blocks_on(batch.street)
    elements = [
        (element, submission.values.get(element.code))
        for element in batch.catalog.asked_elements(kind, blocks_on)
        if element.is_typed and element.required
    ]
    sheets = [submission.ledgers.get(ledger.code) for ledger in batch.catalog.asked_ledgers(kind, blocks_on)]
    return (
        [(element, value) for element, value in elements if value and value.state is not ValueState.NOT_ASKED],
        [sheet for sheet in sheets if sheet and sheet.state is not ValueState.NOT_ASKED],
    )


def _prefilled_from(submission: Submission, batch: Batch) -> Submission | None:
    """The unit's latest recorded month: what its form was prefilled with."""
    months = sorted((month for month in batch.history if month < submission.period), reverse=True)
    found = (batch.submission(submission.unit, month) for month in months)
    return next((earlier for earlier in found if earlier), None)


def _is_untouched(element: Element, value: DataValue, submission: Submission, earlier: Submission | None) -> bool:
    if not element.is_prefilled or submission.stock_confirmed or earlier is None:
        return False
    printed = earlier.values.get(element.code)
    return printed is not None and (printed.state.counts, printed.value) == (value.state.counts, value.value)


def _percent(part: int, whole: int) -> Decimal:
    """A share with one decimal; a form in which nothing asked was found says nothing."""
    if not whole:
        return Decimal(0)
    return (Decimal(part) * 100 / whole).quantize(_TENTH, ROUND_HALF_UP)
