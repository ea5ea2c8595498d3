"""Names of units as people write them: brackets, suffixes (居委会), other names; a resemblance decides nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from aggregator.intake.plain_text import folded
from aggregator.model.org_unit import OrgUnit

# From the longest to the shortest: 社区居民委员会 is one suffix, not 居民委员会 after 社区.
_SUFFIXES = (
    "社区居民委员会", "社区党群服务中心", "社区居委会", "社区党总支", "社区党委", "社区党支部",
    "居民委员会", "居委会", "社区",
)  # fmt: skip
_SIGNS = re.compile(r"[\s()\[\]【】〔〕《》“”\"'·・._\-—–]+")
_SHORTEST_IN_A_TEXT = 2
_LONGEST_COMPARED = 60
_SHORTEST_SLIPPED = 3
#: Signs by which neighbours are told apart (一村, 二村; 东苑, 西苑): nobody mistypes one for the other.
_TELLING = frozenset("0123456789一二三四五六七八九十百东西南北中上下前后左右新老大小")


@lru_cache(maxsize=4096)
def core_name(name: str) -> str:
    """What is compared of a name: narrow, without brackets, signs and the suffixes that people add or leave out."""
    plain = _SIGNS.sub("", folded(name))
    for suffix in _SUFFIXES:
        if plain.endswith(suffix) and len(plain) > len(suffix):
            return plain.removesuffix(suffix)
    return plain


def _bare(name: str) -> str:
    return _SIGNS.sub("", folded(name[:_LONGEST_COMPARED]))


def _is_one_slip(typed: str, name: str) -> bool:
    """Whether one sign is another, lacks or is too many, or two changed places; of very short names nobody can tell."""
    if len(name) < _SHORTEST_SLIPPED or typed == name or abs(len(typed) - len(name)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(typed, name, strict=False)) if a != b), min(len(typed), len(name)))
    rest, wanted = typed[same:], name[same:]
    is_swapped = rest[:2] == wanted[:2][::-1] and rest[2:] == wanted[2:]
    is_near = is_swapped or wanted[1:] in (rest, rest[1:]) or rest[1:] == wanted
    return is_near and _TELLING.isdisjoint({*rest[:1], *wanted[:1]} if not is_swapped else ())


class UnitNames:
    """The units by all their names."""

    def __init__(self, units: Iterable[OrgUnit]) -> None:
        self._units = tuple(units)
        self._by_core: dict[str, list[OrgUnit]] = {}
        for unit in self._units:
            for core in dict.fromkeys(core_name(name) for name in (*unit.names, unit.code) if name):
                self._by_core.setdefault(core, []).append(unit)

    def named(self, name: str) -> OrgUnit | None:
        """The one unit of that name; None when none has it, or several."""
        found = self._by_core.get(core_name(name), []) if name.strip() else []
        return found[0] if len(found) == 1 else None

    def mentioned(self, text: str) -> tuple[OrgUnit, ...]:
        """The units whose names a text contains; a name within a longer one that is there too does not count."""
        plain = _SIGNS.sub("", folded(text))
        hits = [core for core in self._by_core if len(core) >= _SHORTEST_IN_A_TEXT and core in plain]
        whole = [core for core in hits if not any(core != other and core in other for other in hits)]
        units = {unit.code: unit for core in whole for unit in self._by_core[core]}
        return tuple(units.values())

    def is_slip_of(self, text: str, unit: OrgUnit) -> bool:
        """Whether a text is a name of the unit but for one slip, and no other unit's; it supports what else says so."""
        near = {one.code for one in self._units if any(_is_one_slip(_bare(text), _bare(name)) for name in one.names)}
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
