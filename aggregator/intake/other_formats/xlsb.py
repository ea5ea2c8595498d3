"""Walks over the records of an .xlsb workbook ([MS-XLSB])."""

import posixpath
import struct
from collections.abc import Iterator, Mapping

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.other_formats import marks
from aggregator.intake.other_formats.marks import PLAIN, NumberFormat, SheetMarks, WorkbookMarks, number_format
from aggregator.intake.sheet_part import Cell, MergedRange
from aggregator.intake.xml_part import Budget, elements
from aggregator.model.address import MAX_COLUMN

_WORKBOOK = "xl/workbook.bin"
_ROW, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED_TEXT = 0, 2, 3, 4, 5, 6, 7
_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_BOOL, _FORMULA_ERROR, _RICH_TEXT = 8, 9, 10, 11, 62
_TEXTS = frozenset({_TEXT, _SHARED_TEXT, _RICH_TEXT, _FORMULA_TEXT})
_FORMULAS = frozenset({_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_BOOL, _FORMULA_ERROR})
_FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 44, 47, 617, 618
_COLUMN, _MERGED, _BEGIN_CELLS, _END_CELLS = 60, 176, 145, 146
_WORKBOOK_PROPERTIES, _SHEET, _CALCULATION = 153, 156, 157
_IS_HIDDEN_ROW, _IS_HIDDEN_COLUMN = 0x10, 0x01
_MOST_RECORDS = 5_000_000
Parts = Mapping[str, bytes]


def read_marks(parts: Parts) -> WorkbookMarks:
    """What the records tell of the cells; `parts` are the inflated parts by casefolded name."""
    try:
        return _read(parts)
    except (struct.error, IndexError) as error:
        raise UnreadableFileError(Cause.DAMAGED, "表格记录") from error


def _read(parts: Parts) -> WorkbookMarks:
    shown = _styles(parts)
    targets = _targets(parts)
    sheets: list[SheetMarks | None] = []
    date1904 = is_manual = False
    for kind, body in _records(_part(parts, _WORKBOOK)):
        if kind == _WORKBOOK_PROPERTIES:
            date1904 = bool(body[0] & 1)
        elif kind == _CALCULATION:
            is_manual = struct.unpack_from("<I", body, 4)[0] == 0
        elif kind == _SHEET:
            target = targets.get(_wide_text(body, 8)[0], "")
            sheets.append(_sheet(_part(parts, target), shown) if "/worksheets/" in target else None)
    has_macros = any(name.endswith("vbaproject.bin") for name in parts)
    return WorkbookMarks(tuple(sheets), date1904, has_macros, is_manual)


def _part(parts: Parts, name: str) -> bytes:
    part = parts.get(name.casefold())
    if part is None:
        raise UnreadableFileError(Cause.PART_MISSING, name)
    return part


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and body of each record; both number and length are written in groups of seven bits."""
    at = 0
    for _ in range(_MOST_RECORDS):
        if at >= len(part):
            return
        kind, at = _groups(part, at, most=2)
        size, at = _groups(part, at, most=4)
        if at + size > len(part):
            raise UnreadableFileError(Cause.TRUNCATED, "表格记录")
        yield kind, part[at : at + size]
        at += size
    raise UnreadableFileError(Cause.TOO_MANY_CELLS)


def _groups(part: bytes, at: int, *, most: int) -> tuple[int, int]:
    value = 0
    for number in range(most):
        byte = part[at]
        at += 1
        value |= (byte & 0x7F) << (7 * number)
        if not byte & 0x80:
            break
    return value, at


def _wide_text(body: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    if length == 0xFFFF_FFFF or end > len(body):
        return "", at + 4
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _targets(parts: Parts) -> dict[str, str]:
    """The part of each sheet, by the id that the workbook uses."""
    name = "xl/_rels/workbook.bin.rels"
    found = elements(name, _part(parts, name), Budget())
    return {
        each.attributes.get("Id", ""): posixpath.normpath(posixpath.join("/xl", each.attributes.get("Target", "")))[1:]
        for each in found
    }


def _styles(parts: Parts) -> list[NumberFormat]:
    """What each cell style shows."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    is_within = False
    for kind, body in _records(parts.get("xl/styles.bin", b"")):
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _wide_text(body, 2)[0]
        elif kind == _STYLE and is_within:
            formats.append(struct.unpack_from("<H", body, 2)[0])
        elif kind in {_BEGIN_STYLES, _END_STYLES}:
            is_within = kind == _BEGIN_STYLES
    return [number_format(each, codes) for each in formats]


def _sheet(part: bytes, shown: list[NumberFormat]) -> SheetMarks:
    found = SheetMarks()
    row, is_within = 0, False
    for kind, body in _records(part):
        if kind in {_BEGIN_CELLS, _END_CELLS}:
            is_within = kind == _BEGIN_CELLS
        elif kind == _COLUMN:
            first, last, _, _, flags = struct.unpack_from("<IIIIH", body)
            if flags & _IS_HIDDEN_COLUMN:
                found.hidden_columns.append(range(first + 1, min(last + 1, MAX_COLUMN) + 1))
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            found.merged.append(MergedRange(top + 1, left + 1, bottom + 1, right + 1))
        elif kind == _ROW and is_within:
            (row,) = struct.unpack_from("<I", body)
            if body[11] & _IS_HIDDEN_ROW:
                found.hidden_rows.add(row + 1)
        elif is_within:
            cell = _cell(kind, body, shown)
            if cell is not None:
                found.add(row + 1, struct.unpack_from("<I", body)[0] + 1, cell)
    return found


def _cell(kind: int, body: bytes, shown: list[NumberFormat]) -> Cell | None:
    """The cell of a record, None for a blank and for what is no cell."""
    is_formula = kind in _FORMULAS
    if kind in _TEXTS:
        return marks.text(is_formula=is_formula)
    if kind in {_ERROR, _FORMULA_ERROR}:
        return marks.error(body[8], is_formula=is_formula)
    if kind in {_BOOL, _FORMULA_BOOL}:
        return marks.truth(value=body[8] != 0, is_formula=is_formula)
    if kind not in {_RK, _REAL, _FORMULA_REAL}:
        return None
    style = int.from_bytes(body[4:7], "little")
    looks = shown[style] if style < len(shown) else PLAIN
    value = marks.packed(body, 8) if kind == _RK else struct.unpack_from("<d", body, 8)[0]
    return marks.number(value, looks, is_formula=is_formula)
