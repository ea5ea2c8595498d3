"""Makes the demonstration in a new folder with a dreadful inbox: every file damaged in several ways, named anyhow.

Usage: python -m benchmarks.dreadful FOLDER [SEED]. It prints what was done to which file; the forms as they were stand
in `FOLDER/原件`. Then work in FOLDER as a clerk would: status, check, run.
"""

from __future__ import annotations

import csv
import shutil
import sys
import zipfile
from collections import defaultdict
from pathlib import Path
from random import Random

from aggregator.demonstration import demonstrate
from aggregator.model.period import Period
from aggregator.workspace import Workspace
from tests.mutants.damage import Damage, Form
from tests.mutants.mutants import several
from tests.mutants.package import read_book, write_book
from tests.other_workbooks import as_xls
from tests.workbooks import cells_of

MONTH = Period.month(2026, 10)
_NAMES = ("{name}.xlsx", "{name}10月(1).xlsx", "副本{name}社区最终版.xlsx", "新建 Microsoft Excel 工作表{number}.xlsx")


def spoil(folder: Path, seed: int) -> list[tuple[str, str]]:
    """Spoil the inbox of a demonstration; what each file is called now and what was done to it."""
    workspace, chance = Workspace(folder), Random(seed)  # noqa: S311  # the same inbox in every run
    inbox, kept = workspace.inbox(MONTH), folder / "原件"
    shown = _shown(workspace)
    shutil.copytree(inbox, kept)
    done: list[tuple[str, str]] = []
    forms = [path for path in sorted(inbox.rglob("*.xlsx")) if zipfile.is_zipfile(path)]
    books = {path: read_book(path.read_bytes()) for path in forms}
    for number, path in enumerate(forms):
        name = path.relative_to(inbox).as_posix()
        form = Form(books[path].copy(), books[forms[number - 1]], path.name, shown=shown[name])
        damages = [
            damage
            for damage in sorted(several(seed * 1000 + number), key=lambda each: each.phase)
            if _is_done(damage, form, chance)
        ]
        target = path.with_name(chance.choice(_NAMES).format(name=path.stem[:4], number=number))
        path.unlink()
        target.write_bytes(write_book(form.book, form.dialect))
        if number % 6 == 1:
            target = _as_xls(target)
        done.append((target.name, f"（原{name}）" + "、".join(damage.name for damage in damages)))
    return done


def _is_done(damage: Damage, form: Form, chance: Random) -> bool:
    """Do a damage; not where the form has no place for it."""
    try:
        damage.do(form, chance)
    except IndexError:
        return False
    return True


def _shown(workspace: Workspace) -> defaultdict[str, dict[str, str]]:
    """By file the numbers that its form shows, by their names."""
    with (workspace.output(MONTH) / "totals.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file)}
    shown: defaultdict[str, dict[str, str]] = defaultdict(dict)
    with (workspace.output(MONTH) / "facts.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            shown[row["file"]][names[row["code"]]] = row["value"]
    return shown


def _as_xls(path: Path) -> Path:
    """The file as Excel 97 would have saved it."""
    content = as_xls(cells_of(path.read_bytes()))
    path.unlink()
    target = path.with_suffix(".xls")
    target.write_bytes(content)
    return target


def main() -> None:
    """Make the folder and say what was done."""
    folder = Path(sys.argv[1])
    demonstrate(Workspace(folder))
    for name, what in spoil(folder, int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        print(f"{name}\t{what}")


if __name__ == "__main__":
    main()
