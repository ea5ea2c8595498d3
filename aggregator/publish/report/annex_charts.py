"""The pictures of a report's annex: who reported, what happened month by month, the units side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from aggregator.model.consolidation import Aggregate, Consolidation, MonthReported, Standing
from aggregator.model.definition import Element, Over
from aggregator.model.org_unit import OrgUnit, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import DataValue, ValueState
from aggregator.publish.lineage import Trace, TracedTotal, exact_text
from aggregator.publish.number import round_half_up
from aggregator.publish.report.blocks import Block, Chart, Note, Series
from aggregator.publish.report.wording import expression_of

CHARTS_NAME = "主要指标图示"
_LEAST_MONTHS = 2
_RATE = "有效率"


@dataclass(frozen=True, slots=True)
class _Point:
    """One number of a picture: what it is of, and the total behind it, which may have none."""

    label: str
    total: Aggregate


@dataclass(frozen=True, slots=True)
class _Picture:
    """A chart, what has to be said under it, and what its numbers come from."""

    chart: Chart
    note: str
    expression: str
    points: tuple[_Point, ...]


def annex_charts(
    elements: Sequence[Element], consolidation: Consolidation, *, attachment: str = "附件"
) -> tuple[Block, ...]:
    """The charts of the elements, each with its note; none when the style wants none or nothing can be drawn."""
    blocks: list[Block] = []
    for number, picture in enumerate(_pictures(elements, consolidation), start=1):
        head = f"{attachment}　{CHARTS_NAME}\n" if number == 1 else ""
        title = f"{head}图{number}　{picture.chart.title}"
        blocks.append(replace(picture.chart, title=title, starts_page=number == 1))
        blocks += [Note(picture.note, is_in_annex=True)] if picture.note else []
    return tuple(blocks)


def charts_lineage(elements: Sequence[Element], consolidation: Consolidation, *, output: str) -> Iterator[Trace]:
    """What stands behind every number drawn, by picture and category."""
    for number, picture in enumerate(_pictures(elements, consolidation), start=1):
        for point in picture.points:
            if point.total.value is not None:
                text = exact_text(point.total.value)
                place = f"附件图{number}：{point.label}"
                yield TracedTotal(
                    point.total, output=output, place=place, text=text, value=text, expression=picture.expression
                )


def _pictures(elements: Sequence[Element], consolidation: Consolidation) -> list[_Picture]:
    """Those that can be drawn. Who reported comes first, as all others rest on it, and never alone."""
    wanted = [element for element in elements if element.code in consolidation.totals]
    drawn = [_trend(e, consolidation) if e.over_months is Over.SUM else _side_by_side(e, consolidation) for e in wanted]
    found = [picture for picture in drawn if picture is not None]
    return [*_reporting(consolidation), *found] if found else []


def _trend(element: Element, consolidation: Consolidation) -> _Picture | None:
    """The months of the year so far; None when they do not make up its printed total, or are fewer than two."""
    total = consolidation.totals[element.code].year_to_date
    points = [_month_point(total, month, element, consolidation) for month in total.period.months()]
    known = [point for point in points if point.total.value is not None]
    if len(known) < _LEAST_MONTHS or not _make_up(total, total.sources):
        return None
    partial = frozenset(at for at, point in enumerate(points) if point in known and not point.total.is_complete)
    title = f"{element.name}（{total.period.label}，单位：{element.unit}）"
    chart = Chart(title, "trend", _names(points), _series(points, element.name, partial))
    whose = "单位" if element.of.includes(UnitKind.OFFICE) else "社区"
    note = _trend_note(points, partial, gap="没有分月数据，图中断开，并非为0", whose=whose)
    return _Picture(chart, note, expression_of(element), tuple(points))


def _month_point(total: Aggregate, month: Period, element: Element, consolidation: Consolidation) -> _Point:
    sources = tuple(source for source in total.sources if source.unit and source.period == month)
    expected = [unit.code for unit in consolidation.street.expected(month) if element.of.includes(unit.kind)]
    reported = dict.fromkeys(source.unit for source in sources if source.state.is_reported)
    return _Point(
        f"{month.last.number}月",
        replace(
            total,
            period=month,
            value=_sum(sources),
            expected=tuple(expected),
            reported=tuple(reported),
            sources=sources,
        ),
    )


def _trend_note(points: Sequence[_Point], partial: frozenset[int], *, gap: str, whose: str) -> str:
    gaps = [point.label for point in points if point.total.value is None]
    parts = [f"{'、'.join(gaps)}{gap}"] if gaps else []
    if partial:
        told = (_coverage(points[at], whose) for at in sorted(partial))
        parts.append(f"菱形点的月份未报齐：{'，'.join(told)}")
    return f"注：{'；'.join(parts)}。" if parts else ""


def _coverage(point: _Point, whose: str) -> str:
    asked, missing = len(point.total.expected), len(point.total.missing)
    return f"{point.label}{asked}个{whose}中{asked - missing}个已报"


def _side_by_side(element: Element, consolidation: Consolidation) -> _Picture | None:
    """A bar for each unit in the total, in the order of the units; None when the bars do not make up the total."""
    total = consolidation.totals[element.code].this_month
    by_unit = {source.unit: source for source in total.sources if isinstance(source.value, Decimal)}
    units = [consolidation.street.unit(code) for code in total.expected]
    points = [_unit_point(total, unit, by_unit[unit.code]) for unit in units if unit.code in by_unit]
    if len(points) < 2 or not _make_up(total, [by_unit[unit.code] for unit in units if unit.code in by_unit]):
        return None
    left_out = [
        f"{unit.short_name}（{_reason(unit, element, consolidation)}）" for unit in units if unit.code not in by_unit
    ]
    note = f"注：图中没有{'、'.join(left_out)}。" if left_out else ""
    title = f"{element.name}（截至{_last_month(total).label}底，单位：{element.unit}）"
    chart = Chart(title, "bars", _names(points), _series(points, element.name))
    return _Picture(chart, note, expression_of(element), tuple(points))


def _unit_point(total: Aggregate, unit: OrgUnit, source: DataValue) -> _Point:
    """A unit's own number, with its month where that is not the one of the picture."""
    own = (unit.code,)
    is_older = source.period.last != total.period.last
    label = f"{unit.short_name}（{source.period.label}）" if is_older else unit.short_name
    return _Point(label, replace(total, value=source.value, expected=own, reported=own, sources=(source,), note=""))


