"""Comparisons in a quoted text: a rise, a fall, a rank, and whether numbers bear them out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aggregator.model.claims import claims, false_comparisons

_CLAUSE = re.compile("[^。；，：！？]+")
# 增加3个车位 says how many, which is looked at as a number; 较上月增加3个 compares.
_COUNTED = re.compile("(?:增加|减少)了?[0-9]+(?:[.][0-9]+)?(?!%|倍|成|个百分点)")
_COMPARED = re.compile("较|比|同期")


@dataclass(frozen=True, slots=True)
class Comparing:
    """A clause that compares, where it stands in the text, and how it is told."""

    start: int
    end: int
    said: str
    is_founded: bool


def comparisons(text: str, *, are_known: Callable[[str], bool]) -> Iterator[Comparing]:
    """The clauses that compare; founded are those whose numbers `are_known` and do not contradict them."""
    false = {start: f"{said}（{why}）" for start, said, why in false_comparisons(text)}
    starts = [claim.start for claim in claims(text) if claim.is_bound and not claim.is_numeral]
    for clause in _CLAUSE.finditer(text):
        start, end = clause.span()
        told = next((said for at, said in false.items() if start <= at < end), "")
        compares = any(start <= at < end for at in starts) and not _is_count(clause[0])
        if told or compares:
            yield Comparing(start, end, told or clause[0].strip(), is_founded=not told and are_known(clause[0]))


def _is_count(clause: str) -> bool:
    return _COUNTED.search(clause) is not None and _COMPARED.search(clause) is None
