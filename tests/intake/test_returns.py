from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import numbers

from aggregator.form.layout import COVER_SHEET, STAMP_SHEET
from aggregator.form.template import Prefill, write_form
from aggregator.intake.duplicates import version_mark
from aggregator.intake.returns import Intake, read_returns
from aggregator.model.consolidation import Verdict
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import OrgUnit, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Answer, Gap, ValueState

Told = Callable[[Intake, str], list[Finding]]
SEPTEMBER, OCTOBER = Period.month(2026, 9), Period.month(2026, 10)


def verdicts(intake: Intake) -> dict[str, Verdict]:
    return {file.file.name: file.verdict for file in intake.files}


def figures(intake: Intake, unit: str = "C01") -> dict[str, Decimal | None]:
    submission = next(one for one in intake.submissions if one.unit == unit)
    return {code: value.value for code, value in submission.values.items()}  # type: ignore[misc]


def cells(**changed: object) -> Callable[[Any], None]:
    """Sets cells of the indicator sheet."""

    def edit(book: Any) -> None:
        for at, value in changed.items():
            book["指标表"][at] = value

    return edit


def ledger_cells(sheet: str, **changed: object) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        for at, value in changed.items():
            book[sheet][at] = value

    return edit


# ---- what a return says


def test_a_filled_form_is_read_back_as_it_was_filled(inbox: Any) -> None:
    inbox.put("群里收到的.xlsx", inbox.form())
    intake = inbox.read()
    assert intake.findings == ()
    assert verdicts(intake) == {"群里收到的.xlsx": Verdict.ACCEPTED}
    (submission,) = intake.submissions
    assert (submission.unit, submission.period, submission.stock_confirmed) == ("C01", Period.month(2026, 10), True)
    assert figures(intake) == {
        "members": Decimal(120), "visits": Decimal(30), "funds": Decimal("1500.5"), "area": Decimal(800),
    }  # fmt: skip
    assert str(submission.values["funds"].place) == "群里收到的.xlsx:指标表!E10"
    activities = submission.ledgers["activities"]
    assert (activities.state, activities.answer) == (ValueState.VALUE, Answer.HAS_ROWS)
    assert [row.number for row in activities.rows] == [5, 6]
    assert activities.rows[0].cells == {
        "held_on": date(2026, 10, 3), "act_type": "主题党日", "title": "登高", "participants": Decimal(20),
        "community": "梧桐里社区",
    }  # fmt: skip
    assert str(activities.place(activities.rows[1], "participants")) == "群里收到的.xlsx:活动台账!D6"


def test_reading_does_not_depend_on_file_names_or_order(inbox: Any) -> None:
    inbox.put("b.xlsx", inbox.form("C01"))
    inbox.put("a.xlsx", inbox.form("J00", acts=()))
    assert [submission.unit for submission in inbox.read().submissions] == ["C01", "J00"]


def test_blank_zero_and_not_applicable_are_three_things(inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form(), cells(E7=None, E9=0, E11="——"))
    values = inbox.read().submissions[0].values
    assert values["members"].state is ValueState.MISSING
    assert (values["visits"].state, values["visits"].value) == (ValueState.VALUE, Decimal(0))
    assert values["area"].state is ValueState.NOT_APPLICABLE


