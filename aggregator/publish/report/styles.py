"""The Word styles of a report, made from nothing so that no colour and no font of a template is left."""

from dataclasses import KW_ONLY, dataclass, replace
from typing import Literal

from aggregator.publish.report.layout import Layout
from aggregator.publish.report.markup import Xml, fonts, node

TITLE, BODY, NOTE = "Title", "BodyText", "Note"
HEADINGS = ("Heading1", "Heading2", "Heading3")
#: The character half of the second level: words in it stand in a table of contents, the rest of their paragraph not.
RUN_IN = "Heading2Char"
_LINKED = {HEADINGS[1]: RUN_IN}
ATTACHMENT, ORGAN, DATE, PAGE_NUMBER = "Attachment", "Signature", "Date", "Footer"
CAPTION, TABLE_HEADER, TABLE_TEXT, TABLE = "Caption", "TableHeader", "TableText", "ReportTable"
_NORMAL = "Normal"
# Word's own names, where it knows the style, and what a Chinese office calls it.
_NAMES = {
    _NORMAL: ("Normal", "基准"),
    TITLE: ("Title", "公文标题"),
    "Heading1": ("heading 1", "一级标题"),
    "Heading2": ("heading 2", "二级标题"),
    "Heading3": ("heading 3", "三级标题"),
    BODY: ("Body Text", "公文正文"),
    ATTACHMENT: ("Attachment", "附件说明"),
    ORGAN: ("Signature", "署名"),
    DATE: ("Date", "成文日期"),
    PAGE_NUMBER: ("footer", "页码"),
    CAPTION: ("caption", "表题"),
    TABLE_HEADER: ("Table Header", "表头"),
    TABLE_TEXT: ("Table Text", "表格文字"),
    NOTE: ("Note", "注释"),
}
_UNKNOWN_TO_WORD = (ATTACHMENT, TABLE_HEADER, TABLE_TEXT, NOTE)
# The style of the paragraph that a typist begins after this one; otherwise the same again.
_FOLLOWED_BY = {TITLE: BODY, **dict.fromkeys(HEADINGS, BODY), ORGAN: DATE}

_ONE_LINE = 240  # w:line of single spacing
_CELL_PADDING_TWIPS = 30


@dataclass(frozen=True, slots=True)
class _Style:
    """One paragraph style."""

    id: str
    font: str
    size_pt: float
    _: KW_ONLY
    outline_level: int | None = None
    alignment: Literal["both", "left", "center", "right"] = "both"
    first_line_characters: float = 0
    pitch_twips: int = 0  # 0 is single spacing
    before_twips: int = 0
    after_twips: int = 0
    is_bold: bool = False
    keeps_with_next: bool = False


def style_sheet(layout: Layout) -> list[Xml]:
    """The children of `w:styles`: defaults, visibility, and each style once."""
    paragraph_styles = [
        *_text_styles(layout),
        *_heading_styles(layout),
        *_closing_styles(layout),
        *_table_styles(layout),
    ]
    return [
        _defaults(layout),
        # What is not defined here stays out of the style gallery.
        node("latentStyles", defLockedState=0, defUIPriority=99, defSemiHidden=1, defUnhideWhenUsed=1, defQFormat=0),
        *(_paragraph_style(style, layout) for style in paragraph_styles),
        *(_run_in_style(style, layout) for style in paragraph_styles if style.id in _LINKED),
        _plain_table_style(),
        _bordered_table_style(layout),
    ]


def _text_styles(layout: Layout) -> list[_Style]:
    """The style all others stand on, the title and the body."""
    body, size, pitch = layout.body_font, layout.body_size_pt, layout.line_pitch_twips
    title = _Style(TITLE, layout.title_font, layout.title_size_pt, alignment="center", keeps_with_next=True)
    return [
        _Style(_NORMAL, body, size, pitch_twips=pitch),
        replace(title, pitch_twips=round(layout.title_pitch_pt * 20), after_twips=pitch),
        _Style(BODY, body, size, pitch_twips=pitch, first_line_characters=layout.first_line_characters),
    ]


def _heading_styles(layout: Layout) -> list[_Style]:
    """一、 in 黑体, （一） in 楷体, 1. in the font of the body; their outline levels fill the navigation pane."""
    base = _Style(
        "",
        layout.body_font,
        layout.body_size_pt,
        pitch_twips=layout.line_pitch_twips,
        first_line_characters=layout.first_line_characters,
        keeps_with_next=True,
    )
    return [
        replace(base, id=HEADINGS[0], outline_level=0, font=layout.heading_1_font),
        replace(base, id=HEADINGS[1], outline_level=1, font=layout.heading_2_font),
        replace(base, id=HEADINGS[2], outline_level=2, is_bold=layout.is_heading_3_bold),
    ]


def _closing_styles(layout: Layout) -> list[_Style]:
    """Attachments, signature and page number."""
    body, size, pitch = layout.body_font, layout.body_size_pt, layout.line_pitch_twips
    before_organ = round(layout.lines_before_signature * pitch)
    date = _Style(DATE, body, size, alignment="right", pitch_twips=pitch)
    return [
        _Style(ATTACHMENT, body, size, alignment="left", pitch_twips=pitch),
        replace(date, id=ORGAN, before_twips=before_organ, keeps_with_next=True),
        date,
        _Style(PAGE_NUMBER, layout.page_number_font, layout.page_number_size_pt, alignment="right"),
    ]


