"""One unit's return as the checks see it: what was asked of it, its scope, and the words for its places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.definition import Element, Ledger
from aggregator.model.events import by_dates_alone
from aggregator.model.org_unit import OrgUnit
from aggregator.model.period import Period
from aggregator.model.scope import UnitScope
from aggregator.model.value import DataValue, LedgerSheet, Place, Submission, ValueState


@dataclass(frozen=True, slots=True)
class UnitReturn:
    """One unit's return of the month with what its checks need.

    `last_month` is its recorded return of the month before; `latest` is that of its latest recorded month, with which
    its form was prefilled. `typed` are the elements that a person types, as far as the form has them.
    """

    batch: Batch
    unit: OrgUnit
    submission: Submission
    scope: UnitScope
    blocks_on: frozenset[str]
    last_month: Submission | None
    latest: Submission | None
    typed: tuple[tuple[Element, DataValue], ...]

    @property
    def catalog(self) -> Catalog:
        """The definitions it is checked against."""
        return self.batch.catalog

    @property
    def period(self) -> Period:
        """The month at hand."""
        return self.batch.period

    def is_asked(self, element: Element) -> bool:
        """Whether the element stands in this unit's form."""
        return self.catalog.is_asked(element.code, self.unit.kind, self.blocks_on)

    def sheets(self) -> Iterator[tuple[Ledger, LedgerSheet]]:
        """The ledgers asked of the unit that its form has, with their sheets."""
        for ledger in self.catalog.asked_ledgers(self.unit.kind, self.blocks_on):
            sheet = self.submission.ledgers.get(ledger.code)
            if sheet is not None:
                yield ledger, sheet

    def by_dates_alone(self) -> UnitReturn | None:
        """The same as its form counts it, without what is reported late; None when that changes nothing."""
        if not self.submission.by_dates:
            return None
        submission = by_dates_alone(self.submission)
        return replace(self, submission=submission, scope=replace(self.scope, submission=submission, _rows={}))

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
    sent = {submission.unit: submission for submission in batch.submissions}
    return tuple(
        _unit_return(batch, unit, sent[unit.code], earlier.get(unit.code, {}))
        for unit in batch.street.units
        if unit.code in sent
    )


def _unit_return(
    batch: Batch, unit: OrgUnit, submission: Submission, earlier: Mapping[Period, Submission]
) -> UnitReturn:
    blocks_on = batch.catalog.blocks_on(batch.street)
    latest = earlier[max(earlier)] if earlier else None
    if latest is not None:
        # Read from the history once for all checks.
        latest = replace(latest, ledgers=dict(latest.ledgers))
    values = (
        (element, submission.values.get(element.code)) for element in batch.catalog.typed_elements(unit.kind, blocks_on)
    )
    return UnitReturn(
        batch=batch,
        unit=unit,
        submission=submission,
        scope=UnitScope(batch.catalog, batch.street, submission, earlier),
        blocks_on=blocks_on,
        last_month=latest if latest is not None and latest.period == batch.period.previous() else None,
        latest=latest,
        typed=tuple((element, value) for element, value in values if value is not None),
    )


def typed_cells(unit: UnitReturn, codes: Iterable[str]) -> frozenset[str]:
    """The cells of elements in which a value stands."""
    values = (unit.submission.values[code] for code in codes)
    return frozenset(value.place.cell for value in values if value.state is ValueState.VALUE)
