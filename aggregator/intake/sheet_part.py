"""Reads the cells of one sheet part with expat: what any writer may write, or why it cannot be read."""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple, NoReturn

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.excel_number import is_number, iso_to_serial
from aggregator.intake.xml_part import Budget, Handlers, parse_part
from aggregator.model.address import MAX_COLUMN, MAX_ROW, AddressError, address, corners, position


class CellKind(Enum):
    """What a filled cell holds; a blank cell is not kept at all."""

    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"
    ERROR = "error"
    UNCALCULATED = "uncalculated"

    # There is one of each; that of Enum hashes the name anew, and cells are looked up by the ten thousand.
    __hash__ = object.__hash__


# A named tuple is made in half the time that a frozen dataclass takes.
class Cell(NamedTuple):
    """One filled cell.

    The text of a number is the decimal text of the file; that of a bool is "1" or "0"; that of an error is its name.
    A formula that a program wrote and nothing calculated is UNCALCULATED with an empty text; one whose result is an
    empty text is TEXT with an empty text.  Only formulas can be so: a constant empty text counts as blank.
    """

    kind: CellKind
    text: str
    formula: str | None = None  # None is a constant; "" is a formula whose text stands with another cell
    is_date: bool = False  # only of numbers: the number format shows a day or a time
    is_percent: bool = False  # only of numbers: the number format shows a hundredfold and a percent sign
    is_scaled: bool = False  # only of numbers: the number format writes 万 or the like behind the number

    @property
    def is_formula(self) -> bool:
        """Whether the cell holds a formula, calculated or not."""
        return self.formula is not None


