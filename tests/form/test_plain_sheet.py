from io import BytesIO

import pytest
import xlsxwriter
from openpyxl import load_workbook
from xlsxwriter.worksheet import Worksheet

from aggregator.form import template
from aggregator.form.plain_sheet import PlainSheet
from aggregator.model.catalog import Catalog
from tests.form.conftest import COMMUNITY, OCTOBER, STREET, Clerk


def test_a_form_has_the_same_bytes_as_by_the_librarys_own_sheets(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = Clerk(catalog, COMMUNITY, OCTOBER, seed=5).submission()

    def form() -> bytes:
        return template.write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, filled=filled)

    ours = form()
    monkeypatch.setattr(template, "PlainSheet", Worksheet)
    assert form() == ours


def test_a_text_that_looks_like_mark_up_is_a_text_whichever_way_it_is_written() -> None:
    text, buffer = "<r><t>甲 & 乙</t></r>", BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet("表", PlainSheet), book.add_format({"bold": True})
        sheet.write_string("A1", text)
        sheet.write_string("B1", text, bold)
        sheet.write_column("C1", (text, "乙"), bold)
        sheet.merge_range("D1:E1", text, bold)
    read = load_workbook(buffer)["表"]
    assert [read[at].value for at in ("A1", "B1", "C1", "C2", "D1")] == [text, text, text, "乙", text]
    assert [read[at].font.bold for at in ("A1", "B1", "D1")] == [False, True, True]


def test_the_library_still_asks_for_its_formulas_and_writes_its_texts_by_those_names() -> None:
    assert {"_prepare_formula", "_write_string", "_write_rich_string"} <= vars(Worksheet).keys()
