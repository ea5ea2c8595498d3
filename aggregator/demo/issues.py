"""What is found, taken in hand and settled: the ledgers of issues of communities and of the street office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from aggregator.demo.chance import Chance
from aggregator.demo.profile import Row
from aggregator.model.period import Period

_SOLVED, _LASTING = "已解决", "长期坚持"
_COMMUNITY_TITLES = (
    "{place}楼道照明损坏",
    "{place}雨后积水",
    "{place}电动自行车乱停",
    "{place}垃圾清运不及时",
    "{place}健身器材松动",
    "{place}绿化带被占用",
    "{place}下水道堵塞",
    "{place}夜间噪声扰民",
    "{place}消防通道被占",
    "{place}路面破损",
    "{place}充电桩不足",
    "{place}监控设备老化",
    "{place}老人就餐不便",
    "{place}儿童活动场地少",
    "{place}门禁故障",
    "{place}墙皮脱落",
    "{place}楼顶渗水",
    "{place}宠物管理纠纷",
    "{place}快递柜位置不便",
    "{place}停车位紧张",
    "{place}物业费公示不清",
    "{place}邻里漏水纠纷",
    "{place}飞线充电",
    "{place}公共座椅缺失",
)
_COMMUNITY_SOURCES = ("走访", "走访", "来访", "来访", "征求意见", "网格上报", "网格上报", "自查", "上级通报")
_DECIDED_BY = ("一征三议两公开", "社区协商议事", "班子会议", "四议两公开")
_OFFICE_TITLES = (
    "下沉社区时间不足",
    "窗口一次性告知不到位",
    "调研成果转化不够",
    "文件简报偏多",
    "业务学习不够系统",
    "对新就业群体服务不细",
    "工作台账更新不及时",
    "部门之间信息不通",
    "回访群众不及时",
    "值班纪律执行不严",
    "服务事项公开不全",
    "年轻干部培养不足",
)
_HARD = (
    "东圃市场周边交通拥堵",
    "纺织新村产权证办理",
    "松风路排水改造",
    "老旧小区加装电梯",
    "铁路沿线环境整治",
    "烂尾车棚清理",
    "多个小区供热不足",
)
_LEADERS = (
    "班子统筹重点项目合力不够",
    "班子成员带头宣讲不够",
    "党建与治理结合不紧",
    "对基层减负落实不够",
    "抓两新组织党建办法不多",
)


@dataclass(frozen=True, slots=True)
class Found:
    """An issue as it is found: whose, what, from where."""

    owner: str
    title: str
    source: str
    is_hard: bool = False


class Issues:
    """The ledger of one unit: found, open until its planned day, carried while open, gone after it was solved."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._rows: list[Row] = []
        self._planned: dict[tuple[str, date], date] = {}

    def find(self, found: Found, on: date) -> None:
        """Take an issue in; it will be settled on a day before it is due."""
        if (found.title, on) in self._planned:
            return
        takes = self._chance.whole(45, 120) if found.is_hard else self._chance.whole(4, 55)
        self._planned[found.title, on] = on + timedelta(days=takes)
        row: Row = {
            "title": found.title,
            "owner_type": found.owner,
            "issue_source": found.source,
            "found_on": on,
            "measures": self._chance.number(1, 4),
            "due_on": on + timedelta(days=takes + self._chance.whole(35, 70)),
            "status": "整改中",
        }
        if found.owner != "社区":
            row = {**row, "is_hard": "是" if found.is_hard else "否"}
        if self._chance.happens(40):
            row = {**row, "decided_by": self._chance.pick(_DECIDED_BY)}
        self._rows = [*self._rows, row]

    def keep_up(self, found: Found, on: date) -> None:
        """Take in something that is never finished."""
        row: Row = {
            "title": found.title,
            "owner_type": found.owner,
            "issue_source": found.source,
            "found_on": on,
            "measures": Decimal(3),
            "due_on": date(on.year, 12, 31),
            "status": _LASTING,
        }
        self._rows = [*self._rows, row if found.owner == "社区" else {**row, "is_hard": "否"}]

    def turn(self, month: Period) -> list[Row]:
        """Close what was settled in the month and give the ledger."""
        self._rows = [self._step(row, month) for row in self._rows]
        handed_in, self._rows = self._rows, [row for row in self._rows if row["status"] != _SOLVED]
        return handed_in

    def _step(self, row: Row, month: Period) -> Row:
        found_on = row["found_on"]
        assert isinstance(found_on, date)  # noqa: S101  # so found above
        year_end = date(month.year, 12, 31)
        if row["status"] == _LASTING:
            return row if row["due_on"] == year_end else {**row, "due_on": year_end}
        planned = self._planned.get((str(row["title"]), found_on))
        if planned is None or planned > month.end:
            return row
        # What was to be settled before the first month that is told is settled at its beginning.
        return {**row, "status": _SOLVED, "closed_on": max(planned, month.start)}


class CommunityIssues:
    """Issues of a community."""

    def __init__(self, estates: tuple[str, ...], chance: Chance, since: Period) -> None:
        self._estates, self._chance = estates, chance
        self._ledger = Issues(chance)
        before = since.previous()
        for _ in range(chance.whole(3, 6)):
            self._find(before)
        self._ledger.keep_up(Found("社区", "老旧小区无物业管理", "走访"), chance.day(before))

    def _find(self, month: Period) -> None:
        title = self._chance.pick(_COMMUNITY_TITLES).format(place=self._chance.pick(self._estates))
        source = self._chance.pick(_COMMUNITY_SOURCES)
        self._ledger.find(Found("社区", title, source), self._chance.day(month))

    def turn(self, month: Period) -> list[Row]:
        """Let a month pass and give the ledger."""
        for _ in range(self._chance.whole(3, 7)):
            self._find(month)
        return self._ledger.turn(month)


class OfficeIssues:
    """Issues of the street office and of its leaders."""

    def __init__(self, chance: Chance, since: Period) -> None:
        self._chance = chance
        self._ledger = Issues(chance)
        self._next_hard = 0
        for title in _OFFICE_TITLES[:3]:
            self._ledger.find(Found("机关", title, "自查"), chance.day(since.previous()))
        self._hard(since.previous())

    def _hard(self, month: Period) -> None:
        title = _HARD[self._next_hard % len(_HARD)]
        self._next_hard += 1
        self._ledger.find(Found("领导班子", title, "主题教育检视", is_hard=True), self._chance.day(month))

    def turn(self, month: Period) -> list[Row]:
        """Let a month pass and give the ledger."""
        for title in self._chance.some(_OFFICE_TITLES, self._chance.whole(3, 6)):
            source = self._chance.pick(("自查", "征求意见", "上级通报"))
            self._ledger.find(Found("机关", title, source), self._chance.day(month))
        for title in self._chance.some(_LEADERS, self._chance.whole(1, 2)):
            self._ledger.find(Found("领导班子", title, "主题教育检视"), self._chance.day(month))
        if self._chance.happens(60):
            self._hard(month)
        return self._ledger.turn(month)
