"""Our sheet against XlsxWriter's own: the same calls give the same bytes."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from aggregator.publish.workbook.quick_sheet import QuickSheet


def _workbook(kind: type[Worksheet], cells: list[Any], *, constant_memory: bool = False) -> bytes:
    """The cells one below the other, with and without a format, in a row and a column that have their own."""
    content = BytesIO()
    options = {"in_memory": not constant_memory, "constant_memory": constant_memory}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"created": datetime(2026, 10, 31)})  # noqa: DTZ001  # files know no time zone
        formats = [book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})]
        sheet = book.add_worksheet("表", kind)
        sheet.set_column(2, 2, 20, formats[0])
        sheet.set_row(2, 30, formats[1])
        for row, cell in enumerate(cells):
            sheet.write(row, 0, cell, formats[row % 2])
            sheet.write(row, 2, cell)
            sheet.write_blank(row, 27, None, formats[0])
        sheet.write_formula(len(cells), 0, "=SUM(A1:A2)", formats[1], 3)
        sheet.write_url(len(cells), 1, "internal:'表'!A1", formats[0], "返回")
        sheet.write_rich_string(len(cells), 3, formats[0], "粗", formats[1], "细", formats[0])
        sheet.merge_range(len(cells) + 1, 0, len(cells) + 1, 3, "合并", formats[0])
        sheet.write(len(cells) + 40, 1, "远", formats[0])  # the rows between have no cells, and their spans none
    return content.getvalue()


CELLS = ["东风", "东风", "<a & b>", " 前后 ", "_x0041_", 0, -1, 0.1, 64.1, 1e20, 1e-9, 123456789012345, True, None, ""]


@pytest.mark.parametrize("constant_memory", [False, True])
def test_every_kind_of_cell_is_written_as_xlsxwriter_writes_it(constant_memory: bool) -> None:  # noqa: FBT001  # a table of cases
    cells = [*CELLS, date(2026, 10, 31)]
    ours, theirs = (_workbook(kind, cells, constant_memory=constant_memory) for kind in (QuickSheet, Worksheet))
    assert ours == theirs


@given(st.lists(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**15), 10**15))))
def test_every_number_is_written_as_xlsxwriter_writes_it(numbers: list[float]) -> None:
    assert _workbook(QuickSheet, numbers) == _workbook(Worksheet, numbers)


def test_xlsxwriter_still_has_the_steps_that_are_shortened() -> None:
    assert {
        "_write_rows",
        "_write_cell",
        "_write_row",
        "_write_empty_row",
        "_calculate_spans",
        "_assemble_xml_file",
    } <= vars(Worksheet).keys()


def test_a_note_widens_the_span_of_its_rows_as_in_xlsxwriters_own() -> None:
    def noted(kind: type[Worksheet]) -> bytes:
        content = BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
            book.set_properties({"created": datetime(2026, 10, 31)})  # noqa: DTZ001  # files know no time zone
            sheet = book.add_worksheet("表", kind)
            sheet.write(0, 0, "有批注")
            sheet.write_comment(0, 3, "批注")
        return content.getvalue()

    assert noted(QuickSheet) == noted(Worksheet)
