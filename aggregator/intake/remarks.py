"""What is worth telling of the cells of one sheet, collected while it is read: one finding a cause, not one a cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aggregator.intake import finding_kinds as kinds
from aggregator.intake.cells import Cell, CellKind
from aggregator.intake.coerce import Understood
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.org_unit import OrgUnit
from aggregator.model.period import Period
from aggregator.model.value import Place, ValueState

_NAMED = 3
#: Whether a formula reads another workbook: [1]九月!E7, '[九月.xlsx]指标表'!E7, 'file:///D:/九月.ods'#$指标表.E7
is_linked = re.compile(r"\[(?:\d+|[^\[\]]+\.(?:xls|et|ods)[a-z]?)\]|'file:", re.IGNORECASE).search


@dataclass(frozen=True, slots=True)
class Return:
    """The return at hand, as findings speak of it."""

    file: str
    unit: OrgUnit
    period: Period

    def finding(self, kind: FindingKind, sheet: str = "", cell: str = "", **facts: Any) -> Finding:
        """A finding in this return; the message may name the unit, file, sheet and cell."""
        words: dict[str, Any] = {"name": self.unit.short_name, "file": self.file, "sheet": sheet, "cell": cell, **facts}
        place = Place(self.file, sheet, cell)
        return kind.at(place, unit=self.unit.code, period=self.period, **words)


class Repair(NamedTuple):
    """A cell that was not typed plainly, and how it was understood."""

    sheet: str
    cell: str
    words: str
    is_routine: bool


@dataclass(slots=True)
class Remarks:
    """The odd cells of one sheet by kind of oddity, in the order in which they were read."""

    sheet: str
    repairs: list[Repair] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    uncalculated: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    numeric_names: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    first: dict[str, str] = field(default_factory=dict)

    def note(self, cell: Cell, at: str, found: Understood, *, is_masked: bool = False) -> None:
        """Note what is odd about a cell; `is_masked` keeps what stands there out of the words."""
        if cell.kind is CellKind.UNCALCULATED:
            self._keep("uncalculated", at, at)
            self.told.append(at)
        elif cell.kind is CellKind.ERROR:
            self._keep("errors", at, f"{at} {cell.text}")
            self.told.append(at)
        elif cell.formula is not None and found.state is ValueState.VALUE:
            self._keep("linked" if is_linked(cell.formula) else "formulas", at, at)
        elif found.repair:
            words = "" if is_masked else f" {found.repair}"
            self.repairs.append(Repair(self.sheet, at, f"《{self.sheet}》{at}{words}", found.is_routine))

    def note_number(self, at: str) -> None:
        """Note a cell that should name something and holds a number."""
        self._keep("numeric_names", at, at)

    def findings(self, of: Return) -> Iterator[Finding]:
        """One finding for each kind of oddity."""
        for list_name, kind in _KINDS.items():
            told: list[str] = getattr(self, list_name)
            if told:
                at = self.first[list_name]
                yield of.finding(kind, self.sheet, at, count=len(told), cells=listed(told))

    def _keep(self, list_name: str, at: str, words: str) -> None:
        self.first.setdefault(list_name, at)
        getattr(self, list_name).append(words)


_KINDS = {
    "errors": kinds.ERROR_CELLS,
    "uncalculated": kinds.FORMULAS_UNCALCULATED,
    "formulas": kinds.FORMULAS_TAKEN,
    "linked": kinds.FORMULAS_LINKED,
    "numeric_names": kinds.NAMES_NUMERIC,
}


def repairs_told(of: Return, repairs: Sequence[Repair]) -> Iterator[Finding]:
    """One finding for all repairs of a return: how many on each sheet, and first those that could mislead."""
    if not repairs:
        return
    ordered = sorted(repairs, key=lambda repair: repair.is_routine)
    counts = Counter(repair.sheet for repair in repairs)
    sheets = listed([f"《{sheet}》{count}处" for sheet, count in counts.items()], measure="张表")
    shown = listed([repair.words for repair in ordered])
    first = ordered[0]
    yield of.finding(kinds.CELLS_REPAIRED, first.sheet, first.cell, count=len(repairs), sheets=sheets, cells=shown)


def listed(words: Sequence[object], named: int = _NAMED, *, measure: str = "处") -> str:
    """The first few of a list, and how many there are when there are more."""
    shown = "、".join(str(word) for word in words[:named])
    return shown if len(words) <= named else f"{shown}等{len(words)}{measure}"
