"""雷同: texts of different communities, or of one community in two months, that have passages in common.

Candidates share many short runs of characters (an index over all texts, linear in their number); only those are
compared exactly. Fixed terms, names and punctuation are gone before anything is compared (`compact.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from itertools import combinations, zip_longest

from aggregator.model.value import Place
from aggregator.narrative.compact import NUMBER, Compactor, Span, Traced
from aggregator.narrative.stories import Story

_FIGURE = re.compile(r"[0-9０-９.]{2,}\D")
# Texts that have fewer shingles in common share no more than turns of phrase.
_FEWEST_SHARED = 7
# A shingle that more texts have in common ties each of them to one other only, so that the work stays linear.
_MOST_POSTINGS = 8
_LEAST_RUN = 8
_SEVERAL = 2
_LONG_RUN = 25
_SENTENCE = 16
# With other figures in it, the same wording may be the frame of a report that everyone fills in.
_SENTENCE_OTHER_FIGURES = 30
_WORDS_A_FIGURE = 10
_CLAUSES = 25
# A run of so many characters that holds a whole clause is no turn of phrase; fixed terms are out of it already.
_CLAUSE_RUN = 18
_NEAR_LENGTH = 20
_NEAR = Decimal("0.65")
# A short sentence reaches that by turns of phrase alone.
_NEAR_SHORT = Decimal("0.72")
_SHORT = 30
# Sentences cut differently: so much of the shorter text, in runs that stand in the other.
_NEAR_COVERED = Decimal("0.45")
_NEAR_IN_COMMON = 40
_WHOLE = Decimal("0.9")
# So many telling figures in the same measure, or fewer longer ones.
_FIGURES = 3
_LONG_FIGURES = 2
_TELLING_DIGITS = 2
_LONG_DIGITS = 3
_PERCENT = Decimal("0.01")


class OverlapKind(StrEnum):
    """What two texts have in common, the plainest first."""

    WHOLE = "whole"
    SENTENCE = "sentence"
    RUN = "run"
    CLAUSES = "clauses"
    NEAR = "near"
    FIGURES = "figures"

    @property
    def label(self) -> str:
        """As a clerk reads it."""
        return _LABELS[self]


_LABELS = {
    OverlapKind.WHOLE: "全文基本相同",
    OverlapKind.SENTENCE: "整句相同",
    OverlapKind.RUN: "长段文字相同",
    OverlapKind.CLAUSES: "多个分句相同",
    OverlapKind.NEAR: "文字相近",
    OverlapKind.FIGURES: "文字不同、数字相同",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a text: its words as typed, whose, the cell of the text, and from where to where it stands there."""

    text: str
    unit: str
    place: Place
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two passages that are the same or nearly; `run` is the longest run in common, `figures` are copied with it."""

    kind: OverlapKind
    one: Passage
    other: Passage
    run: str
    similarity: Decimal
    figures: tuple[str, ...]
    stories: tuple[Story, Story]


def find_overlaps(stories: Sequence[Story], compactor: Compactor) -> tuple[Overlap, ...]:
    """What the texts of different units have in common; one result a pair of texts, in the order of the texts."""
    texts = _Texts(stories, compactor)
    units = [story.unit for story in stories]
    shingles = [compactor.shingles(story.body) for story in stories]
    figures = [_figures(story.body) for story in stories]
    pairs = {*_candidates(shingles, units, _FEWEST_SHARED), *_candidates(figures, units, _LONG_FIGURES)}
    found = (texts.compared(one, other) for one, other in sorted(pairs))
    return tuple(overlap for overlap in found if overlap is not None)


def find_repeats(stories: Sequence[Story], earlier: Sequence[Story], compactor: Compactor) -> tuple[Overlap, ...]:
    """What the texts of a unit have in common with its own texts of an earlier month; the closest one for each."""
    texts = _Texts([*stories, *earlier], compactor)
    old: dict[str, list[tuple[int, frozenset[str]]]] = {}
    for at, story in enumerate(earlier, start=len(stories)):
        old.setdefault(story.unit, []).append((at, compactor.shingles(story.body)))
    found: list[Overlap] = []
    for at, story in enumerate(stories):
        own = old.get(story.unit)
        shingles = compactor.shingles(story.body) if own else frozenset()
        near = [other for other, known in own or () if len(shingles & known) >= _FEWEST_SHARED]
        overlaps = [overlap for other in near if (overlap := texts.compared(at, other)) is not None]
        if overlaps:
            found.append(max(overlaps, key=lambda overlap: (overlap.similarity, len(overlap.run))))
    return tuple(found)


def compare(one: Story, other: Story, compactor: Compactor) -> Overlap | None:
    """What two texts have in common; None when it is no more than texts of one theme have."""
    return _Texts([one, other], compactor).compared(0, 1)


def _figures(text: str) -> set[str]:
    """The longer numbers of a text, each with the character after it."""
    return {match[0] for match in _FIGURE.finditer(text)}


def _candidates(marks: Sequence[AbstractSet[str]], units: Sequence[str], least: int) -> Iterator[tuple[int, int]]:
    """The pairs of texts of different units that share so many marks."""
    postings: dict[str, list[int]] = {}
    for at, known in enumerate(marks):
        for mark in known:
            postings.setdefault(mark, []).append(at)
    shared: Counter[tuple[int, int]] = Counter()
    for having in postings.values():
        if len(having) > 1:
            shared.update(_tied(having, units))
    return (pair for pair, count in shared.items() if count >= least and units[pair[0]] != units[pair[1]])


def _tied(having: Sequence[int], units: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Each text with each, or where they are many with the first one of another unit."""
    if len(having) <= _MOST_POSTINGS:
        return combinations(having, 2)
    first = having[0]
    foreign = next((at for at in having if units[at] != units[first]), first)
    ties = ((first if units[at] != units[first] else foreign, at) for at in having)
    return {(min(tie), max(tie)) for tie in ties}


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of characters that two reduced texts have in common."""

    one: int
    other: int
    length: int

    @property
    def spans(self) -> tuple[Span, Span]:
        return (self.one, self.one + self.length), (self.other, self.other + self.length)


class _Texts:
    """Texts that are reduced and traced once each, when first compared."""

    def __init__(self, stories: Sequence[Story], compactor: Compactor) -> None:
        self._stories = stories
        self._compactor = compactor
        self._traced: dict[int, Traced] = {}

    def compared(self, one: int, other: int) -> Overlap | None:
        """What two of the texts have in common."""
        stories = (self._stories[one], self._stories[other])
        return _Comparison(stories, self._trace(one), self._trace(other)).overlap()

    def _trace(self, at: int) -> Traced:
        if at not in self._traced:
            self._traced[at] = self._compactor.trace(self._stories[at].body)
        return self._traced[at]


@dataclass
class _Comparison:
    """Two reduced texts side by side."""

    stories: tuple[Story, Story]
    one: Traced
    other: Traced

    def overlap(self) -> Overlap | None:
        """The plainest thing that they have in common."""
        for kind, find in (
            (OverlapKind.WHOLE, self._whole),
            (OverlapKind.SENTENCE, self._sentence),
            (OverlapKind.RUN, self._long_run),
            (OverlapKind.CLAUSES, self._clauses),
            (OverlapKind.NEAR, self._near),
            (OverlapKind.FIGURES, self._figures),
        ):
            spans = find()
            if spans is not None:
                return self._result(kind, *spans)
        return None

    def _result(self, kind: OverlapKind, one: Span, other: Span) -> Overlap:
        similarity = self._ratio(one, other) if kind is OverlapKind.NEAR else self._covered
        longest = self._longest
        run = self.one.source[slice(*self.one.typed(longest.spans[0]))] if longest else ""
        return Overlap(
            kind,
            _passage(self.stories[0], self.one, one),
            _passage(self.stories[1], self.other, other),
            run,
            similarity.quantize(_PERCENT),
            self._copied_figures if kind is not OverlapKind.FIGURES else self._telling_figures,
            self.stories,
        )

    def _whole(self) -> tuple[Span, Span] | None:
        longer = max(len(self.one.text), len(self.other.text))
        one, other = (0, len(self.one.text)), (0, len(self.other.text))
        if self._in_common < _WHOLE * longer or self._own_words(one) < self._wanted(one, other):
            return None
        return one, other

    def _sentence(self) -> tuple[Span, Span] | None:
        """The longest sentence that stands in both."""
        there = {self.other.text[slice(*span)]: span for span in self.other.sentences}
        pairs = [
            (span, there[self.one.text[slice(*span)]])
            for span in self.one.sentences
            if self.one.text[slice(*span)] in there
        ]
        told = [pair for pair in pairs if self._own_words(pair[0]) >= self._wanted(*pair)]
        return max(told, key=lambda pair: pair[0][1] - pair[0][0], default=None)

    def _wanted(self, one: Span, other: Span) -> int:
        """How many words of one's own make a copy of two spans: more where other figures stand between them."""
        changed = self._changed_figures(one, other)
        return max(_SENTENCE_OTHER_FIGURES, _WORDS_A_FIGURE * (changed + 1)) if changed else _SENTENCE

    def _changed_figures(self, one: Span, other: Span) -> int:
        mine, theirs = self.one.figures_in(one), self.other.figures_in(other)
        return sum(a != b for a, b in zip_longest(mine, theirs))

    def _own_words(self, span: Span) -> int:
        """How long a span is without its numbers."""
        part = self.one.text[slice(*span)]
        return len(part) - part.count(NUMBER)

    def _long_run(self) -> tuple[Span, Span] | None:
        """The sentences around the longest run."""
        run = self._longest
        if run is None or self._own_words(run.spans[0]) < max(_LONG_RUN, self._wanted(*run.spans)):
            return None
        return self._around(run)

    def _clauses(self) -> tuple[Span, Span] | None:
        """Where clauses of some length stand in both, figures included: several, or a whole one within a longer run."""
        there = {(self.other.text[slice(*span)], self.other.figures_in(span)): span for span in self.other.clauses}
        same = [
            (span, there[key])
            for span in self.one.clauses
            if span[1] - span[0] >= _LEAST_RUN
            and (key := (self.one.text[slice(*span)], self.one.figures_in(span))) in there
        ]
        if len(same) >= _SEVERAL and sum(span[1] - span[0] for span, _ in same) >= _CLAUSES:
            return _hull([span for span, _ in same]), _hull([span for _, span in same])
        longer = [run for run in self._runs if self._own_words(run.spans[0]) >= _CLAUSE_RUN and _holds(run, same)]
        return longer[0].spans if longer else None

    def _near(self) -> tuple[Span, Span] | None:
        """The two sentences that are most alike, when they are alike enough."""
        mine = [span for span in self.one.sentences if span[1] - span[0] >= _NEAR_LENGTH]
        theirs = [span for span in self.other.sentences if span[1] - span[0] >= _NEAR_LENGTH]
        alike = [
            (ratio, one, other)
            for one in mine
            for other in theirs
            if self._may_be_near(one, other) and (ratio := self._ratio(one, other)) >= _least_ratio(one, other)
        ]
        best = max(alike, key=lambda found: found[0], default=None)
        if best is not None:
            return best[1:]
        if self._covered < _NEAR_COVERED or self._in_common < _NEAR_IN_COMMON:
            return None
        return _hull([run.spans[0] for run in self._runs]), _hull([run.spans[1] for run in self._runs])

    def _may_be_near(self, one: Span, other: Span) -> bool:
        """Before the exact ratio: more than a frame for figures, and enough pairs of characters in common."""
        if self._changed_figures(one, other) and self._own_words(one) < self._wanted(one, other):
            return False
        first, second = _pairs(self.one.text[slice(*one)]), _pairs(self.other.text[slice(*other)])
        return 2 * (first & second).total() >= 0.4 * (first.total() + second.total())

    def _ratio(self, one: Span, other: Span) -> Decimal:
        """Twice the characters in common, in order, by the characters of both."""
        first, second = self.one.text[slice(*one)], self.other.text[slice(*other)]
        matched = sum(
            block.size for block in SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
        )
        return Decimal(2 * matched) / (len(first) + len(second))

    def _figures(self) -> tuple[Span, Span] | None:
        """The sentences around the figures, when several telling ones are the same, counted in the same measure."""
        shared = self._telling_figures
        longer = [figure for figure in shared if sum(sign.isdigit() for sign in figure) >= _LONG_DIGITS]
        if len(shared) < _FIGURES and len(longer) < _LONG_FIGURES:
            return None
        return self._span_of(self.one, shared), self._span_of(self.other, shared)

    @staticmethod
    def _span_of(text: Traced, shared: Sequence[str]) -> Span:
        marks = [figure.at for figure in text.figures if f"{figure.text}{figure.measure}" in shared]
        touched = [span for span in text.sentences if any(span[0] <= at < span[1] for at in marks)]
        return _hull(touched)

    @cached_property
    def _telling_figures(self) -> tuple[str, ...]:
        """Figures of both, with the character after them; years and small numbers tell nothing."""
        mine, theirs = (
            {f"{f.text}{f.measure}": None for f in text.figures if _is_telling(f.text, f.measure)}
            for text in (self.one, self.other)
        )
        return tuple(figure for figure in mine if figure in theirs)

    @cached_property
    def _copied_figures(self) -> tuple[str, ...]:
        """The figures that stand within common runs, the same in both."""
        copied: dict[str, None] = {}
        for run in self._runs:
            one, other = run.spans
            pairs = zip(self.one.figures_in(one), self.other.figures_in(other), strict=False)
            copied |= dict.fromkeys(mine for mine, theirs in pairs if mine == theirs)
        return tuple(copied)

    @cached_property
    def _runs(self) -> tuple[_Run, ...]:
        return common_runs(self.one.text, self.other.text, _LEAST_RUN)

    @cached_property
    def _longest(self) -> _Run | None:
        return max(self._runs, key=lambda run: self._own_words(run.spans[0]), default=None)

    @cached_property
    def _in_common(self) -> int:
        return sum(run.length for run in self._runs)

    @cached_property
    def _covered(self) -> Decimal:
        """How much of the shorter text stands in the other."""
        return Decimal(self._in_common) / max(1, min(len(self.one.text), len(self.other.text)))

    def _around(self, run: _Run) -> tuple[Span, Span]:
        one, other = run.spans
        return _sentences_around(self.one, one), _sentences_around(self.other, other)


