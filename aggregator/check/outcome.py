"""What checks yield beside findings: rules that could not be verified, and the result of all checks."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.model.finding import Finding
from aggregator.model.value import Place


@dataclass(frozen=True, slots=True)
class Unverified:
    """A rule that could not be decided for a unit, and why; of a row rule `count` says on how many rows."""

    rule: str
    name: str
    unit: str
    elements: tuple[str, ...]
    place: Place
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All findings in the order in which a clerk should read them, the units held, and what stayed undecided.

    `on_reading` are those of intake as they were given, tied to what they bring about.
    """

    findings: tuple[Finding, ...]
    on_reading: tuple[Finding, ...]
    held: frozenset[str]
    unverifiable: tuple[Unverified, ...]
