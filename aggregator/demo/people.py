"""Invented persons: names put together from fixed lists, each given to one unit only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import cycle

from aggregator.demo.chance import Chance

SURNAMES = tuple("陈林周吴徐孙朱高郭何罗宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范")
MALE, FEMALE = "男", "女"
_MALE = """
    秉岳 承砚 亦舟 敬川 远岑 立槐 景澄 思渡 乃谦 怀朴 守拙 仲霖 望松 克己 允恭 致衡 嘉树 世筠 弘毓 广垣
    启帆 润泽 培根 庆余 志岚 国栎 建垚 永峤 长庚 继航 树棠 兆麟 士澜 运初 勉之 敦厚 慎之 言午 木森 青崖
"""
_FEMALE = """
    映荷 清漪 念初 若蘅 知微 素笺 采薇 如澜 语棠 半夏 听雪 溪岚 静姝 佩兰 竹君 书瑶 沁禾 云栀 晚晴 芷若
    秀筠 月樨 蕴卿 桂馨 春妍 玉棠 慧敏 淑娴 彩霓 雁南 秋白 兰若 向葵 映雪 金枝 玲珑 巧云 凤仪 爱莲 美筠
"""
GIVEN: Mapping[str, tuple[str, ...]] = {MALE: tuple(_MALE.split()), FEMALE: tuple(_FEMALE.split())}


class People:
    """The persons of one unit; no other unit of the street has one of the same name."""

    def __init__(self, position: int, units: int, chance: Chance) -> None:
        self._chance = chance
        self._names: dict[str, Iterator[str]] = {}
        for gender, given in GIVEN.items():
            names = [surname + name for name in given for surname in SURNAMES][position::units]
            # A unit that has used up its names begins again: the first ones left long ago.
            self._names[gender] = cycle(chance.some(names, len(names)))

    def name(self, gender: str = "") -> str:
        """The name of somebody new, of either gender when none is asked for."""
        return next(self._names[gender or self.gender(45)])

    def gender(self, female_pct: int) -> str:
        """A gender at a given share of women."""
        return FEMALE if self._chance.happens(female_pct) else MALE
