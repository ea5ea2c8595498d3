"""The YAML files of a catalog to a `Catalog`.

Codes are collected first, so that expressions may name what stands later or in another file; every fault is collected
with its file and line, and all of them are raised together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypedDict, TypeVar

from aggregator.catalog.source import CatalogError, Entry, Fault, nearest, read_file
from aggregator.model.catalog import Catalog, is_retired
from aggregator.model.definition import (
    Asked,
    Block,
    Carry,
    CodeList,
    Column,
    Display,
    Element,
    Ledger,
    LedgerKind,
    Measure,
    MissingPolicy,
    Narrative,
    Over,
    RowsOf,
    Rule,
    Setting,
    ValueType,
)
from aggregator.model.expression import ExpressionError, Node, Number, parse
from aggregator.model.finding import Severity

#: Code lists that the street's own units and the catalog's own codes fill at run time.
COMMUNITIES = "communities"
ELEMENTS = "elements"
_PLACES = {ValueType.MONEY: 2, ValueType.DECIMAL: 2, ValueType.PERCENT: 1}
Definition = TypeVar("Definition", Element, Ledger, CodeList, Setting, Narrative, Block)


@lru_cache(maxsize=4)
def load_catalog(folder: Path | None = None) -> Catalog:
    """The catalog of a folder, or the one that ships; raises CatalogError with every fault."""
    return _Reader(_files(folder)).catalog()


def _files(folder: Path | None) -> tuple[tuple[str, str], ...]:
    """Name and text of each file, in a fixed order."""
    root = folder or resources.files("aggregator.catalog") / "definitions"
    found = sorted(_walk(root, ""), key=lambda item: item[0])
    if not found:
        raise CatalogError([Fault(str(root), "holds no catalog")])
    return tuple((name, file.read_text(encoding="utf-8")) for name, file in found)


def _walk(folder: Traversable | Path, prefix: str) -> Iterator[tuple[str, Traversable | Path]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _walk(item, f"{prefix}{item.name}/")
        elif item.name.endswith((".yaml", ".txt")):
            yield f"{prefix}{item.name}", item


@dataclass
class _Namespace:
    """The names that expressions may use; what `expression.parse` asks for."""

    element_codes: dict[str, None] = field(default_factory=dict)
    setting_codes: dict[str, None] = field(default_factory=dict)
    ledger_columns: dict[str, dict[str, Column]] = field(default_factory=dict)
    codes: dict[str, CodeList] = field(default_factory=dict)

    def elements(self) -> Iterable[str]:
        return self.element_codes

    def settings(self) -> Iterable[str]:
        return self.setting_codes

    def ledgers(self) -> Iterable[str]:
        return self.ledger_columns

    def columns(self, ledger: str) -> Iterable[str]:
        return self.ledger_columns[ledger]

    def ranks(self, ledger: str, column: str) -> tuple[str, ...]:
        codes = self.codes.get(self.ledger_columns[ledger][column].codes)
        return codes.values if codes and codes.ordered else ()


class _Reader:
    """Reads all entries of one catalog; `faults` grows on the way."""

    def __init__(self, files: tuple[tuple[str, str], ...]) -> None:
        self.faults: list[Fault] = []
        # Forms carry the fingerprint: a sentence of a report changes none of them, so styles are not in it.
        definitions = "\0".join(f"{name}\n{text}" for name, text in files if name.endswith(".yaml"))
        self.fingerprint = hashlib.sha256(definitions.encode()).hexdigest()[:16]
        self.styles = {
            name.removeprefix("styles/").removesuffix(".txt"): text for name, text in files if name[-4:] == ".txt"
        }
        roots = (read_file(text, name, self.faults) for name, text in files if name.endswith(".yaml"))
        self.roots = [root for root in roots if root is not None]
        self.names = _Namespace()
        self.version = ""

    def catalog(self) -> Catalog:
        """The whole, or CatalogError."""
        head = next((root for root in self.roots if root.has("version")), None)
        if head is None:
            raise CatalogError([*self.faults, Fault("catalog.yaml:1", "version is missing")])
        self.version = head.text("version", None)
        blocks = self._all("blocks", self._block)
        settings = self._all("settings", self._setting)
        narratives = self._all("narratives", self._narrative)
        codes = self._codes(narratives)
        self.names.codes = codes
        self.names.setting_codes = dict.fromkeys(settings)
        ledgers, elements = self._ledgers(), self._elements(blocks)
        rules = tuple(self._rule(entry) for root in self.roots for entry in root.entries("rules"))
        catalog = Catalog(
            name=head.text("name", None),
            version=self.version,
            fingerprint=self.fingerprint,
            elements=elements,
            ledgers=ledgers,
            codes=codes,
            rules=tuple(rule for rule in rules if rule is not None),
            settings=settings,
            narratives=narratives,
            blocks=blocks,
            styles=self.styles,
            empty_under=head.whole("empty_under", 20),
            fixed_terms=self._all("fixed_terms", self._code_list),
            theme_words=self._all("theme_words", self._code_list),
        )
        for root in self.roots:
            root.finish()
        if self.faults:
            raise CatalogError(self.faults)
        return catalog

    def _all(self, key: str, build: Callable[[Entry], Definition]) -> dict[str, Definition]:
        """Every entry below `key` in any file, by code; a code that stands twice is a fault."""
        found: dict[str, Definition] = {}
        for root in self.roots:
            for entry in root.entries(key):
                definition = build(entry)
                entry.finish()
                if definition.code in found:
                    entry.fault(f"{key}: code {definition.code!r} stands already at {found[definition.code].origin}")
                found[definition.code] = definition
        return found

    def _block(self, entry: Entry) -> Block:
        return Block(
            code=entry.text("code", None),
            name=entry.text("name", None),
            on_by_default=entry.flag("default", default=True),
            note=entry.text("note"),
            origin=entry.origin,
        )

    def _setting(self, entry: Entry) -> Setting:
        return Setting(
            code=entry.text("code", None),
            name=entry.text("name", None),
            group=entry.text("group"),
            type=entry.text("type", "text"),
            required=entry.flag("required"),
            default=entry.text("default"),
            note=entry.text("note"),
            computed=entry.flag("computed"),
            unit=entry.text("unit"),
            minimum=entry.number("min"),
            maximum=entry.number("max"),
            origin=entry.origin,
        )

    def _narrative(self, entry: Entry) -> Narrative:
        return Narrative(
            code=entry.text("code", None),
            name=entry.text("name", None),
            of=entry.choice("of", Asked, Asked.COMMUNITIES),
            title_max=entry.whole("title_max", 40),
            body_min=entry.whole("body_min", 0),
            body_max=entry.whole("body_max", 400),
            required_rows=entry.whole("required_rows", 0),
            instruction=entry.text("instruction"),
            derived=entry.flag("derived"),
            origin=entry.origin,
        )

    def _codes(self, narratives: Mapping[str, Narrative]) -> dict[str, CodeList]:
        codes = self._all("codes", self._code_list)
        kinds = tuple(narrative.name for narrative in narratives.values() if not narrative.derived)
        own = CodeList("narrative_kinds", "材料类别", kinds)
        return {own.code: own, **codes} if kinds else codes

    def _code_list(self, entry: Entry) -> CodeList:
        values = entry.texts("values")
        return CodeList(
            entry.text("code", None), entry.text("name"), values, ordered=entry.flag("ordered"), origin=entry.origin
        )

    def _ledgers(self) -> dict[str, Ledger]:
        """Columns of all ledgers first, then their expressions, which may name any of them."""
        raw: list[tuple[Entry, Ledger]] = []
        element_codes = [entry.text("code") for root in self.roots for entry in root.entries("elements")]
        self.names.element_codes = dict.fromkeys(element_codes)
        for root in self.roots:
            raw.extend((entry, self._ledger(entry)) for entry in root.entries("ledgers"))
        self.names.ledger_columns = {
            ledger.code: {column.code: column for column in (*ledger.columns, *ledger.retired)}
            for _entry, ledger in raw
        }
        found: dict[str, Ledger] = {}
        for entry, ledger in raw:
            if ledger.code in found:
                entry.fault(f"ledgers: code {ledger.code!r} stands already at {found[ledger.code].origin}")
            found[ledger.code] = self._with_conditions(entry, ledger)
            entry.finish()
        return found

    def _ledger(self, entry: Entry) -> Ledger:
        columns = [self._column(column) for column in entry.entries("columns")]
        return Ledger(
            code=entry.text("code", None),
            name=entry.text("name", None),
            sheet=entry.text("sheet") or entry.text("name"),
            block=entry.text("block", None),
            of=entry.choice("of", Asked),
            kind=entry.choice("kind", LedgerKind),
            columns=tuple(column for column in columns if not is_retired(column, self.version)),
            retired=tuple(column for column in columns if is_retired(column, self.version)),
            key=entry.texts("key"),
            living_text=entry.text("living"),
            sensitive=entry.flag("sensitive"),
            capacity=entry.whole("capacity", 300),
            instruction=entry.text("instruction"),
            in_settings=entry.flag("in_settings"),
            **_versions(entry),
            origin=entry.origin,
        )

    def _column(self, entry: Entry) -> Column:
        kind = entry.choice("type", ValueType, ValueType.TEXT)
        column = Column(
            code=entry.text("code", None),
            name=entry.text("name", None),
            type=kind,
            codes=entry.text("codes"),
            required=entry.flag("required"),
            carry=entry.choice("carry", Carry, Carry.KEEP),
            own_unit=entry.flag("own_unit"),
            of=entry.choice("of", Asked, Asked.BOTH),
            sensitive=entry.flag("sensitive"),
            minimum=entry.number("min"),
            maximum=entry.number("max"),
            min_length=int(entry.number("min_length") or 0) or None,
            max_length=int(entry.number("max_length") or 0) or None,
            places=entry.whole("places", _PLACES.get(kind, 0)),
            width=entry.whole("width", 12),
            instruction=entry.text("instruction"),
            **_versions(entry),
            origin=entry.origin,
        )
        entry.finish()
        return column

    def _with_conditions(self, entry: Entry, ledger: Ledger) -> Ledger:
        rules = tuple(self._rule(rule, of=ledger.of, ledger=ledger.code) for rule in entry.entries("rules"))
        return replace(
            ledger,
            living=self._expression(entry, "living", ledger=ledger.code),
            leaves=self._expression(entry, "leaves", ledger=ledger.code),
            rules=tuple(rule for rule in rules if rule is not None),
        )

    def _elements(self, blocks: Mapping[str, Block]) -> dict[str, Element]:
        elements = self._all("elements", self._element)
        for element in elements.values():
            if element.block not in blocks:
                self.faults.append(
                    Fault(element.origin, f"unknown block {element.block!r}{nearest(element.block, blocks)}")
                )
        return elements

    def _element(self, entry: Entry) -> Element:
        kind, unit, of = entry.choice("type", ValueType), entry.text("unit"), entry.choice("of", Asked)
        states = entry.texts("states")
        for state in set(states) - {"not_applicable", "value"}:
            entry.fault(f"states holds {state!r}; only not_applicable may be added")
        return Element(
            code=entry.text("code", None),
            name=entry.text("name", None),
            section=entry.text("section", None),
            block=entry.text("block", None),
            of=of,
            measure=entry.choice("measure", Measure),
            type=kind,
            unit=unit,
            display=self._display(entry, kind, unit),
            over_months=entry.choice("over_months", Over),
            over_units=entry.choice("over_units", Over),
            expression=self._expression(entry, "expression"),
            source_text=entry.text("expression"),
            weight=entry.text("weight"),
            rows_of=entry.choice("rows_of", RowsOf, _ROWS_OF[of]),
            allows_not_applicable="not_applicable" in states,
            required=entry.flag("required", default=True),
            minimum=entry.number("min"),
            maximum=entry.number("max"),
            places=entry.whole("places", _PLACES.get(kind, 0)),
            instruction=entry.text("instruction"),
            **_versions(entry),
            origin=entry.origin,
        )

    def _display(self, entry: Entry, kind: ValueType, unit: str) -> Display:
        own = entry.entry("display")
        if own is None:
            return Display(unit, Decimal(1), _PLACES.get(kind, 0))
        display = Display(own.text("unit", None), own.number("scale") or Decimal(1), own.whole("places", 0))
        own.finish()
        return display

    def _rule(self, entry: Entry, *, of: Asked | None = None, ledger: str = "") -> Rule | None:
        check = self._expression(entry, "check", ledger=ledger)
        if check is None and not entry.has("check"):
            entry.fault("check is missing")
        rule = Rule(
            code=entry.text("code", None),
            name=entry.text("name") or entry.text("message"),
            family=entry.text("family", "表内"),
            of=entry.choice("of", Asked, of),
            check=check or Number(Decimal(0)),
            severity=entry.choice("severity", Severity),
            when=self._expression(entry, "when", ledger=ledger),
            ledger=ledger,
            missing=entry.choice("missing", MissingPolicy, MissingPolicy.UNKNOWN),
            tolerance=entry.number("tolerance") or Decimal(0),
            message=entry.text("message"),
            remedy=entry.text("remedy"),
            probation=entry.flag("probation"),
            source_text=entry.text("check"),
            origin=entry.origin,
        )
        entry.finish()
        return rule if check is not None else None

    def _expression(self, entry: Entry, key: str, *, ledger: str = "") -> Node | None:
        text = entry.text(key)
        if not text:
            return None
        try:
            return parse(text, self.names, ledger=ledger)
        except ExpressionError as fault:
            entry.fault(f"{key} {fault}")
            return None


class _Versions(TypedDict):
    """Since and until which version something is asked, and by what it went before."""

    since: str
    until: str
    renamed_from: tuple[str, ...]


def _versions(entry: Entry) -> _Versions:
    return _Versions(since=entry.text("since"), until=entry.text("until"), renamed_from=entry.texts("renamed_from"))


_ROWS_OF = {
    Asked.COMMUNITIES: RowsOf.COMMUNITIES,
    Asked.OFFICE: RowsOf.OFFICE,
    Asked.BOTH: RowsOf.ALL,
    Asked.STREET: RowsOf.COMMUNITIES,
}
