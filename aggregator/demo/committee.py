"""The two committees of a community: who serves, who leaves, who has been trained; and the reserve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aggregator.demo.chance import Chance
from aggregator.demo.people import People
from aggregator.demo.profile import Row
from aggregator.model.period import Month, Period

_PARTY, _RESIDENTS, _BOTH = "党组织", "居委会", "两委交叉"
_YES, _NO = "是", "否"
_SERVING, _LEFT = "在任", "离任"
#: The posts of a community, the most important first, with the bodies that go with each; a small one has fewer.
_POSTS = (
    ("副书记", (_BOTH,)),
    ("党组织委员", (_BOTH, _PARTY)),
    ("居委会委员", (_RESIDENTS, _BOTH)),
    ("专职副书记", (_PARTY,)),
    ("副主任", (_BOTH, _RESIDENTS)),
    ("党组织委员", (_BOTH, _PARTY)),
    ("居委会委员", (_RESIDENTS,)),
    ("居委会委员", (_RESIDENTS, _BOTH)),
    ("党组织委员", (_PARTY,)),
)
_EDUCATION = ("高中（中专）", "大专", "大专", "大专", "本科", "本科", "本科", "研究生")
#: Months of the year after which most have been trained.
TRAINING_MONTHS = (4, 9, 10)


@dataclass(frozen=True, slots=True)
class Term:
    """The term of the committees: the day of the election that began it."""

    elected_on: date


class Committee:
    """The roster of one community."""

    def __init__(self, people: People, chance: Chance, *, term: Term, size: int, merged: bool) -> None:
        self._people, self._chance, self._term = people, chance, term
        head = [("书记兼主任", _BOTH)] if merged else [("书记", _PARTY), ("主任", _RESIDENTS)]
        others = [(post, chance.pick(bodies)) for post, bodies in _POSTS]
        self._rows = [self._elected(post, body) for post, body in (head + others)[:size]]
        if not any(row["gender"] == "女" for row in self._rows):
            self._rows[1] = {**self._rows[1], "gender": "女", "person": people.name("女")}
        self._vacant: list[tuple[str, str]] = []

    def _person(self, post: str, body: str, appointed_on: date) -> Row:
        gender = self._people.gender(30 if post.startswith("书记") else 46)
        is_head = post.startswith("书记")
        return {
            "person": self._people.name(gender),
            "gender": gender,
            "birth_date": self._chance.born(appointed_on, *((34, 54) if is_head else (24, 57))),
            "education": self._chance.pick(_EDUCATION[1:] if is_head else _EDUCATION),
            "body": body,
            "post": post,
            "is_one_shoulder": _YES if post == "书记兼主任" else _NO,
            "appointed_on": appointed_on,
            "term": "本届",
            "trained_this_year": _YES if self._chance.happens(35) else _NO,
            "status": _SERVING,
        }

    def _elected(self, post: str, body: str) -> Row:
        elected = self._term.elected_on
        kept = elected.replace(year=elected.year - 5 * self._chance.whole(0, 1))
        return self._person(post, body, kept)

    def turn(self, month: Period) -> list[Row]:
        """Let a month pass and give the roster."""
        rows = [row for row in self._rows if row["status"] == _SERVING]
        rows = [self._trained(row, month) for row in rows]
        rows += [self._person(post, body, self._chance.day(month)) for post, body in self._vacant]
        self._vacant = []
        self._rows = self._one_leaves(rows, month)
        return self._rows

    def _trained(self, row: Row, month: Period) -> Row:
        number = month.first.number
        if number == 1:
            return {**row, "trained_this_year": _NO}
        if number in TRAINING_MONTHS and row["trained_this_year"] == _NO and self._chance.happens(70):
            return {**row, "trained_this_year": _YES}
        return row

    def _one_leaves(self, rows: list[Row], month: Period) -> list[Row]:
        """Now and then an ordinary member leaves; the post is filled next month."""
        since = (month.first.year - self._term.elected_on.year) * 12 + month.first.number - self._term.elected_on.month
        if since < 2 or not self._chance.happens(4):
            return rows
        leaver = rows[-1]
        if leaver["gender"] == "女" and sum(row["gender"] == "女" for row in rows) == 1:
            return rows
        self._vacant = [(str(leaver["post"]), str(leaver["body"]))]
        return [*rows[:-1], {**leaver, "status": _LEFT, "left_on": self._chance.day(month)}]


def term_before(first: Period) -> Term:
    """A term whose election was finished just before the first month that is told."""
    month: Month = first.first.plus(-1)
    return Term(date(month.year, month.number, 20))


class Reserve:
    """The reserve of a community."""

    def __init__(self, people: People, chance: Chance) -> None:
        self._chance = chance
        self._rows: list[Row] = [{"person": people.name(), "status": "在库"} for _ in range(chance.whole(3, 7))]

    def rows(self) -> list[Row]:
        """The roster, which stays as it is."""
        return self._rows
