"""What makes one invented community differ from the next, and what a unit reports in a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from aggregator.demo import invented_names
from aggregator.model.org_unit import OrgUnit
from aggregator.model.value import Gap, Scalar

#: What stands in the cells of one row. Rows are never changed once they are handed out, so months may share them.
Row = Mapping[str, Scalar]
#: What stands in the cell of a figure.
Typed = Decimal | str | date | Gap

#: How many months the rectification of one community's organisation takes.
RECTIFIED_AFTER = 8
_TOPS = (
    "党委",
    "党委",
    "党总支",
    "党委",
    "党委",
    "党总支",
    "党委",
    "党总支",
    "党委",
    "党总支",
    "党委",
    "党支部",
    "党总支",
    "党委",
    "党总支",
    "党委",
    "党支部",
)
_SIZES = (118, 96, 74, 132, 108, 82, 121, 70, 104, 78, 99, 48, 85, 112, 66, 126, 40)


@dataclass(frozen=True, slots=True)
class Profile:
    """A community: `top` is the form of its own Party organisation, `size_pct` compares it with an ordinary one."""

    unit: OrgUnit
    position: int
    street: str
    top: str
    size_pct: int
    is_new: bool

    @classmethod
    def of(cls, unit: OrgUnit, position: int, street: str) -> Profile:
        """The profile of the community at a place of the street's list."""
        place = position % len(_TOPS)
        return cls(unit, position, street, _TOPS[place], _SIZES[place], unit.opened is not None)

    @property
    def name(self) -> str:
        """Its full name."""
        return self.unit.name

    @property
    def short(self) -> str:
        """Its short name."""
        return self.unit.short_name

    @property
    def estates(self) -> tuple[str, ...]:
        """Its housing estates."""
        return invented_names.estates(self.position)

    @property
    def has_base(self) -> bool:
        """Whether it has an open base for organisational life."""
        return self.position in {3, 8}

    @property
    def has_big_committee(self) -> bool:
        """Whether it has an enlarged Party committee with the units around it."""
        return self.top != "党支部"

    def scaled(self, number: float) -> float:
        """A number of an ordinary community at the size of this one."""
        return number * self.size_pct / 100


@dataclass(slots=True)
class Draft:
    """What a unit has to report of a month, before it is put into the shape that the catalog asks for."""

    values: dict[str, Typed] = field(default_factory=dict)
    ledgers: dict[str, Sequence[Row]] = field(default_factory=dict)

    def total(self, code: str, number: int) -> None:
        """Put down a number."""
        self.values[code] = Decimal(number)
