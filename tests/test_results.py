from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.consolidation import Aggregate, Consolidation
from aggregator.model.moved_total import MovedTotal
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.value import ValueState
from aggregator.results import RunResult
from aggregator.results.changes import moved_lines


def test_what_to_open_names_files_and_counts_what_lies_in_folders() -> None:
    out = Path("output/2026-10")
    made = (out / "街道汇总表.xlsx", out / "各社区" / "甲.docx", out / "各社区" / "乙.docx", out / "run.json")
    month = Consolidation(load_catalog(), Street(()), Period.month(2026, 10), (), {}, {}, {}, {})
    result = RunResult(month, findings=(), files=(), outputs=made, revision=1)
    assert result.places() == [str(out / "街道汇总表.xlsx"), str(out / "run.json"), f"{out / '各社区'}（2份）"]


@pytest.mark.parametrize(
    ("before", "after", "told"), [("8690", "8696", "8690→8696户"), ("3", "", "3户→未填"), ("", "0", "未填→0户")]
)
def test_a_total_that_moves_has_its_unit_at_its_numbers(before: str, after: str, told: str) -> None:
    def total(text: str) -> Aggregate:
        state, value = (ValueState.VALUE, Decimal(text)) if text else (ValueState.MISSING, None)
        return Aggregate("visit_households", Period.month(2026, 10), state, value)

    moved = MovedTotal(load_catalog().elements["visit_households"], total(before), total(after))
    assert moved_lines([moved]) == [f"走访住户数：{told}"]
