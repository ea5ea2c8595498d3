"""Which paragraph of the edited report is which of the printed one, and which figure is which."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from aggregator.model.claims import FIGURE
from aggregator.model.report_text import PrintedFigure, PrintedParagraph, ReportText

_LEAST_ALIKE = 0.4
_CONTEXT = 8  # characters before a figure that tell its place


@dataclass(frozen=True, slots=True)
class Spot:
    """A figure and where it stands: its paragraph's number, and the words before it, figures left out."""

    paragraph: int
    figure: PrintedFigure
    before: str

    @property
    def text(self) -> str:
        """The figure as it reads, blanks left out."""
        return re.sub(r"\s", "", self.figure.text)


@dataclass(frozen=True, slots=True)
class Pair:
    """A printed figure and the same one in the edited report."""

    printed: Spot
    found: Spot


@dataclass(frozen=True, slots=True)
class Matching:
    """Which figures are the same, which are gone, and which have come."""

    pairs: tuple[Pair, ...]
    gone: tuple[Spot, ...]
    come: tuple[Spot, ...]


def align_paragraphs(printed: ReportText, found: ReportText) -> dict[int, int]:
    """The number of each printed paragraph to that of the same one in the edited report, where it still stands."""
    aligned = _align_cells(printed, found)
    ours, theirs = _body(printed), _body(found)
    before = [_key(printed.paragraphs[at].text) for at in ours]
    after = [_key(found.paragraphs[at].text) for at in theirs]
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            aligned[ours[block.a + step]] = theirs[block.b + step]
    taken = set(aligned.values())
    left = [at for at in ours if at not in aligned]
    right = [at for at in theirs if at not in taken]
    for _, at, other in _likeliest(printed, found, left, right):
        if at not in aligned and other not in taken:
            aligned[at] = other
            taken.add(other)
    return aligned


def _align_cells(printed: ReportText, found: ReportText) -> dict[int, int]:
    """Cells of tables by the name of their row and their column."""
    there: dict[str, list[int]] = {}
    for at, paragraph in enumerate(found.paragraphs):
        if paragraph.is_cell:
            there.setdefault(paragraph.where, []).append(at)
    return {
        at: there[paragraph.where].pop(0)
        for at, paragraph in enumerate(printed.paragraphs)
        if paragraph.is_cell and there.get(paragraph.where)
    }


def _body(report: ReportText) -> list[int]:
    return [at for at, paragraph in enumerate(report.paragraphs) if not paragraph.is_cell]


def _likeliest(
    printed: ReportText, found: ReportText, left: Sequence[int], right: Sequence[int]
) -> list[tuple[float, int, int]]:
    """Pairs of paragraphs that are alike, the likest first."""
    pairs = [(alike(printed.paragraphs[at].text, found.paragraphs[to].text), at, to) for at in left for to in right]
    return sorted((pair for pair in pairs if pair[0] >= _LEAST_ALIKE), key=lambda pair: (-pair[0], pair[1], pair[2]))


def alike(one: str, other: str) -> float:
    """How alike two texts are, by the pairs of neighbouring characters they share: 1 the same, 0 nothing."""
    first, second = _bigrams(one), _bigrams(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else float(_key(one) == _key(other))


def _bigrams(text: str) -> Counter[str]:
    key = _key(text)
    return Counter(key[at : at + 2] for at in range(len(key) - 1))


def _key(text: str) -> str:
    return re.sub(r"\s", "", text)


def match_figures(printed: ReportText, found: ReportText, aligned: dict[int, int]) -> Matching:
    """The figures of both reports, each with its own: by tag, paragraph, words before it and text."""
    ours, theirs = list(_spots(printed)), list(_spots(found))
    likeliest = sorted(_candidates(ours, theirs, aligned), key=lambda candidate: (-candidate[0], *candidate[1:]))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, at, other in likeliest:
        if at not in pairs and other not in taken:
            pairs[at] = other
            taken.add(other)
    return Matching(
        tuple(Pair(ours[at], theirs[pairs[at]]) for at in sorted(pairs)),
        tuple(spot for at, spot in enumerate(ours) if at not in pairs),
        tuple(spot for at, spot in enumerate(theirs) if at not in taken),
    )


def _spots(report: ReportText) -> Iterator[Spot]:
    for number, paragraph in enumerate(report.paragraphs):
        for figure in paragraph.figures:
            yield Spot(number, figure, _before(paragraph, figure))


def _before(paragraph: PrintedParagraph, figure: PrintedFigure) -> str:
    """The words before a figure back to the figure before it, with a sign for that one."""
    others = [other.end for other in paragraph.figures if other.end <= figure.start]
    start = max(others, default=0)
    words = _key(paragraph.text[start : figure.start])
    return (FIGURE * bool(others) + words)[-_CONTEXT:]


def _candidates(
    ours: Sequence[Spot], theirs: Sequence[Spot], aligned: dict[int, int]
) -> Iterator[tuple[int, int, int]]:
    """What may be the same figure, with how sure that is; one that lost its tag must stand in its paragraph."""
    for at, spot in enumerate(ours):
        for other, candidate in enumerate(theirs):
            tag = candidate.figure.tag
            if tag not in ("", spot.figure.tag):
                continue
            is_in_place = aligned.get(spot.paragraph) == candidate.paragraph
            is_same_place, is_same_text = spot.before == candidate.before, spot.text == candidate.text
            if tag or (is_in_place and (is_same_place or is_same_text)):
                yield 8 * is_in_place + 4 * is_same_place + 2 * is_same_text + bool(tag), at, other


def in_common(one: ReportText, other: ReportText) -> int:
    """How many figures, each with its tag and its text, two reports share."""
    first, second = (
        Counter((figure.tag, figure.text) for paragraph in report.paragraphs for figure in paragraph.figures)
        for report in (one, other)
    )
    return (first & second).total()
