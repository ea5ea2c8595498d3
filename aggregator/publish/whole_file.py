"""Outputs written whole or not at all: beside the target first, flushed, read back, then put in its place."""

import errno
import os
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from secrets import token_hex

_TEMPORARY_PREFIX = ".aggregator-"
_TEMPORARY_SUFFIX = ".tmp"
# Word, Excel and virus scanners hold a file for a moment on Windows; a clerk's open window lasts longer.
_RETRY_DELAYS_S = (0.2, 0.5, 1.0)
_PIECE_BYTES = 1 << 20
_OPEN_ELSEWHERE = "文件正被其他程序打开，请在Word、Excel或WPS中关闭它，然后重试"
_REASONS = {
    errno.ENOSPC: "磁盘已满，请清理出空间后重试",
    errno.EDQUOT: "磁盘配额已用完，请清理出空间后重试",
    errno.EACCES: "目录只读或没有写入权限，请换一个目录或检查权限",
    errno.EPERM: "目录只读或没有写入权限，请换一个目录或检查权限",
    errno.EROFS: "目录只读或没有写入权限，请换一个目录或检查权限",
    errno.ENAMETOOLONG: "文件名太长，请缩短文件名或换一个较浅的目录",
    errno.EISDIR: "同名的文件夹已存在，请改名后重试",
    errno.EEXIST: "路径中有一段是文件而不是文件夹，请改名后重试",
    errno.ENOTDIR: "路径中有一段是文件而不是文件夹，请改名后重试",
    errno.EIO: "磁盘读写出错，请检查磁盘或U盘",
}


class OutputError(Exception):
    """An output that could not be written; what stood there before is untouched."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"无法写出“{path}”：{reason}。原有文件未改动。")


def write_whole(path: Path, data: bytes) -> None:
    """Write the bytes under this name, or raise `OutputError` and leave the old file as it was."""
    temporary = path.parent / f"{_TEMPORARY_PREFIX}{token_hex(8)}{_TEMPORARY_SUFFIX}"
    try:
        _write_beside(temporary, path, data)
        _put_in_place(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def remove_whole(path: Path) -> None:
    """Take away an output that is out of date; `OutputError` while another program holds it."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError as error:
        raise OutputError(path, _OPEN_ELSEWHERE) from error
    except OSError as error:
        raise OutputError(path, _reason(error)) from error


def set_aside(path: Path) -> Path:
    """Give an output that somebody has changed a name that nothing else has; `OutputError` while a program holds it."""
    names = (f"{path.stem}（改过{number if number > 1 else ''}）{path.suffix}" for number in count(1))
    free = next(target for name in names if not (target := path.with_name(name)).exists())
    try:
        _replace_patiently(path, free)
    except PermissionError as error:
        raise OutputError(path, _OPEN_ELSEWHERE) from error
    except OSError as error:
        raise OutputError(path, _reason(error)) from error
    return free


def remove_leftovers(folder: Path) -> None:
    """Remove what a run that was killed left behind; call it only while no other run writes there."""
    for leftover in folder.glob(f"{_TEMPORARY_PREFIX}*{_TEMPORARY_SUFFIX}"):
        with suppress(OSError):
            leftover.unlink()


def _write_beside(temporary: Path, path: Path, data: bytes) -> None:
    """Write and flush the temporary file and make sure that the disk gives back what it took."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        is_same = _holds(temporary, data)
    except OSError as error:
        raise OutputError(path, _reason(error)) from error
    if not is_same:
        raise OutputError(path, "写入后读回的内容不一致，请检查磁盘或U盘")


def _holds(path: Path, data: bytes) -> bool:
    """Whether the file holds these bytes; read piece by piece, as the tables of a large street are very large."""
    at = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            if piece != data[at : at + len(piece)]:
                return False
            at += len(piece)
    return at == len(data)


def _put_in_place(temporary: Path, path: Path) -> None:
    """Replace the target in one step, trying again while another program holds it."""
    try:
        _replace_patiently(temporary, path)
    except PermissionError as error:
        raise OutputError(path, _OPEN_ELSEWHERE) from error
    except OSError as error:
        raise OutputError(path, _reason(error)) from error
    _flush_folder(path.parent)


def _replace_patiently(temporary: Path, path: Path) -> None:
    for delay_s in _RETRY_DELAYS_S:
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(delay_s)
        else:
            return
    temporary.replace(path)


def _flush_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can; the file itself is already in place."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _reason(error: OSError) -> str:
    """The clerk's words for an error of the file system."""
    known = _REASONS.get(error.errno) if error.errno is not None else None
    return known or f"系统报告的错误是“{error.strerror or error}”"
