"""Documents that stay true: every command, option, output, sheet and kind of finding is told to the clerk."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer.main

import aggregator
from aggregator import cli
from aggregator.catalog import load_catalog
from aggregator.demo.inbox import expected_outcome
from aggregator.model.consolidation import Verdict
from aggregator.model.finding import FindingKind
from aggregator.model.period import Period
from aggregator.workspace import SETTINGS_FILE, Workspace

ROOT = Path(__file__).parent.parent
README, HANDBOOK = ROOT / "README.md", ROOT / "docs" / "操作手册.md"
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md"), *ROOT.glob("benchmarks/*.md")]
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def finding_kinds() -> Iterator[FindingKind]:
    """Every card there is, whichever room holds it."""
    for module in pkgutil.walk_packages(aggregator.__path__, "aggregator."):
        if module.name.endswith(".finding_kinds"):
            yield from (
                item for item in vars(importlib.import_module(module.name)).values() if isinstance(item, FindingKind)
            )


def commands(group: Any, path: str = "aggregator") -> Iterator[tuple[str, Any]]:
    """Every command with the words that call it."""
    for name, command in group.commands.items():
        words = f"{path} {name}"
        yield from commands(command, words) if hasattr(command, "commands") else [(words, command)]


COMMANDS = dict(commands(typer.main.get_command(cli.app)))
OPTIONS = sorted(
    {
        option
        for command in COMMANDS.values()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    }
)
KINDS = sorted({kind.code: kind for kind in finding_kinds()}.values(), key=lambda kind: kind.code)


def told(*pages: Path) -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize("kind", KINDS, ids=[kind.code for kind in KINDS])
def test_the_handbook_explains_every_kind_of_finding(kind: FindingKind) -> None:
    lines = [line for line in told(HANDBOOK).splitlines() if line.startswith("|")]
    explained = {title for line in lines for title in line.split("|")[1].strip().split("、")}
    assert kind.title in explained


def test_there_are_kinds_of_several_rooms() -> None:
    assert {"missing-value", "file-unreadable", "settings-unit-skipped"} <= {kind.code for kind in KINDS}


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_stands_in_the_readme_and_the_handbook(words: str) -> None:
    assert f"`{words}" in told(README)
    assert words.removeprefix("aggregator ") in told(HANDBOOK)


@pytest.mark.parametrize("option", [option for option in OPTIONS if option != "--help"])
def test_every_option_is_told(option: str) -> None:
    assert re.search(rf"`[^`]*{option}\b", told(README, HANDBOOK))


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [link for link in _LINK.findall(text) if "://" not in link]
    files = [target.partition("#")[0] for target in targets]
    assert [file for file in files if file and not (page.parent / file).exists()] == []
    headings = {_anchor(line) for line in text.splitlines() if line.startswith("#")}
    assert [target for target in targets if target.startswith("#") and target[1:] not in headings] == []


def _anchor(heading: str) -> str:
    """How GitHub names a heading: without signs, blanks as hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lstrip("#").strip().lower()).replace(" ", "-")


def test_the_handbook_names_every_output(demonstration: Path, month: Period) -> None:
    handbook = told(HANDBOOK)
    names = [path.name for path in Workspace(demonstration).output(month).iterdir() if path.is_file()]
    assert len(names) >= 8
    # Reports are as many as the street has styles; those are named one by one below.
    assert [name for name in names if not name.endswith(".docx") and f"`{name}`" not in handbook] == []


@pytest.mark.parametrize("style", [*load_catalog().styles])
def test_the_handbook_names_every_report_style(style: str) -> None:
    name = re.search(r"^名称：(.+)$", load_catalog().styles[style], re.MULTILINE)
    assert name is not None
    assert re.search(rf"{style}\b[^\n]*{name[1]}|{name[1]}[^\n]*{style}\b", told(HANDBOOK))


def test_the_handbook_names_the_sheets_that_every_street_has(demonstration: Path, month: Period) -> None:
    handbook = told(HANDBOOK)
    settings = openpyxl.load_workbook(demonstration / SETTINGS_FILE).sheetnames
    book = openpyxl.load_workbook(
        Workspace(demonstration).output(month) / f"街道汇总表_{month.label}.xlsx", read_only=True
    )
    ledgers = {ledger.sheet for ledger in load_catalog().ledgers.values()}
    fixed = [name for name in book.sheetnames if name not in ledgers]
    book.close()
    assert {"总览", "数据来源"} <= set(fixed)
    assert [name for name in (*settings, *fixed) if f"| {name} |" not in handbook] == []


@pytest.mark.parametrize("code", [cli.CLEAN, cli.HELD, cli.WRONG_USAGE, cli.NOT_WRITTEN, cli.INTERNAL])
def test_every_exit_code_is_told(code: int) -> None:
    assert re.search(rf"退出码[^\n]*\b{code} ", told(README))
    assert re.search(rf"退出码[^\n]*`{code}`", told(HANDBOOK))


def test_the_example_page_tells_what_becomes_of_each_file(month: Period) -> None:
    page = told(ROOT / "examples" / "README.md")
    outcome = expected_outcome(month, [f"C{number:02d}" for number in range(1, 18)] + ["S00"])
    odd = {name: verdict for name, verdict in outcome.files.items() if verdict is not Verdict.ACCEPTED}
    assert len(odd) >= 7
    lines = [line for line in page.splitlines() if line.startswith("|")]
    for name, verdict in odd.items():
        assert any(f"`{name}`" in line and f"| {verdict.label} |" in line for line in lines), name
