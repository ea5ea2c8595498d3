"""The linter of a catalog: what would load and yet mislead.

Each check is a plain function from a catalog to faults; all of them stand in `CHECKS`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from aggregator.catalog.load import COMMUNITIES, ELEMENTS
from aggregator.catalog.satisfiable import can_be_false, can_be_true
from aggregator.catalog.source import Fault, nearest
from aggregator.catalog.versions import check_versions
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Asked, Column, Element, Measure, Over, Rule, ValueType
from aggregator.model.events import events_of
from aggregator.model.expression import (
    FUNCTIONS,
    STREET_FUNCTIONS,
    Aggregate,
    Arithmetic,
    Call,
    ColumnRef,
    Comparison,
    ElementRef,
    Membership,
    Negation,
    Node,
    Text,
    elements_of,
    walk,
)

Check = Callable[[Catalog], Iterator[Fault]]
_ON_AN_ELEMENT = frozenset({"last", "ytd", "least", "most", "growth", "points"})
_SAYS_NOT_APPLICABLE = re.compile(r"不适用|[填写]“?[/／—]”?")
_SIGNS = re.compile(r"\W+")
_SHORTEST_TERM = 3
_SAYS_BLANK = re.compile(r"留空|不填写?即可|可不填|可空|填空白|没有则不填|无则不填")


def lint(catalog: Catalog) -> tuple[Fault, ...]:
    """Every fault of a loaded catalog, in the order of files and lines."""
    return tuple(sorted({fault for check in CHECKS for fault in check(catalog)}, key=_place))


def _place(fault: Fault) -> tuple[str, int, str]:
    name, _, line = fault.origin.rpartition(":")
    return (name, int(line) if line.isdigit() else 0, fault.message)


def check_circles(catalog: Catalog) -> Iterator[Fault]:
    """An indicator that needs itself; last month's value is no circle."""
    needs = {code: _needs(element.expression) for code, element in catalog.elements.items()}
    for code, element in catalog.elements.items():
        circle = _circle(code, needs)
        if circle:
            yield Fault(element.origin, f"{code} is circular: {' → '.join(circle)}")


def _needs(node: Node | None) -> tuple[str, ...]:
    """The elements of the same month that an expression needs."""
    before = {id(part.arguments[0]) for part in walk(node) if isinstance(part, Call) and part.function == "last"}
    return tuple(part.code for part in walk(node) if isinstance(part, ElementRef) and id(part) not in before)


