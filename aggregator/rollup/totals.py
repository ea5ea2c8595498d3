"""The street's figure of any element over any span of months, with its coverage, its addends and its notes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Generic, TypeVar

from aggregator.model.consolidation import Addends, Aggregate
from aggregator.model.definition import Element, Over
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Period
from aggregator.model.scope import setting_scalar
from aggregator.model.value import DataValue, Figure, Gap, LedgerRow, Scalar, ValueState
from aggregator.rollup.baselines import Opening, base_line, base_note, latest_base, opening_of
from aggregator.rollup.indicators import state_and_value
from aggregator.rollup.notes import Lacking, Marks, notes_of
from aggregator.rollup.over_time import Given, UnitSpan, months_used, not_asked_alone, over_months
from aggregator.rollup.over_units import NOT_ROLLED_UP, over_units
from aggregator.rollup.pooling import Pooling
from aggregator.rollup.recipe import is_recomputed, is_recomputed_over_months, recipe
from aggregator.rollup.returns import MonthReturns, Returns

NOT_IN_USE = "未启用"
T = TypeVar("T")


class Latest(Generic[T]):
    """The thing made last, for whoever asks for the same next: this year's last month of a stock is this month."""

    def __init__(self) -> None:
        self._made: tuple[object, T] | None = None

    def of(self, key: object, make: Callable[[], T]) -> T:
        """What belongs to a key."""
        if self._made is None or self._made[0] != key:
            self._made = key, make()
        return self._made[1]


