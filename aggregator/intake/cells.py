"""Reads a workbook as it stands: sheets, cells, what is hidden, merged and named; no meaning is given to anything."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.excel_number import (
    exact_number,
    is_date_format,
    is_percent_format,
    is_scaled_format,
    serial_to_date,
)
from aggregator.intake.file_kind import Format
from aggregator.intake.opening import Package, open_package
from aggregator.intake.shared_strings import read_shared_strings
from aggregator.intake.sheet_part import Cell, CellKind, MergedRange, NumberFormat, Surroundings, read_sheet, unescape
from aggregator.intake.sheet_scan import scan_sheet
from aggregator.intake.xml_part import Budget, Element, elements

__all__ = [
    "Cell",
    "CellKind",
    "MergedRange",
    "Sheet",
    "Visibility",
    "Workbook",
    "exact_number",
    "read_cells",
    "read_workbook",
    "serial_to_date",
]

_TRUE = frozenset({"1", "true"})


class Visibility(StrEnum):
    """Whether a sheet shows; a very hidden one can be shown again by a program only."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    VERY_HIDDEN = "veryHidden"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet; rows and columns are counted from 1."""

    name: str
    visibility: Visibility
    cells: Mapping[tuple[int, int], Cell]
    hidden_rows: frozenset[int]
    hidden_columns: tuple[range, ...]
    merged: tuple[MergedRange, ...]

    def is_column_hidden(self, column: int) -> bool:
        """Return whether a column is hidden."""
        return any(column in columns for columns in self.hidden_columns)


@dataclass(frozen=True, slots=True)
class Workbook:
    """One workbook file: its worksheets in order, and what is said of the whole.

    A name defined for one sheet alone has the key `sheet!name`. One that `is_manual` is calculated when somebody asks
    for it, so that its formulas may show what was before the last changes.
    """

    sha256: str
    size: int
    sheets: tuple[Sheet, ...]
    defined_names: Mapping[str, str]
    core_properties: Mapping[str, str]
    custom_properties: Mapping[str, str]
    date1904: bool
    has_macros: bool = False
    is_manual: bool = False
    file_format: Format = Format.XLSX


def read_workbook(path: Path) -> Workbook:
    """Return what an .xlsx or .xlsm file holds."""
    return read_cells(open_package(path))


def read_cells(package: Package) -> Workbook:
    """Return what an opened package holds."""
    parts = _Parts(package, Budget())
    root = parts.relationships("")
    name = _target(root, "officeDocument") or "xl/workbook.xml"
    elements_of_workbook = parts.elements(name, wanted=_WORKBOOK_TAGS)
    related = parts.relationships(name)
    date1904 = any(
        each.tag == "workbookPr" and each.attributes.get("date1904") in _TRUE for each in elements_of_workbook
    )
    surroundings = Surroundings(_shared_cells(parts, related), _formats(parts, related), date1904)
    entries = [each for each in elements_of_workbook if each.tag == "sheet"]
    return Workbook(
        sha256=package.sha256,
        size=package.size,
        sheets=_sheets(parts, entries, related=related, surroundings=surroundings),
        defined_names=_defined_names(elements_of_workbook, entries),
        core_properties=_core_properties(parts, root),
        custom_properties=_custom_properties(parts, root),
        date1904=date1904,
        has_macros=package.has_macros,
        is_manual=any(
            each.tag == "calcPr" and each.attributes.get("calcMode") == "manual" for each in elements_of_workbook
        ),
    )


# --- the parts of a package and what ties them together ---------------------------------------------------------

_WORKBOOK_TAGS = frozenset({"sheet", "definedName", "workbookPr", "calcPr"})
_STYLE_TAGS = frozenset({"numFmt", "xf"})
_RELATIONSHIP = frozenset({"Relationship"})


class _Relationship(NamedTuple):
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class _Parts:
    package: Package
    budget: Budget

    def has(self, name: str) -> bool:
        return self.package.part(name) is not None or self.package.part(unquote(name)) is not None

    def required(self, name: str) -> bytes:
        part = self.package.part(name)
        if part is None:
            part = self.package.part(unquote(name))
        if part is None:
            raise UnreadableFileError(Cause.PART_MISSING, name)
        return part

    def elements(self, name: str, *, wanted: frozenset[str] | None = None) -> tuple[Element, ...]:
        return elements(name, self.required(name), self.budget, wanted=wanted)

    def relationships(self, owner: str) -> dict[str, _Relationship]:
        """Return what a part refers to, by the id it uses; the package itself is the owner ""."""
        folder, file = posixpath.split(owner)
        found = self.elements(posixpath.join(folder, "_rels", f"{file}.rels"), wanted=_RELATIONSHIP)
        return {
            each.attributes.get("Id", ""): _Relationship(
                kind=each.attributes.get("Type", "").rpartition("/")[2],
                target=_resolve(folder, each.attributes.get("Target", "")),
            )
            for each in found
            if each.attributes.get("TargetMode") != "External"
        }


