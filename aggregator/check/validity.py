"""Whether what stands there can be: readable, within limits and lists, and each key once in a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import limits, shortened, shown, shown_cell, wanted_for, wanted_of
from aggregator.model.definition import Column, Element, Ledger, Narrative, ValueType
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.masking import masked_name
from aggregator.model.org_unit import UnitKind
from aggregator.model.value import DataValue, Gap, LedgerRow, LedgerSheet, Scalar, ValueState

_TEXTS = "texts"
#: A number format or the look of a date shows something else than the cell holds.
_OTHER_LOOK = "（单元格的格式让它显示成别的数或日期，看不出填的是多少）"
_MOST_CHOICES, _MOST_DIGITS = 8, 15


def check_validity(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each value and each ledger cell that cannot stand as it is."""
    columns: dict[tuple[str, UnitKind], list[_ColumnCheck]] = {}
    for unit in returns:
        for element, value in unit.typed:
            if value.place not in unit.submission.told:
                yield from _value_faults(unit, element, value)
        for ledger, sheet in unit.sheets():
            if sheet.rows:
                key = (ledger.code, unit.unit.kind)
                if key not in columns:
                    columns[key] = [_ColumnCheck.of(unit, ledger, column) for column in ledger.columns_of(key[1])]
                yield from _cell_faults(unit, ledger, sheet, columns[key])
                yield from _repeated_keys(unit, ledger, sheet)
        yield from _text_lengths(unit)


def _value_faults(unit: UnitReturn, element: Element, value: DataValue) -> Iterator[Finding]:
    facts: dict[str, Any] = {
        "name": element.name,
        "wanted": wanted_for(element),
        "measure": element.unit,
        "cell": value.place.cell,
    }
    found = shortened(value.raw) or shown(value.scalar)
    kind: FindingKind | None = None
    if value.state is ValueState.UNREADABLE:
        kind = kinds.UNREADABLE_VALUE
        # Of a value that could not be read, intake says why where it otherwise says how.
        facts["reason"] = f"（{value.repair}）" if value.repair else ""
    elif isinstance(value.value, Decimal):
        found = shown(value.value)
        fault = _number_fault(value.value, element.minimum, element.maximum, element.places)
        kind, more = fault or (None, {})
        facts |= more
    if kind is not None:
        yield kind.at(
            value.place,
            unit=unit.unit.code,
            period=unit.period,
            elements=(element.code,),
            value=value.raw or shown(value.scalar),
            effect=_distance(value.value, element.minimum, element.maximum),
            where=unit.where(value.place),
            found=found,
            **facts,
        )


def _number_fault(
    number: Decimal, minimum: Decimal | None, maximum: Decimal | None, places: int
) -> tuple[FindingKind, dict[str, str]] | None:
    """The gravest fault of a number with the facts of its message."""
    if number < 0 and minimum is not None and minimum >= 0:
        return kinds.NEGATIVE_VALUE, {}
    if _decimals(number) > places:
        return kinds.TOO_MANY_PLACES, {"places": str(places)}
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        return kinds.OUTSIDE_RANGE, {"wanted": limits(minimum, maximum)}
    return None


def _decimals(number: Decimal) -> int:
    """Decimals without trailing zeros; by the digits, as arithmetic would round a very long number."""
    _sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent >= 0:
        return 0
    significant = "".join(map(str, digits)).rstrip("0")
    return max(0, -exponent - (len(digits) - len(significant)))


def _distance(value: object, minimum: Decimal | None, maximum: Decimal | None) -> Decimal | None:
    """How far a number lies outside its limits; at least so much must change."""
    if not isinstance(value, Decimal):
        return None
    if minimum is not None and value < minimum:
        return minimum - value
    return value - maximum if maximum is not None and value > maximum else None


def _cell_faults(
    unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet, checks: Sequence[_ColumnCheck]
) -> Iterator[Finding]:
    told = unit.submission.told
    for check in checks:
        column = check.column
        for row in check.doubtful(sheet.rows):
            value = row.cells[column.code]
            if value is Gap.UNREADABLE and sheet.place(row, column.code) in told:
                continue
            if (fault := check.fault(value)) is not None:
                yield _cell_finding(unit, ledger, sheet, row=row, column=column, fault=fault)


def _cell_finding(
    unit: UnitReturn,
    ledger: Ledger,
    sheet: LedgerSheet,
    *,
    row: LedgerRow,
    column: Column,
    fault: tuple[FindingKind, dict[str, str]],
) -> Finding:
    kind, more = fault
    place = sheet.place(row, column.code)
    value = row.cells[column.code]
    found = shown_cell(ledger, column, value)
    if value is Gap.UNREADABLE:
        raw = _raw(ledger, column, row)
        found = (raw or "无法识别的内容") if kind is kinds.UNKNOWN_CODE else f"“{raw}”" if raw else ""
    facts: dict[str, Any] = {
        "name": column.name,
        "wanted": wanted_of(column.type),
        "measure": "原单位",
        "why": _OTHER_LOOK if value is Gap.UNREADABLE and _is_plain(column, row) else "",
        "cell": place.cell,
    } | more
    return kind.at(
        place,
        unit=unit.unit.code,
        period=unit.period,
        elements=(f"{ledger.code}.{column.code}",),
        value=found.strip("“”"),
        where=unit.where(place),
        row=str(row.number),
        found=found,
        **facts,
    )


def _is_plain(column: Column, row: LedgerRow) -> bool:
    """Whether an unreadable cell holds a number that would do: then it shows another one than it holds."""
    digits, _, decimals = row.raw.get(column.code, "").partition(".")
    is_number = f"{digits}{decimals}".isdecimal() and len(digits) <= _MOST_DIGITS
    return column.type.is_number and is_number and (column.places > 0 or not decimals)


