"""What the clerk decided about returns of a month: numbers set right by word of their unit, held returns taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.model.period import Period
from aggregator.model.value import ValueState


@dataclass(frozen=True, slots=True)
class Reported:
    """What stands for an element: its state and value."""

    state: ValueState
    value: Decimal | str | date | tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who took a decision back, why and when."""

    by: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class Amendment:
    """A typed value that the clerk set right: whose, which, from what to what, in which file, who, why and when.

    It counts in the month's totals until it is withdrawn; the sender's file stays as it is.
    """

    unit: str
    period: Period
    element: str
    old: Reported
    new: Reported
    sha256: str
    reason: str
    by: str
    on: date
    withdrawn: Withdrawal | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A held return that the clerk takes in, and why; it speaks of one file, and a later one is held anew."""

    unit: str
    period: Period
    sha256: str
    reason: str
    on: date
