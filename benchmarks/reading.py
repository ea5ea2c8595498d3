"""The reading stage against the floor, in one process without helpers and in turn: CPU seconds to Submissions.

Usage: python -m benchmarks.reading WORKSPACE
"""

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from aggregator.intake.returns import read_returns
from aggregator.pipeline.office import open_office
from aggregator.workspace import Workspace
from benchmarks.floor import scan
from benchmarks.make_month import LAST_MONTH

_TURNS = 3


def cpu_s(task: Callable[[], object]) -> float:
    """The CPU seconds that a task takes."""
    started = time.process_time()
    task()
    return time.process_time() - started


def main(workspace: Workspace) -> None:
    """Prints the least of each and their ratio."""
    gc.set_threshold(1_000_000, 20, 100)  # as the command does
    office, inbox = open_office(workspace), workspace.inbox(LAST_MONTH)

    def read() -> object:
        return read_returns(inbox, catalog=office.catalog, street=office.street, period=LAST_MONTH)

    with patch("os.cpu_count", return_value=1), patch("os.process_cpu_count", return_value=1, create=True):
        turns = [(cpu_s(read), cpu_s(lambda: [scan(path) for path in inbox.iterdir()])) for _turn in range(_TURNS)]
    reading, floor = (min(column) for column in zip(*turns, strict=True))
    print(f"reading {reading:.2f} s, floor {floor:.2f} s, ratio {reading / floor:.1f}")


if __name__ == "__main__":
    main(Workspace(Path(sys.argv[1])))
