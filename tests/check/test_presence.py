from collections.abc import Callable

from aggregator.check.presence import check_presence
from aggregator.check.returns import unit_returns
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]


def test_a_blank_weighs_what_stood_there_last_month(batch_of: BatchOf) -> None:
    text = "[values 2026-09]\n| unit | total |\n| C01 | 310 |\n[values]\n| unit | total | visits |\n| C01 |  |  |\n"
    found = {finding.elements[0]: finding.effect for finding in check_presence(unit_returns(batch_of(text)))}
    assert found == {"total": 310, "visits": None}


def test_a_cell_of_a_block_that_is_off_is_not_missed(batch_of: BatchOf) -> None:
    text = "[values]\n| unit | odd |\n| C01 |  |\n"
    assert list(check_presence(unit_returns(batch_of(text)))) == []


def test_a_cell_that_the_form_does_not_have_is_not_missed(batch_of: BatchOf) -> None:
    text = "[values]\n| unit | total |\n| C01 | 5 |\n"
    assert list(check_presence(unit_returns(batch_of(text)))) == []


def test_zero_is_a_number_that_somebody_reported(batch_of: BatchOf) -> None:
    text = """[values]
| unit | visits |
| C01  | 0      |
[ledger orgs]
| unit | org | form | members |
| C01  | 甲  | 党委 | 0       |
"""
    assert list(check_presence(unit_returns(batch_of(text)))) == []
