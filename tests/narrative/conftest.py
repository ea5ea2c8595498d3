"""Texts of a month written as a table: unit, kind, title, body and what else a row holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, Consolidation
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import LedgerRow, LedgerSheet, Place, SourceFile, Submission, ValueState
from aggregator.narrative.stories import Story

OCTOBER = Period.month(2026, 10)
SEPTEMBER = Period.month(2026, 9)
STREET = Street(
    units=(
        OrgUnit("C01", "梧桐社区居民委员会", "梧桐社区"),
        OrgUnit("C02", "银杏社区居民委员会", "银杏社区"),
        OrgUnit("C03", "丹枫社区居民委员会", "丹枫社区"),
        OrgUnit("S00", "清溪街道本级", "街道本级", UnitKind.OFFICE),
    ),
    settings={"set_street_name": "清溪街道", "set_campaign_name": "春风入户三年行动"},
)
COLUMNS = dict(zip(("kind", "title", "body", "theme", "own_pick", "evidence"), "ABCDEF", strict=True))
Line = dict[str, str]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalog that ships."""
    return load_catalog()


def sheet_of(unit: str, lines: Sequence[Line], month: Period) -> LedgerSheet:
    """The sheet 叙述材料 of a unit; its first row is row 5."""
    rows = tuple(
        LedgerRow("texts", unit, month, number, {"kind": "亮点工作", "title": f"标题{number}", **line})
        for number, line in enumerate(lines, start=5)
    )
    place = Place(f"{unit}.xlsx", "叙述材料", "B2")
    return LedgerSheet("texts", ValueState.VALUE, rows, None, place, COLUMNS)


def submission_of(unit: str, lines: Sequence[Line], month: Period = OCTOBER) -> Submission:
    """A return that holds texts only."""
    return Submission(unit, month, SourceFile(f"{unit}.xlsx", 1, "0" * 64), {}, {"texts": sheet_of(unit, lines, month)})


def story(unit: str, body: str, *, title: str = "标题", narrative: str = "nar_highlight", **cells: str) -> Story:
    """One text."""
    row = LedgerRow("texts", unit, OCTOBER, 5, {"title": title, "body": body, **cells})
    return Story(narrative, row, sheet_of(unit, [{"body": body}], OCTOBER))


@pytest.fixture
def batch_of(catalog: Catalog) -> Callable[..., Batch]:
    """Makes a batch of texts by unit, this month's and last month's."""

    def make(now: dict[str, list[Line]], before: dict[str, list[Line]] | None = None) -> Batch:
        earlier = tuple(submission_of(unit, lines, SEPTEMBER) for unit, lines in (before or {}).items())
        submissions = tuple(submission_of(unit, lines) for unit, lines in now.items())
        return Batch(catalog, STREET, OCTOBER, submissions, {SEPTEMBER: earlier} if earlier else {})

    return make


@pytest.fixture
def month_of(catalog: Catalog) -> Callable[..., Consolidation]:
    """Makes the street's month of texts by unit."""

    def make(now: dict[str, list[Line]]) -> Consolidation:
        sheets = {(unit, "texts"): sheet_of(unit, lines, OCTOBER) for unit, lines in now.items()}
        rows = tuple(row for sheet in sheets.values() for row in sheet.rows)
        return Consolidation(catalog, STREET, OCTOBER, (), {}, {}, {"texts": rows}, sheets)

    return make


@pytest.fixture
def story_of() -> Callable[..., Story]:
    """Makes one text."""
    return story
