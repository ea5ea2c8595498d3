from collections.abc import Callable
from decimal import Decimal

from aggregator.check.run import run_checks
from aggregator.model.consolidation import Batch
from aggregator.model.finding import FindingGroup, group_findings

BatchOf = Callable[..., Batch]
HEAD = "| unit | total | men | women | joined | visits |\n"


def test_what_follows_from_a_slip_stands_in_its_group(batch_of: BatchOf) -> None:
    last, now = "| C01 | 310 | 190 | 120 | 3 | 41 |\n", "| C01 | 310 | 310 | 190 | 120 | 41 |\n"
    result = run_checks(batch_of(f"[values 2026-09]\n{HEAD}{last}[values]\n{HEAD}{now}"))
    (group,) = group_findings(result.findings)
    assert group.first.group == "values-one-line-off:C01.xlsx:指标表"
    # The three cells are off by 120, 70 and 117; 310 and 190 are 190 more than 310.
    effects = {finding.kind.code: finding.effect for finding in group.members}
    assert effects == {"rule-broken": Decimal(190), "values-one-line-off": Decimal(120 + 190)}


def test_what_concerns_other_elements_or_units_stays_apart(batch_of: BatchOf) -> None:
    last = "| {} | 310 | 190 | 120 | 3 | 41 |\n"
    text = (
        f"[values 2026-09]\n{HEAD}{last.format('C01')}{last.format('C02')}"
        f"[values]\n{HEAD}| C01 | 700 | 310 | 190 | 120 | 41 |\n| C02 | 311 | 190 | 120 | 3 | 41 |\n"
    )
    groups = {group.first.group: [finding.kind.code for finding in group.members] for group in _groups(batch_of(text))}
    assert groups == {
        "values-one-line-off:C01.xlsx:指标表": ["rule-broken", "values-one-line-off"],
        "sudden-change:C01.xlsx:指标表": ["sudden-change"],
        "rule-broken:P1:C02.xlsx:指标表": ["rule-broken"],
    }


def test_a_month_without_a_slip_is_grouped_as_it_was(batch_of: BatchOf) -> None:
    (group,) = _groups(batch_of(f"[values]\n{HEAD}| C01 | 311 | 190 | 120 | 3 | 41 |\n"))
    assert group.first.group == "rule-broken:P1:C01.xlsx:指标表"


def _groups(batch: Batch) -> tuple[FindingGroup, ...]:
    return group_findings(run_checks(batch).findings)
