import zipfile
from io import BytesIO

from aggregator.demo.retyping import retyped

WORKBOOK = (
    '<workbook><sheets><sheet name="指标表" sheetId="1" r:id="rId1"/>'
    '<sheet name="A" sheetId="2" r:id="rId2"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships><Relationship Id="rId1" Type="t" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="t" Target="worksheets/sheet2.xml"/></Relationships>'
)
SHEET = (
    '<row r="5"><c r="A5" t="s"><v>0</v></c><c r="E5" s="7"><v>12</v></c>'
    '<c r="E6" s="8"/><c r="F5"><f>E5</f><v></v></c></row>'
)


def package(**sheets: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        for name, text in sheets.items():
            archive.writestr(f"xl/worksheets/{name}.xml", text)
    return buffer.getvalue()


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(f"xl/worksheets/{name}.xml").decode()


def test_a_text_takes_the_place_of_a_number_and_keeps_its_style() -> None:
    typed = retyped(package(sheet1=SHEET, sheet2=SHEET), {("指标表", "E5"): "１２<人>"})
    assert part(typed, "sheet1") == SHEET.replace(
        '<c r="E5" s="7"><v>12</v></c>',
        '<c r="E5" s="7" t="inlineStr"><is><t xml:space="preserve">１２&lt;人&gt;</t></is></c>',
    )
    assert part(typed, "sheet2") == SHEET


def test_an_empty_cell_can_be_typed_into_and_its_neighbours_stay() -> None:
    typed = part(retyped(package(sheet1=SHEET, sheet2=SHEET), {("A", "E6"): " 3 "}), "sheet2")
    assert '<c r="E6" s="8" t="inlineStr"><is><t xml:space="preserve"> 3 </t></is></c>' in typed
    assert '<c r="F5"><f>E5</f><v></v></c>' in typed


def test_the_same_texts_give_the_same_bytes() -> None:
    content = package(sheet1=SHEET, sheet2=SHEET)
    assert retyped(content, {("A", "E5"): "1"}) == retyped(content, {("A", "E5"): "1"})
