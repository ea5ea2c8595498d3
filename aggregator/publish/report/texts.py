"""What the units of a month wrote, tidied once for all the reports that quote it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import ValueType
from aggregator.model.masking import is_masked, masked_name
from aggregator.model.org_unit import UnitKind
from aggregator.model.private_numbers import without_private_numbers
from aggregator.model.value import LedgerRow, Scalar

TEXTS = "texts"
_SHORTEST_NAME = 2
# Whoever reads the name of an estate knows which community is meant; a shorter one may be a word.
_ESTATES = ("positions", "compound")
_SHORTEST_ESTATE = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A text as its unit told it; `cells` are its words, each cell on one line."""

    row: LedgerRow
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """The words of a cell; empty when it has none."""
        return self.cells.get(column, "")

    @property
    def unit(self) -> str:
        """Whose it is."""
        return self.row.unit

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others of a report: who told it, and its title (where it has none, its words)."""
        return self.unit, f"{self.cell('kind')}：{self.cell('title') or self.cell('body')}"


class Texts:
    """The texts of the units that are in the totals, by kind, and how they may be printed."""

    def __init__(self, consolidation: Consolidation) -> None:
        self.consolidation = consolidation
        self._safe: dict[str, str] = {}

    def of_kind(self, kind: str, unit: str = "") -> Sequence[Told]:
        """The texts of a kind that say something, in their order; of one unit alone if it is given."""
        return self._by_kind.get((kind, unit), ())

    def safe(self, text: str) -> str:
        """A text with the persons of sensitive ledgers and private numbers masked."""
        if text not in self._safe:
            masked = text
            for name in self._persons_in(text):
                masked = masked.replace(name, masked_name(name))
            self._safe[text] = without_private_numbers(masked)
        return self._safe[text]

    def unnamed(self, text: str) -> str:
        """A text in which no community is named, nor an estate of one."""
        for name in self._community_names:
            text = text.replace(name, "个别社区")
        for name in self._estate_names:
            text = text.replace(name, "个别小区")
        return text

    @cached_property
    def _by_kind(self) -> Mapping[tuple[str, str], Sequence[Told]]:
        found: dict[tuple[str, str], list[Told]] = defaultdict(list)
        for row in self.consolidation.ledgers.get(TEXTS, ()):
            told = Told(row, {column: _words(value) for column, value in row.cells.items() if isinstance(value, str)})
            if told.cell("body"):
                found[told.cell("kind"), ""].append(told)
                found[told.cell("kind"), told.unit].append(told)
        return found

    def _persons_in(self, text: str) -> Sequence[str]:
        """The persons named in a text; of two names that begin alike the longer one comes first."""
        starts = {text[at : at + _SHORTEST_NAME] for at in range(len(text))}
        names = (name for start in starts & self._persons.keys() for name in self._persons[start] if name in text)
        return sorted(names, key=lambda name: (-len(name), name))

    @cached_property
    def _persons(self) -> Mapping[str, set[str]]:
        """Whoever stands in a sensitive ledger this month, by the first characters of the name."""
        found: dict[str, set[str]] = defaultdict(set)
        for code in self.consolidation.ledgers:
            for name in self._persons_of(code):
                found[name[:_SHORTEST_NAME]].add(name)
        return found

    def _persons_of(self, code: str) -> set[str]:
        ledger, rows = self.consolidation.catalog.ledgers[code], self.consolidation.ledgers[code]
        columns = [one.code for one in ledger.columns if one.type is ValueType.TEXT and is_masked(ledger, one)]
        if not ledger.sensitive:
            return set()
        names = {_words(row.cells.get(column)) for row in rows for column in columns}
        return {name for name in names if len(name) >= _SHORTEST_NAME}

    @cached_property
    def _community_names(self) -> Sequence[str]:
        units = (unit for unit in self.consolidation.street.units if unit.kind is UnitKind.COMMUNITY)
        return sorted(dict.fromkeys(name for unit in units for name in unit.names), key=len, reverse=True)

    @cached_property
    def _estate_names(self) -> Sequence[str]:
        ledger, column = _ESTATES
        names = {_words(row.cells.get(column)) for row in self.consolidation.ledgers.get(ledger, ())}
        return sorted((name for name in names if len(name) >= _SHORTEST_ESTATE), key=lambda name: (-len(name), name))


def _words(value: Scalar | None) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
