"""Reads the street's settings workbook 街道设置.xlsx with the same care as a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from aggregator.form.settings_sheets import (
    BASE_WORDS,
    BASELINE_HEADERS,
    BASELINES_SHEET,
    BLOCK_HEADERS,
    BLOCKS_SHEET,
    SETTING_HEADERS,
    SETTINGS_SHEET,
    typed_settings,
)
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import Workbook, read_workbook
from aggregator.intake.coerce import Understood, Wanted, choices_of, coerce
from aggregator.intake.dates import read_date_text
from aggregator.intake.plain_text import folded, squeezed
from aggregator.intake.settings_tables import REMARK, Line, SettingsBook, SettingsError, report_missing_sheet
from aggregator.intake.settings_units import read_units
from aggregator.intake.unit_names import UnitNames
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element, Setting, ValueType
from aggregator.model.finding import Finding
from aggregator.model.org_unit import Baseline, OrgUnit, Street, styles_typed
from aggregator.model.period import Period
from aggregator.model.value import Place, ValueState

_BASES = {word: base for base, word in BASE_WORDS.items()} | {"本年前期累计": "year_to_date", "上年末": "last_year"}
_YES_NO = Wanted(ValueType.CODE, choices=choices_of(("是", "否")), is_yes_no=True)
#: What Excel and WPS put before the name of a file while it is open.
_LOCKS = ("~$", ".~")
_SAVE_AS_XLSX = (
    "请用Excel或WPS打开它，另存为“Excel 工作簿（*.xlsx）”后再试；"
    "打不开的，从备份恢复，或者移走后用 aggregator init 重新生成"
)
_MENDED: Mapping[Cause, str] = {
    Cause.NO_PERMISSION: "请关闭正在使用它的程序后再试",
    Cause.PASSWORD: "请用Excel或WPS打开它，取消打开密码和工作簿保护密码，保存后再试",
    Cause.RIGHTS: "请有权限的人解密或取消保护，另存为“Excel 工作簿（*.xlsx）”后再试",
}
_STYLES_SETTING = "set_report_styles"
_ANY_PERIOD = Period.month(2026, 1)  # no date here goes without its year


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """The street as its workbook describes it, and what is odd there."""

    street: Street
    findings: tuple[Finding, ...]


def read_settings(path: Path, catalog: Catalog) -> SettingsRead:
    """The street of a settings workbook; SettingsError when the file is none."""
    book = SettingsBook(path.name, _open(path))
    if any(path.with_name(f"{lock}{path.name}").exists() for lock in _LOCKS):
        book.report(kinds.SETTINGS_OPEN.at(Place(path.name), file=path.name))
    units = read_units(book)
    settings = _read_values(book, typed_settings(catalog), styles=tuple(catalog.styles))
    blocks_on = _read_blocks(book, catalog)
    baselines = _read_baselines(book, catalog, units)
    return SettingsRead(Street(units, settings, blocks_on, baselines), tuple(book.findings))


def _open(path: Path) -> Workbook:
    try:
        return read_workbook(path)
    except UnreadableFileError as error:
        raise SettingsError(
            f"“{path.name}”不能使用：{error.advice.fault}。{_MENDED.get(error.cause, _SAVE_AS_XLSX)}。"
        ) from error


# ---- 参数


def _read_values(book: SettingsBook, settings: Sequence[Setting], *, styles: Sequence[str]) -> dict[str, str]:
    values = {setting.code: setting.default for setting in settings}
    lines = book.lines(SETTINGS_SHEET, SETTING_HEADERS, needed=frozenset({"值"}))
    if lines is None:
        report_missing_sheet(book, SETTINGS_SHEET, SETTING_HEADERS[:3], "参数一律按默认值处理")
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
            if setting.code == _STYLES_SETTING:
                _report_unknown_styles(book, line, values[setting.code], styles)
    return values


def _report_unknown_styles(book: SettingsBook, line: Line, typed: str, styles: Sequence[str]) -> None:
    unknown = [style for style in styles_typed(typed) if style not in styles]
    if unknown:
        facts = {"name": line.text("名称"), "found": "、".join(unknown), "wanted": "、".join(styles)}
        book.report(line.finding(kinds.SETTINGS_STYLE_UNKNOWN, "值", **facts))


def _setting_of(line: Line, known: Mapping[str, Setting]) -> Setting | None:
    names = (
        folded(line.text("代码")),
        REMARK.sub("", folded(line.text("名称"))),
        folded(line.text("名称")).rstrip("*"),
    )
    return next((known[name] for name in names if name in known), None)


def _odd_line(book: SettingsBook, line: Line, header: str, fault: str) -> None:
    found = line.text("代码") or line.text("名称")
    book.report(line.finding(kinds.SETTINGS_LINE_ODD, header, fault=fault, found=found))


def _setting_value(book: SettingsBook, line: Line, setting: Setting) -> str:
    text = line.text("值")
    if not text:
        if setting.required or line.is_uncalculated("值"):
            why = "是公式，没有算出结果" if line.is_uncalculated("值") else "未填"
            note = setting.note or "填写全称"
            book.report(line.finding(kinds.SETTINGS_VALUE_MISSING, "值", name=setting.name, why=why, note=note))
        return ""
    if setting.type not in {"int", "decimal"}:
        return text
    found = coerce(line.cells["值"], Wanted(ValueType(setting.type), setting.unit), period=_ANY_PERIOD)
    if isinstance(found.value, Decimal) and setting.allows(found.value):
        return format(found.value, "f")
    _bad_value(book, line, setting, found)
    return setting.default


def _bad_value(book: SettingsBook, line: Line, setting: Setting, found: Understood) -> None:
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


def _read_blocks(book: SettingsBook, catalog: Catalog) -> frozenset[str]:
    switched = {block.code: block.on_by_default for block in catalog.blocks.values()}
    lines = book.lines(BLOCKS_SHEET, BLOCK_HEADERS, needed=frozenset({"是否启用"}))
    if lines is None:
        report_missing_sheet(book, BLOCKS_SHEET, BLOCK_HEADERS[:3], "功能块按默认设置启用")
        lines = iter(())
    known = {code: code for code in switched} | {folded(block.name): block.code for block in catalog.blocks.values()}
    for line in lines:
        code = known.get(folded(line.text("代码"))) or known.get(folded(line.text("名称")))
        if code is None:
            _odd_line(book, line, "代码", "不是本系统的功能块")
        elif line.text("是否启用"):
            switched[code] = _switch(book, line, catalog.blocks[code].name, default=switched[code])
    return frozenset(code for code, is_on in switched.items() if is_on)


def _switch(book: SettingsBook, line: Line, name: str, *, default: bool) -> bool:
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


def _read_baselines(book: SettingsBook, catalog: Catalog, units: tuple[OrgUnit, ...]) -> tuple[Baseline, ...]:
    lines = book.lines(BASELINES_SHEET, BASELINE_HEADERS, needed=frozenset({"指标", "基期", "数值"}))
    if lines is None:
        report_missing_sheet(book, BASELINES_SHEET, BASELINE_HEADERS, "没有基数")
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

    def read(self, line: Line) -> Baseline | _Fault:
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


def _baseline_value(line: Line, element: Element) -> str | _Fault:
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
