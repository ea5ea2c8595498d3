import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from aggregator.intake import xml_part
from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import (
    Cell,
    CellKind,
    MergedRange,
    Sheet,
    Visibility,
    Workbook,
    exact_number,
    read_workbook,
    serial_to_date,
)

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"

Parts = dict[str, str | bytes]
Read = Callable[[Mapping[str, str | bytes]], Workbook]


def relationships(*targets: tuple[str, str, str]) -> str:
    lines = "".join(f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{to}"/>' for id_, kind, to in targets)
    return f'<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook_part(sheets: str, *, before: str = "", after: str = "") -> str:
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}<sheets>{sheets}</sheets>{after}</workbook>'


def parts_of(rows: str = "", *, strings: str = "", styles: str = "") -> Parts:
    """The parts of a workbook of one sheet, named as Excel names them."""
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook_part('<sheet name="表1" sheetId="1" r:id="rId1"/>'),
        "xl/_rels/workbook.xml.rels": relationships(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
            ("rId3", "styles", "/xl/styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": worksheet(rows),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="4294967295" uniqueCount="1">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_parts(parts: Mapping[str, str | bytes]) -> Workbook:
        path = tmp_path / "表.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
        return read_workbook(path)

    return read_parts


@pytest.fixture
def first_sheet(read: Read) -> Callable[..., Sheet]:
    def read_first(rows: str, *, strings: str = "", styles: str = "") -> Sheet:
        return read(parts_of(rows, strings=strings, styles=styles)).sheets[0]

    return read_first


@pytest.fixture
def cell(first_sheet: Callable[..., Sheet]) -> Callable[..., Cell | None]:
    """Read one cell, given as XML, in B7."""

    def read_cell(xml: str, *, strings: str = "", styles: str = "") -> Cell | None:
        return first_sheet(f'<row r="7">{xml}</row>', strings=strings, styles=styles).cells.get((7, 2))

    return read_cell


@pytest.fixture
def cause(read: Read) -> Callable[[Mapping[str, str | bytes]], Cause]:
    def read_cause(parts: Mapping[str, str | bytes]) -> Cause:
        with pytest.raises(UnreadableFileError) as caught:
            read(parts)
        return caught.value.cause

    return read_cause


ReadCell = Callable[..., Cell | None]
ReadSheet = Callable[..., Sheet]
ReadCause = Callable[[Mapping[str, str | bytes]], Cause]

# --- one cell ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xml", "kind", "text"),
    [
        ('<c r="B7"><v>12</v></c>', CellKind.NUMBER, "12"),
        ('<c r="B7" t="n"><v>45.199999999999996</v></c>', CellKind.NUMBER, "45.199999999999996"),
        ('<c r="B7"><v>1E-2</v></c>', CellKind.NUMBER, "1E-2"),
        ('<c r="B7"><v>-.5</v></c>', CellKind.NUMBER, "-.5"),
        ('<c r="B7"><v>\n 5 </v></c>', CellKind.NUMBER, "5"),
        ('<c r="B7"><v>0</v></c>', CellKind.NUMBER, "0"),
        ('<c r="B7"><v>NaN</v></c>', CellKind.TEXT, "NaN"),
        ('<c r="B7"><v>1e999</v></c>', CellKind.TEXT, "1e999"),
        ('<c r="B7"><v>１２</v></c>', CellKind.TEXT, "１２"),
        ('<c r="B7"><v>12户</v></c>', CellKind.TEXT, "12户"),
        ('<c r="B7" t="b"><v>1</v></c>', CellKind.BOOL, "1"),
        ('<c r="B7" t="b"><v>false</v></c>', CellKind.BOOL, "0"),
        ('<c r="B7" t="e"><v>#DIV/0!</v></c>', CellKind.ERROR, "#DIV/0!"),
        ('<c r="B7" t="e"><v>#SPILL!</v></c>', CellKind.ERROR, "#SPILL!"),
        ('<c r="B7" t="str"><v> 东风 </v></c>', CellKind.TEXT, " 东风 "),
        ('<c r="B7" t="inlineStr"><is><t>A&amp;B &lt;社区&gt;</t></is></c>', CellKind.TEXT, "A&B <社区>"),
        ('<c r="B7" t="inlineStr"><is><t><![CDATA[<东>]]></t></is></c>', CellKind.TEXT, "<东>"),
        ('<c r="B7" t="d"><v>2024-05-01</v></c>', CellKind.NUMBER, "45413"),
        ('<c r="B7" t="d"><v>2024-05-01T12:00:00Z</v></c>', CellKind.NUMBER, "45413.5"),
        ('<c r="B7" t="d"><v>1900-02-28</v></c>', CellKind.NUMBER, "59"),
        ('<c r="B7" t="d"><v>2024-13-01</v></c>', CellKind.TEXT, "2024-13-01"),
        ('<c r="B7" t="d"><v>1899-12-31</v></c>', CellKind.TEXT, "1899-12-31"),
    ],
)
def test_a_constant_keeps_the_text_of_the_file(cell: ReadCell, xml: str, kind: CellKind, text: str) -> None:
    found = cell(xml)
    assert found is not None
    assert (found.kind, found.text, found.formula) == (kind, text, None)


@pytest.mark.parametrize(
    "xml",
    [
        "",
        '<c r="B7"/>',
        '<c r="B7" s="3"/>',
        '<c r="B7"><v></v></c>',
        '<c r="B7"><v/></c>',
        '<c r="B7" t="s"><v></v></c>',
        '<c r="B7" t="s"><v>0</v></c>',
        '<c r="B7" t="str"><v></v></c>',
        '<c r="B7" t="inlineStr"><is><t></t></is></c>',
    ],
)
def test_a_blank_cell_is_absent(cell: ReadCell, xml: str) -> None:
    assert cell(xml, strings="<si><t/></si>") is None


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<c r="B7"><f>A1*2</f><v>24</v></c>', Cell(CellKind.NUMBER, "24", "A1*2")),
        ('<c r="B7"><f>A1*2</f></c>', Cell(CellKind.UNCALCULATED, "", "A1*2")),
        ('<c r="B7"><f>A1*2</f><v></v></c>', Cell(CellKind.UNCALCULATED, "", "A1*2")),
        ('<c r="B7"><f>A1*2</f><v/></c>', Cell(CellKind.UNCALCULATED, "", "A1*2")),
        ('<c r="B7" t="str"><f>IF(A1="","",1)</f><v></v></c>', Cell(CellKind.TEXT, "", 'IF(A1="","",1)')),
        ('<c r="B7" t="str"><f>IF(A1="","",1)</f></c>', Cell(CellKind.UNCALCULATED, "", 'IF(A1="","",1)')),
        ('<c r="B7" t="str"><f>A1&amp;"人"</f><v>12人</v></c>', Cell(CellKind.TEXT, "12人", 'A1&"人"')),
        ('<c r="B7" t="e"><f>1/0</f><v>#DIV/0!</v></c>', Cell(CellKind.ERROR, "#DIV/0!", "1/0")),
        ('<c r="B7" t="b"><f>TRUE()</f><v>1</v></c>', Cell(CellKind.BOOL, "1", "TRUE()")),
        ('<c r="B7" t="s"><f>A1</f><v>0</v></c>', Cell(CellKind.TEXT, "东风", "A1")),
        ('<c r="B7"><f t="shared" si="0"/><v>5</v></c>', Cell(CellKind.NUMBER, "5", "")),
        ('<c r="B7"><f t="shared" si="0"/></c>', Cell(CellKind.UNCALCULATED, "", "")),
    ],
)
def test_a_formula_tells_whether_it_was_calculated(cell: ReadCell, xml: str, expected: Cell) -> None:
    found = cell(xml, strings="<si><t>东风</t></si>")
    assert found == expected
    assert found is not None
    assert found.is_formula