def _last_month(total: Aggregate) -> Period:
    return Period(total.period.last, total.period.last)


def _reason(unit: OrgUnit, element: Element, consolidation: Consolidation) -> str:
    """Why a unit has no bar."""
    standings = {report.unit.code: report.standing for report in consolidation.units}
    standing = standings.get(unit.code, Standing.MISSING)
    value = consolidation.values.get((unit.code, element.code))
    if standing is not Standing.VALID:
        return standing.label
    if value is not None and value.state is ValueState.NOT_APPLICABLE:
        return "不涉及"
    return value.state.label if value is not None else ValueState.MISSING.label


def _reporting(consolidation: Consolidation) -> Iterator[_Picture]:
    """Of a month one bar of all units by where they stand, of a longer period the rate of each of its months."""
    if not consolidation.period.is_month:
        yield from _rates(consolidation)
        return
    counts = Counter(report.standing for report in consolidation.units)
    if not counts:
        return
    shown = [(standing.label, Decimal(counts[standing])) for standing in Standing if counts[standing]]
    title = f"报表报送情况（{consolidation.period.label}，应报{counts.total()}个单位）"
    chart = Chart(title, "parts", ("报送情况",), tuple(Series(label, (number,)) for label, number in shown))
    points = (_Point(label, _count(label, number, consolidation.period)) for label, number in shown)
    yield _Picture(chart, "", "按填报状态计数", tuple(points))


def _rates(consolidation: Consolidation) -> Iterator[_Picture]:
    """The share of the units whose return counts, month by month; a month that nobody recorded has none."""
    span, months = consolidation.period, {month.period: month for month in consolidation.recorded}
    if len(months) < _LEAST_MONTHS:
        return
    points = [_rate(month, months.get(month), has_year=span.first.year != span.year) for month in span.months()]
    partial = frozenset(at for at, point in enumerate(points) if not point.total.is_complete)
    title = f"报表报送有效率（{span.label}，单位：%）"
    chart = Chart(title, "trend", _names(points), _series(points, _RATE, partial))
    note = _trend_note(points, partial, gap="没有汇总记录，图中断开", whose="单位")
    yield _Picture(chart, note, "已报单位数÷应报单位数", tuple(points))


def _rate(month: Period, counted: MonthReported | None, *, has_year: bool) -> _Point:
    label = month.label if has_year else f"{month.last.number}月"
    if counted is None or not counted.expected:
        return _Point(label, Aggregate(_RATE, month, ValueState.MISSING, None))
    rate = round_half_up(Decimal(100 * len(counted.reported)) / len(counted.expected), 1)
    return _Point(label, Aggregate(_RATE, month, ValueState.VALUE, rate, counted.expected, counted.reported))


def _count(label: str, number: Decimal, period: Period) -> Aggregate:
    return Aggregate(label, period, ValueState.VALUE, number)


def _series(points: Sequence[_Point], name: str, partial: frozenset[int] = frozenset()) -> tuple[Series, ...]:
    values = (point.total.value if isinstance(point.total.value, Decimal) else None for point in points)
    return (Series(name, tuple(values), partial),)


def _names(points: Sequence[_Point]) -> tuple[str, ...]:
    return tuple(point.label for point in points)


def _sum(sources: Sequence[DataValue]) -> Decimal | None:
    """Their sum; None when none of them is a number."""
    numbers = [source.value for source in sources if source.state.counts and isinstance(source.value, Decimal)]
    return sum(numbers, Decimal(0)) if numbers else None


def _make_up(total: Aggregate, sources: Sequence[DataValue]) -> bool:
    """Whether the addends are exactly the total that the report prints."""
    return total.state.counts and _sum(sources) == total.value
