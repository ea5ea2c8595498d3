from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from aggregator.form.layout import FormLayout
from aggregator.form.template import BLANK_FORMS, Prefill, form_file_name, write_blank_forms, write_form
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Answer, DataValue, LedgerRow, LedgerSheet, Place, ValueState
from tests.form.conftest import COMMUNITY, OCTOBER, OFFICE, STREET, Clerk

BLANK_FOLDER = Path(__file__).parents[2] / "input_templates"
#: Functions that Excel 2010 and WPS 2016 know.
KNOWN_FUNCTIONS = {
    "ABS", "AND", "AVERAGE", "CHOOSE", "COLUMN", "COLUMNS", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "DAY",
    "EXACT", "IF", "IFERROR", "INDEX", "INT", "ISERROR", "ISNUMBER", "ISTEXT", "LEFT", "LEN", "MAX", "MIN", "MMULT",
    "MONTH", "N", "NA", "NOT", "OR", "ROUND", "ROW", "ROWS", "SEARCH", "SUM", "SUMPRODUCT", "TEXT", "TRANSPOSE",
    "TRIM", "YEAR",
}  # fmt: skip


def number(code: str, value: str | None, month: Period = OCTOBER) -> DataValue:
    """A typed number of C01."""
    state = ValueState.VALUE if value is not None else ValueState.MISSING
    return DataValue(code, "C01", month, state, Decimal(value) if value is not None else None, Place(""))


def opened(form: bytes) -> openpyxl.Workbook:
    """A form as another program reads it."""
    return openpyxl.load_workbook(BytesIO(form))


def formulas(form: bytes) -> Iterator[str]:
    """Every formula of a form: of cells, of conditional formats and of validations."""
    with zipfile.ZipFile(BytesIO(form)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                text = package.read(name).decode()
                yield from re.findall(r"<(?:f|formula|formula1|formula2)(?: [^>]*)?>([^<]+)<", text)


@pytest.fixture(scope="module")
def blank(catalog: Catalog) -> bytes:
    """The community's form in its first month."""
    return write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, deadline=date(2026, 11, 5))


