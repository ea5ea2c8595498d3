"""What stands beside a total in words: baselines, months without data, units that lack a month, carried stocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aggregator.model.period import Period
from aggregator.model.value import DataValue, ValueState
from aggregator.rollup.baselines import Opening
from aggregator.rollup.returns import Returns


def notes_of(
    returns: Returns,
    span: Period,
    *,
    used: Sequence[Period],
    known: int,
    gaps: Mapping[str, Sequence[Period]],
    sources: Sequence[DataValue],
    opening: Opening | None = None,
) -> list[str]:
    """All that a reader must know of a total beside its coverage; `used` are the months that count for it."""
    notes = [opening.note if opening else ""]
    if len(used) > 1 or opening:
        notes.append(_gaps_note(returns, gaps))
    notes += [_months_note(span, used, known), _carried_note(returns, sources)]
    notes += [_partial_note(returns, sources), _strangers_note(returns, span)]
    return [note for note in notes if note]


def _months_note(span: Period, used: Sequence[Period], known: int) -> str:
    if span.is_month or known >= len(span):
        return ""
    if len(used) == 1 and used[-1].last != span.last and known == 1:
        return f"截至{used[-1].label}"
    return f"{len(span)}个月中{known}个月有数"


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


def _partial_note(returns: Returns, sources: Iterable[DataValue]) -> str:
    partial = dict.fromkeys(source.unit for source in sources if source.is_partial)
    names = [returns.street.unit(unit).short_name for unit in partial]
    return f"有登记未填全或无法识别，可能少计：{'、'.join(names)}" if names else ""


def _strangers_note(returns: Returns, span: Period) -> str:
    """Recorded returns of units that the list no longer names are in no total; nobody should have to guess it."""
    found = {code for month in returns.recorded(span) for code in returns.months[month]} & returns.strangers
    return f"名单外单位未计入：{'、'.join(sorted(found))}" if found else ""
