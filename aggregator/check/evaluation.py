"""Deciding a rule, three-valued, and explaining why it failed: sides, operands with their cells, difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Protocol

from aggregator.check.wording import shown
from aggregator.model.definition import Rule
from aggregator.model.evaluate import Scope, compiled
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
from aggregator.model.value import Cells, Gap, Place, Scalar

_MOST_OPERANDS = 8
_SHOULD = {"==": "应等于", "!=": "不应等于", "<": "应小于", "<=": "应不大于", ">": "应大于", ">=": "应不小于"}


class Outcome(Enum):
    """What became of a rule: it held, it failed, it could not be decided, or its condition did not ask for it."""

    HELD = "held"
    FAILED = "failed"
    UNDECIDED = "undecided"
    NOT_ASKED = "not_asked"


def judge(rule: Rule, scope: Scope, cells: Cells) -> Outcome:
    """The outcome of a rule; an undecided condition leaves the rule undecided."""
    return judge_of(rule)(scope, cells)


@lru_cache(maxsize=1024)
def judge_of(rule: Rule) -> Callable[[Scope, Cells], Outcome]:
    """What decides a rule, made once for many units and rows: to look a tree up costs more than to evaluate it."""
    check = compiled(tolerant(rule.check, rule.tolerance))
    when = compiled(tolerant(rule.when, rule.tolerance)) if rule.when is not None else None

    def decide(scope: Scope, cells: Cells) -> Outcome:
        asked = when(scope, cells) if when else True
        if asked is False:
            return Outcome.NOT_ASKED
        truth = check(scope, cells) if asked is True else None
        if isinstance(truth, bool | Decimal):  # `any(…)` yields 1 or 0
            return Outcome.HELD if truth else Outcome.FAILED
        return Outcome.UNDECIDED

    return decide


@lru_cache(maxsize=1024)
def tolerant(node: Node, tolerance: Decimal) -> Node:
    """The tree with each equality true within the tolerance; inequalities stay exact."""
    if not tolerance:
        return node
    if isinstance(node, Comparison) and node.operator in {"==", "!="} and not _is_text(node):
        near = _near(node, tolerance)
        return near if node.operator == "==" else Negation(near)
    if isinstance(node, Logic):
        return Logic(node.operator, tuple(tolerant(part, tolerance) for part in node.parts))
    if isinstance(node, Negation):
        return Negation(tolerant(node.part, tolerance))
    if isinstance(node, Call):
        return Call(node.function, tuple(tolerant(part, tolerance) for part in node.arguments))
    return node


def _is_text(node: Comparison) -> bool:
    return any(isinstance(side, Text | ColumnRef) for side in (node.left, node.right))


def _near(node: Comparison, tolerance: Decimal) -> Node:
    """Equal, or different by no more than the tolerance.

    The difference alone would not do: a sum reads what is not applicable as nothing, a comparison with it is undecided.
    """
    difference = Call("abs", (Arithmetic("-", node.left, node.right),))
    return Logic(
        "or",
        (
            Comparison("==", node.left, node.right),
            Logic(
                "and",
                (Comparison("!=", node.left, node.right), Comparison("<=", difference, Number(tolerance))),
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class Operand:
    """One thing that an expression reads: its name with its cell, what stands there, and where."""

    label: str
    value: Scalar
    text: str
    place: Place | None
    code: str = ""
    is_typed: bool = False
    verb: str = "为"

    @property
    def told(self) -> str:
        """Its name with what stands there: 党员总数（D5）填报 312, 来信数（D10）未填."""
        return f"{self.label}{self.verb} {self.text}" if self.verb else f"{self.label}{self.text}"


class Names(Protocol):
    """How the things that a rule reads are called, and where they stand."""

    def element(self, code: str, function: str, value: Scalar) -> Operand:
        """An element, or its `last` or `ytd`."""

    def setting(self, code: str, value: Scalar) -> Operand:
        """A setting of the street."""

    def column(self, node: ColumnRef, value: Scalar) -> Operand:
        """A cell of the row at hand."""

    def rows(self, node: Aggregate, value: Scalar) -> Operand:
        """What the rows of a ledger yield, with the rows that count."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a rule failed: the part that decided, its two sides when it compares, and every operand of it."""

    statement: str
    left: Scalar
    right: Scalar
    imbalance: Decimal | None
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression's surroundings: where values come from and what they are called."""

    scope: Scope
    cells: Cells
    names: Names

    def value(self, node: Node) -> Scalar:
        """What a part of the expression yields."""
        return compiled(node)(self.scope, self.cells)

    def operand(self, node: Node) -> Operand | None:
        """The operand that a part is, None when it is made of several."""
        if isinstance(node, ElementRef):
            return self.names.element(node.code, "", self.value(node))
        if isinstance(node, SettingRef):
            return self.names.setting(node.code, self.value(node))
        if isinstance(node, ColumnRef):
            return self.names.column(node, self.value(node))
        if isinstance(node, Aggregate):
            return self.names.rows(node, self.value(node))
        if isinstance(node, Call) and node.function in {"last", "ytd", "least", "most", "growth", "points"}:
            reference = node.arguments[0]
            if isinstance(reference, ElementRef):
                return self.names.element(reference.code, node.function, self.value(node))
        return None

    def operands(self, node: Node) -> tuple[Operand, ...]:
        """All operands below a part, each once, in the order in which they are written."""
        found: dict[str, Operand] = {}
        for operand in self._operands(node):
            found.setdefault(operand.label, operand)
        return tuple(found.values())

    def _operands(self, node: Node) -> Iterator[Operand]:
        operand = self.operand(node)
        if operand is not None:
            yield operand
            return
        for part in _parts(node):
            yield from self._operands(part)