def test_repairs_are_logged_with_the_value_and_told_once_a_return(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        cells(E7="１２０人", E10="1.5万")(book)
        book["活动台账"]["A5"] = "2026.10.3"

    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    values = intake.submissions[0].values
    assert (values["members"].value, values["members"].raw) == (Decimal(120), "１２０人")
    assert values["members"].repair == "“１２０人”按120读取"
    assert values["funds"].value == Decimal(15000)
    (found,) = told(intake, "cells-repaired")
    assert found.message == (
        "梧桐里有3处填写不规范，已作识别（《指标表》2处、《活动台账》1处）："
        "《指标表》E7 “１２０人”按120读取、《指标表》E10 “1.5万”按15000读取、"
        "《活动台账》A5 “2026.10.3”按2026-10-03读取。"
    )


def test_what_cannot_be_read_is_no_number(inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form(), cells(E9="约50"))
    value = inbox.read().submissions[0].values["visits"]
    assert (value.state, value.value, value.raw) == (ValueState.UNREADABLE, None, "约50")


def test_error_cells_formulas_and_uncalculated_formulas_are_told_apart(inbox: Any, told: Told) -> None:
    # openpyxl writes a formula without its result, as a program does that does not calculate.
    inbox.put("a.xlsx", inbox.form(), cells(E7="=100+20", E9="#REF!"))
    intake = inbox.read()
    values = intake.submissions[0].values
    assert (values["members"].state, values["members"].raw) == (ValueState.UNREADABLE, "=100+20")
    assert (values["visits"].state, values["visits"].raw) == (ValueState.UNREADABLE, "#REF!")
    (uncalculated,) = told(intake, "formulas-uncalculated")
    assert uncalculated.message == "梧桐里《指标表》有1个填报格里是公式，还没有计算出结果，无法读取：E7。"
    (error,) = told(intake, "error-cells")
    assert error.place.cell == "E9"


def test_what_is_told_by_its_cause_is_listed_so_that_no_check_tells_it_again(inbox: Any) -> None:
    def edit(book: Any) -> None:
        cells(E7="#REF!", E9="约50", B10="经费")(book)
        ledger_cells("活动台账", B5="#N/A", B6="郊游")(book)

    inbox.put("a.xlsx", inbox.form(), edit)
    (submission,) = inbox.read().submissions
    told = {(place.sheet, place.cell) for place in submission.told}
    # What somebody typed wrong is the checks' to tell, cell by cell.
    assert told == {("指标表", "E7"), ("指标表", "E10"), ("活动台账", "B5")}


def test_a_form_of_which_hardly_anything_can_be_read_is_not_received_and_its_damage_told(inbox: Any) -> None:
    def edit(book: Any) -> None:
        for name in ("指标表", "活动台账", "后备名册"):
            book[name].delete_rows(4)

    inbox.put("梧桐里.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert verdicts(intake) == {"梧桐里.xlsx": Verdict.EMPTY}
    assert intake.submissions == ()
    assert [found.kind.code for found in intake.findings] == ["file-empty", *["template-changed"] * 3]
    assert intake.findings[0].message == ("梧桐里报的“梧桐里.xlsx”大部分内容读不出来：6个必填项只读出0项，按未报处理。")


def test_a_formula_is_taken_by_its_result_with_a_note(inbox: Any, told: Told) -> None:
    # The writer leaves derived cells without a result; here one stands in an input cell with its result.
    form = inbox.form()
    path = inbox.put("a.xlsx", form)
    path.write_bytes(with_part(form, "xl/worksheets/sheet2.xml", lambda text: calculated(text, "E7", "100+20", "120")))
    intake = inbox.read()
    assert figures(intake)["members"] == Decimal(120)
    (found,) = told(intake, "formulas-taken")
    assert "取其计算结果：E7" in found.message


@pytest.mark.parametrize(
    ("formula", "is_linked"),
    [
        ("[1]九月!$E$7", True),
        ("'[九月汇总.xlsx]指标表'!E7+1", True),
        ("'file:///D:/九月.ods'#$指标表.E7", True),
        ("SUM(台账[党员数])", False),
        ("活动台账!D5", False),
    ],
)
def test_a_formula_that_reads_another_workbook_is_asked_about(inbox: Any, formula: str, *, is_linked: bool) -> None:
    form = inbox.form()
    path = inbox.put("a.xlsx", form)
    path.write_bytes(with_part(form, "xl/worksheets/sheet2.xml", lambda text: calculated(text, "E7", formula, "120")))
    intake = inbox.read()
    assert figures(intake)["members"] == Decimal(120)
    (found,) = [finding for finding in intake.findings if finding.kind.code.startswith("formulas-")]
    assert found.kind.code == ("formulas-linked" if is_linked else "formulas-taken")
    assert found.place.cell == "E7"


def test_what_the_forms_own_formulas_show_is_kept_apart(inbox: Any) -> None:
    form = inbox.form()
    path = inbox.put("a.xlsx", form)
    path.write_bytes(with_part(form, "xl/worksheets/sheet2.xml", lambda text: calculated(text, "E14", "1+2", "3")))
    submission = inbox.read().submissions[0]
    assert submission.stated["acts"].value == Decimal(3)
    assert "acts" not in submission.values


def with_part(form: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """A workbook with one of its parts changed."""
    import zipfile  # noqa: PLC0415
    from io import BytesIO  # noqa: PLC0415

    target = BytesIO()
    with zipfile.ZipFile(BytesIO(form)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for member in source.namelist():
            content = source.read(member)
            if member == name:
                text = content.decode()
                assert change(text) != text
                content = change(text).encode()
            changed.writestr(member, content)
    return target.getvalue()


def calculated(sheet: str, at: str, formula: str, result: str) -> str:
    """A sheet part with a formula and its result in a cell."""
    import re  # noqa: PLC0415

    return re.sub(rf'<c r="{at}"( s="\d+")?[^>]*>.*?</c>', rf'<c r="{at}"\1><f>{formula}</f><v>{result}</v></c>', sheet)


def test_numbers_beside_a_typed_one_are_kept_and_formulas_are_not(inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form(), cells(D9=28, F9="=E9+3", D10=1200.5, F10=9000, D11="不适用"))
    submission = inbox.read().submissions[0]
    shown = {code: (str(value.place), value.value) for code, value in submission.last_shown.items()}
    assert shown == {
        "visits": ("a.xlsx:指标表!D9", Decimal(28)),
        "funds": ("a.xlsx:指标表!D10", Decimal("1200.5")),
    }
    assert {code: value.value for code, value in submission.year_shown.items()} == {"funds": Decimal(9000)}


def test_remarks_are_explanations_and_the_cover_is_kept(inbox: Any) -> None:
    def edit(book: Any) -> None:
        book["指标表"]["H9"] = " 集中走访月 "
        book["封面"]["C6"] = "赵某乙"

    inbox.put("a.xlsx", inbox.form(), edit)
    submission = inbox.read().submissions[0]
    assert submission.explanations == {"visits": "集中走访月"}
    assert submission.cover["compiler"] == "赵某乙"


def test_stocks_are_confirmed_by_the_answer_cell_alone(inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form(confirmed=False))
    assert inbox.read().submissions[0].stock_confirmed is False
    inbox.put("a.xlsx", inbox.form(confirmed=False), cells(E3="√"))
    assert inbox.read().submissions[0].stock_confirmed is True


# ---- ledgers


def test_holes_rows_of_blanks_and_rows_below_the_area_do_not_hide_rows(inbox: Any, told: Told) -> None:
    edit = ledger_cells("活动台账", A9="   ", C10="\u3000", A40=date(2026, 10, 20), B40="志愿服务", C40="夜巡")
    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert [row.number for row in intake.submissions[0].ledgers["activities"].rows] == [5, 6, 40]
    (found,) = told(intake, "rows-beyond")
    assert "有1行登记在表格预留的行以外，已照常读取：第40行" in found.message


@pytest.mark.parametrize("word", ["本月合计", "10月小计：", "合计（人次）", "Total"])
def test_a_row_that_ends_in_the_word_for_a_sum_and_is_not_whole_is_a_subtotal(
    inbox: Any, told: Told, word: str
) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("活动台账", C7=word, D7=35))
    intake = inbox.read()
    assert [row.number for row in intake.submissions[0].ledgers["activities"].rows] == [5, 6]
    assert [found.place.cell for found in told(intake, "subtotal-row")] == ["C7"]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"A900": "、"}, "、"),
        (dict.fromkeys(("A9", "B9", "C9", "D9"), "/"), "/"),
        ({"A9": "本月无"}, "本月无"),
        ({"C9": "无", "D9": "——"}, "无"),
        ({"A9": "日期", "B9": "*活动 类型", "C9": "名称", "D9": "人次"}, ""),
    ],
)
def test_a_row_of_signs_of_words_for_none_or_of_headers_is_no_row(
    inbox: Any, told: Told, cells: dict[str, str], found: str
) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("活动台账", **cells))
    intake = inbox.read()
    assert [row.number for row in intake.submissions[0].ledgers["activities"].rows] == [5, 6]
    assert [finding.kind.code for finding in intake.findings] == ["row-of-nothing"]
    (finding,) = told(intake, "row-of-nothing")
    assert finding.place.cell == next(iter(cells))
    wanted = f"只写了“{found}”" if found else "把表头又写了一遍"
    assert f"行{wanted}，没有当作一条登记计入" in finding.message


