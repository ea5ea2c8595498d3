from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from aggregator.check.run import run_checks
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.finding import FindingGroup, FindingKind, Severity, group_findings
from aggregator.model.value import Place

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
        "values-one-line-off:C01.xlsx:指标表": ["values-one-line-off", "rule-broken"],
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


# ---- what a damage accounts for, and what stands beside it

ORGS = "| unit | org | form | members | status | founded_on |\n"
ONE, TWO, THREE, FOUR = (
    f"| C01 | {name}支部 | 党支部 | {{}} | 正常 | 2020-08-0{day} |\n"
    for name, day in (("第一", 1), ("第二", 2), ("第三", 3), ("第四", 4))
)
LAST_ROSTER = f"[ledger orgs 2026-09]\n{ORGS}" + ONE.format(12) + TWO.format(25) + THREE.format(31) + FOUR.format(40)
OF_ROSTER = "{code: T9, of: communities, check: total == sum(orgs.members), severity: query, message: 与名录不符}"
COUNTED = "[values]\n| unit | total |\n| C01 | {} |\n"


def _told(groups: tuple[FindingGroup, ...]) -> dict[str, list[str]]:
    """The kinds and cells of the findings of each group, by the kind that is told."""
    return {
        group.first.kind.code: [f"{one.kind.code} {one.place.cell}" for one in group.members if one != group.first]
        for group in groups
    }


def _roster(batch_of: BatchOf, catalog_with: Callable[..., Catalog], total: int, rows: str) -> dict[str, list[str]]:
    text = f"{LAST_ROSTER}\n{COUNTED.format(total)}[ledger orgs]\n{ORGS}{rows}"
    return _told(_groups(batch_of(text, rules=catalog_with(OF_ROSTER))))


def test_a_sum_that_a_lost_row_makes_wrong_follows_from_it(
    batch_of: BatchOf, catalog_with: Callable[..., Catalog]
) -> None:
    # 12 + 25 + 31 + 40 = 108; without the second branch 83.
    rows = ONE.format(12) + THREE.format(31) + FOUR.format(40)
    assert _roster(batch_of, catalog_with, 108, rows) == {"rows-gone": ["rule-broken D5"]}


def test_a_sum_that_is_wrong_with_the_lost_row_too_is_told_beside_it(
    batch_of: BatchOf, catalog_with: Callable[..., Catalog]
) -> None:
    rows = ONE.format(12) + THREE.format(31) + FOUR.format(40)
    assert _roster(batch_of, catalog_with, 118, rows) == {"rule-broken": [], "rows-gone": []}


def test_a_row_written_over_another_gives_way_to_it_before_the_sum_is_asked_again(
    batch_of: BatchOf, catalog_with: Callable[..., Catalog]
) -> None:
    over = TWO.replace("第二", "外来").format(80)
    rows = ONE.format(12) + over + THREE.format(31) + FOUR.format(40)
    assert _roster(batch_of, catalog_with, 108, rows) == {"rows-gone": ["rule-broken D5"]}
    assert _roster(batch_of, catalog_with, 163, rows) == {"rows-gone": []}  # the total has the new branch in it


def test_a_blank_cell_of_a_roster_is_thought_filled_with_what_it_said_last_month(
    batch_of: BatchOf, catalog_with: Callable[..., Catalog]
) -> None:
    rows = ONE.format(12) + TWO.format("") + THREE.format(31) + FOUR.format(40)
    assert _roster(batch_of, catalog_with, 108, rows) == {"missing-cell": ["rule-broken D5"]}
    assert _roster(batch_of, catalog_with, 109, rows) == {"rule-broken": [], "missing-cell": []}


def test_the_row_without_a_name_is_the_one_that_is_gone(batch_of: BatchOf) -> None:
    nameless = TWO.format(25).replace("第二支部", "")
    rows = ONE.format(12) + nameless + THREE.format(31) + FOUR.format(40)
    assert _told(_groups(batch_of(f"{LAST_ROSTER}\n[ledger orgs]\n{ORGS}{rows}"))) == {
        "missing-cell": ["rows-gone B3"],
    }


def test_a_row_without_a_name_does_not_hide_that_another_one_is_gone(batch_of: BatchOf) -> None:
    # What stands in the nameless row was said of no row that is gone.
    nameless = "| C01 |  | 党委 | 7 | 正常 | 2026-10-09 |\n"
    rows = ONE.format(12) + THREE.format(31) + FOUR.format(40) + nameless
    assert _told(_groups(batch_of(f"{LAST_ROSTER}\n[ledger orgs]\n{ORGS}{rows}"))) == {
        "missing-cell": [],
        "rows-gone": [],
    }


def test_names_that_moved_up_explain_what_is_compared_by_name(batch_of: BatchOf) -> None:
    names = ("第一支部", "第三支部", "第四支部", "")
    rows = "".join(
        line.format(members).replace(f"| C01 | {line[8:12]}", f"| C01 | {name}")
        for line, members, name in zip((ONE, TWO, THREE, FOUR), (12, 25, 31, 40), names, strict=True)
    )
    (group,) = _groups(batch_of(f"{LAST_ROSTER}\n[ledger orgs]\n{ORGS}{rows}"))
    assert group.first.kind.code == "column-slipped"
    assert group.first.area == {"A6", "A7", "A8"}
    assert {one.kind.code for one in group.members[1:]} == {"rows-gone", "missing-cell", "dates-changed"}


