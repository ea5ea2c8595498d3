"""What must hold for any month: totals equal an independent sum, and no order of files or rows matters."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.catalog import load_catalog
from aggregator.model.consolidation import Aggregate, Batch, Consolidation
from aggregator.model.definition import Element, Measure, Over, ValueType
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import (
    Answer,
    DataValue,
    LedgerRow,
    LedgerSheet,
    Place,
    Scalar,
    SourceFile,
    Submission,
    ValueState,
)
from aggregator.rollup import derive, roll_up

CATALOG = replace(load_catalog(), empty_under=0)
MARCH = Period.parse("2026-03")
MONTHS = tuple(Period.parse("2026-01..2026-03").months())
STREET = Street(
    (
        *(OrgUnit(f"C{n:02}", f"第{n}社区居民委员会", f"第{n}社区") for n in range(1, 5)),
        OrgUnit("J00", "街道办事处", "街道本级", UnitKind.OFFICE),
    ),
    {"set_street_name": "某街道"},
)
BLOCKS_ON = CATALOG.blocks_on(STREET)


def returned(unit: OrgUnit, month: Period, chance: random.Random) -> Submission:
    """A return with a random figure, gap or row wherever the unit's form asks for one; some units do not report."""
    file = f"{unit.code}_{month}.xlsx"
    values = {}
    for element in CATALOG.asked_elements(unit.kind, BLOCKS_ON):
        if element.is_typed:
            state = chance.choices(
                [ValueState.VALUE, ValueState.MISSING, ValueState.NOT_APPLICABLE], weights=[8, 1, 1]
            )[0]
            value = _figure(element, chance) if state is ValueState.VALUE else None
            values[element.code] = DataValue(element.code, unit.code, month, state, value, Place(file))
    ledgers = {
        ledger.code: _sheet(ledger.code, unit, month, chance) for ledger in CATALOG.asked_ledgers(unit.kind, BLOCKS_ON)
    }
    raw = Submission(unit.code, month, SourceFile(file, 1, file), values, ledgers)
    return derive(raw, catalog=CATALOG, street=STREET)


def _figure(element: Element, chance: random.Random) -> Decimal | str:
    if not element.type.is_number:
        return f"文字{chance.randrange(9)}"
    return Decimal(chance.randrange(10**6)).scaleb(0 if element.type is ValueType.INT else -2)


def _sheet(code: str, unit: OrgUnit, month: Period, chance: random.Random) -> LedgerSheet:
    ledger = CATALOG.ledgers[code]
    place = Place(f"{unit.code}_{month}.xlsx", ledger.sheet, "C3")
    if chance.random() < 0.1:
        return LedgerSheet(code, ValueState.MISSING, (), None, place)
    rows = []
    for number in range(6, 6 + chance.randrange(5)):
        cells: dict[str, Scalar] = {}
        for column in ledger.columns:
            choices = CATALOG.codes[column.codes].values if column.codes in CATALOG.codes else ()
            if choices:
                cells[column.code] = chance.choice(choices)
            elif column.type.is_number:
                cells[column.code] = Decimal(chance.randrange(1000))
            elif column.type is ValueType.DATE:
                cells[column.code] = month.start.replace(year=chance.choice([1980, 2026]))
            else:
                cells[column.code] = f"{column.name}{chance.randrange(4)}"
        rows.append(LedgerRow(code, unit.code, month, number, cells))
    return LedgerSheet(code, ValueState.VALUE, tuple(rows), Answer.UPDATED, place)


def quarter(seed: int) -> dict[Period, tuple[Submission, ...]]:
    """Three months of the shipped catalog, in which one return in eight did not come."""
    chance = random.Random(seed)  # noqa: S311  # a simulation, no secret
    return {
        month: tuple(returned(unit, month, chance) for unit in STREET.units if chance.random() > 0.125)
        for month in MONTHS
    }


def rolled(months: dict[Period, tuple[Submission, ...]]) -> Consolidation:
    history = {month: returns for month, returns in months.items() if month != MARCH}
    return roll_up(Batch(CATALOG, STREET, MARCH, months[MARCH], history))


