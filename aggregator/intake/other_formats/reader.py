"""Reads one workbook in a process of its own, which may die of it or be ended when its time is over.

One process a file: nothing of one file can reach another, and one that dies is that file's fault and nobody else's.
"""

import json
import subprocess
from dataclasses import replace

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import Workbook
from aggregator.intake.opening import FileContent, Opened
from aggregator.intake.other_formats.as_json import workbook_from_json
from aggregator.intake.own_process import command, environment

#: Of waiting. The process itself is ended when it has worked for ten (`limits`); this is for one that only hangs.
MAX_SECONDS = 30.0
#: What is told of a process that has used up its time: by the system of most, and by Windows (ERROR_NOT_ENOUGH_QUOTA).
_OUT_OF_TIME = frozenset({-24, 1816})

_CHILD = "aggregator.intake.other_formats.child"


def read_in_child(opened: Opened, *, max_seconds: float = MAX_SECONDS) -> Workbook:
    """Return what a workbook of any format holds; UnreadableFileError where it cannot be read or its reader died."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command(_CHILD),
            input=opened.file.content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=max_seconds,
            check=False,
            env=environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(Cause.TOO_SLOW) from error
    except OSError as error:
        raise UnreadableFileError(Cause.READER_MISSING, f"系统报告：{error}") from error
    if done.returncode in _OUT_OF_TIME:
        raise UnreadableFileError(Cause.TOO_SLOW)
    if done.returncode:
        raise UnreadableFileError(Cause.READER_DIED, f"代码{done.returncode}")
    return replace(_answer(done.stdout, opened.file), file_format=opened.format)


def _answer(text: bytes, file: FileContent) -> Workbook:
    try:
        plain = json.loads(text)
        if "cause" in plain:
            raise UnreadableFileError(Cause(plain["cause"]), plain["detail"])
        return workbook_from_json(plain, sha256=file.sha256, size=file.size)
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableFileError(Cause.READER_DIED, "回答不完整") from error
