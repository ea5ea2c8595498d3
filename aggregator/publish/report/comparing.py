"""Comparing phrases of a report: against the period before, last year, the last term; and why one is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from aggregator.model.consolidation import Aggregate, Consolidation, Total
from aggregator.model.definition import Element
from aggregator.model.expression import Call, ElementRef, Text
from aggregator.model.value import DataValue, Place, ValueState
from aggregator.publish.report.figure_text import figure_text, quantity_text
from aggregator.publish.workbook.comparison import Basis, compare

_BASELINES = Place("街道设置.xlsx", "基数")
_BASES = {"previous": "上期", "last_year": "上年同期", "last_term": "上届"}
#: The words of a fill that ask for a comparing phrase, with the base of each.
COMPARING_WORDS = {"环比": "previous", "同比": "last_year", "较上届": "last_term"}


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparing phrase with the two totals behind it; `note` says over which units, where those are not the same."""

    text: str
    totals: tuple[Aggregate, Aggregate]
    note: str = ""


def against_period(element: Element, now: Aggregate, base: Aggregate, consolidation: Consolidation) -> Compared | None:
    """The change against another period, like with like; None where months or numbers are missing on one side."""
    if not (_has_all_months(now) and _has_all_months(base)):
        return None
    change = compare(
        element,
        now,
        base,
        called=consolidation.short_name,
        show=lambda value: quantity_text(element, value),
    )
    return None if change.basis is Basis.OTHER_UNITS else Compared(change.phrase, (now, base), change.note)


def _has_all_months(total: Aggregate) -> bool:
    is_number = total.state.counts and isinstance(total.value, Decimal)
    return is_number and total.months_known >= len(total.period)


def since_last_term(element: Element, now: Aggregate, consolidation: Consolidation) -> Compared | None:
    """From the level of the previous term to the present one, as the street's baselines give it."""
    base = _last_term(element, consolidation)
    if base is None or not now.state.counts or now.value is None:
        return None
    levels = [figure_text(element, value, ()) for value in (base.value, now.value)]
    return Compared(_passage(base, now, levels), (now, base))


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


def why_left_out(element: Element, how: Sequence[str], consolidation: Consolidation) -> str:
    """Why a comparison has nothing to say; empty for a figure that compares nothing."""
    code, base = _asked(element, how)
    if not base:
        return ""
    total = consolidation.totals.get(code)
    if total is None or not total.this_month.state.counts:
        return "本期没有数据"
    if not total.this_month.is_whole:
        return "本期未报齐"
    return f"{_BASES[base]}{_fault_of(total, base)}"


def _asked(element: Element, how: Sequence[str]) -> tuple[str, str]:
    """Which element is held against which base; two empty words when none is."""
    word = next((word for word in how if word in COMPARING_WORDS), "")
    if word:
        return element.code, COMPARING_WORDS[word]
    match element.expression:
        case Call("growth" | "points", (ElementRef(code), Text(base))):
            return code, base
    return "", ""


def _fault_of(total: Total, base: str) -> str:
    then = {"previous": total.previous, "last_year": total.same_month_last_year}.get(base)
    if then is None or not then.state.counts:
        return "没有数据"
    return "缺少月份" if then.months_known < len(then.period) else "有数的单位与本期不同"
