"""Numbers and columns that slipped on their own sheet: pasted a line off, sorted without the columns beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from math import log
from typing import Any

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown, shown_cell
from aggregator.model.address import position
from aggregator.model.definition import Column, Ledger, LedgerKind, ValueType
from aggregator.model.finding import Finding
from aggregator.model.value import DataValue, Gap, LedgerRow, LedgerSheet, Scalar, ValueState

_MOST_NAMED = 3
# Small numbers are equal by chance.
_LEAST_LINES, _LEAST_LARGE, _LARGE = 3, 2, Decimal(10)
# Beside a blank cell: their own lines' numbers of last month would have to be twenty times as far away, all in all.
_LEAST_NEARER = log(20)
# Seven rows stand in the order of one of their columns by chance once in two and a half thousand times.
_LEAST_ROWS, _LEAST_VALUES, _LEAST_DAYS = 7, 6, 4
# Five that stand above as many blanks, too: once in fifteen thousand times.
_LEAST_ABOVE_BLANKS = 5
_TEXTS = "texts"


def check_slipped(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for numbers that are last month's of the next line, and for columns sorted alone."""
    for unit in returns:
        yield from _lines_off(unit)
        for ledger, sheet in unit.sheets():
            if ledger.kind is LedgerKind.FLOW and ledger.code != _TEXTS and sheet.state is ValueState.VALUE:
                yield from _sorted_alone(unit, ledger, sheet)


# ---- figures


@dataclass(frozen=True, slots=True)
class _Line:
    """A typed number, what its own line showed last month, and the line above or below."""

    value: DataValue
    number: Decimal
    own: Decimal
    other: Decimal

    @property
    def fits_the_other(self) -> bool:
        return self.number == self.other

    @property
    def is_off(self) -> bool:
        return self.fits_the_other and self.other != self.own

    @property
    def nearer_the_other(self) -> float:
        """By how much it is nearer the other line's number than its own one's, as sizes go."""
        return _distance(self.number, self.own) - _distance(self.number, self.other)


def _distance(one: Decimal, other: Decimal) -> float:
    return abs(log((1 + abs(one)) / (1 + abs(other))))


def _lines_off(unit: UnitReturn) -> Iterator[Finding]:
    """Runs of lines that hold the numbers which the lines above, or below, had last month, or such as they have."""
    for beside, step in (("上", 1), ("下", -1)):
        lines = _lines(unit, step)
        pushed = list(_pushed(unit, lines, step, beside))
        yield from pushed
        for run in _runs(lines):
            off = [line for line in run if line.is_off]
            large = [line for line in off if line.other >= _LARGE]
            area = frozenset(line.value.place.cell for line in run)
            is_told = any(area <= finding.area for finding in pushed)
            if len(off) >= _LEAST_LINES and len(large) >= _LEAST_LARGE and not is_told:
                cells = f"{off[0].value.place.cell}至{off[-1].value.place.cell}的{len(off)}格"
                yield _off(unit, off, area, cells=cells, like="正是", beside=beside)


def _lines(unit: UnitReturn, step: int) -> Mapping[int, _Line]:
    """The typed numbers by row, where both their own line and the one beside it have a number of last month."""
    told = unit.submission.told
    values = (value for _element, value in unit.typed if value.place.cell and value.place not in told)
    typed = {position(value.place.cell)[0]: value for value in values}
    last = {row: shown for row, value in typed.items() if isinstance(shown := unit.scope.last(value.element), Decimal)}
    return {
        row: _Line(value, number, last[row], last[row - step])
        for row, value in sorted(typed.items())
        if row in last and row - step in last and (number := _number(value)) is not None
    }


def _number(value: DataValue) -> Decimal | None:
    """The number that stands there, also one with decimals that its line does not allow."""
    if isinstance(value.value, Decimal):
        return value.value
    is_plain = value.state is ValueState.UNREADABLE and value.raw.replace(".", "", 1).isdecimal()
    return Decimal(value.raw) if is_plain else None


def _runs(lines: Mapping[int, _Line]) -> Iterator[list[_Line]]:
    """Lines directly below each other that all fit the line beside them."""
    run: list[_Line] = []
    previous = None
    for row, line in lines.items():
        if run and (row != previous or not line.fits_the_other):
            yield run
            run = []
        if line.fits_the_other:
            run.append(line)
        previous = row + 1
    yield run


