"""Which of the units' texts the street's report uses, in which order and why; and what the clerk decided of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from aggregator.model.period import Period
from aggregator.model.value import LedgerRow

#: The file in a month's output folder in which the clerk decides; a run reads it back before it writes it anew.
PICKS_FILE = "选用材料.xlsx"


@dataclass(frozen=True, slots=True)
class Pick:
    """What the clerk decided of one text: `adopted` is None and `order` is None where the cell was left empty.

    A text is known by its unit, kind and title, so that a decision outlives a return that is handed in again.
    """

    unit: str
    kind: str
    title: str
    adopted: bool | None = None
    order: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A text, whether and why the report uses it; `units` are its unit, then those who told nearly the same."""

    narrative: str
    row: LedgerRow
    units: tuple[str, ...]
    reason: str
    theme: str = ""
    adopted: bool | None = None
    order: int | None = None


@dataclass(frozen=True)
class Selection:
    """The texts to use by kind and in order, and those left out."""

    chosen: tuple[Choice, ...] = ()
    left_out: tuple[Choice, ...] = ()
    unknown_picks: tuple[Pick, ...] = ()

    def of(self, narrative: str) -> tuple[Choice, ...]:
        """The texts of a kind, in the order in which the report should take them."""
        return tuple(choice for choice in self.chosen if choice.narrative == narrative)

    def choice(self, row: LedgerRow) -> Choice | None:
        """What was chosen about a row; None when it is not used."""
        rank = self._ranks.get(_key(row))
        return None if rank is None else self.chosen[rank]

    def rank(self, row: LedgerRow) -> int:
        """The place of a row; behind all others when it is not used."""
        return self._ranks.get(_key(row), len(self.chosen))

    @cached_property
    def _ranks(self) -> Mapping[tuple[str, Period, int], int]:
        return {_key(choice.row): rank for rank, choice in enumerate(self.chosen)}


def _key(row: LedgerRow) -> tuple[str, Period, int]:
    return row.unit, row.period, row.number
