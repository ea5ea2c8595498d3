"""The cover of a form: whose it is, how to fill it in, what the colours mean, and the linked index of its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from aggregator.form.check_sheet import FAILED_CELL, WAITING_CELL
from aggregator.form.drawing import (
    BLUE,
    COMPUTED,
    GREYED,
    HEAD,
    RIGHT_TEXT,
    TO_FILL,
    WRONG,
    WRONG_TEXT,
    Drawing,
    height,
    protect,
    set_page,
    write_formula,
    write_scalar,
)
from aggregator.form.formula_scope import absolute, quoted
from aggregator.form.indicator_sheet import MISSING_CELL
from aggregator.form.live import FAILED, PASSED, UNDECIDED
from aggregator.form.places import CHECK_SHEET, COVER_LABELS, COVER_SHEET, INDICATOR_SHEET
from aggregator.model.org_unit import UnitKind

DONE, NOT_DONE = "已填", "未填"
_WIDTHS = {"A": 1.5, "B": 13, "C": 26, "D": 13, "E": 52}
_TEXT_WIDTH = sum(_WIDTHS.values()) - 1.5
_LABEL_CELLS = {
    "street": "B4", "unit": "B5", "compiler": "B6", "reviewer": "B7",
    "deadline": "D4", "period": "D5", "phone": "D6", "filled_on": "D7",
}  # fmt: skip
_TYPED = ("compiler", "reviewer", "phone", "filled_on")
_STEPS = (
    "1. 先填各张台账：一行一件事，带*的列必填。没有内容的，在表上方“填报情况”选“本月无”或“无此项”，不要整张空着。",
    "2. 再填“指标表”第一部分的黄色格。没有发生的填0，不要留空；允许填“不适用”的，点中格子时有提示。金额一律按元填。",
    "3. 灰字是上月结转的内容，逐项核对、有变就改，再在“存量已核对”和“填报情况”里作选择，灰字即变黑。",
    "4. 最后看“校验”：处理完“待填”和“不符”再报送。数字确实如此的，在“说明”栏写清原因。",
    "5. 不要增删列、改表名或改表头；台账行数不够请与街道联系。填好保存，发回街道即可，文件名改了也不要紧。",
)


class _IndexLine(NamedTuple):
    sheet: str
    state: str
    note: str


def write_cover(drawing: Drawing, sheet: Any) -> None:
    """Write the cover."""
    for column, width in _WIDTHS.items():
        sheet.set_column(f"{column}:{column}", width)
    _title(drawing, sheet)
    _fields(drawing, sheet)
    row = _steps(drawing, sheet, 9)
    row = _legend(drawing, sheet, row + 1)
    _index(drawing, sheet, row + 2)
    sheet.hide_gridlines(2)
    set_page(sheet, landscape=False, header_row=None, unit=drawing.unit.name)
    protect(sheet)


def form_title(drawing: Drawing) -> str:
    """The heading of a form, such as 青禾街道党建月报表（社区填报）."""
    subject = drawing.catalog.name.removesuffix("目录").removeprefix("街道")
    who = "社区填报" if drawing.layout.kind is UnitKind.COMMUNITY else "街道本级填报"
    return f"{drawing.street.name or '街道'}{subject}表（{who}）"


def _title(drawing: Drawing, sheet: Any) -> None:
    sheet.set_row(0, 40)
    sheet.merge_range(
        "B1:E1", form_title(drawing), drawing.style(font_size=20, bold=True, align="center", font_color=BLUE)
    )
    sheet.set_row(1, 22)
    words = f"{drawing.unit.name or '（填报单位）'}　{drawing.period.label}"
    sheet.merge_range("B2:E2", words, drawing.style(font_size=13, align="center"))


def _fields(drawing: Drawing, sheet: Any) -> None:
    label = drawing.boxed(bold=True, align="center", bg_color=HEAD)
    known = {
        "street": drawing.street.name,
        "unit": drawing.unit.name,
        "period": drawing.period.label,
        "deadline": f"{drawing.deadline.year}年{drawing.deadline.month}月{drawing.deadline.day}日"
        if drawing.deadline
        else "",
    }
    typed = dict(drawing.filled.cover) if drawing.filled else {}
    for code, text in COVER_LABELS.items():
        sheet.write_string(_LABEL_CELLS[code], text, label)
        # A blank form has no unit yet; whoever fills it in says who they are.
        is_open = code in _TYPED or (code == "unit" and not drawing.unit.name)
        style = drawing.boxed(indent=1, num_format="@", **({"locked": False} if is_open else {}))
        write_scalar(sheet, drawing.layout.cover[code], known.get(code) or typed.get(code) or "", style)
        if is_open:
            blank = {"type": "blanks", "format": drawing.mark(bg_color=TO_FILL)}
            sheet.conditional_format(drawing.layout.cover[code], blank)
    for row in range(3, 7):
        sheet.set_row(row, 21)


def _steps(drawing: Drawing, sheet: Any, row: int) -> int:
    sheet.write_string(f"B{row}", "怎样填", drawing.style(bold=True, font_size=12, font_color=BLUE))
    for text in _STEPS:
        row += 1
        sheet.merge_range(f"B{row}:E{row}", text, drawing.style(text_wrap=True))
        sheet.set_row(row - 1, height((text, _TEXT_WIDTH), least=20))
    return row + 1


def _legend(drawing: Drawing, sheet: Any, row: int) -> int:
    sheet.write_string(f"B{row}", "颜色", drawing.style(bold=True, font_size=12, font_color=BLUE))
    lines = (
        ("黄色底", {"bg_color": TO_FILL}, "还没有填的格"),
        ("灰色字", {"font_color": GREYED}, "上月结转，请核对"),
        ("灰色底", {"bg_color": COMPUTED}, "自动计算，不用填"),
        ("红色底", {"bg_color": WRONG, "font_color": WRONG_TEXT}, "数字或内容不符，请改正或写明原因"),
    )
    for i, (name, look, meaning) in enumerate(lines):
        name_column, meaning_column = (("B", "C"), ("D", "E"))[i % 2]
        at = row + 1 + i // 2
        sheet.write_string(f"{name_column}{at}", name, drawing.boxed(align="center", **look))
        sheet.write_string(f"{meaning_column}{at}", meaning, drawing.style(indent=1))
    return row + 2


def _index(drawing: Drawing, sheet: Any, row: int) -> None:
    sheet.write_string(f"B{row}", "目录", drawing.style(bold=True, font_size=12, font_color=BLUE))
    head = drawing.boxed(bold=True, align="center", bg_color=HEAD)
    for column, text in zip("BCDE", ("序号", "工作表（点击打开）", "填报情况", "内容"), strict=True):
        sheet.write_string(f"{column}{row + 1}", text, head)
    link = drawing.boxed(font_color=BLUE, underline=1, indent=1)
    centred, note = drawing.boxed(align="center"), drawing.boxed(text_wrap=True, font_size=9, indent=1)
    first = row + 2
    for number, line in enumerate(_index_lines(drawing)):
        at = first + number
        sheet.write_number(f"B{at}", number + 1, centred)
        sheet.write_url(f"C{at}", f"internal:{quoted(line.sheet)}A1", link, line.sheet)
        write_formula(sheet, f"D{at}", line.state, centred)
        sheet.write_string(f"E{at}", line.note, note)
        sheet.set_row(at - 1, height((line.note, _WIDTHS["E"] * 1.12), least=19))
    states = f"D{first}:D{first + len(drawing.layout.ledgers) + 1}"
    _colour_states(drawing, sheet, states)


def _colour_states(drawing: Drawing, sheet: Any, cells: str) -> None:
    looks = (
        (NOT_DONE, drawing.mark(bg_color=TO_FILL)),
        (UNDECIDED, drawing.mark(bg_color=TO_FILL)),
        (DONE, drawing.mark(font_color=RIGHT_TEXT)),
        (PASSED, drawing.mark(font_color=RIGHT_TEXT)),
        (FAILED, drawing.mark(bg_color=WRONG, font_color=WRONG_TEXT)),
    )
    for text, look in looks:
        sheet.conditional_format(cells, {"type": "text", "criteria": "containing", "value": text, "format": look})


def _index_lines(drawing: Drawing) -> Iterator[_IndexLine]:
    missing = f"{quoted(INDICATOR_SHEET)}{absolute(MISSING_CELL)}"
    yield _IndexLine(INDICATOR_SHEET, f'=IF({missing}=0,"{DONE}","{NOT_DONE}")', "第一部分逐项填写，第二部分自动统计")
    for area in drawing.layout.ledgers.values():
        rows, answer = (f"{quoted(area.sheet)}{absolute(cell)}" for cell in (area.rows_cell, area.answer_cell))
        state = f'=IF(OR({rows}="",{answer}=""),"{NOT_DONE}","{DONE}")'
        yield _IndexLine(area.sheet, state, drawing.catalog.ledgers[area.code].instruction)
    failed, waiting = (f"{quoted(CHECK_SHEET)}{absolute(cell)}" for cell in (FAILED_CELL, WAITING_CELL))
    unfinished = f'IF({waiting}=0,"{PASSED}","{UNDECIDED}"&{waiting}&"项")'
    state = f'=IF({failed}=0,{unfinished},"{FAILED}"&{failed}&"条")'
    yield _IndexLine(CHECK_SHEET, state, "边填边核对，报送前请看一遍")


__all__ = ["COVER_SHEET", "form_title", "write_cover"]
