"""Ratios, averages and figures over the union of rows: computed anew from operands, never from results of units.

Only those units and months enter in which all operands exist; that set is the coverage, above and below the line alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from aggregator.model import evaluate as engine
from aggregator.model.definition import Asked, Element, Measure, Over
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Figure, Gap, Known, Scalar, ValueState
from aggregator.rollup.notes import Marks
from aggregator.rollup.over_time import months_used, not_asked_alone, over_months
from aggregator.rollup.over_units import over_units
from aggregator.rollup.pooled_rows import PooledRows
from aggregator.rollup.recipe import Recipe, RowsOperand, recipe
from aggregator.rollup.returns import Knows, MonthReturns, Returns, reads_rows_of

#: What is known of a unit's month: of the element itself and of each of its operands.
Values = Mapping[str, Known | None]


@dataclass(frozen=True, slots=True)
class Pool:
    """The coverage of a recomputed element: which units are expected, which are in, and in which months.

    `not_asked` are by unit the months of which others gave what it needs, and its form had no such cells.
    """

    expected: tuple[str, ...]
    reported: tuple[str, ...]
    months: Mapping[str, tuple[MonthReturns, ...]]
    gaps: Mapping[str, tuple[Period, ...]]
    not_applicable: frozenset[str]
    not_asked: Mapping[str, tuple[Period, ...]]


@dataclass
class Pooling:
    """The recomputation of one element over the recorded months that count for it, for the street or for one unit."""

    returns: Returns
    element: Element
    months: tuple[MonthReturns, ...]
    only_unit: str = ""
    how: Recipe = field(init=False)
    pool: Pool = field(init=False)
    _values: dict[tuple[str, MonthReturns], Values] = field(default_factory=dict)
    _partial: set[str] = field(default_factory=set)
    _not_asked: dict[str, list[Period]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.how = recipe(self.returns.catalog, self.element.code)
        self.pool = self._pool_of(self._states())

    def _states(self) -> dict[str, dict[MonthReturns, ValueState]]:
        """By unit and month whether all operands exist, in the order of the street's list."""
        is_of_street = self.element.of is Asked.STREET
        kinds = frozenset(UnitKind) if is_of_street else self.returns.kinds_asked(self.element)
        found: dict[str, dict[MonthReturns, ValueState]] = {}
        for month in self.months:
            needed = {kind: self._needed(kind, month) for kind in kinds}
            for unit, knows in month.asked(kinds):
                if self.only_unit in ("", unit):
                    elements, rows = needed[self.returns.street.unit(unit).kind]
                    state = self._state(unit, month, knows, elements=elements, rows=rows)
                    if state is not ValueState.NOT_ASKED:
                        found.setdefault(unit, {})[month] = state
                    elif elements or rows:
                        self._not_asked.setdefault(unit, []).append(month.period)
        return self.returns.in_order(found)

    def _needed(self, kind: UnitKind, month: MonthReturns) -> tuple[list[str], list[tuple[PooledRows, int]]]:
        """What is needed of such a unit in a month: stocks only in the last one."""
        catalog, is_last = self.returns.catalog, month is self.months[-1]
        elements = [code for code in self.how.elements if kind in self.returns.kinds_asked(catalog.elements[code])]
        rows = [operand for operand in self.how.rows.values() if self._reads_rows(operand, kind)]
        return (
            [code for code in elements if is_last or catalog.elements[code].over_months is not Over.LAST],
            [
                (self._rows(operand, month), operand.number)
                for operand in rows
                if is_last or not operand.is_of_last_month
            ],
        )

    def _rows(self, operand: RowsOperand, month: MonthReturns) -> PooledRows:
        return self.returns.pooled(month, operand.function.ledger)

    def _reads_rows(self, operand: RowsOperand, kind: UnitKind) -> bool:
        ledger = self.returns.catalog.ledgers[operand.function.ledger]
        return reads_rows_of(operand.rows_of, kind) and ledger.of.includes(kind)

    def _state(
        self,
        unit: str,
        month: MonthReturns,
        knows: Knows | None,
        *,
        elements: Sequence[str],
        rows: Sequence[tuple[PooledRows, int]],
    ) -> ValueState:
        """Whether all operands of a unit exist in a month."""
        if not elements and not rows:
            return ValueState.NOT_ASKED
        if knows is None:
            return ValueState.MISSING
        values = {code: knows(code) for code in (self.element.code, *self.how.elements)}
        states = [known.state if (known := values[code]) else ValueState.NOT_ASKED for code in elements]
        of_rows = [found.state(unit, number) for found, number in rows]
        if ValueState.NOT_ASKED in of_rows:
            return ValueState.NOT_ASKED
        states += of_rows
        if not all(state.counts for state in states):
            return _state_of_gaps(states)
        self._values[unit, month] = values
        return self._state_of_known(unit, [values[code] for code in (self.element.code, *elements)])

    def _state_of_known(self, unit: str, read: Sequence[Known | None]) -> ValueState:
        """A quotient of parts that lack rows says nothing; a list or a count that lacks some is marked as short."""
        if not any(known.is_partial for known in read if known is not None):
            return ValueState.VALUE
        if self.element.measure in (Measure.RATIO, Measure.AVERAGE):
            return ValueState.MISSING
        self._partial.add(unit)
        return ValueState.VALUE

    def _pool_of(self, found: Mapping[str, Mapping[MonthReturns, ValueState]]) -> Pool:
        months, gaps, not_applicable = {}, {}, set()
        for unit, states in found.items():
            known = tuple(month for month, state in states.items() if state is ValueState.VALUE)
            gaps[unit] = tuple(month.period for month, state in states.items() if state is ValueState.MISSING)
            if known and not (self.how.needs_last_month and known[-1] is not self.months[-1]):
                months[unit] = known
            elif not gaps[unit]:
                not_applicable.add(unit)
        whole = [unit for unit in found if not gaps[unit] and unit not in self._partial]
        reported = tuple(unit for unit in whole if unit in months or unit in not_applicable)
        given = ([month.period for month in of_unit] for of_unit in months.values())
        not_asked = not_asked_alone(given, {unit: self._not_asked[unit] for unit in found if unit in self._not_asked})
        return Pool(tuple(found), reported, months, gaps, frozenset(not_applicable), not_asked)

    def element_value(self, code: str) -> Scalar:
        """An operand over the covered units and months."""
        element = self.returns.catalog.elements[code]
        if element.weight:
            return self._weighted(element)
        kinds = self.returns.kinds_asked(element)
        spans = [
            over_months(
                element,
                unit,
                [(month.period, self._values[unit, month][code]) for month in months_used(element, months)],
            )
            for unit, months in self.pool.months.items()
            if self.returns.street.unit(unit).kind in kinds
        ]
        state, figure = over_units(element, spans)
        return figure if state.counts and figure is not None else Gap.MISSING

    def _weighted(self, element: Element) -> Scalar:
        numerator = denominator = Decimal(0)
        for unit, months in self.pool.months.items():
            for month in months_used(element, months):
                weight = self._number(element.weight, unit, month)
                numerator += self._number(element.code, unit, month) * weight
                denominator += weight
        return numerator / denominator if denominator else Gap.MISSING

    def _number(self, code: str, unit: str, month: MonthReturns) -> Decimal:
        value = self._values[unit, month][code]
        assert value is not None  # noqa: S101  # the month is covered
        assert isinstance(value.value, Decimal)  # noqa: S101  # the linter lets only numbers be weighed
        return value.value

    def rows_value(self, code: str) -> Scalar:
        """A function over the rows of all covered units and months together; each row is read in its own month."""
        operand = self.how.rows[code]
        values: list[Scalar] = []
        for unit, months in self.pool.months.items():
            if self._reads_rows(operand, self.returns.street.unit(unit).kind):
                for month in months[-1:] if operand.is_of_last_month else months:
                    values.extend(self._rows(operand, month).values(unit, operand.number))
        return engine.summarise(operand.function, values)

    def applies_to_nobody(self) -> bool:
        """Whether every unit expected said that it has none of what is averaged or divided."""
        if not self.pool.expected or {*self.pool.months, *self.pool.not_applicable} != {*self.pool.expected}:
            return False
        own = [
            self._values[unit, month][self.element.code]
            for unit, months in self.pool.months.items()
            for month in months
        ]
        return all(value is not None and value.state is ValueState.NOT_APPLICABLE for value in own)

    def sources(self) -> Iterator[DataValue]:
        """The addends: the element itself where units have it, its operands where they have not."""
        for unit, month, code in self._addends():
            yield from self.returns.values(code, unit, (month.period,))

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """The numbers of the addends, each with its unit."""
        return ((unit, known.value) for unit, _, known in self._known())

    def marks(self) -> Marks:
        """What is told of the addends."""
        return Marks.of_addends(list(self._known()))

    def _known(self) -> Iterator[tuple[str, Period, Known]]:
        addends = ((unit, month.period, self._values[unit, month][code]) for unit, month, code in self._addends())
        return ((unit, period, known) for unit, period, known in addends if known and known.state.is_reported)

    def _addends(self) -> Iterator[tuple[str, MonthReturns, str]]:
        own = () if self.element.of is Asked.STREET else (self.element.code,)
        codes = tuple(dict.fromkeys([*own, *self.how.elements]))
        elements = self.returns.catalog.elements
        flows = tuple(code for code in codes if elements[code].over_months is not Over.LAST)
        for unit, months in self.pool.months.items():
            for month in months:
                yield from ((unit, month, code) for code in (codes if month is self.months[-1] else flows))


def _state_of_gaps(states: Sequence[ValueState]) -> ValueState:
    """What a unit has that lacks an operand: it was not asked for any, or none applies to it, or one is missing."""
    if all(state is ValueState.NOT_ASKED for state in states):
        return ValueState.NOT_ASKED
    is_covered = all(state.is_reported for state in states)
    return ValueState.NOT_APPLICABLE if is_covered else ValueState.MISSING