def _pushed(unit: UnitReturn, lines: Mapping[int, _Line], step: int, beside: str) -> Iterator[Finding]:
    """Runs beside a blank cell whose numbers, all in all, are far nearer those that the line beside each had."""
    for element, blank in unit.typed:
        if element.required and blank.state is ValueState.MISSING and blank.place.cell:
            run = _nearest_run(lines, position(blank.place.cell)[0] + step, step)
            nearer = sum(line.nearer_the_other for line in run)
            off = [line for line in run if line.own != line.other]
            if len(off) >= _LEAST_LINES and nearer >= _LEAST_NEARER:
                ends = sorted((run[0], run[-1]), key=lambda line: position(line.value.place.cell)[0])
                first, last = (line.value.place.cell for line in ends)
                cells = f"{blank.place.cell}空着，{first}至{last}的{len(run)}格"
                area = frozenset({blank.place.cell, *(line.value.place.cell for line in run)})
                yield _off(unit, off, area, cells=cells, like="更接近", beside=beside)


def _nearest_run(lines: Mapping[int, _Line], row: int, step: int) -> Sequence[_Line]:
    """The lines from a row on as far as they are, taken together, nearest the line beside them."""
    run: list[_Line] = []
    while row in lines:
        run.append(lines[row])
        row += step
    nearer = list(accumulate(line.nearer_the_other for line in run))
    return run[: nearer.index(max(nearer)) + 1] if run else ()


def _off(
    unit: UnitReturn, off: Sequence[_Line], area: frozenset[str], *, cells: str, like: str, beside: str
) -> Finding:
    place = off[0].value.place
    told = "、".join(f"{line.value.place.cell}为{shown(line.number)}" for line in off[:_MOST_NAMED])
    sizes = [abs(line.other - line.own) for line in off]
    return kinds.VALUES_ONE_LINE_OFF.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        elements=tuple(line.value.element for line in off),
        value=shown(off[0].number),
        effect=max(sizes),
        area=area,
        where=f"{unit.unit.short_name}《{place.sheet}》",
        cells=cells,
        like=like,
        month=unit.period.previous().label,
        beside=beside,
        told=told + ("等" if len(off) > _MOST_NAMED else ""),
    )


# ---- ledgers


def _sorted_alone(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Iterator[Finding]:
    """Columns that stand in order although the rows stand in that of their days: a sort moves whole rows."""
    columns = ledger.columns_of(unit.unit.kind)
    day = next((column for column in columns if column.type is ValueType.DATE and column.required), None)
    if day is None or not is_ordered(sheet, day, _LEAST_DAYS):
        return
    others = [column for column in columns if column is not day and column.type is not ValueType.MONTH]
    ordered = [column for column in others if is_ordered(sheet, column)]
    if ordered:
        place = sheet.place(sheet.rows[0], ordered[0].code)
        filled = [value for row in sheet.rows if not isinstance(value := _cell(row, ordered[0]), Gap)]
        first, last = (shown_cell(ledger, ordered[0], value) for value in (filled[0], filled[-1]))
        yield kinds.COLUMN_SORTED.at(
            place,
            unit=unit.unit.code,
            period=unit.period,
            elements=(ledger.code,),
            area=frozenset(sheet.place(row, column.code).cell for row in sheet.rows for column in ordered),
            where=f"{unit.unit.short_name}《{place.sheet}》",
            names="、".join(f"“{column.name}”" for column in ordered[:_MOST_NAMED]),
            first=first,
            last=last,
        )


def _cell(row: LedgerRow, column: Column) -> Scalar:
    return row.cells.get(column.code, Gap.MISSING)


def is_ordered(
    sheet: LedgerSheet, column: Column, least: int = _LEAST_VALUES, *, least_rows: int = _LEAST_ROWS
) -> bool:
    """Whether a column goes up or down throughout, its blanks last, over so many different values."""
    values = [_cell(row, column) for row in sheet.rows]
    filled = [value for value in values if not isinstance(value, Gap)]
    blanks_last = all(isinstance(value, Gap) for value in values[len(filled) :])
    has_blanks = len(values) >= 2 * len(filled)
    rows, different = (_LEAST_ABOVE_BLANKS, _LEAST_ABOVE_BLANKS) if has_blanks else (least_rows, least)
    if len(filled) < rows or len(set(map(str, filled))) < different or not blanks_last:
        return False
    return any(keys in (sorted(keys), sorted(keys, reverse=True)) for keys in _keys(filled))


def _keys(values: Sequence[Scalar]) -> Iterator[list[Any]]:
    """What a program sorts by: numbers and days as they are, texts by their code, or by their sound as GBK has them."""
    if all(isinstance(value, Decimal) for value in values) or all(isinstance(value, date) for value in values):
        yield list(values)
    elif all(isinstance(value, str) for value in values):
        texts = [str(value) for value in values]
        yield texts
        yield [text.encode("gbk", "replace") for text in texts]
