"""Values on their way from a cell to a total: states, places, data values, ledger rows, submissions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import NamedTuple, Protocol

from aggregator.model.late_event import LateEvent
from aggregator.model.period import Period


class ValueState(StrEnum):
    """What is known of a value; the closed list of `docs/semantics.md`."""

    VALUE = "value"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    NOT_ASKED = "not_asked"
    CARRIED = "carried"

    #: Whether a number stands beside it that enters sums.
    counts: bool
    #: Whether the unit is covered: it gave a number, or said that none applies.
    is_reported: bool

    def __init__(self, name: str) -> None:
        self.counts = name in {"value", "carried"}
        self.is_reported = self.counts or name == "not_applicable"

    @property
    def label(self) -> str:
        """As a clerk reads it."""
        return _STATE_LABELS[self]


# Python looks members up through their class slowly, and these are asked for at every value.
_VALUE, _CARRIED = ValueState.VALUE, ValueState.CARRIED
_NOT_APPLICABLE, _UNREADABLE = ValueState.NOT_APPLICABLE, ValueState.UNREADABLE
_STATE_LABELS = {
    ValueState.VALUE: "有数",
    ValueState.NOT_APPLICABLE: "—",
    ValueState.MISSING: "未填",
    ValueState.UNREADABLE: "无法识别",
    ValueState.NOT_ASKED: "未启用",
    ValueState.CARRIED: "沿用",
}


class Gap(Enum):
    """What stands where a number or text could: the three ways of having none."""

    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    UNREADABLE = "unreadable"


_NOTHING: Mapping[str, str] = {}
#: A number or text that was reported, or none.
Figure = Decimal | str | date | tuple[str, ...] | None
#: What a cell, an element or an expression yields.
Scalar = Decimal | str | date | bool | tuple[str, ...] | Gap
#: A cell of a sheet as it was sent: its address, and what stands there.
CellAsSent = tuple[str, Scalar]
#: What stands in a ledger row, by column.
Cells = Mapping[str, Scalar]


# Places, values and rows are named tuples where our other nouns are dataclasses: a run makes a hundred thousand, and
# they cost a third.
class Place(NamedTuple):
    """Where something was read: file name, sheet, cell such as `D7` (empty when the whole sheet or file is meant)."""

    file: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.sheet}!{self.cell}" if self.cell else ":".join(filter(None, (self.file, self.sheet)))


#: What the words beside a value begin with that the clerk set right.
AMENDED = "经办人更正"


class DataValue(NamedTuple):
    """One number or text of one unit and month: how much, in which state, and the cell it was read from.

    `raw` is the cell's text as sent; `repair` says in Chinese how it was understood when it was not typed plainly.
    A derived value has the place of its cell in the form and `derived` set.
    """

    element: str
    unit: str
    period: Period
    state: ValueState
    value: Figure
    place: Place
    raw: str = ""
    repair: str = ""
    derived: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether a derived value lacks rows that could not be read as a whole; `repair` says how many."""
        return self.derived and bool(self.repair)

    @property
    def is_amended(self) -> bool:
        """Whether the clerk set it right, so that the cell in the file says another one; `repair` says who and why."""
        return self.repair.startswith(AMENDED)

    @property
    def scalar(self) -> Scalar:
        """As an expression sees it."""
        state = self.state
        if self.value is not None and (state is _VALUE or state is _CARRIED):
            return self.value
        if state is _NOT_APPLICABLE:
            return Gap.NOT_APPLICABLE
        return Gap.UNREADABLE if state is _UNREADABLE else Gap.MISSING


class LedgerRow(NamedTuple):
    """One row of a ledger: `cells` maps columns to what stands there; `number` is the sheet's row.

    `raw` holds the text as sent of the cells that could not be read, so that a finding can quote it. `late` marks what
    is reported after its month (补报); `late_events` are the date columns of a stock ledger whose event therefore
    counts in the month of the report.
    """

    ledger: str
    unit: str
    period: Period
    number: int
    cells: Cells
    late: bool = False
    raw: Mapping[str, str] = _NOTHING
    late_events: tuple[str, ...] = ()


