"""A street total that is another one than it was."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.model.consolidation import Aggregate
from aggregator.model.definition import Element


@dataclass(frozen=True, slots=True)
class MovedTotal:
    """A street total of one month by two states of its returns."""

    element: Element
    before: Aggregate
    after: Aggregate
