"""What stands of an earlier run beside the reports of a later one."""

from __future__ import annotations

import shutil
from pathlib import Path

import docx
import pytest
from docx.shared import Mm

from aggregator import catalog
from aggregator.model.period import Period
from aggregator.pipeline.reports import report
from aggregator.pipeline.run import run
from aggregator.verify.read import mark_as_written
from aggregator.workspace import Workspace
from tests.filled_form import edit_form

GONE, STAYS = "亮点工作及存在问题_柳岸社区_2026年10月.docx", "亮点工作及存在问题_梧桐社区_2026年10月.docx"
FOLDER = "亮点工作及存在问题_各社区_2026年10月"


def edited(path: Path) -> None:
    """As the clerk would: a word put in front."""
    document = docx.Document(str(path))
    document.paragraphs[2].insert_paragraph_before("（送审稿）")
    document.save(str(path))


@pytest.fixture
def folder(workspace: Workspace, month: Period) -> Path:
    """Where the reports of the communities stand."""
    reports = workspace.output(month) / FOLDER
    assert {GONE, STAYS} <= {path.name for path in reports.iterdir()}
    return reports


def damage(workspace: Workspace, month: Period) -> None:
    """The return of 柳岸 is held from now on."""
    file = "柳岸社区2026年10月（修改后）最终版2.xlsx"
    edit_form(workspace, month, file, lambda form: form.figure("flyers", -120))


def test_the_report_of_a_community_that_is_held_now_leaves(workspace: Workspace, month: Period, folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    (folder / "领导批注.docx").write_bytes((folder / STAYS).read_bytes())
    damage(workspace, month)
    run(workspace, month)
    assert {path.name for path in folder.iterdir()} == before - {GONE} | {"领导批注.docx"}


def test_one_that_somebody_has_edited_stays(workspace: Workspace, month: Period, folder: Path) -> None:
    edited(folder / GONE)
    damage(workspace, month)
    run(workspace, month)
    assert (folder / GONE).exists()


def test_what_somebody_has_written_into_a_report_is_never_lost(workspace: Workspace, month: Period) -> None:
    report_of_month = workspace.output(month) / "城市基层党建工作情况汇报_2026年10月.docx"
    written = report_of_month.read_bytes()
    aside = report_of_month.with_stem(f"{report_of_month.stem}（改过）")
    edited(report_of_month)
    by_hand = report_of_month.read_bytes()
    told = run(workspace, month)
    assert told.edited == (aside,)
    assert told.kept() == [f"上次写出的汇报有人改过，已改名保留，没有覆盖：{aside}"]
    assert aside.read_bytes() == by_hand
    assert report_of_month.read_bytes() == written
    # Nothing has been changed since; and a second edit does not push out the first.
    assert run(workspace, month).edited == ()
    edited(report_of_month)
    second = report(workspace, month, style="R2")
    assert second.edited == (report_of_month.with_stem(f"{report_of_month.stem}（改过2）"),)
    assert aside.read_bytes() == by_hand
    assert str(second.edited[0]) in "\n".join(second.lines())
    for path in (aside, *second.edited):
        path.unlink()


def test_other_numbers_are_no_edit(workspace: Workspace, month: Period, folder: Path) -> None:
    before = (folder.parent / "城市基层党建工作情况汇报_2026年10月.docx").read_bytes()
    damage(workspace, month)
    assert run(workspace, month).edited == ()
    assert (folder.parent / "城市基层党建工作情况汇报_2026年10月.docx").read_bytes() != before


def test_a_saved_report_counts_as_edited_though_its_words_are_the_same(workspace: Workspace, month: Period) -> None:
    path = workspace.output(month) / "工作汇报材料_2026年10月.docx"
    assert mark_as_written(path.read_bytes()).startswith("R1@2026-10@")
    document = docx.Document(str(path))
    document.sections[0].left_margin = Mm(30)
    document.save(str(path))
    assert mark_as_written(path.read_bytes()) == ""
    assert mark_as_written("不是文档".encode()) == ""
    (aside,) = run(workspace, month).edited
    aside.unlink()


def test_a_report_over_recorded_months_takes_them_away_too(workspace: Workspace, month: Period, folder: Path) -> None:
    kept = workspace.root / GONE
    shutil.copy(folder / GONE, kept)
    damage(workspace, month)
    run(workspace, month)
    shutil.move(kept, folder / GONE)
    others = sorted(path.name for path in folder.parent.glob("*.docx"))
    report(workspace, month, style="R2")
    assert (folder / GONE).exists()  # R2 writes none of these
    report(workspace, month, style="R4")
    assert not (folder / GONE).exists()
    assert sorted(path.name for path in folder.parent.glob("*.docx")) == others


def test_a_draft_leaves_once_it_is_made_good(workspace: Workspace, month: Period) -> None:
    definitions = workspace.root / "定义"
    shutil.copytree(Path(catalog.__file__).parent / "definitions", definitions)
    style = definitions / "styles" / "R2.txt"
    style.write_text(
        f"{style.read_text(encoding='utf-8')}\n全街道{{pm_total}}，{{pm_total:较上届}}。\n", encoding="utf-8"
    )
    folder = workspace.output(month)
    run(Workspace(workspace.root, definitions), month)
    names = {path.name for path in folder.glob("城市基层党建工作情况汇报*.docx")}
    assert names == {"城市基层党建工作情况汇报_2026年10月_草稿.docx"}
    run(workspace, month)
    names = {path.name for path in folder.glob("城市基层党建工作情况汇报*.docx")}
    assert names == {"城市基层党建工作情况汇报_2026年10月.docx"}
