"""The clerk sets a number right by word of its unit, and takes held returns in: recorded, marked, reversible."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from aggregator.model.finding import Finding, Severity
from aggregator.model.period import Period
from aggregator.pipeline.amend import amend, listed, take_back
from aggregator.pipeline.check import check
from aggregator.pipeline.decisions import Wishes
from aggregator.pipeline.explanation import explain
from aggregator.pipeline.inbox import status
from aggregator.pipeline.office import UnknownNameError, WorkspaceError
from aggregator.pipeline.run import run
from aggregator.pipeline.slips import SLIPS_FOLDER
from aggregator.workspace import Workspace
from tests.filled_form import Form, edit_form

#: What 梧桐 reports for 走访住户数 in the demonstration, read from its form by openpyxl below.
CELL = "E43"


def file_of(workspace: Workspace, month: Period, unit: str) -> str:
    """The file that counts of a unit."""
    return next(report.file for report in status(workspace, month).reports if report.unit.code == unit)


def sent(workspace: Workspace, month: Period, unit: str = "C01") -> int:
    """What stands in the unit's form."""
    book = openpyxl.load_workbook(workspace.inbox(month) / file_of(workspace, month, unit))
    value = book["指标表"][CELL].value
    assert isinstance(value, int)
    return value


def total(workspace: Workspace, month: Period, code: str = "visit_households") -> int:
    """The street's total as `totals.csv` has it."""
    with (workspace.output(month) / "totals.csv").open(encoding="utf-8-sig") as file:
        return next(int(row["value"]) for row in csv.DictReader(file) if row["code"] == code)


def ring(workspace: Workspace, month: Period, value: str, name: str = "走访住户数", unit: str = "梧桐") -> Any:
    """Set a number right after a telephone call."""
    return amend(workspace, month, unit=unit, name=name, value=value, reason="社区来电", by="沈宁")


def hashes(folder: Path) -> dict[str, str]:
    """The content of every file."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def of_kind(findings: tuple[Finding, ...], kind: str) -> list[Finding]:
    """The findings of one kind."""
    return [finding for finding in findings if finding.kind.code == kind]


def test_the_new_number_counts_and_the_file_stays_as_it_was_sent(workspace: Workspace, month: Period) -> None:
    was, before, files = sent(workspace, month), total(workspace, month), hashes(workspace.inbox(month))
    made = ring(workspace, month, "306")
    assert made.is_recorded
    assert "\n".join(made.lines()) == (
        f"梧桐2026年10月“走访住户数”（梧桐社区_2026年10月.xlsx:指标表!{CELL}）报的是{was}，现在按306计入。社区的文件没有改动。\n"
        "以下街道总数随之变动：\n"
        f"  走访住户数：{before}→{before - was + 306}户\n" + "\n".join(made.lines()[3:])
    )
    assert made.lines()[-1] == "这个月已经汇总过，请重新运行 aggregator run 2026-10。"
    assert total(workspace, month) == before
    run(workspace, month)
    assert total(workspace, month) == before - was + 306
    assert hashes(workspace.inbox(month)) == files


def test_it_is_marked_wherever_it_counts(workspace: Workspace, month: Period) -> None:
    was = sent(workspace, month)
    ring(workspace, month, "306")
    result = run(workspace, month)
    words = rf"经办人更正：原报{was}，改为306（沈宁，\d{{4}}-\d\d-\d\d，社区来电）"
    output = workspace.output(month)
    facts = [row for row in rows(output / "facts.csv") if (row["unit"], row["code"]) == ("C01", "visit_households")]
    assert [(row["value"], row["cell"]) for row in facts] == [("306", CELL)]
    assert re.fullmatch(words, facts[0]["repair"])
    source = ("C01", CELL, "2026-10")
    lineage = [
        row for row in rows(output / "lineage.csv") if (row["unit"], row["cell"], row["source_period"]) == source
    ]
    assert lineage != []
    assert all(re.search(words, row["expression"]) for row in lineage)
    (told,) = of_kind(result.findings, "value-amended")
    assert (told.severity, told.place.cell, told.value) == (Severity.NOTE, CELL, str(was))
    book = openpyxl.load_workbook(output / "街道汇总表_2026年10月.xlsx")
    marked = [
        (cell.value, cell.number_format)
        for row in book["指标×社区矩阵"].iter_rows()
        for cell in row
        if "※" in str(cell.number_format)
    ]
    assert marked == [(306, '#,##0"※"')]
    texts = {
        str(cell.value) for name in ("总览", "逐项说明", "问题清单") for row in book[name].iter_rows() for cell in row
    }
    assert any("梧桐走访住户数共1项按更正后的数计入" in text for text in texts)
    assert any(re.search(words, text) for text in texts)
    explained = explain(workspace, "走访住户数", period=month, unit="梧桐").lines()
    assert explained[0][1] == "306"
    assert re.fullmatch(words, explained[0][-1])
    for unit in ("梧桐", ""):
        led_back = {line[0]: line for line in explain(workspace, "累计走访合计", period=month, unit=unit).lines()}
        assert led_back["梧桐 走访住户数"][1:-1] == ("306", "有数", facts[0]["file"], "指标表", CELL)
        assert re.fullmatch(words, led_back["梧桐 走访住户数"][-1])


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a table."""
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_what_is_taken_back_counts_as_it_was_sent(workspace: Workspace, month: Period) -> None:
    before = total(workspace, month)
    outputs = hashes(workspace.output(month))
    ring(workspace, month, "306")
    ring(workspace, month, "36")
    undone = take_back(workspace, month, unit="梧桐", name="visit_households", reason="听错了", by="沈宁")
    assert f"的更正已撤销，按所报的{sent(workspace, month)}计入。" in undone.lines()[0]
    run(workspace, month)
    assert total(workspace, month) == before
    same = {path for path, content in hashes(workspace.output(month)).items() if outputs[path] == content}
    assert set(outputs) - same == {str(workspace.output(month) / "timings.json")}
    states = [line[-1] for line in listed(workspace, month).lines()]
    assert [state.partition("（")[0] for state in states] == ["已撤销：又作更正", "已撤销：听错了"]
    with pytest.raises(WorkspaceError, match="没有可以撤销的"):
        take_back(workspace, month, unit="梧桐", name="visit_households", reason="再来", by="沈宁")


