"""Live formulas of the total column.

Each is worked out here too, in exact numbers, and is used only where it gives the engine's own total; elsewhere the
total is written as a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from aggregator.model.consolidation import Aggregate
from aggregator.model.definition import Asked, Element, Over
from aggregator.model.expression import Arithmetic, Call, ElementRef, Node, Number, elements_of, ledgers_of
from aggregator.publish.number import plain, round_half_up
from aggregator.publish.workbook.figures import QUOTIENT_PLACES

_PER_CENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring columns of the matrix, and the units that stand in them."""

    first: str
    last: str
    units: tuple[str, ...]

    def on(self, row: int) -> str:
        """The cells of a row, counted from 1."""
        return f"{self.first}{row}:{self.last}{row}"


@dataclass(frozen=True, slots=True)
class Grid:
    """What a formula can refer to: the row of each element, the numbers in it by unit, the spans of columns."""

    rows: Mapping[str, int]
    numbers: Mapping[str, Mapping[str, Decimal]]
    spans: Mapping[Asked, Span]


@dataclass(frozen=True, slots=True)
class LiveTotal:
    """A formula, the value it has now, and what it does in words."""

    formula: str
    value: Decimal
    method: str


def live_total(element: Element, total: Aggregate, grid: Grid) -> LiveTotal | None:
    """The formula that gives the engine's total; None where there is none."""
    if not total.state.counts or not isinstance(total.value, Decimal):
        return None
    for asked in _spans_to_try(element, grid):
        found = _candidate(element, grid, grid.spans[asked])
        if found is not None and found.value == _as_held(element, total.value):
            return found
    return None


def _spans_to_try(element: Element, grid: Grid) -> list[Asked]:
    """The span of those who are asked first; an element of both may still count the rows of one side only."""
    order = [element.of, Asked.BOTH, Asked.COMMUNITIES, Asked.OFFICE]
    return [asked for asked in dict.fromkeys(order) if asked in grid.spans]


def _as_held(element: Element, value: Decimal) -> Decimal:
    return round_half_up(value, QUOTIENT_PLACES) if element.over_units is Over.RECOMPUTE else value


def _candidate(element: Element, grid: Grid, span: Span) -> LiveTotal | None:
    if element.over_units is Over.SUM:
        return _sum(element, grid, span)
    if element.over_units in (Over.MIN, Over.MAX):
        return _extreme(element, grid, span)
    if element.over_units is Over.NONE:
        return _only_one(element.code, grid, span)
    if element.over_units is Over.RECOMPUTE:
        return _weighted(element, grid, span) if element.weight else _ratio(element, grid, span)
    return None


def _numbers(code: str, grid: Grid, span: Span) -> list[Decimal]:
    numbers = grid.numbers[code]
    return [numbers[unit] for unit in span.units if unit in numbers]


def _sum(element: Element, grid: Grid, span: Span) -> LiveTotal | None:
    numbers = _numbers(element.code, grid, span)
    if not numbers:
        return None
    cells = f"SUM({span.on(grid.rows[element.code])})"
    places = max(element.places, *(_places(number) for number in numbers))
    # Binary addition leaves dust behind the last decimal; ROUND takes it off again.
    return LiveTotal(f"ROUND({cells},{places})" if places else cells, sum(numbers, Decimal(0)), "求和")


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _extreme(element: Element, grid: Grid, span: Span) -> LiveTotal | None:
    numbers = _numbers(element.code, grid, span)
    if not numbers:
        return None
    is_least = element.over_units is Over.MIN
    value = min(numbers) if is_least else max(numbers)
    function, method = ("MIN", "取最小值") if is_least else ("MAX", "取最大值")
    return LiveTotal(f"{function}({span.on(grid.rows[element.code])})", value, method)


def _only_one(code: str, grid: Grid, span: Span) -> LiveTotal | None:
    numbers = _numbers(code, grid, span)
    if len(numbers) != 1:
        return None
    return LiveTotal(f"SUM({span.on(grid.rows[code])})", numbers[0], "取填报单位数")


def _covered(codes: tuple[str, ...], grid: Grid, span: Span) -> list[str]:
    return [unit for unit in span.units if all(unit in grid.numbers[code] for code in codes)]


def _mask(codes: tuple[str, ...], grid: Grid, span: Span) -> str:
    # Excel takes a lone truth for 0; only by multiplying does it become a number.
    return "*".join(["1"] * (len(codes) == 1) + [f"ISNUMBER({span.on(grid.rows[code])})" for code in codes])


def _weighted(element: Element, grid: Grid, span: Span) -> LiveTotal | None:
    codes = (element.code, element.weight)
    units = _covered(codes, grid, span) if element.weight in grid.rows else []
    values, weights = (grid.numbers.get(code, {}) for code in codes)
    weight = sum((weights[unit] for unit in units), Decimal(0))
    if not weight:
        return None
    mask, of_values, of_weights = _mask(codes, grid, span), *(span.on(grid.rows[code]) for code in codes)
    value = sum((values[unit] * weights[unit] for unit in units), Decimal(0)) / weight
    formula = f"SUMPRODUCT({mask},{of_values},{of_weights})/SUMPRODUCT({mask},{of_weights})"
    return _quotient(formula, value, "加权平均")


def _ratio(element: Element, grid: Grid, span: Span) -> LiveTotal | None:
    node, codes = element.expression, elements_of(element.expression)
    if node is None or not codes or ledgers_of(node) or any(code not in grid.rows for code in codes):
        return None
    units = _covered(codes, grid, span)
    sums = {code: sum((grid.numbers[code][unit] for unit in units), Decimal(0)) for code in codes}
    value = _value(node, sums) if units else None
    mask = _mask(codes, grid, span)
    formula = _text(node, {code: f"SUMPRODUCT({mask},{span.on(grid.rows[code])})" for code in codes})
    if value is None or formula is None:
        return None
    return _quotient(formula, value, "按合计重算")


def _quotient(formula: str, value: Decimal, method: str) -> LiveTotal:
    rounded = round_half_up(value, QUOTIENT_PLACES)
    return LiveTotal(f'IFERROR(ROUND({formula},{QUOTIENT_PLACES}),"未填")', rounded, method)


def _text(node: Node, references: Mapping[str, str]) -> str | None:
    """The formula of a tree over totals; None where it holds more than arithmetic and shares."""
    if isinstance(node, Number):
        return plain(node.value)
    if isinstance(node, ElementRef):
        return references[node.code]
    if not (sides := _sides(node)):
        return None
    left, right = (_text(side, references) for side in sides)
    if left is None or right is None:
        return None
    return f"({left}{node.operator}{right})" if isinstance(node, Arithmetic) else f"({left}*100/{right})"


def _sides(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Arithmetic):
        return node.left, node.right
    return node.arguments if isinstance(node, Call) and node.function == "share" else ()


def _value(node: Node, sums: Mapping[str, Decimal]) -> Decimal | None:
    """What the formula of `_text` gives; None where it would divide by 0."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, ElementRef):
        return sums[node.code]
    if not (sides := _sides(node)):
        return None
    left, right = (_value(side, sums) for side in sides)
    if left is None or right is None:
        return None
    if isinstance(node, Call):
        return left * _PER_CENT / right if right else None
    return _calculate(node.operator, left, right) if isinstance(node, Arithmetic) else None


def _calculate(operator: str, left: Decimal, right: Decimal) -> Decimal | None:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    return left / right if right else None
