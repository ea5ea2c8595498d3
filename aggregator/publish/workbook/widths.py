"""How wide a text is on paper, and how many lines it takes: a Chinese character is two digits wide."""

from __future__ import annotations

import math
import re

_WIDE = re.compile("[^\x00-\u2e7f]+")  # Chinese characters and full-width signs
_LINE_HEIGHT = 16.5
# Office programs keep some room at both ends of a cell, and break Latin words and numbers early.
_MARGIN = 1.5


def text_width(text: str) -> int:
    """The width of a text in digits."""
    return 2 * len(text) - len(_WIDE.sub("", text))


def line_count(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width."""
    if len(text) * 2 <= width - _MARGIN and "\n" not in text:
        return 1
    room = max(width - _MARGIN, 4)
    return sum(max(1, math.ceil(text_width(line) / room)) for line in text.split("\n"))


def row_height(lines: int) -> float:
    """The height in points of a row of so many lines; no more than a sheet allows."""
    return min(max(lines, 1) * _LINE_HEIGHT + 3, 409)
