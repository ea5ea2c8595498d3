"""The sheet 街道总数: each element of the street beside its comparisons, its coverage and what must be known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from aggregator.model.consolidation import Total
from aggregator.model.definition import Element, Over
from aggregator.publish.lineage import LineageEntry, Trace, TracedTotal, period_text
from aggregator.publish.workbook.book import Book, Sheet
from aggregator.publish.workbook.comparison import Change, compare
from aggregator.publish.workbook.coverage import COVERAGE_NOTE
from aggregator.publish.workbook.figures import Figure, format_of
from aggregator.publish.workbook.material import Material
from aggregator.publish.workbook.widths import line_count

SHEET = "街道总数"
_HEADER_ROW = 2
_TITLES = (
    "指标",
    "计量单位",
    "本月",
    "上月",
    "环比",
    "上年同期",
    "同比",
    "本年累计",
    "覆盖",
    "未计入单位",
    "说明",
)
# A usual remark takes one line, a usual one about the year so far a second: that decides how many lines a page has.
_WIDTHS = (36, 9, 14, 14, 20, 14, 20, 15, 12, 26, 60)
_NAME, _UNIT, _NOW, _PREVIOUS, _MONTH_CHANGE, _LAST_YEAR, _YEAR_CHANGE, _TO_DATE, _COVERAGE, _MISSING, _REMARKS = range(
    11
)
_NOTE = (
    f"{COVERAGE_NOTE}；未填不等于0，缺报单位不计入总数；“同口径”指只比较两期都有数的单位，“口径不同”指两期有数的单位不同、仅供参考；"
    "黄底的数有缺报的单位或月份；期末存量不作本年累计（—）。"
)
_LONGEST_LIST = 300
_NOT_ADDED_UP = Figure("—", "not_applicable")


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One line of the sheet, ready to be drawn."""

    element: Element
    total: Total
    now: Figure
    previous: Figure
    last_year: Figure
    to_date: Figure
    month_change: Change
    year_change: Change
    coverage: str
    missing: str
    remarks: str

    @property
    def text(self) -> str:
        """This month's figure as printed; of a long list of names only the first ones."""
        text = self.now.text
        if self.element.type.is_number or len(text) <= _LONGEST_LIST:
            return text
        names = text.split("、")
        shown = text[:_LONGEST_LIST].rsplit("、", 1)[0]
        return (
            f"{shown}……等{len(names)}个（全部见台账或“逐项说明”）"
            if len(names) > 1
            else f"{shown}……（全文见“逐项说明”）"
        )

    @property
    def value(self) -> str:
        """The exact value behind it; nothing for a text, which is its own value."""
        return self.now.text if self.now.is_number else ""


def total_lines(material: Material) -> list[TotalLine]:
    """The lines of all elements that have a total, in the order of the catalog."""
    return [_line(material, element, total) for element, total in material.lines()]


def _line(material: Material, element: Element, total: Total) -> TotalLine:
    now = total.this_month
    called = material.coverage.name
    month_change = compare(element, now, total.previous, called=called)
    year_change = compare(element, now, total.same_month_last_year, called=called)
    return TotalLine(
        element,
        total,
        material.figures.of(now),
        material.figures.of_base(total.previous),
        material.figures.of_base(total.same_month_last_year),
        material.figures.of_base(total.year_to_date) if adds_up(element) else _NOT_ADDED_UP,
        month_change,
        year_change,
        material.coverage.fraction(now),
        material.coverage.missing(now),
        "；".join(_remarks(element, total, {"环比": month_change, "同比": year_change})),
    )


def adds_up(element: Element) -> bool:
    """Whether a figure of the year so far says more than this month's: the last value of a stock does not."""
    return element.over_months is not Over.LAST


def _remarks(element: Element, total: Total, changes: Mapping[str, Change]) -> Iterator[str]:
    """What the roll-up says of each figure, and on what the comparisons rest."""
    if total.this_month.note:
        yield total.this_month.note
    yield from (f"{name}：{change.brief}" for name, change in changes.items() if change.brief)
    bases = [("上月", total.previous), ("上年同期", total.same_month_last_year)]
    if adds_up(element):
        bases.append(("本年累计", total.year_to_date))
    yield from (f"{name}：{base.note}" for name, base in bases if base.note and base.state.counts)


