"""What should stand there and does not: blank required cells, unanswered ledger sheets, stock nobody confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import wanted_for
from aggregator.model.definition import Carry, Column, Element, Ledger, LedgerKind
from aggregator.model.finding import Finding
from aggregator.model.value import Answer, DataValue, Gap, LedgerRow, LedgerSheet, Place, ValueState

_TEXTS = "texts"
_BLANK = (Gap.MISSING, "")


def check_presence(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each gap that somebody has to fill."""
    for unit in returns:
        yield from _blank_values(unit)
        yield from _unconfirmed_stock(unit)
        for ledger, sheet in unit.sheets():
            yield from _answer(unit, ledger, sheet)
            yield from _blank_cells(unit, ledger, sheet)
        yield from _too_few_texts(unit)


def _blank_values(unit: UnitReturn) -> Iterator[Finding]:
    for element, value in unit.typed:
        if element.required and value.state is ValueState.MISSING:
            yield kinds.MISSING_VALUE.at(
                value.place,
                unit=unit.unit.code,
                period=unit.period,
                elements=(element.code,),
                effect=_usual_size(unit, element),
                where=unit.where(value.place),
                cell=value.place.cell,
                name=element.name,
                wanted=wanted_for(element),
                otherwise="，不适用的填“不适用”" if element.allows_not_applicable else "",
            )


def _usual_size(unit: UnitReturn, element: Element) -> Decimal | None:
    """Last month's value: about as much as the street total lacks while the cell is blank."""
    value = _last_value(unit, element)
    return abs(value.value) if value and isinstance(value.value, Decimal) else None


def _last_value(unit: UnitReturn, element: Element) -> DataValue | None:
    return unit.last_month.values.get(element.code) if unit.last_month else None


def _unconfirmed_stock(unit: UnitReturn) -> Iterator[Finding]:
    """A stock that stands as it was prefilled, and nobody said that it was looked at."""
    if unit.submission.stock_confirmed:
        return
    prefilled = [value for element, value in unit.typed if _is_as_prefilled(unit, element, value)]
    if not prefilled:
        return
    first = prefilled[0].place
    place = Place(first.file, first.sheet)
    yield kinds.STOCK_UNCONFIRMED.at(
        place._replace(cell=unit.submission.stock_confirmed_cell),
        unit=unit.unit.code,
        period=unit.period,
        elements=tuple(value.element for value in prefilled),
        where=unit.where(place),
        count=len(prefilled),
        cells=first.cell + ("等" if len(prefilled) > 1 else ""),
    )


def _is_as_prefilled(unit: UnitReturn, element: Element, value: DataValue) -> bool:
    """Whether a value is that of the unit's latest recorded month; in its first month nothing was prefilled."""
    if not element.is_prefilled or unit.latest is None or not value.state.counts:
        return False
    printed = unit.latest.values.get(element.code)
    return printed is not None and printed.state.counts and printed.value == value.value


def _answer(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Iterator[Finding]:
    """What the answer cell and the rows say of each other."""
    if sheet.state in (ValueState.UNREADABLE, ValueState.NOT_ASKED):
        return  # intake told what became of the sheet; an older form has none
    if sheet.answer is None and sheet.answer_place in unit.submission.told:
        return  # intake told what stands there instead
    kind = None
    same = _rows_as_prefilled(unit, ledger, sheet) if sheet.answer is None else 0
    if not sheet.rows and sheet.answer is None:
        kind = kinds.LEDGER_UNANSWERED
    elif not sheet.rows and sheet.answer is not None and not sheet.answer.says_none:
        kind = kinds.LEDGER_WITHOUT_ROWS
    elif sheet.rows and sheet.answer is None:
        kind = kinds.LEDGER_UNCONFIRMED if same else kinds.LEDGER_ANSWER_MISSING
    elif sheet.rows and sheet.answer is not None and sheet.answer.says_none:
        kind = kinds.LEDGER_CONTRADICTION
    if kind is None:
        return
    is_flow = ledger.kind is LedgerKind.FLOW
    yield kind.at(
        sheet.answer_place,
        unit=unit.unit.code,
        period=unit.period,
        value=sheet.answer or "",
        where=unit.where(Place(sheet.answer_place.file, sheet.answer_place.sheet)),
        cell=sheet.answer_place.cell,
        answer=sheet.answer or "",
        count=len(sheet.rows),
        same=same,
        unchanged=Answer.UNCHANGED,
        none=Answer.NONE_THIS_MONTH if is_flow else Answer.NONE_AT_ALL,
        some=Answer.HAS_ROWS if is_flow else Answer.UPDATED,
    )


def _rows_as_prefilled(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> int:
    """How many rows of a stock ledger are those of the unit's latest recorded month."""
    printed = unit.latest.ledgers.get(ledger.code) if unit.latest else None
    if ledger.kind is not LedgerKind.STOCK or printed is None:
        return 0
    kept = [column.code for column in ledger.columns_of(unit.unit.kind) if column.carry is Carry.KEEP]
    known = {tuple(row.cells.get(code, Gap.MISSING) for code in kept) for row in printed.rows}
    return sum(tuple(row.cells.get(code, Gap.MISSING) for code in kept) in known for row in sheet.rows)


def _blank_cells(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Iterator[Finding]:
    if sheet.rows:
        required = (column for column in ledger.columns_of(unit.unit.kind) if column.required)
        for column in (column for column in required if sheet.asks(column.code)):
            for row in sheet.rows:
                if row.cells.get(column.code, Gap.MISSING) in _BLANK:
                    yield _blank_cell(unit, sheet, row, column)


def _blank_cell(unit: UnitReturn, sheet: LedgerSheet, row: LedgerRow, column: Column) -> Finding:
    place = sheet.place(row, column.code)
    return kinds.MISSING_CELL.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        elements=(f"{sheet.ledger}.{column.code}",),
        where=unit.where(place),
        cell=place.cell,
        row=row.number,
        name=column.name,
    )


def _too_few_texts(unit: UnitReturn) -> Iterator[Finding]:
    sheet = unit.submission.ledgers.get(_TEXTS)
    if sheet is None or sheet.state is not ValueState.VALUE:
        return
    for narrative in unit.catalog.narratives.values():
        count = sum(row.cells.get("kind") == narrative.name for row in sheet.rows)
        if narrative.of.includes(unit.unit.kind) and count < narrative.required_rows:
            yield kinds.MISSING_TEXTS.at(
                sheet.answer_place,
                unit=unit.unit.code,
                period=unit.period,
                elements=(narrative.code,),
                where=unit.where(Place(sheet.answer_place.file, sheet.answer_place.sheet)),
                sheet=sheet.answer_place.sheet,
                name=narrative.name,
                count=count,
                wanted=narrative.required_rows,
            )
