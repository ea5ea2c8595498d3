"""Which totals of a month move when its returns change."""

from __future__ import annotations

from decimal import Decimal

from aggregator.model.consolidation import Consolidation
from aggregator.model.moved_total import MovedTotal


def moved_totals(before: Consolidation, after: Consolidation) -> tuple[MovedTotal, ...]:
    """The numbers of the month itself that differ, in the order of the catalog."""
    pairs = (
        MovedTotal(after.catalog.elements[code], before.totals[code].this_month, total.this_month)
        for code, total in after.totals.items()
        if code in before.totals
    )
    return tuple(
        pair
        for pair in pairs
        if pair.before.scalar != pair.after.scalar
        and (isinstance(pair.before.value, Decimal) or isinstance(pair.after.value, Decimal))
    )
