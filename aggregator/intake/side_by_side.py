"""Handles many files in several processes side by side: each takes the next file as soon as it is free.

Reading is the largest part of what a month takes, and a computer has more than one core. A helper can only save time:
it gets the work and then path after path by its standard input and answers by its standard output, and what it does not
answer this process does itself.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO, Any, Generic, Self, TypeVar

from aggregator.intake.own_process import command, environment

#: A helper takes as long to start as ten files to read; with fewer than so many it would hardly save anything.
FILES_A_HELPER = 24
_MOST_HELPERS = 3
T = TypeVar("T")
#: A path and its place among the paths.
_Numbered = tuple[int, Path]


def side_by_side(handle: Callable[[Path], T], paths: Sequence[Path], on_done: Callable[[int], None]) -> list[T]:
    """What `handle` makes of each path, in their order; `on_done` is told how many are done.

    `handle` and what it makes must be such that they can be pickled.
    """
    waiting = deque(enumerate(paths))
    done: dict[int, T] = {}
    told = 0

    def tell() -> None:
        nonlocal told
        if told < len(done):
            told = len(done)
            on_done(told)

    def work() -> None:
        while (taken := _taken(waiting.popleft)) is not None:
            number, path = taken
            done[number] = handle(path)
            tell()

    with ExitStack() as helpers:
        count = _helpers(len(paths))
        job = pickle.dumps(handle, pickle.HIGHEST_PROTOCOL) if count else b""
        with suppress(OSError):  # where no process may be started, this one does it all
            for _ in range(count):
                helpers.enter_context(_Helper(job, waiting, done))
        work()
    work()  # what a helper that died has left
    tell()
    return [done[number] for number in range(len(paths))]


def _helpers(files: int) -> int:
    """How many helpers are worth their start."""
    cores: int = getattr(os, "process_cpu_count", os.cpu_count)() or 1
    return min(cores - 1, files // FILES_A_HELPER, _MOST_HELPERS)


class _Helper(Generic[T]):
    """One more process, and the thread that gives it paths from the end of those waiting."""

    def __init__(self, job: bytes, waiting: deque[_Numbered], done: dict[int, T]) -> None:
        self._job, self._waiting, self._done = job, waiting, done
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            command(__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._thread = Thread(target=self._drive)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._thread.join()

    def _drive(self) -> None:
        taken: _Numbered | None = None
        try:
            with self._process as process:
                assert process.stdin is not None  # noqa: S101  # both are pipes
                assert process.stdout is not None  # noqa: S101
                process.stdin.write(self._job)
                while (taken := _taken(self._waiting.pop)) is not None:
                    self._done[taken[0]] = _answer(taken[1], process.stdin, process.stdout)
                process.kill()  # it has nothing to finish
        except (OSError, EOFError, pickle.UnpicklingError):
            pass  # it died, or never came to life: what it has left is done by this process
        finally:
            self._waiting.extend([] if taken is None else [taken])


def _taken(take: Callable[[], _Numbered]) -> _Numbered | None:
    """The next path, or nothing where somebody else has taken the last one."""
    try:
        return take()
    except IndexError:
        return None


def _answer(path: Path, to: IO[bytes], back: IO[bytes]) -> Any:
    pickle.dump(path, to)
    to.flush()
    return pickle.load(back)  # noqa: S301  # our own process wrote it


def _help() -> None:
    """The helper: take the work, then do it for path after path."""
    gc.set_threshold(200_000)  # what it reads it gives away at once; there is little rubbish to look for
    handle = pickle.load(sys.stdin.buffer)  # noqa: S301  # our own process wrote it
    while True:
        answer = handle(pickle.load(sys.stdin.buffer))  # noqa: S301
        pickle.dump(answer, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _help()