def common_runs(one: str, other: str, least: int) -> tuple[_Run, ...]:
    """The longest runs that two texts have in common, none overlapping another in the first; the longest first."""
    starts: dict[str, list[int]] = {}
    for at in range(len(other) - least + 1):
        starts.setdefault(other[at : at + least], []).append(at)
    runs = [
        _Run(at, there, _length(one, other, at, there))
        for at in range(len(one) - least + 1)
        for there in starts.get(one[at : at + least], ())
        if not (at and there and one[at - 1] == other[there - 1])
    ]
    taken, used = [], set[int]()
    for run in sorted(runs, key=lambda run: -run.length):
        marks = range(run.one, run.one + run.length)
        if used.isdisjoint(marks):
            taken.append(run)
            used.update(marks)
    return tuple(taken)


def _length(one: str, other: str, at: int, there: int) -> int:
    length = 0
    while at + length < len(one) and there + length < len(other) and one[at + length] == other[there + length]:
        length += 1
    return length


def _holds(run: _Run, same: Sequence[tuple[Span, Span]]) -> bool:
    """Whether one of the clauses lies within a run."""
    return any(run.one <= span[0] and span[1] <= run.one + run.length for span, _ in same)


def _least_ratio(one: Span, other: Span) -> Decimal:
    return _NEAR_SHORT if min(one[1] - one[0], other[1] - other[0]) < _SHORT else _NEAR


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def _is_telling(number: str, measure: str) -> bool:
    digits = number.replace(".", "")
    return len(digits) >= _TELLING_DIGITS and measure not in {"年", "月", "日"}


def _hull(spans: Sequence[Span]) -> Span:
    return min(span[0] for span in spans), max(span[1] for span in spans)


def _sentences_around(text: Traced, span: Span) -> Span:
    touched = [sentence for sentence in text.sentences if sentence[0] < span[1] and span[0] < sentence[1]]
    return _hull([*touched, span])


def _passage(story: Story, text: Traced, span: Span) -> Passage:
    start, end = text.typed(span)
    return Passage(text.source[start:end], story.unit, story.place(), start, end)
