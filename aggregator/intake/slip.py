"""Reads the sheet 问题清单 of a return slip that came back: the how many-th slip it is, and what the unit explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aggregator.form.places import SLIP_HEADERS, SLIP_KEY_COLUMN, SLIP_NUMBER_CELL, SLIP_SHEET, SLIP_WORDS_COLUMN
from aggregator.intake.cells import Cell, CellKind, Sheet
from aggregator.intake.plain_text import readable
from aggregator.intake.source import Source
from aggregator.model.address import corners, position

_KEY, _WORDS = (corners(letter)[1] for letter in (SLIP_KEY_COLUMN, SLIP_WORDS_COLUMN))
_MOST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class SlipRead:
    """What a slip says: its number, 0 where the form is none, and the unit's words by the key of the finding."""

    number: int = 0
    explanations: Mapping[str, str] = field(default_factory=dict)


def slip_sheet_of(source: Source) -> Sheet | None:
    """The list of a slip, by its name or, where that was changed, by its headers."""
    return source.sheet_bearing(SLIP_SHEET, SLIP_HEADERS)


def read_slip(source: Source) -> SlipRead:
    """The slip of a form; what somebody spoiled of it is left out."""
    sheet = slip_sheet_of(source)
    if sheet is None:
        return SlipRead()
    number = _text(sheet.cells.get(position(SLIP_NUMBER_CELL)))
    is_number = number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS
    return SlipRead(int(number) if is_number else 0, dict(_explanations(sheet)))


def _explanations(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """By their keys, which wander with their lines; no key is the code of an element or a rule."""
    for (row, column), cell in sheet.cells.items():
        words = _text(sheet.cells.get((row, _WORDS)))
        if column == _KEY and "@" in cell.text and words:
            yield cell.text, words


def _text(cell: Cell | None) -> str:
    is_said = cell is not None and cell.kind in {CellKind.TEXT, CellKind.NUMBER}
    return readable(cell.text).strip() if cell is not None and is_said else ""
