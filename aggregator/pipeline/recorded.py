"""Recorded months as the commands compare with them."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.model.period import Period
from aggregator.model.value import Submission


def by_unit(months: Mapping[Period, tuple[Submission, ...]]) -> dict[str, dict[Period, Submission]]:
    """Each unit's own returns by month."""
    found: dict[str, dict[Period, Submission]] = {}
    for month, submissions in months.items():
        for submission in submissions:
            found.setdefault(submission.unit, {})[month] = submission
    return found