@pytest.mark.parametrize(
    ("unit", "name", "value", "sentence"),
    [
        ("梧桐", "act_theme", "5", "是从台账数出来的，请社区改台账后重报：《活动台账》第"),
        ("梧桐", "visit_total", "5", "由“走访住户数”、“走访个体工商户数”"),
        ("梧桐", "走访住户数", "约30", "不能作为“走访住户数”的数"),
        ("梧桐", "走访住户数", "12.5", "应为整数"),
        ("梧桐", "走访住户数", "不适用", "这一项不能填“不适用”"),
        ("望澜", "走访住户数", "5", "没有能读取的报表"),
        ("街道本级", "area_km2", "5", "街道本级的报表里没有“辖区面积”这一项"),
    ],
)
def test_what_cannot_be_set_right_is_refused_by_what_to_mend(
    workspace: Workspace, month: Period, unit: str, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(WorkspaceError, match=re.escape(sentence)):
        ring(workspace, month, value, name, unit)
    assert listed(workspace, month).amendments == ()


def test_a_ledgers_number_is_refused_with_the_rows_that_count(workspace: Workspace, month: Period) -> None:
    book = openpyxl.load_workbook(workspace.inbox(month) / file_of(workspace, month, "C01"))
    kinds = {row[1].row: row[1].value for row in book["活动台账"].iter_rows(min_row=5)}
    expected = [number for number, kind in kinds.items() if kind == "主题活动"]
    with pytest.raises(WorkspaceError, match=f"《活动台账》第{'、'.join(map(str, expected))}行"):
        ring(workspace, month, "9", "act_theme")


def test_a_name_that_there_is_none_of_is_answered_with_the_nearest(workspace: Workspace, month: Period) -> None:
    with pytest.raises(UnknownNameError, match="走访住户数"):
        ring(workspace, month, "5", "走访住户")


def test_a_new_file_with_the_old_number_the_new_one_or_a_third(workspace: Workspace, month: Period) -> None:
    was = sent(workspace, month)
    ring(workspace, month, "306")
    file = file_of(workspace, month, "C01")

    def sends(value: int) -> tuple[Finding, ...]:
        edit_form(workspace, month, file, lambda form: form.book["指标表"].__setitem__(CELL, value))
        return check(workspace, month).findings

    again = sends(was)
    assert len(of_kind(again, "value-amended")) == 1
    agreed = sends(306)
    assert len(of_kind(agreed, "amendment-confirmed")) == 1
    assert of_kind(agreed, "value-amended") == []
    third = sends(300)
    (disputed,) = of_kind(third, "amendment-disputed")
    assert disputed.severity is Severity.QUERY
    assert f"原报{was}，" in disputed.message
    assert "报的是300，与两个数都不同；目前仍按更正的306计入" in disputed.message
    run(workspace, month)
    facts = rows(workspace.output(month) / "facts.csv")
    assert next(row["value"] for row in facts if (row["unit"], row["code"]) == ("C01", "visit_households")) == "306"


def test_a_slip_goes_back_with_what_was_sent(workspace: Workspace, month: Period) -> None:
    ring(workspace, month, "306", "社区党员数", "映月")
    check(workspace, month)
    book = openpyxl.load_workbook(workspace.output(month) / SLIPS_FOLDER / "映月社区.xlsx")
    original = openpyxl.load_workbook(workspace.inbox(month) / file_of(workspace, month, "C07"))
    assert book["指标表"]["E12"].value == original["指标表"]["E12"].value != 306
    texts = [str(cell.value) for row in book["问题清单"].iter_rows() for cell in row]
    assert any("街道按贵单位所说更正为306" in text for text in texts)
    assert not any("沈宁" in text for text in texts)


@pytest.mark.parametrize(("shown_besides", "told"), [(0, []), (1, ["累计走访合计"])])
def test_what_the_form_computes_of_the_number_as_it_was_sent_is_no_difference(
    workspace: Workspace, month: Period, shown_besides: int, told: list[str]
) -> None:
    def calculate(form: Form) -> None:
        """The sum of the four numbers typed, as a spreadsheet program shows it."""
        parts = ("visit_households", "visit_selfemployed", "visit_enterprises", "visit_units")
        typed = [form.book["指标表"][form.layout.elements[part].cell].value for part in parts]
        form.figure("visit_total", sum(typed) + shown_besides)

    edit_form(workspace, month, file_of(workspace, month, "C01"), calculate)
    ring(workspace, month, "306")
    found = of_kind(check(workspace, month).findings, "stated-differs")
    assert [re.findall("“(.*?)”", finding.message)[0] for finding in found if finding.unit == "C01"] == told


def test_setting_a_number_right_can_mend_a_held_return(workspace: Workspace, month: Period) -> None:
    assert "映月" in check(workspace, month).summary().partition("退回：")[2].partition("；")[0]
    book = openpyxl.load_workbook(workspace.inbox(month) / file_of(workspace, month, "C07"))
    branches = [book["指标表"][f"E{row}"].value for row in (11, 12, 13, 14, 15)]
    made = ring(workspace, month, str(sum(int(str(value)) for value in branches)), "党员总数", "映月")
    assert not made.is_held
    assert check(workspace, month).held == frozenset()


def test_what_was_accepted_is_remembered_for_that_file(workspace: Workspace, month: Period) -> None:
    assert run(workspace, month, wishes=Wishes({"映月": "领导同意先用"})).is_clean is False  # one unit is missing
    assert check(workspace, month).held == frozenset()
    again = run(workspace, month)
    assert again.consolidation.accepted == {"C07": "领导同意先用"}
    assert len(of_kind(again.findings, "accepted-return")) == 1
    # Another file of the unit, faulty too, is another return.
    edit_form(workspace, month, file_of(workspace, month, "C07"), lambda form: form.figure("flyers", 1))
    lapsed = check(workspace, month)
    assert lapsed.held == {"C07"}
    (told,) = of_kind(lapsed.findings, "acceptance-lapsed")
    assert "领导同意先用" in told.message


def test_what_was_accepted_can_be_held_again(workspace: Workspace, month: Period) -> None:
    check(workspace, month, wishes=Wishes({"映月": "领导同意先用"}))
    assert check(workspace, month).held == frozenset()
    assert run(workspace, month, wishes=Wishes(held_again=("映月",))).consolidation.accepted == {}
    assert check(workspace, month).held == {"C07"}
    with pytest.raises(WorkspaceError, match="没有可以撤销的"):
        check(workspace, month, wishes=Wishes(held_again=("映月",)))


def test_nobody_is_accepted_who_sent_nothing(workspace: Workspace, month: Period) -> None:
    with pytest.raises(WorkspaceError, match="望澜2026年10月没有能读取的报表，不能汇入"):
        run(workspace, month, wishes=Wishes({"望澜": "领导同意"}))


def test_a_late_file_says_what_it_changes_in_the_totals(
    workspace: Workspace, month: Period, on_change: Callable[[str, int], tuple[int, int]]
) -> None:
    before = total(workspace, month)
    assert check(workspace, month).restated is None
    old, new = on_change("C02", 7)
    again = check(workspace, month).restated
    assert again is not None
    assert [unit.short_name for unit in again.units] == ["青禾"]
    assert again.lines()[1] == f"  走访住户数：{before}→{before - old + new}户"
    ran = run(workspace, month)
    assert ran.restated is not None
    assert f"青禾的报表或处理决定变了，{len(again.moved)}项街道总数跟着变" in ran.summary()
    assert run(workspace, month).restated is None


@pytest.fixture
def on_change(workspace: Workspace, month: Period) -> Callable[[str, int], tuple[int, int]]:
    """Adds to the visits in the form of a unit, and gives back both numbers."""

    def change(unit: str, by: int) -> tuple[int, int]:
        old = sent(workspace, month, unit)
        file = file_of(workspace, month, unit)
        edit_form(workspace, month, file, lambda form: form.figure("visit_households", old + by))
        return old, old + by

    return change
