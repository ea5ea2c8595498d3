"""The sheet 指标×社区矩阵: each number of each unit, and the total as a live formula wherever a formula can give it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from aggregator.model.address import column_letters
from aggregator.model.consolidation import Standing, UnitReport
from aggregator.model.definition import Asked, Element, Measure, Over
from aggregator.model.expression import elements_of
from aggregator.model.value import ValueState
from aggregator.publish.lineage import LineageEntry, Trace, trace_value
from aggregator.publish.workbook.book import Book, Sheet, is_exact
from aggregator.publish.workbook.figures import NOT_COMPUTABLE, Figure, format_of, number_format
from aggregator.publish.workbook.formula import Grid, LiveTotal, Span, live_total
from aggregator.publish.workbook.material import Material
from aggregator.publish.workbook.widths import line_count

SHEET = "指标×社区矩阵"
_HEADER_ROW = 2
_FIRST_ROW = 4
_FIRST_UNIT = 2
_UNITS_A_PAGE = 18
_NAME_WIDTH, _MEASURE_WIDTH, _METHOD_WIDTH = 36, 9, 20
_NOTE = (
    "合计为公式，随单元格重算（“计算方式”注明写入数值的除外）。退回、未报、空表单位的数不计入；未填不等于0；"
    "灰底空白为不填报；蓝底为待核实；带*为沿用上月数；带※为经办人更正的数。"
)
_STANDING_PARTS = {
    Standing.VALID: "quiet",
    Standing.HELD: "held",
    Standing.EMPTY: "missing",
    Standing.MISSING: "absent",
}
_NOT_ASKED = Figure("", "not_asked")


@dataclass(frozen=True, slots=True)
class _Matrix:
    """The sheet before it is drawn: figures by element and unit, and the rows they stand in (counted from 0)."""

    sections: tuple[tuple[str, tuple[Element, ...]], ...]
    rows: Mapping[str, int]
    figures: Mapping[str, tuple[Figure, ...]]
    grid: Grid


def draw_matrix(book: Book, name: str, material: Material) -> list[Trace]:
    """Add the sheet and return where its figures come from."""
    matrix = _build(material)
    sheet = book.add_sheet(name)
    _draw_head(sheet, material, matrix)
    lineage: list[Trace] = []
    for section, elements in matrix.sections:
        _draw_section(sheet, matrix.rows[elements[0].code] - 1, section, width=_last_column(material) + 1)
        for element in elements:
            _draw_figures(sheet, matrix, element)
            lineage.extend(_unit_lineage(sheet, matrix, element, material))
            lineage.append(_draw_total(sheet, matrix, element, material))
    _set_page(sheet, material, last_row=max(matrix.rows.values(), default=_FIRST_ROW))
    return lineage


def _last_column(material: Material) -> int:
    """The column 计算方式: behind the units stand 合计 and 覆盖."""
    return _FIRST_UNIT + len(material.units) + 2


def _build(material: Material) -> _Matrix:
    by_section = groupby(material.unit_elements(), key=lambda element: element.section)
    sections = tuple((section, tuple(elements)) for section, elements in by_section)
    rows: dict[str, int] = {}
    row = _FIRST_ROW
    for _, elements in sections:
        row += 1
        for element in elements:
            rows[element.code] = row
            row += 1
    figures = {
        element.code: tuple(_figure(material, element, report) for report in material.units)
        for _, elements in sections
        for element in elements
    }
    return _Matrix(sections, rows, figures, _grid(material, rows, figures))


def _figure(material: Material, element: Element, report: UnitReport) -> Figure:
    """What stands in one cell: the unit's number, or the word for having none."""
    if not element.of.includes(report.unit.kind):
        return _NOT_ASKED
    if report.standing is not Standing.VALID:
        return Figure(report.standing.label, _STANDING_PARTS[report.standing])
    value = material.consolidation.values.get((report.unit.code, element.code))
    if value is None:
        return _NOT_ASKED
    if value.state is ValueState.MISSING and _is_of_nothing(material, element, report.unit.code):
        return NOT_COMPUTABLE
    figure = material.figures.of(value)
    if figure.part == "number" and (report.unit.code, element.code) in material.queried:
        return Figure(figure.cell, "queried")
    return figure


