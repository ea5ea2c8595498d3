from collections.abc import Callable

import pytest

from aggregator.check.late_events import check_late_events
from aggregator.check.returns import unit_returns
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]
HEAD = "| unit | org | form | members | status | founded_on |\n"
OLD = "| C01 | 第一支部 | 党支部 | 12 | 正常 | 2020-03-01 |\n"


def _cells(batch: Batch) -> list[str]:
    return [finding.facts["cells"] for finding in check_late_events(unit_returns(batch))]


@pytest.mark.parametrize(
    ("founded_on", "cells"),
    [
        ("2026-10-01", []),  # this month's count has it
        ("2026-09-30", ["E6"]),
        ("2026-01-01", ["E6"]),
        ("2025-12-31", []),  # last year's reports are closed
        ("", []),
        ("?不详", []),
    ],
)
def test_an_event_of_this_years_earlier_months_that_last_month_did_not_know_is_named(
    batch_of: BatchOf, founded_on: str, cells: list[str]
) -> None:
    new = f"| C01 | 第二支部 | 党支部 | 12 | 正常 | {founded_on} |\n"
    assert _cells(batch_of(f"[ledger orgs 2026-09]\n{HEAD}{OLD}[ledger orgs]\n{HEAD}{OLD}{new}")) == cells


def test_without_last_months_return_nothing_is_said(batch_of: BatchOf) -> None:
    new = "| C01 | 第二支部 | 党支部 | 12 | 正常 | 2026-08-01 |\n"
    assert _cells(batch_of(f"[ledger orgs]\n{HEAD}{new}")) == []
    assert _cells(batch_of(f"[ledger orgs 2026-08]\n{HEAD}{OLD}[ledger orgs]\n{HEAD}{new}")) == []


def test_a_sheet_that_was_blank_last_month_knew_of_nothing(batch_of: BatchOf) -> None:
    new = "| C01 | 第二支部 | 党支部 | 12 | 正常 | 2026-08-01 |\n"
    assert _cells(batch_of(f"[values 2026-09]\n| unit | total |\n| C01 | 3 |\n[ledger orgs]\n{HEAD}{new}")) == ["E5"]
