from collections.abc import Callable

import pytest

from aggregator.check.period import check_period
from aggregator.check.returns import unit_returns
from aggregator.model.consolidation import Batch

HEAD = "| unit | joined | visits | letters | fund | total |\n"


@pytest.mark.parametrize(
    ("last", "now", "is_suspected"),
    [
        ("3 | 41 | 7 | 1200 | 300", "3 | 41 | 7 | 1200 | 312", False),  # four equal flows may happen
        ("0 | 0 | 0 | 0 | 300", "0 | 0 | 0 | 0 | 300", False),  # a quiet community repeats its zeros
    ],
)
def test_few_equal_numbers_are_no_repeat(
    batch_of: Callable[..., Batch], last: str, now: str, *, is_suspected: bool
) -> None:
    text = f"[values 2026-09]\n{HEAD}| C01 | {last} |\n[values]\n{HEAD}| C01 | {now} |\n"
    assert bool(list(check_period(unit_returns(batch_of(text))))) is is_suspected


def test_the_first_month_repeats_nothing(batch_of: Callable[..., Batch]) -> None:
    text = f"[values]\n{HEAD}| C01 | 3 | 41 | 7 | 1200 | 300 |\n"
    assert list(check_period(unit_returns(batch_of(text)))) == []
