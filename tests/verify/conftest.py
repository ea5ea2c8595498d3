from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tampering import TAMPERINGS, Tamper, edited


@pytest.fixture(scope="session")
def report_path(demonstration: Path) -> Path:
    """The demonstration's report in the style R2."""
    return next((demonstration / "output" / "2026-10").glob("城市基层党建工作情况汇报_*.docx"))


@pytest.fixture(scope="session")
def report_bytes(report_path: Path) -> bytes:
    """Its bytes."""
    return report_path.read_bytes()


@pytest.fixture(scope="session")
def edit() -> Callable[[bytes, Callable[[Any], object]], bytes]:
    """Edits the tree of a Word file."""
    return edited


@pytest.fixture(scope="session")
def tamperings() -> tuple[Tamper, ...]:
    """All ways of spoiling a report."""
    return TAMPERINGS
