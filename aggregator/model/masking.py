"""Persons of sensitive ledgers as outputs show them: enough to recognise a row, never the whole name or number."""

from __future__ import annotations

from aggregator.model.catalog import Catalog
from aggregator.model.definition import Column, Element, Ledger, ValueType
from aggregator.model.expression import Aggregate, ColumnRef, ElementRef, Node, walk

# Shorter runs of digits are no telephone or identity number; they are masked like a name.
_LEAST_DIGITS = 7
_NUMBER_SIGNS = frozenset("-－ Xx")


def masked_name(text: str) -> str:
    """The first character of a name and a star for each other; of a long number the first three and last two digits."""
    stripped = text.strip()
    if _is_long_number(stripped):
        return stripped[:3] + "*" * (len(stripped) - 5) + stripped[-2:]
    # A single character may be the whole name.
    return "*" if len(stripped) == 1 else stripped[:1] + "*" * (len(stripped) - 1)


def _is_long_number(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits >= _LEAST_DIGITS and all(character.isdigit() or character in _NUMBER_SIGNS for character in text)


def is_masked(ledger: Ledger, column: Column) -> bool:
    """Whether what stands in a column is shown masked: it says so, or it is a key text of a sensitive ledger."""
    return column.sensitive or (ledger.sensitive and column.code in ledger.key and column.type is ValueType.TEXT)


def names_persons(element: Element, catalog: Catalog) -> bool:
    """Whether an element's value would show masked texts, as a list over a sensitive ledger does."""
    return _shows_masked(element.expression, catalog, frozenset())


def _shows_masked(node: Node | None, catalog: Catalog, seen: frozenset[str]) -> bool:
    for part in walk(node):
        if isinstance(part, Aggregate) and part.function in {"list", "top"} and _reads_masked(part, catalog):
            return True
        if isinstance(part, ElementRef) and part.code not in seen and part.code in catalog.elements:
            below = catalog.elements[part.code].expression
            if _shows_masked(below, catalog, seen | {part.code}):
                return True
    return False


def _reads_masked(aggregate: Aggregate, catalog: Catalog) -> bool:
    ledger = catalog.ledgers[aggregate.ledger]
    columns = {part.column for part in walk(aggregate.value) if isinstance(part, ColumnRef)}
    return any(is_masked(ledger, ledger.column(code)) for code in columns)
