"""The process that reads one workbook: its bytes come in by the standard input, what it holds goes out as JSON.

It is started anew for each file (`reader`) and may die of it: calamine aborts the whole process on some files, and
hangs on others.
"""

import json
import sys

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.other_formats.as_json import workbook_as_json
from aggregator.intake.other_formats.limits import limit_this_process


def main() -> None:
    """Read one workbook and say what it holds, or why it cannot be read."""
    try:
        limit_this_process()
    except OSError as error:
        answer = _refusal(UnreadableFileError(Cause.READER_MISSING, f"系统报告：{error}"))
    else:
        answer = answer_for(sys.stdin.buffer.read())
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def answer_for(content: bytes) -> bytes:
    """What the process says of one file."""
    try:
        from aggregator.intake.other_formats.read import read_other_format  # noqa: PLC0415 - within the limits
    except ImportError as error:
        return _refusal(UnreadableFileError(Cause.READER_MISSING, f"系统报告：{error}"))
    try:
        return workbook_as_json(read_other_format(content))
    except UnreadableFileError as error:
        return _refusal(error)
    except MemoryError:
        return _refusal(UnreadableFileError(Cause.TOO_MANY_CELLS))


def _refusal(error: UnreadableFileError) -> bytes:
    return json.dumps({"cause": error.cause, "detail": error.detail}).encode()


if __name__ == "__main__":
    main()
