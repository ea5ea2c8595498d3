"""Which of the units' texts the report quotes, and how: attributed, masked, never invented."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import Narrative, ValueType
from aggregator.model.masking import is_masked, masked_name
from aggregator.model.org_unit import UnitKind
from aggregator.model.private_numbers import without_private_numbers
from aggregator.model.selection import Selection
from aggregator.model.value import LedgerRow, Place
from aggregator.publish.number import chinese_numeral

TEXTS = "texts"
# Where a keyword tells most of what a text is about, and where it may stand by the way.
_KEYWORD_COLUMNS = (("title", "brand", "evidence"), ("body",))
_TOLD_AS = {"nar_plan": "打算", "nar_case": "事例"}
_SHORTEST_NAME = 2
_PROBLEM, _PLAN = "nar_problem", "nar_plan"


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

    consolidation: Consolidation
    unit: str = ""
    _used: set[tuple[str, str]] = field(default_factory=set)
    _quoted: set[tuple[str, str]] = field(default_factory=set)
    _picked: dict[str, list[LedgerRow]] = field(default_factory=dict)

    def choose(self, narrative: Narrative, *, keywords: Sequence[str], size: int | None) -> tuple[Quote, ...]:
        """The quotes of one fill: those recommended first, then the longest."""
        if size is not None:
            rows = self._several(narrative)[:size]
            return tuple(self._numbered(row, place, is_last=row is rows[-1]) for place, row in enumerate(rows, 1))
        found = next(self._candidates(narrative, keywords), None)
        return (self._single(found, narrative),) if found else ()

    def at(self, narrative: Narrative, place: int, *, part: str) -> tuple[Quote, ...]:
        """The text at a place, or one part of it; a plan stands at the place of the problem that it answers."""
        rows = self._answers() if narrative.code == _PLAN else self._several(narrative)
        row = rows[place - 1] if place <= len(rows) else None
        if row is None:
            return ()
        self._take(row, narrative)
        columns = {"题目": ("title",), "正文": ("body",), "主题": ("theme",)}.get(part, ("title", "body"))
        said = [_without_stop(self._discreet(self._said(row, column))) for column in columns]
        text = "。".join(filter(None, said))
        return (Quote(text, row.unit, self._place(row)),) if text else ()

    def _candidates(self, narrative: Narrative, keywords: Sequence[str]) -> Iterator[LedgerRow]:
        """The free texts that match, the best first: the office's, by place of the keyword, recommended, longest.

        What a unit tells in several months under one title is told once, as it was told last.
        """
        latest = {_told(row): row for row in self.consolidation.ledgers.get(TEXTS, ()) if self._is_free(row, narrative)}
        fits = {key: _fit(row, keywords) for key, row in latest.items()}
        matching = [row for key, row in latest.items() if fits[key] is not None]
        yield from sorted(
            matching, key=lambda row: (not self._is_office(row), fits[_told(row)], *self._preference(row))
        )

    def _is_free(self, row: LedgerRow, narrative: Narrative) -> bool:
        if _cell(row, "kind") != narrative.name or not _cell(row, "body") or (self.unit and row.unit != self.unit):
            return False
        if self._selection is not None and self._selection.choice(row) is None:
            return False
        is_used = not self._is_office(row) and (row.unit, narrative.code) in self._used
        return not is_used and _told(row) not in self._quoted

    @property
    def _selection(self) -> Selection | None:
        """What was chosen for the street's report; a community's own report has all of its texts."""
        return None if self.unit else self.consolidation.selection

    def _preference(self, row: LedgerRow) -> tuple[int, bool, int]:
        """The place in the selection; without one those recommended first, then the longest."""
        rank = self._selection.rank(row) if self._selection is not None else 0
        return rank, _cell(row, "own_pick") != "是", -len(_cell(row, "body"))

    def _theme(self, row: LedgerRow) -> str:
        """The theme that the unit chose, or the one that its words speak for."""
        choice = self._selection.choice(row) if self._selection is not None else None
        return choice.theme if choice is not None else _cell(row, "theme")

    def _tellers(self, row: LedgerRow) -> str:
        """Whose text it is, with those who told nearly the same."""
        choice = self._selection.choice(row) if self._selection is not None else None
        units = choice.units if choice is not None else (row.unit,)
        return "、".join(self.consolidation.street.unit(unit).name for unit in units)

    def _is_office(self, row: LedgerRow) -> bool:
        return self.consolidation.street.unit(row.unit).kind is UnitKind.OFFICE

    def _take(self, row: LedgerRow, narrative: Narrative) -> None:
        self._used.add((row.unit, narrative.code))
        self._quoted.add(_told(row))

    def _single(self, row: LedgerRow, narrative: Narrative) -> Quote:
        """The office's own words as they are; a community's with its name."""
        self._take(row, narrative)
        body = _without_stop(self._said(row, "body"))
        if not self._is_office(row) and not self.unit:
            unit = self.consolidation.street.unit(row.unit)
            title = _without_stop(self._said(row, "title"))
            told = _without_own_name(_as_third_person(body, "该社区"), unit.names)
            body = f"{self._tellers(row)}“{title}”的{_TOLD_AS.get(narrative.code, '做法')}是：{told}"
        return Quote(body, row.unit, self._place(row))

    def _several(self, narrative: Narrative) -> list[LedgerRow]:
        """The rows of a kind that are told one after the other, chosen once a report.

        Of communities a theme once, the commonest first; the office's own as they stand.
        """
        if narrative.code not in self._picked:
            rows = list(self._candidates(narrative, ()))
            is_own = bool(self.unit) or all(self._is_office(row) for row in rows)
            chosen = sorted(rows, key=_latest_in_order) if is_own else self._one_a_theme(rows, narrative)
            self._picked[narrative.code] = chosen
            for row in chosen:
                self._take(row, narrative)
        return self._picked[narrative.code]

    def _one_a_theme(self, rows: Sequence[LedgerRow], narrative: Narrative) -> list[LedgerRow]:
        common = Counter(self._theme(row) for row in rows)
        by_theme: dict[str, LedgerRow] = {}
        used = {unit for unit, code in self._used if code == narrative.code}
        for row in sorted(rows, key=lambda row: -common[self._theme(row)]):
            if row.unit not in used and self._theme(row) not in by_theme:
                by_theme[self._theme(row)] = row
                used.add(row.unit)
        return list(by_theme.values())

    def _answers(self) -> list[LedgerRow | None]:
        """The plan that answers each of the problems told, None where a unit wrote none."""
        narratives = self.consolidation.catalog.narratives
        return [self._answer(row) for row in self._several(narratives[_PROBLEM])]

    def _answer(self, problem: LedgerRow) -> LedgerRow | None:
        """The unit's plan of the same theme; else its plan that stands at the same place as the problem."""
        problems, plans = (self._of_return(problem, code) for code in (_PROBLEM, _PLAN))
        same = [row for row in plans if _cell(row, "theme") and _cell(row, "theme") == _cell(problem, "theme")]
        place = [row.number for row in problems].index(problem.number)
        by_place = [row for row in plans[place : place + 1] if not _cell(row, "theme")]
        return next(iter([*same, *by_place]), None)

    def _of_return(self, one: LedgerRow, code: str) -> list[LedgerRow]:
        """The texts of a kind in the return that a text stands in."""
        name = self.consolidation.catalog.narratives[code].name
        rows = self.consolidation.ledgers.get(TEXTS, ())
        own = [row for row in rows if (row.unit, row.period) == (one.unit, one.period)]
        return [row for row in own if _cell(row, "kind") == name and _cell(row, "body")]

    def _numbered(self, row: LedgerRow, place: int, *, is_last: bool) -> Quote:
        columns = ("title", "body")
        title, body = (_without_stop(self._discreet(self._said(row, column))) for column in columns)
        text = f"{chinese_numeral(place)}是{title}。{body}" + ("" if is_last else "。")
        return Quote(text, row.unit, self._place(row))

    def _discreet(self, text: str) -> str:
        """A community's own report is in its own words; the street's names none beside a problem."""
        return text if self.unit else self._unnamed(text)

    def _place(self, row: LedgerRow) -> Place:
        return self.consolidation.place_of(row, "body")

    def _unnamed(self, text: str) -> str:
        """No community is named beside a problem."""
        names = {
            name for unit in self.consolidation.street.units if unit.kind is UnitKind.COMMUNITY for name in unit.names
        }
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "个别社区")
        return _as_third_person(text, "个别社区")

    def _said(self, row: LedgerRow, column: str) -> str:
        """A cell as the report may print it; beside other months 本月 is told by its name."""
        text = self._safe(_cell(row, column))
        return text if self.consolidation.period.is_month else text.replace("本月", f"{row.period.last.number}月")

    def _safe(self, text: str) -> str:
        """Persons of sensitive ledgers and private numbers masked."""
        for name in self._persons:
            text = text.replace(name, masked_name(name))
        return without_private_numbers(text)

    @cached_property
    def _persons(self) -> set[str]:
        """Whoever stands in a sensitive ledger this month."""
        catalog = self.consolidation.catalog
        return {
            name
            for code, rows in self.consolidation.ledgers.items()
            if catalog.ledgers[code].sensitive
            for column in catalog.ledgers[code].columns
            if column.type is ValueType.TEXT and is_masked(catalog.ledgers[code], column)
            for row in rows
            if len(name := _cell(row, column.code)) >= _SHORTEST_NAME
        }