def test_the_same_inputs_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from aggregator.catalog import load_catalog; "
        "from aggregator.form.template import write_blank_forms; "
        "write_blank_forms(Path(sys.argv[1]), catalog=load_catalog())"
    )
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / seed)], check=True, env=environment)
    for name in BLANK_FORMS.values():
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_no_function_is_younger_than_excel_2010(catalog: Catalog) -> None:
    for unit in (COMMUNITY, OFFICE):
        form = write_form(catalog=catalog, street=STREET, unit=unit, period=OCTOBER)
        used = {name for formula in formulas(form) for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", formula)}
        assert used - KNOWN_FUNCTIONS == set()


def test_a_formula_that_nobody_calculated_has_no_value(blank: bytes) -> None:
    with zipfile.ZipFile(BytesIO(blank)) as package:
        sheet = package.read("xl/worksheets/sheet2.xml").decode()
    cached = re.findall(r"</f><v>([^<]*)</v>", sheet)
    assert len(cached) > 100
    assert set(cached) == {""}


def test_inputs_are_open_and_labels_are_locked(blank: bytes, layout: FormLayout) -> None:
    sheet = opened(blank)["指标表"]
    assert sheet.protection.sheet
    assert not sheet.protection.formatColumns  # openpyxl: False means that it is allowed
    assert sheet.protection.insertRows
    for cell in layout.elements.values():
        assert sheet[cell.cell].protection.locked is cell.derived
        assert sheet[f"B{cell.row}"].protection.locked


def test_ledger_rows_are_open_and_what_stands_above_is_locked(blank: bytes) -> None:
    sheet = opened(blank)["活动台账"]
    assert sheet.column_dimensions["A"].protection.locked is False
    assert sheet.row_dimensions[4].s
    assert all(cell.protection.locked for row in sheet["A1:I4"] for cell in row if cell.coordinate not in {"B3", "C3"})
    assert sheet["B3"].protection.locked is False


def test_required_columns_are_starred_and_have_their_list(blank: bytes) -> None:
    book = opened(blank)
    sheet = book["活动台账"]
    assert [sheet[f"{letter}4"].value for letter in "ABCD"] == ["*日期", "*活动类型", "*名称", "主办党组织"]
    kinds = next(rule for rule in sheet.data_validations.dataValidation if "B5" in rule.sqref)
    assert (kinds.type, kinds.formula1) == ("list", "list_act_types")
    assert book.defined_names["list_act_types"].attr_text.startswith("_lists!$")


def test_the_answers_fit_the_kind_of_ledger(blank: bytes) -> None:
    book = opened(blank)
    offered = {}
    for name in ("活动台账", "两委班子名册"):
        rule = next(rule for rule in book[name].data_validations.dataValidation if "B3" in rule.sqref)
        sheet, cells = book.defined_names[rule.formula1].attr_text.split("!")
        offered[name] = [cell.value for (cell,) in book[sheet][cells]]
    assert offered == {"活动台账": ["本月有", "本月无"], "两委班子名册": ["已核对，无变化", "已更新", "无此项"]}


def test_typed_values_stand_exactly_in_their_cells(catalog: Catalog, layout: FormLayout) -> None:
    submission = Clerk(catalog, COMMUNITY, OCTOBER, seed=3).submission()
    values = {**submission.values, "area_km2": number("area_km2", "9.95"), "resident_pop": number("resident_pop", "0")}
    form = write_form(
        catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, filled=replace(submission, values=values)
    )
    with zipfile.ZipFile(BytesIO(form)) as package:
        sheet = package.read("xl/worksheets/sheet2.xml").decode()
    for code, text in (("area_km2", "9.95"), ("resident_pop", "0")):
        assert re.search(rf'<c r="{layout.elements[code].cell}"[^>]*><v>{re.escape(text)}</v>', sheet)


def activities(catalog: Catalog, layout: FormLayout, titles: Mapping[int, str]) -> Worksheet:
    """The sheet of the activities of a return with these titles, by row."""
    submission = Clerk(catalog, COMMUNITY, OCTOBER, seed=3).submission()
    area = layout.ledgers["activities"]
    rows = tuple(
        LedgerRow("activities", "C01", OCTOBER, row, {"held_on": date(2026, 10, row), "title": title})
        for row, title in titles.items()
    )
    place = Place("", area.sheet, area.answer_cell)
    own = LedgerSheet("activities", ValueState.VALUE, rows, Answer.HAS_ROWS, place, area.columns)
    ledgers = {**submission.ledgers, "activities": own}
    form = write_form(
        catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, filled=replace(submission, ledgers=ledgers)
    )
    return opened(form)["活动台账"]


@pytest.mark.parametrize("text", ["<r><t>第一件</t></r>", "<r>甲 & 乙</r>", "<r></si></r>"])
def test_what_looks_like_mark_up_stays_text(catalog: Catalog, layout: FormLayout, text: str) -> None:
    assert activities(catalog, layout, {7: text})["C7"].value == text


def test_rows_of_a_return_stand_where_their_sender_put_them(catalog: Catalog, layout: FormLayout) -> None:
    sheet = activities(catalog, layout, {7: "第7件", 9: "第9件"})
    assert [sheet[f"C{n}"].value for n in range(5, 11)] == [None, None, "第7件", None, "第9件", None]
    assert sheet["A7"].value.date() == date(2026, 10, 7)
    assert sheet["A7"].number_format == "yyyy-mm-dd"
    assert sheet["B3"].value == "本月有"


def test_what_looks_like_a_formula_stays_text(catalog: Catalog, layout: FormLayout) -> None:
    submission = Clerk(catalog, COMMUNITY, OCTOBER, seed=3).submission()
    told = {"pm_total": '=HYPERLINK("http://x")', "resident_pop": "<r>甲 & 乙</r>"}
    evil = replace(submission, cover={"compiler": "=1+1"}, explanations=told)
    book = opened(write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, filled=evil))
    assert book["封面"][layout.cover["compiler"]].data_type == "s"
    remark = book["指标表"][f"H{layout.elements['pm_total'].row}"]
    assert (remark.data_type, remark.value) == ("s", '=HYPERLINK("http://x")')
    assert book["指标表"][f"H{layout.elements['resident_pop'].row}"].value == "<r>甲 & 乙</r>"


