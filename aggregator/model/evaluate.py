"""Evaluation of expressions: three-valued, exact, each tree compiled once to nested functions.

A gap stands for the unknown. A comparison with a gap is undecided (a gap again); `and`, `or`, `not` follow Kleene; in a
row condition undecided is no match. Sums of elements skip what is not applicable and are missing when a part is.
"""

from __future__ import annotations

import operator
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from aggregator.model.choosing import COMPARE, Chooser, chooser, is_date, values_written
from aggregator.model.event_conditions import as_counted, events_asked
from aggregator.model.expression import (
    Aggregate,
    Arithmetic,
    Call,
    ColumnRef,
    Comparison,
    ElementRef,
    Logic,
    Membership,
    Negation,
    Node,
    Number,
    SettingRef,
    Text,
)
from aggregator.model.period import Period
from aggregator.model.value import Cells, Gap, LedgerRow, Scalar

Evaluator = Callable[["Scope", Cells], Scalar]
_NO_CELLS: Cells = {}
_ONE = Decimal(1)
_CALCULATE: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


class Scope(Protocol):
    """Where an expression finds its values: one unit's month, or the street."""

    @property
    def period(self) -> Period:
        """The period at hand."""

    def element(self, code: str) -> Scalar:
        """The value of an element here."""

    def last(self, code: str) -> Scalar:
        """Its value in the previous month."""

    def year_to_date(self, code: str) -> Scalar:
        """Its value from January to this month."""

    def setting(self, code: str) -> Scalar:
        """A setting of the street."""

    def rows(self, ledger: str, *, living: bool) -> Sequence[LedgerRow] | None:
        """Rows of a ledger; None when it is not known whether there are any."""

    def over_communities(self, code: str) -> Sequence[Decimal]:
        """The known values of an element, a community each (street level only)."""

    def communities(self) -> Decimal:
        """How many communities are open (street level only)."""

    def against(self, code: str, base: str) -> tuple[Scalar, Scalar]:
        """An element here and in a base period such as `last_year` or `last_term`, like with like (street only)."""


def evaluate(node: Node, scope: Scope) -> Scalar:
    """What an expression yields in a scope."""
    return compiled(node)(scope, _NO_CELLS)


def holds(node: Node, scope: Scope, row: LedgerRow) -> bool | None:
    """Whether a row condition is true of a row; None when it is undecided."""
    truth = compiled(node)(scope, row.cells)
    return truth if isinstance(truth, bool) else None


def matching(node: Aggregate, scope: Scope) -> Sequence[LedgerRow] | None:
    """The rows that an aggregate counts; None when the ledger's rows are not known."""
    rows = scope.rows(node.ledger, living=node.living)
    if rows is None or node.condition is None:
        return rows
    return counting(node.condition)(scope, rows)


@lru_cache(maxsize=4096)
def compiled(node: Node) -> Evaluator:
    """The function that evaluates a tree."""
    return _COMPILERS[type(node)](node)


@lru_cache(maxsize=4096)
def choosing(condition: Node) -> Chooser[Scope]:
    """The function that chooses the rows for which a condition is true."""
    return chooser(condition, compiled)


@lru_cache(maxsize=4096)
def counting(condition: Node) -> Chooser[Scope]:
    """The function that chooses the rows that count: by their dates, and those whose event is reported late."""
    choose = choosing(condition)
    if not events_asked(condition):
        return choose

    def count(scope: Scope, rows: Sequence[LedgerRow]) -> Sequence[LedgerRow]:
        if not any(row.late_events for row in rows):
            return choose(scope, rows)
        return [row for row in rows if compiled(as_counted(condition, row.late_events))(scope, row.cells) is True]

    return count


def _constant(node: Number | Text) -> Evaluator:
    value = node.value
    return lambda _scope, _cells: value


def _element(node: ElementRef) -> Evaluator:
    code = node.code
    return lambda scope, _cells: scope.element(code)


def _setting(node: SettingRef) -> Evaluator:
    code = node.code
    return lambda scope, _cells: scope.setting(code)


