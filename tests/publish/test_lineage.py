from decimal import Decimal

from aggregator.model.consolidation import Aggregate
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Place, ValueState
from aggregator.publish.lineage import LineageEntry, TracedTotal, exact_text
from tests.publish.conftest import entries_of

PERIOD = Period.parse("2026-10")


def _entries(value: Decimal | tuple[str, ...], *addends: Decimal | tuple[str, ...]) -> list[LineageEntry]:
    sources = tuple(
        DataValue("x", f"C0{unit}", PERIOD, ValueState.VALUE, addend, Place(f"{unit}.xlsx", "指标表", "D5"))
        for unit, addend in enumerate(addends, start=1)
    )
    total = Aggregate("x", PERIOD, ValueState.VALUE, value, sources=sources)
    traced = TracedTotal(total, output="a", place="b", text="c", value=exact_text(value), expression="x")
    return entries_of([traced])


def test_a_total_has_an_entry_for_each_addend_with_its_cell() -> None:
    entries = _entries(Decimal("12.50"), Decimal("12.50"), Decimal(0))
    assert [(entry.unit, entry.file, entry.sheet, entry.cell, entry.value) for entry in entries] == [
        ("C01", "1.xlsx", "指标表", "D5", "12.5"),
        ("C02", "2.xlsx", "指标表", "D5", "12.5"),
    ]


def test_a_total_without_addends_has_one_entry_without_a_cell() -> None:
    assert [(entry.value, entry.source_period, entry.cell) for entry in _entries(Decimal(3))] == [("3", "2026-10", "")]


def test_a_list_stands_whole_in_its_first_entry_only() -> None:
    entries = _entries(("甲", "乙", "丙"), ("甲", "乙"), ("丙",), ("甲",))
    assert [(entry.unit, entry.value) for entry in entries] == [("C01", "甲、乙、丙"), ("C02", ""), ("C03", "")]
