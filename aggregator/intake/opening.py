"""Opens one workbook file safely: reads its bytes once, and inflates the parts of a package within limits.

What a file is tells `file_kind`; what the parts of the package mean is left to `cells`; nothing here reads a cell.
"""

import hashlib
import os
import stat
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.file_kind import Format, kind_by_bytes
from aggregator.intake.zip_package import inflate, is_encrypted, members_of

MAX_FILE_BYTES = 50_000_000
XML_ENDINGS = (".xml", ".rels", ".vml")


@dataclass(frozen=True, slots=True, repr=False)
class FileContent:
    """The bytes of one file, read once, so that all that is said of the file is said of the same bytes."""

    content: bytes
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, repr=False)
class Package:
    """The inflated and checked XML parts of one workbook, by their names within the package."""

    sha256: str
    size: int
    parts: Mapping[str, bytes]
    has_macros: bool = False

    def part(self, name: str) -> bytes | None:
        """Return the bytes of a part, or None where the package has none of this name; case does not matter."""
        return self.parts.get(name.casefold())


def open_package(path: Path) -> Package:
    """Return the inflated parts of an .xlsx or .xlsm file."""
    return unpack(read_file(path))


def read_file(path: Path) -> FileContent:
    """Return the bytes of a regular file of bearable size, following no link."""
    try:
        _refuse_irregular(path.lstat())
        content = _read_bytes(path)
    except FileNotFoundError as error:
        raise UnreadableFileError(Cause.VANISHED) from error
    except PermissionError as error:
        raise UnreadableFileError(Cause.NO_PERMISSION) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UnreadableFileError(Cause.UNREADABLE_OTHER, f"系统报告：{error}") from error
    return FileContent(content, hashlib.sha256(content).hexdigest(), len(content))


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A file whose format is known, and the members of its zip package by casefolded name, if it is one."""

    file: FileContent
    format: Format
    members: Mapping[str, zipfile.ZipInfo]


def open_file(file: FileContent) -> Opened:
    """Return what a file is, by its bytes; UnreadableFileError where it is nothing that can be read."""
    kind = kind_by_bytes(file.content)
    members: Mapping[str, zipfile.ZipInfo] = {}
    if kind is Format.ZIP:
        members = members_of(file.content)
        kind = _package_kind(file.content, members)
    if isinstance(kind, Cause):
        raise UnreadableFileError(kind)
    return Opened(file, kind, members)


def unpack(file: FileContent) -> Package:
    """Return the inflated parts of an .xlsx or .xlsm workbook already read into memory."""
    opened = open_file(file)
    if opened.format is not Format.XLSX:
        raise UnreadableFileError(_OTHER_FORMATS[opened.format])
    return unpack_opened(opened)


def unpack_opened(opened: Opened) -> Package:
    """Return the inflated XML parts of a package; what is no XML is checked and not kept."""
    parts = {}
    for name, member in opened.members.items():
        part = inflate(opened.file.content, member)
        if name.endswith(XML_ENDINGS):
            refuse_dtd(name, part)
            parts[name] = part
    has_macros = any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in opened.members)
    return Package(opened.file.sha256, opened.file.size, MappingProxyType(parts), has_macros=has_macros)


def unpack_parts(file: FileContent, wanted: Iterable[str]) -> dict[str, bytes]:
    """Return the wanted XML parts of any zip package, checked as a workbook's are; one that is absent is left out."""
    kind = kind_by_bytes(file.content)
    if kind is not Format.ZIP:
        raise UnreadableFileError(kind if isinstance(kind, Cause) else _OTHER_FORMATS[kind])
    members = members_of(file.content)
    parts = {name: inflate(file.content, members[name]) for name in wanted if name in members}
    for name, part in parts.items():
        refuse_dtd(name, part)
    return parts


#: What is told of a format where only .xlsx and .xlsm will do.
_OTHER_FORMATS: Mapping[Format, Cause] = {
    Format.XLS: Cause.OLD_XLS,
    Format.XLSB: Cause.XLSB,
    Format.ODS: Cause.ODS,
    Format.ARCHIVE: Cause.ARCHIVE,
}


def _refuse_irregular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFileError(Cause.NOT_A_REGULAR_FILE)
    if status.st_size > MAX_FILE_BYTES:
        raise UnreadableFileError(Cause.TOO_LARGE, f"{status.st_size / 1e6:.0f}MB")


def _read_bytes(path: Path) -> bytes:
    # Between lstat and open another process may put a link or a pipe in the place of the file.
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        _refuse_irregular(os.fstat(stream.fileno()))
        content = stream.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableFileError(Cause.TOO_LARGE)
    return content


_KINDS_BY_MIMETYPE: tuple[tuple[bytes, Format | Cause], ...] = (
    (b"opendocument.spreadsheet", Format.ODS),
    (b"opendocument.text", Cause.WORD),
    (b"opendocument.presentation", Cause.SLIDES),
)
_KINDS_BY_MEMBER: tuple[tuple[str, Format | Cause], ...] = (
    ("xl/workbook.bin", Format.XLSB),
    ("word/document.xml", Cause.WORD),
    ("ppt/presentation.xml", Cause.SLIDES),
    ("ofd.xml", Cause.PDF),
    ("[content_types].xml", Format.XLSX),
)


def _package_kind(content: bytes, members: Mapping[str, zipfile.ZipInfo]) -> Format | Cause:
    """Return what a zip package is, by what it holds."""
    if any(is_encrypted(member) for member in members.values()):
        return Cause.PASSWORD
    mimetype = inflate(content, members["mimetype"]) if "mimetype" in members else b""
    declared = (kind for name, kind in _KINDS_BY_MIMETYPE if name in mimetype)
    held = (kind for name, kind in _KINDS_BY_MEMBER if name in members)
    kind = next(declared, None) or next(held, None)
    # An .ods that lost its declaration is none that calamine reads, but it is named as what it is.
    kind = kind or (Format.ODS if {"content.xml", "meta-inf/manifest.xml"} <= set(members) else None)
    if kind is Format.ODS and _is_locked(content, members):
        return Cause.PASSWORD
    is_damaged = kind is None and any(name.startswith("xl/") for name in members)
    return kind or (Format.XLSX if is_damaged else Format.ARCHIVE)


def _is_locked(content: bytes, members: Mapping[str, zipfile.ZipInfo]) -> bool:
    """Whether an .ods asks for a password: its members are ciphers, and only its manifest tells."""
    manifest = members.get("meta-inf/manifest.xml")
    return manifest is not None and b"encryption-data" in inflate(content, manifest)


# A declaration may stand in any encoding; two bytes a character, one of them zero, is the only other one in use.
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_WIDE_DECLARATIONS = tuple(
    word.decode().encode(encoding) for word in _DECLARATIONS for encoding in ("utf-16-le", "utf-16-be")
)


def refuse_dtd(name: str, part: bytes) -> None:
    """Refuse a part that declares a document type or an entity."""
    words = (*_DECLARATIONS, *_WIDE_DECLARATIONS) if b"\0" in part else _DECLARATIONS
    if any(word in part for word in words):
        raise UnreadableFileError(Cause.DTD, name)
