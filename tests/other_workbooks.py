"""Writes what a workbook holds as .xls, .xlsb and .ods, so that tests need no office program to have such files.

Only what intake reads is written: cells with their kinds and looks, what is hidden, what is merged.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from aggregator.intake.cells import Cell, CellKind, MergedRange, Sheet, Visibility, Workbook, serial_to_date
from aggregator.model.address import MAX_COLUMN, MAX_ROW

ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
_HIDDEN = {Visibility.VISIBLE: 0, Visibility.HIDDEN: 1, Visibility.VERY_HIDDEN: 2}
#: Cell styles in this order: general, a day, a percentage, so many 万.
_FORMATS = (0, 14, 9, 164)
_WAN = '0"万"'


def _style(cell: Cell) -> int:
    return 1 if cell.is_date else 2 if cell.is_percent else 3 if cell.is_scaled else 0


# ---- .xls: records ([MS-XLS]) within a compound file ([MS-CFB])


def as_xls(book: Workbook, *, password: bool = False, macros: bool = False) -> bytes:
    """A workbook as Excel 97 and WPS (.et) write it."""
    return compound({"Workbook": xls_stream(book, password=password)}, folders=("_VBA_PROJECT_CUR",) if macros else ())


def xls_stream(book: Workbook, *, password: bool = False) -> bytes:
    """The records of a workbook."""
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 0x07CC, 0, 0))
    head += _record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if password else b""
    head += _record(0x42, struct.pack("<H", 1200)) + _record(0x22, struct.pack("<H", book.date1904))
    head += _record(0x041E, struct.pack("<H", 164) + _long_text(_WAN))
    head += b"".join(_record(0xE0, struct.pack("<HHH", 0, number, 0) + bytes(14)) for number in _FORMATS)
    sheets = [_xls_sheet(sheet, is_manual=book.is_manual) for sheet in book.sheets]
    names = [_short_text(sheet.name) for sheet in book.sheets]
    start = len(head) + sum(len(name) + 10 for name in names) + 4
    for sheet, name, records in zip(book.sheets, names, sheets, strict=True):
        head += _record(0x85, struct.pack("<IBB", start, _HIDDEN[sheet.visibility], 0) + name)
        start += len(records)
    return head + _record(0x0A) + b"".join(sheets)


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _short_text(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<BB", len(encoded) // 2, 1) + encoded


def _long_text(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<HB", len(encoded) // 2, 1) + encoded


def _xls_sheet(sheet: Sheet, *, is_manual: bool) -> bytes:
    records = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 0x07CC, 0, 0))
    records += _record(0x0D, struct.pack("<h", 0 if is_manual else 1))
    for columns in sheet.hidden_columns:
        records += _record(0x7D, struct.pack("<HHHHHH", columns.start - 1, columns.stop - 2, 2048, 0, 1, 0))
    for row in sorted(sheet.hidden_rows):
        records += _record(0x0208, struct.pack("<HHHHHHI", row - 1, 0, 256, 0, 0, 0, 0x20))
    for (row, column), cell in sorted(sheet.cells.items()):
        records += _xls_cell(struct.pack("<HHH", row - 1, column - 1, _style(cell)), cell)
    merged = [struct.pack("<4H", a[0] - 1, a[2] - 1, a[1] - 1, a[3] - 1) for a in sheet.merged]
    for at in range(0, len(merged), 1000):
        part = merged[at : at + 1000]
        records += _record(0xE5, struct.pack("<H", len(part)) + b"".join(part))
    return records + _record(0x0A)


def _xls_cell(place: bytes, cell: Cell) -> bytes:
    if cell.is_formula:
        return _xls_formula(place, cell)
    if cell.kind is CellKind.NUMBER:
        return _record(0x0203, place + struct.pack("<d", float(cell.text)))
    if cell.kind is CellKind.TEXT:
        return _record(0x0204, place + _long_text(cell.text))
    is_error = cell.kind is CellKind.ERROR
    code = ERRORS[cell.text] if is_error else int(cell.text)
    return _record(0x0205, place + struct.pack("<BB", code, is_error))


def _xls_formula(place: bytes, cell: Cell) -> bytes:
    result = _xls_result(cell)
    one = struct.pack("<HIHBH", 0, 0, 3, 0x1E, 1)  # the formula =1
    text = _record(0x0207, _long_text(cell.text)) if cell.kind is CellKind.TEXT and cell.text else b""
    return _record(0x06, place + result + one) + text


def _xls_result(cell: Cell) -> bytes:
    if cell.kind is CellKind.TEXT:
        return struct.pack("<BBBBHH", 0 if cell.text else 3, 0, 0, 0, 0, 0xFFFF)
    if cell.kind is CellKind.BOOL:
        return struct.pack("<BBBBHH", 1, 0, int(cell.text), 0, 0, 0xFFFF)
    if cell.kind is CellKind.ERROR:
        return struct.pack("<BBBBHH", 2, 0, ERRORS[cell.text], 0, 0, 0xFFFF)
    return struct.pack("<d", float(cell.text or 0))


_SECTOR, _END, _FREE, _TABLE = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: dict[str, bytes], *, folders: tuple[str, ...] = ()) -> bytes:
    """A compound file of streams and empty folders."""
    padded = {name: stream.ljust(4096, b"\0") for name, stream in streams.items()}
    names = [*padded, *folders]
    directory_sectors = -(-(len(names) + 1) * 128 // _SECTOR)
    sizes = [-(-len(stream) // _SECTOR) for stream in padded.values()]
    tables = 1
    while tables * 128 < tables + directory_sectors + sum(sizes):
        tables += 1
    following = [_TABLE] * tables
    starts = []
    for size in (directory_sectors, *sizes):
        starts.append(len(following))
        following += [*range(len(following) + 1, len(following) + size), _END]
    following += [_FREE] * (tables * 128 - len(following))
    entries = [_entry("Root Entry", 5, child=1, start=_END, size=0)]
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else _FREE
        is_stream = name in padded
        start, size = (starts[number], len(streams[name])) if is_stream else (0, 0)
        size = max(size, 4096) if is_stream else 0
        entries.append(_entry(name, 2 if is_stream else 1, right=right, start=start, size=size))
    header = struct.pack(
        "<8s16xHHHHH6xIII4xIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        tables,
        starts[0],
        4096,
        _END,
        0,
        _END,
        0,
    )
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    parts = (b"".join(entries), *padded.values())
    body = struct.pack(f"<{len(following)}I", *following)
    return header + body + b"".join(part.ljust(-(-len(part) // _SECTOR) * _SECTOR, b"\0") for part in parts)


def _entry(name: str, kind: int, *, right: int = _FREE, child: int = _FREE, start: int = 0, size: int = 0) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, right, child)
    return head + bytes(36) + struct.pack("<III", start, size, 0)


# ---- .xlsb ([MS-XLSB])


def as_xlsb(book: Workbook) -> bytes:
    """A workbook as Excel's binary format."""
    names = [f"xl/worksheets/sheet{number}.bin" for number in range(1, len(book.sheets) + 1)]
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts: dict[str, bytes] = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": _relations([(f"{relation}/officeDocument", "xl/workbook.bin")]),
        "xl/workbook.bin": _xlsb_workbook(book),
        "xl/_rels/workbook.bin.rels": _relations(
            [
                *((f"{relation}/worksheet", name.removeprefix("xl/")) for name in names),
                (f"{relation}/styles", "styles.bin"),
            ]
        ),
        "xl/styles.bin": _xlsb_styles(),
    }
    parts.update({name: _xlsb_sheet(sheet) for name, sheet in zip(names, book.sheets, strict=True)})
    return packed(parts)


