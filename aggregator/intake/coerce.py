"""One cell to a value: how people write numbers, dates and choices, each repair told in words, nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from aggregator.intake.cells import Cell, CellKind, exact_number, serial_to_date
from aggregator.intake.dates import read_date_number, read_date_text
from aggregator.intake.numbers import Reading, read_number_text
from aggregator.intake.plain_text import folded, readable, squeezed
from aggregator.model.definition import Column, Element, ValueType
from aggregator.model.period import Period
from aggregator.model.value import Gap, Scalar, ValueState

#: What a person writes for 不适用; the first three are the printed ones.
_NOT_APPLICABLE = frozenset({"不适用", "—", "/", "——", "-", "--", "―", "–", "─", "//", "\\", "n/a"})
_PRINTED = frozenset({"不适用", "—", "/"})
_YES_NO: Mapping[str, str] = {
    **dict.fromkeys(("有", "√", "✓", "✔", "☑", "v", "y", "yes", "true", "对", "已", "是的"), "是"),
    **dict.fromkeys(("无", "没有", "×", "✗", "✘", "x", "n", "no", "false", "不是", "未"), "否"),
}
# Python looks members up through their class slowly, and these are asked for at every cell.
_NUMBER, _TEXT, _BOOL, _ERROR, _UNCALCULATED = CellKind
_VALUE, _MISSING, _UNREADABLE = ValueState.VALUE, ValueState.MISSING, ValueState.UNREADABLE
_LONGEST_RAW = 2000  # as much as our forms let anybody type
_MOST_KNOWN, _LONGEST_KNOWN = 2000, 64
#: No number and no date is longer.
_LONGEST_PLAIN = 64
_NUMBERS = re.compile(r"-?[0-9]{1,15}").fullmatch
#: From here on Excel holds no longer every digit: of an identity number typed as a number the last three are 0.
_BEYOND_EXCEL = Decimal(10) ** 15
_DIGITS_LOST = "超过15位的数字，后几位已被表格软件改成0"
_SEPARATORS = re.compile(r"[、，,;；\n]+")
_BRACKETED = re.compile(r"（(\w+)）$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a cell should hold: type, unit, choices by their folded text, and whether 不适用 or nothing will do.

    `also` is another measure word that can only mean the same in this place.
    """

    type: ValueType
    unit: str = ""
    allows_not_applicable: bool = False
    is_optional: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    is_yes_no: bool = False
    also: str = ""


# A named tuple, as a cell is: nearly every cell of a month has one of its own.
class Understood(NamedTuple):
    """What a cell says: state and value; `raw` as sent; `repair` how it was understood; `reason` why it was not.

    A routine repair is one that nobody could have understood otherwise.
    """

    state: ValueState
    value: Decimal | str | date | tuple[str, ...] | None = None
    raw: str = ""
    repair: str = ""
    reason: str = ""
    is_routine: bool = False

    @property
    def scalar(self) -> Scalar:
        """As a ledger row holds it."""
        if self.value is not None:
            return self.value
        if self.state is ValueState.NOT_APPLICABLE:
            return Gap.NOT_APPLICABLE
        return Gap.UNREADABLE if self.state is _UNREADABLE else Gap.MISSING


BLANK = Understood(_MISSING)
Reader = Callable[[Cell], Understood]


def wanted_of_element(element: Element) -> Wanted:
    """What the cell of an element should hold."""
    return Wanted(element.type, element.unit, element.allows_not_applicable, is_optional=not element.required)


def wanted_of_column(column: Column, choices: Mapping[str, str]) -> Wanted:
    """What the cells of a ledger column should hold; `choices` maps folded texts to the values of its code list."""
    is_yes_no = set(choices.values()) == {"是", "否"}
    unit = "元" if column.type is ValueType.MONEY else _unit_named(column)
    # A row tells of one event: whoever came to it came once.
    also = "人" if unit == "人次" else ""
    return Wanted(column.type, unit, is_optional=not column.required, choices=choices, is_yes_no=is_yes_no, also=also)


def _unit_named(column: Column) -> str:
    """The unit that the name of a number column tells: 长度（米）, 参加人次, 党员数; columns state no other."""
    if not column.type.is_number:
        return ""
    bracketed = _BRACKETED.search(column.name)
    if bracketed:
        return bracketed[1]
    ending = next((word for word in ("人次", "场次") if column.name.endswith(word)), "")
    return ending or ("个" if column.name.endswith("数") else "")


def choices_of(values: tuple[str, ...]) -> Mapping[str, str]:
    """A code list by the folded text of each value."""
    return {folded(value): value for value in values}


def coerce(cell: Cell | None, wanted: Wanted, *, period: Period, date1904: bool = False) -> Understood:
    """What one cell says."""
    return BLANK if cell is None else reader_of(wanted, period=period, date1904=date1904)(cell)