class MergedRange(NamedTuple):
    """A block of merged cells; its value stands in the first."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class SheetContent(NamedTuple):
    """What one sheet part holds."""

    cells: dict[tuple[int, int], Cell]
    hidden_rows: frozenset[int]
    hidden_columns: tuple[range, ...]
    merged: tuple[MergedRange, ...]


class NumberFormat(NamedTuple):
    """How a style shows numbers, as far as it changes what its reader saw; see the fields of a cell."""

    is_date: bool = False
    is_percent: bool = False
    is_scaled: bool = False


PLAIN = NumberFormat()


class Surroundings(NamedTuple):
    """What the cells of a sheet refer to in the other parts of the workbook.

    `formats` holds those that show anything but the number itself, by the style numbers that cells write.
    """

    shared: Sequence[Cell | None]
    formats: Mapping[str, NumberFormat]
    date1904: bool


_MAIN_NAMESPACE_PREFIX = re.compile(
    rb"""xmlns:[^=>]{1,99}=\s*["'][^"'>]{1,99}/(?:spreadsheetml/2006|ooxml/spreadsheetml)/main["']"""
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TRUE = frozenset({"1", "true"})


def read_sheet(name: str, part: bytes, surroundings: Surroundings, budget: Budget) -> SheetContent:
    """Return the filled cells of a sheet part, by row and column counted from 1, and what is hidden and merged."""
    reader = _SheetReader(name, surroundings)
    handlers = Handlers(reader.start, reader.end, reader.pieces.append, reader.kept)
    parse_part(name, part, handlers, budget=budget, has_prefixes=needs_namespaces(part))
    if not reader.has_cells_part:
        raise UnreadableFileError(Cause.UNREADABLE_XML, f"{name}不是工作表")
    hidden_rows = frozenset(reader.hidden_rows)
    return SheetContent(reader.cells, hidden_rows, tuple(reader.hidden_columns), tuple(reader.merged))


def needs_namespaces(part: bytes) -> bool:
    """Return whether the tags of a part may bear a prefix, or hide from a search for one by a wider encoding."""
    return b"\0" in part[:200] or _MAIN_NAMESPACE_PREFIX.search(part) is not None


def unescape(text: str) -> str:
    """Return a text with its `_x000D_` escapes decoded."""
    if "_x" not in text:
        return text
    decoded = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # Two escapes may be the halves of one character; a half alone is none.
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def hidden_columns(attributes: Mapping[str, str]) -> tuple[range, ...]:
    """Return the columns that a `col` says are hidden."""
    if attributes.get("hidden") not in TRUE:
        return ()
    return (range(int(attributes["min"]), min(int(attributes["max"]), MAX_COLUMN) + 1),)


def merged_range(attributes: Mapping[str, str]) -> MergedRange:
    """Return the block of cells that a `mergeCell` tells of."""
    return MergedRange(*corners(attributes.get("ref", "")))


class CellMaker:
    """Makes the cells of one sheet from what its part says of each."""

    __slots__ = ("_date1904", "_formats", "_name", "_shared")

    def __init__(self, name: str, surroundings: Surroundings) -> None:
        self._name = name
        self._shared, self._formats, self._date1904 = surroundings

    def cell(self, style: str | None, kind: str | None, value: str | None, formula: str | None) -> Cell | None:
        """Return the cell of a style, type, value and formula, None standing for what is not said; None is blank."""
        if formula is not None and (value is None or (not value and kind != "str")):
            return Cell(_UNCALCULATED, "", formula)
        cell = self._constant("n" if kind is None else kind, style, value) if value else None
        if formula is None:
            return cell
        return Cell(_TEXT, "", formula) if cell is None else cell._replace(formula=formula)

    def _constant(self, kind: str, style: str | None, value: str) -> Cell | None:
        if kind == "s":
            index = int(value)
            return self._shared[index] if 0 <= index < len(self._shared) else self._refuse_shared()
        if kind == "n":
            return self._number(style, value.strip())
        if kind in {"str", "inlineStr"}:
            return Cell(_TEXT, unescape(value))
        if kind == "e":
            return Cell(_ERROR, value)
        if kind == "b":
            return Cell(_BOOL, "1" if value.strip() in TRUE else "0")
        if kind == "d":
            serial = iso_to_serial(value.strip(), self._date1904)
            return Cell(_TEXT, value) if serial is None else Cell(_NUMBER, serial, is_date=True)
        raise UnreadableFileError(Cause.UNREADABLE_XML, f"{self._name}中有未知类型的单元格")

    def _number(self, style: str | None, value: str) -> Cell:
        # Excel holds nothing else in such a cell; what a program put there is kept for a finding to show.
        if not is_number(value):
            return Cell(_TEXT, value)
        return number_cell(value, PLAIN if style is None else self._formats.get(style, PLAIN))

    def _refuse_shared(self) -> NoReturn:
        cause = Cause.UNREADABLE_XML if self._shared else Cause.PART_MISSING
        raise UnreadableFileError(cause, f"{self._name}引用了不存在的文字")


def number_cell(text: str, shown: NumberFormat) -> Cell:
    """Return the cell of a text that is a number."""
    return _new_tuple(Cell, (_NUMBER, text, None, *shown))


class _SheetReader:
    __slots__ = (
        "_attributes",
        "_formula",
        "_is_phonetic",
        "_make",
        "_row",
        "_runs",
        "_value",
        "cells",
        "has_cells_part",
        "hidden_columns",
        "hidden_rows",
        "merged",
        "pieces",
    )

    def __init__(self, name: str, surroundings: Surroundings) -> None:
        self.cells: dict[tuple[int, int], Cell] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[range] = []
        self.merged: list[MergedRange] = []
        self.pieces: list[str] = []
        self.has_cells_part = False
        self._make = CellMaker(name, surroundings).cell
        self._row = 0
        self._runs: list[str] = []
        self._attributes: dict[str, str] = {}
        self._value: str | None = None
        self._formula: str | None = None
        self._is_phonetic = False

    def kept(self) -> int:
        return len(self.cells) + len(self.merged) + len(self.hidden_columns)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v" or tag == "f" or tag == "t":  # noqa: PLR1714 - a set is slower
            self.pieces.clear()
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "rPh":
            self._is_phonetic = True
        elif tag == "sheetData":
            self.has_cells_part = True
        elif tag == "col":
            self.hidden_columns += hidden_columns(attributes)
        elif tag == "mergeCell":
            self.merged.append(merged_range(attributes))

    def end(self, tag: str) -> None:
        if tag == "v":
            pieces = self.pieces
            self._value = pieces[0] if len(pieces) == 1 else "".join(pieces)
        elif tag == "c":
            if self._value is not None or self._formula is not None:
                self._end_cell()
        elif tag == "f":
            self._formula = "".join(self.pieces)
        elif tag == "t":
            if not self._is_phonetic:
                self._runs.extend(self.pieces)
        elif tag == "is":
            self._value = "".join(self._runs)
            self._runs.clear()
        elif tag == "rPh":
            self._is_phonetic = False

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if "r" not in attributes:
            attributes["r"] = self._next_reference()
        self._attributes = attributes
        # Whatever a strange part has before it, a cell holds what stands within it.
        self._value = self._formula = None
        self._runs.clear()
        self._is_phonetic = False

    def _end_cell(self) -> None:
        attributes = self._attributes
        cell = self._make(attributes.get("s"), attributes.get("t"), self._value, self._formula)
        if cell is not None:
            place = position(attributes["r"])
            if place[0] != self._row or self.cells.setdefault(place, cell) is not cell:
                raise AddressError(f"{attributes['r']} stands twice or in another row")

    def _next_reference(self) -> str:
        previous = self._attributes.get("r")
        return address(self._row, 1 if previous is None else position(previous)[1] + 1)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
        self._attributes = {}
        if not 1 <= self._row <= MAX_ROW:
            raise AddressError(f"row {self._row}")
        if attributes.get("hidden") in TRUE:
            self.hidden_rows.add(self._row)


_NUMBER, _TEXT, _BOOL, _ERROR, _UNCALCULATED = CellKind
_new_tuple = tuple.__new__  # the constructor of a named tuple is a function in Python around it
