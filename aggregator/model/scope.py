"""Scopes for expressions: one unit's month among its earlier ones, and the street's totals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import Over
from aggregator.model.evaluate import choosing
from aggregator.model.org_unit import Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Gap, LedgerRow, Scalar, Submission, ValueState

#: Settings that nobody types (`computed: true`) and that expressions may read.
_PERIOD_SETTINGS: Mapping[str, Callable[[Period], Scalar]] = {
    "set_year": lambda period: Decimal(period.year),
    "set_month": lambda period: Decimal(period.last.number),
    "set_period_end": lambda period: period.end,
    "set_period_label": lambda period: period.label,
    # The Party was founded in 1921.
    "set_party_anniversary": lambda period: Decimal(period.year - 1921),
}


class StreetOnlyError(LookupError):
    """A unit's expression asked for something that only the street has; the linter refuses such expressions."""


def setting_scalar(street: Street, code: str, period: Period | None = None) -> Scalar:
    """A setting as an expression sees it: a number where it is one; those of the period come from the period."""
    text = street.settings.get(code, "").strip()
    if not text:
        return _PERIOD_SETTINGS[code](period) if period and code in _PERIOD_SETTINGS else Gap.MISSING
    return _number_or_text(text)


@dataclass
class UnitScope:
    """One unit's month. `earlier` holds its own recorded months by period; used for `last` and `ytd`."""

    catalog: Catalog
    street: Street
    submission: Submission
    earlier: Mapping[Period, Submission] = field(default_factory=dict)
    _rows: dict[tuple[str, bool], Sequence[LedgerRow] | None] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """The month at hand."""
        return self.submission.period

    def element(self, code: str) -> Scalar:
        """The unit's value of an element."""
        return _scalar(self.submission, code)

    def last(self, code: str) -> Scalar:
        """Its value in the month before."""
        return _scalar(self.earlier.get(self.period.previous()), code)

    def year_to_date(self, code: str) -> Scalar:
        """Its sum (flow) or last value (stock) from January to this month; missing when a month is."""
        if self.catalog.elements[code].over_months is Over.LAST:
            return self.element(code)
        known = [
            self.element(code) if month == self.period else _scalar(self.earlier.get(month), code)
            for month in self.period.year_to_date().months()
        ]
        if all(value is Gap.NOT_APPLICABLE for value in known):
            return Gap.NOT_APPLICABLE
        numbers = [value for value in known if value is not Gap.NOT_APPLICABLE]
        if not all(isinstance(number, Decimal) for number in numbers):
            return Gap.MISSING
        return sum((number for number in numbers if isinstance(number, Decimal)), Decimal(0))

    def setting(self, code: str) -> Scalar:
        """A setting of the street."""
        return setting_scalar(self.street, code, self.period)

    def rows(self, ledger: str, *, living: bool) -> Sequence[LedgerRow] | None:
        """The rows of one ledger sheet by row number; None when the sheet is missing or says nothing."""
        if (ledger, living) not in self._rows:
            self._rows[ledger, living] = self._read(ledger, living=living)
        return self._rows[ledger, living]

    def _read(self, ledger: str, *, living: bool) -> Sequence[LedgerRow] | None:
        sheet = self.submission.ledgers.get(ledger)
        if sheet is None or sheet.state is not ValueState.VALUE:
            return None
        condition = self.catalog.ledgers[ledger].living
        if living and condition is not None:
            return choosing(condition)(self, self.rows(ledger, living=False) or ())
        return sorted(sheet.rows, key=lambda row: row.number)

    def over_communities(self, code: str) -> Sequence[Decimal]:
        """Not a unit's to know."""
        raise StreetOnlyError(code)

    def communities(self) -> Decimal:
        """Not a unit's to know."""
        raise StreetOnlyError("communities")

    def against(self, code: str, base: str) -> tuple[Scalar, Scalar]:
        """Not a unit's to know."""
        raise StreetOnlyError(f"{code}, {base}")


@dataclass(frozen=True)
class TotalsScope:
    """The street's totals, for rules over them."""

    consolidation: Consolidation

    @property
    def period(self) -> Period:
        """The month at hand."""
        return self.consolidation.period

    def element(self, code: str) -> Scalar:
        """The street's total of an element."""
        total = self.consolidation.totals.get(code)
        return total.this_month.scalar if total else Gap.MISSING

    def last(self, code: str) -> Scalar:
        """Its total of the month before."""
        total = self.consolidation.totals.get(code)
        return total.previous.scalar if total else Gap.MISSING

    def year_to_date(self, code: str) -> Scalar:
        """Its total from January to this month."""
        total = self.consolidation.totals.get(code)
        return total.year_to_date.scalar if total else Gap.MISSING

    def setting(self, code: str) -> Scalar:
        """A setting of the street."""
        return setting_scalar(self.consolidation.street, code, self.period)

    def rows(self, ledger: str, *, living: bool) -> Sequence[LedgerRow] | None:
        """The merged rows of a ledger."""
        rows = self.consolidation.ledgers.get(ledger)
        condition = self.consolidation.catalog.ledgers[ledger].living
        if rows is None or not living or condition is None:
            return rows
        return choosing(condition)(self, rows)

    def over_communities(self, code: str) -> Sequence[Decimal]:
        """The values of the communities that are in the totals."""
        total = self.consolidation.totals[code]
        return [
            source.value
            for source in total.this_month.sources
            if isinstance(source.value, Decimal)
            and self.consolidation.street.unit(source.unit).kind is UnitKind.COMMUNITY
        ]

    def communities(self) -> Decimal:
        """How many communities are open."""
        return Decimal(len(self.consolidation.street.communities(self.period)))

    def against(self, code: str, base: str) -> tuple[Scalar, Scalar]:
        """The street's value and that in a base period, each over the units that it has."""
        return self.element(code), self._base(code, base)

    def _base(self, code: str, base: str) -> Scalar:
        if base == "last_year" and code in self.consolidation.totals:
            return self.consolidation.totals[code].same_month_last_year.scalar
        lines = self.consolidation.street.baselines
        found = [line for line in lines if (line.element, line.base, line.unit) == (code, base, "")]
        if not found:
            return Gap.MISSING
        value = max(found, key=lambda line: line.through).value
        return _number_or_text(value) if value else Gap.MISSING


def _number_or_text(text: str) -> Scalar:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    # Decimal reads "NaN" and "Infinity" too, which no clerk means as a number.
    return number if number.is_finite() else text


def _scalar(submission: Submission | None, code: str) -> Scalar:
    value = submission.values.get(code) if submission else None
    return value.scalar if value else Gap.MISSING