def reader_of(wanted: Wanted, *, period: Period, date1904: bool = False) -> Reader:
    """The function that reads the cells of one element or column; made once a column, because rows are many."""
    by_type = _READERS.get(wanted.type, _read_text)
    setting = _Setting(period, date1904)
    known: dict[Cell, Understood] = {}

    def read(cell: Cell) -> Understood:
        # A column repeats the same few choices, dates and small numbers.
        found = known.get(cell)
        if found is None:
            found = _plainly_wrong(cell) or by_type(cell, wanted, setting)
            if len(known) < _MOST_KNOWN and len(cell.text) <= _LONGEST_KNOWN:
                known[cell] = found
        return found

    return read


def _plainly_wrong(cell: Cell) -> Understood | None:
    """What a cell says that holds no value of any type; None when it holds one."""
    if cell.kind is _ERROR:
        return _unreadable(cell.text, f"单元格显示错误值{cell.text}")
    if cell.kind is _UNCALCULATED:
        return _unreadable(f"={cell.formula}", "公式还没有计算出结果")
    return BLANK if is_blank(cell) else None


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that anybody can see."""
    text = cell.text
    return cell.kind is _TEXT and not text[:1].isalnum() and not readable(text).strip()


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a date needs to be read."""

    period: Period
    date1904: bool


def _unreadable(raw: str, reason: str) -> Understood:
    return Understood(_UNREADABLE, raw=raw[:_LONGEST_RAW], reason=reason)


def _value(
    value: Decimal | str | date | tuple[str, ...], raw: str, repair: str = "", *, is_routine: bool = False
) -> Understood:
    raw = raw[:_LONGEST_RAW] if repair else raw
    return Understood(_VALUE, value, raw, repair, is_routine=is_routine)


def _of_bool(cell: Cell, wanted: Wanted) -> Understood:
    word = "TRUE" if cell.text == "1" else "FALSE"
    if wanted.is_yes_no:
        value = "是" if cell.text == "1" else "否"
        return _value(value, word, f"“{word}”按“{value}”读取")
    return _unreadable(word, "填的是逻辑值")


def _not_applicable(text: str, wanted: Wanted) -> Understood | None:
    """What a dash or a 不适用 means here; None when the text is neither."""
    plain = squeezed(text)
    if plain.casefold() not in _NOT_APPLICABLE:
        return None
    if wanted.allows_not_applicable:
        return Understood(
            ValueState.NOT_APPLICABLE,
            raw=text,
            repair="" if text.strip() in _PRINTED else f"“{plain}”按“不适用”读取",
        )
    if wanted.is_optional:
        return Understood(_MISSING, raw=text, repair=f"“{plain}”按未填读取")
    return _unreadable(text, "这一项不能填“不适用”，没有的填0" if wanted.type.is_number else "这一格必填")


# ---- numbers


def _read_number(cell: Cell, wanted: Wanted, _setting: _Setting) -> Understood:
    if cell.kind is _NUMBER:
        return _read_plain_number(cell, wanted)
    if cell.kind is _BOOL:
        return _of_bool(cell, wanted)
    known = _not_applicable(cell.text, wanted)
    if known is not None:
        return known
    if len(cell.text) > _LONGEST_PLAIN:
        return _unreadable(cell.text, "填的是文字，应填数字")
    is_percent = wanted.type is ValueType.PERCENT
    reading = _number_text(cell.text, wanted.unit, is_percent=is_percent)
    if reading.value is None and wanted.also:
        also = _number_text(cell.text, wanted.also, is_percent=is_percent)
        reading = reading if also.value is None else also
    if reading.value is None:
        return _unreadable(cell.text, reading.reason)
    return _checked(reading.value, wanted, cell.text, reading.repair, is_routine=reading.is_routine)


# The same few texts come again and again in a month's forms.
@lru_cache(maxsize=4096)
def _number_text(text: str, unit: str, *, is_percent: bool) -> Reading:
    return read_number_text(text, unit, is_percent=is_percent)


def _read_plain_number(cell: Cell, wanted: Wanted) -> Understood:
    if cell.is_date:
        return _unreadable(cell.text, "单元格被设成日期格式，看不出填的是哪个数")
    if cell.is_scaled:
        return _unreadable(cell.text, "单元格的数字格式里带有“万”一类的字，看不出填的是多少")
    number = Decimal(cell.text) if _NUMBERS(cell.text) else exact_number(cell.text)
    if abs(number) >= _BEYOND_EXCEL:
        return _of_lost_digits(number)
    if cell.is_percent:
        return _read_percentage(cell, number * 100, wanted)
    repair = "取公式的计算结果" if cell.formula is not None else ""
    return _checked(number, wanted, cell.text, repair)


