"""What a report says of figures that are incomplete: beside them, by a star in the annex, in its notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_GAP = re.compile(
    r"[0-9]+个(?:社区|单位|月)中[0-9]+个(?:已报齐|已报|有数)|街道本级未报|含沿用上月数|含以前月份结转的"
    r"|(?<=[0-9])\*$|带\*的数字未报齐(?:或缺少月份)?|(?:未报|交空表|退回修改)：[^；。]+|没有汇总记录|图中没有[^；。]+"
)
_NOTES = ("数据说明：", "注：")


def is_note(text: str) -> bool:
    """Whether a paragraph speaks of all the figures above it, and has none of its own."""
    return text.startswith(_NOTES)


def lost_gaps(was: str, now: str) -> Iterator[str]:
    """What a text said of incomplete figures and says no longer."""
    yield from (Counter(_GAP.findall(was)) - Counter(_GAP.findall(now))).elements()
