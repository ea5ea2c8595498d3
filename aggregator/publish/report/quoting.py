"""Which of the units' texts the report quotes, and how: attributed, masked, never invented."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import Narrative
from aggregator.model.org_unit import UnitKind
from aggregator.model.selection import Selection
from aggregator.model.value import Place
from aggregator.publish.number import chinese_numeral
from aggregator.publish.report.spans import dated
from aggregator.publish.report.texts import Texts, Told

# Where a keyword tells most of what a text is about.
_TELLING_COLUMNS = ("title", "brand", "evidence")
_TOLD_AS = {"nar_plan": "打算", "nar_case": "事例"}
_PROBLEM, _PLAN = "nar_problem", "nar_plan"
# The file of the selection names all that told the same.
_OTHERS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """A text that the report quotes, and the cell of its body."""

    text: str
    unit: str
    place: Place


@dataclass
class Quotations:
    """Chooses texts; each stands once in a report, and a community has one of a kind at most.

    In the report of one `unit` only its own texts stand, in their order and as its own words.
    """

    texts: Texts
    unit: str = ""
    _used: set[tuple[str, str]] = field(default_factory=set)
    _quoted: set[tuple[str, str]] = field(default_factory=set)
    _picked: dict[str, list[Told]] = field(default_factory=dict)

    @property
    def consolidation(self) -> Consolidation:
        """The month that the texts are of."""
        return self.texts.consolidation

    def choose(self, narrative: Narrative, *, keywords: Sequence[str], size: int | None) -> tuple[Quote, ...]:
        """The quotes of one fill: those recommended first, then the longest."""
        if size is not None:
            texts = self._several(narrative)[:size]
            return tuple(self._numbered(told, place, is_last=told is texts[-1]) for place, told in enumerate(texts, 1))
        found = next(iter(self._candidates(narrative, keywords)), None)
        return (self._single(found, narrative),) if found else ()

    def at(self, narrative: Narrative, place: int, *, part: str) -> tuple[Quote, ...]:
        """The text at a place, or one part of it; a plan stands at the place of the problem that it answers."""
        texts = self._answers() if narrative.code == _PLAN else self._several(narrative)
        told = texts[place - 1] if place <= len(texts) else None
        if told is None:
            return ()
        self._take(told, narrative)
        columns = {"题目": ("title",), "正文": ("body",), "主题": ("theme",)}.get(part, ("title", "body"))
        said = [_without_stop(self._discreet(self._said(told, column))) for column in columns]
        text = "。".join(filter(None, said))
        return (Quote(text, told.unit, self._place(told)),) if text else ()

    def _candidates(self, narrative: Narrative, keywords: Sequence[str]) -> list[Told]:
        """The free texts that match, the best first: the office's, by place of the keyword, recommended, longest.

        What a unit tells in several months under one title is told once, as it was told last.
        """
        free = (told for told in self.texts.of_kind(narrative.name, self.unit) if self._is_free(told, narrative))
        latest = {told.key: told for told in free}.values()
        fits = [(fit, told) for told in latest if (fit := _fit(told, keywords)) is not None]
        ranked = sorted(fits, key=lambda one: (not self._is_office(one[1]), one[0], *self._preference(one[1])))
        return [told for _, told in ranked]

    def _is_free(self, told: Told, narrative: Narrative) -> bool:
        if self._selection is not None and self._selection.choice(told.row) is None:
            return False
        is_used = not self._is_office(told) and (told.unit, narrative.code) in self._used
        return not is_used and told.key not in self._quoted

    @property
    def _selection(self) -> Selection | None:
        """What was chosen for the street's report; a community's own report has all of its texts."""
        return None if self.unit else self.consolidation.selection

    def _preference(self, told: Told) -> tuple[int, bool, int]:
        """The place in the selection; without one those recommended first, then the longest."""
        rank = self._selection.rank(told.row) if self._selection is not None else 0
        return rank, told.cell("own_pick") != "是", -len(told.cell("body"))

    def _theme(self, told: Told) -> str:
        """The theme that the unit chose, or the one that its words speak for."""
        choice = self._selection.choice(told.row) if self._selection is not None else None
        return choice.theme if choice is not None else told.cell("theme")

    def _others(self, told: Told, what: str) -> str:
        """Who told nearly the same, in brackets: the figures of the text are its own unit's alone."""
        choice = self._selection.choice(told.row) if self._selection is not None else None
        units = choice.units[1:] if choice is not None else ()
        names = "、".join(self.consolidation.street.unit(unit).name for unit in units[:_OTHERS_NAMED])
        more = "等社区" if len(units) > _OTHERS_NAMED else ""
        return f"（{names}{more}的{what}与此相近）" if names else ""

    def _is_office(self, told: Told) -> bool:
        return self.consolidation.street.unit(told.unit).kind is UnitKind.OFFICE

    def _take(self, told: Told, narrative: Narrative) -> None:
        self._used.add((told.unit, narrative.code))
        self._quoted.add(told.key)

    def _single(self, told: Told, narrative: Narrative) -> Quote:
        """The office's own words as they are; a community's with its name."""
        self._take(told, narrative)
        body = _without_stop(self._said(told, "body"))
        if not self._is_office(told) and not self.unit:
            unit = self.consolidation.street.unit(told.unit)
            title = _without_stop(self._said(told, "title"))
            words = _without_own_name(_as_third_person(body, "该社区"), unit.names)
            what = _TOLD_AS.get(narrative.code, "做法")
            body = f"{unit.name}“{title}”的{what}是：{words}{self._others(told, what)}"
        return Quote(body, told.unit, self._place(told))

    def _several(self, narrative: Narrative) -> list[Told]:
        """The texts of a kind that are told one after the other, chosen once a report.

        Of communities a theme once, the commonest first; the office's own as they stand.
        """
        if narrative.code not in self._picked:
            texts = self._candidates(narrative, ())
            is_own = bool(self.unit) or all(self._is_office(told) for told in texts)
            chosen = sorted(texts, key=_latest_in_order) if is_own else self._one_a_theme(texts, narrative)
            self._picked[narrative.code] = chosen
            for told in chosen:
                self._take(told, narrative)
        return self._picked[narrative.code]

    def _one_a_theme(self, texts: Sequence[Told], narrative: Narrative) -> list[Told]:
        common = Counter(self._theme(told) for told in texts)
        by_theme: dict[str, Told] = {}
        used = {unit for unit, code in self._used if code == narrative.code}
        for told in sorted(texts, key=lambda told: -common[self._theme(told)]):
            if told.unit not in used and self._theme(told) not in by_theme:
                by_theme[self._theme(told)] = told
                used.add(told.unit)
        return list(by_theme.values())

    def _answers(self) -> list[Told | None]:
        """The plan that answers each of the problems told, None where a unit wrote none."""
        narratives = self.consolidation.catalog.narratives
        return [self._answer(told) for told in self._several(narratives[_PROBLEM])]

    def _answer(self, problem: Told) -> Told | None:
        """The unit's plan of the same theme; else its plan that stands at the same place as the problem."""
        problems, plans = (self._of_return(problem, code) for code in (_PROBLEM, _PLAN))
        same = [told for told in plans if told.cell("theme") and told.cell("theme") == problem.cell("theme")]
        place = [told.row.number for told in problems].index(problem.row.number)
        by_place = [told for told in plans[place : place + 1] if not told.cell("theme")]
        return next(iter([*same, *by_place]), None)

    def _of_return(self, one: Told, code: str) -> list[Told]:
        """The texts of a kind in the return that a text stands in."""
        kind = self.consolidation.catalog.narratives[code].name
        return [told for told in self.texts.of_kind(kind, one.unit) if told.row.period == one.row.period]

    def _numbered(self, told: Told, place: int, *, is_last: bool) -> Quote:
        columns = ("title", "body")
        title, body = (_without_stop(self._discreet(self._said(told, column))) for column in columns)
        text = f"{chinese_numeral(place)}是{title}。{body}" + ("" if is_last else "。")
        return Quote(text, told.unit, self._place(told))

    def _discreet(self, text: str) -> str:
        """A community's own report is in its own words; the street's names none beside a problem."""
        return text if self.unit else self._unnamed(text)

    def _place(self, told: Told) -> Place:
        return self.consolidation.place_of(told.row, "body")

    def _unnamed(self, text: str) -> str:
        """No community is named beside a problem."""
        return _as_third_person(self.texts.unnamed(text), "个别社区")

    def _said(self, told: Told, column: str) -> str:
        """A cell as the report may print it; beside other months 本月 and 下个月 are told by their names."""
        said = self.texts.safe(told.cell(column))
        return (
            said if self.consolidation.period.is_month else dated(said, told.row.period.last, self.consolidation.period)
        )


