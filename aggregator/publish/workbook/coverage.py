"""Who is in a total and who is not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aggregator.model.consolidation import Aggregate, Consolidation, Standing
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import ValueState

#: What the notes of the sheets say of a coverage.
COVERAGE_NOTE = "“覆盖”为已计入社区数/应报社区数，街道本级另计：“＋本级”为已计入，“缺本级”为未计入"

_REASONS = ("退回", "未报", "空表", "未填", "无法识别", "登记不全")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of totals in the words of one month: short names and the reasons why a unit is not in."""

    names: Mapping[str, str]
    standings: Mapping[str, Standing]
    offices: frozenset[str] = frozenset()
    unreadable: frozenset[tuple[str, str]] = frozenset()
    partial: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, consolidation: Consolidation) -> Coverage:
        """The words of this consolidation."""
        return cls(
            {unit.code: unit.short_name for unit in consolidation.street.units},
            {report.unit.code: report.standing for report in consolidation.units},
            frozenset(unit.code for unit in consolidation.street.units if unit.kind is UnitKind.OFFICE),
            frozenset(key for key, value in consolidation.values.items() if value.state is ValueState.UNREADABLE),
            frozenset(key for key, value in consolidation.values.items() if value.is_partial),
        )

    def name(self, unit: str) -> str:
        """The short name of a unit; its code when the street does not list it."""
        return self.names.get(unit, unit)

    def fraction(self, aggregate: Aggregate) -> str:
        """How many of the communities asked are in it, the office apart: 15/17＋本级; nothing where none is asked."""
        if not aggregate.expected:
            return ""
        asked = [unit for unit in aggregate.expected if unit not in self.offices]
        absent = [unit for unit in aggregate.missing if unit not in self.offices]
        counted = f"{len(asked) - len(absent)}/{len(asked)}" if asked else ""
        if len(asked) == len(aggregate.expected):
            return counted
        is_office_in = len(absent) == len(aggregate.missing)
        return f"{counted}＋本级".lstrip("＋") if is_office_in else f"{counted}，缺本级".lstrip("，")

    def missing(self, aggregate: Aggregate) -> str:
        """The units that are not in it, by reason: 退回：东湖；未填：西苑、南桥."""
        by_reason: dict[str, list[str]] = {reason: [] for reason in _REASONS}
        for unit in aggregate.missing:
            by_reason[self._reason(unit, aggregate.element)].append(self.name(unit))
        return "；".join(f"{reason}：{'、'.join(names)}" for reason, names in by_reason.items() if names)

    def _reason(self, unit: str, element: str) -> str:
        standing = self.standings.get(unit, Standing.MISSING)
        if standing is not Standing.VALID:
            return standing.label
        if (unit, element) in self.partial:
            return "登记不全"
        return "无法识别" if (unit, element) in self.unreadable else "未填"
