"""Row conditions and functions over ledger rows as formulas: arrays of 0 and 1 over a ledger's area.

A condition has two arrays, where it certainly holds and where it certainly does not; a row that is in neither is
undecided, exactly as `evaluate` says. With `single_row` the same arrays speak of the first row only, for conditional
formatting, which moves them down by itself.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from aggregator.form.formula_scope import (
    FormulaScope,
    NotLiveError,
    equals_text,
    number_literal,
    quoted,
    serial,
    text_literal,
)
from aggregator.form.places import LedgerArea
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
    SettingRef,
    Text,
)
from aggregator.model.value import Gap, Scalar

_SIGNS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_HOLDS: dict[str, Callable[[int, int], bool]] = {
    "==": int.__eq__, "!=": int.__ne__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a condition holds and where it does not, each 0 or 1 for every row.

    `needs_cell`: it can hold only where some cell of the row is filled, so that empty rows need no test of their own.
    """

    yes: str
    no: str
    needs_cell: bool = True


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison: its formula, what it is, and the tests that must hold for it to be known.

    `constant` is set for what is the same in every row. The kinds age, year and month keep the date they are made of.
    """

    formula: str
    kind: str
    guards: tuple[str, ...] = ()
    constant: Scalar | None = None
    ranks: tuple[str, ...] = ()

    @property
    def is_unknown(self) -> bool:
        """Whether it is a gap in every row."""
        return isinstance(self.constant, Gap)


_NEVER = Truth("0", "0")
_GAP = Operand("0", "gap", constant=Gap.MISSING)


@dataclass
class Rows:
    """Formulas over the rows of one ledger of a form."""

    scope: FormulaScope
    ledger: str
    area: LedgerArea
    single_row: bool = False
    is_array: bool = field(default=False, init=False)

    def column(self, code: str) -> str:
        """The cells of a column."""
        letter = self.area.columns[code]
        if self.single_row:
            return f"${letter}{self.area.first_row}"
        return f"{quoted(self.area.sheet)}${letter}${self.area.first_row}:${letter}${self.area.last_row}"

    def exists(self) -> str:
        """Whether anything stands in a row."""
        return "((" + "+".join(f'({self.column(code)}<>"")' for code in self.area.columns) + ")>0)"

    def lacks(self, codes: tuple[str, ...]) -> str:
        """Whether a row that holds something lacks one of these columns."""
        return self.exists() + "*((" + "+".join(f'({self.column(code)}="")' for code in codes) + ")>0)"

    # ---- conditions

    def truth(self, node: Node) -> Truth:
        """Where a condition holds and where it does not."""
        if isinstance(node, Logic):
            return self._logic(node)
        if isinstance(node, Negation):
            return self._negation(node)
        if isinstance(node, Membership):
            return self._membership(node)
        if isinstance(node, Comparison):
            return self._comparison(node)
        if isinstance(node, Call):
            return self._call(node)
        raise NotLiveError(type(node).__name__)

    def _logic(self, node: Logic) -> Truth:
        parts = [self.truth(part) for part in node.parts]
        yes, no = [part.yes for part in parts], [part.no for part in parts]
        needs = [part.needs_cell for part in parts]
        if node.operator == "and":
            return Truth(product(yes), either(no), needs_cell=any(needs))
        return Truth(either(yes), product(no), needs_cell=all(needs))

    def _negation(self, node: Negation) -> Truth:
        inner = self.truth(node.part)
        return Truth(inner.no, inner.yes, needs_cell=_is_emptiness(node.part))

    def _membership(self, node: Membership) -> Truth:
        item = self.operand(node.item)
        if item.is_unknown:
            return _NEVER
        choices = [choice.value for choice in node.choices if isinstance(choice, Number | Text)]
        one_of = [same for choice in choices if (same := _same(item, choice))]
        inside = product([*item.guards, either(one_of)]) if one_of else "0"
        outside = product([*item.guards, *(f"(1-{same})" for same in one_of)])
        return Truth(outside, inside) if node.negated else Truth(inside, outside)

    def _comparison(self, node: Comparison) -> Truth:
        left, right, sign = self.operand(node.left), self.operand(node.right), node.operator
        if left.is_unknown or right.is_unknown:
            return _NEVER
        if left.constant is not None and right.constant is None:
            left, right, sign = right, left, _TURNED[sign]
        right = _dated(left, right)
        ranks = left.ranks or right.ranks
        if ranks:
            return self._ranked(left, right, sign, ranks)
        if left.kind in _OF_DATES:
            return _OF_DATES[left.kind](left, right, sign, self)
        if left.kind != right.kind:
            return _NEVER
        return Truth(_compared(left, sign, right), _compared(left, _OPPOSITE[sign], right))

    def _ranked(self, left: Operand, right: Operand, sign: str, ranks: tuple[str, ...]) -> Truth:
        """By the place in an ordered list; a text that is not in it decides nothing."""
        if isinstance(right.constant, str):
            if right.constant not in ranks:
                return _NEVER
            rank = ranks.index(right.constant)
            chosen = [equals_text(left.formula, text) for i, text in enumerate(ranks) if _HOLDS[sign](i, rank)]
            others = [equals_text(left.formula, text) for i, text in enumerate(ranks) if not _HOLDS[sign](i, rank)]
            return Truth(either(chosen), either(others))
        one, other = _rank(left, ranks), _rank(right, ranks)
        known = [f"({one}>0)", f"({other}>0)"]
        yes, no = f"({one}{_SIGNS[sign]}{other})", f"({one}{_SIGNS[_OPPOSITE[sign]]}{other})"
        return Truth(product([*known, yes]), product([*known, no]))

    def _call(self, node: Call) -> Truth:
        if node.function in {"in_period", "in_year"}:
            return self._inside(node)
        if node.function == "is_empty":
            return self._empty(node.arguments[0])
        if node.function == "when":
            condition, consequence = (self.truth(part) for part in node.arguments)
            return Truth(
                either([condition.no, consequence.yes]), product([condition.yes, consequence.no]), needs_cell=False
            )
        if node.function in {"both_or_neither", "not_both"}:
            one, other = (self._filled(part) for part in node.arguments)
            no = f"({one}<>{other})" if node.function == "both_or_neither" else product([one, other])
            return Truth(f"(1-{no})", no, needs_cell=False)
        raise NotLiveError(node.function)

    def _inside(self, node: Call) -> Truth:
        day = self.operand(node.arguments[0])
        if day.is_unknown:
            return _NEVER
        if day.kind != "date" or day.constant is not None:
            raise NotLiveError(node.function)
        period = self.scope.period if node.function == "in_period" else self.scope.period.year_to_date()
        first, after = serial(period.start), serial(period.end) + 1
        inside = product([*day.guards, f"({day.formula}>={first})", f"({day.formula}<{after})"])
        outside = product([*day.guards, either([f"({day.formula}<{first})", f"({day.formula}>={after})"])])
        return Truth(inside, outside)

    def _empty(self, node: Node) -> Truth:
        cell = self.operand(node)
        if cell.is_unknown:
            return Truth("1", "0", needs_cell=False)
        if not isinstance(node, ColumnRef) or cell.constant is not None:
            raise NotLiveError("is_empty")
        return Truth(f'({cell.formula}="")', f'({cell.formula}<>"")', needs_cell=False)

    def _filled(self, node: Node) -> str:
        """1 where something other than 0 stands."""
        cell = self.operand(node)
        if cell.is_unknown:
            return "(1*0)"
        if cell.constant is not None or cell.kind in _OF_DATES:
            raise NotLiveError("a pair wants two columns")
        filled = f"({cell.formula}<>0)" if cell.kind == "number" else f'({cell.formula}<>"")'
        return f"({product([*cell.guards, filled])})"

    # ---- operands

    def operand(self, node: Node) -> Operand:
        """One side of a comparison."""
        if isinstance(node, ColumnRef):
            return self._cells(node)
        if isinstance(node, ElementRef):
            return self._element(node.code)
        if isinstance(node, Arithmetic):
            return self._arithmetic(node)
        if isinstance(node, Call):
            return self._computed(node)
        if isinstance(node, Number | Text):
            return constant(node.value)
        if isinstance(node, SettingRef):
            return constant(self.scope.setting(node.code))
        raise NotLiveError(type(node).__name__)

    def _cells(self, node: ColumnRef) -> Operand:
        column = self.scope.catalog.ledgers[node.ledger].column(node.column)
        if node.column not in self.area.columns:
            own = column.own_unit and self.scope.unit.name
            return constant(own) if own else _GAP
        cells = self.column(node.column)
        kind = kind_of(column.type)
        return Operand(cells, kind, (_known(cells, kind),), ranks=node.ranks)

    def _element(self, code: str) -> Operand:
        cell = self.scope.cell(code)
        if cell is None:
            return _GAP
        if self.single_row:
            # Excel 2007 files let conditional formatting look at its own sheet only.
            raise NotLiveError("conditional formatting sees its own sheet only")
        kind = kind_of(self.scope.element(code).type)
        return Operand(cell, kind, (_known(cell, kind),))

    def _arithmetic(self, node: Arithmetic) -> Operand:
        left, right = self.operand(node.left), self.operand(node.right)
        if left.is_unknown or right.is_unknown:
            return _GAP
        if left.kind != "number" or right.kind != "number":
            raise NotLiveError("arithmetic wants numbers")
        guards = (*left.guards, *right.guards)
        if node.operator == "/":
            if right.constant is None:
                # A division by 0 in one row would spoil the sum over all of them.
                raise NotLiveError("division by a column")
            guards = left.guards
        return Operand(f"ROUND({left.formula}{node.operator}{right.formula},9)", "number", guards)

    def _computed(self, node: Call) -> Operand:
        if node.function in {"period_end", "period_start", "this_year"}:
            period = self.scope.period
            values: dict[str, Scalar] = {
                "period_end": period.end, "period_start": period.start, "this_year": Decimal(period.year),
            }  # fmt: skip
            return constant(values[node.function])
        if node.function not in {"age", "year", "month", "length"}:
            raise NotLiveError(node.function)
        inner = self.operand(node.arguments[0])
        if inner.is_unknown:
            return _GAP
        if inner.constant is not None or inner.kind != ("text" if node.function == "length" else "date"):
            raise NotLiveError(node.function)
        if node.function == "length":
            return Operand(f"LEN({inner.formula})", "number", inner.guards)
        return Operand(inner.formula, node.function, inner.guards)

    # ---- functions over rows

    def matching(self, node: Aggregate) -> str:
        """1 for every row that a function looks at; empty rows too are left out, whatever the condition."""
        living = self.scope.catalog.ledgers[node.ledger].living if node.living else None
        truths = [self.truth(condition) for condition in (living, node.condition) if condition is not None]
        parts = [truth.yes for truth in truths]
        if not any(truth.needs_cell for truth in truths):
            parts.insert(0, self.exists())
        return product(parts)

    def aggregate(self, node: Aggregate) -> str:
        """The formula of a function over rows; its cell must be known to have rows or to say that there are none."""
        if node.function == "count":
            return f"SUMPRODUCT(1*{self.matching(node)})"
        if node.function == "any":
            return f"IF(SUMPRODUCT(1*{self.matching(node)})>0,1,0)"
        if node.function == "distinct" and node.value is not None:
            return self._distinct(node, node.value)
        if node.function == "sum" and isinstance(node.value, ColumnRef):
            return self._sum(node, node.value)
        if node.function in {"sum", "mean", "min", "max"} and node.value is not None:
            return self._chosen(node, node.value)
        raise NotLiveError(node.function)

    def _sum(self, node: Aggregate, value: ColumnRef) -> str:
        column = self.scope.catalog.ledgers[value.ledger].column(value.column)
        if not column.type.is_number:
            raise NotLiveError("sum wants numbers")
        if value.column not in self.area.columns:
            return "0"
        # As an argument of its own the column may hold texts, which SUMPRODUCT then takes as 0.
        total = f"SUMPRODUCT(1*{self.matching(node)},{self.column(value.column)})"
        return total if column.type is ValueType.INT else f"ROUND({total},{max(column.places, 2)})"

    def _chosen(self, node: Aggregate, value: Node) -> str:
        """By an array formula, whose IF leaves out the rows where the value is unknown."""
        formula, guards = self._number_of(value)
        if formula is None:
            return "0" if node.function == "sum" else "NA()"
        self.is_array = True
        chosen = product([self.matching(node), *guards])
        function = {"sum": "SUM", "mean": "AVERAGE", "min": "MIN", "max": "MAX"}[node.function]
        result = f"{function}(IF({chosen},{formula}))"
        return result if function in {"SUM", "AVERAGE"} else f"IF(SUM(1*{chosen})=0,NA(),{result})"

    def _number_of(self, value: Node) -> tuple[str | None, tuple[str, ...]]:
        operand = self.operand(value)
        if operand.is_unknown:
            return None, ()
        if operand.kind == "age":
            return _age_formula(operand.formula, self.scope.period.end), operand.guards
        if operand.kind in {"year", "month"}:
            return f"{operand.kind.upper()}({operand.formula})", operand.guards
        if operand.kind not in {"number", "date"} or operand.constant is not None:
            raise NotLiveError("wants numbers")
        return operand.formula, operand.guards

    def _distinct(self, node: Aggregate, value: Node) -> str:
        """How many rows that are looked at have no earlier one with the same key.

        By comparing every pair: MATCH and COUNTIF do not tell capitals apart and take *, ? and ~ for patterns.
        """
        key, guards = self._key(value)
        if key is None:
            return "0"
        self.is_array = True
        chosen = product([self.matching(node), *guards, f'({key}<>"")'])
        numbers = f"ROW({self.column(next(iter(self.area.columns)))})"
        earlier = f"EXACT({key},TRANSPOSE({key}))*TRANSPOSE(1*{chosen})*(TRANSPOSE({numbers})<{numbers})"
        return f"SUM({chosen}*(MMULT({earlier},{numbers}^0)=0))"

    def _key(self, value: Node) -> tuple[str | None, tuple[str, ...]]:
        if isinstance(value, Call) and value.function == "join":
            parts = [key for part in value.arguments if (key := self._key(part)[0]) is not None]
            return ("(" + "&".join(parts) + ")" if parts else None), ()
        operand = self.operand(value)
        if operand.is_unknown:
            return None, ()
        if operand.kind in {"year", "month"}:
            return f'TEXT({operand.formula},"{"yyyy" if operand.kind == "year" else "m"}")', operand.guards
        if operand.kind == "age":
            raise NotLiveError("distinct ages")
        return operand.formula, ()


def product(parts: list[str]) -> str:
    """1 where all are; brackets make it safe to multiply on."""
    wanted = [part for part in parts if part != "1"]
    if "0" in wanted:
        return "0"
    return "*".join(wanted) if wanted else "1"


def either(parts: list[str]) -> str:
    """1 where one is."""
    wanted = [part for part in parts if part != "0"]
    if "1" in wanted:
        return "1"
    if not wanted:
        return "0"
    return f"(({'+'.join(wanted)})>0)" if len(wanted) > 1 else f"({wanted[0]})"


def kind_of(type_: ValueType) -> str:
    """What a comparison takes a value for."""
    if type_.is_number:
        return "number"
    return "date" if type_ in {ValueType.DATE, ValueType.MONTH} else "text"


def constant(value: Scalar) -> Operand:
    """An operand that is the same in every row."""
    if isinstance(value, Decimal):
        return Operand(number_literal(value), "number", constant=value)
    if isinstance(value, date):
        return Operand(str(serial(value)), "date", constant=value)
    if isinstance(value, str):
        return Operand(text_literal(value), "text", constant=value)
    return _GAP


def _known(cells: str, kind: str) -> str:
    return f'({cells}<>"")' if kind == "text" else f"ISNUMBER({cells})"


def _is_emptiness(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "is_empty"


def _same(item: Operand, choice: Decimal | str) -> str:
    """Equality with a literal; nothing where the types differ and it can never hold."""
    if item.kind == "text" and isinstance(choice, str):
        return equals_text(item.formula, choice)
    if item.kind == "number" and isinstance(choice, Decimal):
        return f"({item.formula}={number_literal(choice)})"
    if item.kind in _OF_DATES:
        raise NotLiveError("membership of a computed value")
    return ""


def _dated(left: Operand, right: Operand) -> Operand:
    """A text beside a date is a date written in the catalog or a setting."""
    if left.kind != "date" or not isinstance(right.constant, str):
        return right
    try:
        return constant(date.fromisoformat(right.constant))
    except ValueError:
        return right


def _compared(left: Operand, sign: str, right: Operand) -> str:
    guards = [*left.guards, *right.guards]
    if left.kind == "date" and isinstance(right.constant, date):
        return product([*guards, _day_compared(left.formula, sign, serial(right.constant))])
    if left.kind == "text":
        return product([*guards, _texts_compared(left, sign, right)])
    return product([*guards, f"({left.formula}{_SIGNS[sign]}{right.formula})"])


def _day_compared(cell: str, sign: str, day: int) -> str:
    """A day holds all its hours: what is on the day is below the next one."""
    whole = {
        "==": f"({cell}>={day})*({cell}<{day + 1})",
        "!=": f"((({cell}<{day})+({cell}>={day + 1}))>0)",
        "<": f"({cell}<{day})",
        "<=": f"({cell}<{day + 1})",
        ">": f"({cell}>={day + 1})",
        ">=": f"({cell}>={day})",
    }
    return whole[sign]


def _texts_compared(left: Operand, sign: str, right: Operand) -> str:
    if sign not in {"==", "!="}:
        raise NotLiveError("texts without an order")
    if isinstance(right.constant, str):
        same = equals_text(left.formula, right.constant)
    else:
        same = f"EXACT({left.formula},{right.formula})"
    return same if sign == "==" else f"(1-{same})"


def _rank(operand: Operand, ranks: tuple[str, ...]) -> str:
    return "(" + "+".join(f"{i}*{equals_text(operand.formula, text)}" for i, text in enumerate(ranks, 1)) + ")"


def _limit(right: Operand, what: str) -> Decimal:
    if not isinstance(right.constant, Decimal):
        raise NotLiveError(f"{what} is compared with a number only")
    return right.constant


def _age_compared(left: Operand, right: Operand, sign: str, rows: Rows) -> Truth:
    """An age of at least n means a birth on or before one day, so no age need be computed."""
    limit = _limit(right, "age")
    end = rows.scope.period.end
    on_or_above = f"({left.formula}<{_born_by(end, int(limit.to_integral_value(ROUND_CEILING))) + 1})"
    above = f"({left.formula}<{_born_by(end, int(limit.to_integral_value(ROUND_FLOOR)) + 1) + 1})"
    equal = f"{on_or_above}*(1-{above})" if limit == limit.to_integral_value() else "0"
    arrays = {
        ">=": on_or_above, ">": above, "<": f"(1-{on_or_above})", "<=": f"(1-{above})",
        "==": equal, "!=": f"(1-{equal})",
    }  # fmt: skip
    guards = list(left.guards)
    return Truth(product([*guards, arrays[sign]]), product([*guards, arrays[_OPPOSITE[sign]]]))


def _born_by(end: date, years: int) -> int:
    """The last day of birth of whoever has completed so many years."""
    year = end.year - years
    return serial(date(year, end.month, min(end.day, calendar.monthrange(year, end.month)[1])))


def _age_formula(born: str, end: date) -> str:
    had_no_birthday = f"({end.month * 100 + end.day}<MONTH({born})*100+DAY({born}))"
    return f"({end.year}-YEAR({born})-{had_no_birthday})"


def _year_compared(left: Operand, right: Operand, sign: str, _rows: Rows) -> Truth:
    year = int(_limit(right, "year"))
    first, after = serial(date(year, 1, 1)), serial(date(year, 12, 31) + timedelta(days=1))
    from_then, later = f"({left.formula}>={first})", f"({left.formula}>={after})"
    arrays = {
        ">=": from_then, ">": later, "<": f"(1-{from_then})", "<=": f"(1-{later})",
        "==": f"{from_then}*(1-{later})", "!=": f"(1-{from_then}*(1-{later}))",
    }  # fmt: skip
    guards = list(left.guards)
    return Truth(product([*guards, arrays[sign]]), product([*guards, arrays[_OPPOSITE[sign]]]))


def _month_compared(left: Operand, right: Operand, sign: str, _rows: Rows) -> Truth:
    """By text, because MONTH of a cell that holds no date would spoil the sum over all rows."""
    number = int(_limit(right, "month"))
    month = f'TEXT({left.formula},"m")'
    yes = [f'({month}="{m}")' for m in range(1, 13) if _HOLDS[sign](m, number)]
    no = [f'({month}="{m}")' for m in range(1, 13) if not _HOLDS[sign](m, number)]
    guards = list(left.guards)
    return Truth(product([*guards, either(yes)]), product([*guards, either(no)]))


_OF_DATES: dict[str, Callable[[Operand, Operand, str, Rows], Truth]] = {
    "age": _age_compared, "year": _year_compared, "month": _month_compared,
}  # fmt: skip
