"""What stands beside the typed numbers against what is recorded: last month's number, and the year so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown
from aggregator.model.definition import Over
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.value import DataValue, Scalar

_MOST_NAMED = 3


def check_shown(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each return whose printed numbers of earlier months are no longer those recorded."""
    for unit in returns:
        submission = unit.submission
        yield from _compared(unit, submission.last_shown, unit.scope.last, kinds.LAST_CHANGED)
        flows = {
            code: value
            for code, value in submission.year_shown.items()
            if unit.catalog.elements[code].over_months is Over.SUM
        }
        yield from _compared(unit, flows, unit.scope.year_to_date, kinds.YEAR_CHANGED)


def _compared(
    unit: UnitReturn, found: Mapping[str, DataValue], recorded: Callable[[str], Scalar], kind: FindingKind
) -> Iterator[Finding]:
    different = [
        (code, value, ours)
        for code, value in found.items()
        if isinstance(ours := recorded(code), Decimal) and value.value != ours
    ]
    if different:
        told = "、".join(_told(unit, *one) for one in different[:_MOST_NAMED])
        place = different[0][1].place
        yield kind.at(
            place,
            unit=unit.unit.code,
            period=unit.period,
            elements=tuple(code for code, _, _ in different),
            area=frozenset(value.place.cell for _, value, _ in different),
            value=different[0][1].raw or shown(different[0][1].scalar),
            where=f"{unit.unit.short_name}《{place.sheet}》",
            told=told + (f"等{len(different)}处" if len(different) > _MOST_NAMED else ""),
        )


def _told(unit: UnitReturn, code: str, value: DataValue, ours: Scalar) -> str:
    name = unit.catalog.elements[code].name
    return f"{value.place.cell}“{name}”为{shown(value.scalar)}（记录为{shown(ours)}）"
