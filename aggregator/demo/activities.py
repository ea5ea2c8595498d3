"""The activities and meetings of a community: one row each, spread over all types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.demo.chance import Chance
from aggregator.demo.profile import Profile, Row
from aggregator.model.period import Period


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of activity: how many a month in an ordinary community, for how many people, under which names.

    `months` limits it to the months of a quarter that it is due in; `served` are people who get something out of it.
    """

    act_type: str
    expected: float
    people: tuple[int, int]
    titles: tuple[str, ...]
    served: tuple[int, int] | None = None
    solved: tuple[int, int] | None = None
    inservice_pct: int = 0
    venues: tuple[str, ...] = ()
    months: tuple[int, ...] = (1, 2, 3)
    is_sure: bool = False
    needs: Callable[[Profile], bool] = lambda _profile: True


def _with_big_committee(profile: Profile) -> bool:
    return profile.has_big_committee


def _with_base(profile: Profile) -> bool:
    return profile.has_base


_TOURS = (
    "澄岚区廉政教育馆",
    "云澜市城市规划展示馆",
    "云澜革命纪念馆",
    "邻区先进社区党群服务中心",
    "云澜市民法典主题公园",
)
_KINDS = (
    Kind(
        "社区党委会议",
        2,
        (7, 13),
        ("研究本月重点工作", "研究民生实事项目", "研究党员发展工作", "研究困难群众帮扶事项", "听取网格工作汇报"),
        solved=(0, 3),
        is_sure=True,
    ),
    Kind(
        "大党委会议",
        1,
        (11, 20),
        ("研究共驻共建事项", "商议停车资源共享", "议定本季度共建项目清单"),
        solved=(1, 3),
        months=(1,),
        is_sure=True,
        needs=_with_big_committee,
    ),
    Kind(
        "党建联席会议",
        1,
        (14, 28),
        ("共建单位资源对接会", "网格治理联席会", "民生项目认领会"),
        solved=(1, 4),
        months=(1, 2),
        is_sure=True,
        needs=_with_big_committee,
    ),
    Kind(
        "协商议事",
        1.4,
        (9, 26),
        (
            "{estate}停车位划线协商会",
            "{estate}加装电梯意向协商会",
            "{estate}垃圾投放点选址议事会",
            "{estate}公共空间使用议事会",
        ),
        solved=(0, 2),
    ),
    Kind(
        "主题党日",
        1,
        (40, 110),
        (
            "{month}月主题党日：重温入党誓词",
            "{month}月主题党日：学习身边榜样",
            "{month}月主题党日：清洁家园在行动",
            "{month}月主题党日：集中缴纳党费、通报支部工作",
        ),
        is_sure=True,
    ),
    Kind(
        "主题活动",
        1.2,
        (25, 70),
        ("我为邻里办实事", "党员家庭亮身份", "传承好家风座谈", "老党员讲故事", "政治生日集体过"),
    ),
    Kind(
        "学习研讨",
        1.5,
        (12, 35),
        ("基层治理专题研讨", "党章党规学习研讨", "民法典与社区治理研讨", "服务群众方法交流会"),
    ),
    Kind(
        "讲习活动",
        2,
        (22, 60),
        ("医保政策讲习", "垃圾分类讲习", "新就业群体权益讲习", "反诈知识讲习", "家庭教育讲习", "居家安全讲习"),
        is_sure=True,
    ),
    Kind("宣讲", 1.3, (26, 80), ("{estate}院落微宣讲", "惠民政策进院落宣讲", "基层党员宣讲员走进{estate}")),
    Kind("上门送学", 1.6, (3, 12), ("为行动不便老党员送学", "为高龄党员读文件", "为骑手党员送学到站点")),
    Kind("外出学习", 0.35, (16, 38), ("赴外参观学习", "支部共学现场教学"), venues=_TOURS),
    Kind("影片放映", 0.6, (30, 90), ("露天红色影院", "党员教育片集中观看")),
    Kind(
        "基地接待",
        2.5,
        (18, 46),
        ("接待兄弟社区参观学习", "接待驻区单位开展主题党日", "接待学校师生参观"),
        is_sure=True,
        needs=_with_base,
    ),
    Kind(
        "共建活动",
        1.5,
        (18, 55),
        ("与驻区单位联办义诊", "与驻区学校联办书画展", "与共建单位开展环境清洁", "共建单位认领微心愿"),
        inservice_pct=30,
    ),
    Kind(
        "在职党员服务",
        1.6,
        (8, 28),
        ("在职党员认领微心愿", "在职党员文明交通劝导", "在职党员院落清洁", "在职党员夜间巡逻"),
        inservice_pct=85,
        is_sure=True,
    ),
    Kind("流动党员服务", 0.6, (5, 14), ("流动党员便民服务日", "流动党员老乡调解进门"), served=(20, 60)),
    Kind(
        "志愿服务",
        3.6,
        (9, 32),
        (
            "{estate}环境清洁志愿服务",
            "文明楼道整治",
            "护学岗志愿服务",
            "独居老人助餐",
            "{estate}义务理发",
            "旧衣回收志愿服务",
        ),
        served=(25, 110),
        inservice_pct=20,
        is_sure=True,
    ),
    Kind(
        "党员志愿服务",
        2.4,
        (8, 26),
        ("党员先锋岗义务巡逻", "党员包楼栋入户", "党员代购代办", "党员护河行动"),
        served=(20, 80),
        inservice_pct=20,
        is_sure=True,
    ),
    Kind(
        "社会组织服务",
        1.5,
        (12, 40),
        ("儿童假日托管课堂", "老年手机课堂", "心理疏导小组", "邻里互助工坊"),
        is_sure=True,
    ),
    Kind("群团活动", 1.4, (18, 60), ("妇女儿童维权讲座", "青年联谊活动", "职工技能比武", "巾帼手工坊", "少年团队日")),
    Kind("禁毒宣传", 0.8, (40, 120), ("禁毒知识进院落", "禁毒宣传集市", "青少年拒毒课堂")),
    Kind("移动办公", 1.6, (12, 40), ("“移动办公桌”进{estate}", "“移动办公桌”到{estate}现场办理")),
    Kind("技能培训", 0.5, (20, 45), ("家政服务技能培训班", "面点制作培训班", "电商直播技能班", "养老护理培训班")),
    Kind("走访慰问", 0.9, (4, 12), ("慰问独居老人", "慰问困难家庭", "慰问退役军人家庭")),
    Kind("文体活动", 1.5, (35, 130), ("社区邻里节", "广场舞展演", "象棋友谊赛", "亲子运动会", "书画展", "合唱排练")),
    Kind("其他", 0.4, (10, 30), ("消防疏散演练", "安全知识培训")),
)
_HOSTED = frozenset({"志愿服务", "共建活动", "社会组织服务", "党员志愿服务", "在职党员服务", "主题党日", "学习研讨"})


