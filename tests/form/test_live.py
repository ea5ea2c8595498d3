"""Live formulas against the engine, by LibreOffice."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aggregator.form.check_sheet import ENGINE_ONLY, NO_LAST_MONTH
from aggregator.form.layout import CHECK_SHEET, COVER_SHEET, INDICATOR_SHEET, build_layout
from aggregator.form.template import Prefill, write_form
from aggregator.model.catalog import Catalog
from aggregator.model.definition import MissingPolicy, Rule
from aggregator.model.evaluate import compiled, evaluate
from aggregator.model.expression import Arithmetic, Call, Comparison, Node, Number
from aggregator.model.org_unit import OrgUnit
from aggregator.model.period import Period
from aggregator.model.scope import UnitScope
from aggregator.model.value import DataValue, Gap, LedgerRow, Place, Scalar, Submission, ValueState
from tests.form.conftest import COMMUNITY, OCTOBER, OFFICE, STREET, Clerk
from tests.workbooks import recalculated

needs_soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
pytestmark = [pytest.mark.libreoffice, needs_soffice]


@dataclass
class DerivingScope(UnitScope):
    """A unit's scope that works out derived elements when they are asked for."""

    derived: dict[str, Scalar] = field(default_factory=dict)

    def element(self, code: str) -> Scalar:
        """A typed value, or what the expression yields."""
        expression = self.catalog.elements[code].expression
        if expression is None:
            return super().element(code)
        if code not in self.derived:
            self.derived[code] = evaluate(expression, self)
        return self.derived[code]


@dataclass
class ZeroScope(DerivingScope):
    """The same, with blanks read as 0: the scope of rules whose missing policy is zero."""

    def element(self, code: str) -> Scalar:
        """A typed value, 0 where it is blank."""
        value = super().element(code)
        is_blank = value is Gap.MISSING and self.catalog.elements[code].expression is None
        return Decimal(0) if is_blank else value

    def rows(self, ledger: str, *, living: bool) -> Sequence[LedgerRow] | None:
        """None become no rows."""
        return super().rows(ledger, living=living) or ()


def shown(value: Scalar) -> str:
    """What a derived cell should show."""
    if value is Gap.NOT_APPLICABLE:
        return "不适用"
    if isinstance(value, Gap):
        return ""
    return f"{value:.9f}" if isinstance(value, Decimal) else str(value)


def found(value: object) -> str:
    """What a derived cell shows."""
    if isinstance(value, int | float):
        return f"{Decimal(repr(value)):.9f}"
    return str(value)[:10] if value is not None else ""


def unit_outcome(rule: Rule, scope: UnitScope) -> str:
    """The result of a rule over figures, by the engine."""
    if rule.missing is MissingPolicy.ZERO:
        scope = ZeroScope(scope.catalog, scope.street, scope.submission, scope.earlier)
    rule = replace(rule, check=tolerant(rule.check, rule.tolerance))
    asked = True if rule.when is None else evaluate(rule.when, scope)
    if asked is False:
        return "通过"
    truth = evaluate(rule.check, scope) if asked is True else Gap.MISSING
    if isinstance(truth, Decimal):
        truth = bool(truth)
    return {True: "通过", False: "不符"}.get(truth, "待填") if isinstance(truth, bool) else "待填"


def tolerant(node: Node, tolerance: Decimal) -> Node:
    """An equality at the top of a rule, true within its tolerance."""
    if not tolerance or not isinstance(node, Comparison):
        return node
    difference = Call("abs", (Arithmetic("-", node.left, node.right),))
    return Comparison("<=" if node.operator == "==" else ">", difference, Number(tolerance))


def breaks(rule: Rule, scope: UnitScope, row: LedgerRow) -> bool:
    """Whether a row breaks a row rule, by the engine."""
    asked = True if rule.when is None else compiled(rule.when)(scope, row.cells)
    return asked is True and compiled(rule.check)(scope, row.cells) is False


def row_outcome(rule: Rule, scope: UnitScope) -> str:
    """The result of a row rule over a whole ledger, by the engine."""
    rows = scope.rows(rule.ledger, living=False)
    if rows is None:
        return "待填"
    broken = sum(breaks(rule, scope, row) for row in rows)
    return f"不符（{broken}行）" if broken else "通过"


def differences(catalog: Catalog, clerk: Clerk, folder: Path, last: Submission | None = None) -> list[str]:
    """Every cell of a form that does not show what the engine yields."""
    submission = clerk.submission()
    scope = DerivingScope(catalog, STREET, submission, _earlier(catalog, last))
    year_to_date = _before(catalog, last)
    form = write_form(
        catalog=catalog, street=STREET, unit=clerk.unit, period=clerk.period, filled=submission,
        prefill=_prefill(catalog, last), year_to_date=year_to_date,
    )  # fmt: skip
    book = recalculated(form, folder)
    return [*_errors(book), *_elements(clerk, scope, book), *_rules(catalog, clerk, scope, book)]


def _errors(book: Any) -> list[str]:
    return [
        f"{sheet.title}!{cell.coordinate} shows {cell.value}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
    ]


