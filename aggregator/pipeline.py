"""One function per command, one line per stage. Takes a workspace, gives a result; prints nothing."""

from __future__ import annotations

import difflib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from aggregator.catalog import load_catalog
from aggregator.catalog.lint import lint
from aggregator.check.rank import rank
from aggregator.check.run import CheckResult, run_checks
from aggregator.check.street_rules import check_street
from aggregator.explain import describe_element, explain_total, explain_value
from aggregator.form.layout import build_layout, layout_as_json
from aggregator.form.settings_workbook import write_settings
from aggregator.form.template import Prefill, form_file_name, write_form
from aggregator.history.recorded import RecordedMonth
from aggregator.history.store import History
from aggregator.intake.picks import PicksError, read_picks
from aggregator.intake.returns import Intake, read_returns
from aggregator.intake.settings import read_settings
from aggregator.intake.unit_names import UnitNames
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, Consolidation, FileVerdict, Standing, Verdict
from aggregator.model.definition import Element, Over
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.report_text import ReportText
from aggregator.model.selection import PICKS_FILE
from aggregator.model.value import Submission
from aggregator.narrative.check import check_texts
from aggregator.narrative.selection import select_texts
from aggregator.publish.outputs import MANIFEST, Output, publish, report_styles, write_reports
from aggregator.publish.report.quoted_numbers import quoted_findings
from aggregator.publish.report.style import lint_style
from aggregator.publish.report.write import (
    ReportFile,
    units_folder,
    write_report,
    write_unit_report,
    write_unit_reports,
)
from aggregator.publish.tables import as_csv, lineage_table
from aggregator.publish.whole_file import remove_leftovers, write_whole
from aggregator.results import CheckedMonth, Explanation, RunResult, StatusResult, Templates, Verification
from aggregator.rollup.consolidate import ledgers_read, months_read, roll_up
from aggregator.rollup.indicators import derive
from aggregator.rollup.reporting_rate import unit_reports
from aggregator.rollup.span import months_of, roll_up_span
from aggregator.verify.align import in_common
from aggregator.verify.compare import compare
from aggregator.verify.read import NotAReportError, open_report, read_report
from aggregator.workspace import Workspace

#: Told of each step of long work: what is being done, how many are done, how many there are.
Progress = Callable[[str, int, int], None]
_NOTHING: Mapping[str, str] = {}


def silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


class WorkspaceError(ValueError):
    """The clerk's folder lacks what the command needs; the message is one Chinese sentence."""


class UnknownNameError(LookupError):
    """An element or a unit that there is none of; the message suggests the nearest."""

    def __init__(self, what: str, name: str, nearest: Sequence[str]) -> None:
        hint = f"，是不是：{'、'.join(nearest)}" if nearest else ""
        super().__init__(f"没有叫“{name}”的{what}{hint}。")


@dataclass(frozen=True, slots=True)
class Office:
    """A workspace opened: its catalog, its street and what was odd about the settings."""

    workspace: Workspace
    catalog: Catalog
    street: Street
    findings: tuple[Finding, ...]


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


def open_office(workspace: Workspace) -> Office:
    """The workspace in a folder; WorkspaceError when it is none, SettingsError when its settings cannot be used."""
    if not workspace.settings_path.is_file():
        raise WorkspaceError(
            f"“{workspace.root.absolute()}”里没有“{workspace.settings_path.name}”。"
            "请先在这个文件夹里运行 aggregator init，或换到工作文件夹再试。"
        )
    catalog = load_catalog(workspace.definitions)
    settings = read_settings(workspace.settings_path, catalog)
    unknown = [style for style in report_styles(settings.street) if style not in catalog.styles]
    if unknown:
        known = "、".join(catalog.styles)
        raise WorkspaceError(f"“街道设置.xlsx”参数“报告样式”里的“{unknown[0]}”不是现有样式，请改为：{known}。")
    return Office(workspace, catalog, settings.street, settings.findings)


def initialise(workspace: Workspace) -> Path:
    """Write the settings workbook of a new workspace; one that stands there already is never overwritten."""
    if workspace.settings_path.exists():
        raise WorkspaceError(f"“{workspace.settings_path}”已经存在，没有改动。要重新开始，请先把它移走或改名。")
    write_whole(workspace.settings_path, write_settings(Street(units=()), load_catalog(workspace.definitions)))
    return workspace.settings_path


