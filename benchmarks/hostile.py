"""Runs a demonstration month whose inbox also holds a corpus of odd and malicious workbooks, and says what came of it.

Usage: python benchmarks/hostile.py CORPUS FOLDER [--verdicts]. CORPUS is any folder of files, FOLDER a new one. It
ends with code 1 where a goal is missed: the run ends by itself, every file has a verdict with a reason, none takes
more than 10 s, parent and children stay under 1.5 GiB together, and the totals are those without the corpus.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from unittest.mock import patch

from aggregator.demonstration import demonstrate
from aggregator.intake.discover import discover
from aggregator.model.period import Period
from aggregator.pipeline.run import run
from aggregator.workspace import Workspace

MONTH = Period.month(2026, 10)
HEAP = "恶意样本"
MAX_SECONDS, MAX_BYTES = 10.0, 1_500 << 20
_CHINESE = re.compile(r"[\u4e00-\u9fff]{3}")


def measure(corpus: Path, folder: Path) -> dict[str, object]:
    """Run the month without and with the corpus; the figures of the second run."""
    workspace = Workspace(folder)
    demonstrate(workspace)
    totals = workspace.output(MONTH) / "totals.csv"
    before = totals.read_bytes()
    shutil.copytree(corpus, workspace.inbox(MONTH) / HEAP)
    timed, times, _ = _run(folder, "--timed")
    started = time.perf_counter()
    code, _, peak = _run(folder, "--run")
    wall_s = time.perf_counter() - started
    per_file = [(seconds, name) for name, seconds in json.loads(times or "[]")]
    files = json.loads((workspace.output(MONTH) / "run.json").read_text(encoding="utf-8"))["inputs"]
    odd = [file for file in files if file["name"].startswith(HEAP)]
    return {
        "exit": max(code, timed),
        "files": len(odd),
        "wall_s": round(wall_s, 1),
        "slowest_s": [(round(seconds, 2), name) for seconds, name in sorted(per_file, reverse=True)[:5]],
        "peak_MiB": peak >> 20,
        "without_reason": [file["name"] for file in odd if not _CHINESE.search(file["reason"])],
        "verdicts": dict(Counter(file["verdict"] for file in odd)),
        "totals_equal": totals.read_bytes() == before,
        "reasons": sorted((file["reason"], file["name"]) for file in odd),
    }


def _run(folder: Path, how: str) -> tuple[int, str, int]:
    """Exit code, what was printed, and the most bytes held, children too."""
    ran = subprocess.Popen((sys.executable, __file__, how, folder), stdout=subprocess.PIPE, text=True)
    peak = _Peak(ran.pid)
    printed, _ = ran.communicate()
    return ran.returncode, printed, peak.stop()


class _Peak:
    """The most memory that a process and its children have had together, looked at a hundred times a second."""

    def __init__(self, pid: int) -> None:
        self._pid, self._most, self._is_over = pid, 0, threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()

    def stop(self) -> int:
        """Look no longer; the most bytes seen."""
        self._is_over.set()
        self._watch.join()
        return self._most

    def _look(self) -> None:
        while not self._is_over.wait(0.01):
            self._most = max(self._most, _memory(self._pid))


def _memory(pid: int) -> int:
    """Resident bytes of a process and all below it; 0 for one that is gone."""
    here = Path(f"/proc/{pid}")
    try:
        resident = int((here / "statm").read_text().split()[1]) * 4096
        children = (here / f"task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return resident + sum(_memory(int(child)) for child in children)


def _run_timed(folder: Path) -> None:
    """Run the month in one process, then print each file with the seconds that it took."""
    workspace = Workspace(folder)
    names = [path.name for path in discover(workspace.inbox(MONTH)).files]
    ends = [time.perf_counter()]

    def note(step: str, _done: int, _of: int) -> None:
        if step == "读取报表":
            ends.append(time.perf_counter())

    with patch("os.cpu_count", return_value=1), patch("os.process_cpu_count", return_value=1, create=True):
        run(workspace, MONTH, progress=note)
    print(json.dumps([[name, end - start] for name, start, end in zip(names, ends, ends[1:], strict=False)]))


def main() -> None:
    """Print the figures; exit 1 where a goal is missed."""
    if sys.argv[1] == "--timed":
        _run_timed(Path(sys.argv[2]))
        return
    if sys.argv[1] == "--run":
        run(Workspace(Path(sys.argv[2])), MONTH)
        return
    found = measure(Path(sys.argv[1]), Path(sys.argv[2]))
    reasons = found.pop("reasons")
    if "--verdicts" in sys.argv:
        for reason, name in reasons:  # type: ignore[attr-defined]
            print(f"{reason}\t{name}")
    for name, figure in found.items():
        print(f"{name}: {figure}")
    slowest = found["slowest_s"][0][0]  # type: ignore[index]
    is_met = (
        found["exit"] == 0
        and not found["without_reason"]
        and slowest <= MAX_SECONDS
        and found["peak_MiB"] << 20 < MAX_BYTES  # type: ignore[operator]
        and found["totals_equal"]
    )
    sys.exit(0 if is_met else 1)


if __name__ == "__main__":
    main()
