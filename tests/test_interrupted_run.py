"""Whatever ends a run, every output is the old one or the new one, and a rerun gives the same bytes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.model.period import Period
from aggregator.pipeline.run import run
from aggregator.workspace import Workspace

MONTH = Period.month(2026, 10)
#: Runs the month and dies, without any goodbye, when a file is about to be put in its place for the nth time.
_DIE = """
import os, sys
from pathlib import Path
from aggregator.model.period import Period
from aggregator.pipeline.run import run
from aggregator.workspace import Workspace
left, replace = int(sys.argv[2]), Path.replace
def put(self, target):
    global left
    left -= 1
    if left == 0:
        os._exit(9)
    return replace(self, target)
Path.replace = put
run(Workspace(Path(sys.argv[1])), Period.month(2026, 10))
"""
_RUN = (sys.executable, "-c", _DIE)


@pytest.fixture
def small(demonstration: Path, tmp_path: Path) -> Workspace:
    """The demonstration with two returns, run once."""
    folder = tmp_path / "工作"
    shutil.copytree(demonstration, folder, ignore=shutil.ignore_patterns("output"))
    workspace = Workspace(folder)
    inbox = workspace.inbox(MONTH)
    for path in [*inbox.iterdir()]:
        if not path.name.startswith(("梧桐", "街道本级")):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    run(workspace, MONTH)
    return workspace


def outputs(workspace: Workspace) -> dict[str, bytes]:
    """Every output but the timings, which tell of the clock."""
    folder = workspace.output(MONTH)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "timings.json" and not path.name.startswith(".")
    }


@pytest.mark.parametrize("nth", [1, 2, 5])
def test_a_run_that_is_killed_leaves_no_half_file(small: Workspace, nth: int) -> None:
    old = outputs(small)
    late = next(small.inbox(MONTH).glob("街道本级*"))
    content = late.read_bytes()
    late.unlink()
    killed = subprocess.run([*_RUN, str(small.root), str(nth)], check=False)
    assert killed.returncode == 9
    between = outputs(small)
    run(small, MONTH)
    new = outputs(small)
    assert old != new
    assert all(between[name] in {old.get(name), new.get(name)} for name in between)
    assert sum(between[name] != old[name] for name in old.keys() & between.keys()) < nth
    late.write_bytes(content)
    run(small, MONTH)
    assert outputs(small).keys() == old.keys()
    assert {name for name in old if outputs(small)[name] != old[name]} <= {"run.json"}


def test_two_runs_at_once_leave_whole_files(small: Workspace) -> None:
    expected = outputs(small)
    command = [*_RUN, str(small.root), "0"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in both]
    # One may clear away what the other has half written; then that one says that it could not write, and nothing else.
    assert 0 in {code for _, code in ended}, ended
    assert all(code == 0 or "OutputError: " in error.decode() for error, code in ended), ended
    found = outputs(small)
    assert {name for name in expected if found.get(name) != expected[name]} <= {"run.json"}
