from decimal import Decimal

from aggregator.model.consolidation import Aggregate, Standing
from aggregator.model.period import Period
from aggregator.model.value import ValueState
from aggregator.publish.workbook.coverage import Coverage


def test_each_unit_is_named_with_the_reason_why_it_is_not_in_a_total() -> None:
    units = ("C01", "C02", "C03", "C04")
    standings = dict.fromkeys(units, Standing.VALID) | {"C04": Standing.HELD}
    coverage = Coverage(
        dict(zip(units, ("东湖", "西苑", "南桥", "北山"), strict=True)),
        standings,
        unreadable=frozenset({("C02", "visits")}),
        partial=frozenset({("C03", "visits"), ("C01", "members")}),
    )
    total = Aggregate("visits", Period.month(2026, 10), ValueState.VALUE, Decimal(3), units, ())
    assert coverage.missing(total) == "退回：北山；未填：东湖；无法识别：西苑；登记不全：南桥"
