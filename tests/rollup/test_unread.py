from collections.abc import Callable
from decimal import Decimal

import pytest

from aggregator.model.consolidation import Aggregate, Consolidation
from aggregator.model.period import Period
from aggregator.model.value import ValueState

Rolled = Callable[..., Consolidation]
OCTOBER = Period.parse("2026-10")


def _october(rolled: Rolled, table: str, code: str) -> Aggregate:
    return rolled(table).totals[code].this_month


STAFF = """
| unit | staff                                       |
| C01  | 1980-01-01/本科/否 1990-01-01/{degree}/{left} |
| C02  | 1985-01-01/本科/否                          |
| C03  | 1985-01-01/高中/否                          |
"""


@pytest.mark.parametrize(
    ("degree", "left", "total", "reported"),
    [
        ("大专", "否", 4, ("C01", "C02", "C03")),
        ("?", "否", 4, ("C01", "C02", "C03")),  # the number of people does not ask for the degree
        ("大专", "?", 3, ("C02", "C03")),
        ("?", "是", 3, ("C01", "C02", "C03")),  # who has left is not counted, whatever the degree
    ],
)
def test_a_count_that_may_lack_a_row_is_counted_and_not_covered(
    rolled: Rolled, degree: str, left: str, total: int, reported: tuple[str, ...]
) -> None:
    found = _october(rolled, STAFF.format(degree=degree, left=left), "staff_total")
    assert (found.state, found.value, found.reported) == (ValueState.VALUE, Decimal(total), reported)
    assert ("有登记未填全或无法识别，可能少计：青松社区" in found.note) is (reported[0] != "C01")


def test_the_value_says_how_many_rows_it_may_lack(rolled: Rolled) -> None:
    values = rolled(STAFF.format(degree="大专", left="?")).values
    assert values["C01", "staff_total"].repair == "有1行登记未填全或无法识别，可能少计"
    assert values["C02", "staff_total"].repair == ""


def test_a_blank_that_must_be_filled_is_as_bad_as_one_that_cannot_be_read(rolled: Rolled) -> None:
    table = "| unit | issues |\n| C01 | 甲/ 乙/2026-10-03 |\n| C02 | 丙/2026-10-04 |\n| C03 | 无 |\n"
    found = _october(rolled, table, "staff_new")
    assert (found.value, found.missing) == (Decimal(2), ("C01",))


def test_what_may_be_blank_is_a_blank_and_no_flaw(rolled: Rolled) -> None:
    found = _october(rolled, "| unit | acts |\n| C01 | 义诊/ |\n| C02 | 无 |\n| C03 | 无 |\n", "acts_held")
    assert (found.value, found.missing) == (Decimal(1), ())


def test_a_sum_of_what_lacks_rows_lacks_them_too(rolled: Rolled) -> None:
    table = """
    | unit | visits | staff             | acts      |
    | C01  | 3      | 1980-01-01/本科/? | 义诊/?    |
    | C02  | 4      | 1980-01-01/本科/否 | 义诊/12  |
    | C03  | 5      | 1980-01-01/本科/否 | 讲座/30  |
    """
    done = rolled(table).totals
    assert done["visits_and_acts"].this_month.missing == ()
    # A quotient of counts that lack rows says nothing of the unit: 2 activities of 2 people.
    rate = done["acts_per_staff"].this_month
    assert (rate.value, rate.missing) == (Decimal(100), ("C01",))
    # Who may lack the smallest is no candidate for it.
    least = done["smallest"].this_month
    assert (least.value, least.missing) == (Decimal(12), ("C01",))
    # A list keeps what can be read.
    names = done["theme_names"].this_month
    assert (names.value, names.missing) == (("义诊", "讲座"), ("J00",))


def test_the_year_so_far_keeps_the_mark_of_its_months(rolled: Rolled) -> None:
    september = "| unit | issues |\n| C01 | 甲/? |\n| C02 | 无 |\n| C03 | 无 |\n"
    october = "| unit | issues |\n| C01 | 乙/2026-10-03 |\n| C02 | 无 |\n| C03 | 无 |\n"
    done = rolled({"2026-09": september, "2026-10": october}).totals["staff_new"]
    assert done.this_month.missing == ()
    assert (done.year_to_date.value, done.year_to_date.missing) == (Decimal(1), ("C01",))
    assert "可能少计：青松社区" in done.year_to_date.note
