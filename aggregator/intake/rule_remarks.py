"""Reads what a unit explained beside the rules of the check sheet; each rule is known by its text."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.form.layout import CHECK_SHEET, FormLayout
from aggregator.form.places import CHECK_HEADER_ROW, CHECK_HEADERS, rule_text
from aggregator.intake.cells import Cell, CellKind, Sheet
from aggregator.intake.headers import Header, Headers, find_headers
from aggregator.intake.plain_text import folded, readable
from aggregator.intake.source import Source
from aggregator.model.address import corners
from aggregator.model.catalog import Catalog

_RULE, _REMARK = "B", "F"
_PRINTED = {letter: Header(corners(letter)[1], text) for letter, text in CHECK_HEADERS.items()}


def check_sheet_of(source: Source) -> Sheet | None:
    """The check sheet, by its name or, where that was changed, by its headers."""
    return source.sheet_bearing(CHECK_SHEET, CHECK_HEADERS.values())


def read_rule_remarks(source: Source, layout: FormLayout) -> Mapping[str, str]:
    """The explanations by the code of their rule; one beside a text that is no rule's explains nothing."""
    sheet = check_sheet_of(source)
    if sheet is None or not layout.rules:
        return {}
    headers = _headers(sheet)
    said = _texts(sheet, headers, _REMARK)
    if not said:
        return {}
    codes = _codes(layout, source.catalog)
    beside = {row: codes.get(folded(text), "") for row, text in _texts(sheet, headers, _RULE).items() if row in said}
    found = [code for code in beside.values() if code]
    return {code: said[row] for row, code in beside.items() if code and found.count(code) == 1}


def _headers(sheet: Sheet) -> Headers:
    cells = sheet.cells
    if all(_text(cells.get((CHECK_HEADER_ROW, header.column))) == header.text for header in _PRINTED.values()):
        return Headers(CHECK_HEADER_ROW, {letter: header.column for letter, header in _PRINTED.items()})
    return find_headers(sheet, _PRINTED, row=CHECK_HEADER_ROW, key=folded, needed={_RULE, _REMARK})


def _texts(sheet: Sheet, headers: Headers, letter: str) -> Mapping[int, str]:
    """What stands below a header, by row."""
    column = headers.columns.get(letter)
    below = {row: cell for (row, at), cell in sheet.cells.items() if at == column and row > headers.row}
    return {row: text for row, cell in below.items() if (text := _text(cell))}


def _text(cell: Cell | None) -> str:
    if cell is None or cell.kind not in {CellKind.TEXT, CellKind.NUMBER}:
        return ""
    return readable(cell.text).strip()


def _codes(layout: FormLayout, catalog: Catalog) -> Mapping[str, str]:
    """The codes of the form's rules by their folded texts; a text that two share is nobody's."""
    known = {rule.code: rule for rule in catalog.rules}
    known |= {rule.code: rule for code in layout.ledgers for rule in catalog.ledgers[code].rules}
    texts = {code: folded(rule_text(layout, known[code])) for code in layout.rules}
    shared = list(texts.values())
    return {text: code for code, text in texts.items() if shared.count(text) == 1}
