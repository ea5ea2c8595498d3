"""The gate of a report: which digits and comparing words of plain words no figure stands behind."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Set behind what the clerk has to look at; a report that carries it is named a draft.
MARK = "【待核】"
_UNFOUNDED = re.compile(r"[0-9０-９]+(?:[.,．，][0-9０-９]+)*[%％]?|同比|环比|增长|下降|持平|最高|最低|翻番")


def unfounded(text: str, fixed_phrases: Sequence[str]) -> list[str]:
    """Digits and comparing words outside the fixed phrases."""
    return [text[start:end] for start, end in _found(text, fixed_phrases)]


def marked(text: str, fixed_phrases: Sequence[str]) -> str:
    """The words with the mark behind each digit or comparing word that nothing stands behind."""
    for _, end in reversed(_found(text, fixed_phrases)):
        text = text[:end] + MARK + text[end:]
    return text


def _found(text: str, fixed_phrases: Sequence[str]) -> list[tuple[int, int]]:
    hidden = text
    for phrase in sorted(fixed_phrases, key=len, reverse=True):
        hidden = hidden.replace(phrase, "□" * len(phrase))
    return [found.span() for found in _UNFOUNDED.finditer(hidden)]
