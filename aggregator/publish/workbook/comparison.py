"""This month against another period, like with like: where the units differ, only those in both are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from aggregator.model.consolidation import Aggregate
from aggregator.model.definition import Element, Measure, Over, ValueType
from aggregator.publish.number import change_phrase, plain, points_phrase, round_half_up


class Basis(StrEnum):
    """What a comparison rests on when the two figures are not of the same units."""

    AS_PRINTED = ""
    UNITS_IN_BOTH = "同口径"
    OTHER_UNITS = "口径不同"


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved, in words; on how many units that rests, and which opened or closed in between."""

    phrase: str
    basis: Basis = Basis.AS_PRINTED
    units: int = 0
    between: str = ""

    @property
    def text(self) -> str:
        """The words with their basis."""
        return f"{self.phrase}（{self.basis}）" if self.basis else self.phrase

    @property
    def note(self) -> str:
        """Over which units it is, where they are not those of the two figures."""
        if not self.basis:
            return ""
        over = f"按两期都有数的{self.units}个单位计算" if self.units else "两期有数的单位不同"
        return f"{over}{self.between}"

    @property
    def brief(self) -> str:
        """The same beside a legend that says what the basis means: 同口径15个单位."""
        return f"{self.basis}{f'{self.units}个单位' if self.units else ''}{self.between}"


_NONE = Change("—")


def compare(
    element: Element,
    now: Aggregate,
    base: Aggregate,
    *,
    called: Callable[[str], str] = str,
    show: Callable[[Decimal], str] = plain,
) -> Change:
    """The change of a street total against a base; `called` names units, `show` writes a figure that rose from 0."""
    if not isinstance(now.value, Decimal) or not isinstance(base.value, Decimal):
        return _NONE
    if not (now.state.counts and base.state.counts):
        return _NONE
    as_printed = _phrase(element, now.value, base.value, show)
    if set(now.reported) == set(base.reported):
        return Change(as_printed)
    alike = _like_with_like(element, now, base, show=show)
    found = alike or Change(as_printed, Basis.OTHER_UNITS)
    return replace(found, between=_moved(now, base, as_printed if alike else "", called))


def _moved(now: Aggregate, base: Aggregate, as_printed: str, called: Callable[[str], str]) -> str:
    """Which units opened or closed in between; where nothing else differs, the change with them too."""
    before, after = set(base.expected), set(now.expected)
    opened = [unit for unit in now.expected if unit not in before] if before else []
    closed = [unit for unit in base.expected if unit not in after] if after else []
    lists = (("新设", opened), ("撤销", closed))
    told = "、".join(f"{word}{'、'.join(called(unit) for unit in units)}" for word, units in lists if units)
    if not told:
        return ""
    is_all = set(now.reported) ^ set(base.reported) <= {*opened, *closed}
    return f"，其间{told}" + (f"，计入后{as_printed}" if as_printed and is_all else "")


def _like_with_like(
    element: Element, now: Aggregate, base: Aggregate, *, show: Callable[[Decimal], str]
) -> Change | None:
    """The change over the units that have a number in both; None where that cannot be told, as for a ratio."""
    common = frozenset(now.reported) & frozenset(base.reported)
    one, other = _part(element, now, common), _part(element, base, common)
    if one is None or other is None:
        return None
    return Change(_phrase(element, one, other, show), Basis.UNITS_IN_BOTH, len(common))


def _part(element: Element, aggregate: Aggregate, units: frozenset[str]) -> Decimal | None:
    """The total over some of its units; None where it is no sum of its addends."""
    if element.over_units is not Over.SUM or not units:
        return None
    addends = [(unit, figure) for unit, figure in aggregate.figures() if isinstance(figure, Decimal)]
    if sum((figure for _, figure in addends), Decimal(0)) != aggregate.value:
        return None
    if not {unit for unit, _ in addends} <= set(aggregate.reported):
        return None
    return sum((figure for unit, figure in addends if unit in units), Decimal(0))


def _phrase(element: Element, now: Decimal, base: Decimal, show: Callable[[Decimal], str]) -> str:
    if element.type is ValueType.PERCENT or element.measure is Measure.RATIO:
        return points_phrase(now, base) or "—"
    if element.measure is Measure.AVERAGE:
        return _difference(round_half_up(now - base, 2), element.unit)
    return change_phrase(now, base, show=show) or "—"


def _difference(difference: Decimal, unit: str) -> str:
    """The change of an average: in its own unit, since a percentage of an age says little."""
    if not difference:
        return "持平"
    return f"{'提高' if difference > 0 else '下降'}{plain(abs(difference))}{unit}"