def test_a_value_does_not_leak_into_the_next_cell(first_sheet: ReadSheet) -> None:
    sheet = first_sheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"/><c r="C1"><v>3</v></c><c r="D1"/></row>')
    assert sheet.cells == {(1, 1): Cell(CellKind.NUMBER, "2", "1+1"), (1, 3): Cell(CellKind.NUMBER, "3")}


# --- texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("string", "text"),
    [
        ("<si><t>东风社区</t></si>", "东风社区"),
        ('<si><t xml:space="preserve"> 东风 </t></si>', " 东风 "),
        ("<si>\n  <r><rPr><b/></rPr><t>东</t></r>\n  <r><t>风</t></r>\n</si>", "东风"),
        ("<si><t>東</t><rPh sb='0' eb='1'><t>ヒガシ</t></rPh><phoneticPr fontId='1'/></si>", "東"),
        ("<si><rPh sb='0' eb='1'><t>ヒガシ</t></rPh><t>東</t></si>", "東"),
        ("<si><t>一_x000D_\n二</t></si>", "一\r\n二"),
        ("<si><t>_x005F_x000D_</t></si>", "_x000D_"),
        ("<si><t>_xD83D__xDE00_</t></si>", "😀"),
        ("<si><t>_xD83D_</t></si>", "\ufffd"),
        ("<si><t>a_xyz_b_x00_</t></si>", "a_xyz_b_x00_"),
        ("<si><t>&#20116;&#x4e00;</t></si>", "五一"),
    ],
)
def test_a_shared_text_is_read_whole_and_without_its_reading_aid(cell: ReadCell, string: str, text: str) -> None:
    assert cell('<c r="B7" t="s"><v>0</v></c>', strings=string) == Cell(CellKind.TEXT, text)


