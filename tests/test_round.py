"""One full round: a faulty form is checked and goes back, is mended as a community would, comes again, and is clean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from aggregator.model.consolidation import Verdict
from aggregator.model.finding import Finding, Severity
from aggregator.model.period import Period
from aggregator.pipeline.check import check
from aggregator.pipeline.inbox import status
from aggregator.pipeline.run import run
from aggregator.pipeline.slips import SLIPS_FOLDER
from aggregator.workspace import Workspace
from tests.filled_form import Form, change_form, edit_form

UNIT, SLIP = "C04", "听松社区.xlsx"
REASON = "本月举办百日志愿行动，三个小区同时开展，已附签到表"


def spoil(form: Form) -> None:
    """Typed by somebody in a hurry: a negative number, words for a number, a choice of one's own, a rise."""
    form.figure("flyers", -120)
    form.figure("study_notes", "若干")
    form.cell("activities", "act_type", "郊游")
    form.figure("vol_hours", 9999)


def open_findings(findings: tuple[Finding, ...]) -> dict[str, str]:
    """What the unit has to mend or to explain: the cell by the code of the finding."""
    return {
        finding.kind.code: finding.place.cell
        for finding in findings
        if finding.unit == UNIT and finding.severity is not Severity.NOTE
    }


def lines(sheet: Any) -> dict[str, int]:
    """The rows of 问题清单 by the cell that they lead to."""
    return {sheet.cell(row, 4).value: row for row in range(5, sheet.max_row + 1)}


def test_a_faulty_form_goes_back_is_mended_and_comes_again(workspace: Workspace, month: Period) -> None:
    sent = next(report.file for report in status(workspace, month).reports if report.unit.code == UNIT)
    inbox, slip = workspace.inbox(month), workspace.output(month) / SLIPS_FOLDER / SLIP
    good = {}
    edit_form(workspace, month, sent, lambda form: good.update(form.row("activities")))
    edit_form(workspace, month, sent, spoil)

    first = check(workspace, month)
    assert UNIT in first.held
    assert set(open_findings(first.findings)) == {"negative-value", "unreadable-value", "unknown-code", "sudden-change"}
    assert slip in first.slips

    # The community opens the slip, mends three cells and writes a reason for the fourth, which is no reason.
    def mend(form: Form) -> None:
        form.figure("flyers", 120)
        form.figure("study_notes", 60)
        form.cell("activities", "act_type", good["act_type"])
        explain(form, "核实无误")

    def explain(form: Form, words: str) -> None:
        sheet = form.book["问题清单"]
        sheet.cell(lines(sheet)[form.layout.elements["vol_hours"].cell], 7).value = words

    again = inbox / "听松（改好的）.xlsx"
    change_form(workspace, slip, again, mend)
    second = check(workspace, month)
    assert UNIT not in second.held
    assert set(open_findings(second.findings)) == {"sudden-change"}
    assert kept(workspace, month) == again.name
    superseded = next(
        finding for finding in second.findings if finding.kind.code == "file-superseded" and finding.unit == UNIT
    )
    assert "是退回后改报的" in superseded.message
    sheet = load_workbook(slip)["问题清单"]
    assert "第2次退回" in sheet["A1"].value
    assert sheet.cell(lines(sheet)[open_findings(second.findings)["sudden-change"]], 7).value == "核实无误"

    # The second time there is a reason. Only one line is left to mend, and the file may be called anything.
    third_file = inbox / "聊天记录" / "新建文件.xlsx"
    third_file.parent.mkdir()
    change_form(workspace, slip, third_file, lambda form: explain(form, REASON))
    third = check(workspace, month)
    assert open_findings(third.findings) == {}
    assert kept(workspace, month) == "聊天记录/新建文件.xlsx"
    assert not slip.exists()
    explained = next(finding for finding in third.findings if finding.facts.get("explanation") == REASON)
    assert (explained.unit, explained.severity) == (UNIT, Severity.NOTE)

    # What the community did not touch is what it sent first; the month is run with all of it.
    assert differences(workspace, month, sent) == {"flyers": "120", "study_notes": "60"}
    assert run(workspace, month).consolidation.standing(UNIT).label == "已报"


def kept(workspace: Workspace, month: Period) -> str:
    """The file that counts for the unit."""
    files = status(workspace, month).files
    return next(file.file.name for file in files if file.unit == UNIT and file.verdict is Verdict.ACCEPTED)


def differences(workspace: Workspace, month: Period, first: str) -> dict[str, str]:
    """The figures of the last form that differ from those of the first, read by openpyxl."""

    def figures(path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def read(form: Form) -> None:
            sheet = form.book["指标表"]
            found.update(
                {code: sheet[cell.cell].value for code, cell in form.layout.elements.items() if not cell.derived}
            )

        change_form(workspace, path, workspace.root / "副本.xlsx", read)
        return found

    before, after = figures(workspace.inbox(month) / first), figures(workspace.inbox(month) / kept(workspace, month))
    assert len(before) > 40
    return {code: str(after[code]) for code in before if before[code] != after[code]}
