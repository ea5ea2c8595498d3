"""The process that reads other formats may die or hang, and is kept within its limits."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import read_cells
from aggregator.intake.file_kind import Format
from aggregator.intake.opening import open_file, unpack
from aggregator.intake.other_formats import limits, reader
from aggregator.intake.other_formats.read import read_other_format
from aggregator.intake.other_formats.reader import read_in_child
from aggregator.model.consolidation import Verdict
from tests.other_workbooks import as_xls
from tests.workbooks import ODD, book, cells_of, content, sheet


@pytest.fixture
def opened() -> Any:
    return open_file(content(as_xls(book(sheet(*ODD)))))


def run_instead(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(reader, "command", lambda _: (sys.executable, "-c", program))


def test_a_workbook_passes_the_pipe_unchanged(opened: Any) -> None:
    found = read_in_child(opened)
    assert found.file_format is Format.XLS
    assert found.sheets == read_other_format(opened.file.content).sheets
    assert (found.sha256, found.size) == (opened.file.sha256, opened.file.size)


def test_an_xlsx_read_by_the_child_is_the_same(inbox: Any) -> None:
    file = open_file(content(inbox.form()))
    here, there = read_cells(unpack(file.file)), read_in_child(file)
    assert there.sheets == here.sheets
    assert dict(there.defined_names) == dict(here.defined_names)
    assert dict(there.custom_properties) == dict(here.custom_properties)


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("import os; os.abort()", Cause.READER_DIED),
        ("import sys; sys.exit(3)", Cause.READER_DIED),
        ("print('{')", Cause.READER_DIED),
        ("print('[]')", Cause.READER_DIED),
        ("""print('{"cause": "password", "detail": ""}')""", Cause.PASSWORD),
        ("while True: pass", Cause.TOO_SLOW),
    ],
)
def test_a_reader_that_dies_or_hangs_is_the_fault_of_its_file(
    opened: Any, monkeypatch: pytest.MonkeyPatch, program: str, cause: Cause
) -> None:
    run_instead(monkeypatch, program)
    with pytest.raises(UnreadableFileError) as caught:
        read_in_child(opened, max_seconds=1.0)
    assert caught.value.cause is cause


def test_one_that_cannot_be_started_is_told(opened: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(UnreadableFileError) as caught:
        read_in_child(opened)
    assert caught.value.cause is Cause.READER_MISSING


def test_a_dead_reader_loses_no_other_file(inbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import os; os.abort()")
    inbox.put("北苑东.xls", as_xls(cells_of(inbox.form("C02"))))
    inbox.put("梧桐里.xlsx", inbox.form())
    intake = inbox.read()
    assert {file.file.name: file.verdict for file in intake.files} == {
        "北苑东.xls": Verdict.UNREADABLE,
        "梧桐里.xlsx": Verdict.ACCEPTED,
    }


@pytest.mark.skipif(sys.platform == "win32", reason="the limit of Windows is a job object")
def test_memory_ends_where_the_limit_says() -> None:
    program = (
        "from aggregator.intake.other_formats.limits import limit_this_process, MAX_MEMORY_BYTES\n"
        "limit_this_process()\n"
        "bytearray(MAX_MEMORY_BYTES // 2)\n"
        "try: bytearray(MAX_MEMORY_BYTES)\n"
        "except MemoryError: raise SystemExit(7)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 7


@pytest.mark.skipif(sys.platform == "win32", reason="the limit of Windows is a job object")
def test_one_that_works_for_too_long_is_ended_by_the_system(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = "from aggregator.intake.other_formats import limits; limits.MAX_SECONDS = 1; limits.limit_this_process()"
    run_instead(monkeypatch, f"{limited}\nwhile True: pass")
    with pytest.raises(UnreadableFileError) as caught:
        read_in_child(opened)
    assert caught.value.cause is Cause.TOO_SLOW


class Kernel:
    """What stands for the kernel of Windows: it notes what it is asked for."""

    def __init__(self, *, works: bool = True) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.works = works

    def __getattr__(self, name: str) -> Any:
        def answer(*arguments: Any) -> int:
            self.asked.append((name, *arguments))
            return {"CreateJobObjectW": 11, "GetCurrentProcess": 22}.get(name, int(self.works))

        self.__dict__[name] = answer
        return answer


def test_windows_is_asked_for_a_job_of_its_own_with_limits() -> None:
    kernel = Kernel()
    limits.limit_by_job(kernel)
    assert [asked[0] for asked in kernel.asked] == [
        "SetErrorMode", "CreateJobObjectW", "SetInformationJobObject", "GetCurrentProcess", "AssignProcessToJobObject",
    ]  # fmt: skip
    assert kernel.asked[-1][1:] == (11, 22)
    _, job, what, given, size = kernel.asked[2]
    assert (job, what, size) == (11, 9, ctypes.sizeof(limits.JobLimits))
    assert given.contents.process_memory == 1 << 30
    assert given.contents.flags == 0x0102


def test_the_limits_of_windows_have_their_documented_size() -> None:
    assert ctypes.sizeof(limits.JobLimits) == (144 if ctypes.sizeof(ctypes.c_void_p) == 8 else 112)
    assert limits.JobLimits.flags.offset == 16
    assert limits.JobLimits.process_memory.offset == (112 if ctypes.sizeof(ctypes.c_void_p) == 8 else 96)


def test_without_limits_nothing_is_read() -> None:
    with pytest.raises(OSError, match="job object"):
        limits.limit_by_job(Kernel(works=False))


def test_what_lies_in_the_folder_of_the_clerk_is_no_module(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "python_calamine", "aggregator"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_in_child(opened).sheets
