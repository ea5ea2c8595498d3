"""Excel, WPS and Word open whatever we write without repair; each rule is shown to notice its own breach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from aggregator.catalog import load_catalog
from aggregator.form.settings_workbook import write_settings
from aggregator.form.template import Prefill, write_form
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.value import Submission
from aggregator.workspace import Workspace
from tests import office_rules as rules
from tests.form.conftest import COMMUNITY, OCTOBER, OFFICE, STREET, Clerk
from tests.office_rules import OF_EVERY_FILE, OF_REPORTS, OF_WORKBOOKS, Package, Rule

#: Whatever somebody may have written into a cell or a setting.
AWKWARD = "=1+1 <“&”'\"> _x0041_ \x0b\t末尾 "
LONG = "长" * 1800
LONG_NAME = "枫桥" * 60 + "&<'\">社区"


def narrated(submission: Submission) -> Submission:
    """The return with awkward and long texts in all columns of text."""
    ledgers = {}
    for code, ledger in submission.ledgers.items():
        rows = [
            row._replace(
                cells={c: LONG if number == 0 else AWKWARD if isinstance(v, str) else v for c, v in row.cells.items()},
            )
            for number, row in enumerate(ledger.rows)
        ]
        ledgers[code] = replace(ledger, rows=tuple(rows))
    return replace(submission, ledgers=ledgers)


@cache
def catalog() -> Catalog:
    """The catalog that ships."""
    return load_catalog()


def form(unit: OrgUnit, street: Street = STREET, *, last: bool = False, filled: bool = False) -> bytes:
    """A form: blank, with last month's awkward values, or with a return's own."""
    month = OCTOBER.previous() if last else OCTOBER
    told = narrated(Clerk(catalog(), unit, month, seed=7).submission()) if last or filled else None
    return write_form(
        catalog=catalog(),
        street=street,
        unit=unit,
        period=OCTOBER,
        prefill=Prefill(told.values, told.ledgers, month) if told and last else None,
        deadline=date(2026, 11, 5),
        filled=told if filled else None,
    )


def awkward_street() -> Street:
    """A street whose names test the limits."""
    unit = OrgUnit("C01", LONG_NAME, LONG_NAME)
    return Street((unit, OFFICE), {**STREET.settings, "set_street_name": "青禾&<'\">" + "街" * 100})


@pytest.fixture(scope="module")
def files(demonstration: Path) -> dict[str, Package]:
    """Every kind of file that we write."""
    output = Workspace(demonstration).output(OCTOBER)
    awkward = awkward_street()
    contents = {
        "blank form": form(OrgUnit("", "", ""), Street(())),
        "prefilled form": form(COMMUNITY, last=True),
        "form of the office": form(OFFICE, filled=True),
        "awkward form": form(awkward.units[0], awkward, filled=True),
        "settings": Workspace(demonstration).settings_path.read_bytes(),
        "awkward settings": write_settings(awkward, catalog()),
        "workbook": next(output.glob("街道汇总表_*.xlsx")).read_bytes(),
        "report": next(output.glob("*.docx")).read_bytes(),
    }
    return {name: Package.of(content) for name, content in contents.items()}


WORKBOOKS = (
    "blank form",
    "prefilled form",
    "form of the office",
    "awkward form",
    "settings",
    "awkward settings",
    "workbook",
)


@pytest.mark.parametrize("name", WORKBOOKS)
@pytest.mark.parametrize("rule", OF_EVERY_FILE + OF_WORKBOOKS)
def test_a_workbook_keeps_the_rules_of_excel(files: dict[str, Package], name: str, rule: Rule) -> None:
    assert list(rule(files[name])) == []


@pytest.mark.parametrize("rule", OF_EVERY_FILE + OF_REPORTS)
def test_the_report_keeps_the_rules_of_word(files: dict[str, Package], rule: Rule) -> None:
    assert list(rule(files["report"])) == []


class Breach(NamedTuple):
    """A rule, and a change of one part of a good file that breaks it."""

    rule: Rule
    part: str
    old: str
    new: str


BOOK, STYLES, INDICATORS, LEDGER = (
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/worksheets/sheet2.xml",
    "xl/worksheets/sheet4.xml",
)
DOCUMENT = "word/document.xml"
BREACHES_OF_EXCEL = (
    Breach(rules.parts_are_declared_and_found, "[Content_Types].xml", '<Override PartName="/xl/styles.xml"[^>]*>', ""),
    Breach(rules.parts_are_declared_and_found, "xl/_rels/workbook.xml.rels", "styles.xml", "looks.xml"),
    Breach(rules.parts_are_declared_and_found, "xl/_rels/workbook.xml.rels", 'Id="rId2"', 'Id="rId1"'),
    Breach(rules.properties_are_short, "docProps/core.xml", "<dc:title>", "<dc:title>" + "长" * 256),
    Breach(rules.properties_are_short, "docProps/custom.xml", 'pid="2"', 'pid="1"'),
    Breach(rules.properties_are_short, "docProps/custom.xml", "<vt:lpwstr>", "<vt:lpwstr>" + "x" * 200),
    Breach(rules.sheets_have_good_names, BOOK, 'name="校验"', 'name="校验/核对"'),
    Breach(rules.sheets_have_good_names, BOOK, 'name="校验"', 'name="指标表"'),
    Breach(rules.sheets_have_good_names, BOOK, 'name="校验"', f'name="{"长" * 32}"'),
    Breach(rules.a_visible_sheet_is_shown_first, BOOK, "<workbookView", '<workbookView activeTab="1"'),
    Breach(rules.a_visible_sheet_is_shown_first, BOOK, 'sheetId="1"', 'sheetId="1" state="veryHidden"'),
    Breach(rules.a_visible_sheet_is_shown_first, INDICATORS, "<sheetView ", '<sheetView tabSelected="1" '),
    Breach(rules.a_visible_sheet_is_shown_first, BOOK, 'windowWidth="', 'windowWidth="9'),
    Breach(rules.panes_are_frozen_where_they_say, INDICATORS, 'ySplit="4"', 'ySplit="5"'),
    Breach(rules.panes_are_frozen_where_they_say, INDICATORS, 'activePane="bottomRight"', 'activePane="topRight"'),
    Breach(rules.rows_and_columns_have_possible_sizes, INDICATORS, 'width="5', 'width="256'),
    Breach(rules.rows_and_columns_have_possible_sizes, INDICATORS, '<col min="1" max="1"', '<col min="1" max="2"'),
    Breach(rules.rows_and_columns_have_possible_sizes, INDICATORS, ' ht="', ' ht="40'),
    Breach(rules.rows_and_columns_have_possible_sizes, INDICATORS, '<row r="3"', '<row r="2"'),
    Breach(rules.merged_cells_lie_apart, INDICATORS, 'mergeCell ref="A1:H1"', 'mergeCell ref="A1:H2"'),
    Breach(rules.merged_cells_lie_apart, INDICATORS, 'mergeCell ref="A1:H1"', 'mergeCell ref="H1:A1"'),
    Breach(rules.merged_cells_lie_apart, INDICATORS, '<f t="array" ref="E', '<f t="array" ref="A1:E'),
    Breach(rules.cells_refer_to_texts_and_styles_that_exist, INDICATORS, 't="s"><v>', 't="s"><v>99999'),
    Breach(rules.cells_refer_to_texts_and_styles_that_exist, INDICATORS, 'c r="A1" s="', 'c r="A1" s="999'),
    Breach(rules.cells_refer_to_texts_and_styles_that_exist, "xl/sharedStrings.xml", "<t>", "<t>" + "长" * 32_768),
    Breach(rules.texts_keep_their_spaces, "xl/sharedStrings.xml", "<t>", "<t> "),
    Breach(rules.styles_are_within_the_limits, STYLES, 'fontId="1"', 'fontId="999"'),
    Breach(rules.styles_are_within_the_limits, STYLES, 'xf numFmtId="164"', 'xf numFmtId="999"'),
    Breach(rules.styles_are_within_the_limits, STYLES, "<fonts([^>]*)>", r"<fonts\1>" + "<font/>" * 513),
    Breach(
        rules.links_lead_to_cells_of_the_book, "xl/worksheets/sheet1.xml", "location=\"'指标表'", "location=\"'无此表'"
    ),
    Breach(rules.links_lead_to_cells_of_the_book, "xl/worksheets/sheet1.xml", '!A1"', '!A"'),
    Breach(rules.links_lead_to_cells_of_the_book, "xl/worksheets/sheet1.xml", 'display="', 'display="' + "长" * 256),
    Breach(rules.footers_are_short, INDICATORS, "<oddFooter>", "<oddFooter>" + "长" * 256),
    Breach(rules.protection_needs_no_password, INDICATORS, "<sheetProtection", '<sheetProtection password="CC1A"'),
    Breach(rules.formulas_are_calculated_on_opening, BOOK, ' fullCalcOnLoad="1"', ""),
    Breach(rules.validations_say_no_more_than_excel_takes, INDICATORS, ' error="', ' error="' + "长" * 225),
    Breach(rules.validations_say_no_more_than_excel_takes, INDICATORS, ' prompt="', ' prompt="' + "长" * 256),
    Breach(rules.validations_say_no_more_than_excel_takes, INDICATORS, ' promptTitle="', ' promptTitle="' + "长" * 33),
    Breach(rules.validations_say_no_more_than_excel_takes, INDICATORS, "<formula1>", "<formula1>" + "1+" * 128),
    Breach(rules.validations_do_not_overlap, LEDGER, 'sqref="B5:B304"', 'sqref="A5:B304"'),
    Breach(rules.validations_do_not_overlap, LEDGER, 'sqref="B5:B304"', 'sqref="B5:B1048577"'),
    Breach(rules.lists_name_their_cells, LEDGER, "<formula1>answers_stock<", '<formula1>"已核对，无变化,已更新"<'),
    Breach(rules.lists_name_their_cells, LEDGER, "<formula1>answers_stock<", "<formula1>answers<"),
    Breach(rules.conditional_formats_have_looks_and_places, INDICATORS, 'dxfId="', 'dxfId="99'),
    Breach(rules.conditional_formats_have_looks_and_places, INDICATORS, 'priority="2"', 'priority="1"'),
    Breach(rules.conditional_formats_have_looks_and_places, INDICATORS, "<formula>", "<formula>校验!A1+"),
    Breach(
        rules.conditional_formats_have_looks_and_places, INDICATORS, 'Formatting sqref="', 'Formatting sqref="XFE1 '
    ),
    Breach(rules.defined_names_are_good, BOOK, '"agg_unit"', '"agg1"'),
    Breach(rules.defined_names_are_good, BOOK, '"agg_unit"', '"agg unit"'),
    Breach(rules.defined_names_are_good, BOOK, '"agg_unit"', '"agg_form"'),
    Breach(rules.defined_names_are_good, BOOK, "_lists!", "lists!"),
    Breach(rules.defined_names_are_good, BOOK, 'localSheetId="', 'localSheetId="9'),
)


def in_a_formula(rule: Rule, formula: str) -> Breach:
    """A formula of the indicator sheet that breaks a rule."""
    return Breach(rule, INDICATORS, "<f>[^<]*</f>", f"<f>{formula}</f>")


BREACHES_IN_FORMULAS = tuple(
    in_a_formula(rules.formulas_are_of_a_size_and_of_known_functions, formula)
    for formula in (
        'TEXTJOIN("、",1,A1)',
        "_xlfn.CONCAT(A1)",
        "SUM({1,2})",
        "SUM(A1",
        "SUM(A1))",
        "A1+无此表!A1",
        "+".join(["A1"] * 3000),
        f'LEN("{"长" * 256}")',
        f"SUM({','.join(['1'] * 256)})",
        "ABS(" * 65 + "1" + ")" * 65,
    )
) + tuple(
    in_a_formula(rules.ranges_mean_the_same_everywhere, formula)
    for formula in (
        "SUMPRODUCT(ISNUMBER(A1:A3),A1:A3)",
        "SUMPRODUCT((A1:A3=1),A1:A3)",
        "SUMPRODUCT(1*(A1:A3=1),A1:A4)",
        "SUMPRODUCT(1*(A1:A3=TRANSPOSE(A1:C1)))",
        "SUMPRODUCT(IF(A1:A3=1,1,0)*1)",
        "SUM(IF(A1:A3=1,1,0))",
        "SUM(1*(A1:A3=1))",
        "IF(A1:A3=1,1,0)",
    )
)
BREACHES_OF_WORD = (
    Breach(rules.controls_are_numbered_and_tagged, DOCUMENT, '<w:id w:val="2"', '<w:id w:val="1"'),
    Breach(rules.controls_are_numbered_and_tagged, DOCUMENT, '<w:tag w:val="', '<w:tag w:val="' + "x" * 65),
    Breach(rules.controls_are_numbered_and_tagged, DOCUMENT, '<w:alias w:val="[^"]*"', '<w:alias w:val=""'),
    Breach(rules.controls_are_numbered_and_tagged, DOCUMENT, "(<w:alias[^>]*>)(<w:tag[^>]*>)", r"\2\1"),
    Breach(rules.controls_are_numbered_and_tagged, DOCUMENT, "<w:sdtContent>.*?</w:sdtContent>", "<w:sdtContent/>"),
    Breach(rules.tables_are_whole, DOCUMENT, "<w:gridCol [^>]*/>", ""),
    Breach(rules.tables_are_whole, DOCUMENT, "</w:p></w:tc>", "</w:p><w:r/></w:tc>"),
    Breach(rules.properties_come_first, DOCUMENT, "<w:p>", "<w:p><w:r/>"),
    Breach(rules.properties_come_first, DOCUMENT, "</w:sectPr>", "</w:sectPr><w:p/>"),
    Breach(rules.footers_and_settings_fit, "word/settings.xml", "<w:evenAndOddHeaders/>", ""),
    Breach(rules.footers_and_settings_fit, DOCUMENT, 'w:type="even"', 'w:type="first"'),
    Breach(rules.footers_and_settings_fit, DOCUMENT, "(<w:pgSz[^>]*>)(<w:pgMar[^>]*>)", r"\2\1"),
    Breach(rules.fields_are_whole, "word/footer1.xml", 'w:fldCharType="separate"', 'w:fldCharType="end"'),
    Breach(rules.fields_are_whole, "word/footer1.xml", "PAGE", "PAG"),
    Breach(rules.styles_in_use_are_defined, DOCUMENT, '<w:pStyle w:val="BodyText"', '<w:pStyle w:val="Plain"'),
    Breach(rules.styles_in_use_are_defined, DOCUMENT, "ReportTable", "BodyText"),
    Breach(rules.styles_in_use_are_defined, "word/styles.xml", 'styleId="BodyText"', 'styleId="Normal"'),
    Breach(rules.spaces_of_texts_are_kept, "word/footer1.xml", ' xml:space="preserve"', ""),
)


@pytest.mark.parametrize("breach", BREACHES_OF_EXCEL + BREACHES_IN_FORMULAS)
def test_a_breach_of_a_rule_of_excel_is_noticed(files: dict[str, Package], breach: Breach) -> None:
    broken = files["prefilled form"].edited(breach.part, breach.old, breach.new)
    assert list(breach.rule(broken)) != []


@pytest.mark.parametrize("breach", BREACHES_OF_WORD)
def test_a_breach_of_a_rule_of_word_is_noticed(files: dict[str, Package], breach: Breach) -> None:
    assert list(breach.rule(files["report"].edited(breach.part, breach.old, breach.new))) != []


def test_every_rule_has_a_breach_that_shows_it() -> None:
    shown: set[Callable[..., object]] = {b.rule for b in (*BREACHES_OF_EXCEL, *BREACHES_IN_FORMULAS, *BREACHES_OF_WORD)}
    assert shown == set(OF_EVERY_FILE + OF_WORKBOOKS + OF_REPORTS)