def test_an_inline_text_is_read_like_a_shared_one(cell: ReadCell) -> None:
    runs = "<is>\n<r><t>东</t></r> <r><t>风_x000D_</t></r><rPh sb='0' eb='1'><t>x</t></rPh>\n</is>"
    assert cell(f'<c r="B7" t="inlineStr">{runs}</c>') == Cell(CellKind.TEXT, "东风\r")


def test_an_empty_text_in_the_table_keeps_the_numbering(cell: ReadCell) -> None:
    strings = "<si><t>甲</t></si><si><t/></si><si/><si><t>丁</t></si>"
    assert cell('<c r="B7" t="s"><v>3</v></c>', strings=strings) == Cell(CellKind.TEXT, "丁")


def test_a_text_longer_than_a_chunk_is_whole(cell: ReadCell) -> None:
    long = "东风社区" * 100_000
    assert cell('<c r="B7" t="s"><v>0</v></c>', strings=f"<si><t>{long}</t></si>") == Cell(CellKind.TEXT, long)


# --- where cells stand ------------------------------------------------------------------------------------------


def test_cells_and_rows_without_an_address_count_on(first_sheet: ReadSheet) -> None:
    sheet = first_sheet(
        "<row><c><v>1</v></c><c/><c><v>3</v></c></row>"
        '<row r="5"><c r="D5"><v>4</v></c><c><v>5</v></c></row>'
        "<row><c><v>6</v></c></row>"
    )
    found = {place: cell.text for place, cell in sheet.cells.items()}
    assert found == {(1, 1): "1", (1, 3): "3", (5, 4): "4", (5, 5): "5", (6, 1): "6"}


@pytest.mark.parametrize("dimension", ["A1", "A1:XFD1048576", "nonsense"])
def test_the_dimension_is_ignored(read: Read, dimension: str) -> None:
    rows = '<row r="3"><c r="C3"><v>1</v></c></row>'
    parts = parts_of() | {"xl/worksheets/sheet1.xml": worksheet(rows, before=f'<dimension ref="{dimension}"/>')}
    assert set(read(parts).sheets[0].cells) == {(3, 3)}


