"""Where things stand in the form at hand, and whether they still do: its map, and the labels beside the cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from aggregator.form.layout import INDICATOR_SHEET, STAMP_SHEET, FormLayout, LedgerArea, build_layout, layout_hash
from aggregator.form.places import LAST_COLUMN, REMARK_COLUMN, VALUE_COLUMN, YEAR_COLUMN, ElementCell
from aggregator.form.stamp import MAP_COLUMN
from aggregator.intake.cells import Cell, CellKind, Sheet, Workbook
from aggregator.intake.numbers import is_same_unit
from aggregator.intake.plain_text import folded
from aggregator.model.address import address, corners, position
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element, Ledger
from aggregator.model.org_unit import Street, UnitKind

#: What stands above the column of this month's values.
VALUE_HEADER = "本月数"
_NAME_HEADER, _NAME_COLUMN = "指标", 2
_LABEL_COLUMNS = range(1, 4)
_UNIT_COLUMN = 3
#: The columns of numbers beside it, and what stands above them.
_NEIGHBOURS = {LAST_COLUMN: "上月数", YEAR_COLUMN: "本年累计"}
_FIRST_MAP_COLUMN = corners(MAP_COLUMN)[1]
_Cells = Mapping[tuple[int, int], Cell]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A label that does not stand where it should: the cell, what was expected, what is there."""

    cell: str
    wanted: str
    found: str


@dataclass(frozen=True, slots=True)
class Map:
    """The map of the form at hand; `is_current` when it is the one that is handed out now."""

    layout: FormLayout
    current: FormLayout
    is_current: bool


def map_of(workbook: Workbook, stamped_layout: str, *, catalog: Catalog, street: Street, kind: UnitKind) -> Map:
    """The map by which to read a form: today's, or its own where it was made by another one."""
    current = build_layout(catalog, kind, catalog.blocks_on(street))
    if not stamped_layout or stamped_layout == layout_hash(current):
        return Map(current, current, is_current=True)
    sheet = next((sheet for sheet in workbook.sheets if sheet.name == STAMP_SHEET), None)
    try:
        own = _own_map(sheet, catalog, current) if sheet else None
    except ValueError:  # somebody wrote into the hidden sheet: then its labels must stand where today's do
        own = None
    return Map(own or current, current, is_current=False)


def _own_map(sheet: Sheet, catalog: Catalog, current: FormLayout) -> FormLayout | None:
    """The map that the form carries, as far as the catalog still knows its elements and ledgers."""
    elements: dict[str, ElementCell] = {}
    ledgers: dict[str, LedgerArea] = {}
    for what, code, name, cells, columns in _map_lines(sheet):
        element = catalog.elements.get(code)
        if what == "element" and element is not None:
            elements[code] = _element_cell(element, name, cells)
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


# ---- whether the labels stand where the map says


def sheet_named(workbook: Workbook, name: str) -> Sheet | None:
    """The sheet of that name; when there is none, the one of that name but for blanks and widths."""
    wanted = folded(name)
    exact = next((sheet for sheet in workbook.sheets if sheet.name == name), None)
    return exact or next((sheet for sheet in workbook.sheets if folded(sheet.name) == wanted), None)


def value_header_mismatch(sheet: Sheet, first_row: int) -> Mismatch | None:
    """None when this month's values stand in their column; a column put in before it moves them all."""
    column = corners(VALUE_COLUMN)[1]
    above = [row for row in range(1, first_row) if _text(sheet, row, column) == VALUE_HEADER]
    if above:
        return _other_value_header(sheet, above[-1])
    labelled = (row for row in range(1, first_row) if _text(sheet, row, _NAME_COLUMN) == _NAME_HEADER)
    row = next(labelled, first_row - 1)
    found = sheet.cells.get((row, column))
    return Mismatch(address(row, column), VALUE_HEADER, found.text if found else "")


def _other_value_header(sheet: Sheet, row: int) -> Mismatch | None:
    """A second column that says it holds this month's values: nobody can tell which one does."""
    for letter, wanted in _NEIGHBOURS.items():
        other = corners(letter)[1]
        if _text(sheet, row, other) == VALUE_HEADER:
            return Mismatch(address(row, other), wanted, VALUE_HEADER)
    return None


def _text(sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.cells.get((row, column))
    return folded(cell.text) if cell else ""


def label_mismatch(cells: _Cells, cell: ElementCell, element: Element) -> Mismatch | None:
    """None when an element's name stands in its row, and no other unit than its own beside it."""
    wanted = folded(element.name)
    texts = [cells[cell.row, column].text for column in _LABEL_COLUMNS if (cell.row, column) in cells]
    if any(text == element.name or folded(text) == wanted for text in texts):
        return _unit_mismatch(cells, cell, element)
    names = [text for text in texts if not text.isdecimal()]
    return Mismatch(f"B{cell.row}", element.name, names[0] if names else "")


def _unit_mismatch(cells: _Cells, cell: ElementCell, element: Element) -> Mismatch | None:
    """Whoever writes 万人 over 人 has typed 万人; an erased unit says nothing else."""
    found = cells.get((cell.row, _UNIT_COLUMN))
    if found is None or found.text == element.unit or not element.type.is_number:
        return None
    word = folded(found.text)
    if not word or word == folded(element.name) or is_same_unit(word, element.unit):
        return None
    return Mismatch(address(cell.row, _UNIT_COLUMN), element.unit, found.text)


def header_mismatches(sheet: Sheet, area: LedgerArea, ledger: Ledger) -> list[Mismatch]:
    """The columns of a ledger whose header does not stand above them."""
    found = []
    for code, letter in area.columns.items():
        cell = sheet.cells.get((area.header_row, corners(letter)[1]))
        text = cell.text if cell and cell.kind is CellKind.TEXT else ""
        wanted = next((column.name for column in ledger.columns if column.code == code), None)
        if wanted is not None and folded(text).lstrip("*") != folded(wanted):
            found.append(Mismatch(f"{letter}{area.header_row}", wanted, text))
    return found


def lost_sheets(workbook: Workbook, layout: FormLayout) -> Iterable[str]:
    """The sheets of the map that the workbook does not have."""
    names = (INDICATOR_SHEET, *(area.sheet for area in layout.ledgers.values()))
    return [name for name in names if sheet_named(workbook, name) is None]