def test_an_unanswered_sheet_with_a_word_for_none_in_a_row_is_no_nought(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(acts=(), answers={}), ledger_cells("活动台账", A5="无"))
    intake = inbox.read()
    assert intake.submissions[0].ledgers["activities"].state is ValueState.MISSING
    assert [finding.place.cell for finding in told(intake, "row-of-nothing")] == ["A5"]


def test_a_row_of_nothing_but_numbers_is_a_subtotal(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("活动台账", D9=35))
    intake = inbox.read()
    assert [row.number for row in intake.submissions[0].ledgers["activities"].rows] == [5, 6]
    assert "第9行只有数，没有写是什么，应是合计行" in told(intake, "subtotal-row")[0].message


def test_a_whole_row_called_a_subtotal_counts_until_somebody_says(inbox: Any, told: Told) -> None:
    edit = ledger_cells("活动台账", A7=date(2026, 10, 31), B7="志愿服务", C7="志愿服务小计", D7=35)
    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert [row.number for row in intake.submissions[0].ledgers["activities"].rows] == [5, 6, 7]
    assert [found.place.cell for found in told(intake, "subtotal-likely")] == ["C7"]


def test_a_subtotal_in_a_roster_does_not_quote_what_may_be_a_name(inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("后备名册", A6="王某丙合计"))
    intake = inbox.read()
    assert [found.kind.code for found in intake.findings if "某丙" in found.message + found.value] == []


def test_a_subtotal_row_is_not_counted_and_is_named(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("活动台账", C7="合 计", D7=35))
    intake = inbox.read()
    assert [row.number for row in intake.submissions[0].ledgers["activities"].rows] == [5, 6]
    (found,) = told(intake, "subtotal-row")
    assert (found.place.cell, found.facts["found"]) == ("C7", "填的是“合 计”")


def test_a_row_of_an_earlier_month_is_late_and_a_later_one_is_asked_about(inbox: Any, told: Told) -> None:
    edit = ledger_cells("活动台账", A5="2026-9-28", A6="11月2日")
    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    rows = intake.submissions[0].ledgers["activities"].rows
    assert [(row.cells["held_on"], row.late) for row in rows] == [(date(2026, 9, 28), True), (date(2026, 11, 2), False)]
    (late,) = told(intake, "late-row")
    assert late.message == "梧桐里《活动台账》第5行的日期2026-09-28早于2026年10月，作为补报计入本月。"
    assert late.severity is Severity.NOTE
    (after,) = told(intake, "row-after-period")
    assert after.place.cell == "A6"