def _cell(node: ColumnRef) -> Evaluator:
    column = node.column
    missing = Gap.MISSING
    return lambda _scope, cells: cells.get(column, missing)


def _arithmetic(node: Arithmetic) -> Evaluator:
    left, right = compiled(node.left), compiled(node.right)
    sign = node.operator

    def arithmetic(scope: Scope, cells: Cells) -> Scalar:
        return _combine(sign, left(scope, cells), right(scope, cells))

    return arithmetic


def _combine(sign: str, left: Scalar, right: Scalar) -> Scalar:
    if sign in "+-":
        if left is Gap.NOT_APPLICABLE and isinstance(right, Decimal):
            return right if sign == "+" else -right
        if right is Gap.NOT_APPLICABLE and isinstance(left, Decimal):
            return left
    for side in (left, right):
        if isinstance(side, Gap):
            return side if left is right else Gap.MISSING
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return Gap.UNREADABLE
    if sign == "/" and not right:
        return Gap.MISSING
    return _CALCULATE[sign](left, right)


def _comparison(node: Comparison) -> Evaluator:
    left, right = compiled(node.left), compiled(node.right)
    ranks = next((side.ranks for side in (node.left, node.right) if isinstance(side, ColumnRef) and side.ranks), ())
    compare = COMPARE[node.operator]

    def comparison(scope: Scope, cells: Cells) -> Scalar:
        one, other = left(scope, cells), right(scope, cells)
        if type(one) is type(other) and type(one) is not Gap:
            return compare(one, other)
        if isinstance(one, Gap) or isinstance(other, Gap):
            return Gap.MISSING
        if isinstance(one, date) and isinstance(other, str) and is_date(other):
            return compare(one, date.fromisoformat(other))
        return Gap.UNREADABLE

    def comparison_of_ranks(scope: Scope, cells: Cells) -> Scalar:
        one, other = left(scope, cells), right(scope, cells)
        if isinstance(one, Gap) or isinstance(other, Gap):
            return Gap.MISSING
        if one not in ranks or other not in ranks:
            return Gap.UNREADABLE
        return compare(ranks.index(str(one)), ranks.index(str(other)))

    return comparison_of_ranks if ranks else comparison


def _membership(node: Membership) -> Evaluator:
    item = compiled(node.item)
    choices = values_written(node)
    negated = node.negated

    def membership(scope: Scope, cells: Cells) -> Scalar:
        value = item(scope, cells)
        return Gap.MISSING if isinstance(value, Gap) else (value in choices) is not negated

    return membership


def _logic(node: Logic) -> Evaluator:
    parts = tuple(compiled(part) for part in node.parts)
    decisive = node.operator == "or"

    def logic(scope: Scope, cells: Cells) -> Scalar:
        undecided = False
        for part in parts:
            truth = part(scope, cells)
            if truth is decisive:
                return decisive
            undecided = undecided or not isinstance(truth, bool)
        return Gap.MISSING if undecided else not decisive

    return logic


def _negation(node: Negation) -> Evaluator:
    part = compiled(node.part)

    def negation(scope: Scope, cells: Cells) -> Scalar:
        truth = part(scope, cells)
        return not truth if isinstance(truth, bool) else Gap.MISSING

    return negation


def _call(node: Call) -> Evaluator:
    if node.function in _ELEMENT_FUNCTIONS:
        return _ELEMENT_FUNCTIONS[node.function](node)
    function = _VALUE_FUNCTIONS[node.function]
    arguments = tuple(compiled(argument) for argument in node.arguments)
    if len(arguments) == 1:
        argument = arguments[0]
        return lambda scope, cells: function(scope, argument(scope, cells))
    return lambda scope, cells: function(scope, *[argument(scope, cells) for argument in arguments])


def _code_of(node: Call) -> str:
    reference = node.arguments[0]
    assert isinstance(reference, ElementRef)  # noqa: S101  # the linter of the catalog guarantees it
    return reference.code


def _last(node: Call) -> Evaluator:
    code = _code_of(node)
    return lambda scope, _cells: scope.last(code)


def _ytd(node: Call) -> Evaluator:
    code = _code_of(node)
    return lambda scope, _cells: scope.year_to_date(code)


