"""Damages a form in seeded ways and counts what came of it, also after other programs have saved the damaged file.

Usage: python -m benchmarks.mutants [ALONE [AT_ONCE]] [--saved-by openpyxl|libreoffice]. ALONE is how often each kind of
damage is done alone, AT_ONCE how many mutants have two to four. It ends with code 1 where one is wrong without a word.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl

from aggregator.demonstration import demonstrate
from aggregator.history.store import History
from aggregator.workspace import Workspace
from tests.desk import open_desk
from tests.mutants.judge import Judged, Outcome
from tests.mutants.mutants import Mutants, several, singles

_MOST_SHOWN = 10


def _by_openpyxl(content: bytes) -> bytes:
    saved = io.BytesIO()
    try:
        openpyxl.load_workbook(io.BytesIO(content)).save(saved)
    except (IndexError, KeyError, ValueError):  # it cannot open what Excel can: a style that is not there
        return content
    return saved.getvalue()


def _by_libreoffice(content: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "form.xlsx"), Path(folder, "saved")
        path.write_bytes(content)
        profile = Path(tempfile.gettempdir(), "aggregator-mutants-profile").as_uri()
        command = [
            "soffice",
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
        ]
        subprocess.run([*command, "--outdir", out, path], check=True, capture_output=True)
        return (out / "form.xlsx").read_bytes()


_SAVED_BY: dict[str, Callable[[bytes], bytes]] = {
    "nobody": bytes,
    "openpyxl": _by_openpyxl,
    "libreoffice": _by_libreoffice,
}


def _made(mutants: Mutants, alone: int, at_once: int) -> Iterator[tuple[str, Judged]]:
    for damage, seed in singles(alone):
        yield seed, mutants.one((damage,), seed)
    for number in range(at_once):
        seed = f"several {number}"
        yield seed, mutants.one(several(number), seed)


def main() -> None:
    """Print how many are equal, found and wrong, and how many causes a clerk sees of one damage."""
    parser = argparse.ArgumentParser()
    parser.add_argument("alone", type=int, nargs="?", default=3)
    parser.add_argument("at_once", type=int, nargs="?", default=240)
    parser.add_argument("--saved-by", choices=_SAVED_BY, default="nobody")
    asked = parser.parse_args()
    found: Counter[Outcome] = Counter()
    causes: Counter[int] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demonstrate(Workspace(folder / "demo"))
        with History.open(Workspace(folder / "demo").history_path) as history:
            (folder / "desk").mkdir()
            mutants = Mutants(open_desk(folder / "demo", folder / "desk", history), _SAVED_BY[asked.saved_by])
            for seed, judged in _made(mutants, asked.alone, asked.at_once):
                found[judged.outcome] += 1
                if not seed.startswith("several"):
                    causes[len(judged.causes)] += 1
                wrong += [f"{seed}: {one.sheet} {one.cell} {one.what}" for one in judged.unexplained]
    print(f"{found.total()} mutants:", ", ".join(f"{found[outcome]} {outcome.value}" for outcome in Outcome))
    print("causes told of one damage:", ", ".join(f"{count}: {causes[count]}" for count in sorted(causes)))
    print("\n".join(wrong[:_MOST_SHOWN]))
    sys.exit(1 if found[Outcome.SILENT] else 0)


if __name__ == "__main__":
    main()
