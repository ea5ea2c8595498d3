"""A zip package made of entries that are deflated already, so that what many packages share is deflated once.

The standard library deflates an entry whenever it is written. The bytes are those that it would write: no hour, no
system, and so the same on every machine.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _DEFLATED = 20, 8
_EARLIEST = (0, 1 << 5 | 1)  # midnight of 1 January 1980, the first hour that a zip file knows
_READABLE = 0o600 << 16


@dataclass(frozen=True, slots=True)
class Packed:
    """A content as an entry holds it."""

    deflated: bytes
    size: int
    crc: int


def packed(content: bytes) -> Packed:
    """A content deflated."""
    deflater = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Packed(deflater.compress(content) + deflater.flush(), len(content), zlib.crc32(content))


def zip_package(entries: Iterable[tuple[str, Packed]]) -> bytes:
    """The package of some entries by name, in their order."""
    written: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, entry in entries:
        path = name.encode("ascii")
        told = (_DEFLATED, *_EARLIEST, entry.crc, len(entry.deflated), entry.size, len(path))
        local = _LOCAL.pack(b"PK\3\4", _VERSION, 0, *told, 0) + path + entry.deflated
        directory.append(_CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, 0, *told, 0, 0, 0, 0, _READABLE, offset) + path)
        written.append(local)
        offset += len(local)
    count, size = len(directory), sum(map(len, directory))
    end = _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, 0)
    return b"".join([*written, *directory, end])
