"""The returns that enter the totals, by month and unit: what is recorded, who is asked, what each unit gave."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.definition import Asked, Element, RowsOf
from aggregator.model.expression import ledgers_of
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Known, Submission, ValueState
from aggregator.rollup.over_time import Given
from aggregator.rollup.pooled_rows import PooledRows, pooled_rows

#: Tells what a return knows of an element.
Knows = Callable[[str], Known | None]
T = TypeVar("T")


class DoubledReturnError(ValueError):
    """Two returns of one unit and month: intake must have chosen one of them."""

    def __init__(self, unit: str, month: Period) -> None:
        super().__init__(f"two returns of {unit} for {month}")


class GivenByUnits(NamedTuple):
    """By unit in the order of the street's list the months in which it was asked, and what it gave.

    `not_asked` are by unit the months in which its form had no such cell.
    """

    asked: Mapping[str, Sequence[Given]]
    not_asked: Mapping[str, Sequence[Period]]


# Compared by identity: there is one of each month, and the months are keys.
@dataclass(eq=False)
class MonthReturns:
    """The returns of one month by unit, and the units that are open in it."""

    period: Period
    submissions: Mapping[str, Submission]
    open_units: tuple[OrgUnit, ...]
    _asked: dict[frozenset[UnitKind], list[tuple[str, Knows | None]]] = field(default_factory=dict)
    _pooled: dict[str, PooledRows] = field(default_factory=dict)

    def asked(self, kinds: frozenset[UnitKind]) -> list[tuple[str, Knows | None]]:
        """The open units of some kinds, in the order of the street's list, each with what its return knows."""
        if kinds not in self._asked:
            units = [unit.code for unit in self.open_units if unit.kind in kinds]
            sent = [self.submissions.get(unit) for unit in units]
            self._asked[kinds] = [(unit, one.known if one else None) for unit, one in zip(units, sent, strict=True)]
        return self._asked[kinds]

    def pooled(self, ledger: str, catalog: Catalog, street: Street) -> PooledRows:
        """What the rows of a ledger yield."""
        if ledger not in self._pooled:
            self._pooled[ledger] = pooled_rows(self.submissions, ledger, catalog=catalog, street=street)
        return self._pooled[ledger]


@dataclass
class Returns:
    """Every return that may enter a total. Units stand in the order of the street's list, whatever the files' order."""

    catalog: Catalog
    street: Street
    period: Period
    months: Mapping[Period, MonthReturns]
    strangers: frozenset[str]
    _kinds: dict[str, frozenset[UnitKind]] = field(default_factory=dict)
    _recorded: dict[Period, tuple[MonthReturns, ...]] = field(default_factory=dict)
    _is_on: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: Batch, *, counted: Collection[str]) -> Returns:
        """The month's returns of the `counted` units, and all of the recorded months."""
        now = [submission for submission in batch.submissions if submission.unit in counted]
        months = {**batch.history, batch.period: now}
        return cls.of_months(months, catalog=batch.catalog, street=batch.street, period=batch.period)

    @classmethod
    def of_months(
        cls, months: Mapping[Period, Iterable[Submission]], *, catalog: Catalog, street: Street, period: Period
    ) -> Returns:
        """The returns of several months, seen from a period."""
        by_unit = {month: _by_unit(month, found) for month, found in months.items()}
        known = {unit.code for unit in street.units}
        strangers = {code for units in by_unit.values() for code in units if code not in known}
        found = {month: MonthReturns(month, units, street.expected(month)) for month, units in by_unit.items()}
        return cls(catalog, street, period, found, frozenset(strangers))

    def recorded(self, span: Period) -> tuple[MonthReturns, ...]:
        """The months of a span of which anything is known."""
        if span not in self._recorded:
            self._recorded[span] = tuple(self.months[month] for month in span.months() if month in self.months)
        return self._recorded[span]

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

    def units_asked(self, element: Element, month: Period) -> list[str]:
        """The units that are asked for an element in a month, recorded or not, in the order of the street's list."""
        kinds = self.kinds_asked(element)
        return [unit.code for unit in self.street.expected(month) if unit.kind in kinds]

    def given(self, element: Element, months: Sequence[MonthReturns]) -> GivenByUnits:
        """What the units asked gave in some months.

        A return whose form has no such cell was not asked; a month without a return is a gap (None).
        """
        found: dict[str, list[Given]] = {}
        skipped: dict[str, list[Period]] = {}
        kinds, code, not_asked = self.kinds_asked(element), element.code, ValueState.NOT_ASKED
        for month in months:
            period = month.period
            for unit, knows in month.asked(kinds):
                known = knows(code) if knows else None
                if knows is None or (known is not None and known.state is not not_asked):
                    found.setdefault(unit, []).append((period, known))
                else:
                    skipped.setdefault(unit, []).append(period)
        return GivenByUnits(self.in_order(found), skipped) if len(months) > 1 else GivenByUnits(found, skipped)

    def values(self, code: str, unit: str, months: Iterable[Period]) -> Iterator[DataValue]:
        """The values that a unit gave for an element in some months, whole, with the cells that they stand in."""
        for month in months:
            submission = self.months[month].submissions.get(unit)
            value = submission.values.get(code) if submission else None
            if value is not None and value.state.is_reported:
                yield value

    def in_order(self, found: Mapping[str, T]) -> dict[str, T]:
        """The same in the order of the street's list."""
        return {unit.code: found[unit.code] for unit in self.street.units if unit.code in found}

    def pooled(self, month: MonthReturns, ledger: str) -> PooledRows:
        """What the rows of a ledger yield in a month."""
        return month.pooled(ledger, self.catalog, self.street)


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
