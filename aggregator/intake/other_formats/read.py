"""Reads a workbook of any format by two readers: ours for what cells are, calamine for what their texts say.

Only the process that may die imports this (`child`).
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time, timedelta
from io import BytesIO
from types import MappingProxyType

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import Sheet, Visibility, Workbook, read_cells
from aggregator.intake.file_kind import Format
from aggregator.intake.opening import XML_ENDINGS, FileContent, Opened, open_file, refuse_dtd, unpack_opened
from aggregator.intake.other_formats import ods, xls, xlsb
from aggregator.intake.other_formats.marks import SheetMarks, WorkbookMarks
from aggregator.intake.sheet_part import Cell, CellKind
from aggregator.intake.zip_package import inflate
from aggregator.model.address import address

_VISIBILITY = (
    (SheetVisibleEnum.Hidden, Visibility.HIDDEN),
    (SheetVisibleEnum.VeryHidden, Visibility.VERY_HIDDEN),
)
#: calamine makes room for every cell between the first and the last: a stray one far away would take it all.
_MOST_PLACES = 5_000_000
Place = tuple[int, int]
Value = int | float | str | bool | time | date | timedelta


def read_other_format(content: bytes) -> Workbook:
    """Return what a workbook of any format holds."""
    opened = open_file(FileContent(content, hashlib.sha256(content).hexdigest(), len(content)))
    if opened.format is Format.XLSX:
        return read_cells(unpack_opened(opened))
    if opened.format is Format.ARCHIVE:
        raise UnreadableFileError(Cause.NESTED_ARCHIVE)
    marks = _marks(opened)
    for found in marks.sheets:
        _refuse_far_cells(found)
    return _together(opened.file, marks, _open_by_calamine(content))


def _marks(opened: Opened) -> WorkbookMarks:
    """What our own walk tells."""
    if opened.format is Format.XLS:
        return xls.read_marks(opened.file.content)
    parts = _checked_parts(opened)
    return xlsb.read_marks(parts) if opened.format is Format.XLSB else ods.read_marks(parts)


def _checked_parts(opened: Opened) -> Mapping[str, bytes]:
    """The parts that are read; of all others the checksum is verified, which calamine does not do."""
    parts = {}
    for name, member in opened.members.items():
        part = inflate(opened.file.content, member)
        if name.endswith(XML_ENDINGS):
            refuse_dtd(name, part)
        parts[name] = part if name.endswith((*XML_ENDINGS, ".bin")) else b""
    return parts


def _refuse_far_cells(found: SheetMarks | None) -> None:
    if found is None or not found.cells:
        return
    last_row = max(row for row, _ in found.cells)
    last_column = max(column for _, column in found.cells)
    if last_row * last_column > _MOST_PLACES:
        raise UnreadableFileError(Cause.TOO_MANY_CELLS, f"内容散到了{address(last_row, last_column)}")


def _open_by_calamine(content: bytes) -> CalamineWorkbook:
    with _faults_of_calamine("文件"):
        return CalamineWorkbook.from_filelike(BytesIO(content))


@contextmanager
def _faults_of_calamine(where: str) -> Iterator[None]:
    """Turn what calamine raises into the cause of an unreadable file; its panics are no Exception."""
    try:
        yield
    except PasswordError as error:
        raise UnreadableFileError(Cause.PASSWORD) from error
    except BaseException as error:
        if not isinstance(error, CalamineError | OSError) and type(error).__name__ != "PanicException":
            raise
        raise UnreadableFileError(Cause.DAMAGED, f"{where}不合格式规范") from error


# --- what both say together --------------------------------------------------------------------------------------


def _together(file: FileContent, marks: WorkbookMarks, book: CalamineWorkbook) -> Workbook:
    if len(book.sheets_metadata) != len(marks.sheets):
        raise UnreadableFileError(Cause.TWO_READINGS, "工作表个数")
    sheets = tuple(
        _sheet(book, index, metadata.name, _visibility(metadata.visible), found)
        for index, (metadata, found) in enumerate(zip(book.sheets_metadata, marks.sheets, strict=True))
        if found is not None
    )
    if not sheets:
        raise UnreadableFileError(Cause.NO_SHEETS)
    nothing: Mapping[str, str] = MappingProxyType({})
    return Workbook(
        file.sha256, file.size, sheets, nothing, nothing, nothing, marks.date1904, marks.has_macros, marks.is_manual
    )


def _visibility(visible: SheetVisibleEnum) -> Visibility:
    return next((ours for theirs, ours in _VISIBILITY if theirs == visible), Visibility.VISIBLE)


def _sheet(book: CalamineWorkbook, index: int, name: str, visibility: Visibility, found: SheetMarks) -> Sheet:
    with _faults_of_calamine(f"《{name}》"):
        seen = dict(_filled(book.get_sheet_by_index(index)))
    texts = _texts(name, seen, found)
    cells = {
        place: cell._replace(text=texts.get(place, "")) if cell.kind is CellKind.TEXT else cell
        for place, cell in found.cells.items()
    }
    filled = {
        place: cell for place, cell in cells.items() if cell.kind is not CellKind.TEXT or cell.text or cell.is_formula
    }
    return Sheet(
        name, visibility, filled, frozenset(found.hidden_rows), tuple(found.hidden_columns), tuple(found.merged)
    )


def _texts(name: str, seen: Mapping[Place, Value], found: SheetMarks) -> dict[Place, str]:
    """The texts of a sheet by their places, where both readers agree on what stands where."""
    for place in {*seen, *found.cells}:
        if not _agrees(found.cells.get(place), seen.get(place, "")):
            raise UnreadableFileError(Cause.TWO_READINGS, f"《{name}》{address(*place)}")
    return {place: str(value) for place, value in seen.items() if found.cells[place].kind is CellKind.TEXT}


def _filled(sheet: CalamineSheet) -> Iterator[tuple[Place, Value]]:
    """The cells in which calamine sees something, counted from 1."""
    if sheet.start is None:
        return
    # Its rows are counted from the top of the sheet, its columns from the first filled one.
    first = sheet.start[1] + 1
    for row, values in enumerate(sheet.iter_rows(), start=1):
        for column, value in enumerate(values, start=first):
            if value != "":
                yield (row, column), value


def _agrees(cell: Cell | None, value: Value) -> bool:
    """Whether calamine says of a cell what we say; errors it does not tell, days it makes of numbers itself."""
    if cell is None:
        return value == ""
    if cell.kind is CellKind.TEXT:
        return isinstance(value, str) and (value != "" or not cell.text)
    if cell.kind is CellKind.BOOL:
        return isinstance(value, bool) and value == (cell.text == "1")
    if cell.kind is CellKind.NUMBER:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value) == float(cell.text)
        is_long = cell.is_date and isinstance(value, str) and value.startswith("PT")  # a time of more than a day
        return is_long or isinstance(value, date | time | timedelta)
    return True
