"""Where things stand in the form at hand, and whether they still do: its map, and the labels beside the cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from aggregator.form.layout import INDICATOR_SHEET, STAMP_SHEET, FormLayout, LedgerArea, build_layout, layout_hash
from aggregator.form.places import NAME_COLUMN, REMARK_COLUMN, ElementCell
from aggregator.form.stamp import MAP_COLUMN
from aggregator.intake.cells import CellKind, Sheet, Workbook
from aggregator.model.address import corners, position
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element, Ledger
from aggregator.model.org_unit import Street, UnitKind

_FIRST_MAP_COLUMN = corners(MAP_COLUMN)[1]
_NAME = corners(NAME_COLUMN)[1]


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a form of another version asks and today's catalog does not: a line, a column, or a whole sheet."""

    sheet: str
    label: str = ""
    is_line: bool = False

    def __str__(self) -> str:
        if self.is_line:
            return f"“{self.label}”"
        return f"《{self.sheet}》“{self.label}”" if self.label else f"《{self.sheet}》"


@dataclass(frozen=True, slots=True)
class Map:
    """The map of the form at hand; `is_current` when it is the one that is handed out now.

    `leftovers` is what it asks and today's catalog does not: `unasked` lines and columns of all `asked`.
    """

    layout: FormLayout
    current: FormLayout
    is_current: bool
    leftovers: tuple[Leftover, ...] = ()
    asked: int = 0
    unasked: int = 0

    @property
    def is_foreign(self) -> bool:
        """Whether most of what the form asks is nothing that we ask: it was made by a catalog that is not ours."""
        return self.unasked * 2 > self.asked


def map_of(workbook: Workbook, stamped_layout: str, *, catalog: Catalog, street: Street, kind: UnitKind) -> Map:
    """The map by which to read a form: today's, or its own where it was made by another one."""
    current, its_hash = _current(catalog, kind, catalog.blocks_on(street))
    if not stamped_layout or stamped_layout == its_hash:
        return Map(current, current, is_current=True)
    sheet = next((sheet for sheet in workbook.sheets if sheet.name == STAMP_SHEET), None)
    try:
        return _OwnMap(workbook, sheet, catalog, current).map() if sheet else Map(current, current, is_current=False)
    except ValueError:  # somebody wrote into the hidden sheet: then its labels must stand where today's do
        return Map(current, current, is_current=False)


@lru_cache(maxsize=8)
def _current(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> tuple[FormLayout, str]:
    layout = build_layout(catalog, kind, blocks_on)
    return layout, layout_hash(layout)


class _OwnMap:
    """The map that a form carries, as far as the catalog still knows its elements, ledgers and columns."""

    def __init__(self, workbook: Workbook, sheet: Sheet, catalog: Catalog, current: FormLayout) -> None:
        self._workbook, self._sheet, self._catalog, self._current = workbook, sheet, catalog, current
        self._elements: dict[str, ElementCell] = {}
        self._ledgers: dict[str, LedgerArea] = {}
        self._leftovers: list[Leftover] = []
        self._asked = self._unasked = 0

    def map(self) -> Map:
        """The map by which to read the form."""
        number = 0
        for what, code, name, cells, columns in _map_lines(self._sheet):
            number += what == "element"
            if what == "element":
                self._element(code, name, cells, number=number)
            elif what == "ledger":
                self._ledger(_area(code, name, cells, columns))
        if not self._elements and not self._ledgers:
            return self._as_map(self._current)
        remarks = {code: (cell.sheet, f"{REMARK_COLUMN}{cell.row}") for code, cell in self._elements.items()}
        # The map says nothing of the check sheet: its rules are known by their texts or not at all.
        own = replace(
            self._current, elements=self._elements, ledgers=self._ledgers, rules={}, explanations=remarks,
            names=dict(self._former_names()),
        )  # fmt: skip
        return self._as_map(own)

    def _as_map(self, layout: FormLayout) -> Map:
        left = tuple(self._leftovers)
        return Map(layout, self._current, is_current=False, leftovers=left, asked=self._asked, unasked=self._unasked)

    def _element(self, code: str, sheet: str, cell: str, *, number: int) -> None:
        self._asked += 1
        element = self._catalog.elements.get(code) or self._catalog.once_called(code)
        if element is None:
            self._unasked += 1
            self._leftovers.append(Leftover(sheet, self._text(sheet, position(cell)[0], _NAME) or code, is_line=True))
        else:
            self._elements[element.code] = replace(_element_cell(element, sheet, cell), number=number)

    def _ledger(self, area: LedgerArea) -> None:
        ledger = self._catalog.ledgers.get(self._catalog.former.ledger(area.code))
        self._asked += len(area.columns)
        if ledger is None or not self._catalog.is_standing(ledger):
            self._unasked += len(area.columns)
            self._leftovers.append(Leftover(area.sheet))
            return
        columns = {self._catalog.former.column(ledger.code, code): letter for code, letter in area.columns.items()}
        known = {column.code for column in ledger.columns}
        left = [code for code in columns if code not in known]
        self._unasked += len(left)
        self._leftovers += [Leftover(area.sheet, self._header(ledger, area, code, columns[code])) for code in left]
        self._ledgers[ledger.code] = replace(area, code=ledger.code, columns=columns)

    def _header(self, ledger: Ledger, area: LedgerArea, code: str, letter: str) -> str:
        """What stood above a column that nobody asks today; its code, where another header stands there now."""
        for column in ledger.retired:
            if column.code == code:
                return column.name
        text = self._text(area.sheet, area.header_row, corners(letter)[1]).lstrip("*")
        others = {name for column in ledger.columns for name in (column.name, *column.renamed_from)}
        return code if not text or text in others else text

    def _text(self, sheet: str, row: int, column: int) -> str:
        found = next((one for one in self._workbook.sheets if one.name == sheet), None)
        cell = found.cells.get((row, column)) if found else None
        return cell.text if cell and cell.kind is CellKind.TEXT else ""

    def _former_names(self) -> Iterator[tuple[str, str]]:
        """Where a line bears a name that its element went by, that name; the sheet may have been renamed."""
        sheets = [one for one in self._workbook.sheets if one.name == INDICATOR_SHEET] or self._workbook.sheets
        texts = {cell.text for sheet in sheets for cell in sheet.cells.values() if cell.kind is CellKind.TEXT}
        for code in self._elements:
            element = self._catalog.elements[code]
            former = next((name for name in element.renamed_from if name in texts), None)
            if former is not None and element.name not in texts:
                yield code, former


def _map_lines(sheet: Sheet) -> Iterator[tuple[str, str, str, str, str]]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in sheet.cells.items():
        if column >= _FIRST_MAP_COLUMN:
            rows.setdefault(row, {})[column - _FIRST_MAP_COLUMN] = cell.text
    for row in sorted(rows):
        what, code, name, cells, columns = (rows[row].get(i, "") for i in range(5))
        yield what, code, name, cells, columns


def _element_cell(element: Element, sheet: str, cell: str) -> ElementCell:
    row, _ = position(cell)
    return ElementCell(element.code, sheet, row, cell, element.type, (), derived=not element.is_typed)


def _area(code: str, sheet: str, cells: str, columns: str) -> LedgerArea:
    header_row, first_row, last_row, answer_cell = cells.split(":")
    letters = dict(pair.split("=") for pair in columns.split())
    return LedgerArea(code, sheet, int(header_row), int(first_row), int(last_row), letters, answer_cell)
