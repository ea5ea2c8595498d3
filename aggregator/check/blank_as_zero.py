"""The scope of rules whose missing policy is `zero`: a blank cell reads as 0, as it does in Excel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from aggregator.check.returns import UnitReturn
from aggregator.model.definition import Element
from aggregator.model.evaluate import evaluate
from aggregator.model.period import Period
from aggregator.model.value import Gap, LedgerRow, Scalar, Submission, ValueState


@dataclass
class BlankAsZero:
    """A unit's scope that reads blank cells as 0; what is unreadable or not in the form stays unknown."""

    unit: UnitReturn
    _known: dict[str, Scalar] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """The month at hand."""
        return self.unit.scope.period

    def element(self, code: str) -> Scalar:
        """The value of an element, 0 where its cell is blank."""
        if code not in self._known:
            self._known[code] = self._element(code)
        return self._known[code]

    def _element(self, code: str) -> Scalar:
        plain = self.unit.scope.element(code)
        element = self.unit.catalog.elements[code]
        if plain is Gap.MISSING and element.expression is not None:
            # A derived number lacks only what its own blank parts lack.
            return evaluate(element.expression, self)
        return _zero_when_blank(plain, self.unit.submission, element)

    def last(self, code: str) -> Scalar:
        """Last month's value, 0 where its cell was blank; unknown without a return of last month."""
        plain = self.unit.scope.last(code)
        return _zero_when_blank(plain, self.unit.last_month, self.unit.catalog.elements[code])

    def year_to_date(self, code: str) -> Scalar:
        """This year so far; a blank month stays unknown, as nobody knows how much it lacks."""
        return self.unit.scope.year_to_date(code)

    def setting(self, code: str) -> Scalar:
        """A setting of the street."""
        return self.unit.scope.setting(code)

    def rows(self, ledger: str, *, living: bool) -> Sequence[LedgerRow] | None:
        """The rows of a ledger; none where its sheet says nothing."""
        rows = self.unit.scope.rows(ledger, living=living)
        sheet = self.unit.submission.ledgers.get(ledger)
        if rows is None:
            return () if sheet is not None and sheet.state is ValueState.MISSING else None
        return rows

    def over_communities(self, code: str) -> Sequence[Decimal]:
        """Not a unit's to know."""
        return self.unit.scope.over_communities(code)

    def communities(self) -> Decimal:
        """Not a unit's to know."""
        return self.unit.scope.communities()

    def against(self, code: str, base: str) -> tuple[Scalar, Scalar]:
        """Not a unit's to know."""
        return self.unit.scope.against(code, base)


def _zero_when_blank(plain: Scalar, submission: Submission | None, element: Element) -> Scalar:
    value = submission.values.get(element.code) if submission else None
    is_blank = value is not None and value.state is ValueState.MISSING
    return Decimal(0) if plain is Gap.MISSING and is_blank else plain
