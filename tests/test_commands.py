"""The commands as a clerk meets them: what is printed, the exit code, and what lies in the folder afterwards."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest

from aggregator.model.period import Period
from aggregator.workspace import Workspace


def aggregator(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, as its user would."""
    return subprocess.run(
        [sys.executable, "-m", "aggregator.cli", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_init_writes_the_settings_once_and_never_over_them(tmp_path: Path) -> None:
    first = aggregator("init", folder=tmp_path)
    assert first.returncode == 0, first.stderr
    before = tree(tmp_path)
    assert list(before) == ["街道设置.xlsx"]
    again = aggregator("init", folder=tmp_path)
    assert again.returncode == 2
    assert "已经存在，没有改动" in again.stderr
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run",), "里没有“街道设置.xlsx”"),
        (("run", "2026-13"), "不是有效的统计期"),
        (("run", "十月"), "不是有效的统计期"),
        (("run", "2026Q3"), "“2026Q3”不是一个月份"),
        (("run", "2026-10", "2026-11"), "多写了“2026-11”"),
        (("explain", "党员总数", "--unit"), "选项“--unit”后面要写内容"),
        (("demo", "--seed", "x"), "要写数字"),
        (("run", "--bogus"), "没有“--bogus”这个选项"),
        (("run", "--accept", "梧桐"), "请用 --reason 写明理由"),
        (("run", "2026-10", "--date", "昨天"), "“昨天”不是日期"),
        (("status", "2026-10", "--seen", "映月.xlsx", "昨天"), "“昨天”不是日期"),
        (("amend", "梧桐"), "请写明单位、指标和更正后的数"),
        (("amend", "梧桐", "走访住户数", "36"), "请用 --reason 写明理由，用 --by 写明谁作的决定"),
        (("amend", "梧桐", "走访住户数", "36", "--undo"), "撤销更正不用写数值"),
        (("explain",), "缺少必填的参数"),
        (("explain", "党员总数"), "里没有“街道设置.xlsx”"),
        (("catalog", "show", "党员总"), "没有叫“党员总”的指标，是不是：党员总数"),
        (("catalog", "lint", "none"), "文件或文件夹不存在"),
        (("nonsense",), "没有“nonsense”这个命令"),
        (("tempalte",), "没有“tempalte”这个命令，是不是 template"),
    ],
)
def test_wrong_usage_is_one_chinese_sentence_and_exit_code_2(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    told = aggregator(*words, folder=tmp_path)
    assert told.returncode == 2
    assert sentence in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
    assert "Traceback" not in told.stderr + told.stdout
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("words", [(), ("--help",), ("run", "--help"), ("catalog", "show", "-h"), ("template", "-h")])
def test_help_is_in_chinese(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = aggregator(*words, folder=tmp_path)
    page = told.stdout + told.stderr
    assert "用法：" in page
    assert not re.search(r"Usage|Options|Commands|Arguments|default|required|Show", page)


def test_a_month_of_which_nothing_came_is_not_run(workspace: Workspace) -> None:
    workspace.inbox(Period.month(2026, 11)).mkdir()
    before = workspace.history_path.read_bytes()
    told = aggregator("run", "2026-11", folder=workspace.root)
    assert told.returncode == 2
    assert "没有一份能汇总的报表" in told.stderr
    assert not workspace.output(Period.month(2026, 11)).exists()
    assert workspace.history_path.read_bytes() == before


def test_the_reminder_is_nothing_but_the_text_to_paste(workspace: Workspace) -> None:
    told = aggregator("status", "2026-10", "--reminder", folder=workspace.root)
    assert told.returncode == 1
    assert told.stderr == ""
    head, *lines = told.stdout.splitlines()
    assert head == "【云杉街道党建月报 2026年10月】应报18个单位，已收到17个。"
    assert "　映月：改1处（《指标表》E11）。" in lines


def test_a_number_is_set_right_listed_and_taken_back(workspace: Workspace) -> None:
    words = ("梧桐", "走访住户数", "--period", "2026-10", "--reason", "社区来电", "--by", "沈宁")
    made = aggregator("amend", *words[:2], "306", *words[2:], folder=workspace.root)
    assert made.returncode == 0, made.stderr
    assert "现在按306计入。社区的文件没有改动。" in made.stdout
    shown = aggregator("amend", "--period", "2026-10", folder=workspace.root).stdout.splitlines()
    assert shown[1].split("\t")[:3] == ["梧桐", "走访住户数", "visit_households"]
    assert shown[-1] == "2026年10月：更正1次，其中1次有效。"
    assert aggregator("amend", *words, "--undo", folder=workspace.root).returncode == 0
    again = aggregator("amend", *words, "--undo", folder=workspace.root)
    assert (again.returncode, again.stderr.strip()) == (
        2,
        "梧桐2026年10月“走访住户数”没有更正过，没有可以撤销的。",
    )


def test_a_line_of_the_list_that_gets_no_form_is_told_when_forms_are_made(workspace: Workspace) -> None:
    book = openpyxl.load_workbook(workspace.settings_path)
    book["社区名单"].append(["C01", "重号社区", "重号", "社区"])
    book.save(workspace.settings_path)
    for command in ("template", "status"):
        told = aggregator(command, "2026-10", folder=workspace.root)
        assert told.returncode == 1
        assert "代码C01重复" in told.stdout


def test_a_library_that_is_not_installed_is_named(tmp_path: Path) -> None:
    (tmp_path / "xlsxwriter.py").write_text("raise ModuleNotFoundError(name='xlsxwriter')\n", encoding="utf-8")
    told = aggregator("init", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert told.returncode == 4
    assert told.stderr.strip() == "程序没有装好：缺少“xlsxwriter”。请按操作手册“安装”一节重新安装。"


def test_a_broken_catalog_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("name: x\nversion: '1'\nelements:\n  - {code: a}\n", encoding="utf-8")
    told = aggregator("catalog", "lint", str(tmp_path), folder=tmp_path)
    assert told.returncode == 2
    assert "c.yaml:4: measure is missing" in told.stderr


def test_a_month_without_an_inbox_is_told(workspace: Workspace) -> None:
    told = aggregator("run", "2026-12", folder=workspace.root)
    assert told.returncode == 2
    assert "请建立它，把2026年12月收到的报表放进去" in told.stderr


def test_a_settings_workbook_that_is_none_is_told(workspace: Workspace) -> None:
    workspace.settings_path.write_bytes(b"not a workbook")
    told = aggregator("status", "2026-10", folder=workspace.root)
    assert told.returncode == 2
    assert "街道设置.xlsx" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1


def test_status_names_who_is_missing_and_says_so_by_its_exit_code(workspace: Workspace) -> None:
    told = aggregator("status", "2026年10月", "--json", folder=workspace.root)
    assert told.returncode == 1
    standings = [unit["standing"] for unit in json.loads(told.stdout)["units"]]
    assert len(standings) == 18
    assert standings.count("missing") == 1


def test_a_run_writes_every_output_and_a_second_one_the_same_bytes(workspace: Workspace) -> None:
    shutil.rmtree(workspace.root / "output")
    first = aggregator("run", "202610", folder=workspace.root)
    assert first.returncode == 1, first.stderr
    written = tree(workspace.root / "output" / "2026-10")
    assert set(written) >= {
        "街道汇总表_2026年10月.xlsx",
        "城市基层党建工作情况汇报_2026年10月.docx",
        "findings.csv",
        "facts.csv",
        "totals.csv",
        "lineage.csv",
        "run.json",
        "timings.json",
    }
    elsewhere = shutil.copytree(workspace.root, workspace.root.parent / "副本", copy_function=shutil.copy)
    aggregator("run", "202610", folder=elsewhere, PYTHONHASHSEED="7", TZ="Pacific/Kiritimati", LC_ALL="C")
    again = tree(elsewhere / "output" / "2026-10")
    assert {name for name in written if written[name] != again[name]} <= {"timings.json"}


def test_every_figure_of_a_unit_leads_back_to_a_cell(workspace: Workspace) -> None:
    # The forms of the demonstration were never opened in Excel: none of their formulas has a result.
    text = (workspace.root / "output" / "2026-10" / "lineage.csv").read_text(encoding="utf-8-sig")
    of_units = [line for line in csv.DictReader(text.splitlines()) if line["unit"]]
    assert len(of_units) > 10_000
    assert [line for line in of_units if not (line["file"] and line["sheet"] and line["cell"])] == []


def test_a_unit_that_fell_out_of_the_list_is_told_wherever_totals_are_shown(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = shutil.copytree(workspace.root, tmp_path / "副本")
    book = openpyxl.load_workbook(folder / "街道设置.xlsx")
    book["社区名单"]["A5"].value = "C01"
    book.save(folder / "街道设置.xlsx")
    told = "《社区名单》A5：代码C01重复，“梧桐社区”已经用了，第5行没有列入名单"
    for command, what, code in (("run", "2026-10", 1), ("report", "2026-10", 1), ("explain", "党员总数", 0)):
        done = aggregator(command, what, folder=folder)
        assert told in done.stdout
        assert done.returncode == code


def test_the_inbox_is_never_written(workspace: Workspace) -> None:
    before = tree(workspace.root / "inbox")
    for command in ("status", "check", "run"):
        aggregator(command, "2026-10", folder=workspace.root)
    assert tree(workspace.root / "inbox") == before


@pytest.mark.skipif(os.name == "nt", reason="folder permissions work otherwise on Windows")
def test_an_output_folder_that_cannot_be_made_is_exit_code_3_and_leaves_all_as_it_was(workspace: Workspace) -> None:
    shutil.rmtree(workspace.root / "output")
    (workspace.root / "output").write_bytes(b"a file where the folder should be")
    told = aggregator("run", "2026-10", folder=workspace.root)
    assert told.returncode == 3
    assert "无法写出" in told.stderr
    assert (workspace.root / "output").read_bytes() == b"a file where the folder should be"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a way to limit the size of files")
def test_a_full_disk_leaves_the_old_outputs_whole(workspace: Workspace) -> None:
    before = tree(workspace.root / "output")
    code = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "sys.argv = ['aggregator', 'run', '2026-10']; runpy.run_module('aggregator.cli', run_name='__main__')"
    )
    (workspace.root / "history.sqlite").chmod(0o644)
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=workspace.root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode in {2, 3}
    assert "Traceback" not in told.stderr
    after = tree(workspace.root / "output")
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    ("period", "folder", "label"),
    [
        ("2026年第三季度", "2026Q3", "2026年第三季度"),
        ("2026H1", "2026H1", "2026年上半年"),
        ("2026-01..2026-10", "2026-01..2026-10", "2026年1—10月"),
    ],
)
def test_a_report_over_any_recorded_period(workspace: Workspace, period: str, folder: str, label: str) -> None:
    told = aggregator("report", period, "--json", folder=workspace.root)
    assert told.returncode == 0, told.stderr
    path = workspace.root / json.loads(told.stdout)["report"]
    assert path.parent.name == folder
    assert path.stem.endswith(label)
    assert path.with_name(f"{path.stem}_数据来源.csv").is_file()


def test_the_period_of_a_report_may_be_given_by_name(workspace: Workspace) -> None:
    told = aggregator("report", "--style", "R1", "--period", "2026Q3", "--json", folder=workspace.root)
    assert told.returncode == 0
    assert json.loads(told.stdout)["report"].endswith("2026年第三季度.docx")


def test_a_report_over_a_year_that_goes_on_ends_with_its_last_recorded_month(workspace: Workspace) -> None:
    told = aggregator("report", "2026", "--style", "R1", folder=workspace.root)
    assert told.returncode == 0, told.stderr
    assert "2026年11—12月还没有汇总记录，报告写到2026年10月为止。" in told.stdout
    path = workspace.root / "output" / "2026-01..2026-10" / "工作汇报材料_2026年1—10月.docx"
    words = "".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    assert "存量数截至2026年10月底，发生数为2026年1至10月累计数" in words
    assert "有月份未报：望澜社区；末月报表退回修改：映月社区" in words
    body, _, notes = words.partition("数据说明")
    assert "个月中" not in body
    assert "上期为2025年3至12月（10个月中有的指标只有4个月有数）" in notes
    assert "2026年12月" not in words


def test_a_report_over_a_year_that_began_before_the_tool_says_which_months_are_not_in_it(workspace: Workspace) -> None:
    told = aggregator("report", "2025", "--style", "R5", folder=workspace.root)
    assert told.returncode == 0, told.stderr
    path = workspace.root / "output" / "2025" / "书记抓基层党建述职报告_2025年.docx"
    words = "".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    assert "2025年1至8月没有汇总记录" in words
    assert "16个社区的各月报表均已纳入汇总" in words
    assert "12个月中4个月有数" in words


def test_a_report_over_months_that_nobody_recorded_is_refused(workspace: Workspace) -> None:
    told = aggregator("report", "2024", folder=workspace.root)
    assert told.returncode == 2
    assert "2024年还没有汇总记录" in told.stderr


@pytest.mark.parametrize("typed", ["r3", "Ｒ3"])
def test_a_report_style_is_known_in_small_and_in_wide_letters(workspace: Workspace, typed: str) -> None:
    told = aggregator("report", "2026H1", "--style", typed, folder=workspace.root)
    assert told.returncode == 0
    assert "基层党建工作汇报_2026年上半年.docx" in told.stdout


def test_an_unknown_report_style_names_the_known_ones(workspace: Workspace) -> None:
    told = aggregator("report", "2026-10", "--style", "R99", folder=workspace.root)
    assert told.returncode == 2
    assert "没有叫“R99”的报告样式" in told.stderr
    assert "R2" in told.stderr


def test_explain_leads_from_a_total_to_cells(workspace: Workspace) -> None:
    told = aggregator("explain", "党员总数", "--json", folder=workspace.root)
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["code"] == "pm_total"
    assert all(source["file"].endswith(".xlsx") and source["cell"] for source in answer["sources"])
    total = sum(int(source["value"]) for source in answer["sources"])
    assert answer["value"] == f"{total}名"
    assert answer["coverage"] == "社区15/17，街道本级已报，缺：映月、望澜"


def test_a_ratio_is_explained_by_its_parts_by_name_and_rounded_not_cut(workspace: Workspace) -> None:
    told = aggregator("explain", "女党员占比", "--json", folder=workspace.root)
    answer = json.loads(told.stdout)
    values = {source["unit"]: source["value"] for source in answer["sources"]}
    women, all_members = Decimal(values["梧桐 女党员数"]), Decimal(values["梧桐 党员总数"])
    assert abs(Decimal(values["梧桐"]) - women * 100 / all_members) <= Decimal("0.00005")
    assert re.fullmatch(r"\d+\.\d{1,4}%", answer["value"])


@pytest.mark.parametrize(
    ("name", "sheet"), [("入党积极分子数（期末）", "发展党员台账"), ("生活困难党员数", "困难党员台账")]
)
def test_a_count_of_persons_is_explained_without_their_names(workspace: Workspace, name: str, sheet: str) -> None:
    told = aggregator("explain", name, "--unit", "梧桐", "--json", folder=workspace.root)
    total, *rows = json.loads(told.stdout)["sources"]
    form = openpyxl.load_workbook(workspace.root / "inbox" / "2026-10" / total["file"])
    persons = {str(line[0]) for line in form[sheet].iter_rows(min_row=5, max_col=1, values_only=True) if line[0]}
    assert [row["value"] for row in rows] == ["1"] * int(total["value"]) != []
    assert all("*" in row["note"] for row in rows)
    assert not persons & {text for row in rows for text in row.values()}


@pytest.mark.parametrize(("name", "limits"), [("党员总数", "0 至 100000"), ("visit_rate", None)])
def test_an_entry_of_the_catalog_says_its_limits_where_it_has_any(
    workspace: Workspace, name: str, limits: str | None
) -> None:
    told = aggregator("catalog", "show", name, "--json", folder=workspace.root)
    assert json.loads(told.stdout).get("取值范围") == limits


@pytest.mark.parametrize("unit", ["", "梧桐"])
def test_a_number_computed_from_others_is_led_back_to_the_cells_that_were_typed(
    workspace: Workspace, unit: str
) -> None:
    whose = ("--unit", unit) if unit else ()
    told = aggregator("explain", "累计走访合计", *whose, "--json", folder=workspace.root)
    sources = json.loads(told.stdout)["sources"]
    cells = {source["unit"]: source["cell"] for source in sources}
    parts = {
        name: int(source["value"])
        for source in sources
        for whose, _, name in [source["unit"].partition(" ")]
        if whose == "梧桐"
    }
    total = parts.pop("")
    assert set(parts) == {"走访住户数", "走访个体工商户数", "走访辖区企业数", "走访单位数"}
    assert total == sum(parts.values()) > 0
    assert all(cells[f"梧桐 {name}"] for name in parts)


def test_an_accepted_return_goes_in_with_its_reason(workspace: Workspace) -> None:
    before = json.loads(aggregator("run", "2026-10", "--json", folder=workspace.root).stdout)
    held = next(unit for unit, standing in before["units"].items() if standing == "held")
    assert verdicts_of(workspace, held) == ["held"]
    told = aggregator("run", "2026-10", "--accept", held, "--reason", "电话核实", "--json", folder=workspace.root)
    assert json.loads(told.stdout)["units"][held] == "valid"
    assert verdicts_of(workspace, held) == ["accepted"]
    manifest = json.loads((workspace.root / "output" / "2026-10" / "run.json").read_text(encoding="utf-8"))
    assert manifest["accepted"] == {held: "电话核实"}


def verdicts_of(workspace: Workspace, unit: str) -> list[str]:
    """What the manifest says became of a unit's files."""
    manifest = json.loads((workspace.root / "output/2026-10/run.json").read_text(encoding="utf-8"))
    return [file["verdict"] for file in manifest["inputs"] if file["unit"] == unit]


def test_a_return_that_was_not_held_needs_no_reason(workspace: Workspace) -> None:
    aggregator("run", "2026-10", "--accept", "梧桐", "--reason", "电话核实", "--json", folder=workspace.root)
    manifest = json.loads((workspace.root / "output/2026-10/run.json").read_text(encoding="utf-8"))
    assert manifest["accepted"] == {}


def test_a_console_that_cannot_show_a_character_does_not_stop_a_command(workspace: Workspace) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "aggregator.cli", "status", "2026-10"],
        cwd=workspace.root,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "gbk"},
    )
    assert told.returncode == 1
    assert "未报" in told.stdout.decode("gbk")
