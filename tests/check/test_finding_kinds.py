"""Each kind of finding has a folder in tests/findings: a month with the fault, and what the clerk must read.

After a wanted change run `UPDATE_FINDINGS=1 pytest tests/check/test_finding_kinds.py` and read the difference.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.check.finding_kinds import KINDS
from aggregator.check.run import run_checks
from aggregator.model.consolidation import Batch
from aggregator.model.finding import Finding

CASES = Path(__file__).parents[1] / "findings"


def _as_read(finding: Finding) -> str:
    return "\n".join(
        (
            f"{finding.severity.label} {finding.unit} {finding.place}",
            f"  填的是：{finding.value}",
            f"  {finding.message}",
            f"  {finding.remedy}",
        )
    )


@pytest.mark.parametrize("kind", [kind.code for kind in KINDS])
def test_a_month_with_the_fault_gives_the_message(kind: str, batch_of: Callable[..., Batch]) -> None:
    folder = CASES / kind
    result = run_checks(batch_of((folder / "month.txt").read_text(encoding="utf-8")))
    read = "\n".join(_as_read(finding) for finding in result.findings if finding.kind.code == kind) + "\n"
    expected = folder / "findings.txt"
    if os.environ.get("UPDATE_FINDINGS"):
        expected.write_text(read, encoding="utf-8")
    assert read == expected.read_text(encoding="utf-8")


def test_every_card_has_its_own_code_in_kebab_case() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch("[a-z]+(-[a-z]+)*", code)] == []


def test_no_folder_belongs_to_a_kind_that_is_gone() -> None:
    codes = {kind.code for kind in KINDS}
    mine = {folder.name for folder in CASES.iterdir() if (folder / "month.txt").exists()}
    assert mine - codes == set()
