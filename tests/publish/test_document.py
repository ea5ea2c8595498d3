import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import which
from zipfile import ZipFile

import docx
import pytest
from docx.shared import Emu

from aggregator.publish.report.blocks import (
    Attachments,
    Block,
    Figure,
    Heading,
    Note,
    Paragraph,
    Signature,
    Table,
    TagTooLongError,
    Text,
    Title,
)
from aggregator.publish.report.document import document_bytes
from aggregator.publish.report.layout import Layout
from aggregator.publish.report.package import Properties
from aggregator.publish.report.paragraphs import laid_out

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PROPERTIES = Properties(title="党建工作汇报", author="东风街道", date=date(2026, 10, 31))
MEMBERS = Figure("3254", "pm_total/2026-10", "党员总数")
REPORT: tuple[Block, ...] = (
    Title("中共东风街道工作委员会\n关于2026年10月党建工作情况的汇报"),
    Heading(1, (Text("一、基本情况"),)),
    Heading(2, (Text("（一）党组织"),)),
    Heading(3, (Text("1.组织设置"),)),
    Paragraph((Text("全街道共有党员"), MEMBERS, Text("名。"))),
    Paragraph((Text("正文"),), run_in_heading=(Text("（二）队伍："),)),
    Table("表1", ("社区", "党员"), (((Text("东风"),), (MEMBERS,)), ((Text("西苑"),), (Text("—"),))), (1, 2)),
    Paragraph((Text("表后正文"),)),
    Note("注：南湖社区未报。"),
    Attachments(("名册", "明细表")),
    Signature("中共东风街道工作委员会", "2026年10月31日"),
)


def made(
    blocks: Sequence[Block] = REPORT, *, layout: Layout | None = None, properties: Properties = PROPERTIES
) -> bytes:
    layout = layout or Layout()
    return document_bytes(laid_out(blocks, layout), layout=layout, properties=properties)


def written(path: Path, blocks: Sequence[Block] = REPORT, layout: Layout | None = None) -> dict[str, ET.Element]:
    """The XML parts of the written file by name."""
    path.write_bytes(made(blocks, layout=layout))
    with ZipFile(path) as package:
        names = [name for name in package.namelist() if not name.endswith(".odttf")]
        return {name: ET.fromstring(package.read(name)) for name in names}  # noqa: S314 our own file


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ET.Element]:
    return written(tmp_path_factory.mktemp("report") / "汇报.docx")


@pytest.fixture
def body(parts: dict[str, ET.Element]) -> ET.Element:
    return found(parts["word/document.xml"], "w:body")


def found(element: ET.Element, path: str) -> ET.Element:
    child = element.find(path.replace("w:", W))
    assert child is not None, path
    return child


def every(element: ET.Element, path: str) -> list[ET.Element]:
    return element.findall(path.replace("w:", W))


def values(element: ET.Element) -> dict[str, str]:
    return {name.removeprefix(W): value for name, value in element.attrib.items()}


def style(parts: dict[str, ET.Element], style_id: str) -> ET.Element:
    return next(one for one in every(parts["word/styles.xml"], "w:style") if values(one)["styleId"] == style_id)


def text_of(element: ET.Element) -> str:
    return "".join(node.text or "" for node in element.iter(f"{W}t"))


def paragraphs(body: ET.Element, style_id: str) -> list[ET.Element]:
    return [p for p in body.iter(f"{W}p") if values(found(p, "w:pPr/w:pStyle"))["val"] == style_id]


def test_the_page_is_a4_with_the_margins_of_the_standard(body: ET.Element) -> None:
    assert values(found(body, "w:sectPr/w:pgSz")) == {"w": "11906", "h": "16838"}
    # 37, 28, 26 and 35 mm, of 56.69 twips each.
    margins = values(found(body, "w:sectPr/w:pgMar"))
    assert [margins[side] for side in ("top", "left", "right", "bottom")] == ["2098", "1587", "1474", "1984"]


def test_the_grid_has_22_lines_of_28_characters(body: ET.Element) -> None:
    grid = values(found(body, "w:sectPr/w:docGrid"))
    assert grid["type"] == "linesAndChars"
    # 225 mm hold 22 lines and not a 23rd, 156 mm 28 characters of 16 pt and not a 29th.
    assert 12756 // int(grid["linePitch"]) == 22
    assert 442.25 // (16 + int(grid["charSpace"]) / 4096) == 28


