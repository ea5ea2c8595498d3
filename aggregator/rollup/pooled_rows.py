"""What the rows of one ledger and month yield to the functions that unite the rows of many units: read once for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.model.catalog import Catalog
from aggregator.model.evaluate import gatherer
from aggregator.model.org_unit import Street
from aggregator.model.scope import UnitScope
from aggregator.model.value import Scalar, Submission, ValueState
from aggregator.rollup.recipe import functions_pooled


@dataclass(frozen=True, slots=True)
class PooledRows:
    """One ledger of one month: of each unit the state of its sheet, and what each function finds in its rows.

    The rows themselves are not kept: those of a year are many.
    """

    found: Mapping[str, tuple[ValueState, Sequence[Sequence[Scalar]]]]

    def state(self, unit: str) -> ValueState:
        """The state of a unit's sheet."""
        return self.found[unit][0] if unit in self.found else ValueState.NOT_ASKED

    def values(self, unit: str, number: int) -> Sequence[Scalar]:
        """What the ledger's function of that number finds in a unit's rows, one value a row that it counts."""
        return self.found[unit][1][number]


def pooled_rows(submissions: Mapping[str, Submission], ledger: str, *, catalog: Catalog, street: Street) -> PooledRows:
    """The rows of a ledger in the returns of one month, each read in its own unit's month."""
    gatherers = [gatherer(function) for function in functions_pooled(catalog)[ledger]]
    found: dict[str, tuple[ValueState, Sequence[Sequence[Scalar]]]] = {}
    for unit, submission in submissions.items():
        sheet = submission.ledgers.get(ledger)
        if sheet is not None:
            # With this sheet only: a recorded one is read from the file each time that it is asked for.
            alone = Submission(unit, submission.period, submission.source, submission.values, {ledger: sheet})
            scope = UnitScope(catalog, street, alone)
            found[unit] = sheet.state, [gather(scope) or () for gather in gatherers]
    return PooledRows(found)
