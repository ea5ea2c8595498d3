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


_MAGIC: tuple[tuple[int, bytes, Format | Cause], ...] = (
    (0, b"PK\x03\x04", Format.ZIP),
    (0, b"PK\x05\x06", Cause.EMPTY_FILE),  # the end of a zip package without any member
    (0, b"%PDF", Cause.PDF),
    (0, b"\x89PNG", Cause.PICTURE),
    (0, b"\xff\xd8\xff", Cause.PICTURE),
    (0, b"GIF8", Cause.PICTURE),
    (0, b"BM", Cause.PICTURE),
    (0, b"II*\x00", Cause.PICTURE),
    (0, b"MM\x00*", Cause.PICTURE),
    (0, b"{\\rtf", Cause.WORD),
    (0, b"Rar!", Cause.ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", Cause.ARCHIVE),
    (0, b"\x1f\x8b", Cause.ARCHIVE),
    (0, b"BZh", Cause.ARCHIVE),
    (0, b"\xfd7zXZ\x00", Cause.ARCHIVE),
    (0, b"MZ", Cause.PROGRAM),
    (0, b"\x7fELF", Cause.PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", Cause.SHORTCUT),
    (0, b"[InternetShortcut]", Cause.SHORTCUT),
    # Excel 2 to 4 wrote their records without a compound file around them.
    (0, b"\x09\x00\x04\x00", Cause.VERY_OLD_XLS),
    (0, b"\x09\x02\x06\x00", Cause.VERY_OLD_XLS),
    (0, b"\x09\x04\x06\x00", Cause.VERY_OLD_XLS),
    # Those of Excel 5 and later are read, though the compound file is missing that belongs around them.
    (0, b"\x09\x08", Format.XLS),
    (8, b"WEBP", Cause.PICTURE),
    (257, b"ustar", Cause.ARCHIVE),
)
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
    if not content:
        return Cause.EMPTY_FILE
    if content.startswith(_OLE):
        return _ole_kind(content)
    if _LOCKED in content[:_HEAD_BYTES]:
        return Cause.RIGHTS
    magic = (kind for at, start, kind in _MAGIC if content.startswith(start, at))
    return next(magic, None) or _markup_kind(content) or _plain_kind(content)


def _ole_kind(content: bytes) -> Format | Cause:
    try:
        compound = read_compound(content)
    except UnreadableFileError as error:
        names, otherwise = _entry_names(content), error.cause
    else:
        is_protected = {"DRMEncryptedDataSpace", "\tDRMContent"} & compound.names
        names, otherwise = frozenset(compound.top) | is_protected, Cause.UNREADABLE_OTHER
    return next((kind for name, kind in _OLE_STREAMS if name in names), otherwise)


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
