from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from aggregator.catalog import load_catalog
from aggregator.form.settings_workbook import write_settings
from aggregator.intake.settings import SettingsRead, read_settings
from aggregator.intake.settings_tables import SettingsError
from aggregator.model.catalog import Catalog
from aggregator.model.finding import group_findings
from aggregator.model.org_unit import Baseline, OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Place

FIRST = 4  # first row below the header
STREET = Street(
    units=(
        OrgUnit("C01", "梧桐里社区", "梧桐里", aliases=("梧桐里居民区", "梧桐")),
        OrgUnit("C02", "北苑（东）社区", "北苑东", opened=Period.month(2026, 3), closed=Period.month(2027, 1)),
        OrgUnit("J00", "青禾街道办事处", "街道本级", UnitKind.OFFICE),
    ),
    settings={"set_street_name": "青禾街道", "set_deadline_day": "8", "set_fund_party_min": "20.5"},
    blocks_on=frozenset({"org", "members", "election"}),
    baselines=(
        Baseline("pm_total", "last_year", "", "1200", Period.month(2025, 10)),
        Baseline("pm_total", "last_term", "C01", "88", Period.month(2021, 12)),
        Baseline("pm_avg_age", "year_to_date", "", "51.35", Period.month(2026, 9)),
    ),
)
Edit = Callable[[Any], None]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def edited(tmp_path: Path, catalog: Catalog) -> Callable[[Edit], SettingsRead]:
    """Writes the settings of the street, lets openpyxl change them, and reads them."""

    def read(edit: Edit) -> SettingsRead:
        path = tmp_path / "街道设置.xlsx"
        path.write_bytes(write_settings(STREET, catalog))
        book = load_workbook(path)
        edit(book)
        book.save(path)
        return read_settings(path, catalog)

    return read


def told(read: SettingsRead) -> list[tuple[str, str, str]]:
    return [(found.kind.code, found.place.sheet, found.place.cell) for found in read.findings]


def test_what_is_written_is_read_back(tmp_path: Path, catalog: Catalog) -> None:
    path = tmp_path / "街道设置.xlsx"
    path.write_bytes(write_settings(STREET, catalog))
    read = read_settings(path, catalog)
    assert read.findings == ()
    assert read.street.units == STREET.units
    assert read.street.blocks_on == STREET.blocks_on
    assert read.street.baselines == STREET.baselines
    # Where a figure from before the tool leads back to: the column 数值 is the fourth.
    first = Place("街道设置.xlsx", "基数", "D4")
    assert [line.place for line in read.street.baselines[:1]] == [first]
    assert {code: read.street.settings[code] for code in STREET.settings} == STREET.settings
    assert read.street.settings["set_research_min"] == "1"  # the default of the catalog


@pytest.mark.parametrize("text", ["<r><t>一</t></r>", "<r>甲 & 乙</r>", "<r></si></r>", "=1+1", "http://x"])
def test_what_looks_like_mark_up_or_a_formula_is_a_text_in_settings_too(
    tmp_path: Path, catalog: Catalog, text: str
) -> None:
    path = tmp_path / "街道设置.xlsx"
    unit = OrgUnit("C01", text, "梧桐")
    path.write_bytes(write_settings(Street((unit,), settings={"set_street_name": text}), catalog))
    book = load_workbook(path)
    assert (book["社区名单"]["B4"].value, book["社区名单"]["B4"].data_type) == (text, "s")
    assert text in {cell.value for cell in book["参数"]["C"] if cell.data_type == "s"}
    assert read_settings(path, catalog).street.units[0].name == text.replace(" ", "")


def test_the_same_street_gives_the_same_bytes(catalog: Catalog) -> None:
    assert write_settings(STREET, catalog) == write_settings(STREET, catalog)


def test_a_new_workbook_says_only_what_is_still_to_fill_in(tmp_path: Path, catalog: Catalog) -> None:
    path = tmp_path / "街道设置.xlsx"
    path.write_bytes(write_settings(Street(()), catalog))
    read = read_settings(path, catalog)
    assert read.street.units == ()
    assert [found.kind.code for found in read.findings] == ["settings-units-none", "settings-value-missing"]


