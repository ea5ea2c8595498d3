"""One month read, derived, checked and rolled up beside the recorded months before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aggregator.check.explanations import close_explained
from aggregator.check.run import CheckResult, run_checks
from aggregator.history.store import History
from aggregator.intake.picks import PicksError, read_picks
from aggregator.intake.returns import Intake
from aggregator.model.consolidation import Batch, Consolidation, Verdict
from aggregator.model.finding import Finding, Severity
from aggregator.model.period import Period
from aggregator.model.selection import PICKS_FILE
from aggregator.model.value import Submission
from aggregator.narrative.check import check_texts
from aggregator.narrative.selection import select_texts
from aggregator.pipeline.decisions import NO_WISHES, Decided, Wishes, decide
from aggregator.pipeline.inbox import read_inbox, see_files
from aggregator.pipeline.office import Office, Progress, WorkspaceError
from aggregator.pipeline.recorded import by_unit
from aggregator.rollup.amendments import amended
from aggregator.rollup.consolidate import months_read, roll_up
from aggregator.rollup.indicators import derive
from aggregator.rollup.late_events import count_late
from aggregator.rollup.reporting_rate import unit_reports


@dataclass(frozen=True, slots=True)
class Month:
    """One month read and checked: the batch with all that comparisons need, the files and every finding."""

    office: Office
    batch: Batch
    intake: Intake
    checked: CheckResult
    texts: tuple[Finding, ...]
    on_time: Mapping[str, bool]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What settings, intake and checks found, and what was found in the texts."""
        return (*self.office.findings, *self.intake.findings, *self.checked.findings, *self.texts)


def read_month(
    office: Office, history: History, period: Period, *, wishes: Wishes = NO_WISHES, progress: Progress
) -> Month:
    """Read, derive and check the month's returns beside the earlier months, as the clerk decided about them."""
    intake = read_inbox(office, history, period, progress)
    return judge_month(office, history, intake, decide(history, office, intake, period, wishes))


def judge_month(office: Office, history: History, intake: Intake, decided: Decided) -> Month:
    """The month's returns derived and checked; what the clerk amended counts from here on."""
    period = decided.period
    earlier = history.months(months_read(period))
    on_time = see_files(history, office, intake, period)
    submissions = _derived(office, history, intake, decided, by_unit(earlier))
    batch = Batch(
        office.catalog,
        office.street,
        period,
        submissions,
        earlier,
        accepted=decided.accepted,
        accepted_before=decided.accepted_before,
        amendments=decided.amendments,
    )
    checked = run_checks(batch, intake.findings)
    fatal = {finding.unit for finding in checked.findings if finding.severity is Severity.FATAL}
    needed = {unit: reason for unit, reason in sorted(decided.accepted.items()) if unit in fatal}
    batch = replace(batch, held=checked.held, accepted=needed)
    texts = tuple(close_explained(check_texts(batch), batch))
    return Month(office, batch, _judged(intake, batch, checked), checked, texts, on_time)


def _derived(
    office: Office,
    history: History,
    intake: Intake,
    decided: Decided,
    earlier: Mapping[str, Mapping[Period, Submission]],
) -> tuple[Submission, ...]:
    """The returns as the clerk amended them, with what is reported late found and everything derived."""
    catalog, street, recorded = office.catalog, office.street, history.ledgers()
    found = (
        count_late(amended(sent, decided.amendments), catalog=catalog, street=street, recorded=recorded)
        for sent in intake.submissions
    )
    return tuple(derive(sent, catalog=catalog, street=street, earlier=earlier.get(sent.unit, {})) for sent in found)


def _judged(intake: Intake, batch: Batch, checked: CheckResult) -> Intake:
    """The intake whose verdicts say which of the returns are held, and whose findings say what was explained."""
    held = batch.held
    files = tuple(
        replace(file, verdict=Verdict.HELD) if file.verdict is Verdict.ACCEPTED and file.unit in held else file
        for file in intake.files
    )
    return replace(intake, files=files, findings=checked.on_reading)


def consolidate(month: Month) -> Consolidation:
    """The street's totals of the month, with the texts that its report uses."""
    reports = unit_reports(month.batch, findings=month.findings, files=month.intake.files, on_time=month.on_time)
    return with_selection(month.office, roll_up(month.batch, reports=reports))


def with_selection(office: Office, consolidation: Consolidation) -> Consolidation:
    """The month with the texts that its report uses, by the rules and by what the clerk decided."""
    path = office.workspace.output(consolidation.period) / PICKS_FILE
    try:
        picks = read_picks(path, office.street)
    except PicksError as error:
        raise WorkspaceError(str(error)) from error
    return replace(consolidation, selection=select_texts(consolidation, picks))
