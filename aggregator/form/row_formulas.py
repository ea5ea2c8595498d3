"""Row conditions and functions over ledger rows as formulas: arrays of 0 and 1 over a ledger's area.

A condition has two arrays, where it certainly holds and where it certainly does not; a row that is in neither is
undecided, exactly as `evaluate` says. With `single_row` the same arrays speak of the first row only, for conditional
formatting, which moves them down by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from aggregator.form.formula_scope import FormulaScope, NotLiveError, quoted, serial
from aggregator.form.places import LedgerArea
from aggregator.form.row_comparisons import (
    GAP,
    NEVER,
    OF_DATES,
    Operand,
    Truth,
    age_formula,
    compared,
    constant,
    either,
    equals,
    kind_of,
    known,
    product,
)
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
from aggregator.model.value import Scalar


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
        return Truth(inner.no, inner.yes, needs_cell=isinstance(node.part, Call) and node.part.function == "is_empty")

    def _membership(self, node: Membership) -> Truth:
        item = self.operand(node.item)
        if item.is_unknown:
            return NEVER
        choices = [choice.value for choice in node.choices if isinstance(choice, Number | Text)]
        one_of = [test for choice in choices if (test := equals(item, choice))]
        inside = product([*item.guards, either(one_of)]) if one_of else "0"
        outside = product([*item.guards, *(f"(1-{same})" for same in one_of)])
        return Truth(outside, inside) if node.negated else Truth(inside, outside)

    def _comparison(self, node: Comparison) -> Truth:
        left, right = self.operand(node.left), self.operand(node.right)
        return compared(left, node.operator, right, end=self.scope.period.end)

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
            return NEVER
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
        if cell.constant is not None or cell.kind in OF_DATES:
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
            return constant(own) if own else GAP
        cells = self.column(node.column)
        kind = kind_of(column.type)
        return Operand(cells, kind, (known(cells, kind),), ranks=node.ranks)

    def _element(self, code: str) -> Operand:
        cell = self.scope.cell(code)
        if cell is None:
            return GAP
        if self.single_row:
            # Excel 2007 files let conditional formatting look at its own sheet only.
            raise NotLiveError("conditional formatting sees its own sheet only")
        kind = kind_of(self.scope.element(code).type)
        return Operand(cell, kind, (known(cell, kind),))

    def _arithmetic(self, node: Arithmetic) -> Operand:
        left, right = self.operand(node.left), self.operand(node.right)
        if left.is_unknown or right.is_unknown:
            return GAP
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
            return GAP
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
            return age_formula(operand.formula, self.scope.period.end), operand.guards
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
