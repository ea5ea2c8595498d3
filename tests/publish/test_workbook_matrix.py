"""The matrix: states in words, live totals with the engine's value, constants where no formula can give it."""

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

_HEADER = ["指标", "计量单位", "东湖", "西苑", "南桥", "北园", "柳荫", "街道本级", "合计", "覆盖", "计算方式"]
_BOTH_AGES = "ISNUMBER(C9:G9)*ISNUMBER(C8:G8)"
_AVERAGE = f'=IFERROR(ROUND(SUMPRODUCT({_BOTH_AGES},C9:G9,C8:G8)/SUMPRODUCT({_BOTH_AGES},C8:G8),10),"未填")'
_BOTH_EVENTS = "ISNUMBER(C12:G12)*ISNUMBER(C11:G11)"
_CLOSE_RATE = f'=IFERROR(ROUND((SUMPRODUCT({_BOTH_EVENTS},C12:G12)*100/SUMPRODUCT({_BOTH_EVENTS},C11:G11)),10),"未填")'


def _row(sheet: Worksheet, name: str) -> list[object]:
    return next([cell.value for cell in row] for row in sheet.iter_rows() if row[0].value == name)


def test_communities_stand_before_the_office(values: openpyxl.Workbook) -> None:
    assert [cell.value for cell in values["指标×社区矩阵"][3]] == _HEADER


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("常住人口", [12345, 20001, "无法识别", "退回", "未报", None]),
        ("党员平均年龄", [52.3, 48.5, "未填", "退回", "未报", None]),
        ("召开妇代会社区数", [1, "—", 0, "退回", "未报", None]),
        # 西苑 found no event and closed none; 南桥 left one of the two blank.
        ("网格事件办结率", [90, "—", "未填", "退回", "未报", None]),
        ("群团活动场次", [3, 4, 5, "退回", "未报", 7]),
        ("签订责任书社区数", [None, None, None, None, None, 5]),
    ],
)
def test_a_gap_is_a_word_and_never_a_number(values: openpyxl.Workbook, name: str, cells: list[object]) -> None:
    assert _row(values["指标×社区矩阵"], name)[2:8] == cells


@pytest.mark.parametrize(
    ("name", "formula", "total"),
    [
        ("常住人口", "=SUM(C6:G6)", 32346),
        ("服务群众专项经费", "=ROUND(SUM(C15:G15),2)", 3000.6),
        ("群团活动场次", "=SUM(C19:H19)", 19),
        ("议事会最少次数", "=MIN(C21:G21)", 8),
        ("签订责任书社区数", "=SUM(H23:H23)", 5),
        ("党员平均年龄", _AVERAGE, 50.78),
        ("网格事件办结率", _CLOSE_RATE, 90),
    ],
)
def test_a_total_is_a_formula_that_already_has_its_value(
    values: openpyxl.Workbook, formulas: openpyxl.Workbook, name: str, formula: str, total: float
) -> None:
    assert _row(formulas["指标×社区矩阵"], name)[8] == formula
    assert _row(values["指标×社区矩阵"], name)[8] == total


def test_a_distinct_count_is_a_number_and_says_so(formulas: openpyxl.Workbook) -> None:
    row = _row(formulas["指标×社区矩阵"], "签订共建协议单位数")
    assert row[8:] == [4, "3/5", "去重（写入数值）"]


def test_only_numbers_that_units_report_have_a_row(values: openpyxl.Workbook) -> None:
    names = {row[0].value for row in values["指标×社区矩阵"].iter_rows()}
    assert not names & {"签约单位名称", "困难党员名单", "党员数较去年增长率", "主题活动名称"}


def test_a_carried_number_has_a_star_and_stays_a_number(values: openpyxl.Workbook) -> None:
    cell = values["指标×社区矩阵"]["E8"]
    assert (cell.value, cell.number_format) == (100, '#,##0"*"')


def test_a_value_under_query_is_coloured(values: openpyxl.Workbook) -> None:
    sheet = values["指标×社区矩阵"]
    assert sheet["C6"].fill.start_color.rgb != sheet["D6"].fill.start_color.rgb


def test_names_and_headers_stay_in_sight(values: openpyxl.Workbook) -> None:
    sheet = values["指标×社区矩阵"]
    assert sheet.freeze_panes == "C5"
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$3:$4", "$A:$B")
