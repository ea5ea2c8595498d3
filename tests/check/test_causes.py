from collections.abc import Callable
from dataclasses import replace
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


PASTED = """[values 2026-09]
| unit | total | men | women | visits |
| C01  | 312   | 190 | 122   | 41     |
[values]
| unit | total | men | women | visits |
| C01  | 52    | 59  | 66    | 4100   |
[stated]
| unit | org_members | meetings_held | women_share | partners_known | orgs_founded | orgs_gone | meeting_visits | party_visits |
| C01  | {}          | 38            | 45          | 52             | 59           | 66        | 73             | 80           |
[ledger orgs]
| unit | org      | form   | members | status |
| C01  | 第一支部 | 党支部 | 12      | 正常   |
[ledger meetings]
| unit | held_on    | title | participants | party |
| C01  | 2026-10-08 | 例会  | 20           | 5     |
[ledger partners]
| unit | unit_name |
| C01  | 一中      |
"""  # noqa: E501  # a table


def test_a_column_pasted_over_formulas_is_one_cause_with_what_was_typed_in_it(batch_of: BatchOf) -> None:
    figures = [group for group in _groups(batch_of(PASTED.format(31))) if group.first.place.sheet == "指标表"]
    (group,) = [group for group in figures if group.first.group.startswith("column-pasted:")]
    kinds = [finding.kind.code for finding in group.members]
    assert set(kinds) == {"rule-broken", "sudden-change", "stated-differs", "column-pasted"}
    assert kinds.count("stated-differs") == 8
    assert figures == [group]


def test_a_few_numbers_over_formulas_are_each_told(batch_of: BatchOf) -> None:
    # The first cell shows what the branches add up to: seven are typed over.
    kinds = {finding.kind.code for finding in run_checks(batch_of(PASTED.format(12))).findings}
    assert "stated-differs" in kinds
    assert "column-pasted" not in kinds


def test_formulas_that_nobody_calculated_anew_are_no_column_pasted(batch_of: BatchOf) -> None:
    batch = batch_of(PASTED.format(31))
    stated = {code: value._replace(repair="取公式的计算结果") for code, value in batch.submissions[0].stated.items()}
    formulas = replace(batch, submissions=(replace(batch.submissions[0], stated=stated),))
    kinds = [finding.kind.code for finding in run_checks(formulas).findings]
    assert kinds.count("stated-differs") == 8
    assert "column-pasted" not in kinds


COPIED = """[values 2026-09]
| unit | total | men | women | visits |
| C01  | 312   | 190 | 122   | 41     |
| C02  | 98    | 52  | 46    | 41     |
[values]
| unit | joined | visits | letters | fund | total | men | women |
| C01  | 13     | 41     | 17      | 1200 | 99    | 53  | {}    |
| C02  | 13     | 41     | 17      | 1200 | 99    | 53  | 46    |
"""


def test_another_units_whole_column_explains_what_it_breaks(batch_of: BatchOf) -> None:
    groups = _groups(batch_of(COPIED.format(46)))
    (group,) = [group for group in groups if group.first.unit == "C01" and "copied" in group.first.group]
    assert {finding.kind.code for finding in group.members} == {"numbers-copied", "sudden-change"}


def test_numbers_copied_beside_ones_own_stocks_explain_only_themselves(batch_of: BatchOf) -> None:
    groups = _groups(batch_of(COPIED.format(122)))
    (group,) = [group for group in groups if group.first.unit == "C01" and "copied" in group.first.group]
    assert {finding.kind.code for finding in group.members} == {"numbers-copied"}
