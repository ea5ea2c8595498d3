"""The whole file: order of sheets, same bytes for the same month, harmless texts, no change by recalculation."""

import re
import shutil
import subprocess
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from aggregator.model.consolidation import Consolidation, FileVerdict
from aggregator.model.finding import Finding
from aggregator.model.period import Period
from aggregator.publish.workbook.write import WorkbookFile, workbook_name, write_workbook


def _parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def test_the_file_is_named_after_its_month() -> None:
    assert workbook_name(Period.month(2026, 10)) == "街道汇总表_2026年10月.xlsx"


def test_sheets_stand_in_the_order_in_which_they_are_read(values: openpyxl.Workbook) -> None:
    assert values.sheetnames == [
        "总览",
        "目录",
        "街道总数",
        "指标×社区矩阵",
        "共建协议台账",
        "困难党员台账",
        "文字材料",
        "报送情况",
        "收到文件",
        "问题清单",
        "数据来源",
        "逐项说明",
    ]


def test_the_same_month_gives_the_same_bytes(
    workbook: WorkbookFile, month: Consolidation, month_findings: list[Finding], month_files: list[FileVerdict]
) -> None:
    again = write_workbook(month, month_findings, files=month_files, report_date=date(2026, 10, 31), unverifiable=3)
    assert again == workbook


def test_the_date_of_the_file_is_the_date_of_the_report(workbook: WorkbookFile) -> None:
    assert "2026-10-31T00:00:00Z" in _parts(workbook.content)["docProps/core.xml"]


def test_formulas_stand_in_the_matrix_only(workbook: WorkbookFile) -> None:
    with_formulas = {name for name, text in _parts(workbook.content).items() if "<f>" in text}
    assert with_formulas == {"xl/worksheets/sheet4.xml"}


def test_no_text_of_a_unit_becomes_a_link_or_a_formula(workbook: WorkbookFile) -> None:
    parts = _parts(workbook.content)
    links = re.findall(r'<hyperlink [^>]*location="([^"]*)"', "".join(parts.values()))
    assert not any("relationships/hyperlink" in text for text in parts.values())
    names = openpyxl.load_workbook(BytesIO(workbook.content)).sheetnames
    assert set(links) == {f"'{name}'!A1" for name in names}
    assert "=1+1" in parts["xl/sharedStrings.xml"]


def test_a_text_that_begins_like_a_formula_stays_text_when_edited(formulas: openpyxl.Workbook) -> None:
    cells = [cell for row in formulas["共建协议台账"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
    assert [cell.quotePrefix for cell in cells] == [True]


def test_every_part_is_well_formed(workbook: WorkbookFile) -> None:
    for name, text in _parts(workbook.content).items():
        assert ET.fromstring(text) is not None, name  # noqa: S314  # our own file


def test_the_contents_link_to_every_sheet(values: openpyxl.Workbook) -> None:
    rows = [row[1] for row in values["目录"].iter_rows(min_row=3, values_only=True) if row[1]]
    assert rows == [name for name in values.sheetnames if name != "目录"]


def test_ledgers_without_a_row_are_named_in_the_contents(values: openpyxl.Workbook) -> None:
    texts = [str(row[0]) for row in values["目录"].iter_rows(values_only=True)]
    assert "本月没有记录的台账：流动党员台账" in texts


def test_every_sheet_prints_on_a4_with_page_numbers(workbook: WorkbookFile) -> None:
    sheets = [text for name, text in _parts(workbook.content).items() if name.startswith("xl/worksheets/sheet")]
    for text in sheets:
        assert 'paperSize="9"' in text
        assert "第 &amp;P 页" in text
        assert "fitToPage" in text


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_recalculation_changes_no_cell(workbook: WorkbookFile, tmp_path: Path) -> None:
    source = tmp_path / "in.xlsx"
    source.write_bytes(_without_cached_values(workbook.content))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", tmp_path / "out", source], check=True, capture_output=True, timeout=120)
    recalculated = openpyxl.load_workbook(tmp_path / "out" / "in.xlsx", data_only=True)
    written = openpyxl.load_workbook(BytesIO(workbook.content), data_only=True)
    assert _cells(recalculated) == _cells(written)


def _without_cached_values(content: bytes) -> bytes:
    """The same file with no value behind any formula, so that whoever opens it must calculate."""
    stripped = BytesIO()
    with zipfile.ZipFile(stripped, "w") as package:
        for name, text in _parts(content).items():
            package.writestr(name, re.sub(r"(</f>)<v>[^<]*</v>", r"\1", text))
    return stripped.getvalue()


def _cells(book: openpyxl.Workbook) -> dict[tuple[str, str], object]:
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
