"""Reads the cells of one sheet part; this is the hot loop of intake, measured before each change."""

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


class Surroundings(NamedTuple):
    """What the cells of a sheet refer to in the other parts of the workbook."""

    shared: Sequence[Cell | None]
    date_styles: frozenset[str]
    percent_styles: frozenset[str]
    scaled_styles: frozenset[str]
    date1904: bool


_MAIN_NAMESPACE_PREFIX = re.compile(
    rb"""xmlns:[^=>]{1,99}=\s*["'][^"'>]{1,99}/(?:spreadsheetml/2006|ooxml/spreadsheetml)/main["']"""
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = frozenset({"1", "true"})


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


class _SheetReader:
    __slots__ = (
        "_attributes",
        "_date1904",
        "_date_styles",
        "_formula",
        "_is_phonetic",
        "_name",
        "_percent_styles",
        "_row",
        "_runs",
        "_scaled_styles",
        "_shared",
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
        self._name = name
        self._shared = surroundings.shared
        self._date_styles = surroundings.date_styles
        self._percent_styles = surroundings.percent_styles
        self._scaled_styles = surroundings.scaled_styles
        self._date1904 = surroundings.date1904
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
            if "r" not in attributes:
                attributes["r"] = self._next_reference()
            self._attributes = attributes
        elif tag == "v" or tag == "f" or tag == "t":  # noqa: PLR1714 - a set is slower
            self.pieces.clear()
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "rPh":
            self._is_phonetic = True
        elif tag == "sheetData":
            self.has_cells_part = True
        elif tag == "col":
            self._add_columns(attributes)
        elif tag == "mergeCell":
            self._add_merged(attributes.get("ref", ""))

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

    def _end_cell(self) -> None:
        attributes, value, formula = self._attributes, self._value, self._formula
        self._value = self._formula = None
        kind = attributes.get("t")
        cell: Cell | None
        if formula is not None:
            cell = self._formula_cell(attributes, value, formula)
        elif not value:
            return
        elif kind == "s":
            index = int(value)
            cell = self._shared[index] if 0 <= index < len(self._shared) else self._refuse_shared()
        elif kind is None and _is_plain_number(value):
            style = attributes.get("s")
            flags = style in self._date_styles, style in self._percent_styles, style in self._scaled_styles
            cell = _new_tuple(Cell, (_NUMBER, value, None, *flags))
        else:
            cell = self._constant(attributes, value)
        if cell is not None:
            place = position(attributes["r"])
            if place[0] != self._row or self.cells.setdefault(place, cell) is not cell:
                raise AddressError(f"{attributes['r']} stands twice or in another row")

    def _constant(self, attributes: Mapping[str, str], value: str) -> Cell | None:
        """Return the cell of a constant, or None for an empty one."""
        kind = attributes.get("t", "n")
        if not value:
            return None
        if kind == "s":
            index = int(value)
            return self._shared[index] if 0 <= index < len(self._shared) else self._refuse_shared()
        if kind == "n":
            return self._number(attributes, value.strip())
        if kind in {"str", "inlineStr"}:
            return Cell(_TEXT, unescape(value))
        if kind == "e":
            return Cell(_ERROR, value)
        if kind == "b":
            return Cell(_BOOL, "1" if value.strip() in _TRUE else "0")
        if kind == "d":
            serial = iso_to_serial(value.strip(), self._date1904)
            return Cell(_TEXT, value) if serial is None else Cell(_NUMBER, serial, is_date=True)
        raise UnreadableFileError(Cause.UNREADABLE_XML, f"{self._name}中有未知类型的单元格")

    def _refuse_shared(self) -> NoReturn:
        cause = Cause.UNREADABLE_XML if self._shared else Cause.PART_MISSING
        raise UnreadableFileError(cause, f"{self._name}引用了不存在的文字")

    def _number(self, attributes: Mapping[str, str], value: str) -> Cell:
        # Excel holds nothing else in such a cell; what a program put there is kept for a finding to show.
        if not is_number(value):
            return Cell(_TEXT, value)
        style = attributes.get("s")
        flags = style in self._date_styles, style in self._percent_styles, style in self._scaled_styles
        return Cell(_NUMBER, value, None, *flags)

    def _formula_cell(self, attributes: Mapping[str, str], value: str | None, formula: str) -> Cell:
        if value is None or (not value and attributes.get("t") != "str"):
            return Cell(_UNCALCULATED, "", formula)
        cell = self._constant(attributes, value)
        return Cell(_TEXT, "", formula) if cell is None else cell._replace(formula=formula)

    def _next_reference(self) -> str:
        previous = self._attributes.get("r")
        return address(self._row, 1 if previous is None else position(previous)[1] + 1)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
        self._attributes = {}
        if not 1 <= self._row <= MAX_ROW:
            raise AddressError(f"row {self._row}")
        if attributes.get("hidden") in _TRUE:
            self.hidden_rows.add(self._row)

    def _add_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE:
            self.hidden_columns.append(range(int(attributes["min"]), min(int(attributes["max"]), MAX_COLUMN) + 1))

    def _add_merged(self, reference: str) -> None:
        self.merged.append(MergedRange(*corners(reference)))


_NUMBER, _TEXT, _BOOL, _ERROR, _UNCALCULATED = CellKind
# Nearly all numbers are so short and plain; the others take the longer way.
_is_plain_number = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?").fullmatch
_new_tuple = tuple.__new__  # the constructor of a named tuple is a function in Python around it
