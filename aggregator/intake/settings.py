"""Reads the street's settings workbook 街道设置.xlsx with the same care as a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from aggregator.form.settings_sheets import (
    BASE_WORDS,
    BASELINE_HEADERS,
    BASELINES_SHEET,
    BLOCK_HEADERS,
    BLOCKS_SHEET,
    KIND_WORDS,
    SETTING_HEADERS,
    SETTINGS_SHEET,
    UNIT_HEADERS,
    UNITS_SHEET,
    typed_settings,
)
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.causes import UnreadableFileError
from aggregator.intake.cells import Cell, CellKind, Sheet, Workbook, exact_number, read_workbook, serial_to_date
from aggregator.intake.coerce import Understood, Wanted, choices_of, coerce
from aggregator.intake.dates import read_date_text
from aggregator.intake.plain_text import folded, readable, squeezed
from aggregator.intake.unit_names import UnitNames, core_name
from aggregator.model.address import address
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element, Setting, ValueType
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.org_unit import Baseline, OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Place, ValueState

_SEPARATORS = re.compile(r"[、，,;；/\s]+")
_REMARK = re.compile(r"\(.*?\)|\*")
_HEADERS_WITHIN = 20
_OTHER_HEADERS = {
    "指标代码或名称": "指标",
    "指标名称": "指标",
    "指标代码": "指标",
    "基期类型": "基期",
    "启用": "是否启用",
}
_OTHER_SHEETS = {UNITS_SHEET: "社区名录"}
_KINDS = {folded(word): kind for kind, word in KIND_WORDS.items()} | {
    "街道": UnitKind.OFFICE, "本级": UnitKind.OFFICE, "街道办事处": UnitKind.OFFICE, "居委会": UnitKind.COMMUNITY,
}  # fmt: skip
_BASES = {word: base for base, word in BASE_WORDS.items()} | {"本年前期累计": "year_to_date", "上年末": "last_year"}
_YES_NO = Wanted(ValueType.CODE, choices=choices_of(("是", "否")), is_yes_no=True)
_ANY_PERIOD = Period.month(2026, 1)  # no date here goes without its year


class SettingsError(ValueError):
    """The settings workbook cannot be used at all; the message is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """The street as its workbook describes it, and what is odd there."""

    street: Street
    findings: tuple[Finding, ...]


def read_settings(path: Path, catalog: Catalog) -> SettingsRead:
    """The street of a settings workbook; SettingsError when the file is none."""
    book = _Book(path.name, _open(path))
    units = _read_units(book)
    settings = _read_values(book, typed_settings(catalog))
    blocks_on = _read_blocks(book, catalog)
    baselines = _read_baselines(book, catalog, units)
    return SettingsRead(Street(units, settings, blocks_on, baselines), tuple(book.findings))


def _open(path: Path) -> Workbook:
    try:
        return read_workbook(path)
    except UnreadableFileError as error:
        raise SettingsError(
            f"“{path.name}”不能使用：{error.advice[0]}。请用Excel或WPS打开它，另存为“Excel 工作簿（*.xlsx）”后再试；"
            "打不开的，从备份恢复，或者移走后用 aggregator init 重新生成。"
        ) from error


