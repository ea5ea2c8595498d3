"""Chooses and orders the texts for the street's report; every choice says its reason, and no word is added."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from aggregator.model.consolidation import Consolidation
from aggregator.model.evaluate import plain_text
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Month
from aggregator.model.selection import Choice, Pick, Selection
from aggregator.narrative.check import compactor_of
from aggregator.narrative.compact import Compactor
from aggregator.narrative.overlap import Overlap, OverlapKind, compare, find_overlaps
from aggregator.narrative.stories import Story, cell_text, consolidated_stories
from aggregator.narrative.themes import PROBLEM, group_by_theme, theme_of, theme_words, vote

PLAN = "nar_plan"
#: How many texts of a kind a community has before every other community has one.
QUOTA = 1
_SAME = Decimal("0.8")
_LAST = 10**6
_FIGURE = re.compile("[0-9０-９]")


@dataclass(frozen=True, slots=True)
class _Judged:
    """A text with what speaks for it."""

    story: Story
    pick: Pick
    theme: str
    is_own_pick: bool
    evidence: str
    has_figure: bool
    fits_length: bool
    also: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[object, ...]:
        """The first to take comes first."""
        return (
            self.pick.order or _LAST,
            not self.pick.adopted,
            not self.is_own_pick,
            not self.evidence,
            not self.has_figure,
            not self.fits_length,
            -_months(self.story.row.period.last),
            -len(self.story.body),
            self.story.unit,
            self.story.row.number,
        )

    @property
    def reasons(self) -> list[str]:
        """What speaks for it, in words."""
        length = len(self.story.body)
        return [
            *([f"街道选用{f'（第{self.pick.order}位）' if self.pick.order else ''}"] if self.pick.adopted else []),
            *([f"街道排在第{self.pick.order}位"] if self.pick.order and not self.pick.adopted else []),
            *(["本单位推荐"] if self.is_own_pick else []),
            *([f"佐证指标{self.evidence}"] if self.evidence else ["正文有数字"] if self.has_figure else []),
            f"{length}字，{'篇幅合适' if self.fits_length else '篇幅不合要求'}",
        ]


def select_texts(consolidation: Consolidation, picks: Sequence[Pick] = ()) -> Selection:
    """The texts of the units in the totals: chosen, ordered, near-duplicates merged, each with its reason."""
    desk = _Desk(consolidation, picks)
    chosen: list[Choice] = []
    left_out: list[Choice] = []
    for code in consolidation.catalog.narratives:
        mine = [judged for judged in desk.judged if judged.story.narrative == code]
        left_out += [desk.choice(judged, "街道不采用") for judged in mine if judged.pick.adopted is False]
        kept, merged = desk.merged([judged for judged in mine if judged.pick.adopted is not False])
        left_out += merged
        chosen += desk.ordered(code, kept, chosen)
    return Selection(tuple(chosen), tuple(left_out), desk.unknown_picks())


class _Desk:
    """The texts of a month, judged one by one."""

    def __init__(self, consolidation: Consolidation, picks: Sequence[Pick]) -> None:
        self._consolidation = consolidation
        self._words = theme_words(consolidation.catalog)
        self._picks = {(pick.unit, pick.kind, pick.title): pick for pick in picks}
        self._offices = {unit.code for unit in consolidation.street.units if unit.kind is UnitKind.OFFICE}
        stories = [story for story in consolidated_stories(consolidation) if story.narrative]
        self.judged = [self._judge(story) for story in stories]

    def unknown_picks(self) -> tuple[Pick, ...]:
        """Decisions about texts that this month does not have."""
        known = {_key(judged.story) for judged in self.judged}
        return tuple(
            pick for key, pick in self._picks.items() if key not in known and (pick.adopted is not None or pick.order)
        )

    def choice(self, judged: _Judged, reason: str) -> Choice:
        """A text with its reason."""
        story, pick = judged.story, judged.pick
        units = (story.unit, *judged.also)
        return Choice(story.narrative, story.row, units, reason, judged.theme, pick.adopted, pick.order)

    def merged(self, judged: Sequence[_Judged]) -> tuple[list[_Judged], list[Choice]]:
        """The texts without near-duplicates; the one that stands for several names all their units.

        Of many alike not every pair is found, so each text speaks through the one that stands for it by now.
        """
        kept = {id(one.story.row): one for one in judged}
        stands_for: dict[int, int] = {}
        merged: list[Choice] = []
        stories = [one.story for one in judged if one.story.unit not in self._offices]
        for overlap in find_overlaps(stories, self._compactor):
            first, second = (_standing(id(story.row), stands_for) for story in overlap.stories)
            if first == second or not _is_same(overlap):
                continue
            best, other = sorted((kept[first], kept[second]), key=lambda one: one.order)
            if other.pick.adopted or not self._is_alike(best.story, other.story, overlap):
                continue
            del kept[id(other.story.row)]
            stands_for[id(other.story.row)] = id(best.story.row)
            also = tuple(unit for unit in (*best.also, other.story.unit, *other.also) if unit != best.story.unit)
            kept[id(best.story.row)] = replace(best, also=tuple(dict.fromkeys(also)))
            merged.append(self.choice(other, f"与{self._name(best.story.unit)}“{best.story.title}”相近，合并使用"))
        return list(kept.values()), merged

    def _is_alike(self, best: Story, other: Story, found: Overlap) -> bool:
        """Whether two texts are nearly the same; `found` is what was compared, perhaps others that they stand for."""
        if {id(best.row), id(other.row)} == {id(story.row) for story in found.stories}:
            return True
        direct = compare(best, other, self._compactor)
        return direct is not None and _is_same(direct)

    @cached_property
    def _compactor(self) -> Compactor:
        return compactor_of(self._consolidation.catalog, self._consolidation.street)

    def ordered(self, code: str, kept: Sequence[_Judged], before: Sequence[Choice]) -> list[Choice]:
        """The texts of a kind in the order to take them."""
        ranked = sorted(kept, key=lambda judged: judged.order)
        if code == PROBLEM:
            return self._by_theme(ranked)
        if code == PLAN:
            return self._answering([choice for choice in before if choice.narrative == PROBLEM], ranked)
        first, rest = self._within_quota(ranked)
        return [
            *(self.choice(judged, "；".join(judged.reasons)) for judged in first),
            *(self.choice(judged, "；".join([*judged.reasons, f"每社区先用{QUOTA}条，本条备用"])) for judged in rest),
        ]

    def _within_quota(self, ranked: Sequence[_Judged]) -> tuple[list[_Judged], list[_Judged]]:
        """The texts that each community may have first, and those beyond; what the clerk chose counts as first."""
        first: list[_Judged] = []
        rest: list[_Judged] = []
        taken: dict[str, int] = {}
        for judged in ranked:
            unit = judged.story.unit
            is_first = judged.pick.adopted or unit in self._offices or taken.get(unit, 0) < QUOTA
            (first if is_first else rest).append(judged)
            taken[unit] = taken.get(unit, 0) + 1
        return first, rest

    def _by_theme(self, ranked: Sequence[_Judged]) -> list[Choice]:
        """A problem of each theme, the commonest theme first, then the next of each; those that were chosen first."""
        judged_of = {id(judged.story.row): judged for judged in ranked}
        rounds: list[tuple[tuple[object, ...], Choice]] = []
        for place, group in enumerate(group_by_theme([judged.story for judged in ranked], self._words)):
            raised = "、".join(self._name(unit) for unit in group.units)
            said = f"主题“{group.theme or '未定'}”，{len(group.units)}个单位提出（{raised}）"
            for turn, story in enumerate(group.stories):
                judged = judged_of[id(story.row)]
                key = (judged.pick.order or _LAST, not judged.pick.adopted, turn, place)
                rounds.append((key, self.choice(judged, "；".join([said, *judged.reasons]))))
        return [choice for _key, choice in sorted(rounds, key=lambda entry: entry[0])]

    def _answering(self, problems: Sequence[Choice], ranked: Sequence[_Judged]) -> list[Choice]:
        """The plans in the order of the problems that they answer; then those that answer none."""
        left = list(ranked)
        chosen: list[Choice] = []
        for problem in problems:
            answer = _answer(problem, left)
            if answer is not None:
                left.remove(answer)
                title = cell_text(problem.row, "title")
                said = f"对应{self._name(problem.row.unit)}的问题“{title}”（{problem.theme or '未定'}）"
                chosen.append(self.choice(answer, "；".join([said, *answer.reasons])))
        return [*chosen, *(self.choice(judged, "；".join(judged.reasons)) for judged in left)]

    def _judge(self, story: Story) -> _Judged:
        narrative = self._consolidation.catalog.narratives[story.narrative]
        key = _key(story)
        return _Judged(
            story=story,
            pick=self._picks.get(key, Pick(*key)),
            theme=theme_of(story, self._words) if story.narrative == PROBLEM else self._theme_of_other(story),
            is_own_pick=cell_text(story.row, "own_pick") == "是",
            evidence=self._evidence(story),
            has_figure=bool(_FIGURE.search(story.body)),
            fits_length=narrative.body_min <= len(story.body) <= narrative.body_max,
        )

    def _theme_of_other(self, story: Story) -> str:
        return cell_text(story.row, "theme") or (
            vote(story.title, story.body, self._words).theme if story.narrative == PLAN else ""
        )

    def _evidence(self, story: Story) -> str:
        """The indicator that the row names, with the unit's number where it is above 0."""
        name = cell_text(story.row, "evidence")
        try:
            element = self._consolidation.catalog.element(name)
        except KeyError:
            return ""
        value = self._consolidation.values.get((story.unit, element.code))
        number = value.scalar if value else None
        if not isinstance(number, Decimal) or number <= 0:
            return ""
        return f"“{element.name}”{plain_text(number)}{element.unit}"

    def _name(self, unit: str) -> str:
        return self._consolidation.short_name(unit)


def _answer(problem: Choice, plans: Sequence[_Judged]) -> _Judged | None:
    """The plan of the same theme of the same unit; else of another unit; else what the unit itself wrote."""
    unit = problem.row.unit
    same = [plan for plan in plans if plan.theme and plan.theme == problem.theme]
    own = [plan for plan in plans if plan.story.unit == unit]
    return next(iter([*(plan for plan in same if plan.story.unit == unit), *own, *same]), None)


def _months(month: Month) -> int:
    """A month as a number; of texts of several months the latest is taken first."""
    return month.year * 12 + month.number


def _standing(text: int, stands_for: Mapping[int, int]) -> int:
    """The text that by now stands for a text."""
    while text in stands_for:
        text = stands_for[text]
    return text


def _is_same(overlap: Overlap) -> bool:
    return overlap.kind is OverlapKind.WHOLE or overlap.similarity >= _SAME


def _key(story: Story) -> tuple[str, str, str]:
    return story.unit, cell_text(story.row, "kind"), story.title
