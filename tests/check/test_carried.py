from collections.abc import Callable

import pytest

from aggregator.check.carried import check_carried
from aggregator.check.returns import unit_returns
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]
HEAD = "| unit | org | form | members | status | founded_on |\n"
FIRST = "| C01 | 第一支部 | 党支部 | 12 | 正常 | 2020-08-01 |\n"
SECOND = "| C01 | 第二支部 | 党支部 | 12 | 正常 | {} |\n"


def _kinds(batch: Batch) -> list[str]:
    return [finding.kind.code for finding in check_carried(unit_returns(batch))]


def _months(last: str, now: str) -> str:
    return f"[ledger orgs 2026-09]\n{HEAD}{last}[ledger orgs]\n{HEAD}{now}"


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("2020-08-01", "2020-08-01", []),
        ("2020-08-01", "2021-08-01", ["dates-changed"]),
        ("2020-08-01", "2026-10-05", []),  # set anew this month
        ("2026-12-31", "2027-12-31", []),  # to come
        ("", "2021-08-01", []),
        ("2020-08-01", "?不详", []),
    ],
)
def test_a_date_of_the_past_stays_as_it_was(batch_of: BatchOf, before: str, after: str, kinds: list[str]) -> None:
    assert _kinds(batch_of(_months(FIRST + SECOND.format(before), FIRST + SECOND.format(after)))) == kinds


def test_rows_of_one_key_cannot_be_told_apart(batch_of: BatchOf) -> None:
    last = SECOND.format("2020-08-01") + SECOND.format("2021-08-01")
    assert _kinds(batch_of(_months(FIRST + last, FIRST + SECOND.format("2021-08-01")))) == []


def test_a_ledger_whose_rows_are_deleted_when_they_end_loses_none(batch_of: BatchOf) -> None:
    text = "[ledger partners 2026-09]\n| unit | unit_name |\n| C01 | 青禾小学 |\n"
    assert _kinds(batch_of(text + "[ledger partners]\n| unit | unit_name |\n| C01 | 青禾中学 |\n")) == []


def test_an_empty_sheet_that_says_so_has_lost_its_rows_and_a_blank_one_is_told_elsewhere(batch_of: BatchOf) -> None:
    last = f"[ledger orgs 2026-09]\n{HEAD}{FIRST}"
    assert _kinds(batch_of(last + "[answers]\n| unit | orgs |\n| C01 | 无此项 |\n")) == ["rows-gone"]
    assert _kinds(batch_of(last + "[answers]\n| unit | orgs |\n| C01 | |\n")) == []


ORGS = ("第一支部", "第二支部", "第三支部", "第四支部", "第五支部")


def _orgs(column: tuple[str, ...], *, month: str = "") -> str:
    lines = "".join(f"| C01 | {org} | 党支部 | {n} | 正常 | |\n" for org, n in zip(ORGS, column, strict=False))
    return f"[ledger orgs{month}]\n{HEAD}{lines}"


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (("12", "25", "31", "40", "51"), []),
        (("25", "12", "31", "40", "51"), []),  # two that changed places may be a mend
        (("25", "31", "12", "40", "51"), ["column-slipped"]),  # three that took each other's are none
        (("51", "40", "31", "25", "12"), ["column-slipped"]),  # sorted the other way round
        (("60", "12", "25", "31", "40"), ["column-slipped"]),  # a cell put in
        (("25", "31", "40", "51", ""), ["column-slipped"]),  # a cell taken out
        (("13", "26", "32", "41", "52"), []),
    ],
)
def test_a_column_that_holds_other_rows_numbers_is_told(
    batch_of: BatchOf, now: tuple[str, ...], kinds: list[str]
) -> None:
    last = _orgs(("12", "25", "31", "40", "51"), month=" 2026-09")
    assert _kinds(batch_of(last + _orgs(now))) == kinds


