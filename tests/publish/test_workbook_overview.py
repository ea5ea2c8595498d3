"""The first page: who reported, the headline figures in the units of leadership, what to know."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from aggregator.model.consolidation import Consolidation, Standing
from aggregator.model.finding import FindingKind, Severity
from aggregator.model.value import Place
from aggregator.publish.workbook.write import WorkbookFile, write_workbook
from tests.publish.conftest import entries_of


def _rows(book: openpyxl.Workbook) -> dict[str, list[object]]:
    return {str(row[0]): list(row[1:]) for row in book["总览"].iter_rows(values_only=True) if row[0]}


def test_communities_and_office_are_counted_apart_and_together(values: openpyxl.Workbook) -> None:
    rows = _rows(values)
    assert rows["社区"] == [5, 4, 3, 1, 0, 1, "80%", "60%"]
    assert rows["街道本级"] == [1, 1, 1, 0, 0, 0, "100%", "100%"]
    assert rows["合计"] == [6, 5, 4, 1, 0, 1, "83.3%", "66.7%"]


@pytest.mark.parametrize(("label", "names"), [("退回单位", "北园"), ("未报单位", "柳荫"), ("逾期单位", "西苑")])
def test_who_is_not_in_is_named(values: openpyxl.Workbook, label: str, names: str) -> None:
    assert _rows(values)[label][0] == names


def test_large_figures_are_printed_in_ten_thousands(values: openpyxl.Workbook) -> None:
    assert _rows(values)["常住人口"] == ["万人", 3.23, 3.1, "增长4.3%①", 3, "增长7.8%②", "—", "2/5"]


def test_all_figures_of_a_line_have_the_same_decimals(values: openpyxl.Workbook) -> None:
    sheet = values["总览"]
    line = next(row for row in sheet.iter_rows() if row[0].value == "常住人口")
    assert {line[column].number_format for column in (2, 3, 5)} == {"#,##0.00"}


def test_a_comparison_uses_the_units_that_are_in_both_months(values: openpyxl.Workbook) -> None:
    # 330 last month held 30 of 柳荫, which sent nothing this month: among the other three nothing moved.
    assert _rows(values)["党员总数"] == ["名", 300, 330, "持平①", 250, "增长20%②", "—", "3/5"]


def test_an_average_moves_in_its_own_unit(values: openpyxl.Workbook) -> None:
    assert _rows(values)["党员平均年龄"][3] == "提高0.78岁"


def test_a_period_without_a_record_is_not_called_blank(values: openpyxl.Workbook) -> None:
    assert _rows(values)["服务群众专项经费"][4:6] == ["无记录", "—"]


def test_a_year_so_far_with_gaps_is_coloured(values: openpyxl.Workbook) -> None:
    line = next(row for row in values["总览"].iter_rows() if row[0].value == "网格事件发现数")
    assert line[7].fill.start_color.rgb != line[2].fill.start_color.rgb


def test_the_reason_of_a_return_stands_on_the_page(values: openpyxl.Workbook) -> None:
    rows = _rows(values)
    assert rows["退回原因　北园"][0] == "网格事件办结数9大于发现数5。"
    assert rows["审核问题"][0] == "强制1条，核实1条，提示1条；另有3处审核关系因缺数未能核对。"
    assert rows["核实　东湖"][0] == "指标表F5：比上月多21%。"


def test_a_finding_is_told_once_by_place_and_without_its_long_bracket(month: Consolidation) -> None:
    kind = FindingKind("x", Severity.FATAL, "", "{said}", "")
    long = f"北园《指标表》E11：五类相加为255名，总数为243名（{'党员数（E11）填报0，' * 12}）。"
    street = kind.at(Place("", "街道合计"), said="街道合计：相差3名。")
    findings = [kind.at(Place("F.xlsx", "指标表", "E11"), unit="C04", said=long), street]
    written = write_workbook(month, findings, files=[], report_date=date(2026, 10, 31))
    rows = _rows(openpyxl.load_workbook(BytesIO(written.content)))
    assert rows["退回原因　北园"][0] == "北园《指标表》E11：五类相加为255名，总数为243名。"
    assert rows["强制　全街道"][0] == "街道合计：相差3名。"


def test_incomplete_totals_are_counted(values: openpyxl.Workbook) -> None:
    # All but the growth rate ask units; complete are two lists, the theme and the duty letters.
    assert _rows(values)["总数完整情况"][0] == ("街道总数共15项，其中11项未含全部应报单位；未计入的单位见“街道总数”。")


def test_a_held_return_taken_in_is_told_with_its_reason(month: Consolidation) -> None:
    units = tuple(replace(report, standing=Standing.VALID) for report in month.units)
    taken = replace(month, units=units, accepted={"C04": "电话核实，数字无误"})
    written = write_workbook(taken, [], files=[], report_date=date(2026, 10, 31))
    rows = _rows(openpyxl.load_workbook(BytesIO(written.content)))
    assert rows["采信退回表"][0] == "北园有强制问题，经办人采信并计入。理由：电话核实，数字无误"


def test_it_is_one_page_and_the_first_thing_seen(values: openpyxl.Workbook) -> None:
    sheet = values["总览"]
    # The file leaves out what is the default: one page across and one down.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, None)
    setup = sheet.sheet_properties.pageSetUpPr
    assert setup is not None
    assert setup.fitToPage
    assert sheet.page_setup.orientation == "portrait"
    assert values.active is sheet


def test_each_figure_of_the_page_leads_to_its_cells(workbook: WorkbookFile) -> None:
    population = [entry for entry in entries_of(workbook.lineage) if entry.place == "总览!C13"]
    assert [(e.text, e.value, e.source_period, e.unit, e.file, e.sheet, e.cell) for e in population] == [
        ("3.23", "32346", "2026-10", "C01", "C01_十月报表.xlsx", "指标表", "F5"),
        ("3.23", "32346", "2026-10", "C02", "C02_十月报表.xlsx", "指标表", "F5"),
    ]
