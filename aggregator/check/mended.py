"""What a return may have said before it was damaged: rows that are gone stand there again, spoiled cells are unknown.

What a roster said of the same thing last month is as good as known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache

from aggregator.check import finding_kinds as kinds
from aggregator.check.carried import key_of, rows_gone, rows_handed_out, rows_written_over
from aggregator.check.evaluation import Outcome, judge
from aggregator.check.returns import UnitReturn
from aggregator.check.rules import scope_of
from aggregator.model.absent import columns_read
from aggregator.model.address import position
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Ledger, Rule
from aggregator.model.evaluate import evaluate
from aggregator.model.expression import Node, elements_of, ledgers_of
from aggregator.model.finding import Finding
from aggregator.model.scope import UnitScope
from aggregator.model.value import Cells, DataValue, Gap, LedgerRow, LedgerSheet, Scalar, ValueState


def mended(unit: UnitReturn, damage: Finding) -> UnitReturn:
    """The return without a damage."""
    sent = unit.submission
    values = {code: _unknown_in(value, damage) for code, value in sent.values.items()}
    ledgers = {code: _mended_sheet(unit, sheet, damage) for code, sheet in sent.ledgers.items()}
    submission = replace(sent, values=values, ledgers=ledgers)
    scope = _DerivedAnew(unit.catalog, unit.batch.street, submission, unit.scope.earlier)
    return replace(unit, submission=submission, scope=scope)


@dataclass
class _DerivedAnew(UnitScope):
    """A unit's month whose derived values are computed again from what it types and lists."""

    _derived: dict[str, Scalar] = field(default_factory=dict)

    def element(self, code: str) -> Scalar:
        """The unit's value of an element."""
        expression = self.catalog.elements[code].expression
        if expression is None:
            return super().element(code)
        if code not in self._derived:
            self._derived[code] = evaluate(expression, self)
        return self._derived[code]


def is_broken(finding: Finding, unit: UnitReturn) -> bool:
    """Whether the rule of a finding fails in a return; that of a row, in the row of that number."""
    asked = _asked_by_code(unit.catalog)[finding.rule]
    if asked.ledger is None:
        return judge(asked.rule, scope_of(asked.rule, unit), {}) is Outcome.FAILED
    number, _column = position(finding.place.cell)
    rows = unit.submission.ledgers[asked.ledger.code].rows
    cells = next((row.cells for row in rows if row.number == number), {})
    return judge(asked.rule, unit.scope, cells) is Outcome.FAILED


def reads(rule: str, catalog: Catalog) -> AbstractSet[str | tuple[str, str]]:
    """All elements, ledgers and columns counted over that a rule reads, by way of what they are derived from too."""
    return _asked_by_code(catalog)[rule].reads


@lru_cache(maxsize=1024)
def element_reads(code: str, catalog: Catalog) -> AbstractSet[str | tuple[str, str]]:
    """The same of a derived element."""
    return frozenset(_read([catalog.elements[code].expression], catalog))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule, the ledger whose rows it is about if any, and what it reads."""

    rule: Rule
    ledger: Ledger | None
    reads: AbstractSet[str | tuple[str, str]]


@lru_cache(maxsize=16)
def _asked_by_code(catalog: Catalog) -> Mapping[str, _Asked]:
    of_rows = ((rule, ledger) for ledger in catalog.ledgers.values() for rule in ledger.rules)
    asked = (*((rule, None) for rule in catalog.rules), *of_rows)
    return {
        rule.code: _Asked(
            rule, ledger, frozenset((*_read([rule.when, rule.check], catalog), *([ledger.code] if ledger else [])))
        )
        for rule, ledger in asked
    }


def _read(nodes: list[Node | None], catalog: Catalog) -> Iterator[str | tuple[str, str]]:
    seen: set[str] = set()
    while nodes:
        node = nodes.pop()
        yield from ledgers_of(node)
        yield from columns_read(node, catalog)
        new = set(elements_of(node)) - seen
        yield from new
        seen |= new
        nodes += [catalog.elements[code].expression for code in new]


# ---- what stood there


def _unknown_in(value: DataValue, damage: Finding) -> DataValue:
    is_spoiled = value.place.sheet == damage.place.sheet and value.place.cell in damage.area and not value.derived
    return value._replace(state=ValueState.UNREADABLE, value=None) if is_spoiled else value


def _mended_sheet(unit: UnitReturn, sheet: LedgerSheet, damage: Finding) -> LedgerSheet:
    if sheet.answer_place.sheet != damage.place.sheet or sheet.state is not ValueState.VALUE:
        return sheet
    ledger = unit.catalog.ledgers[sheet.ledger]
    if damage.kind is kinds.ROWS_GONE:
        return replace(sheet, rows=_with_rows_back(unit, ledger, sheet))
    known = rows_handed_out(unit, ledger, sheet)
    return replace(sheet, rows=tuple(_mended_row(ledger, sheet, row, damage=damage, known=known) for row in sheet.rows))


def _with_rows_back(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> tuple[LedgerRow, ...]:
    """The rows with those that are gone; what was written over one gives way to it."""
    over = rows_written_over(unit, ledger, sheet)
    return (*(row for row in sheet.rows if row.number not in over), *rows_gone(unit, ledger, sheet))


def _mended_row(
    ledger: Ledger, sheet: LedgerSheet, row: LedgerRow, *, damage: Finding, known: Mapping[int, LedgerRow]
) -> LedgerRow:
    spoiled = [code for code, letter in sheet.columns.items() if f"{letter}{row.number}" in damage.area]
    if not spoiled:
        return row
    cells = _said_before(ledger, row, spoiled, known)
    return row._replace(cells={**row.cells, **{code: cells.get(code, Gap.UNREADABLE) for code in spoiled}}, raw={})


def _said_before(ledger: Ledger, row: LedgerRow, spoiled: Sequence[str], known: Mapping[int, LedgerRow]) -> Cells:
    """What was said of the same thing: by its key, or in its place where the key is spoiled."""
    if ledger.key and not set(spoiled) & set(ledger.key):
        key = key_of(ledger, row)
        return next((one.cells for one in known.values() if key_of(ledger, one) == key), {})
    return known[row.number].cells if row.number in known else {}
