"""What the catalog defines: elements, ledgers and their columns, code lists, rules, settings, narratives, blocks.

Each keeps `origin` (`file:line`), so that every fault and every explanation can name its entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from aggregator.model.expression import Node
from aggregator.model.finding import Severity
from aggregator.model.org_unit import UnitKind


class Asked(StrEnum):
    """Who is asked for an element, a ledger or a rule; `street` is computed from street totals only."""

    COMMUNITIES = "communities"
    OFFICE = "office"
    BOTH = "both"
    STREET = "street"

    def includes(self, kind: UnitKind) -> bool:
        """Whether units of that kind are asked."""
        if self is Asked.BOTH:
            return True
        return self.value == ("communities" if kind is UnitKind.COMMUNITY else "office")


class Measure(StrEnum):
    """How a number behaves over months and units (`docs/semantics.md` section 2)."""

    FLOW = "flow"
    STOCK = "stock"
    AVERAGE = "average"
    RATIO = "ratio"
    DISTINCT = "distinct"
    LIST = "list"
    MIN = "min"
    MAX = "max"
    TEXT = "text"


class ValueType(StrEnum):
    """What a cell holds."""

    INT = "int"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    TEXT = "text"
    DATE = "date"
    MONTH = "month"
    CODE = "code"
    NAMES = "names"

    @property
    def is_number(self) -> bool:
        """Whether it is a number that can be added or compared."""
        return self in (ValueType.INT, ValueType.DECIMAL, ValueType.MONEY, ValueType.PERCENT)


class Over(StrEnum):
    """How an element is aggregated along one axis."""

    SUM = "sum"
    LAST = "last"
    RECOMPUTE = "recompute"
    UNION = "union"
    MIN = "min"
    MAX = "max"
    NONE = "none"


class RowsOf(StrEnum):
    """Whose ledger rows an indicator reads at street level."""

    COMMUNITIES = "communities"
    OFFICE = "office"
    ALL = "all"


class Carry(StrEnum):
    """What happens to a ledger column when its row is carried into next month's form."""

    KEEP = "keep"
    CLEAR_MONTHLY = "clear_monthly"
    CLEAR_YEARLY = "clear_yearly"


class LedgerKind(StrEnum):
    """Whether a ledger lists what happened in the month or what stands at its end."""

    FLOW = "flow"
    STOCK = "stock"


class MissingPolicy(StrEnum):
    """What a rule does when something it needs is missing."""

    UNKNOWN = "unknown"
    ZERO = "zero"
    MUST_FILL = "must_fill"


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of texts; `ordered` when the order is a rank."""

    code: str
    name: str
    values: tuple[str, ...]
    ordered: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Display:
    """How report and first sheet print a number: `value ÷ scale`, at most `places` decimals, this unit."""

    unit: str
    scale: Decimal = Decimal(1)
    places: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """A data element or indicator. Typed when `expression` is None."""

    code: str
    name: str
    section: str
    block: str
    of: Asked
    measure: Measure
    type: ValueType
    unit: str
    display: Display
    over_months: Over
    over_units: Over
    expression: Node | None = None
    source_text: str = ""
    weight: str = ""
    rows_of: RowsOf = RowsOf.ALL
    allows_not_applicable: bool = False
    required: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: int = 0
    instruction: str = ""
    since: str = ""
    until: str = ""
    renamed_from: tuple[str, ...] = ()
    origin: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether a person types it into the form."""
        return self.expression is None and self.of is not Asked.STREET

    @property
    def is_prefilled(self) -> bool:
        """Whether last month's value stands greyed in the new form."""
        return self.is_typed and self.over_months is Over.LAST


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a ledger."""

    code: str
    name: str
    type: ValueType
    codes: str = ""
    required: bool = False
    carry: Carry = Carry.KEEP
    own_unit: bool = False
    of: Asked = Asked.BOTH
    sensitive: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    places: int = 0
    width: int = 12
    instruction: str = ""
    since: str = ""
    until: str = ""
    renamed_from: tuple[str, ...] = ()
    origin: str = ""

    def is_asked(self, kind: UnitKind) -> bool:
        """Whether it stands in the form of such a unit; a community is not asked for its own name."""
        return self.of.includes(kind) and not (self.own_unit and kind is UnitKind.COMMUNITY)


# Compared and hashed by identity, as the catalog is: what is precomputed from a rule is kept beside it.
@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """An edit rule over one unit's form, over each row of `ledger`, or over street totals (`of` is `street`)."""

    code: str
    name: str
    family: str
    of: Asked
    check: Node
    severity: Severity
    when: Node | None = None
    ledger: str = ""
    missing: MissingPolicy = MissingPolicy.UNKNOWN
    tolerance: Decimal = Decimal(0)
    message: str = ""
    remedy: str = ""
    probation: bool = False
    source_text: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger or roster: one sheet of the form, one row a thing.

    `retired` are columns of earlier versions: no form of today has them, and nothing of today reads them.
    """

    code: str
    name: str
    sheet: str
    block: str
    of: Asked
    kind: LedgerKind
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    living: Node | None = None
    leaves: Node | None = None
    living_text: str = ""
    sensitive: bool = False
    capacity: int = 300
    instruction: str = ""
    rules: tuple[Rule, ...] = ()
    in_settings: bool = False
    since: str = ""
    until: str = ""
    renamed_from: tuple[str, ...] = ()
    retired: tuple[Column, ...] = ()
    origin: str = ""

    def column(self, code: str) -> Column:
        """The column of that code, of today or retired; KeyError when there is none."""
        for column in (*self.columns, *self.retired):
            if column.code == code:
                return column
        raise KeyError(code)

    def columns_of(self, kind: UnitKind) -> tuple[Column, ...]:
        """The columns that stand in the form of such a unit, in order."""
        return tuple(column for column in self.columns if column.is_asked(kind))


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the settings sheet 参数; a number may stand with its `unit`, and has to lie within its limits."""

    code: str
    name: str
    group: str
    type: str
    required: bool = False
    default: str = ""
    note: str = ""
    computed: bool = False
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    origin: str = ""

    def allows(self, number: Decimal) -> bool:
        """Whether a number lies within its limits."""
        is_too_small = self.minimum is not None and number < self.minimum
        return not is_too_small and (self.maximum is None or number <= self.maximum)


@dataclass(frozen=True, slots=True)
class Narrative:
    """A kind of short text; its rows stand in the ledger `texts` under its name."""

    code: str
    name: str
    of: Asked
    title_max: int = 40
    body_min: int = 0
    body_max: int = 400
    required_rows: int = 0
    instruction: str = ""
    derived: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A function block (功能块) that a street switches on or off."""

    code: str
    name: str
    on_by_default: bool = True
    note: str = ""
    origin: str = ""
