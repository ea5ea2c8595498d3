"""A plausible, coherent history of an invented street: the same for the same seed, month after month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aggregator.demo import extras, funds, invented_names
from aggregator.demo import organisations as org
from aggregator.demo.activities import Activities
from aggregator.demo.assemble import Assembler, FormMap
from aggregator.demo.chance import Chance
from aggregator.demo.committee import Committee, Reserve, term_before
from aggregator.demo.figures import CommunityFigures
from aggregator.demo.issues import CommunityIssues, OfficeIssues
from aggregator.demo.members import Development, Floating, Hardship, Members
from aggregator.demo.neighbours import Agreements, Neighbours
from aggregator.demo.office import Office
from aggregator.demo.people import People
from aggregator.demo.profile import RECTIFIED_AFTER, Draft, Profile, Row
from aggregator.demo.sites import Positions, Projects
from aggregator.demo.stories import community_texts, office_texts
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Submission

#: The forms by kind of unit, so that every value knows its cell.
Layouts = Mapping[UnitKind, FormMap]
_NO_LAYOUTS: Layouts = {}
#: The place in the list of the community whose organisation is under rectification at first.
_RECTIFIED = 11


def simulate(
    street: Street,
    catalog: Catalog,
    *,
    seed: int,
    last: Period,
    months: int = 14,
    layouts: Layouts = _NO_LAYOUTS,
) -> dict[Period, tuple[Submission, ...]]:
    """The returns of every unit expected in each of so many months up to `last`, typed values and ledger rows only."""
    first = Period(last.first.plus(1 - months), last.last)
    names = {element.code: element.name for element in catalog.elements.values()}
    stories = {unit.code: _story(street, unit, seed, first, names) for unit in street.units}
    assembler = Assembler(catalog, street, layouts)
    return {month: tuple(_month(street, month, stories, assembler)) for month in first.months()}


def _month(street: Street, month: Period, stories: Stories, assembler: Assembler) -> Iterator[Submission]:
    names = [unit.name for unit in street.communities(month)]
    titles: frozenset[str] = frozenset()
    for unit in street.expected(month):
        draft = stories[unit.code].month(month, Around(names, titles))
        titles |= {str(row["title"]) for row in draft.ledgers["texts"]}
        yield assembler.submission(unit, month, draft)


def _story(
    street: Street, unit: OrgUnit, seed: int, span: Period, names: Mapping[str, str]
) -> CommunityStory | OfficeStory:
    position = street.units.index(unit)
    people = People(position, len(street.units), Chance(seed, unit.code, "people"))
    start = Period(span.first, span.first)
    if unit.kind is UnitKind.OFFICE:
        return OfficeStory(street, unit, seed, start, people)
    if unit.opened is not None and unit.opened.first > start.first:
        start = unit.opened
    return CommunityStory(Profile.of(unit, position, street.name), seed, start, people, names)


@dataclass(frozen=True, slots=True)
class Around:
    """What a unit knows of the others: the names of the open communities, the titles that they have told already."""

    communities: Sequence[str]
    titles: frozenset[str]


@dataclass
class CommunityStory:
    """One community through the months."""

    profile: Profile
    seed: int
    start: Period
    people: People
    names: Mapping[str, str]
    _founded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        profile, since, people = self.profile, self.start, self.people
        self._founder = org.Founder(profile.street, people, self._chance("organisations"), since)
        organisations = org.community_organisations(profile, self._founder, self._chance("branches"))
        development = Development(people, self._chance("development"), since, size=max(4, int(profile.scaled(11))))
        self._members = Members(organisations, development, self._chance("members"))
        self._floating = Floating(people, self._chance("floating"), max(3, int(profile.scaled(6))))
        self._hardship = Hardship(people, self._chance("hardship"), max(1, int(profile.scaled(3))))
        self._committee = Committee(
            people,
            self._chance("committee"),
            term=term_before(since),
            size=7 + profile.size_pct // 35,
            merged=profile.position % 5 != 3,
        )
        self._reserve = Reserve(people, self._chance("reserve"))
        self._neighbours = Neighbours(profile, self._chance("neighbours"), since)
        self._positions = Positions(profile, self._chance("positions"))
        self._projects = Projects(profile, self._chance("projects"), since)
        self._activities = Activities(profile, self._chance("activities"))
        self._issues = CommunityIssues(profile.estates, self._chance("issues"), since)
        self._funds = funds.CommunityFunds(profile, self._chance("funds"))
        self._figures = CommunityFigures(profile, self._chance("figures"))
        self._other = self._chance("other")

    def _chance(self, topic: str) -> Chance:
        return Chance(self.seed, self.profile.unit.code, topic)

    def month(self, month: Period, around: Around) -> Draft:
        """What the community has to report of a month."""
        draft = Draft()
        is_opening = self.profile.unit.opened == month
        flow = self._members.turn(month, is_opening=is_opening, founded=self._new_branch(month))
        self._rectify(month)
        self._members.report(draft, flow)
        self._ledgers(draft, month)
        activities = self._activities.rows(month, self._members.organisations.host_names())
        issues = self._issues.turn(month)
        draft.ledgers |= {"activities": activities, "issues": issues}
        self._figures.report(draft, month, activities=activities, issues=issues)
        draft.ledgers["texts"] = community_texts(self.profile, month, draft, names=self.names, told=around.titles)
        return draft

    def _ledgers(self, draft: Draft, month: Period) -> None:
        profile, neighbours = self.profile, self._neighbours
        draft.ledgers |= {
            "committee_roster": self._committee.turn(month), "reserve_roster": self._reserve.rows(),
            "floating_members": self._floating.turn(), "hardship_members": self._hardship.turn(month),
            "partner_units": neighbours.partner_units(month),
            "coop_agreements": neighbours.signed(month, is_first=month == self.start),
            "volunteer_teams": neighbours.teams(month), "social_orgs": neighbours.social_orgs(),
            "funds": self._funds.rows(month), "projects": self._projects.turn(month),
            "positions": self._positions.turn(month), "brands": extras.brands(profile),
            "honors": extras.honors(profile, month, self._other),
            "media_reports": extras.media_reports(profile, month, self._other),
        }  # fmt: skip

    def _rectify(self, month: Period) -> None:
        """One community's organisation is put right under guidance and has turned round after eight months."""
        if self.profile.position != _RECTIFIED:
            return
        organisations = self._members.organisations
        told = Period(self.start.first, month.last)
        (organisations.top or organisations.branches[0]).change(
            rectify_status="整顿中" if len(told) <= RECTIFIED_AFTER else "已转化"
        )

    def _new_branch(self, month: Period) -> org.Branch | None:
        """Now and then some firms found a joint branch."""
        chance = self._chance(f"founding {month}")
        left = invented_names.firms(self.profile.position)[2 + len(self._founded) :]
        if month == self.start or not left or not chance.happens(6):
            return None
        self._founded.append(left[0])
        return self._founder.new_branch(f"{left[0]}联合党支部", chance.day(month), members=chance.whole(4, 7))


