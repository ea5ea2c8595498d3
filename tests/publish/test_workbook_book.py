"""Cells that lose nothing: texts, numbers, days, names of sheets."""

import gc
import weakref
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from aggregator.publish.workbook.book import Book, Cell, is_exact

#: Texts that look like the mark-up of a workbook, whole and broken.
MARKED_UP = ("<r><t>甲</t></r>", "<r>A & B</r>", "<r></si></r>", "<si>", "&lt;", "_x000D_")


def _read_back(cell: Cell) -> object:
    book = Book(title="样例", report_date=date(2026, 10, 31))
    book.add_sheet(book.sheet_name("样例")).put(0, 0, cell, book.style("left"))
    return openpyxl.load_workbook(BytesIO(book.close()))["样例"]["A1"].value


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@cmd", "＝1", "007", "http://a.invalid", "#N/A", "A&B <东风>", *MARKED_UP]
)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert _read_back(text) == text


def test_what_no_reader_can_see_is_shown_as_a_box() -> None:
    assert _read_back("东\x07湖\ud800") == "东□湖□"


def test_a_text_too_long_for_a_cell_says_that_it_was_cut() -> None:
    read = str(_read_back("长" * 40_000))
    assert read.endswith("……（过长，全文见原表）")
    assert len(read) <= 32_767


def test_a_number_with_more_digits_than_a_cell_can_hold_is_written_in_words() -> None:
    assert _read_back(Decimal("1234567890123456.7")) == "1234567890123456.7"
    assert _read_back(Decimal("123456789012.345")) == 123456789012.345


def test_a_day_before_the_calendar_of_excel_is_written_in_words() -> None:
    assert _read_back(date(1899, 5, 4)) == "1899-05-04"


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("经费/项目*台账", "经费 项目 台账"), ("长" * 40, "长" * 31), ("'", "表"), ("History", "History（2）")],
)
def test_names_of_sheets_are_such_as_excel_takes(wanted: str, name: str) -> None:
    assert Book(title="", report_date=date(2026, 10, 31)).sheet_name(wanted) == name


def test_no_two_sheets_have_the_same_name() -> None:
    book = Book(title="", report_date=date(2026, 10, 31))
    assert [book.sheet_name("台账"), book.sheet_name("台账"), book.sheet_name("台账")] == [
        "台账",
        "台账（2）",
        "台账（3）",
    ]


@pytest.mark.parametrize(
    ("text", "exact"), [("0.1", True), ("1E+20", True), ("1234567890.123456", False), ("NaN", False)]
)
def test_exact_is_what_fifteen_digits_can_say(text: str, exact: bool) -> None:  # noqa: FBT001  # a table of cases
    assert is_exact(Decimal(text)) is exact


def test_a_finished_book_is_given_back_without_the_collector() -> None:
    book = Book(title="样例", report_date=date(2026, 10, 31))
    for name in ("甲", "乙"):
        book.add_sheet(book.sheet_name(name)).put(0, 0, "文字", book.style("left"))
    style = weakref.ref(book.style("left"))  # every cell refers to a style, and a style to nothing
    gc.disable()
    try:
        book.close()
        del book
        assert style() is None
    finally:
        gc.enable()