def _elements(clerk: Clerk, scope: UnitScope, book: Any) -> list[str]:
    cells = [cell for cell in clerk.layout.elements.values() if cell.derived]
    pairs = [(cell, shown(scope.element(cell.code)), found(book[INDICATOR_SHEET][cell.cell].value)) for cell in cells]
    return [f"{cell.code}: engine {ours!r}, form {theirs!r}" for cell, ours, theirs in pairs if ours != theirs]


def _rules(catalog: Catalog, clerk: Clerk, scope: UnitScope, book: Any) -> list[str]:
    rules = {rule.code: rule for rule in catalog.rules}
    rules |= {rule.code: rule for code in clerk.layout.ledgers for rule in catalog.ledgers[code].rules}
    wrong = []
    for code, row in clerk.layout.rules.items():
        theirs = book[CHECK_SHEET][f"D{row}"].value
        ours = row_outcome(rules[code], scope) if rules[code].ledger else unit_outcome(rules[code], scope)
        if theirs not in {ENGINE_ONLY, NO_LAST_MONTH, ours}:
            wrong += [f"rule {code} D{row}: engine {ours!r}, form {theirs!r}"]
    return wrong


def _derived_last(catalog: Catalog, last: Submission) -> Submission:
    """Last month as history keeps it: with its derived values."""
    scope = DerivingScope(catalog, STREET, last)
    values = dict(last.values)
    for element in catalog.elements.values():
        if element.expression is not None and element.of.includes(STREET.unit(last.unit).kind):
            value = scope.element(element.code)
            if isinstance(value, Decimal):
                values[element.code] = DataValue(
                    element.code, last.unit, last.period, ValueState.VALUE, value, Place(""), derived=True
                )
    return replace(last, values=values)


def _earlier(catalog: Catalog, last: Submission | None) -> Mapping[Period, Submission]:
    """Every earlier month of the year like the last one, so that the year so far is known."""
    if last is None:
        return {}
    full = _derived_last(catalog, last)
    return {month: replace(full, period=month) for month in last.period.year_to_date().months()}


def _before(catalog: Catalog, last: Submission | None) -> dict[str, Decimal | Gap]:
    if last is None:
        return {}
    months = len(last.period.year_to_date())
    before: dict[str, Decimal | Gap] = {}
    for code, value in _derived_last(catalog, last).values.items():
        if value.state is ValueState.NOT_APPLICABLE:
            before[code] = Gap.NOT_APPLICABLE
        elif isinstance(value.value, Decimal):
            before[code] = value.value * months
    return before


def _prefill(catalog: Catalog, last: Submission | None) -> Prefill | None:
    return Prefill(_derived_last(catalog, last).values, last.ledgers, last.period) if last else None


@pytest.mark.parametrize("unit", [COMMUNITY, OFFICE], ids=["community", "office"])
def test_a_full_return_shows_what_the_engine_computes(catalog: Catalog, unit: OrgUnit, tmp_path: Path) -> None:
    last = Clerk(catalog, unit, OCTOBER.previous(), seed=5).submission()
    assert differences(catalog, Clerk(catalog, unit, OCTOBER, seed=1), tmp_path, last) == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("unit", [COMMUNITY, OFFICE], ids=["community", "office"])
def test_blanks_and_holes_show_what_the_engine_computes(
    catalog: Catalog, unit: OrgUnit, seed: int, tmp_path: Path
) -> None:
    clerk = Clerk(catalog, unit, OCTOBER, seed=seed, blank=(0.15, 0.4, 0.8)[seed], holes=True)
    last = Clerk(catalog, unit, OCTOBER.previous(), seed=seed + 50, blank=0.2).submission() if seed else None
    assert differences(catalog, clerk, tmp_path, last) == []


@pytest.mark.parametrize("seed", range(4))
def test_every_turn_of_the_dialect_shows_what_the_engine_computes(
    small_catalog: Catalog, seed: int, tmp_path: Path
) -> None:
    clerk = Clerk(small_catalog, COMMUNITY, OCTOBER, seed=seed, blank=(0, 0.1, 0.3, 0.6)[seed], holes=True)
    last = (
        Clerk(small_catalog, COMMUNITY, OCTOBER.previous(), seed=seed + 9, blank=0).submission() if seed % 2 else None
    )
    assert set(clerk.layout.elements) == set(small_catalog.elements)
    assert differences(small_catalog, clerk, tmp_path, last) == []


def test_a_blank_form_never_says_that_its_checks_are_passed(catalog: Catalog, tmp_path: Path) -> None:
    blank = write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER)
    book = recalculated(blank, tmp_path)
    cover = {row[2].value: row[3].value for row in book[COVER_SHEET].iter_rows() if row[2].value}
    assert str(cover[CHECK_SHEET]).startswith("待填")
    waiting = [row[3].value for row in book[CHECK_SHEET].iter_rows(min_row=5) if row[3].value]
    complete = [text for text in waiting if text == "填齐"]
    unfilled = [text for text in waiting if str(text).startswith("待填")]
    lines = 1 + len(build_layout(catalog, COMMUNITY.kind, catalog.blocks_on(STREET)).ledgers)
    assert book[CHECK_SHEET]["F3"].value == lines - len(complete) + len(unfilled) > lines
