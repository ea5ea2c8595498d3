"""Punctuation after clauses have left: no doubled, leading or dangling marks, whatever went between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

# One private character stands for each piece that is no plain words, so that marks are mended across pieces.
_FIRST = 0xE000
_LAST = 0xF8FF
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_MENDS = (
    (re.compile("（[，、；：。]*）"), ""),
    (re.compile("（[，、；：。]+"), "（"),
    (re.compile("[，、；：]+）"), "）"),
    (re.compile("[，、；：]+([。；])"), r"\1"),
    (re.compile("([，；：。])[，、；]+"), r"\1"),
    (re.compile("、，"), "，"),
    (re.compile("、、+"), "、"),
    (re.compile("。。+"), "。"),
    (re.compile("^[，、；：。]+"), ""),
)

Piece = TypeVar("Piece")


def tidied(parts: Sequence[str | Piece]) -> list[str | Piece]:
    """Words and other pieces in their order, with the punctuation of the words mended."""
    pieces: list[Piece] = []
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += _PRIVATE.sub("□", part)
        else:
            text += chr(_FIRST + len(pieces))
            pieces.append(part)
    if len(pieces) > _LAST - _FIRST:
        raise ValueError(f"{len(pieces)} figures in one paragraph")
    mended = re.split("([\ue000-\uf8ff])", _mended(text))
    return [pieces[ord(part) - _FIRST] if _PRIVATE.fullmatch(part) else part for part in mended if part]


def _mended(text: str) -> str:
    before = None
    while text != before:
        before = text
        for pattern, replacement in _MENDS:
            text = pattern.sub(replacement, text)
    return text