def test_blanks_stray_spaces_and_full_width_signs_do_no_harm(edited: Callable[[Edit], SettingsRead]) -> None:
    def edit(book: Any) -> None:
        sheet = book["社区名单"]
        sheet.cell(FIRST, 1).value = " ｃ０１\u00a0"
        sheet.cell(FIRST, 2).value = "梧桐里 社区\u3000"
        sheet.cell(FIRST + 1, 6).value = "２０２６年３月"
        sheet.insert_rows(FIRST + 1, 2)
        sheet.cell(FIRST + 1, 2).value = "   "

    read = edited(edit)
    assert (read.street.units, read.findings) == (STREET.units, ())


def test_columns_are_found_by_their_headers(edited: Callable[[Edit], SettingsRead]) -> None:
    def edit(book: Any) -> None:
        sheet = book["社区名单"]
        sheet.delete_rows(2)
        for row in sheet.iter_rows(min_row=2, max_row=10):
            row[0].value, row[1].value = row[1].value, row[0].value
        sheet.cell(2, 1).value = "名称（全称）"

    assert edited(edit).street.units == STREET.units


@pytest.mark.parametrize(
    ("row", "column", "value", "cell", "message"),
    [
        (FIRST + 1, 1, "C01", "A5", "《社区名单》A5：代码C01重复，“梧桐里社区”已经用了，第5行没有列入名单。"),
        (FIRST + 1, 1, None, "A5", "《社区名单》A5：“北苑（东）社区”没有代码，第5行没有列入名单。"),
        (
            FIRST + 1,
            2,
            "梧桐里居委会",
            "B5",
            "《社区名单》B5：“梧桐里居委会”重复，代码C01已是这个单位，第5行没有列入名单。",
        ),
    ],
)
def test_a_unit_that_cannot_stand_in_the_list_is_named_with_its_cell(
    edited: Callable[[Edit], SettingsRead], row: int, column: int, value: str | None, cell: str, message: str
) -> None:
    def edit(book: Any) -> None:
        book["社区名单"].cell(row, column).value = value

    read = edited(edit)
    assert [unit.code for unit in read.street.units] == ["C01", "J00"]
    skipped = [found for found in read.findings if found.kind.code == "settings-unit-skipped"]
    assert [(found.place.cell, found.message) for found in skipped] == [(cell, message)]


def test_a_bad_month_and_a_shared_other_name_are_told(edited: Callable[[Edit], SettingsRead]) -> None:
    def edit(book: Any) -> None:
        sheet = book["社区名单"]
        sheet.cell(FIRST + 1, 5).value = "梧桐、北苑"
        sheet.cell(FIRST + 1, 6).value = "去年"

    read = edited(edit)
    assert read.street.unit("C02").aliases == ("北苑",)
    assert read.street.unit("C02").opened is None
    assert sorted(told(read)) == [("settings-unit-odd", "社区名单", "E5"), ("settings-unit-odd", "社区名单", "F5")]
    # Each is told in full: an other name and a month have nothing to do with each other.
    assert [group.others for group in group_findings(read.findings)] == ["", ""]


def test_a_second_office_is_asked_about_unless_the_first_has_closed(edited: Callable[[Edit], SettingsRead]) -> None:
    """The street has J00 for its office; a community of the wrong type would be asked for the office's form."""

    def second(book: Any) -> None:
        book["社区名单"].cell(FIRST, 4).value = "街道本级"

    def predecessor(book: Any) -> None:
        second(book)
        book["社区名单"].cell(FIRST, 7).value = "2026-03"

    (found,) = edited(second).findings
    assert (found.kind.code, found.place.cell) == ("settings-unit-odd", f"D{FIRST + 2}")
    assert "已有街道本级“梧桐里社区”，又有一个，两个都要报、都计入总数" in found.message
    assert [*edited(predecessor).findings] == []