def _is_of_nothing(material: Material, element: Element, unit: str) -> bool:
    """Whether a ratio has no value although its operands have: a share of 0, and nobody left anything blank."""
    operands = [material.consolidation.values.get((unit, code)) for code in elements_of(element.expression)]
    is_ratio = element.over_units is Over.RECOMPUTE and bool(operands)
    return is_ratio and all(operand is not None and operand.state.is_reported for operand in operands)


def _grid(material: Material, rows: Mapping[str, int], figures: Mapping[str, tuple[Figure, ...]]) -> Grid:
    codes = [report.unit.code for report in material.units]
    numbers = {
        element: {
            unit: figure.cell
            for unit, figure in zip(codes, line, strict=True)
            if isinstance(figure.cell, Decimal) and is_exact(figure.cell)
        }
        for element, line in figures.items()
    }
    return Grid({code: row + 1 for code, row in rows.items()}, numbers, _spans(material))


def _spans(material: Material) -> dict[Asked, Span]:
    """The columns of the communities, of the office, and of all of them; sides without a unit are left out."""
    spans: dict[Asked, Span] = {}
    for asked in (Asked.BOTH, Asked.COMMUNITIES, Asked.OFFICE):
        places = [
            (column_letters(_FIRST_UNIT + index + 1), report.unit.code)
            for index, report in enumerate(material.units)
            if asked.includes(report.unit.kind)
        ]
        if places:
            spans[asked] = Span(places[0][0], places[-1][0], tuple(code for _, code in places))
    return spans


def _draw_head(sheet: Sheet, material: Material, matrix: _Matrix) -> None:
    book, last = sheet.book, _last_column(material)
    header = book.style("header", "boxed")
    sheet.set_widths(_widths(material, matrix))
    sheet.put(0, 0, f"{material.street}{material.consolidation.period.label}各单位指标一览", book.style("title"))
    sheet.set_points(0, 26)
    sheet.put_way_back(1)
    sheet.put_across(1, (1, last), _NOTE, book.style("note"))
    sheet.set_height(1, line_count(_NOTE, sum(_widths(material, matrix)[1:]) * 1.05))
    names = [report.unit.short_name for report in material.units]
    sheet.put_row(_HEADER_ROW, 0, ("指标", "计量单位", *names, "合计", "覆盖", "计算方式"), header)
    sheet.put_row(_HEADER_ROW + 1, 0, ("报送状态", ""), header)
    for index, report in enumerate(material.units):
        style = book.style(_STANDING_PARTS[report.standing], "boxed")
        sheet.put(_HEADER_ROW + 1, _FIRST_UNIT + index, report.standing.label, style)
    sheet.put_row(_HEADER_ROW + 1, last - 2, ("", "", ""), header)
    tallest = max((line_count(name, width) for name, width in zip(names, _unit_widths(matrix), strict=True)), default=1)
    sheet.set_height(_HEADER_ROW, max(2, tallest))


def _widths(material: Material, matrix: _Matrix) -> list[float]:
    totals = material.consolidation.totals
    widest = max(
        (
            _number_width(element, [material.figures.of(totals[element.code].this_month)])
            for _, elements in matrix.sections
            for element in elements
        ),
        default=0.0,
    )
    total_width = min(max(widest, 11.0), 18.0)
    return [_NAME_WIDTH, _MEASURE_WIDTH, *_unit_widths(matrix), total_width, 11.0, _METHOD_WIDTH]


def _unit_widths(matrix: _Matrix) -> list[float]:
    """One width for all units, so that they look alike; the few wider numbers are shrunk to fit."""
    widest = max(
        (
            _number_width(element, matrix.figures[element.code])
            for _, elements in matrix.sections
            for element in elements
        ),
        default=0.0,
    )
    units = max((len(line) for line in matrix.figures.values()), default=0)
    return [min(max(widest, 8.0), 11.5)] * units


