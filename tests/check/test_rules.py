from collections.abc import Callable

import pytest

from aggregator.check.run import CheckResult, run_checks
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.finding import Severity

BatchOf = Callable[..., Batch]
CatalogOf = Callable[..., Catalog]
EQUAL = "{code: P1, name: 总数等于分项之和, of: communities, check: total == men + women, severity: query%s}"
VALUES = """[values]
| unit | total | men | women | joined | visits | letters | fund |
| C01  | %s |
"""


def _statements(result: CheckResult) -> list[str]:
    return [finding.message for finding in result.findings if finding.rule]


def _judged(batch_of: BatchOf, catalog: Catalog, line: str) -> tuple[int, int]:
    """How many findings and how many unverifiable rules."""
    result = run_checks(batch_of(VALUES % line, rules=catalog))
    return len(_statements(result)), len(result.unverifiable)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("310 | 200 | 110 | 0 | 0 | 0 | 0", (0, 0)),
        ("312 | 200 | 110 | 0 | 0 | 0 | 0", (1, 0)),
        ("312 | 200 |  | 0 | 0 | 0 | 0", (0, 1)),
        ("312 | 200 | ?百来 | 0 | 0 | 0 | 0", (0, 1)),
    ],
)
def test_a_rule_holds_fails_or_cannot_be_verified(
    batch_of: BatchOf, catalog_with: CatalogOf, line: str, outcome: tuple[int, int]
) -> None:
    assert _judged(batch_of, catalog_with(EQUAL % ""), line) == outcome


