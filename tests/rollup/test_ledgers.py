from collections.abc import Callable

from aggregator.model.consolidation import Consolidation
from aggregator.model.value import Gap
from aggregator.rollup import merged_ledger


def test_a_merged_ledger_names_unit_and_place_of_every_row(rolled: Callable[..., Consolidation]) -> None:
    month = rolled("| unit | acts |\n| C02 | 参观/ |\n| C01 | 讲座/1 义诊/2 |\n| C03 |  |")
    found = merged_ledger(month, "acts")
    assert [column.name for column in found.columns] == ["名称", "人次"]
    shown = [(row.unit_name, str(row.place), row.cells[0]) for row in found.rows]
    assert shown == [
        ("青松社区", "C01_2026-10.xlsx:活动台账!A6", "讲座"),
        ("青松社区", "C01_2026-10.xlsx:活动台账!A7", "义诊"),
        ("翠湖社区", "C02_2026-10.xlsx:活动台账!A6", "参观"),
    ]
    assert found.rows[2].cells[1] is Gap.MISSING