def test_a_row_of_half_a_year_ago_and_more_is_asked_about(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("活动台账", A5="2026-4-1", A6="2025年10月9日"))
    late = told(inbox.read(), "late-row")
    assert [(one.place.cell, one.severity) for one in late] == [("A5", Severity.NOTE), ("A6", Severity.QUERY)]
    assert ["不需改动" in one.remedy for one in late] == [True, False]


@pytest.mark.parametrize(
    ("answers", "acts", "state"),
    [
        ({"activities": Answer.NONE_THIS_MONTH}, (), ValueState.VALUE),
        ({}, (), ValueState.MISSING),
        ({"activities": Answer.HAS_ROWS}, (), ValueState.MISSING),
        ({}, ({"title": "登高"},), ValueState.VALUE),
    ],
)
def test_an_empty_ledger_is_no_zero_unless_its_answer_says_so(
    inbox: Any, answers: dict[str, Answer], acts: tuple[dict[str, Any], ...], state: ValueState
) -> None:
    inbox.put("a.xlsx", inbox.form(answers=answers, acts=acts))
    assert inbox.read().submissions[0].ledgers["activities"].state is state


@pytest.mark.parametrize(
    ("typed", "answer"), [("无", Answer.NONE_THIS_MONTH), (" 本月 有 ", Answer.HAS_ROWS), ("嗯", None)]
)
def test_the_answer_cell_is_read_as_people_write_it(inbox: Any, told: Told, typed: str, answer: Answer | None) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("活动台账", B3=typed))
    intake = inbox.read()
    assert intake.submissions[0].ledgers["activities"].answer is answer
    assert len(told(intake, "answer-unreadable")) == (answer is None)


def test_a_number_in_place_of_a_name_is_asked_about(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book["后备名册"]["A5"] = 12
        book["活动台账"]["C5"] = 365  # nothing tells one activity from another by its name alone

    inbox.put("梧桐里.xlsx", inbox.form(), edit)
    intake = inbox.read()
    (found,) = told(intake, "names-numeric")
    assert (found.severity, found.place.sheet, found.place.cell) == (Severity.QUERY, "后备名册", "A5")
    assert found.message == "梧桐里《后备名册》有1个应填名称的格里只有一个数：A5，按所填的读取。"
    assert intake.submissions[0].ledgers["reserve"].rows[0].cells["person"] == "12"


def test_an_unreadable_ledger_cell_keeps_its_text_and_spoils_no_other(inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("活动台账", D5="几十人", B6="植树"))
    rows = inbox.read().submissions[0].ledgers["activities"].rows
    assert rows[0].cells["participants"] is Gap.UNREADABLE
    assert rows[0].raw == {"participants": "几十人"}
    assert (rows[1].cells["act_type"], rows[1].raw) == (Gap.UNREADABLE, {"act_type": "植树"})


def test_no_person_of_a_sensitive_ledger_stands_in_a_finding(inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("后备名册", A5=" 李某甲", B5="√", C5="李某甲 2025年1月6日"))
    intake = inbox.read()
    assert intake.submissions[0].ledgers["reserve"].rows[0].cells["is_ready"] == "是"
    assert [found.message for found in intake.findings if "李" in found.message + found.value] == []
    assert [found.message for found in intake.findings] == [
        "梧桐里有1处填写不规范，已作识别（《后备名册》1处）：《后备名册》B5。"
    ]


# ---- changed templates


def test_a_label_that_moved_makes_its_value_unreadable_and_no_other(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), cells(B9="走访人数"))
    intake = inbox.read()
    values = intake.submissions[0].values
    assert (values["visits"].state, values["visits"].raw) == (ValueState.UNREADABLE, "30")
    assert values["members"].value == Decimal(120)
    (found,) = told(intake, "template-changed")
    assert found.message == "梧桐里《指标表》B9应是“走访户数”，现为“走访人数”；位置对不上的指标没有读取。"


def test_another_unit_beside_a_label_makes_its_value_unreadable(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), cells(C7="名", C9=None, C10="万元", C11="㎡"))
    intake = inbox.read()
    values = intake.submissions[0].values
    # 名 says the same of people as 人, and an erased unit says nothing else.
    assert figures(intake) == {
        "members": Decimal(120), "visits": Decimal(30), "funds": None, "area": Decimal(800),
    }  # fmt: skip
    assert values["funds"].state is ValueState.UNREADABLE
    (found,) = told(intake, "template-changed")
    assert (found.place.cell, found.value) == ("C10", "万元")


def test_two_columns_of_this_month_are_none(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), cells(F4="本月数"))
    intake = inbox.read()
    assert {value.state for value in intake.submissions[0].values.values()} == {ValueState.UNREADABLE}
    (found,) = told(intake, "template-changed")
    assert "F4应是“本年累计”，现为“本月数”" in found.message


