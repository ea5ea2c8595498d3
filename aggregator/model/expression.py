"""The one expression dialect: text to a bound syntax tree.

The tree is evaluated by `evaluate` and compiled to an Excel formula by the form; see `docs/catalog.md`.
Python's own parser reads the text; every name is resolved here, so that an unknown one is a fault with its place and
not a surprise at run time.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, get_args


class ExpressionError(ValueError):
    """An expression that cannot be read, with the reason."""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """A literal text."""

    value: str


@dataclass(frozen=True, slots=True)
class ElementRef:
    """The value of an element in the unit and period at hand."""

    code: str


@dataclass(frozen=True, slots=True)
class SettingRef:
    """A setting of the street."""

    code: str


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A cell of the ledger row at hand; `ranks` holds the values of an ordered code list, lowest first."""

    ledger: str
    column: str
    ranks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left operator right`, operator one of + - * /."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`, operator one of == != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Membership:
    """`item in [..]`, or not in."""

    item: Node
    choices: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` over two or more parts."""

    operator: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """`not part`."""

    part: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of values, such as `age(d)` or `share(a, b)`."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function over the rows of a ledger: which rows, under which condition, of which value."""

    function: str
    ledger: str
    value: Node | None = None
    condition: Node | None = None
    living: bool = True
    size: int = 0


Node = (
    Number
    | Text
    | ElementRef
    | SettingRef
    | ColumnRef
    | Arithmetic
    | Comparison
    | Membership
    | Logic
    | Negation
    | Call
    | Aggregate
)
_NODES = get_args(Node)

AGGREGATES = frozenset({"count", "any", "sum", "mean", "min", "max", "distinct", "list", "top", "level"})
_WITHOUT_VALUE = frozenset({"count", "any"})
#: Functions of cells and elements with the number of their arguments.
FUNCTIONS = {
    "age": 1, "in_period": 1, "in_year": 1, "year": 1, "month": 1, "is_empty": 1, "length": 1, "matches": 2, "join": 2,
    "period_end": 0, "period_start": 0, "this_year": 0, "share": 2, "last": 1, "ytd": 1, "abs": 1,
    "least": 1, "most": 1, "communities": 0, "growth": 2, "points": 2,
    "when": 2, "both_or_neither": 2, "not_both": 2,
}  # fmt: skip
#: Functions that make sense at street level only.
STREET_FUNCTIONS = frozenset({"least", "most", "communities", "growth", "points"})
_AGAINST_BASE = frozenset({"growth", "points"})
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


class Names(Protocol):
    """What the parser must know of the catalog to resolve names."""

    def elements(self) -> Iterable[str]:
        """Codes of all elements."""

    def settings(self) -> Iterable[str]:
        """Codes of all settings."""

    def ledgers(self) -> Iterable[str]:
        """Codes of all ledgers."""

    def columns(self, ledger: str) -> Iterable[str]:
        """Codes of a ledger's columns."""

    def ranks(self, ledger: str, column: str) -> tuple[str, ...]:
        """Values of the column's code list when it is ordered, else nothing."""


def parse(text: str, names: Names, *, ledger: str = "") -> Node:
    """The tree of an expression; inside `ledger` bare names are its columns. Raises ExpressionError."""
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as fault:
        raise ExpressionError(f"cannot be read near column {fault.offset}: {text!r}") from None
    return _Binder(names, ledger).bind(body)


def walk(node: Node | None) -> Iterator[Node]:
    """The node and all below it, parents first."""
    if node is None:
        return
    yield node
    for name in node.__slots__:  # the names of its fields; dataclasses.fields is many times slower
        inner = getattr(node, name)
        for part in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(part, _NODES):
                yield from walk(part)


def with_parts(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node with each of its parts changed."""
    parts: dict[str, Any] = {}
    for name in node.__slots__:
        inner = getattr(node, name)
        if isinstance(inner, tuple):
            parts[name] = tuple(change(part) if isinstance(part, _NODES) else part for part in inner)
        else:
            parts[name] = change(inner) if isinstance(inner, _NODES) else inner
    return type(node)(**parts)


def elements_of(node: Node | None) -> tuple[str, ...]:
    """Codes of the elements that it reads, each once, in order."""
    return tuple(dict.fromkeys(part.code for part in walk(node) if isinstance(part, ElementRef)))


def ledgers_of(node: Node | None) -> tuple[str, ...]:
    """Codes of the ledgers that it reads, each once, in order."""
    return tuple(dict.fromkeys(part.ledger for part in walk(node) if isinstance(part, Aggregate)))


class _Binder:
    """Turns Python's tree into ours and resolves every name on the way."""

    def __init__(self, names: Names, ledger: str) -> None:
        self.names = names
        self.ledger = ledger

    def bind(self, node: ast.expr) -> Node:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise ExpressionError(f"uses {type(node).__name__}, which the dialect does not have")
        bound: Node = method(node)
        return bound

    def _constant(self, node: ast.Constant) -> Node:
        if isinstance(node.value, str):
            return Text(node.value)
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise ExpressionError(f"uses the literal {node.value!r}")
        return Number(Decimal(str(node.value)))

    def _name(self, node: ast.Name) -> Node:
        if self.ledger and node.id in self.names.columns(self.ledger):
            return self._column(self.ledger, node.id)
        if node.id in self.names.elements():
            return ElementRef(node.id)
        if node.id in self.names.settings():
            return SettingRef(node.id)
        known = [
            *self.names.elements(),
            *self.names.settings(),
            *(self.names.columns(self.ledger) if self.ledger else ()),
        ]
        raise ExpressionError(f"unknown name {node.id!r}{_nearest(node.id, known)}")

    def _attribute(self, node: ast.Attribute) -> Node:
        if not isinstance(node.value, ast.Name):
            raise ExpressionError("a column is written ledger.column")
        return self._column(self._ledger_name(node.value.id), node.attr)

    def _column(self, ledger: str, column: str) -> ColumnRef:
        known = list(self.names.columns(ledger))
        if column not in known:
            raise ExpressionError(f"ledger {ledger!r} has no column {column!r}{_nearest(column, known)}")
        return ColumnRef(ledger, column, self.names.ranks(ledger, column))

    def _ledger_name(self, code: str) -> str:
        known = list(self.names.ledgers())
        if code not in known:
            raise ExpressionError(f"unknown ledger {code!r}{_nearest(code, known)}")
        return code

    def _binop(self, node: ast.BinOp) -> Node:
        operator = _OPERATORS.get(type(node.op))
        if operator is None:
            raise ExpressionError(f"uses the operator {type(node.op).__name__}")
        left, right = self.bind(node.left), self.bind(node.right)
        if isinstance(left, Text) or isinstance(right, Text):
            raise ExpressionError(f"a text cannot be calculated with {operator}")
        return Arithmetic(operator, left, right)

    def _unaryop(self, node: ast.UnaryOp) -> Node:
        if isinstance(node.op, ast.Not):
            return Negation(self.bind(node.operand))
        if isinstance(node.op, ast.USub):
            return Arithmetic("-", Number(Decimal(0)), self.bind(node.operand))
        raise ExpressionError(f"uses the operator {type(node.op).__name__}")

    def _boolop(self, node: ast.BoolOp) -> Node:
        return Logic("and" if isinstance(node.op, ast.And) else "or", tuple(self.bind(part) for part in node.values))

    def _compare(self, node: ast.Compare) -> Node:
        operands = [node.left, *node.comparators]
        parts = tuple(
            self._one_comparison(operator, left, right)
            for operator, left, right in zip(node.ops, operands, operands[1:], strict=False)
        )
        return parts[0] if len(parts) == 1 else Logic("and", parts)

    def _one_comparison(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> Node:
        if isinstance(operator, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple):
                raise ExpressionError("`in` wants a list of values")
            choices = tuple(self.bind(item) for item in right.elts)
            if not all(isinstance(choice, Number | Text) for choice in choices):
                raise ExpressionError("`in` wants a list of values written out")
            return Membership(self.bind(left), choices, isinstance(operator, ast.NotIn))
        sign = _OPERATORS.get(type(operator))
        if sign is None:
            raise ExpressionError(f"uses the comparison {type(operator).__name__}")
        return self._ranked(Comparison(sign, self.bind(left), self.bind(right)))

    def _ranked(self, node: Comparison) -> Comparison:
        """Refuse a rank comparison with a text that its ordered list does not hold."""
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, ColumnRef) and one.ranks and isinstance(other, Text) and other.value not in one.ranks:
                raise ExpressionError(f"{other.value!r} is not in the list of {one.column!r}: {'、'.join(one.ranks)}")
        return node

    def _call(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise ExpressionError("calls something that is no function of the dialect")
        function = node.func.id
        if function in AGGREGATES:
            return self._aggregate(function, node.args)
        if function not in FUNCTIONS:
            raise ExpressionError(f"unknown function {function!r}{_nearest(function, [*FUNCTIONS, *AGGREGATES])}")
        if len(node.args) != FUNCTIONS[function]:
            raise ExpressionError(f"{function} takes {FUNCTIONS[function]} arguments, not {len(node.args)}")
        call = Call(function, tuple(self.bind(argument) for argument in node.args))
        if function in _AGAINST_BASE and not isinstance(call.arguments[1], Text):
            raise ExpressionError(f"{function} wants the name of a base")
        return call

    def _aggregate(self, function: str, arguments: list[ast.expr]) -> Node:
        if not arguments or len(arguments) > (3 if function == "top" else 2):
            raise ExpressionError(f"{function} takes a ledger or a column, and a condition")
        subject, *rest = arguments
        size = 0
        if function == "top" and rest and isinstance(rest[-1], ast.Constant) and isinstance(rest[-1].value, int):
            size = rest.pop().value  # type: ignore[attr-defined]  # narrowed one line above
        ledger, living, value = self._subject(function, subject)
        condition = _Binder(self.names, ledger).bind(rest[0]) if rest else None
        if inner := next((part for part in (*walk(value), *walk(condition)) if isinstance(part, Aggregate)), None):
            raise ExpressionError(f"{inner.function} stands inside another {function}")
        return Aggregate(function, ledger, value, condition, living, size or (3 if function == "top" else 0))

    def _subject(self, function: str, subject: ast.expr) -> tuple[str, bool, Node | None]:
        """Ledger, whether only living rows, and the value wanted of each row."""
        if function in _WITHOUT_VALUE:
            ledger, living = self._rows(subject)
            return ledger, living, None
        ledgers = dict.fromkeys(found for part in ast.walk(subject) if (found := self._ledger_in(part)))
        if len(ledgers) != 1:
            raise ExpressionError(f"{function} wants a column of one ledger, written ledger.column")
        ledger = next(iter(ledgers))
        return ledger, True, _Binder(self.names, ledger).bind(subject)

    def _ledger_in(self, node: ast.AST) -> str:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self._ledger_name(node.value.id)
        return ""

    def _rows(self, subject: ast.expr) -> tuple[str, bool]:
        if isinstance(subject, ast.Name):
            return self._ledger_name(subject.id), True
        if (
            isinstance(subject, ast.Call)
            and isinstance(subject.func, ast.Name)
            and subject.func.id == "all_rows"
            and len(subject.args) == 1
            and isinstance(subject.args[0], ast.Name)
        ):
            return self._ledger_name(subject.args[0].id), False
        raise ExpressionError("wants a ledger, or all_rows(ledger)")


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