def _fit(row: LedgerRow, keywords: Sequence[str]) -> int | None:
    """How well a text fits, 0 the best; None when not. A text that names its part of the report fits only there."""
    if not keywords:
        return 0
    section = _cell(row, "section")
    places = (("section",),) if section else _KEYWORD_COLUMNS
    for fit, columns in enumerate(places):
        if any(keyword in _cell(row, column) for keyword in keywords for column in columns):
            return fit
    return None


def _told(row: LedgerRow) -> tuple[str, str]:
    """What tells a text from the others of a report: who told it, and its title (where it has none, its words)."""
    return row.unit, f"{_cell(row, 'kind')}：{_cell(row, 'title') or _cell(row, 'body')}"


def _latest_in_order(row: LedgerRow) -> tuple[int, int, int]:
    """The latest month first, and within it as the rows stand."""
    return -row.period.year, -row.period.last.number, row.number


def _cell(row: LedgerRow, column: str) -> str:
    value = row.cells.get(column)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _without_stop(text: str) -> str:
    return text.rstrip("。；;. ")


def _without_own_name(text: str, names: Sequence[str]) -> str:
    """The text without the community's name at its head, which stands before it already."""
    for name in (*sorted(names, key=len, reverse=True), "该社区"):
        if text.startswith(name) and len(text) > len(name):
            return text[len(name) :].lstrip("，：")
    return text


def _as_third_person(text: str, subject: str) -> str:
    """What a community says of itself, as the street says it."""
    return re.sub("(?:本|我)社区", subject, text)
