"""Data validation of input cells: what may be typed, and the words that Excel shows before and after."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from aggregator.form.formula_scope import number_literal, says_not_applicable
from aggregator.form.places import NOT_APPLICABLE_TEXTS
from aggregator.model.definition import Column, Element, ValueType

_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
_LARGEST = Decimal(10) ** 12
# Excel mends a file that says more.
_LONGEST_TITLE, _LONGEST_MESSAGE, _LONGEST_ERROR = 32, 255, 224
_ANY_LENGTH = 2000


def element_limits(element: Element, cell: str) -> dict[str, Any]:
    """The validation of a typed cell of the indicator sheet."""
    rule = _limits(element.type, element.minimum, element.maximum)
    what = expected(element)
    if element.allows_not_applicable and element.type.is_number:
        rule = {"validate": "custom", "value": f"=OR({_number_test(element, cell)},{says_not_applicable(cell)})"}
        what = f"{what}；确实不适用的填“{NOT_APPLICABLE_TEXTS[0]}”"
    return {**rule, **_words(element.name, f"{what}。{element.instruction}", f"{element.name}：{what}。")}


def column_limits(column: Column, list_name: str) -> dict[str, Any]:
    """The validation of a ledger column; `list_name` is the defined name of its drop-down."""
    if column.type is ValueType.CODE and list_name:
        rule: dict[str, Any] = {"validate": "list", "source": f"={list_name}"}
    elif column.type in {ValueType.TEXT, ValueType.CODE, ValueType.NAMES}:
        longest = column.max_length or _ANY_LENGTH
        rule = {"validate": "length", "criteria": "between", "minimum": 0, "maximum": longest}
    else:
        rule = _limits(column.type, column.minimum, column.maximum)
    what = expected(column)
    title = f"{column.name}（必填）" if column.required else column.name
    return {**rule, **_words(title, "。".join(filter(None, (what, column.instruction))), f"{column.name}：{what}。")}


def expected(definition: Element | Column) -> str:
    """In words, what may be typed."""
    if definition.type is ValueType.CODE:
        return "请从下拉列表中选择"
    if definition.type is ValueType.DATE:
        return "请填日期，如2026-10-03"
    if definition.type is ValueType.MONTH:
        return "请填年月，如2026-10"
    if not definition.type.is_number:
        longest = getattr(definition, "max_length", None)
        return f"请填文字，不超过{longest}字" if longest else "请填文字"
    return f"请填{_range(definition)}{_NUMBER_WORDS[definition.type].format(places=definition.places)}"


_NUMBER_WORDS = {
    ValueType.INT: "整数",
    ValueType.DECIMAL: "数字，最多{places}位小数",
    ValueType.MONEY: "金额，单位元，最多2位小数",
    ValueType.PERCENT: "百分数，只填数字",
}


def _range(definition: Element | Column) -> str:
    low, high = definition.minimum, definition.maximum
    if low is not None and high is not None:
        return f"{low:f}至{high:f}之间的"
    if low is not None:
        return f"不小于{low:f}的"
    return f"不大于{high:f}的" if high is not None else ""


def _limits(type_: ValueType, low: Decimal | None, high: Decimal | None) -> dict[str, Any]:
    if type_ in {ValueType.DATE, ValueType.MONTH}:
        return {"validate": "date", "criteria": "between", "minimum": _EARLIEST, "maximum": _LATEST}
    if not type_.is_number:
        return {"validate": "length", "criteria": "between", "minimum": 0, "maximum": _ANY_LENGTH}
    bounds = {"minimum": -_LARGEST if low is None else low, "maximum": _LARGEST if high is None else high}
    return {"validate": "integer" if type_ is ValueType.INT else "decimal", "criteria": "between", **bounds}


def _number_test(element: Element, cell: str) -> str:
    tests = [f"ISNUMBER({cell})"]
    if element.minimum is not None:
        tests.append(f"{cell}>={number_literal(element.minimum)}")
    if element.maximum is not None:
        tests.append(f"{cell}<={number_literal(element.maximum)}")
    if element.type is ValueType.INT:
        tests.append(f"{cell}=INT({cell})")
    return f"AND({','.join(tests)})"


def _words(title: str, message: str, error: str) -> dict[str, Any]:
    return {
        "input_title": title[:_LONGEST_TITLE],
        "input_message": message[:_LONGEST_MESSAGE],
        "error_title": "请检查",
        "error_message": error[:_LONGEST_ERROR],
    }
