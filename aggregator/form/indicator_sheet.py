"""The indicator sheet of a form: what is typed, then what the ledgers yield, with last month and the year beside it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from aggregator.form.drawing import (
    BLUE,
    COMPUTED,
    GREYED,
    HEAD,
    SECTION,
    TO_FILL,
    TO_FILL_OPTIONAL,
    WRONG,
    Drawing,
    height,
    number_format,
    protect,
    set_page,
    typed_scalar,
    write_formula,
    write_scalar,
)
from aggregator.form.formula_scope import absolute, number_literal, says_not_applicable, text_literal
from aggregator.form.limits import element_limits
from aggregator.form.live import element_formula
from aggregator.form.places import (
    CONFIRM_LABEL,
    CONFIRMED,
    LAST_COLUMN,
    LATEST_HEADER,
    LINE_HEADER_ROW,
    LINE_HEADERS,
    NOT_APPLICABLE_TEXTS,
    ElementCell,
)
from aggregator.model.definition import Element, Measure, Over
from aggregator.model.expression import ledgers_of
from aggregator.model.value import Gap, Scalar

#: How many required cells are still empty.
MISSING_CELL = "G3"
_WIDTHS = {"A": 5.5, "B": 34, "C": 9, "D": 13, "E": 15, "F": 13, "G": 54, "H": 24}


def write_indicators(drawing: Drawing, sheet: Any) -> None:
    """Write the indicator sheet."""
    for column, width in _WIDTHS.items():
        sheet.set_column(f"{column}:{column}", width)
    _head(drawing, sheet)
    for heading in drawing.layout.headings:
        look = {"bg_color": HEAD, "font_size": 11} if heading.level == 1 else {"bg_color": SECTION, "font_color": BLUE}
        sheet.merge_range(f"A{heading.row}:H{heading.row}", heading.text, drawing.boxed(bold=True, indent=1, **look))
        sheet.set_row(heading.row - 1, 20)
    for cell in drawing.layout.elements.values():
        _line(drawing, sheet, cell)
    _marks(drawing, sheet)
    sheet.freeze_panes(LINE_HEADER_ROW, 2)
    set_page(sheet, landscape=True, header_row=LINE_HEADER_ROW, unit=drawing.unit.name)
    protect(sheet)


def _head(drawing: Drawing, sheet: Any) -> None:
    title = f"{drawing.unit.name}指标表（{drawing.period.label}）"
    sheet.merge_range("A1:H1", title, drawing.style(bold=True, font_size=16, align="center", font_color=BLUE))
    sheet.set_row(0, 30)
    sheet.merge_range("A2:H2", _hint(drawing), drawing.style(font_color="#595959", align="center"))
    sheet.set_row(2, 22)
    sheet.merge_range("A3:D3", CONFIRM_LABEL, drawing.style(bold=True, align="right"))
    confirmed = drawing.layout.stock_confirmed_cell
    is_confirmed = drawing.filled is not None and drawing.filled.stock_confirmed
    sheet.write(confirmed, CONFIRMED if is_confirmed else None, drawing.boxed(align="center", bold=True, locked=False))
    sheet.data_validation(
        confirmed, {"validate": "list", "source": [CONFIRMED], "error_message": "请选择“已核对”，或留空。"}
    )
    sheet.write_string("F3", "必填未填项数", drawing.style(align="right"))
    write_formula(sheet, MISSING_CELL, _missing_count(drawing), drawing.style(bold=True, align="left", indent=1))
    labels = [*{**LINE_HEADERS, LAST_COLUMN: _last_label(drawing)}.values()]
    sheet.write_row(
        f"A{LINE_HEADER_ROW}", labels, drawing.boxed(bold=True, align="center", bg_color=HEAD, text_wrap=True)
    )
    sheet.set_row(LINE_HEADER_ROW - 1, 36)


def _hint(drawing: Drawing) -> str:
    if drawing.prefill is None:
        return "只填黄色格：没有发生的填0，不要留空。灰底格自动计算。"
    return (
        f"只填黄色格：没有发生的填0，不要留空。灰字是{drawing.prefill.period.label}结转的存量，请核对。灰底格自动计算。"
    )


def _last_label(drawing: Drawing) -> str:
    if drawing.prefill is None:
        return LINE_HEADERS[LAST_COLUMN]
    word = LINE_HEADERS[LAST_COLUMN] if drawing.scope.has_last else LATEST_HEADER
    return f"{word}\n（{drawing.prefill.period.label}）"


def _line(drawing: Drawing, sheet: Any, cell: ElementCell) -> None:
    element, row = drawing.catalog.elements[cell.code], cell.row
    note = element.instruction or (_source(drawing, element) if cell.derived else "")
    sheet.set_row(row - 1, height((element.name, _WIDTHS["B"]), (note, _WIDTHS["G"] * 1.12)))
    sheet.write_number(f"A{row}", cell.number, drawing.boxed(align="center"))
    sheet.write_string(f"B{row}", element.name, drawing.boxed(text_wrap=True))
    sheet.write_string(f"C{row}", element.unit, drawing.boxed(align="center"))
    shown = drawing.boxed(align="right", indent=1, num_format=number_format(element), bg_color=COMPUTED)
    write_scalar(sheet, f"D{row}", _last_value(drawing, element), shown)
    if cell.derived:
        _derived(drawing, sheet, cell, shown)
    else:
        _typed(drawing, sheet, cell, element)
    _year(drawing, sheet, cell, element)
    sheet.write_string(f"G{row}", note, drawing.boxed(text_wrap=True, font_size=9, font_color="#595959"))
    remark = drawing.filled.explanations.get(cell.code, "") if drawing.filled else ""
    write_scalar(sheet, f"H{row}", remark, drawing.boxed(text_wrap=True, locked=False, num_format="@"))


def _source(drawing: Drawing, element: Element) -> str:
    ledgers = [drawing.catalog.ledgers[code].sheet for code in ledgers_of(element.expression)]
    return f"由“{'”“'.join(ledgers)}”自动统计" if ledgers else "由上面的指标自动算出"


def _last_value(drawing: Drawing, element: Element) -> Scalar:
    value = drawing.prefill.values.get(element.code) if drawing.prefill else None
    return Gap.MISSING if value is None else value.scalar


def _derived(drawing: Drawing, sheet: Any, cell: ElementCell, style: Any) -> None:
    formula = element_formula(drawing.scope, cell.code)
    if formula is None:
        raise ValueError(f"the layout shows {cell.code}, which has no formula")
    write_formula(sheet, cell.cell, formula, style)


def _typed(drawing: Drawing, sheet: Any, cell: ElementCell, element: Element) -> None:
    if drawing.filled is not None:
        value = typed_scalar(drawing.filled.value(cell.code))
    else:
        value = _last_value(drawing, element) if element.is_prefilled else Gap.MISSING
    align = "right" if element.type.is_number else "left"
    style = drawing.boxed(
        align=align, indent=1, locked=False, num_format=number_format(element), text_wrap=align == "left"
    )
    write_scalar(sheet, cell.cell, value, style)
    sheet.data_validation(cell.cell, element_limits(element, cell.cell))


def _year(drawing: Drawing, sheet: Any, cell: ElementCell, element: Element) -> None:
    """This month on top of the earlier ones, where months are added and all of them are known."""
    target = f"F{cell.row}"
    style = drawing.boxed(align="right", indent=1, num_format=number_format(element), bg_color=COMPUTED)
    if element.over_months is not Over.SUM or not element.type.is_number:
        sheet.write_string(
            target,
            "—" if element.measure is not Measure.TEXT else "",
            drawing.boxed(align="center", bg_color=COMPUTED, font_color=GREYED),
        )
        return
    before = _before(drawing, cell.code)
    if before is Gap.MISSING:
        sheet.write_blank(target, None, style)
        return
    total = f"{cell.cell}+{number_literal(before)}" if isinstance(before, Decimal) and before else cell.cell
    rounded = f"ROUND({total},{element.places})" if element.places else total
    # A month to which the number does not apply adds nothing to the year.
    none = number_literal(before) if isinstance(before, Decimal) else text_literal(NOT_APPLICABLE_TEXTS[0])
    otherwise = f'IF({says_not_applicable(cell.cell)},{none},"")' if element.allows_not_applicable else '""'
    write_formula(sheet, target, f"=IF(ISNUMBER({cell.cell}),{rounded},{otherwise})", style)


def _before(drawing: Drawing, code: str) -> Decimal | Gap:
    """The sum of the year's earlier months; not applicable when it was so in all of them, and before January."""
    is_january = drawing.period.last.number == 1
    return Gap.NOT_APPLICABLE if is_january else drawing.year_to_date.get(code, Gap.MISSING)


