"""What a fill prints: the span its figure is taken over, its text, its tag, and the total behind it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from operator import attrgetter

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate, Consolidation, Total
from aggregator.model.definition import Element, LedgerKind, Measure, Over, Setting, ValueType
from aggregator.model.expression import Aggregate as OverRows
from aggregator.model.expression import Call, ElementRef, Node, walk
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Place, ValueState
from aggregator.publish import number
from aggregator.publish.lineage import exact_text
from aggregator.publish.report.listing import names_text
from aggregator.publish.report.style import UNNAMED

_TEN_THOUSAND = Decimal(10_000)
_PARTY_FOUNDED = 1921
#: Whether the street names those that lag behind; anything but 是 keeps them unnamed.
_NAMING = "set_name_weak"
_state_of = attrgetter("state")
_BASELINES = Place("街道设置.xlsx", "基数")


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
    if "较上届" in how:
        return _since_last_term(element, total.this_month, consolidation)
    if "各社区" in how:
        return _of_each_community(element, total.this_month, consolidation)
    aggregate = spanned(element, total, how, consolidation.catalog)
    if is_growth(element) and not aggregate.is_whole:
        return None
    tag = tag_of(element.code, aggregate.period, is_to_date=aggregate is total.year_to_date)
    return _wording(element, aggregate, how, tag=tag, consolidation=consolidation)


def word_of_unit(element: Element, how: tuple[str, ...], consolidation: Consolidation, unit: str) -> Wording | None:
    """The figure of one unit as it reported it; None where it gave none."""
    value = consolidation.values.get((unit, element.code))
    if value is None:
        return None
    reported = (unit,) if value.state.is_reported else ()
    # A unit stands among those reported when no recorded month of the period lacks its return.
    known = len(value.period) - (len(consolidation.unrecorded) if happens(element, consolidation.catalog) else 0)
    aggregate = Aggregate(element.code, value.period, value.state, value.value, (unit,), reported, known, (value,))
    tag = f"{element.code}@{unit}@{value.period}"
    return _wording(element, aggregate, how, tag=tag, consolidation=consolidation)


def _wording(
    element: Element, aggregate: Aggregate, how: tuple[str, ...], *, tag: str, consolidation: Consolidation
) -> Wording | None:
    value = aggregate.value
    is_there = aggregate.state.counts and value not in (None, "", ())
    if not is_there or ("非零" in how and value == 0):
        return None
    unnamed = next((word for word in how if word in UNNAMED), "")
    is_named = consolidation.street.settings.get(_NAMING, "").strip() == "是"
    return Wording(
        text=unnamed if unnamed and not is_named else _text(element, value, how),
        tag=tag,
        title=element.name,
        expression=expression_of(element),
        totals=(aggregate,),
    )


def spanned(element: Element, total: Total, how: Sequence[str], catalog: Catalog) -> Aggregate:
    """The end of the period for what stands at it; for what happened the period, and in a month the year so far."""
    asked = total.this_month.period
    if "累计" in how or (asked.is_month and "本月" not in how and happens(element, catalog)):
        return total.year_to_date
    return total.this_month


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


def _of_each_community(element: Element, now: Aggregate, consolidation: Consolidation) -> Wording | None:
    """What each community in the totals has: one number where they agree, else from the least to the most."""
    codes = {unit.code for unit in consolidation.street.communities(consolidation.period)}
    values = (consolidation.values.get((unit, element.code)) for unit in now.reported if unit in codes)
    sources = tuple(value for value in values if value is not None and isinstance(value.value, Decimal))
    levels = [source.value for source in sources if isinstance(source.value, Decimal)]
    if not levels:
        return None
    ends = [quantity_text(element, level) for level in dict.fromkeys((min(levels), max(levels)))]
    text = f"{number.plain(min(levels))}至{ends[1]}" if len(ends) > 1 else ends[0]
    tag = tag_of(element.code, now.period, is_to_date=False) + ".each"
    whole = replace(now, value=max(levels), sources=sources)
    return Wording(text, tag, f"{element.name}（各社区）", f"各社区({element.code})", (whole,))


def _since_last_term(element: Element, now: Aggregate, consolidation: Consolidation) -> Wording | None:
    """From the level of the previous term to the present one, as the street's baselines give it."""
    base = _last_term(element, consolidation)
    if base is None or not now.state.counts or now.value is None:
        return None
    levels = [_text(element, value, ()) for value in (base.value, now.value)]
    tag = tag_of(element.code, now.period, is_to_date=False) + ".term"
    return Wording(_passage(base, now, levels), tag, f"{element.name}较上届", f"较上届({element.code})", (now, base))


def _passage(base: Aggregate, now: Aggregate, levels: Sequence[str]) -> str:
    if levels[0] == levels[1]:
        return f"与上届持平，为{levels[1]}"
    if isinstance(base.value, Decimal) and isinstance(now.value, Decimal):
        return f"由{levels[0]}{'提高' if now.value > base.value else '下降'}至{levels[1]}"
    return f"由{levels[0]}变为{levels[1]}"


def _last_term(element: Element, consolidation: Consolidation) -> Aggregate | None:
    lines = [line for line in consolidation.street.baselines if (line.element, line.unit) == (element.code, "")]
    of_term = sorted((line for line in lines if line.base == "last_term"), key=lambda line: line.through)
    if not of_term:
        return None
    line = of_term[-1]
    value = _as_number(line.value) if element.type.is_number else line.value.strip() or None
    if value is None:
        return None
    place = line.place or _BASELINES
    source = DataValue(element.code, "", line.through, ValueState.VALUE, value, place, raw=line.value)
    return Aggregate(element.code, line.through, ValueState.VALUE, value, sources=(source,))