# ---- tables found by their headers


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of a table, its cells by header."""

    file: str
    sheet: str
    number: int
    columns: Mapping[str, int]
    cells: Mapping[str, Cell]
    date1904: bool

    def text(self, header: str) -> str:
        """What stands under a header, as a text; a date as year, month and day."""
        cell = self.cells.get(header)
        if cell is None or cell.kind in {CellKind.ERROR, CellKind.UNCALCULATED}:
            return cell.text if cell else ""
        if cell.kind is not CellKind.NUMBER:
            return readable(cell.text).strip()
        day = serial_to_date(cell.text, self.date1904) if cell.is_date else None
        return day.isoformat() if day else format(exact_number(cell.text), "f")

    def address(self, header: str) -> str:
        """The cell under a header."""
        return address(self.number, self.columns.get(header, 1))

    def finding(self, kind: FindingKind, header: str, **facts: str) -> Finding:
        """A finding at a cell of this line."""
        cell = self.address(header)
        place = Place(self.file, self.sheet, cell)
        known: dict[str, Any] = {"sheet": self.sheet, "cell": cell, "row": self.number, **facts}
        # Each is a slip of its own; there is no return slip that would tell the others.
        return kind.at(place, value=self.text(header), group=f"{kind.code}:{place}", **known)


@dataclass
class _Book:
    """The open workbook, and the findings so far."""

    file: str
    workbook: Workbook
    findings: list[Finding] = field(default_factory=list)

    def lines(self, name: str, headers: Sequence[str], *, needed: frozenset[str]) -> Iterator[_Line] | None:
        """The rows below the header of a sheet; None when there is no such sheet or header."""
        sheet = self._sheet(name)
        found = _header(sheet, headers, needed) if sheet else None
        if sheet is None or found is None:
            return None
        return self._lines(sheet, *found)

    def report(self, found: Finding) -> None:
        """Keep a finding."""
        self.findings.append(found)

    def _sheet(self, name: str) -> Sheet | None:
        names = {folded(name), folded(_OTHER_SHEETS.get(name, name))}
        return next((sheet for sheet in self.workbook.sheets if folded(sheet.name) in names), None)

    def _lines(self, sheet: Sheet, header_row: int, columns: Mapping[str, int]) -> Iterator[_Line]:
        by_row: dict[int, dict[str, Cell]] = {}
        for header, column in columns.items():
            for (row, at), cell in sheet.cells.items():
                if at == column and row > header_row:
                    by_row.setdefault(row, {})[header] = cell
        for row in sorted(by_row):
            line = _Line(self.file, sheet.name, row, columns, by_row[row], self.workbook.date1904)
            if any(line.text(header) for header in columns):
                yield line


def _header(sheet: Sheet, headers: Sequence[str], needed: frozenset[str]) -> tuple[int, dict[str, int]] | None:
    """Row and columns of the first row that has the needed headers."""
    rows: dict[int, dict[str, int]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        if row <= _HEADERS_WITHIN and cell.kind is CellKind.TEXT:
            text = _REMARK.sub("", squeezed(cell.text))
            header = _OTHER_HEADERS.get(text, text)
            if header in headers:
                rows.setdefault(row, {}).setdefault(header, column)
    return next(((row, columns) for row, columns in sorted(rows.items()) if needed <= set(columns)), None)


def _missing_sheet(book: _Book, name: str, headers: Sequence[str], effect: str) -> None:
    named = "、".join(f"“{header}”" for header in headers)
    place = Place(book.file, name)
    book.report(kinds.SETTINGS_SHEET_MISSING.at(place, file=book.file, sheet=name, headers=named, then=effect))


# ---- 社区名单


def _read_units(book: _Book) -> tuple[OrgUnit, ...]:
    lines = book.lines(UNITS_SHEET, UNIT_HEADERS, needed=frozenset({"代码", "名称"}))
    if lines is None:
        raise SettingsError(
            f"“{book.file}”里没有能识别的“{UNITS_SHEET}”表（表头应有“代码”“名称”），不能继续；"
            "请用 aggregator init 重新生成后填写。"
        )
    units: list[OrgUnit] = []
    for line in lines:
        unit = _unit(book, line, units)
        if unit is not None:
            units.append(unit)
    if not units:
        book.report(kinds.SETTINGS_UNITS_NONE.at(Place(book.file, UNITS_SHEET), sheet=UNITS_SHEET))
    return tuple(units)


def _unit(book: _Book, line: _Line, units: Sequence[OrgUnit]) -> OrgUnit | None:
    code, name = squeezed(line.text("代码")).upper(), _joined(line.text("名称"))
    fault = _identity_fault(code, name, units)
    if fault is not None:
        header, words = fault
        book.report(line.finding(kinds.SETTINGS_UNIT_SKIPPED, header, fault=words))
        return None
    opened, closed = _month(book, line, "启用年月"), _month(book, line, "撤销年月")
    if opened and closed and closed < opened:
        _odd_unit(book, line, "撤销年月", f"撤销年月{closed}早于启用年月{opened}，按没有启用过处理")
    unit = OrgUnit(code, name, _joined(line.text("简称")) or name, _kind(book, line), (), opened, closed)
    office = next((one for one in units if one.kind is UnitKind.OFFICE and one.closed is None), None)
    if office is not None and unit.kind is UnitKind.OFFICE and unit.closed is None:
        _odd_unit(book, line, "类型", f"已有街道本级“{office.name}”，又有一个，两个都要报、都计入总数")
    return replace(unit, aliases=_aliases(book, line, unit, units))


def _identity_fault(code: str, name: str, units: Sequence[OrgUnit]) -> tuple[str, str] | None:
    """The cell and the fault for which a line cannot stand in the list."""
    if not code:
        return "代码", f"“{name}”没有代码"
    if not name:
        return "名称", f"代码{code}没有名称"
    for unit in units:
        if unit.code == code:
            return "代码", f"代码{code}重复，“{unit.name}”已经用了"
        if core_name(unit.name) == core_name(name):
            return "名称", f"“{name}”重复，代码{unit.code}已是这个单位"
    return None


def _kind(book: _Book, line: _Line) -> UnitKind:
    text = line.text("类型")
    kind = _KINDS.get(folded(text)) if text else UnitKind.COMMUNITY
    if kind is None:
        _odd_unit(book, line, "类型", f"类型“{text}”不在选项之内，按“社区”处理，应填“社区”或“街道本级”")
    return kind or UnitKind.COMMUNITY


def _aliases(book: _Book, line: _Line, unit: OrgUnit, units: Sequence[OrgUnit]) -> tuple[str, ...]:
    """The other names that are no other unit's."""
    others = UnitNames(units)
    taken = []
    for alias in dict.fromkeys(part for part in _SEPARATORS.split(line.text("其他写法")) if part):
        other = others.named(alias)
        if other is not None:
            _odd_unit(book, line, "其他写法", f"“{alias}”已经是“{other.name}”的名称，没有采用")
        elif alias not in {unit.name, unit.short_name}:
            taken.append(alias)
    namesake = others.named(unit.short_name)
    if namesake is not None:
        _odd_unit(book, line, "简称", f"简称“{unit.short_name}”与“{namesake.name}”相同，报表不能靠它识别单位")
    return tuple(taken)


