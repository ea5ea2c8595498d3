"""Where things stand in a form, as values: element cells, ledger areas, cover cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregator.model.definition import ValueType
from aggregator.model.org_unit import UnitKind

COVER_SHEET = "封面"
INDICATOR_SHEET = "指标表"
CHECK_SHEET = "校验"
STAMP_SHEET = "_stamp"
LISTS_SHEET = "_lists"

#: Columns of the indicator sheet.
LAST_COLUMN, VALUE_COLUMN, YEAR_COLUMN, REMARK_COLUMN = "D", "E", "F", "H"
#: What the answer cell 存量已核对 says when last month's stocks have been looked at.
CONFIRMED = "已核对"
#: What a cell that allows it may say instead of a number; the first is the one we write.
NOT_APPLICABLE_TEXTS = ("不适用", "—", "/")


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
    """Where a ledger stands: header row, first and last input row, column letters by column code, answer cell.

    `rows_cell` holds the number of filled rows; it is empty while it is not known whether there are any.
    """

    code: str
    sheet: str
    header_row: int
    first_row: int
    last_row: int
    columns: Mapping[str, str]
    answer_cell: str
    rows_cell: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the indicator sheet that only divides: a part of the sheet (level 1) or a section (level 2)."""

    row: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class FormLayout:
    """The map of one form; `cover` maps cover fields (unit, period, compiler …) to cells of the cover sheet.

    `rules` maps a rule's code to its row on the check sheet; `explanations` maps the codes of elements and rules to
    sheet and cell where the unit may explain itself. `narratives` maps a narrative's code to the text in the column
    `kind` of the ledger `texts` that marks its rows.
    """

    kind: UnitKind
    elements: Mapping[str, ElementCell]
    ledgers: Mapping[str, LedgerArea]
    cover: Mapping[str, str] = field(default_factory=dict)
    stock_confirmed_cell: str = ""
    headings: tuple[Heading, ...] = ()
    rules: Mapping[str, int] = field(default_factory=dict)
    explanations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    narratives: Mapping[str, str] = field(default_factory=dict)
