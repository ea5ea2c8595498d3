"""How findings write values: numbers with at most four decimals, gaps by their names, persons masked."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from aggregator.model.definition import Column, Element, Ledger, ValueType
from aggregator.model.evaluate import plain_text
from aggregator.model.masking import is_masked, masked_name
from aggregator.model.value import Gap, Scalar

_GAPS = {Gap.MISSING: "未填", Gap.NOT_APPLICABLE: "不适用", Gap.UNREADABLE: "无法识别"}
_FINEST = Decimal("0.0001")
_LONGEST = 40
# As long as the text of a cell can be.
_EXACT = Context(prec=32_767 + 4, rounding=ROUND_HALF_UP)


def shown(value: Scalar) -> str:
    """A value as a message writes it."""
    if isinstance(value, Gap):
        return _GAPS[value]
    if isinstance(value, Decimal) and value != value.to_integral_value():
        return plain_text(value.quantize(_FINEST, context=_EXACT))
    return shortened(plain_text(value))


def shortened(text: str) -> str:
    """A text on one line, cut where it would fill the message."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}……"


def shown_cell(ledger: Ledger, column: Column, value: Scalar) -> str:
    """What stands in a ledger cell, masked where a person could be known by it.

    Of a sensitive ledger every free text is masked here, not only the key: a remark may name the person too.
    """
    if not isinstance(value, Gap):
        if isinstance(value, str) and (is_masked(ledger, column) or _is_free_text(ledger, column)):
            return masked_name(value)
        if column.sensitive:
            return "***"
    if column.type is ValueType.MONTH and not isinstance(value, Gap | str):
        return plain_text(value).rpartition("月")[0] + "月"
    return shown(value)


def _is_free_text(ledger: Ledger, column: Column) -> bool:
    return ledger.sensitive and column.type is ValueType.TEXT


def wanted_of(kind: ValueType, unit: str = "") -> str:
    """What is to be typed into a cell of a type, such as “整数（人）”."""
    measure = f"（{unit}）" if unit else ""
    return {
        ValueType.INT: f"整数{measure}",
        ValueType.DECIMAL: f"数字{measure}",
        ValueType.MONEY: f"金额{measure or '（元）'}",
        ValueType.PERCENT: f"百分数{measure}",
        ValueType.DATE: "日期（如2026-10-15）",
        ValueType.MONTH: "年月（如2026-10）",
        ValueType.CODE: "下拉框中的选项",
    }.get(kind, "文字")


def wanted_for(element: Element) -> str:
    """What is to be typed into an element's cell."""
    return wanted_of(element.type, element.unit if element.type.is_number else "")


def limits(minimum: Decimal | None, maximum: Decimal | None) -> str:
    """Limits in words, such as 在1至100之间."""
    if minimum is not None and maximum is not None:
        return f"在{plain_text(minimum)}至{plain_text(maximum)}之间"
    return f"不小于{plain_text(minimum)}" if minimum is not None else f"不大于{plain_text(maximum or Decimal(0))}"
