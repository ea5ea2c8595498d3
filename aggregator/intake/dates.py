"""Dates as people write them: 2026-10-3, 2026年10月3日, 20261003, 10月3日, 46298; the ambiguous are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.intake.cells import exact_number, serial_to_date
from aggregator.intake.plain_text import narrowed, readable
from aggregator.model.period import Period

_TIME = r"(?:[ T]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
_FULL = re.compile(
    rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*[日号]?\s*{_WEEKDAY}\s*{_TIME}", re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})\s*(?:[-/.]\s*(\d{1,2})|年\s*(\d{1,2})\s*月)(?:份)?", re.ASCII)
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})", re.ASCII)
_NO_YEAR = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?", re.ASCII)
_TWO_PARTS = re.compile(r"\d{1,2}[-/.]\d{1,2}", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
# Between 1927 and 2099: outside it five digits are more likely something else.
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050
_EARLIEST, _LATEST = 1900, 2100


@dataclass(frozen=True, slots=True)
class Day:
    """A day with how it was understood, or none with the reason; a month is its first day.

    Routine is what nobody could read otherwise: year, month and day in another dress.
    """

    value: date | None
    repair: str = ""
    reason: str = ""
    is_month: bool = False
    is_routine: bool = False


def read_date_text(text: str, period: Period, *, date1904: bool = False) -> Day:
    """The day or month that a text says; a day without a year is in the year of the period."""
    plain, shown = narrowed(text), readable(text).strip()
    if found := _FULL.fullmatch(plain):
        return _day(shown, *found.groups())
    if found := _COMPACT.fullmatch(plain):
        return _day(shown, *found.groups())
    if found := _MONTH.fullmatch(plain) or _COMPACT_MONTH.fullmatch(plain):
        year, *month = (group for group in found.groups() if group)
        return _month(shown, year, month[0])
    if found := _NO_YEAR.fullmatch(plain):
        return _day(shown, str(period.year), *found.groups(), told=f"没有写年份，按{period.year}年读取")
    if _SERIAL.fullmatch(plain):
        return _serial(plain, date1904=date1904)
    return Day(None, reason=_why_not(plain))


def read_date_number(text: str, *, date1904: bool = False) -> Day:
    """The day or month that a plain number says, such as 20261003, 202610, 2026.11 or a serial."""
    plain = format(exact_number(text), "f")
    if found := _COMPACT.fullmatch(plain):
        return _day(plain, *found.groups())
    if found := _COMPACT_MONTH.fullmatch(plain):
        return _month(plain, *found.groups())
    if re.fullmatch(r"\d{4}\.1", plain):
        return Day(None, reason="数字格式下10月和1月都显示成.1，分不清是哪个月")
    if found := re.fullmatch(r"(\d{4})\.(\d{1,2})", plain):
        return _month(plain, *found.groups())
    if _SERIAL.fullmatch(plain):
        return _serial(plain, date1904=date1904)
    return Day(None, reason=_why_not(plain))


def _day(shown: str, year: str, month: str, day: str, *, told: str = "") -> Day:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        return Day(None, reason="没有这一天")
    if not _EARLIEST <= value.year <= _LATEST:
        return Day(None, reason="年份不对")
    usual = f"“{shown}”按{value.isoformat()}读取"
    if told:
        return Day(value, repair=f"{usual}（{told}）")
    return Day(value, repair="" if shown == value.isoformat() else usual, is_routine=True)


def _month(shown: str, year: str, month: str) -> Day:
    if not 1 <= int(month) <= 12 or not _EARLIEST <= int(year) <= _LATEST:
        return Day(None, reason="没有这个月份")
    return Day(date(int(year), int(month), 1), repair=f"“{shown}”按{year}年{int(month)}月读取", is_month=True)


def _serial(plain: str, *, date1904: bool) -> Day:
    value = serial_to_date(plain, date1904) if _FIRST_SERIAL <= Decimal(plain) <= _LAST_SERIAL else None
    if value is None:
        return Day(None, reason=_why_not(plain))
    return Day(value, repair=f"“{plain}”是日期的序列数，按{value.isoformat()}读取")


def _why_not(plain: str) -> str:
    if _SHORT_YEAR.fullmatch(plain):
        return "年份没有写4位，分不清年、月、日"
    if _TWO_PARTS.fullmatch(plain):
        return "分不清是几月几日，也没有年份"
    return "不是日期"