def _raw(ledger: Ledger, column: Column, row: LedgerRow) -> str:
    """The unreadable text as sent; in a sensitive ledger it may hold anything, so it is masked whole."""
    raw = row.raw.get(column.code, "")
    return masked_name(raw) if raw and (ledger.sensitive or column.sensitive) else shortened(raw)


@dataclass(frozen=True, slots=True)
class _ColumnCheck:
    """What can be wrong with the cells of one column, worked out once for all sheets: rows are many."""

    column: Column
    choices: tuple[str, ...]
    fine: frozenset[str]
    is_limited: bool

    @classmethod
    def of(cls, unit: UnitReturn, ledger: Ledger, column: Column) -> _ColumnCheck:
        """The check of a column as such units have it; the length of texts is checked by their kind."""
        choices = _choices(unit, column)
        is_long = (column.min_length, column.max_length) != (None, None) and ledger.code != _TEXTS
        return cls(column, choices, frozenset((*choices, "")) if choices else frozenset(), is_long)

    def doubtful(self, rows: Sequence[LedgerRow]) -> list[LedgerRow]:
        """The rows that have something in the column which is not seen to be right at a glance."""
        code = self.column.code
        if self.column.type is ValueType.CODE and self.fine:
            return [row for row in rows if row.cells.get(code, "") not in self.fine and code in row.cells]
        if self.is_limited or self.column.type.is_number:
            return [row for row in rows if code in row.cells]
        return [row for row in rows if row.cells.get(code) is Gap.UNREADABLE]

    def fault(self, value: Scalar) -> tuple[FindingKind, dict[str, str]] | None:
        """The fault of a value with the facts of its message."""
        column = self.column
        if value is Gap.UNREADABLE:
            return (kinds.UNKNOWN_CODE, {"wanted": self._wanted}) if self.choices else (kinds.UNREADABLE_CELL, {})
        if isinstance(value, Decimal) and column.type.is_number:
            return _number_fault(value, column.minimum, column.maximum, column.places)
        if isinstance(value, str) and column.type is ValueType.CODE:
            is_unknown = bool(value and self.choices) and value not in self.fine
            return (kinds.UNKNOWN_CODE, {"wanted": self._wanted}) if is_unknown else None
        if isinstance(value, str) and self.is_limited:
            return _length_fault(value, column.min_length, column.max_length)
        return None

    @property
    def _wanted(self) -> str:
        return "、".join(self.choices[:_MOST_CHOICES]) + ("等" if len(self.choices) > _MOST_CHOICES else "")


def _length_fault(text: str, least: int | None, most: int | None) -> tuple[FindingKind, dict[str, str]] | None:
    length = len(text.strip())
    if most is not None and length > most:
        return kinds.TEXT_TOO_LONG, {"length": str(length), "wanted": str(most)}
    if least is not None and 0 < length < least:
        return kinds.TEXT_TOO_SHORT, {"length": str(length), "wanted": str(least)}
    return None


def _choices(unit: UnitReturn, column: Column) -> tuple[str, ...]:
    """The texts that a code column may hold; none when nothing limits them."""
    if column.codes == "communities":
        street = unit.batch.street.communities(unit.period)
        return tuple(name for community in street for name in (*community.names, community.code))
    if column.codes == "elements":
        elements = unit.catalog.elements.values()
        return tuple(text for element in elements for text in (element.name, element.code))
    codes = unit.catalog.codes.get(column.codes)
    return codes.values if codes else ()


def _repeated_keys(unit: UnitReturn, ledger: Ledger, sheet: LedgerSheet) -> Iterator[Finding]:
    """Living rows that share the ledger's key: rows that left may stand there once more."""
    columns = [ledger.column(code) for code in ledger.key]
    first: dict[tuple[Scalar, ...], LedgerRow] = {}
    for row in (unit.scope.rows(ledger.code, living=True) or ()) if columns else ():
        key = tuple(row.cells.get(column.code, Gap.MISSING) for column in columns)
        if any(isinstance(part, Gap) for part in key):
            continue
        earlier = first.setdefault(key, row)
        if earlier is row:
            continue
        place = sheet.place(row, columns[0].code)
        found = "、".join(shown_cell(ledger, column, row.cells[column.code]) for column in columns)
        yield kinds.DUPLICATE_KEY.at(
            place,
            unit=unit.unit.code,
            period=unit.period,
            elements=tuple(f"{ledger.code}.{column.code}" for column in columns),
            value=found,
            effect=Decimal(1),
            where=unit.where(place),
            row=row.number,
            other=earlier.number,
            names="、".join(f"“{column.name}”" for column in columns),
            found=found,
        )


def _text_lengths(unit: UnitReturn) -> Iterator[Finding]:
    """Titles and bodies of narratives, whose limits hang on their kind."""
    sheet, ledger = unit.submission.ledgers.get(_TEXTS), unit.catalog.ledgers.get(_TEXTS)
    if sheet is None or ledger is None:
        return
    narratives = {narrative.name: narrative for narrative in unit.catalog.narratives.values()}
    for row in sheet.rows:
        narrative = narratives.get(str(row.cells.get("kind")))
        for code, least, most in _limits_of(narrative) if narrative else ():
            text = row.cells.get(code)
            fault = _length_fault(text, least, most) if isinstance(text, str) else None
            if fault is not None:
                yield _cell_finding(unit, ledger, sheet, row=row, column=ledger.column(code), fault=fault)


def _limits_of(narrative: Narrative) -> tuple[tuple[str, int | None, int], ...]:
    return (("title", None, narrative.title_max), ("body", narrative.body_min or None, narrative.body_max))
