"""How a value stands in a cell: its number format, its words when it is no number, its style."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate
from aggregator.model.definition import Element, Measure, Over, ValueType
from aggregator.model.evaluate import plain_text
from aggregator.model.masking import masked_name, names_persons
from aggregator.model.value import DataValue, ValueState
from aggregator.publish.number import plain, round_half_up
from aggregator.publish.workbook.book import is_exact

#: Decimals kept of a quotient: with fewer than a thousand million in the denominator no half is ever rounded twice.
QUOTIENT_PLACES = 10

_STATE_PARTS = {
    ValueState.VALUE: "number",
    ValueState.CARRIED: "carried",
    ValueState.NOT_APPLICABLE: "not_applicable",
    ValueState.MISSING: "missing",
    ValueState.UNREADABLE: "unreadable",
    ValueState.NOT_ASKED: "not_asked",
}


#: Behind a number that nobody typed so this month.
_SIGNS = {"carried": '"*"', "amended": '"※"'}


@dataclass(frozen=True, slots=True)
class Figure:
    """What a cell shows: a number, or the words in its place; and the part of the palette it is drawn in."""

    cell: Decimal | str
    part: str

    @property
    def is_number(self) -> bool:
        """Whether it is a number."""
        return isinstance(self.cell, Decimal)

    @property
    def text(self) -> str:
        """The cell as one text."""
        return plain(self.cell) if isinstance(self.cell, Decimal) else self.cell


def storable(value: Decimal) -> Decimal:
    """The value as a cell holds it: typed numbers as they are, endless quotients to ten decimals."""
    return value if is_exact(value) else round_half_up(value, QUOTIENT_PLACES)


def number_format(element: Element) -> str:
    """The number format of an element's values."""
    if element.type is ValueType.MONEY:
        return "#,##0.00"
    if element.type is ValueType.INT and element.measure is not Measure.AVERAGE:
        return "#,##0"
    if element.type is ValueType.PERCENT or element.measure is Measure.RATIO:
        return "0.0"
    return "#,##0." + "0" * (element.places or 1)


def format_of(element: Element, figure: Figure) -> str:
    """The number format of one figure: what was carried or set right has a sign behind it, and stays a number."""
    if not figure.is_number:
        return ""
    return number_format(element) + _SIGNS.get(figure.part, "")


#: A ratio of nothing, or a change against nothing: no cell that anybody could fill in.
NOT_COMPUTABLE = Figure("—", "not_applicable")


class Figures:
    """Makes figures of values; knows which elements show names of persons."""

    def __init__(self, catalog: Catalog) -> None:
        self._computed = frozenset(
            element.code for element in catalog.elements.values() if element.over_units is Over.RECOMPUTE
        )
        self._persons = frozenset(
            element.code for element in catalog.elements.values() if names_persons(element, catalog)
        )

    def of(self, value: DataValue | Aggregate) -> Figure:
        """The figure of a unit's value or of a total."""
        state, content = value.state, value.value
        if state.counts and content is not None:
            is_amended = isinstance(value, DataValue) and value.is_amended
            return Figure(self._cell(value.element, content), "amended" if is_amended else _STATE_PARTS[state])
        if state.counts or state is ValueState.NOT_ASKED:
            return Figure("", "not_asked")
        if isinstance(value, Aggregate) and state is ValueState.MISSING and self._is_of_nothing(value):
            return NOT_COMPUTABLE
        return Figure(state.label, _STATE_PARTS[state])

    def of_base(self, base: Aggregate) -> Figure:
        """The figure of an earlier period; where nothing is recorded of it, nobody left anything blank."""
        if base.state is ValueState.MISSING and not base.months_known:
            return Figure("无记录", "not_applicable")
        figure = self.of(base)
        is_partial = bool(base.missing) or base.months_known < len(base.period)
        return Figure(figure.cell, "partial") if is_partial and figure.is_number else figure

    def _is_of_nothing(self, total: Aggregate) -> bool:
        """Whether a total has no value although units have all that it is computed from."""
        return total.element in self._computed and bool(total.reported)

    def _cell(self, element: str, content: Decimal | str | date | tuple[str, ...]) -> Decimal | str:
        if isinstance(content, Decimal):
            return storable(content)
        if content == ():
            return "无"
        if element not in self._persons:
            return plain_text(content)
        names = content if isinstance(content, tuple) else (plain_text(content),)
        return "、".join(masked_name(name) for name in names)