class Activities:
    """The activities of one community."""

    def __init__(self, profile: Profile, chance: Chance) -> None:
        self._profile, self._chance = profile, chance
        self._kinds = [kind for kind in _KINDS if kind.needs(profile)]

    def rows(self, month: Period, hosts: list[str]) -> list[Row]:
        """The month's activities by date; `hosts` are the branches that hold them."""
        rows = [row for kind in self._kinds for row in self._of(kind, month, hosts)]
        return sorted(rows, key=lambda row: str(row["held_on"]))

    def _of(self, kind: Kind, month: Period, hosts: list[str]) -> Iterator[Row]:
        if (month.first.number - 1) % 3 + 1 not in kind.months:
            return
        # A small community holds fewer, though not in proportion to its size.
        expected = kind.expected * (60 + self._profile.size_pct * 2 / 5) / 100
        count = max(int(kind.is_sure), self._chance.around(expected, 40))
        for day in self._chance.days(month, count):
            yield self._row(kind, day, hosts)

    def _row(self, kind: Kind, day: date, hosts: list[str]) -> Row:
        chance = self._chance
        title = chance.pick(kind.titles).format(estate=chance.pick(self._profile.estates), month=day.month)
        participants = chance.whole(*kind.people)
        row: dict[str, date | str | Decimal] = {
            "held_on": day,
            "act_type": kind.act_type,
            "title": title,
            "participants": Decimal(participants),
        }
        if kind.act_type in _HOSTED:
            row["org_name"] = chance.pick(hosts)
        if kind.venues:
            row["venue"] = chance.pick(kind.venues)
        if kind.inservice_pct:
            row["inservice_participants"] = Decimal(participants * kind.inservice_pct // 100)
        if kind.served:
            row["served"] = chance.number(*kind.served)
        if kind.solved:
            row["issues_solved"] = chance.number(*kind.solved)
        return row


def count_of(rows: list[Row], *types: str) -> int:
    """How many rows are of some types."""
    return sum(row["act_type"] in types for row in rows)


def sum_of(rows: list[Row], column: str, *types: str) -> int:
    """The sum of a column over the rows of some types."""
    cells = (row.get(column) for row in rows if row["act_type"] in types)
    return int(sum(cell for cell in cells if isinstance(cell, Decimal)))
