"""What people's texts have in them without wanting it: full-width signs, odd blanks, invisible characters."""

from __future__ import annotations

import re

# Full-width ASCII only: a wider folding would turn ① into 1 and ½ into 1/2.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_BLANKS = dict.fromkeys((0xA0, 0x3000, 0x202F, *range(0x2000, 0x200B)), " ")
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)))
_READABLE = {**_BLANKS, **_INVISIBLE}
_FOLDED = {**_READABLE, **_NARROW}
_ANY_BLANK = re.compile(r"\s+")
# Few texts have any of them, and to look for them is faster than to translate.
_is_unreadable = re.compile(f"[\r{''.join(map(chr, _READABLE))}]").search


def readable(text: str) -> str:
    """A text without invisible characters, with plain blanks and plain line ends; its content is kept."""
    if not _is_unreadable(text):
        return text
    return text.translate(_READABLE).replace("\r\n", "\n").replace("\r", "\n")


def narrowed(text: str) -> str:
    """A text with its full-width letters, digits and signs made narrow, blanks plain, ends stripped."""
    return text.translate(_FOLDED).strip()


def squeezed(text: str) -> str:
    """A narrowed text without any blank."""
    return _ANY_BLANK.sub("", narrowed(text))


def folded(text: str) -> str:
    """A text as it is compared: narrow, without blanks, in lower case."""
    return squeezed(text).casefold()
