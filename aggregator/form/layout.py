"""Which element stands in which cell of which sheet: the one map that the form is written by and read back by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from aggregator.form.formula_scope import FormulaScope
from aggregator.form.live import element_formula
from aggregator.form.places import (
    CHECK_SHEET,
    CONFIRMED,
    COVER_SHEET,
    INDICATOR_SHEET,
    LINE_HEADER_ROW,
    LISTS_SHEET,
    NOT_APPLICABLE_TEXTS,
    REMARK_COLUMN,
    STAMP_SHEET,
    VALUE_COLUMN,
    ElementCell,
    FormLayout,
    Heading,
    LedgerArea,
)
from aggregator.model.address import column_letters
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element, Ledger, Rule
from aggregator.model.expression import elements_of, ledgers_of
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period

__all__ = [
    "CHECK_SHEET",
    "CONFIRMED",
    "COVER_SHEET",
    "INDICATOR_SHEET",
    "LISTS_SHEET",
    "NOT_APPLICABLE_TEXTS",
    "STAMP_SHEET",
    "ElementCell",
    "FormLayout",
    "Heading",
    "LedgerArea",
    "build_layout",
    "layout_as_json",
    "layout_hash",
]

#: The two parts of the indicator sheet, and whether their elements are derived.
_PARTS = (("一、需要填报的指标", False), ("二、自动统计的指标（由台账和上面的指标算出，不用填）", True))
_LEDGER_HEADER_ROW = 4
_ANSWER_WIDTH = 18
#: Heading, header and first line of the check sheet; its first part has a line for the figures and one a ledger.
_FIRST_CHECK_ROW = 6
_EXPLANATION_COLUMN = "F"
#: Column of the ledger `texts` that says which narrative a row is.
_NARRATIVE_LEDGER, _NARRATIVE_KIND = "texts", "kind"
_COVER = {
    "street": "C4", "unit": "C5", "period": "E5", "deadline": "E4",
    "compiler": "C6", "phone": "E6", "reviewer": "C7", "filled_on": "E7",
}  # fmt: skip
_ANY_PERIOD = Period.month(2026, 1)


@lru_cache(maxsize=32)
def build_layout(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> FormLayout:
    """The map of the form that units of this kind fill in while these blocks are on."""
    ledgers = {ledger.code: _area(ledger, kind) for ledger in catalog.asked_ledgers(kind, blocks_on)}
    layout = _with_elements(catalog, FormLayout(kind, {}, ledgers, _COVER, "E3"), kind, blocks_on)
    first = _FIRST_CHECK_ROW + 1 + len(ledgers) + 1
    rules = {rule.code: first + i for i, rule in enumerate(_asked_rules(catalog, kind, blocks_on))}
    explained = {code: (CHECK_SHEET, f"{_EXPLANATION_COLUMN}{row}") for code, row in rules.items()}
    narratives = {
        narrative.code: narrative.name
        for narrative in catalog.narratives.values()
        if narrative.of.includes(kind) and not narrative.derived
    }
    remarks = {cell.code: (INDICATOR_SHEET, f"{REMARK_COLUMN}{cell.row}") for cell in layout.elements.values()}
    return replace(layout, rules=rules, explanations={**remarks, **explained}, narratives=narratives)


def layout_hash(layout: FormLayout) -> str:
    """A short hash that changes whenever a cell of the form moves."""
    text = json.dumps(_form_as_json(layout), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def layout_as_json(layouts: Iterable[FormLayout]) -> dict[str, Any]:
    """The maps of several forms as `docs/layout.md` describes them."""
    return {"forms": [{**_form_as_json(layout), "layout_hash": layout_hash(layout)} for layout in layouts]}


def _asked_rules(catalog: Catalog, kind: UnitKind, blocks_on: frozenset[str]) -> Iterator[Rule]:
    """The rules of the check sheet: over figures, then over rows; blocks that are off take their rules along."""
    ledgers = {ledger.code: ledger for ledger in catalog.asked_ledgers(kind, blocks_on)}
    elements = {element.code for element in catalog.asked_elements(kind, blocks_on)}
    for rule in catalog.rules:
        read = {*elements_of(rule.check), *elements_of(rule.when)}
        listed = {*ledgers_of(rule.check), *ledgers_of(rule.when)}
        if rule.of.includes(kind) and read <= elements and listed <= set(ledgers):
            yield rule
    for ledger in ledgers.values():
        yield from (rule for rule in ledger.rules if rule.of.includes(kind))


# ---- the indicator sheet


def _with_elements(catalog: Catalog, empty: FormLayout, kind: UnitKind, blocks_on: frozenset[str]) -> FormLayout:
    """All that is asked; then without the derived elements that Excel cannot compute, nor those that need them."""
    asked = list(catalog.asked_elements(kind, blocks_on))
    while True:
        layout = _place(empty, asked)
        shown = [element for element in asked if element.is_typed or _is_live(catalog, layout, element)]
        if shown == asked:
            return layout
        asked = shown


def _is_live(catalog: Catalog, layout: FormLayout, element: Element) -> bool:
    # Whether a formula can be written does not depend on the unit, the month or the settings.
    nobody = OrgUnit("", "本单位", "本单位", layout.kind)
    scope = FormulaScope(catalog, layout, Street((nobody,)), nobody, _ANY_PERIOD)
    return element_formula(scope, element.code) is not None


def _place(empty: FormLayout, elements: Sequence[Element]) -> FormLayout:
    """Typed elements first, by section; then what the ledgers yield, by section."""
    cells: dict[str, ElementCell] = {}
    headings: list[Heading] = []
    row = LINE_HEADER_ROW + 1
    for title, derived in _PARTS:
        part = sorted(
            (element for element in elements if element.is_typed is not derived), key=_section_order(elements)
        )
        if part:
            headings.append(Heading(row, 1, title))
            row += 1
        for section, members in groupby(part, key=lambda element: element.section):
            headings.append(Heading(row, 2, section))
            lines = list(members)
            cells |= {line.code: _cell(line, row + i, derived=derived) for i, line in enumerate(lines, 1)}
            row += len(lines) + 1
    numbered = {code: replace(cell, number=number) for number, (code, cell) in enumerate(cells.items(), 1)}
    return replace(empty, elements=numbered, headings=tuple(headings))


def _section_order(elements: Sequence[Element]) -> Callable[[Element], int]:
    """Sections in the order of their first element; the sort is stable within."""
    order = {section: i for i, section in enumerate(dict.fromkeys(element.section for element in elements))}
    return lambda element: order[element.section]


def _cell(element: Element, row: int, *, derived: bool) -> ElementCell:
    states = ("value", "not_applicable") if element.allows_not_applicable else ("value",)
    return ElementCell(element.code, INDICATOR_SHEET, row, f"{VALUE_COLUMN}{row}", element.type, states, derived)


# ---- ledgers


def _area(ledger: Ledger, kind: UnitKind) -> LedgerArea:
    columns = ledger.columns_of(kind)
    letters = {column.code: column_letters(i) for i, column in enumerate(columns, 1)}
    first = _LEDGER_HEADER_ROW + 1
    # The answer needs room for its longest text; it stands over two columns where the second is a narrow one.
    is_narrow = len(columns) < 2 or columns[1].width < _ANSWER_WIDTH
    rows_cell = "D3" if is_narrow else "C3"
    return LedgerArea(
        ledger.code, ledger.sheet, _LEDGER_HEADER_ROW, first, first + ledger.capacity - 1, letters, "B3", rows_cell
    )


# ---- as JSON


def _form_as_json(layout: FormLayout) -> dict[str, Any]:
    return {
        "kind": layout.kind.value,
        "cover": dict(layout.cover),
        "stock_confirmed": {"sheet": INDICATOR_SHEET, "cell": layout.stock_confirmed_cell},
        "elements": [
            {
                "code": cell.code, "sheet": cell.sheet, "cell": cell.cell, "type": cell.type.value,
                "states": list(cell.states), "derived": cell.derived,
            }
            for cell in layout.elements.values()
        ],
        "ledgers": [
            {
                "code": area.code, "sheet": area.sheet, "header_row": area.header_row, "first_row": area.first_row,
                "last_row": area.last_row, "answer_cell": area.answer_cell, "columns": dict(area.columns),
            }
            for area in layout.ledgers.values()
        ],
        "narratives": _narratives(layout),
        "explanations": {code: {"sheet": sheet, "cell": cell} for code, (sheet, cell) in layout.explanations.items()},
    }  # fmt: skip


def _narratives(layout: FormLayout) -> list[dict[str, str]]:
    """Narratives are rows of one ledger, told apart by the text in its column `kind`."""
    area = layout.ledgers.get(_NARRATIVE_LEDGER)
    if area is None:
        return []
    place = {"sheet": area.sheet, "ledger": area.code, "column": area.columns[_NARRATIVE_KIND]}
    return [{"code": code, **place, "value": kind} for code, kind in layout.narratives.items()]
