"""The font that goes with a report: cut right, hidden as the standard asks, and seen where no Chinese font is."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from fontTools.ttLib import TTFont

from aggregator.publish.report import embedded_font as module
from aggregator.publish.report.blocks import Block, Chart, Note, Paragraph, Series, Table, Text
from aggregator.publish.report.document import document_bytes
from aggregator.publish.report.layout import Layout
from aggregator.publish.report.package import Properties
from aggregator.publish.report.paragraphs import laid_out
from aggregator.publish.report.truetype import Font

FILE = Path(module.__file__).with_name("fonts") / "AnnexSansSC.ttf"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BARS = Chart("图1　党员", "bars", ("梧桐", "青禾"), (Series("名", (Decimal(12), Decimal(3))),))
ASCII = {chr(code) for code in range(0x20, 0x7F)}


def opened(font: bytes) -> TTFont:
    """A font as an independent library reads it, checksums and all."""
    return TTFont(BytesIO(font), checkChecksums=2)


def package(blocks: Sequence[Block], layout: Layout | None = None) -> dict[str, bytes]:
    layout = layout or Layout()
    content = document_bytes(
        laid_out(blocks, layout), layout=layout, properties=Properties("报告", "街道", date(2026, 10, 31))
    )
    with ZipFile(BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def revealed(parts: dict[str, bytes]) -> bytes:
    """The embedded font, as a reader of the standard (ISO/IEC 29500-1, 17.8.1) gets at it."""
    fonts = ET.fromstring(parts["word/fontTable.xml"])  # noqa: S314  # our own file
    (embedded,) = fonts.iter(f"{W}embedRegular")
    key = embedded.attrib[f"{W}fontKey"]
    assert re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", key)
    backwards = bytes.fromhex(re.sub("[{}-]", "", key))[::-1]
    hidden = parts["word/fonts/font1.odttf"]
    return bytes(hidden[at] ^ backwards[at % 16] for at in range(32)) + hidden[32:]


def test_a_cut_font_has_the_outlines_and_widths_of_the_whole_one() -> None:
    whole = FILE.read_bytes()
    text = "云杉街道党员总数1,234.5名（占比41.3%）“两委”"
    part, source = opened(Font(whole).cut(text)), opened(whole)
    names, sources = part.getBestCmap(), source.getBestCmap()
    assert set(map(chr, names)) == set(text)
    for code, name in names.items():
        assert part["glyf"][name] == source["glyf"][sources[code]]
        assert part["hmtx"][name] == source["hmtx"][sources[code]]
    assert part["glyf"][".notdef"] == source["glyf"][".notdef"]
    assert part["maxp"].numGlyphs == len(set(text)) + 1


def test_what_the_font_lacks_is_left_to_the_machine_and_the_rest_is_cut() -> None:
    part = opened(Font(FILE.read_bytes()).cut("党𠮷\n"))
    assert set(map(chr, part.getBestCmap())) == {"党"}


def test_a_font_of_nothing_is_still_a_font() -> None:
    part = opened(Font(FILE.read_bytes()).cut(""))
    assert (part.getGlyphOrder(), part.getBestCmap()) == ([".notdef"], {})


def test_the_same_characters_give_the_same_font_in_any_order() -> None:
    font = Font(FILE.read_bytes())
    assert font.cut("社区党员") == font.cut("员党区社社")


def test_the_whole_font_holds_gb2312_under_a_name_of_its_own_and_an_open_licence() -> None:
    font = opened(FILE.read_bytes())
    has = set(map(chr, font.getBestCmap()))
    every = {bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)}
    chinese = every - {""}
    assert len(chinese) == 6763
    assert has >= chinese | ASCII
    names = {record.nameID: str(record) for record in font["name"].names}
    assert names[1] == Layout().table_font == "Annex Sans SC"
    assert "SIL Open Font License" in names[13]
    assert "SIL OPEN FONT LICENSE Version 1.1" in FILE.with_name("OFL.txt").read_text(encoding="utf-8")
    # Whoever embeds it may do so, and a document with it may be edited (OS/2, fsType).
    assert font["OS/2"].fsType == 0


def test_what_tables_and_charts_show_goes_with_the_file() -> None:
    cells = ((Text("听松"),), (Text("—"),))
    blocks: list[Block] = [Paragraph((Text("正文"),)), Table("附件　一览表", ("指标", "数"), (cells,)), BARS]
    shown = set("附件　一览表指标数听松—图1党员梧桐青禾名")
    parts = package([*blocks, Note("注：缺荷塘。", is_in_annex=True), Note("数据说明。")])
    # Digits and letters are there for the axes and labels, which the program that shows the chart writes.
    assert set(map(chr, opened(revealed(parts)).getBestCmap())) == shown | set("注：缺荷塘。") | ASCII
    assert b'Extension="odttf"' in parts["[Content_Types].xml"]
    assert b'Target="fonts/font1.odttf"' in parts["word/_rels/fontTable.xml.rels"]


@pytest.mark.parametrize(
    ("blocks", "layout"),
    [([Paragraph((Text("正文"),)), Note("数据说明。")], Layout()), ([BARS], Layout(table_font="微软雅黑"))],
    ids=["nothing is shown in it", "the house has another font"],
)
def test_no_font_goes_along_where_none_is_needed(blocks: Sequence[Block], layout: Layout) -> None:
    parts = package(blocks, layout)
    assert not [name for name in parts if "fonts/" in name or "fontTable.xml.rels" in name]
    assert b"embedRegular" not in parts["word/fontTable.xml"]
    assert b"odttf" not in parts["[Content_Types].xml"]


FONTS_ONLY_OF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>"""
ANNEX_PAGES = 3