@pytest.mark.parametrize(
    ("style_id", "font", "half_points", "alignment", "line"),
    [
        ("Title", "方正小标宋简体", "44", "center", "700"),
        ("Heading1", "黑体", "32", "both", "579"),
        ("Heading2", "楷体_GB2312", "32", "both", "579"),
        ("Heading3", "仿宋_GB2312", "32", "both", "579"),
        ("BodyText", "仿宋_GB2312", "32", "both", "579"),
        ("TableText", "Annex Sans SC", "21", "center", "240"),
        ("Footer", "宋体", "28", "right", "240"),
    ],
)
def test_each_style_has_font_size_and_pitch_of_the_standard(
    parts: dict[str, ET.Element], *, style_id: str, font: str, half_points: str, alignment: str, line: str
) -> None:
    one = style(parts, style_id)
    assert values(found(one, "w:rPr/w:rFonts"))["eastAsia"] == font
    assert values(found(one, "w:rPr/w:sz"))["val"] == half_points
    assert values(found(one, "w:pPr/w:jc"))["val"] == alignment
    assert values(found(one, "w:pPr/w:spacing"))["line"] == line


def test_the_body_is_indented_by_two_characters(parts: dict[str, ET.Element]) -> None:
    for style_id in ("BodyText", "Heading1", "Heading2", "Heading3"):
        assert values(found(style(parts, style_id), "w:pPr/w:ind"))["firstLineChars"] == "200"


def test_headings_have_outline_levels_and_keep_with_next(parts: dict[str, ET.Element]) -> None:
    for level in (1, 2, 3):
        one = style(parts, f"Heading{level}")
        assert values(found(one, "w:name"))["val"] == f"heading {level}"
        assert values(found(one, "w:pPr/w:outlineLvl"))["val"] == str(level - 1)
        found(one, "w:pPr/w:keepNext")
    assert [
        values(found(p, "w:pPr/w:widowControl"))["val"] for p in every(parts["word/styles.xml"], "w:style")[:2]
    ] == [
        "1",
        "1",
    ]


def test_every_style_in_use_is_defined(parts: dict[str, ET.Element]) -> None:
    defined = {values(one)["styleId"] for one in every(parts["word/styles.xml"], "w:style")}
    for name in ("word/document.xml", "word/footer1.xml", "word/footer2.xml"):
        for tag in ("pStyle", "rStyle", "tblStyle"):
            assert {values(use)["val"] for use in parts[name].iter(f"{W}{tag}")} <= defined
    for tag in ("basedOn", "next"):
        assert {values(use)["val"] for use in parts["word/styles.xml"].iter(f"{W}{tag}")} <= defined


def test_every_run_and_style_names_all_its_fonts(parts: dict[str, ET.Element]) -> None:
    named = 0
    for part in parts.values():
        assert all(found(run, "w:rPr/w:rFonts") is not None for run in part.iter(f"{W}r"))
        for fonts in part.iter(f"{W}rFonts"):
            assert set(values(fonts)) == {"hint", "ascii", "hAnsi", "eastAsia", "cs"}
            named += 1
    assert named > 40


def test_nothing_takes_its_font_or_colour_from_the_theme_which_is_black_and_white(parts: dict[str, ET.Element]) -> None:
    theme = parts["word/theme/theme1.xml"]
    colors = {element.get("val") for element in theme.iter() if element.tag.endswith("srgbClr")}
    assert colors == {"000000", "FFFFFF", "595959"}
    faces = {element.get("typeface") for element in theme.iter() if element.get("typeface")}
    assert faces == {"黑体", "仿宋_GB2312"}
    for part in (part for part in parts.values() if part is not theme):
        assert not list(part.iter(f"{W}color"))
        assert not [key for element in part.iter() for key in element.attrib if "heme" in key or key == f"{W}color"]


def test_chinese_is_the_language(parts: dict[str, ET.Element]) -> None:
    defaults = values(found(parts["word/styles.xml"], "w:docDefaults/w:rPrDefault/w:rPr/w:lang"))
    assert defaults["eastAsia"] == "zh-CN"
    assert values(found(parts["word/settings.xml"], "w:themeFontLang"))["eastAsia"] == "zh-CN"


def test_digits_may_stand_in_a_western_font(tmp_path: Path) -> None:
    fonts = written(tmp_path / "汇报.docx", layout=Layout(digit_font="Times New Roman"))["word/document.xml"]
    assert {values(one)["ascii"] for one in fonts.iter(f"{W}rFonts")} == {"Times New Roman"}
    assert "Times New Roman" not in {values(one)["eastAsia"] for one in fonts.iter(f"{W}rFonts")}