def _fit(told: Told, keywords: Sequence[str]) -> int | None:
    """How well a text fits, 0 the best; None when not. A text that names its part of the report fits only there."""
    if not keywords:
        return 0
    if section := told.cell("section"):
        return 0 if any(keyword in section for keyword in keywords) else None
    if any(keyword in told.cell(column) for keyword in keywords for column in _TELLING_COLUMNS):
        return 0
    return 1 if any(_is_about(told.cell("body"), keyword) for keyword in keywords) else None


def _is_about(body: str, keyword: str) -> bool:
    """Whether a text speaks of something: from its first sentence on, or again and again; not once by the way."""
    return keyword in body.partition("。")[0] or body.count(keyword) > 1


def _latest_in_order(told: Told) -> tuple[int, int, int]:
    """The latest month first, and within it as the rows stand."""
    return -told.row.period.year, -told.row.period.last.number, told.row.number


def _without_stop(text: str) -> str:
    return text.rstrip("。；;. ")


def _without_own_name(text: str, names: Sequence[str]) -> str:
    """The text without the community's name at its head, which stands before it already."""
    for name in (*sorted(names, key=len, reverse=True), "该社区"):
        if text.startswith(name) and len(text) > len(name):
            rest = text[len(name) :].lstrip("，：")
            return f"该社区{rest}" if rest.startswith("的") else rest
    return text


def _as_third_person(text: str, subject: str) -> str:
    """What a community says of itself, as the street says it."""
    return re.sub("(?:本|我)社区", subject, text)
