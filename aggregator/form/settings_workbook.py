"""Writes the settings workbook of a street: list of communities, settings, baselines, function blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO
from itertools import groupby
from typing import Any

import xlsxwriter

from aggregator.form.drawing import BLUE, FONT, HEAD, LINE, SECTION, TO_FILL_OPTIONAL
from aggregator.form.plain_sheet import PlainSheet
from aggregator.form.settings_sheets import (
    BASE_WORDS,
    BASELINE_HEADERS,
    BASELINES_SHEET,
    BLOCK_HEADERS,
    BLOCKS_SHEET,
    KIND_WORDS,
    NO,
    SETTING_HEADERS,
    SETTINGS_SHEET,
    UNIT_HEADERS,
    UNITS_SHEET,
    YES,
    typed_settings,
)
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Setting
from aggregator.model.org_unit import Baseline, OrgUnit, Street
from aggregator.model.period import Period

#: Rows that are drawn ready for typing.
_UNIT_ROWS, _BASELINE_ROWS = 60, 300
_HEADER_ROW = 3
_A4 = 9
# The same street gives the same bytes: no clock enters the file.
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001  # a day, not a moment

_UNITS_NOTE = (
    "一行一个单位。代码一经使用不要更改，也不要给别的单位用（历史数据按代码对应）。\n"
    "名称填全称，简称用于表格和报告；“其他写法”填别人常用的叫法，几个之间用顿号分开。街道本级也占一行，类型选“街道本级”。\n"
    "新设的社区填启用年月（如2026-03），撤销、合并的填撤销年月，都不要删行。例：C01，梧桐里社区，梧桐里，社区，梧桐里居委会。"
)
_SETTINGS_NOTE = "只填“值”一列的黄色格。名称后带*的必填；没有的可以空着，报告中用到它的句子就不出现。"
_BASELINES_NOTE = (
    "使用本系统之前的数字，用于累计和对比；没有的可以不填，以后由历史数据自动取得。数值的单位与指标相同，百分比填百分数（如24.7）。\n"
    "上年同期：上年同一个月的数；本年累计：今年使用本系统以前各月的累计；上年同期累计：上年1月至同月的累计；上届：上一届班子的数。"
    "“单位”空着表示全街道；“截至年月”填这个数算到哪个月（如2026-09）。"
)
_BLOCKS_NOTE = "选“是”的功能块才出现在报表和报告中；月中不要更改，改后请重新生成并下发报表。"


def write_settings(street: Street, catalog: Catalog) -> bytes:
    """The bytes of a settings workbook that says what the street is; an empty street gives one to fill in."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        drawing = _Drawing(book)
        _write_units(drawing, street.units)
        _write_setting_lines(drawing, typed_settings(catalog), street.settings)
        _write_baselines(drawing, street, catalog)
        _write_blocks(drawing, catalog, catalog.blocks_on(street))
        book.set_properties({"title": f"{street.name or '街道'}设置", "created": _CREATED})
    return buffer.getvalue()


@dataclass
class _Drawing:
    """The open workbook and its formats."""

    book: Any
    formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def style(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
            self.formats[key] = self.book.add_format({**base, **properties})
        return self.formats[key]

    def label(self, **properties: Any) -> Any:
        return self.style(border=1, border_color=LINE, text_wrap=True, **properties)

    def input(self, **properties: Any) -> Any:
        return self.label(bg_color=TO_FILL_OPTIONAL, **{"num_format": "@", **properties})

    def sheet(self, name: str, note: str, headers: Sequence[str], widths: Sequence[float]) -> Any:
        """A sheet with its title, what to do, and a frozen header."""
        sheet = self.book.add_worksheet(name, PlainSheet)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        last = len(headers) - 1
        sheet.set_default_row(20)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, name, self.style(bold=True, font_size=16, font_color=BLUE))
        per_line = sum(widths) / 2.1  # Chinese characters on a line of that width
        lines = sum(1 + int(len(part) / per_line) for part in note.split("\n"))
        sheet.set_row(1, 17 * lines + 4)
        sheet.merge_range(1, 0, 1, last, note, self.style(text_wrap=True, font_color="#595959", valign="top"))
        sheet.set_row(_HEADER_ROW - 1, 24)
        sheet.write_row(_HEADER_ROW - 1, 0, headers, self.label(bold=True, align="center", bg_color=HEAD))
        sheet.freeze_panes(_HEADER_ROW, 0)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER_ROW - 1)
        sheet.set_footer("&C第&P页 共&N页&R&A")
        return sheet


# ---- list of communities


def _write_units(drawing: _Drawing, units: Sequence[OrgUnit]) -> None:
    sheet = drawing.sheet(UNITS_SHEET, _UNITS_NOTE, UNIT_HEADERS, (9, 30, 14, 12, 40, 12, 12))
    rows = max(_UNIT_ROWS, len(units) + 20)
    for i in range(rows):
        cells = _unit_cells(units[i]) if i < len(units) else ("",) * len(UNIT_HEADERS)
        _write_texts(sheet, _HEADER_ROW + i, cells, drawing.input())
    last = _HEADER_ROW + rows - 1
    words = list(KIND_WORDS.values())
    _choose(sheet, (_HEADER_ROW, 3, last, 3), words, "类型", "社区填“社区”；街道办事处自己的报表填“街道本级”。")
    _say(sheet, (_HEADER_ROW, 0, last, 0), "代码", "如C01；街道本级可用J00。不要重复，一经使用不要更改。")
    _say(sheet, (_HEADER_ROW, 5, last, 6), "年月", "如2026-03；一直都在的空着。")


