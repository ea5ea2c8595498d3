"""The arrows of the house, read from the imports; `docs/architecture.md` draws them."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "aggregator"

#: Who may import whom, beside itself and `model`.
ARROWS = {
    "model": set(),
    "catalog": set(),
    "form": set(),
    "intake": {"form"},
    "check": set(),
    "rollup": set(),
    "narrative": set(),
    "publish": set(),
    "history": set(),
    "verify": {"intake"},
    "demo": set(),
    "results": set(),
    "explain": {"results"},
    "workspace": set(),
    "pipeline": {
        "catalog", "form", "intake", "check", "rollup", "narrative", "publish", "history", "demo",
        "workspace", "results", "explain", "verify",
    },
    "demonstration": {
        "catalog", "demo", "form", "history", "intake", "pipeline", "publish", "results", "rollup", "workspace",
    },
    "failures": {"catalog", "history", "intake", "pipeline", "publish", "verify"},
    "cli": {"demonstration", "workspace", "results", "pipeline", "failures", "catalog"},
}  # fmt: skip

#: One outside library, one room.
ROOMS_OF_LIBRARIES = {
    "yaml": {"catalog"},
    "xlsxwriter": {"form", "publish/workbook"},
    "python_calamine": {"intake/other_formats/read"},
    "subprocess": {"intake/other_formats/reader", "intake/side_by_side"},
    "docx": set(),
    "sqlite3": {"history"},
    "typer": {"cli"},
    "rich": {"cli"},
    "zipfile": {"intake", "publish/report", "demo"},
    "openpyxl": set(),
    "pandas": {"rollup"},
}


def _files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _room(path: Path) -> str:
    """The room a file belongs to: the first folder, or the module's own name."""
    inside = path.relative_to(PACKAGE).with_suffix("").parts
    return inside[0]


@cache
def _imports(path: Path) -> tuple[str, ...]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(found)


def _own_rooms(path: Path) -> Iterator[str]:
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] == "aggregator" and len(parts) > 1:
            yield parts[1]


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_arrows(path: Path) -> None:
    room = _room(path)
    if room == "__init__":
        assert list(_own_rooms(path)) == []
        return
    allowed = ARROWS[room] | {room, "model"}
    assert set(_own_rooms(path)) <= allowed | {"__init__"}


@pytest.mark.parametrize("library", ROOMS_OF_LIBRARIES)
def test_an_outside_library_stays_in_its_room(library: str) -> None:
    users = {
        path.relative_to(PACKAGE).with_suffix("").as_posix()
        for path in _files()
        if any(name.split(".")[0] == library for name in _imports(path))
    }
    rooms = ROOMS_OF_LIBRARIES[library]
    assert {user for user in users if not any(user == room or user.startswith(f"{room}/") for room in rooms)} == set()


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in _files()}
    graph = {name: {found for found in _imports(path) if found in modules} for name, path in modules.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name not in done:
            for needed in graph[name]:
                visit(needed, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_only_the_command_line_prints() -> None:
    printing = [
        path.name
        for path in _files()
        if _room(path) != "cli"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    named = [line for group in (project["dependencies"], *project["optional-dependencies"].values()) for line in group]
    missing = [name for line in named if (name := line.split(">")[0]) not in reasons]
    assert missing == []