def _circle(start: str, needs: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The path from `start` back to itself, empty when there is none."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        for code in needs.get(path[-1], ()):
            if code == start:
                return (*path, start)
            if code not in seen:
                seen.add(code)
                paths.append((*path, code))
    return ()


def check_units_of_measure(catalog: Catalog) -> Iterator[Fault]:
    """A number without a measure word, a scale without its unit, a sum of things measured differently."""
    for element in catalog.elements.values():
        if element.type.is_number and not element.unit:
            yield Fault(element.origin, f"{element.code} is a number without a unit")
        if element.display.scale != 1 and element.display.unit == element.unit:
            yield Fault(element.origin, f"{element.code} is scaled for display but keeps the unit {element.unit}")
        for part in walk(element.expression):
            if isinstance(part, Arithmetic) and part.operator in "+-":
                yield from _mixed_units(catalog, element, part)


def _mixed_units(catalog: Catalog, element: Element, node: Arithmetic) -> Iterator[Fault]:
    units = {catalog.elements[part.code].unit for part in (node.left, node.right) if isinstance(part, ElementRef)}
    if len(units) > 1:
        yield Fault(element.origin, f"{element.code} adds {' and '.join(sorted(units))}")


def check_aggregation(catalog: Catalog) -> Iterator[Fault]:
    """Sums of ratios, averages without a weight, stocks summed over months, and their like."""
    for element in catalog.elements.values():
        for message in _aggregation_faults(catalog, element):
            yield Fault(element.origin, f"{element.code} {message}")


def _aggregation_faults(catalog: Catalog, element: Element) -> Iterator[str]:
    is_share = element.measure is Measure.RATIO or element.type is ValueType.PERCENT
    if is_share and Over.SUM in (element.over_units, element.over_months):
        yield "is a ratio that is summed; recompute it"
    if is_share and any(_adds_shares(catalog, part) for part in walk(element.expression)):
        yield "adds ratios"
    if element.measure is Measure.STOCK and element.over_months is Over.SUM:
        yield "is a stock that is summed over months"
    if element.measure is Measure.FLOW and element.over_months is Over.LAST and element.type.is_number:
        yield "is a flow that takes its last month"
    if element.measure is Measure.AVERAGE:
        yield from _average_faults(catalog, element)
    if element.over_units is Over.RECOMPUTE and element.expression is None and element.measure is not Measure.AVERAGE:
        yield "is recomputed but has no expression"
    if element.over_units is Over.SUM and not element.type.is_number:
        yield f"sums a {element.type}"
    if element.of is Asked.STREET and element.expression is None:
        yield "is the street's own but has no expression"


def _average_faults(catalog: Catalog, element: Element) -> Iterator[str]:
    if not element.weight and element.expression is None:
        yield "is an average over units without a weight"
    elif element.weight and element.weight not in catalog.elements:
        yield f"has the unknown weight {element.weight!r}{nearest(element.weight, catalog.elements)}"
    if element.over_units is not Over.RECOMPUTE:
        yield f"is an average that is aggregated by {element.over_units}"


def _adds_shares(catalog: Catalog, node: Node) -> bool:
    if not isinstance(node, Arithmetic) or node.operator != "+":
        return False
    parts = [part for part in (node.left, node.right) if isinstance(part, ElementRef)]
    return any(catalog.elements[part.code].type is ValueType.PERCENT for part in parts)


def check_instructions(catalog: Catalog) -> Iterator[Fault]:
    """An instruction that allows what the states refuse, or the other way round."""
    for element in catalog.elements.values():
        if _SAYS_NOT_APPLICABLE.search(element.instruction) and not element.allows_not_applicable:
            yield Fault(element.origin, f"{element.code}: the instruction offers 不适用, the states refuse it")
        if element.is_typed and element.required and _SAYS_BLANK.search(element.instruction):
            yield Fault(element.origin, f"{element.code}: the instruction lets the cell stay empty, but it is required")
    for ledger in catalog.ledgers.values():
        for column in ledger.columns:
            if column.required and _SAYS_BLANK.search(column.instruction):
                yield Fault(
                    column.origin, f"{column.code}: the instruction lets the cell stay empty, but it is required"
                )


def check_code_lists(catalog: Catalog) -> Iterator[Fault]:
    """A drop-down without values, an unknown list, a value that stands twice."""
    for codes in catalog.codes.values():
        if not codes.values:
            yield Fault(codes.origin, f"code list {codes.code!r} has no values")
        for value, times in Counter(codes.values).items():
            if times > 1:
                yield Fault(codes.origin, f"code list {codes.code!r} holds {value!r} twice")
    for column in _columns(catalog):
        known = column.codes in catalog.codes or column.codes in {COMMUNITIES, ELEMENTS}
        if column.type is ValueType.CODE and not column.codes:
            yield Fault(column.origin, f"column {column.code!r} is a drop-down without values")
        elif column.codes and not known:
            yield Fault(column.origin, f"unknown code list {column.codes!r}{nearest(column.codes, catalog.codes)}")


def _columns(catalog: Catalog) -> Iterator[Column]:
    for ledger in catalog.ledgers.values():
        yield from ledger.columns


def check_literals(catalog: Catalog) -> Iterator[Fault]:
    """A text compared with a drop-down that does not offer it: such a condition never holds."""
    for origin, owner, node in _expressions(catalog):
        for column, text in _compared_texts(node):
            codes = catalog.codes.get(catalog.ledgers[column.ledger].column(column.column).codes)
            if codes and text not in codes.values:
                yield Fault(origin, f"{owner}: {column.column} never is {text!r}{nearest(text, codes.values)}")


def _compared_texts(node: Node | None) -> Iterator[tuple[ColumnRef, str]]:
    for part in walk(node):
        if isinstance(part, Membership) and isinstance(part.item, ColumnRef):
            yield from ((part.item, choice.value) for choice in part.choices if isinstance(choice, Text))
        if isinstance(part, Comparison):
            for one, other in ((part.left, part.right), (part.right, part.left)):
                if isinstance(one, ColumnRef) and isinstance(other, Text):
                    yield one, other.value


def _expressions(catalog: Catalog) -> Iterator[tuple[str, str, Node | None]]:
    """Every expression with its place and the code of its owner."""
    for element in catalog.elements.values():
        yield element.origin, element.code, element.expression
    for ledger in catalog.ledgers.values():
        yield ledger.origin, ledger.code, ledger.living
        yield ledger.origin, ledger.code, ledger.leaves
    for rule in _rules(catalog):
        yield rule.origin, rule.code, rule.check
        yield rule.origin, rule.code, rule.when


def _rules(catalog: Catalog) -> Iterator[Rule]:
    yield from catalog.rules
    for ledger in catalog.ledgers.values():
        yield from ledger.rules


def check_rules(catalog: Catalog) -> Iterator[Fault]:
    """A rule that can never fire, one that can never hold, a code that stands twice."""
    seen: dict[str, Rule] = {}
    for rule in _rules(catalog):
        if rule.code in seen:
            yield Fault(rule.origin, f"rule {rule.code} stands already at {seen[rule.code].origin}")
        seen[rule.code] = rule
        if rule.when is not None and not can_be_true(rule.when, catalog):
            yield Fault(rule.origin, f"rule {rule.code} can never fire: its condition cannot be true")
        if not can_be_false(rule.check, catalog):
            yield Fault(rule.origin, f"rule {rule.code} can never fire: what it demands is always true")
        if not can_be_true(rule.check, catalog):
            yield Fault(rule.origin, f"rule {rule.code} can never hold")


def check_reach(catalog: Catalog) -> Iterator[Fault]:
    """An expression that asks for what is not there: street functions in a unit, an element its unit is not asked."""
    for element in catalog.elements.values():
        yield from _reach_faults(catalog, element.origin, element.code, element.of, element.expression)
    for rule in _rules(catalog):
        for node in (rule.check, rule.when):
            yield from _reach_faults(catalog, rule.origin, rule.code, rule.of, node)


def _reach_faults(catalog: Catalog, origin: str, owner: str, of: Asked, node: Node | None) -> Iterator[Fault]:
    for part in walk(node):
        if isinstance(part, Call) and part.function in STREET_FUNCTIONS and of is not Asked.STREET:
            yield Fault(origin, f"{owner} is a unit's, and {part.function} is known for the street only")
        if isinstance(part, Call) and part.function in _ON_AN_ELEMENT and not isinstance(part.arguments[0], ElementRef):
            yield Fault(origin, f"{owner}: {part.function} wants the code of an element")
    if of is Asked.STREET:
        return
    for code in elements_of(node):
        asked = catalog.elements[code].of
        if asked is not Asked.BOTH and asked is not of:
            yield Fault(origin, f"{owner} is of {of}, but {code} is of {asked}")


def check_negations(catalog: Catalog) -> Iterator[Fault]:
    """`not` in a row condition: Excel would count blank cells where the engine does not."""
    for origin, owner, node in _expressions(catalog):
        for aggregate in walk(node):
            condition = aggregate.condition if isinstance(aggregate, Aggregate) else None
            for part in walk(condition):
                if isinstance(part, Negation) and not _is_empty_test(part.part):
                    yield Fault(origin, f"{owner}: in a row condition `not` may stand only before is_empty(…)")


def _is_empty_test(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "is_empty"


def check_ledgers(catalog: Catalog) -> Iterator[Fault]:
    """Sheet names that Excel refuses, unknown keys and blocks, whatever stands twice."""
    sheets: Counter[str] = Counter(ledger.sheet for ledger in catalog.ledgers.values())
    for ledger in catalog.ledgers.values():
        if len(ledger.sheet) > 31 or re.search(r"[\\/*?:\[\]]", ledger.sheet) or sheets[ledger.sheet] > 1:
            yield Fault(ledger.origin, f"sheet name {ledger.sheet!r} is taken or not one Excel allows")
        if ledger.block not in catalog.blocks:
            yield Fault(ledger.origin, f"unknown block {ledger.block!r}{nearest(ledger.block, catalog.blocks)}")
        columns = Counter(column.code for column in (*ledger.columns, *ledger.retired))
        for code, times in columns.items():
            if times > 1:
                yield Fault(ledger.origin, f"column {code!r} stands twice in {ledger.code}")
        for code in set(ledger.key) - {column.code for column in ledger.columns}:
            yield Fault(ledger.origin, f"key {code!r} is no column of {ledger.code}")


def check_events(catalog: Catalog) -> Iterator[Fault]:
    """A stock ledger by whose dates elements count, but whose rows nobody could know again next month."""
    for code in events_of(catalog):
        ledger = catalog.ledgers[code]
        if not ledger.key:
            yield Fault(ledger.origin, f"{code} is counted by in_period and has no key, so that late events are lost")


def check_fixed_terms(catalog: Catalog) -> Iterator[Fault]:
    """A fixed term that stands twice, or is so short that half of every text would be fixed."""
    seen: dict[str, str] = {}
    for terms in catalog.fixed_terms.values():
        for term in terms.values:
            bare = _SIGNS.sub("", term)
            if len(bare) < _SHORTEST_TERM:
                yield Fault(terms.origin, f"{terms.code}: {term!r} is too short for a fixed term")
            if bare in seen:
                yield Fault(terms.origin, f"{terms.code}: {term!r} stands already under {seen[bare]}")
            seen.setdefault(bare, terms.code)


def check_theme_words(catalog: Catalog) -> Iterator[Fault]:
    """Words of a theme that is none, a theme without words, or one word that speaks for two themes."""
    themes = catalog.codes["themes"].values if "themes" in catalog.codes else ()
    seen: dict[str, str] = {}
    for words in catalog.theme_words.values():
        if words.code not in themes:
            yield Fault(words.origin, f"unknown theme {words.code!r}{nearest(words.code, themes)}")
        for word in words.values:
            if word in seen:
                yield Fault(words.origin, f"{words.code}: {word!r} speaks for {seen[word]} already")
            seen.setdefault(word, words.code)
    for theme in themes if catalog.theme_words else ():
        if theme not in catalog.theme_words:
            yield Fault(catalog.codes["themes"].origin, f"theme {theme!r} has no words (theme_words)")


CHECKS: tuple[Check, ...] = (
    check_circles,
    check_versions,
    check_units_of_measure,
    check_aggregation,
    check_instructions,
    check_code_lists,
    check_literals,
    check_rules,
    check_reach,
    check_negations,
    check_ledgers,
    check_events,
    check_fixed_terms,
    check_theme_words,
)
assert set(FUNCTIONS) >= _ON_AN_ELEMENT  # noqa: S101  # a renamed function would silence check_reach
