"""The lists: merged ledgers, narratives, who reported, files, findings, sources."""

from datetime import date, datetime

import openpyxl
import pytest

from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import Asked, Column, Ledger, LedgerKind, ValueType
from aggregator.publish.workbook.ledgers import ledger_listing
from aggregator.publish.workbook.listing import Kind
from aggregator.publish.workbook.material import Material


def _rows(book: openpyxl.Workbook, sheet: str) -> list[list[object]]:
    return [list(row) for row in book[sheet].iter_rows(min_row=4, values_only=True)]


def test_rows_of_all_units_stand_in_one_ledger_unit_first(values: openpyxl.Workbook) -> None:
    signed, until = datetime(2026, 10, 9), datetime(2027, 10, 1)  # noqa: DTZ001  # cells know no time zone
    assert _rows(values, "共建协议台账") == [
        ["东湖", "光明小学", signed, until, 1200.5, "市级", None, 6],
        ["东湖", "长风公司", signed, until, 0, "市级", "补报", 7],
        ["西苑", "长风公司", signed, until, None, "市级", None, 6],
        ["西苑", "=1+1", signed, until, "无法识别", "市级", None, 7],
        ["南桥", "http://a.invalid", signed, until, "—", "市级", None, 6],
    ]


def test_a_ledger_is_filtered_under_a_frozen_header(values: openpyxl.Workbook) -> None:
    sheet = values["共建协议台账"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("B4", "A3:H8", "$3:$3")


def test_dates_and_months_are_shown_as_such(values: openpyxl.Workbook) -> None:
    sheet = values["共建协议台账"]
    assert (sheet["C4"].number_format, sheet["D4"].number_format) == ("yyyy-mm-dd", 'yyyy"年"m"月"')


def test_a_year_is_no_count_and_takes_no_separator(month: Consolidation) -> None:
    columns = (Column("year", "年度", ValueType.INT), Column("people", "参加人次", ValueType.INT))
    ledger = Ledger("projects", "项目", "项目", "all", Asked.BOTH, LedgerKind.STOCK, columns)
    listing = ledger_listing(Material(month, [], [], date(2026, 10, 31)), ledger)
    assert [column.kind for column in listing.columns[1:3]] == [Kind.CENTRE, Kind.COUNT]


def test_persons_of_a_sensitive_ledger_are_masked_and_it_is_said(values: openpyxl.Workbook) -> None:
    assert [row[1] for row in _rows(values, "困难党员台账")] == ["欧***", "秦*"]
    assert values["困难党员台账"]["B2"].value == "报无：南桥；“姓名”按保护个人信息的要求遮盖"


def test_narratives_are_attributed_and_unchanged(values: openpyxl.Workbook) -> None:
    assert [row[:3] for row in _rows(values, "文字材料")] == [
        ["东湖", "亮点工作", "湖畔议事厅"],
        ["西苑", "存在问题", "@停车难"],
    ]
    assert _rows(values, "文字材料")[1][3] == "A&B <东风> 停车位不足。\n第二段。"


def test_a_long_narrative_has_the_height_that_it_needs(values: openpyxl.Workbook) -> None:
    heights = values["文字材料"].row_dimensions
    # 240 characters of two digits each in a column of 72 digits: seven lines.
    assert heights[4].height == pytest.approx(7 * 16.5 + 3)


def test_every_unit_expected_is_listed_with_its_rates(values: openpyxl.Workbook) -> None:
    rows = {row[0]: row[1:] for row in _rows(values, "报送情况")}
    assert rows["北园社区"][:7] == ["退回", "按时", 92.3, 60, 1, 0, 0]
    assert rows["柳荫社区"][:5] == ["未报", "—", None, None, 0]
    assert rows["西苑社区"][1] == "逾期"


def test_every_file_is_listed_with_what_became_of_it(values: openpyxl.Workbook) -> None:
    rows = _rows(values, "收到文件")
    assert [row[4] for row in rows] == ["已汇总", "已汇总", "已汇总", "退回", "已汇总", "无法打开"]
    assert rows[-1] == ["照片.xlsx", None, None, None, "无法打开", "文件已损坏，请重新发送", 3]
    assert "识别依据的可信度：印记高，封面中，文件名低" in str(values["收到文件"]["B2"].value)


def test_findings_keep_their_order_and_name_cell_and_remedy(values: openpyxl.Workbook) -> None:
    rows = _rows(values, "问题清单")
    assert rows[0][:7] == [1, "强制", "北园", "办结数大于发现数", "指标表", "F9", "9"]
    assert rows[0][7:] == ["网格事件办结数9大于发现数5。", "改正后重报。", "C04_十月报表.xlsx"]
    assert [row[1] for row in rows] == ["强制", "核实", "提示"]
    assert rows[2][6:8] == ["=cmd", '=HYPERLINK("x")']


def test_a_value_understood_otherwise_than_typed_shows_both(values: openpyxl.Workbook) -> None:
    rows = {(row[0], row[1]): row[2:] for row in _rows(values, "逐项说明")}
    assert rows["东湖", "网格事件发现数"] == [30, "C01_十月报表.xlsx", "指标表", "F8", "３０", "全角数字已转为半角"]
    assert rows["南桥", "常住人口"][0] == "无法识别"
    assert rows["南桥", "党员总数"][5] == "沿用上月数"
    assert ("西苑", "常住人口") not in rows


def test_each_value_has_the_cell_that_it_was_read_from(values: openpyxl.Workbook) -> None:
    header, files, *lines = values["数据来源"].iter_rows(min_row=3, values_only=True)
    assert header[:6] == ("指标", "取数", "工作表", "东湖", "西苑", "南桥")
    assert files[3:6] == ("C01_十月报表.xlsx", "C02_十月报表.xlsx", "C03_十月报表.xlsx")
    rows = {line[0]: line[1:] for line in lines}
    assert rows["常住人口"][:5] == ("填报", "指标表", "F5", "F5", "F5△")
    assert rows["网格事件发现数"][2] == "F8△"
    assert rows["网格事件办结率"][1:5] == ("指标表", "F10", "F10△", "计算△")
