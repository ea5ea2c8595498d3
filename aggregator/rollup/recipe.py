"""How an element is computed anew from operands: what depends on the catalog alone, worked out once a run.

Ratios, averages and figures over the union of rows are never made from the results of units (`pooling.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from aggregator.model.catalog import Catalog
from aggregator.model.definition import Asked, Element, LedgerKind, Over, RowsOf
from aggregator.model.evaluate import Evaluator, compiled
from aggregator.model.expression import Aggregate as RowsFunction
from aggregator.model.expression import Call, ElementRef, Node, elements_of, walk, with_parts

#: Functions that ask for an element by its code: their argument is no operand to be pooled.
_BY_CODE = frozenset({"last", "ytd", "least", "most", "growth", "points"})
_BY_PERIOD = frozenset({"in_period"})


@dataclass(frozen=True, slots=True)
class RowsOperand:
    """A function over rows, its place among those over its ledger, whose rows it reads, whether of the last month."""

    function: RowsFunction
    number: int
    rows_of: RowsOf
    is_of_last_month: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """An expression ready to be pooled: every function over rows in it is a reference to `rows[its code]`.

    `is_of_last_month` says that only the last month counts: for a stock, and for a ratio of stocks. `needs_last_month`
    says that a unit is of no use without it: it would stand above the line and not below. `needs_records` says that it
    is computed from what units report at all, and not from the list of units alone.
    """

    compute: Evaluator
    elements: tuple[str, ...]
    rows: Mapping[str, RowsOperand]
    is_of_last_month: bool
    needs_last_month: bool
    needs_records: bool


@lru_cache(maxsize=4096)
def recipe(catalog: Catalog, code: str) -> Recipe:
    """How an element is recomputed; ratios inside it are opened until only what can be added is left."""
    element = catalog.elements[code]
    rows: dict[str, RowsOperand] = {}
    # A typed average is its own operand: it is pooled by its weight.
    tree = ElementRef(code) if element.expression is None else _opened(element.expression, element, catalog, rows)
    operands = [part.code for part in _operands(tree) if part.code not in rows]
    weights = [weight for operand in operands if (weight := catalog.elements[operand].weight)]
    needed = tuple(dict.fromkeys([*operands, *weights]))
    stocks = [catalog.elements[operand].over_months is Over.LAST for operand in needed]
    stocks += [operand.is_of_last_month for operand in rows.values()]
    is_of_last_month = element.over_months is Over.LAST or (bool(stocks) and all(stocks))
    return Recipe(
        compiled(tree),
        needed,
        rows,
        is_of_last_month,
        needs_last_month=any(stocks),
        needs_records=bool(rows or elements_of(tree)),
    )


def _opened(node: Node, owner: Element, catalog: Catalog, rows: dict[str, RowsOperand]) -> Node:
    if isinstance(node, RowsFunction):
        code = f"#{len(rows)}"
        number = functions_pooled(catalog)[node.ledger].index(node)
        rows[code] = RowsOperand(node, number, owner.rows_of, _is_of_last_month(node, catalog))
        return ElementRef(code)
    if isinstance(node, Call) and node.function in _BY_CODE:
        return node
    if isinstance(node, ElementRef):
        element = catalog.elements[node.code]
        if element.expression is None or not _is_opened(catalog, node.code):
            return node
        return _opened(element.expression, element, catalog, rows)
    return with_parts(node, lambda part: _opened(part, owner, catalog, rows))


def _is_of_last_month(function: RowsFunction, catalog: Catalog) -> bool:
    """Whether only the rows of the last month are read: a stock lists the same things every month.

    Unless the condition asks for what happened in the month itself.
    """
    by_period = any(isinstance(part, Call) and part.function in _BY_PERIOD for part in walk(function.condition))
    return catalog.ledgers[function.ledger].kind is LedgerKind.STOCK and not by_period


def _operands(node: Node) -> Iterable[ElementRef]:
    if isinstance(node, Call) and node.function in _BY_CODE:
        return
    if isinstance(node, ElementRef):
        yield node
    for item in fields(node):
        inner = getattr(node, item.name)
        for part in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(part, Node):
                yield from _operands(part)


@lru_cache(maxsize=4096)
def is_recomputed(catalog: Catalog, code: str) -> bool:
    """Whether its street figure is computed from operands or rows and not from the figures of units."""
    element = catalog.elements[code]
    if element.of is Asked.STREET or element.over_units is Over.RECOMPUTE:
        return True
    return element.over_units is Over.UNION and _reads_rows(element) and not _is_united(element, catalog)


def _is_united(element: Element, catalog: Catalog) -> bool:
    """Whether it is a list of names: those that the units list are united as they stand, without reading rows again.

    But for a stock over several months, of which only the last month's rows count.
    """
    node = element.expression
    if not isinstance(node, RowsFunction) or node.function != "list":
        return False
    return element.over_months is Over.LAST or not _is_of_last_month(node, catalog)


@lru_cache(maxsize=4096)
def is_recomputed_over_months(catalog: Catalog, code: str) -> bool:
    """Whether a unit's figure of several months is computed anew and not from its monthly figures."""
    element = catalog.elements[code]
    if element.over_months is Over.RECOMPUTE:
        return True
    # The months' names can be united; the months' counts of different things cannot be added.
    return element.over_months is Over.UNION and _reads_rows(element) and element.type.is_number


def _is_opened(catalog: Catalog, code: str) -> bool:
    return is_recomputed(catalog, code) or is_recomputed_over_months(catalog, code)


def _reads_rows(element: Element) -> bool:
    return any(isinstance(part, RowsFunction) for part in walk(element.expression))


@lru_cache(maxsize=16)
def functions_pooled(catalog: Catalog) -> Mapping[str, tuple[RowsFunction, ...]]:
    """By ledger the functions over its rows that are applied to the rows of many units."""
    found: dict[str, dict[RowsFunction, None]] = {}
    for code, element in catalog.elements.items():
        for part in walk(element.expression) if _is_opened(catalog, code) else ():
            if isinstance(part, RowsFunction):
                found.setdefault(part.ledger, {})[part] = None
    return {ledger: tuple(functions) for ledger, functions in found.items()}
