"""Where things stand in the form at hand, and whether they still do: its map, and the labels beside the cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from aggregator.form.layout import STAMP_SHEET, FormLayout, LedgerArea, build_layout, layout_hash
from aggregator.form.places import REMARK_COLUMN, ElementCell
from aggregator.form.stamp import MAP_COLUMN
from aggregator.intake.cells import Sheet, Workbook
from aggregator.model.address import corners, position
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element
from aggregator.model.org_unit import Street, UnitKind

_FIRST_MAP_COLUMN = corners(MAP_COLUMN)[1]


@dataclass(frozen=True, slots=True)
class Map:
    """The map of the form at hand; `is_current` when it is the one that is handed out now."""

    layout: FormLayout
    current: FormLayout
    is_current: bool


def map_of(workbook: Workbook, stamped_layout: str, *, catalog: Catalog, street: Street, kind: UnitKind) -> Map:
    """The map by which to read a form: today's, or its own where it was made by another one."""
    current, its_hash = _current(catalog, kind, catalog.blocks_on(street))
    if not stamped_layout or stamped_layout == its_hash:
        return Map(current, current, is_current=True)
    sheet = next((sheet for sheet in workbook.sheets if sheet.name == STAMP_SHEET), None)
    try:
        own = _own_map(sheet, catalog, current) if sheet else None
    except ValueError:  # somebody wrote into the hidden sheet: then its labels must stand where today's do
        own = None
    return Map(own or current, current, is_current=False)


@lru_cache(maxsize=8)
def _current(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> tuple[FormLayout, str]:
    layout = build_layout(catalog, kind, blocks_on)
    return layout, layout_hash(layout)


def _own_map(sheet: Sheet, catalog: Catalog, current: FormLayout) -> FormLayout | None:
    """The map that the form carries, as far as the catalog still knows its elements and ledgers."""
    elements: dict[str, ElementCell] = {}
    ledgers: dict[str, LedgerArea] = {}
    number = 0
    for what, code, name, cells, columns in _map_lines(sheet):
        element = catalog.elements.get(code)
        number += what == "element"
        if what == "element" and element is not None:
            elements[code] = replace(_element_cell(element, name, cells), number=number)
        elif what == "ledger" and code in catalog.ledgers:
            ledgers[code] = _area(code, name, cells, columns)
    if not elements and not ledgers:
        return None
    remarks = {code: (cell.sheet, f"{REMARK_COLUMN}{cell.row}") for code, cell in elements.items()}
    # The map says nothing of the check sheet: explanations of rules cannot be found again.
    return replace(current, elements=elements, ledgers=ledgers, rules={}, explanations=remarks)


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
