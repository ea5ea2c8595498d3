"""A value of an element as the report writes it: a number with its measure word, a date, a list of names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from aggregator.model.definition import Element, Measure, ValueType
from aggregator.model.expression import Call
from aggregator.publish import number
from aggregator.publish.report.listing import names_text

_TEN_THOUSAND = Decimal(10_000)


def figure_text(element: Element, value: Decimal | str | date | tuple[str, ...] | None, how: Sequence[str]) -> str:
    """The value as its fill wants it."""
    if isinstance(value, Decimal):
        return _number_text(element, value, how)
    if isinstance(value, date):
        return _date_text(element, value, has_year="月日" not in how)
    if isinstance(value, tuple):
        return names_text(value, how)
    return value or ""


def _date_text(element: Element, day: date, *, has_year: bool) -> str:
    if element.type is ValueType.MONTH:
        return number.month_label(day.year, day.month) if has_year else f"{day.month}月"
    return number.chinese_date(day) if has_year else f"{day.month}月{day.day}日"


def _number_text(element: Element, value: Decimal, how: Sequence[str]) -> str:
    if element.unit == "个百分点":
        return number.points_phrase(value, Decimal(0)) or ""
    if is_growth(element):
        return _growth_text(value)
    if "余" in how:
        return f"{number.approximately(value)}{element.unit}"
    if "数" in how:
        return number.plain(_rounded(element, value))
    return quantity_text(element, value)


def is_growth(element: Element) -> bool:
    """Whether it is a rate of growth, which says nothing true while somebody is missing on one side."""
    return isinstance(element.expression, Call) and element.expression.function == "growth"


def _growth_text(value: Decimal) -> str:
    """A rate of growth in words: 增加12.5%, 减少3%."""
    if number.round_half_up(value, 1) == 0:
        return "持平" if value == 0 else "基本持平"
    return f"{'增加' if value > 0 else '减少'}{number.percent(abs(value))}"


def quantity_text(element: Element, value: Decimal) -> str:
    """A number with its measure word, in the unit in which the report prints it."""
    if element.display.scale == _TEN_THOUSAND:
        if element.type is ValueType.MONEY:
            return number.money(value, places=element.display.places)
        return number.quantity(value, element.unit, places=element.display.places)
    if element.unit == "%":
        return number.percent(value)
    return f"{number.plain(_rounded(element, value / element.display.scale))}{element.display.unit}"


def _rounded(element: Element, value: Decimal) -> Decimal:
    """Counts as they are; what may have decimals with those of its display, ages and shares with one."""
    if element.type is ValueType.INT:
        return value
    is_mean = element.measure in (Measure.AVERAGE, Measure.RATIO)
    return number.round_half_up(value, 1 if is_mean else element.display.places)
