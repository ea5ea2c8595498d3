"""What a community has built: venues and facilities, and the projects under way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from aggregator.demo.chance import Chance
from aggregator.demo.profile import Profile, Row
from aggregator.model.period import Month, Period

_ROOMS = ("党员活动室", "议事厅", "图书阅览室", "棋牌书画室", "心理咨询室", "儿童乐园", "健康小屋")
_IN_USE = "在用"
_SERVING = frozenset({"爱心驿站", "母婴室"})
#: Type, name, quantity with its unit, budget in yuan, months that it takes.
_PROJECTS = (
    ("小游园", "口袋公园", 1, "处", 180_000, 5),
    ("便民设施", "楼道扶手加装", 46, "处", 69_000, 3),
    ("小区改造", "老旧小区管网改造", 3, "处", 960_000, 9),
    ("党员活动室", "党员活动室提升", 120, "平方米", 85_000, 3),
    ("活动场所", "健身场地翻新", 420, "平方米", 132_000, 4),
    ("便民设施", "电动自行车充电棚", 12, "处", 156_000, 4),
    ("宣传长廊", "廉洁文化长廊", 85, "米", 64_000, 2),
    ("党群服务中心", "党群服务中心改造", 680, "平方米", 540_000, 7),
    ("环境整治", "背街小巷整治", 5, "处", 210_000, 6),
    ("活动场所", "老年食堂", 160, "平方米", 240_000, 5),
)


class Positions:
    """The ledger of venues and facilities of one community."""

    def __init__(self, profile: Profile, chance: Chance) -> None:
        self._profile, self._chance = profile, chance
        self._rows = [*self._main(), *self._points(), *self._galleries()]

    def _row(self, name: str, kind: str) -> Row:
        return {"name": name, "pos_type": kind, "status": _IN_USE}

    def _main(self) -> list[Row]:
        name, short = self._profile.name, self._profile.short
        rows = [
            self._row(f"{name}党群服务中心", "党群服务中心"),
            self._row(f"{name}新思想讲习所", "讲习所"),
            self._row(f"{short}爱心驿站", "爱心驿站"),
            *(self._row(f"{short}{room}", "功能室") for room in _ROOMS[: self._chance.whole(4, 7)]),
        ]
        for share, word, kind in (
            (60, "母婴室", "母婴室"),
            (50, "日间照料中心", "日间照料中心"),
            (35, "党群服务站", "党群服务站"),
            (35, "说事坊工作室", "品牌工作室"),
        ):
            if self._chance.happens(share):
                rows.append(self._row(f"{short}{word}", kind))
        if self._profile.has_base:
            rows.append(self._row(f"{short}红帆开放式组织生活基地", "开放式组织生活基地"))
        return rows

    def _points(self) -> list[Row]:
        points: list[Row] = [
            {**self._row(f"{estate}党群联络点", "党群联络点"), "compound": estate} for estate in self._profile.estates
        ]
        posts = [
            self._row(f"{self._profile.short}{word}党员示范岗", "党员示范岗")
            for word in ("窗口", "调解", "网格", "助老")[: self._chance.whole(2, 4)]
        ]
        return points[: self._chance.whole(2, 3)] + posts

    def _galleries(self) -> list[Row]:
        roads = ("春晖路", "松风路", "东圃街", "明德巷")
        first = {
            **self._row(f"{self._profile.short}{roads[self._profile.position % 4]}宣传长廊", "宣传长廊"),
            "quantity": Decimal(self._chance.whole(8, 36) * 5),
        }
        return [first] if self._profile.position % 3 else [first, self._gallery("法治")]

    def _gallery(self, theme: str) -> Row:
        row = self._row(f"{self._profile.short}{theme}文化宣传长廊", "宣传长廊")
        return {**row, "quantity": Decimal(self._chance.whole(6, 24) * 5)}

    def turn(self, month: Period) -> list[Row]:
        """Let a month pass and give the ledger."""
        if month.first.number in {5, 11} and self._chance.happens(20):
            new = self._gallery("家风" if month.first.number == 5 else "国防")
            if all(row["name"] != new["name"] for row in self._rows):
                self._rows = [*self._rows, new]
        return [self._with_service(row) for row in self._rows]

    def _with_service(self, row: Row) -> Row:
        """Only stations that serve say how many they served."""
        if row["pos_type"] not in _SERVING:
            return row
        expected = self._profile.scaled(180 if row["pos_type"] == "爱心驿站" else 34)
        return {**row, "served_this_month": Decimal(self._chance.around(expected))}


class Projects:
    """The ledger of projects of one community: planned, under way, finished, gone after the end of the year."""

    def __init__(self, profile: Profile, chance: Chance, since: Period) -> None:
        self._profile, self._chance = profile, chance
        self._rows: list[Row] = []
        self._next = profile.position
        if profile.has_base:
            self._rows.append(self._base(since))
        for _ in range(chance.whole(1, 2)):
            self._plan(since)

    def _named(self, thing: str) -> dict[str, str]:
        return {"name": f"{self._profile.name}{thing}", "community": self._profile.name}

    def _base(self, since: Period) -> Row:
        built = since.first.plus(-9)
        return {
            **self._named("红帆开放式组织生活基地"),
            "proj_type": "开放式组织生活基地",
            "quantity": Decimal(320),
            "quantity_unit": "平方米",
            "budget": Decimal(460_000),
            "amount_spent": Decimal(443_800) + self._profile.position * 1000,
            "start_on": built.plus(-6).start,
            "finished_on": built.end,
            "status": "完成",
        }

    def _plan(self, month: Period) -> None:
        kind, thing, quantity, unit, budget, takes = _PROJECTS[self._next % len(_PROJECTS)]
        self._next += 3
        row: Row = {
            **self._named(thing),
            "proj_type": kind,
            "quantity": Decimal(quantity),
            "quantity_unit": unit,
            "budget": Decimal(budget * self._chance.whole(84, 122) // 100),
            "amount_spent": Decimal(0),
            "status": "计划",
            "due_on": month.first.plus(takes + self._chance.whole(1, 4)).end,
        }
        if all(known["name"] != row["name"] for known in self._rows):
            self._rows = [*self._rows, row]

    def turn(self, month: Period) -> list[Row]:
        """Let a month pass and give the ledger."""
        stays = [row for row in self._rows if not _has_left(row, month)]
        self._rows = [self._step(row, month) for row in stays]
        if self._chance.happens(9):
            self._plan(month)
        return self._rows

    def _step(self, row: Row, month: Period) -> Row:
        budget, spent = row["budget"], row["amount_spent"]
        assert isinstance(budget, Decimal)  # noqa: S101  # so planned above
        assert isinstance(spent, Decimal)  # noqa: S101  # the same
        if row["status"] == "计划" and self._chance.happens(35):
            return {**row, "status": "在建", "start_on": self._chance.day(month), "amount_spent": budget / 10}
        if row["status"] != "在建":
            return row
        if spent < budget * 8 / 10:
            return {**row, "amount_spent": spent + budget * self._chance.whole(1, 2) / 10}
        if not self._chance.happens(60):
            return row
        final = budget * self._chance.whole(94, 103) / 100
        return {**row, "status": "完成", "finished_on": self._chance.day(month), "amount_spent": final}


def _has_left(row: Row, month: Period) -> bool:
    """Finished projects go with their year, the bases stay (as the catalog's ledger says)."""
    finished = row.get("finished_on")
    if not isinstance(finished, date) or row["proj_type"] == "开放式组织生活基地":
        return False
    # In the month after it was carried for the last time: the December form still had it.
    return Month(finished.year, 12) < month.first