def test_the_last_cell_of_a_sheet_takes_no_room(first_sheet: ReadSheet) -> None:
    sheet = first_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert set(sheet.cells) == {(1_048_576, 16_384)}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="4000000000"/>',
        '<row r="0"><c><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c><c><v>2</v></c></row>',
        '<row r="1"><c r="0"><v>1</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>',
    ],
)
def test_a_cell_outside_the_sheet_or_in_two_places_is_refused(cause: ReadCause, rows: str) -> None:
    assert cause(parts_of(rows)) is Cause.OUTSIDE_GRID


def test_hidden_rows_and_columns_and_merged_ranges_are_told(read: Read) -> None:
    part = worksheet(
        '<row r="2" hidden="1"><c r="A2"><v>1</v></c></row><row r="4" hidden="true"/><row r="5" hidden="0"/>',
        before='<cols><col min="3" max="5" hidden="1"/><col min="7" max="7" width="9"/>'
        '<col min="20" max="16384" hidden="true"/></cols>',
        after='<mergeCells><mergeCell ref="A1:C2"/><mergeCell ref="E:F"/></mergeCells>',
    )
    sheet = read(parts_of() | {"xl/worksheets/sheet1.xml": part}).sheets[0]
    assert sheet.hidden_rows == {2, 4}
    assert [column for column in range(1, 25) if sheet.is_column_hidden(column)] == [3, 4, 5, 20, 21, 22, 23, 24]
    assert sheet.merged == (MergedRange(1, 1, 2, 3), MergedRange(1, 5, 1_048_576, 6))


# --- numbers and dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", "12"),
        ("45.199999999999996", "45.2"),
        ("0.30000000000000004", "0.3"),
        ("1E-2", "0.01"),
        ("1.5E+3", "1500"),
        ("12.50", "12.5"),
        ("-0", "0"),
        ("100", "100"),
        ("0.1234567890123445", "0.123456789012345"),
        ("0.1234567890123455", "0.123456789012346"),
        ("-2.0000000000000005", "-2"),
        ("110101199003071234", "110101199003071000"),
        ("999999999999999.9", "1000000000000000"),
    ],
)
def test_a_number_is_the_decimal_that_excel_shows(text: str, expected: str) -> None:
    assert str(exact_number(text)) == expected


def test_an_exact_number_is_a_decimal() -> None:
    assert exact_number("3") == Decimal(3)
    assert isinstance(exact_number("3"), Decimal)


@pytest.mark.parametrize("text", ["", " ", "NaN", "inf", "1e999", "1_000", "12户", "１２", "1,000", "0x1", "1e5000000"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        exact_number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", date(1900, 1, 1)),
        ("59", date(1900, 2, 28)),
        ("60", None),
        ("61", date(1900, 3, 1)),
        ("45413", date(2024, 5, 1)),
        ("45413.99", date(2024, 5, 1)),
        ("2958465", date(9999, 12, 31)),
        ("2958466", None),
        ("0", None),
        ("0.5", None),
        ("-1", None),
        ("1e10", None),
        ("13800138000", None),
        ("1e300", None),
        ("text", None),
    ],
)
def test_a_serial_is_a_day(text: str, expected: date | None) -> None:
    assert serial_to_date(text, date1904=False) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", date(1904, 1, 1)),
        ("60", date(1904, 3, 1)),
        ("43951", date(2024, 5, 1)),
        ("2957003", date(9999, 12, 31)),
        ("2957004", None),
        ("-1", None),
    ],
)
def test_a_serial_counts_from_1904_where_the_workbook_says_so(text: str, expected: date | None) -> None:
    assert serial_to_date(text, date1904=True) == expected


