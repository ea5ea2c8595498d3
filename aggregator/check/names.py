"""What the operands of a rule are called and where they stand: an element with its cell, a ledger with its rows."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.check.evaluation import Operand
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import Element
from aggregator.model.evaluate import Scope, matching
from aggregator.model.expression import Aggregate, ColumnRef, walk
from aggregator.model.scope import TotalsScope
from aggregator.model.value import Gap, LedgerRow, Place, Scalar, ValueState

_MOST_ROWS = 12
_PREFIXES = {
    "last": "上月", "ytd": "今年以来", "least": "社区最少", "most": "社区最多", "growth": "增幅", "points": "变化",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitNames:
    """How the operands of a unit's rules are called: the element with its cell, the ledger with the rows that count."""

    unit: UnitReturn

    def element(self, code: str, function: str, value: Scalar) -> Operand:
        """党员总数（D7）填报 312; 上月党员总数为 310."""
        element = self.unit.catalog.elements[code]
        if function:
            return Operand(f"{_PREFIXES[function]}{element.name}", value, shown(value), None)
        source = self.unit.submission.values.get(code)
        place = source.place if source else None
        text = source.state.label if source and source.state is ValueState.NOT_ASKED else shown(value)
        made_of = self._made_of(element)
        if made_of:
            label, verb = f"{element.name}（{made_of}）", "为"
        else:
            cell = f"（{place.cell}）" if place and place.cell else ""
            label, verb = f"{element.name}{cell}", "填报" if element.is_typed else "计算为"
        verb = "" if isinstance(value, Gap) else verb
        return Operand(label, value, text, place, code, element.is_typed, verb)

    def _made_of(self, element: Element) -> str:
        """The sheets that an element counts, of a single count also the rows (反查): 由《阵地设施台账》第5、7行得出."""
        parts = [part for part in walk(element.expression) if isinstance(part, Aggregate)]
        if not parts:
            return ""
        sheets = dict.fromkeys(f"《{self.unit.catalog.ledgers[part.ledger].sheet}》" for part in parts)
        rows = rows_told(matching(parts[0], self.unit.scope)).strip("（）") if element.expression is parts[0] else ""
        return f"由{'、'.join(sheets)}{rows if rows.startswith('第') else ''}得出"

    def setting(self, code: str, value: Scalar) -> Operand:
        """街道设置“每月最少次数” 4."""
        return _setting_operand(self.unit.catalog, code, value)

    def column(self, node: ColumnRef, value: Scalar) -> Operand:
        """A rule over elements has no row at hand."""
        return Operand(node.column, value, shown(value), None)

    def rows(self, node: Aggregate, value: Scalar) -> Operand:
        """《党组织名录》“党员数”合计（第5、6行）为 310."""
        sheet = self.unit.submission.ledgers.get(node.ledger)
        place = Place(sheet.answer_place.file, sheet.answer_place.sheet) if sheet else None
        return rows_operand(node, self.unit.scope, self.unit.catalog, place, value)


_SUMMARIES = {
    "count": "登记行数", "any": "有无登记", "sum": "合计", "mean": "平均", "min": "最小", "max": "最大",
    "distinct": "不重复个数", "list": "名单", "top": "前几名", "level": "中位等次",
}  # fmt: skip


def rows_operand(node: Aggregate, scope: Scope, catalog: Catalog, place: Place | None, value: Scalar) -> Operand:
    """What the rows of a ledger yield, naming the rows that count (反查)."""
    ledger = catalog.ledgers[node.ledger]
    columns = [part.column for part in walk(node.value) if isinstance(part, ColumnRef)]
    column = f"“{ledger.column(columns[0]).name}”" if columns else ""
    summary = "符合条件的行数" if node.function == "count" and node.condition else _SUMMARIES[node.function]
    label = f"《{ledger.sheet}》{column}{summary}"
    # Names of a list may be persons; how many there are says enough.
    text = f"{len(value)}个" if isinstance(value, tuple) else shown(value)
    rows = matching(node, scope)
    return Operand(f"{label}{rows_told(rows)}", value, text, place, verb="" if rows is None else "为")


def rows_told(rows: object) -> str:
    """The rows that count, such as （第5、6、9行）; nothing counts → （没有符合条件的行）."""
    if not isinstance(rows, list | tuple):
        return ""
    numbers = [str(row.number) for row in rows if isinstance(row, LedgerRow)]
    if not numbers:
        return "（没有符合条件的行）"
    told = "、".join(numbers[:_MOST_ROWS])
    return f"（第{told}行）" if len(numbers) <= _MOST_ROWS else f"（第{told}等{len(numbers)}行）"


def _setting_operand(catalog: Catalog, code: str, value: Scalar) -> Operand:
    setting = catalog.settings.get(code)
    return Operand(f"街道设置“{setting.name if setting else code}”", value, shown(value), None, code)


@dataclass(frozen=True, slots=True)
class TotalsNames:
    """How the operands of the street's rules are called: the total with its coverage."""

    consolidation: Consolidation
    scope: TotalsScope

    def element(self, code: str, function: str, value: Scalar) -> Operand:
        """街道合计党员总数（15/17个单位）为 6677."""
        element = self.consolidation.catalog.elements[code]
        total = self.consolidation.totals[code].this_month
        coverage = "" if function or total.is_complete else f"（{len(total.reported)}/{len(total.expected)}个单位有数）"
        return Operand(f"{_PREFIXES.get(function, '')}{element.name}{coverage}", value, shown(value), None, code)

    def setting(self, code: str, value: Scalar) -> Operand:
        """街道设置“全街道党员数” 6700."""
        return _setting_operand(self.consolidation.catalog, code, value)

    def column(self, node: ColumnRef, value: Scalar) -> Operand:
        """A rule over totals has no row at hand."""
        return Operand(node.column, value, shown(value), None)

    def rows(self, node: Aggregate, value: Scalar) -> Operand:
        """《党组织名录》“党员数”合计为 310; the rows come from many files, so their numbers would mislead."""
        operand = rows_operand(node, self.scope, self.consolidation.catalog, None, value)
        return Operand(operand.label.partition("（")[0], value, operand.text, None)
