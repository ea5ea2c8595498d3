"""The headers of a table in the form at hand: their row and the column of each, wherever people moved them.

Nothing is guessed: headers in another order, twice, or beside a column that holds something without one are no headers
to read by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from aggregator.intake.cells import CellKind, Sheet
from aggregator.intake.coerce import is_blank
from aggregator.model.address import address

#: People put a few lines above a table, seldom more.
_LOWEST_HEADER_ROW = 40
_Key = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A label that does not stand where it should: the cell, what was expected, what is there."""

    cell: str
    wanted: str
    found: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is not as it was handed out and could be read all the same: the cell, and what, in words.

    `unasked` is the cell of an answer that nobody could give, as what asks for it is gone.
    """

    cell: str
    words: str
    unasked: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above a column of a table, and the number of the column as the form was handed out."""

    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Headers:
    """Where headers stand: row, column by code, the codes of those that are erased; or why none can be read by.

    `others` is how many further headers stand beside them.
    """

    row: int
    columns: Mapping[str, int]
    erased: tuple[str, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    others: int = 0


def find_headers(
    sheet: Sheet, wanted: Mapping[str, Header], *, row: int, key: _Key, needed: Collection[str]
) -> Headers:
    """The headers of a table, `wanted` in the order of their columns; `row` is where they were handed out.

    `key` makes texts comparable. Each that is `needed` is found, or erased where those beside it have not parted.
    """
    texts = _texts(sheet)
    at = _header_row(texts, wanted, row=row, key=key)
    line = texts.get(at, {})
    filled = {column for (row_, column), cell in sheet.cells.items() if row_ > at and not is_blank(cell)}
    found = _positions(line, wanted, key)
    once = {code: columns[0] for code, columns in found.items() if len(columns) == 1}
    free = _Free(line, filled, frozenset(once.values()), frozenset(needed))
    inferred = dict(_inferred(once, wanted, free))
    columns = {code: both[code] for code in wanted if code in (both := once | inferred)}
    is_twice = any(len(found[code]) > 1 for code in needed)
    if is_twice or not set(needed) <= columns.keys() or not _is_sound(list(columns.values()), free):
        return Headers(at, {}, mismatches=_mismatches(line, wanted, row=at, key=key))
    erased = tuple(code for code, column in inferred.items() if not line.get(column))
    return Headers(at, columns, erased, others=len(line.keys() - columns.values()))


@dataclass(frozen=True, slots=True)
class _Free:
    """What stands in the header row, below it, and in which columns headers were found."""

    line: Mapping[int, str]
    filled: Collection[int]
    taken: frozenset[int]
    needed: frozenset[str]


def _texts(sheet: Sheet) -> Mapping[int, Mapping[int, str]]:
    """The texts of the upper rows, by row and column."""
    texts: dict[int, dict[int, str]] = {}
    for (row, column), cell in sheet.cells.items():
        if row <= _LOWEST_HEADER_ROW and cell.kind is CellKind.TEXT and not is_blank(cell):
            texts.setdefault(row, {})[column] = cell.text
    return texts


def _header_row(texts: Mapping[int, Mapping[int, str]], wanted: Mapping[str, Header], *, row: int, key: _Key) -> int:
    """The row with most of the headers; where two have as many, or none has half of them, the one handed out."""
    names = {key(header.text) for header in wanted.values()}
    counts = {at: len(names & {key(text) for text in line.values()}) for at, line in texts.items()}
    most = max(counts.values(), default=0)
    best = [at for at, count in counts.items() if count == most]
    return best[0] if len(best) == 1 and most * 2 >= len(names) else row


def _positions(line: Mapping[int, str], wanted: Mapping[str, Header], key: _Key) -> Mapping[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for column, text in line.items():
        columns.setdefault(key(text), []).append(column)
    return {code: sorted(columns.get(key(header.text), [])) for code, header in wanted.items()}


def _inferred(found: Mapping[str, int], wanted: Mapping[str, Header], free: _Free) -> Iterator[tuple[str, int]]:
    """The columns whose header is gone: those on both sides have moved alike.

    At either end there is one side only, and something must stand in the column: it may have been deleted. A header
    that is not needed may have got other words.
    """
    order = list(wanted)
    for number, code in enumerate(order):
        if code in found:
            continue
        before = [one for one in order[:number] if one in found]
        after = [one for one in order[number + 1 :] if one in found]
        beside = (*before[-1:], *after[:1])
        shifts = {found[one] - wanted[one].column for one in beside}
        column = wanted[code].column + min(shifts, default=0)
        is_free = column not in free.taken and (code not in free.needed or not free.line.get(column))
        if len(shifts) == 1 and column >= 1 and is_free and (len(beside) > 1 or column in free.filled):
            yield code, column


def _is_sound(places: list[int], free: _Free) -> bool:
    """Whether headers stand in their order, and no column without one among them holds anything.

    Where headers alone were pushed aside, what stood below the first of them has none.
    """
    bare = {column for column in range(1, max(places, default=0)) if column not in places and not free.line.get(column)}
    return places == sorted(set(places)) and not bare & set(free.filled)


def _mismatches(line: Mapping[int, str], wanted: Mapping[str, Header], *, row: int, key: _Key) -> tuple[Mismatch, ...]:
    """The headers that do not stand where they were handed out."""
    return tuple(
        Mismatch(address(row, header.column), header.text, line.get(header.column, ""))
        for header in wanted.values()
        if key(line.get(header.column, "")) != key(header.text)
    )
