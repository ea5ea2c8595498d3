"""What a program had counted on each sheet, against what is read of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from time import process_time
from typing import Any

import pytest

from aggregator.intake.cells import Cell, Sheet, Visibility, Workbook
from aggregator.intake.control_totals import miscounts
from aggregator.intake.file_kind import Format
from aggregator.model.finding import Finding, Severity
from tests.counted import counted, counted_xlsx
from tests.intake.conftest import changed
from tests.other_workbooks import as_ods, as_xls, as_xlsb, parts_of
from tests.workbooks import BOOL, ERROR, NUMBER, TEXT, book, cells_of, values_of

A1, B2, C3, D9 = (1, 1), (2, 2), (3, 3), (9, 4)
#: 甲乙, 5 and 0 in A1:C3. A1 weighs 1 + 1009 = 1010, B2 2 + 2018 = 2020, C3 3 + 3027 = 3030; the filling is twice 1010
#: for two characters, and once the weight of each number.
CELLS = {A1: Cell(TEXT, "甲乙"), B2: Cell(NUMBER, "5"), C3: Cell(NUMBER, "0")}
COUNTED = ("1", "1", "3", "3", "2", "5", "10100", "7070")


def workbook(cells: Mapping[tuple[int, int], Cell], *totals: str, name: str = "活动台账", **more: Any) -> Workbook:
    """A sheet, and the totals that a program had counted on one that was called 活动台账."""
    kept = {(1, 11 + i): Cell(NUMBER, total, "COUNT") for i, total in enumerate(totals)}
    stamp = {(1, 10): Cell(TEXT, "活动台账"), **kept}
    return replace(book(_sheet(name, cells), _sheet("_stamp", stamp)), **more)


def _sheet(name: str, cells: Mapping[tuple[int, int], Cell]) -> Sheet:
    return Sheet(name, Visibility.VISIBLE, cells, frozenset(), (), ())


def differing(found: Workbook, renamed: Mapping[str, str] | None = None) -> list[str]:
    """What is said of each sheet that differs."""
    return [one.words for one in miscounts(found, renamed or {})]


def test_a_sheet_that_is_as_it_was_counted_agrees() -> None:
    assert differing(workbook(CELLS, *COUNTED)) == []


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({B2: Cell(NUMBER, "6")}, "《活动台账》存盘时算得2个数、合计5，现读出2个数、合计6"),
        ({B2: Cell(TEXT, "5")}, "《活动台账》存盘时算得2个数、合计5，现读出1个数、合计0"),
        ({A1: Cell(NUMBER, "12345678")}, "《活动台账》存盘时算得2个数、合计5，现读出3个数、合计12,345,683"),
        ({A1: Cell(TEXT, "甲乙丙")}, "《活动台账》文字的字数或位置与存盘时不同"),
        ({A1: Cell(TEXT, "乙")}, "《活动台账》文字的字数或位置与存盘时不同"),
        ({C3: Cell(TEXT, "", ""), (2, 3): Cell(NUMBER, "0")}, "《活动台账》文字的字数或位置与存盘时不同"),
        ({B2: Cell(NUMBER, "0"), C3: Cell(NUMBER, "5")}, "《活动台账》数的位置与存盘时不同"),
        ({B2: Cell(TEXT, "", ""), (2, 3): Cell(NUMBER, "5")}, "《活动台账》数的位置与存盘时不同"),
        ({B2: Cell(NUMBER, "7.123456789")}, "《活动台账》存盘时算得2个数、合计5，现读出2个数、合计7.12"),
        ({B2: Cell(NUMBER, "5.0000000001")}, "《活动台账》存盘时算得2个数、合计5，现读出2个数、合计5.0000000001"),
    ],
)
def test_nothing_changes_or_moves_without_a_word(cells: dict[tuple[int, int], Cell], words: str) -> None:
    assert differing(workbook({**CELLS, **cells}, *COUNTED)) == [words]


def test_what_stands_outside_the_area_was_not_counted() -> None:
    assert differing(workbook({**CELLS, D9: Cell(NUMBER, "7"), (3, 9): Cell(TEXT, "远")}, *COUNTED)) == []


def test_the_area_is_the_one_where_it_lies_now() -> None:
    # Two rows were inserted above: A3 weighs 1012, B4 2022, C5 3032.
    moved = {(row + 2, column): cell for (row, column), cell in CELLS.items()}
    assert differing(workbook(moved, "3", "1", "3", "3", "2", "5", "10110", "7078")) == []


def test_sums_may_differ_in_their_last_binary_digits_only() -> None:
    cells = {A1: Cell(NUMBER, "0.1"), B2: Cell(NUMBER, "0.2")}
    # 0.1 × 1010 + 0.2 × 2020 = 505; as binary fractions 0.1 + 0.2 is 0.30000000000000004.
    assert differing(workbook(cells, "1", "1", "3", "3", "2", "0.30000000000000004", "505", "3030")) == []
    assert differing(workbook(cells, "1", "1", "3", "3", "2", "0.3000000000004", "505", "3030")) != []


def test_numbers_of_any_size_can_be_told() -> None:
    huge = {A1: Cell(NUMBER, "1e308"), B2: Cell(NUMBER, "1e308"), C3: Cell(NUMBER, "-1e308")}
    words = "《活动台账》存盘时算得2个数、合计5，现读出3个数、合计大得不可能的数"
    assert differing(workbook(huge, *COUNTED)) == [words]
    assert differing(workbook({A1: Cell(NUMBER, "1e308"), B2: Cell(NUMBER, "-1e308")}, *COUNTED)) != []


def test_a_text_that_is_no_unicode_is_counted() -> None:
    assert differing(workbook({**CELLS, A1: Cell(TEXT, "\ud800乙丙")}, *COUNTED)) != []


@pytest.mark.parametrize("filling", ["3030", "2020"])
def test_a_rare_character_may_count_as_one_or_as_two(filling: str) -> None:
    # 𬭸 lies beyond the first 65536: LibreOffice says 1, Excel 2 (A1 with 甲: 2 or 3 characters of weight 1010).
    cells = {A1: Cell(TEXT, "甲𬭸")}
    assert differing(workbook(cells, "1", "1", "3", "3", "0", "0", "0", filling)) == []


@pytest.mark.parametrize("totals", [("0", "0", "0", "0"), ("1", "1", "1010", "1010")])
def test_truth_values_may_count_as_numbers_or_not(totals: tuple[str, ...]) -> None:
    assert differing(workbook({A1: Cell(BOOL, "1")}, "1", "1", "3", "3", *totals)) == []


def test_a_blank_result_that_an_xls_holds_as_zero_is_no_number() -> None:
    cells = {**CELLS, C3: Cell(NUMBER, "0", "")}
    totals = ("1", "1", "3", "3", "1", "5", "10100", "4040")  # without C3
    assert differing(workbook(cells, *totals)) != []
    assert differing(workbook(cells, *totals, file_format=Format.XLS)) == []
    typed = {**CELLS, C3: Cell(NUMBER, "0")}
    assert differing(workbook(typed, *totals, file_format=Format.XLS)) != []


def test_totals_that_are_none_are_not_compared() -> None:
    cells = {**CELLS, B2: Cell(NUMBER, "6")}
    assert differing(workbook(cells)) == []
    assert differing(workbook(cells, *COUNTED[:-1])) == []
    whole = workbook(cells, *COUNTED)
    for other in (
        Cell(ERROR, "#REF!", "SUM(#REF!)"),
        Cell(NUMBER, "5", "SUM('[九月.xlsx]活动台账'!$A$1:$C$3)"),
        Cell(NUMBER, "5"),
    ):
        stamp = replace(whole.sheets[1], cells={**whole.sheets[1].cells, (1, 16): other})
        assert differing(replace(whole, sheets=(whole.sheets[0], stamp))) == []
    assert differing(replace(whole, sheets=whole.sheets[:1])) == []


def test_the_counted_sheet_is_found_under_another_name() -> None:
    assert differing(workbook(CELLS, *COUNTED, name="十月活动")) == []
    other = workbook({**CELLS, B2: Cell(NUMBER, "6")}, *COUNTED, name="十月活动")
    assert differing(other) == []  # nobody knows which sheet that is
    assert differing(other, {"活动台账": "十月活动"}) == ["《十月活动》存盘时算得2个数、合计5，现读出2个数、合计6"]
    copied = workbook({**CELLS, B2: Cell(NUMBER, "6")}, *COUNTED)
    assert differing(replace(copied, sheets=(*copied.sheets, _sheet("旧表", CELLS)))) == []


def test_no_file_makes_the_counting_long() -> None:
    cells = {(row, column): Cell(NUMBER, "1") for row in range(1, 1001) for column in range(1, 101)}
    names = [f"表{number}" for number in range(300)]
    totals = {(row, 11 + i): Cell(NUMBER, "9", "SUM") for row in range(1, 301) for i in range(8)}
    stamp = {**totals, **{(row, 10): Cell(TEXT, name) for row, name in enumerate(names, 1)}}
    many = book(*(_sheet(name, cells) for name in names), _sheet("_stamp", stamp))
    started = process_time()
    assert 0 < len(differing(many)) < 20  # four times 100 000 cells each, and then no more
    assert process_time() - started < 10


# ---- a whole form


def told(inbox: Any) -> list[Finding]:
    """What is said of control totals."""
    return [found for found in inbox.read().findings if found.kind.code.startswith("control-totals")]


@pytest.mark.parametrize("write", [as_xls, as_xlsb, as_ods])
def test_a_counted_form_agrees_in_every_format(inbox: Any, write: Any) -> None:
    inbox.put("梧桐里.xls", write(counted(cells_of(inbox.form()))))
    assert told(inbox) == []
    intake = inbox.read()
    assert len(intake.submissions) == 1
    note = next(found for found in intake.findings if found.kind.code == "format-other")
    assert ("数字已按表内的控制合计核对" in note.message) is (write is as_xls)


def test_a_text_that_became_the_number_of_a_shared_one_is_told(inbox: Any) -> None:
    form = counted_xlsx(inbox.form())
    inbox.put("梧桐里.xlsx", form)
    assert told(inbox) == []
    before = values_of(inbox.read())
    inbox.put("梧桐里.xlsx", changed(form, "sheet4.xml", without_text_mark))
    assert values_of(inbox.read()) != before
    (finding,) = told(inbox)
    assert finding.kind.code == "control-totals-differ"
    assert (finding.severity, finding.place.sheet, finding.place.cell) == (Severity.QUERY, "活动台账", "")
    # The days 46298 and 46304, 20 and 15 participants; C5 holds the number of 登高 among the shared texts now.
    shared = shared_number(form, "登高")
    assert finding.message == (
        "梧桐里报的“梧桐里.xlsx”里的内容与存盘时算下的控制合计对不上（《活动台账》存盘时算得4个数、合计92,637，"
        f"现读出5个数、合计{92_637 + shared:,}）："
        "文件可能在传送、转存中损坏，或被不重新计算的程序改过；目前按读出的计入。"
    )


def test_a_name_that_became_a_number_is_told_as_the_same_damage(inbox: Any) -> None:
    form = counted_xlsx(inbox.form())
    inbox.put(
        "梧桐里.xlsx",
        changed(form, "sheet5.xml", lambda part: re.sub(rb'(<c r="A5"[^>]*) t="s"', rb"\1", part)),
    )
    findings = {found.kind.code: found for found in inbox.read().findings}
    assert set(findings) == {"control-totals-differ", "names-numeric"}
    assert len({found.group for found in findings.values()}) == 1


def without_text_mark(part: bytes) -> bytes:
    """A sheet in which the name of the first activity lost the mark of a text."""
    return re.sub(rb'(<c r="C5"[^>]*) t="s"', rb"\1", part)


def shared_number(form: bytes, text: str) -> int:
    """Where a text stands among the shared ones."""
    texts = re.findall(r"<si>.*?</si>", parts_of(form)["xl/sharedStrings.xml"].decode())
    return next(number for number, each in enumerate(texts) if f">{text}<" in each)


def test_a_form_that_is_calculated_by_hand_is_told_so(inbox: Any) -> None:
    form = counted_xlsx(inbox.form())
    stale = changed(form, "sheet4.xml", without_text_mark)
    inbox.put("梧桐里.xlsx", changed(stale, "workbook.xml", by_hand))
    (finding,) = told(inbox)
    assert finding.kind.code == "control-totals-stale"
    assert finding.message.startswith("梧桐里报的“梧桐里.xlsx”设成了手动计算，存盘时没有重新计算")
    inbox.put("梧桐里.xlsx", changed(form, "workbook.xml", by_hand))
    assert told(inbox) == []


def by_hand(part: bytes) -> bytes:
    """A workbook that is calculated when somebody asks for it."""
    return part.replace(b"<calcPr ", b'<calcPr calcMode="manual" ')


def without_stamp(form: Any) -> None:
    """Take away the hidden sheet, as copying the others into a new workbook does."""
    form.remove(form["_stamp"])


@pytest.mark.parametrize("edit", [bool, without_stamp])
def test_a_form_without_results_or_without_a_stamp_is_not_compared(inbox: Any, edit: Any) -> None:
    inbox.put("梧桐里.xlsx", counted_xlsx(inbox.form()), edit)  # openpyxl keeps no results
    assert told(inbox) == []
    assert len(inbox.read().submissions) == 1
