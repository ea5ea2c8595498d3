"""Texts reduced to what is a unit's own: no punctuation, no fixed terms, no names of units, each number as `#`.

The reduced text can be traced back, so that a finding shows the passage as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

NUMBER = "#"
_SHINGLE = 4
_FOLDED = str.maketrans("０１２３４５６７８９．", "0123456789.")
_SIGNS = re.compile(r"\W+")
# Stands in a term for whatever punctuation one writes there, or none: “两学一做”学习教育.
_GAP = "\0"
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_CLAUSE = re.compile(r"[^。！？!?；;\n，,：:]+")

Compact = Callable[[str], str]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a reduced text: where it stands, how it was typed, and the character after it."""

    at: int
    text: str
    measure: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A reduced text with the offset of each of its characters in the text as typed."""

    source: str
    text: str
    offsets: tuple[int, ...]
    figures: tuple[Figure, ...]
    sentences: tuple[Span, ...]
    clauses: tuple[Span, ...]

    def typed(self, span: Span) -> Span:
        """The span of the typed text behind a span of the reduced one."""
        first = self.offsets[span[0]] if span[0] else 0
        if span[1] == len(self.text):
            return first, len(self.source)
        last = self.offsets[span[1] - 1] + 1
        while last < len(self.source) and self.source[last - 1].isdigit() and _in_number(self.source[last]):
            last += 1
        return first, last

    def figures_in(self, span: Span) -> tuple[str, ...]:
        """The numbers of a span as typed."""
        return tuple(figure.text for figure in self.figures if span[0] <= figure.at < span[1])


def _in_number(character: str) -> bool:
    return character.isdigit() or character in "%％"


class Compactor:
    """Reduces texts; made once for a street from its fixed terms and names."""

    def __init__(self, terms: Iterable[str]) -> None:
        bare = {_GAP.join(filter(None, _SIGNS.split(term))) for term in terms}
        trie = _alternatives(sorted(filter(None, bare)))
        fixed = f"{trie}|" if trie else ""
        # The texts of a month are compared with each other and with last month's: each is reduced once.
        self._shingles: dict[str, frozenset[str]] = {}
        self._dropped = re.compile(rf"{fixed}(?P<number>[0-9]+(?:\.[0-9]+)?)|\W+")

    def compact(self, text: str) -> str:
        """The reduced text."""
        return self._dropped.sub(_replaced, text.translate(_FOLDED))

    def shingles(self, text: str) -> frozenset[str]:
        """The short runs of characters that the reduced text is made of."""
        if text not in self._shingles:
            reduced = self.compact(text)
            runs = (reduced[at : at + _SHINGLE] for at in range(len(reduced) - _SHINGLE + 1))
            self._shingles[text] = frozenset(runs)
        return self._shingles[text]

    def trace(self, text: str) -> Traced:
        """The reduced text with its way back."""
        folded = text.translate(_FOLDED)
        offsets: list[int] = []
        figures: list[Figure] = []
        kept_to = 0
        for match in self._dropped.finditer(folded):
            offsets.extend(range(kept_to, match.start()))
            if match["number"]:
                figures.append(Figure(len(offsets), match["number"], folded[match.end() : match.end() + 1]))
                offsets.append(match.start())
            kept_to = match.end()
        offsets.extend(range(kept_to, len(folded)))
        numbers = {figure.at for figure in figures}
        reduced = "".join(NUMBER if at in numbers else folded[offset] for at, offset in enumerate(offsets))
        return Traced(
            text,
            reduced,
            tuple(offsets),
            tuple(figures),
            _spans(_SENTENCE, text, offsets),
            _spans(_CLAUSE, text, offsets),
        )


def _replaced(match: re.Match[str]) -> str:
    return NUMBER if match["number"] else ""


def _spans(pattern: re.Pattern[str], text: str, offsets: Sequence[int]) -> tuple[Span, ...]:
    """Where the parts of a text begin and end in its reduced form."""
    spans: list[Span] = []
    at = 0
    for match in pattern.finditer(text):
        start = at
        while at < len(offsets) and offsets[at] < match.end():
            at += 1
        if at > start:
            spans.append((start, at))
    return tuple(spans)


def _alternatives(terms: Sequence[str]) -> str:
    """A pattern that finds the longest of some sorted terms, branching character by character."""
    tails: dict[str, list[str]] = {}
    for term in terms:
        if term:
            tails.setdefault(term[0], []).append(term[1:])
    branches = [_branch(head, rest) for head, rest in tails.items()]
    if not branches:
        return ""
    whole = f"(?:{'|'.join(branches)})"
    return f"{whole}?" if "" in terms else whole


def _branch(head: str, tails: Sequence[str]) -> str:
    return (r"\W{0,3}" if head == _GAP else re.escape(head)) + _alternatives(tails)