def _parts(node: Node) -> Sequence[Node]:
    if isinstance(node, Arithmetic | Comparison):
        return (node.left, node.right)
    if isinstance(node, Logic):
        return node.parts
    if isinstance(node, Membership):
        return (node.item,)
    if isinstance(node, Negation):
        return (node.part,)
    return node.arguments if isinstance(node, Call) else ()


def explain(rule: Rule, reading: Reading) -> Failure:
    """Why a failed rule failed, in the words of the reading."""
    part = _deciding(rule.check, reading, rule.tolerance)
    left: Scalar = Gap.MISSING
    right: Scalar = Gap.MISSING
    imbalance = None
    if isinstance(part, Comparison):
        left, right = reading.value(part.left), reading.value(part.right)
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            imbalance = left - right
    around = _around(rule, part, reading)
    operands = (*reading.operands(part), *around)
    if rule.message:
        statement = _written_message(rule, _sides(part, reading, imbalance), operands)
    else:
        statement = "；".join(filter(None, (_statement(part, rule, reading), _listed(around))))
    return Failure(statement, left, right, imbalance, operands)


def _around(rule: Rule, part: Node, reading: Reading) -> tuple[Operand, ...]:
    """What the rule reads beside the part that decided: its condition, and the rest of its check."""
    told = {operand.label for operand in reading.operands(part)}
    outer = (*reading.operands(rule.check), *(reading.operands(rule.when) if rule.when is not None else ()))
    return tuple({operand.label: operand for operand in outer if operand.label not in told}.values())


def _deciding(node: Node, reading: Reading, tolerance: Decimal) -> Node:
    """The innermost part whose falsehood made the whole false."""
    if isinstance(node, Logic):
        false = [part for part in node.parts if reading.value(tolerant(part, tolerance)) is False]
        # Of `is_empty(x) or x <= y` the comparison tells more: it stands last.
        return _deciding(false[0] if node.operator == "and" else false[-1], reading, tolerance)
    if isinstance(node, Call) and node.function == "when":
        return _deciding(node.arguments[1], reading, tolerance)
    return node


def _sides(part: Node, reading: Reading, imbalance: Decimal | None) -> dict[str, str]:
    """What a message may call {left}, {right} and {imbalance}."""
    if not isinstance(part, Comparison):
        return {}
    difference = shown(abs(imbalance)) if imbalance is not None else ""
    return {"left": _text(part.left, reading), "right": _text(part.right, reading), "imbalance": difference}


def _text(node: Node, reading: Reading) -> str:
    """What a part yields; an operand may have masked it."""
    operand = reading.operand(node)
    if operand is not None:
        return operand.text
    value = reading.value(node)
    # A text made of several cells may hold a masked one.
    return shown(value) if isinstance(node, Text) or not isinstance(value, str) else ""