def packed(parts: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip package of parts."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            way = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            package.writestr(zipfile.ZipInfo(name), part, way)
    return buffer.getvalue()


def parts_of(package: bytes) -> dict[str, bytes]:
    """The parts of a zip package."""
    with zipfile.ZipFile(BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _relations(targets: list[tuple[str, str]]) -> bytes:
    lines = "".join(
        f'<Relationship Id="r{i}" Type="{kind}" Target="{name}"/>' for i, (kind, name) in enumerate(targets)
    )
    head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return f"{head}{lines}</Relationships>".encode()


def _bin(kind: int, body: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return number + size + body


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def _xlsb_workbook(book: Workbook) -> bytes:
    sheets = b"".join(
        _bin(156, struct.pack("<II", _HIDDEN[sheet.visibility], number + 1) + _wide(f"r{number}") + _wide(sheet.name))
        for number, sheet in enumerate(book.sheets)
    )
    properties = _bin(153, struct.pack("<II", int(book.date1904), 0) + _wide(""))
    calculation = _bin(157, struct.pack("<II", 191029, 0 if book.is_manual else 1) + bytes(18))
    return _bin(131) + properties + _bin(143) + sheets + _bin(144) + calculation + _bin(132)


def _xlsb_styles() -> bytes:
    formats = _bin(615, struct.pack("<I", 1)) + _bin(44, struct.pack("<H", 164) + _wide(_WAN)) + _bin(616)
    styles = b"".join(_bin(47, struct.pack("<HH", 0, number) + bytes(12)) for number in _FORMATS)
    return _bin(278) + formats + _bin(617, struct.pack("<I", 4)) + styles + _bin(618) + _bin(279)


def _xlsb_sheet(sheet: Sheet) -> bytes:
    last = max((place for place in sheet.cells), default=(1, 1))
    columns = max((column for _, column in sheet.cells), default=1)
    content = _bin(129) + _bin(148, struct.pack("<IIII", 0, last[0] - 1, 0, columns - 1))
    hidden = [struct.pack("<IIIIH", c.start - 1, c.stop - 2, 2048, 0, 1) for c in sheet.hidden_columns]
    content += _bin(390) + b"".join(_bin(60, each) for each in hidden) + _bin(391) if hidden else b""
    content += _bin(145)
    rows: dict[int, list[tuple[int, Cell]]] = {row: [] for row in sheet.hidden_rows}
    for (row, column), cell in sheet.cells.items():
        rows.setdefault(row, []).append((column, cell))
    for row in sorted(rows):
        flags = 0x10 if row in sheet.hidden_rows else 0
        content += _bin(0, struct.pack("<IIHBBBI", row - 1, 0, 300, 0, flags, 0, 0))
        content += b"".join(_xlsb_cell(column, cell) for column, cell in sorted(rows[row], key=lambda pair: pair[0]))
    content += _bin(146)
    merged = [_bin(176, struct.pack("<IIII", a[0] - 1, a[2] - 1, a[1] - 1, a[3] - 1)) for a in sheet.merged]
    content += _bin(177, struct.pack("<I", len(merged))) + b"".join(merged) + _bin(178) if merged else b""
    return content + _bin(130)


def _xlsb_cell(column: int, cell: Cell) -> bytes:
    place = struct.pack("<I", column - 1) + _style(cell).to_bytes(3, "little") + b"\0"
    formula = struct.pack("<HI", 0, 3) + b"\x1e\x01\0" + struct.pack("<I", 0) if cell.is_formula else b""
    constant, calculated = _XLSB_KINDS[cell.kind]
    kind = calculated if cell.is_formula else constant
    return _bin(kind, place + _xlsb_value(cell) + formula)


_XLSB_KINDS = {
    CellKind.NUMBER: (5, 9),
    CellKind.TEXT: (6, 8),
    CellKind.BOOL: (4, 10),
    CellKind.ERROR: (3, 11),
    CellKind.UNCALCULATED: (9, 9),
}


def _xlsb_value(cell: Cell) -> bytes:
    if cell.kind is CellKind.TEXT:
        return _wide(cell.text)
    if cell.kind is CellKind.BOOL:
        return bytes([int(cell.text)])
    if cell.kind is CellKind.ERROR:
        return bytes([ERRORS[cell.text]])
    return struct.pack("<d", float(cell.text or 0))


# ---- .ods (OpenDocument)

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
    )
)
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
_STYLES = (
    '<office:automatic-styles><number:number-style style:name="N1"><number:number/><number:text>万</number:text>'
    '</number:number-style><style:style style:name="wan" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="no" style:family="table"><style:table-properties table:display="false"/></style:style>'
    "</office:automatic-styles>"
)
_MIME = "application/vnd.oasis.opendocument.spreadsheet"


def as_ods(book: Workbook) -> bytes:
    """A workbook as LibreOffice writes it."""
    sheets = "".join(_ods_sheet(sheet) for sheet in book.sheets)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES} {_CALC} office:version="1.3">'
        f"{_STYLES}<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/></manifest:manifest>'
    )
    settings = (
        '<office:document-settings xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0"><config:config-item config:type="boolean" '
        f'config:name="AutoCalculate">{"false" if book.is_manual else "true"}</config:config-item>'
        "</office:document-settings>"
    )
    parts = {
        "mimetype": _MIME.encode(),
        "content.xml": content.encode(),
        "settings.xml": settings.encode(),
        "META-INF/manifest.xml": manifest.encode(),
    }
    return packed(parts, stored=("mimetype",))