def test_a_copy_in_front_whose_name_differs_by_a_blank_is_not_the_sheet(inbox: Any) -> None:
    def edit(book: Any) -> None:
        copied = book.copy_worksheet(book["指标表"])
        copied.title = "指标表 "
        copied["E7"] = 999
        book.move_sheet(copied, -len(book.sheetnames))

    inbox.put("a.xlsx", inbox.form(), edit)
    assert figures(inbox.read())["members"] == Decimal(120)


def test_a_changed_ledger_header_makes_the_ledger_unreadable(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("活动台账", C4="参加人次", D4="名称"))
    intake = inbox.read()
    ledger = intake.submissions[0].ledgers["activities"]
    assert (ledger.state, ledger.rows) == (ValueState.UNREADABLE, ())
    (found,) = told(intake, "template-changed")
    assert found.message == "梧桐里《活动台账》C4应是“名称”，现为“参加人次”（共2处）；位置对不上的台账没有读取。"


def test_what_stands_in_place_of_a_roster_s_header_is_not_quoted(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), ledger_cells("后备名册", A4="李某甲"))
    (found,) = told(inbox.read(), "template-changed")
    assert (found.value, found.facts["found"]) == ("其他内容", "其他内容")


def test_a_lost_sheet_is_named(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), lambda book: book.remove(book["后备名册"]))
    intake = inbox.read()
    assert intake.submissions[0].ledgers["reserve"].state is ValueState.UNREADABLE
    assert [found.place.sheet for found in told(intake, "sheet-missing")] == ["后备名册"]


def test_scratch_numbers_and_hidden_rows_are_noted(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book["指标表"]["K9"] = 15
        book["活动台账"]["J30"] = 99
        book["活动台账"].row_dimensions[6].hidden = True

    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert len(intake.submissions[0].ledgers["activities"].rows) == 2
    assert [(found.place.sheet, found.place.cell) for found in told(intake, "cells-outside")] == [
        ("指标表", "K9"),
        ("活动台账", "J30"),
    ]
    assert "有1个隐藏行里有内容，已照常读取：第6行" in told(intake, "rows-hidden")[0].message


def test_numbers_in_the_columns_of_words_and_texts_with_numbers_are_noted(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        cells(G9=31, H9="上月30户", K10="另有一笔300元未列", K11="已核")(book)
        book["活动台账"]["J5"] = "应为21人"

    inbox.put("a.xlsx", inbox.form(), edit)
    assert [found.message.partition("：")[2] for found in told(inbox.read(), "cells-outside")] == ["G9、K10。", "J5。"]


def test_a_remark_that_takes_the_number_back_is_told(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), cells(H7="应为 130 人", H9="上月填错，本月更正", H10=1600))
    intake = inbox.read()
    assert [(found.place.cell, found.facts["filled"]) for found in told(intake, "remark-contradicts")] == [
        ("H7", "120"),
        ("H10", "1500.5"),
    ]
    assert figures(intake)["members"] == Decimal(120)


def test_a_text_over_a_formula_of_the_form_is_told(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), cells(E14="无"))
    (found,) = told(inbox.read(), "derived-replaced")
    assert "有1个自动统计的格被改成了文字：E14" in found.message