def test_missing_fonts_have_substitutes(parts: dict[str, ET.Element]) -> None:
    table = {values(one)["name"]: values(found(one, "w:altName"))["val"] for one in parts["word/fontTable.xml"]}
    assert table["仿宋_GB2312"] == "仿宋"
    assert table["楷体_GB2312"] == "楷体"
    assert table["方正小标宋简体"] == "宋体"


def test_a_figure_is_an_inline_control_in_the_font_of_its_text(body: ET.Element) -> None:
    paragraph = paragraphs(body, "BodyText")[0]
    control = found(paragraph, "w:sdt")
    assert values(found(control, "w:sdtPr/w:tag"))["val"] == "pm_total/2026-10"
    assert values(found(control, "w:sdtPr/w:alias"))["val"] == "党员总数"
    assert text_of(control) == "3254"
    assert values(found(control, "w:sdtContent/w:r/w:rPr/w:rFonts")) == values(found(paragraph, "w:r/w:rPr/w:rFonts"))
    assert text_of(paragraph) == "全街道共有党员3254名。"


def test_each_control_has_a_number_of_its_own(body: ET.Element) -> None:
    numbers = [values(found(control, "w:sdtPr/w:id"))["val"] for control in body.iter(f"{W}sdt")]
    assert numbers == ["1", "2"]


def test_a_tag_is_never_cut() -> None:
    assert Figure("1", "x" * 64, "").tag == "x" * 64
    for tag in ("x" * 65, ""):
        with pytest.raises(TagTooLongError, match="1 to 64"):
            Figure("1", tag, "")


def test_a_long_title_of_a_figure_is_shortened(tmp_path: Path) -> None:
    blocks = [Paragraph((Figure("1", "t", "长" * 65),))]
    title = next(written(tmp_path / "a.docx", blocks)["word/document.xml"].iter(f"{W}alias"))
    assert values(title)["val"] == "长" * 63 + "…"


def test_a_title_breaks_where_it_is_told(body: ET.Element) -> None:
    title = paragraphs(body, "Title")[0]
    assert [child.tag.removeprefix(W) for child in found(title, "w:r")] == ["rPr", "t", "br", "t"]


def test_a_run_in_heading_is_in_the_character_half_of_the_second_level(
    parts: dict[str, ET.Element], body: ET.Element
) -> None:
    # What Word itself writes for a heading style on a part of a paragraph; its table of contents takes that part.
    heading, character = style(parts, "Heading2"), style(parts, "Heading2Char")
    assert [values(found(one, "w:link"))["val"] for one in (heading, character)] == ["Heading2Char", "Heading2"]
    assert values(found(character, "w:name"))["val"] == "Heading 2 Char"
    assert values(character)["type"] == "character"
    looks = [[(one.tag, one.attrib) for one in found(half, "w:rPr")] for half in (heading, character)]
    assert looks[0] == looks[1]
    styled = [(run, run.find(f"{W}rPr/{W}rStyle")) for run in body.iter(f"{W}r")]
    said = [text_of(run) for run, used in styled if used is not None and values(used)["val"] == "Heading2Char"]
    assert "".join(said) == "（二）队伍："


def test_a_run_in_heading_stands_in_the_heading_font(body: ET.Element) -> None:
    runs = every(paragraphs(body, "BodyText")[1], "w:r")
    assert [text_of(run) for run in runs] == ["（二）队伍：", "正文"]
    fonts = [values(found(run, "w:rPr/w:rFonts"))["eastAsia"] for run in runs]
    assert fonts == ["楷体_GB2312", "仿宋_GB2312"]