def _resolve(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


def _target(relationships: Mapping[str, _Relationship], kind: str) -> str | None:
    return next((each.target for each in relationships.values() if each.kind == kind), None)


def _shared_cells(parts: _Parts, related: Mapping[str, _Relationship]) -> list[Cell | None]:
    # A workbook of numbers may announce the texts and have none; a cell that refers to them is refused then.
    name = _target(related, "sharedStrings")
    return [] if name is None or not parts.has(name) else read_shared_strings(name, parts.required(name), parts.budget)


def _formats(parts: _Parts, related: Mapping[str, _Relationship]) -> Mapping[str, NumberFormat]:
    name = _target(related, "styles")
    if name is None or not parts.has(name):  # values can be read without styles
        return {}
    found = parts.elements(name, wanted=_STYLE_TAGS)
    codes = {
        each.attributes.get("numFmtId"): each.attributes.get("formatCode") for each in found if each.tag == "numFmt"
    }
    of_styles = [each.attributes.get("numFmtId", "0") for each in found if each.parent == "cellXfs"]
    known = {each: _format(int(each), codes.get(each)) for each in set(of_styles) if each.isdecimal()}
    return {str(style): known[each] for style, each in enumerate(of_styles) if any(known.get(each, ()))}


def _format(number: int, code: str | None) -> NumberFormat:
    return NumberFormat(is_date_format(number, code), is_percent_format(number, code), is_scaled_format(code))


# --- the workbook ------------------------------------------------------------------------------------------------


def _sheets(
    parts: _Parts, entries: Sequence[Element], *, related: Mapping[str, _Relationship], surroundings: Surroundings
) -> tuple[Sheet, ...]:
    sheets = []
    for entry in entries:
        relationship = related.get(entry.attributes.get("id", ""))
        if relationship is None:
            raise UnreadableFileError(Cause.PART_MISSING, _sheet_name(entry))
        if relationship.kind == "worksheet":  # charts and old macros have sheets of their own, without cells
            part = relationship.target, parts.required(relationship.target), surroundings, parts.budget
            sheets.append(Sheet(_sheet_name(entry), _visibility(entry), *(scan_sheet(*part) or read_sheet(*part))))
    if not sheets:
        raise UnreadableFileError(Cause.NO_SHEETS)
    return tuple(sheets)


def _sheet_name(entry: Element) -> str:
    return unescape(entry.attributes.get("name", ""))


def _visibility(entry: Element) -> Visibility:
    state = entry.attributes.get("state", "").casefold()
    # What Excel does not know it shows; some programs write "show".
    return next((each for each in Visibility if each.casefold() == state), Visibility.VISIBLE)


def _defined_names(found: Sequence[Element], entries: Sequence[Element]) -> Mapping[str, str]:
    names = {}
    for each in found:
        if each.tag == "definedName":
            sheet = each.attributes.get("localSheetId", "")
            is_local = sheet.isdecimal() and int(sheet) < len(entries)
            prefix = f"{_sheet_name(entries[int(sheet)])}!" if is_local else ""
            names[prefix + unescape(each.attributes.get("name", ""))] = each.text
    return MappingProxyType(names)


def _core_properties(parts: _Parts, root: Mapping[str, _Relationship]) -> Mapping[str, str]:
    name = _target(root, "core-properties")
    found = () if name is None or not parts.has(name) else parts.elements(name)
    return MappingProxyType({each.tag: each.text for each in found if each.parent})


def _custom_properties(parts: _Parts, root: Mapping[str, _Relationship]) -> Mapping[str, str]:
    name = _target(root, "custom-properties")
    found = () if name is None or not parts.has(name) else parts.elements(name)
    properties: dict[str, str] = {}
    text = ""
    for each in found:  # the value stands within its property, so it ends before it
        if each.tag == "property":
            properties[each.attributes.get("name", "")] = unescape(text)
            text = ""
        else:
            text = each.text
    return MappingProxyType(properties)
