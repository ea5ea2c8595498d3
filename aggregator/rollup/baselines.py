"""Baselines (基数): the street's own figures from before the first recorded month, each marked where it is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from aggregator.model.definition import Element, Over
from aggregator.model.org_unit import Baseline, Street
from aggregator.model.period import Month, Period
from aggregator.model.value import DataValue, Place, ValueState
from aggregator.rollup.returns import Returns

#: Where the clerk enters them.
BASELINE_PLACE = Place("街道设置.xlsx", "基数")


@dataclass(frozen=True, slots=True)
class Opening:
    """The sum of the year's months before the tool came, up to and with the month `through`."""

    value: Decimal
    through: Month
    source: DataValue

    @property
    def note(self) -> str:
        """What stands beside a figure that has it in it."""
        return f"含基数（截至{_label(self.through)}）"


def opening_of(element: Element, span: Period, returns: Returns) -> Opening | None:
    """The opening of a flow over a span that starts in January; None where recorded months tell it all."""
    if element.over_months is not Over.SUM or span.first.number != 1:
        return None
    for line in _lines(returns.street, element.code, "year_to_date"):
        through = line.through.last
        number = _number(line.value)
        if number is not None and span.first <= through <= span.last and not _is_recorded(span.first, through, returns):
            return Opening(number, through, _source(line))
    return None


def _is_recorded(first: Month, through: Month, returns: Returns) -> bool:
    covered = Period(first, through)
    return len(returns.recorded(covered)) == len(covered)


def base_line(element: Element, span: Period, street: Street) -> DataValue | None:
    """The figure entered for just this span: the same month, or the same months, of last year."""
    bases = ["last_year"] if span.is_month else []
    bases += ["last_year_to_date"] if span.first.number == 1 else []
    for base in bases:
        for line in _lines(street, element.code, base):
            if line.through.last == span.last and (source := _source(line, element)).value is not None:
                return source
    return None


def latest_base(element: Element, base: str, street: Street) -> DataValue | None:
    """The figure entered for a base that is no span of months, such as the previous term; the latest when several."""
    lines = sorted(_lines(street, element.code, base), key=lambda line: line.through)
    return _source(lines[-1], element) if lines else None


def base_note(span: Period) -> str:
    """What stands beside a figure that is a baseline and nothing else."""
    return f"取自基数（{span.label}）"


def _lines(street: Street, code: str, base: str) -> list[Baseline]:
    """The street's own lines; a line of one unit says nothing of the street."""
    return [line for line in street.baselines if (line.element, line.base, line.unit) == (code, base, "")]


def _source(line: Baseline, element: Element | None = None) -> DataValue:
    is_number = element is None or element.type.is_number
    value: Decimal | str | date | None = _number(line.value) if is_number else line.value
    state = ValueState.MISSING if value is None else ValueState.VALUE
    place = line.place or BASELINE_PLACE
    return DataValue(line.element, line.unit, line.through, state, value, place, raw=line.value)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _label(month: Month) -> str:
    return Period(month, month).label