def _of_lost_digits(number: Decimal) -> Understood:
    """A number of which Excel holds the first fifteen digits; what is left of it may still tell a person."""
    return _unreadable(f"{number.adjusted() + 1}位长数字（后几位已丢失）", _DIGITS_LOST)


def _read_percentage(cell: Cell, number: Decimal, wanted: Wanted) -> Understood:
    """What a cell shows as 45 % holds 0.45: the number that its writer saw is meant."""
    shown = f"{_plain(number)}%"
    if wanted.type is not ValueType.PERCENT:
        return _unreadable(shown, "单元格显示的是百分数，这一项不是百分数")
    return _checked(number, wanted, cell.text, f"单元格为百分比格式，“{shown}”按{_plain(number)}读取")


def _checked(number: Decimal, wanted: Wanted, raw: str, repair: str, *, is_routine: bool = False) -> Understood:
    """A number that fits the type: a count is whole, and is not rounded to be so."""
    if wanted.type is ValueType.INT:
        whole = number.to_integral_value()
        if whole != number:
            return _unreadable(raw, f"应为整数，填的是{_plain(number)}")
        number = whole
    return _value(number + 0, raw, repair, is_routine=is_routine)  # + 0: a typed -0 is 0


def _plain(number: Decimal) -> str:
    return format(number.normalize() + 0, "f")


# ---- dates


def _read_day(cell: Cell, wanted: Wanted, setting: _Setting) -> Understood:
    if cell.kind is _BOOL:
        return _of_bool(cell, wanted)
    if cell.kind is _TEXT:
        known = _not_applicable(cell.text, wanted) or _none_said(cell.text, wanted)
        if known is not None:
            return known
        day = read_date_text(cell.text[:_LONGEST_PLAIN], setting.period, date1904=setting.date1904)
    elif cell.is_date:
        found = serial_to_date(cell.text, setting.date1904)
        if found is None or not 1900 <= found.year <= 2100:
            return _unreadable(cell.text, "不是有效的日期")
        return _value(found.replace(day=1) if wanted.type is ValueType.MONTH else found, found.isoformat())
    else:
        day = read_date_number(cell.text, date1904=setting.date1904)
    if day.value is None:
        return _unreadable(cell.text, day.reason)
    if wanted.type is ValueType.MONTH:
        return _value(day.value.replace(day=1), cell.text, "" if day.is_month else day.repair)
    repair = f"只填到月，按{day.value.isoformat()}读取" if day.is_month else day.repair
    return _value(day.value, cell.text, repair, is_routine=day.is_routine)


def _none_said(text: str, wanted: Wanted) -> Understood | None:
    if wanted.is_optional and squeezed(text) in {"无", "没有", "暂无"}:
        return Understood(_MISSING, raw=text, repair=f"“{squeezed(text)}”按未填读取")
    return None


# ---- choices and texts


def _read_choice(cell: Cell, wanted: Wanted, _setting: _Setting) -> Understood:
    if cell.kind is _BOOL:
        return _of_bool(cell, wanted)
    text = cell.text
    if wanted.choices.get(text) == text:
        return _value(text, text)
    plain = folded(text)
    value = wanted.choices.get(plain) or (_YES_NO.get(plain) if wanted.is_yes_no else None)
    if value is not None:
        return _value(value, text, "" if readable(text).strip() == value else f"“{squeezed(text)}”按“{value}”读取")
    # A dash stands for nothing only where the list itself has no such value.
    return _not_applicable(text, wanted) or _unreadable(text, "不在下拉选项之内")


def _read_text(cell: Cell, wanted: Wanted, setting: _Setting) -> Understood:
    if cell.kind is _NUMBER and not _NUMBERS(cell.text):
        number = exact_number(cell.text)
        if abs(number) >= _BEYOND_EXCEL:
            return _of_lost_digits(number)
    text = _text_of(cell, setting)
    if wanted.type is ValueType.NAMES:
        names = tuple(part.strip() for part in _SEPARATORS.split(text) if part.strip())
        return _value(names, cell.text)
    return _value(text, text, "" if cell.kind is _TEXT or not cell.is_date else "日期转为文字")


def _text_of(cell: Cell, setting: _Setting) -> str:
    if cell.kind is _BOOL:
        return "TRUE" if cell.text == "1" else "FALSE"
    if cell.kind is not _NUMBER:
        return readable(cell.text).strip()
    day = serial_to_date(cell.text, setting.date1904) if cell.is_date else None
    return f"{day.year}年{day.month}月{day.day}日" if day else _plain(exact_number(cell.text))


_READERS: Mapping[ValueType, Callable[[Cell, Wanted, _Setting], Understood]] = {
    ValueType.INT: _read_number,
    ValueType.DECIMAL: _read_number,
    ValueType.MONEY: _read_number,
    ValueType.PERCENT: _read_number,
    ValueType.DATE: _read_day,
    ValueType.MONTH: _read_day,
    ValueType.CODE: _read_choice,
}
