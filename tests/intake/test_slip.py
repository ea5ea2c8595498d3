"""What a return slip says when it comes back."""

from __future__ import annotations

from typing import Any

from aggregator.form.slip import Slip, SlipLine
from aggregator.form.template import write_form
from aggregator.intake.returns import read_returns
from aggregator.model.consolidation import Verdict
from aggregator.model.finding import Severity
from aggregator.model.value import Place
from tests.intake.conftest import OCTOBER, STREET, Inbox

KEYS = ("odd@指标表!E7#members", "odd@活动台账!C5#activities.title")


def slip(inbox: Inbox, number: int = 1) -> bytes:
    """A slip of C01 with two lines that ask for a reason."""
    lines = tuple(
        SlipLine(Severity.QUERY, Place("", "指标表", "E7"), (), "可疑。", "请核对。", key, asks=True) for key in KEYS
    )
    form = inbox.read().submissions[0]
    return write_form(
        catalog=inbox.catalog,
        street=STREET,
        unit=STREET.unit("C01"),
        period=OCTOBER,
        filled=form,
        slip=Slip(number, lines),
    )


def explain(*texts: str) -> Any:
    """An edit that fills in the column of reasons."""

    def edit(book: Any) -> None:
        for row, text in enumerate(texts, 5):
            book["问题清单"].cell(row, 7).value = text

    return edit


def test_the_reasons_are_read_by_their_keys_wherever_their_lines_went(inbox: Inbox) -> None:
    first = inbox.put("一.xlsx", inbox.form())

    def edit(book: Any) -> None:
        explain("党员集中转入", "两个小区一起办的")(book)
        book["问题清单"].insert_rows(5, 3)

    inbox.put("二.xlsx", slip(inbox), edit)
    first.unlink()
    intake = inbox.read()
    assert [finding.kind.code for finding in intake.findings] == []
    assert dict(intake.submissions[0].explanations) == dict(
        zip(KEYS, ("党员集中转入", "两个小区一起办的"), strict=True)
    )


def test_no_line_of_the_list_explains_more_than_it_was_written_for(inbox: Inbox) -> None:
    first = inbox.put("一.xlsx", inbox.form())

    def edit(book: Any) -> None:
        explain("党员集中转入", "")(book)
        book["问题清单"]["H5"].value = "members"

    inbox.put("二.xlsx", slip(inbox), edit)
    first.unlink()
    assert dict(inbox.read().submissions[0].explanations) == {}


def test_a_slip_that_came_back_counts_before_the_file_that_it_answers(inbox: Inbox) -> None:
    inbox.put("梧桐里社区最终版.xlsx", inbox.form())
    content = slip(inbox)
    second = slip(inbox, number=2)
    inbox.put("a.xlsx", content)
    inbox.put("b.xlsx", second)
    verdicts = {file.file.name: file.verdict for file in inbox.read().files}
    assert verdicts == {
        "梧桐里社区最终版.xlsx": Verdict.SUPERSEDED,
        "a.xlsx": Verdict.SUPERSEDED,
        "b.xlsx": Verdict.ACCEPTED,
    }


def test_a_spoiled_number_makes_a_slip_an_ordinary_form(inbox: Inbox) -> None:
    inbox.put("梧桐里社区最终版.xlsx", inbox.form())

    def edit(book: Any) -> None:
        book["问题清单"]["H1"].value = "第99999次"

    inbox.put("a.xlsx", slip(inbox), edit)
    intake = read_returns(inbox.folder, catalog=inbox.catalog, street=STREET, period=OCTOBER)
    kept = next(file.file.name for file in intake.files if file.verdict is Verdict.ACCEPTED)
    assert kept == "梧桐里社区最终版.xlsx"
