"""Names to parse against and a scope to evaluate in, both written as plain mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from aggregator.model.evaluate import evaluate
from aggregator.model.expression import Node, parse
from aggregator.model.period import Period
from aggregator.model.value import Gap, LedgerRow, Scalar

OCTOBER = Period.month(2026, 10)
LEDGERS = {
    "orgs": ("name", "form", "members", "founded_on", "education"),
    "acts": ("title", "place", "people"),
}
DEGREES = ("初中", "高中", "大专", "本科")


class ExampleNames:
    """Elements a to e, a setting, two ledgers."""

    def elements(self) -> Iterable[str]:
        """Five."""
        return ["a", "b", "c", "d", "e"]

    def settings(self) -> Iterable[str]:
        """Two."""
        return ["set_least", "set_since"]

    def ledgers(self) -> Iterable[str]:
        """Two."""
        return list(LEDGERS)

    def columns(self, ledger: str) -> Iterable[str]:
        """As listed above."""
        return LEDGERS[ledger]

    def ranks(self, ledger: str, column: str) -> tuple[str, ...]:
        """Education is ordered."""
        return DEGREES if (ledger, column) == ("orgs", "education") else ()


@dataclass
class ExampleScope:
    """Elements, last month's and year-to-date ones, settings and rows as they are given."""

    elements: Mapping[str, Scalar] = field(default_factory=dict)
    earlier: Mapping[str, Scalar] = field(default_factory=dict)
    sums: Mapping[str, Scalar] = field(default_factory=dict)
    settings: Mapping[str, Scalar] = field(default_factory=dict)
    ledgers: Mapping[str, Sequence[Mapping[str, Scalar]] | None] = field(default_factory=dict)
    communities_of: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    bases: Mapping[tuple[str, str], Scalar] = field(default_factory=dict)
    period: Period = OCTOBER

    def element(self, code: str) -> Scalar:
        """As given."""
        return self.elements.get(code, Gap.MISSING)

    def last(self, code: str) -> Scalar:
        """As given."""
        return self.earlier.get(code, Gap.MISSING)

    def year_to_date(self, code: str) -> Scalar:
        """As given."""
        return self.sums.get(code, Gap.MISSING)

    def setting(self, code: str) -> Scalar:
        """As given."""
        return self.settings.get(code, Gap.MISSING)

    def rows(self, ledger: str, *, living: bool) -> Sequence[LedgerRow] | None:
        """As given; living are all that are not 已撤销."""
        found = self.ledgers.get(ledger)
        if found is None:
            return None
        rows = [LedgerRow(ledger, "C01", self.period, 6 + at, cells) for at, cells in enumerate(found)]
        return [row for row in rows if not living or row.cells.get("name") != "已撤销"]

    def over_communities(self, code: str) -> Sequence[Decimal]:
        """As given."""
        return self.communities_of.get(code, ())

    def communities(self) -> Decimal:
        """Seventeen."""
        return Decimal(17)

    def against(self, code: str, base: str) -> tuple[Scalar, Scalar]:
        """As given."""
        return self.element(code), self.bases.get((code, base), Gap.MISSING)


@pytest.fixture
def read() -> Callable[..., Node]:
    """Parses a text against the example names; `ledger` makes it a row condition."""

    def read(text: str, ledger: str = "") -> Node:
        return parse(text, ExampleNames(), ledger=ledger)

    return read


@pytest.fixture(scope="session")
def scope_of() -> Callable[..., ExampleScope]:
    """A scope made of the keywords."""
    return ExampleScope


@pytest.fixture
def value_of(read: Callable[..., Node]) -> Callable[..., Scalar]:
    """What an expression yields in a scope made of the keywords."""

    def value_of(text: str, **scope: object) -> Scalar:
        return evaluate(read(text), ExampleScope(**scope))  # type: ignore[arg-type]

    return value_of
