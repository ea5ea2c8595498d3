"""Sums and shares that the report's own figures no longer bear out after somebody changed one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeGuard

from aggregator.model.catalog import Catalog
from aggregator.model.expression import Arithmetic, Call, Comparison, ElementRef, Node, Number, elements_of, walk

_PRINTED = re.compile(r"(-?[0-9]+(?:\.(?P<places>[0-9]+))?)(?P<scale>万)?(?!.*余)")
_TEN_THOUSAND = Decimal(10_000)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a printed number can stand for: from `least` to `most`, as rounding leaves it."""

    least: Decimal
    most: Decimal

    @classmethod
    def of(cls, text: str) -> Reading | None:
        """The reading of a figure as printed; None where it is no plain number."""
        found = _PRINTED.match(text.replace(",", ""))
        if found is None:
            return None
        value = Decimal(found[1])
        slack = Decimal("0.5").scaleb(-len(found["places"] or "")) if found["places"] or found["scale"] else Decimal(0)
        scale = _TEN_THOUSAND if found["scale"] else Decimal(1)
        return cls((value - slack) * scale, (value + slack) * scale)

    def meets(self, other: Reading) -> bool:
        """Whether both can be the same number."""
        return self.least <= other.most and other.least <= self.most


@dataclass(frozen=True, slots=True)
class Broken:
    """A relation that no longer holds: its name, both sides as texts, the elements in it."""

    name: str
    left: str
    right: str
    elements: tuple[str, ...]
    is_share: bool


def broken_relations(catalog: Catalog, printed: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Broken]:
    """Sums and shares of one span that held as printed and do not hold as found; both map elements to texts.

    What did not hold from the beginning is left alone: totals of different coverage need not add up.
    """
    before, after = _readings(printed), _readings(found)
    changed = {code for code in after if after[code] != before.get(code)}
    for name, left, right, is_share in _relations(catalog):
        codes = dict.fromkeys((*elements_of(left), *elements_of(right)))
        if not changed.intersection(codes) or any(code not in after or code not in before for code in codes):
            continue
        sides = [_reading(side, after) for side in (left, right)]
        if _meet(_reading(left, before), _reading(right, before)) and not _meet(*sides):
            told = [_text(side, node, found) for side, node in zip(sides, (left, right), strict=True)]
            yield Broken(name, told[0], told[1], tuple(codes), is_share)


def _relations(catalog: Catalog) -> Iterator[tuple[str, Node, Node, bool]]:
    """The equalities between elements alone, and the shares computed from two of them."""
    for rule in catalog.rules:
        check = rule.check
        if isinstance(check, Comparison) and check.operator == "==" and not rule.ledger and _is_sum(check):
            yield rule.name, check.left, check.right, False
    for element in catalog.elements.values():
        node = element.expression
        if _is_share(node):
            yield element.name, ElementRef(element.code), node, True


def _is_share(node: Node | None) -> TypeGuard[Call]:
    return (
        isinstance(node, Call)
        and node.function == "share"
        and all(isinstance(part, ElementRef) for part in node.arguments)
    )


def _is_sum(node: Node) -> bool:
    return all(isinstance(part, Comparison | Arithmetic | ElementRef | Number) for part in walk(node))


def _readings(texts: Mapping[str, str]) -> dict[str, Reading]:
    return {code: reading for code, text in texts.items() if (reading := Reading.of(text)) is not None}


def _reading(node: Node, readings: Mapping[str, Reading]) -> Reading | None:
    match node:
        case ElementRef(code):
            return readings.get(code)
        case Number(value):
            return Reading(value, value)
        case Arithmetic(operator, left, right) if operator in "+-":
            one, other = _reading(left, readings), _reading(right, readings)
            if one is None or other is None:
                return None
            if operator == "+":
                return Reading(one.least + other.least, one.most + other.most)
            return Reading(one.least - other.most, one.most - other.least)
        case Call("share", (part, whole)):
            return _share(_reading(part, readings), _reading(whole, readings))
    return None


def _share(part: Reading | None, whole: Reading | None) -> Reading | None:
    if part is None or whole is None or whole.least <= 0:
        return None
    return Reading(part.least * _HUNDRED / whole.most, part.most * _HUNDRED / whole.least)


def _meet(one: Reading | None, other: Reading | None) -> bool:
    return one is None or other is None or one.meets(other)


def _text(side: Reading | None, node: Node, texts: Mapping[str, str]) -> str:
    if isinstance(node, ElementRef):
        return texts[node.code]
    if side is None:
        return ""
    middle = (side.least + side.most) / 2
    if isinstance(node, Call):
        return f"{middle.quantize(Decimal('0.1'))}%"
    return f"{middle.normalize():f}"
