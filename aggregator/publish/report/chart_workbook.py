"""The small workbook inside a Word chart, in which Word and WPS let its numbers be edited."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from aggregator.model.address import address
from aggregator.publish.lineage import exact_text
from aggregator.publish.readable_text import readable
from aggregator.publish.report.markup import escaped
from aggregator.publish.report.packing import Packed, packed, zip_package

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
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(_rows(rows))}</sheetData></worksheet>'
    return zip_package([*_fixed_entries(), ("xl/worksheets/sheet1.xml", _entry(sheet))])


@cache
def _fixed_entries() -> tuple[tuple[str, Packed], ...]:
    return tuple((name, _entry(text)) for name, text in _PARTS.items())


def _entry(text: str) -> Packed:
    return packed((_HEAD + text).encode())


def _rows(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    for row, cells in enumerate(rows, start=1):
        places = enumerate(cells, start=1)
        drawn = (_cell(address(row, column), cell) for column, cell in places if cell is not None)
        yield f'<row r="{row}">{"".join(drawn)}</row>'


def _cell(at: str, cell: str | Decimal) -> str:
    if isinstance(cell, Decimal):
        return f'<c r="{at}"><v>{exact_text(cell)}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escaped(readable(cell))}</t></is></c>'
