"""A settings workbook that is broken in some way: only the commands that need what is broken stop, in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from aggregator.catalog import load_catalog
from aggregator.form.settings_workbook import write_settings
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.pipeline.check import check
from aggregator.pipeline.inbox import status
from aggregator.pipeline.office import WorkspaceError, open_office
from aggregator.pipeline.reports import report
from aggregator.pipeline.run import run
from aggregator.pipeline.templates import write_templates
from aggregator.workspace import Workspace

OCTOBER = Period.parse("2026-10")
STREET = Street(
    (OrgUnit("C01", "梧桐社区", "梧桐"), OrgUnit("J00", "云杉街道办事处", "街道本级", UnitKind.OFFICE)),
    {"set_street_name": "云杉街道", "set_report_styles": "R1、R9"},
)
UNKNOWN = "“街道设置.xlsx”《参数》C28“报告样式”里的“R9”不是现有的样式"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A clerk's folder whose settings ask for a style that there is none of."""
    workspace = Workspace(tmp_path)
    workspace.settings_path.write_bytes(write_settings(STREET, load_catalog()))
    workspace.inbox(OCTOBER).mkdir(parents=True)
    return workspace


def test_an_unknown_style_stops_only_what_writes_reports(workspace: Workspace) -> None:
    for command in (run, report):
        with pytest.raises(WorkspaceError, match=UNKNOWN):
            command(workspace, OCTOBER)
    told = [write_templates(workspace, OCTOBER).findings, status(workspace, OCTOBER).findings]
    told.append(check(workspace, OCTOBER).findings)
    assert [[found.kind.code for found in findings] for findings in told] == [["settings-style-unknown"]] * 3
    # A style that is named on the command line is none of the settings.
    with pytest.raises(WorkspaceError, match="记录"):
        report(workspace, OCTOBER, style="R2")


@pytest.mark.parametrize("name", ["街道设置.xls", "街道设置.et", "街道设置 (1).xlsx", "街道设置.xlsx.xlsx"])
def test_settings_under_another_name_are_named(workspace: Workspace, name: str) -> None:
    workspace.settings_path.rename(workspace.root / name)
    with pytest.raises(WorkspaceError, match=rf"有一个“{name.replace('(', '.').replace(')', '.')}”.*另存为"):
        open_office(workspace)


def test_settings_that_are_not_there_at_all_lead_to_init(workspace: Workspace) -> None:
    workspace.settings_path.unlink()
    with pytest.raises(WorkspaceError, match="aggregator init"):
        open_office(workspace)


def test_what_a_clerk_adds_beside_the_tables_does_no_harm(workspace: Workspace) -> None:
    def edit(book: Any) -> None:
        book["社区名单"]["J3"], book["社区名单"]["J4"] = "备注", "联系电话另存"
        book["社区名单"].insert_cols(1)
        book["参数"].sheet_state = "hidden"
        book.create_sheet("我的草稿")["A1"] = 5

    book = load_workbook(workspace.settings_path)
    edit(book)
    book.save(workspace.settings_path)
    office = open_office(workspace)
    assert office.street.units == STREET.units
    assert [found.kind.code for found in office.findings] == ["settings-style-unknown"]
