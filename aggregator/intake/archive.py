"""The returns that lie packed in a .zip, as files of their own; nothing is written to a disk."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.discover import ARCHIVES, TABLES, Aside, is_hidden, noise, stranger
from aggregator.intake.opening import FileContent, Opened
from aggregator.intake.zip_package import inflate, name_of

MAX_FILES = 500


@dataclass(frozen=True, slots=True)
class Packed:
    """One file of an archive: its name below that of the archive, and its bytes or why there are none."""

    name: str
    content: FileContent | None
    aside: Aside | None = None
    fault: UnreadableFileError | None = None
    modified_ns: int = 0


def packed_files(opened: Opened, archive: str) -> Iterator[Packed]:
    """The files of an archive in the order of their names, one in memory at a time."""
    members = {_name_within(member): member for member in opened.members.values()}
    if not any(PurePosixPath(name.casefold()).suffix in TABLES | ARCHIVES for name in members):
        raise UnreadableFileError(Cause.NO_TABLES)
    if len(members) < len(opened.members):
        raise UnreadableFileError(Cause.DAMAGED, "压缩包内有重名文件")
    if len(members) > MAX_FILES:
        raise UnreadableFileError(Cause.BOMB, f"压缩包内有{len(members)}个文件")
    for name in sorted(members):
        folders, file = PurePosixPath(name).parts[:-1], PurePosixPath(name).name
        if not any(is_hidden(folder) for folder in folders):
            yield _packed(opened, members[name], f"{archive}/{name}", file)


def _packed(opened: Opened, member: zipfile.ZipInfo, name: str, file: str) -> Packed:
    left = noise(file) or (Aside("指向别处的链接") if stat.S_ISLNK(member.external_attr >> 16) else None)
    if left is not None:
        return Packed(name, None, left)
    try:
        part = inflate(opened.file.content, member)
    except UnreadableFileError as fault:
        return Packed(name, None, fault=fault)
    content = FileContent(part, hashlib.sha256(part).hexdigest(), len(part))
    return Packed(name, content, stranger(file, lambda: part[:8]), modified_ns=_modified_ns(member))


def _name_within(member: zipfile.ZipInfo) -> str:
    """The name of a member as a place below the archive, whatever it says: it may lead anywhere."""
    parts = name_of(member).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part.strip(". ") and part != "\0") or "（无名）"


def _modified_ns(member: zipfile.ZipInfo) -> int:
    """When a member was changed last, by the clock of whoever packed it; 0 where it says nothing of sense."""
    try:
        return int(datetime(*member.date_time).timestamp() * 1_000_000_000)  # noqa: DTZ001 - an archive knows no zone
    except (ValueError, OverflowError, OSError):
        return 0
