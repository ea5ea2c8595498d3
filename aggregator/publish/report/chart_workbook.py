"""The small workbook inside a Word chart, in which Word and WPS let its numbers be edited."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from aggregator.model.address import address
from aggregator.publish.lineage import exact_text
from aggregator.publish.readable_text import readable

SHEET = "Sheet1"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f'<sheets><sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
Cell = str | Decimal | None


def chart_workbook(rows: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet with these rows; the same rows give the same bytes, and None leaves a cell empty."""
    packed = BytesIO()
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(_rows(rows))}</sheetData></worksheet>'
    with ZipFile(packed, "w") as target:
        for name, text in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            entry = ZipInfo(name)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
            target.writestr(entry, _HEAD + text, compresslevel=6)
    return packed.getvalue()


def _rows(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    for row, cells in enumerate(rows, start=1):
        places = enumerate(cells, start=1)
        drawn = (_cell(address(row, column), cell) for column, cell in places if cell is not None)
        yield f'<row r="{row}">{"".join(drawn)}</row>'


def _cell(at: str, cell: str | Decimal) -> str:
    if isinstance(cell, Decimal):
        return f'<c r="{at}"><v>{exact_text(cell)}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(readable(cell))}</t></is></c>'