def _number_width(element: Element, figures: Sequence[Figure]) -> float:
    """The room that the largest number takes with its separators and decimals."""
    largest = max((abs(figure.cell) for figure in figures if isinstance(figure.cell, Decimal)), default=Decimal(0))
    places = number_format(element).partition(".")[2]
    return len(f"{largest:,.{len(places)}f}") + 3.0


def _draw_section(sheet: Sheet, row: int, section: str, *, width: int) -> None:
    style = sheet.book.style("section", "boxed")
    # Not merged: a merged row would stretch over the frozen columns.
    sheet.put_row(row, 0, [section, *[""] * (width - 1)], style)


def _draw_figures(sheet: Sheet, matrix: _Matrix, element: Element) -> None:
    style, row = sheet.book.style, matrix.rows[element.code]
    sheet.put(row, 0, element.name, style("wrap", "boxed"))
    sheet.put(row, 1, element.unit, style("centre", "boxed"))
    for column, figure in enumerate(matrix.figures[element.code], start=_FIRST_UNIT):
        sheet.put(
            row, column, figure.cell, style(figure.part, "shrink", "boxed", num_format=format_of(element, figure))
        )
    sheet.set_height(row, line_count(element.name, _NAME_WIDTH))


def _draw_total(sheet: Sheet, matrix: _Matrix, element: Element, material: Material) -> LineageEntry:
    """Write total, coverage and method, and return the lineage of the total."""
    row, column = matrix.rows[element.code], _FIRST_UNIT + len(material.units)
    total = material.consolidation.totals[element.code].this_month
    figure, live = material.figures.of(total), live_total(element, total, matrix.grid)
    style = sheet.book.style("total", figure.part, "shrink", "boxed", num_format=format_of(element, figure))
    if live is not None:
        sheet.put_formula(row, column, live.formula, live.value, style)
    else:
        sheet.put(row, column, figure.cell, style)
    boxed = sheet.book.style("missing" if total.missing else "centre", "boxed")
    sheet.put(row, column + 1, material.coverage.fraction(total), boxed)
    method = _method(element, live, material) if figure.is_number else ""
    sheet.put(row, column + 2, method, sheet.book.style("left", "shrink", "boxed"))
    expression = f"={live.formula}" if live else element.source_text or element.code
    place, period = sheet.place(row, column), str(total.period)
    return LineageEntry(material.output, place, figure.text, figure.text, expression, period, "", "", "", "")


def _method(element: Element, live: LiveTotal | None, material: Material) -> str:
    """How the total came about, in the words of its reader."""
    if live is not None:
        if element.weight:
            return f"按{material.consolidation.catalog.elements[element.weight].name}加权"
        return live.method
    if element.over_units is Over.UNION or element.measure is Measure.DISTINCT:
        return "去重（写入数值）"
    if element.over_units is Over.RECOMPUTE:
        return "重算（写入数值）"
    return "汇总（写入数值）"


def _unit_lineage(sheet: Sheet, matrix: _Matrix, element: Element, material: Material) -> list[LineageEntry]:
    row, expression = matrix.rows[element.code], element.source_text
    values = material.consolidation.values
    return [
        trace_value(
            values[report.unit.code, element.code],
            output=material.output,
            place=sheet.place(row, _FIRST_UNIT + index),
            text=figure.text,
            expression=expression,
        )
        for index, (report, figure) in enumerate(zip(material.units, matrix.figures[element.code], strict=True))
        if figure.is_number
    ]


def _set_page(sheet: Sheet, material: Material, *, last_row: int) -> None:
    # Beyond a page's worth of units the print goes on beside it, rather than become too small to read.
    pages = -(-len(material.units) // _UNITS_A_PAGE)
    sheet.freeze(_FIRST_ROW, _FIRST_UNIT)
    sheet.set_page(landscape=True, footer=material.footer, pages=(max(pages, 1), 0))
    sheet.repeat((_HEADER_ROW, _HEADER_ROW + 1), (0, 1))
    sheet.set_print_area(last_row, _last_column(material))
