"""The returns that enter the totals, by month and unit: what is recorded, who is asked, what each unit gave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.definition import Asked, Element, RowsOf
from aggregator.model.expression import ledgers_of
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.scope import UnitScope
from aggregator.model.value import DataValue, LedgerSheet, Submission, ValueState

#: A month and what a unit gave in it.
Given = tuple[Period, DataValue | None]


class DoubledReturnError(ValueError):
    """Two returns of one unit and month: intake must have chosen one of them."""

    def __init__(self, unit: str, month: Period) -> None:
        super().__init__(f"two returns of {unit} for {month}")


@dataclass
class Returns:
    """Every return that may enter a total. Units stand in the order of the street's list, whatever the files' order."""

    catalog: Catalog
    street: Street
    period: Period
    months: Mapping[Period, Mapping[str, Submission]]
    strangers: frozenset[str] = frozenset()
    _scopes: dict[tuple[str, Period], UnitScope] = field(default_factory=dict)
    _open: dict[Period, tuple[OrgUnit, ...]] = field(default_factory=dict)
    _kinds: dict[str, frozenset[UnitKind]] = field(default_factory=dict)
    _recorded: dict[Period, tuple[Period, ...]] = field(default_factory=dict)
    _is_on: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: Batch, *, counted: Collection[str]) -> Returns:
        """The month's returns of the `counted` units, and all of the recorded months."""
        now = [submission for submission in batch.submissions if submission.unit in counted]
        months = {month: _by_unit(month, found) for month, found in batch.history.items()}
        months[batch.period] = _by_unit(batch.period, now)
        known = {unit.code for unit in batch.street.units}
        strangers = {code for units in months.values() for code in units if code not in known}
        return cls(batch.catalog, batch.street, batch.period, months, frozenset(strangers))

    def recorded(self, span: Period) -> tuple[Period, ...]:
        """The months of a span of which anything is known."""
        if span not in self._recorded:
            self._recorded[span] = tuple(month for month in span.months() if month in self.months)
        return self._recorded[span]

    def submission(self, unit: str, month: Period) -> Submission | None:
        """A unit's return of a month."""
        return self.months[month].get(unit)

    def open_units(self, month: Period) -> tuple[OrgUnit, ...]:
        """The units expected in a month."""
        if month not in self._open:
            self._open[month] = self.street.expected(month)
        return self._open[month]

    def kinds_asked(self, element: Element) -> frozenset[UnitKind]:
        """The kinds of units whose figures enter the street's figure of an element."""
        if element.code not in self._kinds:
            self._kinds[element.code] = frozenset(kind for kind in UnitKind if self._is_asked(element, kind))
        return self._kinds[element.code]

    def _is_asked(self, element: Element, kind: UnitKind) -> bool:
        blocks_on = self.catalog.blocks_on(self.street)
        if not element.of.includes(kind) or not self.catalog.is_on(element, blocks_on, kind):
            return False
        return not ledgers_of(element.expression) or reads_rows_of(element.rows_of, kind)

    def is_on(self, element: Element) -> bool:
        """Whether the street uses an element at all."""
        if element.code not in self._is_on:
            self._is_on[element.code] = self.catalog.is_on(element, self.catalog.blocks_on(self.street))
        return self._is_on[element.code]

    def asked(self, element: Element, month: Period) -> list[OrgUnit]:
        """The units that are asked for an element in a month, in the order of the street's list."""
        kinds = self.kinds_asked(element)
        return [unit for unit in self.open_units(month) if unit.kind in kinds]

    def given(self, element: Element, months: Iterable[Period]) -> dict[str, list[Given]]:
        """By unit in the order of the street's list: the months in which it was asked, and what it gave.

        A return whose form has no such cell was not asked; a month without a return is a gap (None).
        """
        found: dict[str, list[Given]] = {unit.code: [] for unit in self.street.units}
        kinds, code = self.kinds_asked(element), element.code
        for month in months:
            submissions = self.months[month]
            for unit in self.open_units(month):
                if unit.kind in kinds:
                    submission = submissions.get(unit.code)
                    value = submission.values.get(code) if submission else None
                    if submission is None or (value is not None and value.state is not ValueState.NOT_ASKED):
                        found[unit.code].append((month, value))
        return {unit: given for unit, given in found.items() if given}

    def value(self, code: str, unit: str, month: Period) -> DataValue | None:
        """What a unit gave for an element in a month; None without a return, or when its form had no such cell."""
        submission = self.months[month].get(unit)
        return submission.values.get(code) if submission else None

    def sheet(self, ledger: str, unit: str, month: Period) -> LedgerSheet | None:
        """A unit's ledger of a month."""
        submission = self.months[month].get(unit)
        return submission.ledgers.get(ledger) if submission else None

    def scope(self, unit: str, month: Period) -> UnitScope:
        """The scope of one unit's month; kept, so that its living rows are sought once."""
        if (unit, month) not in self._scopes:
            self._scopes[unit, month] = UnitScope(self.catalog, self.street, self.months[month][unit])
        return self._scopes[unit, month]


def reads_rows_of(rows_of: RowsOf, kind: UnitKind) -> bool:
    """Whether the rows of such units are read."""
    return rows_of is RowsOf.ALL or Asked(rows_of.value).includes(kind)


def _by_unit(month: Period, submissions: Iterable[Submission]) -> dict[str, Submission]:
    by_unit: dict[str, Submission] = {}
    for submission in submissions:
        if submission.unit in by_unit:
            raise DoubledReturnError(submission.unit, month)
        by_unit[submission.unit] = submission
    return by_unit