def draw_totals(book: Book, name: str, material: Material, lines: Sequence[TotalLine]) -> list[Trace]:
    """Add the sheet and return where its figures come from."""
    sheet = book.add_sheet(name)
    _draw_head(sheet, material)
    lineage: list[Trace] = []
    row = _HEADER_ROW + 1
    for section, members in groupby(lines, key=lambda line: line.element.section):
        sheet.put_row(row, 0, [section, *[""] * _REMARKS], book.style("section", "boxed"))
        row += 1
        for line in members:
            _draw_line(sheet, row, line)
            lineage.extend(_lineage(sheet, row, line, output=material.output))
            row += 1
    _set_page(sheet, material, last_row=row - 1)
    return lineage


def _draw_head(sheet: Sheet, material: Material) -> None:
    book = sheet.book
    sheet.set_widths(_WIDTHS)
    sheet.put(0, 0, f"{material.street}{material.consolidation.period.label}街道总数", book.style("title"))
    sheet.set_points(0, 26)
    sheet.put_way_back(1)
    sheet.put_across(1, (1, _REMARKS), _NOTE, book.style("note"))
    sheet.put_row(_HEADER_ROW, 0, _TITLES, book.style("header", "boxed"))
    sheet.set_points(_HEADER_ROW, 24)


def _set_page(sheet: Sheet, material: Material, *, last_row: int) -> None:
    sheet.freeze(_HEADER_ROW + 1, 1)
    sheet.set_page(landscape=True, footer=material.footer)
    sheet.repeat((_HEADER_ROW, _HEADER_ROW))
    sheet.set_print_area(last_row, _REMARKS)


def _draw_line(sheet: Sheet, row: int, line: TotalLine) -> None:
    style = sheet.book.style
    sheet.put(row, _NAME, line.element.name, style("wrap", "boxed"))
    sheet.put(row, _UNIT, line.element.unit, style("centre", "boxed"))
    lines = [line_count(line.element.name, _WIDTHS[_NAME])]
    if line.element.type.is_number:
        _draw_numbers(sheet, row, line)
    else:
        room = sum(_WIDTHS[_NOW : _TO_DATE + 1])
        part = "wrap" if line.now.part == "number" else line.now.part
        sheet.put_across(row, (_NOW, _TO_DATE), line.text, style(part, "boxed"))
        lines.append(line_count(line.text, room))
    sheet.put(row, _COVERAGE, line.coverage, style("missing" if line.missing else "centre", "boxed"))
    for column, text in ((_MISSING, line.missing), (_REMARKS, line.remarks)):
        sheet.put(row, column, text, style("wrap", "boxed"))
        lines.append(line_count(text, _WIDTHS[column]))
    sheet.set_height(row, max(lines))


def _draw_numbers(sheet: Sheet, row: int, line: TotalLine) -> None:
    for column, figure in _figures(line):
        extra = ("strong",) if column == _NOW else ()
        style = sheet.book.style(figure.part, "boxed", *extra, num_format=format_of(line.element, figure))
        sheet.put(row, column, figure.cell, style)
    for column, change in ((_MONTH_CHANGE, line.month_change), (_YEAR_CHANGE, line.year_change)):
        part = "not_applicable" if change.phrase == "—" else "centre"
        sheet.put(row, column, change.text, sheet.book.style(part, "shrink", "boxed"))


def _figures(line: TotalLine) -> tuple[tuple[int, Figure], ...]:
    return (
        (_NOW, line.now),
        (_PREVIOUS, line.previous),
        (_LAST_YEAR, line.last_year),
        (_TO_DATE, line.to_date),
    )


def _lineage(sheet: Sheet, row: int, line: TotalLine, *, output: str) -> Iterator[Trace]:
    """This month's figure by its cells, the others by their period: their cells stand in those months' records."""
    total, element = line.total, line.element
    expression = element.source_text or element.code
    if line.now.cell != "" and total.this_month.state.counts:
        yield TracedTotal(
            total.this_month,
            output=output,
            place=sheet.place(row, _NOW),
            text=line.text,
            value=line.value,
            expression=expression,
        )
    earlier = {_PREVIOUS: total.previous, _LAST_YEAR: total.same_month_last_year, _TO_DATE: total.year_to_date}
    for column, figure in _figures(line)[1:]:
        if figure.is_number:
            yield LineageEntry(
                output,
                sheet.place(row, column),
                figure.text,
                figure.text,
                expression,
                period_text(earlier[column].period),
                "",
                "",
                "",
                "",
            )
