"""The commands `report` and `verify`: reports over recorded months, and what people made of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from aggregator.history.store import History
from aggregator.model.consolidation import Consolidation
from aggregator.model.org_unit import styles_typed
from aggregator.model.period import Period
from aggregator.model.report_text import ReportText
from aggregator.pipeline.month import with_selection
from aggregator.pipeline.office import (
    Office,
    UnknownNameError,
    WorkspaceError,
    open_history,
    open_office,
    require_known_styles,
)
from aggregator.pipeline.outdated import remove_outdated_reports, set_aside_edited
from aggregator.publish.report.write import (
    ReportFile,
    units_folder,
    write_report,
    write_unit_report,
    write_unit_reports,
)
from aggregator.publish.tables import as_csv, lineage_table
from aggregator.publish.whole_file import write_whole
from aggregator.results import ReportResult, Verification
from aggregator.rollup.span import months_of, roll_up_span
from aggregator.verify.align import in_common
from aggregator.verify.compare import compare
from aggregator.verify.read import NotAReportError, open_report
from aggregator.workspace import Workspace


def report(workspace: Workspace, period: Period, *, style: str = "", report_date: date | None = None) -> ReportResult:
    """A report over recorded months in a style, written with those of the communities that go with it."""
    office = open_office(workspace)
    if not style:
        require_known_styles(office)
    wanted = (styles_typed(style) if style.strip() else office.street.report_styles)[0]
    if wanted not in office.catalog.styles:
        raise UnknownNameError("报告样式", style or wanted, tuple(office.catalog.styles))
    with open_history(office) as history:
        consolidation = _recorded_span(office, history, period)
        span = consolidation.period
        written = write_report(consolidation, style=wanted, report_date=report_date or span.end)
        others = write_unit_reports(consolidation, style=wanted, report_date=report_date or span.end)
        path = workspace.output(span) / written.name
        lineage = [trace for one in (written, *others) for trace in one.lineage]
        folder = path.parent / units_folder(written, consolidation)
        reports = {written.name: written, **{f"{folder.name}/{other.name}": other for other in others}}
        edited = set_aside_edited(path.parent, reports)
        for name, one in reports.items():
            write_whole(path.parent / name, one.content)
        write_whole(path.with_name(f"{path.stem}_数据来源.csv"), as_csv(lineage_table(lineage)))
        remove_outdated_reports(path.parent, reports)
        history.record_reports(one.text for one in (written, *others))
    return ReportResult(
        path,
        span,
        period,
        written.problems,
        written.findings,
        of_units=folder if others else None,
        units=len(others),
        edited=edited,
        faults=office.faults,
    )


def verify(workspace: Workspace, path: Path) -> Verification:
    """What is wrong with a report that people have edited; NotAReportError when it is none of ours."""
    office = open_office(workspace)
    found = open_report(path)
    with open_history(office) as history:
        printed = _printed(history, found)
        style, _, unit = printed.mark.split("@")[0].partition(".")
        latest, period = printed, printed.period
        if period is not None and style in office.catalog.styles:
            consolidation = _recorded_span(office, history, period)
            latest = _written_anew(consolidation, style=style, unit=unit).text
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
    """A period, up to the last of its months that is recorded, by the months as they are recorded now.

    Months still to come are no gaps: what stands at the end stands at the end of what is known, and what is
    compared with it is as long.
    """
    recorded = [month for month in history.periods() if month.start in period]
    if not recorded:
        raise WorkspaceError(f"{period.label}还没有汇总记录，请先对其中的月份运行 aggregator run。")
    known = Period(period.first, recorded[-1].last)
    months, held = history.months(months_of(known)), history.held(recorded[-1])
    span = roll_up_span(months, catalog=office.catalog, street=office.street, span=known, held=held)
    return with_selection(office, span)
