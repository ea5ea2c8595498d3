from collections.abc import Callable

import pytest

from aggregator.check.returns import unit_returns
from aggregator.check.sudden import check_sudden
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]


def _why(batch: Batch) -> list[str]:
    return [finding.facts["why"] for finding in check_sudden(unit_returns(batch))]


def _months(code: str, numbers: list[str]) -> str:
    """The last number is October's, those before it are the months before."""
    months = [f" 2026-{month:02}" for month in range(11 - len(numbers), 10)] + [""]
    return "".join(
        f"[values{month}]\n| unit | {code} |\n| C01 | {number} |\n"
        for month, number in zip(months, numbers, strict=True)
    )


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        (["30", "40", "35", "30", "40", "35", "199"], []),  # fewer than five times the greatest
        (["30", "40", "35", "200"], ["以前各月最多40"]),
        (["30", "40", "35", "20000"], ["以前各月最多40"]),
        (["200", "200"], []),  # one month has no usual size
        (["30", "40", "35", "106"], ["今年以前各月合计105，疑似填了本年累计数"]),
        (["30", "40", "35", "104"], []),
        (["1", "2", "3", "15"], []),  # small numbers jump
        (["0", "0", "0", "0", "40", "900"], []),  # once in a while
        (["90", "80", "85", "95", "99", "90", "16"], ["以前各月最少80"]),
        (["90", "80", "85", "95", "99", "90", "0"], ["以前各月最少80"]),
        (["90", "80", "85", "0"], []),  # three months know of no least
        (["30", "", "40", "35", "?约", "200"], ["以前各月最多40"]),
    ],
)
def test_a_flow_is_held_against_what_its_unit_has_reported(
    batch_of: BatchOf, numbers: list[str], why: list[str]
) -> None:
    assert _why(batch_of(_months("visits", numbers))) == why


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        (["200", "399"], []),
        (["200", "400"], ["上月是200"]),
        (["200", "100"], ["上月是200"]),
        (["200", "101"], []),
        (["0", "194"], ["上月是0"]),
        (["3", "19"], []),
        (["200", "", "400"], []),  # last month is not known
    ],
)
def test_a_stock_is_held_against_last_month(batch_of: BatchOf, numbers: list[str], why: list[str]) -> None:
    assert _why(batch_of(_months("men", numbers))) == why


def test_what_a_rule_holds_against_last_month_is_left_to_the_rule(
    batch_of: BatchOf, catalog_with: Callable[..., object]
) -> None:
    rule = "{code: Q1, name: 男党员数比上期, family: 期间, of: communities, check: men >= last(men), severity: query}"
    assert _why(batch_of(_months("men", ["200", "400"]), rules=catalog_with(rule))) == []