@dataclass
class Totals:
    """Aggregates on demand, each computed once."""

    returns: Returns
    _aggregates: dict[tuple[str, Period], Aggregate] = field(default_factory=dict)
    _spans: Latest[list[UnitSpan]] = field(default_factory=Latest)
    _poolings: Latest[Pooling] = field(default_factory=Latest)

    def aggregate(self, code: str, span: Period) -> Aggregate:
        """The street's figure of an element over a span."""
        if (code, span) not in self._aggregates:
            element = self.returns.catalog.elements[code]
            self._aggregates[code, span] = self._with_base(element, self._aggregate(element, span))
        return self._aggregates[code, span]

    def _aggregate(self, element: Element, span: Period) -> Aggregate:
        if not self.returns.is_on(element):
            return Aggregate(element.code, span, ValueState.NOT_ASKED, None, months_known=0, note=NOT_IN_USE)
        if is_recomputed(self.returns.catalog, element.code):
            return self._recomputed(element, span)
        return self._added(element, span)

    def _with_base(self, element: Element, aggregate: Aggregate) -> Aggregate:
        """The baseline entered for this span, when its months are not all recorded."""
        span = aggregate.period
        if aggregate.state is ValueState.NOT_ASKED or len(self.returns.recorded(span)) == len(span):
            return aggregate
        line = base_line(element, span, self.returns.street)
        if line is None or isinstance(line.value, tuple):
            return aggregate
        return replace(
            aggregate,
            state=ValueState.VALUE,
            value=line.value,
            reported=aggregate.expected,
            months_known=len(span),
            sources=(line,),
            note=base_note(span),
        )

    def _added(self, element: Element, span: Period) -> Aggregate:
        """A figure put together from the figures of units."""
        opening = opening_of(element, span, self.returns)
        spans = self.unit_spans(element, span, opening)
        state, value = over_units(element, spans)
        if opening is not None:
            state = state if state.counts else ValueState.VALUE
            value = opening.value + (value if isinstance(value, Decimal) else Decimal(0))
        elif element.over_units is Over.NONE and len(spans) > 1:
            return self._not_rolled_up(element, span, spans)
        gaps = {unit.unit: unit.gaps for unit in spans}
        not_asked = {unit.unit: unit.not_asked for unit in spans}
        reported = tuple(unit.unit for unit in spans if unit.is_covered)
        used = months_used(element, self.returns.recorded(span))
        marks = Marks.of_spans(spans)
        known = _months_known(span, marks, opening, is_of_end=element.over_months in (Over.LAST, Over.NONE))
        lacking = Lacking(gaps, not_asked)
        notes = notes_of(self.returns, span, used=used, known=known, lacking=lacking, marks=marks, opening=opening)
        return Aggregate(
            element.code,
            span,
            state,
            value,
            expected=tuple(gaps),
            reported=reported,
            months_known=known,
            sources=Addends(
                lambda: self._addends(element, span, opening), lambda: self._figures(element, span, opening)
            ),
            note="；".join(notes),
        )

    def _addends(self, element: Element, span: Period, opening: Opening | None) -> Iterator[DataValue]:
        if opening is not None:
            yield opening.source
        for unit, found in self._given(element, span, opening).items():
            yield from self.returns.values(element.code, unit, (month for month, known in found if known is not None))

    def _figures(self, element: Element, span: Period, opening: Opening | None) -> Iterator[tuple[str, Figure]]:
        """The numbers of the same, without making the values whole."""
        if opening is not None:
            yield opening.source.unit, opening.source.value
        for unit, found in self._given(element, span, opening).items():
            yield from ((unit, known.value) for _, known in found if known is not None and known.state.is_reported)

    def _given(self, element: Element, span: Period, opening: Opening | None) -> Mapping[str, Sequence[Given]]:
        """What each unit gave in the months that count."""
        return self.returns.given(element, months_used(element, self._recorded(span, opening))).asked

    def _recorded(self, span: Period, opening: Opening | None) -> tuple[MonthReturns, ...]:
        """The recorded months of a span, without those that an opening stands for."""
        recorded = self.returns.recorded(span)
        if opening is None:
            return recorded
        return tuple(month for month in recorded if month.period.first > opening.through)

    def _not_rolled_up(self, element: Element, span: Period, spans: Sequence[UnitSpan]) -> Aggregate:
        expected = tuple(unit.unit for unit in spans)
        reported = tuple(unit.unit for unit in spans if unit.is_covered)
        state = ValueState.NOT_APPLICABLE
        return Aggregate(element.code, span, state, None, expected, reported, note=NOT_ROLLED_UP)

    def unit_spans(self, element: Element, span: Period, opening: Opening | None = None) -> list[UnitSpan]:
        """What each unit asked gives over a span, in the order of the street's list."""
        recorded = self._recorded(span, opening)
        if not recorded:
            return self._unrecorded(element, span, opening)
        months = months_used(element, recorded)
        return self._spans.of((element.code, months), lambda: self._spans_over(element, months))

    def _spans_over(self, element: Element, months: Sequence[MonthReturns]) -> list[UnitSpan]:
        given = self.returns.given(element, months)
        spans = [self._unit_span(element, unit, found) for unit, found in given.asked.items()]
        if not given.not_asked:
            return spans
        not_asked = not_asked_alone([span.months for span in spans], given.not_asked)
        return [span._replace(not_asked=not_asked.get(span.unit, ())) for span in spans]

    def _unrecorded(self, element: Element, span: Period, opening: Opening | None) -> list[UnitSpan]:
        """Every unit asked at the end, without a figure: covered by the opening, or a gap."""
        month = Period(span.last, span.last)
        gaps = (month,) if opening is None else ()
        state = ValueState.MISSING if opening is None else ValueState.NOT_APPLICABLE
        return [UnitSpan(unit, state, None, (), gaps) for unit in self.returns.units_asked(element, month)]

    def _unit_span(self, element: Element, unit: str, found: Sequence[Given]) -> UnitSpan:
        added = over_months(element, unit, found)
        if len(found) == 1 or not added.state.counts or not self._is_recomputed(element):
            return added
        months = tuple(self.returns.months[month] for month, _ in found)
        how = recipe(self.returns.catalog, element.code)
        pooling = Pooling(self.returns, element, months[-1:] if how.is_of_last_month else months, only_unit=unit)
        state, value = state_and_value(how.compute(self._scope(pooling, found[-1][0]), {}))
        return added._replace(state=state, value=value)

    def _is_recomputed(self, element: Element) -> bool:
        return is_recomputed_over_months(self.returns.catalog, element.code)

    def _recomputed(self, element: Element, span: Period) -> Aggregate:
        """A figure computed anew over the units and months that have all of its operands."""
        recorded = self.returns.recorded(span)
        how = recipe(self.returns.catalog, element.code)
        months = recorded[-1:] if how.is_of_last_month else recorded
        pooling = self._poolings.of((element.code, months), lambda: Pooling(self.returns, element, months))
        if not recorded and how.needs_records:
            return self._of_no_record(element, span)
        scope = self._scope(pooling, span)
        state, value = state_and_value(how.compute(scope, {}))
        pool = pooling.pool
        if state is ValueState.MISSING and pooling.applies_to_nobody():
            state = ValueState.NOT_APPLICABLE
        elif pool.expected and not pool.months:
            state, value = ValueState.MISSING, None
        others = [source for part in scope.consulted.values() for source in part.sources]
        marks = pooling.marks().and_those_of(others)
        if state is ValueState.VALUE and marks.carried:
            state = ValueState.CARRIED
        expected, reported = _coverage(pooling, scope.consulted.values(), self.returns)
        known = _months_known(span, marks, None, is_of_end=how.is_of_last_month) if pool.expected else len(span)
        known = min([known, *(part.months_known for part in scope.consulted.values() if part.period == span)])
        lacking = Lacking(pool.gaps, pool.not_asked)
        notes = notes_of(self.returns, span, used=pooling.months, known=known, lacking=lacking, marks=marks)
        return Aggregate(
            element.code,
            span,
            state,
            value,
            expected=expected,
            reported=reported,
            months_known=known,
            # Pooled anew for whoever asks: the operands of every figure of a year would be many to keep.
            sources=Addends(
                lambda: [*Pooling(self.returns, element, months).sources(), *others],
                lambda: [
                    *Pooling(self.returns, element, months).figures(),
                    *((source.unit, source.value) for source in others),
                ],
            ),
            note=_joined([*notes, *(part.note for part in scope.consulted.values()), *scope.base_notes.values()]),
        )

    def _of_no_record(self, element: Element, span: Period) -> Aggregate:
        """Nothing is known of the span; counting the rows of no month would say 0."""
        expected = tuple(unit.unit for unit in self._unrecorded(element, span, None))
        return Aggregate(element.code, span, ValueState.MISSING, None, expected=expected, months_known=0)

    def _scope(self, pooling: Pooling, span: Period) -> PooledScope:
        return PooledScope(self, pooling, span)


