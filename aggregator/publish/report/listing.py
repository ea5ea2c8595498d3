"""How a list of names is printed in a sentence: the first ones, the largest ones, with what belongs to each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from aggregator.publish import number

_NAMES_SHOWN = 5
_YEAR_AND_MONTH = re.compile(r"\d{4}年\d{1,2}月")
_ROW = re.compile(r"(?P<name>.+)：(?P<told>[^：]+)")
_SIZED_ROW = re.compile(r"(?P<name>.+)：(?P<size>-?\d+(?:\.\d+)?(?:E[+-]?\d+)?)(?P<unit>\D*)")
# A name joined to the community that it begins with already: 梧桐社区 + 梧桐社区口袋公园.
_TOLD_TWICE = re.compile(r"^(.{2,}?社区)\1")


def names_text(rows: Sequence[str], how: Sequence[str]) -> str:
    """The names as a fill wants them."""
    names = [_TOLD_TWICE.sub(r"\1", name) for name in rows]
    if all(_YEAR_AND_MONTH.fullmatch(name) for name in names):
        return months_text(names)
    limit = next((int(word) for word in how if word.isdecimal()), _NAMES_SHOWN)
    if "大数" in how:
        return "、".join(_largest_rows(names)[:limit])
    if "括注" in how:
        names = [_in_brackets(name) for name in names]
    if "等" in how:
        return "、".join(names[:limit]) + ("等" if len(names) > limit else "")
    measure = next((word for word in how if len(word) == 1 and not word.isdecimal()), "个")
    return f"{len(names)}{measure}" if "个数" in how else number.join_names(names, limit, measure=measure)


def months_text(months: Sequence[str]) -> str:
    """Months in order, a year named once: 2026年3月、5月."""
    said: list[str] = []
    for year, month in sorted({(int(text[:4]), int(text[5:-1])) for text in months}):
        is_same_year = bool(said) and said[-1].startswith(f"{year}年")
        said[len(said) - is_same_year :] = [f"{said[-1]}、{month}月" if is_same_year else f"{year}年{month}月"]
    return "、".join(said)


def _in_brackets(name: str) -> str:
    """A row such as “口袋公园：6月” as “口袋公园（6月）”."""
    found = _ROW.fullmatch(name)
    return f"{found['name']}（{found['told']}）" if found else name


def _largest_rows(names: Sequence[str]) -> list[str]:
    """Rows such as “东园长廊：120米”, the largest first, as “东园长廊120米”; 元 in 万 keeps two decimals."""
    rows: list[tuple[Decimal, str]] = []
    for name in names:
        found = _SIZED_ROW.fullmatch(name)
        size = number.round_half_up(Decimal(found["size"]), 2) if found else Decimal(0)
        rows.append((size, f"{found['name']}{number.plain(size)}{found['unit']}" if found else name))
    return [text for _, text in sorted(rows, key=lambda row: -row[0])]
