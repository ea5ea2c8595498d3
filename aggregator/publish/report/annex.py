"""The annex of a report: its chief indicators, this month beside last month, last year and the year so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aggregator.model.consolidation import Aggregate, Consolidation, Total
from aggregator.model.definition import Display, Element, Measure, ValueType
from aggregator.model.period import Period
from aggregator.model.value import ValueState
from aggregator.publish.lineage import Trace, TracedTotal, exact_text
from aggregator.publish.number import plain, round_half_up
from aggregator.publish.report.blocks import Alignment, Figure, Spans, Table, Text
from aggregator.publish.report.spans import span_label
from aggregator.publish.report.wording import expression_of, happens, tag_of

ANNEX_NAME = "主要指标一览表"
_NAME, _UNIT = "指标", "单位"
_NAME_WIDTH, _UNIT_WIDTH, _FIGURE_WIDTH = 9.0, 3.0, 3.5
_NOTHING = "—"
_INCOMPLETE = "*"
_LEAST_IN_TEN_THOUSANDS = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures: its head, the months it speaks of, and which figure of a total stands in it."""

    head: str
    span: Period
    figure: Callable[[Total], Aggregate]
    is_to_date: bool = False


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
    columns = _columns(elements, consolidation)
    right: Alignment = "right"
    return Table(
        title=f"附件　{ANNEX_NAME}（{consolidation.period.label}）",
        header=(_NAME, _UNIT, *(column.head for column in columns)),
        rows=tuple(
            (_words(row.element.name), _words(row.unit), *(_spans(cell, row.element.name) for cell in row.cells))
            for row in rows
        ),
        widths=(_NAME_WIDTH, _UNIT_WIDTH, *(_FIGURE_WIDTH for _ in columns)),
        alignments=("left", "center", *(right for _ in columns)),
        starts_page=True,
    )


def annex_lineage(elements: Sequence[Element], consolidation: Consolidation, *, output: str) -> Iterator[Trace]:
    """What stands behind every figure of the table, by row and column."""
    columns = _columns(elements, consolidation)
    for place, row in enumerate(_rows(elements, consolidation), 1):
        for column, cell in zip(columns, row.cells, strict=True):
            if cell.total is not None:
                yield TracedTotal(
                    cell.total,
                    output=output,
                    place=f"附件第{place}行{column.head}",
                    text=cell.text,
                    value=exact_text(cell.total.value),
                    expression=expression_of(row.element),
                )


def _spans_compared(period: Period) -> tuple[_Column, ...]:
    """The period beside those it is compared with, each once: a year's year so far is the year itself."""
    columns = (
        _Column("本月" if period.is_month else "本期", period, lambda total: total.this_month),
        _Column("上年同期", period.same_period_last_year(), lambda total: total.same_month_last_year),
        _Column("上月" if period.is_month else "上期", period.previous(), lambda total: total.previous),
        _Column("本年累计", period.year_to_date(), lambda total: total.year_to_date, is_to_date=True),
    )
    now, last_year, before, to_date = columns
    compared = (last_year,) if before.span == last_year.span else (before, last_year)
    return (now, *compared) if to_date.span == period else (now, *compared, to_date)


def _columns(elements: Sequence[Element], consolidation: Consolidation) -> tuple[_Column, ...]:
    """The period and whatever of the others has a number; a column of dashes says less than the note does."""
    now, *others = _spans_compared(consolidation.period)
    figures = {
        column: [_figure(element, column, consolidation) for element in _used(elements, consolidation)]
        for column in others
    }
    return (now, *(column for column in others if any(map(_is_number, figures[column]))))


def _used(elements: Sequence[Element], consolidation: Consolidation) -> list[Element]:
    totals = consolidation.totals
    return [
        element
        for element in elements
        if element.code in totals and totals[element.code].this_month.state is not ValueState.NOT_ASKED
    ]


def _rows(elements: Sequence[Element], consolidation: Consolidation) -> list[_Row]:
    columns = _columns(elements, consolidation)
    return [_row(element, columns, consolidation) for element in _used(elements, consolidation)]


def _row(element: Element, columns: Sequence[_Column], consolidation: Consolidation) -> _Row:
    figures = [_figure(element, column, consolidation) for column in columns]
    display = _display(element, [figure for figure in figures if figure is not None])
    cells = (
        _Cell(_NOTHING) if figure is None else _cell(element, figure, display, column)
        for column, figure in zip(columns, figures, strict=True)
    )
    return _Row(element, display.unit, tuple(cells))


def _figure(element: Element, column: _Column, consolidation: Consolidation) -> Aggregate | None:
    """What an element has in a column; what does not happen adds up to nothing over a year."""
    if column.is_to_date and not happens(element, consolidation.catalog):
        return None
    return column.figure(consolidation.totals[element.code])


def _is_number(figure: Aggregate | None) -> bool:
    return figure is not None and figure.state.counts and isinstance(figure.value, Decimal)


def _cell(element: Element, total: Aggregate, display: Display, column: _Column) -> _Cell:
    if not total.state.counts or not isinstance(total.value, Decimal):
        return _Cell(total.state.label if column.head in ("本月", "本期") else _NOTHING)
    shown = plain(round_half_up(total.value / display.scale, display.places))
    return _Cell(format(Decimal(shown), ",f"), tag_of(element.code, total.period, is_to_date=column.is_to_date), total)


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
    return (figure,) if cell.total.is_whole else (figure, Text(_INCOMPLETE))


def annex_note(elements: Sequence[Element], consolidation: Consolidation) -> str:
    """What the star says, and of a longer period which months stand under the other heads; empty where nothing does."""
    rows = _rows(elements, consolidation)
    totals = [cell.total for row in rows for cell in row.cells if cell.total is not None]
    is_month = consolidation.period.is_month
    parts = [others] if rows and (others := _other_spans(consolidation.period, totals)) else []
    if not all(total.is_whole for total in totals):
        parts += [f"带{_INCOMPLETE}的数字未报齐{'' if is_month else '或缺少月份'}，不宜与其他各栏直接比较"]
        parts += ["按同口径比较的增减情况见街道汇总表"] if is_month else []
    return f"注：{'；'.join(parts)}。" if parts else ""


def _other_spans(period: Period, totals: Sequence[Aggregate]) -> str:
    """The months before and the same of last year, with how many of them have data; single months have or have not."""
    others = [(column, _known(column.span, totals)) for column in _spans_compared(period)[1:] if not column.is_to_date]
    return "，".join(
        f"{column.head}为{column.span.label if period.is_month else span_label(column.span)}{known}"
        for column, known in others
        if known or not period.is_month
    )


def _known(span: Period, totals: Sequence[Aggregate]) -> str:
    known = [total.months_known for total in totals if total.period == span]
    if not known:
        return "（没有数据，未列）"
    return f"（{len(span)}个月中有的指标只有{min(known)}个月有数）" if min(known) < len(span) else ""
