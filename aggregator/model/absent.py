"""What a form of an earlier version does not ask, and so what cannot be derived from it: neither missing nor 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from aggregator.model.catalog import Catalog
from aggregator.model.expression import Aggregate, ColumnRef, Node, elements_of, walk
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import LedgerSheet, Submission, ValueState

#: Ledgers and columns that something reads or that a form lacks, as pairs of their codes.
Columns = frozenset[tuple[str, str]]
#: The ledger itself, as if it were a column that every count of it reads.
_WHOLE = ""
_NONE: Columns = frozenset()


def columns_read(node: Node | None, catalog: Catalog) -> Columns:
    """The ledgers that an expression counts, and each column that it reads of them."""
    return frozenset(read for part in walk(node) if isinstance(part, Aggregate) for read in _columns(part, catalog))


def _columns(count: Aggregate, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """What one count reads, by way of what makes a row live too."""
    living = catalog.ledgers[count.ledger].living if count.living else None
    yield count.ledger, _WHOLE
    for node in (count.value, count.condition, living):
        yield from ((count.ledger, part.column) for part in walk(node) if isinstance(part, ColumnRef))


def columns_lacking(sheet: LedgerSheet, catalog: Catalog, kind: UnitKind) -> Columns:
    """What such a unit's form of today asks on a sheet and the form at hand does not."""
    if sheet.state is ValueState.NOT_ASKED:
        return frozenset({(sheet.ledger, _WHOLE)})
    asked = _asked(catalog, sheet.ledger, kind)
    if not sheet.columns or asked <= sheet.columns.keys():
        return _NONE
    return frozenset((sheet.ledger, column) for column in asked - sheet.columns.keys())


# Asked of every sheet of every month.
@lru_cache(maxsize=1024)
def _asked(catalog: Catalog, ledger: str, kind: UnitKind) -> frozenset[str]:
    return frozenset(column.code for column in catalog.ledgers[ledger].columns_of(kind))


@dataclass
class Absent:
    """The elements, ledgers and columns that a return's form does not have; grows by what is derived from them."""

    elements: set[str]
    columns: Columns

    @classmethod
    def of(cls, submission: Submission, catalog: Catalog, kind: UnitKind) -> Absent:
        """What one return lacks; nothing, where its form is of today."""
        elements = {code for code, value in submission.values.items() if value.state is ValueState.NOT_ASKED}
        lacking = (columns_lacking(sheet, catalog, kind) for sheet in submission.ledgers.values())
        return cls(elements, _NONE.union(*lacking))

    def takes(self, code: str, elements: tuple[str, ...], columns: Columns) -> bool:
        """Whether an indicator is absent for what it reads; then so is what reads nothing but such.

        One of which the form asks a part is missing: its unit is expected, and stands among those that lack.
        """
        is_of_absent = bool(elements) and not columns and self.elements.issuperset(elements)
        if is_of_absent or not self.columns.isdisjoint(columns):
            self.elements.add(code)
            return True
        return False

    def is_read_by(self, node: Node | None, catalog: Catalog) -> bool:
        """Whether an expression reads anything that is absent, itself or by way of what it is derived from."""
        if not self.elements and not self.columns:
            return False
        codes = elements_of(node)
        if not self.elements.isdisjoint(codes) or not self.columns.isdisjoint(columns_read(node, catalog)):
            return True
        return any(self.is_read_by(catalog.elements[code].expression, catalog) for code in codes)
