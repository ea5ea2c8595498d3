"""Reads the cover of a form: whose it is, of which month, who filled it in; by the labels before the answers."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.form.places import COVER_LABELS, COVER_SHEET
from aggregator.intake.cells import CellKind, Sheet, Workbook
from aggregator.intake.plain_text import folded, readable

_FIELDS = {folded(text): field for field, text in COVER_LABELS.items()}
_LOWEST_ROW, _LONGEST_TEXT = 20, 100
#: How far right of its label an answer may stand: a column may have been put in.
_REACH = 3


def cover_of(workbook: Workbook) -> Sheet | None:
    """The cover, by its name or, where that was changed, by its labels."""
    named = [sheet for sheet in workbook.sheets if folded(sheet.name) == COVER_SHEET]
    found = named[:1] or [sheet for sheet in workbook.sheets if len(_labels(sheet)) * 2 > len(_FIELDS)]
    return found[0] if len(found) == 1 else None


def read_cover(workbook: Workbook) -> Mapping[str, str]:
    """What the cover says, by field; what is blank is left out."""
    sheet = cover_of(workbook)
    return _answers(sheet) if sheet else {}


def _labels(sheet: Sheet) -> Mapping[str, tuple[int, int]]:
    """Where the label of each field stands; the first where it stands twice."""
    found: dict[str, tuple[int, int]] = {}
    for at, cell in sheet.cells.items():
        field = _FIELDS.get(folded(cell.text)) if at[0] <= _LOWEST_ROW and cell.kind is CellKind.TEXT else None
        if field is not None:
            found[field] = min(at, found.get(field, at))
    return found


def _answers(sheet: Sheet) -> Mapping[str, str]:
    labels = _labels(sheet)
    answers = {field: _answer(sheet, at) for field, at in labels.items()}
    return {field: answers[field] for field in COVER_LABELS if answers.get(field)}


def _answer(sheet: Sheet, label: tuple[int, int]) -> str:
    """The first text right of a label, unless that is the next label."""
    row, column = label
    for beside in range(column + 1, column + 1 + _REACH):
        cell = sheet.cells.get((row, beside))
        text = (
            readable(cell.text[:_LONGEST_TEXT]).strip()
            if cell and cell.kind in {CellKind.TEXT, CellKind.NUMBER}
            else ""
        )
        if text:
            return "" if folded(text) in _FIELDS else text
    return ""