@dataclass
class OfficeStory:
    """The street office through the months."""

    street: Street
    unit: OrgUnit
    seed: int
    start: Period
    people: People

    def __post_init__(self) -> None:
        founder = org.Founder(self.street.name, self.people, self._chance("organisations"), self.start)
        organisations = org.office_organisations(self.street.name, founder, self._chance("branches"))
        development = Development(self.people, self._chance("development"), self.start, size=6)
        self._members = Members(organisations, development, self._chance("members"))
        self._office = Office(self.people, self._chance("office"), self.start)
        self._issues = OfficeIssues(self._chance("issues"), self.start)
        self._funds = self._chance("funds")
        self._agreements = Agreements(self._chance("agreements"))

    def _chance(self, topic: str) -> Chance:
        return Chance(self.seed, self.unit.code, topic)

    def month(self, month: Period, around: Around) -> Draft:
        """What the office has to report of a month."""
        communities = around.communities
        draft = Draft()
        flow = self._members.turn(month, is_opening=False)
        self._members.report(draft, flow)
        self._office.report(draft, month, communities)
        draft.ledgers |= {
            "issues": self._issues.turn(month), "coop_agreements": self._signed(month),
            "funds": funds.office_funds(month, self._funds, len(communities)), "brands": [], "honors": [],
        }  # fmt: skip
        draft.ledgers["texts"] = office_texts(month, draft)
        return draft

    def _signed(self, month: Period) -> list[Row]:
        """The street's own agreements; of those signed together with communities it only says that they exist."""
        if month == self.start:
            for name in ("云澜市农业技术推广站", "省建筑设计院云澜所", "云澜农商银行云杉支行"):
                self._agreements.sign(name, month.first.plus(-8).start, years=3, commitments=4)
        for name, _level, on in invented_names.SHARED_UNITS:
            if on in month or (month == self.start and on < month.start):
                self._agreements.sign(name, on)
        return self._agreements.turn(month)


Stories = Mapping[str, CommunityStory | OfficeStory]
