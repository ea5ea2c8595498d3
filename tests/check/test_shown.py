from collections.abc import Callable

from aggregator.check.returns import unit_returns
from aggregator.check.shown import check_shown
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]


def _kinds(batch: Batch) -> list[str]:
    return [finding.kind.code for finding in check_shown(unit_returns(batch))]


def test_what_stands_as_it_was_recorded_is_fine(batch_of: BatchOf) -> None:
    text = "[values 2026-09]\n| unit | fund |\n| C01 | 120.50 |\n[last_shown]\n| unit | fund |\n| C01 | %s |\n"
    assert _kinds(batch_of(text % "120.5")) == []
    assert _kinds(batch_of(text % "120.51")) == ["last-changed"]


def test_a_year_with_an_unknown_month_is_compared_with_nothing(batch_of: BatchOf) -> None:
    text = "[values]\n| unit | visits |\n| C01 | 5 |\n[year_shown]\n| unit | visits |\n| C01 | 300 |\n"
    assert _kinds(batch_of(text)) == []
