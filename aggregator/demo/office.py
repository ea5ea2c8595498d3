"""What the street office reports of its own work: study, events, visits, projects of its leaders, plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from aggregator.demo import invented_names
from aggregator.demo.chance import Chance
from aggregator.demo.people import People
from aggregator.demo.profile import Draft, Row, Typed
from aggregator.model.period import Period
from aggregator.model.value import Gap

_TOPICS = (
    "基层治理重要论述",
    "党的创新理论专题",
    "党章和党内法规",
    "乡邻议事与民主协商",
    "安全生产和应急管理",
    "为基层减负有关规定",
    "民生服务政策文件",
)
_VISITORS = (
    "区委组织部调研组",
    "市委社会工作部基层治理处调研组",
    "区委巡察办调研组",
    "区民政局班子成员",
    "市委组织部组织二处调研组",
    "区人大代表视察组",
)
_LEAD_PROJECTS = (
    ("红色物业提质", "物业公司党支部与社区结对，建立物业问题月清单，居民代表参与评议"),
    ("新就业群体友好街区", "在商圈和站点设置歇脚点，吸收骑手担任流动网格员，建立积分兑换办法"),
    ("老旧小区自治孵化", "在无物业小区成立自管小组，由党员牵头制定院落公约，配套小额项目资金"),
    ("一刻钟助老服务圈", "整合食堂、卫生服务站和志愿队伍，为高龄独居老人建立服务档案"),
    ("商圈联合党建", "推动商户党员亮身份，成立商圈联合党支部，定期开展消费纠纷联调"),
)
_PROGRESS = ("未启动", "探索实施", "初步成型", "完成")
_ROADS = ("松风路沿线", "东圃市场周边", "明德巷片区", "滨河步道")


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of event of the street: in which months of the year, how often, under which name."""

    event_type: str
    title: str
    months: tuple[int, ...]
    times: int = 1
    people: tuple[int, int] = (30, 60)


_ALL = tuple(range(1, 13))
_EVENTS = (
    Event("动员会", "本年度主题活动动员部署会", (3,), people=(90, 130)),
    Event("逐社观摩", "社区党建巡回观摩", (3, 6, 9, 10), 2, (24, 40)),
    Event("互评互比互学", "党建资料集中互评", (2, 5, 8, 11)),
    Event("两委轮训", "社区两委干部轮训班", (4, 9, 10), 1, (110, 150)),
    Event("集中培训", "社区书记及后备干部集中培训", (3, 7, 10)),
    Event("以会代训", "月度例会以会代训", _ALL, 1, (35, 50)),
    Event("党务知识培训", "党务工作者业务培训", (2, 4, 6, 8, 10, 12), 1, (36, 70)),
    Event("非公党建联席会", "非公企业党建联席会", (1, 3, 5, 7, 9, 10, 11), 1, (15, 28)),
    Event("机关主题活动", "机关党支部主题党日", _ALL, 1, (40, 64)),
    Event("警示教育", "党员干部警示教育会", (1, 4, 7, 10), 1, (60, 90)),
    Event("机关志愿服务", "机关党员下沉社区志愿服务", _ALL, 2, (18, 46)),
    Event("季度点评会", "基层党建季度点评会", (1, 4, 7, 10), 1, (36, 44)),
    Event("联席会议", "领导班子党建联席会议", _ALL, 1, (11, 16)),
)


