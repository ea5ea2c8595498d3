"""A month as it is recorded, and the facts of a recorded return, which become values only when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aggregator.history.encoding import Fact, decode_fact
from aggregator.model.finding import Finding
from aggregator.model.period import Period
from aggregator.model.report_text import ReportText
from aggregator.model.value import DataValue, LedgerSheet, Submission


@dataclass(frozen=True, slots=True)
class RecordedMonth:
    """All that a run leaves for later: the returns with their derived values, findings, manifest, and who is held.

    `accepted` maps a unit to the reason the clerk gave for taking its held return in; `reports` are those written.
    """

    period: Period
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...] = ()
    manifest: Mapping[str, object] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    accepted: Mapping[str, str] = field(default_factory=dict)
    reports: tuple[ReportText, ...] = ()


class RecordedValues(Mapping[str, DataValue]):
    """The values of one recorded return by element; each is made when it is first asked for.

    A year of forty units is two hundred thousand facts, of which a roll-up reads a third.
    """

    def __init__(self, load: Callable[[], Iterable[Fact]], *, unit: str, period: Period, file: str) -> None:
        self._load = load
        self._made: dict[str, DataValue] = {}
        self._unit, self._period, self._file = unit, period, file

    @cached_property
    def _facts(self) -> dict[str, Fact]:
        return {fact[0]: fact for fact in self._load()}

    def __getitem__(self, element: str) -> DataValue:
        found = self.get(element)
        if found is None:
            raise KeyError(element)
        return found

    def get(self, element: str, default: DataValue | None = None) -> DataValue | None:  # type: ignore[override]
        """The value of an element; the inherited way by way of KeyError costs more than the value itself."""
        found = self._made.get(element)
        if found is None:
            fact = self._facts.get(element)
            if fact is None:
                return default
            found = decode_fact(fact, unit=self._unit, period=self._period, file=self._file)
            self._made[element] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def __contains__(self, element: object) -> bool:
        return element in self._facts

    def __repr__(self) -> str:
        return repr(dict(self))


class RecordedLedgers(Mapping[str, LedgerSheet]):
    """The ledgers of one recorded return; the rows of each are read when they are first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], LedgerSheet]]) -> None:
        # A maker holds the text of the rows, which goes when the rows are made.
        self._sheets: dict[str, LedgerSheet | Callable[[], LedgerSheet]] = dict(makers)

    def __getitem__(self, ledger: str) -> LedgerSheet:
        found = self._sheets[ledger]
        if not isinstance(found, LedgerSheet):
            self._sheets[ledger] = found = found()
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._sheets)

    def __len__(self) -> int:
        return len(self._sheets)

    def __contains__(self, ledger: object) -> bool:
        return ledger in self._sheets

    def __repr__(self) -> str:
        return repr(dict(self))
