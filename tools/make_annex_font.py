"""Makes the font that the annex of a report brings along, from Noto Sans CJK as Debian packages it.

Usage, from the root of the repository: python -m tools.make_annex_font NotoSansCJK-Regular.ttc. What it writes is in
the repository, so this is run only to take another version or other characters. Needs fontTools 4.

What is taken: the letters and digits of ASCII, the Chinese characters and signs of GB 2312, and the few signs that our
reports add. Outlines become those of TrueType (quadratic), since Word reads no embedded font of another kind; hints and
the rules for vertical text go.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

TARGET = Path("aggregator/publish/report/fonts/AnnexSansSC.ttf")
#: A name of its own, so that it takes nobody's place; the copyright and the licence stay.
FAMILY = "Annex Sans SC"
#: A line above and below its foot, in thousandths; Noto's own 1.45 leaves no room for forty names at a chart.
ABOVE, BELOW = 950, 250
#: Where simplified Chinese stands in the collection.
SIMPLIFIED = 2
#: How far a curve may stray, in thousandths of the character's height.
TOLERANCE = 1.0
#: Signs of our reports that GB 2312 lacks.
OWN_SIGNS = "㎡‰—～•〇"
#: The code pages 1252 and 936 among those that a font may say it serves.
WESTERN, SIMPLIFIED_CHINESE = 1 << 0, 1 << 18
_NAMES_AND_LICENCE = [0, 1, 2, 4, 5, 6, 13, 14]
#: Tables that an embedded font has no use for.
_IDLE_TABLES = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")
_NO_PROGRAMS = ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements", "SizeOfInstructions")


def characters() -> set[str]:
    """All that can be told in GB 2312, which is ASCII, signs and 6763 Chinese characters, and what we add."""
    rows, cells = range(0xA1, 0xF8), range(0xA1, 0xFF)
    pairs = (bytes((row, cell)).decode("gb2312", errors="ignore") for row in rows for cell in cells)
    two_bytes = {character for character in pairs if character and not "\u3040" <= character <= "\u312f"}
    return two_bytes | {chr(code) for code in range(0x20, 0x7F)} | set(OWN_SIGNS)


def main() -> None:
    """Write the font."""
    parser = argparse.ArgumentParser()
    parser.add_argument("collection", type=Path)
    font = TTFont(parser.parse_args().collection, fontNumber=SIMPLIFIED, recalcTimestamp=False)
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=_NAMES_AND_LICENCE)
    options.drop_tables += _IDLE_TABLES
    wanted = subset.Subsetter(options)
    wanted.populate(unicodes=[ord(character) for character in characters()])
    wanted.subset(font)
    _with_quadratic_outlines(font)
    for number, text in ((1, FAMILY), (4, FAMILY), (6, FAMILY.replace(" ", ""))):
        font["name"].setName(text, number, 3, 1, 0x409)
    _with_lines_of(font, ABOVE, BELOW)
    font["cmap"].tables.append(_listed_by_runs(font))
    font["OS/2"].ulCodePageRange1 = WESTERN | SIMPLIFIED_CHINESE  # by these Word takes it for a Chinese font
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    font.save(TARGET)


def _with_quadratic_outlines(font: TTFont) -> None:
    """Takes the font from PostScript's outlines to those of TrueType."""
    drawn, outlines = font.getGlyphSet(), dict[str, Any]()
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, TOLERANCE, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = font.getGlyphOrder(), outlines
    font["glyf"].compile(font)  # counts the points that maxp tells
    del font["CFF "]
    limits = font["maxp"]
    limits.tableVersion, limits.maxZones, limits.maxComponentDepth, limits.maxComponentElements = 0x00010000, 1, 0, 0
    for kind in _NO_PROGRAMS:
        setattr(limits, f"max{kind}", 0)
    limits.maxPoints = limits.maxContours = limits.maxCompositePoints = limits.maxCompositeContours = 0
    limits.recalc(font)
    font["post"].formatType = 3.0
    font.sfntVersion = "\0\1\0\0"


def _with_lines_of(font: TTFont, above: int, below: int) -> None:
    """Says the height of a line in each of the three places where programs look."""
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = above, -below, 0
    measures = font["OS/2"]
    measures.sTypoAscender, measures.sTypoDescender, measures.sTypoLineGap = above, -below, 0
    measures.usWinAscent, measures.usWinDescent = above, below


def _listed_by_runs(font: TTFont) -> Any:
    """The map of characters in its plainest form (format 12), which is the one that we read."""
    listed = CmapSubtable.newSubtable(12)
    listed.platformID, listed.platEncID, listed.language = 3, 10, 0
    listed.cmap = dict(font.getBestCmap())
    return listed


if __name__ == "__main__":
    main()
