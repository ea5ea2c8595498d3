"""The edit rules of the catalog over the street's totals (`of: street`)."""

from __future__ import annotations

from aggregator.check import finding_kinds as kinds
from aggregator.check.evaluation import Failure, Outcome, Reading, explain, judge
from aggregator.check.names import TotalsNames
from aggregator.check.rules import elements_in, remedy_of, severity_of, sides_of
from aggregator.check.wording import shown
from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import Asked, Rule
from aggregator.model.expression import elements_of
from aggregator.model.finding import Finding
from aggregator.model.scope import TotalsScope
from aggregator.model.value import Place

#: The place of a finding about the street's totals, which stand in no form.
STREET_PLACE = Place("", "街道合计")


def check_street(consolidation: Consolidation) -> tuple[Finding, ...]:
    """The findings of the rules over the street's totals."""
    scope = TotalsScope(consolidation)
    names = TotalsNames(consolidation, scope)
    found = []
    for rule in consolidation.catalog.rules:
        if rule.of is Asked.STREET and _is_totalled(rule, consolidation):
            reading = Reading(scope, {}, names)
            if judge(rule, scope, {}) is Outcome.FAILED:
                found.append(_street_finding(rule, explain(rule, reading), consolidation))
    return tuple(found)


def _is_totalled(rule: Rule, consolidation: Consolidation) -> bool:
    """Whether the totals hold all that the rule reads: a block that is off has none."""
    codes = (*elements_of(rule.check), *elements_of(rule.when))
    return all(code in consolidation.totals for code in codes)


def _street_finding(rule: Rule, failure: Failure, consolidation: Consolidation) -> Finding:
    telling = failure.operands[0] if failure.operands else None
    return kinds.RULE_BROKEN.at(
        STREET_PLACE,
        period=consolidation.period,
        elements=elements_in(failure, consolidation.catalog),
        value=shown(telling.value) if telling else "",
        severity=severity_of(rule),
        group=f"{kinds.RULE_BROKEN.code}:{rule.code}",
        effect=abs(failure.imbalance) if failure.imbalance is not None else None,
        rule=rule.code,
        where="街道合计",
        statement=failure.statement,
        remedy=remedy_of(rule) if rule.remedy else "请对照各社区所报的数逐一核对，找出差在哪个单位。",
        **sides_of(failure),
    )
