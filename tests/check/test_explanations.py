from collections.abc import Callable

import pytest

from aggregator.check.explanations import is_substantial
from aggregator.check.run import run_checks
from aggregator.model.consolidation import Batch
from aggregator.model.finding import Severity

MONTH = """[values]
| unit | age | visits |
| C01  | 80  | ?若干  |
| C02  | 80  | 3      |
[explanations]
| unit | age | visits |
| C01  | %s  | 数字在系统里查不到 |
"""


@pytest.mark.parametrize(
    "text",
    [
        "本社区退休党员集中，平均年龄偏高",
        "新增3人",
        "经核实，由机关支部成建制转入所致",
    ],
)
def test_a_reason_is_an_explanation(text: str) -> None:
    assert is_substantial(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "核实无误",
        "已核实，数据无误。",
        "经核对，情况属实！",
        "无",
        "同上",
        "……",
        "12",
        "啊啊啊啊啊啊",
        "数据正确数据正确数据正确",
        "OK",
        "本月填报数据均已核实无误",
    ],
)
def test_an_assurance_is_none(text: str) -> None:
    assert not is_substantial(text)


def _ages(batch: Batch) -> dict[str, Severity]:
    findings = run_checks(batch).findings
    return {finding.unit: finding.severity for finding in findings if "age" in finding.elements}


def test_an_explanation_of_substance_closes_the_query_of_its_unit(batch_of: Callable[..., Batch]) -> None:
    batch = batch_of(MONTH % "退休党员占八成，年龄偏高")
    assert _ages(batch) == {"C01": Severity.NOTE, "C02": Severity.QUERY}
    closed = next(finding for finding in run_checks(batch).findings if finding.elements == ("age",))
    assert _ages(batch_of(MONTH % "核实无误"))["C01"] is Severity.QUERY
    assert closed.facts.get("explanation", "") in {"", "退休党员占八成，年龄偏高"}


def test_a_closed_query_carries_the_explanation_in_its_message(batch_of: Callable[..., Batch]) -> None:
    findings = run_checks(batch_of(MONTH % "退休党员占八成，年龄偏高")).findings
    (message,) = [finding.message for finding in findings if finding.elements == ("age",) and finding.unit == "C01"]
    assert message == (
        "梧桐社区《指标表》D12“平均年龄”填的是80，通常应在30至75之间。社区说明：退休党员占八成，年龄偏高"
    )


def test_no_explanation_makes_a_cell_readable(batch_of: Callable[..., Batch]) -> None:
    findings = run_checks(batch_of(MONTH % "")).findings
    assert [finding.severity for finding in findings if finding.kind.code == "unreadable-value"] == [Severity.QUERY]


def test_an_explanation_never_closes_a_contradiction(batch_of: Callable[..., Batch]) -> None:
    text = """[values]
| unit | total | men | women |
| C01  | 312   | 200 | 110   |
[explanations]
| unit | total                    | P1                       |
| C01  | 另有两人性别一栏没有登记 | 另有两人性别一栏没有登记 |
"""
    result = run_checks(batch_of(text))
    assert [finding.severity for finding in result.findings if finding.rule == "P1"] == [Severity.FATAL]
    assert result.held == {"C01"}


def test_what_is_written_about_a_person_is_not_repeated(batch_of: Callable[..., Batch]) -> None:
    text = """[ledger floating]
| unit | person |
| C01  | 顾念安 |
| C01  | 顾念安 |
[explanations]
| unit | duplicate-key@流动党员台账!A6#floating.person |
| C01  | 两位顾念安同名不是同一人                      |
"""
    (finding,) = run_checks(batch_of(text)).findings
    assert finding.severity is Severity.NOTE
    assert "念安" not in repr(finding)


def test_a_remark_on_one_stock_does_not_confirm_the_others(batch_of: Callable[..., Batch]) -> None:
    batch = batch_of("""[values 2026-09]
| unit | total | women |
| C01  | 312   | 100   |
[values]
| unit | total | women |
| C01  | 312   | 100   |
[answers]
| unit | stock_confirmed |
| C01  | 否              |
[explanations]
| unit | total |
| C01  | 本月没有人员转入转出 |
""")
    (found,) = [finding for finding in run_checks(batch).findings if finding.kind.code == "stock-unconfirmed"]
    assert (found.severity, found.elements) == (Severity.QUERY, ("total", "women"))


def test_what_is_written_about_one_cell_closes_nothing_of_another(batch_of: Callable[..., Batch]) -> None:
    text = """[ledger floating]
| unit | person |
| C01  | 顾念安 |
| C01  | 顾念安 |
| C01  | 顾念安 |
[explanations]
| unit | duplicate-key@流动党员台账!A6#floating.person |
| C01  | 两位顾念安同名不是同一人                      |
"""
    found = {finding.place.cell: finding.severity for finding in run_checks(batch_of(text)).findings}
    assert found == {"A6": Severity.NOTE, "A7": Severity.QUERY}
