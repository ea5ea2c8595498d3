"""Two files of one unit: cell by cell what is different in the one that does not count."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from aggregator.intake.returns import Intake
from aggregator.model.finding import Finding, Severity
from tests.intake.conftest import ACTS, FIGURES, Inbox

Told = Callable[[Intake, str], list[Finding]]


def difference(inbox: Inbox, told: Told) -> str:
    """What is said of the difference between 一稿 and 二稿."""
    (found,) = told(inbox.read(), "file-superseded")
    assert "采用“梧桐里二稿2.xlsx”（文件名标明是后一版），“梧桐里一稿1.xlsx”没有计入" in found.message
    return found.message.partition("没有计入。")[2]


def put(inbox: Inbox, *, first: Any = None, second: Any = None, **later: Any) -> None:
    """Two versions; the names say which is the later one."""
    inbox.put("梧桐里一稿1.xlsx", inbox.form(), first)
    inbox.put("梧桐里二稿2.xlsx", inbox.form(**later), second)


def test_figures_are_told_from_what_to_what(inbox: Inbox, told: Told) -> None:
    put(inbox, figures={**FIGURES, "visits": Decimal(45)}, first=lambda book: clear(book, "E7"))
    assert difference(inbox, told) == (
        "两份有2处不同（没有计入的→采用的）：《指标表》E7“党员总数”未填→120、《指标表》E9“走访户数”30→45。"
    )


def clear(book: Any, cell: str) -> None:
    book["指标表"][cell].value = None


def test_what_cannot_be_read_is_told_as_it_was_typed(inbox: Inbox, told: Told) -> None:
    put(inbox, second=lambda book: book["指标表"].__setitem__("E9", "三十来户"))
    assert "《指标表》E9“走访户数”30→三十来户" in difference(inbox, told)


def test_a_row_put_in_above_moves_the_others_and_changes_none(inbox: Inbox, told: Told) -> None:
    new = {**ACTS[0], "title": "新增一场"}
    put(inbox, acts=(new, *ACTS))
    assert difference(inbox, told) == "两份有1处不同（没有计入的→采用的）：《活动台账》第5行没有→有。"


def test_of_a_row_the_cells_that_differ_are_told(inbox: Inbox, told: Told) -> None:
    put(inbox, acts=(ACTS[0], {**ACTS[1], "participants": Decimal(51), "title": "清扫街巷"}))
    assert difference(inbox, told) == (
        "两份有2处不同（没有计入的→采用的）：《活动台账》C6：清扫→清扫街巷、《活动台账》D6：15→51。"
    )


def test_nothing_of_a_sensitive_roster_is_told_but_the_cell(inbox: Inbox, told: Told) -> None:
    put(inbox, second=lambda book: book["后备名册"].__setitem__("A5", "王某乙"))
    message = difference(inbox, told)
    assert message == "两份有1处不同（没有计入的→采用的）：《后备名册》A5。"


def test_an_answer_that_changed_is_told(inbox: Inbox, told: Told) -> None:
    put(inbox, second=lambda book: book["活动台账"].__setitem__("B3", "本月无"))
    assert "《活动台账》填报情况“本月有”→“本月无”" in difference(inbox, told)


def test_remarks_and_the_confirmation_are_content_too(inbox: Inbox, told: Told) -> None:
    put(inbox, confirmed=False, second=lambda book: book["指标表"].__setitem__("H9", "含入户宣传"))
    assert difference(inbox, told) == "两份有2处不同（没有计入的→采用的）：“存量已核对”、备注或说明。"


@pytest.mark.parametrize(
    ("names", "visits", "severity"),
    [
        (("梧桐里.xlsx", "梧桐里 - 副本.xlsx"), 45, Severity.QUERY),
        (("梧桐里.xlsx", "梧桐里 - 副本.xlsx"), 30, Severity.NOTE),
        (("梧桐里.xlsx", "梧桐里最终版.xlsx"), 45, Severity.NOTE),
    ],
)
def test_two_files_that_differ_are_asked_about_where_neither_is_said_to_be_the_later_one(
    inbox: Inbox, told: Told, names: tuple[str, str], visits: int, severity: Severity
) -> None:
    inbox.put(names[0], inbox.form())
    inbox.put(names[1], inbox.form(figures={**FIGURES, "visits": Decimal(visits)}))
    (found,) = told(inbox.read(), "file-superseded")
    assert found.severity is severity
    # By content alone: two files of the same bytes are never asked about.
    assert ("两份有1处不同" in found.message) is (visits != 30)


def test_the_same_content_twice_is_said_to_be_so(inbox: Inbox, told: Told) -> None:
    put(inbox)
    assert difference(inbox, told) == "两份内容完全相同。"


def test_the_same_file_twice_leaves_nothing_to_ask(inbox: Inbox, told: Told) -> None:
    put(inbox)
    (found,) = told(inbox.read(), "file-superseded")
    assert found.message.endswith("两份内容完全相同。")
    assert found.remedy == "不采用的请移出收件文件夹。"


def test_a_file_that_may_be_another_units_keeps_its_doubts_when_it_is_set_aside(inbox: Inbox, told: Told) -> None:
    # 北苑东 sent the form of 梧桐里: it would be missing, and nobody would know why.
    inbox.put("梧桐里.xlsx", inbox.form())
    inbox.put("10月.xlsx", inbox.form(), lambda book: book["封面"].__setitem__("C5", "北苑（东）社区"))
    intake = inbox.read()
    (aside,) = told(intake, "file-superseded")
    assert (aside.place.file, aside.severity) == ("10月.xlsx", Severity.NOTE)
    (doubt,) = told(intake, "identity-contradiction")
    assert (doubt.place.file, doubt.severity) == ("10月.xlsx", Severity.QUERY)
    assert "印记为梧桐里社区；封面为“北苑（东）社区”" in doubt.message
