"""Names of units as people write them: brackets, suffixes (居委会), other names; a resemblance decides nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

from aggregator.intake.plain_text import folded, narrowed
from aggregator.model.org_unit import OrgUnit, UnitKind

# From the longest to the shortest: 社区居民委员会 is one suffix, not 居民委员会 after 社区.
_SUFFIXES = (
    "社区居民委员会", "社区党群服务中心", "社区居委会", "社区党总支", "社区党委", "社区党支部",
    "社区工作站", "社区居委", "居民委员会", "居委会", "居委", "社区",
)  # fmt: skip
_BETWEEN = r"[\s()\[\]【】〔〕《》“”\"'·・._\-—–]"
_SIGNS = re.compile(f"{_BETWEEN}+")
_CHINESE_NUMBERS = "一二三四五六七八九十"
_NUMBERED = re.compile(r"(?<![\d一二三四五六七八九十])第?(\d{1,2}|[一二三四五六七八九十]{1,3})(?=社区|居委|居民|村)")
_ANY_MONTH = re.compile(r"(?:十[一二]?|[一二三四五六七八九]|(?<!\d)\d{1,2})月")
#: What may stand before a name that is a whole one, and behind it; anything else may make another name of it.
_BEFORE = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|街道|办事处|[镇乡区县市]|社区|上报|报送|填报|提交|关于|月份?|年度?|[日号]|报表|月报表?|统计表|表)$"
)
_AFTER = re.compile(
    r"(?:$|[\s_\-—–.·)\]】》”]+(?![东西南北中上下前后左右新老大小]?[区片苑村里期])"
    r"|[(\[【《“]?(?:社区|居委|居民委|党建|党委|党总支|党支部|党组织|党群|工作站|月报|月份|月度|报表|报送|上报|填报|统计|汇总|台账|数据"
    r"|表|年度|的|最终|终稿|终版|定稿|初稿|修改|修订|更正|补报|重报|重新|新版|第[一二三四五六七八九\d]+[次版稿]|[一二三四五六七八九]稿"
    r"|20\d\d|\d{1,2}月|\d{1,2}[.\-]\d|\d{1,2}[)\]]|[a-z]|十[一二]?月|[一二三四五六七八九]月))"
)
_SHORTEST_IN_A_TEXT = 2
_LONGEST_COMPARED = 60
_SHORTEST_SLIPPED = 3
#: Signs by which neighbours are told apart (一村, 二村; 东苑, 西苑): nobody mistypes one for the other.
_TELLING = frozenset("0123456789一二三四五六七八九十百东西南北中上下前后左右新老大小")


@lru_cache(maxsize=4096)
def core_name(name: str) -> str:
    """What is compared of a name: narrow, without brackets, signs and the suffixes that people add or leave out."""
    plain = _SIGNS.sub("", _counted(folded(name)))
    for suffix in _SUFFIXES:
        if plain.endswith(suffix) and len(plain) > len(suffix):
            return plain.removesuffix(suffix)
    return plain


def _bare(text: str) -> str:
    return _SIGNS.sub("", _counted(folded(text)))


def _counted(text: str) -> str:
    """A text in which 华兴1社区 and 华兴第一社区 are 华兴一社区; the numbers of months and years stay."""
    return _NUMBERED.sub(lambda found: _in_chinese(found[1]), text)


def _in_chinese(number: str) -> str:
    if not number.isdecimal():
        return number
    tens, ones = divmod(int(number), 10)
    head = "" if not tens else "十" if tens == 1 else f"{_CHINESE_NUMBERS[tens - 1]}十"
    return head + (_CHINESE_NUMBERS[ones - 1] if ones else "")


def _stands_alone(core: str, text: str) -> bool:
    """Whether a name stands somewhere with nothing beside it that would make it the name of another place."""
    return any(
        _BEFORE.search(text[: found.start()]) and _AFTER.match(text, found.end())
        for found in re.finditer(_spelled(core), text)
    )


def _spaced(text: str) -> str:
    return _counted(narrowed(text).casefold())


def _spelled(core: str) -> str:
    """The pattern of a name with whatever people put between its signs."""
    return f"{_BETWEEN}*".join(map(re.escape, core))


def _is_no_part_of_a_number(core: str, plain: str) -> bool:
    """Whether a name that ends with a digit stands in a text but before further ones: 东湖1 is not in 东湖10月."""
    return not core[-1:].isdecimal() or re.search(f"{re.escape(core)}(?!\\d)", plain) is not None


def _any_of(codes: Iterable[str]) -> re.Pattern[str] | None:
    """The pattern of codes that stand in a text with no letter or digit beside them; a bare number may be anything."""
    known = sorted((code for code in codes if not code.isdecimal()), key=len, reverse=True)
    return re.compile(f"(?<![a-z0-9])(?:{'|'.join(map(re.escape, known))})(?![a-z0-9])") if known else None


def _is_one_slip(typed: str, name: str) -> bool:
    """Whether one sign is another, lacks or is too many, or two changed places; of very short names nobody can tell."""
    if len(name) < _SHORTEST_SLIPPED or typed == name or abs(len(typed) - len(name)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(typed, name, strict=False)) if a != b), min(len(typed), len(name)))
    rest, wanted = typed[same:], name[same:]
    is_swapped = rest[:2] == wanted[:2][::-1] and rest[2:] == wanted[2:]
    is_near = is_swapped or wanted[1:] in (rest, rest[1:]) or rest[1:] == wanted
    differing = {*rest[:2]} if is_swapped else {*rest[:1], *wanted[:1]}
    return is_near and not (differing <= _TELLING if is_swapped else differing & _TELLING)


class UnitNames:
    """The units by all their names."""

    def __init__(self, units: Iterable[OrgUnit]) -> None:
        self._units = tuple(units)
        self._by_core: dict[str, list[OrgUnit]] = {}
        self._by_code: dict[str, list[OrgUnit]] = {}
        for unit in self._units:
            for core in dict.fromkeys(core_name(name) for name in unit.names if name):
                self._by_core.setdefault(core, []).append(unit)
            self._by_code.setdefault(folded(unit.code), []).append(unit)

    def named(self, name: str) -> OrgUnit | None:
        """The one unit of that name; None when none has it, or several."""
        found = (self._by_core.get(core_name(name)) or self._by_code.get(folded(name), [])) if name.strip() else []
        return found[0] if len(found) == 1 else None

    def mentioned(self, text: str) -> tuple[OrgUnit, ...]:
        """The units whose names a text contains; a name within a longer one that is there too does not count.

        华兴一月报 may be the report of 华兴一, or that of 华兴 for January: both readings count. The street's office
        beside a community is the street's name before it.
        """
        dated = _bare(text)
        undated = _ANY_MONTH.sub("\0", dated)
        found = {unit.code: unit for code in self._codes_in(text) for unit in self._by_code[code]}
        for plain in (dated, undated) if undated != dated else (dated,):
            found |= {unit.code: unit for core in self._cores_in(plain) for unit in self._by_core[core]}
        communities = tuple(unit for unit in found.values() if unit.kind is UnitKind.COMMUNITY)
        return communities or tuple(found.values())

    def stands_in(self, text: str) -> OrgUnit | None:
        """The one unit that a text mentions by its code or by its name alone, not as a part of another place's name.

        东湖南区 and 机场新村 say nothing of 东湖 and 新村.
        """
        mentioned = self.mentioned(text)
        if len(mentioned) != 1:
            return None
        (unit,) = mentioned
        names = [core for core, units in self._by_core.items() if unit in units]
        is_alone = any(_stands_alone(core, _spaced(text)) for core in names)
        return unit if is_alone or folded(unit.code) in self._codes_in(text) else None

    def without_units(self, text: str) -> str:
        """A text without the names that it mentions: 华兴一月报表 does not speak of January where 华兴一 is a unit."""
        counted = [core for core in self._cores_in(_bare(text)) if core[-1] in _CHINESE_NUMBERS]
        left = _spaced(text)
        for core in counted:
            left = re.sub(_spelled(core), " ", left)
        return left

    @cached_property
    def _code_in(self) -> re.Pattern[str] | None:
        return _any_of(self._by_code)

    def _codes_in(self, text: str) -> list[str]:
        """The codes that stand in a text."""
        return self._code_in.findall(_spaced(text)) if self._code_in else []

    def _cores_in(self, plain: str) -> list[str]:
        hits = [
            core
            for core in self._by_core
            if len(core) >= _SHORTEST_IN_A_TEXT and core in plain and _is_no_part_of_a_number(core, plain)
        ]
        return [core for core in hits if not any(core != other and core in other for other in hits)]

    def is_slip_of(self, text: str, unit: OrgUnit) -> bool:
        """Whether a text is a name of the unit but for one slip, and no other unit's; it supports what else says so."""
        typed = _bare(text[:_LONGEST_COMPARED])
        near = {one.code for one in self._units if any(_is_one_slip(typed, _bare(name)) for name in one.names)}
        return near == {unit.code}

    def nearest(self, text: str) -> OrgUnit | None:
        """The unit whose name a text resembles most; for a finding to name, never to decide."""
        known = [core for core in self._by_core if core]
        close = difflib.get_close_matches(core_name(text[:_LONGEST_COMPARED]), known, n=1, cutoff=0.5)
        return self._by_core[close[0]][0] if close else None

    def choices(self) -> Mapping[str, str]:
        """Every unambiguous spelling, folded, to the unit's full name: what a column of communities may hold."""
        spellings: dict[str, str] = {}
        for unit in self._units:
            for name in (*unit.names, unit.code):
                spellings.setdefault(folded(name), unit.name)
                spellings.setdefault(core_name(name), unit.name)
        return {unit.name: unit.name for unit in self._units} | {
            spelling: name for spelling, name in spellings.items() if self.named(spelling) is not None
        }