def write_templates(
    workspace: Workspace, period: Period, *, layout_path: Path | None = None, progress: Progress = silent
) -> Templates:
    """One prefilled form for each unit that is open in the month."""
    office = open_office(workspace)
    units = office.street.expected(period)
    if not units:
        raise WorkspaceError(f"“社区名单”里没有{period.label}应报的单位，请先在“街道设置.xlsx”中填写。")
    written: list[Path] = []
    with _history(office) as history:
        months = history.months(_year_before(period), ledgers=frozenset())
        for number, unit in enumerate(units, start=1):
            content = write_form(
                catalog=office.catalog,
                street=office.street,
                unit=unit,
                period=period,
                prefill=_prefill(history, unit, period),
                year_to_date=year_to_date_of(office.catalog, unit, months),
                deadline=deadline(office.street, period),
            )
            path = office.workspace.templates(period) / form_file_name(unit, period)
            write_whole(path, content)
            written.append(path)
            progress("生成报表", number, len(units))
    if layout_path is not None:
        write_whole(layout_path, layouts_json(office.catalog, office.catalog.blocks_on(office.street)))
    return Templates(tuple(written), rank(office.findings))


def layouts_json(catalog: Catalog, blocks_on: frozenset[str]) -> bytes:
    """The map of both forms as JSON; `docs/layout.md` describes it."""
    layouts = [build_layout(catalog, kind, blocks_on) for kind in UnitKind]
    return json.dumps(layout_as_json(layouts), ensure_ascii=False, indent=1).encode()


def deadline(street: Street, period: Period) -> date:
    """The day by which the month's forms are due: the day of the next month that the settings name."""
    text = street.settings.get("set_deadline_day", "").strip()
    month = period.last.plus(1)
    return date(month.year, month.number, int(text) if text.isdigit() and 1 <= int(text) <= 28 else 5)


def status(workspace: Workspace, period: Period, *, progress: Progress = silent) -> StatusResult:
    """Who has reported for the month, without checking the numbers."""
    office = open_office(workspace)
    with _history(office) as history:
        intake = _intake(office, period, progress)
        on_time = _see(history, office, intake, period)
    batch = Batch(office.catalog, office.street, period, intake.submissions)
    reports = unit_reports(batch, files=intake.files, on_time=on_time)
    return StatusResult(period, office.street, reports, intake.files, rank(office.findings))


def check(
    workspace: Workspace, period: Period, *, accepted: Mapping[str, str] = _NOTHING, progress: Progress = silent
) -> CheckedMonth:
    """What is wrong with the month's returns; writes nothing but when each file was first seen."""
    office = open_office(workspace)
    with _history(office) as history:
        month = _read_month(office, history, period, accepted=accepted, progress=progress)
    consolidation = _consolidate(month)
    missing = [report.unit for report in consolidation.units if report.standing in (Standing.MISSING, Standing.EMPTY)]
    return CheckedMonth(
        period=period,
        street=office.street,
        findings=rank([*month.findings, *check_street(consolidation)]),
        held=month.checked.held,
        missing=tuple(missing),
        unverifiable=len(month.checked.unverifiable),
    )


