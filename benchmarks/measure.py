"""All comparisons in one go: the product, the script a user would write and the floor, over months of several sizes.

Each command is a process of its own, started in turn with the others; CPU is user and system time as the operating
system counts it, the least of the turns. Growth is the exponent of CPU between two sizes: 1 is linear. Linux, macOS.
Usage: python -m benchmarks.measure FOLDER [SIZE ...]; months that stand in FOLDER already are used again.
"""

import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aggregator.workspace import Workspace
from benchmarks.make_month import LAST_MONTH, make_month

_HERE = Path(__file__).parent
_TURNS = 3
_SIZES = (40, 500)
_PEER = "plain script"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: seconds on the clock, CPU seconds, and the most memory it held."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(command: Sequence[str]) -> Cost:
    """The cost of one process; RuntimeError when it ends with a fault of its own."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode > 1:  # 1 says that a return is held or missing
        raise RuntimeError(f"{' '.join(command)}: {child.returncode}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def commands(workspace: Workspace) -> Mapping[str, Sequence[str]]:
    """What is compared, by its name."""
    inbox, root = str(workspace.inbox(LAST_MONTH)), str(workspace.root)
    product = [sys.executable, "-m", "aggregator.cli"]
    return {
        "aggregator run": [*product, "run", str(LAST_MONTH), "--dir", root],
        _PEER: [sys.executable, str(_HERE / "plain_script.py"), inbox, str(workspace.root / "plain")],
        "floor": [sys.executable, str(_HERE / "floor.py"), inbox],
        "aggregator status": [*product, "status", str(LAST_MONTH), "--dir", root],
        "aggregator --help": [*product, "--help"],
    }


def least(costs: Sequence[Cost]) -> Cost:
    """The least of each figure."""
    return Cost(min(c.wall_s for c in costs), min(c.cpu_s for c in costs), min(c.peak_mb for c in costs))


def compare(workspace: Workspace) -> dict[str, Cost]:
    """Each command's cost over one month, the commands taking turns; the output of a run is made anew each time."""
    turns: dict[str, list[Cost]] = {name: [] for name in commands(workspace)}
    for _turn in range(_TURNS):
        shutil.rmtree(workspace.root / "output", ignore_errors=True)
        for name, command in commands(workspace).items():
            turns[name].append(measured(command))
    return {name: least(costs) for name, costs in turns.items()}


def main(folder: Path, sizes: Sequence[int]) -> None:
    """Prints a table a size, then how the cost of a run grows."""
    runs: dict[int, Cost] = {}
    for size in sizes:
        workspace = Workspace(folder / str(size))
        if not workspace.root.is_dir():
            make_month(size, workspace)
        costs = compare(workspace)
        runs[size] = costs["aggregator run"]
        print(f"\n{size} returns\n\n| command | wall s | CPU s | peak MB | CPU against the {_PEER} |")
        print("| --- | --- | --- | --- | --- |")
        for name, cost in costs.items():
            ratio = cost.cpu_s / costs[_PEER].cpu_s
            print(f"| {name} | {cost.wall_s:.2f} | {cost.cpu_s:.2f} | {cost.peak_mb:.0f} | {ratio:.2f} |")
    for (small, before), (large, after) in zip(runs.items(), list(runs.items())[1:], strict=False):
        exponent = math.log(after.cpu_s / before.cpu_s) / math.log(large / small)
        print(f"\nfrom {small} to {large}: CPU grows with the power {exponent:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or _SIZES)