def _extreme(node: Call) -> Evaluator:
    code, choose = _code_of(node), min if node.function == "least" else max

    def extreme(scope: Scope, _cells: Cells) -> Scalar:
        values = scope.over_communities(code)
        return choose(values) if values else Gap.MISSING

    return extreme


def _versus_base(node: Call) -> Evaluator:
    code, base = _code_of(node), node.arguments[1]
    assert isinstance(base, Text)  # noqa: S101  # the linter of the catalog guarantees it
    name, relative = base.value, node.function == "growth"

    def versus_base(scope: Scope, _cells: Cells) -> Scalar:
        now, then = scope.against(code, name)
        if not isinstance(now, Decimal) or not isinstance(then, Decimal):
            return Gap.MISSING
        if not relative:
            return now - then
        return (now - then) * 100 / then if then > 0 else Gap.MISSING

    return versus_base


_ELEMENT_FUNCTIONS: dict[str, Callable[[Call], Evaluator]] = {
    "last": _last, "ytd": _ytd, "least": _extreme, "most": _extreme, "growth": _versus_base, "points": _versus_base,
}  # fmt: skip


def completed_years(born: date, on: date) -> int:
    """Age in completed years (周岁) on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _age(scope: Scope, born: Scalar) -> Scalar:
    return Decimal(completed_years(born, scope.period.end)) if isinstance(born, date) else Gap.MISSING


def _in_period(scope: Scope, day: Scalar) -> Scalar:
    return day in scope.period if isinstance(day, date) else Gap.MISSING


def _in_year(scope: Scope, day: Scalar) -> Scalar:
    return day in scope.period.year_to_date() if isinstance(day, date) else Gap.MISSING


def _share(_scope: Scope, part: Scalar, whole: Scalar) -> Scalar:
    if not isinstance(part, Decimal) or not isinstance(whole, Decimal) or not whole:
        return Gap.MISSING
    return part * 100 / whole


def _when(_scope: Scope, condition: Scalar, consequence: Scalar) -> Scalar:
    if condition is False or consequence is True:
        return True
    return False if condition is True and consequence is False else Gap.MISSING


def _is_filled(value: Scalar) -> bool:
    """Whether something stands there: a number other than 0, or any text."""
    return not isinstance(value, Gap) and value not in (Decimal(0), "", False)


def _pair(*, both: bool) -> Callable[[Scope, Scalar, Scalar], Scalar]:
    def pair(_scope: Scope, one: Scalar, other: Scalar) -> Scalar:
        if both:
            return _is_filled(one) == _is_filled(other)
        return not (_is_filled(one) and _is_filled(other))

    return pair


def _length(_scope: Scope, text: Scalar) -> Scalar:
    return Decimal(len(text)) if isinstance(text, str) else Gap.MISSING


def _matches(_scope: Scope, text: Scalar, pattern: Scalar) -> Scalar:
    if not isinstance(text, str) or not isinstance(pattern, str):
        return Gap.MISSING
    return re.fullmatch(pattern, text) is not None


def _absolute(_scope: Scope, value: Scalar) -> Scalar:
    return abs(value) if isinstance(value, Decimal) else Gap.MISSING


def _join(_scope: Scope, one: Scalar, other: Scalar) -> Scalar:
    texts = [plain_text(part) for part in (one, other) if not isinstance(part, Gap)]
    return "".join(texts) if texts else Gap.MISSING


def plain_text(value: Scalar) -> str:
    """A value as one text: numbers without trailing zeros, dates as 2026年10月3日, several names joined by 、."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, tuple):
        return "、".join(value)
    return "" if isinstance(value, Gap) else value


