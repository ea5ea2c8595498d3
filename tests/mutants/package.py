"""Workbooks read from packages and written to them as several programs write them, by the standard library alone."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from tests.mutants.book import Area, Book, Cell, Sheet, address, position

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET_DATA = re.compile(r"<sheetData\s*/>|<sheetData>.*?</sheetData>", re.DOTALL)
_MERGES = re.compile(r"<mergeCells.*?</mergeCells>", re.DOTALL)
_HIDDEN_ROW = re.compile(r'<row r="(\d+)"[^>]* hidden="(?:1|true)"')

# ---- reading


def read_book(content: bytes) -> Book:
    """The workbook of a package."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    book = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314  # our own file
    targets = {
        each.attrib["Id"]: each.attrib["Target"].removeprefix("/xl/")
        for each in ET.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314  # our own file
    }
    texts = list(_texts(parts["xl/sharedStrings.xml"]))
    sheets = [
        _read_sheet(each, parts[f"xl/{targets[_relation(each)]}"].decode(), texts)
        for each in book.iter(f"{_MAIN}sheet")
    ]
    names = {
        each.attrib["name"]: each.text or ""
        for each in book.iter(f"{_MAIN}definedName")
        if "localSheetId" not in each.attrib
    }
    custom = re.search(r"<vt:lpwstr>(.*?)</vt:lpwstr>", parts.get("docProps/custom.xml", b"").decode())
    stamp = custom[1].replace("&quot;", '"').replace("&amp;", "&") if custom else ""
    return Book(sheets, names, stamp, parts["xl/styles.xml"], parts.get("xl/theme/theme1.xml", b""))


def _relation(sheet: ET.Element) -> str:
    return next(value for name, value in sheet.attrib.items() if name.endswith("}id"))


def _texts(part: bytes) -> Iterator[str]:
    for item in ET.fromstring(part):  # noqa: S314  # our own file
        yield "".join(run.text or "" for run in item.iter(f"{_MAIN}t"))


def _read_sheet(entry: ET.Element, part: str, texts: list[str]) -> Sheet:
    data = _SHEET_DATA.search(part)
    assert data
    cells = {}
    for each in ET.fromstring(part).iter(f"{_MAIN}c"):  # noqa: S314  # our own file
        cell = _read_cell(each, texts)
        if cell is not None:
            cells[position(each.attrib["r"])] = cell
    merges = [
        Area(*position(first), *position(last)) for first, last in re.findall(r'<mergeCell ref="(\w+):(\w+)"', part)
    ]
    hidden = {int(row) for row in _HIDDEN_ROW.findall(part)}
    name = entry.attrib["name"]
    after = _MERGES.sub("", part[data.end() :])
    return Sheet(
        name, name, entry.attrib.get("state", ""), cells, merges, part[: data.start()], after, hidden_rows=hidden
    )


def _read_cell(each: ET.Element, texts: list[str]) -> Cell | None:
    value, formula = each.find(f"{_MAIN}v"), each.find(f"{_MAIN}f")
    kind, text = each.attrib.get("t", "n"), (value.text if value is not None else None) or ""
    if kind == "s" and text:
        text = texts[int(text)]
    if kind == "inlineStr":
        text = "".join(run.text or "" for run in each.iter(f"{_MAIN}t"))
    if not text and formula is None:
        return None
    simple = "s" if kind in {"s", "str", "inlineStr"} else kind
    return Cell(simple, text, (formula.text or "") if formula is not None else None, each.attrib.get("s", ""))


# ---- writing


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a program writes workbooks: where texts stand, what it leaves out, what it gets wrong."""

    name: str
    texts: str = "shared"  # or inlineStr, or str
    has_references: bool = True
    dimension: str = ""
    prefix: str = ""
    has_results: bool = True
    namespace: str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations: str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    compression: int = zipfile.ZIP_STORED
    has_styles: bool = True


EXCEL = Dialect("Excel")


def write_book(book: Book, dialect: Dialect = EXCEL) -> bytes:
    """The package of a workbook."""
    texts: dict[str, int] = {}
    sheets = {f"xl/worksheets/sheet{i}.xml": _sheet_part(one, dialect, texts) for i, one in enumerate(book.sheets, 1)}
    parts = {
        "[Content_Types].xml": _content_types(book, dialect),
        "_rels/.rels": _root_relations(book, dialect),
        "xl/workbook.xml": _workbook_part(book, dialect),
        "xl/_rels/workbook.xml.rels": _workbook_relations(book, dialect),
        **sheets,
    }
    if dialect.texts == "shared":
        parts["xl/sharedStrings.xml"] = _shared_part(texts, dialect)
    if book.stamp:
        parts["docProps/custom.xml"] = _custom_part(book.stamp)
    written = {name: (_HEAD + part).encode() for name, part in parts.items()}
    if dialect.has_styles:
        written["xl/styles.xml"] = book.styles
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", dialect.compression) as package:
        for name, part in written.items():
            package.writestr(name, part)
    return buffer.getvalue()


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TAG = re.compile(r"<(/?)(?=[A-Za-z])")
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _root(tag: str, dialect: Dialect, inner: str) -> str:
    """A part of the main namespace; with the dialect's prefix before each tag."""
    colon = f"{dialect.prefix}:" if dialect.prefix else ""
    declared = f'xmlns{":" + dialect.prefix if colon else ""}="{dialect.namespace}" xmlns:r="{dialect.relations}"'
    part = f"<{tag} {declared}>{inner}</{tag}>"
    return _TAG.sub(rf"<\1{colon}", part) if colon else part


