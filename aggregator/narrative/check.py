"""The door to the findings about texts: copies, personal data, themes left blank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.finding import Finding, Severity
from aggregator.model.masking import masked_name
from aggregator.model.org_unit import Street
from aggregator.model.private_numbers import private_numbers
from aggregator.model.value import Place
from aggregator.narrative import finding_kinds as kinds
from aggregator.narrative.alike import GRAVE, texts_alike
from aggregator.narrative.compact import Compactor
from aggregator.narrative.overlap import Overlap, OverlapKind, Passage, find_overlaps, find_repeats
from aggregator.narrative.persons import known_persons, named_persons
from aggregator.narrative.stories import Story, of_communities, offices_of, stories_of
from aggregator.narrative.themes import is_blank, theme_words, vote

_SETTINGS_WITH_TERMS = "固定用语"
_STREET_NAMES = ("set_street_name", "set_district_name", "set_city_name", "set_park_name", "set_system_name")
_OWN_NAMES = ("本社区", "我社区", "该社区", "我们社区", "社区党委", "社区党支部", "社区党总支")
_LISTED = re.compile("[、，,；;]")
_SHORTEST_TERM = 2
_SHOWN = 80
_MOST_NAMED = 6


def check_texts(batch: Batch) -> tuple[Finding, ...]:
    """What is found in the texts of a month."""
    desk = _Desk(batch)
    return (*desk.copies(), *desk.repeats(), *desk.personal_data(), *desk.themes())


def compactor_of(catalog: Catalog, street: Street) -> Compactor:
    """What is no copy in this street: fixed terms, names of units, fixed phrases and names of the settings."""
    fixed = [term for terms in catalog.fixed_terms.values() for term in terms.values]
    names = [name for unit in street.units for name in unit.names]
    texts = [
        street.settings.get(setting.code, "") or setting.default
        for setting in catalog.settings.values()
        if setting.group == _SETTINGS_WITH_TERMS or setting.code in _STREET_NAMES
    ]
    settings = [part.strip() for text in texts for part in _LISTED.split(text)]
    return Compactor(term for term in (*fixed, *names, *settings, *_OWN_NAMES) if len(term) >= _SHORTEST_TERM)


class _Desk:
    """The texts of a batch and what is needed to look through them."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._offices = offices_of((unit.code, unit.kind) for unit in batch.street.units)
        self._stories = stories_of(batch.submissions, batch.catalog)
        self._compactor = compactor_of(batch.catalog, batch.street)

    def copies(self) -> Iterator[Finding]:
        """A finding for each text that is like those of other communities, whichever of them wrote it first."""
        for alike in texts_alike(find_overlaps(of_communities(self._stories, self._offices), self._compactor)):
            one, other = alike.overlap.stories
            yield kinds.COPIED_FROM_UNIT.at(
                one.place(),
                unit=one.unit,
                period=self._batch.period,
                severity=Severity.QUERY if alike.overlap.kind in GRAVE else Severity.NOTE,
                group=f"{kinds.COPIED_FROM_UNIT.code}:{alike.first.unit}:{alike.first.place().cell}",
                value=_shown(alike.overlap.one.text),
                unit_name=self._name(one.unit),
                units="、".join(dict.fromkeys(self._name(story.unit) for story in alike.others)),
                more=self._further([story for story in alike.others if story is not other]),
                **self._facts(
                    alike.overlap, self._where(one.unit, one.place()), self._where(other.unit, other.place())
                ),
            )

    def _further(self, others: Sequence[Story]) -> str:
        """The other texts of a group, by their places."""
        named = "、".join(self._where(story.unit, story.place()) for story in others[:_MOST_NAMED])
        more = f"等{len(others)}篇" if len(others) > _MOST_NAMED else ""
        return f"；与{named}{more}也雷同" if others else ""

    def repeats(self) -> Iterator[Finding]:
        """A finding for each text that repeats one of last month."""
        month = self._batch.period.previous()
        earlier = stories_of(self._batch.history.get(month, ()), self._batch.catalog)
        mine = of_communities(self._stories, self._offices)
        for overlap in find_repeats(mine, of_communities(earlier, self._offices), self._compactor):
            story = overlap.stories[0]
            yield kinds.COPIED_FROM_LAST_MONTH.at(
                story.place(),
                unit=story.unit,
                period=self._batch.period,
                severity=Severity.QUERY if overlap.kind is OverlapKind.WHOLE else Severity.NOTE,
                group=f"{kinds.COPIED_FROM_LAST_MONTH.code}:{story.unit}",
                value=_shown(overlap.one.text),
                month=month.label,
                **self._facts(overlap, self._where(story.unit, story.place()), ""),
            )

    def personal_data(self) -> Iterator[Finding]:
        """A finding for each private number, and one for each text that seems to name persons."""
        for submission in self._batch.submissions:
            known = known_persons(submission, self._batch.catalog)
            for story in self._stories:
                if story.unit == submission.unit:
                    yield from self._private(story)
                    yield from self._named(story, known)

    def themes(self) -> Iterator[Finding]:
        """A suggestion for each problem whose theme was left blank."""
        words = theme_words(self._batch.catalog)
        for story in self._stories:
            if not is_blank(story):
                continue
            found = vote(story.title, story.body, words)
            if found.theme:
                place = story.place("theme")
                yield kinds.THEME_SUGGESTED.at(
                    place,
                    unit=story.unit,
                    period=self._batch.period,
                    where=self._where(story.unit, place),
                    cell=place.cell,
                    title=_shown(story.title),
                    theme=found.theme,
                    second=f"，其次“{found.second}”" if found.second else "",
                )

    def _private(self, story: Story) -> Iterator[Finding]:
        for column, text in (("title", story.title), ("body", story.body)):
            for number in private_numbers(text):
                place = story.place(column)
                yield kinds.PERSONAL_NUMBER.at(
                    place,
                    unit=story.unit,
                    period=self._batch.period,
                    value=number.shown,
                    where=self._where(story.unit, place),
                    cell=place.cell,
                    title=_shown(story.title),
                    what=number.kind.label,
                    shown=number.shown,
                )

    def _named(self, story: Story, known: frozenset[str]) -> Iterator[Finding]:
        for column, text in (("title", story.title), ("body", story.body)):
            shown = "、".join(masked_name(person.text) for person in named_persons(text, known))
            if shown:
                place = story.place(column)
                yield kinds.PERSON_NAMED.at(
                    place,
                    unit=story.unit,
                    period=self._batch.period,
                    value=shown,
                    where=self._where(story.unit, place),
                    cell=place.cell,
                    title=_shown(story.title),
                    shown=shown,
                )

    def _facts(self, overlap: Overlap, where: str, other_where: str) -> dict[str, Any]:
        one, other = overlap.stories
        return {
            "where": where,
            "other_where": other_where,
            "other_unit": self._name(other.unit),
            "title": _shown(one.title),
            "other_title": _shown(other.title),
            "how": f"{overlap.kind.label}，相似度{overlap.similarity * 100:.0f}%",
            "one": _around(overlap.one, one.body),
            "other": _around(overlap.other, other.body),
            "figures": f"；相同的数字：{'、'.join(overlap.figures)}" if overlap.figures else "",
        }

    def _name(self, unit: str) -> str:
        return self._batch.street.unit(unit).short_name

    def _where(self, unit: str, place: Place) -> str:
        sheet = f"《{place.sheet}》" if place.sheet else ""
        return f"{self._name(unit)}{sheet}{place.cell}"


def _around(passage: Passage, body: str) -> str:
    """The passage, with marks where the text goes on; cut where it would fill the message."""
    head = "……" if passage.start else ""
    tail = "……" if passage.end < len(body.rstrip("。；;. ")) else ""
    text = passage.text if len(passage.text) <= _SHOWN else f"{passage.text[:_SHOWN]}……"
    return f"{head}{text}{tail if not text.endswith('……') else ''}"


def _shown(text: Sequence[str] | str) -> str:
    line = "".join(text)
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}……"
