"""A roster's event that a community forgot: from its form to totals, marks and the next month, beside LibreOffice."""

from __future__ import annotations

import csv
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from aggregator.form.layout import build_layout
from aggregator.history.store import History
from aggregator.model.late_event import Standing
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Period
from aggregator.pipeline.explanation import explain
from aggregator.pipeline.inbox import status
from aggregator.pipeline.office import open_office
from aggregator.pipeline.run import run
from aggregator.rollup import count_late
from aggregator.workspace import Workspace
from tests.filled_form import Form, edit_form

UNIT = "C01"
TITLE = "松涛苑北门井盖破损"
#: The eighth row of the ledger is its first empty one; openpyxl shows seven in the demonstration's form.
FORGOTTEN = {
    "title": TITLE, "owner_type": "社区", "issue_source": "走访", "found_on": date(2026, 9, 12), "measures": 2,
    "due_on": date(2026, 12, 31), "status": "整改中",
}  # fmt: skip


@pytest.fixture
def file(workspace: Workspace, month: Period) -> str:
    """The form of 梧桐, in which a problem found in September stands that its September return did not have."""
    sent = next(report.file for report in status(workspace, month).reports if report.unit.code == UNIT)

    def forget(form: Form) -> None:
        assert form.row("issues", row=7)["title"] is None
        form.put("issues", FORGOTTEN, row=7)

    edit_form(workspace, month, sent, forget)
    return sent


def totals(workspace: Workspace, month: Period, column: str = "value") -> tuple[int, int]:
    """How many problems the communities found, and how many measures they took, as `totals.csv` has it."""
    with (workspace.output(month) / "totals.csv").open(encoding="utf-8-sig") as table:
        found = {row["code"]: row[column] for row in csv.DictReader(table)}
    return int(found["rect_found_comm"]), int(found["rect_measures_comm"])


def test_a_forgotten_problem_counts_once_marked_in_the_month_of_its_report(
    workspace: Workspace, month: Period, file: str
) -> None:
    before, year = totals(workspace, month), totals(workspace, month, "year_to_date")
    result = run(workspace, month)
    assert totals(workspace, month) == (before[0] + 1, before[1] + 2)
    assert totals(workspace, month, "year_to_date") == (year[0] + 1, year[1] + 2)
    told = [finding for finding in result.findings if finding.kind.code == "late-event"]
    assert [(finding.unit, finding.place.file, finding.facts["cells"]) for finding in told] == [(UNIT, file, "D12")]

    rows = explain(workspace, "rect_found_comm", unit="梧桐").rows
    assert [(row[2], row[6].split("；")[0]) for row in rows if "补报" in row[2]] == [("台账行（补报）", TITLE)]
    book = load_workbook(next(workspace.output(month).glob("街道汇总表*.xlsx")))
    marked = [row for sheet in book for row in sheet.iter_rows(values_only=True) if TITLE in row and "补报" in row]
    assert len(marked) == 1

    # The same again is the same; and October, as it is recorded, knows the row.
    first = (workspace.output(month) / "totals.csv").read_bytes()
    assert run(workspace, month).revision == result.revision + 1
    assert (workspace.output(month) / "totals.csv").read_bytes() == first
    office = open_office(workspace)
    with History.open(workspace.history_path) as history:
        recorded = next(sent for sent in history.month(month) if sent.unit == UNIT)
        late = [row for row in recorded.ledgers["issues"].rows if row.late]
        assert [(row.cells["title"], row.late_events) for row in late] == [(TITLE, ("found_on",))]
        sheet = recorded.ledgers["issues"]
        rows_now = tuple(row._replace(late=False, late_events=()) for row in sheet.rows)
        november = replace(
            recorded, period=Period.month(2026, 11), values={}, ledgers={"issues": replace(sheet, rows=rows_now)}
        )
        counted = count_late(november, catalog=office.catalog, street=office.street, recorded=history.ledgers())
    assert counted.late_events == ()


def test_the_history_of_the_demonstration_is_as_runs_would_have_recorded_it(demonstration: Path) -> None:
    office = open_office(Workspace(demonstration))
    with History.open(Workspace(demonstration).history_path) as history:
        recorded = history.ledgers()
        found = [
            late
            for month in history.periods()
            for sent in history.month(month)
            for late in count_late(sent, catalog=office.catalog, street=office.street, recorded=recorded).late_events
        ]
    # In the first month of a unit nobody can judge; later nothing of the invented street is reported late.
    assert {late.standing for late in found} == {Standing.UNRECORDED}


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_the_form_shows_what_happened_in_the_month_and_that_is_no_difference(
    workspace: Workspace, month: Period, file: str, tmp_path: Path
) -> None:
    before = totals(workspace, month)
    path, profile = workspace.inbox(month) / file, f"-env:UserInstallation=file://{tmp_path}/profile"
    to = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(path)]
    subprocess.run(["soffice", profile, "--headless", *to], check=True, capture_output=True, timeout=180)
    saved = tmp_path / "out" / file
    office = open_office(workspace)
    layout = build_layout(office.catalog, UnitKind.COMMUNITY, office.catalog.blocks_on(office.street))
    sheet = load_workbook(saved, data_only=True)["指标表"]
    # Four of its rows were found in October, with 2, 2, 3 and 1 measures.
    shown = [sheet[layout.elements[code].cell].value for code in ("rect_found_comm", "rect_measures_comm")]
    assert shown == [4, 8]
    shutil.copyfile(saved, path)

    findings = [finding for finding in run(workspace, month).findings if finding.unit == UNIT]
    assert totals(workspace, month) == (before[0] + 1, before[1] + 2)
    assert [finding.message for finding in findings if finding.kind.code == "stated-differs"] == []
    told = next(finding.message for finding in findings if finding.kind.code == "late-event")
    assert "“社区党员干部查找问题条数”汇总为5（只数本月发生的为4）" in told
    assert "“社区党员干部整改措施项数”汇总为10（只数本月发生的为8）" in told
