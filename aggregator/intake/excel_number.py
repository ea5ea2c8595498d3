"""Numbers as Excel stores them: exact decimals, date serials, and which number formats show a date."""

import math
import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

# Excel shows and compares 15 significant digits; what a file holds beyond them is the shadow of a binary fraction.
_FIFTEEN_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,3})?")

_FIRST_DAY_1904 = date(1904, 1, 1)
_DAY_BEFORE_1900 = date(1899, 12, 31)
_LEAP_DAY_1900 = 60  # Excel counts a 29 February 1900 that never was
_LAST_SERIAL_1900 = 2_958_465  # 9999-12-31
_DAYS_BETWEEN_SYSTEMS = 1_462

_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_PERCENT_FORMATS = frozenset({9, 10})
_SCALE_WORDS = re.compile(r"[万亿]|[百千](?!米|克|瓦)")
# Digits behind a full stop that is only drawn (0!.0000"万") show what the cell holds, in 万.
_DRAWN_POINT = re.compile(r"[!\\]\.")
_LITERALS = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]|general|g/通用格式', re.IGNORECASE | re.DOTALL)
_DATE_LETTERS = re.compile(r"[ymdhs]|aaa|e(?![+-])", re.IGNORECASE)


def is_number(text: str) -> bool:
    """Return whether a text is a number that Excel can hold."""
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def exact_number(text: str) -> Decimal:
    """Return the decimal that Excel would show for a stored number, such as 45.2 for 45.199999999999996."""
    if not is_number(text):
        raise ValueError(f"{text[:40]!r} is not a number")
    rounded = _FIFTEEN_DIGITS.create_decimal(text)
    if not rounded:
        return Decimal(0)
    return Decimal(format(rounded.normalize(_FIFTEEN_DIGITS), "f"))


def serial_to_date(number_text: str, date1904: bool) -> date | None:  # noqa: FBT001 - a property of the workbook
    """Return the day of a date serial, or None where the number is no day that Excel knows."""
    if not is_number(number_text):
        return None
    serial = math.floor(Decimal(number_text))
    if date1904:
        is_known = 0 <= serial <= _LAST_SERIAL_1900 - _DAYS_BETWEEN_SYSTEMS
        return _FIRST_DAY_1904 + timedelta(days=serial) if is_known else None
    if not 1 <= serial <= _LAST_SERIAL_1900 or serial == _LEAP_DAY_1900:
        return None
    return _DAY_BEFORE_1900 + timedelta(days=serial - (serial > _LEAP_DAY_1900))


def iso_to_serial(text: str, date1904: bool) -> str | None:  # noqa: FBT001 - a property of the workbook
    """Return the serial of a date that a strict workbook spells out (2024-05-01T12:00:00), or None."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    days = (moment.date() - (_FIRST_DAY_1904 if date1904 else _DAY_BEFORE_1900)).days
    if not date1904 and days >= _LEAP_DAY_1900:
        days += 1
    if days < (0 if date1904 else 1):
        return None
    passed = moment - datetime.combine(moment.date(), datetime.min.time())
    part = Decimal(passed // timedelta(microseconds=1)) / (timedelta(days=1) // timedelta(microseconds=1))
    return str(exact_number(str(days + part))) if part else str(days)


def is_date_format(format_id: int, code: str | None) -> bool:
    """Return whether a number format, built in or spelled out, shows a day or a time."""
    if code is None:
        return format_id in _DATE_FORMATS
    # Excel holds 255 characters; a longer code is no work of a person and could take long to search.
    return _DATE_LETTERS.search(_LITERALS.sub("", code[:255])) is not None


def is_percent_format(format_id: int, code: str | None) -> bool:
    """Return whether a number format, built in or spelled out, shows a hundredfold with a percent sign."""
    if code is None:
        return format_id in _PERCENT_FORMATS
    return "%" in _LITERALS.sub("", code[:255])


def is_scaled_format(code: str | None) -> bool:
    """Return whether a number format writes 万 or the like behind a number that it does not divide."""
    return code is not None and bool(_SCALE_WORDS.search(code[:255])) and not _DRAWN_POINT.search(code[:255])
