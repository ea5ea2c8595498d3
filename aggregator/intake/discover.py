"""Which files of a folder may be returns; what is left aside is named. Nothing is opened beyond its first bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

#: Tables of any format, and archives of them: what cannot be read is a return all the same, and gets its remedy.
TABLES = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".xlsb", ".et", ".ett", ".ods", ".ots", ".fods", ".csv"}
    | {".tsv", ".htm", ".html", ".mht", ".mhtml", ".xml"}
)
ARCHIVES = frozenset({".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz"})
_TEMPORARY = frozenset({".tmp", ".temp", ".crdownload", ".part", ".partial", ".download", ".bak", ".lock"})
_SYSTEM = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_STRANGERS = {
    "图片": (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".heic", ".tif", ".tiff"),
    "PDF文档": (".pdf", ".ofd"),
    "文字文档": (".doc", ".docx", ".wps", ".rtf", ".txt", ".md"),
    "演示文稿": (".ppt", ".pptx", ".dps"),
    "快捷方式": (".lnk", ".url"),
    "程序": (".exe", ".msi", ".bat", ".cmd", ".com", ".scr", ".js", ".vbs", ".ps1", ".jar", ".apk"),
    "音频或视频": (".mp3", ".mp4", ".mov", ".avi", ".m4a", ".amr", ".wav"),
}
_WHAT = {suffix: what for what, suffixes in _STRANGERS.items() for suffix in suffixes}
_FILL_THE_FORM = "内容是报表的，请报送单位用下发的表格填写后重新报送"
_REMEDIES = {
    "图片": f"照片、截图里的数不能读取；{_FILL_THE_FORM}，无关的请移出收件文件夹",
    "PDF文档": f"PDF里的数不能读取；{_FILL_THE_FORM}，无关的请移出收件文件夹",
    "快捷方式": "快捷方式里没有表格内容，请把它所指的表格文件本身放入收件文件夹",
    "指向别处的链接": "请把它所指的表格文件本身放入收件文件夹",
    "程序": "请不要打开它，向发来的人核实来源后删除",
}
_OTHER_REMEDY = f"与报表无关的请移出收件文件夹；{_FILL_THE_FORM}"
# What a workbook begins with: a zip package, or the compound file of the old format.
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Documents that begin so by their own nature.
_OWN_PACKAGES = frozenset({".doc", ".docx", ".wps", ".ppt", ".pptx", ".dps", ".ofd", ".msi", ".jar", ".apk"})
_START_BYTES = 8
StartOf = Callable[[], bytes | None]


@dataclass(frozen=True, slots=True)
class Aside:
    """Why a file is not opened: what it is in words, and whether nobody needs to hear of it."""

    what: str
    is_noise: bool = False

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _REMEDIES.get(self.what, _OTHER_REMEDY)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file left aside."""

    path: Path
    name: str
    aside: Aside


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
        aside = noise(path.name) or _irregular(path) or stranger(path.name, partial(_start_of, path))
        if aside is None:
            files.append(path)
        else:
            ignored.append(Ignored(path, relative_name(path, folder), aside))
    return Discovery(tuple(files), tuple(ignored))


def relative_name(path: Path, folder: Path) -> str:
    """The name of a file as findings write it: below the folder, with forward slashes."""
    return path.relative_to(folder).as_posix()


def noise(name: str) -> Aside | None:
    """What programs leave behind and nobody sent; None for anything else."""
    lower = name.casefold()
    if lower.startswith(("~$", ".~", "._")) or lower in _SYSTEM:
        return Aside("打开表格时的锁定文件或系统文件", is_noise=True)
    if _suffix(lower) in _TEMPORARY or lower.startswith("~") or lower.endswith("~"):
        return Aside("临时文件", is_noise=True)
    return None


def stranger(name: str, start_of: StartOf) -> Aside | None:
    """What is no return by its name, nor by its first bytes where the name does not tell; None for one to open."""
    suffix = _suffix(name.casefold())
    if suffix in TABLES or suffix in ARCHIVES:
        return None
    # Chat programs cut names short, and people rename; what begins as a workbook is looked into.
    if suffix not in _OWN_PACKAGES and _is_workbook(start_of()):
        return None
    return Aside(_WHAT.get(suffix, "其他类型的文件"))


def is_hidden(folder: str) -> bool:
    """Whether a folder is none that anybody put returns into."""
    return folder.startswith(".") or folder == "__MACOSX"


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, followlinks=False):
        here = Path(parent)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in links and not is_hidden(name)]
        yield from (here / name for name in (*names, *links))


def _irregular(path: Path) -> Aside | None:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None  # gone or forbidden: opening it will tell
    if stat.S_ISLNK(mode):
        return Aside("指向别处的链接")
    return None if stat.S_ISREG(mode) else Aside("特殊文件")


def _is_workbook(start: bytes | None) -> bool:
    return start is None or start.startswith(_WORKBOOK_STARTS)


def _start_of(path: Path) -> bytes | None:
    """The first bytes of a file; None where opening it will tell why there are none."""
    try:
        with path.open("rb") as stream:
            return stream.read(_START_BYTES)
    except OSError:
        return None
