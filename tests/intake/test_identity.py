"""Who sent it and for which month: what each place says, and what is told where they do not agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aggregator.intake.returns import Intake
from aggregator.model.consolidation import Verdict
from aggregator.model.finding import Finding
from aggregator.model.period import Period
from tests.intake.conftest import OCTOBER, Inbox

Told = Callable[[Intake, str], list[Finding]]


def cover(**cells: str) -> Any:
    """An edit of the cover: unit stands in C5, period in E5."""

    def edit(book: Any) -> None:
        for at, value in cells.items():
            book["封面"][at].value = value

    return edit


def only(intake: Intake) -> Verdict:
    """The verdict of the one file."""
    (file,) = intake.files
    return file.verdict


@pytest.mark.parametrize("written", ["梧桐里社区", "梧桐里居委会", "梧桐", "【梧桐里】社区居民委员会", "梧桐李社区"])
def test_a_cover_that_names_the_stamped_unit_some_other_way_is_no_contradiction(
    inbox: Inbox, told: Told, written: str
) -> None:
    inbox.put("10月报表.xlsx", inbox.form(), cover(C5=written))
    intake = inbox.read()
    assert only(intake) is Verdict.ACCEPTED
    assert told(intake, "identity-contradiction") == []


@pytest.mark.parametrize("written", ["北苑（东）社区", "望江社区"])
def test_a_cover_that_names_somebody_else_is_told(inbox: Inbox, told: Told, written: str) -> None:
    inbox.put("10月报表.xlsx", inbox.form(), cover(C5=written))
    intake = inbox.read()
    assert only(intake) is Verdict.ACCEPTED
    (found,) = told(intake, "identity-contradiction")
    assert f"印记为梧桐里社区；封面为“{written}”" in found.message
    assert "按印记认定为梧桐里社区" in found.message


MONTHS = {
    "上月": Period.parse("2026-09"),
    "下月": Period.parse("2026-11"),
    "去年同月": Period.parse("2025-10"),
    "明年同月": Period.parse("2027-10"),
}


@pytest.mark.parametrize("which", MONTHS)
def test_the_form_of_another_month_is_left_out_and_its_month_named(inbox: Inbox, told: Told, which: str) -> None:
    month = MONTHS[which]
    inbox.put("梧桐里.xlsx", inbox.form(period=month))
    intake = inbox.read()
    assert only(intake) is Verdict.WRONG_PERIOD
    assert intake.submissions == ()
    (found,) = told(intake, "period-wrong")
    assert found.message == f"“梧桐里.xlsx”是梧桐里{month.label}的报表，本次汇总的是2026年10月，没有计入汇总。"


def test_last_years_form_with_this_years_date_typed_over_it_is_not_taken_for_this_years(
    inbox: Inbox, told: Told
) -> None:
    inbox.put("梧桐里2026年10月.xlsx", inbox.form(period=MONTHS["去年同月"]), cover(E5="2026年10月"))
    intake = inbox.read()
    assert only(intake) is Verdict.WRONG_PERIOD
    (found,) = told(intake, "period-wrong")
    assert "印记为2025年10月；封面为2026年10月；文件名为2026年10月" in found.message


def test_a_file_name_of_another_month_is_told_and_decides_nothing(inbox: Inbox, told: Told) -> None:
    inbox.put("梧桐里2026年9月.xlsx", inbox.form())
    intake = inbox.read()
    assert only(intake) is Verdict.ACCEPTED
    (found,) = told(intake, "identity-contradiction")
    assert "统计月份前后不一致：印记为2026年10月；封面为2026年10月；文件名为2026年9月" in found.message
    assert intake.submissions[0].period == OCTOBER
