from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate, Batch, Consolidation
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Submission, ValueState
from aggregator.rollup import months_read, roll_up
from aggregator.rollup.returns import DoubledReturnError

Rolled = Callable[..., Consolidation]
COMMUNITIES = ("C01", "C02", "C03")


def shown(aggregate: Aggregate) -> tuple[str, object, str]:
    """State, figure and coverage of an aggregate, as a table row would show them."""
    return aggregate.state.value, aggregate.value, f"{len(aggregate.reported)}/{len(aggregate.expected)}"


def to_six_places(value: object) -> Decimal:
    assert isinstance(value, Decimal)
    return value.quantize(Decimal("0.000001"))


def test_a_sum_adds_the_units_and_says_who_is_not_in_it(rolled: Rolled) -> None:
    total = rolled("""
        | unit | total | visits |
        | C01  | 100   | 3      |
        | C03  | 50    |        |
    """).totals
    assert shown(total["total"].this_month) == ("value", Decimal(150), "2/3")
    assert total["total"].this_month.missing == ("C02",)
    assert shown(total["visits"].this_month) == ("value", Decimal(3), "1/3")
    assert total["visits"].this_month.missing == ("C02", "C03")


def test_a_sum_of_which_nothing_is_known_is_missing_and_not_zero(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | total | visits |
        | C01  |       | ?      |
        | C02  |       |        |
        | C03  |       | 0      |
    """).totals
    assert shown(totals["total"].this_month) == ("missing", None, "0/3")
    assert shown(totals["visits"].this_month) == ("value", Decimal(0), "1/3")


def test_what_is_not_applicable_adds_nothing_and_is_covered(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | visits |
        | C01  | 4      |
        | C02  | —      |
        | C03  | —      |
    """).totals
    assert shown(totals["visits"].this_month) == ("value", Decimal(4), "3/3")


def test_a_figure_that_applies_to_nobody_is_not_applicable(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | visits |
        | C01  | —      |
        | C02  | —      |
        | C03  | —      |
    """).totals
    assert shown(totals["visits"].this_month) == ("not_applicable", None, "3/3")


def test_a_unit_whose_form_has_no_such_cell_is_not_expected(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | total | visits |
        | C01  | 1     | x      |
        | C02  | 1     | 2      |
        | C03  | 1     | 3      |
    """).totals
    assert shown(totals["visits"].this_month) == ("value", Decimal(5), "2/2")


def test_a_held_return_is_in_no_total_but_named_and_still_shown(rolled: Rolled) -> None:
    table = """
        | unit | total | acts      |
        | C01  | 100   | 讲座/5    |
        | C02  | 900   | 参观/7    |
        | C03  | 50    | 无        |
    """
    month = rolled(table, held=frozenset({"C02"}))
    assert shown(month.totals["total"].this_month) == ("value", Decimal(150), "2/3")
    assert month.totals["total"].this_month.missing == ("C02",)
    assert month.values["C02", "total"].value == Decimal(900)
    assert [row.cells["title"] for row in month.ledgers["acts"]] == ["讲座"]
    assert ("C02", "acts") in month.sheets
    accepted = rolled(table, held=frozenset({"C02"}), accepted={"C02": "已电话核实"})
    assert shown(accepted.totals["total"].this_month) == ("value", Decimal(1050), "3/3")


def test_only_units_open_in_the_month_are_expected(rolled: Rolled) -> None:
    units = (
        OrgUnit("C01", "青松社区居民委员会", "青松社区"),
        OrgUnit("C02", "翠湖社区居民委员会", "翠湖社区", closed=Period.parse("2026-09")),
        OrgUnit("C03", "云岭社区居民委员会", "云岭社区", opened=Period.parse("2026-10")),
    )
    months = {
        "2026-09": """
            | unit | total | visits |
            | C01  | 10    | 1      |
            | C02  | 20    | 2      |
        """,
        "2026-10": """
            | unit | total | visits |
            | C01  | 11    | 4      |
            | C03  | 30    | 8      |
        """,
    }
    totals = rolled(months, units=units).totals
    assert shown(totals["total"].this_month) == ("value", Decimal(41), "2/2")
    assert totals["total"].this_month.expected == ("C01", "C03")
    assert totals["total"].previous.expected == ("C01", "C02")
    assert shown(totals["visits"].year_to_date) == ("value", Decimal(15), "3/3")
    assert shown(totals["total"].year_to_date) == ("value", Decimal(41), "2/2")
    assert totals["units_open"].this_month.value == Decimal(2)


