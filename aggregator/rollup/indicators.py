"""Derived indicators of one unit's month: what its form counts from ledgers and computes from other figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache

from aggregator.model.absent import Absent, Columns, columns_read
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element
from aggregator.model.evaluate import Evaluator, compiled, matching
from aggregator.model.events import by_dates_alone
from aggregator.model.expression import Aggregate, Node, elements_of, ledgers_of, walk
from aggregator.model.late_event import Standing
from aggregator.model.org_unit import Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.scope import UnitScope
from aggregator.model.value import DataValue, Gap, Place, Scalar, Submission, ValueState
from aggregator.rollup.unread import UnreadRows

#: Digits kept in sums and quotients: more than any total of this house needs, so that only a division rounds.
PRECISION = 50
_NO_MONTHS: Mapping[Period, Submission] = {}


def derive(
    submission: Submission, *, catalog: Catalog, street: Street, earlier: Mapping[Period, Submission] = _NO_MONTHS
) -> Submission:
    """The same return with every indicator of its unit's form computed anew; `earlier` are its recorded months."""
    derived = _derived(submission, catalog=catalog, street=street, earlier=earlier)
    if any(late.standing is Standing.COUNTED for late in submission.late_events):
        plain = _derived(by_dates_alone(derived), catalog=catalog, street=street, earlier=earlier)
        derived = replace(derived, by_dates=_moved(plain.values, derived.values))
    if submission.as_sent:
        sent = replace(derived, values={**derived.values, **submission.as_sent}, by_dates={})
        in_file = _derived(by_dates_alone(sent), catalog=catalog, street=street, earlier=earlier)
        moved = _moved(in_file.values, derived.values)
        derived = replace(derived, as_sent={**submission.as_sent, **moved})
    return derived


def _derived(
    submission: Submission, *, catalog: Catalog, street: Street, earlier: Mapping[Period, Submission]
) -> Submission:
    """The same return with its indicators computed from the values and rows that it has."""
    kind = street.unit(submission.unit).kind
    values = dict(submission.values)
    derived = replace(submission, values=values)
    scope = UnitScope(catalog, street, derived, earlier)
    unread = UnreadRows(scope, kind)
    absent = Absent.of(submission, catalog, kind)
    with localcontext(prec=PRECISION):
        for step in _steps(catalog, kind, catalog.blocks_on(street)):
            if not absent.takes(step.code, step.elements, step.columns):
                # Later expressions read this one through the same mapping.
                values[step.code] = _derived_value(step, scope, derived, unread)
    return derived


def _moved(plain: Mapping[str, DataValue], now: Mapping[str, DataValue]) -> dict[str, DataValue]:
    return {code: value for code, value in plain.items() if value.scalar != now[code].scalar}


@dataclass(frozen=True, slots=True)
class _Step:
    """One derived element: how it is computed, and from what."""

    code: str
    expression: Node
    compute: Evaluator
    elements: tuple[str, ...]
    ledgers: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]
    columns: Columns

    @classmethod
    def of(cls, code: str, node: Node, catalog: Catalog) -> _Step:
        """The step of an expression, whose tree is walked once for all units."""
        aggregates = tuple(part for part in walk(node) if isinstance(part, Aggregate))
        columns = columns_read(node, catalog)
        return cls(code, node, compiled(node), elements_of(node), ledgers_of(node), aggregates, columns)


@lru_cache(maxsize=64)
def _steps(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> tuple[_Step, ...]:
    """The derived elements of such a unit's form, each after those that it reads."""
    asked = {element.code: element for element in catalog.asked_elements(kind, blocks_on) if element.expression}
    ordered: dict[str, Element] = {}

    def place(element: Element) -> None:
        for code in elements_of(element.expression):
            if code in asked and code not in ordered:
                place(asked[code])
        ordered[element.code] = element

    for element in asked.values():
        if element.code not in ordered:
            place(element)
    return tuple(
        _Step.of(element.code, element.expression, catalog)
        for element in ordered.values()
        if element.expression is not None
    )


def _derived_value(step: _Step, scope: UnitScope, submission: Submission, unread: UnreadRows) -> DataValue:
    state, value = state_and_value(step.compute(scope, {}))
    if state is ValueState.MISSING and _is_of_no_rows(step.expression, scope):
        state = ValueState.NOT_APPLICABLE
    elif state is ValueState.MISSING and _reads_unreadable(step, submission):
        state = ValueState.UNREADABLE
    return DataValue(
        step.code,
        submission.unit,
        submission.period,
        state,
        value,
        _place(step, submission),
        repair="" if state is ValueState.UNREADABLE else _lacking(step, submission, unread),
        derived=True,
    )


def _lacking(step: _Step, submission: Submission, unread: UnreadRows) -> str:
    """What may be lacking in a derived value, in words; empty when nothing is."""
    rows = unread.of(step.aggregates)
    if rows:
        return f"有{rows}行登记未填全或无法识别，可能少计"
    values = (submission.values.get(code) for code in step.elements)
    return "所用的指标可能少计" if any(value is not None and value.is_partial for value in values) else ""


def _is_of_no_rows(node: Node, scope: UnitScope) -> bool:
    """Whether it is an average or extreme of rows that the unit says it has none of: nobody forgot anything."""
    return isinstance(node, Aggregate) and matching(node, scope) == []


def _reads_unreadable(step: _Step, submission: Submission) -> bool:
    """Whether something that it reads is there and cannot be read: nobody left it blank."""
    sheets = (submission.ledgers.get(code) for code in step.ledgers)
    values = (submission.values.get(code) for code in step.elements)
    return any(item is not None and item.state is ValueState.UNREADABLE for item in (*sheets, *values))


def state_and_value(found: Scalar) -> tuple[ValueState, Decimal | str | date | tuple[str, ...] | None]:
    """What an expression yielded, as a state and a value."""
    if found is Gap.NOT_APPLICABLE:
        return ValueState.NOT_APPLICABLE, None
    if isinstance(found, Gap):
        return ValueState.MISSING, None
    if isinstance(found, bool):
        return ValueState.VALUE, Decimal(found)
    return ValueState.VALUE, found


def _place(step: _Step, submission: Submission) -> Place:
    """Its cell in the form; where that shows nothing yet, the answer cell of the ledger that it counts, if it does."""
    if stated := submission.stated.get(step.code):
        return stated.place
    for code in step.ledgers:
        if sheet := submission.ledgers.get(code):
            return sheet.answer_place
    return submission.uncalculated.get(step.code, Place(submission.source.name))