def test_a_bad_number_keeps_the_default_and_says_so(edited: Callable[[Edit], SettingsRead]) -> None:
    def edit(book: Any) -> None:
        for row in book["参数"].iter_rows(min_row=FIRST):
            if row[0].value == "set_deadline_day":
                row[2].value = 31
            if row[0].value == "set_research_min":
                row[2].value = "２次"
            if row[0].value == "set_fund_party_min":
                row[2].value = "二十多万"

    read = edited(edit)
    assert read.street.settings["set_deadline_day"] == "5"
    assert read.street.settings["set_fund_party_min"] == ""
    assert [found.value for found in read.findings] == ["２次", "二十多万", "31"]
    assert {found.kind.code for found in read.findings} == {"settings-value-bad"}
    assert "应在1至28之间；按默认值5处理" in read.findings[2].message


def test_a_deadline_with_its_measure_word_is_read(edited: Callable[[Edit], SettingsRead]) -> None:
    def edit(book: Any) -> None:
        for row in book["参数"].iter_rows(min_row=FIRST):
            if row[0].value == "set_deadline_day":
                row[2].value = "１０日"

    read = edited(edit)
    assert (read.street.settings["set_deadline_day"], read.findings) == ("10", ())


def test_a_line_that_no_setting_knows_is_told_and_left(edited: Callable[[Edit], SettingsRead]) -> None:
    def edit(book: Any) -> None:
        book["参数"].append(["set_motto", "口号", "实干"])

    read = edited(edit)
    (found,) = read.findings
    assert (found.kind.code, found.place.sheet) == ("settings-line-odd", "参数")
    assert "“set_motto”" in found.message
    assert "set_motto" not in read.street.settings


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        (1, "党员总人数", "没有“党员总人数”这个指标，相近的有："),
        (1, None, "指标未填"),
        (2, "前年", "基期“前年”不在选项之内"),
        (3, "南湖社区", "单位“南湖社区”不在社区名单中"),
        (4, "约1200", "“党员总数”的数值“约1200”无法识别，填的是约数，应填准确的数"),
        (4, None, "“党员总数”的数值未填"),
        (5, None, "截至年月未填"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_left_out_with_its_cell(
    edited: Callable[[Edit], SettingsRead], column: int, value: str | None, words: str
) -> None:
    def edit(book: Any) -> None:
        book["基数"].cell(FIRST, column).value = value

    read = edited(edit)
    assert read.street.baselines == STREET.baselines[1:]
    (found,) = read.findings
    assert (found.kind.code, found.place.cell) == ("settings-baseline-skipped", f"{'ABCDE'[column - 1]}4")
    assert words in found.message


def test_blocks_are_switched_by_the_words_people_write(edited: Callable[[Edit], SettingsRead]) -> None:
    def edit(book: Any) -> None:
        for row in book["功能块"].iter_rows(min_row=FIRST):
            if row[0].value == "honors":
                row[2].value = "√"
            if row[0].value == "org":
                row[2].value = "也许"

    read = edited(edit)
    assert read.street.blocks_on == {"org", "members", "election", "honors"}
    (found,) = read.findings
    assert "“党组织”填的是“也许”，不在选项之内；按启用处理" in found.message


def test_missing_sheets_are_told_and_the_defaults_hold(
    edited: Callable[[Edit], SettingsRead], catalog: Catalog
) -> None:
    def edit(book: Any) -> None:
        for name in ("参数", "基数", "功能块"):
            del book[name]

    read = edited(edit)
    assert [found.place.sheet for found in read.findings] == ["参数", "功能块", "基数"]
    assert {found.kind.code for found in read.findings} == {"settings-sheet-missing"}
    assert read.street.blocks_on == {block.code for block in catalog.blocks.values() if block.on_by_default}


def test_a_workbook_without_a_list_of_communities_cannot_be_used(tmp_path: Path, catalog: Catalog) -> None:
    path = tmp_path / "街道设置.xlsx"
    Workbook().save(path)
    with pytest.raises(SettingsError, match="里没有“社区名单”表，不能继续"):
        read_settings(path, catalog)


def test_a_file_that_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path, catalog: Catalog) -> None:
    path = tmp_path / "街道设置.xlsx"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(SettingsError, match="不能使用：文件实为PDF文档"):
        read_settings(path, catalog)


