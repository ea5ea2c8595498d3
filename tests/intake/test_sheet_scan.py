"""The pattern against expat: whatever a sheet holds, both readers say the same of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.intake import cells, shared_strings
from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import Cell, CellKind, MergedRange, Workbook, read_workbook
from aggregator.intake.opening import open_package
from aggregator.intake.sheet_part import NumberFormat, SheetContent, Surroundings, read_sheet
from aggregator.intake.sheet_scan import scan_sheet
from aggregator.intake.xml_part import Budget

FORMS = sorted((Path(__file__).parents[2] / "input_templates").glob("*.xlsx"))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED = (Cell(CellKind.TEXT, "东风"), None, Cell(CellKind.TEXT, "12"))
FORMATS = {"1": NumberFormat(is_date=True), "2": NumberFormat(is_percent=True), "3": NumberFormat(is_scaled=True)}
AROUND = Surroundings(SHARED, FORMATS, date1904=False)
Mangle = Callable[[bytes, random.Random], bytes]
Outcome = tuple[list[tuple[tuple[int, int], Cell]], frozenset[int], object, object] | tuple[Cause, str]


def read(name: str, part: bytes, surroundings: Surroundings, budget: Budget) -> SheetContent:
    """A part by the pattern, or by expat where the pattern does not read it."""
    return scan_sheet(name, part, surroundings, budget) or read_sheet(name, part, surroundings, budget)


def outcome(read: Callable[..., SheetContent], part: bytes, surroundings: Surroundings = AROUND) -> Outcome:
    """What a reader says of a part: its cells in their order and the rest, or why it cannot be read."""
    try:
        found = read("sheet1.xml", part, surroundings, Budget())
    except UnreadableFileError as error:
        return error.cause, error.detail
    return list(found.cells.items()), found.hidden_rows, found.hidden_columns, found.merged


def sheet(
    rows: str, *, before: str = "", after: str = "", start: str = '<?xml version="1.0" encoding="UTF-8"?>\n'
) -> bytes:
    """A sheet part."""
    return f'{start}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def is_plain(part: bytes) -> bool:
    """Whether the pattern alone reads a part."""
    return scan_sheet("sheet1.xml", part, AROUND, Budget()) is not None


# --- what programs write ----------------------------------------------------------------------------------------

EXCEL = sheet(
    '<row r="1" spans="1:3" ht="27.75" customHeight="1" x14ac:dyDescent="0.25"><c r="A1" s="4" t="s"><v>0</v></c>'
    '<c r="B1" s="4"/><c r="C1" s="1"><v>45413</v></c></row>'
    '<row r="2" spans="1:3" hidden="1" x14ac:dyDescent="0.25"/>'
    '<row r="5" spans="1:3"><c r="A5" s="2"><f>SUM(B5:C5)</f><v>0.30000000000000004</v></c>'
    '<c r="B5" t="str"><f t="shared" ref="B5:B6" si="0">IF(A5&lt;&gt;"","是","")</f><v>是</v></c>'
    '<c r="C5" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    '<row r="6" spans="1:3"><c r="A6" t="b"><v>1</v></c><c r="B6" t="str"><f t="shared" si="0"/><v></v></c>'
    '<c r="C6" t="str"><f ca="1">A1&amp;" "</f><v xml:space="preserve">东风 </v></c></row>',
    before='<sheetPr/><dimension ref="A1:C6"/><cols><col min="2" max="3" width="9.140625" hidden="1"/></cols>',
    after='<sheetProtection sheet="1"/><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><pageMargins/>',
    start='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n',
)
LIBREOFFICE = sheet(
    '<row r="1" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" collapsed="false">'
    '<c r="A1" s="0" t="n"><f aca="false">1+1</f><v>2</v></c><c r="B1" s="0" t="n"><v>3</v></c>'
    '<c r="C1" s="0" t="s"><v>2</v></c><c r="D1" s="0"></c></row>'
    '<row r="2" customFormat="false" ht="12.8" hidden="true" customHeight="false" outlineLevel="0"></row>'
)
WPS = sheet(
    '<row r="1" s="1" customFormat="1" ht="30" customHeight="1" spans="1:2">'
    '<c r="A1" s="4" t="s"><v>0</v></c><c r="B1" s="4"/></row>'
    '<row r="2" ht="14.25" spans="1:2"><c r="A2" s="4" t="inlineStr"><is><t xml:space="preserve"> 12 </t></is></c>'
    '<c r="B2"><v>-1.5</v></c></row>'
)


@pytest.mark.parametrize("part", [EXCEL, LIBREOFFICE, WPS], ids=["excel", "libreoffice", "wps"])
def test_what_programs_write_is_plain(part: bytes) -> None:
    assert is_plain(part)
    assert outcome(read, part) == outcome(read_sheet, part)


def test_the_pattern_reads_what_stands_in_a_sheet() -> None:
    found = scan_sheet("sheet1.xml", EXCEL, AROUND, Budget())
    assert found is not None
    assert found.cells == {
        (1, 1): Cell(CellKind.TEXT, "东风"),
        (1, 3): Cell(CellKind.NUMBER, "45413", is_date=True),
        (5, 1): Cell(CellKind.NUMBER, "0.30000000000000004", "SUM(B5:C5)", is_percent=True),
        (5, 2): Cell(CellKind.TEXT, "是", 'IF(A5<>"","是","")'),
        (5, 3): Cell(CellKind.ERROR, "#DIV/0!", "1/0"),
        (6, 1): Cell(CellKind.BOOL, "1"),
        (6, 2): Cell(CellKind.TEXT, "", ""),
        (6, 3): Cell(CellKind.TEXT, "东风 ", 'A1&" "'),
    }
    assert found.hidden_rows == {2}
    assert found.hidden_columns == (range(2, 4),)
    assert found.merged == (MergedRange(1, 1, 1, 2),)


def by_pattern(path: Path) -> Workbook:
    """A workbook of which nothing but the pattern reads sheets and shared texts."""

    def refuse(*_: object) -> None:
        pytest.fail("not plain")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "read_sheet", refuse)
        patch.setattr(shared_strings, "parse_shared_strings", refuse)
        return read_workbook(path)


def by_expat(path: Path) -> Workbook:
    """A workbook of which expat reads every sheet and the shared texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "scan_sheet", lambda *_: None)
        patch.setattr(shared_strings, "scan_shared_strings", lambda *_: None)
        return read_workbook(path)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_our_own_forms_are_plain(path: Path) -> None:
    scanned, parsed = by_pattern(path), by_expat(path)
    assert scanned == parsed
    assert [list(page.cells) for page in scanned.sheets] == [list(page.cells) for page in parsed.sheets]


