"""Which findings a clerk should read first, and which belong to one cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from aggregator.model.address import position
from aggregator.model.finding import Finding, FindingKind, Severity
from aggregator.model.value import Place


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one cause in one sheet: the first stands for all; `effect` is the largest of its members."""

    key: str
    kind: FindingKind
    severity: Severity
    unit: str
    effect: Decimal | None
    members: tuple[Finding, ...]

    @property
    def message(self) -> str:
        """The message of the first, with the number of the others of its kind."""
        more = len(self.members) - 1
        return f"{self.members[0].message}（同类问题另有{more}处）" if more else self.members[0].message


def rank(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by severity, then effect on the street total, then unit and place."""
    return tuple(sorted(findings, key=_order))


def group_findings(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """The findings of one cause together, in the order of the gravest and largest of each group."""
    members: dict[tuple[str, str], list[Finding]] = {}
    for finding in rank(findings):
        members.setdefault((finding.group, finding.unit), []).append(finding)
    return tuple(_group(key, tuple(found)) for (key, _unit), found in members.items())


def _group(key: str, members: tuple[Finding, ...]) -> FindingGroup:
    first = members[0]
    effects = [finding.effect for finding in members if finding.effect is not None]
    return FindingGroup(key, first.kind, first.severity, first.unit, max(effects, default=None), members)


def _order(finding: Finding) -> tuple[object, ...]:
    size = (
        -finding.effect if finding.effect is not None else Decimal(1)
    )  # an unknown effect stands after every known one
    return (finding.severity.rank, size, finding.unit, *_place_order(finding.place), finding.kind.code, finding.rule)


def _place_order(place: Place) -> tuple[object, ...]:
    """As one reads a sheet: row by row, B9 before B10."""
    try:
        row, column = position(place.cell)
    except ValueError:
        row, column = 0, 0
    return (place.file, place.sheet, row, column, place.cell)
