"""Bound expressions as live Excel formulas: derived elements, rules, and the marks of ledger rows.

Only functions of Excel 2010 and WPS 2016 are used. Inside a formula a gap is an error value, so that it spreads by
itself and every operand is written once; truth is 1, 0 and 0.5, so that MIN and MAX are Kleene's `and` and `or`. What
cannot be said exactly is not said: these functions then yield None and the engine alone decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from aggregator.form.formula_scope import (
    FormulaScope,
    NotLiveError,
    absolute,
    equals_text,
    number_literal,
    quoted,
    says_not_applicable,
    serial,
    text_literal,
)
from aggregator.form.places import NOT_APPLICABLE_TEXTS
from aggregator.form.row_comparisons import kind_of, product
from aggregator.form.row_formulas import Rows
from aggregator.model.definition import Ledger, MissingPolicy, Rule, ValueType
from aggregator.model.expression import (
    Aggregate,
    Arithmetic,
    Call,
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
from aggregator.model.value import Gap, Scalar

PASSED, FAILED, UNDECIDED = "通过", "不符", "待填"
#: Excel's own limit of one formula.
_LONGEST_FORMULA = 8192
_SIGNS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
# Ratios are not exact in binary; nine places are far below what anybody states and far above the noise.
_RATIO_PLACES = 9
_GAP = "NA()"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with its equals sign; `is_array` when it must be entered as an array formula."""

    text: str
    is_array: bool = False


def element_formula(scope: FormulaScope, code: str) -> Formula | None:
    """The formula of a derived element's cell; None when Excel cannot compute it."""
    node = scope.element(code).expression
    return None if node is None else _made(scope, lambda live: live.shown(node))


def rule_formula(scope: FormulaScope, rule: Rule) -> Formula | None:
    """The formula of a rule's result, 通过, 不符 or 待填; None when Excel cannot decide it."""
    return _made(
        scope, lambda live: live.result(rule), zero=rule.missing is MissingPolicy.ZERO, tolerance=rule.tolerance
    )


def row_rule_formula(scope: FormulaScope, ledger: Ledger, rule: Rule) -> Formula | None:
    """The formula that counts the rows of a ledger that break a row rule; None when Excel cannot."""
    return _made(scope, lambda _live: f"SUMPRODUCT(1*{_broken(scope, ledger, rule, single_row=False)})")


def row_mark_formula(scope: FormulaScope, ledger: Ledger, rule: Rule) -> Formula | None:
    """The condition, written for the first row, under which a row breaks a row rule."""
    return _made(scope, lambda _live: f"{_broken(scope, ledger, rule, single_row=True)}>0")


def incomplete_rows_formula(scope: FormulaScope, ledger: Ledger, required: tuple[str, ...]) -> Formula:
    """The formula that counts started rows that lack a required cell."""
    rows = Rows(scope, ledger.code, scope.layout.ledgers[ledger.code])
    return Formula(f"=SUMPRODUCT(1*{rows.lacks(required)})" if required else "=0")


def row_count_formula(scope: FormulaScope, ledger: Ledger, answers_of_none: tuple[str, ...]) -> Formula:
    """The formula of a ledger's number of rows: empty when there are none and nobody said that there are none."""
    area = scope.layout.ledgers[ledger.code]
    filled = f"SUMPRODUCT(1*{Rows(scope, ledger.code, area).exists()})".replace(quoted(area.sheet), "")
    says_none = ",".join(f"{absolute(area.answer_cell)}={text_literal(answer)}" for answer in answers_of_none)
    return Formula(f'=IF({filled}>0,{filled},IF(OR({says_none}),0,""))')


def _broken(scope: FormulaScope, ledger: Ledger, rule: Rule, *, single_row: bool) -> str:
    """1 for rows that a rule is asked of and that certainly break it."""
    rows = Rows(scope, ledger.code, scope.layout.ledgers[ledger.code], single_row)
    asked = [rows.truth(rule.when).yes] if rule.when is not None else []
    return product([rows.exists(), *asked, rows.truth(rule.check).no])


