"""Whose file is it, and of which month: by the stamp, then the cover sheet, then the file name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aggregator.form.layout import COVER_SHEET, INDICATOR_SHEET, STAMP_SHEET
from aggregator.form.stamp import PROPERTY, Stamp
from aggregator.intake.cells import Sheet, Workbook
from aggregator.intake.cover import read_cover
from aggregator.intake.lines import has_line_headers
from aggregator.intake.months import month_on_cover, month_said
from aggregator.intake.plain_text import folded
from aggregator.intake.unit_names import UnitNames
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period

STAMP, COVER, FILE_NAME = "印记", "封面", "文件名"
#: What evidence may disagree on.
UNIT, MONTH = "报送单位", "统计月份"
_KIND_WORDS = {UnitKind.COMMUNITY: "社区", UnitKind.OFFICE: "街道本级"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Evidence that does not agree: on what, what each place says, what was chosen and by which evidence."""

    what: str
    seen: str
    chosen: str
    by: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose form a file is; `unit` and `period` are None where nothing says it for certain.

    `seen` tells what each place says of the unit; `is_ours` whether it is a form of this program at all.
    `layout` is the hash of the map by which it was made, `fingerprint` that of the catalog.
    """

    unit: OrgUnit | None
    period: Period | None
    kind: UnitKind | None
    version: str = ""
    fingerprint: str = ""
    layout: str = ""
    by: str = ""
    conflicts: tuple[Conflict, ...] = ()
    seen: str = ""
    is_ours: bool = True
    nearest: OrgUnit | None = None


def identify(workbook: Workbook, file_name: str, *, street: Street, names: UnitNames, period: Period) -> Identity:
    """Whose form a workbook is; a resemblance is told and decides nothing."""
    stamps = dict(_stamps(workbook))
    stamp = _agreed(stamps)
    cover = read_cover(workbook)
    evidence = _Evidence(stamp, cover, file_name, street, names, period, workbook.date1904)
    unit, by, unit_conflicts = evidence.unit()
    month, month_conflicts = evidence.month()
    return Identity(
        unit=unit,
        period=month,
        kind=stamp.kind if stamp else None,
        version=stamp.version if stamp else "",
        fingerprint=stamp.catalog if stamp else "",
        layout=stamp.layout if stamp else "",
        by=by,
        conflicts=(*_stamp_conflicts(stamps, stamp), *unit_conflicts, *month_conflicts),
        seen=evidence.told(),
        is_ours=bool(stamps) or _has_our_sheets(workbook),
        nearest=None if unit else names.nearest(cover.get("unit") or stem_of(file_name)),
    )


# ---- what the places say


def _stamps(workbook: Workbook) -> Iterator[tuple[str, Stamp]]:
    """The stamp of each place that holds a whole one."""
    sheet = next((sheet for sheet in workbook.sheets if sheet.name == STAMP_SHEET), None)
    found = {
        "印记表": Stamp.from_pairs(_pairs(sheet)) if sheet else None,
        "文档属性": Stamp.from_property(workbook.custom_properties.get(PROPERTY, "")),
        "定义名称": Stamp.from_names(workbook.defined_names),
    }
    yield from ((place, stamp) for place, stamp in found.items() if stamp is not None)


def _pairs(sheet: Sheet) -> dict[str, str]:
    """Key and value of columns A and B; a part that is empty has no value cell."""
    keys = {row: cell.text for (row, column), cell in sheet.cells.items() if column == 1}
    values = {row: cell.text for (row, column), cell in sheet.cells.items() if column == 2}
    return {key: values.get(row, "") for row, key in keys.items()}


def _agreed(stamps: Mapping[str, Stamp]) -> Stamp | None:
    """The stamp that most places hold, the hidden sheet's when they are even."""
    return Counter(stamps.values()).most_common(1)[0][0] if stamps else None


def _stamp_conflicts(stamps: Mapping[str, Stamp], chosen: Stamp | None) -> Iterator[Conflict]:
    if chosen is not None and len(set(stamps.values())) > 1:
        seen = "；".join(f"{place}为{stamp.unit} {stamp.period}" for place, stamp in stamps.items())
        yield Conflict("印记", seen, f"{chosen.unit} {chosen.period}", "多数印记")


def _has_our_sheets(workbook: Workbook) -> bool:
    """Whether a cover or an indicator sheet is there, by name or, where all were renamed, by what stands on them."""
    names = {folded(sheet.name) for sheet in workbook.sheets}
    return bool({COVER_SHEET, INDICATOR_SHEET} & names) or any(has_line_headers(sheet) for sheet in workbook.sheets)


