"""Which rows meet a condition, found for all of them at once where the condition's shape allows it.

Undecided is no match, so that only the rows for which a condition is true need be known: of `a and b` those that meet
`b` among those that meet `a`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from aggregator.model.expression import (
    Call,
    ColumnRef,
    Comparison,
    Logic,
    Membership,
    Negation,
    Node,
    Number,
    Text,
    walk,
)
from aggregator.model.value import Cells, Gap, LedgerRow, Scalar

S = TypeVar("S")
Rows = Sequence[LedgerRow]
#: What a condition yields for the cells of one row.
RowCondition = Callable[[S, Cells], Scalar]
Chooser = Callable[[S, Rows], Rows]
_BLANK = (Gap.MISSING, "")
_NO_CELLS: Cells = {}


def chooser(condition: Node, compiled: Callable[[Node], RowCondition[S]]) -> Chooser[S]:
    """The function that chooses the rows for which a condition is true; `compiled` decides a single row."""
    if isinstance(condition, Logic):
        parts = [chooser(part, compiled) for part in condition.parts]
        return _meeting_all(parts) if condition.operator == "and" else _meeting_any(parts)
    if isinstance(condition, Comparison) and isinstance(condition.left, ColumnRef):
        return _compared(condition, condition.left, compiled)
    if isinstance(condition, Membership) and isinstance(condition.item, ColumnRef):
        return _with_one_of(condition.item.column, values_written(condition), negated=condition.negated)
    if (column := _asked_whether_empty(condition)) is not None:
        return lambda _scope, rows: [row for row in rows if row.cells.get(column, Gap.MISSING) in _BLANK]
    if isinstance(condition, Negation):
        if (filled := _asked_whether_empty(condition.part)) is not None:
            return lambda _scope, rows: [row for row in rows if row.cells.get(filled, Gap.MISSING) not in _BLANK]
        opposite = negated(condition.part)
        if not isinstance(opposite, Negation):
            return chooser(opposite, compiled)
    return _one_by_one(condition, compiled)


def negated(node: Node) -> Node:
    """The condition that is true where another is false, and undecided where that one is."""
    if isinstance(node, Comparison):
        return Comparison(_OPPOSITE[node.operator], node.left, node.right)
    if isinstance(node, Membership):
        return Membership(node.item, node.choices, not node.negated)
    if isinstance(node, Logic):
        return Logic("or" if node.operator == "and" else "and", tuple(map(negated, node.parts)))
    return node.part if isinstance(node, Negation) else Negation(node)


def _one_by_one(condition: Node, compiled: Callable[[Node], RowCondition[S]]) -> Chooser[S]:
    is_met = compiled(condition)
    return lambda scope, rows: [row for row in rows if is_met(scope, row.cells) is True]


def _meeting_all(parts: Sequence[Chooser[S]]) -> Chooser[S]:
    def choose(scope: S, rows: Rows) -> Rows:
        for part in parts:
            rows = part(scope, rows)
        return rows

    return choose


def _meeting_any(parts: Sequence[Chooser[S]]) -> Chooser[S]:
    def choose(scope: S, rows: Rows) -> Rows:
        chosen: set[int] = set()
        for part in parts:
            chosen.update(map(id, part(scope, rows)))
        return [row for row in rows if id(row) in chosen]

    return choose


def _compared(node: Comparison, left: ColumnRef, compiled: Callable[[Node], RowCondition[S]]) -> Chooser[S]:
    """A column against a text, or against a number or date that is the same for all rows."""
    column, right = left.column, node.right
    if isinstance(right, Text) and node.operator in {"==", "!="} and not is_date(right.value):
        return _with_text(left, right.value, is_equal=node.operator == "==")
    if left.ranks or isinstance(right, Text) or any(isinstance(part, ColumnRef) for part in walk(right)):
        return _one_by_one(node, compiled)
    bound, one_by_one, compare = compiled(right), _one_by_one(node, compiled), COMPARE[node.operator]

    def choose(scope: S, rows: Rows) -> Rows:
        limit = bound(scope, _NO_CELLS)
        kind = type(limit)
        if kind is not Decimal and kind is not date:
            return one_by_one(scope, rows)
        return [row for row in rows if type(cell := row.cells.get(column)) is kind and compare(cell, limit)]

    return choose


def _with_text(column: ColumnRef, text: str, *, is_equal: bool) -> Chooser[S]:
    code, ranks = column.column, column.ranks
    if is_equal:
        return lambda _scope, rows: [row for row in rows if row.cells.get(code) == text]
    if ranks:
        return lambda _scope, rows: [row for row in rows if (cell := row.cells.get(code)) in ranks and cell != text]
    return lambda _scope, rows: [row for row in rows if type(cell := row.cells.get(code)) is str and cell != text]


def _with_one_of(column: str, choices: frozenset[Scalar], *, negated: bool) -> Chooser[S]:
    if not negated:
        return lambda _scope, rows: [row for row in rows if row.cells.get(column) in choices]
    missing = Gap.MISSING

    def choose(_scope: S, rows: Rows) -> Rows:
        known = [row for row in rows if not isinstance(row.cells.get(column, missing), Gap)]
        return [row for row in known if row.cells[column] not in choices]

    return choose


def _asked_whether_empty(node: Node) -> str | None:
    """The column of `is_empty(column)`."""
    if isinstance(node, Call) and node.function == "is_empty" and isinstance(node.arguments[0], ColumnRef):
        return node.arguments[0].column
    return None


def values_written(node: Membership) -> frozenset[Scalar]:
    """The values that `in` lists."""
    return frozenset(choice.value for choice in node.choices if isinstance(choice, Number | Text))


def is_date(text: str) -> bool:
    """Whether a text in the catalog or a setting is a date, which is compared as one."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
#: The comparisons of the dialect.
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
