"""Ratios, averages and figures over the union of rows: computed anew from operands, never from results of units.

Only those units and months enter in which all operands exist; that set is the coverage, above and below the line alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import lru_cache
from typing import Any

from aggregator.model import evaluate as engine
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Asked, Element, LedgerKind, Measure, Over, RowsOf
from aggregator.model.expression import Aggregate as RowsFunction
from aggregator.model.expression import Call, ElementRef, Node, elements_of, walk
from aggregator.model.org_unit import OrgUnit, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Gap, Scalar, ValueState
from aggregator.rollup.over_time import months_used, over_months
from aggregator.rollup.over_units import over_units
from aggregator.rollup.returns import Returns, reads_rows_of

#: Functions that ask for an element by its code: their argument is no operand to be pooled.
_BY_CODE = frozenset({"last", "ytd", "least", "most", "growth", "points"})
_BY_PERIOD = frozenset({"in_period"})


@dataclass(frozen=True, slots=True)
class RowsOperand:
    """A function over rows, whose rows it reads, and whether only those of the last month."""

    function: RowsFunction
    rows_of: RowsOf
    is_of_last_month: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """An expression ready to be pooled: in `tree` every function over rows is a reference to `rows[its code]`."""

    tree: Node
    elements: tuple[str, ...]
    rows: Mapping[str, RowsOperand]


@lru_cache(maxsize=4096)
def recipe(catalog: Catalog, code: str) -> Recipe:
    """How an element is recomputed; ratios inside it are opened until only what can be added is left."""
    element = catalog.elements[code]
    rows: dict[str, RowsOperand] = {}
    # A typed average is its own operand: it is pooled by its weight.
    tree = ElementRef(code) if element.expression is None else _opened(element.expression, element, catalog, rows)
    operands = [part.code for part in _operands(tree) if part.code not in rows]
    weights = [weight for operand in operands if (weight := catalog.elements[operand].weight)]
    return Recipe(tree, tuple(dict.fromkeys([*operands, *weights])), rows)


def _opened(node: Node, owner: Element, catalog: Catalog, rows: dict[str, RowsOperand]) -> Node:
    if isinstance(node, RowsFunction):
        code = f"#{len(rows)}"
        rows[code] = RowsOperand(node, owner.rows_of, _is_of_last_month(node, catalog))
        return ElementRef(code)
    if isinstance(node, Call) and node.function in _BY_CODE:
        return node
    if isinstance(node, ElementRef):
        element = catalog.elements[node.code]
        if element.expression is None or not _is_opened(catalog, node.code):
            return node
        return _opened(element.expression, element, catalog, rows)
    parts: dict[str, Any] = {
        item.name: _opened_part(getattr(node, item.name), owner, catalog, rows) for item in fields(node)
    }
    return type(node)(**parts)


def _opened_part(part: object, owner: Element, catalog: Catalog, rows: dict[str, RowsOperand]) -> object:
    if isinstance(part, tuple):
        return tuple(_opened_part(item, owner, catalog, rows) for item in part)
    return _opened(part, owner, catalog, rows) if isinstance(part, Node) else part


def _is_of_last_month(function: RowsFunction, catalog: Catalog) -> bool:
    """Whether only the rows of the last month are read: a stock lists the same things every month.

    Unless the condition asks for what happened in the month itself.
    """
    by_period = any(isinstance(part, Call) and part.function in _BY_PERIOD for part in walk(function.condition))
    return catalog.ledgers[function.ledger].kind is LedgerKind.STOCK and not by_period


def _operands(node: Node) -> Iterable[ElementRef]:
    if isinstance(node, Call) and node.function in _BY_CODE:
        return
    if isinstance(node, ElementRef):
        yield node
    for item in fields(node):
        inner = getattr(node, item.name)
        for part in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(part, Node):
                yield from _operands(part)


@lru_cache(maxsize=4096)
def is_recomputed(catalog: Catalog, code: str) -> bool:
    """Whether its street figure is computed from operands or rows and not from the figures of units."""
    element = catalog.elements[code]
    if element.of is Asked.STREET or element.over_units is Over.RECOMPUTE:
        return True
    return element.over_units is Over.UNION and _reads_rows(element)


@lru_cache(maxsize=4096)
def is_recomputed_over_months(catalog: Catalog, code: str) -> bool:
    """Whether a unit's figure of several months is computed anew and not from its monthly figures."""
    element = catalog.elements[code]
    if element.over_months is Over.RECOMPUTE:
        return True
    # The months' names can be united; the months' counts of different things cannot be added.
    return element.over_months is Over.UNION and _reads_rows(element) and element.type.is_number


