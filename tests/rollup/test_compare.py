from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from aggregator.model.comparison import Change
from aggregator.model.consolidation import Consolidation
from aggregator.model.org_unit import OrgUnit
from aggregator.model.period import Period
from aggregator.rollup import compare

Rolled = Callable[..., Consolidation]
TABLE = "| unit | total | visits | women |\n| C01 | {0} | 1 | {1} |\n| C02 | 0 | 1 | 0 |\n| C03 | 0 | 1 | 0 |"


@pytest.mark.parametrize(
    ("before", "now", "change", "absolute", "percent"),
    [
        (100, 125, Change.RISE, 25, 25),
        (200, 150, Change.FALL, -50, -25),
        (7, 7, Change.LEVEL, 0, 0),
        (0, 7, Change.FROM_ZERO, 7, None),
        (0, 0, Change.LEVEL, 0, None),
        (4, 0, Change.FALL, -4, -100),
        # Of a negative base only the absolute change means anything.
        (-5, 10, Change.RISE, 15, None),
    ],
)
def test_a_count_changes_in_percent(
    rolled: Rolled, before: int, now: int, change: Change, absolute: int, percent: int | None
) -> None:
    month = rolled({"2026-09": TABLE.format(before, 0), "2026-10": TABLE.format(now, 0)})
    total = month.totals["total"]
    found = compare(total.this_month, total.previous, catalog=month.catalog).whole
    whole = None if percent is None else Decimal(percent)
    assert (found.change, found.absolute, found.percent, found.points) == (change, Decimal(absolute), whole, None)
    assert (found.now, found.base) == (Decimal(now), Decimal(before))


def test_two_shares_differ_in_percentage_points(rolled: Rolled) -> None:
    month = rolled({"2026-09": TABLE.format(100, 20), "2026-10": TABLE.format(200, 45)})
    share = month.totals["women_share"]
    found = compare(share.this_month, share.previous, catalog=month.catalog).whole
    assert (found.change, found.points, found.percent) == (Change.RISE, Decimal("2.5"), None)


def test_without_a_base_nothing_is_said(rolled: Rolled) -> None:
    month = rolled(TABLE.format(10, 1))
    found = compare(month.totals["total"].this_month, month.totals["total"].previous, catalog=month.catalog)
    assert (found.whole.change, found.whole.absolute) == (Change.UNKNOWN, None)


def test_communities_that_opened_or_closed_are_named_and_the_rest_compared(rolled: Rolled) -> None:
    units = (
        OrgUnit("C01", "青松社区居民委员会", "青松社区"),
        OrgUnit("C02", "翠湖社区居民委员会", "翠湖社区", closed=Period.parse("2026-09")),
        OrgUnit("C03", "云岭社区居民委员会", "云岭社区", opened=Period.parse("2026-10")),
    )
    months = {
        "2026-09": "| unit | total | women |\n| C01 | 100 | 50 |\n| C02 | 300 | 30 |",
        "2026-10": "| unit | total | women |\n| C01 | 110 | 55 |\n| C03 | 500 | 50 |",
    }
    month = rolled(months, units=units)
    total = month.totals["total"]
    found = compare(total.this_month, total.previous, catalog=month.catalog)
    assert (found.opened, found.closed) == (("C03",), ("C02",))
    assert (found.whole.now, found.whole.base) == (Decimal(610), Decimal(400))
    assert found.like_with_like is not None
    assert (found.like_with_like.now, found.like_with_like.base) == (Decimal(110), Decimal(100))
    assert found.like_with_like.percent == Decimal(10)
    share = month.totals["women_share"]
    assert compare(share.this_month, share.previous, catalog=month.catalog).like_with_like is None


def test_a_unit_whose_figure_stands_on_one_side_only_is_named(rolled: Rolled) -> None:
    months = {
        "2026-09": "| unit | total |\n| C01 | 100 |\n| C02 | 300 |\n| C03 | 1 |",
        "2026-10": "| unit | total |\n| C01 | 110 |\n| C02 |  |\n| C03 | 1 |",
    }
    month = rolled(months)
    total = month.totals["total"]
    found = compare(total.this_month, total.previous, catalog=month.catalog)
    assert (found.whole.change, found.uneven) == (Change.FALL, ("C02",))
    assert found.like_with_like is not None
    assert (found.like_with_like.now, found.like_with_like.base) == (Decimal(111), Decimal(101))


def test_against_a_baseline_there_is_nothing_to_take_apart(rolled: Rolled) -> None:
    month = rolled("| unit | total |\n| C01 | 60 |\n| C02 | 60 |", baselines="total last_year 100 2025-10")
    total = month.totals["total"]
    found = compare(total.this_month, total.same_month_last_year, catalog=month.catalog)
    assert (found.whole.percent, found.uneven, found.like_with_like) == (Decimal(20), ("C03",), None)
