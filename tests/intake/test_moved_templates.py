"""Rows, columns and sheets that were moved: found by their labels, or lost and told; never another one's number.

The indicator sheet of the small catalog: headers in row 4, 党员总数 in row 7 (120), 走访户数 in 9 (30), 支出经费 in 10
(1500.5), 服务面积 in 11 (800).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from aggregator.intake.returns import Intake
from aggregator.model.finding import Finding
from aggregator.model.value import Answer, ValueState

Told = Callable[[Intake, str], list[Finding]]
Edit = Callable[[Any], None]
FIGURES, ACTS, RESERVE = "指标表", "活动台账", "后备名册"
FILLED = {"members": Decimal(120), "visits": Decimal(30), "funds": Decimal("1500.5"), "area": Decimal(800)}


def on(name: str, change: Edit) -> Edit:
    """Changes one sheet, whose merged cells are split first, as openpyxl does not move them."""

    def edit(book: Any) -> None:
        for merged in [str(area) for area in book[name].merged_cells.ranges]:
            book[name].unmerge_cells(merged)
        change(book[name])

    return edit


def swapped(one: int, other: int, columns: range = range(1, 9)) -> Edit:
    """Two rows that changed places, in some columns."""

    def change(sheet: Any) -> None:
        for column in columns:
            first, second = sheet.cell(one, column), sheet.cell(other, column)
            first.value, second.value = second.value, first.value

    return change


def cells(**changed: object) -> Edit:
    """Cells typed over."""

    def change(sheet: Any) -> None:
        for at, value in changed.items():
            sheet[at] = value

    return change


def both(*changes: Edit) -> Edit:
    """One change after the other."""

    def change(sheet: Any) -> None:
        for one in changes:
            one(sheet)

    return change


def figures(intake: Intake) -> dict[str, Any]:
    return {code: value.value for code, value in intake.submissions[0].values.items()}


def lost(intake: Intake) -> set[str]:
    return {code for code, value in intake.submissions[0].values.items() if value.state is ValueState.UNREADABLE}


# ---- the indicator sheet


@pytest.mark.parametrize(
    ("change", "place", "told_at"),
    [
        (lambda sheet: sheet.insert_rows(9), "E10", "B10"),
        (lambda sheet: sheet.insert_rows(1, 3), "E12", "B10"),
        (lambda sheet: sheet.delete_rows(8), "E8", "B8"),
        (lambda sheet: sheet.insert_cols(5), "F9", "F4"),
        (lambda sheet: sheet.insert_cols(1), "F9", "B4"),
        (lambda sheet: sheet.delete_cols(3), "D9", "C4"),
        (swapped(9, 11), "E11", "B9"),
        (cells(B9=None), "E9", "B9"),
        (cells(E4=None), "E9", "E4"),
        (cells(D4="9月数"), "E9", ""),
    ],
    ids=[
        "a row put in", "rows above", "a heading deleted", "a column put in", "a column before all",
        "the units deleted", "lines swapped", "a name erased", "a header erased", "another header",
    ],
)  # fmt: skip
def test_figures_are_found_by_name_number_and_header(
    inbox: Any, told: Told, change: Edit, place: str, told_at: str
) -> None:
    inbox.put("a.xlsx", inbox.form(), on(FIGURES, change))
    intake = inbox.read()
    assert figures(intake) == FILLED
    assert intake.submissions[0].values["visits"].place.cell == place
    assert intake.submissions[0].stock_confirmed is True
    assert [found.place.cell for found in told(intake, "template-adapted")] == ([told_at] if told_at else [])
    assert told(intake, "template-changed") == []


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        (swapped(9, 10, range(2, 3)), {"visits", "funds"}),
        (cells(B9="走访户数", B10="走访户数"), {"funds"}),
        (lambda sheet: sheet.delete_rows(10), {"funds"}),
        (both(swapped(9, 10, range(2, 3)), lambda sheet: sheet.insert_rows(8)), {"visits", "funds"}),
        (both(cells(A9=None, A10=None), swapped(9, 10, range(2, 3))), {"visits", "funds"}),
    ],
    ids=["names swapped", "a name twice", "a line deleted", "names swapped and a row put in", "names and no numbers"],
)
def test_a_line_whose_name_and_number_disagree_is_lost(inbox: Any, told: Told, change: Edit, gone: set[str]) -> None:
    inbox.put("a.xlsx", inbox.form(), on(FIGURES, change))
    intake = inbox.read()
    assert lost(intake) == gone
    assert figures(intake) == {code: None if code in gone else value for code, value in FILLED.items()}
    assert len(told(intake, "template-changed")) == 1


def test_a_copy_of_a_line_below_it_says_the_same_or_nobody_knows(inbox: Any) -> None:
    def copied(typed: float) -> Edit:
        def change(sheet: Any) -> None:
            sheet.insert_rows(10)
            for column in range(1, 9):
                sheet.cell(10, column).value = sheet.cell(9, column).value
            sheet["E10"] = typed

        return change

    inbox.put("a.xlsx", inbox.form(), on(FIGURES, copied(30)))
    assert figures(inbox.read()) == FILLED
    inbox.put("a.xlsx", inbox.form(), on(FIGURES, copied(31)))
    assert lost(inbox.read()) == {"visits"}


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.move_range("D4:H4", cols=1),
        cells(D4="本月数", E4="上月数"),
        cells(E4="本月数（万）"),
        lambda sheet: sheet.delete_rows(4),
        lambda sheet: sheet.delete_cols(5),
        cells(C4="上月数", D4="本月数", E4="本年累计", F4="填报说明", G4="备注（有出入的写明原因）", H4=None),
    ],
    ids=["headers alone pushed", "swapped", "in ten thousands", "deleted", "values deleted", "headers alone pulled"],
)
def test_headers_that_do_not_belong_to_their_columns_are_not_read_by(inbox: Any, told: Told, change: Edit) -> None:
    inbox.put("a.xlsx", inbox.form(), on(FIGURES, change))
    intake = inbox.read()
    assert lost(intake) == set(FILLED)
    assert len(told(intake, "template-changed")) == 1


def test_remarks_and_last_months_numbers_go_with_their_columns(inbox: Any) -> None:
    def change(sheet: Any) -> None:
        sheet["D9"], sheet["H9"] = 28, "集中走访月"
        sheet.insert_cols(4)
        sheet.insert_cols(8)

    inbox.put("a.xlsx", inbox.form(), on(FIGURES, change))
    submission = inbox.read().submissions[0]
    assert submission.explanations == {"visits": "集中走访月"}
    assert {code: (value.place.cell, value.value) for code, value in submission.last_shown.items()} == {
        "visits": ("E9", Decimal(28))
    }


def test_a_number_in_the_line_of_a_heading_is_outside(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), on(FIGURES, cells(E8=5)))
    assert [found.place.cell for found in told(inbox.read(), "cells-outside")] == ["E8"]


# ---- ledgers


@pytest.mark.parametrize(
    ("change", "column", "told_at"),
    [
        (lambda sheet: sheet.insert_rows(1, 2), "D", "A6"),
        (lambda sheet: sheet.insert_rows(4), "D", "A5"),
        (lambda sheet: sheet.delete_rows(2), "D", "A3"),
        (lambda sheet: sheet.insert_cols(2), "E", "C4"),
        (lambda sheet: sheet.insert_cols(1), "E", "B4"),
        (cells(D4=None), "D", "D4"),
        (both(lambda sheet: sheet.insert_cols(3), cells(C4="经办", C5="老张", C6="老李")), "E", "D4"),
    ],
    ids=["rows above", "a row above the headers", "the words deleted", "a column put in", "a column before all",
         "a header erased", "a column of their own"],
)  # fmt: skip
def test_a_ledger_is_found_by_its_headers(inbox: Any, told: Told, change: Edit, column: str, told_at: str) -> None:
    inbox.put("a.xlsx", inbox.form(), on(ACTS, change))
    intake = inbox.read()
    ledger = intake.submissions[0].ledgers["activities"]
    assert [row.cells["participants"] for row in ledger.rows] == [Decimal(20), Decimal(15)]
    assert ledger.answer is Answer.HAS_ROWS
    assert ledger.columns["participants"] == column
    assert [found.place.cell for found in told(intake, "template-adapted")] == [told_at]


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.move_range("C4:D4", cols=1),
        lambda sheet: sheet.delete_cols(4),
        lambda sheet: sheet.delete_rows(4),
        cells(C4="参加人次", D4="*名称"),
        cells(D4="参加人次（百人）"),
    ],
    ids=["headers alone pushed", "a column deleted", "headers deleted", "headers swapped", "another header"],
)
def test_a_ledger_whose_headers_do_not_belong_to_it_is_lost(inbox: Any, told: Told, change: Edit) -> None:
    inbox.put("a.xlsx", inbox.form(), on(ACTS, change))
    intake = inbox.read()
    assert intake.submissions[0].ledgers["activities"].state is ValueState.UNREADABLE
    assert len(told(intake, "template-changed")) == 1


def test_what_is_pushed_out_of_a_ledger_is_told_though_it_is_no_number(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), on(RESERVE, lambda sheet: sheet.move_range("A5:C5", cols=1)))
    (found,) = told(inbox.read(), "row-slipped")
    assert "（最后一格到了表外的D5）" in found.message


def test_a_header_merged_with_the_first_row_is_told(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), lambda book: book[ACTS].merge_cells("D4:D5"))
    assert [found.place.cell for found in told(inbox.read(), "cells-merged")] == ["D4"]


# ---- sheets


def test_renamed_sheets_are_known_by_their_headers(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book[FIGURES].title = "Sheet1"
        book[RESERVE].title, book[ACTS].title = "x", RESERVE
        book["x"].title = ACTS

    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    submission = intake.submissions[0]
    assert figures(intake) == FILLED
    assert {code: len(sheet.rows) for code, sheet in submission.ledgers.items()} == {"activities": 2, "reserve": 1}
    assert submission.ledgers["reserve"].answer_place.sheet == ACTS
    (found,) = told(intake, "sheets-renamed")
    assert found.facts["sheets"] == "《Sheet1》即《指标表》、《后备名册》即《活动台账》、《活动台账》即《后备名册》"
    assert told(intake, "sheets-copied") == []


def test_of_two_sheets_that_could_be_the_lost_one_neither_is(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book[ACTS].title = "活动1"
        book.copy_worksheet(book["活动1"]).title = "活动2"

    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert intake.submissions[0].ledgers["activities"].state is ValueState.UNREADABLE
    assert [found.place.sheet for found in told(intake, "sheet-missing")] == [ACTS]


def test_the_copy_of_a_damaged_sheet_takes_its_place_and_both_are_named(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book.copy_worksheet(book[ACTS]).title = "活动台账 (2)"
        book[ACTS].delete_rows(4)

    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert len(intake.submissions[0].ledgers["activities"].rows) == 2
    assert [found.facts["sheets"] for found in told(intake, "sheets-renamed")] == ["《活动台账 (2)》即《活动台账》"]
    assert [found.facts["sheets"] for found in told(intake, "sheets-copied")] == ["《活动台账》"]


# ---- the cover and the check sheet


def without_marks(book: Any) -> None:
    """The hidden sheet, the property and the names that say whose form it is are gone."""
    del book["_stamp"]
    book.custom_doc_props.props.clear()
    for name in [name for name in book.defined_names if name.startswith("agg_")]:
        del book.defined_names[name]


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.insert_rows(1, 2),
        lambda sheet: sheet.insert_cols(1),
        lambda sheet: sheet.insert_cols(3),
        lambda sheet: sheet.delete_rows(2),
        lambda sheet: setattr(sheet, "title", "Sheet1"),
    ],
    ids=["rows above", "a column before all", "a column between", "a row deleted", "renamed"],
)
def test_the_cover_is_known_by_its_labels_where_nothing_else_says_whose_form_it_is(inbox: Any, change: Edit) -> None:
    def edit(book: Any) -> None:
        book["封面"]["C6"] = "赵某乙"
        on("封面", change)(book)
        without_marks(book)

    inbox.put("报表.xlsx", inbox.form("C02"), edit)
    intake = inbox.read()
    assert [(file.unit, file.identified_by) for file in intake.files] == [("C02", "封面")]
    assert [found.kind.code for found in intake.findings] == []
    assert intake.submissions[0].cover["compiler"] == "赵某乙"


def test_a_blank_answer_on_the_cover_is_not_the_next_label(inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form(), on("封面", cells(C6=None)))
    assert "compiler" not in inbox.read().submissions[0].cover


def test_a_form_copied_into_sheets_of_other_names_is_still_a_form(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        without_marks(book)
        for number, name in enumerate(("封面", FIGURES, "校验", ACTS, RESERVE), 1):
            book[name].title = f"Sheet{number}"

    inbox.put("梧桐里.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert figures(intake) == FILLED
    assert len(told(intake, "sheets-renamed")) == 1


@pytest.mark.parametrize(
    ("change", "explained"),
    [
        (lambda _sheet: None, {"R1": "新建小区入户多"}),
        (lambda sheet: sheet.insert_rows(6), {"R1": "新建小区入户多"}),
        (lambda sheet: sheet.insert_cols(2), {"R1": "新建小区入户多"}),
        (lambda sheet: sheet.move_range("B10:B11", rows=1), {}),
        (lambda sheet: sheet.move_range("F10:F10", rows=1), {"R2": "新建小区入户多"}),
        (cells(F4="说明1"), {}),
    ],
    ids=["as it was", "a row put in", "a column put in", "texts pushed down", "beside another rule", "another header"],
)
def test_a_rule_is_explained_where_its_text_stands(inbox: Any, change: Edit, explained: dict[str, str]) -> None:
    # Of the check sheet of the small catalog: the parts begin in rows 5 and 9, the rules stand in rows 10 and 11.
    inbox.put("a.xlsx", inbox.form(), on("校验", both(cells(F10="新建小区入户多"), change)))
    assert inbox.read().submissions[0].explanations == explained
