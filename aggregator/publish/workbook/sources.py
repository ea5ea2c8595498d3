"""Where each number of each unit was read: 数据来源, a cell address for each, and 逐项说明, all that needs words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from aggregator.model.definition import Element
from aggregator.model.value import DataValue, Place, ValueState
from aggregator.publish.lineage import Trace
from aggregator.publish.workbook.book import Book, Cell, Sheet
from aggregator.publish.workbook.listing import Kind, ListColumn, Listing
from aggregator.publish.workbook.material import Material
from aggregator.publish.workbook.widths import line_count

SHEET = "数据来源"
NOTES_SHEET = "逐项说明"
_HEADER_ROW, _FILE_ROW, _FIRST_ROW = 2, 3, 4
_FIRST_UNIT = 3
_NAME_WIDTH, _WAY_WIDTH, _SHEET_WIDTH, _UNIT_WIDTH = 36, 8, 18, 10.5
_UNITS_A_PAGE = 18
_NOTED = "△"
_NO_CELL = "计算"
_DERIVED = "按台账和其他指标计算"
_NOTE = (
    "每个单位的每项指标取自本单位文件的哪个单元格；与“工作表”一栏不在同一张表的，写明表名。计算得出的写自动计算的格；"
    f"表里没有算出的，写所依据台账的位置，由其他指标算出的写公式所在的格（表里没有这个公式的写“{_NO_CELL}”）。"
    f"带{_NOTED}的与原填内容不同，见“{NOTES_SHEET}”。退回单位的列出但不计入总数。"
)


@dataclass(frozen=True)
class Sources:
    """The values of all units received, element by element."""

    material: Material

    @cached_property
    def lines(self) -> list[tuple[Element, list[DataValue | None]]]:
        """The elements that units are asked for, each with the value of each unit; nothing where one is not asked."""
        values = self.material.consolidation.values
        codes = [report.unit.code for report in self.material.units]
        found = []
        for element in self.material.asked_elements():
            line = [values.get((code, element.code)) for code in codes]
            asked = [None if value is None or value.state is ValueState.NOT_ASKED else value for value in line]
            if any(asked):
                found.append((element, asked))
        return found

    def remark(self, value: DataValue) -> str:
        """How a value was read where it was not simply read."""
        way = _DERIVED if value.derived else ""
        return "；".join(filter(None, ("沿用上月数" if value.state is ValueState.CARRIED else way, value.repair)))

    def raw(self, value: DataValue) -> str:
        """What stands in the cell where that is not simply the value."""
        if not value.raw or value.repair:
            return value.raw
        return "" if value.raw == self.material.figures.of(value).text else value.raw

    def is_otherwise(self, value: DataValue) -> bool:
        """Whether a value is not what its cell says: understood otherwise, carried, or set right by the clerk."""
        return bool(value.repair) or value.state is ValueState.CARRIED or bool(self.raw(value))

    def needs_words(self, element: Element, value: DataValue) -> bool:
        """Whether a value has a line of its own: it is a text, or not what its cell says."""
        return self.is_otherwise(value) or (not element.type.is_number and value.value not in {None, ()})


# ---- 数据来源


def draw_sources(book: Book, name: str, sources: Sources) -> list[Trace]:
    """Add the sheet of addresses; it says itself where its figures come from."""
    material, sheet = sources.material, book.add_sheet(name)
    last_column = _FIRST_UNIT + len(material.units) - 1
    _draw_head(sheet, material, last_column)
    row = _FIRST_ROW
    for section, lines in groupby(sources.lines, key=lambda line: line[0].section):
        sheet.put_row(row, 0, [section, *[""] * last_column], book.style("section", "boxed"))
        row += 1
        for element, values in lines:
            _draw_line(sheet, row, sources, element=element, values=values)
            row += 1
    sheet.freeze(_FIRST_ROW, _FIRST_UNIT)
    pages = -(-len(material.units) // _UNITS_A_PAGE)
    sheet.set_page(landscape=True, footer=material.footer, pages=(max(pages, 1), 0))
    sheet.repeat((_HEADER_ROW, _FILE_ROW), (0, _FIRST_UNIT - 1))
    sheet.set_print_area(max(row - 1, _FILE_ROW), last_column)
    return []


def _draw_head(sheet: Sheet, material: Material, last_column: int) -> None:
    book, units = sheet.book, material.units
    widths = [_NAME_WIDTH, _WAY_WIDTH, _SHEET_WIDTH, *[_UNIT_WIDTH] * len(units)]
    sheet.set_widths(widths)
    title = f"{SHEET}（{material.consolidation.period.label}）"
    sheet.put(0, 0, title, book.style("title"))
    sheet.set_points(0, 26)
    sheet.put_way_back(1)
    sheet.put_across(1, (1, last_column), _NOTE, book.style("note"))
    sheet.set_height(1, line_count(_NOTE, sum(widths[1:]) * 1.05))
    names = [report.unit.short_name for report in units]
    files = [report.file or report.standing.label for report in units]
    sheet.put_row(_HEADER_ROW, 0, ("指标", "取数", "工作表", *names), book.style("header", "boxed"))
    sheet.put_row(_FILE_ROW, 0, ("所取的文件", "", ""), book.style("header", "boxed"))
    sheet.put_row(_FILE_ROW, _FIRST_UNIT, files, book.style("note", "centre", "boxed"))
    sheet.set_height(_HEADER_ROW, max((line_count(text, _UNIT_WIDTH) for text in names), default=1))
    sheet.set_height(_FILE_ROW, max((line_count(text, _UNIT_WIDTH) for text in files), default=1))


def _draw_line(
    sheet: Sheet, row: int, sources: Sources, *, element: Element, values: Sequence[DataValue | None]
) -> None:
    """One element: how it is had, the sheet in which most units have it, and the cell of each unit."""
    style, known = sheet.book.style, [value for value in values if value is not None]
    common = Counter(value.place.sheet for value in known).most_common(1)[0][0]
    is_derived = all(value.derived for value in known)
    sheet.put(row, 0, element.name, style("wrap", "boxed"))
    sheet.put(row, 1, "计算" if is_derived else "填报", style("centre", "boxed"))
    sheet.put(row, 2, common or "由其他指标计算", style("left", "shrink", "boxed"))
    asked, not_asked = style("centre", "shrink", "boxed"), style("not_asked", "boxed")
    for column, value in enumerate(values, start=_FIRST_UNIT):
        if value is None:
            sheet.put(row, column, None, not_asked)
        else:
            sign = _NOTED if sources.is_otherwise(value) else ""
            sheet.put(row, column, f"{_where(value.place, common)}{sign}", asked)
    sheet.set_height(row, line_count(element.name, _NAME_WIDTH))


def _where(at: Place, common: str) -> str:
    """The cell of a value, with its sheet where that is not the one of its line; of what no cell shows a word."""
    if not at.cell:
        return at.sheet or _NO_CELL
    return at.cell if at.sheet == common else f"{at.sheet}!{at.cell}"


# ---- 逐项说明


def notes_listing(sources: Sources) -> Listing:
    """The values that need words, unit by unit."""
    rows = [cells for _, cells in sorted(_noted(sources), key=lambda numbered: numbered[0])]
    return Listing(
        title=f"{NOTES_SHEET}（{sources.material.consolidation.period.label}，共{len(rows)}项）",
        note="各单位的文字指标，以及读出的数与原填内容不同、沿用上月、经办人更正的数，逐项注明。退回单位的列出但不计入总数。",
        columns=(
            ListColumn("单位", 10),
            ListColumn("指标", 30, Kind.LONG_TEXT),
            ListColumn("本月值", 56, Kind.LONG_TEXT),
            ListColumn("文件", 32, Kind.LONG_TEXT),
            ListColumn("工作表", 18),
            ListColumn("单元格", 9, Kind.CENTRE),
            ListColumn("原填内容", 16, Kind.LONG_TEXT),
            ListColumn("识别说明", 28, Kind.LONG_TEXT),
        ),
        rows=rows,
    )


def _noted(sources: Sources) -> Iterator[tuple[int, list[Cell]]]:
    """The number of the unit and the cells of each row."""
    for element, values in sources.lines:
        for number, (report, value) in enumerate(zip(sources.material.units, values, strict=True)):
            if value is not None and sources.needs_words(element, value):
                yield number, _cells(sources, report.unit.short_name, element, value)


def _cells(sources: Sources, unit: str, element: Element, value: DataValue) -> list[Cell]:
    figure, place = sources.material.figures.of(value).cell, value.place
    return [unit, element.name, figure, place.file, place.sheet, place.cell, sources.raw(value), sources.remark(value)]