def test_a_blank_counts_as_zero_where_the_rule_says_so(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    catalog = catalog_with(EQUAL % ", missing: zero")
    assert _judged(batch_of, catalog, "200 | 200 |  | 0 | 0 | 0 | 0") == (0, 0)
    assert _judged(batch_of, catalog, "312 | 200 |  | 0 | 0 | 0 | 0") == (1, 0)


def test_what_cannot_be_read_is_no_zero(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    assert _judged(batch_of, catalog_with(EQUAL % ", missing: zero"), "200 | 200 | ?无 | 0 | 0 | 0 | 0") == (0, 1)


def test_last_month_is_no_zero_when_there_was_no_return(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    catalog = catalog_with(
        "{code: Q1, name: 期初等于上期期末, of: communities, check: total == last(total), severity: query,"
        " missing: zero}"
    )
    assert _judged(batch_of, catalog, "200 | 0 | 0 | 0 | 0 | 0 | 0") == (0, 1)


def test_a_blank_that_must_be_filled_is_a_finding_that_names_the_cell(
    batch_of: BatchOf, catalog_with: CatalogOf
) -> None:
    batch = batch_of(VALUES % "312 | 200 |  | 0 | 0 | 0 | 0", rules=catalog_with(EQUAL % ", missing: must_fill"))
    result = run_checks(batch)
    assert _statements(result) == ["梧桐社区《指标表》D7：女党员数（D7）未填，无法核对“总数等于分项之和”。"]
    assert result.unverifiable == ()


def test_a_tolerance_slackens_equalities_and_never_inequalities(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    equal = catalog_with(EQUAL % ", tolerance: 2")
    assert _judged(batch_of, equal, "312 | 200 | 110 | 0 | 0 | 0 | 0") == (0, 0)
    assert _judged(batch_of, equal, "313 | 200 | 110 | 0 | 0 | 0 | 0") == (1, 0)
    less = catalog_with(
        "{code: P2, name: 女党员不多于总数, of: communities, check: women <= total, severity: query, tolerance: 2}"
    )
    assert _judged(batch_of, less, "110 | 0 | 111 | 0 | 0 | 0 | 0") == (1, 0)


def test_a_tolerance_does_not_decide_what_is_not_applicable(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    catalog = catalog_with(
        "{code: P3, name: 经费等于走访数, of: communities, check: visits == fund, severity: query, tolerance: 2}"
    )
    assert _judged(batch_of, catalog, "0 | 0 | 0 | 0 | 9 | 0 | —") == (0, 1)


def test_a_condition_that_is_false_asks_nothing_and_an_unknown_one_is_told(
    batch_of: BatchOf, catalog_with: CatalogOf
) -> None:
    catalog = catalog_with(
        "{code: E1, name: 有走访应有来信, of: communities, when: visits > 0, check: letters > 0, severity: query}"
    )
    assert _judged(batch_of, catalog, "0 | 0 | 0 | 0 | 0 | 0 | 0") == (0, 0)
    assert _judged(batch_of, catalog, "0 | 0 | 0 | 0 | 3 | 0 | 0") == (1, 0)
    assert _judged(batch_of, catalog, "0 | 0 | 0 | 0 |  | 0 | 0") == (0, 1)


def test_an_unverifiable_rule_says_what_it_lacks(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    result = run_checks(batch_of(VALUES % "312 | 200 |  | 0 | 0 | 0 | 0", rules=catalog_with(EQUAL % "")))
    (unverified,) = result.unverifiable
    assert (unverified.rule, unverified.unit, unverified.elements) == ("P1", "C01", ("women",))
    assert (unverified.reason, unverified.place.cell) == ("女党员数（D7）未填", "D7")


def test_the_street_office_is_not_asked_for_rules_of_communities(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    text = "[values]\n| unit | total | men | women |\n| S00 | 312 | 200 | 110 |\n"
    result = run_checks(batch_of(text, rules=catalog_with(EQUAL % "")))
    assert (_statements(result), result.unverifiable) == ([], ())


def test_a_rule_leaves_with_the_block_that_it_reads(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    catalog = catalog_with("{code: P9, name: 少用数不大于总数, of: communities, check: odd <= total, severity: query}")
    text = "[values]\n| unit | total | odd |\n| C01 | 5 | 9 |\n"
    result = run_checks(batch_of(text, rules=catalog))
    assert (_statements(result), result.unverifiable) == ([], ())


def test_a_rule_on_probation_only_informs(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    catalog = catalog_with(EQUAL.replace("query", "fatal") % ", probation: true")
    result = run_checks(batch_of(VALUES % "312 | 200 | 110 | 0 | 0 | 0 | 0", rules=catalog))
    assert [finding.severity for finding in result.findings if finding.rule] == [Severity.NOTE]
    assert result.held == frozenset()


def test_the_imbalance_is_left_minus_right_and_its_size_the_effect(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    result = run_checks(batch_of(VALUES % "300 | 200 | 110 | 0 | 0 | 0 | 0", rules=catalog_with(EQUAL % "")))
    (finding,) = [finding for finding in result.findings if finding.rule]
    assert finding.facts["imbalance"] == "-10"
    assert (str(finding.effect), finding.value, finding.elements) == ("10", "300", ("total", "men", "women"))


def test_an_opening_that_differs_from_last_closing_names_both(batch_of: BatchOf, catalog_with: CatalogOf) -> None:
    catalog = catalog_with(
        "{code: Q1, name: 期末等于上期加转入, of: communities, check: total == last(total) + joined, severity: query}"
    )
    text = "[values 2026-09]\n| unit | total |\n| C01 | 300 |\n" + VALUES % "312 | 0 | 0 | 2 | 0 | 0 | 0"
    assert _statements(run_checks(batch_of(text, rules=catalog))) == [
        (
            "梧桐社区《指标表》D5：党员总数（D5）填报 312，各分项合计 302，相差 10；"
            "上月党员总数为 300，转入数（D8）填报 2。"
        )
    ]


def test_a_figure_that_disagrees_with_its_ledger_names_the_rows_that_count(
    batch_of: BatchOf, catalog_with: CatalogOf
) -> None:
    catalog = catalog_with(
        "{code: T1, name: 名录与总数一致, of: communities, severity: query,"
        " check: 'sum(orgs.members, form == \"党支部\") == total',"
        " message: '名录中党员{left}名，填报{right}名，差{imbalance}名'}"
    )
    text = """[values]
| unit | total |
| C01  | 312   |
[ledger orgs]
| unit | org | form   | members | status |
| C01  | 甲  | 党支部 | 100     | 正常   |
| C01  | 乙  | 党委   | 312     | 正常   |
| C01  | 丙  | 党支部 | 200     | 正常   |
"""
    assert _statements(run_checks(batch_of(text, rules=catalog))) == [
        (
            "梧桐社区《指标表》D5：名录中党员300名，填报312名，差12名"
            "（《党组织名录》“党员数”合计（第5、7行）为 300，党员总数（D5）填报 312）。"
        )
    ]


@pytest.mark.parametrize(
    ("check", "statement"),
    [
        ("women <= joined", "女党员数（D7）填报 110，应不大于转入数（D8）的 3，相差 107"),
        ("visits >= set_least", "走访数（D9）填报 1，应不小于街道设置“每月最少会议次数”的 2，相差 1"),
        ("visits == 4", "走访数（D9）填报 1，应为 4，相差 3"),
        (
            "women * 2 <= men + joined",
            (
                "“女党员数（D7）×2”为 220，应不大于各分项合计的 203，相差 17；女党员数（D7）填报 110；"
                "男党员数（D6）填报 200，转入数（D8）填报 3"
            ),
        ),
        ("visits in [2, 3]", "走访数（D9）填报 1，应为2、3"),
        ("10 <= women <= 50", "女党员数（D7）填报 110，应不大于 50，相差 60"),
        (
            "abs(men - women) <= 50",
            (
                "“男党员数（D6）－女党员数（D7）”的差额为 90，应不大于 50，相差 40；"
                "男党员数（D6）填报 200，女党员数（D7）填报 110"
            ),
        ),
        (
            "share(women, total) <= 30",
            (
                "女党员数（D7）占党员总数（D5）的百分比为 35.2564，应不大于 30，相差 5.2564；"
                "女党员数（D7）填报 110，党员总数（D5）填报 312"
            ),
        ),
        ("not is_empty(letters)", "来信数（D10）未填，按“试验”应填写"),
        ("both_or_neither(visits, letters)", "不符合“试验”（走访数（D9）填报 1，来信数（D10）未填）"),
    ],
)
def test_the_message_is_made_of_names_cells_and_values(
    batch_of: BatchOf, catalog_with: CatalogOf, check: str, statement: str
) -> None:
    catalog = catalog_with(f"{{code: X1, name: 试验, of: communities, severity: query, check: '{check}'}}")
    result = run_checks(batch_of(VALUES % "312 | 200 | 110 | 3 | 1 |  | 0", rules=catalog))
    assert [text.partition("：")[2] for text in _statements(result)] == [f"{statement}。"]


def test_a_message_may_name_a_setting_and_the_finding_keeps_to_elements(
    batch_of: BatchOf, catalog_with: CatalogOf
) -> None:
    catalog = catalog_with(
        "{code: M1, name: 走访达标, of: communities, check: visits >= set_least, severity: note,"
        " message: '走访{visits}次，不足{set_least}次'}"
    )
    (finding,) = [
        found
        for found in run_checks(batch_of(VALUES % "0 | 0 | 0 | 0 | 1 | 0 | 0", rules=catalog)).findings
        if found.rule
    ]
    assert finding.message == (
        "梧桐社区《指标表》D9：走访1次，不足2次（走访数（D9）填报 1，街道设置“每月最少会议次数”为 2）。"
    )
    assert finding.elements == ("visits",)


def test_a_counted_operand_names_its_sheet_and_rows_instead_of_a_cell(
    batch_of: BatchOf, catalog_with: CatalogOf
) -> None:
    catalog = catalog_with(
        "{code: M2, name: 会议不多于走访, of: communities, check: meetings_held <= visits, severity: query}"
    )
    text = """[values]
| unit | visits |
| C01  | 1      |
[ledger meetings]
| unit | held_on    | title |
| C01  | 2026-10-12 | 甲    |
| C01  | 2026-10-13 | 乙    |
"""
    assert _statements(run_checks(batch_of(text, rules=catalog))) == [
        "梧桐社区《指标表》D9：会议次数（由《会议台账》第5、6行得出）为 2，应不大于走访数（D9）的 1，相差 1。"
    ]


@pytest.mark.parametrize(("missing", "outcome"), [("zero", (0, 0)), ("unknown", (0, 1))])
def test_a_count_over_an_unanswered_sheet_is_zero_only_where_the_rule_says_so(
    batch_of: BatchOf, catalog_with: CatalogOf, missing: str, outcome: tuple[int, int]
) -> None:
    catalog = catalog_with(
        "{code: M2, name: 会议不多于走访, of: communities, check: meetings_held <= visits, severity: query,"
        f" missing: {missing}}}"
    )
    text = "[values]\n| unit | visits |\n| C01 | 0 |\n[answers]\n| unit | meetings |\n| C01 |  |\n"
    result = run_checks(batch_of(text, rules=catalog))
    assert (len(_statements(result)), len(result.unverifiable)) == outcome