def _table_styles(layout: Layout) -> list[_Style]:
    """The text of a table, above it and below it."""
    pitch = layout.line_pitch_twips
    caption = _Style(CAPTION, layout.table_font, layout.caption_size_pt, alignment="center", keeps_with_next=True)
    cell = _Style(TABLE_TEXT, layout.table_font, layout.table_size_pt, alignment="center")
    padded = replace(cell, before_twips=_CELL_PADDING_TWIPS, after_twips=_CELL_PADDING_TWIPS)
    return [
        replace(caption, before_twips=pitch // 2, after_twips=pitch // 5),
        replace(padded, id=TABLE_HEADER, is_bold=True, keeps_with_next=True),
        padded,
        replace(cell, id=NOTE, font=layout.body_font, alignment="both", before_twips=60, after_twips=60),
    ]


def _defaults(layout: Layout) -> Xml:
    run = node("rPr", fonts(layout.body_font, layout), *_size(layout.body_size_pt), _language())
    return node(
        "docDefaults",
        node("rPrDefault", run),
        node("pPrDefault", node("pPr", node("widowControl", val=1))),
    )


def _paragraph_style(style: _Style, layout: Layout) -> Xml:
    name, alias = _NAMES[style.id]
    following = _FOLLOWED_BY.get(style.id, style.id)
    parentage = [node("basedOn", val=_NORMAL), node("next", val=following)] if style.id != _NORMAL else []
    linked = [node("link", val=_LINKED[style.id])] if style.id in _LINKED else []
    kind = {"default": 1} if style.id == _NORMAL else {"customStyle": 1} if style.id in _UNKNOWN_TO_WORD else {}
    return node(
        "style",
        node("name", val=name),
        node("aliases", val=alias),
        *parentage,
        *linked,
        node("uiPriority", val=1),
        node("qFormat"),
        _paragraph_properties(style, layout),
        node("rPr", *_run_properties(style, layout)),
        type="paragraph",
        styleId=style.id,
        **kind,
    )


def _paragraph_properties(style: _Style, layout: Layout) -> Xml:
    """The properties in the order that the schema demands."""
    keeps = [node("keepNext"), node("keepLines")] if style.keeps_with_next else []
    outline = [] if style.outline_level is None else [node("outlineLvl", val=style.outline_level)]
    return node(
        "pPr",
        *keeps,
        node("widowControl", val=1),
        # Word's own way, said aloud. LibreOffice 7.4 takes it for the contrary and lets no sign hang out of its line,
        # which is well: of those that hang it leaves out any that comes after a control or a run-in heading.
        node("overflowPunct", val=1),
        # No gap between Chinese and digits, which would break the 28 characters of a line.
        node("autoSpaceDE", val=0),
        node("autoSpaceDN", val=0),
        node("snapToGrid", val=0),
        _spacing(style),
        _first_line_indent(style.first_line_characters, layout),
        node("jc", val=style.alignment),
        *outline,
    )


def _spacing(style: _Style) -> Xml:
    rule = "exact" if style.pitch_twips else "auto"
    return node(
        "spacing",
        before=style.before_twips,
        after=style.after_twips,
        line=style.pitch_twips or _ONE_LINE,
        lineRule=rule,
    )


def _first_line_indent(characters: float, layout: Layout) -> Xml:
    """An indent in characters, with the same in twips for readers that know no characters."""
    return node("ind", firstLineChars=round(characters * 100), firstLine=layout.characters_twips(characters))


def _run_properties(style: _Style, layout: Layout) -> list[Xml]:
    """Fonts, size and, for text of body size, the spacing that makes 28 characters a line.

    The grid says the same, but LibreOffice gives each character that is wider than its cell two cells; so the
    styles keep off the grid and hold line pitch and character pitch themselves, alike in Word, WPS and LibreOffice.
    """
    bold = [node("b"), node("bCs")] if style.is_bold else []
    spacing = [node("spacing", val=layout.character_spacing_twips)] if style.size_pt == layout.body_size_pt else []
    return [fonts(style.font, layout), *bold, node("snapToGrid", val=0), *spacing, *_size(style.size_pt), _language()]


def _size(size_pt: float) -> list[Xml]:
    return [node("sz", val=round(size_pt * 2)), node("szCs", val=round(size_pt * 2))]


def _language() -> Xml:
    """Chinese, but for western letters and digits what Word writes too: in Chinese LibreOffice breaks 32|54 in two."""
    return node("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")


def _run_in_style(heading: _Style, layout: Layout) -> Xml:
    """The heading inside a paragraph: the character style linked to that of the headings on their own line."""
    return node(
        "style",
        node("name", val=f"{_NAMES[heading.id][0].capitalize()} Char"),
        node("link", val=heading.id),
        node("uiPriority", val=1),
        node("qFormat"),
        node("rPr", *_run_properties(heading, layout)),
        type="character",
        customStyle=1,
        styleId=RUN_IN,
    )


def _plain_table_style() -> Xml:
    """Word's own table, on which every other stands."""
    margins = [node(side, w=80, type="dxa") for side in ("left", "right")]
    return node(
        "style",
        node("name", val="Normal Table"),
        node("uiPriority", val=99),
        node("semiHidden"),
        node("unhideWhenUsed"),
        node("tblPr", node("tblInd", w=0, type="dxa"), node("tblCellMar", *margins)),
        type="table",
        styleId="TableNormal",
        default=1,
    )


def _bordered_table_style(layout: Layout) -> Xml:
    """The table of a report, with thin lines around every cell."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = [node(side, val="single", sz=4, space=0) for side in sides]
    return node(
        "style",
        node("name", val="Report Table"),
        node("aliases", val="汇报表格"),
        node("basedOn", val="TableNormal"),
        node("uiPriority", val=1),
        node("qFormat"),
        node("rPr", fonts(layout.table_font, layout)),
        node("tblPr", node("tblBorders", *borders)),
        type="table",
        styleId=TABLE,
        customStyle=1,
    )