def test_stocks_of_last_month_stand_in_the_new_form_and_flows_do_not(catalog: Catalog, layout: FormLayout) -> None:
    september = OCTOBER.previous()
    values = {code: number(code, "12", september) for code in ("pm_total", "pm_moved_in", "visit_rate")}
    form = write_form(
        catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, prefill=Prefill(values, {}, september),
        year_to_date={"pm_moved_in": Decimal(30)},
    )  # fmt: skip
    sheet = opened(form)["指标表"]
    stock, flow = layout.elements["pm_total"].row, layout.elements["pm_moved_in"].row
    assert (sheet[f"D{stock}"].value, sheet[f"E{stock}"].value) == (12, 12)
    assert (sheet[f"D{flow}"].value, sheet[f"E{flow}"].value) == (12, None)
    assert sheet[f"F{flow}"].value == f'=IF(ISNUMBER(E{flow}),E{flow}+30,"")'
    assert sheet["D4"].value == "上月数\n（2026年9月）"


def test_an_older_month_is_not_called_last_month_and_no_rule_compares_with_it(
    catalog: Catalog, layout: FormLayout
) -> None:
    july = Period.month(2026, 7)
    prefill = Prefill({"pm_total": number("pm_total", "12", july)}, {}, july)
    book = opened(write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, prefill=prefill))
    assert book["指标表"]["D4"].value == "上次报送数\n（2026年7月）"
    results = {book["校验"][f"D{row}"].value for row in layout.rules.values()}
    assert "无上月数" in results


def test_the_year_so_far_is_left_open_when_earlier_months_are_unknown(catalog: Catalog, layout: FormLayout) -> None:
    row = layout.elements["pm_moved_in"].row
    january = write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=Period.month(2026, 1))
    october = write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER)
    assert opened(january)["指标表"][f"F{row}"].value == f'=IF(ISNUMBER(E{row}),E{row},"")'
    assert opened(october)["指标表"][f"F{row}"].value is None


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("枫桥社区", "枫桥社区_2026年10月.xlsx"),
        ("枫桥 社区", "枫桥社区_2026年10月.xlsx"),
        ('a/b\\c:d*e?"f"', "a／b＼c：d＊e？＂f＂_2026年10月.xlsx"),
        ("...", "C01_2026年10月.xlsx"),
    ],
)
def test_file_names_are_safe_on_windows(name: str, file: str) -> None:
    assert form_file_name(OrgUnit("C01", name, name), OCTOBER) == file


def test_a_street_without_units_and_settings_still_gets_a_form(catalog: Catalog) -> None:
    nobody = OrgUnit("", "", "", UnitKind.OFFICE)
    book = opened(write_form(catalog=catalog, street=Street(()), unit=nobody, period=OCTOBER))
    assert book["封面"]["C5"].protection.locked is False
    assert book.sheetnames[:3] == ["封面", "指标表", "校验"]


def test_a_form_is_small(catalog: Catalog) -> None:
    last = Clerk(catalog, COMMUNITY, OCTOBER.previous(), seed=5).submission()
    prefill = Prefill(last.values, last.ledgers, last.period)
    form = write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, prefill=prefill)
    assert len(form) < 120_000


def test_the_form_is_written_to_a_path_or_a_buffer_too(catalog: Catalog, blank: bytes, tmp_path: Path) -> None:
    buffer, path = BytesIO(), tmp_path / "form.xlsx"
    for target in (buffer, path):
        write_form(target, catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, deadline=date(2026, 11, 5))
    assert buffer.getvalue() == path.read_bytes() == blank


def parts(form: Path) -> dict[str, bytes]:
    """The parts of a form: the packing may differ from one zlib to another."""
    with zipfile.ZipFile(form) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_committed_blank_forms_are_current(
    catalog: Catalog, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Run with --renew after a change of the catalog or the form, and look at the result."""
    fresh = write_blank_forms(tmp_path, catalog=catalog)
    config: Any = request.config
    if config.getoption("--renew"):
        write_blank_forms(BLANK_FOLDER, catalog=catalog)
    for path in fresh:
        assert parts(BLANK_FOLDER / path.name) == parts(path)