class Answer(StrEnum):
    """The answer cell of a ledger sheet (填报情况)."""

    HAS_ROWS = "本月有"
    NONE_THIS_MONTH = "本月无"
    UNCHANGED = "已核对，无变化"
    UPDATED = "已更新"
    NONE_AT_ALL = "无此项"

    @property
    def says_none(self) -> bool:
        """Whether it declares that there is nothing to list."""
        return self in (Answer.NONE_THIS_MONTH, Answer.NONE_AT_ALL)


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """One ledger of one return.

    `state` is VALUE when its counts are known (rows, or an answer that says there are none), MISSING when it has
    neither rows nor answer, NOT_ASKED when the unit's form has no such sheet, UNREADABLE when the sheet is damaged.
    `columns` maps column codes to letters in the sender's file; `answer_raw` is an answer that nobody understands.
    """

    ledger: str
    state: ValueState
    rows: tuple[LedgerRow, ...]
    answer: Answer | None
    answer_place: Place
    columns: Mapping[str, str] = field(default_factory=dict)
    answer_raw: str = ""

    def asks(self, column: str) -> bool:
        """Whether the sheet has a column; a form of an earlier version may lack it."""
        return not self.columns or column in self.columns

    def place(self, row: LedgerRow, column: str = "") -> Place:
        """The place of a row, or of one cell of it."""
        letter = self.columns.get(column, "A")
        return Place(self.answer_place.file, self.answer_place.sheet, f"{letter}{row.number}")


class Known(Protocol):
    """What sums need of a value, whoever gave it and wherever it stands: every data value is such a one."""

    @property
    def state(self) -> ValueState:
        """What is known of it."""

    @property
    def value(self) -> Figure:
        """How much."""

    @property
    def is_partial(self) -> bool:
        """Whether rows may be lacking in it."""


class RecordedValues(Mapping[str, DataValue]):
    """Values of a return of which those that are only added up need not be made whole."""

    @abstractmethod
    def known(self, element: str) -> Known | None:
        """What is known of an element's value; None when the form has no such cell."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the inbox: name, size in bytes, content hash."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What one unit reported for one month, read from one file.

    `values` holds the typed elements and, after derivation, the derived ones. `stated` holds what the form's own
    formula cells contained, to be compared with what we compute. `cover` maps cover fields (phone …) to texts. `told`
    are the cells whose damage intake has reported by its cause, so that no check reports each of them again.
    `last_shown` and `year_shown` hold what stands beside the typed numbers: last month's, and a year's sum typed over
    its formula. `as_sent` holds the values that the clerk's amendments speak of as they stand in the file, and after
    derivation the derived ones that are others there. `late_events` are the events of stock ledgers that lie before the
    month and are first reported in it; `by_dates` holds the derived elements that would be others if those did not
    count, as in the form itself. `miscounted` is the group of the finding that the control totals differ from the
    cells, so that formulas may show what was before; empty where they agree. `uncalculated` are the cells of the
    indicator sheet whose formula was saved without its result, by element. `unplaced` holds, by its name, all of each
    sheet on which something could not be found in its place.
    """

    unit: str
    period: Period
    source: SourceFile
    values: Mapping[str, DataValue]
    ledgers: Mapping[str, LedgerSheet]
    stock_confirmed: bool = True
    stock_confirmed_cell: str = ""
    stated: Mapping[str, DataValue] = field(default_factory=dict)
    cover: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    catalog_version: str = ""
    told: frozenset[Place] = frozenset()
    last_shown: Mapping[str, DataValue] = field(default_factory=dict)
    year_shown: Mapping[str, DataValue] = field(default_factory=dict)
    as_sent: Mapping[str, DataValue] = field(default_factory=dict)
    late_events: tuple[LateEvent, ...] = ()
    by_dates: Mapping[str, DataValue] = field(default_factory=dict)
    miscounted: str = ""
    uncalculated: Mapping[str, Place] = field(default_factory=dict)
    unplaced: Mapping[str, tuple[CellAsSent, ...]] = field(default_factory=dict)

    def value(self, element: str) -> DataValue | None:
        """The value of an element, None when the form has no such cell."""
        return self.values.get(element)

    @property
    def known(self) -> Callable[[str], Known | None]:
        """The function that tells what is known of an element's value, None when the form has no such cell."""
        values = self.values
        return values.known if isinstance(values, RecordedValues) else values.get

    def rows(self) -> Iterator[LedgerRow]:
        """All ledger rows, sheet by sheet."""
        for sheet in self.ledgers.values():
            yield from sheet.rows
