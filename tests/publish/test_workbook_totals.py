"""The street totals: coverage, who is missing and why, lists of names, lineage."""

import openpyxl
import pytest

from aggregator.publish.workbook.write import WorkbookFile
from tests.publish.conftest import entries_of


def _row(book: openpyxl.Workbook, name: str) -> list[object]:
    return next([cell.value for cell in row] for row in book["街道总数"].iter_rows() if row[0].value == name)


def test_figures_stand_in_the_unit_in_which_they_are_kept(values: openpyxl.Workbook) -> None:
    assert _row(values, "服务群众专项经费")[1:8] == ["元", 3000.6, 3000.6, "持平", "无记录", "—", 98765432.1]


@pytest.mark.parametrize(
    ("name", "coverage", "missing"),
    [
        ("常住人口", "2/5", "退回：北园；未报：柳荫；无法识别：南桥"),
        ("群团活动场次", "3/5＋本级", "退回：北园；未报：柳荫"),
        ("签订责任书社区数", "本级", None),
        ("党员数较去年增长率", None, None),
    ],
)
def test_who_is_not_in_a_total_is_named_by_reason(
    values: openpyxl.Workbook, name: str, coverage: str, missing: str
) -> None:
    assert _row(values, name)[8:10] == [coverage, missing]


def test_a_stock_is_not_added_up_over_the_year(values: openpyxl.Workbook) -> None:
    assert _row(values, "党员总数")[7] == "—"
    assert _row(values, "网格事件发现数")[7] == 400


def test_names_of_persons_are_masked(values: openpyxl.Workbook, workbook: WorkbookFile) -> None:
    assert _row(values, "困难党员名单")[2] == "欧***、秦*"
    assert "欧阳小禾" not in "".join(f"{entry.text}{entry.value}" for entry in entries_of(workbook.lineage))


def test_a_rise_from_nothing_has_no_percentage(values: openpyxl.Workbook) -> None:
    assert _row(values, "网格事件发现数")[6] == "由0增至42（口径不同）"


def test_what_a_comparison_rests_on_is_said(values: openpyxl.Workbook) -> None:
    assert _row(values, "党员总数")[10] == "环比：同口径3个单位；同比：口径不同"


def test_the_total_of_a_month_leads_to_its_addends(workbook: WorkbookFile) -> None:
    entries = [entry for entry in entries_of(workbook.lineage) if entry.place == "街道总数!C16"]
    assert [(entry.value, entry.unit, entry.cell) for entry in entries] == [
        ("3000.6", "C01", "F11"),
        ("3000.6", "C02", "F11"),
        ("3000.6", "C03", "F11"),
    ]
    assert {entry.output for entry in entries_of(workbook.lineage)} == {"街道汇总表_2026年10月.xlsx"}


def test_a_unit_s_figure_in_the_matrix_leads_to_its_cell(workbook: WorkbookFile) -> None:
    (entry,) = [entry for entry in entries_of(workbook.lineage) if entry.place == "指标×社区矩阵!C11"]
    assert (entry.text, entry.file, entry.sheet, entry.cell) == ("30", "C01_十月报表.xlsx", "指标表", "F8")


def test_a_held_unit_has_no_figure_to_lead_back(workbook: WorkbookFile) -> None:
    assert "C04" not in {entry.unit for entry in entries_of(workbook.lineage)}