def test_one_text_of_its_own_in_another_row_is_enough(batch_of: BatchOf) -> None:
    head = "| unit | person | contact |\n"

    def roster(*contacts: str, month: str = "") -> str:
        lines = [f"| C01 | {person} | {contact} |\n" for person, contact in zip("甲乙丙", contacts, strict=True)]
        return f"[ledger floating{month}]\n{head}{''.join(lines)}"

    last = roster("13600000001", "13600000002", "", month=" 2026-09")
    assert _kinds(batch_of(last + roster("13600000001", "", "13600000002"))) == ["column-slipped"]
    assert _kinds(batch_of(last + roster("13600000009", "13600000002", ""))) == []
    # Who moved in together has one number.
    assert _kinds(batch_of(last + roster("13600000001", "13600000002", "13600000002"))) == []


def _founded(*days: str, month: str = "") -> str:
    lines = "".join(f"| C01 | {org} | 党支部 | 12 | 正常 | {day} |\n" for org, day in zip(ORGS, days, strict=False))
    return f"[ledger orgs{month}]\n{HEAD}{lines}"


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (("2027-03-01", "2027-01-01", "2027-02-01"), ["column-slipped"]),
        (("2027-03-01", "2027-02-01", "2027-01-01"), []),  # two that changed places
        (("2027-04-01", "2027-05-01", "2027-06-01"), []),  # set anew
    ],
)
def test_dates_to_come_that_took_each_others_places_are_told(
    batch_of: BatchOf, days: tuple[str, ...], kinds: list[str]
) -> None:
    last = _founded("2027-01-01", "2027-02-01", "2027-03-01", month=" 2026-09")
    assert _kinds(batch_of(last + _founded(*days))) == kinds


def _partners(*lines: tuple[str, str], month: str = "") -> str:
    rows = "".join(f"| C01 | {name} | 党支部 | {members} | 正常 | |\n" for name, members in lines)
    return f"[ledger orgs{month}]\n{HEAD}{rows}"


LISTED = (("丙", "12"), ("甲", "25"), ("乙", "12"), ("丁", "40"))


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        ((("甲", "12"), ("乙", "25"), ("丙", "12"), ("丁", "40")), ["column-slipped"]),  # the names alone, sorted
        ((("甲", "12"), ("乙", "25"), ("丙", "12"), ("丁", "40"), ("戊", "7")), ["column-slipped"]),
        ((("甲", "25"), ("乙", "12"), ("丙", "12"), ("丁", "40")), []),  # whole rows, sorted
        ((("乙", "12"), ("甲", "25"), ("丙", "12"), ("丁", "40")), []),  # of things of which the same is said
        ((("丙", "25"), ("甲", "12"), ("乙", "12"), ("丁", "40")), []),  # two numbers that changed places
    ],
)
def test_names_sorted_alone_are_told(batch_of: BatchOf, now: tuple[tuple[str, str], ...], kinds: list[str]) -> None:
    assert _kinds(batch_of(_partners(*LISTED, month=" 2026-09") + _partners(*now))) == kinds


@pytest.mark.parametrize(
    ("was", "now", "kinds"),
    [
        # Two of the seven are new this month; the numbers of all went up and down, and now they go up.
        (("31", "12", "60", "25", "51"), ("10", "12", "25", "31", "40", "51", "60"), ["column-slipped"]),
        (("31", "12", "60", "25", "51"), ("10", "12", "25", "31", "40", "51"), ["column-slipped"]),
        (("31", "12", "60", "25", "51"), ("10", "12", "25", "31", "40"), []),  # five may stand in order by chance
        (("31", "12", "60", "25", "51"), ("12", "10", "25", "31", "40", "51", "60"), []),
        (("10", "12", "25", "31", "41"), ("10", "12", "25", "31", "40", "51", "60"), []),  # so it stood before
    ],
)
def test_a_column_put_in_order_beside_rows_that_stand_where_they_stood_is_told(
    batch_of: BatchOf, was: tuple[str, ...], now: tuple[str, ...], kinds: list[str]
) -> None:
    orgs = (*ORGS, "第六支部", "第七支部")
    last = _partners(*zip(orgs[:5], was, strict=True), month=" 2026-09")
    assert _kinds(batch_of(last + _partners(*zip(orgs, now, strict=False)))) == kinds
