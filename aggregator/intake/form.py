"""One form to one submission: its cover, its indicator sheet, its ledgers, its explanations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from aggregator.form.layout import INDICATOR_SHEET
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.around import file_told, sheets_told
from aggregator.intake.as_sent import sheet_as_sent
from aggregator.intake.control_totals import totals_told
from aggregator.intake.cover import read_cover
from aggregator.intake.indicators import Indicators, filled_of, read_indicators
from aggregator.intake.ledgers import not_asked, read_ledger
from aggregator.intake.locate import Map
from aggregator.intake.remarks import repairs_told
from aggregator.intake.rule_remarks import read_rule_remarks
from aggregator.intake.slip import read_slip
from aggregator.intake.source import Source
from aggregator.model.definition import LedgerKind
from aggregator.model.finding import Finding
from aggregator.model.value import CellAsSent, DataValue, LedgerSheet, Place, SourceFile, Submission, ValueState


@dataclass(frozen=True, slots=True)
class FormRead:
    """One form read: the submission, what is odd, how many required items the unit itself gave, and how many are lost.

    Lost is what stands there and cannot be read. `slip` is the number of the return slip that it is, 0 for none.
    """

    submission: Submission
    findings: tuple[Finding, ...]
    required: int
    filled: int
    lost: int = 0
    slip: int = 0

    @property
    def filled_pct(self) -> Decimal:
        """The share of required items that the unit itself gave; a form that asks nothing is full."""
        return self._of_required(self.filled)

    @property
    def touched_pct(self) -> Decimal:
        """The same with what cannot be read: somebody filled it in, and the form is damaged rather than empty."""
        return self._of_required(self.filled + self.lost)

    def _of_required(self, part: int) -> Decimal:
        if not self.required:
            return Decimal(100)
        return (Decimal(part) * 100 / self.required).quantize(Decimal("0.1"), ROUND_HALF_UP)


def read_form(source: Source, where: Map, *, file: SourceFile, version: str) -> FormRead:
    """What one form says."""
    layout = where.layout
    indicators = read_indicators(source, layout)
    read = [read_ledger(source, source.catalog.ledgers[code], area) for code, area in layout.ledgers.items()]
    repairs = [*indicators.repairs, *(repair for ledger in read for repair in ledger.repairs)]
    findings = [*indicators.findings, *(finding for ledger in read for finding in ledger.findings)]
    ledgers = _with_not_asked(source, where, {ledger.sheet.ledger: ledger.sheet for ledger in read})
    values = {**indicators.values, **_values_not_asked(source, where, indicators)}
    slip = read_slip(source)
    # Those of elements stand beside their values and are read with them.
    said = {
        **indicators.explanations,
        **read_rule_remarks(source, layout),
        **slip.explanations,
    }
    totals = tuple(totals_told(source))
    submission = Submission(
        unit=source.of.unit.code,
        period=source.of.period,
        source=file,
        values=values,
        ledgers=ledgers,
        stock_confirmed=indicators.stock_confirmed,
        stock_confirmed_cell=indicators.stock_confirmed_cell,
        stated=indicators.stated,
        cover=read_cover(source.workbook),
        explanations=said,
        catalog_version=version,
        last_shown=indicators.last_shown,
        year_shown=indicators.year_shown,
        uncalculated=indicators.uncalculated,
        unplaced=_unplaced(source),
        told=frozenset(indicators.told).union(*(ledger.told for ledger in read)),
        miscounted=totals[0].group if totals else "",
    )
    required, filled, lost = filled_of(indicators, source.catalog.elements)
    asked = [ledger.sheet for ledger in read]
    answered = sum(_is_given(source, sheet, indicators) for sheet in asked)
    damaged = sum(sheet.state is ValueState.UNREADABLE for sheet in asked)
    if totals:  # what was damaged shows there, too
        findings = [replace(one, group=totals[0].group) if one.kind is kinds.NAMES_NUMERIC else one for one in findings]
    around = (*sheets_told(source, layout, where.current), *file_told(source))
    return FormRead(
        submission,
        (*totals, *findings, *repairs_told(source.of, repairs), *around),
        required + len(asked),
        filled + answered,
        lost + damaged,
        slip.number,
    )


def _unplaced(source: Source) -> Mapping[str, tuple[CellAsSent, ...]]:
    """The sheets on which something is lost, as they were sent."""
    placed = (source.sheets.lines, *source.sheets.ledgers.values())
    sheets = [one.sheet for one in placed if one is not None and one.mismatches]
    return {sheet.name: sheet_as_sent(sheet, date1904=source.workbook.date1904) for sheet in sheets}


def _with_not_asked(source: Source, where: Map, read: Mapping[str, LedgerSheet]) -> dict[str, LedgerSheet]:
    """The ledgers read, and those of today's form that the form at hand does not have."""
    others = {code: area for code, area in where.current.ledgers.items() if code not in read}
    return {**read, **{code: not_asked(source, area) for code, area in others.items()}}


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
    if sheet.state is not ValueState.VALUE:
        return False
    is_carried = source.catalog.ledgers[sheet.ledger].kind is LedgerKind.STOCK and found.has_prefill
    return sheet.answer is not None or not is_carried
