"""Seeded chance: the only source of variety in the demonstration, the same on every machine for the same key."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from aggregator.model.period import Period

T = TypeVar("T")


class Chance:
    """Draws for one topic of one unit: each topic has its own, so that a change to one leaves the others alone."""

    def __init__(self, *key: object) -> None:
        # Seeded by text: Python hashes it by SHA-512 and not by the randomised hash of the process.
        self._random = random.Random("|".join(str(part) for part in key))  # noqa: S311  # plays, guards nothing

    def whole(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both included."""
        return least + int(self._random.random() * (most - least + 1))

    def number(self, least: int, most: int) -> Decimal:
        """The same as a cell holds it."""
        return Decimal(self.whole(least, most))

    def around(self, expected: float, spread_pct: int = 25) -> int:
        """A whole number near an expected one, never below 0."""
        factor = 1 + spread_pct / 100 * (2 * self._random.random() - 1)
        return max(0, int(expected * factor + self._random.random()))

    def happens(self, share_pct: float) -> bool:
        """Whether something happens that does so in so many of a hundred cases."""
        return self._random.random() * 100 < share_pct

    def pick(self, choices: Sequence[T]) -> T:
        """One of several."""
        return choices[int(self._random.random() * len(choices))]

    def some(self, choices: Sequence[T], size: int) -> list[T]:
        """So many different ones of several, or all when there are fewer."""
        return self._random.sample(list(choices), min(size, len(choices)))

    def day(self, month: Period, earliest: int = 1, latest: int = 31) -> date:
        """A day of a month."""
        start = month.start
        return start.replace(day=self.whole(earliest, min(latest, month.end.day)))

    def days(self, month: Period, size: int) -> list[date]:
        """So many different days of a month in order."""
        start = month.start
        return [start.replace(day=number) for number in sorted(self.some(range(1, month.end.day + 1), size))]

    def born(self, on: date, youngest: int, oldest: int) -> date:
        """A date of birth of somebody of such an age."""
        return date(on.year - self.whole(youngest + 1, oldest), self.whole(1, 12), self.whole(1, 28))