def test_over_the_year_a_flow_is_added_and_a_stock_is_the_last(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | total | visits | longest |
            | C01  | 10    | 1      | 9       |
            | C02  | 10    | 2      | 3       |
            | C03  | 10    | 3      | 4       |
        """,
        "2026-02": """
            | unit | total | visits | longest |
            | C01  | 11    | 10     | 2       |
            | C02  | 12    | 20     | 5       |
            | C03  | 13    | 30     | 6       |
        """,
    }
    totals = rolled(months).totals
    assert shown(totals["visits"].year_to_date) == ("value", Decimal(66), "3/3")
    assert totals["visits"].year_to_date.months_known == 2
    assert shown(totals["total"].year_to_date) == ("value", Decimal(36), "3/3")
    assert totals["total"].year_to_date.months_known == 2
    assert totals["total"].previous.value == Decimal(30)
    assert (totals["longest"].this_month.value, totals["longest"].year_to_date.value) == (Decimal(6), Decimal(9))
    assert len(totals["visits"].year_to_date.sources) == 6
    assert len(totals["total"].year_to_date.sources) == 3
    assert totals["visits"].year_to_date.note == ""


def test_a_stock_is_never_filled_from_an_earlier_month(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | total |
            | C01  | 10    |
            | C02  | 20    |
            | C03  | 30    |
        """,
        "2026-02": """
            | unit | total |
            | C01  | 11    |
            | C02  |       |
        """,
    }
    year = rolled(months).totals["total"].year_to_date
    assert shown(year) == ("value", Decimal(11), "1/3")
    assert year.missing == ("C02", "C03")


def test_a_unit_that_lacks_a_month_of_the_year_is_named_with_the_month(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | visits |
            | C01  | 1      |
            | C02  |        |
        """,
        "2026-02": """
            | unit | visits |
            | C01  | 10     |
            | C02  | 20     |
            | C03  | 30     |
        """,
    }
    year = rolled(months).totals["visits"].year_to_date
    assert shown(year) == ("value", Decimal(61), "1/3")
    assert year.note == "缺月：翠湖社区（1月）、云岭社区（1月）"
    assert year.months_known == 2


def test_months_that_nobody_recorded_are_counted_beside_the_figure(rolled: Rolled) -> None:
    year = rolled("""
        | unit | visits | total |
        | C01  | 1      | 7     |
        | C02  | 2      | 7     |
        | C03  | 3      | 7     |
    """).totals
    assert year["visits"].year_to_date.value == Decimal(6)
    assert year["visits"].year_to_date.months_known == 1
    assert year["visits"].year_to_date.note == "10个月中1个月有数"
    assert year["total"].year_to_date.note == ""
    assert shown(year["visits"].previous) == ("missing", None, "0/3")
    assert shown(year["visits"].same_month_last_year) == ("missing", None, "0/3")


def test_of_a_month_without_records_nothing_is_counted_not_even_nought(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | acts   |
        | C01  | 讲座/1 |
        | C02  | 无     |
        | C03  | 无     |
        | J00  | 无     |
    """).totals
    assert shown(totals["themes"].this_month) == ("value", Decimal(1), "4/4")
    assert shown(totals["themes"].previous) == ("missing", None, "0/4")
    assert shown(totals["themes"].same_month_last_year) == ("missing", None, "0/4")
    assert totals["themes"].previous.months_known == 0


