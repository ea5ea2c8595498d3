"""What the units sent for a month: read, and when it was first seen."""

from __future__ import annotations

from datetime import date

from aggregator.check.rank import rank
from aggregator.history.store import History
from aggregator.intake.returns import Intake, read_returns
from aggregator.model.consolidation import Batch, Verdict
from aggregator.model.period import Period
from aggregator.pipeline.office import Office, Progress, WorkspaceError, open_history, open_office, silent
from aggregator.results import StatusResult
from aggregator.rollup.reporting_rate import unit_reports
from aggregator.workspace import Workspace


def read_inbox(office: Office, period: Period, progress: Progress) -> Intake:
    """What came for a month; WorkspaceError when there is no folder for it."""
    folder = office.workspace.inbox(period)
    if not folder.is_dir():
        raise WorkspaceError(f"没有“{folder}”这个文件夹。请建立它，把{period.label}收到的报表放进去，再运行一次。")
    return read_returns(folder, catalog=office.catalog, street=office.street, period=period, on_file=progress)


def see_files(history: History, office: Office, intake: Intake, period: Period) -> dict[str, bool]:
    """Note when each file was first seen, and say of each unit whether its return came in time."""
    today = date.today()  # noqa: DTZ011  # the clerk's own calendar day is meant
    history.see_files({file.file.sha256: today for file in intake.files})
    seen = history.first_seen([file.file.sha256 for file in intake.files])
    due = office.street.deadline(period)
    return {
        file.unit: seen[file.file.sha256] <= due
        for file in intake.files
        if file.unit and file.verdict in (Verdict.ACCEPTED, Verdict.HELD) and file.file.sha256 in seen
    }


def status(workspace: Workspace, period: Period, *, progress: Progress = silent) -> StatusResult:
    """Who has reported for the month, without checking the numbers."""
    office = open_office(workspace)
    with open_history(office) as history:
        intake = read_inbox(office, period, progress)
        on_time = see_files(history, office, intake, period)
    batch = Batch(office.catalog, office.street, period, intake.submissions)
    reports = unit_reports(batch, files=intake.files, on_time=on_time)
    return StatusResult(period, office.street, reports, intake.files, rank(office.findings))
