"""The workbook of one unit for one month: blank, prefilled, or with a return's own values; one writer for all three."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from aggregator.form.carry import Prefill, carried_rows
from aggregator.form.check_sheet import write_checks
from aggregator.form.control_totals import write_control_totals
from aggregator.form.cover_sheet import form_title, write_cover
from aggregator.form.drawing import Drawing
from aggregator.form.formula_scope import FormulaScope
from aggregator.form.indicator_sheet import write_indicators
from aggregator.form.layout import build_layout
from aggregator.form.ledger_sheet import ANSWER_LISTS, ANSWERS, write_ledger
from aggregator.form.places import (
    CHECK_SHEET,
    COVER_SHEET,
    INDICATOR_SHEET,
    LISTS_SHEET,
    SLIP_SHEET,
    STAMP_SHEET,
    as_sent_name,
)
from aggregator.form.plain_sheet import PlainSheet
from aggregator.form.slip import Slip
from aggregator.form.slip_marks import mark_cells
from aggregator.form.slip_sheet import write_as_sent, write_slip
from aggregator.form.stamp import PROPERTY, Stamp, map_rows
from aggregator.model.address import column_letters
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Gap, Submission

__all__ = ["BLANK_FORMS", "Prefill", "form_file_name", "slip_file_name", "write_blank_forms", "write_form"]

#: File names of the forms that belong to nobody yet.
BLANK_FORMS = {UnitKind.COMMUNITY: "社区月报表（空白）.xlsx", UnitKind.OFFICE: "街道本级月报表（空白）.xlsx"}
_BLANK_PERIOD = Period.month(2026, 10)
_FORBIDDEN = str.maketrans('\\/:*?"<>|', "＼／：＊？＂＜＞｜", "".join(map(chr, range(32))))
# What people wrote is text, even where it looks like a formula or a link.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_LONGEST_NAME = 60
_FIRST_MAP_COLUMN = 3


def form_file_name(unit: OrgUnit, period: Period) -> str:
    """The name of a unit's form, such as 枫桥社区_2026年10月.xlsx, which every system can keep."""
    return f"{_file_stem(unit)}_{period.label}.xlsx"


def slip_file_name(unit: OrgUnit) -> str:
    """The name of a unit's return slip, such as 枫桥社区.xlsx."""
    return f"{_file_stem(unit)}.xlsx"


def _file_stem(unit: OrgUnit) -> str:
    return re.sub(r"\s+", "", unit.name.translate(_FORBIDDEN))[:_LONGEST_NAME].strip(".") or unit.code


def write_form(
    target: Path | BinaryIO | None = None,
    *,
    catalog: Catalog,
    street: Street,
    unit: OrgUnit,
    period: Period,
    prefill: Prefill | None = None,
    year_to_date: Mapping[str, Decimal | Gap] | None = None,
    deadline: date | None = None,
    filled: Submission | None = None,
    slip: Slip | None = None,
) -> bytes:
    """The bytes of a unit's form, written to `target` too when there is one.

    `year_to_date` holds, by element, the sum of the year's months before this one, Gap.NOT_APPLICABLE where it was so
    in all of them; leave out what is not known.
    `filled` is a return whose typed values and rows are written in place of the prefilled ones; `slip` is what of it
    must be mended.
    """
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        layout = build_layout(catalog, unit.kind, catalog.blocks_on(street))
        has_last = prefill is not None and prefill.period == period.previous()
        scope = FormulaScope(catalog, layout, street, unit, period, has_last)
        drawing = Drawing(
            book, catalog, street, unit, period, layout, scope, prefill, year_to_date or {}, deadline, filled, slip
        )
        _write_sheets(drawing)
    return _delivered(buffer.getvalue(), target)


def write_blank_forms(folder: Path, *, catalog: Catalog, street: Street | None = None) -> tuple[Path, ...]:
    """Write the form of each kind of unit that belongs to nobody yet, and return the paths."""
    paths = []
    for kind, name in BLANK_FORMS.items():
        nobody = OrgUnit("", "", "", kind)
        path = folder / name
        write_form(path, catalog=catalog, street=street or Street(()), unit=nobody, period=_BLANK_PERIOD)
        paths.append(path)
    return tuple(paths)


def _delivered(form: bytes, target: Path | BinaryIO | None) -> bytes:
    if isinstance(target, Path):
        target.write_bytes(form)
    elif target is not None:
        target.write(form)
    return form


