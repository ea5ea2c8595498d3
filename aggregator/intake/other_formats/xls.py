"""Walks over the records of an .xls or .et workbook, BIFF5 and BIFF8 ([MS-XLS])."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.compound_file import MAGIC, read_compound
from aggregator.intake.other_formats import marks
from aggregator.intake.other_formats.marks import PLAIN, NumberFormat, SheetMarks, WorkbookMarks, number_format
from aggregator.intake.sheet_part import Cell, MergedRange
from aggregator.model.address import MAX_COLUMN

_STREAMS = ("Workbook", "Book")
_MACROS = frozenset({"_VBA_PROJECT_CUR", "_VBA_PROJECT"})
_BOF, _EOF, _FILEPASS, _DATEMODE, _FORMAT, _XF, _BOUNDSHEET = 0x0809, 0x0A, 0x2F, 0x22, 0x041E, 0xE0, 0x85
_ROW, _COLINFO, _MERGED, _CALCMODE = 0x0208, 0x7D, 0xE5, 0x0D
_NUMBER, _RK, _MULRK, _BOOLERR, _FORMULA = 0x0203, 0x027E, 0xBD, 0x0205, 0x06
_TEXTS = frozenset({0xFD, 0x0204, 0xD6})  # LABELSST, LABEL, RSTRING
_BIFF5, _BIFF8 = 0x0500, 0x0600
_WORKSHEET, _MACRO_SHEET = 0, 1
_IS_HIDDEN_ROW, _IS_HIDDEN_COLUMN = 0x20, 0x01
_MOST_RECORDS = 2_000_000


@dataclass(slots=True)
class _Globals:
    """What stands before the sheets."""

    version: int
    date1904: bool = False
    codes: dict[int, str] = field(default_factory=dict)
    formats: list[int] = field(default_factory=list)
    sheets: list[tuple[int, int]] = field(default_factory=list)

    def shown(self) -> list[NumberFormat]:
        """What each cell style shows."""
        known = {each: number_format(each, self.codes) for each in set(self.formats)}
        return [known[each] for each in self.formats]


def read_marks(content: bytes) -> WorkbookMarks:
    """What the records tell of the cells."""
    stream, has_macros = _stream(content)
    try:
        found = _read_globals(stream)
        shown = found.shown()
        sheets = tuple(
            _SheetWalk(shown).read(stream, start) if kind in {_WORKSHEET, _MACRO_SHEET} else None
            for start, kind in found.sheets
        )
    except struct.error as error:
        raise UnreadableFileError(Cause.DAMAGED, "表格记录") from error
    has_macros = has_macros or any(kind == _MACRO_SHEET for _, kind in found.sheets)
    is_manual = any(sheet.is_manual for sheet in sheets if sheet)
    return WorkbookMarks(sheets, date1904=found.date1904, has_macros=has_macros, is_manual=is_manual)


def _stream(content: bytes) -> tuple[bytes, bool]:
    """The stream of records, and whether macros stand beside it."""
    if not content.startswith(MAGIC):
        return content, False
    compound = read_compound(content, frozenset(_STREAMS))
    stream = next((compound.top[name] for name in _STREAMS if name in compound.top), b"")
    if not stream:
        raise UnreadableFileError(Cause.PART_MISSING, "Workbook")
    return stream, bool(_MACROS & compound.names)


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream, without those of parts within it, up to its end."""
    depth = 0
    for _ in range(_MOST_RECORDS):
        if start + 4 > len(stream):
            raise UnreadableFileError(Cause.TRUNCATED, "表格记录")
        kind, size = struct.unpack_from("<HH", stream, start)
        body = stream[start + 4 : start + 4 + size]
        start += 4 + size
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
        if depth == 0:
            return
        if depth == 1:
            yield kind, body
    raise UnreadableFileError(Cause.TOO_MANY_CELLS)


