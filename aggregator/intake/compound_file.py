"""Reads the compound files in which the older office programs keep their streams ([MS-CFB]); no chain is trusted."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from aggregator.intake.causes import Cause, UnreadableFileError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_LAST_SECTOR = 0xFFFF_FFFA  # what is larger is no sector, but a mark
_ROOT, _STREAM = 5, 2
_MOST_SECTORS = 1_000_000


class _Header(NamedTuple):
    sector_bytes: int
    mini_bytes: int
    first_directory: int
    mini_limit: int
    first_mini_table: int
    first_table_of_tables: int
    tables: tuple[int, ...]


class _Entry(NamedTuple):
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class CompoundFile:
    """The streams that stand at the top of a compound file, and the names of all that it holds."""

    names: frozenset[str]
    top: Mapping[str, bytes]


def read_compound(content: bytes, wanted: frozenset[str] = frozenset()) -> CompoundFile:
    """Return the names within a compound file and those wanted streams that stand at its top."""
    try:
        reader = _Reader(content)
        top = {entry.name: entry for entry in reader.at_top()}
        streams = {name: reader.stream(top[name]) for name in wanted if name in top and top[name].kind == _STREAM}
    except (struct.error, IndexError) as error:
        raise UnreadableFileError(Cause.DAMAGED, "复合文档目录") from error
    every = frozenset(entry.name for entry in reader.entries if entry.kind)
    # Names at the top that are no wanted streams are told without their bytes.
    return CompoundFile(every, {name: streams.get(name, b"") for name in top})


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._header = _header(content)
        if not self._header.sector_bytes:
            raise UnreadableFileError(Cause.DAMAGED, "复合文档文件头")
        self._next = self._sector_table()
        self.entries = list(self._entries())
        root = next((entry for entry in self.entries if entry.kind == _ROOT), None)
        if root is None:
            raise UnreadableFileError(Cause.DAMAGED, "复合文档目录")
        self._root = root

    def at_top(self) -> Iterator[_Entry]:
        """The entries directly below the root; a tree that bites its tail ends."""
        seen: set[int] = set()
        waiting = [self._root.child]
        while waiting:
            number = waiting.pop()
            if number >= len(self.entries) or number in seen:
                continue
            seen.add(number)
            entry = self.entries[number]
            yield entry
            waiting += (entry.left, entry.right)

    def stream(self, entry: _Entry) -> bytes:
        """The bytes of one stream; a small one lies in pieces within the root's own."""
        if entry.size > len(self._content):
            raise UnreadableFileError(Cause.TRUNCATED, "复合文档")
        if entry.size >= self._header.mini_limit:
            return self._chain(entry.start)[: entry.size]
        size = self._header.mini_bytes
        pieces = self._chain(self._root.start)
        table = self._table(self._chain(self._header.first_mini_table))
        found = bytearray()
        for number in _follow(entry.start, table):
            found += pieces[number * size : (number + 1) * size]
        return bytes(found[: entry.size])

    def _sector_table(self) -> tuple[int, ...]:
        """Which sector follows which."""
        tables = list(self._header.tables)
        size = self._header.sector_bytes // 4
        number, seen = self._header.first_table_of_tables, set[int]()
        while number < _LAST_SECTOR and number not in seen:
            seen.add(number)
            *more, number = self._table(self._sector(number))
            tables += more
        known = [table for table in tables if table < _LAST_SECTOR]
        if len(known) * size > _MOST_SECTORS or len(set(known)) < len(known):
            raise UnreadableFileError(Cause.DAMAGED, "复合文档分配表")
        return self._table(b"".join(self._sector(table) for table in known))

    def _entries(self) -> Iterator[_Entry]:
        directory = self._chain(self._header.first_directory)
        for at in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            left, right, child = struct.unpack_from("<3I", directory, at + 68)
            start, size = struct.unpack_from("<2I", directory, at + 116)
            name = directory[at : at + min(length, 64)].decode("utf-16-le", "replace").rstrip("\0")
            yield _Entry(name, kind, left, right, child, start, size)

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _follow(start, self._next))

    def _sector(self, number: int) -> bytes:
        size = self._header.sector_bytes
        # The header takes the place of a first sector, also where sectors are larger than it.
        start = (number + 1) * size
        if start >= len(self._content):
            raise UnreadableFileError(Cause.TRUNCATED, "复合文档")
        return self._content[start : start + size].ljust(size, b"\0")

    def _table(self, content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content)


def _header(content: bytes) -> _Header:
    if len(content) < _HEADER_BYTES:
        raise UnreadableFileError(Cause.TRUNCATED, "复合文档")
    sector_shift, mini_shift = struct.unpack_from("<2H", content, 30)
    first_directory, _, mini_limit, first_mini, _, first_table = struct.unpack_from("<6I", content, 48)
    is_known = sector_shift in {9, 12} and mini_shift == 6
    return _Header(
        1 << sector_shift if is_known else 0,
        1 << mini_shift if is_known else 0,
        first_directory,
        mini_limit,
        first_mini,
        first_table,
        struct.unpack_from("<109I", content, 76),
    )


def _follow(start: int, following: tuple[int, ...]) -> Iterator[int]:
    """The numbers of a chain; one that runs in a circle is refused."""
    number, seen = start, set[int]()
    while number < _LAST_SECTOR:
        if number in seen:
            raise UnreadableFileError(Cause.DAMAGED, "复合文档的扇区链成环")
        seen.add(number)
        yield number
        number = following[number]
