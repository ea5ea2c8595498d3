"""One unit's return as the checks see it: what was asked of it, its scope, and the words for its places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.definition import Element, Ledger
from aggregator.model.org_unit import OrgUnit
from aggregator.model.period import Period
from aggregator.model.scope import UnitScope
from aggregator.model.value import DataValue, LedgerSheet, Place, Submission


@dataclass(frozen=True, slots=True)
class UnitReturn:
    """One unit's return of the month with what its checks need."""

    batch: Batch
    unit: OrgUnit
    submission: Submission
    scope: UnitScope
    blocks_on: frozenset[str]

    @property
    def catalog(self) -> Catalog:
        """The definitions it is checked against."""
        return self.batch.catalog

    @property
    def period(self) -> Period:
        """The month at hand."""
        return self.batch.period

    @property
    def last_month(self) -> Submission | None:
        """The unit's recorded return of the month before."""
        return self.scope.earlier.get(self.period.previous())

    def is_asked(self, element: Element) -> bool:
        """Whether the element stands in this unit's form."""
        return self.catalog.is_asked(element.code, self.unit.kind, self.blocks_on)

    def values(self) -> Iterator[tuple[Element, DataValue]]:
        """The elements asked of the unit that its form has, with their values, in the order of the catalog."""
        for element in self.catalog.asked_elements(self.unit.kind, self.blocks_on):
            value = self.submission.values.get(element.code)
            if value is not None:
                yield element, value

    def sheets(self) -> Iterator[tuple[Ledger, LedgerSheet]]:
        """The ledgers asked of the unit that its form has, with their sheets."""
        for ledger in self.catalog.asked_ledgers(self.unit.kind, self.blocks_on):
            sheet = self.submission.ledgers.get(ledger.code)
            if sheet is not None:
                yield ledger, sheet

    def where(self, place: Place) -> str:
        """A place as a clerk finds it: 梧桐社区《指标表》D7."""
        sheet = f"《{place.sheet}》" if place.sheet else ""
        return f"{self.unit.short_name}{sheet}{place.cell}"

    @property
    def whole_file(self) -> Place:
        """The place of the return as a whole."""
        return Place(self.submission.source.name)


def unit_returns(batch: Batch) -> tuple[UnitReturn, ...]:
    """The returns of a batch, in the order of the street's list of units."""
    earlier: dict[str, dict[Period, Submission]] = {}
    for month, submissions in batch.history.items():
        for submission in submissions:
            earlier.setdefault(submission.unit, {})[month] = submission
    blocks_on = batch.catalog.blocks_on(batch.street)
    sent = {submission.unit: submission for submission in batch.submissions}
    return tuple(
        UnitReturn(
            batch,
            unit,
            sent[unit.code],
            UnitScope(batch.catalog, batch.street, sent[unit.code], earlier.get(unit.code, {})),
            blocks_on,
        )
        for unit in batch.street.units
        if unit.code in sent
    )
