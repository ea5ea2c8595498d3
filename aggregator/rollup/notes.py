"""What stands beside a total in words: baselines, months without data, units that lack a month, carried stocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aggregator.model.definition import Element, Over
from aggregator.model.period import Period
from aggregator.model.value import DataValue, ValueState
from aggregator.rollup.baselines import Opening
from aggregator.rollup.over_time import months_used
from aggregator.rollup.returns import Returns


def notes_of(
    returns: Returns,
    element: Element,
    span: Period,
    *,
    known: int,
    gaps: Mapping[str, Sequence[Period]],
    sources: Iterable[DataValue],
    opening: Opening | None,
) -> str:
    """All that a reader must know of a total beside its coverage, in one line."""
    notes = [opening.note if opening else ""]
    if not span.is_month:
        notes += [_months_note(returns, element, span, known), _gaps_note(returns, gaps)]
    notes += [_carried_note(returns, sources), _strangers_note(returns, span)]
    return "；".join(note for note in notes if note)


def _months_note(returns: Returns, element: Element, span: Period, known: int) -> str:
    if element.over_months in (Over.LAST, Over.NONE):
        used = months_used(element, returns.recorded(span))
        return f"截至{used[-1].label}" if used and used[-1].last != span.last else ""
    return f"{len(span)}个月中{known}个月有数" if known < len(span) else ""


def _gaps_note(returns: Returns, gaps: Mapping[str, Sequence[Period]]) -> str:
    """Which units lack which months: their other months are in the total."""
    parts = [
        f"{returns.street.unit(unit).short_name}（{'、'.join(_month(month) for month in months)}）"
        for unit, months in gaps.items()
        if months
    ]
    return f"缺月：{'、'.join(parts)}" if parts else ""


def _month(month: Period) -> str:
    return f"{month.first.number}月"


def _carried_note(returns: Returns, sources: Iterable[DataValue]) -> str:
    carried = dict.fromkeys(source.unit for source in sources if source.state is ValueState.CARRIED)
    names = [returns.street.unit(unit).short_name for unit in carried]
    return f"含沿用数：{'、'.join(names)}" if names else ""


def _strangers_note(returns: Returns, span: Period) -> str:
    """Recorded returns of units that the list no longer names are in no total; nobody should have to guess it."""
    found = {code for month in returns.recorded(span) for code in returns.months[month]} & returns.strangers
    return f"名单外单位未计入：{'、'.join(sorted(found))}" if found else ""
