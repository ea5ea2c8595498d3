"""The command `run`: read, check, roll up, publish, record."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from aggregator.check.rank import rank
from aggregator.check.street_rules import check_street
from aggregator.history.recorded import RecordedMonth
from aggregator.history.store import History
from aggregator.model.consolidation import FileVerdict
from aggregator.model.finding import Finding
from aggregator.model.period import Period
from aggregator.pipeline.decisions import NO_WISHES, Wishes
from aggregator.pipeline.month import Month, consolidate, read_month
from aggregator.pipeline.office import Progress, WorkspaceError, open_history, open_office, require_known_styles, silent
from aggregator.pipeline.outdated import remove_outdated_reports, set_aside_edited
from aggregator.pipeline.restated import restated
from aggregator.pipeline.slips import make_slips, settle_slips
from aggregator.publish.outputs import MANIFEST, Output, publish, write_reports
from aggregator.publish.report.quoted_numbers import quoted_findings
from aggregator.publish.report.write import ReportFile
from aggregator.publish.whole_file import remove_leftovers, write_whole
from aggregator.results import RunResult
from aggregator.workspace import Workspace


def run(
    workspace: Workspace,
    period: Period,
    *,
    wishes: Wishes = NO_WISHES,
    report_date: date | None = None,
    progress: Progress = silent,
) -> RunResult:
    """Read, check, roll up, publish and record the returns of one month."""
    clock = _Clock()
    office = open_office(workspace)
    require_known_styles(office)
    with open_history(office) as history:
        month = read_month(office, history, period, wishes=wishes, progress=progress)
        _require_returns(month, office.workspace)
        clock.lap("read_and_check")
        consolidation = consolidate(month)
        clock.lap("roll_up")
        found = (*month.findings, *check_street(consolidation))
        reports = write_reports(consolidation, found, report_date or period.end)
        quoted = (trace for report in reports.values() for trace in report.lineage)
        findings = rank([*found, *quoted_findings(quoted, consolidation), *_about(reports.values())])
        slips = make_slips(history, month, held_only=True, progress=progress)
        outputs = publish(
            consolidation,
            findings,
            reports=reports,
            files=month.intake.files,
            submissions=month.batch.submissions,
            report_date=report_date or period.end,
            first_seen=_first_seen(history, month.intake.files),
            unverifiable=len(month.checked.unverifiable),
            slips=slips.contents,
        )
        clock.lap("publish")
        folder = office.workspace.output(period)
        edited = set_aside_edited(folder, reports)
        paths = _write_outputs(folder, outputs, progress)
        settle_slips(history, month, slips)
        remove_outdated_reports(folder, reports)
        clock.lap("write")
        again = restated(history, month, consolidation)
        history.know_catalog(office.catalog.fingerprint, office.catalog.version)
        revision = history.record(_recorded(month, findings, outputs, reports))
        clock.lap("record")
    paths = (*paths, _write_timings(folder, clock.laps_s))
    problems = tuple(f"{report.name}：{problem}" for report in reports.values() for problem in report.problems)
    return RunResult(
        consolidation,
        findings,
        month.intake.files,
        paths,
        revision,
        clock.laps_s,
        problems,
        again,
        edited,
        faults=office.faults,
    )


def _require_returns(month: Month, workspace: Workspace) -> None:
    """WorkspaceError when there is nothing to roll up; what stands in the output folder stays."""
    if not month.batch.submissions:
        period = month.batch.period
        raise WorkspaceError(
            f"“{workspace.inbox(period)}”里没有一份能汇总的报表，没有写出结果。"
            f"请运行 aggregator status {period}，看收到了哪些文件。"
        )


def _about(reports: Iterable[ReportFile]) -> tuple[Finding, ...]:
    """What the reports lack, each thing once."""
    return tuple({finding.message: finding for report in reports for finding in report.findings}.values())


@dataclass
class _Clock:
    """How long each stage took."""

    laps_s: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """Note the time since the last lap."""
        now = time.perf_counter()
        self.laps_s[stage], self.started = round(now - self.started, 3), now


def _first_seen(history: History, files: Sequence[FileVerdict]) -> dict[str, str]:
    seen = history.first_seen([file.file.sha256 for file in files])
    return {sha256: day.isoformat() for sha256, day in seen.items()}


def _recorded(
    month: Month, findings: Sequence[Finding], outputs: Sequence[Output], reports: Mapping[str, ReportFile]
) -> RecordedMonth:
    manifest = next(output.content for output in outputs if output.name == MANIFEST)
    return RecordedMonth(
        period=month.batch.period,
        submissions=month.batch.submissions,
        findings=tuple(findings),
        manifest=json.loads(manifest),
        held=month.batch.held,
        accepted=month.batch.accepted,
        reports=tuple(report.text for report in reports.values()),
    )


def _write_outputs(folder: Path, outputs: Sequence[Output], progress: Progress) -> tuple[Path, ...]:
    remove_leftovers(folder)
    for number, output in enumerate(outputs, start=1):
        write_whole(folder / output.name, output.content)
        progress("写出结果", number, len(outputs))
    return tuple(folder / output.name for output in outputs)


def _write_timings(folder: Path, laps_s: Mapping[str, float]) -> Path:
    path = folder / "timings.json"
    write_whole(path, json.dumps(laps_s, indent=1).encode())
    return path
