"""YAML read with its places: every entry knows its file and line, and says what is wrong with it in those terms."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

import yaml

# The compiled loader is about ten times faster; the pure one gives the same tree where it is absent.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of the catalog: `file:line` and what is wrong there."""

    origin: str
    message: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.message}"


class CatalogError(ValueError):
    """A catalog that cannot be used; `faults` lists all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))


class Entry:
    """One mapping of a YAML file. Reading a key marks it as known; `finish` reports the keys nobody read."""

    def __init__(self, pairs: Mapping[str, yaml.Node], origin: str, faults: list[Fault]) -> None:
        self._pairs = pairs
        self._known: set[str] = set()
        self.origin = origin
        self._faults = faults

    def fault(self, message: str) -> None:
        """Note a fault at this entry."""
        self._faults.append(Fault(self.origin, message))

    def has(self, key: str) -> bool:
        """Whether the key stands there."""
        return key in self._pairs

    def text(self, key: str, default: str | None = "") -> str:
        """A text; a fault when it is absent and has no default."""
        node = self._node(key, required=default is None)
        if node is None:
            return default or ""
        if not isinstance(node, yaml.ScalarNode):
            self.fault(f"{key} must be a text")
            return default or ""
        return str(node.value).strip()

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A switch written true/false or on/off."""
        text = self.text(key).lower()
        if text not in {"", "true", "false", "on", "off", "yes", "no"}:
            self.fault(f"{key} must be true or false, not {text!r}")
        return default if not text else text in {"true", "on", "yes"}

    def number(self, key: str) -> Decimal | None:
        """An exact number, None when absent."""
        text = self.text(key)
        if not text:
            return None
        try:
            return Decimal(text)
        except InvalidOperation:
            self.fault(f"{key} must be a number, not {text!r}")
            return None

    def whole(self, key: str, default: int) -> int:
        """A whole number."""
        number = self.number(key)
        return default if number is None else int(number)

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        """One word of a closed list."""
        text = self.text(key, None if default is None else "")
        values = [str(member) for member in kind]
        if text in values:
            return kind(text)
        if text:
            self.fault(f"{key} is {text!r}{nearest(text, values)}; it must be one of {', '.join(values)}")
        return default if default is not None else next(iter(kind))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        node = self._node(key)
        if node is None:
            return ()
        if isinstance(node, yaml.ScalarNode):
            return (str(node.value),)
        if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
            return tuple(str(item.value) for item in node.value)
        self.fault(f"{key} must be a list of texts")
        return ()

    def entry(self, key: str) -> Entry | None:
        """A nested mapping."""
        node = self._node(key)
        return None if node is None else self._inner(node, key)

    def entries(self, key: str) -> Iterator[Entry]:
        """A list of mappings."""
        node = self._node(key)
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self.fault(f"{key} must be a list")
            return
        for item in node.value:
            inner = self._inner(item, key)
            if inner is not None:
                yield inner

    def finish(self) -> None:
        """Report the keys that nobody read: they are slips of the pen."""
        for key in self._pairs.keys() - self._known:
            self.fault(f"unknown key {key!r}{nearest(key, self._known)}")

    def _node(self, key: str, *, required: bool = False) -> yaml.Node | None:
        self._known.add(key)
        node = self._pairs.get(key)
        if required and node is None:
            self.fault(f"{key} is missing")
        return node

    def _inner(self, node: yaml.Node, key: str) -> Entry | None:
        if not isinstance(node, yaml.MappingNode):
            self.fault(f"{key} must hold keys and values")
            return None
        return _entry(node, self.origin.split(":", maxsplit=1)[0], self._faults)


def read_file(text: str, name: str, faults: list[Fault]) -> Entry | None:
    """The mapping at the root of a YAML file; None, with a fault, when it is none."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        faults.append(Fault(f"{name}:{line}", f"is not YAML: {fault.problem}"))
        return None
    if not isinstance(root, yaml.MappingNode):
        faults.append(Fault(f"{name}:1", "must hold keys and values"))
        return None
    return _entry(root, name, faults)


def _entry(node: yaml.MappingNode, name: str, faults: list[Fault]) -> Entry:
    pairs: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.value in pairs:
            faults.append(Fault(f"{name}:{key.start_mark.line + 1}", f"key {key.value!r} stands twice"))
        pairs[str(key.value)] = value
    return Entry(pairs, f"{name}:{node.start_mark.line + 1}", faults)


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` when something known looks like it."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