def _as_number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


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
        return _date_text(element, value, has_year="月日" not in how)
    if isinstance(value, tuple):
        return names_text(value, how)
    return value or ""


def _date_text(element: Element, day: date, *, has_year: bool) -> str:
    if element.type is ValueType.MONTH:
        return number.month_label(day.year, day.month) if has_year else f"{day.month}月"
    return number.chinese_date(day) if has_year else f"{day.month}月{day.day}日"


def _number_text(element: Element, value: Decimal, how: Sequence[str]) -> str:
    if element.unit == "个百分点":
        return number.points_phrase(value, Decimal(0)) or ""
    if is_growth(element):
        return _growth_text(value)
    if "余" in how:
        return f"{number.approximately(value)}{element.unit}"
    if "数" in how:
        return number.plain(_rounded(element, value))
    return quantity_text(element, value)


def is_growth(element: Element) -> bool:
    """Whether it is a rate of growth, which says nothing true while somebody is missing on one side."""
    return isinstance(element.expression, Call) and element.expression.function == "growth"


def _growth_text(value: Decimal) -> str:
    """A rate of growth in words: 增加12.5%, 减少3%."""
    if number.round_half_up(value, 1) == 0:
        return "持平" if value == 0 else "基本持平"
    return f"{'增加' if value > 0 else '减少'}{number.percent(abs(value))}"


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


def word_setting(setting: Setting, how: Sequence[str], consolidation: Consolidation) -> str | None:
    """The text of a setting, of its default, or of the period for one that nobody types."""
    computed = _COMPUTED.get(setting.code)
    if computed is not None:
        return computed(consolidation.period)
    text = consolidation.street.settings.get(setting.code, "").strip() or setting.default
    names = text.split("、")
    size = next((int(word) for word in how if word.isdecimal()), None)
    place = next((int(word[1:]) for word in how if word.startswith("第")), None)
    if place is not None:
        return names[place - 1] if place <= len(names) else None
    return ("、".join(names[:size]) if size else text) or None


_SPANS = {
    (1, 12): "全年", (1, 6): "上半年", (7, 12): "下半年",
    (1, 3): "第一季度", (4, 6): "第二季度", (7, 9): "第三季度", (10, 12): "第四季度",
}  # fmt: skip


def span_label(period: Period) -> str:
    """The months that the figures speak of, as a report calls them: 2026年1至10月, 2026年第三季度, 2026年全年."""
    first, last = (1 if period.is_month else period.first.number), period.last.number
    if period.first.year != period.year:
        return f"{number.month_label(period.first.year, first)}至{number.month_label(period.year, last)}"
    return f"{period.year}年{_SPANS.get((first, last)) or _months(first, last)}"


def _months(first: int, last: int) -> str:
    return f"{first}至{last}月" if first < last else f"{last}月"


def months_words(months: Sequence[Period]) -> str:
    """Single months in words, those that follow one another as a run: 2025年1至8月、11月."""
    runs: list[Period] = []
    for month in months:
        follows = bool(runs) and runs[-1].last.plus(1) == month.first and runs[-1].year == month.year
        runs[len(runs) - follows :] = [Period(runs[-1].first, month.last) if follows else month]
    words: list[str] = []
    for place, run in enumerate(runs):
        year = "" if place and runs[place - 1].year == run.year else f"{run.year}年"
        words.append(year + _months(run.first.number, run.last.number))
    return "、".join(words)


def span_words(period: Period) -> str:
    """What a sentence over the figures of a period begins with; those of a month are the year's so far."""
    if period.first.year != period.year:
        return span_label(period)
    named = None if period.is_month else _SPANS.get((period.first.number, period.last.number))
    is_so_far = period.is_month or period.first.number == 1
    return named or ("今年以来" if is_so_far else _months(period.first.number, period.last.number))


_COMPUTED: Mapping[str, Callable[[Period], str]] = {
    "set_year": lambda period: str(period.year),
    "set_month": lambda period: str(period.last.number),
    "set_period_end": lambda period: number.chinese_date(period.end),
    "set_period_label": span_label,
    "set_span_words": span_words,
    "set_party_anniversary": lambda period: str(period.year - _PARTY_FOUNDED),
}


def gaps_of(wording: Wording, communities: Container[str]) -> Iterator[str]:
    """What a reader must know beside a figure: which `communities` are not in it, which months, what was carried."""
    total = wording.totals[0]
    if isinstance(total.value, date):  # a month without the event has no date, and lacks none
        return
    missing = total.missing
    absent = [unit for unit in missing if unit in communities]
    if absent:
        expected = [unit for unit in total.expected if unit in communities]
        done = "已报" if total.period.is_month else "已报齐"
        yield f"{len(expected)}个社区中{len(expected) - len(absent)}个{done}"
    if len(absent) < len(missing):
        yield "街道本级未报"
    if not total.period.is_month and 0 < total.months_known < len(total.period):
        yield f"{len(total.period)}个月中{total.months_known}个月有数"
    if ValueState.CARRIED in map(_state_of, total.sources):
        yield "含沿用上月数"
