"""The door of this room: from a batch to findings, held units and what could not be verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from aggregator.check import finding_kinds as kinds
from aggregator.check.across_units import check_across_units
from aggregator.check.amended import check_amended
from aggregator.check.carried import check_carried
from aggregator.check.causes import grouped_by_cause
from aggregator.check.copied import check_copied
from aggregator.check.explanations import close_explained
from aggregator.check.late_events import check_late_events
from aggregator.check.outcome import CheckResult, Unverified
from aggregator.check.period import check_period
from aggregator.check.presence import check_presence
from aggregator.check.rank import rank
from aggregator.check.returns import UnitReturn, unit_returns
from aggregator.check.row_rules import check_row_rules
from aggregator.check.rules import check_rules
from aggregator.check.shown import check_shown
from aggregator.check.slipped import check_slipped
from aggregator.check.stated import check_stated
from aggregator.check.street_rules import check_street
from aggregator.check.sudden import check_sudden
from aggregator.check.validity import check_validity
from aggregator.model.consolidation import Batch
from aggregator.model.finding import Finding, Severity

__all__ = ["CHECKS", "CheckResult", "Unverified", "check_street", "run_checks"]

#: All checks, in order; nobody adds to them at run time.
CHECKS: tuple[Callable[[tuple[UnitReturn, ...]], Iterator[Finding | Unverified]], ...] = (
    check_presence,
    check_validity,
    check_rules,
    check_row_rules,
    check_stated,
    check_shown,
    check_period,
    check_sudden,
    check_copied,
    check_slipped,
    check_carried,
    check_late_events,
    check_across_units,
    check_amended,
)


def run_checks(batch: Batch, on_reading: Sequence[Finding] = ()) -> CheckResult:
    """What is wrong with the returns of a batch, whose return is held, and which rules stayed undecided.

    `on_reading` is what was found while they were read: it may be the cause of what is found now, or follow from it.
    """
    returns = unit_returns(batch)
    results = [result for check in CHECKS for result in check(returns)]
    found = [result for result in results if isinstance(result, Finding)]
    known = tuple(close_explained(grouped_by_cause((*on_reading, *found), returns), batch))
    findings = list(known[len(on_reading) :])
    fatal = Counter(finding.unit for finding in findings if finding.severity is Severity.FATAL)
    findings.extend(_accepted(returns, batch, fatal))
    return CheckResult(
        findings=rank(findings),
        on_reading=known[: len(on_reading)],
        held=(batch.held | frozenset(fatal)) - frozenset(batch.accepted),
        unverifiable=tuple(result for result in results if isinstance(result, Unverified)),
    )


def _accepted(returns: Iterable[UnitReturn], batch: Batch, fatal: Counter[str]) -> Iterator[Finding]:
    """A note for each return that the clerk takes in although it would be held, or took in before it was sent anew."""
    for unit in returns:
        code = unit.unit.code
        reason = batch.accepted.get(code)
        kind = kinds.ACCEPTED_RETURN if reason else kinds.ACCEPTANCE_LAPSED
        reason = reason or batch.accepted_before.get(code)
        if reason and fatal[code]:
            yield kind.at(
                unit.whole_file,
                unit=code,
                period=unit.period,
                where=unit.where(unit.whole_file),
                count=fatal[code],
                reason=reason.rstrip("。"),
            )
