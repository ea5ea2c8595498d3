from collections.abc import Callable

import pytest

from aggregator.check.late_events import check_late_events
from aggregator.check.returns import unit_returns
from aggregator.check.run import run_checks
from aggregator.check.stated import check_stated
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]
CatalogOf = Callable[..., Catalog]
HEAD = "| unit | org | form | members | status | founded_on |\n"
OLD = "| C01 | 第一支部 | 党支部 | 12 | 正常 | 2020-03-01 |\n"
NEW = "| C01 | 第二支部 | 党支部 | 12 | 正常 | %s |\n"
SEPTEMBER = f"[ledger orgs 2026-09]\n{HEAD}{OLD}"


def _told(batch: Batch) -> list[tuple[str, str]]:
    return [(finding.kind.code, finding.facts["cells"]) for finding in check_late_events(unit_returns(batch))]


@pytest.mark.parametrize(
    ("founded_on", "told"),
    [
        ("2026-10-01", []),  # this month's count has it
        ("2026-09-30", [("late-event", "E6")]),
        ("2026-01-01", [("late-event", "E6")]),
        ("2025-12-31", []),  # last year's reports are closed, and no month of it is recorded
        ("", []),
        ("?不详", []),
    ],
)
def test_an_event_of_an_earlier_month_that_no_recorded_month_knew_is_told(
    batch_of: BatchOf, founded_on: str, told: list[tuple[str, str]]
) -> None:
    assert _told(batch_of(f"{SEPTEMBER}[ledger orgs]\n{HEAD}{OLD}{NEW % founded_on}")) == told


def test_a_row_that_counts_nowhere_is_not_told(batch_of: BatchOf) -> None:
    gone = (NEW % "2026-09-30").replace("正常", "已撤销")
    assert _told(batch_of(f"{SEPTEMBER}[ledger orgs]\n{HEAD}{OLD}{gone}")) == []


def test_without_any_record_it_is_told_that_nothing_can_be_judged(batch_of: BatchOf) -> None:
    assert _told(batch_of(f"[ledger orgs]\n{HEAD}{NEW % '2026-08-01'}")) == [("events-unjudged", "E5")]


def test_a_month_without_a_return_is_no_hindrance(batch_of: BatchOf) -> None:
    august = f"[ledger orgs 2026-08]\n{HEAD}{OLD}"
    assert _told(batch_of(f"{august}[ledger orgs]\n{HEAD}{OLD}{NEW % '2026-09-01'}")) == [("late-event", "E6")]


STATED = f"{SEPTEMBER}[ledger orgs]\n{HEAD}{OLD}{NEW % '2026-09-30'}[stated]\n| unit | orgs_founded |\n| C01 | %s |\n"


@pytest.mark.parametrize(("stated", "findings"), [("0", 0), ("1", 0), ("2", 1)])
def test_the_form_may_count_without_what_is_late(batch_of: BatchOf, stated: str, findings: int) -> None:
    assert len(list(check_stated(unit_returns(batch_of(STATED % stated))))) == findings


@pytest.mark.parametrize(("joined", "broken"), [("0", 0), ("1", 0), ("2", 1)])
@pytest.mark.parametrize("missing", ["unknown", "zero"])
def test_a_balance_may_take_a_late_event_in_either_month(
    batch_of: BatchOf, catalog_with: CatalogOf, joined: str, broken: int, missing: str
) -> None:
    rule = f"{{code: B1, name: 转入数等于新成立组织数, of: communities, check: joined == orgs_founded, severity: fatal,\
 missing: {missing}}}"
    values = f"[values]\n| unit | joined |\n| C01 | {joined} |\n"
    batch = batch_of(f"{values}{SEPTEMBER}[ledger orgs]\n{HEAD}{OLD}{NEW % '2026-09-30'}", rules=catalog_with(rule))
    result = run_checks(batch)
    assert len([finding for finding in result.findings if finding.rule == "B1"]) == broken
    assert ("C01" in result.held) is bool(broken)
