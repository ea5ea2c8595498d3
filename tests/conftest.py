"""What tests of the whole house share: the demonstration, made once a session and copied where it is changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.demonstration import demonstrate
from aggregator.history.store import History
from aggregator.model.period import Period
from aggregator.workspace import Workspace
from tests.damaged_form import Before, Form, before_of, form_of
from tests.desk import Desk, open_desk

DEMO_MONTH = Period.month(2026, 10)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let committed files that the program makes (blank forms, settings) be made anew: pytest --renew."""
    parser.addoption("--renew", action="store_true", default=False)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished demonstration; tests must not change it."""
    folder = tmp_path_factory.mktemp("demonstration")
    demonstrate(Workspace(folder))
    return folder


@pytest.fixture(scope="session")
def desk(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demonstration's month of four units, of which one form is to be damaged."""
    with History.open(Workspace(demonstration).history_path) as history:
        yield open_desk(demonstration, tmp_path_factory.mktemp("desk"), history)


@pytest.fixture(scope="session")
def form(desk: Desk) -> Form:
    """The form that is to be damaged, as it was sent."""
    return form_of(desk)


@pytest.fixture(scope="session")
def before(desk: Desk) -> Before:
    """What comes of it without damage."""
    return before_of(desk)


@pytest.fixture
def workspace(demonstration: Path, tmp_path: Path) -> Workspace:
    """A copy of the demonstration that a test may change."""
    folder = tmp_path / "街道工作"
    shutil.copytree(demonstration, folder)
    return Workspace(folder)


@pytest.fixture
def month() -> Period:
    """The demonstration's last month."""
    return DEMO_MONTH
