"""What stands where there is no number: who left something blank, and where nobody could fill anything in."""

import pytest

from aggregator.model.consolidation import Aggregate, Consolidation
from aggregator.model.period import Period
from aggregator.model.value import ValueState
from aggregator.publish.workbook.figures import Figures

OCTOBER = Period.month(2026, 10)


@pytest.mark.parametrize(
    ("element", "reported", "shown"),
    [
        # The base of a growth is not recorded, a share is of 0: no cell that anybody could fill in.
        ("pm_growth", ("C01",), "—"),
        ("grid_close_rate", ("C01",), "—"),
        ("grid_close_rate", (), "未填"),
        # A sum that is missing lacks somebody's number, whoever says that it does not apply to him.
        ("women_congress", ("C01",), "未填"),
    ],
)
def test_a_missing_total_is_blank_only_where_somebody_left_it_blank(
    month: Consolidation, element: str, reported: tuple[str, ...], shown: str
) -> None:
    total = Aggregate(element, OCTOBER, ValueState.MISSING, None, ("C01", "C02"), reported)
    assert Figures(month.catalog).of(total).text == shown
