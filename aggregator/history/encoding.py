"""Values as text and back, exactly: numbers keep every digit, gaps and dates keep their kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from aggregator.model.finding import Finding, FindingKind, Severity
from aggregator.model.period import Period
from aggregator.model.report_text import PrintedFigure, PrintedParagraph, ReportText
from aggregator.model.value import DataValue, Figure, Gap, LedgerRow, Place, Scalar, ValueState

#: A scalar as its kind (one letter) and its text; the kind of nothing is None.
Encoded = tuple[str | None, str | None]


def encode(value: Scalar | None) -> Encoded:
    """Kind and text of a value."""
    if value is None:
        return None, None
    if isinstance(value, Decimal):
        return "n", str(value)
    if isinstance(value, str):
        return "t", value
    if isinstance(value, bool):
        return "b", "1" if value else ""
    if isinstance(value, date):
        return "d", value.isoformat()
    if isinstance(value, Gap):
        return "g", value.value
    return "l", to_json(list(value))


def decode(kind: str | None, text: str | None) -> Scalar | None:
    """The value of a kind and a text."""
    if kind == "t" or kind is None or text is None:
        return text
    return _decoded(kind, text)


# The same small numbers, dates and gaps stand in every month of every unit.
@lru_cache(maxsize=65_536)
def _decoded(kind: str, text: str) -> Scalar:
    if kind == "n":
        return Decimal(text)
    if kind == "d":
        return date.fromisoformat(text)
    if kind == "g":
        return Gap(text)
    return bool(text) if kind == "b" else tuple(json.loads(text))


def to_json(value: object) -> str:
    """Compact JSON, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def encode_rows(rows: tuple[LedgerRow, ...]) -> str:
    """Ledger rows as JSON: number, late or not, cells; a text is a string, any other cell a pair of kind and text.

    In the place of late or not stand the columns whose event is reported late, where there are any.
    """
    return to_json([[row.number, row.late_events or int(row.late), _encode_cells(row.cells)] for row in rows])


def _encode_cells(cells: Mapping[str, Scalar]) -> dict[str, object]:
    return {column: cell if isinstance(cell, str) else encode(cell) for column, cell in cells.items()}


def decode_rows(text: str, *, ledger: str, unit: str, period: Period) -> tuple[LedgerRow, ...]:
    """Ledger rows from JSON."""
    return tuple(
        LedgerRow(ledger, unit, period, number, _decode_cells(cells), bool(late))
        if not isinstance(late, list)
        else LedgerRow(ledger, unit, period, number, _decode_cells(cells), late=True, late_events=tuple(late))
        for number, late, cells in json.loads(text)
    )


def _decode_cells(cells: Mapping[str, Any]) -> dict[str, Scalar]:
    return {column: cell if isinstance(cell, str) else _decoded(*cell) for column, cell in cells.items()}


def encode_finding(finding: Finding) -> str:
    """A finding with its card, as JSON."""
    kind = finding.kind
    return to_json(
        {
            "kind": [kind.code, kind.severity.value, kind.title, kind.message, kind.remedy],
            "severity": finding.severity.value,
            "unit": finding.unit,
            "period": str(finding.period) if finding.period else None,
            "elements": finding.elements,
            "place": [finding.place.file, finding.place.sheet, finding.place.cell],
            "value": finding.value,
            "message": finding.message,
            "remedy": finding.remedy,
            "group": finding.group,
            "effect": None if finding.effect is None else str(finding.effect),
            "rule": finding.rule,
            "facts": dict(finding.facts),
            "area": sorted(finding.area),
            "follows": finding.follows,
        }
    )


