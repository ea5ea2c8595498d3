"""Merged ledgers and rosters as lists: the rows of all units in the order of the units, persons masked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from aggregator.model.definition import Column, Ledger, ValueType
from aggregator.model.evaluate import plain_text
from aggregator.model.masking import is_masked, masked_name
from aggregator.model.value import Gap, LedgerRow, Scalar, ValueState
from aggregator.publish.workbook.book import Cell
from aggregator.publish.workbook.listing import Kind, ListColumn, Listing
from aggregator.publish.workbook.material import Material

#: The ledger of the narratives; it has a sheet of its own.
TEXTS = "texts"
_KINDS = {
    ValueType.INT: Kind.COUNT,
    ValueType.DECIMAL: Kind.DECIMAL,
    ValueType.MONEY: Kind.MONEY,
    ValueType.PERCENT: Kind.PERCENT,
    ValueType.DATE: Kind.DATE,
    ValueType.MONTH: Kind.MONTH,
    ValueType.CODE: Kind.CENTRE,
}
_YEARS = ("年度", "年份")
_GAPS = {Gap.MISSING: None, Gap.NOT_APPLICABLE: "—", Gap.UNREADABLE: "无法识别"}


def ledgers_with_rows(material: Material) -> list[Ledger]:
    """The ledgers in which somebody entered something, in the order of the catalog; narratives apart."""
    merged = material.consolidation.ledgers
    return [
        ledger
        for code, ledger in material.consolidation.catalog.ledgers.items()
        if merged.get(code) and code != TEXTS and not ledger.in_settings
    ]


def ledgers_without_rows(material: Material) -> list[Ledger]:
    """The ledgers that were asked of some unit and have no row."""
    asked = {ledger for _, ledger in material.consolidation.sheets}
    merged = material.consolidation.ledgers
    return [
        ledger
        for code, ledger in material.consolidation.catalog.ledgers.items()
        if code in asked and not merged.get(code)
    ]


def ledger_listing(material: Material, ledger: Ledger) -> Listing:
    """The merged rows of one ledger."""
    rows = material.consolidation.ledgers.get(ledger.code, ())
    readers = [_reader(ledger, column) for column in ledger.columns]
    return Listing(
        title=f"{ledger.name}（{material.consolidation.period.label}，共{len(rows)}行）",
        note="；".join(filter(None, (_answers(material, ledger), _privacy(ledger)))),
        columns=_columns(ledger),
        rows=[_cells(material, row, readers) for row in rows],
    )


def _columns(ledger: Ledger) -> tuple[ListColumn, ...]:
    return (
        ListColumn("填报单位", 14),
        *(ListColumn(column.name, _width(column), _kind(column)) for column in ledger.columns),
        ListColumn("备注", 8, Kind.CENTRE),
        ListColumn("原表行号", 9, Kind.CENTRE),
    )


def _width(column: Column) -> float:
    least = 14.0 if column.type is ValueType.MONEY else 11.0
    # The header has two lines, and the arrow of the filter beside them.
    return min(max(float(column.width), len(column.name) + 4.0, least), 72.0)


def _kind(column: Column) -> Kind:
    if column.type is ValueType.TEXT:
        return Kind.LONG_TEXT
    if column.name.endswith(_YEARS):
        return Kind.CENTRE  # a year is a name and takes no separator: 2026, not 2,026
    return _KINDS.get(column.type, Kind.TEXT)


def _reader(ledger: Ledger, column: Column) -> Callable[[LedgerRow], Cell]:
    """How one column is read from a row."""
    code = column.code

    def read(row: LedgerRow) -> Cell:
        return _cell(row.cells.get(code, Gap.MISSING))

    def read_masked(row: LedgerRow) -> Cell:
        cell = read(row)
        return masked_name(cell if isinstance(cell, str) else plain_text(cell)) if cell else cell

    return read_masked if is_masked(ledger, column) else read


def _cell(scalar: Scalar) -> Cell:
    if isinstance(scalar, str):
        return scalar
    if isinstance(scalar, Gap):
        return _GAPS[scalar]
    return scalar if isinstance(scalar, Decimal | date) else plain_text(scalar)


def _cells(material: Material, row: LedgerRow, readers: list[Callable[[LedgerRow], Cell]]) -> list[Cell]:
    return [
        material.coverage.name(row.unit),
        *[read(row) for read in readers],
        "补报" if row.late else None,
        Decimal(row.number),
    ]


def _answers(material: Material, ledger: Ledger) -> str:
    """Who said that there is nothing to list, and who said nothing."""
    none, silent = [], []
    for report in material.units:
        sheet = material.consolidation.sheets.get((report.unit.code, ledger.code))
        if sheet is None or sheet.rows:
            continue
        if sheet.state is ValueState.MISSING:
            silent.append(report.unit.short_name)
        elif sheet.answer is not None and sheet.answer.says_none:
            none.append(report.unit.short_name)
    parts = (f"报无：{'、'.join(none)}" if none else "", f"未填报：{'、'.join(silent)}" if silent else "")
    return "；".join(filter(None, parts))


def _privacy(ledger: Ledger) -> str:
    hidden = [column.name for column in ledger.columns if is_masked(ledger, column)]
    return f"“{'”“'.join(hidden)}”按保护个人信息的要求遮盖" if hidden else ""