def _odd_unit(book: _Book, line: _Line, header: str, fault: str) -> None:
    book.report(line.finding(kinds.SETTINGS_UNIT_ODD, header, fault=fault))


def _month(book: _Book, line: _Line, header: str) -> Period | None:
    text = line.text(header)
    found = read_date_text(text, _ANY_PERIOD).value if text else None
    if text and found is None:
        _odd_unit(book, line, header, f"{header}“{text}”不是年月，没有采用，应写成2026-10")
    return Period.month(found.year, found.month) if found else None


def _joined(text: str) -> str:
    """A name without the blanks that people put in to align it."""
    return "".join(text.split())


# ---- 参数


def _read_values(book: _Book, settings: Sequence[Setting]) -> dict[str, str]:
    values = {setting.code: setting.default for setting in settings}
    lines = book.lines(SETTINGS_SHEET, SETTING_HEADERS, needed=frozenset({"值"}))
    if lines is None:
        _missing_sheet(book, SETTINGS_SHEET, SETTING_HEADERS[:3], "参数一律按默认值处理")
        return values
    known = {setting.code: setting for setting in settings} | {folded(setting.name): setting for setting in settings}
    seen: set[str] = set()
    for line in lines:
        setting = _setting_of(line, known)
        if setting is None:
            if line.text("值") or "_" in line.text("代码"):
                _odd_line(book, line, "代码", "不是本系统的参数")
        elif setting.code in seen:
            _odd_line(book, line, "代码", "重复，以前面的一行为准")
        else:
            seen.add(setting.code)
            values[setting.code] = _setting_value(book, line, setting)
    return values


def _setting_of(line: _Line, known: Mapping[str, Setting]) -> Setting | None:
    names = (
        folded(line.text("代码")),
        _REMARK.sub("", folded(line.text("名称"))),
        folded(line.text("名称")).rstrip("*"),
    )
    return next((known[name] for name in names if name in known), None)


def _odd_line(book: _Book, line: _Line, header: str, fault: str) -> None:
    found = line.text("代码") or line.text("名称")
    book.report(line.finding(kinds.SETTINGS_LINE_ODD, header, fault=fault, found=found))


def _setting_value(book: _Book, line: _Line, setting: Setting) -> str:
    text = line.text("值")
    if not text:
        if setting.required:
            fault = line.finding(kinds.SETTINGS_VALUE_MISSING, "值", name=setting.name, note=setting.note or "填写全称")
            book.report(fault)
        return ""
    if setting.type not in {"int", "decimal"}:
        return text
    found = coerce(line.cells["值"], Wanted(ValueType(setting.type), setting.unit), period=_ANY_PERIOD)
    if isinstance(found.value, Decimal) and setting.allows(found.value):
        return format(found.value, "f")
    _bad_value(book, line, setting, found)
    return setting.default


def _bad_value(book: _Book, line: _Line, setting: Setting, found: Understood) -> None:
    limits = f"{setting.minimum}至{setting.maximum}"
    fault = found.reason or f"应在{limits}之间"
    effect = f"按默认值{setting.default}处理" if setting.default else "按未填处理"
    kind = "整数" if setting.type == "int" else "数字"
    wanted = kind if setting.maximum is None else f"{limits}的{kind}"
    book.report(
        line.finding(
            kinds.SETTINGS_VALUE_BAD,
            "值",
            name=setting.name,
            found=line.text("值"),
            fault=fault,
            then=effect,
            wanted=wanted,
        )
    )


# ---- 功能块


