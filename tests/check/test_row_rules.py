from collections.abc import Callable

from aggregator.check.run import run_checks
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]
MEETINGS = """[ledger meetings]
| unit | held_on    | title | participants | party |
| C01  | 2026-10-12 | 甲    | 20           | 20    |
| C01  | 2026-10-13 | 乙    | 20           | 21    |
| C01  | 2026-10-14 | 丙    | 20           |       |
| C01  | 2026-10-15 | 丁    | ?数十        | 5     |
"""


def test_each_row_that_breaks_a_rule_is_a_finding_of_one_group(batch_of: BatchOf) -> None:
    text = MEETINGS + "| C01  | 2026-10-16 | 戊 | 2 | 3 |\n"
    broken = [finding for finding in run_checks(batch_of(text)).findings if finding.rule == "R2"]
    assert [finding.place.cell for finding in broken] == ["D6", "D9"]
    assert len({finding.group for finding in broken}) == 1


def test_a_row_whose_cell_cannot_be_read_leaves_the_rule_unverified_on_that_row(batch_of: BatchOf) -> None:
    unverifiable = [line for line in run_checks(batch_of(MEETINGS)).unverifiable if line.rule == "R2"]
    assert [(line.count, line.place.cell, line.elements) for line in unverifiable] == [
        (1, "C8", ("meetings.participants",))
    ]


def test_an_optional_blank_asks_nothing_of_a_rule(batch_of: BatchOf) -> None:
    text = "[ledger orgs]\n| unit | org | form | members | founded_on |\n| C01 | 甲 | 党委 | 3 |  |\n"
    result = run_checks(batch_of(text))
    assert [finding.rule for finding in result.findings if finding.rule] == []
    assert [line for line in result.unverifiable if line.rule == "R1"] == []


def test_no_person_of_a_sensitive_ledger_stands_in_any_field_of_a_finding(batch_of: BatchOf) -> None:
    text = """[ledger floating]
| unit | person           | contact      | since        |
| C01  | 顾念安           | 顾念安的姐姐 | ?顾念安已登记 |
| C01  | 顾念安           | ?顾念安      |              |
| C01  | 顾念安又名顾小安 | 010          |              |
| C02  | 顾念安           | 顾念安       |              |
"""
    result = run_checks(batch_of(text))
    assert len(result.findings) >= 6
    assert "念安" not in repr(result)