def run(
    workspace: Workspace,
    period: Period,
    *,
    accepted: Mapping[str, str] = _NOTHING,
    report_date: date | None = None,
    progress: Progress = silent,
) -> RunResult:
    """Read, check, roll up, publish and record the returns of one month."""
    clock = _Clock()
    office = open_office(workspace)
    with _history(office) as history:
        month = _read_month(office, history, period, accepted=accepted, progress=progress)
        if not month.batch.submissions:
            raise WorkspaceError(
                f"“{office.workspace.inbox(period)}”里没有一份能汇总的报表，没有写出结果。"
                f"请运行 aggregator status {period}，看收到了哪些文件。"
            )
        clock.lap("read_and_check")
        consolidation = _consolidate(month)
        clock.lap("roll_up")
        found = (*month.findings, *check_street(consolidation))
        reports = write_reports(consolidation, found, report_date or period.end)
        quoted = (entry for report in reports.values() for entry in report.lineage)
        findings = rank([*found, *quoted_findings(quoted, consolidation)])
        outputs = publish(
            consolidation,
            findings,
            reports=reports,
            files=month.intake.files,
            submissions=month.batch.submissions,
            report_date=report_date or period.end,
            first_seen=_first_seen(history, month.intake.files),
            unverifiable=len(month.checked.unverifiable),
        )
        clock.lap("publish")
        paths = _write_outputs(office.workspace.output(period), outputs, progress)
        clock.lap("write")
        revision = history.record(_recorded(month, findings, outputs))
        clock.lap("record")
    paths = (*paths, _write_timings(office.workspace.output(period), clock.laps_s))
    problems = tuple(f"{report.name}：{problem}" for report in reports.values() for problem in report.problems)
    return RunResult(consolidation, findings, month.intake.files, paths, revision, clock.laps_s, problems)


def report(
    workspace: Workspace, period: Period, *, style: str = "", report_date: date | None = None
) -> tuple[ReportFile, Path]:
    """A report over recorded months in a style, and the path where it was written."""
    office = open_office(workspace)
    wanted = style or report_styles(office.street)[0]
    if wanted not in office.catalog.styles:
        raise UnknownNameError("报告样式", wanted, tuple(office.catalog.styles))
    with _history(office) as history:
        consolidation = _recorded_span(office, history, period)
        written = write_report(consolidation, style=wanted, report_date=report_date or period.end)
        others = write_unit_reports(consolidation, style=wanted, report_date=report_date or period.end)
        path = workspace.output(period) / written.name
        lineage = [entry for one in (written, *others) for entry in one.lineage]
        write_whole(path, written.content)
        write_whole(path.with_name(f"{path.stem}_数据来源.csv"), as_csv(lineage_table(lineage)))
        for other in others:
            write_whole(path.parent / units_folder(written, consolidation) / other.name, other.content)
        history.record_reports(read_report(one.content, name=one.name) for one in (written, *others))
    return written, path


def verify(workspace: Workspace, path: Path) -> Verification:
    """What is wrong with a report that people have edited; NotAReportError when it is none of ours."""
    office = open_office(workspace)
    found = open_report(path)
    with _history(office) as history:
        printed = _printed(history, found)
        style, _, unit = printed.mark.split("@")[0].partition(":")
        latest, period = printed, printed.period
        if period is not None and style in office.catalog.styles:
            consolidation = _recorded_span(office, history, period)
            written = _written_anew(consolidation, style=style, unit=unit)
            latest = read_report(written.content, name=written.name)
    findings = compare(found, printed=printed, latest=latest, catalog=office.catalog)
    return Verification(found.name, period, found.figures, findings)


def _printed(history: History, found: ReportText) -> ReportText:
    """The report as it was written: by its mark, otherwise the one that shares most figures with it."""
    period = found.period
    written = history.reports(period) if period is not None else ()
    exact = [report for report in written if found.mark and report.mark == found.mark]
    if exact:
        return exact[-1]
    likely = max(written, key=lambda report: (in_common(report, found), report.name), default=None)
    if likely is None or not in_common(likely, found):
        why = "历史记录里没有写出过这份报告" if found.mark or found.figures else "里面没有本程序写的数字标记"
        raise NotAReportError(found.name, why)
    return likely


def _written_anew(consolidation: Consolidation, *, style: str, unit: str) -> ReportFile:
    """The report as it would be written now: the street's, or that of one unit."""
    end = consolidation.period.end
    if unit:
        return write_unit_report(consolidation, style=style, unit=unit, report_date=end)
    return write_report(consolidation, style=style, report_date=end)


def _recorded_span(office: Office, history: History, period: Period) -> Consolidation:
    """A period by the months as they are recorded now."""
    months = history.months(months_of(period), ledgers=None)
    if not any(month in months for month in period.months()):
        raise WorkspaceError(f"{period.label}还没有汇总记录，请先对其中的月份运行 aggregator run。")
    held = history.held(Period(period.last, period.last))
    span = roll_up_span(months, catalog=office.catalog, street=office.street, span=period, held=held)
    return _with_selection(office, span)


