"""The catalog as a value: everything that is asked, derived, checked and printed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from aggregator.model.definition import Block, CodeList, Column, Element, Ledger, Narrative, Rule, Setting
from aggregator.model.expression import ledgers_of
from aggregator.model.former_codes import FormerCodes
from aggregator.model.org_unit import Street, UnitKind


# Compared and hashed by identity: there is one catalog a run, and what is precomputed from it is kept beside it.
@dataclass(frozen=True, eq=False)
class Catalog:
    """All definitions by code, in the order of the files; `fingerprint` is the hash of those files, styles apart."""

    name: str
    version: str
    fingerprint: str
    elements: Mapping[str, Element]
    ledgers: Mapping[str, Ledger]
    codes: Mapping[str, CodeList]
    rules: tuple[Rule, ...]
    settings: Mapping[str, Setting]
    narratives: Mapping[str, Narrative]
    blocks: Mapping[str, Block]
    styles: Mapping[str, str] = field(default_factory=dict)
    empty_under: int = 20
    fixed_terms: Mapping[str, CodeList] = field(default_factory=dict)
    theme_words: Mapping[str, CodeList] = field(default_factory=dict)

    def element(self, code_or_name: str) -> Element:
        """The element of that code or Chinese name, of today or of an earlier version; KeyError when there is none."""
        found = self.elements.get(code_or_name) or self._by_name.get(code_or_name) or self.once_called(code_or_name)
        if found is None:
            raise KeyError(code_or_name)
        return found

    def nearest(self, code_or_name: str) -> list[str]:
        """Codes and names that look like it, the nearest first."""
        known = [*self.elements, *self._by_name]
        inside = [name for name in self._by_name if code_or_name and code_or_name in name]
        return [*dict.fromkeys([*inside, *difflib.get_close_matches(code_or_name, known, n=5, cutoff=0.4)])][:5]

    @cached_property
    def _by_name(self) -> dict[str, Element]:
        return {element.name: element for element in self.elements.values()}

    def asked_elements(self, kind: UnitKind, blocks_on: frozenset[str]) -> Iterator[Element]:
        """Elements that stand on the indicator sheet of such a unit's form, typed and derived."""
        return iter(_asked_elements(self, kind, blocks_on))

    def typed_elements(self, kind: UnitKind, blocks_on: frozenset[str]) -> tuple[Element, ...]:
        """Those of them that a person types."""
        return _typed_elements(self, kind, blocks_on)

    def is_asked(self, code: str, kind: UnitKind, blocks_on: frozenset[str]) -> bool:
        """Whether an element stands on the indicator sheet of such a unit's form."""
        return code in _asked_codes(self, kind, blocks_on)

    def asked_ledgers(self, kind: UnitKind, blocks_on: frozenset[str]) -> Iterator[Ledger]:
        """Ledgers that stand in the form of such a unit."""
        for ledger in self.ledgers.values():
            is_on = ledger.block in blocks_on and self.is_standing(ledger)
            if is_on and ledger.of.includes(kind) and not ledger.in_settings:
                yield ledger

    def is_standing(self, asked: Element | Ledger) -> bool:
        """Whether this version asks for an element or a ledger: not retired by `until`, nor yet to come by `since`."""
        is_to_come = version_key(asked.since) > version_key(self.version)
        return not is_to_come and not is_retired(asked, self.version)

    def once_called(self, code: str) -> Element | None:
        """The element that went by a code in an earlier version; None when none did."""
        now = self.former.elements.get(code)
        return self.elements[now] if now else None

    @cached_property
    def former(self) -> FormerCodes:
        """The codes of today by the codes and names of earlier versions."""
        return FormerCodes(
            elements=_by_former(self.elements.values()),
            ledgers=_by_former(self.ledgers.values()),
            columns={code: found for code, ledger in self.ledgers.items() if (found := _by_former(ledger.columns))},
        )

    def is_on(self, element: Element, blocks_on: frozenset[str], kind: UnitKind | None = None) -> bool:
        """Whether an element is in use: it is no other version's, its block is on, and so are the ledgers it reads."""
        if not self.is_standing(element):
            return False
        ledgers = [self.ledgers[code] for code in ledgers_of(element.expression)]
        return element.block in blocks_on and all(
            ledger.block in blocks_on and self.is_standing(ledger) and (kind is None or ledger.of.includes(kind))
            for ledger in ledgers
        )

    def blocks_on(self, street: Street) -> frozenset[str]:
        """The blocks that a street uses; the catalog's defaults when its settings say nothing."""
        return street.blocks_on or frozenset(block.code for block in self.blocks.values() if block.on_by_default)


def _by_former(definitions: Iterable[Element | Ledger | Column]) -> dict[str, str]:
    return {former: one.code for one in definitions for former in one.renamed_from}


def is_retired(asked: Element | Ledger | Column, version: str) -> bool:
    """Whether a version asks for something no more."""
    return () < version_key(asked.until) < version_key(version)


def version_key(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared: 1.10 lies after 1.9.0, 1 is 1.0.0; what is none lies before all."""
    parts = version.strip().split(".")
    if not all(part.isascii() and part.isdecimal() for part in parts):
        return ()
    numbers = [int(part) for part in parts]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


# Asked for every unit of every month; which ledgers an expression reads is found by walking its tree.
@lru_cache(maxsize=64)
def _asked_elements(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> tuple[Element, ...]:
    return tuple(
        element
        for element in catalog.elements.values()
        if element.of.includes(kind) and catalog.is_on(element, blocks_on, kind)
    )


@lru_cache(maxsize=64)
def _typed_elements(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> tuple[Element, ...]:
    return tuple(element for element in _asked_elements(catalog, kind, blocks_on) if element.is_typed)


@lru_cache(maxsize=64)
def _asked_codes(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> frozenset[str]:
    return frozenset(element.code for element in _asked_elements(catalog, kind, blocks_on))