def _joined(notes: Iterable[str]) -> str:
    """Notes in one line, each said once: totals that stand on one another lack the same months."""
    return "；".join(dict.fromkeys(part for note in notes for part in note.split("；") if part))


def _months_known(span: Period, marks: Marks, opening: Opening | None, *, is_of_end: bool) -> int:
    """How many of the months have a figure; a stock that stands at the end stands for all of them."""
    # A figure may stand on totals of other months too: last month's, or the year so far.
    months = marks.months & {*span.months()}
    if is_of_end and any(month.last == span.last for month in months):
        return len(span)
    return (opening.through.number if opening else 0) + len(months)


def _coverage(
    pooling: Pooling, consulted: Iterable[Aggregate], returns: Returns
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Units expected and units in it, of the operands and of every total that the expression asked for."""
    expected = {*pooling.pool.expected}
    missing = expected - {*pooling.pool.reported}
    for total in consulted:
        expected.update(total.expected)
        missing.update(total.missing)
    ordered = tuple(unit.code for unit in returns.street.units if unit.code in expected)
    return ordered, tuple(code for code in ordered if code not in missing)


@dataclass
class PooledScope:
    """Where a recomputed expression finds its operands; every other total that it asks for is noted in `consulted`."""

    totals: Totals
    pooling: Pooling
    period: Period
    consulted: dict[tuple[str, Period], Aggregate] = field(default_factory=dict)
    base_notes: dict[tuple[str, str], str] = field(default_factory=dict)

    def element(self, code: str) -> Scalar:
        """An operand over the coverage, or a total."""
        if code in self.pooling.how.rows:
            return self.pooling.rows_value(code)
        if code in self.pooling.how.elements:
            return self.pooling.element_value(code)
        return self._total(code, self.period).scalar

    def _total(self, code: str, span: Period) -> Aggregate:
        self.consulted[code, span] = found = self.totals.aggregate(code, span)
        return found

    def last(self, code: str) -> Scalar:
        """The street's figure of the period before."""
        return self._total(code, self.period.previous()).scalar

    def year_to_date(self, code: str) -> Scalar:
        """The street's figure from January to the period's end."""
        return self._total(code, self.period.year_to_date()).scalar

    def setting(self, code: str) -> Scalar:
        """A setting of the street."""
        return setting_scalar(self.totals.returns.street, code, self.period)

    def rows(self, ledger: str, *, living: bool) -> Sequence[LedgerRow] | None:
        """Never asked: functions over rows are pooled before."""
        raise LookupError(f"{ledger}, living={living}")

    def over_communities(self, code: str) -> Sequence[Decimal]:
        """The figures of the communities that have a whole one."""
        self._total(code, self.period)
        returns = self.totals.returns
        spans = self.totals.unit_spans(returns.catalog.elements[code], self.period)
        return [
            unit.value
            for unit in spans
            if isinstance(unit.value, Decimal)
            and unit.is_covered
            and returns.street.unit(unit.unit).kind is UnitKind.COMMUNITY
        ]

    def communities(self) -> Decimal:
        """How many communities are open in the period's last month."""
        last = Period(self.period.last, self.period.last)
        return Decimal(len(self.totals.returns.street.communities(last)))

    def against(self, code: str, base: str) -> tuple[Scalar, Scalar]:
        """The street's figure and that of a base period; a unit that one of the two lacks is in neither."""
        now = self._total(code, self.period)
        returns = self.totals.returns
        element = returns.catalog.elements[code]
        if base != "last_year":
            line = latest_base(element, base, returns.street)
            return now.scalar, line.scalar if line else Gap.MISSING
        then = self.totals.aggregate(code, self.period.same_period_last_year())
        self.base_notes[code, base] = f"上年同期{then.note.replace('；', '，')}" if then.note else ""
        left_out = {*now.missing, *then.missing}
        if not left_out or element.over_units is not Over.SUM or Gap.MISSING in (now.scalar, then.scalar):
            return now.scalar, then.scalar
        return self._without(left_out, now, then)

    def _without(self, units: Collection[str], now: Aggregate, then: Aggregate) -> tuple[Scalar, Scalar]:
        """Two totals without some units; nothing where a figure of the whole street cannot be taken apart."""
        if not all(source.unit for source in (*now.sources, *then.sources)):
            self.base_notes[now.element, "left out"] = "两期有数的单位不同，基数不能拆分，不作比较"
            return Gap.MISSING, Gap.MISSING
        names = "、".join(unit.short_name for unit in self.totals.returns.street.units if unit.code in units)
        self.base_notes[now.element, "left out"] = f"两期都不含{names}"
        element = self.totals.returns.catalog.elements[now.element]
        figures = []
        for total in (now, then):
            spans = [span for span in self.totals.unit_spans(element, total.period) if span.unit not in units]
            state, figure = over_units(element, spans)
            figures.append(figure if state.counts and figure is not None else Gap.MISSING)
        return figures[0], figures[1]