class _Facts(Mapping[str, str]):
    """The names that a rule's own message may use; an unknown one stays as it is written."""

    def __init__(self, facts: dict[str, str]) -> None:
        self._facts = facts

    def __getitem__(self, name: str) -> str:
        return self._facts.get(name, f"{{{name}}}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def _written_message(rule: Rule, sides: dict[str, str], operands: Sequence[Operand]) -> str:
    """The rule's own sentence with its values, then the operands: every value stands beside its cell."""
    facts = {operand.code: operand.text for operand in operands if operand.code}
    sentence = rule.message.rstrip("。；").format_map(_Facts(facts | sides))
    listed = _listed(operands)
    return f"{sentence}（{listed}）" if listed else sentence


def _listed(operands: Sequence[Operand]) -> str:
    told = "，".join(operand.told for operand in operands[:_MOST_OPERANDS])
    return f"{told}，等{len(operands)}项" if len(operands) > _MOST_OPERANDS else told


def _statement(part: Node, rule: Rule, reading: Reading) -> str:
    """A sentence made of the names and the operator."""
    if isinstance(part, Comparison):
        return _comparison(part, reading)
    if isinstance(part, Membership):
        choices = "、".join(shown(reading.value(choice)) for choice in part.choices)
        should = "不应为" if part.negated else "应为"
        return f"{_phrase(part.item, reading)}，{should}{choices}"
    if isinstance(part, Negation) and _is_empty(part.part):
        return f"{_label(part.part, reading)}未填，按“{rule.name}”应填写"
    if _is_empty(part):
        return f"{_phrase(part, reading)}，按“{rule.name}”应为空"
    listed = _listed(reading.operands(part))
    return f"不符合“{rule.name}”（{listed}）" if listed else f"不符合“{rule.name}”"


def _is_empty(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "is_empty"


def _comparison(part: Comparison, reading: Reading) -> str:
    left, right = reading.value(part.left), reading.value(part.right)
    phrases = f"{_phrase(part.left, reading)}，"
    if part.operator == "==":
        phrases += _phrase(part.right, reading)
    else:
        phrases += f"{_SHOULD[part.operator]}{_label(part.right, reading)}{_spaced(part.right, reading)}"
    if isinstance(left, Decimal) and isinstance(right, Decimal) and left != right:
        phrases += f"，相差 {shown(abs(left - right))}"
    elif part.operator == "==" and reading.operand(part.right) is not None:
        phrases += "，两者应一致"
    made = [side for side in (part.left, part.right) if reading.operand(side) is None]
    return "；".join(filter(None, (phrases, *(_listed(reading.operands(side)) for side in made))))


def _phrase(node: Node, reading: Reading) -> str:
    """A side with its value: 党员总数（D7）填报 312, 各分项合计 310, or a value alone."""
    operand = reading.operand(node)
    if operand is not None:
        return operand.told
    label = _label(node, reading)
    text = _text(node, reading)
    if not text:
        return _listed(reading.operands(node))
    return f"{label} {text}" if label.endswith("合计") else f"{label}为 {text}" if label else f"应为 {text}"


def _spaced(node: Node, reading: Reading) -> str:
    text = _text(node, reading)
    return f"的 {text}" if text and _label(node, reading) else f" {text}" if text else ""


_CALLED = {
    "abs": "差额", "age": "年龄", "year": "年份", "month": "月份", "length": "字数", "period_end": "本期末",
    "period_start": "本期初", "this_year": "本年", "communities": "社区数",
}  # fmt: skip


def _label(node: Node, reading: Reading) -> str:
    """What a part is called, without its value."""
    operand = reading.operand(node)
    if operand is not None:
        return operand.label
    if isinstance(node, Arithmetic):
        return "各分项合计" if _is_sum(node) else f"“{_formula(node, reading)}”"
    if isinstance(node, Call):
        inner = "、".join(filter(None, (_label(argument, reading) for argument in node.arguments)))
        if node.function == "share":
            first, second = (_label(argument, reading) for argument in node.arguments)
            return f"{first}占{second}的百分比"
        called = _CALLED.get(node.function, "")
        return f"{inner}的{called}" if inner and called else inner or called
    return ""


def _is_sum(node: Node) -> bool:
    if isinstance(node, Arithmetic):
        return node.operator == "+" and _is_sum(node.left) and _is_sum(node.right)
    return not isinstance(node, Number)


def _formula(node: Node, reading: Reading) -> str:
    if isinstance(node, Arithmetic):
        signs = {"+": "＋", "-": "－", "*": "×", "/": "÷"}
        left, right = _formula(node.left, reading), _formula(node.right, reading)
        # A minus sign is parsed as 0 - x.
        return f"{'' if node.operator == '-' and left == '0' else left}{signs[node.operator]}{right}"
    if isinstance(node, Number):
        return shown(node.value)
    return _label(node, reading)
