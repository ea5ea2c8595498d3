from collections.abc import Callable
from dataclasses import replace

from aggregator.check.run import run_checks
from aggregator.model.consolidation import Batch
from aggregator.model.finding import Severity, group_findings

BatchOf = Callable[..., Batch]
CONTRADICTORY = """[values]
| unit | total | men | women |
| C01  | 312   | 200 | 110   |
| C02  | 280   | 150 | 130   |
"""


def test_a_return_with_a_contradiction_is_held_and_the_others_are_not(batch_of: BatchOf) -> None:
    assert run_checks(batch_of(CONTRADICTORY)).held == {"C01"}


def test_gaps_and_queries_hold_nothing(batch_of: BatchOf) -> None:
    text = "[values]\n| unit | total | men | women | age |\n| C01 |  | 200 | 110 | 99 |\n"
    result = run_checks(batch_of(text))
    assert {finding.severity for finding in result.findings} == {Severity.QUERY}
    assert result.held == frozenset()


def test_an_accepted_return_is_not_held_and_the_reason_is_recorded(batch_of: BatchOf) -> None:
    result = run_checks(batch_of(CONTRADICTORY + "[accepted]\n| unit | reason |\n| C01 | 已电话确认 |\n"))
    assert result.held == frozenset()
    assert [finding.message for finding in result.findings if finding.severity is Severity.NOTE] == [
        "梧桐社区有1处强制问题未改正，经办人决定纳入汇总，理由：已电话确认。"
    ]
    assert [finding.rule for finding in result.findings if finding.severity is Severity.FATAL] == ["P1"]


def test_what_intake_held_stays_held(batch_of: BatchOf) -> None:
    batch = replace(batch_of(CONTRADICTORY), held=frozenset({"C02"}))
    assert run_checks(batch).held == {"C01", "C02"}


def test_the_result_does_not_depend_on_the_order_of_the_submissions(batch_of: BatchOf) -> None:
    text = CONTRADICTORY + "[ledger partners]\n| unit | unit_name |\n| C01 | 青禾小学 |\n| C02 | 青禾小学 |\n"
    batch = batch_of(text)
    turned = replace(batch, submissions=tuple(reversed(batch.submissions)))
    assert run_checks(batch) == run_checks(turned)


def test_forty_blank_cells_of_a_sheet_are_forty_findings_of_one_group(batch_of: BatchOf) -> None:
    rows = "".join(f"| C01 | 第{number}支部 | 党支部 |  |\n" for number in range(40))
    result = run_checks(batch_of("[ledger orgs]\n| unit | org | form | members |\n" + rows))
    assert [len(group.members) for group in group_findings(result.findings)] == [40]


def test_an_empty_batch_has_nothing_to_say(batch_of: BatchOf) -> None:
    result = run_checks(batch_of("[values]\n| unit | total |\n"))
    assert (result.findings, result.held, result.unverifiable) == ((), frozenset(), ())