def _made(
    scope: FormulaScope, write: Callable[[_Live], str], *, zero: bool = False, tolerance: Decimal = Decimal(0)
) -> Formula | None:
    live = _Live(scope, zero, tolerance)
    try:
        text = "=" + write(live)
    except NotLiveError:
        return None
    return Formula(text, live.is_array) if len(text) <= _LONGEST_FORMULA else None


@dataclass
class _Live:
    """Formulas over the cells of one form; `is_array` is set when a part must be entered as an array formula."""

    scope: FormulaScope
    blank_is_zero: bool = False
    tolerance: Decimal = Decimal(0)
    is_array: bool = field(default=False, init=False)

    # ---- what a cell shows

    def shown(self, node: Node) -> str:
        """A derived cell: its value, empty while something is missing, 不适用 when every part is."""
        gaps = self._gap_cells(node)
        shown = f'IFERROR({self.value(node)},"")'
        if not gaps:
            return shown
        none_applies = ",".join(says_not_applicable(cell) for cell in gaps)
        return f"IF(AND({none_applies}),{text_literal(NOT_APPLICABLE_TEXTS[0])},{shown})"

    def _gap_cells(self, node: Node) -> list[str] | None:
        """The cells that make the whole not applicable when all of them are; None when nothing can."""
        reference = _reference(node)
        if reference is not None:
            cell = self._cell(node, reference.code)
            return [cell] if cell and self._allows_gap(reference.code) else None
        if isinstance(node, Arithmetic) and node.operator in "+-":
            left, right = self._gap_cells(node.left), self._gap_cells(node.right)
            return [*left, *right] if left is not None and right is not None else None
        return None

    def _allows_gap(self, code: str) -> bool:
        element = self.scope.element(code)
        if element.expression is None:
            return element.allows_not_applicable
        return self._gap_cells(element.expression) is not None

    def result(self, rule: Rule) -> str:
        """A rule's result as text; a rule that is not asked of this return passes."""
        truth = self.truth(self._inlined(rule.check))
        if rule.when is not None:
            truth = f"CHOOSE(1+2*{self.truth(self._inlined(rule.when))},1,0.5,{truth})"
        return f"CHOOSE(1+2*{truth},{text_literal(FAILED)},{text_literal(UNDECIDED)},{text_literal(PASSED)})"

    def _inlined(self, node: Node) -> Node:
        """Where blanks are 0, derived elements by their expressions: they lack only what their own blank parts lack."""
        if not self.blank_is_zero:
            return node
        if isinstance(node, ElementRef):
            expression = self.scope.element(node.code).expression
            return node if expression is None else self._inlined(expression)
        if isinstance(node, Arithmetic | Comparison):
            return replace(node, left=self._inlined(node.left), right=self._inlined(node.right))
        if isinstance(node, Logic):
            return replace(node, parts=tuple(map(self._inlined, node.parts)))
        if isinstance(node, Negation):
            return replace(node, part=self._inlined(node.part))
        if isinstance(node, Membership):
            return replace(node, item=self._inlined(node.item))
        if isinstance(node, Call) and _reference(node) is None:
            return replace(node, arguments=tuple(map(self._inlined, node.arguments)))
        return node

    # ---- truth: 1, 0, and 0.5 for undecided

    def truth(self, node: Node) -> str:
        """Whether a condition holds."""
        if isinstance(node, Comparison):
            return self._comparison(node)
        if isinstance(node, Logic):
            parts = ",".join(self.truth(part) for part in node.parts)
            return f"{'MIN' if node.operator == 'and' else 'MAX'}({parts})"
        if isinstance(node, Negation):
            return f"(1-{self.truth(node.part)})"
        if isinstance(node, Membership):
            return self._membership(node)
        if isinstance(node, Call):
            return self._condition(node)
        if isinstance(node, Aggregate) and node.function == "any":
            return f"IFERROR(IF({self.value(node)}>0,1,0),0.5)"
        raise NotLiveError(type(node).__name__)

    def _comparison(self, node: Comparison) -> str:
        kinds = (self.kind(node.left), self.kind(node.right))
        left, right, sign = self._side(node.left, kinds), self._side(node.right, kinds), _SIGNS[node.operator]
        if "gap" in kinds:
            return "0.5"
        if kinds[0] != kinds[1] and set(kinds) != {"date", "text"}:
            return "0.5"
        if self.tolerance and node.operator in {"==", "!="} and kinds == ("number", "number"):
            near, far = ("1", "0") if node.operator == "==" else ("0", "1")
            difference = f"ROUND(ABS({left}-{right}),{_RATIO_PLACES})"
            return f"IFERROR(IF({difference}<={number_literal(self.tolerance)},{near},{far}),0.5)"
        if kinds == ("text", "text"):
            if node.operator not in {"==", "!="}:
                raise NotLiveError("texts without an order")
            same = f"EXACT({left},{right})"
            return f"IFERROR(IF({same},{'1,0' if sign == '=' else '0,1'}),0.5)"
        return f"IFERROR(IF({left}{sign}{right},1,0),0.5)"

    def _side(self, node: Node, kinds: tuple[str, str]) -> str:
        """One side; a text beside a date is a date, and what is not exact in binary is rounded first."""
        literal = (
            node.value
            if isinstance(node, Text)
            else self.scope.setting(node.code)
            if isinstance(node, SettingRef)
            else None
        )
        if "date" in kinds and isinstance(literal, str):
            try:
                return str(serial(date.fromisoformat(literal)))
            except ValueError:
                return _GAP
        value = self.value(node)
        return f"ROUND({value},{_RATIO_PLACES})" if self.places(node) is None else value

    def _membership(self, node: Membership) -> str:
        kind, value = self.kind(node.item), self.value(node.item)
        same = []
        for choice in node.choices:
            if isinstance(choice, Text) and kind == "text":
                same.append(equals_text(value, choice.value))
            elif isinstance(choice, Number) and kind == "number":
                same.append(f"{value}={number_literal(choice.value)}")
        inside = f"OR({','.join(same)})" if same else f"{value}<>{value}"
        return f"IFERROR(IF({inside},{'0,1' if node.negated else '1,0'}),0.5)"

    def _condition(self, node: Call) -> str:
        if node.function == "when":
            condition, consequence = node.arguments
            return f"MAX(1-{self.truth(condition)},{self.truth(consequence)})"
        if node.function in {"both_or_neither", "not_both"}:
            one, other = (self._filled(part) for part in node.arguments)
            return f"IF({one}={other},1,0)" if node.function == "both_or_neither" else f"(1-{one}*{other})"
        if node.function == "is_empty" and isinstance(node.arguments[0], ElementRef):
            cell = self.scope.cell(node.arguments[0].code)
            return f'IF({cell}="",1,0)' if cell else "1"
        if node.function in {"in_period", "in_year"}:
            period = self.scope.period if node.function == "in_period" else self.scope.period.year_to_date()
            day = self.value(node.arguments[0])
            first, after = serial(period.start), serial(period.end) + 1
            return f"IFERROR(IF({day}>={first},IF({day}<{after},1,0),0),0.5)"
        raise NotLiveError(node.function)

    def _filled(self, node: Node) -> str:
        """1 where something other than 0 stands, else 0."""
        if isinstance(node, Comparison | Logic | Negation | Membership):
            return f"INT({self.truth(node)})"
        nothing = "0" if self.kind(node) == "number" else '""'
        return f"IFERROR(IF({self.value(node)}<>{nothing},1,0),0)"

    # ---- values: an error where there is none

    def value(self, node: Node) -> str:
        """What an expression yields."""
        if isinstance(node, Number):
            return number_literal(node.value)
        if isinstance(node, Text):
            return text_literal(node.value)
        if isinstance(node, SettingRef):
            return _literal(self.scope.setting(node.code))
        if isinstance(node, ElementRef):
            return self._element(node.code)
        if isinstance(node, Arithmetic):
            return self._arithmetic(node)
        if isinstance(node, Aggregate):
            return self._aggregate(node)
        if isinstance(node, Call):
            return self._call(node)
        raise NotLiveError(type(node).__name__)

    def _element(self, code: str, *, gap: str = "") -> str:
        """This month's value. `gap` is what stands for not applicable where that adds nothing."""
        return self._known(self.scope.cell(code), code, gap=gap, blank="0" if self.blank_is_zero else _GAP)

    def _known(self, cell: str | None, code: str, *, gap: str = "", blank: str = _GAP) -> str:
        """A cell's value, or what stands for it."""
        if cell is None:
            return _GAP
        kind = kind_of(self.scope.element(code).type)
        if kind == "text":
            return f'IF(OR({cell}="",{says_not_applicable(cell)}),{_GAP},{cell})'
        otherwise = f'IF({cell}="",{blank},{_GAP})' if kind == "number" and blank != _GAP else _GAP
        if gap and self._allows_gap(code):
            otherwise = f"IF({says_not_applicable(cell)},{gap},{otherwise})"
        return f"IF(ISNUMBER({cell}),{cell},{otherwise})"

    def _arithmetic(self, node: Arithmetic) -> str:
        kinds = {self.kind(node.left), self.kind(node.right)}
        if "gap" in kinds:
            return _GAP
        if kinds != {"number"}:
            raise NotLiveError("arithmetic wants numbers")
        if node.operator in "+-":
            return self._chain(node)
        if self._gap_cells(node.left) is not None and self._gap_cells(node.right) is not None:
            raise NotLiveError("a product of two values that may both be not applicable")
        return f"({self.value(node.left)}{node.operator}{self.value(node.right)})"

    def _chain(self, node: Arithmetic) -> str:
        """A sum: what is not applicable adds nothing, unless every part is."""
        terms = list(_terms(node))
        text = "".join(f"{sign}{self._term(term)}" for sign, term in terms).removeprefix("+")
        places = self.places(node)
        total = f"ROUND({text},{places})" if places else f"({text})"
        gaps = self._gap_cells(node)
        return f"IF(COUNT({','.join(gaps)})=0,{_GAP},{total})" if gaps else total

    def _cell(self, node: Node, code: str) -> str | None:
        """The cell of an element, of its last month or of its year so far."""
        if isinstance(node, ElementRef):
            return self.scope.cell(code)
        return self.scope.last_cell(code) if _is_last(node) else self.scope.year_cell(code)

    def _term(self, node: Node) -> str:
        if isinstance(node, ElementRef):
            return self._element(node.code, gap="0")
        reference = _reference(node)
        if reference is not None:
            return self._of_another_time(node, reference.code, gap="0")
        if self._gap_cells(node) is not None:
            raise NotLiveError("a part of a sum that may be not applicable")
        return self.value(node)

    def _aggregate(self, node: Aggregate) -> str:
        area = self.scope.area(node.ledger)
        if area is None:
            return _GAP
        rows = Rows(self.scope, node.ledger, area)
        formula = rows.aggregate(node)
        self.is_array = self.is_array or rows.is_array
        if self.blank_is_zero:
            return formula
        return f"IF(ISNUMBER({quoted(area.sheet)}{absolute(area.rows_cell)}),{formula},{_GAP})"

    def _call(self, node: Call) -> str:
        period = self.scope.period
        constants = {
            "period_end": str(serial(period.end)), "period_start": str(serial(period.start)),
            "this_year": str(period.year),
        }  # fmt: skip
        if node.function in constants:
            return constants[node.function]
        reference = _reference(node)
        if reference is not None:
            return self._of_another_time(node, reference.code)
        if node.function == "share":
            part, whole = node.arguments
            return f"({self.value(part)}*100/{self.value(whole)})"
        if node.function == "abs":
            return f"ABS({self.value(node.arguments[0])})"
        if node.function == "length":
            return f"LEN({self.value(node.arguments[0])})"
        if node.function in {"year", "month"}:
            return f"{node.function.upper()}({self.value(node.arguments[0])})"
        raise NotLiveError(node.function)

    def _of_another_time(self, node: Node, code: str, *, gap: str = "") -> str:
        if self.blank_is_zero and _is_last(node):
            raise NotLiveError("a blank of last month and no last month look alike")
        return self._known(self._cell(node, code), code, gap=gap)

    # ---- what is known of an expression without computing it

    def kind(self, node: Node) -> str:
        """Number, text or date; gap for a setting that nobody gave."""
        if isinstance(node, SettingRef):
            setting = self.scope.setting(node.code)
            return "gap" if isinstance(setting, Gap) else "number" if isinstance(setting, Decimal) else "text"
        if isinstance(node, Text):
            return "text"
        if isinstance(node, ElementRef):
            return kind_of(self.scope.element(node.code).type)
        if isinstance(node, Call) and node.function in {"last", "ytd"}:
            return self.kind(node.arguments[0])
        if isinstance(node, Call) and node.function in {"period_end", "period_start"}:
            return "date"
        return self._kind_of_rows(node) if isinstance(node, Aggregate) else "number"

    def _kind_of_rows(self, node: Aggregate) -> str:
        column = getattr(node.value, "column", "")
        if node.function not in {"min", "max"} or not column:
            return "number"
        return kind_of(self.scope.catalog.ledgers[node.ledger].column(column).type)

    def places(self, node: Node) -> int | None:
        """How many decimals a value has at most; None when it may have any number of them."""
        if isinstance(node, Number):
            return max(0, -int(node.value.as_tuple().exponent))
        if isinstance(node, ElementRef):
            element = self.scope.element(node.code)
            if element.type is ValueType.INT or not element.type.is_number:
                return 0
            return element.places if element.expression is None else self.places(element.expression)
        if isinstance(node, SettingRef):
            setting = self.scope.setting(node.code)
            return self.places(Number(setting)) if isinstance(setting, Decimal) else 0
        if isinstance(node, Arithmetic) and node.operator in "+-":
            left, right = self.places(node.left), self.places(node.right)
            return None if left is None or right is None else max(left, right)
        if isinstance(node, Call) and node.function in {"last", "ytd", "abs"}:
            return self.places(node.arguments[0])
        if isinstance(node, Aggregate):
            return self._places_of_rows(node)
        return None if isinstance(node, Arithmetic) or getattr(node, "function", "") == "share" else 0

    def _places_of_rows(self, node: Aggregate) -> int | None:
        if node.function in {"count", "any", "distinct"}:
            return 0
        column = getattr(node.value, "column", "")
        if not column or node.function == "mean":
            return None
        definition = self.scope.catalog.ledgers[node.ledger].column(column)
        return 0 if definition.type is ValueType.INT or not definition.type.is_number else max(definition.places, 2)


def _reference(node: Node) -> ElementRef | None:
    """The element that a node is, be it of last month or of the year so far."""
    if isinstance(node, Call) and node.function in {"last", "ytd"}:
        node = node.arguments[0]
    return node if isinstance(node, ElementRef) else None


def _is_last(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "last"


def _terms(node: Node, sign: str = "+") -> list[tuple[str, Node]]:
    """The parts of a sum with their signs."""
    if not isinstance(node, Arithmetic) or node.operator not in "+-":
        return [(sign, node)]
    turned = sign if node.operator == "+" else ("-" if sign == "+" else "+")
    return [*_terms(node.left, sign), *_terms(node.right, turned)]


def _literal(value: Scalar) -> str:
    if isinstance(value, Decimal):
        return number_literal(value)
    return text_literal(value) if isinstance(value, str) else _GAP
