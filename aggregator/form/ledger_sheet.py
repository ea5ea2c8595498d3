"""One ledger's sheet of a form: instruction, answer cell, header, rows, and marks that follow what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aggregator.form.drawing import (
    BLUE,
    GREYED,
    HEAD,
    LINE,
    TO_FILL,
    WRONG,
    WRONG_TEXT,
    Drawing,
    height,
    number_format,
    protect,
    set_page,
    write_formula,
    write_scalar,
)
from aggregator.form.formula_scope import absolute
from aggregator.form.limits import column_limits
from aggregator.form.live import row_count_formula, row_mark_formula
from aggregator.form.places import ANSWER_LABEL, LedgerArea, SheetRow, placed_rows
from aggregator.model.address import MAX_ROW, column_letters
from aggregator.model.definition import Column, Ledger, LedgerKind, ValueType
from aggregator.model.events import events_of
from aggregator.model.expression import ColumnRef, walk
from aggregator.model.value import Answer, LedgerSheet, Scalar

#: What the answer cell of each kind of ledger may say.
ANSWERS: Mapping[LedgerKind, tuple[Answer, ...]] = {
    LedgerKind.FLOW: (Answer.HAS_ROWS, Answer.NONE_THIS_MONTH),
    LedgerKind.STOCK: (Answer.UNCHANGED, Answer.UPDATED, Answer.NONE_AT_ALL),
}
#: The defined name of each kind's answers: a list in the validation itself would be split at a full-width comma too by
#: programs that take it for one.
ANSWER_LISTS: Mapping[LedgerKind, str] = {LedgerKind.FLOW: "answers_flow", LedgerKind.STOCK: "answers_stock"}
ANSWERS_OF_NONE = tuple(answer for answer in Answer if answer.says_none)
_WIDEST_PORTRAIT = 100
_LEAST_WIDTH = 10
_ROW_HEIGHT = 18
# Formulas count by dates alone: which rows an earlier return knew is for the street to see.
_LATE = "以前月份漏报的变动照实填原日期：本表公式只数本月发生的，街道汇总时作为补报计入"
# Frozen columns wider than this would leave no room to type beside them.
_WIDEST_FROZEN = 34


def write_ledger(drawing: Drawing, sheet: Any, area: LedgerArea, carried: list[dict[str, Scalar]]) -> None:
    """Write one ledger; `carried` rows stand greyed until the answer cell says something."""
    ledger = drawing.catalog.ledgers[area.code]
    columns = ledger.columns_of(drawing.layout.kind)
    _columns(drawing, sheet, area, columns)
    _head(drawing, sheet, area, ledger, columns)
    own = drawing.filled.ledgers.get(area.code) if drawing.filled else None
    rows = (
        placed_rows(area, own)
        if drawing.filled
        else [SheetRow(area.first_row + i, row) for i, row in enumerate(carried)]
    )
    _rows(drawing, sheet, area, columns, rows)
    _answer(drawing, sheet, area, ledger, own)
    _marks(drawing, sheet, area, ledger, greyed=0 if drawing.filled else len(carried))
    wide = sum(_width(column) for column in columns) > _WIDEST_PORTRAIT
    sheet.set_default_row(_ROW_HEIGHT)
    sheet.freeze_panes(area.header_row, 1 if wide and _width(columns[0]) <= _WIDEST_FROZEN else 0)
    set_page(sheet, landscape=wide, header_row=area.header_row, unit=drawing.unit.name)
    protect(sheet)


def _width(column: Column) -> float:
    return max(column.width, _LEAST_WIDTH) + 1


def _cell_style(drawing: Drawing, column: Column) -> Any:
    is_text = column.type in {ValueType.TEXT, ValueType.NAMES}
    align = "right" if column.type.is_number else "left" if is_text else "center"
    return drawing.style(
        locked=False, align=align, text_wrap=is_text or column.type is ValueType.CODE, num_format=number_format(column)
    )


def _columns(drawing: Drawing, sheet: Any, area: LedgerArea, columns: tuple[Column, ...]) -> None:
    """Format and validation by whole column: nothing is written for the empty rows."""
    for column in columns:
        letter = area.columns[column.code]
        sheet.set_column(f"{letter}:{letter}", _width(column), _cell_style(drawing, column))
        limits = column_limits(column, drawing.lists.get(column.codes, ""))
        sheet.data_validation(f"{letter}{area.first_row}:{letter}{area.last_row}", limits)
    for beside in range(len(columns) + 1, ord(area.rows_cell[0]) - ord("A") + 2):
        sheet.set_column(beside - 1, beside - 1, _LEAST_WIDTH + 1)
    last = column_letters(len(columns))
    full = {
        "validate": "custom", "value": "=FALSE", "error_title": "超出本表行数",
        "error_message": f"本表只能填到第{area.last_row}行，下面的内容不会被汇总。行数不够请与街道联系。",
    }  # fmt: skip
    sheet.data_validation(f"A{area.last_row + 1}:{last}{MAX_ROW}", full)


def _head(drawing: Drawing, sheet: Any, area: LedgerArea, ledger: Ledger, columns: tuple[Column, ...]) -> None:
    last = column_letters(len(columns))
    title = f"{ledger.name}（{drawing.unit.name}　{drawing.period.label}）".replace("（　", "（")
    style = drawing.style(bold=True, font_size=15, font_color=BLUE)
    _locked_row(drawing, sheet, 1, 28)
    sheet.write_string("A1", title, style)
    width = sum(_width(column) for column in columns)
    instruction = _instruction(drawing, ledger)
    _locked_row(drawing, sheet, 2, height((instruction, width), least=20))
    sheet.merge_range(f"A2:{last}2", instruction, drawing.style(text_wrap=True, font_color="#595959"))
    _locked_row(drawing, sheet, 3, 24)
    head = drawing.boxed(bold=True, align="center", bg_color=HEAD, text_wrap=True)
    names = [(f"*{column.name}" if column.required else column.name, _width(column)) for column in columns]
    _locked_row(drawing, sheet, area.header_row, height(*names, least=22))
    for column, (name, _) in zip(columns, names, strict=True):
        sheet.write_string(f"{area.columns[column.code]}{area.header_row}", name, head)


def _instruction(drawing: Drawing, ledger: Ledger) -> str:
    """What the catalog says of a ledger, and what the counts of this form do not do with what is reported late."""
    return "。".join(
        filter(None, (ledger.instruction.rstrip("。"), _LATE if ledger.code in events_of(drawing.catalog) else ""))
    )


def _locked_row(drawing: Drawing, sheet: Any, row: int, points: float) -> None:
    # The columns are open for typing down to the last row of the sheet; what stands above the rows must not be.
    sheet.set_row(row - 1, points, drawing.style())


def _rows(drawing: Drawing, sheet: Any, area: LedgerArea, columns: tuple[Column, ...], rows: list[SheetRow]) -> None:
    for row in rows:
        texts = [(str(row.cells[column.code]), _width(column)) for column in columns if _is_text(row, column)]
        needed = height(*texts, least=_ROW_HEIGHT) if texts else _ROW_HEIGHT
        if needed > _ROW_HEIGHT:
            sheet.set_row(row.number - 1, needed)
    for column in columns:
        letter, style = area.columns[column.code], _cell_style(drawing, column)
        for row in rows:
            value = row.cells.get(column.code)
            if value is not None:
                write_scalar(sheet, f"{letter}{row.number}", value, style)


def _is_text(row: SheetRow, column: Column) -> bool:
    return isinstance(row.cells.get(column.code), str)


def _answer(drawing: Drawing, sheet: Any, area: LedgerArea, ledger: Ledger, own: LedgerSheet | None) -> None:
    sheet.write_string("A3", ANSWER_LABEL, drawing.style(bold=True, align="right"))
    answers = ANSWERS[ledger.kind]
    said = str(own.answer or own.answer_raw) if own else ""
    boxed = drawing.boxed(align="center", bold=True, locked=False)
    if area.rows_cell.startswith("D"):
        sheet.merge_range(f"{area.answer_cell}:C3", "", boxed)
        write_scalar(sheet, area.answer_cell, said, boxed)
    else:
        write_scalar(sheet, area.answer_cell, said, boxed)
    limits = {
        "validate": "list", "source": f"={ANSWER_LISTS[ledger.kind]}", "input_title": "填报情况",
        "input_message": _answer_help(ledger.kind), "error_title": "请检查",
        "error_message": f"请从下拉列表中选择：{'、'.join(answers)}。",
    }  # fmt: skip
    sheet.data_validation(area.answer_cell, limits)
    counted = drawing.style(num_format='"已填"0"行"', align="center")
    write_formula(sheet, area.rows_cell, row_count_formula(drawing.scope, ledger, ANSWERS_OF_NONE), counted)
    hint = f"{chr(ord(area.rows_cell[0]) + 1)}3"
    rows, answer = absolute(area.rows_cell), absolute(area.answer_cell)
    none = " ".join(ANSWERS_OF_NONE)
    warning = (
        f'=IF(AND({answer}="",{rows}=""),"本表还没有填：请登记，或在左边选择",'
        f'IF({answer}="","请选择填报情况",IF(AND(N({rows})>0,ISNUMBER(SEARCH({answer},"{none}"))),'
        f'"选的是没有内容，表中却有登记，请核对",IF({rows}="","还没有登记任何一行",""))))'
    )
    write_formula(sheet, hint, warning, drawing.style(font_color=WRONG_TEXT))


def _answer_help(kind: LedgerKind) -> str:
    if kind is LedgerKind.FLOW:
        return "本月有登记的选“本月有”；本月没有发生的选“本月无”，不要空着。"
    return "核对后与上月相同的选“已核对，无变化”；有增减修改的选“已更新”；本单位没有的选“无此项”。"


def _marks(drawing: Drawing, sheet: Any, area: LedgerArea, ledger: Ledger, *, greyed: int) -> None:
    """What a started row lacks, what contradicts itself, what is still last month's."""
    letters = list(area.columns.values())
    first, last = letters[0], letters[-1]
    everywhere = f"{first}{area.first_row}:{last}{area.last_row}"
    started = f"COUNTA(${first}{area.first_row}:${last}{area.first_row})>0"
    answer = absolute(area.answer_cell)
    # LibreOffice shows one conditional format a cell, Excel all of them: each draws the lines of its row as well.
    line = {"border": 1, "border_color": LINE}
    for rule in ledger.rules:
        formula = row_mark_formula(drawing.scope, ledger, rule)
        cells = _cells_of(area, rule.check)
        if formula is not None and cells:
            look = {"type": "formula", "criteria": formula.text, "format": drawing.mark(bg_color=WRONG, **line)}
            sheet.conditional_format(cells[0], {**look, "multi_range": " ".join(cells)} if len(cells) > 1 else look)
    lacking = f'{first}{area.first_row}="",LEFT({first}${area.header_row},1)="*",{started}'
    greyed_rows = f'{answer}="",{started},ROW()<{area.first_row + greyed}'
    for criteria, look in (
        (f"=AND({lacking})", drawing.mark(bg_color=TO_FILL, **line)),
        (f"=AND({greyed_rows})", drawing.mark(font_color=GREYED, **line)),
        (f"={started}", drawing.mark(**line)),
    ):
        sheet.conditional_format(everywhere, {"type": "formula", "criteria": criteria, "format": look})
    sheet.conditional_format(area.answer_cell, {"type": "blanks", "format": drawing.mark(bg_color=TO_FILL)})


def _cells_of(area: LedgerArea, check: Any) -> list[str]:
    """The columns that a row rule speaks of."""
    codes = dict.fromkeys(node.column for node in walk(check) if isinstance(node, ColumnRef))
    return [
        f"{area.columns[code]}{area.first_row}:{area.columns[code]}{area.last_row}"
        for code in codes
        if code in area.columns
    ]
