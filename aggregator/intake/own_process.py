"""How a process of our own is started: by this interpreter, with the package as it is found here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGES = Path(__file__).parents[2]


def command(module: str) -> tuple[str, ...]:
    """The command that runs a module; -P: whatever lies in the clerk's folder is no module of ours."""
    return sys.executable, "-P", "-m", module


def environment() -> dict[str, str]:
    """That of this process, in which the package is found as this process found it."""
    known = os.environ.get("PYTHONPATH")
    path = os.pathsep.join((str(_PACKAGES), known)) if known else str(_PACKAGES)
    return {**os.environ, "PYTHONPATH": path}
