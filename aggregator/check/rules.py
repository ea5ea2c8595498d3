"""The edit rules of the catalog over what one unit reported."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from aggregator.check import finding_kinds as kinds
from aggregator.check.blank_as_zero import BlankAsZero
from aggregator.check.evaluation import Failure, Operand, Outcome, Reading, explain, judge
from aggregator.check.names import UnitNames
from aggregator.check.outcome import Unverified
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown
from aggregator.model.absent import Absent
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Asked, Element, MissingPolicy, Rule
from aggregator.model.evaluate import Scope
from aggregator.model.expression import elements_of, ledgers_of
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import DataValue, Gap, ValueState

#: Why a rule is left undecided that reads what a form of an earlier version does not ask.
NOT_ASKED_THEN = "旧版报表没有所用的项目"
_REMEDIES = {
    Severity.FATAL: "请核对上述各格，改正填错的数后重新报送。",
    Severity.QUERY: "请核对上述各格；填错的改正，属实的在备注栏写明原因。",
    Severity.NOTE: "请核对上述各格；无误的不需改动。",
}


def check_rules(returns: tuple[UnitReturn, ...]) -> Iterator[Finding | Unverified]:
    """Yield a finding for each rule that fails in a return, and what could not be verified."""
    for unit in returns:
        absent = Absent.of(unit.submission, unit.catalog, unit.unit.kind)
        for rule in _rules_asked(unit.catalog, unit.unit.kind, unit.blocks_on):
            if absent.is_read_by(rule.check, unit.catalog) or absent.is_read_by(rule.when, unit.catalog):
                yield Unverified(rule.code, rule.name, unit.unit.code, (), unit.whole_file, NOT_ASKED_THEN)
            else:
                yield from _judged(rule, unit)


@lru_cache(maxsize=64)
def _rules_asked(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> tuple[Rule, ...]:
    """The rules of which such a unit is asked everything that they read; blocks that are off take theirs along."""
    return tuple(
        rule
        for rule in catalog.rules
        if rule.of is not Asked.STREET and rule.of.includes(kind) and _applies(rule, catalog, kind, blocks_on)
    )


def _applies(rule: Rule, catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> bool:
    elements = (*elements_of(rule.check), *elements_of(rule.when))
    ledgers = [catalog.ledgers[code] for code in (*ledgers_of(rule.check), *ledgers_of(rule.when))]
    return all(catalog.is_asked(code, kind, blocks_on) for code in elements) and all(
        ledger.of.includes(kind) and ledger.block in blocks_on for ledger in ledgers
    )


def _judged(rule: Rule, unit: UnitReturn) -> Iterator[Finding | Unverified]:
    scope = scope_of(rule, unit)
    reading = Reading(scope, {}, UnitNames(unit))
    outcome = judge(rule, scope, {})
    if outcome is Outcome.FAILED:
        # Whether the typed numbers count an event in its own month or in that of its report is not ours to decide.
        by_dates = unit.by_dates_alone()
        if by_dates is None or judge(rule, scope_of(rule, by_dates), {}) is not Outcome.HELD:
            yield _broken(rule, unit, explain(rule, reading))
    elif outcome is Outcome.UNDECIDED:
        blanks = _blanks(rule, unit)
        if rule.missing is MissingPolicy.MUST_FILL and blanks:
            yield _unfilled(rule, unit, blanks)
        else:
            yield _unverified(rule, reading, unit)


def scope_of(rule: Rule, unit: UnitReturn) -> Scope:
    """Where a rule over a whole return finds its values."""
    return BlankAsZero(unit) if rule.missing is MissingPolicy.ZERO else unit.scope


def severity_of(rule: Rule) -> Severity:
    """The rule's severity; a rule on probation only informs."""
    return Severity.NOTE if rule.probation else rule.severity


def remedy_of(rule: Rule) -> str:
    """What to do about a broken rule."""
    remedy = rule.remedy or _REMEDIES[severity_of(rule)]
    return remedy if remedy.endswith("。") else f"{remedy}。"


def _broken(rule: Rule, unit: UnitReturn, failure: Failure) -> Finding:
    telling = telling_operand(failure)
    place = telling.place if telling and telling.place else unit.whole_file
    return kinds.RULE_BROKEN.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        elements=elements_in(failure, unit.catalog),
        value=shown(telling.value) if telling else "",
        severity=severity_of(rule),
        group=f"{kinds.RULE_BROKEN.code}:{rule.code}:{place.file}:{place.sheet}",
        effect=abs(failure.imbalance) if failure.imbalance is not None else None,
        rule=rule.code,
        where=unit.where(place),
        statement=failure.statement,
        remedy=remedy_of(rule),
        **sides_of(failure),
    )


def elements_in(failure: Failure, catalog: Catalog) -> tuple[str, ...]:
    """Codes of the elements that a failure reads, each once."""
    return tuple(dict.fromkeys(operand.code for operand in failure.operands if operand.code in catalog.elements))


def sides_of(failure: Failure) -> dict[str, Any]:
    """The two sides and the imbalance as facts of a finding; nothing when the rule compares no numbers."""
    if failure.imbalance is None:
        return {}
    return {"left": shown(failure.left), "right": shown(failure.right), "imbalance": shown(failure.imbalance)}


def telling_operand(failure: Failure) -> Operand | None:
    """The operand whose cell the finding names: the first typed this month, else the first with a place."""
    placed = [operand for operand in failure.operands if operand.place is not None]
    return next((operand for operand in placed if operand.is_typed), placed[0] if placed else None)


def _blanks(rule: Rule, unit: UnitReturn) -> list[tuple[Element, DataValue]]:
    """The typed cells of this month that the rule needs and that are blank."""
    codes = dict.fromkeys((*elements_of(rule.when), *elements_of(rule.check)))
    pairs = [(unit.catalog.elements[code], unit.submission.values.get(code)) for code in codes]
    return [
        (element, value)
        for element, value in pairs
        if value is not None and element.is_typed and value.state is ValueState.MISSING
    ]


def _unfilled(rule: Rule, unit: UnitReturn, blanks: list[tuple[Element, DataValue]]) -> Finding:
    place = blanks[0][1].place
    return kinds.RULE_UNFILLED.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        elements=tuple(element.code for element, _value in blanks),
        severity=severity_of(rule),
        group=f"{kinds.RULE_UNFILLED.code}:{rule.code}:{place.file}:{place.sheet}",
        rule=rule.code,
        where=unit.where(place),
        name=rule.name,
        missing="、".join(f"{element.name}（{value.place.cell}）" for element, value in blanks),
    )


def _unverified(rule: Rule, reading: Reading, unit: UnitReturn) -> Unverified:
    operands = reading.operands(rule.check)
    if rule.when is not None:
        operands = (*reading.operands(rule.when), *operands)
    gaps = [operand for operand in operands if isinstance(operand.value, Gap)]
    place = next((operand.place for operand in gaps if operand.place), unit.whole_file)
    reason = "、".join(dict.fromkeys(f"{operand.label}{operand.text}" for operand in gaps))
    codes = tuple(dict.fromkeys(operand.code for operand in gaps if operand.code))
    return Unverified(rule.code, rule.name, unit.unit.code, codes, place, reason or "缺少可比的数")