class Office:
    """The work of the street office but its members, issues and payments."""

    def __init__(self, people: People, chance: Chance, since: Period) -> None:
        self._chance = chance
        self._leaders = [people.name() for _ in range(8)]
        self._since = since
        self._progress: dict[tuple[int, str], int] = {}
        self._sites: list[Row] = []

    def report(self, draft: Draft, month: Period, communities: Sequence[str]) -> None:
        """Put down the figures and ledgers of a month; `communities` are the names of those that are open."""
        self._typed(draft, month, communities)
        draft.ledgers |= {
            "street_study": _by_date(self._study(month)),
            "street_events": _by_date(self._events(month)),
            "research_visits": _by_date(self._visits(month, communities)),
            "lead_projects": self._lead_projects(month),
            "superior_visits": _by_date(self._superiors(month, communities)),
            "projects": self._projects(month, communities),
            "plans": _plans(communities),
            "social_orgs": self._charity(month),
            "evaluation": _evaluation(communities),
        }

    def _typed(self, draft: Draft, month: Period, names: Sequence[str]) -> None:
        communities = len(names)
        packs = self._chance.whole(40, 90) + 120 * (month.first.number in {1, 2, 9})
        households = packs - self._chance.whole(2, 8)
        numbers: Mapping[str, int] = {
            "street_deputy_secretaries": 1,
            "street_party_staff": 6,
            "cm_vetted_communities": communities,
            "research_reports": self._chance.whole(1, 3),
            "guide_groups": 4,
            "grid_key_types": 9,
            "visit_task": 24_000,
            "visit_teams": communities,
            "gift_packs": packs,
            "gift_value": packs * 85,
            "gift_households": households,
            "gift_persons": households * 2 + self._chance.whole(0, 30),
            "media_websites": 2,
            "brands_planned": 4,
            "rect_forms_office": self._chance.whole(28, 46),
            "rules_improved": self._chance.whole(1, 3),
            "flows_optimized": self._chance.whole(1, 3),
            "duty_letters": communities,
            "duty_categories": 5,
            "duty_items": 38,
            "disc_clues": self._chance.pick((0, 0, 0, 1)),
            "disc_talks": self._chance.whole(0, 2),
            "disc_punished": int(month.first.number == 6),
            "disc_dismissed": int(month.first.number == 4),
            "disc_admonished": int(month.first.number in {5, 9}),
        }
        for code, number in numbers.items():
            draft.total(code, number)
        draft.values |= self._irregular(month, names)

    def _irregular(self, month: Period, communities: Sequence[str]) -> Mapping[str, Typed]:
        elected = self._since.first.plus(-1)
        asked = month.first.number >= 3
        return {
            "opinion_aspects": Decimal(7) if asked else Gap.NOT_APPLICABLE,
            "opinion_months": "3月至5月" if asked else Gap.MISSING,
            "election_start_month": elected.plus(-4).start,
            "election_end_date": elected.start.replace(day=20),
            "pilot_nonlocal_community": communities[2 % len(communities)],
        }

    def _study(self, month: Period) -> Iterator[Row]:
        mondays = [day for day in _days_of(month) if day.weekday() == 0]
        for day in mondays:
            yield self._session(day, "干部例会学习", articles=self._chance.whole(1, 3))
        plan = (
            ("中心组学习", _ALL),
            ("街道集中学", _ALL),
            ("讲党课", (1, 4, 7, 10, 12)),
            ("读书班", (3, 6, 9, 10)),
            ("专题研讨", (2, 4, 6, 8, 10, 12)),
            ("上级宣讲团宣讲", (3, 5, 8, 10, 11)),
        )
        for study_type, months in plan:
            if month.first.number in months:
                day = self._chance.day(month)
                yield self._session(day, study_type, self._chance.whole(2, 6), self._chance.whole(3, 9))

    def _session(self, day: date, study_type: str, articles: int, speakers: int = 0) -> Row:
        return {
            "held_on": day,
            "study_type": study_type,
            "topic": self._chance.pick(_TOPICS),
            "article_count": Decimal(articles),
            "speakers": Decimal(speakers),
        }

    def _events(self, month: Period) -> Iterator[Row]:
        for event in _EVENTS:
            if month.first.number in event.months:
                for day in self._chance.days(month, event.times):
                    yield {
                        "held_on": day,
                        "event_type": event.event_type,
                        "title": event.title,
                        "participants": self._chance.number(*event.people),
                    }

    def _visits(self, month: Period, communities: Sequence[str]) -> Iterator[Row]:
        """Each leader goes to two or three communities; some go to firms and look in on branches."""
        for leader in self._leaders:
            for target in self._chance.some(communities, self._chance.whole(2, 3)):
                purpose = self._chance.pick(("调研", "调研", "督导检查", "列席会议", "讲党课"))
                yield self._visit(month, leader, "社区", target, purpose)
        firms = [firm for position in range(len(communities)) for firm in invented_names.firms(position)[:2]]
        for target in self._chance.some(firms, self._chance.whole(2, 5)):
            yield self._visit(month, self._chance.pick(self._leaders), "两新组织", target, "调研")
        yield self._visit(month, self._leaders[0], "机关支部", "机关第一党支部", "讲党课")

    def _visit(self, month: Period, leader: str, target_type: str, target: str, purpose: str) -> Row:
        return {
            "visited_on": self._chance.day(month),
            "leader": leader,
            "target_type": target_type,
            "target": target,
            "purpose": purpose,
        }

    def _superiors(self, month: Period, communities: Sequence[str]) -> Iterator[Row]:
        times = 1 if month.first.number in {4, 10} else int(self._chance.happens(12))
        for day in self._chance.days(month, times):
            yield {
                "visited_on": day,
                "visitor": self._chance.pick(_VISITORS),
                "community": self._chance.pick(communities),
            }

    def _lead_projects(self, month: Period) -> list[Row]:
        """This year's projects; each goes on by a step now and then."""
        rows: list[Row] = []
        for place, (name, told) in enumerate(_LEAD_PROJECTS):
            key = (month.year, name)
            if month.first.number > 1 and self._chance.happens(20):
                self._progress[key] = min(3, self._progress.get(key, 0) + 1)
            level = max(self._progress.get(key, 0), (month.first.number - place) // 4)
            self._progress[key] = level = min(level, 3)
            text = f"{month.year}年以来，{told}。目前处于“{_PROGRESS[level]}”阶段，由分管领导每月调度一次，"
            text += "党建办负责跟踪销号，年底前形成可供其他社区借鉴的办法，"
            text += "并按季度向党工委报告进展情况，听取社区和居民代表的意见。"
            rows.append(
                {"year": Decimal(month.year), "name": name, "progress": _PROGRESS[level], "progress_text": text}
            )
        return rows

    def _projects(self, month: Period, communities: Sequence[str]) -> list[Row]:
        """Streets and markets put in order: one in spring, one in autumn; those of earlier years leave."""
        self._sites = [row for row in self._sites if _year_of(row) in {None, month.year}]
        if not self._sites or month.first.number in {4, 9}:
            self._begin_site(month, communities)
        self._sites = [self._site_step(row, month) for row in self._sites]
        return self._sites

    def _begin_site(self, month: Period, communities: Sequence[str]) -> None:
        road = _ROADS[(month.year * 2 + month.first.number // 6) % len(_ROADS)]
        name = f"{road}环境整治"
        if any(row["name"] == name for row in self._sites):
            return
        budget = Decimal(self._chance.whole(20, 60) * 10_000)
        row: Row = {
            "name": name,
            "community": self._chance.pick(communities),
            "proj_type": "环境整治",
            "quantity": Decimal(1),
            "quantity_unit": "处",
            "budget": budget,
            "amount_spent": budget / 5,
            "start_on": month.start,
            "due_on": month.first.plus(6).end,
            "status": "在建",
        }
        self._sites = [*self._sites, row]

    def _site_step(self, row: Row, month: Period) -> Row:
        budget, spent = row["budget"], row["amount_spent"]
        assert isinstance(budget, Decimal)  # noqa: S101  # so begun above
        assert isinstance(spent, Decimal)  # noqa: S101  # the same
        if row["status"] != "在建":
            return row
        if spent >= budget * 9 / 10:
            return {**row, "status": "完成", "finished_on": self._chance.day(month)}
        return {**row, "amount_spent": spent + budget / 5}

    def _charity(self, month: Period) -> list[Row]:
        """The charity contest: projects are handed in and chosen in spring, carried out until the year ends."""
        number = month.first.number
        return [_charity_row(place, name, number) for place, name in enumerate(invented_names.charity_orgs())]


def _charity_row(place: int, name: str, number: int) -> Row:
    """Running figures of the year: nothing before March, projects chosen from April on."""
    row: Row = {"name": name, "so_type": "公益创投承接机构", "status": "有效"}
    if number < 3:
        return row
    row = {**row, "project_applied": Decimal(2 + place % 3), "project_selected": Decimal(0)}
    if number < 4 or place == 6:
        return row
    run = number - 3
    return {
        **row,
        "project_selected": Decimal(1 + place % 2),
        "project_fund": Decimal(24_000 + place * 3_500),
        "leveraged_fund": Decimal(run * (1_800 + place * 260)),
        "project_acts": Decimal(run * (3 + place % 3)),
        "project_served": Decimal(run * (85 + place * 12)),
    }


def _plans(communities: Sequence[str]) -> list[Row]:
    """What the street means to do next."""
    return [
        {"plan_type": "两新示范点", "target_range": "1至2"},
        {"plan_type": "宣传长廊", "target": Decimal(5), "communities": "、".join(communities[1:6])},
        {"plan_type": "公共服务站", "target": Decimal(4), "communities": "、".join(communities[6:10])},
        {
            "plan_type": "党建服务外包",
            "target": Decimal(3),
            "communities": "、".join(communities[2:5]),
            "lots": Decimal(2),
        },
        {"plan_type": "品牌推广", "communities": "、".join(communities[10:13])},
    ]


def _evaluation(communities: Sequence[str]) -> list[Row]:
    """Grades of a street that has the block on: most are sound, one lags behind."""
    grades = ("好", "较好", "较好", "一般", "好", "较好", "较好", "一般", "好", "较好", "较好", "滞后")
    return [{"community": name, "grade": grades[place % len(grades)]} for place, name in enumerate(communities)]


def _by_date(rows: Iterator[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row.get("held_on") or row.get("visited_on")))


def _days_of(month: Period) -> list[date]:
    return [month.start + timedelta(days=number) for number in range((month.end - month.start).days + 1)]


def _year_of(row: Row) -> int | None:
    finished = row.get("finished_on")
    return finished.year if isinstance(finished, date) else None
