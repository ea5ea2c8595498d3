"""Where things stand in a form, as values: element cells, ledger areas, cover cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregator.model.definition import Rule, ValueType
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import LedgerRow, LedgerSheet, Scalar

COVER_SHEET = "封面"
INDICATOR_SHEET = "指标表"
CHECK_SHEET = "校验"
SLIP_SHEET = "问题清单"
STAMP_SHEET = "_stamp"
#: Of a return slip: what the sheets are called that stand there as they were sent.
AS_SENT_PREFIX = "原样_"
LISTS_SHEET = "_lists"

#: Columns of the indicator sheet.
NUMBER_COLUMN, NAME_COLUMN, UNIT_COLUMN, NOTE_COLUMN = "A", "B", "C", "G"
LAST_COLUMN, VALUE_COLUMN, YEAR_COLUMN, REMARK_COLUMN = "D", "E", "F", "H"
#: Of a return slip: the cell that says the how many-th it is, the columns of the unit's words and of their keys.
SLIP_NUMBER_CELL, SLIP_WORDS_COLUMN, SLIP_KEY_COLUMN = "H1", "G", "H"
#: What stands above the columns of its list.
SLIP_HEADERS = ("序号", "程度", "工作表", "单元格\n（点击打开）", "哪里不对", "怎样改", "说明（属实的写明原因）")
#: What stands above them; above last month's numbers the month, too, and in a form that waited longer other words.
LINE_HEADERS: Mapping[str, str] = {
    NUMBER_COLUMN: "序号",
    NAME_COLUMN: "指标",
    UNIT_COLUMN: "计量单位",
    LAST_COLUMN: "上月数",
    VALUE_COLUMN: "本月数",
    YEAR_COLUMN: "本年累计",
    NOTE_COLUMN: "填报说明",
    REMARK_COLUMN: "备注（有出入的写明原因）",
}
LATEST_HEADER = "上次报送数"
LINE_HEADER_ROW = 4
#: What stands before each field of the cover, and above the columns of the check sheet.
COVER_LABELS: Mapping[str, str] = {
    "street": "街道",
    "unit": "填报单位",
    "compiler": "填表人",
    "reviewer": "审核人",
    "deadline": "报送截止",
    "period": "统计月份",
    "phone": "联系电话",
    "filled_on": "填表日期",
}
CHECK_HEADERS: Mapping[str, str] = {
    "A": "序号",
    "B": "核对内容",
    "C": "程度",
    "D": "结果",
    "E": "在哪张表（点击打开）",
    "F": "说明（确实如此的，写明原因）",
}
CHECK_HEADER_ROW = 4
#: What stands before the answer cells of the indicator sheet and of a ledger.
CONFIRM_LABEL, ANSWER_LABEL = "存量已核对（上月结转的灰字核对、修改后，在右边选“已核对”）", "填报情况（请选）："
#: What the answer cell 存量已核对 says when last month's stocks have been looked at.
CONFIRMED = "已核对"
#: What a cell that allows it may say instead of a number; the first is the one we write.
NOT_APPLICABLE_TEXTS = ("不适用", "—", "/")


def as_sent_name(sheet: str) -> str:
    """What the copy of a sheet is called that goes back as it was sent; Excel allows 31 characters."""
    return f"{AS_SENT_PREFIX}{sheet}"[:31]


@dataclass(frozen=True, slots=True)
class ElementCell:
    """One line of the indicator sheet: `row`, the cell of this month's value, and the number printed before it."""

    code: str
    sheet: str
    row: int
    cell: str
    type: ValueType
    states: tuple[str, ...]
    derived: bool
    number: int = 0


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
    `kind` of the ledger `texts` that marks its rows. `names` are those under which a form of an earlier version
    asks for elements that were renamed since.
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
    names: Mapping[str, str] = field(default_factory=dict)


def rule_text(layout: FormLayout, rule: Rule) -> str:
    """What the check sheet says of a rule."""
    if rule.ledger:
        return f"{layout.ledgers[rule.ledger].sheet}：{rule.message or rule.name}"
    return rule.name or rule.message


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row to be written, at its place in the sheet."""

    number: int
    cells: Mapping[str, Scalar]


def placed_rows(area: LedgerArea, own: LedgerSheet | None) -> list[SheetRow]:
    """The rows of a return where its sender put them; below each other when they say no usable place.

    What could not be read stands there as it was sent.
    """
    rows: tuple[LedgerRow, ...] = own.rows if own else ()
    numbers = [row.number for row in rows]
    usable = len(set(numbers)) == len(numbers) and all(area.first_row <= n <= area.last_row for n in numbers)
    return [
        SheetRow(row.number if usable else area.first_row + i, {**row.cells, **row.raw} if row.raw else row.cells)
        for i, row in enumerate(rows)
    ]
