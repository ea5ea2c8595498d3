"""What the units sent for a month: read, and when it was first seen."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from aggregator.check.rank import rank
from aggregator.history.store import History
from aggregator.intake.returns import Intake, read_returns
from aggregator.model.consolidation import Batch, Verdict
from aggregator.model.period import Period
from aggregator.model.value import SourceFile, Submission
from aggregator.pipeline.office import (
    Office,
    Progress,
    UnknownNameError,
    WorkspaceError,
    open_history,
    open_office,
    silent,
)
from aggregator.results import StatusResult
from aggregator.rollup.reporting_rate import unit_reports
from aggregator.workspace import Workspace


def read_inbox(office: Office, history: History, period: Period, progress: Progress) -> Intake:
    """What came for a month; WorkspaceError when there is no folder for it."""
    folder = office.workspace.inbox(period)
    if not folder.is_dir():
        raise WorkspaceError(f"没有“{folder}”这个文件夹。请建立它，把{period.label}收到的报表放进去，再运行一次。")
    return read_returns(
        folder,
        catalog=office.catalog,
        street=office.street,
        period=period,
        earlier_fingerprints=history.known_catalogs(),
        on_file=progress,
    )


def today() -> date:
    """The clerk's calendar day."""
    return date.today()  # noqa: DTZ011  # the clerk's own calendar day is meant


#: Nobody corrects when a form of longer ago came; another year is a slip of the pen, and would go unnoticed.
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Seen:
    """The day on which a file came, as the clerk knows it."""

    file: str
    day: date


def see_files(
    history: History, office: Office, intake: Intake, period: Period, correction: Seen | None = None
) -> dict[str, bool]:
    """Note when each file was first seen, and say of each unit whether its return came in time."""
    day = today()
    history.see_files({file.file.sha256: day for file in intake.files})
    if correction is not None:
        history.correct_first_seen(_file_named(intake, correction.file).sha256, correction.day)
    seen = history.first_seen([file.file.sha256 for file in intake.files])
    due = office.street.deadline(period)
    return {
        file.unit: seen[file.file.sha256] <= due
        for file in intake.files
        if file.unit and file.verdict in (Verdict.ACCEPTED, Verdict.HELD) and file.file.sha256 in seen
    }


def _file_named(intake: Intake, name: str) -> SourceFile:
    """The file of that name, its folder left out where that is enough; UnknownNameError when it is not."""
    found = [file.file for file in intake.files if name in (file.file.name, file.file.name.rpartition("/")[2])]
    if len(found) != 1:
        known = [file.file.name for file in intake.files]
        raise UnknownNameError(
            "文件", name, [file.name for file in found] or difflib.get_close_matches(name, known, n=3)
        )
    return found[0]


def status(
    workspace: Workspace, period: Period, *, seen: Seen | None = None, progress: Progress = silent
) -> StatusResult:
    """Who has reported for the month, by the last check of each file; `seen` corrects when a file came."""
    if seen is not None and not period.start <= seen.day <= period.end + _A_YEAR:
        raise WorkspaceError(f"{seen.day.isoformat()}不像是收到{period.label}报表的日子，没有更正。请核对年份和月份。")
    office = open_office(workspace)
    with open_history(office) as history:
        intake = read_inbox(office, history, period, progress)
        on_time = see_files(history, office, intake, period, seen)
        checks = history.checks(period)
        earlier = _printed_in_forms(history, intake, period)
    present = {(submission.unit, submission.source.sha256) for submission in intake.submissions}
    checked = {check.unit: check for check in checks if (check.unit, check.sha256) in present}
    held = frozenset(unit for unit, check in checked.items() if check.is_held)
    batch = Batch(office.catalog, office.street, period, intake.submissions, earlier, held)
    return StatusResult(
        period,
        office.street,
        unit_reports(batch, files=intake.files, on_time=on_time),
        intake.files,
        rank(office.findings),
        checked,
        Counter(check.unit for check in checks if check.is_returned),
        today(),
    )


def _printed_in_forms(history: History, intake: Intake, period: Period) -> dict[Period, tuple[Submission, ...]]:
    """The months with which the forms of units that confirmed nothing were prefilled; others need not be asked for."""
    unconfirmed = {submission.unit for submission in intake.submissions if not submission.stock_confirmed}
    months: dict[Period, tuple[Submission, ...]] = {}
    for unit, submission in history.latest(before=period).items() if unconfirmed else ():
        if unit in unconfirmed:
            months[submission.period] = (*months.get(submission.period, ()), submission)
    return months