def test_a_figure_that_stands_on_other_totals_knows_no_more_months_than_they(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | total | visits |
        | C01  | 5     | 1      |
        | C02  | 6     | 2      |
        | C03  | 7     | 3      |
    """).totals
    for code in ("least_visits", "total_growth", "share_points"):
        assert shown(totals[code].previous) == ("missing", None, "0/0"), code
        assert totals[code].previous.months_known == 0, code
    year = totals["least_visits"].year_to_date
    assert (year.value, year.months_known, year.note) == (Decimal(1), 1, "10个月中1个月有数")
    # The list of units tells how many there were, whoever reported.
    assert shown(totals["units_open"].previous) == ("value", Decimal(3), "0/0")


def test_what_totals_that_stand_on_one_another_lack_is_said_once(rolled: Rolled) -> None:
    months = {
        "2026-01": "| unit | visits |\n| C01 | 5 |\n| C02 | 7 |\n| C03 | 9 |",
        "2026-03": "| unit | visits |\n| C01 | 5 |\n| C02 | 7 |",
    }
    year = rolled(months).totals["least_visits"].year_to_date
    assert year.note == "3个月中2个月有数；缺月：云岭社区（3月）"


def test_a_growth_compares_like_with_like(rolled: Rolled, street: Street) -> None:
    first, second, third, office = street.units
    opened = (first, second, replace(third, opened=Period.parse("2026-03")), office)
    months = {
        "2025-10": "| unit | total |\n| C01 | 40 |\n| C02 | 60 |",
        "2026-10": "| unit | total |\n| C01 | 50 |\n| C03 | 70 |",
    }
    growth = rolled(months, units=opened).totals["total_growth"].this_month
    # C02 has not reported now; C03 is new and a real gain of the street: from 40 to 120.
    assert shown(growth) == ("value", Decimal(200), "2/3")
    assert growth.note == "两期都不含翠湖社区"


def test_a_growth_against_a_figure_of_the_whole_street_needs_every_unit(rolled: Rolled) -> None:
    table = "| unit | total |\n| C01 | 50 |\n| C02 | 60 |"
    growth = rolled(table, baselines="total last_year 120 2025-10").totals["total_growth"].this_month
    assert shown(growth) == ("missing", None, "2/3")
    assert growth.note == "上年同期取自基数（2025年10月）；两期有数的单位不同，基数不能拆分，不作比较"


def test_a_growth_against_an_earlier_month_than_asked_says_so(rolled: Rolled) -> None:
    months = {
        "2025-01": "| unit | total |\n| C01 | 3 |\n| C02 | 3 |\n| C03 | 4 |",
        "2026-02": "| unit | total |\n| C01 | 6 |\n| C02 | 6 |\n| C03 | 8 |",
    }
    growth = rolled(months).totals["total_growth"]
    assert (growth.this_month.value, growth.this_month.note) == (None, "")
    # Of January and February 2025 only January is recorded: 10 members then, 20 at the end of February 2026.
    assert (growth.year_to_date.value, growth.year_to_date.note) == (Decimal(100), "上年同期截至2025年1月")


def test_the_same_month_of_last_year_comes_from_the_records(rolled: Rolled) -> None:
    months = {
        "2025-10": """
            | unit | total | women |
            | C01  | 40    | 10    |
            | C02  | 60    | 10    |
            | C03  |       | 10    |
        """,
        "2026-10": """
            | unit | total | women |
            | C01  | 50    | 10    |
            | C02  | 60    | 10    |
            | C03  | 15    | 10    |
        """,
    }
    totals = rolled(months, baselines="total last_year 999 2025-10").totals
    assert shown(totals["total"].same_month_last_year) == ("value", Decimal(100), "2/3")
    assert shown(totals["women_share"].same_month_last_year) == ("value", Decimal(20), "2/3")
    # Last year C03 is missing: C01 and C02 had 100 then and have 110 now.
    assert shown(totals["total_growth"].this_month) == ("value", Decimal(10), "3/3")
    assert totals["total_growth"].this_month.note == "两期都不含云岭社区"


def test_a_ratio_is_computed_from_the_sums_of_those_units_that_have_both(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | total | women |
        | C01  | 100   | 50    |
        | C02  | 300   | 30    |
        | C03  | 600   |       |
    """).totals
    # 80 of 400, not 80 of 1000, and not the mean of 50 % and 10 %.
    assert shown(totals["women_share"].this_month) == ("value", Decimal(20), "2/3")
    assert totals["women_share"].this_month.missing == ("C03",)
    assert {source.element for source in totals["women_share"].this_month.sources} == {"women_share", "women", "total"}


