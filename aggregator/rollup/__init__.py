"""From accepted submissions to street totals: over months, over units, exact."""

from aggregator.rollup.consolidate import months_read, roll_up
from aggregator.rollup.indicators import derive
from aggregator.rollup.late_events import count_late
from aggregator.rollup.ledgers import merged_ledger
from aggregator.rollup.reporting_rate import unit_report, unit_reports

__all__ = [
    "count_late",
    "derive",
    "merged_ledger",
    "months_read",
    "roll_up",
    "unit_report",
    "unit_reports",
]
