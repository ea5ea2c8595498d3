"""Party organisations of a unit and the members in them: who joins and leaves, so that every branch adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.demo import invented_names
from aggregator.demo.chance import Chance
from aggregator.demo.people import People
from aggregator.demo.profile import Profile, Row
from aggregator.model.period import Period

BRANCH, JOINT, COMMITTEE, GENERAL, GROUP = "党支部", "联合党支部", "党委", "党总支", "党小组"
COMMUNITY, FIRM, SOCIAL, OFFICE = "社区", "非公企业", "社会组织", "机关"
ALONE = "单独组建"
#: Between these sizes a branch takes members in and lets them go.
_FULL, _SMALL = 47, 14
_BRANCH_WORDS = ("第一", "第二", "第三", "第四", "退休人员")


@dataclass(slots=True)
class Branch:
    """A branch: the cells that stay and the members that change."""

    cells: Row
    members: int
    _row: Row | None = None

    @property
    def field(self) -> str:
        """The field that it belongs to."""
        return str(self.cells["org_field"])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.cells["org_name"])

    def change(self, **cells: object) -> None:
        """Put other things into its cells from now on; what is given as an empty text leaves."""
        merged = {**self.cells, **cells}
        self.cells = {code: cell for code, cell in merged.items() if cell != ""}  # type: ignore[misc]  # as given
        self._row = None

    def row(self) -> Row:
        """The line in the ledger; the same one until something changes."""
        count = Decimal(self.members)
        if self._row is None or self._row["member_count"] != count:
            self._row = {**self.cells, "member_count": count}
        return self._row


class Organisations:
    """The ledger of Party organisations of one unit."""

    def __init__(self, top: Branch | None, branches: list[Branch], groups: tuple[str, ...] = ()) -> None:
        self.top = top
        self.branches = branches
        self._groups = groups

    @property
    def members(self) -> int:
        """All members, counted by branch."""
        return sum(branch.members for branch in self.branches)

    def members_in(self, *fields: str) -> int:
        """Members in the branches of some fields."""
        return sum(branch.members for branch in self.branches if branch.field in fields)

    def host_names(self) -> list[str]:
        """Names of the community's own branches, which hold most activities."""
        return [branch.name for branch in self.branches if branch.field in {COMMUNITY, FIRM, SOCIAL}]

    def join(self, count: int, chance: Chance) -> None:
        """Let so many members in, each into a branch with room."""
        for _ in range(count):
            roomy = [branch for branch in self.branches if branch.members < _FULL]
            chance.pick(roomy or self.branches).members += 1

    def leave(self, wanted: int, chance: Chance) -> int:
        """Let members go out of branches that can spare them; says how many went."""
        for gone in range(wanted):
            large = [branch for branch in self.branches if branch.members > _SMALL]
            if not large:
                return gone
            chance.pick(large).members -= 1
        return wanted

    def rows(self) -> list[Row]:
        """The ledger at the end of the month."""
        rows = [branch.row() for branch in self.branches]
        if self.top is not None:
            self.top.members = self.members
            rows.insert(0, self.top.row())
        return rows + list(self._group_rows())

    def _group_rows(self) -> Iterator[Row]:
        """Party groups: parts of the first branch, not counted again."""
        first = next((branch for branch in self.branches if branch.field == COMMUNITY), None)
        for place, name in enumerate(self._groups):
            if first is not None:
                part = Decimal(first.members // 2 + (place == 0) * (first.members % 2))
                yield {**first.cells, "org_name": name, "org_form": GROUP, "member_count": part}


class Founder:
    """Founds the organisations of one unit with secretaries and dates."""

    def __init__(self, street: str, people: People, chance: Chance, since: Period) -> None:
        self._street, self._people, self._chance, self._since = street, people, chance, since

    def branch(self, name: str, form: str, org_field: str, *, members: int, mode: str = ALONE) -> Branch:
        """A branch that has stood for some years."""
        year = self._since.year - self._chance.whole(3, 14)
        cells = self._cells(name, form, org_field, mode) | {
            "founded_on": date(year, self._chance.whole(1, 12), self._chance.whole(1, 28)),
            "last_election_on": date(self._since.year - (org_field != COMMUNITY), self._chance.whole(5, 7), 18),
        }
        return Branch(cells, members)

    def new_branch(self, name: str, founded_on: date, *, members: int) -> Branch:
        """A joint branch of firms founded this month."""
        cells = self._cells(name, JOINT, FIRM, "区域联建")
        return Branch({**cells, "founded_on": founded_on}, members)

    def _cells(self, name: str, form: str, org_field: str, mode: str) -> dict[str, str | date]:
        cells: dict[str, str | date] = {
            "org_name": name, "org_form": form, "org_field": org_field, "build_mode": mode, "is_community_top": "否",
            "secretary": self._people.name(), "leadership_complete": "是", "rectify_status": "正常", "status": "正常",
        }  # fmt: skip
        if org_field in {FIRM, SOCIAL}:
            cells["instructor"] = self._people.name()
        if org_field == FIRM:
            cells |= self._stars()
        return cells

    def _stars(self) -> dict[str, str | date]:
        level = self._chance.pick(("无", "准三星", "准三星", "三星", "准五星"))
        aims = {"准三星": "三星", "三星": "四星", "准五星": "五星"}
        with_aim = level in aims and self._chance.happens(45)
        return {"star_level": level, "star_target": aims[level]} if with_aim else {"star_level": level}


def community_organisations(profile: Profile, founder: Founder, chance: Chance) -> Organisations:
    """The organisations of a community: its own, and those of firms and others within it."""
    if profile.top == BRANCH:
        top = founder.branch(_top_name(profile), BRANCH, COMMUNITY, members=chance.whole(24, 34))
        top.change(is_community_top="是", big_committee="否")
        return Organisations(None, [top, *_two_new(profile, founder, chance, singles=0)])
    top = founder.branch(_top_name(profile), profile.top, COMMUNITY, members=0)
    top.change(is_community_top="是", big_committee="是")
    own = list(_own_branches(profile, founder, chance))
    singles = 2 if profile.top == COMMITTEE and not profile.is_new else 1
    others = list(_other_branches(profile, founder, chance))
    groups = (f"{own[0].name}第一党小组", f"{own[0].name}第二党小组") if profile.position % 8 == 1 else ()
    return Organisations(top, [*own, *_two_new(profile, founder, chance, singles), *others], groups)


def _top_name(profile: Profile) -> str:
    ending = {COMMITTEE: "委员会", GENERAL: "总支部委员会", BRANCH: "支部委员会"}[profile.top]
    return f"中共{profile.street}{profile.name}{ending}"


def _own_branches(profile: Profile, founder: Founder, chance: Chance) -> Iterator[Branch]:
    count = 5 if profile.top == COMMITTEE else 3
    for place, word in enumerate(_BRANCH_WORDS[:count]):
        members = min(_FULL, max(_SMALL + 4, chance.around(profile.scaled(30), 20)))
        branch = founder.branch(f"{profile.name}{word}党支部", BRANCH, COMMUNITY, members=members)
        if profile.position == 9 and place == 1:
            branch.change(secretary="", leadership_complete="否")
        yield branch


def _two_new(profile: Profile, founder: Founder, chance: Chance, singles: int) -> Iterator[Branch]:
    firms = invented_names.firms(profile.position)
    for firm in firms[:singles]:
        yield founder.branch(f"{firm}党支部", BRANCH, FIRM, members=chance.whole(5, 12))
    yield founder.branch(
        f"{profile.name}商圈联合党支部",
        JOINT,
        FIRM,
        members=chance.whole(5, 11),
        mode=chance.pick(("联合组建", "区域联建")),
    )
    if profile.position % 4 == 0:
        name = f"{invented_names.social_orgs(profile.position, profile.short)[0]}党支部"
        yield founder.branch(name, BRANCH, SOCIAL, members=chance.whole(3, 7))
    if profile.position % 5 == 2:
        name = f"{profile.name}社会组织联合党支部"
        yield founder.branch(name, JOINT, SOCIAL, members=chance.whole(4, 9), mode="联合组建")


def _other_branches(profile: Profile, founder: Founder, chance: Chance) -> Iterator[Branch]:
    if profile.position % 3 == 0:
        yield founder.branch(f"{profile.short}小学党支部", BRANCH, "学校", members=chance.whole(15, 32))
    if profile.position % 4 == 1:
        yield founder.branch(f"{profile.short}粮油储备站党支部", BRANCH, "国有企业", members=chance.whole(8, 20))
    if profile.position % 3 == 1:
        yield founder.branch(f"{profile.name}卫生服务站党支部", BRANCH, "事业单位", members=chance.whole(6, 15))


def office_organisations(street: str, founder: Founder, chance: Chance) -> Organisations:
    """The organisations of the street office itself."""
    top = founder.branch(f"中共{street}机关总支部委员会", GENERAL, OFFICE, members=0)
    own = [
        founder.branch(f"{street}机关{word}党支部", BRANCH, OFFICE, members=chance.whole(16, 28))
        for word in ("第一", "第二", "离退休")
    ]
    joint = [
        founder.branch(f"{street}商会联合党支部", JOINT, FIRM, members=chance.whole(9, 16), mode="行业统建"),
        founder.branch(f"{street}社会组织联合党支部", JOINT, SOCIAL, members=chance.whole(6, 12), mode="联合组建"),
    ]
    return Organisations(top, own + joint)