def stem_of(file_name: str) -> str:
    """The name of a file without its folder and its ending."""
    return re.sub(r"\.[A-Za-z]{2,5}$", "", file_name.rpartition("/")[2])


# ---- what they mean together


@dataclass(frozen=True, slots=True)
class _Evidence:
    stamp: Stamp | None
    cover: Mapping[str, str]
    file_name: str
    street: Street
    names: UnitNames
    period: Period
    date1904: bool

    def unit(self) -> tuple[OrgUnit | None, str, tuple[Conflict, ...]]:
        """The unit, the evidence that decided, and what speaks against it."""
        said = {place: unit for place, unit in self._units().items() if unit is not None}
        # Codes such as C01 are the same in every street: the form of another street is no form of ours.
        is_strange = self._is_other_street() and said.get(COVER) != said.get(STAMP)
        if not said or is_strange:
            return None, "", ()
        by, unit = next(iter(said.items()))
        if by == FILE_NAME and self.names.stands_in(stem_of(self.file_name)) is None:
            return None, "", ()
        against = {place: other for place, other in said.items() if other != unit}
        # A form that was handed out to another unit: its cover and its name tell against its stamp, and nobody can
        # say whose numbers these are.
        if len(against) > 1:
            return None, "", ()
        covered = list(self._covered_units()) if COVER not in said else []
        is_renamed = bool(covered) and not any(self.names.is_slip_of(one, unit) for one in covered)
        if not against and not is_renamed:
            return unit, by, ()
        return unit, by, (Conflict(UNIT, self.told(), unit.name, by),)

    def _units(self) -> dict[str, OrgUnit | None]:
        mentioned = self.names.mentioned(stem_of(self.file_name))
        return {
            STAMP: self._stamped_unit(),
            COVER: next(filter(None, map(self.names.named, self._covered_units())), None),
            FILE_NAME: mentioned[0] if len(mentioned) == 1 else None,
        }

    def _covered_units(self) -> Iterator[str]:
        """What the cover says of the unit, as it stands there and without the street's name before it."""
        covered, street = self.cover.get("unit", ""), self.street.name
        yield from filter(None, (covered, covered.rpartition(street)[2] if street else ""))

    def _stamped_unit(self) -> OrgUnit | None:
        code = self.stamp.unit if self.stamp else ""
        return next((unit for unit in self.street.units if code and unit.code == code), None)

    def _is_other_street(self) -> bool:
        stamped = folded(self.stamp.street) if self.stamp else ""
        return bool(stamped and self.street.name) and not folded(self.street.name).startswith(stamped)

    def month(self) -> tuple[Period | None, tuple[Conflict, ...]]:
        """The month, and what speaks against it."""
        # A blank form was printed for no month in particular.
        is_blank = self.stamp is not None and not self.stamp.unit
        covered = self.cover.get("period", "")
        said = {
            STAMP: self.stamp.month if self.stamp and not is_blank else None,
            COVER: None if is_blank else month_on_cover(covered, self.period, date1904=self.date1904),
            FILE_NAME: month_said(self.names.without_units(stem_of(self.file_name)), self.period),
        }
        known = {place: month for place, month in said.items() if month is not None}
        if not known:
            return None, ()
        by, month = next(iter(known.items()))
        is_odd = bool(covered) and said[COVER] is None and not is_blank
        if set(known.values()) == {month} and not is_odd:
            return month, ()
        seen = "；".join(f"{place}为{other.label}" for place, other in known.items())
        seen += f"；封面写的是“{covered}”" if is_odd else ""
        return month, (Conflict(MONTH, seen, month.label, by),)

    def told(self) -> str:
        """What each place says of the unit, in words."""
        parts = []
        if self.stamp is not None and self.stamp.unit:
            unit = self._stamped_unit()
            parts.append(f"印记为{unit.name if unit else self.stamp.unit}")
        if self.cover.get("unit"):
            parts.append(f"封面为“{self.cover['unit']}”")
        mentioned = self.names.mentioned(stem_of(self.file_name))
        parts.append(f"文件名提到{'、'.join(unit.name for unit in mentioned)}" if mentioned else "文件名中没有单位名称")
        return "；".join(parts)


def kind_word(kind: UnitKind) -> str:
    """A kind of unit in words."""
    return _KIND_WORDS[kind]