def explain(workspace: Workspace, name: str, *, period: Period | None = None, unit: str = "") -> Explanation:
    """Where a recorded number comes from: units, files, sheets, cells, and the rows that a count counts."""
    office = open_office(workspace)
    element = _element(office.catalog, name)
    asked = _unit(office.street, unit) if unit else None
    with _history(office) as history:
        month = period or max(history.periods(), default=None)
        if month is None or month not in history.periods():
            raise WorkspaceError(f"{month.label if month else ''}还没有汇总记录，请先运行 aggregator run。")
        batch = _recorded_batch(office, history, month)
    if asked is not None:
        return explain_value(batch, element, asked)
    return explain_total(batch, element, roll_up(batch).totals[element.code].this_month)


def lint_catalog(definitions: Path | None) -> tuple[Catalog, tuple[str, ...]]:
    """A catalog and every fault of it, its report styles included, as `file:line: what is wrong`."""
    catalog = load_catalog(definitions)
    styles = (fault for code, text in catalog.styles.items() for fault in lint_style(code, text, catalog))
    return catalog, (*(str(fault) for fault in lint(catalog)), *styles)


def show_element(workspace: Workspace, name: str) -> dict[str, str]:
    """One entry of the catalog in the words of a clerk."""
    catalog = load_catalog(workspace.definitions)
    return describe_element(catalog, _element(catalog, name))


def _element(catalog: Catalog, name: str) -> Element:
    try:
        return catalog.element(name)
    except KeyError:
        raise UnknownNameError("指标", name, catalog.nearest(name)) from None


def _unit(street: Street, name: str) -> OrgUnit:
    unit = UnitNames(street.units).named(name)
    if unit is not None:
        return unit
    raise UnknownNameError("单位", name, difflib.get_close_matches(name, [u.short_name for u in street.units], n=3))


@dataclass
class _Clock:
    """How long each stage took."""

    laps_s: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """Note the time since the last lap."""
        now = time.perf_counter()
        self.laps_s[stage], self.started = round(now - self.started, 3), now


def _history(office: Office) -> History:
    return History.open(office.workspace.history_path)


def _intake(office: Office, period: Period, progress: Progress) -> Intake:
    folder = office.workspace.inbox(period)
    if not folder.is_dir():
        raise WorkspaceError(f"没有“{folder}”这个文件夹。请建立它，把{period.label}收到的报表放进去，再运行一次。")
    return read_returns(folder, catalog=office.catalog, street=office.street, period=period, on_file=progress)


def _see(history: History, office: Office, intake: Intake, period: Period) -> dict[str, bool]:
    """Note when each file was first seen, and say of each unit whether its return came in time."""
    today = date.today()  # noqa: DTZ011  # the clerk's own calendar day is meant
    history.see_files({file.file.sha256: today for file in intake.files})
    seen = history.first_seen([file.file.sha256 for file in intake.files])
    due = deadline(office.street, period)
    return {
        file.unit: seen[file.file.sha256] <= due
        for file in intake.files
        if file.unit and file.verdict in (Verdict.ACCEPTED, Verdict.HELD) and file.file.sha256 in seen
    }


def _first_seen(history: History, files: Sequence[FileVerdict]) -> dict[str, str]:
    seen = history.first_seen([file.file.sha256 for file in files])
    return {sha256: day.isoformat() for sha256, day in seen.items()}


def _read_month(
    office: Office, history: History, period: Period, *, accepted: Mapping[str, str], progress: Progress
) -> Month:
    """Read, derive and check the month's returns beside the earlier months."""
    accepted = {_unit(office.street, name).code: reason for name, reason in accepted.items()}
    earlier = _earlier(office, history, period)
    intake = _intake(office, period, progress)
    on_time = _see(history, office, intake, period)
    by_unit = _by_unit(earlier)
    submissions = tuple(
        derive(submission, catalog=office.catalog, street=office.street, earlier=by_unit.get(submission.unit, {}))
        for submission in intake.submissions
    )
    batch = Batch(office.catalog, office.street, period, submissions, earlier, frozenset(), accepted)
    checked = run_checks(batch)
    fatal = {finding.unit for finding in checked.findings if finding.severity is Severity.FATAL}
    needed = {unit: reason for unit, reason in sorted(accepted.items()) if unit in fatal}
    batch = replace(batch, held=checked.held, accepted=needed)
    return Month(office, batch, _with_held(intake, checked.held), checked, check_texts(batch), on_time)


