from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from aggregator.form.layout import FormLayout, layout_hash
from aggregator.form.stamp import PROPERTY, STAMP_SHEET, Stamp
from aggregator.form.template import write_form
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import UnitKind
from tests.form.conftest import COMMUNITY, OCTOBER, STREET


@pytest.fixture(scope="module")
def book(catalog: Catalog) -> openpyxl.Workbook:
    """A blank form of October, opened."""
    form = write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER)
    return openpyxl.load_workbook(BytesIO(form))


@pytest.fixture
def stamp(catalog: Catalog, layout: FormLayout) -> Stamp:
    """What that form should say of itself."""
    return Stamp("青禾街道", "C01", "2026-10", "community", catalog.version, catalog.fingerprint, layout_hash(layout))


def test_the_hidden_sheet_tells_whose_form_it_is(book: openpyxl.Workbook, stamp: Stamp) -> None:
    sheet = book[STAMP_SHEET]
    pairs = {str(key.value): str(value.value) for key, value in sheet["A1:B7"]}
    assert sheet.sheet_state == "veryHidden"
    assert Stamp.from_pairs(pairs) == stamp


def test_the_document_property_tells_it_too(book: openpyxl.Workbook, stamp: Stamp) -> None:
    text = str(getattr(book, "custom_doc_props")[PROPERTY].value)  # noqa: B009  # its type stubs do not know it
    assert Stamp.from_property(text) == stamp
    assert len(text) <= 255


def test_the_defined_names_tell_it_too(book: openpyxl.Workbook, stamp: Stamp) -> None:
    names = {name: str(definition.attr_text) for name, definition in book.defined_names.items()}
    assert Stamp.from_names(names) == stamp


def test_the_hidden_sheet_holds_the_map(book: openpyxl.Workbook, layout: FormLayout) -> None:
    rows = [tuple(cell.value for cell in row) for row in book[STAMP_SHEET]["D1:H400"]]
    assert ("element", "pm_total", "指标表", layout.elements["pm_total"].cell, None) in rows
    roster = next(row for row in rows if row[:2] == ("ledger", "committee_roster"))
    assert roster[2:4] == ("两委班子名册", "4:5:64:B3")
    assert str(roster[4]).startswith("person=A gender=B birth_date=C")


def test_a_stamp_that_lost_a_part_is_no_stamp() -> None:
    assert Stamp.from_pairs({"unit": "C01", "period": "2026-10"}) is None
    assert Stamp.from_property("不是 JSON") is None
    assert Stamp.from_property("[1]") is None
    assert Stamp.from_names({"agg_unit": '="C01"', "_xlnm.Print_Titles": "封面!$1:$1"}) is None


def test_quotes_in_a_name_survive_the_defined_names() -> None:
    stamp = Stamp('“甲"乙”街道', "C01", "2026-10", "office", "1", "f", "l")
    assert Stamp.from_names(stamp.to_names()) == stamp


def test_a_stamp_that_somebody_edited_names_no_month() -> None:
    stamp = Stamp("青禾街道", "C01", "十月", "communities", "1", "f", "l")
    assert stamp.month is None
    assert stamp.kind is None
    assert Stamp("青禾街道", "C01", "2026-10", "office", "1", "f", "l").month == OCTOBER
    assert Stamp("青禾街道", "C01", "2026-10", "office", "1", "f", "l").kind is UnitKind.OFFICE
