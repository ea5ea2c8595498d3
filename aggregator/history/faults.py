"""What can be wrong with a history file, each in one sentence that a clerk can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregator.history.schema import ForeignDatabaseError, NewerSchemaError


class HistoryError(Exception):
    """A history file that cannot be used, in one sentence for a clerk."""


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Turn what SQLite says into one sentence that a clerk can act on."""
    try:
        yield
    except NewerSchemaError:
        raise HistoryError(f"历史库“{path.name}”由更新版本的程序建立，请先升级本程序再使用。") from None
    except ForeignDatabaseError:
        raise HistoryError(f"“{path.name}”不是本程序的历史库，请移走该文件，或从备份恢复历史库。") from None
    except sqlite3.OperationalError as fault:
        raise HistoryError(_operational(path, fault)) from None
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        # A fault of the program, such as two returns of one unit: the file is sound.
        raise
    except sqlite3.DatabaseError:
        raise HistoryError(_damaged(path)) from None


@contextmanager
def as_damage(path: Path) -> Iterator[None]:
    """Tell of what was recorded and cannot be understood that the file is damaged."""
    try:
        yield
    except (ValueError, KeyError, TypeError) as fault:
        raise HistoryError(_damaged(path)) from fault


def _damaged(path: Path) -> str:
    return f"历史库“{path.name}”已损坏，无法读取，请从备份恢复后再试。"


def _operational(path: Path, fault: sqlite3.OperationalError) -> str:
    name = f"历史库“{path.name}”"
    if fault.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{name}正被其他程序占用（可能另一台电脑正在汇总），请稍后再试。"
    if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
        return f"{name}是只读的，无法写入，请检查文件和文件夹的权限。"
    if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
        return f"磁盘已满，{name}没有写入，原有内容未变。"
    if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN:
        return f"{name}无法打开，请检查文件夹是否存在、是否有读写权限。"
    return f"{name}读写失败，原有内容未变，请检查磁盘后再试。"