def test_merged_cells_are_named_where_something_stands_in_them(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book["指标表"].merge_cells("E9:E10")
        book["活动台账"].merge_cells("D5:D6")
        book["活动台账"].merge_cells("A15:C15")

    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert [found.facts["cells"] for found in told(intake, "cells-merged")] == ["E9:E10", "D5:D6"]
    assert intake.submissions[0].values["funds"].state is ValueState.MISSING


def test_sheets_that_the_form_does_not_have_are_named(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book.copy_worksheet(book["活动台账"]).title = "活动台账 (2)"
        book.create_sheet("补充")["A1"] = "党员130人"
        book.create_sheet("Sheet1")

    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert [found.facts["sheets"] for found in told(intake, "sheets-copied")] == ["《活动台账 (2)》"]
    assert [found.facts["sheets"] for found in told(intake, "sheets-extra")] == ["《补充》"]


def test_a_workbook_that_counts_its_days_from_1904_is_told_once(inbox: Any, told: Told) -> None:
    form = with_part(
        inbox.form(), "xl/workbook.xml", lambda part: part.replace("<workbookPr", '<workbookPr date1904="1"')
    )
    inbox.put("a.xlsx", form)
    assert len(told(inbox.read(), "dates-counted-otherwise")) == 1


def test_hidden_sheets_and_columns_are_read_and_named(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book["活动台账"].sheet_state = "veryHidden"
        book["活动台账"].column_dimensions["D"].hidden = True
        book["指标表"].column_dimensions["E"].hidden = True

    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert len(intake.submissions[0].ledgers["activities"].rows) == 2
    assert [found.facts["sheets"] for found in told(intake, "sheets-hidden")] == ["《活动台账》"]
    hidden = [(found.place.sheet, found.facts["cells"]) for found in told(intake, "columns-hidden")]
    assert hidden == [("指标表", "E"), ("活动台账", "D")]


def test_a_form_of_other_blocks_is_read_by_its_own_map(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form())
    street = inbox.street
    inbox.street = type(street)(street.units, street.settings, frozenset({"base", "extra"}))
    intake = inbox.read()
    values = intake.submissions[0].values
    # 游园个数 came into use after the form had been handed out, above which the other cells moved.
    assert values["parks"].state is ValueState.NOT_ASKED
    assert figures(intake)["area"] == Decimal(800)
    (found,) = told(intake, "catalog-version-other")
    assert found.severity.value == "query"
    assert told(intake, "template-changed") == []


# ---- whose form it is


def without_stamp(book: Any) -> None:
    del book[STAMP_SHEET]
    book.custom_doc_props.props.clear()
    for name in [name for name in book.defined_names if name.startswith("agg_")]:
        del book.defined_names[name]


@pytest.mark.parametrize(
    ("lost", "by"),
    [
        (("sheet",), "印记"),
        (("sheet", "property"), "印记"),
        (("sheet", "property", "names"), "封面"),
        (("sheet", "property", "names", "cover"), "文件名"),
    ],
)
def test_identity_survives_the_loss_of_its_marks(inbox: Any, lost: tuple[str, ...], by: str) -> None:
    def edit(book: Any) -> None:
        if "sheet" in lost:
            del book[STAMP_SHEET]
        if "property" in lost:
            book.custom_doc_props.props.clear()
        if "names" in lost:
            without_marks = [name for name in book.defined_names if name.startswith("agg_")]
            for name in without_marks:
                del book.defined_names[name]
        if "cover" in lost:
            book[COVER_SHEET]["C5"] = None
            book[COVER_SHEET]["E5"] = None

    inbox.put("北苑(东)居委会2026年10月.xlsx", inbox.form("C02"), edit)
    intake = inbox.read()
    assert [(file.unit, file.verdict, file.identified_by) for file in intake.files] == [("C02", Verdict.ACCEPTED, by)]


def test_a_form_without_month_is_taken_with_a_question(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        without_stamp(book)
        book[COVER_SHEET]["E5"] = None

    inbox.put("北苑东.xlsx", inbox.form("C02"), edit)
    intake = inbox.read()
    assert [submission.unit for submission in intake.submissions] == ["C02"]
    assert len(told(intake, "period-assumed")) == 1


def test_a_name_that_only_resembles_one_decides_nothing(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        without_stamp(book)
        book[COVER_SHEET]["C5"] = "梧桐李社区"

    inbox.put("月报.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert verdicts(intake) == {"月报.xlsx": Verdict.UNKNOWN_UNIT}
    (found,) = told(intake, "unit-unknown")
    assert found.message == (
        "“月报.xlsx”是哪个单位的报表不能确定（封面为“梧桐李社区”；文件名中没有单位名称），没有计入汇总。"
        "名称相近的有“梧桐里社区”。"
    )


def test_a_file_name_against_the_stamp_is_told(inbox: Any, told: Told) -> None:
    inbox.put("北苑东10月.xlsx", inbox.form("C01"))
    intake = inbox.read()
    assert [submission.unit for submission in intake.submissions] == ["C01"]
    (found,) = told(intake, "identity-contradiction")
    assert (
        "报送单位前后不一致：印记为梧桐里社区；封面为“梧桐里社区”；文件名提到北苑（东）社区；按印记认定为梧桐里社区"
        in (found.message)
    )


def test_cover_and_name_against_the_stamp_leave_nobody_sure(inbox: Any) -> None:
    def edit(book: Any) -> None:
        book[COVER_SHEET]["C5"] = "北苑（东）社区"

    inbox.put("北苑东10月.xlsx", inbox.form("C01"), edit)
    intake = inbox.read()
    assert intake.submissions == ()
    assert verdicts(intake) == {"北苑东10月.xlsx": Verdict.UNKNOWN_UNIT}


def test_the_form_of_another_street_is_not_ours_though_the_codes_are(inbox: Any) -> None:
    form = inbox.form("C01")
    inbox.put("a.xlsx", form)
    units = tuple(
        type(unit)(unit.code, f"新{unit.name}", unit.short_name + "新", unit.kind) for unit in inbox.street.units
    )
    inbox.street = type(inbox.street)(units, {"set_street_name": "云山街道"})
    assert verdicts(inbox.read()) == {"a.xlsx": Verdict.UNKNOWN_UNIT}


# ---- what is left out


def test_another_month_is_left_out_and_named(inbox: Any, told: Told) -> None:
    inbox.put("梧桐里.xlsx", inbox.form(period=SEPTEMBER))
    intake = inbox.read()
    assert intake.submissions == ()
    assert verdicts(intake) == {"梧桐里.xlsx": Verdict.WRONG_PERIOD}
    (found,) = told(intake, "period-wrong")
    assert found.message == "“梧桐里.xlsx”是梧桐里2026年9月的报表，本次汇总的是2026年10月，没有计入汇总。"


def test_a_unit_that_is_not_open_is_left_out(inbox: Any, told: Told) -> None:
    inbox.put("南湖.xlsx", inbox.form("C03"))
    intake = inbox.read()
    assert intake.submissions == ()
    assert len(told(intake, "unit-not-open")) == 1


def test_a_workbook_of_somebody_else_is_foreign(inbox: Any, told: Told) -> None:
    book = Workbook()
    book.active["A1"] = "梧桐里通讯录"  # type: ignore[index]
    book.save(inbox.folder / "梧桐里通讯录.xlsx")
    intake = inbox.read()
    assert verdicts(intake) == {"梧桐里通讯录.xlsx": Verdict.FOREIGN}
    assert len(told(intake, "file-foreign")) == 1


def test_unreadable_files_are_told_with_their_cause_and_the_rest_goes_on(inbox: Any, told: Told) -> None:
    inbox.put("北苑东.xlsx", b"")
    inbox.put("南湖.xlsx", b"%PDF-1.7 ...")
    inbox.put("照片.png", b"\x89PNG")
    inbox.put("~$梧桐里.xlsx", b"lock")
    inbox.put("梧桐里.xlsx", inbox.form())
    intake = inbox.read()
    assert [submission.unit for submission in intake.submissions] == ["C01"]
    assert verdicts(intake) == {
        "~$梧桐里.xlsx": Verdict.IGNORED,
        "北苑东.xlsx": Verdict.UNREADABLE,
        "南湖.xlsx": Verdict.UNREADABLE,
        "梧桐里.xlsx": Verdict.ACCEPTED,
        "照片.png": Verdict.IGNORED,
    }
    assert [found.message for found in told(intake, "file-unreadable")] == [
        "“北苑东.xlsx”无法读取：文件为空，没有任何内容。",
        "“南湖.xlsx”无法读取：文件实为PDF文档，不是表格。",
    ]
    assert [found.message for found in told(intake, "file-ignored")] == ["“照片.png”是图片，不是报表，没有读取。"]


def test_an_empty_form_counts_as_not_received(inbox: Any) -> None:
    inbox.put("梧桐里.xlsx", inbox.form(figures={}, acts=(), answers={}, confirmed=False))
    intake = inbox.read()
    # The rows of the stock ledger say that somebody filled in something: one of six required items is 17 %.
    assert verdicts(intake) == {"梧桐里.xlsx": Verdict.EMPTY}
    assert intake.submissions == ()
    (found,) = intake.findings
    assert found.message == "梧桐里报的“梧桐里.xlsx”是空表：6个必填项本单位只填了1项，按未报处理。"


# ---- several files of one unit


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("梧桐里最终版.xlsx", "梧桐里.xlsx"),
        ("梧桐里最终版2.xlsx", "梧桐里最终版.xlsx"),
        ("梧桐里(2).xlsx", "梧桐里（1）.xlsx"),
        ("梧桐里修改.xlsx", "梧桐里(3).xlsx"),
        ("梧桐里v3.xlsx", "梧桐里V2.xlsx"),
        ("梧桐里终稿.xlsx", "梧桐里修改稿3.xlsx"),
    ],
)
def test_a_name_tells_the_later_version(later: str, earlier: str) -> None:
    assert version_mark(later) > version_mark(earlier)


@pytest.mark.parametrize("name", ["梧桐里2026年10月.xlsx", "梧桐里 10.xlsx", "改革路社区.xlsx"])
def test_a_month_or_a_name_is_no_version(name: str) -> None:
    assert version_mark(name) == (0, 0)


def test_of_two_files_the_later_version_counts_and_the_difference_is_told(inbox: Any, told: Told) -> None:
    new = inbox.put("梧桐里最终版2.xlsx", inbox.form(), cells(E7=121, E9=31))
    old = inbox.put("梧桐里最终版.xlsx", inbox.form())
    os.utime(new, (1_000_000, 1_000_000))  # copied about: its date says nothing
    os.utime(old, (2_000_000, 2_000_000))
    intake = inbox.read()
    assert figures(intake)["members"] == Decimal(121)
    assert verdicts(intake) == {"梧桐里最终版.xlsx": Verdict.SUPERSEDED, "梧桐里最终版2.xlsx": Verdict.ACCEPTED}
    (found,) = told(intake, "file-superseded")
    assert found.message == (
        "梧桐里本月报了几份：采用“梧桐里最终版2.xlsx”（文件名标明是后一版），“梧桐里最终版.xlsx”没有计入。"
        "两份有2处不同（没有计入的→采用的）：《指标表》E7“党员总数”120→121、《指标表》E9“走访户数”30→31。"
    )


def test_between_names_that_say_nothing_the_date_of_the_file_decides(inbox: Any) -> None:
    first = inbox.put("b.xlsx", inbox.form(), cells(E7=1))
    second = inbox.put("a.xlsx", inbox.form(), cells(E7=2))
    os.utime(first, (1_000_000, 1_000_000))
    os.utime(second, (2_000_000, 2_000_000))
    assert figures(inbox.read())["members"] == Decimal(2)


def test_an_empty_form_does_not_replace_a_filled_one(inbox: Any) -> None:
    inbox.put("梧桐里.xlsx", inbox.form())
    inbox.put("梧桐里最终版.xlsx", inbox.form(figures={}, acts=(), answers={}, confirmed=False))
    intake = inbox.read()
    assert [submission.unit for submission in intake.submissions] == ["C01"]
    assert verdicts(intake)["梧桐里最终版.xlsx"] is Verdict.SUPERSEDED


def test_a_text_cell_formatted_as_a_date_in_a_count_is_not_taken_for_a_number(inbox: Any) -> None:
    def edit(book: Any) -> None:
        book["指标表"]["E9"].number_format = numbers.FORMAT_DATE_YYYYMMDD2

    inbox.put("a.xlsx", inbox.form(), edit)
    assert inbox.read().submissions[0].values["visits"].state is ValueState.UNREADABLE


def test_progress_is_told_for_each_file(inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form("C01"))
    inbox.put("b.xlsx", inbox.form("C02"))
    steps: list[tuple[str, int, int]] = []
    inbox.read(on_file=lambda *step: steps.append(step))
    assert steps == [("读取报表", 1, 2), ("读取报表", 2, 2)]


# ---- prefilled and blank forms


def prefilled(inbox: Any) -> bytes:
    """October's form of C01 with the stocks of September in it, as it was handed out."""
    inbox.put("9月.xlsx", inbox.form(period=SEPTEMBER))
    unit = inbox.street.unit("C01")
    september = read_returns(inbox.folder, catalog=inbox.catalog, street=inbox.street, period=SEPTEMBER).submissions[0]
    (inbox.folder / "9月.xlsx").unlink()
    prefill = Prefill(september.values, september.ledgers, SEPTEMBER)
    return write_form(catalog=inbox.catalog, street=inbox.street, unit=unit, period=OCTOBER, prefill=prefill)


def test_a_prefilled_form_sent_back_as_it_was_is_empty(inbox: Any) -> None:
    inbox.put("梧桐里.xlsx", prefilled(inbox))
    intake = inbox.read()
    assert verdicts(intake) == {"梧桐里.xlsx": Verdict.EMPTY}
    assert "6个必填项本单位只填了0项" in intake.findings[0].message


def test_confirmed_stocks_are_the_units_own(inbox: Any) -> None:
    inbox.put("梧桐里.xlsx", prefilled(inbox), cells(E3="已核对"))
    intake = inbox.read()
    assert verdicts(intake) == {"梧桐里.xlsx": Verdict.ACCEPTED}
    assert figures(intake) == {"members": Decimal(120), "visits": None, "funds": None, "area": Decimal(800)}


def blank(inbox: Any, kind: UnitKind) -> bytes:
    """The form that belongs to nobody yet."""
    nobody = OrgUnit("", "", "", kind)
    return write_form(catalog=inbox.catalog, street=inbox.street, unit=nobody, period=OCTOBER)


def test_a_blank_form_belongs_to_whom_its_cover_names(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book["封面"]["C5"] = "梧桐里居委会"
        cells(E7=1, E9=2, E10=3, E11=4)(book)

    inbox.put("报表.xlsx", blank(inbox, UnitKind.COMMUNITY), edit)
    intake = inbox.read()
    assert [(file.unit, file.identified_by) for file in intake.files] == [("C01", "封面")]
    assert len(told(intake, "period-assumed")) == 1


def test_a_blank_form_takes_its_month_from_the_file_name(inbox: Any) -> None:
    def edit(book: Any) -> None:
        book["封面"]["C5"] = "梧桐里"
        cells(E7=1, E9=2, E10=3, E11=4)(book)

    inbox.put("9月.xlsx", blank(inbox, UnitKind.COMMUNITY), edit)
    assert verdicts(inbox.read()) == {"9月.xlsx": Verdict.WRONG_PERIOD}


def test_the_form_of_the_office_is_no_form_for_a_community(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book["封面"]["C5"] = "梧桐里"

    inbox.put("梧桐里10月.xlsx", blank(inbox, UnitKind.OFFICE), edit)
    intake = inbox.read()
    assert intake.submissions == ()
    (found,) = told(intake, "form-kind-wrong")
    assert "是街道本级用的报表，应使用社区用的报表" in found.message


def test_marks_that_contradict_each_other_are_told(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        book[STAMP_SHEET]["B2"] = "C02"

    inbox.put("梧桐里.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert [submission.unit for submission in intake.submissions] == ["C01"]
    (found,) = told(intake, "identity-contradiction")
    assert (
        "印记表为C02 2026-10；文档属性为C01 2026-10；定义名称为C01 2026-10；按多数印记认定为C01 2026-10"
        in found.message
    )
