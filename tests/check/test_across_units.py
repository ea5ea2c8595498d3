from collections.abc import Callable

from aggregator.check.across_units import check_across_units
from aggregator.check.returns import unit_returns
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]


def _cells(batch: Batch) -> list[str]:
    return [f"{finding.unit} {finding.place.cell}" for finding in check_across_units(unit_returns(batch))]


def test_two_rows_of_one_unit_are_no_matter_of_two_units(batch_of: BatchOf) -> None:
    text = "[ledger partners]\n| unit | unit_name |\n| C01 | 青禾小学 |\n| C01 | 青禾小学 |\n"
    assert _cells(batch_of(text)) == []


def test_what_units_share_is_one_note_a_ledger_with_the_cells(batch_of: BatchOf) -> None:
    rows = "".join(f"| C0{unit} | 单位{number} |\n" for unit in (1, 2) for number in range(7))
    batch = batch_of(f"[ledger partners]\n| unit | unit_name |\n{rows}")
    (found,) = check_across_units(unit_returns(batch))
    assert (found.unit, found.place.sheet, found.facts["count"]) == ("", "驻区单位名录", "7")
    assert "单位0（梧桐社区A5、银杏社区A5）、单位1（梧桐社区A6、银杏社区A6）" in found.message
    assert "单位5" in found.message
    assert "单位6" not in found.message


def test_a_name_without_a_date_of_birth_stands_for_nobody_where_the_roster_asks_for_one(batch_of: BatchOf) -> None:
    text = "[ledger roster]\n| unit | person | birth_date |\n| C01 | 顾念安 |  |\n| C02 | 顾念安 |  |\n"
    assert _cells(batch_of(text)) == []


def test_spaces_in_a_name_do_not_hide_a_person(batch_of: BatchOf) -> None:
    text = """[ledger roster]
| unit | person | birth_date |
| C01  | 顾 念安 | 1980-03-01 |
| C02  | 顾念安 | 1980-03-01 |
"""
    assert _cells(batch_of(text)) == ["C01 A5", "C02 A5"]


def test_an_organisation_that_both_list_and_nobody_counts_once_is_left_alone(batch_of: BatchOf) -> None:
    text = "[ledger orgs]\n| unit | org | status |\n| C01 | 第一支部 | 正常 |\n| C02 | 第一支部 | 正常 |\n"
    assert _cells(batch_of(text)) == []


def test_who_has_left_one_community_may_serve_in_another(batch_of: BatchOf) -> None:
    text = """[ledger roster]
| unit | person | birth_date | left_on    |
| C01  | 顾念安 | 1980-03-01 | 2026-08-31 |
| C02  | 顾念安 | 1980-03-01 |            |
"""
    assert _cells(batch_of(text)) == []
