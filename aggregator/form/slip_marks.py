"""The cells to mend of a return slip: coloured as long as they hold what was sent, with a note on each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from aggregator.form.check_sheet import live_result
from aggregator.form.drawing import TO_MEND, Drawing, text_width, typed_scalar
from aggregator.form.formula_scope import absolute, number_literal, quoted, serial, text_literal
from aggregator.form.live import FAILED
from aggregator.form.places import (
    CHECK_SHEET,
    CONFIRMED,
    INDICATOR_SHEET,
    NOT_APPLICABLE_TEXTS,
    REMARK_COLUMN,
    LedgerArea,
    placed_rows,
)
from aggregator.form.slip import Slip
from aggregator.model.address import column_letters, position
from aggregator.model.value import Gap, Place, Scalar, Submission

_WIDEST_NOTE, _NARROWEST_NOTE = 46, 18
_NOTE_LINE_PX, _NOTE_CHARACTER_PX, _NOTE_FONT_SIZE = 18, 7.5, 9
_LONGEST_COMPARED = 120


def mark_cells(drawing: Drawing, sheet: Any, name: str) -> None:
    """Colour the cells to mend of one sheet, with a note on each; before the sheet's other colours, so as to win."""
    slip = drawing.slip
    notes = slip.notes(name) if slip else {}
    if slip is None or not notes:
        return
    for criteria, cells in _by_criteria(drawing, slip, name).items():
        look = {"type": "formula", "criteria": criteria, "format": drawing.mark(bg_color=TO_MEND), "stop_if_true": True}
        sheet.conditional_format(cells[0], {**look, "multi_range": " ".join(cells)} if len(cells) > 1 else look)
    for cell, text in notes.items():
        sheet.write_comment(cell, text, _size(text))
    sheet.set_tab_color(TO_MEND)


def _by_criteria(drawing: Drawing, slip: Slip, sheet: str) -> dict[str, list[str]]:
    """The cells of a sheet by what must be true for their colour: a line of the list that nobody has mended yet.

    A cell is open while it holds what was sent. Of those of a rule nobody knows which was wrong: they are open while
    none of them has changed, and for as long as the form itself finds the rule broken.
    """
    unmended: dict[str, list[str]] = {}
    for marked, rule in slip.marked:
        as_sent = {place.cell: _as_sent(drawing, place) for place in marked if place.sheet == sheet}
        same = {cell: test for cell, test in as_sent.items() if test}
        together = f"AND({','.join(same.values())})"
        for cell in as_sent if same and rule else same:
            tests = [together, *_broken(drawing, rule)] if rule else [f"AND({same[cell]})"]
            unmended.setdefault(cell, []).extend(tests)
    found: dict[str, list[str]] = {}
    for cell, tests in unmended.items():
        found.setdefault(f"=OR({','.join(dict.fromkeys(tests))})", []).append(cell)
    return found


def _broken(drawing: Drawing, rule: str) -> Iterator[str]:
    """Whether the check sheet shows that a rule is broken; by a name, as colours know no other sheet in older Excel."""
    cell = live_result(drawing, rule)
    if cell:
        name = f"rule_{cell.lstrip('D')}"
        if name not in drawing.names:
            drawing.book.define_name(name, f"={quoted(CHECK_SHEET)}{absolute(cell)}")
            drawing.names.add(name)
        yield f"LEFT({name},{len(FAILED)})={text_literal(FAILED)}"


def _as_sent(drawing: Drawing, place: Place) -> str:
    """Whether a cell holds what was sent, as a formula; empty for one that the form fills in itself."""
    sent = _sent(drawing, place)
    return _equals(absolute(place.cell), sent) if sent is not None else ""


def _equals(cell: str, sent: Scalar) -> str:
    if isinstance(sent, Decimal):
        return f"{cell}={number_literal(sent)}"
    if isinstance(sent, date):
        return f"{cell}={serial(sent)}"
    text = _text(sent)
    if not text:
        return f"LEN({cell})=0"
    # A constant of a formula holds no line break and not much.
    start = text.partition("\n")[0][:_LONGEST_COMPARED]
    if start == text:
        return f"EXACT({cell},{text_literal(text)})"
    length = len(text.encode("utf-16-le")) // 2  # as Excel counts
    return f"LEN({cell})={length},EXACT(LEFT({cell},{len(start)}),{text_literal(start)})"


def _text(sent: Scalar) -> str:
    if isinstance(sent, tuple):
        return "、".join(sent)
    return NOT_APPLICABLE_TEXTS[0] if sent is Gap.NOT_APPLICABLE else sent if isinstance(sent, str) else ""


# ---- what stands in the slip


def _sent(drawing: Drawing, place: Place) -> Scalar | None:
    """What somebody sent in a cell; None for one that the form fills in itself."""
    sent, layout = drawing.filled, drawing.layout
    if sent is None:
        return None
    area = next((area for area in layout.ledgers.values() if area.sheet == place.sheet), None)
    if area is not None:
        return _in_ledger(sent, area, place.cell)
    if place.sheet != INDICATOR_SHEET:
        return None
    if place.cell == layout.stock_confirmed_cell:
        return CONFIRMED if sent.stock_confirmed else ""
    row, column = position(place.cell)
    element = next((element for element in layout.elements.values() if element.row == row), None)
    if element is None or element.derived:
        return None
    if place.cell == element.cell:
        return typed_scalar(sent.value(element.code))
    is_remark = column_letters(column) == REMARK_COLUMN
    return sent.explanations.get(element.code, "") if is_remark else None


def _in_ledger(sent: Submission, area: LedgerArea, cell: str) -> Scalar | None:
    sheet = sent.ledgers.get(area.code)
    if cell == area.answer_cell:
        return str(sheet.answer or sheet.answer_raw) if sheet else ""
    row, column = position(cell)
    code = next((code for code, letter in area.columns.items() if letter == column_letters(column)), "")
    cells = next((placed.cells for placed in placed_rows(area, sheet) if placed.number == row), {})
    return cells.get(code, Gap.MISSING) if code else None


def _size(text: str) -> dict[str, float]:
    """As wide and high as the note needs."""
    widest = max(text_width(line) for line in text.split("\n"))
    width = min(max(widest, _NARROWEST_NOTE), _WIDEST_NOTE)
    lines = sum(-(-text_width(line) // width) for line in text.split("\n"))
    return {
        "width": width * _NOTE_CHARACTER_PX,
        "height": (lines + 1) * _NOTE_LINE_PX,
        "font_size": _NOTE_FONT_SIZE,
    }
