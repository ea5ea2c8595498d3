"""A package of Word: parts that lead to each other, and its bytes, the same for the same parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from aggregator.model.report_text import package_seal
from aggregator.publish.readable_text import readable
from aggregator.publish.report.markup import XML_HEAD, escaped
from aggregator.publish.report.packing import Packed, packed, zip_package

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SUFFIXES = {
    "odttf": "application/vnd.openxmlformats-officedocument.obfuscatedFont",
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}
_CORE = "docProps/core.xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_DOCUMENT = "word/document.xml"
_PROPERTY_LIMIT = 255
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


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part leads to: by which id, as what (a URI), and where it lies from there."""

    id: str
    kind: str
    target: str


_OF_PACKAGE = (
    Relation("rId3", f"{_PACKAGE}/relationships/metadata/core-properties", _CORE),
    Relation("rId1", f"{OFFICE}/officeDocument", _DOCUMENT),
)


# Without slots, so that it can remember how it is packed: the parts that all reports have alike are packed once.
@dataclass(frozen=True)
class Part:
    """A part of the package; one without a content type of its own has that of its suffix."""

    name: str
    content: bytes
    content_type: str = ""
    relations: tuple[Relation, ...] = ()

    @cached_property
    def packed(self) -> Packed:
        """Its content as an entry of the package."""
        return packed(self.content)


def package_bytes(parts: Sequence[Part], properties: Properties) -> bytes:
    """The package with its entries in one order and without the hour at which it was made."""
    entries = {part.name: part.packed for part in parts}
    entries |= {_relations_name(part.name): _relations(part.relations) for part in parts if part.relations}
    entries["_rels/.rels"] = _relations(_OF_PACKAGE)
    types = sorted([(_CORE, _CORE_TYPE), *((part.name, part.content_type) for part in parts)])
    entries[_CONTENT_TYPES] = _content_types(tuple(types))
    seal = package_seal((name, entry.crc) for name, entry in entries.items())
    entries[_CORE] = packed(_core_properties(properties, seal))
    first = _CONTENT_TYPES, entries.pop(_CONTENT_TYPES)
    return zip_package([first, *sorted(entries.items())])


@lru_cache(maxsize=16)
def _content_types(parts: Sequence[tuple[str, str]]) -> Packed:
    suffixes = {"rels", "xml", *(name.rpartition(".")[2] for name, _ in parts)}
    known = [f'<Default Extension="{suffix}" ContentType="{_SUFFIXES[suffix]}"/>' for suffix in sorted(suffixes)]
    own = [f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts if kind]
    return packed(f'{XML_HEAD}<Types xmlns="{_PACKAGE}/content-types">{"".join([*known, *own])}</Types>'.encode())


def _relations_name(part_name: str) -> str:
    folder, _, name = part_name.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


@lru_cache(maxsize=64)
def _relations(relations: tuple[Relation, ...]) -> Packed:
    inner = "".join(f'<Relationship Id="{one.id}" Type="{one.kind}" Target="{one.target}"/>' for one in relations)
    return packed(f'{XML_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'.encode())


def _core_properties(properties: Properties, seal: str) -> bytes:
    title, author = (escaped(readable(text)[:_PROPERTY_LIMIT]) for text in (properties.title, properties.author))
    day = f'xsi:type="dcterms:W3CDTF">{properties.date.isoformat()}T12:00:00Z'
    return (
        f'{XML_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:subject/><dc:creator>{author}</dc:creator>"
        f"<cp:keywords>{escaped(readable(properties.mark))}</cp:keywords><dc:description></dc:description>"
        f"<cp:lastModifiedBy>{author}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f"<dcterms:created {day}</dcterms:created><dcterms:modified {day}</dcterms:modified>"
        f"<cp:category/><dc:identifier>{seal}</dc:identifier><dc:language>zh-CN</dc:language></cp:coreProperties>"
    ).encode()
