"""All that one run of a month hands out, built whole in memory before the first byte is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aggregator.model.consolidation import Consolidation, FileVerdict
from aggregator.model.finding import Finding
from aggregator.model.selection import PICKS_FILE
from aggregator.model.value import Submission
from aggregator.publish.lineage import Trace
from aggregator.publish.report.texts import Texts
from aggregator.publish.report.write import ReportFile, units_folder, write_report, write_unit_reports
from aggregator.publish.tables import (
    as_csv,
    as_json,
    facts_table,
    findings_table,
    lineage_table,
    manifest,
    totals_table,
)
from aggregator.publish.workbook.material import workbook_name
from aggregator.publish.workbook.picks import write_picks
from aggregator.publish.workbook.write import write_workbook

MANIFEST = "run.json"
_NO_SLIPS: Mapping[str, bytes] = {}


@dataclass(frozen=True, slots=True)
class Output:
    """One file to write: its name inside the output folder, and its bytes."""

    name: str
    content: bytes


def publish(
    consolidation: Consolidation,
    findings: Sequence[Finding],
    *,
    reports: Mapping[str, ReportFile],
    files: Sequence[FileVerdict],
    submissions: Sequence[Submission],
    report_date: date,
    first_seen: Mapping[str, str],
    unverifiable: int,
    slips: Mapping[str, bytes] = _NO_SLIPS,
) -> tuple[Output, ...]:
    """Workbook, reports and return slips (by their paths), tables, and the manifest last."""
    workbook = write_workbook(consolidation, findings, files=files, report_date=report_date, unverifiable=unverifiable)
    lineage = [*workbook.lineage, *(trace for report in reports.values() for trace in report.lineage)]
    outputs = (
        Output(workbook_name(consolidation.period), workbook.content),
        *_picks(consolidation, report_date),
        *(Output(path, report.content) for path, report in reports.items()),
        *(Output(path, content) for path, content in slips.items()),
        *_tables(consolidation, findings, submissions, lineage),
    )
    record = manifest(
        consolidation,
        findings=findings,
        files=files,
        outputs={output.name: output.content for output in outputs},
        first_seen=first_seen,
        unverifiable=unverifiable,
    )
    return (*outputs, Output(MANIFEST, as_json(record)))


def _picks(consolidation: Consolidation, report_date: date) -> tuple[Output, ...]:
    """The texts chosen for the report, for the clerk to decide; none where nothing was chosen from."""
    chosen = consolidation.selection
    if chosen is None or not (chosen.chosen or chosen.left_out or chosen.unknown_picks):
        return ()
    return (Output(PICKS_FILE, write_picks(consolidation, chosen, report_date=report_date)),)


def write_reports(
    consolidation: Consolidation, findings: Sequence[Finding], report_date: date
) -> dict[str, ReportFile]:
    """Each report by its path: the street's, and those of its communities in a folder."""
    return dict(_reports(consolidation, findings, report_date))


def _reports(
    consolidation: Consolidation, findings: Sequence[Finding], report_date: date
) -> Iterator[tuple[str, ReportFile]]:
    texts = Texts(consolidation)
    for style in consolidation.street.report_styles:
        report = write_report(consolidation, style=style, report_date=report_date, findings=findings, texts=texts)
        yield report.name, report
        for of_unit in write_unit_reports(consolidation, style=style, report_date=report_date, texts=texts):
            yield f"{units_folder(report, consolidation)}/{of_unit.name}", of_unit


def _tables(
    consolidation: Consolidation,
    findings: Sequence[Finding],
    submissions: Sequence[Submission],
    lineage: Sequence[Trace],
) -> tuple[Output, ...]:
    tables = (
        findings_table(findings),
        facts_table(submissions, catalog=consolidation.catalog),
        totals_table(consolidation),
        lineage_table(lineage),
    )
    return tuple(Output(f"{table.name}.csv", as_csv(table)) for table in tables)
