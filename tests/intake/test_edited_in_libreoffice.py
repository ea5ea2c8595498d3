"""Forms that people have edited in LibreOffice agree with the control totals that it counted, in every format."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from aggregator.form.control_totals import CONTROL_COLUMN
from aggregator.intake.cells import Workbook, read_workbook
from aggregator.intake.other_formats.read import read_other_format
from tests.intake.conftest import Inbox, changed
from tests.intake.test_control_totals import without_text_mark

needs_soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
pytestmark = [pytest.mark.libreoffice, needs_soffice]
#: What is done to a form, in LibreOffice Basic: `figures` and `acts` are the sheets of indicators and of activities.
EDITS: Mapping[str, str] = {
    "opened": "",
    "typed": 'acts.getCellRangeByName("D5").Value = 888: acts.getCellRangeByName("C6").String = "改了名称"',
    "rows": """
        figures.Rows.insertByIndex(0, 3): acts.Rows.insertByIndex(5, 2): acts.Rows.removeByIndex(0, 1)""",
    "columns": "acts.Columns.insertByIndex(1, 1): figures.Columns.removeByIndex(0, 1)",
    "moved": """
        acts.moveRange(acts.getCellRangeByName("A15").CellAddress, acts.getCellRangeByName("A5:E5").RangeAddress)
        figures.moveRange(figures.getCellRangeByName("H7").CellAddress, _
            figures.getCellRangeByName("E7:E7").RangeAddress)""",
    "renamed": 'acts.Name = "十月活动"',
    "copied": """
        book.Sheets.copyByName("活动台账", "活动台账 (2)", 2)
        book.Sheets.getByName("活动台账 (2)").getCellRangeByName("D5").Value = 99""",
    "replaced": """
        book.Sheets.copyByName("活动台账", "x", 2): acts.Name = "旧表"
        book.Sheets.getByName("x").Name = "活动台账"
        book.Sheets.getByName("活动台账").getCellRangeByName("D5").Value = 99""",
    "deleted": 'book.Sheets.removeByName("活动台账")',
    "hidden": "acts.Rows.getByIndex(4).IsVisible = False: acts.Columns.getByIndex(1).IsVisible = False",
    "merged": 'acts.getCellRangeByName("C5:C6").merge(True)',
    "errors": 'acts.getCellRangeByName("D5").Formula = "=NA()"',
    "pasted": """
        figures.getCellRangeByName("E5:E20").setDataArray(figures.getCellRangeByName("E5:E20").getDataArray())""",
    "cleared": 'acts.getCellRangeByName("A5:E24").clearContents(7)',
    "odd": """
        acts.getCellRangeByName("D5").Formula = "'12"
        acts.getCellRangeByName("D6").Value = 0.45: acts.getCellRangeByName("D6").NumberFormat = 10
        acts.getCellRangeByName("C5").String = "  两个  空格 𬭸" & Chr(10) & "第二行 "
        acts.getCellRangeByName("A5").Value = 46300.123456789
        acts.getCellRangeByName("B7").Formula = "=TRUE()": acts.getCellRangeByName("B8").Value = 1
        acts.getCellRangeByName("B8").NumberFormat = 99
        acts.getCellRangeByName("D9").Value = 0.1 + 0.2: acts.getCellRangeByName("D10").Value = -1E15 / 7
        acts.getCellRangeByName("AB3").String = "远": acts.getCellRangeByName("D900").Value = 7""",
    "days": "zero = book.NullDate: zero.Year = 1904: zero.Month = 1: zero.Day = 1: book.NullDate = zero",
}
FORMATS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}


def basic(form: Path, folder: Path) -> str:
    """A module that does each edit to the form and saves what comes of it in each format."""
    subs = "\n".join(_edit(name, lines, form, folder) for name, lines in EDITS.items())
    calls = "\n".join(f"Edit_{name}" for name in EDITS)
    return f"""
        Function Setting(label, content)
            Dim one As New com.sun.star.beans.PropertyValue
            one.Name = label
            one.Value = content
            Setting = one
        End Function
        Sub Main
            On Error GoTo Finish
            {calls}
            Finish:
            StarDesktop.terminate
        End Sub
        {subs}"""


def _edit(name: str, lines: str, form: Path, folder: Path) -> str:
    saved = "\n".join(
        f'book.storeToURL("{(folder / f"{name}.{ending}").as_uri()}", Array(Setting("FilterName", "{kind}")))'
        for ending, kind in FORMATS.items()
    )
    return f"""
        Sub Edit_{name}
            book = StarDesktop.loadComponentFromURL("{form.as_uri()}", "_blank", 0, Array(Setting("Hidden", True)))
            For i = 0 To book.Sheets.Count - 1
                book.Sheets.getByIndex(i).unprotect("")
            Next
            figures = book.Sheets.getByName("指标表"): acts = book.Sheets.getByName("活动台账")
            {lines}
            {saved}
            book.close(True)
        End Sub"""


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory, catalog: Any) -> Path:
    """A folder with the form after each edit in each format."""
    folder = tmp_path_factory.mktemp("edited")
    form = folder / "form.xlsx"
    form.write_bytes(Inbox(folder, catalog).form())
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    start = ["soffice", home, "--headless", "--norestore"]
    # The first start makes the profile, and in it an empty module.
    subprocess.run([*start, "--terminate_after_init"], check=True, capture_output=True, timeout=100)
    (folder / "home" / "user" / "basic" / "Standard" / "Module1.xba").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><script:module xmlns:script="http://openoffice.org/2000/script" '
        f'script:name="Module1" script:language="StarBasic">{escape(basic(form, folder))}</script:module>',
        encoding="utf-8",
    )
    subprocess.run([*start, "macro:///Standard.Module1.Main"], check=True, capture_output=True, timeout=300)
    return folder


def read(path: Path) -> Workbook:
    """What a file holds."""
    return read_workbook(path) if path.suffix == ".xlsx" else read_other_format(path.read_bytes())


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", EDITS)
def test_an_edited_form_agrees_with_its_totals(edited: Path, inbox: Any, name: str, ending: str) -> None:
    path = edited / f"{name}.{ending}"
    stamp = next(sheet for sheet in read(path).sheets if sheet.name == "_stamp")
    # LibreOffice counted: the rows of the area of 封面, to begin with.
    assert float(stamp.cells[1, CONTROL_COLUMN + 3].text) > 100
    inbox.put(f"梧桐里.{ending}", path.read_bytes())
    intake = inbox.read()
    assert len(intake.submissions) == 1
    assert [found for found in intake.findings if found.kind.code.startswith("control-totals")] == []


def test_a_damaged_form_that_libreoffice_saved_is_told(edited: Path, inbox: Any) -> None:
    content = (edited / "opened.xlsx").read_bytes()
    inbox.put("梧桐里.xlsx", changed(content, "sheet4.xml", without_text_mark))
    assert "control-totals-differ" in {found.kind.code for found in inbox.read().findings}