def _sheet_part(sheet: Sheet, dialect: Dialect, texts: dict[str, int]) -> str:
    rows: dict[int, list[tuple[int, Cell]]] = {row: [] for row in sheet.hidden_rows}
    for (row, column), cell in sheet.cells.items():
        rows.setdefault(row, []).append((column, cell))
    data = "".join(_row(row, sorted(rows[row]), sheet, dialect, texts) for row in sorted(rows))
    dimension = f'<dimension ref="{dialect.dimension}"/>' if dialect.dimension else ""
    merges = "".join(f'<mergeCell ref="{address(*one[:2])}:{address(*one[2:])}"/>' for one in sheet.merges)
    merged = f"<mergeCells>{merges}</mergeCells>" if merges else ""
    columns = re.search(r"<cols>.*?</cols>", sheet.before, re.DOTALL)
    before = dimension + (columns[0] if columns else "")
    protection = re.search(r"<sheetProtection[^>]*>", sheet.after)
    validations = re.search(r"<dataValidations.*?</dataValidations>", sheet.after, re.DOTALL)
    after = (protection[0] if protection else "") + merged + (validations[0] if validations else "")
    return _root("worksheet", dialect, f"{before}<sheetData>{data}</sheetData>{after}")


def _row(row: int, cells: list[tuple[int, Cell]], sheet: Sheet, dialect: Dialect, texts: dict[str, int]) -> str:
    written, expected = [], 1
    for column, cell in cells:
        # Without references a cell is known by its place in the row, so that those before it have to be there.
        gaps = [] if dialect.has_references else ["<c/>"] * (column - expected)
        written += [*gaps, _cell(address(row, column), cell, dialect, texts)]
        expected = column + 1
    hidden = ' hidden="1"' if row in sheet.hidden_rows else ""
    # The number of a row is needed wherever rows are left out.
    return f'<row r="{row}"{hidden}>{"".join(written)}</row>'


def _cell(at: str, cell: Cell, dialect: Dialect, texts: dict[str, int]) -> str:
    reference = f' r="{at}"' if dialect.has_references else ""
    style = f' s="{cell.style}"' if cell.style and dialect.has_styles else ""
    if cell.formula is not None:
        kind = {"s": ' t="str"', "n": ""}.get(cell.kind, f' t="{cell.kind}"')
        result = f"<v>{escape(cell.text)}</v>" if dialect.has_results else ""
        return f"<c{reference}{style}{kind}><f>{escape(cell.formula)}</f>{result}</c>"
    if cell.kind != "s":
        kind = "" if cell.kind == "n" else f' t="{cell.kind}"'
        return f"<c{reference}{style}{kind}><v>{escape(cell.text)}</v></c>"
    if dialect.texts == "shared":
        return f'<c{reference}{style} t="s"><v>{texts.setdefault(cell.text, len(texts))}</v></c>'
    if dialect.texts == "str":
        return f'<c{reference}{style} t="str"><v>{escape(cell.text)}</v></c>'
    return f'<c{reference}{style} t="inlineStr"><is><t xml:space="preserve">{escape(cell.text)}</t></is></c>'


def _shared_part(texts: dict[str, int], dialect: Dialect) -> str:
    inner = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return _root("sst", dialect, inner)


def _workbook_part(book: Book, dialect: Dialect) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(one.name)} sheetId="{i}"{_state(one)} r:id="rId{i}"/>'
        for i, one in enumerate(book.sheets, 1)
    )
    names = "".join(
        f"<definedName name={quoteattr(name)}>{escape(text)}</definedName>" for name, text in book.names.items()
    )
    defined = f"<definedNames>{names}</definedNames>" if names else ""
    return _root("workbook", dialect, f"<workbookPr/><sheets>{sheets}</sheets>{defined}")


def _state(sheet: Sheet) -> str:
    return f' state="{sheet.state}"' if sheet.state else ""


def _workbook_relations(book: Book, dialect: Dialect) -> str:
    count = len(book.sheets)
    kinds = [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, count + 1)]
    kinds += [("sharedStrings", "sharedStrings.xml")] if dialect.texts == "shared" else []
    kinds += [("styles", "styles.xml")] if dialect.has_styles else []
    return _relations((f"{dialect.relations}/{kind}", target) for kind, target in kinds)


def _root_relations(book: Book, dialect: Dialect) -> str:
    kinds = [
        ("officeDocument", "xl/workbook.xml"),
        *([("custom-properties", "docProps/custom.xml")] if book.stamp else []),
    ]
    return _relations((f"{dialect.relations}/{kind}", target) for kind, target in kinds)


def _relations(related: Iterator[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{i}" Type="{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(related, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _content_types(book: Book, dialect: Dialect) -> str:
    office = "application/vnd.openxmlformats-officedocument"
    kinds = {"/xl/workbook.xml": f"{office}.spreadsheetml.sheet.main+xml"}
    kinds |= {
        f"/xl/worksheets/sheet{i}.xml": f"{office}.spreadsheetml.worksheet+xml" for i in range(1, len(book.sheets) + 1)
    }
    kinds |= {"/xl/sharedStrings.xml": f"{office}.spreadsheetml.sharedStrings+xml"} if dialect.texts == "shared" else {}
    kinds |= {"/xl/styles.xml": f"{office}.spreadsheetml.styles+xml"} if dialect.has_styles else {}
    kinds |= {"/docProps/custom.xml": f"{office}.custom-properties+xml"} if book.stamp else {}
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    relations = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{relations}{xml}{overrides}</Types>'


def _custom_part(stamp: str) -> str:
    office = "http://schemas.openxmlformats.org/officeDocument/2006"
    return (
        f'<Properties xmlns="{office}/custom-properties" xmlns:vt="{office}/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="aggregator_stamp">'
        f"<vt:lpwstr>{escape(stamp)}</vt:lpwstr></property></Properties>"
    )
