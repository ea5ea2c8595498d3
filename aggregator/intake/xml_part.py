"""Runs expat over one XML part of a package, within the limits of a file."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
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
    budget.take_tags(part.count(b"<"))
    parser = _parser(name, handlers, has_prefixes=has_prefixes)
    view = memoryview(part)
    kept = 0
    try:
        for start in range(0, len(part), _CHUNK_BYTES):
            parser.Parse(view[start : start + _CHUNK_BYTES], False)  # noqa: FBT003 - pyexpat takes no keywords
            budget.check_time()
            budget.take(handlers.kept() - kept)
            kept = handlers.kept()
        parser.Parse(b"", True)  # noqa: FBT003 - the same
    except AddressError as error:
        raise UnreadableFileError(Cause.OUTSIDE_GRID, f"{name}：{error}") from error
    # ValueError and LookupError: an attribute that is no number, an encoding that does not exist.
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableFileError(Cause.UNREADABLE_XML, f"{name}第{parser.CurrentLineNumber}行") from error
    budget.take(handlers.kept() - kept)


def _parser(name: str, handlers: Handlers, *, has_prefixes: bool) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" " if has_prefixes else None)
    parser.buffer_text = True
    parser.StartElementHandler = _without_namespaces(handlers.start) if has_prefixes else handlers.start
    parser.EndElementHandler = (lambda tag: handlers.end(_local(tag))) if has_prefixes else handlers.end
    parser.CharacterDataHandler = handlers.text

    def refuse_dtd(*_: object) -> None:
        raise UnreadableFileError(Cause.DTD, name)

    parser.StartDoctypeDeclHandler = refuse_dtd
    return parser


def _without_namespaces(start: StartHandler) -> StartHandler:
    return lambda tag, attributes: start(_local(tag), {_local(key): value for key, value in attributes.items()})


def _local(name: str) -> str:
    return name if name.startswith(_EXTENSION_NAMESPACE) else name.rpartition(" ")[2]


class Element(NamedTuple):
    """One element of a small part, with the text directly within it."""

    tag: str
    parent: str
    attributes: dict[str, str]
    text: str


def elements(name: str, part: bytes, budget: Budget, *, wanted: frozenset[str] | None = None) -> list[Element]:
    """Return the elements of a small part in the order of their end tags, or those of the wanted tags alone."""
    reader = _ElementReader(wanted)
    parse_part(name, part, Handlers(reader.start, reader.end, reader.add_text, lambda: 0), budget=budget)
    return reader.found


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
