"""Numbers as people type them into a text: 1,234, １２, 12人, 3.5万元, 45%, 十二; what is not exact is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from aggregator.intake.plain_text import narrowed, readable, squeezed

_TIMES = {"": Decimal(1), "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
# Measure words of one thing: a slip between them changes no number. 人 and 人次, 户 and 人, 元 and 万元 stay apart.
_ALIKE = (
    frozenset({"人", "名", "位", "个", "个人"}),
    frozenset("个家所处支项件条篇类份宗块座间册本台套"),
    frozenset({"次", "场", "场次", "回", "批次", "个"}),
    frozenset({"户", "家"}),
    frozenset({"元", "块", "圆", "元整", "块钱"}),
    frozenset({"平方米", "㎡", "m2", "m²", "平米", "平方"}),
    frozenset({"平方公里", "平方千米", "km2", "km²"}),
    frozenset({"岁", "周岁"}),
    frozenset({"小时", "个小时", "h"}),
)
_SIGNED = re.compile(
    r"(?P<currency>[¥￥$])?\s*(?P<number>[+-]?(?:\d{1,3}(?:[,'’ ]\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)"
    r"\s*(?P<times>[百千万亿]?)(?P<unit>[^\d\s.,+-].*)?",
    re.ASCII,
)
_GROUPED = re.compile(r"[,'’ ]")
_CHINESE = re.compile(r"(?P<tens>[一二两三四五六七八九]?)(?P<ten>十)?(?P<ones>[一二两三四五六七八九]?)(?P<unit>\D*)")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_MOST_DIGITS = 15  # what Excel itself can hold
_APPROXIMATE = re.compile(r"[约近余多几数]|左右|以上|以下|上下|大概|[<>≥≤±~～]")
_RANGE = re.compile(r"\d\s*(?:[-–—~～至到]|\.\.)\s*\d")
_NONE = frozenset({"无", "没有", "暂无", "空", "未", "无数据"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A number with how it was understood, or none with the reason; routine where nobody could read it otherwise."""

    value: Decimal | None
    repair: str = ""
    reason: str = ""
    is_routine: bool = False


def read_number_text(text: str, unit: str, *, is_percent: bool = False) -> Reading:
    """The number that a text says, in the unit of its element; no guess is made."""
    plain = narrowed(text)
    found = _SIGNED.fullmatch(plain)
    if found is None:
        return _read_chinese(plain, unit) or Reading(None, reason=_why_not(plain))
    digits = _GROUPED.sub("", found["number"])
    if sum(character.isdecimal() for character in digits) > _MOST_DIGITS:
        return Reading(None, reason=f"数字超过{_MOST_DIGITS}位，不能确定是否完整")
    if found["currency"] == "$" or (found["currency"] and unit != "元"):
        return Reading(None, reason="带有货币符号，与这一项的单位不符")
    factor, why = _factor(found["times"], found["unit"] or "", unit, is_percent=is_percent)
    if factor is None:
        return Reading(None, reason=why or _why_not(plain))
    value = Decimal(digits) * factor
    is_bare = not (found["times"] or found["unit"] or found["currency"])
    return Reading(value, repair=_told(readable(text).strip(), value), is_routine=is_bare)


def _factor(times: str, suffix: str, unit: str, *, is_percent: bool) -> tuple[Decimal | None, str]:
    """By what the digits are multiplied: 万 in the text, and a 万 in the element's own unit; None with the reason."""
    wanted_times, base = (unit[0], unit[1:]) if unit[:1] in {"万", "千", "亿"} else ("", unit)
    word = squeezed(suffix).casefold()
    if word in {"%", "个百分点", "个点"}:
        return (
            (Decimal(1), "") if is_percent and not times and word == "%" else (None, "填的是百分数，这一项不是百分数")
        )
    if word and not is_same_unit(word, base):
        return None, "" if _APPROXIMATE.search(word) else f"单位“{times}{squeezed(suffix)}”与这一项的单位“{unit}”不符"
    if not times and not word:
        return Decimal(1), ""
    return _TIMES[times] / _TIMES[wanted_times], ""


def is_same_unit(word: str, unit: str) -> bool:
    """Whether a measure word, in lower case, says the same as the unit of an element."""
    return word == unit.casefold() or any(word in group and unit in group for group in _ALIKE)


def _told(text: str, value: Decimal) -> str:
    """How the text was understood, in words."""
    shown = format(value.normalize() + 0, "f")
    return "文本格式的数字，按数字读取" if text == shown else f"“{text}”按{shown}读取"


def _read_chinese(plain: str, unit: str) -> Reading | None:
    """One to ninety-nine in Chinese; None when the text is something else."""
    if plain in {"零", "〇"}:
        return Reading(Decimal(0), repair=f"“{plain}”按0读取")
    found = _CHINESE.fullmatch(squeezed(plain))
    if found is None or not (found["tens"] or found["ten"]) or (found["ones"] and not found["ten"]):
        return None
    if found["unit"] and not is_same_unit(found["unit"], unit):
        return None
    tens = _DIGITS.get(found["tens"], 1)
    value = Decimal(tens * 10 + _DIGITS.get(found["ones"], 0) if found["ten"] else tens)
    return Reading(value, repair=f"“{plain}”按{value}读取")


def _why_not(plain: str) -> str:
    if plain in _NONE:
        return f"“{plain}”不是数，没有发生的填0"
    if plain.startswith("(") and plain.endswith(")"):
        return "括号里的数不能确定是不是负数"
    if _RANGE.search(plain):
        return "填的是一个范围，应填一个准确的数"
    if any(character.isdecimal() for character in plain):
        return "填的是约数，应填准确的数" if _APPROXIMATE.search(plain) else "数字里夹有文字"
    return "填的是文字，应填数字"
