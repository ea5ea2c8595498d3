"""The short texts of a return, each with the cells of its title and its body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Consolidation
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import LedgerRow, LedgerSheet, Place, Submission

TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Story:
    """One short text of a unit: `narrative` is the code of its kind, empty when the row names none."""

    narrative: str
    row: LedgerRow
    sheet: LedgerSheet | None

    @property
    def unit(self) -> str:
        """Whose it is."""
        return self.row.unit

    @property
    def title(self) -> str:
        """Its title."""
        return cell_text(self.row, "title")

    @property
    def body(self) -> str:
        """Its text as typed, on one line."""
        return cell_text(self.row, "body")

    def place(self, column: str = "body") -> Place:
        """Where a part of it stands."""
        return self.sheet.place(self.row, column) if self.sheet else Place("")


def stories_of(submissions: Iterable[Submission], catalog: Catalog) -> tuple[Story, ...]:
    """The texts of some returns, in their order."""
    return tuple(
        story
        for submission in submissions
        if (sheet := submission.ledgers.get(TEXTS)) is not None
        for story in _stories(sheet.rows, sheet, catalog)
    )


def consolidated_stories(consolidation: Consolidation) -> tuple[Story, ...]:
    """The texts of the units that are in the totals."""
    rows = consolidation.ledgers.get(TEXTS, ())
    return tuple(
        story
        for row in rows
        for story in _stories([row], consolidation.sheets.get((row.unit, TEXTS)), consolidation.catalog)
    )


def _stories(rows: Iterable[LedgerRow], sheet: LedgerSheet | None, catalog: Catalog) -> Iterator[Story]:
    codes = {narrative.name: code for code, narrative in catalog.narratives.items()}
    for row in rows:
        if cell_text(row, "body"):
            yield Story(codes.get(cell_text(row, "kind"), ""), row, sheet)


def of_communities(stories: Iterable[Story], offices: frozenset[str]) -> tuple[Story, ...]:
    """The texts without those of the office, which may quote its communities."""
    return tuple(story for story in stories if story.unit not in offices)


def offices_of(kinds: Iterable[tuple[str, UnitKind]]) -> frozenset[str]:
    """The codes of the units that are no communities."""
    return frozenset(code for code, kind in kinds if kind is UnitKind.OFFICE)


def cell_text(row: LedgerRow, column: str) -> str:
    """What stands in a column as one line; empty when it is no text."""
    value = row.cells.get(column)
    return " ".join(value.split()) if isinstance(value, str) else ""
