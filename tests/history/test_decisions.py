from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.history import History
from aggregator.model.decision import Acceptance, Amendment, Reported, Withdrawal
from aggregator.model.former_codes import FormerCodes
from aggregator.model.period import Period
from aggregator.model.value import ValueState

OCTOBER = Period.parse("2026-10")
DAY, NEXT = date(2026, 11, 6), date(2026, 11, 7)
MISSING, NONE = Reported(ValueState.MISSING), Reported(ValueState.NOT_APPLICABLE)


def amendment(new: Reported, *, old: Reported = MISSING, element: str = "visits") -> Amendment:
    """What C01 said by telephone."""
    return Amendment("C01", OCTOBER, element, old, new, "a" * 64, "来电", "沈宁", DAY)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def test_an_amendment_comes_back_as_it_was_made(path: Path) -> None:
    made = (
        amendment(Reported(ValueState.VALUE, Decimal("1200.50"))),
        amendment(NONE, old=Reported(ValueState.VALUE, Decimal(0)), element="area"),
        amendment(Reported(ValueState.VALUE, "文字"), element="note"),
    )
    with History.open(path) as history:
        for one in made:
            history.decisions.amend(one)
    with History.open(path) as history:
        assert history.decisions.amendments(OCTOBER) == history.decisions.in_force(OCTOBER) == made
        assert history.decisions.amendments(OCTOBER.previous()) == ()
        assert str(history.decisions.amendments(OCTOBER)[0].new.value) == "1200.50"


def test_the_last_amendment_of_an_element_is_in_force_and_the_others_are_kept(path: Path) -> None:
    first, second = (amendment(Reported(ValueState.VALUE, Decimal(number))) for number in (30, 36))
    withdrawal = Withdrawal("沈宁", "听错了", NEXT)
    with History.open(path) as history:
        history.decisions.amend(first)
        history.decisions.amend(second)
        assert history.decisions.in_force(OCTOBER) == (second,)
        assert history.decisions.withdraw_amendment(OCTOBER, "C01", "visits", withdrawal)
        assert history.decisions.in_force(OCTOBER) == ()
        assert [one.withdrawn for one in history.decisions.amendments(OCTOBER)] == [
            Withdrawal("沈宁", "又作更正", DAY),
            withdrawal,
        ]
        assert not history.decisions.withdraw_amendment(OCTOBER, "C01", "visits", withdrawal)


def test_an_amendment_under_a_former_code_counts_and_is_taken_back_under_the_present_one(path: Path) -> None:
    with History.open(path) as history:
        history.decisions.amend(amendment(NONE))
    with History.open(path, former=FormerCodes(elements={"visits": "visited"})) as history:
        assert [one.element for one in history.decisions.in_force(OCTOBER)] == ["visited"]
        history.decisions.amend(amendment(Reported(ValueState.VALUE, Decimal(7)), element="visited"))
        assert [one.new.value for one in history.decisions.in_force(OCTOBER)] == [Decimal(7)]
        assert history.decisions.withdraw_amendment(OCTOBER, "C01", "visited", Withdrawal("沈宁", "听错了", NEXT))
        assert history.decisions.in_force(OCTOBER) == ()


def test_an_acceptance_speaks_of_one_file_and_can_be_taken_back(path: Path) -> None:
    first, second = (Acceptance("C01", OCTOBER, sha256 * 64, "领导同意", DAY) for sha256 in "ab")
    with History.open(path) as history:
        history.decisions.accept(first)
        assert history.decisions.acceptances(OCTOBER) == (first,)
        history.decisions.accept(second)
        assert history.decisions.acceptances(OCTOBER) == (second,)
        assert history.decisions.withdraw_acceptance(OCTOBER, "C01", NEXT)
        assert history.decisions.acceptances(OCTOBER) == ()
        assert not history.decisions.withdraw_acceptance(OCTOBER, "C01", NEXT)
