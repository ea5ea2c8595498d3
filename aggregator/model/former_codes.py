"""By what elements, ledgers and columns went in earlier versions of the catalog, where forms and records bear it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class FormerCodes:
    """The codes of today by those of earlier versions; `columns` by the ledger of today."""

    elements: Mapping[str, str] = field(default_factory=dict)
    ledgers: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def element(self, code: str) -> str:
        """What an element goes by today."""
        return self.elements.get(code, code)

    def ledger(self, code: str) -> str:
        """What a ledger goes by today."""
        return self.ledgers.get(code, code)

    def column(self, ledger: str, code: str) -> str:
        """What a column of a ledger goes by today."""
        return self.columns.get(ledger, _NONE).get(code, code)

    def codes_of_element(self, code: str) -> tuple[str, ...]:
        """All that an element has gone by, today's first."""
        return (code, *(former for former, now in self.elements.items() if now == code))

    def codes_of_ledger(self, code: str) -> tuple[str, ...]:
        """All that a ledger has gone by, today's first."""
        return (code, *(former for former, now in self.ledgers.items() if now == code))
