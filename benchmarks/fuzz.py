"""Reads thousands of mutants of a good form in each format, and counts what came of them.

Usage, from the root of the repository: python -m benchmarks.fuzz COUNT [--keep FOLDER] [FORM ...]. Each FORM is a form
of 梧桐社区 of the demonstration as some program saved it; without any, one is written in each format. The mutants are
seeded; those that changed a value without a word are kept in FOLDER with what they changed. No exception may leave the
reading: it would end the script.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from unittest import mock

from aggregator.catalog import load_catalog
from aggregator.demo.street import demo_street
from aggregator.demonstration import demonstrate
from aggregator.intake import workbook_file
from aggregator.intake.returns import Intake, read_returns
from aggregator.model.period import Period
from aggregator.workspace import Workspace
from tests.counted import counted, counted_xlsx
from tests.fuzzing import Outcome, Worker, cut, differences, flipped, mutants, outcome_of, with_mutated_xml
from tests.other_workbooks import as_ods, as_xls, as_xlsb, parts_of
from tests.workbooks import cells_of, values_of

MONTH = Period.month(2026, 10)
FORM = "梧桐社区_2026年10月.xlsx"
SEED = 1


class Desk:
    """Reads one file at a time out of a folder of its own."""

    def __init__(self, folder: Path, kept: Path | None) -> None:
        self._folder, self._kept = folder, kept
        self._catalog = load_catalog()
        self._street = demo_street(self._catalog)

    def read(self, ending: str, content: bytes) -> Intake:
        """What a file says."""
        path = self._folder / f"梧桐10月.{ending}"
        path.write_bytes(content)
        read = read_returns(self._folder, catalog=self._catalog, street=self._street, period=MONTH)
        path.unlink()
        return read

    def outcomes(self, ending: str, form: bytes, changed: Iterable[bytes]) -> Counter[Outcome]:
        """What came of each mutant."""
        before = self.read(ending, form)
        if len(before.submissions) != 1:
            raise RuntimeError(f"the form itself cannot be read as {ending}: {before.files[0].reason}")
        found: Counter[Outcome] = Counter()
        for number, mutant in enumerate(changed):
            after = self.read(ending, mutant)
            outcome = outcome_of(before, after)
            found[outcome] += 1
            if outcome in {Outcome.SLIPPED, Outcome.MISSPELT} and self._kept is not None:
                self._keep(f"{number}.{ending}", mutant, before, after)
        return found

    def _keep(self, name: str, mutant: bytes, before: Intake, after: Intake) -> None:
        if self._kept is None:
            return
        self._kept.mkdir(parents=True, exist_ok=True)
        (self._kept / name).write_bytes(mutant)
        changed = differences(values_of(before), values_of(after))
        told = "\n".join(f"{where}: {one!r} -> {other!r}" for where, one, other in changed)
        (self._kept / f"{name}.txt").write_text(told, encoding="utf-8")


def forms(xlsx: bytes) -> dict[str, bytes]:
    """The form in every format, as a program saves it that has counted its control totals."""
    cells = counted(cells_of(xlsx))
    return {"xlsx": counted_xlsx(xlsx), "xls": as_xls(cells), "ods": as_ods(cells), "xlsb": as_xlsb(cells)}


def ways(form: bytes) -> dict[str, Callable[..., bytes]]:
    """What may be done to a form."""
    found: dict[str, Callable[..., bytes]] = {"bytes flipped": flipped, "pieces gone": cut}
    if form.startswith(b"PK") and any(name.endswith("content.xml") or "sheet1.xml" in name for name in parts_of(form)):
        parts = parts_of(form)
        found["XML mangled"] = lambda _, chance: with_mutated_xml(parts, chance)
    return found


def main() -> None:
    """Print a table: format, what was done, how many mutants came to what."""
    wanted = _arguments()
    with tempfile.TemporaryDirectory() as folder, Worker() as worker:
        given = {path.suffix.removeprefix("."): path.read_bytes() for path in wanted.form} or _own_forms(Path(folder))
        inbox = Path(folder) / "inbox"
        inbox.mkdir()
        with mock.patch.object(workbook_file, "read_in_child", worker.read):
            for ending, form in given.items():
                for name, way in ways(form).items():
                    place = wanted.keep / f"{ending} {name}" if wanted.keep else None
                    started = time.process_time()
                    found = Desk(inbox, place).outcomes(ending, form, mutants(form, way, count=wanted.count, seed=SEED))
                    counts = "  ".join(f"{outcome}: {found[outcome]}" for outcome in Outcome)
                    print(f"{ending:5}{name:15}{counts}  ({time.process_time() - started:.0f} s)", flush=True)
        print(f"readers that died: {worker.deaths}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("form", type=Path, nargs="*")
    return parser.parse_intermixed_args()


def _own_forms(folder: Path) -> dict[str, bytes]:
    demonstrate(Workspace(folder / "demo"))
    return forms(next((folder / "demo" / "inbox").rglob(FORM)).read_bytes())


if __name__ == "__main__":
    main()
