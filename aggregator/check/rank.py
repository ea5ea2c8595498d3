"""Which findings a clerk should read first."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from aggregator.model.address import position
from aggregator.model.finding import Finding
from aggregator.model.value import Place


def rank(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by severity, then effect on the street total, causes before what follows, then unit and place."""
    return tuple(sorted(findings, key=_order))


def _order(finding: Finding) -> tuple[object, ...]:
    size = (
        -finding.effect if finding.effect is not None else Decimal(1)
    )  # an unknown effect stands after every known one
    return (
        finding.severity.rank,
        size,
        finding.follows,
        finding.unit,
        *_place_order(finding.place),
        finding.kind.code,
        finding.rule,
    )


def _place_order(place: Place) -> tuple[object, ...]:
    """As one reads a sheet: row by row, B9 before B10."""
    try:
        row, column = position(place.cell)
    except ValueError:
        row, column = 0, 0
    return (place.file, place.sheet, row, column, place.cell)
