"""The repository's root is the demonstration workspace: its settings workbook is committed and current."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from aggregator.catalog import load_catalog
from aggregator.demo.street import demo_street
from aggregator.form.settings_workbook import write_settings
from aggregator.workspace import SETTINGS_FILE

ROOT = Path(__file__).parents[2]


def test_the_committed_settings_are_those_of_the_demonstration(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Run with --renew after a change of the settings, and look at the result."""
    catalog = load_catalog()
    fresh = tmp_path / SETTINGS_FILE
    fresh.write_bytes(write_settings(demo_street(catalog), catalog))
    if pytestconfig.getoption("--renew"):
        (ROOT / SETTINGS_FILE).write_bytes(fresh.read_bytes())
    # The parts are compared, not the packed bytes: builds of zlib differ.
    assert _parts(ROOT / SETTINGS_FILE) == _parts(fresh)


def _parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
