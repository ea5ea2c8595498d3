"""The check panel of a form: what is missing, and what every rule of this unit says, live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from aggregator.form.drawing import (
    BLUE,
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
from aggregator.form.live import (
    FAILED,
    PASSED,
    UNDECIDED,
    Formula,
    incomplete_rows_formula,
    row_rule_formula,
    rule_formula,
)
from aggregator.form.places import CHECK_HEADER_ROW, CHECK_HEADERS, CHECK_SHEET, INDICATOR_SHEET, LedgerArea, rule_text
from aggregator.model.definition import Rule
from aggregator.model.expression import Call, Node, SettingRef, elements_of, ledgers_of, walk
from aggregator.model.value import Gap

#: How many rules are broken, and how many lines still wait for something to be filled in.
FAILED_CELL, WAITING_CELL = "D3", "F3"
COMPLETE = "填齐"
ENGINE_ONLY = "汇总时核对"
NO_LAST_MONTH = "无上月数"
_WIDTHS = {"A": 7, "B": 62, "C": 9, "D": 15, "E": 24, "F": 40}


class _Completeness(NamedTuple):
    text: str
    formula: str
    link: str


def write_checks(drawing: Drawing, sheet: Any) -> None:
    """Write the check panel."""
    for column, width in _WIDTHS.items():
        sheet.set_column(f"{column}:{column}", width)
    _head(drawing, sheet)
    row = _part(drawing, sheet, CHECK_HEADER_ROW + 1, "一、填报是否完整")
    for number, line in enumerate(_completeness(drawing), 1):
        _complete(drawing, sheet, row, number, line)
        row += 1
    _part(drawing, sheet, row, "二、数字和内容是否相符")
    for number, rule in enumerate(_rules(drawing), 1):
        _rule(drawing, sheet, rule, number)
    _colours(drawing, sheet)
    sheet.freeze_panes(CHECK_HEADER_ROW, 0)
    set_page(sheet, landscape=True, header_row=CHECK_HEADER_ROW, unit=drawing.unit.name)
    protect(sheet)


def _head(drawing: Drawing, sheet: Any) -> None:
    sheet.merge_range(
        "A1:F1",
        f"{drawing.unit.name}校验（{drawing.period.label}）",
        drawing.style(bold=True, font_size=16, align="center", font_color=BLUE),
    )
    sheet.set_row(0, 30)
    words = (
        "边填边算：“待填”表示要用的数还没有填齐；“不符”请改正，确实如此的在“说明”栏写明原因。“强制”一类不改正将退回。"
    )
    sheet.merge_range("A2:F2", words, drawing.style(font_color="#595959", align="center"))
    sheet.merge_range("A3:C3", "不符条数", drawing.style(bold=True, align="right"))
    write_formula(sheet, FAILED_CELL, f"={_count_rules(drawing, FAILED)}", drawing.style(bold=True, align="center"))
    sheet.write_string("E3", "待填项数", drawing.style(bold=True, align="right"))
    first = CHECK_HEADER_ROW + 2
    lines = 1 + len(drawing.layout.ledgers)
    open_lines = f'{lines}-COUNTIF(D{first}:D{first + lines - 1},"{COMPLETE}")'
    waiting = f"={open_lines}+{_count_rules(drawing, UNDECIDED)}"
    write_formula(sheet, WAITING_CELL, waiting, drawing.style(bold=True, align="left"))
    sheet.write_row(
        f"A{CHECK_HEADER_ROW}", [*CHECK_HEADERS.values()], drawing.boxed(bold=True, align="center", bg_color=HEAD)
    )
    sheet.set_row(CHECK_HEADER_ROW - 1, 22)


def _count_rules(drawing: Drawing, result: str) -> str:
    """How many rules show a result that begins so."""
    rules = drawing.layout.rules.values()
    return f'COUNTIF(D{min(rules)}:D{max(rules)},"{result}*")' if rules else "0"


def _part(drawing: Drawing, sheet: Any, row: int, text: str) -> int:
    sheet.merge_range(f"A{row}:F{row}", text, drawing.boxed(bold=True, indent=1, bg_color=HEAD))
    sheet.set_row(row - 1, 20)
    return row + 1


def _completeness(drawing: Drawing) -> Iterator[_Completeness]:
    missing = f"{quoted(INDICATOR_SHEET)}{absolute(MISSING_CELL)}"
    yield _Completeness("指标表：必填项是否填齐", f'=IF({missing}=0,"{COMPLETE}","缺"&{missing}&"项")', INDICATOR_SHEET)
    for area in drawing.layout.ledgers.values():
        text = f"{area.sheet}：是否选了填报情况，每行必填列是否填齐"
        yield _Completeness(text, _ledger_state(drawing, area), area.sheet)


def _ledger_state(drawing: Drawing, area: LedgerArea) -> str:
    rows, answer = (f"{quoted(area.sheet)}{absolute(cell)}" for cell in (area.rows_cell, area.answer_cell))
    ledger = drawing.catalog.ledgers[area.code]
    required = tuple(column.code for column in ledger.columns_of(drawing.layout.kind) if column.required)
    incomplete = incomplete_rows_formula(drawing.scope, ledger, required).text.removeprefix("=")
    return (
        f'=IF({rows}="","未填",IF({incomplete}>0,{incomplete}&"行未填全",IF({answer}="","未选填报情况","{COMPLETE}")))'
    )


def _complete(drawing: Drawing, sheet: Any, row: int, number: int, line: _Completeness) -> None:
    boxed, centred = drawing.boxed(text_wrap=True), drawing.boxed(align="center")
    sheet.set_row(row - 1, 19)
    sheet.write_number(f"A{row}", number, centred)
    sheet.write_string(f"B{row}", line.text, boxed)
    sheet.write_blank(f"C{row}", None, boxed)
    write_formula(sheet, f"D{row}", line.formula, centred)
    _link(drawing, sheet, f"E{row}", line.link, "A1")
    sheet.write_blank(f"F{row}", None, boxed)


def _rules(drawing: Drawing) -> Iterator[Rule]:
    """The rules of this form, in order."""
    known = {rule.code: rule for rule in drawing.catalog.rules}
    known |= {rule.code: rule for code in drawing.layout.ledgers for rule in drawing.catalog.ledgers[code].rules}
    return (known[code] for code in drawing.layout.rules)


def _rule(drawing: Drawing, sheet: Any, rule: Rule, number: int) -> None:
    row = drawing.layout.rules[rule.code]
    boxed, centred = drawing.boxed(text_wrap=True), drawing.boxed(align="center")
    text = rule_text(drawing.layout, rule)
    sheet.set_row(row - 1, height((text, _WIDTHS["B"]), least=19))
    sheet.write_number(f"A{row}", number, centred)
    sheet.write_string(f"B{row}", text, boxed)
    sheet.write_string(f"C{row}", rule.severity.label, centred)
    result = _result(drawing, rule)
    if isinstance(result, Formula):
        write_formula(sheet, f"D{row}", result, centred)
    else:
        sheet.write_string(f"D{row}", result, centred)
    _link(drawing, sheet, f"E{row}", *_place(drawing, rule))
    said = drawing.filled.explanations.get(rule.code, "") if drawing.filled else ""
    write_scalar(sheet, f"F{row}", said, drawing.boxed(text_wrap=True, locked=False, num_format="@"))


def live_result(drawing: Drawing, code: str) -> str:
    """The cell in which the form shows what became of a rule over the whole return; empty where it computes none."""
    rule = next((rule for rule in drawing.catalog.rules if rule.code == code), None)
    if rule is None or code not in drawing.layout.rules or not isinstance(_result(drawing, rule), Formula):
        return ""
    return f"D{drawing.layout.rules[code]}"


def _result(drawing: Drawing, rule: Rule) -> Formula | str:
    if rule.ledger:
        return _row_result(drawing, rule)
    if not drawing.scope.has_last and _needs_last_month(rule):
        return NO_LAST_MONTH
    if any(isinstance(node, SettingRef) and not _is_set(drawing, node) for node in _nodes(rule)):
        # Nobody who fills in the form can supply it.
        return ENGINE_ONLY
    return rule_formula(drawing.scope, rule) or ENGINE_ONLY


def _nodes(rule: Rule) -> Iterator[Node]:
    yield from walk(rule.check)
    yield from walk(rule.when)


def _is_set(drawing: Drawing, setting: SettingRef) -> bool:
    return not isinstance(drawing.scope.setting(setting.code), Gap)


def _needs_last_month(rule: Rule) -> bool:
    return any(isinstance(node, Call) and node.function == "last" for node in _nodes(rule))


def _row_result(drawing: Drawing, rule: Rule) -> Formula | str:
    """Row rules say how many rows break them; with no rows yet nothing can be said."""
    area = drawing.layout.ledgers[rule.ledger]
    counted = row_rule_formula(drawing.scope, drawing.catalog.ledgers[rule.ledger], rule)
    if counted is None:
        return ENGINE_ONLY
    rows, broken = f"{quoted(area.sheet)}{absolute(area.rows_cell)}", counted.text.removeprefix("=")
    result = f'IF({broken}=0,"{PASSED}","{FAILED}（"&{broken}&"行）")'
    return Formula(f'=IF({rows}="","{UNDECIDED}",{result})')


def _place(drawing: Drawing, rule: Rule) -> tuple[str, str]:
    """Sheet and cell where a rule leads to."""
    if rule.ledger:
        area = drawing.layout.ledgers[rule.ledger]
        return area.sheet, f"A{area.first_row}"
    shown = [code for code in elements_of(rule.check) if code in drawing.layout.elements]
    if shown:
        return INDICATOR_SHEET, drawing.layout.elements[shown[0]].cell
    ledgers = [code for code in ledgers_of(rule.check) if code in drawing.layout.ledgers]
    return (drawing.layout.ledgers[ledgers[0]].sheet, "A1") if ledgers else (INDICATOR_SHEET, "A1")


def _link(drawing: Drawing, sheet: Any, cell: str, target: str, at: str) -> None:
    text = target if at == "A1" else f"{target}!{at}"
    sheet.write_url(cell, f"internal:{quoted(target)}{at}", drawing.boxed(font_color=BLUE, underline=1), text)


def _colours(drawing: Drawing, sheet: Any) -> None:
    cells = f"D{CHECK_HEADER_ROW + 1}:D{max(drawing.layout.rules.values(), default=CHECK_HEADER_ROW + 40)}"
    first = f"D{CHECK_HEADER_ROW + 1}"
    looks = (
        (f'=LEFT({first},2)="{FAILED}"', drawing.mark(bg_color=WRONG, font_color=WRONG_TEXT)),
        (
            f'=OR({first}="{UNDECIDED}",LEFT({first},1)="缺",LEFT({first},1)="未",ISNUMBER(SEARCH("行未",{first})))',
            drawing.mark(bg_color=TO_FILL),
        ),
        (f'=OR({first}="{PASSED}",{first}="填齐")', drawing.mark(font_color=RIGHT_TEXT)),
    )
    for criteria, look in looks:
        sheet.conditional_format(cells, {"type": "formula", "criteria": criteria, "format": look})


__all__ = ["CHECK_SHEET", "ENGINE_ONLY", "FAILED_CELL", "NO_LAST_MONTH", "write_checks"]
