"""Where a ledger stands on its sheet in the form at hand: by its headers and the label of its answer cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from aggregator.form.places import ANSWER_LABEL, LedgerArea
from aggregator.intake.cells import CellKind, Sheet
from aggregator.intake.headers import Change, Header, Headers, Mismatch, find_headers
from aggregator.intake.plain_text import folded
from aggregator.model.address import address, column_letters, corners, position
from aggregator.model.definition import Ledger

_ANSWER = folded(ANSWER_LABEL)[:4]


@dataclass(frozen=True, slots=True)
class LedgerPlaced:
    """The area of a ledger as it stands: `changes` is what was moved, `mismatches` why it cannot be read.

    `is_whole` when its headers stand there all, and no others: the sheet can be no other ledger's.
    """

    sheet: Sheet
    area: LedgerArea
    changes: tuple[Change, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    is_whole: bool = True

    @property
    def is_readable(self) -> bool:
        """Whether the sheet can be that of the ledger."""
        return not self.mismatches


def place_ledger(sheet: Sheet, area: LedgerArea, ledger: Ledger) -> LedgerPlaced:
    """Where a ledger stands; `area` is where it was handed out."""
    if stands_as_printed(sheet, area, ledger):
        return LedgerPlaced(sheet, area)
    wanted = _wanted(area, ledger)
    headers = find_headers(sheet, wanted, row=area.header_row, key=_key_of(ledger), needed=wanted.keys())
    if headers.mismatches:
        return LedgerPlaced(sheet, area, mismatches=headers.mismatches, is_whole=False)
    is_whole = not headers.erased and not headers.others
    moved = _moved(sheet, area, headers)
    changes = (*_changes(area, wanted, headers), *_answer_gone(sheet, moved))
    return LedgerPlaced(sheet, moved, changes, is_whole=is_whole)


def stands_as_printed(sheet: Sheet, area: LedgerArea, ledger: Ledger) -> bool:
    """Whether every header stands where it was handed out: the usual form."""
    row, key = area.header_row, _key_of(ledger)
    return all(
        (cell := sheet.cells.get((row, header.column))) is not None
        and cell.kind is CellKind.TEXT
        and (cell.text.lstrip("*") == header.text or key(cell.text) == key(header.text))
        for header in _wanted(area, ledger).values()
    )


def _wanted(area: LedgerArea, ledger: Ledger) -> dict[str, Header]:
    """The headers by column code; columns of an older form that the catalog no longer has are not looked for."""
    names = {column.code: column.name for column in ledger.columns}
    return {code: Header(corners(letter)[1], names[code]) for code, letter in area.columns.items() if code in names}


def _key_of(ledger: Ledger) -> Callable[[str], str]:
    """What makes headers comparable; one by which a column went before is that of today."""
    today = {_key(former): _key(column.name) for column in ledger.columns for former in column.renamed_from}
    return (lambda text: today.get(_key(text), _key(text))) if today else _key


def _key(text: str) -> str:
    return folded(text).lstrip("*")


def _moved(sheet: Sheet, area: LedgerArea, headers: Headers) -> LedgerArea:
    down = headers.row - area.header_row
    return replace(
        area,
        header_row=headers.row,
        first_row=area.first_row + down,
        last_row=area.last_row + down,
        columns={code: column_letters(column) for code, column in headers.columns.items()},
        answer_cell=_answer_cell(sheet, area, headers),
    )


def _answer_cell(sheet: Sheet, area: LedgerArea, headers: Headers) -> str:
    """The answer in the row of its label, as far to the right as the column that it stood above."""
    row, column = position(area.answer_cell)
    labelled = _rows_of_label(sheet, headers.row)
    at = labelled[0] if len(labelled) == 1 else max(row + headers.row - area.header_row, 1)
    above = {corners(area.columns[code])[1]: found for code, found in headers.columns.items()}
    nearest = max((printed for printed in above if printed <= column), default=min(above))
    return address(at, column + above[nearest] - nearest)


def _rows_of_label(sheet: Sheet, header_row: int) -> list[int]:
    """The rows above the headers that ask for the answer."""
    return [
        at
        for (at, _column), cell in sheet.cells.items()
        if at < header_row and cell.kind is CellKind.TEXT and folded(cell.text).startswith(_ANSWER)
    ]


def _answer_gone(sheet: Sheet, area: LedgerArea) -> Iterator[Change]:
    if not _rows_of_label(sheet, area.header_row):
        yield Change(area.answer_cell, f"“{ANSWER_LABEL.rstrip('：')}”一行不见了", unasked=area.answer_cell)


def _changes(area: LedgerArea, wanted: dict[str, Header], headers: Headers) -> Iterator[Change]:
    if headers.row != area.header_row:
        at = address(headers.row, min(headers.columns.values()))
        yield Change(at, f"表头移到了第{headers.row}行")
    moved = [code for code in headers.columns if headers.columns[code] != wanted[code].column]
    if moved:
        column = headers.columns[moved[0]]
        yield Change(address(headers.row, column), f"{column_letters(column)}列起换了位置")
    for code in headers.erased:
        at = address(headers.row, headers.columns[code])
        yield Change(at, f"{at}的表头“{wanted[code].text}”没有了")
