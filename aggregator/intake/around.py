"""What lies around the cells that a form is read by: further sheets, hidden ones, merged cells, stray numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from aggregator.form.layout import INDICATOR_SHEET, FormLayout
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.cells import Cell, CellKind, Sheet, Visibility, Workbook
from aggregator.intake.coerce import is_blank
from aggregator.intake.control_totals import is_counted
from aggregator.intake.cover import cover_of
from aggregator.intake.file_kind import Format
from aggregator.intake.headers import Change, Mismatch
from aggregator.intake.plain_text import folded
from aggregator.intake.remarks import Return, listed
from aggregator.intake.rule_remarks import check_sheet_of
from aggregator.intake.sheets import is_aside
from aggregator.intake.slip import slip_sheet_of
from aggregator.intake.source import Source
from aggregator.model.address import address, column_letters
from aggregator.model.finding import Finding

#: Rows of a merged block that are looked at.
_TALLEST = 1000


def sheets_told(source: Source, *layouts: FormLayout) -> Iterator[Finding]:
    """Sheets that bear another name, that the form does not have or that do not show, and dates counted otherwise."""
    read = source.sheets.read
    names = {INDICATOR_SHEET, *(area.sheet for layout in layouts for area in layout.ledgers.values())}
    names |= {left.sheet for left in source.leftovers}
    others = (cover_of(source.workbook), check_sheet_of(source), slip_sheet_of(source))
    own = {sheet.name for sheet in (*read, *others) if sheet} | (names - source.sheets.renamed.keys())
    extra = [
        sheet for sheet in source.workbook.sheets if sheet.name not in own and not is_aside(sheet) and _is_filled(sheet)
    ]
    yield from _renamed_told(source)
    for kind, found in (
        (kinds.SHEETS_COPIED, [sheet for sheet in extra if _is_like_one_of(names, sheet)]),
        (kinds.SHEETS_EXTRA, [sheet for sheet in extra if not _is_like_one_of(names, sheet)]),
        (kinds.SHEETS_HIDDEN, [sheet for sheet in read if _is_hidden(sheet)]),
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
        name = "xls或et" if found is Format.XLS else found.value
        unchecked = _unchecked(source.workbook) if found is Format.XLS else {"gap": "", "check": ""}
        yield source.of.finding(kinds.FORMAT_OTHER, found=name, **unchecked)
    if source.workbook.has_macros:
        yield source.of.finding(kinds.MACROS_PRESENT)


def _unchecked(workbook: Workbook) -> Mapping[str, str]:
    """What nothing in an .xls tells, and what is to be done; packages have a checksum for each part."""
    if is_counted(workbook):
        gap = "；这种格式没有校验码，数字已按表内的控制合计核对，传送中错了的字（字数不变的）看不出来"
        return {"gap": gap, "check": "，这一次的重要名称请核对"}
    return {"gap": "；这种格式没有校验码，传送中损坏的数字看不出来", "check": "，这一次的重要数字请核对"}


def _renamed_told(source: Source) -> Iterator[Finding]:
    renamed = source.sheets.renamed
    if renamed:
        words = listed([f"《{now}》即《{name}》" for name, now in renamed.items()], measure="张表")
        yield source.of.finding(kinds.SHEETS_RENAMED, next(iter(renamed.values())), sheets=words)


def _is_filled(sheet: Sheet) -> bool:
    return any(not is_blank(cell) for cell in sheet.cells.values())


def _is_hidden(sheet: Sheet) -> bool:
    return sheet.visibility is not Visibility.VISIBLE


def _is_like_one_of(names: Collection[str], sheet: Sheet) -> bool:
    """Whether a sheet bears the name of one of ours and more: 活动台账 (2), 指标表（修改）."""
    return any(folded(name) in folded(sheet.name) for name in names)


def changed_told(
    of: Return, sheet: Sheet, mismatches: Sequence[Mismatch], *, what: str, is_masked: bool = False
) -> Iterator[Finding]:
    """Labels that stand elsewhere, so that what they name was not read; `is_masked` where a person may stand there."""
    if mismatches:
        first = mismatches[0]
        found = "其他内容" if is_masked and first.found else first.found
        more = f"（共{len(mismatches)}处）" if len(mismatches) > 1 else ""
        facts = {"wanted": first.wanted, "found": found or "空白", "more": more, "what": what}
        yield of.finding(kinds.TEMPLATE_CHANGED, sheet.name, first.cell, value=found, **facts)


def adapted_told(
    of: Return, sheet: Sheet, changes: Sequence[Change], put_in: Iterable[tuple[int, int]] = ()
) -> Iterator[Finding]:
    """What was moved or erased, and could be read all the same; `put_in` are the cells of what was put in between."""
    if changes:
        words = listed([change.words for change in changes])
        unasked = (change.unasked for change in changes if change.unasked)
        area = frozenset((*unasked, *(address(*at) for at in put_in)))
        yield of.finding(kinds.TEMPLATE_ADAPTED, sheet.name, changes[0].cell, area=area, changes=words)


def columns_hidden_told(of: Return, sheet: Sheet, columns: Collection[int]) -> Iterator[Finding]:
    """Columns of the form that do not show."""
    hidden = [column for column in sorted(columns) if sheet.is_column_hidden(column)]
    if hidden:
        letters = [column_letters(column) for column in hidden]
        yield of.finding(kinds.COLUMNS_HIDDEN, sheet.name, address(1, hidden[0]), cells=listed(letters, measure="列"))


def merged_told(of: Return, sheet: Sheet, *, rows: Collection[int], columns: Collection[int]) -> Iterator[Finding]:
    """Merged cells that reach among those to be filled in: what they show as one stands in the first, nowhere else."""
    first, last = min(columns, default=1), max(columns, default=0)
    areas = [
        area
        for area in sheet.merged
        if any(row in rows for row in range(area.first_row, min(area.last_row, area.first_row + _TALLEST) + 1))
        and first <= area.last_column
        and area.first_column <= last
        and (cell := sheet.cells.get((area.first_row, area.first_column))) is not None
        and not is_blank(cell)
    ]
    if areas:
        cells = [f"{address(*area[:2])}:{address(*area[2:])}" for area in areas]
        at = address(*areas[0][:2])
        area = frozenset(
            address(row, column)
            for one in areas
            for row in range(one.first_row, min(one.last_row, one.first_row + _TALLEST) + 1)
            for column in range(max(one.first_column, first), min(one.last_column, last) + 1)
            if (row, column) != (one.first_row, one.first_column)
        )
        yield of.finding(kinds.CELLS_MERGED, sheet.name, at, area=area, count=len(areas), cells=listed(cells))


def outside_told(of: Return, sheet: Sheet, outside: Iterable[tuple[int, int]], *, beside: int = 0) -> Iterator[Finding]:
    """Numbers, and texts with numbers in them, `outside` what is read; any text in the column directly `beside`.

    There stands what was pushed out of its own column.
    """
    found = [
        at
        for at in outside
        if _says_number(cell := sheet.cells[at]) or (at[1] == beside and cell.formula is None and not is_blank(cell))
    ]
    if found:
        cells = [address(*at) for at in sorted(found)]
        yield of.finding(kinds.CELLS_OUTSIDE, sheet.name, cells[0], count=len(cells), cells=listed(cells))


def _says_number(cell: Cell) -> bool:
    if cell.kind is CellKind.TEXT:
        return any(character.isdecimal() for character in cell.text)
    return cell.kind is CellKind.NUMBER
