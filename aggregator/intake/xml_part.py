"""Runs expat over one XML part of a package, within the limits of a file."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.model.address import AddressError

MAX_SECONDS = 5.0  # of parsing; what is made of the cells afterwards takes its time, too
MAX_CELLS = 200_000  # three times what the ledgers of a form have room for
MAX_TAGS = 5_000_000  # each takes time, and memory too while it is open
MAX_DEPTH = 100  # of the small parts
MAX_ELEMENTS = 500_000  # of the small parts; the most styles Excel allows make half of it

_CHUNK_BYTES = 262_144
_KEPT_BYTES = 65_536  # of a small part of which others of the same bytes may come
_EXTENSION_NAMESPACE = "http://schemas.microsoft.com/"

StartHandler = Callable[[str, dict[str, str]], None]
EndHandler = Callable[[str], None]
TextHandler = Callable[[str], object]


@dataclass(slots=True)
class Budget:
    """What one file may still take: processor time of this thread, and things kept."""

    cells_left: int = field(default_factory=lambda: MAX_CELLS)
    tags_left: int = field(default_factory=lambda: MAX_TAGS)
    deadline: float = field(default_factory=lambda: time.thread_time() + MAX_SECONDS)

    def check_time(self) -> None:
        """Refuse the file when its time is over."""
        if time.thread_time() > self.deadline:
            raise UnreadableFileError(Cause.TOO_SLOW)

    def take_tags(self, tags: int) -> None:
        """Count the tags of a part, before it is parsed, and refuse the file when there are too many."""
        self.tags_left -= tags
        if self.tags_left < 0:
            raise UnreadableFileError(Cause.TOO_MANY_CELLS)

    def take(self, cells: int) -> None:
        """Count cells, strings or ranges as kept, and refuse the file when there are too many."""
        self.cells_left -= cells
        if self.cells_left < 0:
            raise UnreadableFileError(Cause.TOO_MANY_CELLS)


class Handlers(NamedTuple):
    """What is called for each start tag, end tag and piece of text; `kept` tells how many things are kept so far."""

    start: StartHandler
    end: EndHandler
    text: TextHandler
    kept: Callable[[], int]


def parse_part(name: str, part: bytes, handlers: Handlers, *, budget: Budget, has_prefixes: bool = True) -> None:
    """Parse one part; tags come without prefix, those of vendors' extensions with their namespace before a blank.

    A part known to use no prefix is read faster with has_prefixes=False.
    """
    _run(name, part, _parser(name, handlers, has_prefixes=has_prefixes), budget=budget, kept=handlers.kept)


def check_part(name: str, part: bytes, budget: Budget) -> None:
    """Refuse a part that is no XML, or too much of it."""
    _run(name, part, _bare_parser(name), budget=budget, kept=lambda: 0)


def _run(name: str, part: bytes, parser: expat.XMLParserType, *, budget: Budget, kept: Callable[[], int]) -> None:
    budget.take_tags(part.count(b"<"))
    view = memoryview(part)
    taken = 0
    try:
        for start in range(0, len(part) or 1, _CHUNK_BYTES):
            end = start + _CHUNK_BYTES
            parser.Parse(view[start:end], end >= len(part))
            budget.check_time()
            budget.take(kept() - taken)
            taken = kept()
    except AddressError as error:
        raise UnreadableFileError(Cause.OUTSIDE_GRID, f"{name}：{error}") from error
    # ValueError and LookupError: an attribute that is no number, an encoding that does not exist.
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableFileError(Cause.UNREADABLE_XML, f"{name}第{parser.CurrentLineNumber}行") from error


def _parser(name: str, handlers: Handlers, *, has_prefixes: bool) -> expat.XMLParserType:
    parser = _bare_parser(name, separator=" " if has_prefixes else None)
    start, end = handlers.start, handlers.end
    local = _LocalNames()
    parser.buffer_text = True
    parser.StartElementHandler = (
        (lambda tag, attributes: start(local[tag], {local[key]: value for key, value in attributes.items()}))
        if has_prefixes
        else start
    )
    parser.EndElementHandler = (lambda tag: end(local[tag])) if has_prefixes else end
    parser.CharacterDataHandler = handlers.text
    return parser


def _bare_parser(name: str, *, separator: str | None = None) -> expat.XMLParserType:
    def refuse_dtd(*_: object) -> None:
        raise UnreadableFileError(Cause.DTD, name)

    parser = expat.ParserCreate(namespace_separator=separator)
    parser.StartDoctypeDeclHandler = refuse_dtd
    return parser


class _LocalNames(dict[str, str]):
    """The names of one part without their namespaces, each worked out once."""

    def __missing__(self, name: str) -> str:
        is_extension = name.startswith(_EXTENSION_NAMESPACE)
        local = self[name] = name if is_extension else name.rpartition(" ")[2]
        return local


class Element(NamedTuple):
    """One element of a small part, with the text directly within it."""

    tag: str
    parent: str
    attributes: dict[str, str]
    text: str


def elements(name: str, part: bytes, budget: Budget, *, wanted: frozenset[str] | None = None) -> tuple[Element, ...]:
    """Return the elements of a small part in the order of their end tags, or those of the wanted tags alone."""
    if len(part) > _KEPT_BYTES:
        return _elements(name, part, budget, wanted)
    budget.take_tags(part.count(b"<"))
    return _kept_elements(name, part, wanted)


# The forms of a month share their styles, and what ties their parts together.
@lru_cache(maxsize=16)
def _kept_elements(name: str, part: bytes, wanted: frozenset[str] | None) -> tuple[Element, ...]:
    return _elements(name, part, Budget(), wanted)


def _elements(name: str, part: bytes, budget: Budget, wanted: frozenset[str] | None) -> tuple[Element, ...]:
    reader = _ElementReader(wanted)
    parse_part(name, part, Handlers(reader.start, reader.end, reader.add_text, lambda: 0), budget=budget)
    return tuple(reader.found)


class _ElementReader:
    __slots__ = ("_open", "_wanted", "found")

    def __init__(self, wanted: frozenset[str] | None) -> None:
        self.found: list[Element] = []
        self._wanted = wanted
        self._open: list[tuple[str, dict[str, str], list[str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._open.append((tag, attributes, []))
        if len(self._open) > MAX_DEPTH:
            raise UnreadableFileError(Cause.UNREADABLE_XML)

    def end(self, tag: str) -> None:
        _, attributes, text = self._open.pop()
        if self._wanted is None or tag in self._wanted:
            parent = self._open[-1][0] if self._open else ""
            self.found.append(Element(tag, parent, attributes, "".join(text)))
        if len(self.found) > MAX_ELEMENTS:
            raise UnreadableFileError(Cause.TOO_MANY_CELLS)

    def add_text(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)