def _ods_sheet(sheet: Sheet) -> str:
    style = "" if sheet.visibility is Visibility.VISIBLE else ' table:style-name="no"'
    rows: dict[int, dict[int, Cell]] = {row: {} for row in sheet.hidden_rows}
    for (row, column), cell in sheet.cells.items():
        rows.setdefault(row, {})[column] = cell
    spans = {(area.first_row, area.first_column): area for area in sheet.merged}
    for row, _ in spans:
        rows.setdefault(row, {})
    xml, last = "".join(_ods_columns(sheet)), 0
    for row in sorted(rows):
        if row > last + 1:
            xml += (
                f'<table:table-row table:number-rows-repeated="{row - last - 1}"><table:table-cell/></table:table-row>'
            )
        hidden = ' table:visibility="filter"' if row in sheet.hidden_rows else ""
        merged = {column: area for (at, column), area in spans.items() if at == row}
        xml += f"<table:table-row{hidden}>{''.join(_ods_row(rows[row], merged))}</table:table-row>"
        last = row
    if last < MAX_ROW:
        xml += f'<table:table-row table:number-rows-repeated="{MAX_ROW - last}"><table:table-cell/></table:table-row>'
    return f"<table:table table:name={quoteattr(sheet.name)}{style}>{xml}</table:table>"