def test_a_list_without_the_office_is_told_with_what_to_add(edited: Callable[[Edit], SettingsRead]) -> None:
    (found,) = edited(lambda book: book["社区名单"].delete_rows(FIRST + 2)).findings
    assert (found.kind.code, found.place.file, found.place.sheet) == (
        "settings-office-none",
        "街道设置.xlsx",
        "社区名单",
    )
    assert found.remedy == "请在《社区名单》补一行：代码填J00，名称填街道办事处全称，简称和类型填“街道本级”。"


def test_a_hidden_row_of_the_list_still_counts_and_is_told(edited: Callable[[Edit], SettingsRead]) -> None:
    read = edited(lambda book: setattr(book["社区名单"].row_dimensions[FIRST + 1], "hidden", True))
    assert [unit.code for unit in read.street.units] == ["C01", "C02", "J00"]
    (found,) = read.findings
    assert (found.kind.code, found.place.cell) == ("settings-unit-odd", f"A{FIRST + 1}")
    assert "第5行是隐藏的，“北苑（东）社区”仍在名单内" in found.message


def test_a_formula_without_its_result_is_no_blank(edited: Callable[[Edit], SettingsRead]) -> None:
    def edit(book: Any) -> None:
        book["社区名单"].cell(FIRST, 2).value = '="梧桐里"&"社区"'
        line = next(row for row in book["参数"].iter_rows(min_row=FIRST) if row[0].value == "set_street_name")
        line[2].value = '="青禾"&"街道"'

    read = edited(edit)
    assert [found.message for found in read.findings if "公式" in found.message] == [
        "《社区名单》B4：名称是公式，没有算出结果，要直接填写，第4行没有列入名单。",
        "《参数》C5“街道（办事处）名称”是公式，没有算出结果。",
    ]


def test_a_style_that_there_is_none_of_is_told_with_its_cell(edited: Callable[[Edit], SettingsRead]) -> None:
    def edit(book: Any) -> None:
        line = next(row for row in book["参数"].iter_rows(min_row=FIRST) if row[0].value == "set_report_styles")
        line[2].value = "ｒ１、R9，城市基层"

    (found,) = edited(edit).findings
    assert found.kind.code == "settings-style-unknown"
    assert found.message == (
        f"《参数》{found.place.cell}“报告样式”里的“R9、城市基层”不是现有的样式；改好以前不能写汇报，其他不受影响。"
    )
    assert "R1、R2、R3、R4、R4C、R5" in found.remedy


@pytest.mark.parametrize("lock", ["~$", ".~"])
def test_a_settings_workbook_that_is_open_is_read_as_it_was_saved(tmp_path: Path, catalog: Catalog, lock: str) -> None:
    path = tmp_path / "街道设置.xlsx"
    path.write_bytes(write_settings(STREET, catalog))
    path.with_name(f"{lock}{path.name}").write_bytes(b"clerk")
    read = read_settings(path, catalog)
    assert [found.kind.code for found in read.findings] == ["settings-open"]
    assert read.street.units == STREET.units


def test_a_list_whose_headers_are_gone_says_which_they_are(edited: Callable[[Edit], SettingsRead]) -> None:
    with pytest.raises(SettingsError, match=r"《社区名单》里没有能识别的表头.*代码、名称、简称、类型"):
        edited(lambda book: book["社区名单"].__setitem__("B3", "单位全称"))


def test_a_name_that_is_anybodys_is_no_name_of_one(edited: Callable[[Edit], SettingsRead]) -> None:
    read = edited(lambda book: book["社区名单"].__setitem__(f"E{FIRST}", "社区、梧桐"))
    assert read.street.units[0].aliases == ("梧桐",)
    (found,) = read.findings
    assert (found.kind.code, found.place.cell) == ("settings-unit-odd", f"E{FIRST}")
    assert "“社区”是哪个单位都能用的叫法" in found.message
