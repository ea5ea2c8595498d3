"""An event of a stock ledger that is reported after its month, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from aggregator.model.period import Period


class Standing(StrEnum):
    """What became of an event that lies before the month in which it is first reported."""

    #: It counts in the month of the report, marked 补报.
    COUNTED = "counted"
    #: Its row was counted before with another date.
    CORRECTED = "corrected"
    #: A row of that date and another key is gone: it has been renamed.
    RENAMED = "renamed"
    #: Another unit has recorded it.
    ELSEWHERE = "elsewhere"
    #: Its row has no whole key by which it could be known again.
    UNKEYED = "unkeyed"
    #: No month of the ledger with such a column is recorded, so that nobody knows what is reported for the first time.
    UNRECORDED = "unrecorded"
    #: It counts, and a later recorded month has counted it as a late one already.
    COUNTED_LATER = "counted_later"


@dataclass(frozen=True, slots=True)
class LateEvent:
    """Which cell tells of it, and what became of it; `month` and `unit` are those of the other report of it."""

    ledger: str
    row: int
    column: str
    standing: Standing
    month: Period | None = None
    unit: str = ""
