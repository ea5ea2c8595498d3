"""The rules of the catalog that ships, as their readers meet them."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from aggregator.catalog import load_catalog
from aggregator.check.run import run_checks
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.definition import Rule
from aggregator.model.expression import Call, ColumnRef, Comparison, ElementRef, Logic, Node, SettingRef, walk
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Place, SourceFile, Submission, ValueState

PERIOD = Period.parse("2026-10")
SIDES = {"left", "right", "imbalance"}


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load_catalog()


def _rules(catalog: Catalog) -> Iterator[Rule]:
    yield from catalog.rules
    for ledger in catalog.ledgers.values():
        yield from ledger.rules


def _named(rule: Rule) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", rule.message))


def _has_sides(node: Node) -> bool:
    """Whether the part that decides a failure always has a left and a right."""
    if isinstance(node, Call) and node.function == "when":
        return _has_sides(node.arguments[1])
    return isinstance(node, Comparison) or (isinstance(node, Logic) and all(_has_sides(part) for part in node.parts))


def test_no_message_names_what_it_cannot_know(shipped: Catalog) -> None:
    unknown = {}
    for rule in _rules(shipped):
        parts = [*walk(rule.check), *walk(rule.when)]
        codes = {part.code for part in parts if isinstance(part, ElementRef | SettingRef)}
        columns = {part.column for part in parts if isinstance(part, ColumnRef) and rule.ledger}
        if strange := _named(rule) - codes - columns - SIDES:
            unknown[rule.code] = strange
    assert unknown == {}


def test_a_message_that_names_sides_belongs_to_a_comparison(shipped: Catalog) -> None:
    assert [rule.code for rule in _rules(shipped) if _named(rule) & SIDES and not _has_sides(rule.check)] == []


def test_classes_of_members_that_do_not_add_up_hold_the_return(shipped: Catalog) -> None:
    numbers = {
        "pm_total": 312, "pm_agency": 20, "pm_community": 250, "pm_nonpublic": 20, "pm_social": 10, "pm_other": 10,
    }  # fmt: skip
    values = {
        code: DataValue(code, "C01", PERIOD, ValueState.VALUE, Decimal(number), Place("梧桐.xlsx", "指标表", f"D{row}"))
        for row, (code, number) in enumerate(numbers.items(), start=30)
    }
    submission = Submission("C01", PERIOD, SourceFile("梧桐.xlsx", 1, ""), values, {})
    street = Street((OrgUnit("C01", "梧桐社区居民委员会", "梧桐社区"),))
    result = run_checks(Batch(shipped, street, PERIOD, (submission,)))
    (finding,) = [finding for finding in result.findings if finding.rule == "P01"]
    assert result.held == {"C01"}
    assert (finding.effect, finding.place.cell) == (Decimal(2), "D31")
    assert finding.message.startswith("梧桐社区《指标表》D31：五类党员相加为310名，党员总数为312名，相差2名（")
    assert "党员总数（D30）填报 312" in finding.message
