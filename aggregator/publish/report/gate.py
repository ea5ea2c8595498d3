"""The gate of a report: which digits and comparing words of plain words no figure stands behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aggregator.publish.report.blocks import Block, Heading, Paragraph

#: Set behind what the clerk has to look at; a report that carries it is named a draft.
MARK = "【待核】"
_DIGITS = r"[0-9０-９]+(?:[.,．，][0-9０-９]+)*[%％]?"
# 两家 or 三百余户; not 一次, 千家万户, nor the numerals of fixed terms, behind which no measure word stands.
_MEASURE = "名|人次|户|家|次|场|件|支|篇|份|批|元|倍|成"
_HAN = f"[二两三四五六七八九十几][一二两三四五六七八九十百千万零〇]*(?:余|多)?(?={_MEASURE})"
_SHARES = "百分之[一二三四五六七八九十百点]+|过半|半数以上|翻番"
_COMPARING = (
    "同比|环比|增长|增加|上升|下降|减少|持平|最高|最低|最多|最少|居首位?|首位|末位|倒数|超过|(?<!不)(?:高|低|多|少)于"
)
_UNFOUNDED = re.compile(f"{_DIGITS}|{_HAN}|{_SHARES}|{_COMPARING}")


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


def marked_places(blocks: Sequence[Block]) -> Iterator[str]:
    """Each sentence that carries the mark, with the number of its paragraph as `lineage.csv` counts them."""
    for place, block in enumerate((block for block in blocks if isinstance(block, Heading | Paragraph)), start=1):
        lead = block.run_in_heading if isinstance(block, Paragraph) else ()
        text = "".join(span.text for span in (*lead, *block.spans))
        for sentence in re.split("(?<=[。！？])", text):
            if MARK[:-1] in sentence:
                yield f"第{place}段：{sentence}"
