"""Parts and their total printed rounded in one paragraph: rounded one by one they need not add up in print.

No shipped sentence prints such ones, so nothing pushes a rounding difference about (舍位平衡, 最大余数): a sentence
that would is refused when its style is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element
from aggregator.model.expression import Arithmetic, Call, Comparison, ElementRef, Node


def rounded_parts(printed: Collection[Element], catalog: Catalog) -> Iterator[str]:
    """The totals whose parts are all printed rounded, as shares or beside the total itself; by the catalog's rules."""
    scaled = {element.code for element in printed if element.display.scale != 1}
    shares = {share for element in printed if (share := _share_of(element)) is not None}
    for total, parts in _sums(catalog):
        if {total, *parts} <= scaled or {(part, total) for part in parts} <= shares:
            yield catalog.elements[total].name


def _share_of(element: Element) -> tuple[str, str] | None:
    """Part and whole of an element that is a share of one in the other."""
    node = element.expression
    if isinstance(node, Call) and node.function == "share":
        part, whole = node.arguments
        if isinstance(part, ElementRef) and isinstance(whole, ElementRef):
            return part.code, whole.code
    return None


@lru_cache(maxsize=16)
def _sums(catalog: Catalog) -> tuple[tuple[str, frozenset[str]], ...]:
    """The totals that the rules say are the sum of others, with these."""
    found = []
    for rule in catalog.rules:
        node = rule.check
        if isinstance(node, Comparison) and node.operator == "==":
            for total, parts in ((node.left, _parts(node.right)), (node.right, _parts(node.left))):
                if isinstance(total, ElementRef) and len(parts) > 1:
                    found.append((total.code, frozenset(parts)))
    return tuple(found)


def _parts(node: Node) -> list[str]:
    """The elements that a node adds up; none where it is no plain sum."""
    if isinstance(node, ElementRef):
        return [node.code]
    if isinstance(node, Arithmetic) and node.operator == "+":
        left, right = _parts(node.left), _parts(node.right)
        return [*left, *right] if left and right else []
    return []
