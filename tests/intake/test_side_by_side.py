"""Files handled in several processes: the same answers in the same order, whatever becomes of a helper."""

import os
import pickle
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from aggregator.intake import returns
from aggregator.intake import side_by_side as module
from aggregator.intake.side_by_side import FILES_A_HELPER, side_by_side

PATHS = [Path(f"{number}.xlsx") for number in range(2 * FILES_A_HELPER)]
HERE = os.getpid()


def told(path: Path) -> tuple[str, int]:
    """What is made of a path, and which process made it."""
    return path.stem, os.getpid()


def slow_here(path: Path) -> tuple[str, int]:
    """The same; whoever is this process waits until a helper has come to life and answered."""
    made = Path(os.environ["MADE"])
    if os.getppid() == int(os.environ["PARENT"]):
        made.touch()
    else:
        until = time.monotonic() + 60
        while not made.exists() and time.monotonic() < until:
            pass
    return told(path)


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cores."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.delattr(os, "process_cpu_count", raising=False)


def run_instead(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(module, "command", lambda _: (sys.executable, "-c", program))


@pytest.mark.usefixtures("cores")
def test_a_helper_takes_its_share_and_the_order_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MADE", str(tmp_path / "made"))
    monkeypatch.setenv("PARENT", str(HERE))
    counts: list[int] = []
    found = side_by_side(slow_here, PATHS, counts.append)
    assert [stem for stem, _ in found] == [path.stem for path in PATHS]
    processes = {process for _, process in found}
    assert len(processes) == 2
    assert HERE in processes
    assert counts == sorted(counts)
    assert counts[-1] == len(PATHS)


@pytest.mark.usefixtures("cores")
@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import sys; sys.stdin.buffer.read(9)",
        "print('no pickle', flush=True)",
        "import pickle, sys; pickle.load(sys.stdin.buffer); pickle.load(sys.stdin.buffer); sys.exit(3)",
    ],
    ids=["dies at once", "dies while it is told", "answers nonsense", "dies of its first file"],
)
def test_what_a_dead_helper_leaves_is_done_here(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    run_instead(monkeypatch, program)
    found = side_by_side(told, PATHS, lambda _: None)
    assert found == [(path.stem, HERE) for path in PATHS]


@pytest.mark.usefixtures("cores")
def test_where_no_process_may_be_started_all_is_done_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "command", lambda _: (str(tmp_path / "forbidden"),))
    assert side_by_side(told, PATHS, lambda _: None) == [(path.stem, HERE) for path in PATHS]


@pytest.mark.usefixtures("cores")
def test_a_failure_here_ends_the_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import sys; sys.stdin.buffer.read()")
    with pytest.raises(ZeroDivisionError):
        side_by_side(fail, PATHS, lambda _: None)


def fail(path: Path) -> int:
    """Fail, by a name that can be pickled."""
    return len(path.stem) // 0


@pytest.mark.usefixtures("cores")
def test_few_files_are_handled_here(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "raise SystemExit(1)")
    monkeypatch.setattr(module, "_Helper", None)
    few = PATHS[: FILES_A_HELPER - 1]
    assert side_by_side(told, few, lambda _: None) == [(path.stem, HERE) for path in few]


def test_forms_read_by_a_helper_are_the_same(monkeypatch: pytest.MonkeyPatch, inbox: Any) -> None:
    inbox.put("a.xlsx", inbox.form("C01"))
    inbox.put("b.xlsx", inbox.form("C02"), lambda book: book["指标表"].__setitem__("E7", "１２人"))
    inbox.put("c.xlsx", b"no workbook")

    def by_a_helper(handle: Any, paths: Sequence[Path], _on_done: Any) -> list[Any]:
        waiting, done = deque(enumerate(paths)), dict[int, Any]()
        with module._Helper(pickle.dumps(handle), waiting, done):  # noqa: SLF001  # all by it, nothing here
            pass
        return [done[number] for number in range(len(paths))]

    here = inbox.read()
    monkeypatch.setattr(returns, "side_by_side", by_a_helper)
    assert inbox.read() == here
    assert len(here.files) == 3