def test_a_column_that_slipped_explains_neither_other_rows_nor_what_cannot_be_read(batch_of: BatchOf) -> None:
    # The members of the lower three rows changed places; the first row's day lies after the month, and in the last
    # row of the slipped column stands a word.
    late = ONE.format(12).replace("2020-08-01", "2027-08-01")
    five = FOUR.format(50).replace("第四", "第五")
    rows = late + TWO.format(31) + THREE.format(40) + FOUR.format(25) + five.replace("50", "?五十")
    told = _told(_groups(batch_of(f"{LAST_ROSTER}{five}\n[ledger orgs]\n{ORGS}{rows}")))
    assert told == {"rule-broken": [], "column-slipped": [], "unreadable-cell": []}


def test_the_number_of_a_cell_that_is_off_and_one_that_is_not_are_told_apart(batch_of: BatchOf) -> None:
    last, now = "310 | 190 | 120 | 3 | 41", " | 310 | 190 | 120 | -5"
    text = f"[values 2026-09]\n{HEAD}| C01 | {last} |\n[values]\n{HEAD}| C01 | {now} |\n"
    assert _told(_groups(batch_of(text))) == {
        "negative-value": [],
        "values-one-line-off": ["missing-value D5", "rule-unfilled D5"],
    }


def test_what_intake_found_is_a_cause_too(batch_of: BatchOf) -> None:
    kind = FindingKind("merged", Severity.QUERY, "合并", "合并", "取消合并", is_damage=True)
    merged = kind.at(Place("C01.xlsx", "党组织名录", "B5"), unit="C01", area=frozenset({"B6"}))
    gap = TWO.format(25).replace("党支部", "")
    batch = batch_of(f"[ledger orgs]\n{ORGS}{ONE.format(12)}{gap}{THREE.format(31).replace('党支部', '')}")
    checked = run_checks(batch, (merged,))
    assert checked.on_reading == (merged,)
    groups = {group.first.kind.code: group for group in group_findings((*checked.on_reading, *checked.findings))}
    assert [one.place.cell for one in groups["merged"].members] == ["B5", "B6"]
    assert [one.place.cell for one in groups["missing-cell"].members] == ["B7"]


def test_the_cause_is_told_with_the_weight_of_what_follows(batch_of: BatchOf) -> None:
    last, now = "| C01 | 310 | 190 | 120 | 3 | 41 |\n", "| C01 | 310 | 310 | 190 | 120 | 41 |\n"
    (group,) = _groups(batch_of(f"[values 2026-09]\n{HEAD}{last}[values]\n{HEAD}{now}"))
    assert (group.first.severity, group.severity) == (Severity.QUERY, Severity.FATAL)
    assert group.others == "同一原因引出的问题另有1处：D5"


STATED = "[values]\n| unit | total |\n| C01 | 108 |\n[stated]\n| unit | org_members |\n| C01 | {} |\n[ledger orgs]\n"


def test_a_formula_that_reads_what_was_moved_shows_another_number_because_of_it(batch_of: BatchOf) -> None:
    kind = FindingKind("template-adapted", Severity.NOTE, "模板有改动", "表头移到了第7行", "核对", is_damage=True)
    moved = kind.at(Place("C01.xlsx", "党组织名录", "A7"), unit="C01", area=frozenset())
    batch = batch_of(f"{STATED.format(9)}{ORGS}{ONE.format(12)}")
    typed_over = _told(group_findings((moved, *run_checks(batch, (moved,)).findings)))
    stated = {code: one._replace(repair="取公式的计算结果") for code, one in batch.submissions[0].stated.items()}
    calculated = replace(batch, submissions=(replace(batch.submissions[0], stated=stated),))
    checked = run_checks(calculated, (moved,))
    computed = _told(group_findings((*checked.on_reading, *checked.findings)))
    # A number that somebody typed over the formula reads no line, whether it was moved or not.
    assert typed_over["stated-differs"] == []
    assert len(computed["template-adapted"]) == 1
    assert "stated-differs" not in computed


def test_a_number_far_from_all_before_it_explains_the_rules_that_it_breaks(batch_of: BatchOf) -> None:
    last = "| C01 | 310 | 190 | 120 | 3 | 41 |\n"
    typed = "| C01 | 310 | 190 | 1200 | 3 | 41 |\n"
    (group,) = _groups(batch_of(f"[values 2026-09]\n{HEAD}{last}[values]\n{HEAD}{typed}"))
    assert [f"{one.kind.code} {one.place.cell}" for one in group.members] == ["sudden-change D7", "rule-broken D5"]
    assert group.severity is Severity.FATAL


def test_a_rule_that_does_not_read_it_is_told_beside_it(
    batch_of: BatchOf, catalog_with: Callable[..., Catalog]
) -> None:
    rule = "{code: T1, of: communities, check: joined == visits, severity: query, message: 不等}"
    last, typed = "| C01 | 310 | 190 | 120 | 3 | 41 |\n", "| C01 | 310 | 190 | 1200 | 3 | 41 |\n"
    batch = batch_of(f"[values 2026-09]\n{HEAD}{last}[values]\n{HEAD}{typed}", rules=catalog_with(rule))
    assert _told(_groups(batch)) == {"rule-broken": [], "sudden-change": []}