def _read_globals(stream: bytes) -> _Globals:
    kind, _, version = struct.unpack_from("<HHH", stream, 0)
    if kind != _BOF or version not in {_BIFF5, _BIFF8}:
        raise UnreadableFileError(Cause.VERY_OLD_XLS if kind == _BOF else Cause.DAMAGED)
    found = _Globals(version)
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise UnreadableFileError(Cause.PASSWORD)
        if kind == _DATEMODE:
            found.date1904 = body[:1] == b"\1"
        elif kind == _XF:
            found.formats.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT:
            found.codes[struct.unpack_from("<H", body)[0]] = _format_code(body, version)
        elif kind == _BOUNDSHEET:
            found.sheets.append((struct.unpack_from("<I", body)[0], body[5]))
    return found


def _format_code(body: bytes, version: int) -> str:
    if version == _BIFF5:  # the code page of a Chinese machine; in what matters here it is ASCII
        return body[3 : 3 + body[2]].decode("gb18030", "replace")
    length, is_wide = struct.unpack_from("<HB", body, 2)
    return body[5 : 5 + 2 * length].decode("utf-16-le", "replace") if is_wide & 1 else body[5:].decode("latin-1")


class _SheetWalk:
    def __init__(self, shown: list[NumberFormat]) -> None:
        self._shown = shown
        self._found = SheetMarks()

    def read(self, stream: bytes, start: int) -> SheetMarks:
        """The marks of the sheet whose records begin at a place of the stream."""
        if stream[start : start + 2] != _BOF.to_bytes(2, "little"):
            raise UnreadableFileError(Cause.DAMAGED, "工作表记录")
        for kind, body in _records(stream, start):
            if kind in _TEXTS:
                self._add(body, marks.text())
            elif kind == _NUMBER:
                self._add(body, marks.number(_real(body), self._format(body)))
            elif kind == _RK:
                self._add(body, marks.number(marks.packed(body, 6), self._format(body)))
            elif kind == _MULRK:
                self._add_run(body)
            elif kind == _FORMULA:
                self._add_formula(body)
            elif kind == _BOOLERR:
                self._add(body, marks.error(body[6]) if body[7] else marks.truth(value=body[6] != 0))
            else:
                self._note(kind, body)
        return self._found

    def _note(self, kind: int, body: bytes) -> None:
        """What is hidden and merged, and how the workbook is calculated."""
        if kind == _CALCMODE:
            self._found.is_manual = body[:2] == b"\0\0"
        elif kind == _ROW:
            if struct.unpack_from("<H", body, 12)[0] & _IS_HIDDEN_ROW:
                self._found.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLINFO:
            first, last = struct.unpack_from("<HH", body)
            if struct.unpack_from("<H", body, 8)[0] & _IS_HIDDEN_COLUMN:
                self._found.hidden_columns.append(range(first + 1, min(last + 1, MAX_COLUMN) + 1))
        elif kind == _MERGED:
            for number in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * number)
                self._found.merged.append(MergedRange(top + 1, left + 1, bottom + 1, right + 1))

    def _add(self, body: bytes, cell: Cell) -> None:
        row, column = struct.unpack_from("<HH", body)
        self._found.add(row + 1, column + 1, cell)

    def _format(self, body: bytes, at: int = 4) -> NumberFormat:
        style = struct.unpack_from("<H", body, at)[0]
        return self._shown[style] if style < len(self._shown) else PLAIN

    def _add_run(self, body: bytes) -> None:
        """Numbers that stand side by side."""
        row, first = struct.unpack_from("<HH", body)
        for number in range((len(body) - 6) // 6):
            at = 4 + 6 * number
            cell = marks.number(marks.packed(body, at + 2), self._format(body, at))
            self._found.add(row + 1, first + 1 + number, cell)

    def _add_formula(self, body: bytes) -> None:
        """A formula by the result that stands with it."""
        if body[12:14] != b"\xff\xff":
            cell = marks.number(_real(body), self._format(body), is_formula=True)
        elif body[6] == 1:
            cell = marks.truth(value=body[8] != 0, is_formula=True)
        elif body[6] == 2:
            cell = marks.error(body[8], is_formula=True)
        else:
            cell = marks.text(is_formula=True)
        self._add(body, cell)


def _real(body: bytes) -> float:
    value: float = struct.unpack_from("<d", body, 6)[0]
    return value
