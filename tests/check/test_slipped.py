from collections.abc import Callable

import pytest

from aggregator.check.returns import unit_returns
from aggregator.check.slipped import check_slipped
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]
HEAD = "| unit | total | men | women | joined | visits |\n"


def _found(batch: Batch) -> list[str]:
    return [f"{finding.kind.code} {finding.place.cell}" for finding in check_slipped(unit_returns(batch))]


@pytest.mark.parametrize(
    ("last", "now", "found"),
    [
        ("310 | 190 | 120 | 12 | 41", "312 | 310 | 190 | 120 | 44", ["values-one-line-off D6"]),
        ("310 | 190 | 120 | 12 | 41", "190 | 120 | 12 | 41 | 9", ["values-one-line-off D5"]),  # a line high
        ("310 | 190 | 120 | 12 | 41", "310 | 190 | 120 | 14 | 35", []),  # as last month
        ("310 | 190 | 120 | 12 | 41", "312 | 310 | 190 | 11 | 35", []),  # two of them may be chance
        ("3 | 2 | 1 | 2 | 4", "4 | 3 | 2 | 1 | 2", []),  # small numbers are equal by chance
        ("90 | 90 | 90 | 90 | 90", "90 | 90 | 90 | 90 | 90", []),  # nobody can tell
        ("310 | 190 | 120 | 12 | 41", " | 312 | 188 | 121 | 15", ["values-one-line-off D6"]),  # below a blank
        ("310 | 190 | 120 | 12 | 41", "188 | 121 | 15 | 44 | ", ["values-one-line-off D8"]),  # above one
        ("310 | 190 | 120 | 12 | 41", " | 192 | 119 | 15 | 44", []),  # as in their own lines
        ("31 | 29 | 30 | 28 | 33", " | 31 | 28 | 31 | 27", []),  # nobody can tell
        ("310 | 190 |  | 12 | 41", "312 | 310 | 190 | 120 | 12", []),  # a line without a number of last month
    ],
)
def test_numbers_of_the_next_line_are_told(batch_of: BatchOf, last: str, now: str, found: list[str]) -> None:
    assert _found(batch_of(f"[values 2026-09]\n{HEAD}| C01 | {last} |\n[values]\n{HEAD}| C01 | {now} |\n")) == found


DAYS = ("02", "05", "09", "12", "15", "20", "28")


def _meetings(days: tuple[str, ...], *columns: tuple[str, ...], heads: str = "title | participants") -> str:
    lines = "".join(
        f"| C01 | 2026-10-{day} | {' | '.join(cells)} |\n" for day, *cells in zip(days, *columns, strict=True)
    )
    return f"[ledger meetings]\n| unit | held_on | {heads} |\n{lines}"


TITLES = ("会", "课", "会", "座谈", "日", "会", "课")
UP = ("5", "8", "11", "24", "30", "41", "52")


@pytest.mark.parametrize(
    ("days", "numbers", "found"),
    [
        (DAYS, UP, ["column-sorted C5"]),
        (DAYS, UP[::-1], ["column-sorted C5"]),
        (DAYS[::-1], UP, ["column-sorted C5"]),
        (DAYS, ("5", "8", "11", "24", "41", "30", "52"), []),
        (("05", "02", *DAYS[2:]), UP, []),  # the rows may have been sorted by the number
        (DAYS, ("5", "5", "5", "8", "8", "9", "9"), []),  # few numbers stand in order by chance
        (("02",) * 7, UP, []),  # one day: the order of the rows says nothing
        (DAYS, (*UP[:6], ""), []),  # six are too few
    ],
)  # fmt: skip
def test_a_column_in_order_beside_days_in_order_is_told(
    batch_of: BatchOf, days: tuple[str, ...], numbers: tuple[str, ...], found: list[str]
) -> None:
    assert _found(batch_of(_meetings(days, TITLES, numbers))) == found


@pytest.mark.parametrize(
    ("numbers", "blanks", "found"),
    [
        (("5", "8", "11", "24", "30"), 5, ["column-sorted C5"]),
        (("30", "24", "11", "8", "5"), 6, ["column-sorted C5"]),
        (("5", "8", "11", "24", "30"), 4, []),  # blanks are not so many that they had to stand among the numbers
        (("5", "8", "11", "24"), 8, []),
        (("5", "8", "24", "11", "30"), 5, []),
        (("5", "8", "8", "24", "30"), 5, []),
    ],
)
def test_a_column_of_which_all_numbers_stand_in_order_above_all_blanks_is_told(
    batch_of: BatchOf, numbers: tuple[str, ...], blanks: int, found: list[str]
) -> None:
    count = len(numbers) + blanks
    days, titles = (
        tuple(f"{2 + 2 * row:02}" for row in range(count)),
        tuple(f"会{count - row % 3}" for row in range(count)),
    )
    assert _found(batch_of(_meetings(days, titles, (*numbers, *[""] * blanks)))) == found


def test_texts_are_sorted_by_their_sound_and_blanks_come_last(batch_of: BatchOf) -> None:
    # As Excel sorts them in Chinese: an, bai, chen, dong, fan, gao; by their code points 高 would be the last but one.
    titles = ("安", "白", "陈", "董", "范", "高", "郭")
    assert _found(batch_of(_meetings(DAYS, titles, ("7", "3", "9", "3", "5", "1", "2")))) == ["column-sorted B5"]
    days, numbers = (*DAYS, "29"), (*UP, "")
    assert _found(batch_of(_meetings(days, (*TITLES, "会"), numbers))) == ["column-sorted C5"]
    assert _found(batch_of(_meetings(days, (*TITLES, "会"), ("", *UP)))) == []
