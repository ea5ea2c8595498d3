"""Recorded months as the commands compare with them."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.history.store import History
from aggregator.model.period import Period
from aggregator.model.value import Submission
from aggregator.pipeline.office import Office
from aggregator.rollup.consolidate import ledgers_read, months_read


def earlier_months(office: Office, history: History, period: Period) -> dict[Period, tuple[Submission, ...]]:
    """The recorded months that checks and comparisons read; last month with all its rows."""
    months = dict(history.months(months_read(period), ledgers=ledgers_read(office.catalog)))
    months |= history.months([period.previous()], ledgers=None)
    return months


def by_unit(months: Mapping[Period, tuple[Submission, ...]]) -> dict[str, dict[Period, Submission]]:
    """Each unit's own returns by month."""
    found: dict[str, dict[Period, Submission]] = {}
    for month, submissions in months.items():
        for submission in submissions:
            found.setdefault(submission.unit, {})[month] = submission
    return found
