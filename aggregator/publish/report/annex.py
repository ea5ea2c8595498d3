"""The annex of a report: its chief indicators, this month beside last month, last year and the year so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aggregator.model.consolidation import Aggregate, Consolidation
from aggregator.model.definition import Display, Element, Measure, ValueType
from aggregator.model.value import ValueState
from aggregator.publish.lineage import LineageEntry, exact_text, trace_aggregate
from aggregator.publish.number import plain, round_half_up
from aggregator.publish.report.blocks import Figure, Spans, Table, Text
from aggregator.publish.report.wording import expression_of, happens, tag_of

ANNEX_NAME = "主要指标一览表"
_MONTH = ("指标", "单位", "本月", "上月", "上年同期", "本年累计")
_SPAN = ("指标", "单位", "本期", "上期", "上年同期", "本年累计")
_WIDTHS = (9.0, 3.0, 3.5, 3.5, 3.5, 3.5)
_NOTHING = "—"
_INCOMPLETE = "*"
_LEAST_IN_TEN_THOUSANDS = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the annex: a figure with its total, or why there is none."""

    text: str
    tag: str = ""
    total: Aggregate | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    element: Element
    unit: str
    cells: tuple[_Cell, ...]


def annex_table(elements: Sequence[Element], consolidation: Consolidation) -> Table | None:
    """The table of the elements that the street collects; None when it collects none of them."""
    rows = _rows(elements, consolidation)
    if not rows:
        return None
    return Table(
        title=f"附件　{ANNEX_NAME}",
        header=_header(consolidation),
        rows=tuple(
            (_words(row.element.name), _words(row.unit), *(_spans(cell, row.element.name) for cell in row.cells))
            for row in rows
        ),
        widths=_WIDTHS,
        alignments=("left", "center", "right", "right", "right", "right"),
        starts_page=True,
    )


def annex_lineage(elements: Sequence[Element], consolidation: Consolidation, *, output: str) -> Iterator[LineageEntry]:
    """The entries of every figure of the table, by row and column."""
    for place, row in enumerate(_rows(elements, consolidation), 1):
        for name, cell in zip(_header(consolidation)[2:], row.cells, strict=True):
            if cell.total is not None:
                yield from trace_aggregate(
                    cell.total,
                    output=output,
                    place=f"附件第{place}行{name}",
                    text=cell.text,
                    value=exact_text(cell.total.value),
                    expression=expression_of(row.element),
                )


def _header(consolidation: Consolidation) -> tuple[str, ...]:
    return _MONTH if consolidation.period.is_month else _SPAN


def _rows(elements: Sequence[Element], consolidation: Consolidation) -> list[_Row]:
    totals = consolidation.totals
    used = [element for element in elements if element.code in totals]
    return [
        _row(element, consolidation)
        for element in used
        if totals[element.code].this_month.state is not ValueState.NOT_ASKED
    ]


def _row(element: Element, consolidation: Consolidation) -> _Row:
    total = consolidation.totals[element.code]
    totals = [total.this_month, total.previous, total.same_month_last_year]
    if happens(element, consolidation.catalog):
        totals.append(total.year_to_date)
    display = _display(element, totals)
    cells = [
        _cell(element, aggregate, display, is_this_month=place == 0, is_to_date=place == 3)
        for place, aggregate in enumerate(totals)
    ]
    return _Row(element, display.unit, (*cells, _Cell(_NOTHING))[:4])


def _cell(element: Element, total: Aggregate, display: Display, *, is_this_month: bool, is_to_date: bool) -> _Cell:
    if not total.state.counts or not isinstance(total.value, Decimal):
        return _Cell(total.state.label if is_this_month else _NOTHING)
    shown = plain(round_half_up(total.value / display.scale, display.places))
    return _Cell(format(Decimal(shown), ",f"), tag_of(element.code, total.period, is_to_date=is_to_date), total)


def _display(element: Element, totals: Sequence[Aggregate]) -> Display:
    """The element's own unit of print, unless a figure of the row is too small for 万."""
    if element.display.scale == 1:
        return _stored(element)
    numbers = [abs(total.value) for total in totals if isinstance(total.value, Decimal) and total.value]
    least = Decimal(0) if element.type is ValueType.MONEY else _LEAST_IN_TEN_THOUSANDS
    display = element.display
    is_small = any(size < least or not round_half_up(size / display.scale, display.places) for size in numbers)
    return _stored(element) if is_small else display


def _stored(element: Element) -> Display:
    if element.measure in (Measure.RATIO, Measure.AVERAGE) or element.type is ValueType.PERCENT:
        return Display(element.unit, places=1)
    return Display(element.unit, places=0 if element.type is ValueType.INT else max(element.places, 2))


def _words(text: str) -> Spans:
    return (Text(text),)


def _spans(cell: _Cell, name: str) -> Spans:
    if cell.total is None:
        return (Text(cell.text),)
    figure = Figure(cell.text, cell.tag, name)
    return (figure,) if cell.total.is_complete else (figure, Text(_INCOMPLETE))


def annex_note(elements: Sequence[Element], consolidation: Consolidation) -> str:
    """What the star says; empty when no figure of the table has one."""
    totals = [cell.total for row in _rows(elements, consolidation) for cell in row.cells if cell.total is not None]
    if all(total.is_complete for total in totals):
        return ""
    return f"注：带{_INCOMPLETE}的数字未报齐，不宜与其他各栏直接比较；按同口径比较的增减情况见街道汇总表。"