def test_a_ratio_over_months_uses_the_months_that_have_both(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | closed | opened |
            | C01  | 1      | 10     |
            | C02  | 4      |        |
            | C03  | —      | 5      |
        """,
        "2026-02": """
            | unit | closed | opened |
            | C01  | 9      | 10     |
            | C02  | 10     | 20     |
            | C03  | 2      | 8      |
        """,
    }
    totals = rolled(months).totals
    # January: C01 only, C02 lacks a number, to C03 it does not apply. February: all three.
    year = totals["close_rate"].year_to_date
    assert to_six_places(year.value) == Decimal("45.833333")  # (1 + 9 + 10 + 2) of (10 + 10 + 20 + 8)
    assert year.missing == ("C02",)
    assert year.note == "缺月：翠湖社区（1月）"


def test_a_flow_over_a_stock_leaves_out_whoever_lacks_the_last_stock(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | closed | total |
            | C01  | 3      | 99    |
            | C02  | 50     | 99    |
            | C03  | 5      |       |
        """,
        "2026-02": """
            | unit | closed | total |
            | C01  | 4      | 10    |
            | C02  | 60     |       |
            | C03  | 6      | 10    |
        """,
    }
    year = rolled(months).totals["per_head"].year_to_date
    # (3 + 4 + 5 + 6) of (10 + 10): C02 would stand above the line only.
    assert shown(year) == ("value", Decimal(90), "2/3")
    assert year.missing == ("C02",)


def test_a_flow_of_rows_over_a_stock_of_rows_counts_the_stock_once(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | acts          | staff                                 |
            | C01  | 讲座/1 参观/2 | 1990-01-01/大专/否 1991-01-01/大专/否 |
            | C02  | 无            | 1990-01-01/大专/否                    |
            | C03  | 无            | 1990-01-01/大专/否                    |
        """,
        "2026-02": """
            | unit | acts   | staff                                 |
            | C01  | 讲座/1 | 1990-01-01/大专/否 1991-01-01/大专/否 |
            | C02  | 无     | 1990-01-01/大专/否                    |
            | C03  | 无     | 1990-01-01/大专/否                    |
        """,
    }
    assert shown(rolled(months).totals["acts_per_staff"].year_to_date) == ("value", Decimal(75), "3/3")


def test_a_sum_that_lacks_a_month_is_no_candidate_for_the_least(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | fewest |
            | C01  | 5      |
            | C02  | 6      |
        """,
        "2026-02": """
            | unit | fewest |
            | C01  | 5      |
            | C02  | 3      |
            | C03  | 1      |
        """,
    }
    totals = rolled(months).totals
    assert shown(totals["fewest"].this_month) == ("value", Decimal(1), "3/3")
    assert shown(totals["fewest"].year_to_date) == ("value", Decimal(9), "2/3")


def test_a_ratio_over_nothing_is_missing(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | closed | opened |
        | C01  | 0      | 0      |
        | C02  | 0      | 0      |
        | C03  | 0      | 0      |
    """).totals
    assert shown(totals["close_rate"].this_month) == ("missing", None, "3/3")


def test_an_average_is_weighed_and_never_an_average_of_averages(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | age  | total |
        | C01  | 40   | 10    |
        | C02  | 50.5 | 30    |
        | C03  | 90   |       |
    """).totals
    # (40 × 10 + 50.5 × 30) ÷ 40
    assert shown(totals["age"].this_month) == ("value", Decimal("47.875"), "2/3")


def test_an_average_over_months_is_weighed_over_all_of_them(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | score | visits |
            | C01  | 8     | 1      |
            | C02  | 9     | 0      |
            | C03  | 6     | 2      |
        """,
        "2026-02": """
            | unit | score | visits |
            | C01  | 10    | 3      |
            | C02  | 7     | 4      |
            | C03  | 5     |        |
        """,
    }
    totals = rolled(months).totals
    assert to_six_places(totals["score"].this_month.value) == Decimal("8.285714")  # (10 × 3 + 7 × 4) ÷ 7
    assert totals["score"].year_to_date.value == Decimal("7.8")  # (8 × 1 + 9 × 0 + 6 × 2 + 10 × 3 + 7 × 4) ÷ 10
    assert totals["score"].year_to_date.missing == ("C03",)


def test_an_average_whose_weights_are_all_zero_is_missing(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | age | total |
        | C01  | 40  | 0     |
        | C02  | 50  | 0     |
        | C03  | 60  | 0     |
    """).totals
    assert shown(totals["age"].this_month) == ("missing", None, "3/3")


