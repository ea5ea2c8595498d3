"""What tells that XML is written so plainly that a pattern reads in it what expat would."""

import re
from collections.abc import Mapping

MAX_PLAIN_BYTES = 8_000_000  # what a pattern finds takes some ten times as much in memory

# What is read of the texts of one sheet is kept for the next, so that no text may be so long that it fills the memory.
_LONGEST_TEXT, _LONGEST_ATTRIBUTES = 10_000, 1_000

_START = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0" encoding="(?:UTF|utf)-8"(?: standalone="(?:yes|no)")?\?>\s*)?<[A-Za-z]'
)
#: What no XML may hold, and a line end that a parser changes.
_unsound = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]").search
_ATTRIBUTE = re.compile(r' ([A-Za-z][A-Za-z0-9:]*)="([^"<&\x00-\x1f\ufffe\uffff]*)"')
# The ampersand last: what it leaves is not to be resolved again.
_REFERENCES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


def is_plain(part: bytes) -> bool:
    """Return whether a part is of bearable size and begins as XML in UTF-8 does."""
    return len(part) <= MAX_PLAIN_BYTES and _START.match(part) is not None


def text_of(xml: str) -> str:
    """Return the text that stands between two tags; ValueError where expat should judge, as all here."""
    if len(xml) > _LONGEST_TEXT:
        raise ValueError("an unusual length")
    return resolved(sound(xml)) if "&" in xml else sound(xml)


def sound(xml: str) -> str:
    """Return XML that holds no character that a parser refuses or changes."""
    if "]]>" in xml or _unsound(xml):
        raise ValueError("unusual characters")
    return xml


def resolved(xml: str) -> str:
    """Return a text with its references resolved."""
    if xml.count("&") != sum(map(xml.count, _REFERENCES)):
        raise ValueError("an unusual reference")
    for reference, character in _REFERENCES.items():
        xml = xml.replace(reference, character)
    return xml


def attributes_of(xml: str) -> Mapping[str, str]:
    """Return the attributes of a tag, whose text begins with a blank; ValueError where expat should judge."""
    found = dict(_ATTRIBUTE.findall(xml))
    # What is left over is written in another way, or stands twice.
    plain = sum(len(name) + len(value) + 4 for name, value in found.items())
    if plain != len(xml) or len(xml) > _LONGEST_ATTRIBUTES or "xml" in xml:
        raise ValueError("unusual attributes")
    return found
