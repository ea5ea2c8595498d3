"""Tells what a file is by its bytes, whatever its name says."""

import re
from enum import Enum

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.compound_file import MAGIC as _OLE
from aggregator.intake.compound_file import read_compound


class Format(Enum):
    """What can be read, or opened to look further."""

    ZIP = "zip"
    XLSX = "xlsx"
    XLS = "xls"
    XLSB = "xlsb"
    ODS = "ods"
    ARCHIVE = "archive"


_ZIP = b"PK\x03\x04"
_MAGIC: tuple[tuple[bytes, Cause], ...] = (
    (b"%PDF", Cause.PDF),
    (b"\x89PNG", Cause.PICTURE),
    (b"\xff\xd8\xff", Cause.PICTURE),
    (b"GIF8", Cause.PICTURE),
    (b"BM", Cause.PICTURE),
    (b"II*\x00", Cause.PICTURE),
    (b"MM\x00*", Cause.PICTURE),
    (b"{\\rtf", Cause.WORD),
    (b"Rar!", Cause.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Cause.ARCHIVE),
    (b"\x1f\x8b", Cause.ARCHIVE),
    (b"BZh", Cause.ARCHIVE),
    (b"\xfd7zXZ\x00", Cause.ARCHIVE),
    (b"MZ", Cause.PROGRAM),
    (b"\x7fELF", Cause.PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Cause.SHORTCUT),
    (b"[InternetShortcut]", Cause.SHORTCUT),
    (b"\x09\x00\x04\x00", Cause.VERY_OLD_XLS),  # Excel 2 to 4 wrote their records without a compound file around them
    (b"\x09\x02\x06\x00", Cause.VERY_OLD_XLS),
    (b"\x09\x04\x06\x00", Cause.VERY_OLD_XLS),
)
_BARE_RECORDS = b"\x09\x08"  # the records of an .xls without the compound file that belongs around them
# What stands first decides: a workbook may hold a whole document as an object.
_OLE_STREAMS: tuple[tuple[str, Cause | Format], ...] = (
    ("\tDRMContent", Cause.RIGHTS),
    ("DRMEncryptedDataSpace", Cause.RIGHTS),
    ("EncryptedPackage", Cause.PASSWORD),
    ("Workbook", Format.XLS),
    ("Book", Format.XLS),
    ("WordDocument", Cause.WORD),
    ("PowerPoint Document", Cause.SLIDES),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|style|div)[\s>]", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HEAD_BYTES = 4_096
#: What the encrypting programs of Chinese offices leave at the head of a file that they have locked.
_LOCKED = b"E-SafeNet"


def kind_by_bytes(content: bytes) -> Format | Cause:
    """Return the format of a file, ZIP for any zip package, or why it is none that can be read."""
    if content.startswith(_ZIP):
        return Format.ZIP
    if not content:
        return Cause.EMPTY_FILE
    if content.startswith(b"PK\x05\x06"):  # the end of a zip package without any member
        return Cause.ARCHIVE
    if content.startswith(_OLE):
        return _ole_kind(content)
    if content.startswith(_BARE_RECORDS):
        return Format.XLS
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Cause.PICTURE
    if _LOCKED in content[:_HEAD_BYTES]:
        return Cause.RIGHTS
    magic = (cause for start, cause in _MAGIC if content.startswith(start))
    return next(magic, None) or _markup_kind(content) or _plain_kind(content)


def _ole_kind(content: bytes) -> Format | Cause:
    try:
        compound = read_compound(content)
    except UnreadableFileError:
        names = _entry_names(content)
    else:
        is_protected = {"DRMEncryptedDataSpace", "\tDRMContent"} & compound.names
        names = frozenset(compound.top) | is_protected
    kind = next((kind for name, kind in _OLE_STREAMS if name in names), None)
    return Cause.UNREADABLE_OTHER if kind is None else kind


def _entry_names(content: bytes) -> frozenset[str]:
    """The telling names that stand where a directory could be, in a compound file whose chains are broken."""
    found = set()
    for name, _ in _OLE_STREAMS:
        stream = (name + "\0").encode("utf-16-le")
        at = content.find(stream)
        while at >= 0:
            if at % 128 == 0:  # an entry of the directory, not a word in some text
                found.add(name)
                break
            at = content.find(stream, at + 1)
    return frozenset(found)


def _markup_kind(content: bytes) -> Cause | None:
    head = content[:_HEAD_BYTES].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    is_xml = head.startswith(b"<?xml")
    if is_xml and b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return Cause.XML_2003
    if head.startswith(b"MIME-Version") or (head.startswith(b"<") and _HTML.search(head)):
        return Cause.HTML
    if not is_xml:
        return None
    if b"urn:oasis:names:tc:opendocument" in head:
        return Cause.FLAT_ODS
    return Cause.UNREADABLE_OTHER


def _plain_kind(content: bytes) -> Cause:
    if not content.strip(b"\0"):
        return Cause.DAMAGED
    head = content[:_HEAD_BYTES]
    encodings = ("utf-16",) if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        # The head may end within a character: what is left of it is no fault.
        text = head.decode(encoding, "ignore")
        is_whole = len(text.encode(encoding, "ignore")) >= len(head) - 4
        if is_whole and text.strip() and not _CONTROL.search(text):
            return Cause.TEXT
    return Cause.UNREADABLE_OTHER