def _ods_columns(sheet: Sheet) -> Iterator[str]:
    last = 0
    for columns in sorted(sheet.hidden_columns, key=lambda each: each.start):
        if columns.start > last + 1:
            yield f'<table:table-column table:number-columns-repeated="{columns.start - last - 1}"/>'
        repeated = f'table:number-columns-repeated="{len(columns)}"'
        yield f'<table:table-column {repeated} table:visibility="collapse"/>'
        last = columns.stop - 1
    if last < MAX_COLUMN:
        yield f'<table:table-column table:number-columns-repeated="{MAX_COLUMN - last}"/>'


def _ods_row(cells: dict[int, Cell], merged: Mapping[int, MergedRange]) -> Iterator[str]:
    last = 0
    for column in sorted({*cells, *merged}):
        if column > last + 1:
            yield f'<table:table-cell table:number-columns-repeated="{column - last - 1}"/>'
        area = merged.get(column)
        span = ""
        if area:
            columns, rows = area.last_column - column + 1, area.last_row - area.first_row + 1
            span = f' table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}"'
        cell = cells.get(column)
        yield f"<table:table-cell{span}/>" if cell is None else _ods_cell(cell, span)
        last = column


def _ods_cell(cell: Cell, more: str) -> str:
    formula = ' table:formula="of:=1"' if cell.is_formula else ""
    shown = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.text.split("\n")) if cell.text else ""
    return f"<table:table-cell{more}{formula} {_ods_value(cell)}>{shown}</table:table-cell>"


def _ods_value(cell: Cell) -> str:
    if cell.kind is CellKind.NUMBER:
        return _ods_number(cell)
    if cell.kind is CellKind.TEXT:
        return 'office:value-type="string"'
    if cell.kind is CellKind.BOOL:
        return f'office:value-type="boolean" office:boolean-value="{"true" if cell.text == "1" else "false"}"'
    is_error = cell.kind is CellKind.ERROR
    return 'office:value-type="string" office:string-value="" calcext:value-type="error"' if is_error else ""


def _ods_number(cell: Cell) -> str:
    day = serial_to_date(cell.text, False) if cell.is_date else None  # noqa: FBT003 - as the function has it
    if day is not None:
        return f'office:value-type="date" office:date-value="{day.isoformat()}"'
    style = ' table:style-name="wan"' if cell.is_scaled else ""
    kind = "percentage" if cell.is_percent else "float"
    return f'office:value-type="{kind}" office:value="{cell.text}"{style}'


def uncalculated_as(cell: Cell) -> Cell:
    """What becomes of a formula without a result where a format cannot say so: 0."""
    return cell._replace(kind=CellKind.NUMBER, text="0") if cell.kind is CellKind.UNCALCULATED else cell