def _runs(cells: list[ElementCell]) -> Iterator[str]:
    """Ranges of cells that stand directly below each other."""
    start = previous = None
    for cell in cells:
        if previous is None or cell.row != previous.row + 1:
            if start and previous:
                yield f"{start.cell}:{previous.cell}"
            start = cell
        previous = cell
    if start and previous:
        yield f"{start.cell}:{previous.cell}"


def _cells(drawing: Drawing, *, required: bool) -> list[ElementCell]:
    return [
        cell
        for cell in drawing.layout.elements.values()
        if not cell.derived and drawing.catalog.elements[cell.code].required is required
    ]


def _missing_count(drawing: Drawing) -> str:
    runs = [f"COUNTBLANK({run})" for run in _runs(_cells(drawing, required=True))]
    return "=" + ("+".join(runs) if runs else "0")


def _marks(drawing: Drawing, sheet: Any) -> None:
    """Yellow while empty, grey until confirmed, red where a text stands in the place of a number."""
    for required, colour in ((True, TO_FILL), (False, TO_FILL_OPTIONAL)):
        for run in _runs(_cells(drawing, required=required)):
            sheet.conditional_format(run, {"type": "blanks", "format": drawing.mark(bg_color=colour)})
    confirmed = absolute(drawing.layout.stock_confirmed_cell)
    if drawing.prefill is not None and drawing.filled is None:
        stocks = [cell for cell in drawing.layout.elements.values() if drawing.catalog.elements[cell.code].is_prefilled]
        for run in _runs(stocks):
            grey = {"type": "formula", "criteria": f'={confirmed}=""', "format": drawing.mark(font_color=GREYED)}
            sheet.conditional_format(run, grey)
        sheet.conditional_format(confirmed, {"type": "blanks", "format": drawing.mark(bg_color=TO_FILL)})
    numbers = [
        cell
        for cell in drawing.layout.elements.values()
        if not cell.derived and cell.type.is_number and not drawing.catalog.elements[cell.code].allows_not_applicable
    ]
    for run in _runs(numbers):
        first = run.split(":")[0]
        wrong = {"type": "formula", "criteria": f"=ISTEXT({first})", "format": drawing.mark(bg_color=WRONG)}
        sheet.conditional_format(run, wrong)
