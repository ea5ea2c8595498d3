"""Periods: a month, or a run of months such as a quarter, a half-year or a year so far."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

_FULL_WIDTH = str.maketrans("０１２３４５６７８９－．／", "0123456789-./")
_MONTH = re.compile(r"(\d{4})\s*(?:[-./年]\s*(\d{1,2})\s*月?|(\d{2}))")
_YEAR = re.compile(r"(\d{4})年?")
_QUARTER = re.compile(r"(\d{4})年?\s*(?:[Qq]|第)([1-4一二三四])(?:季度)?")
_HALF = re.compile(r"(\d{4})年?\s*(?:[Hh]([12])|(上|下)半年)")
_RANGE = re.compile(r"(.+?)\s*(?:\.\.|—|~|～|至|到)\s*(.+)")
#: Parts of a year by their first and last month: as a command and as an official text names them.
_PARTS = {
    (1, 3): ("Q1", "第一季度"), (4, 6): ("Q2", "第二季度"), (7, 9): ("Q3", "第三季度"), (10, 12): ("Q4", "第四季度"),
    (1, 6): ("H1", "上半年"), (7, 12): ("H2", "下半年"), (1, 12): ("", ""),
}  # fmt: skip
_CHINESE_DIGIT = {"一": 1, "二": 2, "三": 3, "四": 4}


class PeriodError(ValueError):
    """A text that names no period."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}”不是有效的统计期，请写成 2026-10、2026年10月、上月、2026Q3、2026H1、2026 或 2026-01..2026-10。"
        )


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month."""

    year: int
    number: int

    def plus(self, months: int) -> Month:
        """The month so many months later (earlier when negative)."""
        year, index = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, index + 1)

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A run of whole months, both ends included; most periods are one month."""

    first: Month
    last: Month
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Periods are keys of everything recorded; the generated hash would ask both months for theirs each time.
        object.__setattr__(self, "_hash", hash((self.first, self.last)))

    def __hash__(self) -> int:
        return self._hash

    @classmethod
    def month(cls, year: int, number: int) -> Period:
        """The period of one month."""
        return cls(Month(year, number), Month(year, number))

    @classmethod
    def parse(cls, text: str, *, today: date | None = None) -> Period:
        """The period that a person meant; `today` is needed for 本月 and 上月 only.

        Raises PeriodError when the text names none.
        """
        wanted = text.strip().translate(_FULL_WIDTH)
        if wanted in {"本月", "上月"}:
            return _relative(wanted, today)
        single = _single(wanted)
        if single is not None:
            return single
        ends = _RANGE.fullmatch(wanted)
        first, last = (_single(end.strip()) for end in ends.groups()) if ends else (None, None)
        if first is None or last is None or first.first > last.last:
            raise PeriodError(text)
        return cls(first.first, last.last)

    @property
    def is_month(self) -> bool:
        """Whether it is a single month."""
        return self.first == self.last

    @property
    def start(self) -> date:
        """Its first day."""
        return self.first.start

    @property
    def end(self) -> date:
        """Its last day."""
        return self.last.end

    @property
    def year(self) -> int:
        """The year it ends in."""
        return self.last.year

    def months(self) -> Iterator[Period]:
        """Its months in order, each a period of its own."""
        month = self.first
        while month <= self.last:
            yield Period(month, month)
            month = month.plus(1)

    def __len__(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.number - self.first.number + 1

    def previous(self) -> Period:
        """The period of the same length just before it."""
        return Period(self.first.plus(-len(self)), self.last.plus(-len(self)))

    def same_period_last_year(self) -> Period:
        """The same months one year earlier."""
        return Period(self.first.plus(-12), self.last.plus(-12))

    def year_to_date(self) -> Period:
        """From January of the year it ends in to its last month."""
        return Period(Month(self.last.year, 1), self.last)

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        first, last = self.first, self.last
        return (first.year, first.number) <= (day.year, day.month) <= (last.year, last.number)

    def __str__(self) -> str:
        return str(self.first) if self.is_month else f"{self.first}..{self.last}"

    @property
    def name(self) -> str:
        """As a folder or a command names it: 2026-10, 2026Q3, 2026H1, 2026, 2026-01..2026-10."""
        return f"{self.year}{self._part[0]}" if self._part else str(self)

    @property
    def label(self) -> str:
        """As an official text writes it: 2026年10月, 2026年第三季度, 2026年1—10月."""
        if self.is_month:
            return f"{self.year}年{self.last.number}月"
        if self._part:
            return f"{self.year}年{self._part[1]}"
        if self.first.year != self.last.year:
            return f"{self.first.year}年{self.first.number}月—{self.last.year}年{self.last.number}月"
        return f"{self.year}年{self.first.number}—{self.last.number}月"

    @property
    def _part(self) -> tuple[str, str] | None:
        """The part of its year that it is, when it is one that has a name."""
        if self.first.year != self.last.year:
            return None
        return _PARTS.get((self.first.number, self.last.number))


def _relative(word: str, today: date | None) -> Period:
    if today is None:
        raise PeriodError(word)
    month = Month(today.year, today.month)
    return Period(month, month) if word == "本月" else Period(month.plus(-1), month.plus(-1))


def _single(text: str) -> Period | None:
    """A month, quarter, half-year or year; None when the text is none of them."""
    if found := _MONTH.fullmatch(text):
        number = int(found[2] or found[3])
        return Period.month(int(found[1]), number) if 1 <= number <= 12 else None
    if found := _QUARTER.fullmatch(text):
        last = 3 * (_CHINESE_DIGIT.get(found[2]) or int(found[2]))
        return Period(Month(int(found[1]), last - 2), Month(int(found[1]), last))
    if found := _HALF.fullmatch(text):
        last = 6 if found[2] == "1" or found[3] == "上" else 12
        return Period(Month(int(found[1]), last - 5), Month(int(found[1]), last))
    if found := _YEAR.fullmatch(text):
        return Period(Month(int(found[1]), 1), Month(int(found[1]), 12))
    return None