def test_counts_from_ledgers_add_up_and_an_unanswered_sheet_is_missing(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | acts              | staff                              |
        | C01  | 讲座/5 参观/6     | 1990-01-01/大专/否 1980-01-01/本科/是 |
        | C02  | 无                | 无                                 |
        | C03  |                   | 1996-11-01/初中/否                 |
    """).totals
    assert shown(totals["acts_held"].this_month) == ("value", Decimal(2), "2/3")
    assert totals["acts_held"].this_month.missing == ("C03",)
    assert shown(totals["staff_total"].this_month) == ("value", Decimal(2), "3/3")


def test_a_mean_over_rows_is_taken_over_the_union_of_living_rows(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | staff                                                    |
        | C01  | 1986-10-31/大专/否 1986-11-01/本科/否 1900-01-01/本科/是 |
        | C02  | 1966-01-01/初中/否                                       |
        | C03  |                                                          |
    """).totals
    # Ages at 31 October 2026: 40, 39 and 60; the mean of the units' means would be 49.75.
    assert to_six_places(totals["staff_age"].this_month.value) == Decimal("46.333333")
    assert totals["staff_age"].this_month.missing == ("C03",)
    assert totals["staff_level"].this_month.value == "大专"


def test_an_average_over_no_rows_anywhere_is_not_applicable(rolled: Rolled) -> None:
    totals = rolled("| unit | staff |\n| C01 | 无 |\n| C02 | 无 |\n| C03 | 无 |").totals
    assert shown(totals["staff_age"].this_month) == ("not_applicable", None, "3/3")
    some = rolled("| unit | staff |\n| C01 | 无 |\n| C02 | 无 |\n| C03 |  |").totals
    assert shown(some["staff_age"].this_month) == ("missing", None, "2/3")


def test_a_month_without_the_event_is_no_gap_in_the_year(rolled: Rolled) -> None:
    months = {
        "2026-01": "| unit | acts |\n| C01 | 讲座/9 |\n| C02 | 无 |\n| C03 | 无 |",
        "2026-02": "| unit | acts |\n| C01 | 无 |\n| C02 | 参观/4 |\n| C03 | 无 |",
    }
    least = rolled(months).totals["smallest"]
    assert shown(least.this_month) == ("value", Decimal(4), "3/3")
    assert shown(least.year_to_date) == ("value", Decimal(4), "3/3")
    assert (least.year_to_date.months_known, least.year_to_date.note) == (2, "")


def test_names_and_distinct_counts_are_united_over_units_and_months(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | acts          |
            | C01  | 讲座/1 讲座/2 |
            | C02  | 参观/3        |
            | C03  | 无            |
            | J00  | 义诊/4        |
        """,
        "2026-02": """
            | unit | acts          |
            | C01  | 参观/1        |
            | C02  | 讲座/2 讲座/5 |
            | C03  | 讲座/2        |
            | J00  | 大会/9        |
        """,
    }
    totals = rolled(months).totals
    assert shown(totals["themes"].this_month) == ("value", Decimal(3), "4/4")
    assert shown(totals["themes"].year_to_date) == ("value", Decimal(4), "4/4")
    assert totals["theme_names"].this_month.value == ("参观", "讲座", "大会")
    # Unit by unit, each in the order of its months.
    assert totals["theme_names"].year_to_date.value == ("讲座", "参观", "义诊", "大会")
    # Of the communities' rows only: 讲座 2 + 3 times, 参观 twice.
    assert totals["busiest"].year_to_date.value == ("讲座",)


def test_a_stock_list_is_that_of_the_last_month_and_reads_the_rows_of_those_named(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | issues           |
            | C01  | 漏水/2026-01-05  |
            | C02  | 无               |
            | C03  | 无               |
            | J00  | 文件/2026-01-06  |
        """,
        "2026-02": """
            | unit | issues                          |
            | C01  | 漏水/2026-01-05 停电/2026-02-01 |
            | C02  | 噪音/2026-02-02                 |
            | C03  | 无                              |
            | J00  | 文件/2026-01-06                 |
        """,
    }
    totals = rolled(months).totals
    assert shown(totals["issue_titles"].year_to_date) == ("value", ("漏水", "停电", "噪音"), "3/3")
    # Counted when found: one in January, two in February, although the first stands in both rosters.
    assert totals["staff_new"].year_to_date.value == Decimal(3)


