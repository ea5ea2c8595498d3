"""Reads 选用材料.xlsx back: what the clerk decided of the texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from aggregator.intake.causes import UnreadableFileError
from aggregator.intake.cells import Cell, CellKind, Sheet, read_workbook
from aggregator.intake.plain_text import folded, readable
from aggregator.model.org_unit import Street
from aggregator.model.selection import Pick

_HEADERS = ("采用", "顺序", "单位", "类别", "标题")
_HEADERS_WITHIN = 10
_ADOPTED = {"是": True, "采用": True, "√": True, "否": False, "不采用": False, "×": False}


class PicksError(ValueError):
    """The clerk's file of decisions cannot be used; the message is one Chinese sentence."""


def read_picks(path: Path, street: Street) -> tuple[Pick, ...]:
    """The decisions of a file, none when there is no file; PicksError when one cannot be understood.

    Nothing is guessed: the file is written anew by the run, and a decision that was misread would be lost.
    """
    if not path.is_file():
        return ()
    try:
        sheets = read_workbook(path).sheets
    except UnreadableFileError as error:
        raise PicksError(f"“{path.name}”不能读取：{error}请修好或移走这个文件后再运行。") from error
    for sheet in sheets:
        found = _header(sheet)
        if found is not None:
            return tuple(_picks(path.name, sheet, *found, street))
    raise PicksError(f"“{path.name}”里找不到表头“{'、'.join(_HEADERS)}”，请恢复表头或移走这个文件后再运行。")


def _header(sheet: Sheet) -> tuple[int, Mapping[str, int]] | None:
    """The header's row and the columns below it."""
    for row in range(1, _HEADERS_WITHIN + 1):
        named = {_text(cell): column for (at, column), cell in sheet.cells.items() if at == row}
        if all(header in named for header in _HEADERS):
            return row, {header: named[header] for header in _HEADERS}
    return None


def _picks(file: str, sheet: Sheet, header: int, columns: Mapping[str, int], street: Street) -> Iterator[Pick]:
    units = {name: unit.code for unit in street.units for name in (unit.code, *unit.names)}
    for row in sorted({row for row, _column in sheet.cells if row > header}):
        line = {name: _text(sheet.cells.get((row, column))) for name, column in columns.items()}
        if not line["采用"] and not line["顺序"]:
            continue
        if line["单位"] not in units:
            raise PicksError(f"“{file}”第{row}行的单位“{line['单位']}”不在社区名单中，请改正后再运行。")
        yield Pick(
            units[line["单位"]],
            line["类别"],
            line["标题"],
            _adopted(file, row, line["采用"]),
            _order(file, row, line["顺序"]),
        )


def _adopted(file: str, row: int, text: str) -> bool | None:
    if text and text not in _ADOPTED:
        raise PicksError(f"“{file}”第{row}行“采用”填的是“{text}”，应填是或否，请改正后再运行。")
    return _ADOPTED.get(text)


def _order(file: str, row: int, text: str) -> int | None:
    number = folded(text).removesuffix(".0")
    if number and not (number.isascii() and number.isdigit() and int(number)):
        raise PicksError(f"“{file}”第{row}行“顺序”填的是“{text}”，应填1、2、3等整数，请改正后再运行。")
    return int(number) if number else None


def _text(cell: Cell | None) -> str:
    if cell is None or cell.kind in {CellKind.ERROR, CellKind.UNCALCULATED}:
        return ""
    return " ".join(readable(cell.text).split())