def test_the_1904_system_is_told(read: Read) -> None:
    sheet = '<sheet name="表1" sheetId="1" r:id="rId1"/>'
    part = workbook_part(sheet, before='<workbookPr date1904="true"/>')
    rows = '<row r="1"><c r="A1" t="d"><v>2024-05-01</v></c></row>'
    workbook = read(parts_of(rows) | {"xl/workbook.xml": part})
    assert workbook.date1904
    assert workbook.sheets[0].cells[1, 1] == Cell(CellKind.NUMBER, "43951", is_date=True)
    assert not read(parts_of()).date1904


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        *((number, True) for number in (14, 17, 22, 27, 31, 36, 45, 47, 50, 57, 58)),
        *((number, False) for number in (0, 1, 2, 13, 23, 37, 44, 48, 49, 59)),
    ],
)
def test_a_built_in_format_shows_a_date_or_not(cell: ReadCell, number_format: int, *, expected: bool) -> None:
    styles = f'<cellXfs><xf numFmtId="0"/><xf numFmtId="{number_format}"/></cellXfs>'
    found = cell('<c r="B7" s="1"><v>45413</v></c>', styles=styles)
    assert found == Cell(CellKind.NUMBER, "45413", is_date=expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;", True),
        ("[$-804]yyyy/m/d;@", True),
        ("[DBNum1][$-804]m&quot;月&quot;d&quot;日&quot;", True),
        ("e&quot;年&quot;", True),
        ("aaaa", True),
        ("[h]:mm", True),
        ("[Red]0.00", False),
        ("0&quot;days&quot;", False),
        ("0\\d", False),
        ("_d0", False),
        ("0.00E+00", False),
        ("General", False),
        ("G/通用格式", False),
        ("#,##0.00&quot;元&quot;;[Red]-#,##0.00", False),
        ("@", False),
        ("[" * 100_000, False),
    ],
)
def test_a_format_of_ones_own_shows_a_date_or_not(cell: ReadCell, code: str, *, expected: bool) -> None:
    styles = f'<numFmts><numFmt numFmtId="176" formatCode="{code}"/></numFmts><cellXfs><xf numFmtId="176"/></cellXfs>'
    found = cell('<c r="B7" s="0"><v>45413</v></c>', styles=styles)
    assert found == Cell(CellKind.NUMBER, "45413", is_date=expected)


@pytest.mark.parametrize(
    ("styles", "expected"),
    [
        ('<cellXfs><xf numFmtId="9"/></cellXfs>', True),
        ('<cellXfs><xf numFmtId="10"/></cellXfs>', True),
        ('<numFmts><numFmt numFmtId="176" formatCode="0.0%"/></numFmts><cellXfs><xf numFmtId="176"/></cellXfs>', True),
        (
            '<numFmts><numFmt numFmtId="9" formatCode="\\%"/></numFmts><cellXfs><xf numFmtId="9"/></cellXfs>',
            False,
        ),
        ('<cellXfs><xf numFmtId="2"/></cellXfs>', False),
    ],
)
def test_a_format_shows_a_percentage_or_not(cell: ReadCell, styles: str, *, expected: bool) -> None:
    assert cell('<c r="B7" s="0"><v>0.45</v></c>', styles=styles) == Cell(CellKind.NUMBER, "0.45", is_percent=expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0.00&quot;万元&quot;", True),
        ("0万", True),
        ("0&quot;百人&quot;", True),
        ("0!.0000&quot;万&quot;", False),
        ("0.0&quot;千米&quot;", False),
        ("#,##0.00&quot;元&quot;", False),
        ("[DBNum1][$-804]General", False),
    ],
)
def test_a_format_that_writes_wan_behind_a_number_it_does_not_divide_is_known(
    cell: ReadCell, code: str, *, expected: bool
) -> None:
    styles = f'<numFmts><numFmt numFmtId="176" formatCode="{code}"/></numFmts><cellXfs><xf numFmtId="176"/></cellXfs>'
    assert cell('<c r="B7" s="0"><v>3.5</v></c>', styles=styles) == Cell(CellKind.NUMBER, "3.5", is_scaled=expected)


def test_a_style_that_does_not_exist_is_no_date(read: Read) -> None:
    parts = parts_of('<row r="1"><c r="A1" s="99"><v>45413</v></c></row>')
    del parts["xl/styles.xml"]
    assert read(parts).sheets[0].cells == {(1, 1): Cell(CellKind.NUMBER, "45413")}


