"""Merged ledgers as plain rows for publishing: whose row it is, where it stands, and what is in each column.

No pandas: the rows are united in the order of the units and never joined, grouped or pivoted.
"""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import Column
from aggregator.model.value import Gap, Place, Scalar


@dataclass(frozen=True, slots=True)
class MergedRow:
    """One row of a merged ledger; `cells` follow the columns of the ledger."""

    unit: str
    unit_name: str
    place: Place
    late: bool
    cells: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class MergedLedger:
    """One ledger of the whole street."""

    ledger: str
    columns: tuple[Column, ...]
    rows: tuple[MergedRow, ...]


def merged_ledger(consolidation: Consolidation, code: str) -> MergedLedger:
    """The rows of a ledger over all units that are in the totals, in clear: masking is the publisher's."""
    ledger = consolidation.catalog.ledgers[code]
    rows = (
        MergedRow(
            row.unit,
            consolidation.short_name(row.unit),
            consolidation.place_of(row),
            row.late,
            tuple(row.cells.get(column.code, Gap.MISSING) for column in ledger.columns),
        )
        for row in consolidation.ledgers.get(code, ())
    )
    return MergedLedger(code, ledger.columns, tuple(rows))