def _write_sheets(drawing: Drawing) -> None:
    """All sheets in order; they are added first, so that formulas and links may speak of any of them."""
    book, slip = drawing.book, drawing.slip
    names = (COVER_SHEET, INDICATOR_SHEET, CHECK_SHEET, *(area.sheet for area in drawing.layout.ledgers.values()))
    first = (SLIP_SHEET,) if slip else ()
    unplaced = drawing.filled.unplaced if drawing.filled and slip else {}
    every = (*first, *names, *map(as_sent_name, unplaced), LISTS_SHEET, STAMP_SHEET)
    sheets = {name: book.add_worksheet(name, PlainSheet) for name in every}
    for name in names:
        mark_cells(drawing, sheets[name], name)
    if slip is not None:
        write_slip(drawing, sheets[SLIP_SHEET], slip)
    drawing.lists = _write_lists(drawing, sheets[LISTS_SHEET])
    write_cover(drawing, sheets[COVER_SHEET])
    write_indicators(drawing, sheets[INDICATOR_SHEET])
    write_checks(drawing, sheets[CHECK_SHEET])
    carried = {}
    if drawing.prefill is not None and drawing.filled is None:
        carried = carried_rows(
            drawing.catalog, drawing.street, drawing.unit, prefill=drawing.prefill, period=drawing.period
        )
    for area in drawing.layout.ledgers.values():
        write_ledger(drawing, sheets[area.sheet], area, carried.get(area.code, []))
    for name, cells in unplaced.items():
        write_as_sent(drawing, sheets[as_sent_name(name)], cells)
    _write_stamp(drawing, sheets[STAMP_SHEET])
    write_control_totals(drawing, sheets[STAMP_SHEET], {name: sheets[name] for name in (*first, *names)})
    sheets[SLIP_SHEET if slip else COVER_SHEET].activate()


# ---- drop-downs


def _write_lists(drawing: Drawing, sheet: Any) -> dict[str, str]:
    """Write each list in a column of the hidden sheet; the defined name of each code list by its code."""
    lists = {f"list_{code}": values for code, values in _code_lists(drawing)}
    answers = {name: tuple(answer.value for answer in ANSWERS[kind]) for kind, name in ANSWER_LISTS.items()}
    for column, (name, values) in enumerate({**lists, **answers}.items()):
        sheet.write_string(0, column, name)
        sheet.write_column(1, column, values)
        letter = column_letters(column + 1)
        drawing.book.define_name(name, f"={LISTS_SHEET}!${letter}$2:${letter}${len(values) + 1}")
    sheet.hide()
    sheet.protect()
    return {name.removeprefix("list_"): name for name in lists}


def _code_lists(drawing: Drawing) -> Iterator[tuple[str, tuple[str, ...]]]:
    used = [
        column.codes
        for code in drawing.layout.ledgers
        for column in drawing.catalog.ledgers[code].columns_of(drawing.layout.kind)
        if column.codes
    ]
    for code in dict.fromkeys(used):
        values = _values(drawing, code)
        if values:
            yield code, values


def _values(drawing: Drawing, code: str) -> tuple[str, ...]:
    if code == "communities":
        return tuple(unit.name for unit in drawing.street.communities(drawing.period))
    if code == "elements":
        return tuple(drawing.catalog.elements[element].name for element in drawing.layout.elements)
    if code == "narrative_kinds":
        return tuple(drawing.layout.narratives.values())
    return drawing.catalog.codes[code].values


# ---- identity


def _write_stamp(drawing: Drawing, sheet: Any) -> None:
    """The identity in three places, and the map of the form beside it on the hidden sheet."""
    stamp = Stamp.of(drawing.catalog, drawing.layout, drawing.street, drawing.unit, drawing.period)
    for row, (key, value) in enumerate(stamp.to_pairs().items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    for row, parts in enumerate(map_rows(drawing.layout)):
        for column, part in enumerate(parts, _FIRST_MAP_COLUMN):
            sheet.write_string(row, column, part)
    sheet.very_hidden()
    sheet.protect()
    for name, formula in stamp.to_names().items():
        drawing.book.define_name(name, formula)
    drawing.book.set_custom_property(PROPERTY, stamp.to_property(), "text")
    # No clock enters a form: the same inputs give the same bytes.
    created = datetime(drawing.period.year, drawing.period.last.number, 1)  # noqa: DTZ001  # a day, not a moment
    drawing.book.set_properties({"title": form_title(drawing), "subject": drawing.period.label, "created": created})