def decode_finding(text: str) -> Finding:
    """A finding from JSON."""
    found = json.loads(text)
    code, severity, *words = found["kind"]
    return Finding(
        kind=FindingKind(code, Severity(severity), *words),
        severity=Severity(found["severity"]),
        unit=found["unit"],
        period=Period.parse(found["period"]) if found["period"] else None,
        elements=tuple(found["elements"]),
        place=Place(*found["place"]),
        value=found["value"],
        message=found["message"],
        remedy=found["remedy"],
        group=found["group"],
        effect=None if found["effect"] is None else Decimal(found["effect"]),
        rule=found["rule"],
        facts=found["facts"],
        # Months that were recorded before say neither.
        area=frozenset(found.get("area", ())),
        follows=found.get("follows", False),
    )


def encode_paragraphs(report: ReportText) -> str:
    """The paragraphs of a report as JSON: where, text, in a table or not, and tag, beginning and end of each figure."""
    return to_json(
        [
            [
                paragraph.where,
                paragraph.text,
                int(paragraph.is_cell),
                [[figure.tag, figure.start, figure.end] for figure in paragraph.figures],
            ]
            for paragraph in report.paragraphs
        ]
    )


def decode_paragraphs(text: str) -> tuple[PrintedParagraph, ...]:
    """The paragraphs of a report from JSON."""
    return tuple(
        PrintedParagraph(
            where,
            words,
            tuple(PrintedFigure(tag, words[start:end], start) for tag, start, end in figures),
            bool(is_cell),
        )
        for where, words, is_cell, figures in json.loads(text)
    )


class Fact(NamedTuple):
    """A data value as it is recorded; what repeats the return's file or the value's text is left out (None)."""

    state: str
    kind: str | None
    text: str | None
    file: str | None
    sheet: str
    cell: str
    raw: str | None
    repair: str | None
    derived: int


def encode_fact(value: DataValue, *, file: str) -> Fact:
    """A value of the return that was read from a file."""
    kind, text = encode(value.value)
    place = value.place
    return Fact(
        value.state.value,
        kind,
        text,
        None if place.file == file else place.file,
        place.sheet,
        place.cell,
        None if value.raw == (text or "") else value.raw,
        value.repair or None,
        int(value.derived),
    )


class KnownFigure(NamedTuple):
    """What is known of a value; one stands for all that are alike."""

    state: ValueState
    value: Figure
    is_partial: bool


#: What makes values alike beside their text: state, kind, and whether rows may be lacking.
Shape = tuple[str, str | None, bool]


def shape_of(fact: Fact) -> Shape:
    """The shape of a fact."""
    return fact.state, fact.kind, bool(fact.derived and fact.repair)


# The same small numbers stand in every month of every unit.
@lru_cache(maxsize=65_536)
def decode_known(shape: Shape, text: str | None) -> KnownFigure:
    """What is known of a value of that shape and text."""
    state, kind, is_partial = shape
    figure = decode(kind, text)
    if isinstance(figure, Gap | bool):
        raise TypeError(kind)
    return KnownFigure(ValueState(state), figure, is_partial)


def decode_fact(fact: Fact, known: KnownFigure, *, element: str, unit: str, period: Period, file: str) -> DataValue:
    """The whole value of which so much is known already."""
    state, figure, _ = known
    place = Place(file if fact.file is None else fact.file, fact.sheet, fact.cell)
    raw = (encode(figure)[1] or "") if fact.raw is None else fact.raw
    return DataValue(element, unit, period, state, figure, place, raw, fact.repair or "", bool(fact.derived))


def encode_values(values: Iterable[DataValue], *, file: str) -> str:
    """Values as JSON, for those that no query asks for: the element and the fact of each."""
    return to_json([[value.element, *encode_fact(value, file=file)] for value in values])


def decode_values(text: str, *, unit: str, period: Period, file: str) -> dict[str, DataValue]:
    """The values by element from JSON."""
    facts = {element: Fact(*fact) for element, *fact in json.loads(text)}
    known = {element: decode_known(shape_of(fact), fact.text) for element, fact in facts.items()}
    return {
        element: decode_fact(fact, known[element], element=element, unit=unit, period=period, file=file)
        for element, fact in facts.items()
    }
