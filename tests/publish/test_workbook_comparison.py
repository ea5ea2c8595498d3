"""Comparisons of the workbook: over which units, and who opened or closed in between."""

from decimal import Decimal

import pytest

from aggregator.model.consolidation import Aggregate
from aggregator.model.definition import Asked, Display, Element, Measure, Over, ValueType
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Place, ValueState
from aggregator.publish.workbook.comparison import compare

MEMBERS = Element(
    "members", "党员总数", "党员", "base", Asked.COMMUNITIES, Measure.STOCK, ValueType.INT, "名", Display("名"),
    Over.LAST, Over.SUM,
)  # fmt: skip
NOW, THEN = Period.month(2026, 10), Period.month(2025, 10)
NAMES = {"C01": "东湖", "C02": "西苑", "C03": "南桥"}


def total(month: Period, numbers: str, expected: str) -> Aggregate:
    """A total of units such as "C01=5 C02=6"; those expected without a number have not reported."""
    known = {pair.split("=")[0]: Decimal(pair.split("=")[1]) for pair in numbers.split()}
    sources = tuple(
        DataValue("members", unit, month, ValueState.VALUE, number, Place(f"{unit}.xlsx"))
        for unit, number in known.items()
    )
    value = sum(known.values(), Decimal(0))
    return Aggregate("members", month, ValueState.VALUE, value, tuple(expected.split()), tuple(known), sources=sources)


@pytest.mark.parametrize(
    ("now", "then", "text", "note"),
    [
        (("C01=11 C02=9", "C01 C02"), ("C01=10 C02=10", "C01 C02"), "持平", ""),
        (
            ("C01=11 C02=9 C03=5", "C01 C02 C03"),
            ("C01=10 C02=10", "C01 C02"),
            "持平（同口径）",
            "按两期都有数的2个单位计算，其间新设南桥，计入后增长25%",
        ),
        (
            ("C01=11", "C01"),
            ("C01=10 C02=10", "C01 C02"),
            "增长10%（同口径）",
            "按两期都有数的1个单位计算，其间撤销西苑，计入后减少45%",
        ),
        # 东湖 has not reported: with it left out of one side only, the change of the whole says nothing.
        (
            ("C02=9 C03=5", "C01 C02 C03"),
            ("C01=10 C02=10", "C01 C02"),
            "减少10%（同口径）",
            "按两期都有数的1个单位计算，其间新设南桥",
        ),
    ],
)
def test_units_that_opened_or_closed_are_named_and_the_change_with_and_without_them_given(
    now: tuple[str, str], then: tuple[str, str], text: str, note: str
) -> None:
    change = compare(MEMBERS, total(NOW, *now), total(THEN, *then), called=NAMES.__getitem__)
    assert (change.text, change.note) == (text, note)
    # The sheet says the same in fewer words.
    assert change.brief == note.replace("按两期都有数的", "同口径").replace("计算", "")
