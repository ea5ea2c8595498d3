"""The month that a file name or a cover says; spans, quarters and days of sending say none."""

from __future__ import annotations

import re

from aggregator.intake.dates import read_date_text
from aggregator.intake.plain_text import folded
from aggregator.model.period import Period

_NUMBER = r"(1[0-2]|0?[1-9])"
_YEAR = r"(?<!\d)(20\d\d)(?!\d)"
_CHINESE = {word: str(number) for number, word in enumerate("一二三四五六七八九十", 1)} | {"十一": "11", "十二": "12"}
_IN_CHINESE = re.compile(r"(十[一二]?|[一二三四五六七八九])(?=月|[-—–~至到](?:十[一二]?|[一二三四五六七八九])月)")
#: 1—10月, 三季度, and the day on which something was sent.
_NO_MONTH = re.compile(
    r"(?:(?:20)?\d\d年)?(?<!\d)\d{1,2}月?[-—–~至到]\d{1,2}月"
    r"|(?:20\d\d年?)?第?[1-4一二三四](?:个)?季"
    r"|(?<!\d)20\d\d[-./年]\d{1,2}[-./月]\d{1,2}(?!\d|月)[日号]?"
    r"|(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)\d{1,2}月\d{1,2}(?:[日号]|(?!\d|月|社|村))"
)
_FULL = re.compile(rf"(?<!\d)(20\d\d)(?:年|[-._/])?{_NUMBER}(?:月|(?!\d))")
_SHORT_YEAR = re.compile(rf"(?<!\d)(2\d)年{_NUMBER}月")
_ALONE = re.compile(rf"(?<!\d){_NUMBER}月")
_LAST_YEARS = re.compile(rf"[去上]年(?:同期)?{_NUMBER}月")
_LAST_YEAR = re.compile("[去上]年|同期")


def month_said(text: str, period: Period) -> Period | None:
    """The one month that a text says; one without a year is the nearest such month to the period."""
    plain = _NO_MONTH.sub(" ", _IN_CHINESE.sub(lambda found: _CHINESE[found[1]], folded(text)))
    full = {(int(year), int(month)) for year, month in _FULL.findall(plain)}
    full |= {(2000 + int(year), int(month)) for year, month in _SHORT_YEAR.findall(plain)}
    full |= {(period.year - 1, int(month)) for month in _LAST_YEARS.findall(plain)}
    if full:
        return Period.month(*full.pop()) if len(full) == 1 else None
    alone = {int(month) for month in _ALONE.findall(plain)}
    years = set(re.findall(_YEAR, plain))
    if len(alone) != 1 or len(years) > 1 or (_LAST_YEAR.search(plain) and not years):
        return None
    number = alone.pop()
    near = [int(year) for year in years] or [period.year - 1, period.year, period.year + 1]
    return min((Period.month(year, number) for year in near), key=lambda month: abs((month.start - period.start).days))


def month_on_cover(text: str, period: Period, *, date1904: bool = False) -> Period | None:
    """The month that the cover's cell says; a day stands for its month there, as Excel makes one of 2026-10."""
    day = read_date_text(text, period, date1904=date1904).value if text else None
    return Period.month(day.year, day.month) if day else month_said(text, period)
