"""Party members of a unit: how many, of which kind, who is being trained, who comes and goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.demo import organisations as org
from aggregator.demo.chance import Chance
from aggregator.demo.people import People
from aggregator.demo.profile import Draft, Row
from aggregator.model.period import Period

_EDUCATION = ("高中（中专）", "大专", "大专", "本科", "本科", "本科", "研究生")
_TRAINING, _ADMITTED = "在培", "已发展"
_DAYS_OF_A_YEAR = 366


@dataclass(frozen=True, slots=True)
class Flow:
    """Members in and out in one month."""

    admitted: int
    moved_in: int
    moved_out: int
    reduced: int


class Development:
    """The ledger of persons on their way into the Party."""

    def __init__(self, people: People, chance: Chance, since: Period, size: int) -> None:
        self._people, self._chance = people, chance
        self._rows: list[Row] = []
        for place in range(size):
            days = chance.whole(60, 700)
            begun = date.fromordinal(since.start.toordinal() - days)
            self._rows.append(self._person("入党申请人" if place % 3 == 0 else "入党积极分子", begun))

    def _person(self, stage: str, begun: date) -> Row:
        person: Row = {
            "person": self._people.name(), "birth_date": self._chance.born(begun, 20, 42),
            "education": self._chance.pick(_EDUCATION), "stage": stage, "status": _TRAINING,
        }  # fmt: skip
        if stage == "入党申请人":
            return person
        return {**person, "activist_on": begun, "trained": "是" if self._chance.happens(70) else "否"}

    def turn(self, month: Period) -> int:
        """Let a month pass; says how many were admitted."""
        self._rows = [self._step(row, month) for row in self._rows if row["status"] == _TRAINING]
        if self._chance.happens(45):
            self._rows.append(self._person("入党申请人", month.start))
        if self._chance.happens(12):
            self._rows.append(self._person("入党积极分子", self._chance.day(month)))
        return sum(row["status"] == _ADMITTED for row in self._rows)

    def _step(self, row: Row, month: Period) -> Row:
        """One step at most a month, and a year at least between activist and admission."""
        if row["stage"] == "入党申请人":
            trained = "是" if self._chance.happens(35) else "否"
            chosen: Row = {"stage": "入党积极分子", "activist_on": self._chance.day(month), "trained": trained}
            return {**row, **chosen} if self._chance.happens(15) else row
        begun = row["activist_on"]
        assert isinstance(begun, date)  # noqa: S101  # whoever is past the first stage has a date
        if row["trained"] == "否":
            return {**row, "trained": "是"} if self._chance.happens(30) else row
        is_due = (month.start - begun).days > _DAYS_OF_A_YEAR
        if row["stage"] == "入党积极分子":
            return {**row, "stage": "发展对象"} if is_due and self._chance.happens(15) else row
        if not self._chance.happens(15):
            return row
        return {**row, "stage": "预备党员", "status": _ADMITTED, "admitted_on": self._chance.day(month)}

    def rows(self) -> list[Row]:
        """The ledger at the end of the month."""
        return self._rows


class Members:
    """The members of one unit: every change of their number is one that was reported."""

    def __init__(self, organisations: org.Organisations, development: Development, chance: Chance) -> None:
        self.organisations, self._development, self._chance = organisations, development, chance
        self._female = organisations.members * chance.whole(34, 44) // 100
        self._retired = organisations.members * chance.whole(24, 38) // 100
        self._college = organisations.members * chance.whole(44, 62) // 100
        self._tenths = chance.whole(475, 560)

    def turn(self, month: Period, *, is_opening: bool, founded: org.Branch | None = None) -> Flow:
        """Let a month pass; a community that opens this month reports all of its members as moved in."""
        admitted = self._development.turn(month)
        if is_opening:
            flow = Flow(admitted, self.organisations.members, 0, 0)
            self.organisations.join(admitted, self._chance)
            return flow
        flow = self._ordinary(admitted, founded)
        self._shift(flow)
        return flow

    def _ordinary(self, admitted: int, founded: org.Branch | None) -> Flow:
        moved_in = self._chance.pick((0, 0, 1, 1, 2, 3))
        self.organisations.join(admitted + moved_in, self._chance)
        moved_out = self.organisations.leave(self._chance.pick((0, 0, 0, 1, 1, 2)), self._chance)
        reduced = self.organisations.leave(int(self._chance.happens(18)), self._chance)
        if founded is not None:
            self.organisations.branches.append(founded)
            moved_in += founded.members
        return Flow(admitted, moved_in, moved_out, reduced)

    def _shift(self, flow: Flow) -> None:
        """Women, pensioners and graduates come and go with the rest, never more than came and went."""
        into, out = flow.admitted + flow.moved_in, flow.moved_out + flow.reduced
        self._female += self._part(into, 45) - self._part(out, 38)
        self._college += self._part(into, 70) - self._part(out, 35)
        self._retired += int(self._chance.happens(20)) - flow.reduced
        self._tenths += self._chance.pick((-1, 0, 0, 0, 1))

    def _part(self, persons: int, share_pct: int) -> int:
        return sum(self._chance.happens(share_pct) for _ in range(persons))

    def report(self, draft: Draft, flow: Flow) -> None:
        """Put the figures and the two ledgers of the month down."""
        groups = {
            "pm_agency": (org.OFFICE, "事业单位"), "pm_community": (org.COMMUNITY,), "pm_nonpublic": (org.FIRM,),
            "pm_social": (org.SOCIAL,), "pm_other": ("学校", "国有企业", "其他"),
        }  # fmt: skip
        for code, fields in groups.items():
            draft.total(code, self.organisations.members_in(*fields))
        draft.total("pm_total", self.organisations.members)
        for code, number in (("pm_female", self._female), ("pm_retired", self._retired), ("pm_college", self._college)):
            draft.total(code, number)
        draft.values["pm_avg_age"] = Decimal(self._tenths) / 10
        draft.total("pm_moved_in", flow.moved_in)
        draft.total("pm_moved_out", flow.moved_out)
        draft.total("pm_reduced", flow.reduced)
        draft.ledgers["org_list"] = self.organisations.rows()
        draft.ledgers["development"] = self._development.rows()


class Floating:
    """The ledger of floating members of a community."""

    def __init__(self, people: People, chance: Chance, size: int) -> None:
        self._people, self._chance = people, chance
        self._rows = [self._person() for _ in range(size)]

    def _person(self) -> Row:
        return {
            "person": self._people.name(),
            "direction": self._chance.pick(("流入", "流入", "流出")),
            "contact_ok": "是" if self._chance.happens(85) else "否",
        }

    def turn(self) -> list[Row]:
        """Let a month pass and give the ledger."""
        if self._chance.happens(30) and len(self._rows) > 3:
            self._rows = self._rows[1:]
        if self._chance.happens(35):
            self._rows = [*self._rows, self._person()]
        return self._rows


class Hardship:
    """The ledger of members in hardship of a community; visits and relief are those of the month."""

    #: Months in which offices visit: before the Spring Festival, around 1 July, around the Double Ninth.
    _CUSTOMARY = frozenset({1, 2, 7, 10})

    def __init__(self, people: People, chance: Chance, size: int) -> None:
        self._people, self._chance = people, chance
        self._names = [people.name() for _ in range(size)]

    def turn(self, month: Period) -> list[Row]:
        """Let a month pass and give the ledger."""
        left: list[Row] = []
        if self._chance.happens(10):
            # Shown once more with the status by which the row leaves.
            left = [{"person": self._names[0], "status": "脱困"}]
            self._names = [*self._names[1:], self._people.name()]
        return [*(self._row(name, month) for name in self._names), *left]

    def _row(self, name: str, month: Period) -> Row:
        row: Row = {"person": name, "status": "在册"}
        is_custom = month.first.number in self._CUSTOMARY
        if not self._chance.happens(85 if is_custom else 25):
            return row
        row = {**row, "visited_on": self._chance.day(month)}
        return {**row, "relief_amount": Decimal(self._chance.whole(3, 10) * 100)} if is_custom else row