# --- the workbook -----------------------------------------------------------------------------------------------


def test_sheets_come_in_the_order_of_the_workbook_with_their_visibility(read: Read) -> None:
    listed = (
        '<sheet name="乙" sheetId="9" r:id="rId2"/><sheet name="甲&amp;" sheetId="1" state="hidden" r:id="rId1"/>'
        '<sheet name="丙" sheetId="2" state="veryHidden" r:id="rId3"/>'
        '<sheet name="丁" sheetId="3" state="show" r:id="rId2"/>'
    )
    targets = relationships(
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        ("rId2", "worksheet", "/xl/worksheets/sheet2.xml"),
        ("rId3", "worksheet", "../xl/worksheets/SHEET2.xml"),
    )
    workbook = read(
        parts_of('<row r="1"><c r="A1"><v>1</v></c></row>')
        | {
            "xl/workbook.xml": workbook_part(listed),
            "xl/_rels/workbook.xml.rels": targets,
            "xl/worksheets/sheet2.xml": worksheet('<row r="1"><c r="A1"><v>2</v></c></row>'),
        }
    )
    assert [(sheet.name, sheet.visibility, sheet.cells[1, 1].text) for sheet in workbook.sheets] == [
        ("乙", Visibility.VISIBLE, "2"),
        ("甲&", Visibility.HIDDEN, "1"),
        ("丙", Visibility.VERY_HIDDEN, "2"),
        ("丁", Visibility.VISIBLE, "2"),
    ]


def test_a_sheet_that_holds_a_chart_is_passed_over_and_keeps_its_number(read: Read) -> None:
    listed = '<sheet name="图" sheetId="1" r:id="rId9"/><sheet name="表" sheetId="2" r:id="rId1"/>'
    names = '<definedNames><definedName name="区域" localSheetId="1">表!$A$1</definedName></definedNames>'
    targets = relationships(
        ("rId9", "chartsheet", "chartsheets/sheet1.xml"), ("rId1", "worksheet", "worksheets/sheet1.xml")
    )
    workbook = read(
        parts_of() | {"xl/workbook.xml": workbook_part(listed, after=names), "xl/_rels/workbook.xml.rels": targets}
    )
    assert [sheet.name for sheet in workbook.sheets] == ["表"]
    assert workbook.defined_names == {"表!区域": "表!$A$1"}


def test_defined_names_are_read(read: Read) -> None:
    names = (
        '<definedNames><definedName name="人数">表1!$B$7</definedName>'
        '<definedName name="人数" localSheetId="0">表1!$C$7</definedName>'
        '<definedName name="坏" hidden="1">#REF!</definedName></definedNames>'
    )
    part = workbook_part('<sheet name="表1" sheetId="1" r:id="rId1"/>', after=names)
    expected = {"人数": "表1!$B$7", "表1!人数": "表1!$C$7", "坏": "#REF!"}
    assert read(parts_of() | {"xl/workbook.xml": part}).defined_names == expected


def test_document_properties_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("表1")
    book.set_properties({"title": "月报表", "author": "街道", "created": datetime(2026, 10, 1, 8, 0, 0)})  # noqa: DTZ001
    book.set_custom_property("unit", "C01")
    book.set_custom_property("period", "2026-10")
    book.set_custom_property("version", 3)
    book.close()
    workbook = read_workbook(path)
    assert workbook.core_properties["title"] == "月报表"
    assert workbook.core_properties["creator"] == "街道"
    assert workbook.core_properties["created"] == "2026-10-01T08:00:00Z"
    assert workbook.custom_properties == {"unit": "C01", "period": "2026-10", "version": "3"}


# --- dialects ---------------------------------------------------------------------------------------------------


