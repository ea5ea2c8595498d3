from collections.abc import Callable
from dataclasses import replace

import pytest

from aggregator.check.returns import unit_returns
from aggregator.check.stated import check_stated
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]


def _count(batch: Batch) -> int:
    return len(list(check_stated(unit_returns(batch))))


@pytest.mark.parametrize(
    ("stated", "findings"),
    [
        ("35.2564102564103", 0),  # as Excel stores 110 ÷ 312
        ("35.25641025641026", 0),
        ("35.26", 1),
        ("", 0),  # a formula that was never calculated
    ],
)
def test_the_drift_of_floating_point_is_no_difference(batch_of: BatchOf, stated: str, findings: int) -> None:
    text = "[values]\n| unit | total | women |\n| C01 | 312 | 110 |\n[stated]\n| unit | women_share |\n| C01 | %s |\n"
    assert _count(batch_of(text % stated)) == findings


def test_a_difference_of_one_is_found_in_a_milliard(batch_of: BatchOf) -> None:
    text = """[ledger orgs]
| unit | org | form   | members    | status |
| C01  | 甲  | 党支部 | 1000000000 | 正常   |
[stated]
| unit | org_members |
| C01  | %s          |
"""
    assert _count(batch_of(text % "1000000000")) == 0
    assert _count(batch_of(text % "1000000000.01")) == 1


def test_a_number_of_before_stands_with_the_finding_that_nothing_was_calculated(batch_of: BatchOf) -> None:
    text = "[values]\n| unit | total | women |\n| C01 | 312 | 110 |\n[stated]\n| unit | women_share |\n| C01 | 36 |\n"
    batch = batch_of(text)
    (apart,) = check_stated(unit_returns(batch))
    assert apart.group.startswith("stated-differs:")
    stale = replace(batch, submissions=tuple(replace(one, miscounted="合计") for one in batch.submissions))
    (together,) = check_stated(unit_returns(stale))
    assert together.group == "合计"


def test_a_zero_over_an_unanswered_sheet_is_left_to_the_finding_of_the_blank(batch_of: BatchOf) -> None:
    text = "[answers]\n| unit | meetings |\n| C01 | |\n[stated]\n| unit | meetings_held |\n| C01 | %s |\n"
    assert _count(batch_of(text % "0")) == 0
    assert _count(batch_of(text % "4")) == 1
