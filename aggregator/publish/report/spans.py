"""The months that a report speaks of, in words: its whole period, some months of it, the beginning of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.model.period import Month, Period
from aggregator.publish import number

_WHOLE_YEAR = "全年"
_SPANS = {
    (1, 12): _WHOLE_YEAR, (1, 6): "上半年", (7, 12): "下半年",
    (1, 3): "第一季度", (4, 6): "第二季度", (7, 9): "第三季度", (10, 12): "第四季度",
}  # fmt: skip


def span_label(period: Period) -> str:
    """The months that the figures speak of, as a report calls them: 2026年1至10月, 2026年第三季度, 2026年全年."""
    first, last = (1 if period.is_month else period.first.number), period.last.number
    if period.first.year != period.year:
        return f"{number.month_label(period.first.year, first)}至{number.month_label(period.year, last)}"
    return f"{period.year}年{_SPANS.get((first, last)) or _months(first, last)}"


def _months(first: int, last: int) -> str:
    return f"{first}至{last}月" if first < last else f"{last}月"


def months_words(months: Sequence[Period]) -> str:
    """Single months in words, those that follow one another as a run: 2025年1至8月、11月."""
    runs: list[Period] = []
    for month in months:
        follows = bool(runs) and runs[-1].last.plus(1) == month.first and runs[-1].year == month.year
        runs[len(runs) - follows :] = [Period(runs[-1].first, month.last) if follows else month]
    words: list[str] = []
    for place, run in enumerate(runs):
        year = "" if place and runs[place - 1].year == run.year else f"{run.year}年"
        words.append(year + _months(run.first.number, run.last.number))
    return "、".join(words)


def span_words(period: Period) -> str:
    """What a sentence over the figures of a period begins with; those of a month are the year's so far."""
    if period.first.year != period.year:
        return span_label(period)
    named = None if period.is_month else _SPANS.get((period.first.number, period.last.number))
    is_so_far = period.is_month or period.first.number == 1
    if named == _WHOLE_YEAR:
        return "一年来"
    return named or ("今年以来" if is_so_far else _months(period.first.number, period.last.number))


# 晚上月亮升起 is no month.
_RELATIVE_MONTHS = {r"(?<![早晚天地以])上个?月(?!亮|季)": -1, "本月": 0, "(?<![天以])下个?月(?!亮)": 1}
_RELATIVE_YEARS = {"去年": -1, "今年": 0, "明年": 1}


def dated(text: str, told: Month, period: Period) -> str:
    """What a unit wrote in a month, as it reads among other months: 本月, 下个月 and, in another year, 今年 by name."""
    for word, later in _RELATIVE_MONTHS.items():
        month = told.plus(later)
        year = f"{month.year}年" if month.year != period.year else ""
        text = re.sub(word, f"{year}{month.number}月", text)
    if told.year != period.year:
        for word, later in _RELATIVE_YEARS.items():
            text = text.replace(word, f"{told.year + later}年")
    return text
