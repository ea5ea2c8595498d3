"""What the clerk decided about a month's returns: kept in the history, so that no rerun need be told again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregator.history.store import History
from aggregator.intake.returns import Intake
from aggregator.model.decision import Acceptance, Amendment
from aggregator.model.period import Period
from aggregator.pipeline.inbox import today
from aggregator.pipeline.office import Office, WorkspaceError, unit_named


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the clerk says with a command: whose held return is taken in for which reason, and whose is held again."""

    accepted: Mapping[str, str] = field(default_factory=dict)
    held_again: tuple[str, ...] = ()


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Decided:
    """What counts for the files at hand: amendments in force, and the reasons for taking held returns in.

    `accepted_before` are reasons that were given for an earlier file of the unit.
    """

    period: Period
    amendments: tuple[Amendment, ...] = ()
    accepted: Mapping[str, str] = field(default_factory=dict)
    accepted_before: Mapping[str, str] = field(default_factory=dict)


def decide(history: History, office: Office, intake: Intake, period: Period, wishes: Wishes) -> Decided:
    """Keep what the clerk says now, and give back all that was decided about the month."""
    files = {submission.unit: submission.source.sha256 for submission in intake.submissions}
    decisions = history.decisions
    for name in wishes.held_again:
        unit = unit_named(office.street, name)
        if not decisions.withdraw_acceptance(period, unit.code, today()):
            raise WorkspaceError(f"{unit.short_name}{period.label}的报表没有带问题汇入过，没有可以撤销的。")
    for name, reason in wishes.accepted.items():
        unit = unit_named(office.street, name)
        if unit.code not in files:
            raise WorkspaceError(f"{unit.short_name}{period.label}没有能读取的报表，不能汇入。")
        decisions.accept(Acceptance(unit.code, period, files[unit.code], reason, today()))
    known = decisions.acceptances(period)
    return Decided(
        period,
        decisions.in_force(period),
        {one.unit: one.reason for one in known if files.get(one.unit) == one.sha256},
        {one.unit: one.reason for one in known if files.get(one.unit) != one.sha256},
    )
