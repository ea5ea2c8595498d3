"""Money: what communities and the office take in and spend in a month, in yuan and fen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from aggregator.demo.chance import Chance
from aggregator.demo.profile import Profile, Row
from aggregator.model.period import Period

_OUT, _IN = "支出", "拨入"
_PARTY_USES = ("党员活动用品", "党员教育资料印制", "主题党日场地布置", "党员培训课时费", "党建展板制作")
_SERVICE_USES = ("独居老人助餐", "楼道照明更换", "院落微改造", "儿童暑期托管", "便民器材购置", "居民健身器材维护")
_BUILD_USES = ("办公设备更新", "服务大厅修缮", "监控设备维护")
_WORK_USES = ("办公用品", "水电网络费", "宣传资料印制", "志愿者误餐补助")
_CONVENIENCE_USES = ("便民代办点耗材", "爱心驿站用品", "母婴室用品")


class CommunityFunds:
    """Payments of a community; the two funds with a yearly minimum reach it."""

    def __init__(self, profile: Profile, chance: Chance) -> None:
        self._profile, self._chance = profile, chance

    def rows(self, month: Period) -> list[Row]:
        """The month's payments by date."""
        rows = [
            self._paid(month, "党建工作经费", (1_900, 4_600), _PARTY_USES),
            self._paid(month, "服务群众专项经费", (8_900, 14_600), _SERVICE_USES),
            self._paid(month, "工作经费", (1_200, 3_900), _WORK_USES),
        ]
        for share, category, amounts, uses in (
            (45, "党建工作经费", (300, 1_800), _PARTY_USES),
            (60, "服务群众专项经费", (1_500, 6_800), _SERVICE_USES),
            (35, "社区建设经费", (2_400, 18_000), _BUILD_USES),
            (70, "党建便民服务经费", (400, 2_600), _CONVENIENCE_USES),
        ):
            if self._chance.happens(share):
                rows.append(self._paid(month, category, amounts, uses))
        if month.first.number % 3 == 1:
            rows.append(
                _row(self._chance.day(month, 5, 12), "党建工作经费", Decimal(6_000), "街道拨付季度党建经费", _IN)
            )
            rows.append(
                _row(self._chance.day(month, 5, 12), "服务群众专项经费", Decimal(25_000), "区财政拨付专项经费", _IN)
            )
        # Two payments of one day for one purpose are booked as one.
        return list(
            {(str(row["booked_on"]), str(row["category"]), str(row["purpose"])): row for row in _by_date(rows)}.values()
        )

    def _paid(self, month: Period, category: str, amounts: tuple[int, int], uses: Sequence[str]) -> Row:
        # The minimum is the same for all, so only what goes beyond it grows with the size.
        least, most = amounts
        fen = self._chance.whole(0, int(self._profile.scaled((most - least) * 100)))
        amount = least + Decimal(fen - fen % 10) / 100
        return _row(self._chance.day(month), category, amount, self._chance.pick(uses), _OUT)


def office_funds(month: Period, chance: Chance, communities: int) -> list[Row]:
    """The month's payments of the street office."""
    number = month.first.number
    rows = [
        _row(chance.day(month, 10, 16), "住房公积金", Decimal(communities * 9 * 640), "社区两委干部住房公积金单位缴存"),
        _row(chance.day(month), "工作经费", chance.number(12_000, 26_000), "党建办工作经费"),
    ]
    if number % 3 == 1:
        rows.append(_row(chance.day(month, 1, 9), "党建工作经费", Decimal(communities * 6_000), "拨付社区季度党建经费"))
    if number in {3, 6, 9, 10}:
        rows.append(_row(chance.day(month), "书记培训专项", chance.number(28_000, 46_000), "社区书记专题培训班"))
    if number in {5, 10}:
        rows.append(_row(chance.day(month), "干部体检", Decimal(communities * 9 * 380), "社区两委干部年度体检"))
    return _by_date(rows)


def _by_date(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["booked_on"]))


def _row(booked_on: date, category: str, amount: Decimal, purpose: str, direction: str = _OUT) -> Row:
    return {
        "booked_on": booked_on, "category": category, "direction": direction, "amount": amount, "purpose": purpose,
    }  # fmt: skip