_VALUE_FUNCTIONS: dict[str, Callable[..., Scalar]] = {
    "age": _age,
    "in_period": _in_period,
    "in_year": _in_year,
    "year": lambda _scope, day: Decimal(day.year) if isinstance(day, date) else Gap.MISSING,
    "month": lambda _scope, day: Decimal(day.month) if isinstance(day, date) else Gap.MISSING,
    "is_empty": lambda _scope, value: value is Gap.MISSING or value == "",
    "length": _length,
    "matches": _matches,
    "join": _join,
    "period_end": lambda scope: scope.period.end,
    "period_start": lambda scope: scope.period.start,
    "this_year": lambda scope: Decimal(scope.period.year),
    "communities": lambda scope: scope.communities(),
    "share": _share,
    "abs": _absolute,
    "when": _when,
    "both_or_neither": _pair(both=True),
    "not_both": _pair(both=False),
}


def _aggregate(node: Aggregate) -> Evaluator:
    gather = gatherer(node)

    def aggregate(scope: Scope, _cells: Cells) -> Scalar:
        values = gather(scope)
        return Gap.MISSING if values is None else summarise(node, values)

    return aggregate


@lru_cache(maxsize=4096)
def gatherer(node: Aggregate) -> Callable[[Scope], list[Scalar] | None]:
    """The function that finds an aggregate's values, one a row that it counts; None where the rows are not known."""
    choose = counting(node.condition) if node.condition is not None else None
    value = compiled(node.value) if node.value is not None else None

    def gather(scope: Scope) -> list[Scalar] | None:
        rows = scope.rows(node.ledger, living=node.living)
        if rows is None:
            return None
        if choose is not None:
            rows = choose(scope, rows)
        if value is None:
            return [_ONE] * len(rows)
        return [known for row in rows if not isinstance(known := value(scope, row.cells), Gap)]

    return gather


def summarise(node: Aggregate, values: Sequence[Scalar]) -> Scalar:
    """What an aggregate makes of the values found, from one unit or from many."""
    return _SUMMARIES[node.function](node, values)


def _numbers(values: Sequence[Scalar]) -> Iterator[Decimal]:
    return (value for value in values if isinstance(value, Decimal))


def _mean(_node: Aggregate, values: Sequence[Scalar]) -> Scalar:
    numbers = list(_numbers(values))
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else Gap.MISSING


def _outermost(node: Aggregate, values: Sequence[Scalar]) -> Scalar:
    choose = min if node.function == "min" else max
    comparable = [value for value in values if isinstance(value, Decimal | date)]
    return choose(comparable) if comparable else Gap.MISSING


def _texts(values: Sequence[Scalar]) -> Iterator[str]:
    """The values as texts, without blanks around them and without empty ones: two spellings of a gap are no names."""
    texts = (plain_text(value).strip() for value in values)
    return (text for text in texts if text)


def _names(_node: Aggregate, values: Sequence[Scalar]) -> Scalar:
    return tuple(dict.fromkeys(_texts(values)))


def _top(node: Aggregate, values: Sequence[Scalar]) -> Scalar:
    counted = Counter(_texts(values))
    return tuple(sorted(counted, key=lambda name: (-counted[name], name))[: node.size])


def _level(node: Aggregate, values: Sequence[Scalar]) -> Scalar:
    ranks = node.value.ranks if isinstance(node.value, ColumnRef) else ()
    places = sorted(ranks.index(value) for value in values if isinstance(value, str) and value in ranks)
    return ranks[statistics.median_low(places)] if places else Gap.MISSING


def _distinct(_node: Aggregate, values: Sequence[Scalar]) -> Scalar:
    return Decimal(len(set(_texts(values))))


_SUMMARIES: dict[str, Callable[[Aggregate, Sequence[Scalar]], Scalar]] = {
    "count": lambda _node, values: Decimal(len(values)),
    "any": lambda _node, values: Decimal(1 if values else 0),
    "sum": lambda _node, values: sum(_numbers(values), Decimal(0)),
    "mean": _mean,
    "min": _outermost,
    "max": _outermost,
    "distinct": _distinct,
    "list": _names,
    "top": _top,
    "level": _level,
}
_COMPILERS: dict[type, Callable[..., Evaluator]] = {
    Number: _constant,
    Text: _constant,
    ElementRef: _element,
    SettingRef: _setting,
    ColumnRef: _cell,
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    Membership: _membership,
    Logic: _logic,
    Negation: _negation,
    Call: _call,
    Aggregate: _aggregate,
}
