"""Speaks with people: the only room that prints. Heavy rooms are imported by the command that needs them."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

from aggregator.cli.commands import app
from aggregator.cli.usage import CLEAN, HELD, INTERNAL, NOT_WRITTEN, WRONG_USAGE, guarded

__all__ = ["CLEAN", "HELD", "INTERNAL", "NOT_WRITTEN", "WRONG_USAGE", "app", "main"]


def main() -> NoReturn:
    """The console command: every failure becomes one clear Chinese sentence and an exit code."""
    # What a run reads it keeps to its end; to search it for rubbish again and again takes a tenth of the time.
    gc.set_threshold(1_000_000, 20, 100)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a GBK console cannot show every character
    code = guarded(lambda: app(standalone_mode=False))
    gc.freeze()  # all that is left goes with the process; to search it once more takes a tenth of a second
    sys.exit(code)
