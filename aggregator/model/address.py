"""Cell addresses as people write them (`B7`) and as programs count them (row 7, column 2)."""

import re
from functools import lru_cache

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384  # column XFD

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


class AddressError(ValueError):
    """Something that names no cell of a sheet."""


@lru_cache(maxsize=MAX_COLUMN)
def column_letters(column: int) -> str:
    """Return the letters of a column counted from 1, such as "AB" for 28."""
    if not 1 <= column <= MAX_COLUMN:
        raise AddressError(f"column {column} is outside a sheet")
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return the address of a cell, such as "B7" for row 7 and column 2."""
    if not 1 <= row <= MAX_ROW:
        raise AddressError(f"row {row} is outside a sheet")
    return f"{column_letters(column)}{row}"


# The forms of a month are alike, so nearly every address has been seen in the file before; the bound keeps a huge
# sheet from filling the memory.
@lru_cache(maxsize=65_536)
def position(text: str) -> tuple[int, int]:
    """Return the row and the column, both counted from 1, of an address such as "B7"."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise AddressError(f"{text[:20]!r} is not the address of a cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(match[2])
    if row > MAX_ROW or column > MAX_COLUMN:
        raise AddressError(f"{text} is outside a sheet")
    return row, column


@lru_cache(maxsize=4096)
def corners(text: str) -> tuple[int, int, int, int]:
    """Return first row, first column, last row and last column of a range such as "B2:D7", "B:D" or "2:7"."""
    first, _, last = text.partition(":")
    last = last or first
    if first.isalpha() and last.isalpha():
        first, last = f"{first}1", f"{last}{MAX_ROW}"
    elif first.isdecimal() and last.isdecimal():
        first, last = f"A{first}", f"{column_letters(MAX_COLUMN)}{last}"
    return *position(first), *position(last)