def _is_opened(catalog: Catalog, code: str) -> bool:
    return is_recomputed(catalog, code) or is_recomputed_over_months(catalog, code)


def _reads_rows(element: Element) -> bool:
    return any(isinstance(part, RowsFunction) for part in walk(element.expression))


def ledgers_pooled(catalog: Catalog) -> frozenset[str]:
    """The ledgers whose rows of earlier months a roll-up needs; of all others the recorded figures are enough."""
    return frozenset(
        operand.function.ledger
        for code in catalog.elements
        if _is_opened(catalog, code)
        for operand in recipe(catalog, code).rows.values()
    )


@dataclass(frozen=True, slots=True)
class Pool:
    """The coverage of a recomputed element: which units are expected, which are in, and in which months."""

    expected: tuple[str, ...]
    reported: tuple[str, ...]
    months: Mapping[str, tuple[Period, ...]]
    gaps: Mapping[str, tuple[Period, ...]]
    not_applicable: frozenset[str]


@dataclass
class Pooling:
    """The recomputation of one element over the recorded months of a span, for the street or for one unit."""

    returns: Returns
    element: Element
    recorded: tuple[Period, ...]
    only_unit: str = ""
    how: Recipe = field(init=False)
    months: tuple[Period, ...] = field(init=False)
    pool: Pool = field(init=False)
    _partial: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.how = recipe(self.returns.catalog, self.element.code)
        self.months = self.recorded[-1:] if self.is_of_last_month else self.recorded
        self.pool = self._coverage()

    def _element_operands(self, kind: UnitKind) -> tuple[str, ...]:
        elements = self.returns.catalog.elements
        return tuple(code for code in self.how.elements if kind in self.returns.kinds_asked(elements[code]))

    def _rows_operands(self, kind: UnitKind) -> tuple[RowsOperand, ...]:
        ledgers = self.returns.catalog.ledgers
        return tuple(
            operand
            for operand in self.how.rows.values()
            if reads_rows_of(operand.rows_of, kind) and ledgers[operand.function.ledger].of.includes(kind)
        )

    def _operands_in(self, month: Period, kind: UnitKind) -> tuple[tuple[str, ...], tuple[RowsOperand, ...]]:
        """What is needed of such a unit in a month: stocks only in the last one."""
        elements, rows = self._element_operands(kind), self._rows_operands(kind)
        if month == self.months[-1]:
            return elements, rows
        catalog = self.returns.catalog
        return (
            tuple(code for code in elements if catalog.elements[code].over_months is not Over.LAST),
            tuple(operand for operand in rows if not operand.is_of_last_month),
        )

    @property
    def needs_records(self) -> bool:
        """Whether it is computed from what units report at all, and not from the list of units alone."""
        return bool(self.how.rows or elements_of(self.how.tree))

    @property
    def is_of_last_month(self) -> bool:
        """Whether only the last month counts: for a stock, and for a ratio of stocks."""
        if self.element.over_months is Over.LAST:
            return True
        catalog = self.returns.catalog
        elements = [catalog.elements[code].over_months is Over.LAST for code in self.how.elements]
        rows = [operand.is_of_last_month for operand in self.how.rows.values()]
        return bool(elements or rows) and all(elements) and all(rows)

    def _coverage(self) -> Pool:
        found: dict[str, dict[Period, ValueState]] = {}
        is_of_street = self.element.of is Asked.STREET
        kinds = UnitKind if is_of_street else self.returns.kinds_asked(self.element)
        for month in self.months:
            operands = {kind: self._operands_in(month, kind) for kind in kinds}
            for unit in self.returns.open_units(month):
                if unit.kind not in operands or self.only_unit not in ("", unit.code):
                    continue
                state = self._state(unit, month, *operands[unit.kind])
                if state is not ValueState.NOT_ASKED:
                    found.setdefault(unit.code, {})[month] = state
        ordered = [unit.code for unit in self.returns.street.units if unit.code in found]
        return self._pool_of({unit: found[unit] for unit in ordered})

    def _state(self, unit: OrgUnit, month: Period, elements: Sequence[str], rows: Sequence[RowsOperand]) -> ValueState:
        """Whether all operands of a unit exist in a month."""
        if not elements and not rows:
            return ValueState.NOT_ASKED
        if self.returns.submission(unit.code, month) is None:
            return ValueState.MISSING
        values = [self.returns.value(code, unit.code, month) for code in elements]
        sheets = [self.returns.sheet(operand.function.ledger, unit.code, month) for operand in rows]
        states = [item.state if item else ValueState.NOT_ASKED for item in (*values, *sheets)]
        if all(state is ValueState.NOT_ASKED for state in states):
            return ValueState.NOT_ASKED
        if all(state.counts for state in states):
            return self._state_of_known(unit, month, values)
        is_covered = all(state.is_reported for state in states)
        return ValueState.NOT_APPLICABLE if is_covered else ValueState.MISSING

    def _state_of_known(self, unit: OrgUnit, month: Period, values: Sequence[DataValue | None]) -> ValueState:
        """A quotient of parts that lack rows says nothing; a list or a count that lacks some is marked as short."""
        own = self.returns.value(self.element.code, unit.code, month)
        if not any(value is not None and value.is_partial for value in (own, *values)):
            return ValueState.VALUE
        if self.element.measure in (Measure.RATIO, Measure.AVERAGE):
            return ValueState.MISSING
        self._partial.add(unit.code)
        return ValueState.VALUE

    def _pool_of(self, found: Mapping[str, Mapping[Period, ValueState]]) -> Pool:
        needs_last = self._needs_last_month()
        months, gaps, not_applicable = {}, {}, set()
        for unit, states in found.items():
            known = tuple(month for month, state in states.items() if state is ValueState.VALUE)
            gaps[unit] = tuple(month for month, state in states.items() if state is ValueState.MISSING)
            # Without its last month it would stand above the line and not below it.
            if known and not (needs_last and known[-1] != self.months[-1]):
                months[unit] = known
            elif not gaps[unit]:
                not_applicable.add(unit)
        whole = [unit for unit in found if not gaps[unit] and unit not in self._partial]
        reported = tuple(unit for unit in whole if unit in months or unit in not_applicable)
        return Pool(tuple(found), reported, months, gaps, frozenset(not_applicable))

    def _needs_last_month(self) -> bool:
        elements = self.returns.catalog.elements
        return any(elements[code].over_months is Over.LAST for code in self.how.elements) or any(
            operand.is_of_last_month for operand in self.how.rows.values()
        )

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
                [(month, self.returns.value(code, unit, month)) for month in months_used(element, months)],
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
                value = self._number(element.code, unit, month)
                weight = self._number(element.weight, unit, month)
                numerator += value * weight
                denominator += weight
        return numerator / denominator if denominator else Gap.MISSING

    def _number(self, code: str, unit: str, month: Period) -> Decimal:
        value = self.returns.value(code, unit, month)
        assert value is not None  # noqa: S101  # the month is covered
        assert isinstance(value.value, Decimal)  # noqa: S101  # the linter lets only numbers be weighed
        return value.value

    def rows_value(self, code: str) -> Scalar:
        """A function over the rows of all covered units and months together; each row is read in its own month."""
        operand = self.how.rows[code]
        ledger = self.returns.catalog.ledgers[operand.function.ledger]
        gather = engine.gatherer(operand.function)
        values: list[Scalar] = []
        for unit, months in self.pool.months.items():
            kind = self.returns.street.unit(unit).kind
            if not reads_rows_of(operand.rows_of, kind) or not ledger.of.includes(kind):
                continue
            for month in months[-1:] if operand.is_of_last_month else months:
                values.extend(gather(self.returns.scope(unit, month)) or ())
        return engine.summarise(operand.function, values)

    def applies_to_nobody(self) -> bool:
        """Whether every unit expected said that it has none of what is averaged or divided."""
        own = [
            self.returns.value(self.element.code, unit, month)
            for unit, months in self.pool.months.items()
            for month in months
        ]
        is_none = all(value is not None and value.state is ValueState.NOT_APPLICABLE for value in own)
        return (
            bool(self.pool.expected)
            and is_none
            and {*self.pool.months, *self.pool.not_applicable} == {*self.pool.expected}
        )

    def sources(self) -> tuple[DataValue, ...]:
        """The addends: the element itself where units have it, its operands where they have not."""
        found = (
            self.returns.value(code, unit, month)
            for unit, months in self.pool.months.items()
            for month in months
            for code in self._source_codes(month)
        )
        return tuple(value for value in found if value is not None and value.state.is_reported)

    def _source_codes(self, month: Period) -> tuple[str, ...]:
        own = () if self.element.of is Asked.STREET else (self.element.code,)
        codes = dict.fromkeys([*own, *self.how.elements])
        elements = self.returns.catalog.elements
        is_last = month == self.months[-1]
        return tuple(code for code in codes if is_last or elements[code].over_months is not Over.LAST)