def test_a_table_repeats_its_header_below_its_title(parts: dict[str, ET.Element], body: ET.Element) -> None:
    table = found(body, "w:tbl")
    before = list(body)[list(body).index(table) - 1]
    assert (values(found(before, "w:pPr/w:pStyle"))["val"], text_of(before)) == ("Caption", "表1")
    rows = every(table, "w:tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False]
    assert [text_of(row) for row in rows] == ["社区党员", "东风3254", "西苑—"]
    borders = found(style(parts, "ReportTable"), "w:tblPr/w:tblBorders")
    assert {side.tag.removeprefix(W) for side in borders} == {"top", "left", "bottom", "right", "insideH", "insideV"}


def test_a_table_fills_the_text_width(body: ET.Element) -> None:
    columns = [int(values(column)["w"]) for column in every(found(body, "w:tbl"), "w:tblGrid/w:gridCol")]
    assert sum(columns) == 8845
    assert columns[1] == pytest.approx(2 * columns[0], abs=2)


def test_text_stands_off_the_table_above_it(body: ET.Element) -> None:
    after = paragraphs(body, "BodyText")[2]
    assert text_of(after) == "表后正文"
    assert values(found(after, "w:pPr/w:spacing")) == {"before": "289"}


def test_a_table_with_ragged_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 2 columns"):
        Table("表1", ("甲", "乙"), (((Text("1"),),),))


def test_a_body_never_ends_with_a_table(tmp_path: Path) -> None:
    body = found(written(tmp_path / "a.docx", [Table("", ("甲",), ())])["word/document.xml"], "w:body")
    assert [child.tag.removeprefix(W) for child in body] == ["tbl", "p", "sectPr"]


def test_the_date_stands_four_characters_from_the_right_edge(body: ET.Element) -> None:
    day, organ = paragraphs(body, "Date")[0], paragraphs(body, "Signature")[0]
    assert values(found(day, "w:pPr/w:ind"))["rightChars"] == "400"
    # 2026年10月31日 is 7 characters wide, the organ 11: its middle over the date's leaves 4 + (7 - 11) / 2.
    assert values(found(organ, "w:pPr/w:ind"))["rightChars"] == "200"


def test_the_signature_never_stands_alone_on_a_page(tmp_path: Path, body: ET.Element) -> None:
    def held(body: ET.Element) -> list[str]:
        return [text_of(one) for one in every(body, "w:p") if one.find(f"{W}pPr/{W}keepNext") is not None]

    # The organ's own style holds it to the date; on its page stand the last lines of the text itself.
    assert held(body)[-4:] == ["表后正文", "注：南湖社区未报。", "附件：1.名册", "2.明细表"]
    bare = written(tmp_path / "a.docx", [Paragraph((Text("正文"),)), REPORT[-1]])["word/document.xml"]
    assert held(found(bare, "w:body")) == ["正文"]


def test_attachments_are_listed_one_below_the_other(body: ET.Element) -> None:
    listed = paragraphs(body, "Attachment")
    assert [text_of(one) for one in listed] == ["附件：1.名册", "2.明细表"]
    # Both names begin six characters in: indent 2, 附件： 3, number 1.
    assert {values(found(one, "w:pPr/w:ind"))["leftChars"] for one in listed} == {"600"}


def test_page_numbers_stand_outside_between_dashes(parts: dict[str, ET.Element], body: ET.Element) -> None:
    found(parts["word/settings.xml"], "w:evenAndOddHeaders")
    assert [values(one)["type"] for one in every(body, "w:sectPr/w:footerReference")] == ["default", "even"]
    for name, side, shown in [("word/footer1.xml", "right", "— 1 —"), ("word/footer2.xml", "left", "— 2 —")]:
        paragraph = found(parts[name], "w:p")
        assert values(found(paragraph, "w:pPr/w:jc"))["val"] == side
        assert values(found(paragraph, "w:pPr/w:ind"))[f"{side}Chars"] == "100"
        assert text_of(paragraph) == shown
        assert [instruction.text for instruction in paragraph.iter(f"{W}instrText")] == [" PAGE "]
        marks = [values(mark)["fldCharType"] for mark in paragraph.iter(f"{W}fldChar")]
        assert marks == ["begin", "separate", "end"]


def test_text_that_xml_cannot_hold_is_shown_as_a_box(tmp_path: Path) -> None:
    blocks: list[Block] = [
        Paragraph((Text("A&B <东风>\x00\x0b\ud83d"), Figure("1\x07", "tag\x01", "题\udc00"))),
        Table("表\x02", ("头\x03",), (((Text("格\x04"),),),)),
        Signature("\x05", "\x06"),
    ]
    body = written(tmp_path / "a.docx", blocks)["word/document.xml"]
    assert text_of(body) == "A&B <东风>□□□1□表□头□格□□□"


def test_line_feeds_and_tabs_of_a_narrative_are_kept(tmp_path: Path) -> None:
    body = written(tmp_path / "a.docx", [Paragraph((Text("一\r\n二\t三\n"),))])["word/document.xml"]
    assert [child.tag.removeprefix(W) for child in next(body.iter(f"{W}r"))] == [
        "rPr",
        "t",
        "br",
        "t",
        "tab",
        "t",
        "br",
    ]


def test_the_file_tells_of_the_report_and_not_of_a_template(tmp_path: Path) -> None:
    written(tmp_path / "a.docx")
    core = docx.Document(str(tmp_path / "a.docx")).core_properties
    assert (core.title, core.author, core.last_modified_by, core.comments) == (
        "党建工作汇报",
        "东风街道",
        "东风街道",
        "",
    )
    assert core.created == core.modified
    assert core.created.date() == date(2026, 10, 31)


def test_another_library_reads_paragraphs_styles_tables_and_footers(tmp_path: Path) -> None:
    written(tmp_path / "a.docx")
    document = docx.Document(str(tmp_path / "a.docx"))
    read = [(one.style.style_id, one.text) for one in document.paragraphs if one.style]
    assert read[:4] == [
        ("Title", "中共东风街道工作委员会\n关于2026年10月党建工作情况的汇报"),
        ("Heading1", "一、基本情况"),
        ("Heading2", "（一）党组织"),
        ("Heading3", "1.组织设置"),
    ]
    assert [cell.text for cell in document.tables[0].rows[0].cells] == ["社区", "党员"]
    section = document.sections[0]
    width, height = section.page_width or 0, section.page_height or 0
    assert (round(Emu(width).mm, 1), round(Emu(height).mm, 1)) == (210, 297)
    assert [len(footer.paragraphs) for footer in (section.footer, section.even_page_footer)] == [1, 1]


def test_long_properties_do_not_stop_the_report() -> None:
    properties = Properties(title="长" * 300, author="\x00" * 300, date=date(2026, 1, 1))
    core = docx.Document(BytesIO(made([], properties=properties))).core_properties
    assert (core.title, core.author) == ("长" * 255, "□" * 255)


def test_the_same_report_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    script = tmp_path / "write.py"
    script.write_text(
        "import runpy, sys\nfrom pathlib import Path\nnames = runpy.run_path(sys.argv[1])\n"
        "names['written'](Path(sys.argv[2]))\n",
        encoding="utf-8",
    )
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, str(script), __file__, str(tmp_path / f"{seed}.docx")]
        subprocess.run(command, check=True, env=environment)
    assert len({path.read_bytes() for path in tmp_path.glob("*.docx")}) == 1


