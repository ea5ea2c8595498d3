"""The shipped catalog, an invented street, and returns filled in by a seeded hand."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from aggregator.catalog import load_catalog
from aggregator.form.layout import FormLayout, build_layout
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Column, Element, Ledger, LedgerKind, ValueType
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import (
    Answer,
    DataValue,
    Gap,
    LedgerRow,
    LedgerSheet,
    Place,
    Scalar,
    SourceFile,
    Submission,
    ValueState,
)

OCTOBER = Period.month(2026, 10)
COMMUNITY = OrgUnit("C01", "枫桥社区", "枫桥")
OFFICE = OrgUnit("J00", "青禾街道本级", "街道本级", UnitKind.OFFICE)
STREET = Street(
    (COMMUNITY, OrgUnit("C02", "柳溪社区", "柳溪"), OFFICE),
    {
        "set_street_name": "青禾街道",
        "set_research_min": "2",
        "set_birth_cohort_year": "1990",
        "set_fund_party_min": "5",
    },
)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalog that ships."""
    return load_catalog()


@pytest.fixture(scope="session")
def small_catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The turns of the dialect that the shipped catalog does not use; YAML merges are resolved for the loader."""
    folder = tmp_path_factory.mktemp("catalog")
    plain = yaml.safe_load((Path(__file__).parent / "small_catalog.yaml").read_text(encoding="utf-8"))
    (folder / "catalog.yaml").write_text(yaml.dump(plain, Dumper=_NoAliases, allow_unicode=True), encoding="utf-8")
    return load_catalog(folder)


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        return data is not self


@pytest.fixture(scope="session")
def layout(catalog: Catalog) -> FormLayout:
    """The community's form."""
    return build_layout(catalog, UnitKind.COMMUNITY, catalog.blocks_on(STREET))


@dataclass
class Clerk:
    """Fills in a form at random, the same for the same seed; `blank` is the share of cells left empty."""

    catalog: Catalog
    unit: OrgUnit
    period: Period
    seed: int
    blank: float = 0.0
    holes: bool = False

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311  # a test's dice
        self.layout = build_layout(self.catalog, self.unit.kind, self.catalog.blocks_on(STREET))

    def submission(self) -> Submission:
        """A return of the unit."""
        values = {code: self._value(self.catalog.elements[code]) for code in self._typed()}
        ledgers = {code: self._sheet(self.catalog.ledgers[code]) for code in self.layout.ledgers}
        return Submission(self.unit.code, self.period, SourceFile("样表.xlsx", 1, "0"), values, ledgers)

    def _typed(self) -> list[str]:
        return [cell.code for cell in self.layout.elements.values() if not cell.derived]

    def _value(self, element: Element) -> DataValue:
        place = Place("样表.xlsx", "指标表", self.layout.elements[element.code].cell)
        state = ValueState.VALUE
        if self.dice.random() < self.blank:
            state = ValueState.MISSING
        elif element.allows_not_applicable and self.dice.random() < max(self.blank, 0.2):
            state = ValueState.NOT_APPLICABLE
        typed = self._number(element) if element.type.is_number else "文字"
        value = typed if state is ValueState.VALUE else None
        return DataValue(element.code, self.unit.code, self.period, state, value, place)

    def _number(self, definition: Element | Column) -> Decimal:
        low = definition.minimum or Decimal(0)
        high = min(definition.maximum or low + 40, low + 40)
        scale = Decimal(10) ** definition.places
        return Decimal(self.dice.randint(int(low * scale), int(high * scale))) / scale

    def _sheet(self, ledger: Ledger) -> LedgerSheet:
        area = self.layout.ledgers[ledger.code]
        place = Place("样表.xlsx", area.sheet, area.answer_cell)
        answers = (
            (Answer.NONE_THIS_MONTH,) if ledger.kind is LedgerKind.FLOW else (Answer.NONE_AT_ALL, Answer.UNCHANGED)
        )
        rows = self._rows(ledger, area.first_row) if self.dice.random() > self.blank / 2 else ()
        answer = self.dice.choice([*answers, None]) if self.blank else answers[0]
        known = bool(rows) or (answer is not None and answer.says_none)
        state = ValueState.VALUE if known else ValueState.MISSING
        return LedgerSheet(ledger.code, state, rows, answer, place, area.columns)

    def _rows(self, ledger: Ledger, first: int) -> tuple[LedgerRow, ...]:
        rows, number = [], first
        for _ in range(self.dice.randint(1, 14)):
            cells = {column.code: self._cell(column) for column in ledger.columns_of(self.unit.kind)}
            if any(value is not Gap.MISSING for value in cells.values()):
                own = {column.code: self.unit.name for column in ledger.columns if column.own_unit}
                if self.unit.kind is UnitKind.COMMUNITY:
                    cells |= own
                rows.append(LedgerRow(ledger.code, self.unit.code, self.period, number, cells))
                number += self.dice.randint(1, 3) if self.holes else 1
        return tuple(rows)

    def _cell(self, column: Column) -> Scalar:
        if self.dice.random() < self.blank:
            return Gap.MISSING
        if column.type.is_number:
            return self._number(column)
        if column.type in {ValueType.DATE, ValueType.MONTH}:
            return self._day(column)
        if column.type is ValueType.CODE:
            return self.dice.choice(self._codes(column.codes))
        return self.dice.choice(("松林", "云杉", "Cedar", "cedar", "问?号", "星*号", "波~浪", "白桦“甲”")) + str(
            self.dice.randint(1, 3)
        )

    def _codes(self, code: str) -> tuple[str, ...]:
        if code == "communities":
            return tuple(unit.name for unit in STREET.communities(self.period))
        if code == "narrative_kinds":
            return tuple(self.layout.narratives.values())
        return self.catalog.codes[code].values

    def _day(self, column: Column) -> date:
        if "birth" in column.code:
            return date(1950, 1, 1) + timedelta(days=self.dice.randint(0, 22000))
        near = self.dice.choice((self.period.start, self.period.end, self.period.year_to_date().start))
        return near + timedelta(days=self.dice.choice((-1, 0, 1, -400, 12)))
