"""The street's month: what came in (`Batch`) and what it adds up to (`Consolidation`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import overload

from aggregator.model.catalog import Catalog
from aggregator.model.decision import Amendment
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.selection import Selection
from aggregator.model.value import (
    DataValue,
    Figure,
    Gap,
    LedgerRow,
    LedgerSheet,
    Place,
    Scalar,
    SourceFile,
    Submission,
    ValueState,
)


class Verdict(StrEnum):
    """What became of a file of the inbox."""

    ACCEPTED = "accepted"
    HELD = "held"
    SUPERSEDED = "superseded"
    EMPTY = "empty"
    WRONG_PERIOD = "wrong_period"
    UNKNOWN_UNIT = "unknown_unit"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"
    IGNORED = "ignored"
    UNPACKED = "unpacked"

    @property
    def label(self) -> str:
        """As a clerk reads it."""
        return _VERDICT_LABELS[self]


_VERDICT_LABELS = {
    Verdict.ACCEPTED: "已汇总",
    Verdict.HELD: "退回",
    Verdict.SUPERSEDED: "被后交版本替代",
    Verdict.EMPTY: "空表",
    Verdict.WRONG_PERIOD: "统计月份不符",
    Verdict.UNKNOWN_UNIT: "未识别单位",
    Verdict.FOREIGN: "不是本套表",
    Verdict.UNREADABLE: "无法打开",
    Verdict.IGNORED: "无关文件",
    Verdict.UNPACKED: "压缩包，已展开",
}


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """One file of the inbox: whose it is, by which evidence (印记、封面、文件名), and what became of it."""

    file: SourceFile
    verdict: Verdict
    unit: str = ""
    period: Period | None = None
    identified_by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Batch:
    """One month's returns and the earlier months that checks and comparisons need.

    `submissions` are this month's, derived; `history` maps earlier months to what was recorded of them (derived too).
    `held` are units whose return is left out; `accepted` maps units to the reason that
    the clerk gave for taking a held one in, `accepted_before` to that for an earlier file of theirs. `amendments` are
    those in force, of these returns and of others.
    """

    catalog: Catalog
    street: Street
    period: Period
    submissions: tuple[Submission, ...]
    history: Mapping[Period, tuple[Submission, ...]] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    accepted: Mapping[str, str] = field(default_factory=dict)
    accepted_before: Mapping[str, str] = field(default_factory=dict)
    amendments: tuple[Amendment, ...] = ()

    def submission(self, unit: str, month: Period | None = None) -> Submission | None:
        """A unit's return of this month, or of an earlier one."""
        return self._by_unit_and_month.get((unit, month or self.period))

    @cached_property
    def _by_unit_and_month(self) -> dict[tuple[str, Period], Submission]:
        months = {**self.history, self.period: self.submissions}
        return {(sent.unit, month): sent for month, returns in months.items() for sent in reversed(returns)}


