"""How many units reported, as counts that pass for any list of units, and what the checks of a return came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from aggregator.model.consolidation import Standing, UnitReport


@dataclass(frozen=True, slots=True)
class Rates:
    """Units by standing (`docs/semantics.md` section 6); an empty form counts as not received.

    `on_time` is None when nobody knows when the files came.
    """

    expected: int
    valid: int
    held: int
    empty: int
    missing: int
    on_time: int | None = None

    @classmethod
    def of(cls, reports: Iterable[UnitReport]) -> Self:
        """The rates of these units."""
        listed = tuple(reports)
        standings = Counter(report.standing for report in listed)
        known = [report.on_time for report in listed if report.on_time is not None]
        return cls(
            expected=len(listed),
            valid=standings[Standing.VALID],
            held=standings[Standing.HELD],
            empty=standings[Standing.EMPTY],
            missing=standings[Standing.MISSING],
            on_time=sum(known) if known else None,
        )

    @property
    def received(self) -> int:
        """Units with a readable return that is not an empty form."""
        return self.valid + self.held

    @property
    def received_pct(self) -> Decimal | None:
        """到位率: received of expected; None when nobody is expected."""
        return self._of_expected(self.received)

    @property
    def valid_pct(self) -> Decimal | None:
        """有效率: valid of expected."""
        return self._of_expected(self.valid)

    @property
    def on_time_pct(self) -> Decimal | None:
        """及时率: on time of expected."""
        return None if self.on_time is None else self._of_expected(self.on_time)

    def _of_expected(self, part: int) -> Decimal | None:
        return Decimal(part) * 100 / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class CheckedReturn:
    """What the last check of one file came to: held or not, the places to mend, and those to mend or explain.

    `is_returned` says whether a return slip was written for it.
    """

    unit: str
    sha256: str
    is_held: bool
    to_mend: tuple[str, ...] = ()
    to_explain: tuple[str, ...] = ()
    is_returned: bool = False