def _with_held(intake: Intake, held: frozenset[str]) -> Intake:
    """The intake whose verdicts say which of the returns that were read are held."""
    files = tuple(
        replace(file, verdict=Verdict.HELD) if file.verdict is Verdict.ACCEPTED and file.unit in held else file
        for file in intake.files
    )
    return replace(intake, files=files)


def _earlier(office: Office, history: History, period: Period) -> dict[Period, tuple[Submission, ...]]:
    """The recorded months that checks and comparisons read; last month with all its rows."""
    months = dict(history.months(months_read(period), ledgers=ledgers_read(office.catalog)))
    months |= history.months([period.previous()], ledgers=None)
    return months


def _by_unit(months: Mapping[Period, tuple[Submission, ...]]) -> dict[str, dict[Period, Submission]]:
    """Each unit's own returns by month."""
    found: dict[str, dict[Period, Submission]] = {}
    for month, submissions in months.items():
        for submission in submissions:
            found.setdefault(submission.unit, {})[month] = submission
    return found


def _consolidate(month: Month) -> Consolidation:
    reports = unit_reports(month.batch, findings=month.findings, files=month.intake.files, on_time=month.on_time)
    return _with_selection(month.office, roll_up(month.batch, reports=reports))


def _with_selection(office: Office, consolidation: Consolidation) -> Consolidation:
    """The month with the texts that its report uses, by the rules and by what the clerk decided."""
    path = office.workspace.output(consolidation.period) / PICKS_FILE
    try:
        picks = read_picks(path, office.street)
    except PicksError as error:
        raise WorkspaceError(str(error)) from error
    return replace(consolidation, selection=select_texts(consolidation, picks))


def _recorded(month: Month, findings: Sequence[Finding], outputs: Sequence[Output]) -> RecordedMonth:
    manifest = next(output.content for output in outputs if output.name == MANIFEST)
    return RecordedMonth(
        period=month.batch.period,
        submissions=month.batch.submissions,
        findings=tuple(findings),
        manifest=json.loads(manifest),
        held=month.batch.held,
        accepted=month.batch.accepted,
        reports=tuple(
            read_report(one.content, name=Path(one.name).name) for one in outputs if one.name.endswith(".docx")
        ),
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


def _year_before(period: Period) -> tuple[Period, ...]:
    """The months of the year before this one."""
    return tuple(month for month in period.year_to_date().months() if month != period)


def year_to_date_of(
    catalog: Catalog, unit: OrgUnit, months: Mapping[Period, tuple[Submission, ...]]
) -> dict[str, Decimal]:
    """The unit's flows over those months; none where a month of the unit is not known."""
    own = _by_unit(months).get(unit.code, {})
    expected = [month for month in months if unit.is_open(month)]
    sums: dict[str, Decimal] = {}
    for element in catalog.elements.values():
        if element.over_months is not Over.SUM or not expected:
            continue
        values = [own[month].value(element.code) for month in expected if month in own]
        known = [value for value in values if value is not None and value.state.is_reported]
        if len(known) == len(expected):
            sums[element.code] = sum((v.value for v in known if isinstance(v.value, Decimal)), Decimal(0))
    return sums


def _prefill(history: History, unit: OrgUnit, period: Period) -> Prefill | None:
    """What stands greyed in the unit's new form: its own latest recorded month."""
    latest = history.latest(unit.code, before=period)
    return Prefill(latest.values, latest.ledgers, latest.period) if latest else None


def _recorded_batch(office: Office, history: History, period: Period) -> Batch:
    """A recorded month as a batch, for explanations; as it was recorded."""
    recorded = history.month(period, ledgers=None, with_held=True)
    return Batch(
        office.catalog,
        office.street,
        period,
        recorded,
        _earlier(office, history, period),
        held=history.held(period),
    )
