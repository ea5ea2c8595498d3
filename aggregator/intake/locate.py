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
from aggregator.model.definition import Element
from aggregator.model.org_unit import Street, UnitKind

_FIRST_MAP_COLUMN = corners(MAP_COLUMN)[1]
_NAME = corners(NAME_COLUMN)[1]


@dataclass(frozen=True, slots=True)
class Map:
    """The map of the form at hand; `is_current` when it is the one that is handed out now.

    `unknown` are the labels of lines and columns that today's catalog does not have, of `asked` that the form has.
    """

    layout: FormLayout
    current: FormLayout
    is_current: bool
    unknown: tuple[str, ...] = ()
    asked: int = 0

    @property
    def is_foreign(self) -> bool:
        """Whether most of what the form asks is nothing that we ask: it was made by a catalog that is not ours."""
        return len(self.unknown) * 2 > self.asked


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
        self._unknown: list[str] = []
        self._asked = 0

    def map(self) -> Map:
        """The map by which to read the form."""
        number = 0
        for what, code, name, cells, columns in _map_lines(self._sheet):
            number += what == "element"
            if what == "element":
                self._element(code, name, cells, number=number)
            elif what == "ledger":
                self._ledger(_area(code, name, cells, columns))
        unknown = tuple(self._unknown)
        if not self._elements and not self._ledgers:
            return Map(self._current, self._current, is_current=False, unknown=unknown, asked=self._asked)
        remarks = {code: (cell.sheet, f"{REMARK_COLUMN}{cell.row}") for code, cell in self._elements.items()}
        # The map says nothing of the check sheet: its rules are known by their texts or not at all.
        own = replace(
            self._current, elements=self._elements, ledgers=self._ledgers, rules={}, explanations=remarks,
            names=dict(self._former_names()),
        )  # fmt: skip
        return Map(own, self._current, is_current=False, unknown=unknown, asked=self._asked)

    def _element(self, code: str, sheet: str, cell: str, *, number: int) -> None:
        self._asked += 1
        element = self._catalog.elements.get(code) or self._catalog.once_called(code)
        if element is None:
            self._unknown.append(f"“{self._text(sheet, position(cell)[0], _NAME) or code}”")
        else:
            self._elements[element.code] = replace(_element_cell(element, sheet, cell), number=number)

    def _ledger(self, area: LedgerArea) -> None:
        ledger = self._catalog.ledgers.get(area.code)
        self._asked += len(area.columns)
        known = {column.code for column in ledger.columns} if ledger else set()
        for code, letter in area.columns.items():
            if code not in known:
                label = self._text(area.sheet, area.header_row, corners(letter)[1]) or code
                self._unknown.append(f"《{area.sheet}》“{label.lstrip('*')}”")
        if ledger is not None:
            self._ledgers[area.code] = area

    def _text(self, sheet: str, row: int, column: int) -> str:
        found = next((one for one in self._workbook.sheets if one.name == sheet), None)
        cell = found.cells.get((row, column)) if found else None
        return cell.text if cell and cell.kind is CellKind.TEXT else ""

    def _former_names(self) -> Iterator[tuple[str, str]]:
        """Where a line bears a name that its element went by, that name."""
        sheet = next((one for one in self._workbook.sheets if one.name == INDICATOR_SHEET), None)
        texts = {cell.text for cell in sheet.cells.values() if cell.kind is CellKind.TEXT} if sheet else set()
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