class Addends(Sequence[DataValue]):
    """The addends of a figure, found when they are first asked for: of most figures nobody asks.

    A year of five hundred units has half a million of them. `figures` are their numbers alone, each with its unit, for
    whoever does not ask for the cells; they are found anew each time.
    """

    def __init__(
        self, find: Callable[[], Iterable[DataValue]], figures: Callable[[], Iterable[tuple[str, Figure]]]
    ) -> None:
        self._find = find
        self.figures = figures

    @cached_property
    def _found(self) -> tuple[DataValue, ...]:
        return tuple(self._find())

    @overload
    def __getitem__(self, at: int) -> DataValue: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[DataValue, ...]: ...
    def __getitem__(self, at: int | slice) -> DataValue | tuple[DataValue, ...]:
        return self._found[at]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[DataValue]:
        return iter(self._found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._found == tuple(other)

    def __hash__(self) -> int:
        return hash(self._found)

    def __repr__(self) -> str:
        return repr(self._found)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An element over units and months: how much, over whom, and the addends it was made of.

    `expected` are the units asked, `reported` those whose number is in it; `months_known` says how many of
    the period's months had data. `sources` are the addends (one a unit and month); ratios carry their operands'.
    """

    element: str
    period: Period
    state: ValueState
    value: Figure
    expected: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    months_known: int = 1
    sources: Sequence[DataValue] = ()
    note: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Units that should be in it and are not."""
        reported = set(self.reported)
        return tuple(unit for unit in self.expected if unit not in reported)

    @property
    def is_complete(self) -> bool:
        """Whether every unit asked is in it."""
        return not self.missing

    @property
    def is_whole(self) -> bool:
        """Whether every unit asked is in it, and no month of its period is without data."""
        return self.is_complete and self.months_known >= len(self.period)

    def figures(self) -> Iterable[tuple[str, Figure]]:
        """The numbers of the addends, each with its unit, without the cells that they stand in."""
        if isinstance(self.sources, Addends):
            return self.sources.figures()
        return ((source.unit, source.value) for source in self.sources)

    @property
    def scalar(self) -> Scalar:
        """As an expression sees it."""
        if self.state.counts and self.value is not None:
            return self.value
        return Gap.NOT_APPLICABLE if self.state is ValueState.NOT_APPLICABLE else Gap.MISSING


@dataclass(frozen=True, slots=True)
class Total:
    """An element at street level: this month beside its three comparisons."""

    element: str
    this_month: Aggregate
    previous: Aggregate
    year_to_date: Aggregate
    same_month_last_year: Aggregate


class Standing(StrEnum):
    """Where a unit stands this month."""

    VALID = "valid"
    HELD = "held"
    EMPTY = "empty"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """As a clerk reads it."""
        return {"valid": "已报", "held": "退回", "empty": "空表", "missing": "未报"}[self.value]


@dataclass(frozen=True, slots=True)
class UnitReport:
    """How one unit reported (`docs/semantics.md` section 6): rates are percent, None where nothing was read."""

    unit: OrgUnit
    standing: Standing
    file: str = ""
    filled_pct: Decimal | None = None
    really_filled_pct: Decimal | None = None
    on_time: bool | None = None
    fatal: int = 0
    queries: int = 0
    notes: int = 0


@dataclass(frozen=True, slots=True)
class MonthReported:
    """A recorded month of a longer period: the units that were to report in it, and those whose return is in it."""

    period: Period
    expected: tuple[str, ...]
    reported: tuple[str, ...]


@dataclass(frozen=True)
class Consolidation:
    """Everything that the outputs show of one month.

    `values` maps (unit, element) to this month's value of every unit received, held ones included (the matrix shows
    them as 退回); `ledgers` maps a ledger to the rows of the units that are in the totals, in the order of the units;
    `recorded` are the months of a longer period that count, `unrecorded` those of which nothing is known.
    """

    catalog: Catalog
    street: Street
    period: Period
    units: tuple[UnitReport, ...]
    totals: Mapping[str, Total]
    values: Mapping[tuple[str, str], DataValue]
    ledgers: Mapping[str, tuple[LedgerRow, ...]]
    sheets: Mapping[tuple[str, str], LedgerSheet]
    accepted: Mapping[str, str] = field(default_factory=dict)
    amendments: tuple[Amendment, ...] = ()
    earlier_sheets: Mapping[tuple[str, str, Period], LedgerSheet] = field(default_factory=dict)
    selection: Selection | None = None
    recorded: tuple[MonthReported, ...] = ()
    unrecorded: tuple[Period, ...] = ()

    def place_of(self, row: LedgerRow, column: str = "") -> Place:
        """Where a merged row, or one cell of it, was read; a span's earlier months lie in other files."""
        sheet = self.earlier_sheets.get((row.unit, row.ledger, row.period)) or self.sheets.get((row.unit, row.ledger))
        return sheet.place(row, column) if sheet else Place("")

    def standing(self, unit: str) -> Standing:
        """Where a unit stands."""
        return self._standings[unit]

    @cached_property
    def _standings(self) -> dict[str, Standing]:
        return {report.unit.code: report.standing for report in self.units}

    def short_name(self, unit: str) -> str:
        """The short name of a unit."""
        return self.street.unit(unit).short_name
