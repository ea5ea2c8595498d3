"""Cuts a TrueType font down to some characters, so that a report brings along just the ones that it shows.

By the OpenType specification, for fonts as `tools/make_annex_font.py` makes them: simple outlines, no hints, offsets
of 32 bits, a map of characters in format 12. The annex of a month shows some two hundred characters of seven thousand:
50 kB instead of 2 MB.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain

#: The glyph of what the font lacks: an empty box.
_BOX = 0
_TABLE = struct.Struct(">4s3L")
_RUN = struct.Struct(">3L")
_METRICS = struct.Struct(">2H")
_AS_THEY_ARE = ("OS/2", "head", "name", "post")
#: Where a table tells how many glyphs there are.
_GLYPH_COUNT, _METRICS_COUNT, _CHECKSUM = 4, 34, 8
_WHOLE = 0xB1B0AFBA
_WORD = 1 << 32


class Font:
    """A font to be cut, read once."""

    def __init__(self, content: bytes) -> None:
        (count,) = struct.unpack_from(">H", content, 4)
        entries = (_TABLE.unpack_from(content, 12 + at * _TABLE.size) for at in range(count))
        self._tables = {tag.decode(): content[start : start + size] for tag, _, start, size in entries}
        self._starts = struct.unpack(f">{len(self._tables['loca']) // 4}L", self._tables["loca"])
        self._glyphs = _read_map(self._tables["cmap"])

    def cut(self, characters: Iterable[str]) -> bytes:
        """The font with those of the characters that it has; the same ones give the same bytes."""
        codes = sorted(code for code in set(map(ord, characters)) if code in self._glyphs)
        glyphs = [_BOX, *(self._glyphs[code] for code in codes)]
        outlines = [self._tables["glyf"][self._starts[glyph] : self._starts[glyph + 1]] for glyph in glyphs]
        return _file(
            {tag: self._tables[tag] for tag in _AS_THEY_ARE}
            | {
                "cmap": _map(codes),
                "glyf": b"".join(outlines),
                "hhea": _counting(self._tables["hhea"], _METRICS_COUNT, len(glyphs)),
                "hmtx": b"".join(map(self._metrics, glyphs)),
                "loca": struct.pack(f">{len(glyphs) + 1}L", *accumulate(map(len, outlines), initial=0)),
                "maxp": _counting(self._tables["maxp"], _GLYPH_COUNT, len(glyphs)),
            }
        )

    def _metrics(self, glyph: int) -> bytes:
        """Its advance and left bearing; those at the end of the table share the last advance."""
        table = self._tables["hmtx"]
        (own,) = struct.unpack_from(">H", self._tables["hhea"], _METRICS_COUNT)
        advance, bearing = _METRICS.unpack_from(table, min(glyph, own - 1) * _METRICS.size)
        if glyph >= own:
            (bearing,) = struct.unpack_from(">H", table, own * _METRICS.size + (glyph - own) * 2)
        return _METRICS.pack(advance, bearing)


def _read_map(table: bytes) -> dict[int, int]:
    """The glyph of each character code."""
    (count,) = struct.unpack_from(">H", table, 2)
    starts = (struct.unpack_from(">L", table, 4 + at * 8 + 4)[0] for at in range(count))
    (start,) = (start for start in starts if struct.unpack_from(">H", table, start) == (12,))
    (runs,) = struct.unpack_from(">L", table, start + 12)
    found = (_RUN.unpack_from(table, start + 16 + at * _RUN.size) for at in range(runs))
    return {code: glyph + code - first for first, last, glyph in found for code in range(first, last + 1)}


def _map(codes: Sequence[int]) -> bytes:
    """The map of the codes to the glyphs 1, 2, 3, …, in format 4, which every program reads."""
    firsts = [at for at, code in enumerate(codes) if not at or codes[at - 1] != code - 1]
    ends = [*(at - 1 for at in firsts[1:]), len(codes) - 1] if firsts else []
    runs = [(codes[one], codes[other], one + 1 - codes[one]) for one, other in zip(firsts, ends, strict=True)]
    runs.append((0xFFFF, 0xFFFF, 1))  # the last run is this one by definition, and leads to the box
    first, last, delta = ([part & 0xFFFF for part in parts] for parts in zip(*runs, strict=True))
    count, length = len(runs), 16 + 8 * len(runs)
    power = count.bit_length() - 1
    head = (4, length, 0, 2 * count, 2 << power, power, 2 * count - (2 << power))
    words = chain(head, last, (0,), first, delta, (0,) * count)
    return struct.pack(">2H2HL", 0, 1, 3, 1, 12) + struct.pack(f">{length // 2}H", *words)


def _counting(table: bytes, place: int, count: int) -> bytes:
    return table[:place] + struct.pack(">H", count) + table[place + 2 :]


def _file(tables: Mapping[str, bytes]) -> bytes:
    """The tables as a file, with the sums by which a reader knows that it is whole."""
    tables = {tag: tables[tag] for tag in sorted(tables)}
    tables["head"] = _with_sum(tables["head"], 0)
    power = len(tables).bit_length() - 1
    start = struct.pack(">L4H", 0x00010000, len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    padded = {tag: table + bytes(-len(table) % 4) for tag, table in tables.items()}
    places = accumulate(map(len, padded.values()), initial=len(start) + _TABLE.size * len(tables))
    entries = (
        _TABLE.pack(tag.encode(), _sum(padded[tag]), place, len(table))
        for (tag, table), place in zip(tables.items(), places, strict=False)
    )
    directory = start + b"".join(entries)
    total = _sum(directory + b"".join(padded.values()))
    padded["head"] = _with_sum(padded["head"], (_WHOLE - total) % _WORD)
    return directory + b"".join(padded.values())


def _with_sum(head: bytes, checksum: int) -> bytes:
    return head[:_CHECKSUM] + struct.pack(">L", checksum) + head[_CHECKSUM + 4 :]


def _sum(padded: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) % _WORD
