from pathlib import Path

from aggregator.catalog import load_catalog
from aggregator.model.consolidation import Consolidation
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.results import RunResult


def test_what_to_open_names_files_and_counts_what_lies_in_folders() -> None:
    out = Path("output/2026-10")
    made = (out / "街道汇总表.xlsx", out / "各社区" / "甲.docx", out / "各社区" / "乙.docx", out / "run.json")
    month = Consolidation(load_catalog(), Street(()), Period.month(2026, 10), (), {}, {}, {}, {})
    result = RunResult(month, findings=(), files=(), outputs=made, revision=1)
    assert result.places() == [str(out / "街道汇总表.xlsx"), str(out / "run.json"), f"{out / '各社区'}（2份）"]
