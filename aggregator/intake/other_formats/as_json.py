"""A workbook as plain JSON, for the pipe between two processes, and back."""

import json
from types import MappingProxyType
from typing import Any

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import Sheet, Visibility, Workbook
from aggregator.intake.sheet_part import Cell, CellKind, MergedRange

#: Characters of all cells together; a text that many cells share is sent as often.
MAX_CHARACTERS = 20_000_000


def workbook_as_json(workbook: Workbook) -> bytes:
    """What a workbook holds, without what its receiver knows: size and checksum."""
    characters = sum(len(cell.text) for sheet in workbook.sheets for cell in sheet.cells.values())
    if characters > MAX_CHARACTERS:
        raise UnreadableFileError(Cause.TOO_MANY_CELLS)
    plain = {
        "sheets": [_sheet_as_json(sheet) for sheet in workbook.sheets],
        "defined_names": dict(workbook.defined_names),
        "core_properties": dict(workbook.core_properties),
        "custom_properties": dict(workbook.custom_properties),
        "date1904": workbook.date1904,
        "has_macros": workbook.has_macros,
        "is_manual": workbook.is_manual,
    }
    return json.dumps(plain, separators=(",", ":")).encode()


def _sheet_as_json(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "visibility": sheet.visibility.value,
        "cells": [[*place, cell.kind.value, *cell[1:]] for place, cell in sheet.cells.items()],
        "hidden_rows": sorted(sheet.hidden_rows),
        "hidden_columns": [[columns.start, columns.stop] for columns in sheet.hidden_columns],
        "merged": list(sheet.merged),
    }


def workbook_from_json(plain: dict[str, Any], *, sha256: str, size: int) -> Workbook:
    """The workbook of a file of this checksum and size; ValueError, KeyError or TypeError where it is none."""
    return Workbook(
        sha256=sha256,
        size=size,
        sheets=tuple(_sheet_from_json(sheet) for sheet in plain["sheets"]),
        defined_names=MappingProxyType(plain["defined_names"]),
        core_properties=MappingProxyType(plain["core_properties"]),
        custom_properties=MappingProxyType(plain["custom_properties"]),
        date1904=plain["date1904"],
        has_macros=plain["has_macros"],
        is_manual=plain["is_manual"],
    )


def _sheet_from_json(plain: dict[str, Any]) -> Sheet:
    kinds = {kind.value: kind for kind in CellKind}
    return Sheet(
        name=plain["name"],
        visibility=Visibility(plain["visibility"]),
        cells={(row, column): Cell(kinds[kind], *rest) for row, column, kind, *rest in plain["cells"]},
        hidden_rows=frozenset(plain["hidden_rows"]),
        hidden_columns=tuple(range(*ends) for ends in plain["hidden_columns"]),
        merged=tuple(MergedRange(*ends) for ends in plain["merged"]),
    )
