"""One form to one submission: its cover, its indicator sheet, its ledgers, its explanations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from aggregator.form.layout import COVER_SHEET, INDICATOR_SHEET, FormLayout
from aggregator.intake.cells import CellKind, Workbook
from aggregator.intake.indicators import Indicators, filled_of, read_indicators
from aggregator.intake.ledgers import not_asked, read_ledger
from aggregator.intake.locate import Map, sheet_named
from aggregator.intake.plain_text import readable
from aggregator.intake.remarks import Repair, repairs_told
from aggregator.intake.source import Source
from aggregator.model.address import position
from aggregator.model.definition import LedgerKind
from aggregator.model.finding import Finding
from aggregator.model.value import DataValue, LedgerSheet, Place, SourceFile, Submission, ValueState


@dataclass(frozen=True, slots=True)
class FormRead:
    """One form read: the submission, what is odd, and how many required items the unit itself gave."""

    submission: Submission
    findings: tuple[Finding, ...]
    required: int
    filled: int

    @property
    def filled_pct(self) -> Decimal:
        """The share of required items that the unit itself gave; a form that asks nothing is full."""
        if not self.required:
            return Decimal(100)
        return (Decimal(self.filled) * 100 / self.required).quantize(Decimal("0.1"), ROUND_HALF_UP)


def read_form(source: Source, where: Map, *, file: SourceFile, version: str) -> FormRead:
    """What one form says."""
    layout = where.layout
    indicators = read_indicators(source, layout)
    ledgers, findings, repairs = _read_ledgers(source, where)
    findings = [*indicators.findings, *findings, *repairs_told(source.of, [*indicators.repairs, *repairs])]
    values = {**indicators.values, **_values_not_asked(source, where, indicators)}
    submission = Submission(
        unit=source.of.unit.code,
        period=source.of.period,
        source=file,
        values=values,
        ledgers=ledgers,
        stock_confirmed=indicators.stock_confirmed,
        stated=indicators.stated,
        cover=dict(_cover(source.workbook, layout)),
        explanations={**indicators.explanations, **dict(_rule_explanations(source.workbook, layout))},
        catalog_version=version,
    )
    required, filled = filled_of(indicators, source.catalog.elements)
    asked = [sheet for sheet in ledgers.values() if sheet.state is not ValueState.NOT_ASKED]
    answered = [sheet for sheet in asked if _is_given(source, sheet, indicators)]
    return FormRead(submission, tuple(findings), required + len(asked), filled + len(answered))


def _read_ledgers(source: Source, where: Map) -> tuple[dict[str, LedgerSheet], list[Finding], list[Repair]]:
    ledgers: dict[str, LedgerSheet] = {}
    findings: list[Finding] = []
    repairs: list[Repair] = []
    for code, area in where.layout.ledgers.items():
        read = read_ledger(source, source.catalog.ledgers[code], area)
        ledgers[code] = read.sheet
        findings += read.findings
        repairs += read.repairs
    for code, area in where.current.ledgers.items():
        if code not in ledgers:
            ledgers[code] = not_asked(source, area)
    return ledgers, findings, repairs


def _values_not_asked(source: Source, where: Map, found: Indicators) -> Mapping[str, DataValue]:
    """The elements of today's form that the form at hand does not have."""
    place = Place(source.of.file, INDICATOR_SHEET)
    return {
        code: DataValue(code, source.of.unit.code, source.of.period, ValueState.NOT_ASKED, None, place)
        for code, cell in where.current.elements.items()
        if not cell.derived and code not in found.values
    }


def _is_given(source: Source, sheet: LedgerSheet, found: Indicators) -> bool:
    """Whether the unit itself filled in a ledger: carried rows that nobody confirmed are our own print."""
    if sheet.answer is not None or sheet.state is ValueState.UNREADABLE:
        return True
    is_carried = source.catalog.ledgers[sheet.ledger].kind is LedgerKind.STOCK and found.has_prefill
    return bool(sheet.rows) and not is_carried


def _cover(workbook: Workbook, layout: FormLayout) -> Iterator[tuple[str, str]]:
    yield from _texts(workbook, {field: (COVER_SHEET, cell) for field, cell in layout.cover.items()})


def _rule_explanations(workbook: Workbook, layout: FormLayout) -> Iterator[tuple[str, str]]:
    # Those of elements stand beside their values and are read with them.
    rules = {code: place for code, place in layout.explanations.items() if code in layout.rules}
    yield from _texts(workbook, rules)


def _texts(workbook: Workbook, places: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The texts of cells, by code; those that are empty are left out."""
    sheets = {name: sheet_named(workbook, name) for name in {sheet for sheet, _ in places.values()}}
    for code, (name, at) in places.items():
        sheet = sheets[name]
        cell = sheet.cells.get(position(at)) if sheet else None
        text = readable(cell.text).strip() if cell and cell.kind in {CellKind.TEXT, CellKind.NUMBER} else ""
        if text:
            yield code, text