def test_what_xlsxwriter_writes_is_plain(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet("表1")
    page.write_row("A1", ["东风", 12.5, True, " A&B <社区>\n"])
    page.write_formula("A2", '=IF(A1<>"",1,"")', None, "")
    page.data_validation("B3", {"validate": "list", "source": ["是", "否"], "input_message": "请选>"})
    book.close()
    texts = {place: cell.text for place, cell in by_pattern(tmp_path / "a.xlsx").sheets[0].cells.items()}
    assert texts == {(1, 1): "东风", (1, 2): "12.5", (1, 3): "1", (1, 4): " A&B <社区>\n", (2, 1): ""}


def test_what_openpyxl_saves_is_read_alike(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(FORMS[0])
    book["指标表"]["E7"].value = "约12人"
    book.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx") == by_expat(tmp_path / "a.xlsx")


# --- whatever is not plain is for expat -------------------------------------------------------------------------

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "part",
    [
        sheet("<!-- " + ONE + " -->"),
        sheet(ONE + "<!-- -->"),
        sheet(ONE, before="<!-- <sheetData> -->"),
        sheet(ONE, after="<!-- </sheetData> -->"),
        sheet(ONE, after='<!-- <mergeCell ref="A1:B2"/> -->'),
        sheet(ONE, after='<extLst><![CDATA[<mergeCell ref="A1:B2"/>]]></extLst>'),
        sheet(ONE, before="<!--", after="-->"),
        sheet(ONE, before="<?a ", after="?>"),
        sheet(ONE, before="<oddHeader><![CDATA[", after="]]></oddHeader>"),
        sheet(ONE, after='<?a <mergeCell ref="A1:B2"/> ?>'),
        sheet(ONE, after="<a b=\"><mergeCell ref='A1:B2'/>\"/>"),
        sheet(ONE, before='<cols><col min="1" b=">" max="2" hidden="1"/></cols>'),
        sheet(ONE, before="<cols><col min='1' max='2' hidden='1'/></cols>"),
        sheet(ONE, before='<cols><col\nmin="1" max="2" hidden="1"/></cols>'),
        sheet(ONE, before='<cols><col min="1" max="&#50;" hidden="1"/></cols>'),
        sheet(ONE, before='<cols><col hidden="1"/></cols>'),
        sheet(ONE, before='<row r="7" hidden="1"/>'),
        sheet(ONE, after='<row r="7"><c r="A7"><v>7</v></c></row>'),
        sheet(ONE, after="<sheetData>" + ONE + "</sheetData>"),
        sheet(ONE, after='<mergeCells><mergeCell ref="A1:ZZZZ9"/></mergeCells>'),
        sheet(ONE, after="<open>"),
        sheet(ONE, before="<a b='1' b='2'/>"),
        sheet(ONE)[:-4],
        sheet(ONE) + b"<more/>",
        sheet(ONE, start='<?xml version="1.0" encoding="gb2312"?>'),
        sheet(ONE, start='<?xml version="1.0" encoding="iso-8859-1"?>'),
        sheet(ONE, start='<?xml version="1.1" encoding="UTF-8"?>'),
        sheet(ONE, start="<!DOCTYPE a>"),
        sheet(ONE, start="\n"),
        sheet(ONE, start="").decode().encode("utf-16"),
        sheet(ONE).replace(b"<worksheet", f'<worksheet xmlns:x="{MAIN}"'.encode()),
        sheet(f'<row r="1" xmlns:x="{MAIN}"><x:c r="A1"><x:v>1</x:v></x:c></row>'),
        sheet(ONE.replace("row", "x:row")),
        sheet(' <row r="1"/>'),
        sheet("<row><c><v>1</v></c></row>"),
        sheet(ONE + '<row><c r="A1"><v>2</v></c></row>'),
        sheet('<row r="1" r="2"/>'),
        sheet('<row r="1" hidden="1" hidden="1"/>'),
        sheet('<row r="1" hidden="&#49;"/>'),
        sheet('<row r="1" hidden="1"/><row r="one"/>'),
        sheet('<row r="1048577"/>'),
        sheet('<row r="0"><c r="A0"><v>1</v></c></row>'),
        sheet('<row r="01"><c r="A01"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A2"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="a1"><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
        sheet('<row r="1"><c r="A1"><v>1</v></c><c><v>2</v></c></row>'),
        sheet('<row r="1"><c t="s" r="A1"><v>0</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="s" s="1"><v>0</v></c></row>'),
        sheet('<row r="1"><c r="A1" s="1" s="2"/></row>'),
        sheet('<row r="1"><c r="A1" t="s"><v>3</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="z"><v>0</v></c></row>'),
        sheet('<row r="1"><c r="A1"><v>&#49;</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="str"><v>a&nbsp;b</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="str"><v>a&amp</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="str"><v>a]]>b</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="str"><v>a\x01b</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="str"><v>a\uffffb</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="str"><v>a\r\nb</v></c></row>'),
        sheet('<row r="1"><c r="A1" t="str"><v>a</v></c></row>').replace(b">a<", b">\xff<"),
        sheet('<row r="1"><c r="A1" t="str"><v>a</v></c></row>').replace(b">a<", b">\xed\xa0\x80<"),
        sheet('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>'),
        sheet('<row r="1"><c r="A1"><v>1</v><f>A2</f></c></row>'),
        sheet('<row r="1"><c r="A1"><f>A2<v>1</v></f></c></row>'),
        sheet('<row r="1"><c r="A1"><f a="1" a="2">A2</f><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1"><f t="shared" si="0"/></f><v>1</v></c></row>'),
        sheet('<row r="1"><c r="A1"><f>A2</f><v>1</v></c>'),
        sheet('<row r="1"><c r="A1"><v>1</c></v></row>'),
        sheet('<row r="1"></row></row>'),
        sheet('<row r="1"><row r="2"><c r="A2"><v>1</v></c></row></row>'),
        sheet('<row r="1"><c r="A1" t="inlineStr"><is><r><t>东</t></r><r><t>风</t></r></is></c></row>'),
        sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>东</t><rPh sb="0" eb="1"><t>x</t></rPh></is></c></row>'),
        sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>东</v></is></c></row>'),
        sheet('<row r="1"><c r="A1">1<v>2</v></c></row>'),
        sheet('<row r="1"><c r="A1" cm="1"><v>2</v></c></row>'),
        sheet("")[:-30],
        b"",
        b"</sheetData><sheetData>",
    ],
)
def test_what_is_unusual_is_left_to_expat(part: bytes) -> None:
    assert not is_plain(part)
    assert outcome(read, part) == outcome(read_sheet, part)


def test_a_sheet_of_no_bearable_size_is_left_to_expat() -> None:
    part = sheet('<row r="1"><c r="A1"/></row>' + '<row r="2"/>' * 700_000)
    assert not is_plain(part)


def test_the_pattern_is_bound_by_the_budget_of_the_file() -> None:
    budget = Budget(cells_left=1)
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row>'
    with pytest.raises(UnreadableFileError) as caught:
        scan_sheet("sheet1.xml", sheet(rows), AROUND, budget)
    assert caught.value.cause is Cause.TOO_MANY_CELLS
    with pytest.raises(UnreadableFileError) as caught:
        scan_sheet("sheet1.xml", sheet(rows), AROUND, Budget(tags_left=10))
    assert caught.value.cause is Cause.TOO_MANY_CELLS


# --- chance -----------------------------------------------------------------------------------------------------

PLACES = st.tuples(st.sampled_from("ABZ"), st.integers(1, 4)).map(lambda at: f"{at[0]}{at[1]}")
TEXTS = st.sampled_from(
    [
        "",
        "0",
        "1",
        "2",
        "-1.5",
        "1e3",
        " 7 ",
        "东风",
        "a&amp;b",
        "&#65;",
        "_x000D_",
        "１２",
        "true",
        "2024-05-01",
        "\r\n",
        "]]>",
    ]
)
FORMULAS = st.sampled_from(["", "<f>A1</f>", '<f t="shared" si="0"/>', '<f ca="1">A1&lt;2</f>', "<f/>", "<f></f>"])
KINDS = st.sampled_from(["", ' t="s"', ' t="n"', ' t="str"', ' t="b"', ' t="e"', ' t="d"', ' t="inlineStr"', ' t="q"'])
STYLES = st.sampled_from(["", ' s="0"', ' s="1"', ' s="2"', ' s="3"', ' s="x"'])
VALUES = st.one_of(
    st.sampled_from(["", "<v/>", "<v />"]),
    TEXTS.map("<v>{}</v>".format),
    TEXTS.map("<is><t>{}</t></is>".format),
)
CELLS = st.one_of(
    st.builds('<c r="{}"{}{}>{}{}</c>'.format, PLACES, STYLES, KINDS, FORMULAS, VALUES),
    st.builds('<c r="{}"{}/>'.format, PLACES, STYLES),
)
ODD = st.sampled_from(
    ["", "", "", " ", "<!-- -->", "<x/>", "</row>", "<row>", "<v>1</v>", "<c><v>1</v></c>", "&amp;", '<c r="A1">']
)
ROWS = st.builds(
    '<row r="{}"{}>{}{}</row>'.format,
    st.integers(0, 4),
    st.sampled_from(["", ' hidden="1"', ' spans="1:2" hidden="true"', ' hidden="0"', ' s="1" s="1"', " hidden='1'"]),
    st.lists(CELLS, max_size=4).map("".join),
    ODD,
)
EMPTY_ROWS = st.builds('<row r="{}"{}/>'.format, st.integers(1, 5), st.sampled_from(["", ' hidden="1"', " "]))


@given(st.lists(st.one_of(ROWS, EMPTY_ROWS), max_size=5).map("".join))
@example('<row r="1"><c r="A1"><f>A2</f><v/></c></row>')
def test_both_readers_say_the_same_of_rows_by_chance(rows: str) -> None:
    part = sheet(rows)
    assert outcome(read, part) == outcome(read_sheet, part)


WRITTEN = (
    '<c r="{at}" s="1"/>',
    '<c r="{at}" t="s"><v>{n}</v></c>',
    '<c r="{at}" s="1"><v>4{n}</v></c>',
    '<c r="{at}" t="str"><f>IF(A1&lt;2,"a","")</f><v>东{n}</v></c>',
    '<c r="{at}"><f>A1</f><v></v></c>',
)


def plain_rows(chance: random.Random) -> str:
    """Rows as programs write them."""
    lines = []
    for row in range(1, chance.randint(2, 12)):
        hidden = chance.choice(["", ' hidden="1"'])
        filled = (chance.choice(WRITTEN).format(at=f"{column}{row}", n=chance.randrange(3)) for column in "ABCDEF")
        lines.append(f'<row r="{row}" spans="1:6"{hidden}>{"".join(filled)}</row>')
    return "".join(lines)


@pytest.mark.parametrize("seed", range(20))
def test_both_readers_say_the_same_of_mangled_parts(seed: int, mangled: Mangle) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    around = '<mergeCells><mergeCell ref="A1:B2"/></mergeCells><extLst><ext uri="{a}"/></extLst>'
    columns = '<cols><col min="2" max="3" width="9" hidden="1"/></cols>'
    for _ in range(100):
        part = sheet(plain_rows(chance), before=columns, after=around)
        assert is_plain(part)
        for _ in range(chance.choice([1, 1, 2, 3])):
            part = mangled(part, chance)
        assert outcome(read, part) == outcome(read_sheet, part), part


def test_both_readers_say_the_same_of_a_mangled_form(mangled: Mangle) -> None:
    chance = random.Random(2026)  # noqa: S311 - no secret
    parts = [part for name, part in open_package(FORMS[0]).parts.items() if name.startswith("xl/worksheets/sheet")]
    many = AROUND._replace(shared=SHARED * 2_000)
    for part in sorted(parts, key=len)[:12]:
        assert outcome(read, part, many) == outcome(read_sheet, part, many)
        for _ in range(25):
            broken = mangled(part, chance)
            assert outcome(read, broken, many) == outcome(read_sheet, broken, many), broken
