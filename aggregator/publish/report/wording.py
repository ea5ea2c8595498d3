"""What a fill prints: the span its figure is taken over, its text, its tag, and the total behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate, Consolidation, Total
from aggregator.model.definition import Element, LedgerKind, Measure, Over, Setting
from aggregator.model.expression import Aggregate as OverRows
from aggregator.model.expression import Call, ElementRef, Node, walk
from aggregator.model.period import Period
from aggregator.model.value import ValueState
from aggregator.publish import number
from aggregator.publish.lineage import exact_text
from aggregator.publish.report.comparing import against_period, since_last_term
from aggregator.publish.report.figure_text import figure_text, is_growth, quantity_text
from aggregator.publish.report.spans import span_label, span_words
from aggregator.publish.report.style import CARRIED_OVER, UNNAMED, WITHIN

_PARTY_FOUNDED = 1921
_ALL_PCT = 100
#: Whether the street names those that lag behind; anything but 是 keeps them unnamed.
_NAMING = "set_name_weak"
# Between titles in their marks stands no 顿号 (GB/T 15834-2011).
_TITLES_IN_A_ROW = re.compile("》、《")
#: Comparing phrases by the word that asks for them, with what their tags end in.
_COMPARISONS = {"环比": ".mom", "同比": ".yoy", "较上届": ".term"}


@dataclass(frozen=True, slots=True)
class Wording:
    """A figure as the report prints it, and the totals behind it; a comparing phrase has two, and perhaps a note."""

    text: str
    tag: str
    title: str
    expression: str
    totals: tuple[Aggregate, ...]
    note: str = ""

    @property
    def value(self) -> str:
        """The exact value behind the text."""
        return exact_text(self.totals[0].value)


def word_element(element: Element, how: tuple[str, ...], consolidation: Consolidation) -> Wording | None:
    """The figure of an element as its fill wants it; None where there is none to print."""
    total = consolidation.totals.get(element.code)
    if total is None:
        return None
    if comparison := next((word for word in how if word in _COMPARISONS), ""):
        return _comparison(element, total, comparison, consolidation)
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
    if WITHIN in how and isinstance(value, date) and not _is_within(value, consolidation.period):
        return None
    unnamed = next((word for word in how if word in UNNAMED), "")
    is_named = consolidation.street.settings.get(_NAMING, "").strip() == "是"
    return Wording(
        text=unnamed if unnamed and not is_named else figure_text(element, value, how),
        tag=tag,
        title=element.name,
        expression=expression_of(element),
        totals=(aggregate,),
        note="含以前月份结转的" if CARRIED_OVER in how and isinstance(value, Decimal) and value > _ALL_PCT else "",
    )


def _is_within(day: date, period: Period) -> bool:
    """Whether a day lies in the months that a report speaks of; one of a month speaks of the year so far."""
    return (date(period.year, 1, 1) if period.is_month else period.start) <= day <= period.end


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


def _comparison(element: Element, total: Total, word: str, consolidation: Consolidation) -> Wording | None:
    now = total.this_month
    if word == "较上届":
        compared = since_last_term(element, now, consolidation)
    else:
        base = total.previous if word == "环比" else total.same_month_last_year
        compared = against_period(element, now, base, consolidation)
    if compared is None:
        return None
    tag = tag_of(element.code, now.period, is_to_date=False) + _COMPARISONS[word]
    name, expression = f"{element.name}{word}", f"{word}({element.code})"
    return Wording(compared.text, tag, name, expression, compared.totals, compared.note)


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


def word_setting(setting: Setting, how: Sequence[str], consolidation: Consolidation) -> str | None:
    """The text of a setting, of its default, or of the period for one that nobody types."""
    computed = _COMPUTED.get(setting.code)
    if computed is not None:
        return computed(consolidation.period)
    text = typed_setting(setting, consolidation)
    names = text.split("、")
    size = next((int(word) for word in how if word.isdecimal()), None)
    place = next((int(word[1:]) for word in how if word.startswith("第")), None)
    if place is not None:
        return names[place - 1] if place <= len(names) else None
    return _TITLES_IN_A_ROW.sub("》《", "、".join(names[:size]) if size else text) or None


def typed_setting(setting: Setting, consolidation: Consolidation) -> str:
    """What the street has typed, or the default; empty where there is neither."""
    return consolidation.street.settings.get(setting.code, "").strip() or setting.default


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
    # A month without the event has no date, and lacks none; 个别社区 says how many of how many to nobody.
    if isinstance(total.value, date) or wording.text in UNNAMED:
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
    if total.state is ValueState.CARRIED:
        yield "含沿用上月数"
