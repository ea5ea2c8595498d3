"""Cells of a ledger that slipped: told once by what happened, and never a fault that has nothing to do with it.

活动台账 has the columns 日期, 活动类型, 名称 (all required) and 参加人次; of 后备名册 only 姓名 is required.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aggregator.intake.returns import Intake
from aggregator.model.finding import Finding

Told = Callable[[Intake, str], list[Finding]]
ACTS = "活动台账"


def _typed(**cells: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for at, value in cells.items():
            book[ACTS][at] = value

    return change


def _pushed_right(first: str = "A5") -> Callable[[Any], None]:
    return lambda book: book[ACTS].move_range(f"{first}:D5", cols=1)


def test_a_row_a_column_to_the_right_is_told_by_its_first_cell(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), _pushed_right())
    intake = inbox.read()
    (found,) = told(intake, "row-slipped")
    assert found.message == (
        "梧桐里《活动台账》第5行从A5起像是整体右移了一格（最后一格“20”到了表外的E5）：各移回一格就都对得上表头；目前按现在的位置读取。"
    )
    assert found.area == {"A5", "B5", "C5", "D5", "E5"}
    assert told(intake, "cells-outside") == []


def test_only_what_was_pushed_is_of_it(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), _pushed_right("B5"))
    (found,) = told(inbox.read(), "row-slipped")
    assert found.area == {"B5", "C5", "D5", "E5"}


def test_a_row_a_column_to_the_left_lacks_what_was_taken_out(inbox: Any, told: Told) -> None:
    # 主题党日 stands where the day belongs, 登高 where the kind does: one cell further right both can be read.
    inbox.put("a.xlsx", inbox.form(), _typed(A5="主题党日", B5="登高", C5=20, D5=None))
    (found,) = told(inbox.read(), "row-slipped")
    assert "第5行从A5起像是整体左移了一格：" in found.message


@pytest.mark.parametrize(
    "edit",
    [
        _typed(A5="上个月", B5="郊游"),  # neither can be read anywhere
        _typed(A5=None, B5="郊游"),  # 郊游 is no day either
        _typed(D5="很多"),
    ],
)
def test_faults_that_a_shift_does_not_mend_are_no_slip(inbox: Any, told: Told, edit: Callable[[Any], None]) -> None:
    inbox.put("a.xlsx", inbox.form(), edit)
    assert told(inbox.read(), "row-slipped") == []


def test_a_fault_of_its_own_in_the_row_keeps_all_of_them_apart(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        _pushed_right()(book)
        book[ACTS]["C5"] = "郊游"  # was the kind, and is none

    inbox.put("a.xlsx", inbox.form(), edit)
    assert told(inbox.read(), "row-slipped") == []


def test_scratch_beside_another_row_is_told_beside_a_row_that_slipped(inbox: Any, told: Told) -> None:
    def edit(book: Any) -> None:
        _pushed_right()(book)
        book[ACTS]["E6"] = 300

    inbox.put("a.xlsx", inbox.form(), edit)
    intake = inbox.read()
    assert len(told(intake, "row-slipped")) == 1
    assert [found.place.cell for found in told(intake, "cells-outside")] == ["E6"]


def test_a_cell_put_into_a_column_is_told_at_the_blank(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), lambda book: book[ACTS].move_range("B5:B6", rows=1))
    (found,) = told(inbox.read(), "column-pushed")
    assert found.message == (
        "梧桐里《活动台账》“活动类型”一列B5空着，最下面的第7行却只有B7一格有内容，"
        "像是这一列从B5起整体下移了一行，各行可能都错开了。"
    )
    # The column from there on, and the row that only it has made.
    assert found.area == {"B5", "B6", "B7", "A7", "C7", "D7"}


def test_what_cannot_be_read_in_such_a_column_is_no_part_of_it(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), _typed(B5=None, B6="郊游", B7="志愿服务"))
    (found,) = told(inbox.read(), "column-pushed")
    assert "B6" not in found.area


def test_two_blanks_are_no_push(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), _typed(B5=None, B6=None, B7="志愿服务"))
    intake = inbox.read()
    assert told(intake, "column-pushed") == []
    assert [found.place.cell for found in told(intake, "row-of-one-cell")] == ["B7"]


def test_a_signature_is_told_once(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), _typed(B8="填表人：赵某"))
    (found,) = told(inbox.read(), "row-of-one-cell")
    assert found.message == "梧桐里《活动台账》第8行只有B8一格有内容，其余必填的格都空着，目前当作一条登记计入。"
    assert found.area == {"A8", "B8", "C8", "D8"}


def test_a_row_that_needs_no_other_cell_is_whole(inbox: Any, told: Told) -> None:
    inbox.put("a.xlsx", inbox.form(), lambda book: book["后备名册"].__setitem__("A6", "王某乙"))
    assert told(inbox.read(), "row-of-one-cell") == []
