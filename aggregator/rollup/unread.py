"""Rows of which nobody can tell whether, or with how much, they belong to a count.

A cell that the count reads cannot be read, or is blank though it must be filled. Such a row is no match and adds
nothing, so that the count may be too small; whoever counts says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from aggregator.model.evaluate import compiled
from aggregator.model.event_conditions import as_counted
from aggregator.model.expression import Aggregate, ColumnRef, Node, walk
from aggregator.model.org_unit import UnitKind
from aggregator.model.scope import UnitScope
from aggregator.model.value import Gap, LedgerRow

_Flawed = tuple[LedgerRow, frozenset[str]]


@dataclass
class UnreadRows:
    """The rows of one unit's month with such cells, sought once a ledger."""

    scope: UnitScope
    kind: UnitKind
    _flawed: dict[str, list[_Flawed]] = field(default_factory=dict)

    def of(self, parts: Iterable[Aggregate]) -> int:
        """How many rows may be lacking in what functions over rows yield."""
        return len({(part.ledger, row.number) for part in parts for row in self._open_rows(part)})

    def _open_rows(self, part: Aggregate) -> Iterable[LedgerRow]:
        flawed = self._flawed_rows(part.ledger)
        return (row for row, columns in flawed if self._is_open(part, row, columns))

    def _flawed_rows(self, code: str) -> list[_Flawed]:
        if code not in self._flawed:
            ledger = self.scope.catalog.ledgers[code]
            sheet = self.scope.submission.ledgers.get(code)
            required = frozenset(
                column.code
                for column in ledger.columns_of(self.kind)
                if column.required and (sheet is None or sheet.asks(column.code))
            )
            found = ((row, _flaws(row, required)) for row in self.scope.rows(code, living=False) or ())
            self._flawed[code] = [(row, flaws) for row, flaws in found if flaws]
        return self._flawed[code]

    def _is_open(self, part: Aggregate, row: LedgerRow, flaws: frozenset[str]) -> bool:
        """Whether the row would count, or might, if its cells were filled as they should be."""
        living = self.scope.catalog.ledgers[part.ledger].living if part.living else None
        asked = as_counted(part.condition, row.late_events) if part.condition is not None else None
        conditions = [condition for condition in (living, asked) if condition is not None]
        truths = [compiled(condition)(self.scope, row.cells) for condition in conditions]
        if any(truth is False for truth in truths):
            return False
        undecided = [condition for condition, truth in zip(conditions, truths, strict=True) if truth is not True]
        return bool(flaws & _columns((*undecided, part.value)))


def _flaws(row: LedgerRow, required: frozenset[str]) -> frozenset[str]:
    unreadable = [code for code, value in row.cells.items() if value is Gap.UNREADABLE]
    blank = [code for code in required if row.cells.get(code, Gap.MISSING) is Gap.MISSING]
    return frozenset((*unreadable, *blank)) if unreadable or blank else frozenset()


def _columns(nodes: Iterable[Node | None]) -> frozenset[str]:
    return frozenset(part.column for node in nodes for part in walk(node) if isinstance(part, ColumnRef))
