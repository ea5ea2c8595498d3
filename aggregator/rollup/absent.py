"""What a form of an earlier version does not ask, and so what cannot be derived from it: neither missing nor 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.model.catalog import Catalog
from aggregator.model.expression import Aggregate, ColumnRef, walk
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import LedgerSheet, Submission, ValueState

#: The ledger itself, as if it were a column that every count of it reads.
_WHOLE = ""


def columns_read(count: Aggregate, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """The ledger that a count is over, and each column that it reads, by way of what makes a row live too."""
    living = catalog.ledgers[count.ledger].living if count.living else None
    yield count.ledger, _WHOLE
    for node in (count.value, count.condition, living):
        yield from ((count.ledger, part.column) for part in walk(node) if isinstance(part, ColumnRef))


@dataclass
class Absent:
    """The elements, ledgers and columns that a return's form does not have; grows by what is derived from them."""

    elements: set[str]
    columns: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, submission: Submission, catalog: Catalog, kind: UnitKind) -> Absent:
        """What one return lacks; nothing, where its form is of today."""
        elements = {code for code, value in submission.values.items() if value.state is ValueState.NOT_ASKED}
        lacking = (pair for sheet in submission.ledgers.values() for pair in _lacking(sheet, catalog, kind))
        return cls(elements, frozenset(lacking))

    def takes(self, code: str, elements: tuple[str, ...], columns: frozenset[tuple[str, str]]) -> bool:
        """Whether an indicator is absent for what it reads; then so is what reads nothing but such.

        One of which the form asks a part is missing: its unit is expected, and stands among those that lack.
        """
        is_of_absent = bool(elements) and not columns and self.elements.issuperset(elements)
        if is_of_absent or not self.columns.isdisjoint(columns):
            self.elements.add(code)
            return True
        return False


def _lacking(sheet: LedgerSheet, catalog: Catalog, kind: UnitKind) -> Iterator[tuple[str, str]]:
    if sheet.state is ValueState.NOT_ASKED:
        yield sheet.ledger, _WHOLE
    else:
        columns = catalog.ledgers[sheet.ledger].columns_of(kind) if sheet.columns else ()
        yield from ((sheet.ledger, column.code) for column in columns if column.code not in sheet.columns)
