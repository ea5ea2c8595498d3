"""The Word package around a report: its parts beside the text, and its bytes, the same for the same report."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.opc.rel import Relationships
from docx.oxml.xmlchemy import BaseOxmlElement

from aggregator.publish.readable_text import readable
from aggregator.publish.report.layout import Layout
from aggregator.publish.report.markup import node
from aggregator.publish.report.styles import style_sheet

# Everything else of python-docx's template goes: theme, thumbnail, numbering, statistics of another document.
_KEPT = (
    RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
    RELATIONSHIP_TYPE.CORE_PROPERTIES,
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.SETTINGS,
)
_WORD_URI = "http://schemas.microsoft.com/office/word"
# What a Chinese Word switches on: full-width and half-width in step, no stretched line before a manual break.
_COMPATIBILITY = (
    "balanceSingleByteDoubleByteWidth",
    "doNotExpandShiftReturn",
    "adjustLineHeightInTable",
    "useFELayout",
)
_PROPERTY_LIMIT = 255
_EARLIEST_ENTRY = (1980, 1, 1, 0, 0, 0)
_CONTENT_TYPES = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Properties:
    """What Word shows about the file; the date is the report's, as no clock enters an output.

    `mark` tells which report of which month it is when it comes back edited; Word and WPS keep it as its keywords.
    """

    title: str
    author: str
    date: date
    mark: str = ""


def open_package(layout: Layout, properties: Properties) -> Document:
    """A document with our styles, settings and fonts, and no text yet."""
    document = docx.Document()
    _keep_only_ours(document.part.rels)
    _keep_only_ours(document.part.package.rels)
    _refill(document.styles.element, style_sheet(layout))
    _refill(document.settings.element, _settings())
    _add_font_table(document, layout)
    _describe(document, properties)
    return document


def package_bytes(document: Document) -> bytes:
    """The package with its entries in one order and without the hour at which it was made."""
    saved, packed = BytesIO(), BytesIO()
    document.save(saved)
    with ZipFile(saved) as source, ZipFile(packed, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: (name != _CONTENT_TYPES, name)):
            target.writestr(_entry(name), source.read(name), compresslevel=6)
    return packed.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _EARLIEST_ENTRY)
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 0  # otherwise Windows and Linux would write different bytes
    return entry


def _keep_only_ours(relationships: Relationships) -> None:
    for relation_id, relationship in list(relationships.items()):
        if relationship.reltype not in _KEPT:
            del relationships[relation_id]


def _refill(element: BaseOxmlElement, children: list[BaseOxmlElement]) -> None:
    del element[:]
    element.extend(children)


def _settings() -> list[BaseOxmlElement]:
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


def _add_font_table(document: Document, layout: Layout) -> None:
    """Name the fonts that may take the place of those a machine does not have."""
    table = node("fonts", *(node("font", *_font(substitute), name=font) for font, substitute in layout.substitutes))
    package = document.part.package
    part = Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, serialize_part_xml(table), package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FONT_TABLE)


def _font(substitute: str) -> list[BaseOxmlElement]:
    """A Chinese font (character set 0x86, GB 2312) and its substitute."""
    return [node("altName", val=substitute), node("charset", val="86"), node("family", val="auto")]


def _describe(document: Document, properties: Properties) -> None:
    core, noon = document.core_properties, datetime.combine(properties.date, time(12), UTC)
    core.title = readable(properties.title)[:_PROPERTY_LIMIT]
    core.author = core.last_modified_by = readable(properties.author)[:_PROPERTY_LIMIT]
    core.comments = ""
    core.keywords = properties.mark
    core.language = "zh-CN"
    core.created = core.modified = noon