def found_by_fontconfig(*query: str) -> str:
    return subprocess.run(["fc-match", "-f", "%{file}", *query], check=True, capture_output=True).stdout.decode()


def printed(report: Path, folder: Path, settings: dict[str, str]) -> Path:
    """The report as LibreOffice prints it to PDF."""
    folder.mkdir()
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = [shutil.which("soffice") or "", home, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **settings}
    subprocess.run([*command, str(report)], check=True, capture_output=True, timeout=180, env=environment)
    return folder / f"{report.stem}.pdf"


def annex_as_seen(pdf: Path) -> list[list[bytes]]:
    """The last pages as lines of grey dots, without the page number at the foot."""
    told = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True).stdout.decode()
    pages = int(re.findall(r"Pages: +([0-9]+)", told)[0])
    seen = []
    for page in range(pages - ANNEX_PAGES + 1, pages + 1):
        command = ["pdftoppm", "-gray", "-r", "60", "-f", str(page), "-l", str(page), str(pdf)]
        head, size, _, dots = subprocess.run(command, check=True, capture_output=True).stdout.split(b"\n", 3)
        assert head == b"P5"
        width, height = map(int, size.split())
        seen.append([dots[row * width : (row + 1) * width] for row in range(int(height * 0.88))])
    return seen


@pytest.mark.libreoffice
@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("soffice", "pdftoppm", "fc-match")),
    reason="LibreOffice is not installed",
)
def test_without_any_chinese_font_the_annex_looks_as_it_does_with_them(demonstration: Path, tmp_path: Path) -> None:
    (report,) = (demonstration / "output" / "2026-10").glob("城市基层党建工作情况汇报*.docx")
    bare = Path(found_by_fontconfig("DejaVu Sans")).parent
    assert not [name for name in bare.iterdir() if "DejaVu" not in name.name]
    only = tmp_path / "fonts.conf"
    only.write_text(FONTS_ONLY_OF.format(folder=bare, cache=tmp_path / "cache"), encoding="utf-8")
    without = printed(report, tmp_path / "without", {"FONTCONFIG_FILE": str(only)})
    fonts = subprocess.run(["pdffonts", str(without)], check=True, capture_output=True).stdout.decode()
    assert re.findall(r"^[A-Z]{6}\+(\S+)", fonts, flags=re.MULTILINE)[-1] == "AnnexSansSC"
    seen = annex_as_seen(without)
    assert [any(min(line) < 128 for line in page) for page in seen] == [True] * ANNEX_PAGES
    assert seen == annex_as_seen(printed(report, tmp_path / "with", {}))