def test_entries_carry_no_hour_and_no_system(tmp_path: Path) -> None:
    written(tmp_path / "a.docx")
    with ZipFile(tmp_path / "a.docx") as package:
        entries = package.infolist()
    assert {(entry.date_time, entry.create_system) for entry in entries} == {((1980, 1, 1, 0, 0, 0), 0)}
    assert entries[0].filename == "[Content_Types].xml"
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


needs_libreoffice = pytest.mark.skipif(
    which("soffice") is None or which("pdftotext") is None, reason="LibreOffice is not on this machine"
)


def converted(path: Path, kind: str) -> Path:
    """The file as LibreOffice saves it, in a folder of its own."""
    folder = path.parent / "converted"
    home = f"-env:UserInstallation={(path.parent / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.{kind}"


@pytest.mark.libreoffice
@needs_libreoffice
def test_a_full_page_shows_22_lines_of_28_characters(tmp_path: Path) -> None:
    written(tmp_path / "a.docx", [Paragraph((Text("字" * 28 * 30),))])
    printed = converted(tmp_path / "a.docx", "pdf")
    pages = subprocess.run(["pdftotext", "-l", "1", str(printed), "-"], check=True, capture_output=True)
    lines = [line for line in pages.stdout.decode().splitlines() if "字" in line]
    assert [len(line) for line in lines] == [26] + [28] * 21


@pytest.mark.libreoffice
@needs_libreoffice
def test_no_sign_at_the_end_of_a_line_is_lost(tmp_path: Path) -> None:
    lead = (Text("（一）打好基础。"),)
    sentences = [f"{'字' * length}，字字字。" for length in range(12, 28)]
    written(tmp_path / "a.docx", [Paragraph((Text(sentence),), lead) for sentence in sentences])
    printed = subprocess.run(
        ["pdftotext", str(converted(tmp_path / "a.docx", "pdf")), "-"], check=True, capture_output=True
    )
    assert printed.stdout.decode().count("，") == len(sentences)


@pytest.mark.libreoffice
@needs_libreoffice
def test_figures_survive_being_saved_by_libreoffice(tmp_path: Path) -> None:
    area = Figure("24.16平方公里", "area_km2@street@2026-10", "辖区面积")
    written(tmp_path / "a.docx", [Paragraph((Text("辖区面积"), area, Text("，党员"), MEMBERS, Text("名。")))])
    with ZipFile(converted(tmp_path / "a.docx", "docx")) as package:
        body = ET.fromstring(package.read("word/document.xml"))  # noqa: S314 our own file
    assert text_of(body) == "辖区面积24.16平方公里，党员3254名。"
    assert [text_of(control) for control in body.iter(f"{W}sdt")] == ["24.16平方公里", "3254"]
