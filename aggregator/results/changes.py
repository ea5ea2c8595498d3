"""What changes in a month: totals that move, returns that are other ones than were recorded, amendments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate
from aggregator.model.decision import Amendment, Reported
from aggregator.model.definition import Element
from aggregator.model.finding import Finding
from aggregator.model.moved_total import MovedTotal
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue
from aggregator.results.words import Json, Line, figure_text, finding_json, names

_MOST_MOVED = 12


def moved_lines(moved: Sequence[MovedTotal]) -> list[str]:
    """What each total was and is: 走访住户数：8690→8696户."""
    shown = [f"{one.element.name}：{_before_and_after(one)}" for one in moved[:_MOST_MOVED]]
    return shown + ([f"……等{len(moved)}项"] if len(moved) > _MOST_MOVED else [])


def _before_and_after(one: MovedTotal) -> str:
    """The unit stands once, at the last number: 8690→8696户, 3次→未填."""
    is_number = bool(figure_text(one.after.scalar))
    between, end = ("→", one.element.unit) if is_number else (f"{one.element.unit}→", "")
    return f"{_aggregate_text(one.before)}{between}{_aggregate_text(one.after)}{end}"


def moved_json(moved: Sequence[MovedTotal]) -> list[Json]:
    """The same for other programs."""
    return [
        {"code": one.element.code, "before": _aggregate_text(one.before), "after": _aggregate_text(one.after)}
        for one in moved
    ]


def _aggregate_text(aggregate: Aggregate) -> str:
    return figure_text(aggregate.scalar) or aggregate.state.label


@dataclass(frozen=True, slots=True)
class Restated:
    """What has changed since a month was last recorded: whose returns are other ones, and which totals move."""

    units: tuple[OrgUnit, ...]
    moved: tuple[MovedTotal, ...]

    def lines(self) -> list[str]:
        """For a terminal."""
        which = f"{len(self.moved)}项街道总数跟着变：" if self.moved else "街道总数没有变。"
        return [
            f"与上次汇总相比，{names(self.units)}的报表或处理决定变了，{which}",
            *(f"  {line}" for line in moved_lines(self.moved)),
        ]

    def as_json(self) -> Json:
        """For other programs."""
        return {"units": [unit.code for unit in self.units], "moved": moved_json(self.moved)}


@dataclass(frozen=True, slots=True)
class Amended:
    """An amendment made or taken back: what was sent, what counts now, which totals move, and what is wrong then."""

    period: Period
    unit: OrgUnit
    element: Element
    sent: DataValue | None
    counts: DataValue | None
    moved: tuple[MovedTotal, ...]
    is_recorded: bool
    is_held: bool
    fatal: tuple[Finding, ...]

    def lines(self) -> list[str]:
        """For a terminal."""
        return [
            f"{self.unit.short_name}{self.period.label}“{self.element.name}”{self._said()}。社区的文件没有改动。",
            *(["以下街道总数随之变动：", *(f"  {line}" for line in moved_lines(self.moved))] if self.moved else []),
            *([f"{self.unit.short_name}目前被退回，不退回以后才计入总数。"] if self.is_held else []),
            *(f"  [强制] {finding.message}" for finding in self.fatal),
            *([f"这个月已经汇总过，请重新运行 aggregator run {self.period}。"] if self.is_recorded else []),
        ]

    def _said(self) -> str:
        place = f"（{self.sent.place}）" if self.sent and self.sent.place.cell else ""
        if self.counts is not None and not self.counts.is_amended:
            return f"{place}的更正已撤销，按所报的{_value_text(self.counts)}计入"
        return f"{place}报的是{_value_text(self.sent)}，现在按{_value_text(self.counts)}计入"

    def as_json(self) -> Json:
        """For other programs."""
        return {
            "period": str(self.period),
            "unit": self.unit.code,
            "code": self.element.code,
            "sent": _value_text(self.sent),
            "counts": _value_text(self.counts),
            "moved": moved_json(self.moved),
            "is_recorded": self.is_recorded,
            "is_held": self.is_held,
            "fatal": [finding_json(finding) for finding in self.fatal],
        }


def _value_text(value: DataValue | None) -> str:
    if value is None:
        return "未报"
    return figure_text(value.value) if value.state.counts and value.value is not None else value.state.label


@dataclass(frozen=True, slots=True)
class AmendmentList:
    """All amendments of a month, those taken back too."""

    period: Period
    street: Street
    catalog: Catalog
    amendments: tuple[Amendment, ...]

    def lines(self) -> list[Line]:
        """A line an amendment."""
        return [
            (
                self.street.unit(one.unit).short_name,
                self._name(one.element),
                one.element,
                _reported_text(one.old),
                _reported_text(one.new),
                one.reason,
                f"{one.by} {one.on.isoformat()}",
                f"已撤销：{one.withdrawn.reason}（{one.withdrawn.by} {one.withdrawn.on.isoformat()}）"
                if one.withdrawn
                else "有效",
            )
            for one in self.amendments
        ]

    def _name(self, code: str) -> str:
        """The name of an element; of one that the catalog no longer has its code."""
        element = self.catalog.elements.get(code)
        return element.name if element else code

    def summary(self) -> str:
        """How many there are and count."""
        count = sum(one.withdrawn is None for one in self.amendments)
        return f"{self.period.label}：更正{len(self.amendments)}次，其中{count}次有效。"

    def as_json(self) -> Json:
        """For other programs."""
        keys = ("unit", "name", "code", "old", "new", "reason", "by", "standing")
        return {"period": str(self.period), "amendments": [dict(zip(keys, line, strict=True)) for line in self.lines()]}


def _reported_text(said: Reported) -> str:
    return figure_text(said.value) if said.state.counts and said.value is not None else said.state.label
