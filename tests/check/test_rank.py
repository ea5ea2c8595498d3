from dataclasses import replace
from decimal import Decimal

from aggregator.check.finding_kinds import DUPLICATE_KEY, MISSING_CELL, RULE_BROKEN
from aggregator.check.rank import rank
from aggregator.model.finding import Finding, Severity, group_findings
from aggregator.model.value import Place


def _finding(
    cell: str, effect: int | None = None, *, unit: str = "C01", severity: Severity = Severity.QUERY, group: str = ""
) -> Finding:
    place = Place(f"{unit}.xlsx", "指标表", cell)
    size = None if effect is None else Decimal(effect)
    facts = {"where": "", "statement": cell, "remedy": ""}
    return RULE_BROKEN.at(place, unit=unit, severity=severity, effect=size, group=group, **facts)  # type: ignore[arg-type]


def _cells(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.place.cell for finding in findings]


def test_the_gravest_stands_first_then_the_largest_then_the_unknown() -> None:
    note = _finding("D5", 900, severity=Severity.NOTE)
    fatal = _finding("D6", severity=Severity.FATAL)
    assert _cells(rank([note, _finding("D7"), _finding("D8", 3), _finding("D9", 40), fatal])) == [
        "D6", "D9", "D8", "D7", "D5",
    ]  # fmt: skip


def test_equals_stand_by_unit_and_down_the_sheet() -> None:
    found = [_finding("D10"), _finding("D9"), _finding("C9"), _finding("D2", unit="C02")]
    assert _cells(rank(found)) == ["C9", "D9", "D10", "D2"]


def test_of_like_weight_a_cause_stands_before_what_follows_from_it() -> None:
    found = [replace(_finding("D6", 5), follows=True), _finding("D9", 5), replace(_finding("D3", 7), follows=True)]
    assert _cells(rank(found)) == ["D3", "D9", "D6"]


def test_the_order_does_not_depend_on_the_order_of_the_files() -> None:
    found = [_finding("D10", 5), _finding("D9", 5, unit="C02"), _finding("D9"), _finding("D9", 7)]
    assert rank(found) == rank(reversed(found))


def test_many_of_one_cause_are_one_group_with_its_members() -> None:
    found = [_finding("D6", 2, group="shift"), _finding("D7", 9), _finding("D5", 4, group="shift")]
    groups = group_findings(rank(found))
    assert [_cells(group.members) for group in groups] == [["D7"], ["D5", "D6"]]
    assert [group.others for group in groups] == ["", "同类问题另有1处：D6"]


def test_what_a_cause_brings_about_is_not_called_its_like() -> None:
    cause = _finding("D5", 9, group="shift")
    others = replace(_finding("D6", group="shift"), kind=DUPLICATE_KEY)
    (group,) = group_findings([cause, others])
    assert group.others == "同一原因引出的问题另有1处：D6"


def test_a_group_stays_within_a_unit() -> None:
    groups = group_findings([_finding("D6", group="shift"), _finding("D6", unit="C02", group="shift")])
    assert [group.first.unit for group in groups] == ["C01", "C02"]


def test_by_default_cells_of_one_kind_in_one_sheet_are_a_group() -> None:
    facts = {"where": "", "cell": "", "row": "", "name": ""}
    more = {"other": "", "names": "", "found": ""}
    one, other = (MISSING_CELL.at(Place("a.xlsx", "名录", cell), **facts) for cell in ("B5", "B6"))  # type: ignore[arg-type]
    third = MISSING_CELL.at(Place("a.xlsx", "台账", "B5"), **facts)  # type: ignore[arg-type]
    fourth = DUPLICATE_KEY.at(Place("a.xlsx", "名录", "B7"), **facts, **more)  # type: ignore[arg-type]
    assert sorted(len(group.members) for group in group_findings([one, other, third, fourth])) == [1, 1, 2]