def test_what_openpyxl_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["东风", 12, 0.1, "=B1*2", date(2024, 5, 1), True])
    book.save(path)
    assert read_workbook(path).sheets[0].cells == {
        (1, 1): Cell(CellKind.TEXT, "东风"),
        (1, 2): Cell(CellKind.NUMBER, "12"),
        (1, 3): Cell(CellKind.NUMBER, "0.1"),
        (1, 4): Cell(CellKind.UNCALCULATED, "", "B1*2"),
        (1, 5): Cell(CellKind.NUMBER, "45413", is_date=True),
        (1, 6): Cell(CellKind.BOOL, "1"),
    }


def test_what_xlsxwriter_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("表1")
    day = book.add_format({"num_format": 'yyyy"年"m"月"'})
    sheet.write_string("A1", "东风")
    sheet.write_number("B1", 0.1 + 0.2)
    sheet.write_formula("C1", "=B1*2", None, 24)
    sheet.write_formula("D1", '=IF(B1="","",1)', None, "")
    sheet.write_number("E1", 45413, day)
    sheet.write_rich_string("F1", "东", book.add_format({"bold": True}), "风")
    sheet.write_blank("G1", None, day)
    book.close()
    cells = read_workbook(path).sheets[0].cells
    assert exact_number(cells[1, 2].text) == Decimal("0.3")
    assert {place: cell for place, cell in cells.items() if place != (1, 2)} == {
        (1, 1): Cell(CellKind.TEXT, "东风"),
        (1, 3): Cell(CellKind.NUMBER, "24", "B1*2"),
        (1, 4): Cell(CellKind.UNCALCULATED, "", 'IF(B1="","",1)'),
        (1, 5): Cell(CellKind.NUMBER, "45413", is_date=True),
        (1, 6): Cell(CellKind.TEXT, "东风"),
    }


ROWS = '<row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><f>A1</f><v>风</v></c></row>'
EXPECTED = {(1, 1): Cell(CellKind.TEXT, "东"), (1, 2): Cell(CellKind.TEXT, "风", "A1")}


def test_a_strict_workbook_is_read(read: Read) -> None:
    parts = parts_of(ROWS, strings="<si><t>东</t></si>")
    strict = {
        name: str(part).replace(MAIN, STRICT_MAIN).replace(f'"{OFFICE}', f'"{STRICT_OFFICE}')
        for name, part in parts.items()
    }
    sheet = read(strict).sheets[0]
    assert sheet.cells == EXPECTED
    assert sheet.hidden_rows == {1}


def test_prefixed_tags_are_read(read: Read) -> None:
    parts = parts_of(ROWS, strings="<si><t>东</t></si>")
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        part = str(parts[name]).replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
        parts[name] = part.replace("xmlns=", "xmlns:x=")
    sheet = read(parts).sheets[0]
    assert sheet.cells == EXPECTED
    assert sheet.hidden_rows == {1}


def test_a_prefix_bound_below_the_root_is_read(read: Read) -> None:
    rows = f'<row r="1"><m:c xmlns:m="{MAIN}" r="A1"><m:v>7</m:v></m:c></row>'
    assert read(parts_of(rows)).sheets[0].cells == {(1, 1): Cell(CellKind.NUMBER, "7")}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_parts_in_other_encodings_are_read(read: Read, encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else "utf-16"
    parts = parts_of(ROWS, strings="<si><t>东</t></si>")
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        parts[name] = f'<?xml version="1.0" encoding="{declared}"?>{parts[name]!s}'.encode(encoding)
    assert read(parts).sheets[0].cells == EXPECTED


def test_indented_xml_is_read_the_same(read: Read) -> None:
    parts = parts_of(ROWS, strings="<si><t>东</t></si>")
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        parts[name] = str(parts[name]).replace("><", ">\n\t<")
    assert read(parts).sheets[0].cells == EXPECTED


def test_extensions_of_vendors_are_passed_over(read: Read) -> None:
    extension = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:row r="9">'
        '<x14:c r="A9"><x14:v>1</x14:v></x14:c></x14:row></ext></extLst>'
    )
    prefixed = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData/>{extension}</x:worksheet>'
    for part in (worksheet("", after=extension), prefixed):
        assert read(parts_of() | {"xl/worksheets/sheet1.xml": part}).sheets[0].cells == {}


