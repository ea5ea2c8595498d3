"""What a fill prints: the span its figure is taken over, its text, its tag, and the total behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate, Consolidation, Total
from aggregator.model.definition import Element, LedgerKind, Measure, Over, Setting, ValueType
from aggregator.model.expression import Aggregate as OverRows
from aggregator.model.expression import Call, ElementRef, Node, walk
from aggregator.model.period import Period
from aggregator.model.value import ValueState
from aggregator.publish import number
from aggregator.publish.lineage import exact_text

_NAMES_SHOWN = 5
_TEN_THOUSAND = Decimal(10_000)
_YEAR_AND_MONTH = re.compile(r"\d{4}年\d{1,2}月")
_SIZED_ROW = re.compile(r"(?P<name>.+)：(?P<size>-?\d+(?:\.\d+)?(?:E[+-]?\d+)?)(?P<unit>\D*)")
_PARTY_FOUNDED = 1921


@dataclass(frozen=True, slots=True)
class Wording:
    """A figure as the report prints it, and the totals behind it; a comparing phrase has two."""

    text: str
    tag: str
    title: str
    expression: str
    totals: tuple[Aggregate, ...]

    @property
    def value(self) -> str:
        """The exact value behind the text."""
        return exact_text(self.totals[0].value)


def word_element(element: Element, how: tuple[str, ...], consolidation: Consolidation) -> Wording | None:
    """The figure of an element as its fill wants it; None where there is none to print."""
    total = consolidation.totals.get(element.code)
    if total is None:
        return None
    if "环比" in how or "同比" in how:
        return _comparison(element, total, how)
    aggregate = spanned(element, total, how, consolidation.catalog)
    value = aggregate.value
    is_there = aggregate.state.counts and value not in (None, "", ())
    if not is_there or ("非零" in how and value == 0):
        return None
    return Wording(
        text=_text(element, value, how),
        tag=tag_of(element.code, aggregate.period, is_to_date=aggregate is total.year_to_date),
        title=element.name,
        expression=expression_of(element),
        totals=(aggregate,),
    )


def spanned(element: Element, total: Total, how: Sequence[str], catalog: Catalog) -> Aggregate:
    """This month for what stands at its end, the year so far for what happened in it."""
    if "本月" in how or not ("累计" in how or happens(element, catalog)):
        return total.this_month
    return total.year_to_date


def happens(element: Element, catalog: Catalog, seen: frozenset[str] = frozenset()) -> bool:
    """Whether an element tells what happened in a span, itself or through what it is computed from."""
    if element.over_months is not Over.RECOMPUTE:
        return element.over_months is not Over.LAST
    return element.measure is not Measure.AVERAGE and _reads_events(element.expression, catalog, seen | {element.code})


def _reads_events(node: Node | None, catalog: Catalog, seen: frozenset[str]) -> bool:
    parts = tuple(walk(node))
    if any(isinstance(part, Call) and part.function == "ytd" for part in parts):
        return False  # it asks for its own year so far
    for part in parts:
        if isinstance(part, OverRows) and catalog.ledgers[part.ledger].kind is LedgerKind.FLOW:
            return True
        if (
            isinstance(part, ElementRef)
            and part.code not in seen
            and happens(catalog.elements[part.code], catalog, seen)
        ):
            return True
    return False


def tag_of(code: str, period: Period, *, is_to_date: bool) -> str:
    """The tag by which a figure is found again: element, street, period."""
    if is_to_date and period.first.number == 1:
        return f"{code}@street@{period.year}-ytd{period.last.number:02d}"
    return f"{code}@street@{period}"


def expression_of(element: Element) -> str:
    """How the catalog derives it; for a typed element its aggregation over units."""
    return element.source_text or f"{element.over_units.value}({element.code})"


def _comparison(element: Element, total: Total, how: Sequence[str]) -> Wording | None:
    word = "环比" if "环比" in how else "同比"
    now, base = total.this_month, total.previous if word == "环比" else total.same_month_last_year
    text = _change(element, now, base)
    if text is None:
        return None
    tag = tag_of(element.code, now.period, is_to_date=False) + (".mom" if word == "环比" else ".yoy")
    return Wording(text, tag, f"{element.name}{word}", f"{word}({element.code})", (now, base))


def _change(element: Element, now: Aggregate, base: Aggregate) -> str | None:
    values = [total.value if total.state.counts else None for total in (now, base)]
    numbers = [value if isinstance(value, Decimal) else None for value in values]
    if element.type is ValueType.PERCENT:
        return number.points_phrase(numbers[0], numbers[1])
    return number.change_phrase(numbers[0], numbers[1], show=lambda value: quantity_text(element, value))


def _text(element: Element, value: Decimal | str | date | tuple[str, ...] | None, how: Sequence[str]) -> str:
    if isinstance(value, Decimal):
        return _number_text(element, value, how)
    if isinstance(value, date):
        return f"{value.month}月{value.day}日" if "月日" in how else number.chinese_date(value)
    if isinstance(value, tuple):
        return _names_text(value, how)
    return value or ""


def _number_text(element: Element, value: Decimal, how: Sequence[str]) -> str:
    if element.unit == "个百分点":
        return number.points_phrase(value, Decimal(0)) or ""
    if "余" in how:
        return f"{number.approximately(value)}{element.unit}"
    if "数" in how:
        return number.plain(_rounded(element, value))
    return quantity_text(element, value)


def quantity_text(element: Element, value: Decimal) -> str:
    """A number with its measure word, in the unit in which the report prints it."""
    if element.display.scale == _TEN_THOUSAND:
        if element.type is ValueType.MONEY:
            return number.money(value, places=element.display.places)
        return number.quantity(value, element.unit, places=element.display.places)
    if element.unit == "%":
        return number.percent(value)
    return f"{number.plain(_rounded(element, value / element.display.scale))}{element.display.unit}"


def _rounded(element: Element, value: Decimal) -> Decimal:
    """Counts as they are; what may have decimals with those of its display, ages and shares with one."""
    if element.type is ValueType.INT:
        return value
    is_mean = element.measure in (Measure.AVERAGE, Measure.RATIO)
    return number.round_half_up(value, 1 if is_mean else element.display.places)


def _names_text(names: Sequence[str], how: Sequence[str]) -> str:
    if all(_YEAR_AND_MONTH.fullmatch(name) for name in names):
        return _months_text(names)
    limit = next((int(word) for word in how if word.isdecimal()), _NAMES_SHOWN)
    measure = next((word for word in how if len(word) == 1 and not word.isdecimal() and word != "余"), "个")
    if "个数" in how:
        return f"{len(names)}{measure}"
    if "大数" in how:
        return "、".join(_largest_rows(names)[:limit])
    return number.join_names(names, limit, measure=measure)


def _months_text(months: Sequence[str]) -> str:
    """Months in order, a year named once: 2026年3月、5月."""
    said: list[str] = []
    for year, month in sorted({(int(text[:4]), int(text[5:-1])) for text in months}):
        is_same_year = bool(said) and said[-1].startswith(f"{year}年")
        said[len(said) - is_same_year :] = [f"{said[-1]}、{month}月" if is_same_year else f"{year}年{month}月"]
    return "、".join(said)


def _largest_rows(names: Sequence[str]) -> list[str]:
    """Rows such as “东园长廊：120米”, the largest first, as “东园长廊120米”; 元 in 万 keeps two decimals."""
    rows: list[tuple[Decimal, str]] = []
    for name in names:
        found = _SIZED_ROW.fullmatch(name)
        size = number.round_half_up(Decimal(found["size"]), 2) if found else Decimal(0)
        rows.append((size, f"{found['name']}{number.plain(size)}{found['unit']}" if found else name))
    return [text for _, text in sorted(rows, key=lambda row: -row[0])]


def word_setting(setting: Setting, how: Sequence[str], consolidation: Consolidation) -> str | None:
    """The text of a setting, of its default, or of the period for one that nobody types."""
    computed = _COMPUTED.get(setting.code)
    if computed is not None:
        return computed(consolidation.period)
    text = consolidation.street.settings.get(setting.code, "").strip() or setting.default
    size = next((int(word) for word in how if word.isdecimal()), None)
    return ("、".join(text.split("、")[:size]) if size else text) or None


def period_words(period: Period) -> str:
    """The year so far as a report calls it: 1至10月, 上半年, 全年."""
    last = period.last.number
    return {1: "1月", 6: "上半年", 12: "全年"}.get(last, f"1至{last}月")


_COMPUTED: Mapping[str, Callable[[Period], str]] = {
    "set_year": lambda period: str(period.year),
    "set_month": lambda period: str(period.last.number),
    "set_period_end": lambda period: number.chinese_date(period.end),
    "set_period_label": period_words,
    "set_party_anniversary": lambda period: str(period.year - _PARTY_FOUNDED),
}


def gaps_of(wording: Wording, consolidation: Consolidation) -> Iterator[str]:
    """What a reader must know beside a figure: who is not in it, which months, what was carried."""
    total = wording.totals[0]
    if isinstance(total.value, date):  # a month without the event has no date, and lacks none
        return
    communities = {unit.code for unit in consolidation.street.communities(consolidation.period)}
    expected = [unit for unit in total.expected if unit in communities]
    absent = [unit for unit in total.missing if unit in communities]
    if absent:
        done = "已报" if total.period.is_month else "已报齐"
        yield f"{len(expected)}个社区中{len(expected) - len(absent)}个{done}"
    if len(absent) < len(total.missing):
        yield "街道本级未报"
    if not total.period.is_month and 0 < total.months_known < len(total.period):
        yield f"{len(total.period)}个月中{total.months_known}个月有数"
    if any(source.state is ValueState.CARRIED for source in total.sources):
        yield "含沿用上月数"