def _unit_cells(unit: OrgUnit) -> tuple[str, ...]:
    aliases = "、".join(unit.aliases)
    return (
        unit.code, unit.name, unit.short_name, KIND_WORDS[unit.kind], aliases, _month(unit.opened), _month(unit.closed),
    )  # fmt: skip


def _month(period: Period | None) -> str:
    return "" if period is None else str(period)


# ---- settings


def _write_setting_lines(drawing: _Drawing, settings: Iterable[Setting], typed: Mapping[str, str]) -> None:
    sheet = drawing.sheet(SETTINGS_SHEET, _SETTINGS_NOTE, SETTING_HEADERS, (24, 34, 44, 60))
    row = _HEADER_ROW
    for group, members in groupby(settings, key=lambda setting: setting.group):
        sheet.merge_range(row, 0, row, 3, group, drawing.label(bold=True, bg_color=SECTION, font_color=BLUE))
        row += 1
        for setting in members:
            _write_setting(drawing, sheet, row, setting, typed.get(setting.code, setting.default))
            row += 1


def _write_setting(drawing: _Drawing, sheet: Any, row: int, setting: Setting, value: str) -> None:
    name = f"{setting.name}*" if setting.required else setting.name
    sheet.write_string(row, 0, setting.code, drawing.label(font_color="#7F7F7F"))
    sheet.write_string(row, 1, name, drawing.label())
    _write_texts(sheet, row, (value,), drawing.input(), first=2)
    sheet.write_string(row, 3, setting.note, drawing.label(font_color="#595959", font_size=9))
    _say(sheet, (row, 2, row, 2), setting.name, setting.note)


# ---- baselines


def _write_baselines(drawing: _Drawing, street: Street, catalog: Catalog) -> None:
    sheet = drawing.sheet(BASELINES_SHEET, _BASELINES_NOTE, BASELINE_HEADERS, (40, 16, 20, 18, 14))
    rows = max(_BASELINE_ROWS, len(street.baselines) + 100)
    for i in range(rows):
        row = _HEADER_ROW + i
        line = street.baselines[i] if i < len(street.baselines) else None
        cells = _baseline_cells(line, street, catalog) if line else ("",) * len(BASELINE_HEADERS)
        _write_texts(sheet, row, cells, drawing.input())
        _write_number(sheet, row, 3, cells[3], drawing.input(align="right", num_format="General"))
    last = _HEADER_ROW + rows - 1
    _choose(sheet, (_HEADER_ROW, 1, last, 1), list(BASE_WORDS.values()), "基期", "见上方说明。")
    _say(sheet, (_HEADER_ROW, 0, last, 0), "指标", "填指标的名称或代码，与“指标表”一致。")
    _say(sheet, (_HEADER_ROW, 4, last, 4), "截至年月", "如2026-09。")


def _baseline_cells(line: Baseline, street: Street, catalog: Catalog) -> tuple[str, ...]:
    names = {unit.code: unit.name for unit in street.units}
    element = catalog.elements.get(line.element)
    return (
        element.name if element else line.element, BASE_WORDS.get(line.base, line.base),
        names.get(line.unit, line.unit), line.value, str(line.through),
    )  # fmt: skip


# ---- function blocks


def _write_blocks(drawing: _Drawing, catalog: Catalog, blocks_on: frozenset[str]) -> None:
    sheet = drawing.sheet(BLOCKS_SHEET, _BLOCKS_NOTE, BLOCK_HEADERS, (16, 24, 12, 70))
    for row, block in enumerate(catalog.blocks.values(), _HEADER_ROW):
        sheet.write_string(row, 0, block.code, drawing.label(font_color="#7F7F7F"))
        sheet.write_string(row, 1, block.name, drawing.label())
        sheet.write_string(row, 2, YES if block.code in blocks_on else NO, drawing.input(align="center"))
        sheet.write_string(row, 3, block.note, drawing.label(font_color="#595959", font_size=9))
    last = _HEADER_ROW + len(catalog.blocks) - 1
    if catalog.blocks:
        _choose(sheet, (_HEADER_ROW, 2, last, 2), [YES, NO], "是否启用", "选“是”或“否”。")


# ---- cells


def _write_texts(sheet: Any, row: int, texts: Sequence[str], style: Any, *, first: int = 0) -> None:
    for column, text in enumerate(texts, first):
        if text:
            sheet.write_string(row, column, text, style)
        else:
            sheet.write_blank(row, column, None, style)


def _write_number(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """A number as a number, so that the clerk can calculate with it; a text stays one."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        _write_texts(sheet, row, (text,), style, first=column)
        return
    sheet.write_number(row, column, number, style)


def _choose(sheet: Any, area: tuple[int, int, int, int], words: list[str], title: str, message: str) -> None:
    error = {"error_title": "请检查", "error_message": f"请从下拉列表中选择：{'、'.join(words)}。"}
    rule = {"validate": "list", "source": words, "input_title": title, "input_message": message}
    sheet.data_validation(*area, {**rule, **error})


def _say(sheet: Any, area: tuple[int, int, int, int], title: str, message: str) -> None:
    # Excel takes 32 characters of a title and 255 of a message.
    if message:
        sheet.data_validation(*area, {"validate": "any", "input_title": title[:32], "input_message": message[:255]})