# --- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
)
def test_a_missing_part_is_named(read: Read, name: str) -> None:
    parts = parts_of()
    del parts[name]
    with pytest.raises(UnreadableFileError) as caught:
        read(parts)
    assert (caught.value.cause, caught.value.detail) == (Cause.PART_MISSING, name)


def test_missing_texts_are_refused_only_where_a_cell_needs_them(read: Read, cause: ReadCause) -> None:
    numbers = parts_of('<row r="1"><c r="A1"><v>1</v></c></row>')
    texts = parts_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    del numbers["xl/sharedStrings.xml"], texts["xl/sharedStrings.xml"]
    assert read(numbers).sheets[0].cells == {(1, 1): Cell(CellKind.NUMBER, "1")}
    assert cause(texts) is Cause.PART_MISSING


def test_a_workbook_without_sheets_is_refused(cause: ReadCause) -> None:
    assert cause(parts_of() | {"xl/workbook.xml": workbook_part("")}) is Cause.NO_SHEETS


@pytest.mark.parametrize(
    "part",
    [
        "",
        "<html><body><table/></body></html>",
        worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')[:-12],
        worksheet('<row r="1"><c r="A1"><v>1</c></v></row>'),
        worksheet('<row r="1"><c r="A1"><v>&undefined;</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>'),
        worksheet('<row r="one"/>'),
        worksheet('<row r="1"><c r="A1" t="z"><v>1</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="s"><v>1</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'),
        worksheet('<row r="1"><c r="A1" t="s"><v>x</v></c></row>'),
        worksheet("", before='<cols><col hidden="1"/></cols>'),
        b'<?xml version="1.0" encoding="gb2312"?><worksheet/>',
        b'<?xml version="1.0" encoding="nonsense"?><worksheet/>',
        worksheet('<row r="1"><c r="A1" t="str"><v>\xff</v></c></row>').encode("latin-1"),
    ],
)
def test_a_broken_sheet_is_refused(cause: ReadCause, part: str | bytes) -> None:
    broken = parts_of(strings="<si><t>东</t></si>") | {"xl/worksheets/sheet1.xml": part}
    assert cause(broken) is Cause.UNREADABLE_XML


def test_a_declaration_in_an_encoding_of_its_own_is_refused(cause: ReadCause) -> None:
    part = b'<?xml version="1.0" encoding="cp037"?>'.decode().encode("cp037") + "<!DOCTYPE a><a/>".encode("cp037")
    assert cause(parts_of() | {"xl/worksheets/sheet1.xml": part}) in {Cause.DTD, Cause.UNREADABLE_XML}


def test_too_many_cells_are_refused(cause: ReadCause, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_part, "MAX_CELLS", 10)
    cells = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 12))
    assert cause(parts_of(cells)) is Cause.TOO_MANY_CELLS


def test_empty_cells_do_not_count(first_sheet: ReadSheet) -> None:
    rows = "".join(f'<row r="{row}" s="1"><c r="A{row}" s="1"/></row>' for row in range(1, 200_001))
    assert first_sheet(rows).cells == {}


@pytest.mark.parametrize("rows", ["<a>" * 5_000_001, "<row/>" * 5_000_001])
def test_too_many_tags_are_refused_before_they_are_opened(cause: ReadCause, rows: str) -> None:
    assert cause(parts_of(rows)) is Cause.TOO_MANY_CELLS


def test_deep_small_parts_are_refused(cause: ReadCause) -> None:
    assert cause(parts_of() | {"xl/workbook.xml": "<a>" * 200 + "</a>" * 200}) is Cause.UNREADABLE_XML


def test_time_is_limited(cause: ReadCause, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_part, "MAX_SECONDS", -1.0)
    assert cause(parts_of()) is Cause.TOO_SLOW
