"""Where the lines of the indicator sheet stand in the form at hand: by name and number, wherever people moved them.

A line counts as found where two things say so: its name in its place, or its name and its number together, or one of
them where the lines around have moved just as far. What is not certain is lost, and told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from aggregator.form.places import (
    CONFIRM_LABEL,
    LAST_COLUMN,
    LATEST_HEADER,
    LINE_HEADER_ROW,
    LINE_HEADERS,
    NAME_COLUMN,
    NOT_APPLICABLE_TEXTS,
    NOTE_COLUMN,
    NUMBER_COLUMN,
    REMARK_COLUMN,
    UNIT_COLUMN,
    VALUE_COLUMN,
    ElementCell,
    FormLayout,
)
from aggregator.intake.cells import Cell, CellKind, Sheet
from aggregator.intake.headers import Change, Header, Headers, Mismatch, find_headers
from aggregator.intake.numbers import is_same_unit
from aggregator.intake.plain_text import folded
from aggregator.model.address import address, column_letters, corners, position
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element

_PRINTED = {letter: Header(corners(letter)[1], text) for letter, text in LINE_HEADERS.items()}
_COLUMNS = {letter: header.column for letter, header in _PRINTED.items()}
_NAME, _UNIT = _COLUMNS[NAME_COLUMN], _COLUMNS[UNIT_COLUMN]
_NEEDED = frozenset({NAME_COLUMN, VALUE_COLUMN})
_LABEL_COLUMNS = range(1, 4)
_Cells = Mapping[tuple[int, int], Cell]
_LAST_WORD, _LATEST_WORD = folded(LINE_HEADERS[LAST_COLUMN]), folded(LATEST_HEADER)
#: Headers behind which something stands in brackets.
_BRACKETED = frozenset({_LAST_WORD, _LATEST_WORD, folded(LINE_HEADERS[REMARK_COLUMN]).partition("(")[0]})
_CONFIRM = folded(CONFIRM_LABEL)[:5]


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines stand: the cell of each element's value, the columns by the letter they were handed out with.

    `lost` are the elements that cannot be told for certain, `mismatches` says why; `changes` is what was moved.
    """

    sheet: Sheet
    cells: Mapping[str, ElementCell]
    confirmed_cell: str
    columns: Mapping[str, int]
    header_row: int = LINE_HEADER_ROW
    lost: frozenset[str] = frozenset()
    mismatches: tuple[Mismatch, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether it can be the indicator sheet: at least every second line is found."""
        return len(self.lost) * 2 <= len(self.cells)

    @property
    def is_whole(self) -> bool:
        """Whether it can be no other sheet: so many names are nobody else's."""
        return True

    def beside(self, cell: ElementCell, letter: str) -> str:
        """The cell of a line in another column; empty where the sheet has none."""
        column = self.columns.get(letter)
        return address(cell.row, column) if column else ""


def place_lines(sheet: Sheet, layout: FormLayout, catalog: Catalog) -> Lines:
    """The lines of a form's indicator sheet."""
    elements = {code: _as_asked(catalog.elements[code], layout) for code in layout.elements}
    if _stands_as_printed(sheet, layout, elements):
        return Lines(sheet, layout.elements, layout.stock_confirmed_cell, _COLUMNS)
    headers = find_headers(sheet, _PRINTED, row=LINE_HEADER_ROW, key=_header_key, needed=_NEEDED)
    if headers.mismatches:
        return _all_lost(sheet, layout, headers)
    return _Search(sheet, layout, elements, headers).lines()


def _as_asked(element: Element, layout: FormLayout) -> Element:
    """An element by the name that the form at hand gives it."""
    name = layout.names.get(element.code)
    return replace(element, name=name) if name else element


def has_line_headers(sheet: Sheet) -> bool:
    """Whether a sheet bears the headers of the indicator sheet, or nearly all of them."""
    headers = find_headers(sheet, _PRINTED, row=LINE_HEADER_ROW, key=_header_key, needed=_NEEDED)
    found = ((letter, sheet.cells.get((headers.row, column))) for letter, column in headers.columns.items())
    same = [letter for letter, cell in found if cell and _header_key(cell.text) == _header_key(LINE_HEADERS[letter])]
    return len(same) >= len(_PRINTED) - 2


def _stands_as_printed(sheet: Sheet, layout: FormLayout, elements: Mapping[str, Element]) -> bool:
    """Whether nothing has moved: the usual form."""
    cells = sheet.cells
    has_headers = all(
        (cell := cells.get((LINE_HEADER_ROW, header.column))) is not None
        and (cell.text == header.text or _header_key(cell.text) == _header_key(header.text))
        for header in _PRINTED.values()
    )
    return has_headers and all(
        _bears_its_labels(cells, place, elements[code]) for code, place in layout.elements.items()
    )


def _bears_its_labels(cells: _Cells, place: ElementCell, element: Element) -> bool:
    """Whether an element's name stands in its row, and no other unit than its own beside it."""
    name, unit = cells.get((place.row, _NAME)), cells.get((place.row, _UNIT))
    if name is not None and unit is not None and name.text == element.name and unit.text == element.unit:
        return True
    wanted = folded(element.name)
    found = (cells.get((place.row, column)) for column in _LABEL_COLUMNS)
    has_name = any(cell is not None and folded(cell.text) == wanted for cell in found)
    return has_name and _unit_mismatch(cells, place.row, element, column=_UNIT) is None


def _all_lost(sheet: Sheet, layout: FormLayout, headers: Headers) -> Lines:
    """Nobody can tell which column holds this month's values: told once, by the first header that is not there."""
    elsewhere = [
        Mismatch(address(headers.row, header.column), header.text, found.text if found else "")
        for letter, header in _PRINTED.items()
        for found in [sheet.cells.get((headers.row, header.column))]
        if headers.columns.get(letter) != header.column
    ]
    told = headers.mismatches or tuple(elsewhere)
    value = _COLUMNS[VALUE_COLUMN]
    first = next((one for one in told if position(one.cell)[1] == value), told[0])
    lost = frozenset(layout.elements)
    return Lines(sheet, layout.elements, layout.stock_confirmed_cell, _COLUMNS, headers.row, lost, (first,))


def _header_key(text: str) -> str:
    """What a header says; above last month's numbers and remarks without what stands in brackets."""
    word = folded(text)
    bare = word.partition("(")[0]
    if bare not in _BRACKETED:
        return word
    return _LAST_WORD if bare == _LATEST_WORD else bare


def _unit_mismatch(cells: _Cells, row: int, element: Element, *, column: int | None) -> Mismatch | None:
    """Whoever writes 万人 over 人 has typed 万人; an erased unit says nothing else."""
    found = cells.get((row, column)) if column else None
    if column is None or found is None or found.text == element.unit or not element.type.is_number:
        return None
    word = folded(found.text)
    if not word or word == folded(element.name) or is_same_unit(word, element.unit):
        return None
    return Mismatch(address(row, column), element.unit, found.text)


# ---- lines that were moved


@dataclass(frozen=True)
class _Search:
    """The search for the lines of a sheet in which something has moved."""

    sheet: Sheet
    layout: FormLayout
    elements: Mapping[str, Element]
    headers: Headers

    def lines(self) -> Lines:
        """Where each line stands, and what is lost."""
        rows = self._rows()
        if not self._is_backed(rows):
            return _all_lost(self.sheet, self.layout, self.headers)
        cells = dict(self._cells(rows))
        mismatches = {code: one for code, place in cells.items() if (one := self._mismatch(code, place, rows))}
        told = tuple(one for code, one in mismatches.items() if not cells[code].derived)
        return Lines(
            self.sheet,
            cells,
            self._confirmed_cell(),
            self.headers.columns,
            self.headers.row,
            frozenset(mismatches),
            told,
            tuple(self._changes(cells, rows)),
        )

    # ---- which row is whose

    @cached_property
    def _names(self) -> Mapping[int, str]:
        """The folded names below the header, by row."""
        column = self.headers.columns[NAME_COLUMN]
        return {
            row: folded(cell.text)
            for (row, at), cell in self.sheet.cells.items()
            if at == column and row > self.headers.row and cell.kind is CellKind.TEXT
        }

    @cached_property
    def _numbers(self) -> Mapping[int, str]:
        """The numbers before them, by row."""
        column = self.headers.columns.get(NUMBER_COLUMN)
        return {
            row: folded(cell.text)
            for (row, at), cell in self.sheet.cells.items()
            if at == column and row > self.headers.row and folded(cell.text).isdecimal()
        }

    def _rows(self) -> dict[str, int]:
        """The rows of the elements that are found for certain."""
        by_name, by_number = _by_text(self._names), _by_text(self._numbers)
        certain: dict[str, int] = {}
        likely: dict[str, int] = {}
        for code, place in self.layout.elements.items():
            named = by_name.get(folded(self.elements[code].name), [])
            numbered = by_number.get(str(place.number), [])
            both = [row for row in named if row in numbered]
            bare = [row for row in named if row not in self._numbers]
            unnamed = [row for row in numbered if not self._names.get(row)]
            if both and self._say_the_same(both):
                certain[code] = both[0]
            elif not both and place.row in named:
                likely[code] = place.row
            elif len(bare) + len(unnamed) == 1 and not both:
                likely[code] = (bare or unnamed)[0]
        return _one_each(certain | dict(self._moved_alike(likely, certain)))

    def _say_the_same(self, rows: list[int]) -> bool:
        """Whether lines that bear the same name and number, a line and its copy, hold the same value."""
        column = self.headers.columns[VALUE_COLUMN]
        found = [self.sheet.cells.get((row, column)) for row in rows]
        return len({(cell.kind, cell.text) if cell else None for cell in found}) == 1

    def _moved_alike(self, likely: Mapping[str, int], certain: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """Those with a name or a number alone that stand as far from their place as a line or heading beside them."""
        shifts = {self.layout.elements[code].row: row - self.layout.elements[code].row for code, row in certain.items()}
        shifts |= self._shifts_of_headings()
        for code, row in likely.items():
            printed = self.layout.elements[code].row
            before = max((at for at in shifts if at < printed), default=None)
            after = min((at for at in shifts if at > printed), default=None)
            if row - printed in {shifts[at] for at in (before, after) if at is not None}:
                yield code, row

    def _shifts_of_headings(self) -> Mapping[int, int]:
        texts: dict[str, list[int]] = {}
        for (row, _column), cell in self.sheet.cells.items():
            if cell.kind is CellKind.TEXT and row > self.headers.row:
                texts.setdefault(cell.text, []).append(row)
        found = {heading.row: texts.get(heading.text, []) for heading in self.layout.headings}
        return {printed: rows[0] - printed for printed, rows in found.items() if len(rows) == 1}

    # ---- whether headers and columns belong together

    def _is_backed(self, rows: Mapping[str, int]) -> bool:
        """Whether units and instructions stand below their headers; where headers alone were moved they do not."""
        if self.headers.columns == _COLUMNS:
            return True
        units = {rows[code]: element.unit for code, element in self.elements.items() if code in rows and element.unit}
        notes = {
            rows[code]: element.instruction
            for code, element in self.elements.items()
            if code in rows and element.instruction
        }
        return self._stand_in(units, UNIT_COLUMN) and self._stand_in(notes, NOTE_COLUMN) and self._are_typed(rows)

    def _are_typed(self, rows: Mapping[str, int]) -> bool:
        """Whether anybody typed below the header of the values; beside them stand formulas and dashes alone."""
        column = self.headers.columns[VALUE_COLUMN]
        places = (
            (rows[code], column) for code, place in self.layout.elements.items() if code in rows and not place.derived
        )
        found = [cell for at in places if (cell := self.sheet.cells.get(at)) is not None]
        return not found or any(cell.formula is None and cell.text not in NOT_APPLICABLE_TEXTS for cell in found)

    def _stand_in(self, texts: Mapping[int, str], letter: str) -> bool:
        """Whether most of the texts that stand anywhere in their rows stand in a column; it may be gone with them."""
        counts: dict[int, int] = {}
        for (row, column), cell in self.sheet.cells.items():
            if cell.text == texts.get(row):
                counts[column] = counts.get(column, 0) + 1
        own = self.headers.columns.get(letter, 0)
        most = max(counts, key=lambda at: counts[at], default=0)
        return most in {0, own} or counts[most] * 4 < len(texts)

    # ---- what comes of it

    def _cells(self, rows: Mapping[str, int]) -> Iterator[tuple[str, ElementCell]]:
        """The cell of each line; of one that is lost the cell where it would stand had it moved with the one before."""
        shift = 0
        for code, place in self.layout.elements.items():
            row = rows.get(code, place.row + shift)
            shift = row - place.row
            yield code, replace(place, row=row, cell=address(row, self.headers.columns[VALUE_COLUMN]))

    def _mismatch(self, code: str, place: ElementCell, rows: Mapping[str, int]) -> Mismatch | None:
        element = self.elements[code]
        if code in rows:
            return _unit_mismatch(self.sheet.cells, place.row, element, column=self.headers.columns.get(UNIT_COLUMN))
        column = self.headers.columns[NAME_COLUMN]
        found = self.sheet.cells.get((place.row, column))
        return Mismatch(address(place.row, column), element.name, found.text if found else "")

    @cached_property
    def _confirm_rows(self) -> list[int]:
        """The rows above the headers that ask whether the stocks were looked at."""
        return [
            row
            for (row, _column), cell in self.sheet.cells.items()
            if row < self.headers.row and cell.kind is CellKind.TEXT and folded(cell.text).startswith(_CONFIRM)
        ]

    def _confirmed_cell(self) -> str:
        """The answer beside its label, in the column of the values."""
        labelled = self._confirm_rows
        row = labelled[0] if len(labelled) == 1 else self.headers.row - 1
        return address(row, self.headers.columns[VALUE_COLUMN]) if row else ""

    def _changes(self, cells: Mapping[str, ElementCell], rows: Mapping[str, int]) -> Iterator[Change]:
        moved = [cells[code] for code in rows if cells[code].row != self.layout.elements[code].row]
        if moved:
            first = min(cell.row for cell in moved)
            yield Change(address(first, self.headers.columns[NAME_COLUMN]), f"第{first}行起有{len(moved)}行换了位置")
        shifted = [letter for letter, column in self.headers.columns.items() if column != _COLUMNS[letter]]
        for letter in [letter for letter in _COLUMNS if letter not in self.headers.columns]:
            yield Change(address(self.headers.row, _COLUMNS[letter]), f"“{LINE_HEADERS[letter]}”一列不见了")
        if shifted:
            column = self.headers.columns[shifted[0]]
            yield Change(address(self.headers.row, column), f"{column_letters(column)}列起换了位置")
        for letter in self.headers.erased:
            at = address(self.headers.row, self.headers.columns[letter])
            yield Change(at, f"{at}的表头“{LINE_HEADERS[letter]}”没有了")
        for code in rows:
            if not self._names.get(cells[code].row):
                at = address(cells[code].row, self.headers.columns[NAME_COLUMN])
                yield Change(at, f"{at}的名称“{self.elements[code].name}”没有了")
        confirmed = self._confirmed_cell()
        if confirmed and not self._confirm_rows:
            yield Change(confirmed, "“存量已核对”一行不见了", unasked=confirmed)


def _by_text(texts: Mapping[int, str]) -> Mapping[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, text in sorted(texts.items()):
        rows.setdefault(text, []).append(row)
    return rows


def _one_each(rows: Mapping[str, int]) -> dict[str, int]:
    """Without those that claim one row together."""
    claims: dict[int, int] = {}
    for row in rows.values():
        claims[row] = claims.get(row, 0) + 1
    return {code: row for code, row in rows.items() if claims[row] == 1}
