from collections.abc import Callable

from aggregator.check.copied import check_copied
from aggregator.check.returns import unit_returns
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]
HEAD = "| unit | held_on | title | participants |\n"


def _kinds(batch: Batch) -> list[str]:
    return [f"{finding.kind.code} {finding.unit}" for finding in check_copied(unit_returns(batch))]


def _meetings(*lines: str, month: str = "") -> str:
    return f"[ledger meetings{month}]\n{HEAD}" + "".join(f"| {line} |\n" for line in lines)


def test_two_meetings_held_together_are_no_copy(batch_of: BatchOf) -> None:
    rows = ("2026-10-12 | 支部大会 | 30", "2026-10-13 | 党课 | 41")
    both = [f"{unit} | {row}" for unit in ("C01", "C02") for row in rows]
    assert _kinds(batch_of(_meetings(*both))) == []
    third = [f"{unit} | 2026-10-14 | 座谈 | 12" for unit in ("C01", "C02")]
    assert _kinds(batch_of(_meetings(*both, *third))) == ["rows-copied C01", "rows-copied C02"]


def test_one_row_with_an_odd_amount_is_worth_a_note(batch_of: BatchOf) -> None:
    own = [f"{unit} | 2026-10-2{day} | {unit} | {day}" for unit in ("C01", "C02") for day in range(4)]
    shared = [f"{unit} | 2026-10-14 | 宣讲会 | {{}}" for unit in ("C01", "C02")]
    assert _kinds(batch_of(_meetings(*own, *(row.format("987") for row in shared)))) == []
    alike = ["rows-alike C01", "rows-alike C02"]
    assert _kinds(batch_of(_meetings(*own, *(row.format("1024") for row in shared)))) == alike


def test_three_of_many_rows_may_be_shared(batch_of: BatchOf) -> None:
    shared = [f"{unit} | 2026-10-{day} | 党课 | 41" for unit in ("C01", "C02") for day in (11, 12, 13)]
    own = [f"{unit} | 2026-10-2{day} | {unit} | {day}" for unit in ("C01", "C02") for day in range(4)]
    assert _kinds(batch_of(_meetings(*shared, *own))) == []


def test_what_the_street_counts_once_may_be_listed_by_all(batch_of: BatchOf) -> None:
    lines = [f"| {unit} | 单位{number} |\n" for unit in ("C01", "C02") for number in range(4)]
    assert _kinds(batch_of("[ledger partners]\n| unit | unit_name |\n" + "".join(lines))) == []


def test_a_return_that_is_last_months_as_a_whole_is_told_as_such(batch_of: BatchOf) -> None:
    rows = ("C01 | 2026-09-12 | 支部大会 | 30", "C01 | 2026-09-19 | 党课 | 40")
    assert _kinds(batch_of(_meetings(*rows, month=" 2026-09") + _meetings(*rows))) == []
    assert _kinds(batch_of(_meetings(*rows, month=" 2026-09") + _meetings(*rows[:1]))) == ["rows-repeated C01"]


def test_small_numbers_are_equal_by_chance(batch_of: BatchOf) -> None:
    text = (
        "[values]\n| unit | joined | visits | letters | fund |\n| C01 | 3 | 41 | 7 | 12 |\n| C02 | 3 | 41 | 7 | 12 |\n"
    )
    assert _kinds(batch_of(text)) == []
