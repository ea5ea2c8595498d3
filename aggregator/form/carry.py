"""What of a unit's latest recorded month stands in its new form: stocks, and the ledger rows that are still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aggregator.model.catalog import Catalog
from aggregator.model.definition import Carry, Column, Ledger, LedgerKind
from aggregator.model.evaluate import holds
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.scope import UnitScope
from aggregator.model.value import DataValue, Gap, LedgerRow, LedgerSheet, Scalar, SourceFile, Submission

_NOWHERE = SourceFile("", 0, "")


@dataclass(frozen=True, slots=True)
class Prefill:
    """A unit's latest recorded month."""

    values: Mapping[str, DataValue]
    ledgers: Mapping[str, LedgerSheet]
    period: Period


@dataclass(frozen=True, slots=True)
class Carrier:
    """Decides which rows of the latest month stand in the form of a later one, and with which cells."""

    catalog: Catalog
    street: Street
    unit: OrgUnit
    prefill: Prefill
    period: Period

    def rows(self, ledger: Ledger) -> list[dict[str, Scalar]]:
        """The cells of each carried row."""
        sheet = self.prefill.ledgers.get(ledger.code)
        if ledger.kind is LedgerKind.FLOW or sheet is None:
            return []
        scope = self._scope()
        kept = [row for row in sheet.rows if ledger.leaves is None or not holds(ledger.leaves, scope, row)]
        return [self._cells(ledger, row) for row in kept]

    def _scope(self) -> UnitScope:
        last = Submission(self.unit.code, self.prefill.period, _NOWHERE, self.prefill.values, self.prefill.ledgers)
        return UnitScope(self.catalog, self.street, last)

    def _cells(self, ledger: Ledger, row: LedgerRow) -> dict[str, Scalar]:
        return {
            column.code: row.cells.get(column.code, Gap.MISSING)
            for column in ledger.columns_of(self.unit.kind)
            if self._keeps(column)
        }

    def _keeps(self, column: Column) -> bool:
        if column.carry is Carry.CLEAR_YEARLY:
            return self.period.year == self.prefill.period.year
        return column.carry is Carry.KEEP


def carried_rows(
    catalog: Catalog, street: Street, unit: OrgUnit, *, prefill: Prefill, period: Period
) -> dict[str, list[dict[str, Scalar]]]:
    """The rows that stand greyed in each ledger of the unit's form of `period`, by ledger."""
    carrier = Carrier(catalog, street, unit, prefill, period)
    kind = UnitKind(unit.kind)
    return {ledger.code: carrier.rows(ledger) for ledger in catalog.asked_ledgers(kind, catalog.blocks_on(street))}
