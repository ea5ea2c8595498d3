"""Organisation units: the residents' communities, and the street office itself as a unit of its own kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from aggregator.model.period import Period
from aggregator.model.value import Place

DEFAULT_STYLE = "R2"


class UnitKind(StrEnum):
    """What a unit is, and so which of the two forms it fills in."""

    COMMUNITY = "community"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class OrgUnit:
    """One unit of the street: code such as `C01`, its names, other names people write, and when it was open."""

    code: str
    name: str
    short_name: str
    kind: UnitKind = UnitKind.COMMUNITY
    aliases: tuple[str, ...] = ()
    opened: Period | None = None
    closed: Period | None = None

    def is_open(self, month: Period) -> bool:
        """Whether a return is expected of it for that month (the month of closing included)."""
        return (self.opened is None or self.opened.first <= month.last) and (
            self.closed is None or month.first <= self.closed.last
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by, the full one first."""
        return (self.name, self.short_name, *self.aliases)


@dataclass(frozen=True)
class Street:
    """The street as its settings workbook describes it.

    `settings` maps a setting's code to its text as typed; `blocks_on` holds the function blocks in use;
    `baselines` maps (element, base, unit code or "" for the street) to a number, where base is one of
    `year_to_date`, `last_year`, `last_term`.
    """

    units: tuple[OrgUnit, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    blocks_on: frozenset[str] = frozenset()
    baselines: tuple[Baseline, ...] = ()

    def unit(self, code: str) -> OrgUnit:
        """The unit of that code; KeyError when there is none."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, OrgUnit]:
        return {unit.code: unit for unit in reversed(self.units)}

    def expected(self, month: Period) -> tuple[OrgUnit, ...]:
        """The units open in that month, in the order of the list."""
        return tuple(unit for unit in self.units if unit.is_open(month))

    def communities(self, month: Period) -> tuple[OrgUnit, ...]:
        """The communities open in that month."""
        return tuple(unit for unit in self.expected(month) if unit.kind is UnitKind.COMMUNITY)

    @property
    def name(self) -> str:
        """The street's own name as its settings give it."""
        return self.settings.get("set_street_name", "")

    @property
    def report_styles(self) -> tuple[str, ...]:
        """The codes of the report styles that its settings ask for."""
        return styles_typed(self.settings.get("set_report_styles", ""))

    def deadline(self, period: Period) -> date:
        """The day by which the forms of a month are due: the day of the next month that the settings name."""
        text = self.settings.get("set_deadline_day", "").strip()
        month = period.last.plus(1)
        return date(month.year, month.number, int(text) if text.isdigit() and 1 <= int(text) <= 28 else 5)


def styles_typed(text: str) -> tuple[str, ...]:
    """The codes of report styles as a clerk types them, each once; the usual one where nothing is typed."""
    wanted = unicodedata.normalize("NFKC", text or DEFAULT_STYLE).upper()
    return tuple(dict.fromkeys(style for style in re.split(r"[、,;\s]+", wanted.strip()) if style))


@dataclass(frozen=True, slots=True)
class Baseline:
    """A number from before the first recorded month (基数): `unit` is empty when it is the street's.

    `base` is `year_to_date` (months of this year before the tool came), `last_year` (same month last year),
    `last_year_to_date` (same months last year) or `last_term` (previous term).
    `through` is the last month that it covers; `place` the cell of the settings workbook that it stands in.
    """

    element: str
    base: str
    unit: str
    value: str
    through: Period
    place: Place | None = field(default=None, compare=False)
