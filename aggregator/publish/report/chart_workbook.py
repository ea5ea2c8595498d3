"""The small workbook inside a Word chart, in which Word and WPS let its numbers be edited."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

from aggregator.model.address import address
from aggregator.publish.lineage import exact_text
from aggregator.publish.readable_text import readable
from aggregator.publish.report.markup import escaped
from aggregator.publish.report.packing import Packed, packed, zip_package
from aggregator.publish.report.theme import THEME_TYPE, theme

SHEET = "Sheet1"
_FONT = "宋体"
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
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
        f'<Override PartName="/xl/theme/theme1.xml" ContentType="{THEME_TYPE}"/></Types>'
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
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{_OFFICE}/theme" Target="theme/theme1.xml"/>'
        f'<Relationship Id="rId4" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="{_FONT}"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
Cell = str | Decimal | None


def chart_workbook(rows: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet with these rows; the same rows give the same bytes, and None leaves a cell empty."""
    texts = dict.fromkeys(cell for cells in rows for cell in cells if isinstance(cell, str))
    places = {text: place for place, text in enumerate(texts)}
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(_rows(rows, places))}</sheetData></worksheet>'
    shared = "".join(f'<si><t xml:space="preserve">{escaped(readable(text))}</t></si>' for text in texts)
    strings = f'<sst xmlns="{_MAIN}" uniqueCount="{len(texts)}">{shared}</sst>'
    entries = (("xl/worksheets/sheet1.xml", _entry(sheet)), ("xl/sharedStrings.xml", _entry(strings)))
    return zip_package([*_fixed_entries(), *entries])


@cache
def _fixed_entries() -> tuple[tuple[str, Packed], ...]:
    parts = tuple((name, _entry(text)) for name, text in _PARTS.items())
    return (*parts, ("xl/theme/theme1.xml", packed(theme(_FONT, _FONT))))


def _entry(text: str) -> Packed:
    return packed((_HEAD + text).encode())


def _rows(rows: Sequence[Sequence[Cell]], places: Mapping[str, int]) -> Iterator[str]:
    for row, cells in enumerate(rows, start=1):
        filled = ((address(row, column), cell) for column, cell in enumerate(cells, start=1) if cell is not None)
        drawn = (
            f'<c r="{at}"><v>{exact_text(cell)}</v></c>'
            if isinstance(cell, Decimal)
            else f'<c r="{at}" t="s"><v>{places[cell]}</v></c>'
            for at, cell in filled
        )
        yield f'<row r="{row}">{"".join(drawn)}</row>'
