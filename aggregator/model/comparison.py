"""How a figure changed against a base, as a value that text and tables are made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Change(StrEnum):
    """What can be said of a figure beside its base (`docs/semantics.md` section 2)."""

    UNKNOWN = "unknown"
    """The figure or its base is missing: —."""
    LEVEL = "level"
    """Both are the same: 持平."""
    FROM_ZERO = "from_zero"
    """The base is 0 and the figure is not: 由0增至n."""
    RISE = "rise"
    FALL = "fall"


@dataclass(frozen=True, slots=True)
class Difference:
    """Figure minus base.

    `percent` is the relative change of a count, None where it means nothing (base 0 or negative, or a share);
    `points` is the difference of two shares in percentage points, None for anything else.
    """

    change: Change
    now: Decimal | None
    base: Decimal | None
    absolute: Decimal | None = None
    percent: Decimal | None = None
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A total beside its total in a base period.

    `opened` and `closed` are the units expected in one of the two only; when there are any, `like_with_like` compares
    the units that stand in both. `uneven` are units expected in both whose figure is in one of the two only.
    """

    element: str
    whole: Difference
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    uneven: tuple[str, ...] = ()
    like_with_like: Difference | None = None
