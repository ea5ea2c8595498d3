"""The measures and fonts of an official document by GB/T 9704-2012, and the ones a house may change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import floor
from typing import Any

_TWIPS_PER_MM = 1440 / 25.4
_TWIPS_PER_PT = 20
#: The font of tables and charts, which goes with the file, so that they read on a machine without Chinese fonts too.
OPEN_FONT = "Annex Sans SC"


def twips(mm: float) -> int:
    """A length in twentieths of a point, as Word counts it."""
    return round(mm * _TWIPS_PER_MM)


@dataclass(frozen=True, slots=True)
class Layout:
    """Page, grid, fonts and sizes; the defaults are the standard's: 22 lines of 28 characters of 三号."""

    page_width_mm: float = 210
    page_height_mm: float = 297
    top_mm: float = 37
    bottom_mm: float = 35
    left_mm: float = 28
    right_mm: float = 26
    lines_per_page: int = 22
    characters_per_line: int = 28

    title_font: str = "方正小标宋简体"
    heading_1_font: str = "黑体"
    heading_2_font: str = "楷体_GB2312"
    body_font: str = "仿宋_GB2312"
    page_number_font: str = "宋体"
    table_font: str = OPEN_FONT
    # None keeps digits in the font of the text around them; "Times New Roman" is a house custom, not the standard.
    digit_font: str | None = None
    # What a machine without the named font should take instead.
    substitutes: tuple[tuple[str, str], ...] = (
        ("方正小标宋简体", "宋体"),
        ("黑体", "SimHei"),
        ("楷体_GB2312", "楷体"),
        ("仿宋_GB2312", "仿宋"),
        ("宋体", "SimSun"),
        (OPEN_FONT, "黑体"),
    )

    title_size_pt: float = 22  # 二号
    title_pitch_pt: float = 35
    body_size_pt: float = 16  # 三号
    caption_size_pt: float = 12  # 小四
    table_size_pt: float = 10.5  # 五号
    page_number_size_pt: float = 14  # 四号
    is_heading_3_bold: bool = False
    first_line_characters: float = 2
    lines_before_signature: float = 2
    date_characters_from_right: float = 4
    page_number_below_text_mm: float = 7
    page_number_characters_from_edge: float = 1

    @property
    def text_width_twips(self) -> int:
        """The width of the text area."""
        return twips(self.page_width_mm) - twips(self.left_mm) - twips(self.right_mm)

    @property
    def text_height_twips(self) -> int:
        """The height of the text area."""
        return twips(self.page_height_mm) - twips(self.top_mm) - twips(self.bottom_mm)

    @property
    def line_pitch_twips(self) -> int:
        """The line pitch, rounded down: a twip more and Word fits only 21 lines into 225 mm."""
        return self.text_height_twips // self.lines_per_page

    @property
    def character_pitch_pt(self) -> float:
        """The width of one grid character."""
        return self.text_width_twips / self.characters_per_line / _TWIPS_PER_PT

    @property
    def character_space(self) -> int:
        """What the grid adds to a body character, in 1/4096 pt as `w:charSpace` wants it; rounded down to fit."""
        return floor((self.character_pitch_pt - self.body_size_pt) * 4096)

    @property
    def character_spacing_twips(self) -> int:
        """The same for the styles, in twips; rounded down to a tenth of a point, or LibreOffice fits only 27."""
        return floor((self.character_pitch_pt - self.body_size_pt) * 10) * _TWIPS_PER_PT // 10

    @property
    def footer_distance_mm(self) -> float:
        """The foot of the page number above the edge of the paper."""
        return self.bottom_mm - self.page_number_below_text_mm - self.page_number_size_pt * 25.4 / 72

    def characters_twips(self, characters: float) -> int:
        """The width of so many grid characters, for readers that do not know character units."""
        return round(characters * self.character_pitch_pt * _TWIPS_PER_PT)


#: The settings by which a house changes the standard; what is left empty stays as the standard has it.
_FONTS = {
    "set_font_title": "title_font",
    "set_font_heading_1": "heading_1_font",
    "set_font_heading_2": "heading_2_font",
    "set_font_body": "body_font",
    "set_font_digits": "digit_font",
    "set_font_page_number": "page_number_font",
    "set_font_table": "table_font",
}
_MEASURES = {
    "set_size_title": "title_size_pt",
    "set_size_body": "body_size_pt",
    "set_size_table": "table_size_pt",
    "set_margin_top": "top_mm",
    "set_margin_bottom": "bottom_mm",
    "set_margin_left": "left_mm",
    "set_margin_right": "right_mm",
    "set_date_from_right": "date_characters_from_right",
}
_COUNTS = {"set_lines_per_page": "lines_per_page", "set_characters_per_line": "characters_per_line"}
_AS_THE_TEXT = "同正文"


def layout_of(settings: Mapping[str, str]) -> Layout:
    """The measures of the standard with those that the street's settings change."""
    standard, changes = Layout(), dict[str, Any]()
    for kind, names in ((str, _FONTS), (float, _MEASURES), (int, _COUNTS)):
        typed = {name: settings.get(code, "").strip() for code, name in names.items()}
        changes |= {name: kind(text) for name, text in typed.items() if text and text != _AS_THE_TEXT}
    pitch = standard.title_pitch_pt * changes.get("title_size_pt", standard.title_size_pt) / standard.title_size_pt
    return replace(standard, **changes, title_pitch_pt=pitch)
