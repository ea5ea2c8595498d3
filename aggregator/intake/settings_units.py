"""Reads the list of communities of the settings workbook: who reports, by which names, since and until when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from aggregator.form.settings_sheets import KIND_WORDS, UNIT_HEADERS, UNITS_SHEET
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.dates import read_date_text
from aggregator.intake.plain_text import folded, squeezed
from aggregator.intake.settings_tables import Line, SettingsBook, SettingsError
from aggregator.intake.unit_names import UnitNames, core_name
from aggregator.model.org_unit import OrgUnit, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Place

_SEPARATORS = re.compile(r"[、，,;；/\s]+")
_KINDS = {folded(word): kind for kind, word in KIND_WORDS.items()} | {
    "街道": UnitKind.OFFICE, "本级": UnitKind.OFFICE, "街道办事处": UnitKind.OFFICE, "居委会": UnitKind.COMMUNITY,
}  # fmt: skip
#: What people call any of the units; as a name of one it would stand in the name of every file.
_ANYBODYS = frozenset({"社区", "居委会", "居委", "村", "村委会", "党委", "党总支", "党支部", "本社区", "我社区"})
_ANY_PERIOD = Period.month(2026, 1)  # no date here goes without its year


def read_units(book: SettingsBook) -> tuple[OrgUnit, ...]:
    """The units in the order of the list; SettingsError where there is no such list."""
    lines = book.lines(UNITS_SHEET, UNIT_HEADERS, needed=frozenset({"代码", "名称"}))
    if lines is None:
        raise SettingsError(_no_list(book))
    units: list[OrgUnit] = []
    for line in lines:
        unit = _unit(book, line, units)
        if unit is not None:
            units.append(unit)
    if not units:
        book.report(kinds.SETTINGS_UNITS_NONE.at(Place(book.file, UNITS_SHEET), sheet=UNITS_SHEET))
    elif not any(unit.kind is UnitKind.OFFICE for unit in units):
        book.report(kinds.SETTINGS_OFFICE_NONE.at(Place(book.file, UNITS_SHEET), file=book.file, sheet=UNITS_SHEET))
    return tuple(units)


def _no_list(book: SettingsBook) -> str:
    """Why there is no list of units, and where to get one."""
    if book.sheet(UNITS_SHEET) is None:
        return (
            f"“{book.file}”里没有“{UNITS_SHEET}”表，不能继续；改了表名的改回来，删了的从备份恢复，"
            "或者在另一个空文件夹里运行 aggregator init，从新写的设置表里复制这张表。"
        )
    headers = "、".join(UNIT_HEADERS)
    return (
        f"“{book.file}”《{UNITS_SHEET}》里没有能识别的表头，不能继续；"
        f"请把表头改回来：{headers}（代码、名称两列必须有）。"
    )


def _unit(book: SettingsBook, line: Line, units: Sequence[OrgUnit]) -> OrgUnit | None:
    code, name = squeezed(line.text("代码")).upper(), _joined(line.text("名称"))
    fault = _identity_fault(line, code, name, units)
    if fault is not None:
        header, words = fault
        book.report(line.finding(kinds.SETTINGS_UNIT_SKIPPED, header, fault=words))
        return None
    if line.is_hidden:
        _odd_unit(
            book, line, "代码", f"第{line.number}行是隐藏的，“{name}”仍在名单内；不再报送的要填撤销年月，不能只隐藏"
        )
    opened, closed = _month(book, line, "启用年月"), _month(book, line, "撤销年月")
    if opened and closed and closed < opened:
        _odd_unit(book, line, "撤销年月", f"撤销年月{closed}早于启用年月{opened}，按没有启用过处理")
    unit = OrgUnit(code, name, _joined(line.text("简称")) or name, _kind(book, line), (), opened, closed)
    office = next((one for one in units if one.kind is UnitKind.OFFICE and one.closed is None), None)
    if office is not None and unit.kind is UnitKind.OFFICE and unit.closed is None:
        _odd_unit(book, line, "类型", f"已有街道本级“{office.name}”，又有一个，两个都要报、都计入总数")
    return replace(unit, aliases=_aliases(book, line, unit, units))


def _identity_fault(line: Line, code: str, name: str, units: Sequence[OrgUnit]) -> tuple[str, str] | None:
    """The cell and the fault for which a line cannot stand in the list."""
    for header in ("代码", "名称"):
        if line.is_uncalculated(header):
            return header, f"{header}是公式，没有算出结果，要直接填写"
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


def _kind(book: SettingsBook, line: Line) -> UnitKind:
    text = line.text("类型")
    kind = _KINDS.get(folded(text)) if text else UnitKind.COMMUNITY
    if kind is None:
        _odd_unit(book, line, "类型", f"类型“{text}”不在选项之内，按“社区”处理，应填“社区”或“街道本级”")
    return kind or UnitKind.COMMUNITY


def _aliases(book: SettingsBook, line: Line, unit: OrgUnit, units: Sequence[OrgUnit]) -> tuple[str, ...]:
    """The other names that are no other unit's."""
    others = UnitNames(units)
    taken = []
    for alias in dict.fromkeys(part for part in _SEPARATORS.split(line.text("其他写法")) if part):
        other = others.named(alias)
        if other is not None:
            _odd_unit(book, line, "其他写法", f"“{alias}”已经是“{other.name}”的名称，没有采用")
        elif folded(alias) in _ANYBODYS:
            _odd_unit(book, line, "其他写法", f"“{alias}”是哪个单位都能用的叫法，认不出是谁，没有采用")
        elif alias not in {unit.name, unit.short_name}:
            taken.append(alias)
    namesake = others.named(unit.short_name)
    if namesake is not None:
        _odd_unit(book, line, "简称", f"简称“{unit.short_name}”与“{namesake.name}”相同，报表不能靠它识别单位")
    return tuple(taken)


def _odd_unit(book: SettingsBook, line: Line, header: str, fault: str) -> None:
    book.report(line.finding(kinds.SETTINGS_UNIT_ODD, header, fault=fault))


def _month(book: SettingsBook, line: Line, header: str) -> Period | None:
    text = line.text(header)
    found = read_date_text(text, _ANY_PERIOD).value if text else None
    if text and found is None:
        _odd_unit(book, line, header, f"{header}“{text}”不是年月，没有采用，应写成2026-10")
    return Period.month(found.year, found.month) if found else None


def _joined(text: str) -> str:
    """A name without the blanks that people put in to align it."""
    return "".join(text.split())
