"""What lies around the cells that a form is read by: further sheets, hidden ones, merged cells, stray numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from aggregator.form.layout import CHECK_SHEET, COVER_SHEET, INDICATOR_SHEET, LISTS_SHEET, STAMP_SHEET, FormLayout
from aggregator.form.places import SLIP_SHEET
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.cells import Cell, CellKind, Sheet, Visibility
from aggregator.intake.coerce import is_blank
from aggregator.intake.file_kind import Format
from aggregator.intake.locate import sheet_named
from aggregator.intake.plain_text import folded
from aggregator.intake.remarks import Return, listed
from aggregator.intake.source import Source
from aggregator.model.address import address, column_letters
from aggregator.model.finding import Finding

_OURS = frozenset({COVER_SHEET, CHECK_SHEET, LISTS_SHEET, SLIP_SHEET, STAMP_SHEET})


def sheets_told(source: Source, *layouts: FormLayout) -> Iterator[Finding]:
    """Sheets that the form does not have, of which nothing is read, its own that do not show, and other dates."""
    names = {INDICATOR_SHEET, *(area.sheet for layout in layouts for area in layout.ledgers.values())}
    read = [sheet for name in names if (sheet := sheet_named(source.workbook, name)) is not None]
    extra = [
        sheet
        for sheet in source.workbook.sheets
        if sheet not in read and folded(sheet.name) not in _OURS and _is_filled(sheet)
    ]
    for kind, found in (
        (kinds.SHEETS_COPIED, [sheet for sheet in extra if _is_like_one_of(names, sheet)]),
        (kinds.SHEETS_EXTRA, [sheet for sheet in extra if not _is_like_one_of(names, sheet)]),
        (kinds.SHEETS_HIDDEN, [one for one in source.workbook.sheets if one in read and _is_hidden(one)]),
    ):
        if found:
            sheets = listed([f"《{sheet.name}》" for sheet in found], measure="张表")
            yield source.of.finding(kind, found[0].name, sheets=sheets)
    if source.workbook.date1904:
        yield source.of.finding(kinds.DATES_1904)


def file_told(source: Source) -> Iterator[Finding]:
    """What is to be known of the file itself: another format than the one handed out, macros that were not run."""
    found = source.workbook.file_format
    if found is not Format.XLSX:
        # Nothing in an .xls tells a digit that was changed on the way; packages have a checksum for each part.
        is_unchecked = found is Format.XLS
        gap = "；这种格式没有校验码，传送中损坏的数字看不出来" if is_unchecked else ""
        check = "，这一次的重要数字请核对" if is_unchecked else ""
        name = "xls或et" if is_unchecked else found.value
        yield source.of.finding(kinds.FORMAT_OTHER, found=name, gap=gap, check=check)
    if source.workbook.has_macros:
        yield source.of.finding(kinds.MACROS_PRESENT)


def _is_filled(sheet: Sheet) -> bool:
    return any(not is_blank(cell) for cell in sheet.cells.values())


def _is_hidden(sheet: Sheet) -> bool:
    return sheet.visibility is not Visibility.VISIBLE


def _is_like_one_of(names: Collection[str], sheet: Sheet) -> bool:
    """Whether a sheet bears the name of one of ours and more: 活动台账 (2), 指标表（修改）."""
    return any(folded(name) in folded(sheet.name) for name in names)


def columns_hidden_told(of: Return, sheet: Sheet, columns: Collection[int]) -> Iterator[Finding]:
    """Columns of the form that do not show."""
    hidden = [column for column in sorted(columns) if sheet.is_column_hidden(column)]
    if hidden:
        letters = [column_letters(column) for column in hidden]
        yield of.finding(kinds.COLUMNS_HIDDEN, sheet.name, address(1, hidden[0]), cells=listed(letters, measure="列"))


def merged_told(of: Return, sheet: Sheet, *, rows: Collection[int], columns: Collection[int]) -> Iterator[Finding]:
    """Merged cells among those to be filled in: what they show as one stands in the first and nowhere else."""
    first, last = min(columns, default=1), max(columns, default=0)
    areas = [
        area
        for area in sheet.merged
        if area.first_row in rows
        and first <= area.last_column
        and area.first_column <= last
        and (cell := sheet.cells.get((area.first_row, area.first_column))) is not None
        and not is_blank(cell)
    ]
    if areas:
        cells = [f"{address(*area[:2])}:{address(*area[2:])}" for area in areas]
        at = address(*areas[0][:2])
        yield of.finding(kinds.CELLS_MERGED, sheet.name, at, count=len(areas), cells=listed(cells))


def outside_told(of: Return, sheet: Sheet, is_outside: Callable[[int, int], bool]) -> Iterator[Finding]:
    """Numbers, and texts with numbers in them, where nothing is read."""
    found = [at for at, cell in sheet.cells.items() if is_outside(*at) and _says_number(cell)]
    if found:
        cells = [address(*at) for at in sorted(found)]
        yield of.finding(kinds.CELLS_OUTSIDE, sheet.name, cells[0], count=len(cells), cells=listed(cells))


def _says_number(cell: Cell) -> bool:
    if cell.kind is CellKind.TEXT:
        return any(character.isdecimal() for character in cell.text)
    return cell.kind is CellKind.NUMBER
