"""An expression as a clerk reads it: 《党组织名录》中“所属领域”为“非公企业”的行数."""

from __future__ import annotations

from aggregator.model.catalog import Catalog
from aggregator.model.definition import Column, ValueType
from aggregator.model.evaluate import plain_text
from aggregator.model.expression import (
    Aggregate,
    Arithmetic,
    Call,
    ColumnRef,
    Comparison,
    ElementRef,
    Logic,
    Membership,
    Negation,
    Node,
    Number,
    SettingRef,
    Text,
)

_PRODUCTS = frozenset("*/")
_SIGNS = {"+": "＋", "-": "－", "*": "×", "/": "÷"}
_COMPARED = {
    "==": "为", "!=": "不为", "<": "{less}于", "<=": "不{more}于", ">": "{more}于", ">=": "不{less}于",
}  # fmt: skip
_BASES = {"last_year": "上年同期", "last_term": "上届", "year_to_date": "本年累计"}
_AGGREGATES = {
    "count": "{rows}行数", "any": "是否有{rows}行", "sum": "{rows}{value}合计", "mean": "{rows}{value}的平均",
    "min": "{rows}{value}最小的", "max": "{rows}{value}最大的", "distinct": "{rows}{value}，相同的只计一次",
    "list": "{rows}{value}，逐个列出", "top": "{rows}{value}，出现最多的{size}个", "level": "{rows}{value}的中位数",
}  # fmt: skip
_CALLS = {
    "age": "按{0}算的年龄", "in_period": "{0}在本期", "in_year": "{0}在本年", "year": "{0}的年份", "month": "{0}的月份",
    "is_empty": "{0}空着", "length": "{0}的字数", "matches": "{0}含{1}", "join": "{0}{1}", "period_end": "期末",
    "period_start": "期初", "this_year": "本年", "share": "{0}÷{1}×100%", "last": "上期{0}", "ytd": "本年累计{0}",
    "abs": "{0}的绝对值", "least": "各单位{0}中最小的", "most": "各单位{0}中最大的", "communities": "应报社区的个数",
    "growth": "{0}比{1}增长的百分比", "points": "{0}比{1}提高的百分点", "when": "{0}时{1}",
    "both_or_neither": "{0}与{1}同有同无", "not_both": "{0}与{1}不同有",
}  # fmt: skip


def in_words(node: Node, catalog: Catalog) -> str:
    """What an expression computes."""
    return _Reader(catalog).read(node)


class _Reader:
    """Reads expressions in the names of a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def read(self, node: Node) -> str:
        """The node and what is below it."""
        match node:
            case Number(value):
                return plain_text(value)
            case Text(value):
                return _quoted(value)
            case ElementRef(code):
                return _quoted(self._catalog.elements[code].name)
            case SettingRef(code):
                return f"参数{_quoted(self._catalog.settings[code].name)}"
            case ColumnRef():
                return _quoted(self._column(node).name)
            case Aggregate():
                return self._aggregate(node)
            case Call(function, arguments):
                return _CALLS[function].format(*map(self._argument, arguments))
            case _:
                return self._joined(node)

    def _joined(self, node: Arithmetic | Comparison | Membership | Logic | Negation) -> str:
        """Parts with a word between them."""
        match node:
            case Arithmetic(operator, left, right):
                return f"{self._part(left, within=operator)}{_SIGNS[operator]}{self._part(right, after=operator)}"
            case Comparison(operator, left, right):
                return f"{self.read(left)}{self._compared(operator, left)}{self.read(right)}"
            case Membership(item, choices, negated):
                return f"{self.read(item)}{'不为' if negated else '为'}{'或'.join(map(self.read, choices))}"
            case Logic(operator, parts):
                read = (self._part(part, within=operator) for part in parts)
                return ("，且" if operator == "and" else "或").join(read)
            case Negation(Call("is_empty", (argument,))):
                return f"{self.read(argument)}有内容"
            case Negation(part):
                return f"不是{self._part(part)}"

    def _part(self, node: Node, *, within: str = "", after: str = "") -> str:
        """A part of something joined, in brackets where it would be read otherwise without."""
        read = self.read(node)
        if isinstance(node, Arithmetic):
            is_safe = after == "+" if after else node.operator in _PRODUCTS or within not in _PRODUCTS
        else:
            is_safe = not isinstance(node, Logic) or node.operator == within
        return read if is_safe else f"（{read}）"

    def _compared(self, operator: str, left: Node) -> str:
        """The word of a comparison: a rank is high or low, a day early or late, a number great or small."""
        less, more = "小", "大"
        if isinstance(left, ColumnRef) and left.ranks:
            less, more = "低", "高"
        elif isinstance(left, ColumnRef) and self._column(left).type is ValueType.DATE:
            less, more = "早", "晚"
        return _COMPARED[operator].format(less=less, more=more)

    def _argument(self, node: Node) -> str:
        """An argument; a base of comparison by its name."""
        return (_BASES.get(node.value) if isinstance(node, Text) else None) or self.read(node)

    def _aggregate(self, node: Aggregate) -> str:
        """A function over rows, with the condition of the ledger itself that they are there."""
        ledger = self._catalog.ledgers[node.ledger]
        conditions = tuple(one for one in (ledger.living if node.living else None, node.condition) if one)
        which = self.read(Logic("and", conditions)) if conditions else ""
        rows = f"《{ledger.sheet}》中{which}的" if which else f"《{ledger.sheet}》的"
        value = self.read(node.value) if node.value else ""
        return _AGGREGATES[node.function].format(rows=rows, value=value, size=node.size)

    def _column(self, node: ColumnRef) -> Column:
        return self._catalog.ledgers[node.ledger].column(node.column)


def _quoted(name: str) -> str:
    """In quotation marks, those within it single ones."""
    return f"“{name.replace('“', '‘').replace('”', '’')}”"
