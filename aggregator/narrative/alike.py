"""Texts of several units that are alike: each told once to its own unit, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aggregator.narrative.overlap import Overlap, OverlapKind
from aggregator.narrative.stories import Story

#: What is hardly ever an accident.
GRAVE = frozenset({OverlapKind.WHOLE, OverlapKind.SENTENCE, OverlapKind.RUN})


@dataclass(frozen=True, slots=True)
class Alike:
    """A text, what it has in common with the one that is most like it, and all other texts of its group.

    `first` is the first text of the group. In the overlap the text itself comes first.
    """

    overlap: Overlap
    first: Story
    others: tuple[Story, ...]

    @property
    def story(self) -> Story:
        """The text itself."""
        return self.overlap.stories[0]


def texts_alike(overlaps: Sequence[Overlap]) -> tuple[Alike, ...]:
    """Each text that has something in common with others, group by group."""
    stories = {id(story): story for overlap in overlaps for story in overlap.stories}
    seen: dict[int, list[Overlap]] = {key: [] for key in stories}
    for overlap in overlaps:
        one, other = overlap.stories
        seen[id(one)].append(overlap)
        seen[id(other)].append(_from_the_other_side(overlap))
    return tuple(
        Alike(max(seen[key], key=_telling), stories[group[0]], tuple(stories[other] for other in group if other != key))
        for group in _groups(stories, overlaps)
        for key in group
    )


def _from_the_other_side(overlap: Overlap) -> Overlap:
    one, other = overlap.stories
    return replace(overlap, one=overlap.other, other=overlap.one, stories=(other, one))


def _telling(overlap: Overlap) -> tuple[bool, object, int]:
    return overlap.kind in GRAVE, overlap.similarity, len(overlap.run)


def _groups(stories: Iterable[int], overlaps: Iterable[Overlap]) -> list[list[int]]:
    """The texts that hang together by what they have in common, in the order in which they are given."""
    group_of = {key: [key] for key in stories}
    for overlap in overlaps:
        one, other = (group_of[id(story)] for story in overlap.stories)
        if one is not other:
            one += other
            group_of |= dict.fromkeys(other, one)
    order = {key: at for at, key in enumerate(group_of)}
    groups = {id(group): sorted(group, key=lambda key: order[key]) for group in group_of.values()}
    return list(groups.values())
