"""Which files of a folder may be returns; what is left aside is named. Nothing is opened beyond its first bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Tables of any format: one that cannot be read is a return all the same, and gets its remedy.
_TABLES = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".et", ".ett", ".ods", ".csv"})
_TEMPORARY = frozenset(
    {".tmp", ".temp", ".crdownload", ".part", ".partial", ".download", ".bak", ".lock", ".lnk", ".url"}
)
_SYSTEM = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_STRANGERS = {
    "图片": (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".heic", ".tif", ".tiff"),
    "PDF文档": (".pdf", ".ofd"),
    "文字文档": (".doc", ".docx", ".wps", ".rtf", ".txt", ".md"),
    "演示文稿": (".ppt", ".pptx", ".dps"),
    "压缩包": (".zip", ".rar", ".7z", ".gz", ".tar"),
    "音频或视频": (".mp3", ".mp4", ".mov", ".avi", ".m4a", ".amr", ".wav"),
}
_WHAT = {suffix: what for what, suffixes in _STRANGERS.items() for suffix in suffixes}
# What a workbook begins with: a zip package, or the compound file of the old format.
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file left aside: what it is in words, and whether nobody needs to hear of it."""

    path: Path
    name: str
    what: str
    is_noise: bool


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files of a folder: those to open, and those left aside, each in the order of their names."""

    files: tuple[Path, ...]
    ignored: tuple[Ignored, ...]


def discover(folder: Path) -> Discovery:
    """What lies in a folder and its subfolders; links and pipes are not followed."""
    files: list[Path] = []
    ignored: list[Ignored] = []
    # The order of a file system is no order: sorted by name, the same files give the same run everywhere.
    for path in sorted(_walk(folder), key=lambda path: relative_name(path, folder)):
        left = _left_aside(path, relative_name(path, folder))
        if left is None:
            files.append(path)
        else:
            ignored.append(left)
    return Discovery(tuple(files), tuple(ignored))


def relative_name(path: Path, folder: Path) -> str:
    """The name of a file as findings write it: below the folder, with forward slashes."""
    return path.relative_to(folder).as_posix()


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, followlinks=False):
        here = Path(parent)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in links and not _is_hidden(name)]
        yield from (here / name for name in (*names, *links))


def _is_hidden(folder: str) -> bool:
    return folder.startswith(".") or folder == "__MACOSX"


def _left_aside(path: Path, name: str) -> Ignored | None:
    """Why a file is not opened; None for one that may be a return."""
    lower = path.name.casefold()
    if lower.startswith(("~$", ".~", "._")) or lower in _SYSTEM:
        return Ignored(path, name, "打开表格时的锁定文件或系统文件", is_noise=True)
    suffix = Path(lower).suffix
    if suffix in _TEMPORARY or lower.startswith("~") or lower.endswith("~"):
        return Ignored(path, name, "临时文件", is_noise=True)
    fault = _irregular(path)
    if fault is not None:
        return Ignored(path, name, fault, is_noise=False)
    if suffix in _TABLES:
        return None
    what = _WHAT.get(suffix)
    if what is None and _starts_as_workbook(path):
        return None
    return Ignored(path, name, what or "其他类型的文件", is_noise=False)


def _irregular(path: Path) -> str | None:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None  # gone or forbidden: opening it will tell
    if stat.S_ISLNK(mode):
        return "指向别处的链接"
    return None if stat.S_ISREG(mode) else "特殊文件"


def _starts_as_workbook(path: Path) -> bool:
    """Whether a file without a telling name begins as a workbook does; chat programs cut names short."""
    try:
        with path.open("rb") as stream:
            return stream.read(8).startswith(_WORKBOOK_STARTS)
    except OSError:
        return True  # opening it will tell
