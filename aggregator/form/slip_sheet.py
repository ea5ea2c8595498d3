"""The first sheet of a return slip: what is wrong, where it stands, what to do, and room for the unit's reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from aggregator.form.drawing import (
    BLUE,
    COMPUTED,
    GREYED,
    HEAD,
    NUMBER_FORMATS,
    TO_FILL,
    TO_MEND,
    WRONG_TEXT,
    Drawing,
    height,
    protect,
    set_page,
    text_width,
    write_scalar,
)
from aggregator.form.formula_scope import quoted
from aggregator.form.places import LINE_HEADER_ROW, SLIP_HEADERS, SLIP_KEY_COLUMN, SLIP_NUMBER_CELL, SLIP_WORDS_COLUMN
from aggregator.form.slip import Slip, SlipLine
from aggregator.model.address import position
from aggregator.model.definition import ValueType
from aggregator.model.evaluate import plain_text
from aggregator.model.finding import Severity
from aggregator.model.value import CellAsSent

_WIDTHS = {"A": 6, "B": 9, "C": 16, "D": 14, "E": 58, "F": 44, "G": 40, SLIP_KEY_COLUMN: 10}
_HEADER_ROW = 4
_NARROWEST, _WIDEST = 8, 40
#: Beside the label of an answer stands the answer alone.
_LEAST_BESIDE = 2
_STEPS = (
    "1. 点“单元格”一列到要改的格：橙色底，鼠标停在格上有说明；改对以后橙色就没有了。“强制”的必须改正；"
    "“核实”的填错了就改，属实的在“说明”栏写清原因（只写“核实无误”不算）。\n"
    "2. 没有标橙色的不用动。表里的数是贵单位原来报的，读不出来的按原样留在格里。\n"
    "3. 改好后看“校验”表，保存，把这个文件发回街道即可，文件名改了也不要紧。"
)
_INPUT_HELP = "填错的请到表里改正，这里不用写；属实的写明原因，如“退休党员集中，年龄偏高”。只写“核实无误”不算说明。"
_ASKED = {Severity.FATAL: "必须改正", Severity.QUERY: "请改正或说明", Severity.NOTE: "供了解"}
_EXPLAINED = "已说明"
_FOLLOWS = "由第{0}条引出，第{0}条改好后多半不用再改；仍不对的："
#: Instead of the unit's reasons.
_NO_WORDS = {Severity.FATAL: "必须改正", Severity.QUERY: "必须改正，不能只作说明", Severity.NOTE: ""}


def write_slip(drawing: Drawing, sheet: Any, slip: Slip) -> None:
    """Write the list of what is to be mended."""
    for column, width in _WIDTHS.items():
        sheet.set_column(f"{column}:{column}", width, None, {"hidden": column == SLIP_KEY_COLUMN})
    _head(drawing, sheet, slip)
    for row, line in enumerate(slip.lines, _HEADER_ROW + 1):
        _line(drawing, sheet, line, row)
    sheet.freeze_panes(_HEADER_ROW, 0)
    sheet.set_tab_color(TO_MEND)
    sheet.hide_gridlines(2)
    set_page(sheet, landscape=True, header_row=_HEADER_ROW, unit=drawing.unit.name)
    protect(sheet)


def _head(drawing: Drawing, sheet: Any, slip: Slip) -> None:
    title = f"{drawing.unit.name}报表问题清单（{drawing.period.label}，第{slip.number}次退回）"
    sheet.merge_range("A1:G1", title, drawing.style(bold=True, font_size=16, align="center", font_color=BLUE))
    sheet.set_row(0, 30)
    sheet.write_number(SLIP_NUMBER_CELL, slip.number, drawing.style())
    sheet.merge_range("A2:G2", _STEPS, drawing.style(text_wrap=True))
    sheet.set_row(1, height((_STEPS, sum(_WIDTHS.values()) - _WIDTHS[SLIP_KEY_COLUMN])))
    sheet.merge_range("A3:G3", _summary(drawing, slip), drawing.style(bold=True, font_color=WRONG_TEXT))
    sheet.set_row(2, 22)
    head = drawing.boxed(bold=True, align="center", bg_color=HEAD, text_wrap=True)
    sheet.write_row(f"A{_HEADER_ROW}", SLIP_HEADERS, head)
    sheet.set_row(_HEADER_ROW - 1, 32)


def _summary(drawing: Drawing, slip: Slip) -> str:
    counts = Counter(_EXPLAINED if line.is_explained else _ASKED[line.severity] for line in slip.gravest)
    said = [f"{words}{counts[words]}处" for words in (*_ASKED.values(), _EXPLAINED) if counts[words]]
    due = f"　报送截止：{drawing.deadline.month}月{drawing.deadline.day}日" if drawing.deadline else ""
    return f"{'，'.join(said)}。{due}"


def _line(drawing: Drawing, sheet: Any, line: SlipLine, row: int) -> None:
    text = drawing.boxed(text_wrap=True, valign="top", indent=1)
    centred = drawing.boxed(align="center", valign="top", text_wrap=True)
    colour = {Severity.FATAL: WRONG_TEXT, Severity.NOTE: GREYED}.get(line.severity, "#000000")
    severe = drawing.boxed(align="center", valign="top", bold=line.severity is Severity.FATAL, font_color=colour)
    remedy = f"{_FOLLOWS.format(line.number)}{line.remedy}" if line.follows else line.remedy
    widths = ((line.message, _WIDTHS["E"]), (remedy, _WIDTHS["F"]), (line.explanation, _WIDTHS["G"]))
    sheet.set_row(row - 1, height(*widths, least=32))
    write_scalar(sheet, f"A{row}", f"随{line.number}" if line.follows else Decimal(line.number), centred)
    sheet.write_string(f"B{row}", _EXPLAINED if line.is_explained else line.severity.label, severe)
    sheet.write_string(f"C{row}", line.place.sheet or "整个文件", centred)
    _link(drawing, sheet, f"D{row}", line)
    sheet.write_string(f"E{row}", line.message, text)
    sheet.write_string(f"F{row}", remedy, text)
    _words(drawing, sheet, line, f"{SLIP_WORDS_COLUMN}{row}")
    if line.asks:
        sheet.write_string(f"{SLIP_KEY_COLUMN}{row}", line.key, drawing.style())


def _link(drawing: Drawing, sheet: Any, cell: str, line: SlipLine) -> None:
    style = drawing.boxed(align="center", valign="top", font_color=BLUE, underline=1)
    if line.place.sheet:
        target = f"internal:{quoted(line.place.sheet)}{line.place.cell or 'A1'}"
        sheet.write_url(cell, target, style, line.place.cell or "整张表")
    else:
        sheet.write_string(cell, "—", drawing.boxed(align="center", valign="top"))


def _words(drawing: Drawing, sheet: Any, line: SlipLine, cell: str) -> None:
    """Room for the reason where a reason will do; elsewhere what will."""
    if line.asks:
        style = drawing.boxed(text_wrap=True, valign="top", locked=False, num_format="@")
        write_scalar(sheet, cell, line.explanation, style)
        sheet.data_validation(cell, {"validate": "any", "input_title": "说明", "input_message": _INPUT_HELP})
        sheet.conditional_format(cell, {"type": "blanks", "format": drawing.mark(bg_color=TO_FILL)})
    else:
        style = drawing.boxed(text_wrap=True, valign="top", bg_color=COMPUTED, font_color=GREYED)
        sheet.write_string(cell, "" if line.follows else _NO_WORDS[line.severity], style)


def write_as_sent(drawing: Drawing, sheet: Any, cells: Sequence[CellAsSent]) -> None:
    """Write a sheet as it was sent, beside the clean one, to copy from."""
    text, day = drawing.boxed(), drawing.boxed(num_format=NUMBER_FORMATS[ValueType.DATE])
    for cell, value in cells:
        write_scalar(sheet, cell, value, day if isinstance(value, date) else text)
    for column, width in _as_wide_as_needed(cells).items():
        sheet.set_column(column - 1, column - 1, width)
    sheet.set_tab_color(GREYED)
    set_page(sheet, landscape=True, header_row=LINE_HEADER_ROW, unit=drawing.unit.name)
    protect(sheet)


def _as_wide_as_needed(cells: Sequence[CellAsSent]) -> Mapping[int, float]:
    """How wide the columns must be; a title alone in its row may reach over those beside it."""
    in_row = Counter(position(cell)[0] for cell, _ in cells)
    widths: dict[int, float] = {}
    for cell, value in cells:
        row, column = position(cell)
        if in_row[row] > _LEAST_BESIDE:
            widths[column] = max(widths.get(column, _NARROWEST), min(text_width(plain_text(value)) + 2, _WIDEST))
    return widths
