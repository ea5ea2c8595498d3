"""Findings that follow from another one: a clerk who mends the cause has mended them, so they stand in its group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from aggregator.check import finding_kinds as kinds
from aggregator.model.finding import Finding

#: What explains others of the same elements, the first that applies.
_CAUSES = (
    kinds.RETURN_REPEATED,
    kinds.COLUMN_PASTED,
    kinds.NUMBERS_ZEROED,
    kinds.NUMBERS_COPIED,
    kinds.VALUES_ONE_LINE_OFF,
    kinds.NEGATIVE_VALUE,
    kinds.ROWS_COPIED,
    kinds.COLUMN_SLIPPED,
    kinds.COLUMN_SORTED,
)
#: What another finding may explain.
_CONSEQUENCES = (
    kinds.SUDDEN_CHANGE,
    kinds.RULE_BROKEN,
    kinds.OUTSIDE_RANGE,
    kinds.DATES_CHANGED,
    kinds.LATE_EVENT,
    kinds.ROWS_GONE,
)
#: What a column pasted over everything may explain besides.
_OVERWRITTEN = (kinds.STATED_DIFFERS, kinds.LAST_CHANGED, kinds.YEAR_CHANGED)


def grouped_by_cause(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, those that follow from another one in its group; that one has the effects of all."""
    known = tuple(findings)
    causes = sorted((one for one in known if one.kind in _CAUSES), key=lambda one: _CAUSES.index(one.kind))
    if not causes:
        return known
    groups: dict[str, list[Finding]] = {}
    told = []
    for finding in known:
        cause = next((one for one in causes if _explains(one, finding)), None)
        told.append(replace(finding, group=cause.group) if cause else finding)
        if cause:
            groups.setdefault(cause.group, []).append(finding)
    return tuple(_with_effects(one, groups.get(one.group, [])) if one.kind in _CAUSES else one for one in told)


def _explains(cause: Finding, finding: Finding) -> bool:
    if finding.unit != cause.unit:
        return False
    if cause.kind is kinds.COLUMN_PASTED and finding.kind in _OVERWRITTEN:
        return finding.place.sheet == cause.place.sheet
    if finding.kind not in _CONSEQUENCES:
        return False
    if cause.kind is kinds.COLUMN_PASTED or cause.facts.get("is_whole") == str(True):
        return finding.place.sheet == cause.place.sheet
    return cause.kind is kinds.RETURN_REPEATED or bool(_things(cause) & _things(finding))


def _things(finding: Finding) -> set[str]:
    """The elements and ledgers that a finding speaks of."""
    return {code.partition(".")[0] for code in finding.elements}


def _with_effects(cause: Finding, consequences: list[Finding]) -> Finding:
    """A cause that is read before what follows from it."""
    effects = [one.effect for one in (cause, *consequences) if one.unit == cause.unit and one.effect is not None]
    return replace(cause, effect=sum(effects, Decimal(0))) if consequences and effects else cause