def _read_blocks(book: _Book, catalog: Catalog) -> frozenset[str]:
    switched = {block.code: block.on_by_default for block in catalog.blocks.values()}
    lines = book.lines(BLOCKS_SHEET, BLOCK_HEADERS, needed=frozenset({"是否启用"}))
    if lines is None:
        _missing_sheet(book, BLOCKS_SHEET, BLOCK_HEADERS[:3], "功能块按默认设置启用")
        lines = iter(())
    known = {code: code for code in switched} | {folded(block.name): block.code for block in catalog.blocks.values()}
    for line in lines:
        code = known.get(folded(line.text("代码"))) or known.get(folded(line.text("名称")))
        if code is None:
            _odd_line(book, line, "代码", "不是本系统的功能块")
        elif line.text("是否启用"):
            switched[code] = _switch(book, line, catalog.blocks[code].name, default=switched[code])
    return frozenset(code for code, is_on in switched.items() if is_on)


def _switch(book: _Book, line: _Line, name: str, *, default: bool) -> bool:
    found = coerce(line.cells["是否启用"], _YES_NO, period=_ANY_PERIOD)
    if found.state is ValueState.VALUE:
        return found.value == "是"
    effect = f"按{'启用' if default else '不启用'}处理"
    text = line.text("是否启用")
    book.report(
        line.finding(
            kinds.SETTINGS_VALUE_BAD,
            "是否启用",
            name=name,
            found=text,
            fault="不在选项之内",
            then=effect,
            wanted="“是”或“否”",
        )
    )
    return default


# ---- 基数


def _read_baselines(book: _Book, catalog: Catalog, units: tuple[OrgUnit, ...]) -> tuple[Baseline, ...]:
    lines = book.lines(BASELINES_SHEET, BASELINE_HEADERS, needed=frozenset({"指标", "基期", "数值"}))
    if lines is None:
        _missing_sheet(book, BASELINES_SHEET, BASELINE_HEADERS, "没有基数")
        return ()
    reader = _BaselineReader(catalog, UnitNames(units))
    baselines: dict[tuple[str, str, str, Period], Baseline] = {}
    for line in lines:
        found = reader.read(line)
        if isinstance(found, _Fault):
            book.report(line.finding(kinds.SETTINGS_BASELINE_SKIPPED, found.header, fault=found.words))
            continue
        key = (found.element, found.base, found.unit, found.through)
        if key in baselines:
            book.report(line.finding(kinds.SETTINGS_BASELINE_SKIPPED, "指标", fault="与前面的一行重复"))
        else:
            baselines[key] = found
    return tuple(baselines.values())


@dataclass(frozen=True, slots=True)
class _Fault:
    """The first fault of a line: under which header, and in words."""

    header: str
    words: str


@dataclass(frozen=True, slots=True)
class _BaselineReader:
    catalog: Catalog
    units: UnitNames

    def read(self, line: _Line) -> Baseline | _Fault:
        """The baseline of a line, or why it has none."""
        element = self._element(line.text("指标"))
        if isinstance(element, _Fault):
            return element
        base = _BASES.get(squeezed(line.text("基期")))
        if base is None:
            return _Fault("基期", f"基期“{line.text('基期')}”不在选项之内，应填{'、'.join(BASE_WORDS.values())}")
        unit = self._unit(line.text("单位"))
        if isinstance(unit, _Fault):
            return unit
        value = _baseline_value(line, element)
        if isinstance(value, _Fault):
            return value
        text = line.text("截至年月")
        day = read_date_text(text, _ANY_PERIOD).value if text else None
        if day is None:
            return _Fault("截至年月", f"截至年月“{text}”不是年月，应写成2026-09" if text else "截至年月未填")
        place = Place(line.file, line.sheet, line.address("数值"))
        return Baseline(element.code, base, unit, value, Period.month(day.year, day.month), place)

    def _element(self, text: str) -> Element | _Fault:
        for name in (text, squeezed(text), folded(text)):
            try:
                return self.catalog.element(name)
            except KeyError:
                continue
        nearest = "、".join(self.catalog.nearest(text)[:3]) if text else ""
        hint = f"，相近的有：{nearest}" if nearest else ""
        return _Fault("指标", f"没有“{text}”这个指标{hint}" if text else "指标未填")

    def _unit(self, text: str) -> str | _Fault:
        if squeezed(text) in {"", "全街道", "街道合计", "合计"}:
            return ""
        unit = self.units.named(text)
        return unit.code if unit else _Fault("单位", f"单位“{text}”不在社区名单中")


def _baseline_value(line: _Line, element: Element) -> str | _Fault:
    if not line.text("数值"):
        return _Fault("数值", f"“{element.name}”的数值未填")
    found = coerce(line.cells["数值"], Wanted(element.type, element.unit), period=_ANY_PERIOD, date1904=line.date1904)
    if found.value is None:
        return _Fault("数值", f"“{element.name}”的数值“{found.raw}”无法识别，{found.reason}")
    return _BASELINE_TEXT.get(type(found.value), str)(found.value)


_BASELINE_TEXT: Mapping[type, Callable[..., str]] = {
    Decimal: lambda value: format(value, "f"),
    date: date.isoformat,
    tuple: "、".join,
}
