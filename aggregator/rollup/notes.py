"""What stands beside a total in words: baselines, months without data, units that lack a month, carried stocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from aggregator.model.period import Period
from aggregator.model.value import DataValue, Known, ValueState
from aggregator.rollup.baselines import Opening
from aggregator.rollup.over_time import UnitSpan
from aggregator.rollup.returns import MonthReturns, Returns


class Marks(NamedTuple):
    """What is told of the addends of a figure: their months, and the units whose are carried or may lack rows."""

    months: frozenset[Period]
    carried: tuple[str, ...]
    partial: tuple[str, ...]

    @classmethod
    def of_spans(cls, spans: Sequence[UnitSpan]) -> Marks:
        """Those of the figures of units."""
        return cls(
            frozenset(month for unit in spans for month in unit.months),
            tuple(unit.unit for unit in spans if unit.is_carried),
            tuple(unit.unit for unit in spans if unit.is_partial),
        )

    @classmethod
    def of_addends(cls, addends: Sequence[tuple[str, Period, Known]]) -> Marks:
        """Those of single addends, each with its unit and month."""
        return cls(
            frozenset(month for _, month, _ in addends),
            tuple(unit for unit, _, known in addends if known.state is ValueState.CARRIED),
            tuple(unit for unit, _, known in addends if known.is_partial),
        )

    def and_those_of(self, values: Sequence[DataValue]) -> Marks:
        """With the marks of values that were added up elsewhere; a baseline is no unit's."""
        more = Marks.of_addends([(value.unit, value.period, value) for value in values if value.unit])
        return Marks(self.months | more.months, self.carried + more.carried, self.partial + more.partial)


class Lacking(NamedTuple):
    """By unit the months of which it gave nothing, and those for which its form, of another version, asked nothing."""

    gaps: Mapping[str, Sequence[Period]]
    not_asked: Mapping[str, Sequence[Period]]


def notes_of(
    returns: Returns,
    span: Period,
    *,
    used: Sequence[MonthReturns],
    known: int,
    lacking: Lacking,
    marks: Marks,
    opening: Opening | None = None,
) -> list[str]:
    """All that a reader must know of a total beside its coverage; `used` are the months that count for it."""
    notes = [opening.note if opening else ""]
    if len(used) > 1 or opening:
        notes.append(_months_of_units("缺月", returns, lacking.gaps))
        notes.append(_months_of_units("旧版未设", returns, lacking.not_asked))
    notes += [_months_note(span, used, known), _named("含沿用数", returns, marks.carried)]
    notes += [_named("有登记未填全或无法识别，可能少计", returns, marks.partial), _strangers_note(returns, span)]
    return [note for note in notes if note]


def _months_note(span: Period, used: Sequence[MonthReturns], known: int) -> str:
    if span.is_month or known >= len(span):
        return ""
    if len(used) == 1 and used[-1].period.last != span.last and known == 1:
        return f"截至{used[-1].period.label}"
    return f"{len(span)}个月中{known}个月有数"


def _months_of_units(what: str, returns: Returns, found: Mapping[str, Sequence[Period]]) -> str:
    """Which months are not in the total of which units: their other months are."""
    parts = [
        f"{returns.street.unit(unit).short_name}（{'、'.join(_month(month) for month in months)}）"
        for unit, months in found.items()
        if months
    ]
    return f"{what}：{'、'.join(parts)}" if parts else ""


def _month(month: Period) -> str:
    return f"{month.first.number}月"


def _named(what: str, returns: Returns, units: Iterable[str]) -> str:
    names = [returns.street.unit(unit).short_name for unit in dict.fromkeys(units)]
    return f"{what}：{'、'.join(names)}" if names else ""


def _strangers_note(returns: Returns, span: Period) -> str:
    """Recorded returns of units that the list no longer names are in no total; nobody should have to guess it."""
    found = {code for month in returns.recorded(span) for code in month.submissions} & returns.strangers
    return f"名单外单位未计入：{'、'.join(sorted(found))}" if found else ""
