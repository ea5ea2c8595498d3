"""The linter's check of versions: what stands since when and until when, and by what it went before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from aggregator.catalog.source import Fault
from aggregator.model.catalog import Catalog, is_retired, version_key
from aggregator.model.definition import Column, Element, Ledger
from aggregator.model.expression import Aggregate, ColumnRef, ElementRef, Node, elements_of, walk

Asked = Element | Ledger | Column


def check_versions(catalog: Catalog) -> Iterator[Fault]:
    """What stands in no version, former codes and names that two claim, and who reads what is retired."""
    yield from _of_one_kind(catalog, "element", tuple(catalog.elements.values()))
    yield from _of_one_kind(catalog, "ledger", tuple(catalog.ledgers.values()))
    for ledger in catalog.ledgers.values():
        yield from _of_one_kind(catalog, "column", (*ledger.columns, *ledger.retired))
    for origin, reader, node in _read_today(catalog):
        yield from (Fault(origin, f"{reader} reads {read}, which is retired") for read in _retired(catalog, node))


def _of_one_kind(catalog: Catalog, what: str, definitions: Sequence[Asked]) -> Iterator[Fault]:
    """The faults of those among which codes and names must be told apart."""
    bearers = Counter(name for one in definitions for name in {*_names(one), *one.renamed_from})
    for one in definitions:
        yield from (Fault(one.origin, words) for words in _impossible(one, catalog.version))
        for former in dict.fromkeys(one.renamed_from):
            if former in _names(one):
                yield Fault(one.origin, f"{one.code}: {former} is no former code, it goes by that today")
            elif bearers[former] > 1:
                yield Fault(one.origin, f"{one.code}: the former code {former} is another {what}'s")


def _names(one: Asked) -> set[str]:
    """All by which something goes today."""
    return {one.code, one.name, one.sheet} if isinstance(one, Ledger) else {one.code, one.name}


def _impossible(one: Asked, version: str) -> Iterator[str]:
    """Versions in which something cannot stand."""
    for text in filter(None, (one.since, one.until)):
        if not version_key(text):
            yield f"{one.code}: {text!r} is no version"
    if version_key(one.since) > version_key(version):
        yield f"{one.code} stands since {one.since}, and this is {version}"
    if one.until and version_key(one.until) < version_key(one.since):
        yield f"{one.code} ends before it begins"


def _read_today(catalog: Catalog) -> Iterator[tuple[str, str, Node | None]]:
    """Every expression of what stands today, with its place and the code of its owner."""
    for element in filter(catalog.is_standing, catalog.elements.values()):
        yield element.origin, element.code, element.expression
        yield element.origin, element.code, ElementRef(element.weight) if element.weight else None
    ledgers = list(filter(catalog.is_standing, catalog.ledgers.values()))
    for ledger in ledgers:
        yield ledger.origin, ledger.code, ledger.living
        yield ledger.origin, ledger.code, ledger.leaves
    for rule in (*catalog.rules, *(rule for ledger in ledgers for rule in ledger.rules)):
        yield rule.origin, rule.code, rule.check
        yield rule.origin, rule.code, rule.when


def _retired(catalog: Catalog, node: Node | None) -> Iterator[str]:
    """What an expression reads that no version from this one on asks."""
    for code in elements_of(node):
        if code in catalog.elements and is_retired(catalog.elements[code], catalog.version):
            yield code
    for part in walk(node):
        if isinstance(part, Aggregate) and is_retired(catalog.ledgers[part.ledger], catalog.version):
            yield part.ledger
        if isinstance(part, ColumnRef):
            ledger = catalog.ledgers[part.ledger]
            yield from (f"{ledger.code}.{column.code}" for column in ledger.retired if column.code == part.column)
