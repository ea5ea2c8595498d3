"""The parts that every report of a layout has alike: styles, settings, theme, page numbers; and its list of fonts."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import count

from aggregator.publish.report.embedded_font import EmbeddedFont
from aggregator.publish.report.footers import SIDES, footer
from aggregator.publish.report.layout import Layout
from aggregator.publish.report.markup import XML_HEAD, Xml, joined, node
from aggregator.publish.report.package import OFFICE, Part, Relation
from aggregator.publish.report.styles import style_sheet
from aggregator.publish.report.theme import THEME_TYPE, theme

_WORD_URI = "http://schemas.microsoft.com/office/word"
_SCHEMAS = "http://schemas.openxmlformats.org"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# What Word itself declares at the root of a part.
_NAMESPACES = {
    "m": f"{_SCHEMAS}/officeDocument/2006/math",
    "mc": f"{_SCHEMAS}/markup-compatibility/2006",
    "mo": "http://schemas.microsoft.com/office/mac/office/2008/main",
    "mv": "urn:schemas-microsoft-com:mac:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "r": f"{_SCHEMAS}/officeDocument/2006/relationships",
    "sl": f"{_SCHEMAS}/schemaLibrary/2006/main",
    "v": "urn:schemas-microsoft-com:vml",
    "w": f"{_SCHEMAS}/wordprocessingml/2006/main",
    "w10": "urn:schemas-microsoft-com:office:word",
    "w14": f"{_WORD_URI}/2010/wordml",
    "wne": f"{_WORD_URI}/2006/wordml",
    "wp": f"{_SCHEMAS}/drawingml/2006/wordprocessingDrawing",
    "wp14": f"{_WORD_URI}/2010/wordprocessingDrawing",
    "wpc": f"{_WORD_URI}/2010/wordprocessingCanvas",
    "wpg": f"{_WORD_URI}/2010/wordprocessingGroup",
    "wpi": f"{_WORD_URI}/2010/wordprocessingInk",
    "wps": f"{_WORD_URI}/2010/wordprocessingShape",
}
# Root, prefixes in their order, and those that an older reader may pass over.
_ROOTS = {
    "document": ("wpc mo mc mv o r m v wp14 wp w10 w w14 wpg wpi wne wps", "w14 wp14"),
    "ftr": ("m mc mo mv o r v w10 w14 w wne wp14 wp wpc wpg wpi wps", "w14 wp14"),
    "styles": ("mc r w w14", "w14"),
    "settings": ("mc o r m v w10 w w14 sl", "w14"),
    "fonts": ("r w", ""),
}
#: What the text of every report leads to.
FIXED_RELATIONS = (
    Relation("rId3", f"{OFFICE}/styles", "styles.xml"),
    Relation("rId5", f"{OFFICE}/settings", "settings.xml"),
    Relation("rId1", f"{OFFICE}/fontTable", "fontTable.xml"),
    Relation("rId2", f"{OFFICE}/theme", "theme/theme1.xml"),
)
_EMBEDDED_ID = "rId1"
# What a Chinese Word switches on: full-width and half-width in step, no stretched line before a manual break.
_COMPATIBILITY = (
    "balanceSingleByteDoubleByteWidth",
    "doNotExpandShiftReturn",
    "adjustLineHeightInTable",
    "useFELayout",
)


def word_part(name: str, root: str, content: Xml, relations: tuple[Relation, ...] = ()) -> Part:
    """A part of WordprocessingML under its root."""
    prefixes, ignorable = _ROOTS[root]
    declared = [f'xmlns:{prefix}="{_NAMESPACES[prefix]}"' for prefix in prefixes.split()]
    passed_over = [f'mc:Ignorable="{ignorable}"'] if ignorable else []
    start = " ".join([f"w:{root}", *declared, *passed_over])
    kind = {"document": "document.main", "ftr": "footer", "fonts": "fontTable"}.get(root, root)
    text = f"{XML_HEAD}<{start}>{content}</w:{root}>"
    return Part(f"word/{name}.xml", text.encode(), f"{_CONTENT_TYPE}.{kind}+xml", relations)


@lru_cache(maxsize=4)
def fixed_parts(layout: Layout) -> tuple[Part, ...]:
    """The parts beside the text of a report without charts."""
    return (
        word_part("styles", "styles", joined(style_sheet(layout))),
        word_part("settings", "settings", joined(_settings())),
        Part("word/theme/theme1.xml", theme(layout.heading_1_font, layout.body_font), THEME_TYPE),
        *(word_part(f"footer{number}", "ftr", footer(side, layout)) for number, side in enumerate(SIDES, start=1)),
    )


def free_ids() -> Iterator[str]:
    """The ids that are left for the charts of a report and then its footers."""
    taken = {relation.id for relation in FIXED_RELATIONS}
    return (name for number in count(1) if (name := f"rId{number}") not in taken)


def _settings() -> list[Xml]:
    mode = node("compatSetting", name="compatibilityMode", uri=_WORD_URI, val=15)
    return [
        node("zoom", percent=100),
        node("defaultTabStop", val=420),
        node("evenAndOddHeaders"),
        node("characterSpacingControl", val="compressPunctuation"),
        node("compat", *map(node, _COMPATIBILITY), mode),
        node("themeFontLang", val="en-US", eastAsia="zh-CN"),
        node("decimalSymbol", val="."),
        node("listSeparator", val=","),
    ]


def font_table(layout: Layout, embedded: EmbeddedFont | None) -> tuple[Part, ...]:
    """The fonts that may take the place of those a machine does not have, and the one that goes with the file."""
    table = [
        node("font", *_font(substitute, embedded if embedded and embedded.name == font else None), name=font)
        for font, substitute in layout.substitutes
    ]
    if embedded is None:
        return (word_part("fontTable", "fonts", joined(table)),)
    relation = Relation(_EMBEDDED_ID, f"{OFFICE}/font", embedded.target)
    return (word_part("fontTable", "fonts", joined(table), (relation,)), embedded.part)


def _font(substitute: str, embedded: EmbeddedFont | None) -> list[Xml]:
    """A Chinese font (character set 0x86, GB 2312), its substitute, and where it lies when it goes with the file."""
    known = [node("altName", val=substitute), node("charset", val="86"), node("family", val="auto")]
    if embedded is None:
        return known
    key = f'w:fontKey="{embedded.key}" w:subsetted="1"'
    return [*known, Xml(f'<w:embedRegular r:id="{_EMBEDDED_ID}" {key}/>')]
