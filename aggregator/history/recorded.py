"""A month as it is recorded, and the parts of recorded returns, which are read only when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from aggregator.history.columns import Column
from aggregator.history.encoding import KnownFigure
from aggregator.history.faults import as_damage
from aggregator.model.finding import Finding
from aggregator.model.former_codes import FormerCodes
from aggregator.model.period import Period
from aggregator.model.report_text import ReportText
from aggregator.model.value import DataValue, LedgerSheet, RecordedValues, Submission


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


class MonthColumns(dict[str, Column | None]):
    """The columns of one recorded month by element, each read back when it is first asked for.

    An element that no return of the month has is None. What is not yet read back is kept as bytes: as text a single
    Chinese name in it would double its size.
    """

    def __init__(self, texts: Mapping[str, bytes], path: Path) -> None:
        super().__init__()
        self.elements = tuple(texts)
        self._texts = dict(texts)
        self._path = path

    def __missing__(self, element: str) -> Column | None:
        text = self._texts.pop(element, None)
        with as_damage(self._path):
            self[element] = found = None if text is None else Column(text)
        return found


class ColumnValues(RecordedValues):
    """The values of one recorded return by element, each made whole when it is asked for."""

    def __init__(self, columns: MonthColumns, at: int, *, unit: str, period: Period, file: str) -> None:
        self._columns, self._at = columns, at
        self._unit, self._period, self._file = unit, period, file

    def __getitem__(self, element: str) -> DataValue:
        found = self.get(element)
        if found is None:
            raise KeyError(element)
        return found

    def get(self, element: str, default: DataValue | None = None) -> DataValue | None:  # type: ignore[override]
        """The value of an element; the inherited way by way of KeyError costs more than the value itself."""
        column = self._columns[element]
        if column is None:
            return default
        found = column.value(self._at, element=element, unit=self._unit, period=self._period, file=self._file)
        return default if found is None else found

    def known(self, element: str) -> KnownFigure | None:
        """What is known of an element's value."""
        column = self._columns[element]
        return None if column is None else column.known[self._at]

    def __iter__(self) -> Iterator[str]:
        return (element for element in self._columns.elements if element in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, element: object) -> bool:
        return isinstance(element, str) and self.known(element) is not None

    def __repr__(self) -> str:
        return repr(dict(self))


class StatedValues(Mapping[str, DataValue]):
    """What the form's own formula cells showed, by element; hardly anybody asks for it after the month is over."""

    def __init__(self, load: Callable[[], Mapping[str, DataValue]]) -> None:
        self._load = load

    @cached_property
    def _values(self) -> Mapping[str, DataValue]:
        return self._load()

    def __getitem__(self, element: str) -> DataValue:
        return self._values[element]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(dict(self))


class RecordedLedgers(Mapping[str, LedgerSheet]):
    """The ledgers of one recorded return; the rows of one are read each time they are asked for, and not kept."""

    def __init__(self, names: Callable[[], tuple[str, ...]], read: Callable[[str], LedgerSheet | None]) -> None:
        self._load_names, self._read = names, read

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return self._load_names()

    def __getitem__(self, ledger: str) -> LedgerSheet:
        found = self._read(ledger)
        if found is None:
            raise KeyError(ledger)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, ledger: object) -> bool:
        return ledger in self._names

    def __repr__(self) -> str:
        return repr(dict(self))


def by_codes_of_today(sheet: LedgerSheet, former: FormerCodes) -> LedgerSheet:
    """A recorded sheet of which columns were renamed since."""

    def now(code: str) -> str:
        return former.column(sheet.ledger, code)

    rows = tuple(
        row._replace(
            cells={now(code): cell for code, cell in row.cells.items()},
            late_events=tuple(map(now, row.late_events)),
        )
        for row in sheet.rows
    )
    return replace(sheet, rows=rows, columns={now(code): letter for code, letter in sheet.columns.items()})
