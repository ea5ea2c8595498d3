"""Ledgers of blocks that are off by default: brands, honours, media, told for streets that switch them on."""

from __future__ import annotations

from aggregator.demo.chance import Chance
from aggregator.demo.profile import Profile, Row
from aggregator.model.period import Period

_MEDIA = (("云澜晚报", "市级"), ("澄岚新闻网", "区级"), ("云澜电视台民生频道", "市级"), ("省基层治理周刊", "省级"))
_STORIES = (
    "院落议事解了停车难",
    "小积分带出大热情",
    "老党员的早餐摊",
    "骑手成了流动网格员",
    "一张办公桌搬进小区",
    "雨夜抢排积水",
)
_HONORS = (
    ("先进基层党组织", "区级", "单位", ""),
    ("优秀共产党员", "街道社区", "党员", ""),
    ("十佳志愿服务项目", "市级", "项目", ""),
    ("书香社区", "区级", "单位", ""),
    ("户外劳动者驿站", "市级", "项目", "四星级"),
)


def brands(profile: Profile) -> list[Row]:
    """The brands of a community."""
    words = ("同心圆", "邻里灯", "红石榴", "小扁担", "暖心桥", "连心锁", "织网人", "老街坊", "新芽")
    name = f"{profile.short}{words[profile.position % len(words)]}"
    rows: list[Row] = [
        {"name": name, "community": profile.name, "brand_kind": "党建品牌", "slogan": "党员在身边，大事小事有人管"}
    ]
    if profile.position % 4 == 0:
        rows.append({"name": f"{profile.name}党建示范点", "community": profile.name, "brand_kind": "社区党建示范点"})
    if profile.position % 6 == 1:
        rows.append(
            {"name": f"{profile.short}商圈党建示范点", "community": profile.name, "brand_kind": "两新党建示范点"}
        )
    return rows


def honors(profile: Profile, month: Period, chance: Chance) -> list[Row]:
    """The honours of a month: most around 1 July."""
    if not chance.happens(70 if month.first.number == 7 else 12):
        return []
    title, level, kind, grade = chance.pick(_HONORS)
    row: Row = {
        "honor_kind": kind, "community": profile.name, "title": title, "level": level, "awarded_on": chance.day(month),
    }  # fmt: skip
    return [{**row, "grade": grade} if grade else row]


def media_reports(profile: Profile, month: Period, chance: Chance) -> list[Row]:
    """The articles of a month, each of a story of its own."""
    rows: list[Row] = []
    for story in chance.some(_STORIES, chance.whole(0, 2)):
        media, level = chance.pick(_MEDIA)
        title = f"{profile.name}：{story}（{month.label}）"
        rows.append({"published_on": chance.day(month), "media": media, "media_level": level, "title": title})
    return rows
