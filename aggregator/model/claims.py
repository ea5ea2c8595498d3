"""What a text claims: its numerals and comparing words, and comparisons that its own numbers contradict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

#: Stands for a tagged figure in a text whose other claims are looked at.
FIGURE = "\ufffc"

_MEASURE = "(?:多|余|来)?(?:名|人|户|家|次|场|件|条|项|支|处|篇|份|批|万|亿|元|倍|成|个)"
_DIGITS = r"[0-9０-９]+(?:[.．][0-9０-９]+)?(?:,[0-9]{3})*"
_NUMERAL = (
    rf"{_DIGITS}(?:[万亿])?(?:[%％‰])?"
    rf"|[一二两三四五六七八九]?[十百千万][一二三四五六七八九十百千万零〇]*(?={_MEASURE})"
    rf"|[二两三四五六七八九](?=(?:多|余)?(?:名|人次|户|万元|倍|成|个百分点))"
    r"|百分之[一二三四五六七八九十百点]+|翻了?(?:一|两|几)?番|过半|半数以上"
)
# Said of nothing but data, save that something is put first (摆在首位); the others are claims only where they compare.
_HARD = (
    "同比|环比|持平|最高|最低|最多|最少|最好|最差|(?<![摆放列置][在于])首位|末位|居首|垫底|倒数|第[一二三四五六七八九十]+[位名]"
    "|新高|新低|名列前茅|(?:位居|位列|排名|排在|名列)[^。，；]{0,6}?第[一二三四五六七八九十]+|全[国省市区县](?:第一|唯一|首[个家创]|前列)"
)
_SOFT = "增长|增加|增至|增到|上升|上涨|提高|提升|减少|减至|减到|下降|降低|降至|降到|超过|高于|低于|多于|少于|不足"
_CLAIM = re.compile(rf"(?P<numeral>{_NUMERAL})|(?P<hard>{_HARD})|(?P<soft>{_SOFT})")
_BESIDE_NUMBER = re.compile(rf"(?:了|到|至|约|近)?[{FIGURE}0-9０-９]")
# What a soft word is held against, before it or behind it; by how much, without a number.
_BASE = "(?:去年|上年|前年|往年|历年|上[个半]?[月年]|上季度|上期|上届|同期|年初|以往|此前|平均|全[国省市区县])"
_BY_WORDS = "(?:明显|显著|大幅度?|有所|稳步|逐年|逐月|成倍)地?"
_AGAINST_BASE = re.compile(f"(?:(?:较|比|同){_BASE}[^。；，]{{0,10}}|{_BY_WORDS})$")
_BASE_BEHIND = re.compile(_BASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """A numeral or comparing word of a text."""

    text: str
    start: int
    is_numeral: bool
    is_bound: bool  # to data: a numeral, a word said of data only, or one that compares

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


def claims(text: str) -> list[Claim]:
    """The numerals and comparing words of a text, in order."""
    return [
        Claim(
            found[0],
            found.start(),
            is_numeral=found["numeral"] is not None,
            is_bound=found["soft"] is None or _is_of_data(text, found),
        )
        for found in _CLAIM.finditer(text)
    ]


def _is_of_data(text: str, soft: re.Match[str]) -> bool:
    """Whether a soft word compares: it has a number or a base beside it, or says by how much in words."""
    return any(
        (
            _BESIDE_NUMBER.match(text, soft.end()),
            _BASE_BEHIND.match(text, soft.end()),
            _AGAINST_BASE.search(text, max(0, soft.start() - 20), soft.start()),
        )
    )


def blanked(text: str) -> str:
    """The text with every claim as one sign: what is left of it when only claims are changed."""
    return re.sub(r"\s", "", _CLAIM.sub("￭", text))


_NUMBER = (
    r"(?<![0-9.])(?P<{0}>[0-9]+(?:\.[0-9]+)?)(?P<{0}_scale>万|亿)?(?:多|余)?"
    r"(?P<{0}_unit>个百分点|[^\W0-9一是了，、的]{{0,2}}|%)"
)
_BETWEEN = "[^。；，0-9]{0,12}?，?[^。；，0-9]{0,12}?"
_RISES = re.compile(
    f"[由从]{_NUMBER.format('a')}[^。；0-9]{{0,12}}?(?P<word>增加|增长|上升|提高|增|升|减少|下降|降低|减|降)[到至]"
    + _NUMBER.format("b")
)
_EXCEEDS = re.compile(
    _NUMBER.format("a")
    + f"{_BETWEEN}(?P<word>超过|高于|多于|低于|少于|不足)[^。；，0-9]{{0,12}}?"
    + _NUMBER.format("b")
)
_EQUALS = re.compile(
    _NUMBER.format("a") + f"{_BETWEEN}[与和]" + "[^。；，0-9]{0,12}?" + _NUMBER.format("b") + "(?P<word>持平)"
)
_SCALE = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_UP = frozenset({"增加", "增长", "上升", "提高", "增", "升"})
_MORE = frozenset({"超过", "高于", "多于"})


def false_comparisons(text: str) -> Iterator[tuple[int, str, str]]:
    """Comparisons that their own two numbers contradict: where, the words, and why; other units are left alone."""
    for pattern in (_RISES, _EXCEEDS, _EQUALS):
        for found in pattern.finditer(text):
            first, second = (_value(found, name) for name in ("a", "b"))
            is_same_unit = found["a_unit"][:1] == found["b_unit"][:1]
            if is_same_unit and not _is_true(found["word"], first, second, is_rise=pattern is _RISES):
                yield found.start(), found[0], f"{_said(found, 'a')}{_relation(first, second)}{_said(found, 'b')}"


def _value(found: re.Match[str], name: str) -> Decimal:
    return Decimal(found[name]) * _SCALE[found[f"{name}_scale"]]


def _is_true(word: str, first: Decimal, second: Decimal, *, is_rise: bool) -> bool:
    if word == "持平":
        return first == second
    is_upwards = second > first if is_rise else first > second
    is_downwards = second < first if is_rise else first < second
    return is_upwards if word in (_UP if is_rise else _MORE) else is_downwards


def _said(found: re.Match[str], name: str) -> str:
    return f"{found[name]}{found[f'{name}_scale'] or ''}"


def _relation(first: Decimal, second: Decimal) -> str:
    return "等于" if first == second else "小于" if first < second else "大于"
