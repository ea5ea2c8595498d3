"""What the rows of one ledger and month yield to the functions that unite the rows of many units: read once for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aggregator.model.absent import Columns, columns_lacking, columns_read
from aggregator.model.catalog import Catalog
from aggregator.model.evaluate import gatherer
from aggregator.model.expression import Aggregate as RowsFunction
from aggregator.model.org_unit import Street
from aggregator.model.scope import UnitScope
from aggregator.model.value import Scalar, Submission, ValueState
from aggregator.rollup.recipe import functions_pooled


@dataclass(frozen=True, slots=True)
class PooledRows:
    """One ledger of one month: of each unit the state of its sheet, and what each function finds in its rows.

    The rows themselves are not kept: those of a year are many. `not_asked` are the functions that read a column which
    a unit's form, of an earlier version, does not have: its rows would all seem not to meet their conditions.
    """

    found: Mapping[str, tuple[ValueState, Sequence[Sequence[Scalar]]]]
    not_asked: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def state(self, unit: str, number: int) -> ValueState:
        """The state of a unit's sheet for the ledger's function of that number."""
        if unit not in self.found or number in self.not_asked.get(unit, ()):
            return ValueState.NOT_ASKED
        return self.found[unit][0]

    def values(self, unit: str, number: int) -> Sequence[Scalar]:
        """What the ledger's function of that number finds in a unit's rows, one value a row that it counts."""
        return self.found[unit][1][number]


def pooled_rows(submissions: Mapping[str, Submission], ledger: str, *, catalog: Catalog, street: Street) -> PooledRows:
    """The rows of a ledger in the returns of one month, each read in its own unit's month."""
    functions = functions_pooled(catalog)[ledger]
    gatherers = [gatherer(function) for function in functions]
    kinds = {unit.code: unit.kind for unit in street.units}
    found: dict[str, tuple[ValueState, Sequence[Sequence[Scalar]]]] = {}
    not_asked: dict[str, frozenset[int]] = {}
    for unit, submission in submissions.items():
        sheet = submission.ledgers.get(ledger)
        if sheet is not None:
            # With this sheet only: a recorded one is read from the file each time that it is asked for.
            alone = Submission(unit, submission.period, submission.source, submission.values, {ledger: sheet})
            scope = UnitScope(catalog, street, alone)
            found[unit] = sheet.state, [gather(scope) or () for gather in gatherers]
            lacking = columns_lacking(sheet, catalog, kinds[unit]) if unit in kinds else frozenset()
            if lacking:
                not_asked[unit] = frozenset(_reading(lacking, functions, catalog))
    return PooledRows(found, not_asked)


def _reading(lacking: Columns, functions: Sequence[RowsFunction], catalog: Catalog) -> Iterator[int]:
    """The numbers of the functions that read what a form lacks."""
    for number, function in enumerate(functions):
        if not lacking.isdisjoint(columns_read(function, catalog)):
            yield number
