"""The command `verify` as a clerk meets it."""

from __future__ import annotations

import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from typer.testing import CliRunner

from aggregator.cli import app
from aggregator.history.store import History
from aggregator.model.period import Period
from aggregator.pipeline.reports import report, verify
from aggregator.verify.read import NotAReportError, open_report
from aggregator.workspace import Workspace

Edit = Callable[[bytes, Callable[[Any], object]], bytes]
Tamper = Callable[[Any, random.Random], None]

DICE = random.Random(1)  # noqa: S311  # a repeatable sample


def report_of(workspace: Workspace) -> Path:
    return next((workspace.root / "output" / "2026-10").glob("城市基层党建工作情况汇报_*.docx"))


def test_an_untouched_report_is_clean(workspace: Workspace) -> None:
    told = CliRunner().invoke(app, ["verify", str(report_of(workspace)), "--dir", str(workspace.root)])
    assert told.exit_code == 0
    assert "没有发现问题" in told.stdout


def test_what_is_recorded_of_a_report_is_what_its_file_says(workspace: Workspace) -> None:
    folder, month = workspace.root / "output" / "2026-10", Period.month(2026, 10)
    for style in ("R1", "R2", "R3", "R4", "R5"):
        report(workspace, month, style=style)
    with History.open(workspace.history_path) as history:
        recorded = {printed.name: printed for printed in history.reports(month)}
    paths = list(folder.rglob("*.docx"))
    assert len(paths) > len(("R1", "R2", "R3", "R4", "R5"))  # R4 brings one of each community along
    assert recorded == {path.name: open_report(path) for path in paths}


def test_a_spoilt_report_says_place_fault_and_remedy(
    workspace: Workspace, edit: Edit, tamperings: tuple[Tamper, ...]
) -> None:
    path = report_of(workspace)
    path.write_bytes(edit(path.read_bytes(), lambda tree: tamperings[0](tree, DICE)))
    told = CliRunner().invoke(app, ["verify", str(path), "--dir", str(workspace.root)])
    assert told.exit_code == 1
    first, second = told.stdout.splitlines()[:2]
    assert first.startswith(f"{path.name}:")
    assert "[强制]" in first
    assert "汇总数据是" in first
    assert second.strip().startswith("处理：改回")
    as_json = CliRunner().invoke(app, ["verify", str(path), "--dir", str(workspace.root), "--json"])
    assert json.loads(as_json.stdout)["findings"][0]["kind"] == "report-figure-changed"


def test_every_fault_of_one_table_row_is_told_in_full(workspace: Workspace, edit: Edit) -> None:
    """Of a changed total several shares are wrong: its row is one place, and each is a fault of its own."""
    path = report_of(workspace)

    def change_the_total(tree: Any) -> None:
        row = next(row for row in tree.iter("{*}tr") if "".join(row.itertext()).startswith("党员总数"))
        figure = next(text for text in row.iter("{*}t") if re.fullmatch(r"[0-9,]{2,}\*?", text.text or ""))
        figure.text = "8,888"

    path.write_bytes(edit(path.read_bytes(), change_the_total))
    told = CliRunner().invoke(app, ["verify", str(path), "--dir", str(workspace.root)]).stdout
    assert all(f"改动后“{name}”" in told for name in ("女党员占比", "离退休党员占比"))
    assert "另有" not in told


def test_a_report_known_by_its_figures_alone_is_still_compared(
    workspace: Workspace, edit: Edit, tamperings: tuple[Tamper, ...]
) -> None:
    path = report_of(workspace)
    content = edit(path.read_bytes(), lambda tree: tamperings[0](tree, DICE))
    path.write_bytes(without_mark(content))
    assert [one.kind.code for one in verify(workspace, path).findings][:1] == ["report-figure-changed"]


def without_mark(content: bytes) -> bytes:
    """The file after somebody has emptied its keywords."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("core.xml"):
                part, count = re.subn(rb"<cp:keywords>[^<]*</cp:keywords>", b"", part)
                assert count == 1
            target.writestr(name, part)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "文件为空"), (b"not a document", "不是可以读取的Word文档"), (b"PK\x03\x04 cut", "文件不完整")],
)
def test_a_file_that_is_no_report_is_told_in_one_sentence(workspace: Workspace, content: bytes, why: str) -> None:
    path = workspace.root / "某文件.docx"
    path.write_bytes(content)
    with pytest.raises(NotAReportError, match=why):
        verify(workspace, path)


def test_a_file_that_is_not_there_is_told(workspace: Workspace) -> None:
    with pytest.raises(NotAReportError, match="文件不存在"):
        verify(workspace, workspace.root / "没有.docx")


def test_a_document_type_declaration_is_refused(workspace: Workspace) -> None:
    path = workspace.root / "某文件.docx"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("[Content_Types].xml", "<Types/>")
        target.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(NotAReportError, match="文档类型声明"):
        verify(workspace, path)


def test_a_word_file_of_somebody_else_is_no_report_of_ours(workspace: Workspace) -> None:
    path = workspace.root / "通知.docx"
    document = docx.Document()
    document.add_paragraph("关于召开会议的通知")
    document.save(str(path))
    with pytest.raises(NotAReportError, match="没有本程序写的数字标记"):
        verify(workspace, path)


def test_writing_the_same_report_again_keeps_one_version(workspace: Workspace) -> None:
    runner = CliRunner()
    for _ in range(2):
        assert runner.invoke(app, ["report", "2026-10", "--dir", str(workspace.root)]).exit_code in (0, 1)
    with History.open(workspace.history_path) as history:
        names = [report.name for report in history.reports(Period.parse("2026-10"))]
    assert max(Counter(names).values()) <= 2
