"""The rules that a ledger states about each of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from aggregator.check import finding_kinds as kinds
from aggregator.check.evaluation import Failure, Operand, Outcome, Reading, explain, judge_of, tolerant
from aggregator.check.names import UnitNames
from aggregator.check.outcome import Unverified
from aggregator.check.returns import UnitReturn
from aggregator.check.rules import NOT_ASKED_THEN, remedy_of, severity_of, sides_of, telling_operand
from aggregator.check.wording import shown_cell
from aggregator.model.absent import columns_lacking
from aggregator.model.choosing import Chooser
from aggregator.model.definition import Ledger, Rule
from aggregator.model.evaluate import Scope, choosing
from aggregator.model.expression import Aggregate, ColumnRef, Negation, walk
from aggregator.model.finding import Finding
from aggregator.model.value import Gap, LedgerRow, LedgerSheet, Scalar


def check_row_rules(returns: tuple[UnitReturn, ...]) -> Iterator[Finding | Unverified]:
    """Yield a finding for each row that breaks a rule of its ledger, and what could not be verified."""
    for unit in returns:
        for ledger, sheet in unit.sheets():
            if sheet.rows and ledger.rules:
                yield from _sheet_judged(unit, ledger, sheet)


def _sheet_judged(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Iterator[Finding | Unverified]:
    lacking = {column for _, column in columns_lacking(sheet, unit.catalog, unit.unit.kind)}
    for rule in ledger.rules:
        if rule.of.includes(unit.unit.kind):
            is_absent = not lacking.isdisjoint(_columns_read(rule))
            yield from (_not_asked(rule, unit, sheet),) if is_absent else _rows_judged(rule, unit, ledger, sheet)


def _rows_judged(rule: Rule, unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Iterator[Finding | Unverified]:
    undecided = []
    judge = judge_of(rule)
    for row in _doubtful(rule, unit, sheet.rows):
        outcome = judge(unit.scope, row.cells)
        if outcome is Outcome.FAILED:
            reading = Reading(unit.scope, row.cells, _RowNames(unit, ledger, sheet, row))
            yield _broken(rule, unit, sheet, row=row, failure=explain(rule, reading))
        elif outcome is Outcome.UNDECIDED and _gaps(rule, ledger, row):
            undecided.append(row)
    if undecided:
        yield _unverified(rule, unit, ledger, sheet=sheet, rows=undecided)


def _not_asked(rule: Rule, unit: UnitReturn, sheet: LedgerSheet) -> Unverified:
    """A rule that reads a column which a form of an earlier version does not have."""
    place, count = sheet.place(sheet.rows[0]), len(sheet.rows)
    return Unverified(rule.code, rule.name, unit.unit.code, (), place, NOT_ASKED_THEN, count)


def _doubtful(rule: Rule, unit: UnitReturn, rows: Sequence[LedgerRow]) -> Sequence[LedgerRow]:
    """The rows that are not seen at once to meet a rule, or not to be asked for it; almost all are."""
    scope = unit.scope
    chosen = _choosers(rule)
    if chosen.not_asked is None or chosen.asked is None:
        return _without(chosen.meeting(scope, rows), rows)
    rows = _without(chosen.not_asked(scope, rows), rows)
    return _without(chosen.meeting(scope, chosen.asked(scope, rows)), rows)


@dataclass(frozen=True, slots=True)
class _Choosers:
    """What chooses the rows that a rule asks for, those that it does not, and those that meet its check."""

    meeting: Chooser[Scope]
    asked: Chooser[Scope] | None = None
    not_asked: Chooser[Scope] | None = None


@lru_cache(maxsize=1024)
def _choosers(rule: Rule) -> _Choosers:
    meeting = choosing(tolerant(rule.check, rule.tolerance))
    if rule.when is None:
        return _Choosers(meeting)
    when = tolerant(rule.when, rule.tolerance)
    return _Choosers(meeting, choosing(when), choosing(Negation(when)))


def _without(some: Sequence[LedgerRow], rows: Sequence[LedgerRow]) -> Sequence[LedgerRow]:
    if len(some) == len(rows):
        return ()
    out = set(map(id, some))
    return [row for row in rows if id(row) not in out]


def _gaps(rule: Rule, ledger: Ledger, row: LedgerRow) -> tuple[str, ...]:
    """Columns that the rule needs and the row lacks: unreadable, or blank though required.

    An optional cell left blank asks nothing of the rule.
    """
    return tuple(
        code
        for code in _columns_checked(rule)
        if row.cells.get(code, Gap.MISSING) is Gap.UNREADABLE
        or (row.cells.get(code, Gap.MISSING) is Gap.MISSING and ledger.column(code).required)
    )


@lru_cache(maxsize=1024)
def _columns_checked(rule: Rule) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.column for part in walk(rule.check) if isinstance(part, ColumnRef)))


@lru_cache(maxsize=1024)
def _columns_read(rule: Rule) -> frozenset[str]:
    """The columns of its check and of its condition."""
    return frozenset(
        part.column for node in (rule.when, rule.check) for part in walk(node) if isinstance(part, ColumnRef)
    )


def _broken(rule: Rule, unit: UnitReturn, sheet: LedgerSheet, *, row: LedgerRow, failure: Failure) -> Finding:
    telling = telling_operand(failure)
    place = telling.place if telling and telling.place else sheet.place(row)
    columns = {column.code for column in unit.catalog.ledgers[sheet.ledger].columns}
    codes = dict.fromkeys(f"{sheet.ledger}.{operand.code}" for operand in failure.operands if operand.code in columns)
    return kinds.RULE_BROKEN.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        elements=tuple(codes),
        value=telling.text if telling else "",
        severity=severity_of(rule),
        group=f"{kinds.RULE_BROKEN.code}:{rule.code}:{place.file}:{place.sheet}",
        effect=abs(failure.imbalance) if failure.imbalance is not None else None,
        rule=rule.code,
        where=f"{unit.where(place)}（第{row.number}行）",
        statement=failure.statement,
        remedy=remedy_of(rule),
        **sides_of(failure),
    )


def _unverified(
    rule: Rule, unit: UnitReturn, ledger: Ledger, *, sheet: LedgerSheet, rows: list[LedgerRow]
) -> Unverified:
    codes = dict.fromkeys(code for row in rows for code in _gaps(rule, ledger, row))
    named = "、".join(f"“{ledger.column(code).name}”" for code in codes)
    return Unverified(
        rule=rule.code,
        name=rule.name,
        unit=unit.unit.code,
        elements=tuple(f"{ledger.code}.{code}" for code in codes),
        place=sheet.place(rows[0], next(iter(codes))),
        reason=f"{len(rows)}行的{named}未填或无法识别",
        count=len(rows),
    )


@dataclass(frozen=True, slots=True)
class _RowNames:
    """How the operands of a row rule are called: the column with its cell in this row, persons masked."""

    unit: UnitReturn
    ledger: Ledger
    sheet: LedgerSheet
    row: LedgerRow

    def element(self, code: str, function: str, value: Scalar) -> Operand:
        """An element of the unit, named as in its own rules; the finding stands at the row."""
        return replace(UnitNames(self.unit).element(code, function, value), place=None, code="")

    def setting(self, code: str, value: Scalar) -> Operand:
        """A setting of the street."""
        return UnitNames(self.unit).setting(code, value)

    def column(self, node: ColumnRef, value: Scalar) -> Operand:
        """日期（A8）填报 2026年11月3日."""
        column = self.ledger.column(node.column)
        place = self.sheet.place(self.row, column.code)
        verb = "" if isinstance(value, Gap) else "填报"
        text = shown_cell(self.ledger, column, value)
        return Operand(f"{column.name}（{place.cell}）", value, text, place, column.code, is_typed=True, verb=verb)

    def rows(self, node: Aggregate, value: Scalar) -> Operand:
        """What the rows of a ledger yield; the finding stands at the row at hand."""
        return replace(UnitNames(self.unit).rows(node, value), place=None)
