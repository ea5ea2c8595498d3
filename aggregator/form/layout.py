"""Which element stands in which cell of which sheet: the one map that the form is written by and read back by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregator.model.definition import ValueType
from aggregator.model.org_unit import UnitKind

COVER_SHEET = "封面"
INDICATOR_SHEET = "指标表"
CHECK_SHEET = "校验"


@dataclass(frozen=True, slots=True)
class ElementCell:
    """One line of the indicator sheet: `row`, and the cell of this month's value."""

    code: str
    sheet: str
    row: int
    cell: str
    type: ValueType
    states: tuple[str, ...]
    derived: bool


@dataclass(frozen=True, slots=True)
class LedgerArea:
    """Where a ledger stands: header row, first and last input row, column letters by column code, answer cell."""

    code: str
    sheet: str
    header_row: int
    first_row: int
    last_row: int
    columns: Mapping[str, str]
    answer_cell: str


@dataclass(frozen=True, slots=True)
class FormLayout:
    """The map of one form; `cover` maps cover fields (unit, period, compiler …) to cells of the cover sheet."""

    kind: UnitKind
    elements: Mapping[str, ElementCell]
    ledgers: Mapping[str, LedgerArea]
    cover: Mapping[str, str] = field(default_factory=dict)
    stock_confirmed_cell: str = ""
