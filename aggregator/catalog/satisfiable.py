"""Whether an expression can be true, and whether it can be false, for any legal values at all.

Interval arithmetic over the limits of elements and columns, and sets of truth values for logic. It errs on one side
only: what it calls impossible is impossible; it may miss an impossibility that hangs on several names at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from aggregator.model.catalog import Catalog
from aggregator.model.definition import ValueType
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
    Text,
)

_INFINITY = Decimal("Infinity")
_TRUE = frozenset({True})
_BOTH = frozenset({True, False})
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class _Range:
    low: Decimal = -_INFINITY
    high: Decimal = _INFINITY

    @property
    def is_empty(self) -> bool:
        return self.low > self.high


def can_be_true(node: Node, catalog: Catalog) -> bool:
    """Whether some legal values make it true."""
    return True in _Truths(catalog).of(node)


def can_be_false(node: Node, catalog: Catalog) -> bool:
    """Whether some legal values make it false."""
    return False in _Truths(catalog).of(node)


class _Truths:
    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def of(self, node: Node) -> frozenset[bool]:
        """The truth values that it may take."""
        if isinstance(node, Comparison):
            return self._comparison(node)
        if isinstance(node, Membership):
            return _BOTH if node.choices else frozenset({node.negated})
        if isinstance(node, Logic):
            return self._logic(node)
        if isinstance(node, Negation):
            return frozenset(not truth for truth in self.of(node.part))
        if isinstance(node, Call) and node.function == "when":
            return frozenset(
                not one or other for one in self.of(node.arguments[0]) for other in self.of(node.arguments[1])
            )
        return _BOTH

    def _logic(self, node: Logic) -> frozenset[bool]:
        decisive = node.operator == "or"
        parts = [self.of(part) for part in node.parts]
        truths = {not decisive} if all((not decisive) in part for part in parts) else set()
        truths |= {decisive} if any(decisive in part for part in parts) else set()
        if node.operator == "and" and any(found.is_empty for found in self._joint(node).values()):
            truths -= _TRUE
        return frozenset(truths)

    def _joint(self, node: Logic) -> Mapping[Node, _Range]:
        """What the comparisons of a conjunction leave of each name that is held against a number."""
        left: dict[Node, _Range] = {}
        for name, sign, number in _bounds(node):
            found = left.get(name, self.range(name))
            left[name] = _narrowed(found, sign, number, whole=self._is_whole(name))
        return left

    def _comparison(self, node: Comparison) -> frozenset[bool]:
        if node.left == node.right:
            return frozenset({node.operator in {"==", "<=", ">="}})
        if isinstance(node.left, Text) and isinstance(node.right, Text):
            return frozenset({(node.left.value == node.right.value) is (node.operator == "==")})
        left, right = self.range(node.left), self.range(node.right)
        return _compared(node.operator, left, right)

    def range(self, node: Node) -> _Range:
        """The numbers that it may be; everything where nothing is known."""
        if isinstance(node, Number):
            return _Range(node.value, node.value)
        if isinstance(node, ElementRef):
            return self._element(node.code)
        if isinstance(node, ColumnRef):
            column = self.catalog.ledgers[node.ledger].column(node.column)
            return _limits(column.minimum, column.maximum)
        if isinstance(node, Aggregate):
            return _aggregate_range(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Arithmetic):
            return _combined(node.operator, self.range(node.left), self.range(node.right))
        return _Range()

    def _element(self, code: str) -> _Range:
        element = self.catalog.elements[code]
        if element.expression is not None and element.minimum is None and element.maximum is None:
            return self.range(element.expression)
        return _limits(element.minimum, element.maximum)

    def _call(self, node: Call) -> _Range:
        if node.function in {"last", "least", "most"}:
            return self.range(node.arguments[0])
        if node.function in {"age", "length", "abs", "communities", "share"}:
            return _Range(low=Decimal(0)) if node.function != "share" else _Range()
        if node.function == "month":
            return _Range(Decimal(1), Decimal(12))
        return _Range()

    def _is_whole(self, node: Node) -> bool:
        if isinstance(node, ElementRef):
            return self.catalog.elements[node.code].type is ValueType.INT
        if isinstance(node, ColumnRef):
            return self.catalog.ledgers[node.ledger].column(node.column).type is ValueType.INT
        return isinstance(node, Aggregate) and node.function in {"count", "any", "distinct"}


def _bounds(node: Logic) -> Iterator[tuple[Node, str, Decimal]]:
    for part in node.parts:
        if not isinstance(part, Comparison):
            continue
        if isinstance(part.right, Number):
            yield part.left, part.operator, part.right.value
        elif isinstance(part.left, Number):
            yield part.right, _MIRRORED[part.operator], part.left.value


def _narrowed(found: _Range, sign: str, number: Decimal, *, whole: bool) -> _Range:
    step = Decimal(1) if whole else Decimal("1E-9")
    if sign == "==":
        return _Range(max(found.low, number), min(found.high, number))
    if sign in {"<", "<="}:
        return _Range(found.low, min(found.high, number - step if sign == "<" else number))
    if sign in {">", ">="}:
        return _Range(max(found.low, number + step if sign == ">" else number), found.high)
    return found


def _limits(low: Decimal | None, high: Decimal | None) -> _Range:
    return _Range(-_INFINITY if low is None else low, _INFINITY if high is None else high)


def _aggregate_range(node: Aggregate) -> _Range:
    if node.function == "any":
        return _Range(Decimal(0), Decimal(1))
    return _Range(low=Decimal(0)) if node.function in {"count", "distinct"} else _Range()


def _combined(sign: str, left: _Range, right: _Range) -> _Range:
    if sign == "+":
        return _Range(left.low + right.low, left.high + right.high)
    if sign == "-":
        return _Range(left.low - right.high, left.high - right.low)
    if sign == "*" and min(left.low, right.low) >= 0 and max(left.high, right.high) < _INFINITY:
        return _Range(left.low * right.low, left.high * right.high)
    return _Range()


def _compared(sign: str, left: _Range, right: _Range) -> frozenset[bool]:
    apart = left.high < right.low or left.low > right.high
    single = left.low == left.high == right.low == right.high
    if sign in {"==", "!="}:
        equal = frozenset({False}) if apart else frozenset({True}) if single else _BOTH
        return equal if sign == "==" else frozenset(not truth for truth in equal)
    if sign in {">", ">="}:
        left, right = right, left
    strict = sign in {"<", ">"}
    truths: frozenset[bool] = frozenset()
    if left.low < right.high or (not strict and left.low == right.high):
        truths |= _TRUE
    if left.high > right.low or (strict and left.high == right.low):
        truths |= _BOTH - _TRUE
    return frozenset(truths)
