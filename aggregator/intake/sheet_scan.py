"""Reads the cells of a sheet part with one pattern, as long as all is plain; this is the hot loop of intake.

Excel, WPS and LibreOffice write rows in so few ways that one pattern finds their cells in a third of the time that a
parser with handlers takes. It covers every character from `<sheetData>` to `</sheetData>`, or nothing counts: whatever
it does not know, `sheet_part` reads the whole part. What stands around the rows is judged by expat always.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from aggregator.intake.causes import UnreadableFileError
from aggregator.intake.plain_xml import attributes_of, is_plain, text_of
from aggregator.intake.sheet_part import (
    PLAIN,
    TRUE,
    Cell,
    CellMaker,
    MergedRange,
    SheetContent,
    Surroundings,
    hidden_columns,
    merged_range,
    needs_namespaces,
    number_cell,
)
from aggregator.intake.xml_part import Budget, check_part
from aggregator.model.address import MAX_ROW, position

_OPENING, _CLOSING = b"<sheetData>", b"</sheetData>"

# Each alternative but the last begins in a way of its own, and the last takes all that is left: the time is linear.
# Possessive quantifiers would promise it, but those of Python 3.11 fail around groups (python/cpython#106052, #101955).
_BLANK = rb'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?(?: t="[A-Za-z]+")?(?: ?/>|></c>)'
_FILLED = rb'<c r="([A-Z]+[0-9]+)"(?: s="([0-9]+)")?'
_SHARED = rb' t="s"><v>([0-9]{1,9})</v></c>'
_NUMBER = rb'(?: t="n")?><v>(-?[0-9]{1,15}(?:\.[0-9]{1,20})?)</v></c>'
_KEPT = rb'(?: xml:space="preserve")?'
_FORMULA = rb"<f(?: [^<>]*)?>(?:[^<]*</f>)?"
_VALUE = rb"<v%b>[^<]*</v>|<v ?/>|<is><t%b>[^<]*</t></is>" % (_KEPT, _KEPT)
_OTHER = rb'((?: t="[A-Za-z]+")?>(?:%b)?(?:%b)?</c>)' % (_FORMULA, _VALUE)
_ROWS = rb"(?:<sheetData>|</row>)((?:<row [^<>]*/>){0,9999})(?:<row( [^<>]*)>|</sheetData>)"
#: One of: a filled cell; blank cells; rows without cells and then the start of a row, or the end; all that is left.
_all_tokens = re.compile(
    rb"%b(?:%b|%b|%b)|(?:%b){1,99}|%b|(.+)" % (_FILLED, _SHARED, _NUMBER, _OTHER, _BLANK, _ROWS), re.DOTALL
).findall
_parts_of_other = re.compile(
    '(?: t="(?P<kind>[A-Za-z]+)")?>'
    "(?P<formula><f(?P<attributes> [^<>]*?)?(?:/>|>(?P<text>[^<]*)</f>))?"
    "(?:<v[^<>/]*>(?P<value>[^<]*)</v>|(?P<empty><v ?/>)|<is><t[^<>]*>(?P<inline>[^<]*)</t></is>)?</c>"
).fullmatch
#: The tags around the rows that tell of cells or would be some, and what is no tag.
_tags_around = re.compile(rb"<([!?]|(?:col|mergeCell|row|c)[\s/>][^<>]*)").findall


def scan_sheet(name: str, part: bytes, surroundings: Surroundings, budget: Budget) -> SheetContent | None:
    """Return what `read_sheet` does, in half its time; None for it to read a part, or to tell what is wrong with it."""
    first, last = part.find(_OPENING), part.find(_CLOSING)
    if not is_plain(part) or not 0 <= first < last or part.count(b"<sheetData") > 1:
        return None
    frame = part[: first + len(_OPENING)] + part[last:]
    if needs_namespaces(frame):
        return None
    try:
        rows = _rows(part[first : last + len(_CLOSING)], surroundings, CellMaker(name, surroundings))
        around = _around(name, frame, budget)
    except (UnreadableFileError, ValueError, LookupError):
        return None
    budget.take_tags(part.count(b"<", first, last))
    budget.take(len(rows.cells) + len(around.hidden_columns) + len(around.merged))
    budget.check_time()
    return SheetContent(rows.cells, rows.hidden, around.hidden_columns, around.merged)


# --- the rows ----------------------------------------------------------------------------------------------------


class _Rows(NamedTuple):
    cells: dict[tuple[int, int], Cell]
    hidden: frozenset[int]


def _rows(xml: bytes, surroundings: Surroundings, make: CellMaker) -> _Rows:
    """Return the filled cells and the hidden rows; ValueError or LookupError where anything is unusual."""
    shared = surroundings.shared
    formats = {style.encode(): shown for style, shown in surroundings.formats.items()}
    cells: dict[tuple[int, int], Cell] = {}
    hidden: list[int] = []
    count = row = 0
    for reference, style, index, number, other, skipped, attributes, _ in _tokens(xml):
        if reference:
            if index:
                cell = shared[int(index)]
            elif number:
                cell = number_cell(number.decode(), formats.get(style, PLAIN))
            else:
                cell = make.cell(style.decode(), *_said(other))
            if cell is not None:
                place = _place(reference)
                if place[0] != row:
                    raise ValueError("a cell in another row")
                cells[place] = cell
                count += 1
        elif attributes:
            row, is_hidden = _row(attributes)
            hidden += (row,) * is_hidden
        if skipped:
            hidden += _hidden_of(skipped)
    if len(cells) != count:
        raise ValueError("a place for two cells")
    return _Rows(cells, frozenset(hidden))


def _tokens(xml: bytes) -> list[tuple[bytes, ...]]:
    found: list[tuple[bytes, ...]] = _all_tokens(xml)
    if found[-1][-1]:
        raise ValueError("something that is no row and no cell")
    return found


# The sheets of a month are alike: places, rows and formulas come again and again.
@lru_cache(maxsize=65_536)
def _place(reference: bytes) -> tuple[int, int]:
    return position(reference.decode())


@lru_cache(maxsize=8192)
def _row(xml: bytes) -> tuple[int, bool]:
    """Return the number of a row and whether it is hidden, by its attributes."""
    attributes = attributes_of(xml.decode())
    row = int(attributes["r"])
    if not 1 <= row <= MAX_ROW:
        raise ValueError("a row outside the sheet")
    return row, attributes.get("hidden") in TRUE


def _hidden_of(rows: bytes) -> Iterator[int]:
    """Yield those of some rows without cells that are hidden."""
    for tag in rows.split(b"/>")[:-1]:
        row, is_hidden = _row(tag.removeprefix(b"<row"))
        if is_hidden:
            yield row


class _Said(NamedTuple):
    kind: str | None
    value: str | None
    formula: str | None


@lru_cache(maxsize=1024)
def _said(xml: bytes) -> _Said:
    """Return what stands behind the style of a cell that is no shared text and no plain number."""
    found = _parts_of_other(xml.decode())
    if found is None:
        raise ValueError("an unusual cell")
    if found["attributes"]:
        attributes_of(found["attributes"])
    formula = None if found["formula"] is None else text_of(found["text"] or "")
    value = found["inline"] if found["value"] is None else found["value"]
    return _Said(found["kind"], "" if found["empty"] else None if value is None else text_of(value), formula)


# --- what stands around them -------------------------------------------------------------------------------------


class _Around(NamedTuple):
    hidden_columns: tuple[range, ...]
    merged: tuple[MergedRange, ...]


def _around(name: str, frame: bytes, budget: Budget) -> _Around:
    """Return what a part without its rows says of columns and merged cells; ValueError where anything is unusual."""
    check_part(name, frame, budget)
    columns: list[range] = []
    merged: list[MergedRange] = []
    # Behind the declaration, or the tag of the root where there is none: without comments and the like whatever looks
    # like a tag is one.
    for tag in _tags_around(frame, frame.index(b">")):
        if tag.startswith(b"mergeCell "):
            merged.append(_merged_range(tag))
        elif tag.startswith(b"col "):
            columns += _hidden_columns(tag)
        else:
            raise ValueError("cells out of their place, or something that is no element")
    return _Around(tuple(columns), tuple(merged))


@lru_cache(maxsize=1024)
def _hidden_columns(tag: bytes) -> tuple[range, ...]:
    return hidden_columns(_attributes(tag))


@lru_cache(maxsize=1024)
def _merged_range(tag: bytes) -> MergedRange:
    return merged_range(_attributes(tag))


def _attributes(tag: bytes) -> Mapping[str, str]:
    _, blank, attributes = tag.decode().rstrip(" /").partition(" ")
    return attributes_of(blank + attributes)
