"""Return slips: a unit's own return in a clean form, with what is to be mended."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from aggregator.form.layout import FormLayout, build_layout
from aggregator.intake.returns import read_returns
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Submission
from aggregator.pipeline.check import check
from aggregator.pipeline.inbox import status
from aggregator.pipeline.office import open_history, open_office
from aggregator.pipeline.run import run
from aggregator.pipeline.slips import SLIPS_FOLDER
from aggregator.workspace import Workspace
from tests.filled_form import Form, edit_form
from tests.workbooks import recalculated

#: Held by the demonstration itself: members of the branches that do not add up.
CONTRADICTORY = "映月社区.xlsx"


def files(workspace: Workspace, month: Period) -> dict[str, str]:
    """The file that counts of each unit."""
    return {report.unit.code: report.file for report in status(workspace, month).reports if report.file}


def read(workspace: Workspace, folder: Path, month: Period) -> dict[str, Submission]:
    """What the forms of a folder say, by unit."""
    office = open_office(workspace)
    intake = read_returns(folder, catalog=office.catalog, street=office.street, period=month)
    return {submission.unit: submission for submission in intake.submissions}


def said(submission: Submission) -> dict[str, Any]:
    """All that a unit gave: values, rows with their numbers and what of them is unreadable, answers, words, cover."""
    return {
        "values": {code: (value.state, value.value) for code, value in submission.values.items()},
        "rows": {
            code: [(row.number, dict(row.cells), set(row.raw)) for row in sheet.rows]
            for code, sheet in submission.ledgers.items()
        },
        "answers": {code: (sheet.state, sheet.answer) for code, sheet in submission.ledgers.items()},
        "words": dict(submission.explanations),
        "cover": dict(submission.cover),
        "stock_confirmed": submission.stock_confirmed,
    }


def strings(path: Path) -> str:
    """Every text of a workbook, notes and hidden sheets included."""
    with zipfile.ZipFile(path) as package:
        return "".join(package.read(name).decode() for name in package.namelist() if name.endswith((".xml", ".vml")))


def _scribble(form: Form) -> None:
    form.figure("flyers", "若干")
    form.figure("vol_registered", "约1200人，以台账为准")
    form.book["指标表"][form.layout.elements["grids"].cell].number_format = "yyyy-mm-dd"
    form.figure("pm_community", "=B2+ERROR()")
    form.cell("activities", "participants", "很多")
    form.cell("activities", "act_type", "郊游")
    form.cell("activities", "held_on", "上个月", row=1)
    form.answer("activities", "随便")
    form.answer("volunteer_teams", None)
    form.book["指标表"]["E3"].value = None
    remark = form.layout.explanations["pm_total"][1]
    form.book["指标表"][remark].value = "本月有一名党员转出，手续在办"
    form.book["封面"][form.layout.cover["compiler"]].value = "填表的人"


def _mistype(form: Form) -> None:
    form.figure("flyers", -5)
    form.figure("pm_avg_age", 999)


EDITS: Mapping[str, Callable[[Form], None]] = {"C01": _scribble, "C02": _mistype}


@pytest.fixture
def spoiled(workspace: Workspace, month: Period) -> Workspace:
    """The demonstration with two more faulty forms."""
    names = files(workspace, month)
    for unit, change in EDITS.items():
        edit_form(workspace, month, names[unit], change)
    return workspace


def test_what_was_sent_comes_back_and_is_read_as_it_was(spoiled: Workspace, month: Period) -> None:
    sent = read(spoiled, spoiled.inbox(month), month)
    slips = check(spoiled, month).slips
    assert [path.name for path in slips] == ["梧桐社区.xlsx", "青禾社区.xlsx", CONTRADICTORY]
    back = read(spoiled, spoiled.output(month) / SLIPS_FOLDER, month)
    for unit in ("C02", "C07"):
        assert said(back[unit]) == said(sent[unit]), unit
    # Of the scribbled form too: what cannot be read stays unreadable in its cell, and nothing becomes a number.
    assert said(back["C01"]) == said(sent["C01"])
    assert {value.state.value for value in sent["C01"].values.values()} == {"value", "unreadable"}
    assert (sent["C01"].values["flyers"].raw, back["C01"].values["flyers"].raw) == ("若干", "若干")
    assert back["C01"].ledgers["activities"].answer_raw == "随便"


def test_the_cells_to_mend_are_coloured_and_say_what_is_wrong(spoiled: Workspace, month: Period) -> None:
    check(spoiled, month)
    book = slip_book(spoiled, month, "梧桐社区.xlsx")
    assert book.sheetnames[:3] == ["问题清单", "封面", "指标表"]
    form = Form(book, _layout(spoiled))
    figures = book["指标表"]
    flyers = form.layout.elements["flyers"].cell
    note = figures[flyers].comment.text
    assert note.startswith("【核实】“发放创文宣传资料份数”填的是“若干”")
    assert note.endswith(f"请在{flyers}只填整数（份），文字说明写到备注栏。")
    assert figures[flyers].value == "若干"
    (colour,) = [
        rule.dxf.fill.bgColor.rgb
        for area in figures.conditional_formatting
        for rule in area.rules
        if flyers in str(area.sqref).split() and rule.formula == [f'OR(AND(EXACT({_absolute(flyers)},"若干")))']
    ]
    assert colour == "FFFFC266"
    assert figures["E3"].comment.text.startswith("【核实】")
    area = form.layout.ledgers["activities"]
    ledger = book[area.sheet]
    marked = {cell.coordinate for row in ledger.iter_rows() for cell in row if cell.comment}
    assert marked == {area.answer_cell, *(f"{area.columns[c]}{r}" for c, r in _SPOILED_CELLS)}
    untouched = form.layout.elements["pm_female"].cell
    assert figures[untouched].comment is None


def _absolute(cell: str) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", cell)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_the_colour_leaves_with_what_was_sent(spoiled: Workspace, month: Period, tmp_path: Path) -> None:
    """LibreOffice works out the conditions of the colour, written into cells, as sent and after some were mended."""
    edit_form(spoiled, month, files(spoiled, month)["C01"], lambda form: form.figure("pm_agency", None))
    check(spoiled, month)
    book = slip_book(spoiled, month, "梧桐社区.xlsx")
    form = Form(book, _layout(spoiled))
    conditions = _conditions(book)
    assert all(_worked_out(book, conditions, tmp_path).values())

    form.figure("flyers", 730)
    form.figure("pm_agency", 0)
    form.cell("activities", "held_on", date(2026, 10, 3), row=1)
    form.answer("activities", "本月有")
    colours = _worked_out(book, conditions, tmp_path)
    elements, area = form.layout.elements, form.layout.ledgers["activities"]
    mended = {("指标表", elements["flyers"].cell), ("指标表", elements["pm_agency"].cell)}
    mended |= {(area.sheet, f"{area.columns['held_on']}6"), (area.sheet, area.answer_cell)}
    assert {cell for cell, is_coloured in colours.items() if not is_coloured} >= mended
    assert colours["指标表", elements["vol_registered"].cell]
    assert colours[area.sheet, f"{area.columns['participants']}5"]


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_the_colour_of_a_rule_stays_until_it_holds(workspace: Workspace, month: Period, tmp_path: Path) -> None:
    """五类党员相加为253名，党员总数为241名: a wrong change of one cell takes the colour from none of the six."""
    check(workspace, month)
    book = slip_book(workspace, month, CONTRADICTORY)
    form, codes = Form(book, _layout(workspace)), ("pm_agency", "pm_community", "pm_nonpublic", "pm_social", "pm_other")
    cells = [("指标表", form.layout.elements[code].cell) for code in ("pm_total", *codes)]
    conditions = {at: formula for at, formula in _conditions(book).items() if at in cells}
    assert sorted(conditions) == sorted(cells)
    before = book["指标表"][form.layout.elements["pm_community"].cell].value
    for change, is_coloured in ((0, True), (-5, True), (-12, False)):
        form.figure("pm_community", before + change)
        assert set(_worked_out(book, conditions, tmp_path).values()) == {is_coloured}, change


def _conditions(book: Any) -> dict[tuple[str, str], str]:
    """The condition of the colour of each cell to mend, by sheet and cell."""
    return {
        (sheet.title, cell): rule.formula[0]
        for sheet in book
        for ranges in sheet.conditional_formatting
        for rule in ranges.rules
        if rule.dxf and rule.dxf.fill and rule.dxf.fill.bgColor.rgb == "FFFFC266"
        for cell in str(ranges.sqref).split()
    }


def _worked_out(book: Any, conditions: Mapping[tuple[str, str], str], folder: Path) -> dict[tuple[str, str], bool]:
    """Whether each condition is true, by LibreOffice."""
    spare = {at: f"ZZ{number}" for number, at in enumerate(conditions, start=1)}
    for (sheet, cell), formula in conditions.items():
        book[sheet][spare[sheet, cell]] = f"={formula}"
    form = BytesIO()
    book.save(form)
    shown = recalculated(form.getvalue(), folder)
    return {(sheet, cell): shown[sheet][at].value for (sheet, cell), at in spare.items()}


_SPOILED_CELLS = (("participants", 5), ("act_type", 5), ("held_on", 6))


def slip_book(workspace: Workspace, month: Period, name: str) -> Any:
    """A slip as openpyxl opens it."""
    return load_workbook(workspace.output(month) / SLIPS_FOLDER / name)


def _layout(workspace: Workspace) -> FormLayout:
    office = open_office(workspace)
    return build_layout(office.catalog, UnitKind.COMMUNITY, office.catalog.blocks_on(office.street))


def test_the_list_leads_to_each_cell_and_asks_for_reasons_where_they_will_do(spoiled: Workspace, month: Period) -> None:
    check(spoiled, month)
    sheet = slip_book(spoiled, month, "青禾社区.xlsx")["问题清单"]
    assert "第1次退回" in sheet["A1"].value
    lines = {sheet.cell(row, 5).value: row for row in range(5, sheet.max_row + 1)}
    fatal = next(row for words, row in lines.items() if "不能是负数" in words)
    query = next(row for words, row in lines.items() if "通常应" in words)
    layout = _layout(spoiled)
    for row, code, severity in ((fatal, "flyers", "强制"), (query, "pm_avg_age", "核实")):
        cell = layout.elements[code].cell
        shown = (sheet.cell(row, 2).value, sheet.cell(row, 3).value, sheet.cell(row, 4).value)
        assert shown == (severity, "指标表", cell)
        assert sheet.cell(row, 4).hyperlink.location == f"'指标表'!{cell}"
    assert (sheet.cell(fatal, 7).value, sheet.cell(fatal, 7).protection.locked) == ("必须改正", True)
    assert (sheet.cell(query, 7).value, sheet.cell(query, 7).protection.locked) == (None, False)
    assert sheet.protection.sheet
    assert sheet.column_dimensions["H"].hidden


def test_a_slip_works_as_a_form_does(spoiled: Workspace, month: Period) -> None:
    check(spoiled, month)
    book = slip_book(spoiled, month, "青禾社区.xlsx")
    layout = _layout(spoiled)
    area = layout.ledgers["activities"]
    lists = {rule.formula1 for rule in book[area.sheet].data_validations.dataValidation if rule.type == "list"}
    assert {"list_act_types", "=answers_flow"} <= {*lists, *(f"={name}" for name in lists)}
    assert str(book["校验"][f"D{min(layout.rules.values())}"].value).startswith("=")
    derived = [book["指标表"][cell.cell].data_type for cell in layout.elements.values() if cell.derived]
    assert set(derived) == {"f"}
    assert book["指标表"][f"D{layout.elements['pm_total'].row}"].value is not None


def test_a_slip_tells_nothing_of_other_units(workspace: Workspace, month: Period) -> None:
    names = files(workspace, month)
    person: dict[str, Any] = {}
    story: dict[str, Any] = {}
    edit_form(workspace, month, names["C09"], lambda form: person.update(form.row("committee_roster")))
    edit_form(workspace, month, names["C10"], lambda form: form.put("committee_roster", person, row=30))
    edit_form(workspace, month, names["C05"], lambda form: story.update(form.row("texts")))
    own = "其中一段是我们自己写的，与别人不同：" + "修好了楼道里的灯，装上了扶手。" * 3
    mixed = {**story, "title": "另起的题目", "body": f"{story['body'][:120]}{own}"}
    edit_form(workspace, month, names["C06"], lambda form: form.put("texts", mixed, row=0))
    found = check(workspace, month).findings
    copied = [finding for finding in found if finding.kind.code == "text-copied"]
    assert {finding.unit for finding in copied} == {"C05", "C06"}
    slips = {path.stem: strings(path) for path in _slips(workspace, month)}
    names_of_both = {finding.unit: finding.facts["unit_name"] for finding in copied}
    written = {unit: next(text for stem, text in slips.items() if name in stem) for unit, name in names_of_both.items()}
    assert all("雷同" in text for text in written.values())
    assert "另起的题目" not in written["C05"]
    assert "修好了楼道里的灯" not in written["C05"]
    assert str(story["title"]) not in written["C06"]
    twice = [finding for finding in found if finding.kind.code == "same-person-elsewhere"]
    assert {finding.unit for finding in twice} == {"C09", "C10"}
    for finding in twice:
        assert person["person"] in finding.message
        assert person["person"] not in finding.told_to_unit


def _slips(workspace: Workspace, month: Period) -> list[Path]:
    return sorted((workspace.output(month) / SLIPS_FOLDER).iterdir())


def test_a_sheet_that_could_not_be_read_comes_back_beside_the_clean_one(workspace: Workspace, month: Period) -> None:
    def swap(form: Form) -> None:
        sheet = form.book["活动台账"]
        sheet["B4"].value, sheet["C4"].value = sheet["C4"].value, sheet["B4"].value

    name = files(workspace, month)["C01"]
    sent: list[tuple[object, ...]] = []
    edit_form(workspace, month, name, swap)
    edit_form(workspace, month, name, lambda form: sent.extend(form.book["活动台账"].iter_rows(5, 9, values_only=True)))
    check(workspace, month)
    book = slip_book(workspace, month, "梧桐社区.xlsx")
    kept = book["原样_活动台账"]
    assert [cell.value for cell in kept[4]][:3] == ["*日期", "*名称", "*活动类型"]
    width = kept.max_column
    assert list(kept.iter_rows(5, 9, values_only=True)) == [row[:width] for row in sent]
    (line,) = [row for row in book["问题清单"].iter_rows(5, values_only=True) if row[2] == "活动台账"]
    assert "原样放在《原样_活动台账》里" in str(line[5])
    # Whoever sends the slip back with the copy in it is not asked about a sheet too many.
    shutil.copy(workspace.output(month) / SLIPS_FOLDER / "梧桐社区.xlsx", workspace.inbox(month) / "改好.xlsx")
    found = [one.kind.code for one in check(workspace, month).findings if one.place.file == "改好.xlsx"]
    assert {"sheets-extra", "sheets-copied", "sheets-renamed"}.isdisjoint(found)


def test_what_follows_is_no_further_place_to_mend(workspace: Workspace, month: Period) -> None:
    name = files(workspace, month)["C01"]
    edit_form(workspace, month, name, lambda form: form.book["两委班子名册"].move_range("B9:L9", cols=1))
    check(workspace, month)
    with open_history(open_office(workspace)) as history:
        (checked,) = [one for one in history.checks(month) if one.unit == "C01" and one.is_returned]
    # Eleven cells of the row cannot be read or are lacking; the row is mended at its first one.
    assert checked.to_mend == ("《两委班子名册》B9",)
    lines = [row[0] for row in slip_book(workspace, month, "梧桐社区.xlsx")["问题清单"].iter_rows(5, values_only=True)]
    assert [number for number in lines if isinstance(number, int)] == [1]
    assert {number for number in lines if isinstance(number, str)} == {"随1"}


def test_a_slip_goes_when_its_unit_has_nothing_to_mend(workspace: Workspace, month: Period) -> None:
    names = files(workspace, month)
    folder, form = workspace.output(month) / SLIPS_FOLDER, workspace.inbox(month) / names["C02"]
    good = form.read_bytes()
    edit_form(workspace, month, names["C02"], _mistype)
    check(workspace, month)
    (folder / "说明.txt").write_text("经办人自己放的", encoding="utf-8")
    assert {path.name for path in _slips(workspace, month)} == {"青禾社区.xlsx", CONTRADICTORY, "说明.txt"}
    form.write_bytes(good)
    check(workspace, month)
    assert {path.name for path in _slips(workspace, month)} == {CONTRADICTORY, "说明.txt"}


def test_the_same_faulty_file_is_one_round_and_a_new_one_the_next(workspace: Workspace, month: Period) -> None:
    names = files(workspace, month)
    edit_form(workspace, month, names["C02"], _mistype)
    first = _written(workspace, month, "青禾社区.xlsx")
    assert _written(workspace, month, "青禾社区.xlsx") == first
    edit_form(workspace, month, names["C02"], lambda form: form.figure("flyers", -7))
    second = _written(workspace, month, "青禾社区.xlsx")
    titles = [load_workbook(BytesIO(content))["问题清单"]["A1"].value for content in (first, second)]
    assert titles == [f"青禾社区报表问题清单（2026年10月，第{number}次退回）" for number in (1, 2)]
    with open_history(open_office(workspace)) as history:
        rounds = [one.unit for one in history.checks(month) if one.is_returned]
    # The demonstration's own run sent C07 back before.
    assert sorted(rounds) == ["C02", "C02", "C07"]


def _written(workspace: Workspace, month: Period, name: str) -> bytes:
    check(workspace, month)
    return (workspace.output(month) / SLIPS_FOLDER / name).read_bytes()


def test_a_run_writes_the_slips_of_what_it_holds_and_leaves_those_of_check(spoiled: Workspace, month: Period) -> None:
    check(spoiled, month)
    before = {path.name: path.read_bytes() for path in _slips(spoiled, month)}
    shutil.rmtree(spoiled.output(month) / SLIPS_FOLDER)
    outputs = {path.name for path in run(spoiled, month).outputs}
    held = {path.name: path.read_bytes() for path in _slips(spoiled, month)}
    assert set(held) == {"青禾社区.xlsx", CONTRADICTORY}
    assert set(held) <= outputs
    assert all(before[name] == content for name, content in held.items())
    manifest = json.loads((spoiled.output(month) / "run.json").read_text(encoding="utf-8"))
    assert {f"{SLIPS_FOLDER}/{name}" for name in held} <= {one["name"] for one in manifest["outputs"]}
    check(spoiled, month)
    run(spoiled, month)
    assert {path.name: path.read_bytes() for path in _slips(spoiled, month)} == before