def test_a_text_has_no_street_figure_but_its_coverage(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | motto |
        | C01  | 甲    |
        | C02  | 乙    |
    """).totals
    assert shown(totals["motto"].this_month) == ("not_applicable", None, "2/3")
    assert totals["motto"].this_month.note == "本项不作全街道汇总"


def test_what_only_the_office_is_asked_is_its_own_figure(rolled: Rolled) -> None:
    totals = rolled("""
        | unit | leaflets | letters | total |
        | C01  | x        | 1       | 5     |
        | C02  | x        | 2       | 5     |
        | C03  | x        | 3       | 5     |
        | J00  | 40       | 4       | x     |
    """).totals
    assert shown(totals["leaflets"].this_month) == ("value", Decimal(40), "1/1")
    assert shown(totals["letters"].this_month) == ("value", Decimal(10), "4/4")
    assert shown(totals["total"].this_month) == ("value", Decimal(15), "3/3")


def test_the_least_of_the_communities_speaks_of_whole_figures_only(rolled: Rolled) -> None:
    months = {
        "2026-01": """
            | unit | visits |
            | C01  | 5      |
            | C02  | 7      |
        """,
        "2026-02": """
            | unit | visits |
            | C01  | 5      |
            | C02  | 2      |
            | C03  | 1      |
        """,
    }
    totals = rolled(months).totals
    assert totals["least_visits"].this_month.value == Decimal(1)
    assert totals["least_visits"].year_to_date.value == Decimal(9)
    assert totals["least_visits"].year_to_date.missing == ("C03",)


def test_a_street_figure_is_covered_where_all_that_it_reads_is(rolled: Rolled) -> None:
    month = {
        "2026-01": """
            | unit | visits | leaflets |
            | C01  | 5      | x        |
            | C02  |        | x        |
            | C03  | 3      | x        |
            | J00  | x      | 400      |
        """
    }
    total = rolled(month).totals["per_leaflet"].this_month
    assert shown(total) == ("value", Decimal(2), "3/4")
    assert total.missing == ("C02",)


def test_a_block_that_is_off_is_not_asked_and_says_so(rolled: Rolled) -> None:
    total = rolled("| unit | total |\n| C01 | 5 |").totals["rare_count"].this_month
    assert (total.state, total.value, total.expected, total.note) == (ValueState.NOT_ASKED, None, (), "未启用")


def test_a_carried_stock_is_in_the_total_and_marked(rolled: Rolled) -> None:
    total = (
        rolled("""
        | unit | total |
        | C01  | ~5    |
        | C02  | 6     |
        | C03  | 7     |
    """)
        .totals["total"]
        .this_month
    )
    assert shown(total) == ("carried", Decimal(18), "3/3")
    assert total.note == "含沿用数：青松社区"


def test_money_is_exact_to_the_last_digit(rolled: Rolled) -> None:
    total = (
        rolled("""
        | unit | visits                       |
        | C01  | 10000000000000000000000000.1 |
        | C02  | 0.00000001                   |
        | C03  | 0.2                          |
    """)
        .totals["visits"]
        .this_month
    )
    assert total.value == Decimal("10000000000000000000000000.30000001")


@pytest.mark.parametrize(
    ("baselines", "value", "known", "note"),
    [
        ("visits year_to_date 100 2026-03", Decimal(107), 5, "含基数（截至2026年3月）"),
        # The records of April tell more than an opening that ends in it.
        ("visits year_to_date 100 2026-04", Decimal(104), 5, "含基数（截至2026年4月）"),
        ("visits year_to_date 100 2026-01", Decimal(107), 3, "含基数（截至2026年1月）；5个月中3个月有数"),
        ("visits year_to_date 100 2025-12", Decimal(7), 2, "5个月中2个月有数"),
        ("visits year_to_date 一百 2026-03", Decimal(7), 2, "5个月中2个月有数"),
        ("total year_to_date 100 2026-03", Decimal(7), 2, "5个月中2个月有数"),
    ],
)
def test_the_opening_fills_the_months_before_the_first_record(
    rolled: Rolled, baselines: str, value: Decimal, known: int, note: str
) -> None:
    table = "| unit | visits | total |\n| C01 | {} | 1 |\n| C02 | 1 | 1 |\n| C03 | 1 | 1 |"
    months = {"2026-04": table.format(1), "2026-05": table.format(2)}
    year = rolled(months, baselines=baselines).totals["visits"].year_to_date
    assert (year.value, year.months_known, year.note) == (value, known, note)


def test_an_opening_leads_back_to_the_settings_workbook(rolled: Rolled) -> None:
    table = "| unit | visits |\n| C01 | 1 |\n| C02 | 1 |\n| C03 | 1 |"
    year = rolled(table, baselines="visits year_to_date 100 2026-09").totals["visits"].year_to_date
    assert [(str(source.place), source.value) for source in year.sources[:1]] == [("街道设置.xlsx:基数", Decimal(100))]
    assert sum(source.value for source in year.sources if isinstance(source.value, Decimal)) == year.value == 103


def test_recorded_months_are_worth_more_than_an_opening(rolled: Rolled) -> None:
    table = "| unit | visits |\n| C01 | 1 |\n| C02 | 1 |\n| C03 | 1 |"
    months = {"2026-01": table, "2026-02": table}
    year = rolled(months, baselines="visits year_to_date 100 2026-01").totals["visits"].year_to_date
    assert (year.value, year.note) == (Decimal(6), "")


def test_a_baseline_stands_in_for_the_same_month_of_last_year(rolled: Rolled) -> None:
    table = "| unit | total | women |\n| C01 | 50 | 10 |\n| C02 | 50 | 10 |\n| C03 | 50 | 10 |"
    totals = rolled(
        table,
        baselines="""
            total       last_year 120  2025-10
            women       last_year 20   2025-09
            women_share last_term 15.5 2021-12
        """,
    ).totals
    base = totals["total"].same_month_last_year
    assert (base.value, base.note, base.state) == (Decimal(120), "取自基数（2025年10月）", ValueState.VALUE)
    # A figure of another month is no base.
    assert totals["women"].same_month_last_year.state is ValueState.MISSING
    assert totals["total_growth"].this_month.value == Decimal(25)
    assert totals["share_points"].this_month.value == Decimal("4.5")


def test_returns_of_units_that_the_list_does_not_name_are_said_to_be_left_out(
    month_of: Callable[..., tuple[Submission, ...]], catalog: Catalog, street: Street
) -> None:
    table = "| unit | visits |\n| C01 | 1 |\n| C02 | 2 |\n| C03 | 3 |"
    now, before = Period.parse("2026-02"), Period.parse("2026-01")
    shorter = Street(tuple(unit for unit in street.units if unit.code != "C02"))
    batch = Batch(
        catalog, shorter, now, month_of(table.replace("| C02 | 2 |\n", ""), now), {before: month_of(table, before)}
    )
    year = roll_up(batch).totals["visits"].year_to_date
    assert (year.value, year.note) == (Decimal(8), "名单外单位未计入：C02")


def test_two_returns_of_one_unit_are_a_fault_of_the_program(
    month_of: Callable[..., tuple[Submission, ...]], catalog: Catalog, street: Street
) -> None:
    now = Period.parse("2026-10")
    returns = month_of("| unit | visits |\n| C01 | 1 |\n| C01 | 2 |")
    with pytest.raises(DoubledReturnError, match="two returns of C01 for 2026-10"):
        roll_up(Batch(catalog, street, now, returns))


def test_merged_ledgers_stand_in_the_order_of_the_units_and_of_their_rows(
    month_of: Callable[..., tuple[Submission, ...]], catalog: Catalog, street: Street
) -> None:
    returns = month_of("""
        | unit | total | acts          |
        | C02  | 1     | 乙一/1 乙二/2 |
        | C01  | 1     | 甲一/1 甲二/2 |
    """)
    sheet = returns[0].ledgers["acts"]
    turned = replace(returns[0], ledgers={"acts": replace(sheet, rows=sheet.rows[::-1])})
    month = roll_up(Batch(catalog, street, Period.parse("2026-10"), (turned, returns[1])))
    assert [row.cells["title"] for row in month.ledgers["acts"]] == ["甲一", "甲二", "乙一", "乙二"]
    assert month.totals["theme_names"].this_month.value == ("甲一", "甲二", "乙一", "乙二")


def test_the_months_that_a_roll_up_reads() -> None:
    march = months_read(Period.parse("2026-03"))
    assert [str(month) for month in march] == ["2025-01", "2025-02", "2025-03", "2026-01", "2026-02"]
    assert Period.parse("2025-12") in months_read(Period.parse("2026-01"))


def test_the_office_counts_apart_from_the_communities(rolled: Rolled) -> None:
    month = rolled("| unit | letters |\n| C01 | 1 |\n| J00 | 2 |")
    kinds = {unit: month.street.unit(unit).kind for unit in month.totals["letters"].this_month.reported}
    assert kinds == {"C01": UnitKind.COMMUNITY, "J00": UnitKind.OFFICE}
    assert month.totals["units_open"].this_month.value == Decimal(len(COMMUNITIES))