Facts = dict[tuple[Period, str, str], Fraction]


def facts(months: dict[Period, tuple[Submission, ...]]) -> Facts:
    """Every known number by month, unit and element, exactly."""
    return {
        (month, submission.unit, code): Fraction(value.value)
        for month, returns in months.items()
        for submission in returns
        for code, value in submission.values.items()
        if value.state is ValueState.VALUE and isinstance(value.value, Decimal)
    }


def exactly(aggregate: Aggregate) -> Fraction | None:
    return Fraction(aggregate.value) if isinstance(aggregate.value, Decimal) else None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_sum_of_the_shipped_catalog_equals_the_plain_sum_of_its_facts(seed: int) -> None:
    months = quarter(seed)
    known, month = facts(months), rolled(months)
    sums = [
        element
        for element in CATALOG.elements.values()
        if element.over_units is Over.SUM and CATALOG.is_on(element, BLOCKS_ON)
    ]
    assert len(sums) > 100
    for element in sums:
        now = [value for (when, _, code), value in known.items() if (when, code) == (MARCH, element.code)]
        year = [value for (_, _, code), value in known.items() if code == element.code]
        if element.measure is Measure.STOCK:
            year = now
        total = month.totals[element.code]
        assert exactly(total.this_month) == (sum(now) if now else None), element.code
        assert exactly(total.year_to_date) == (sum(year) if year else None), element.code


@pytest.mark.parametrize("seed", [4, 5, 6])
@pytest.mark.parametrize(
    ("code", "above", "below"),
    [
        ("pm_female_pct", "pm_female", "pm_total"),
        ("cm_college_pct", "cm_college", "cm_total"),
        ("cm_female_pct", "cm_female", "cm_total"),
    ],
)
def test_every_share_is_of_the_sums_over_the_units_that_have_both(seed: int, code: str, above: str, below: str) -> None:
    months = quarter(seed)
    known, total = facts(months), rolled(months).totals[code].this_month
    units = [unit.code for unit in STREET.units]
    both = [unit for unit in units if {(MARCH, unit, above), (MARCH, unit, below)} <= known.keys()]
    whole = sum(known[MARCH, unit, below] for unit in both)
    assert whole > 0
    share = sum(known[MARCH, unit, above] for unit in both) * 100 / Fraction(whole)
    found = exactly(total)
    # Only the division rounds, at fifty digits.
    assert found is not None
    assert abs(found - share) < Fraction(1, 10**40)
    assert set(both) <= set(total.reported)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), shuffle=st.randoms(use_true_random=False))
def test_no_order_of_files_or_rows_changes_any_figure(seed: int, shuffle: random.Random) -> None:
    months = quarter(seed)
    turned = {month: tuple(_shuffled(list(returns), shuffle)) for month, returns in months.items()}
    one, other = rolled(months), rolled(turned)
    assert one.totals == other.totals
    assert one.ledgers == other.ledgers
    assert one.values == other.values


def _shuffled(returns: list[Submission], shuffle: random.Random) -> list[Submission]:
    shuffle.shuffle(returns)
    return [
        replace(submission, ledgers={code: _turned(sheet, shuffle) for code, sheet in submission.ledgers.items()})
        for submission in returns
    ]


def _turned(sheet: LedgerSheet, shuffle: random.Random) -> LedgerSheet:
    rows = list(sheet.rows)
    shuffle.shuffle(rows)
    return replace(sheet, rows=tuple(rows))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_total_keeps_its_promises(seed: int) -> None:
    month = rolled(quarter(seed))
    order = [unit.code for unit in STREET.units]
    for total in month.totals.values():
        for found in (total.this_month, total.previous, total.year_to_date, total.same_month_last_year):
            assert set(found.reported) <= set(found.expected)
            assert list(found.expected) == sorted(found.expected, key=order.index)
            assert (found.value is None) == (not found.state.counts)
            assert 0 <= found.months_known <= len(found.period)
            if found.state.counts and found.expected:
                assert found.sources, found
