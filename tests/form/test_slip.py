from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl

from aggregator.form.layout import FormLayout
from aggregator.form.slip import Slip, slip_of
from aggregator.form.template import write_form
from aggregator.model.catalog import Catalog
from aggregator.model.finding import Finding, FindingKind, Severity
from aggregator.model.value import DataValue, LedgerRow, Place, Submission
from tests.form.conftest import COMMUNITY, OCTOBER, STREET, Clerk

FILE = "样表.xlsx"
ODD = FindingKind("odd", Severity.QUERY, "可疑", "{where}“{name}”可疑。", "请核对。")
WRONG = FindingKind("wrong", Severity.FATAL, "错误", "{where}“{name}”错了。", "请改正。")
LOST = FindingKind("lost", Severity.QUERY, "读不出", "{where}“{name}”读不出。", "请重填。", is_explainable=False)


def found(kind: FindingKind, sheet: str, cell: str, *elements: str, **more: Any) -> Finding:
    """A finding of C01."""
    place = Place(FILE, sheet, cell)
    where = f"枫桥《{sheet}》{cell}"
    return kind.at(place, unit="C01", period=OCTOBER, elements=elements, where=where, name="某项", **more)


def sent(catalog: Catalog) -> Submission:
    """A return of C01."""
    return Clerk(catalog, COMMUNITY, OCTOBER, seed=3).submission()


def slip(submission: Submission, layout: FormLayout, *findings: Finding) -> Slip:
    """The slip of a return."""
    return slip_of(findings, submission, layout, number=1)


def test_what_must_be_mended_stands_first_and_what_is_explained_after_it(catalog: Catalog, layout: FormLayout) -> None:
    cell = layout.elements["pm_total"].cell
    closed = replace(found(ODD, "指标表", cell, "pm_total"), severity=Severity.NOTE)
    closed = replace(closed, facts={**closed.facts, "explanation": "上月成建制转入"})
    submission = replace(sent(catalog), explanations={closed.explanation_key: "上月成建制转入"})
    lines = slip(submission, layout, closed, found(LOST, "指标表", ""), found(WRONG, "指标表", cell)).lines
    assert [(line.severity, line.asks) for line in lines] == [
        (Severity.FATAL, False),
        (Severity.QUERY, False),
        (Severity.NOTE, True),
    ]
    # The words travel on with the next slip, under the key by which they closed the finding.
    assert (lines[2].is_explained, lines[2].explanation, lines[2].key) == (
        True,
        "上月成建制转入",
        f"odd@指标表!{cell}#pm_total",
    )
    assert lines[2].marked == ()


def _names_of_lines(made: Slip) -> list[tuple[int, bool, str]]:
    return [(line.number, line.follows, line.place.cell) for line in made.lines]


def test_what_follows_stands_behind_its_cause_and_is_not_marked(catalog: Catalog, layout: FormLayout) -> None:
    total, other, apart = (layout.elements[code].cell for code in ("pm_total", "pm_female", "grids"))
    cause = found(ODD, "指标表", other, "pm_female")
    held = replace(found(WRONG, "指标表", total, "pm_total", group=cause.group), follows=True)
    made = slip(sent(catalog), layout, found(LOST, "指标表", apart, "grids"), held, cause)
    # The cause weighs as much as what follows from it, and so stands before the other one.
    assert _names_of_lines(made) == [(1, False, other), (1, True, total), (2, False, apart)]
    assert [line.severity for line in made.gravest] == [Severity.FATAL, Severity.QUERY]
    assert list(made.notes("指标表")) == [other, apart]


def test_what_follows_from_a_mere_note_is_marked(catalog: Catalog, layout: FormLayout) -> None:
    total = layout.elements["pm_total"].cell
    note = replace(found(ODD, "指标表", "B5"), severity=Severity.NOTE)
    made = slip(sent(catalog), layout, note, replace(found(LOST, "指标表", total, group=note.group), follows=True))
    assert list(made.notes("指标表")) == [total]


def test_all_cells_of_a_damage_are_marked(catalog: Catalog, layout: FormLayout) -> None:
    cells = [layout.elements[code].cell for code in ("pm_total", "pm_agency", "pm_community")]
    damage = replace(ODD, is_damage=True)
    made = slip(sent(catalog), layout, found(damage, "指标表", cells[0], area=frozenset(cells)))
    assert sorted(made.notes("指标表")) == sorted(cells)


def test_another_units_findings_are_not_in_it(catalog: Catalog, layout: FormLayout) -> None:
    other = replace(found(WRONG, "指标表", "E10"), unit="C02")
    assert slip(sent(catalog), layout, other).lines == ()


def test_a_cell_that_had_moved_is_marked_where_it_stands_in_the_clean_form(
    catalog: Catalog, layout: FormLayout
) -> None:
    submission = sent(catalog)
    values = {code: _moved(value) for code, value in submission.values.items()}
    row = layout.elements["pm_total"].row
    made = slip(replace(submission, values=values), layout, found(ODD, "指标表", f"E{row + 2}", "pm_total"))
    assert made.lines[0].place == Place("", "指标表", f"E{row}")
    assert list(made.notes("指标表")) == [f"E{row}"]
    assert made.lines[0].key == f"odd@指标表!E{row}#pm_total"


def _moved(value: DataValue) -> DataValue:
    row = int(value.place.cell[1:]) + 2
    return value._replace(place=Place(FILE, "指标表", f"E{row}"))


def test_a_rule_marks_every_typed_cell_that_it_reads(catalog: Catalog, layout: FormLayout) -> None:
    codes = ("pm_total", "pm_female", "act_theme")  # the last is derived
    broken = found(WRONG, "指标表", layout.elements["pm_total"].cell, *codes, rule="R1")
    marked = slip(sent(catalog), layout, broken).lines[0].marked
    assert [place.cell for place in marked] == [layout.elements[code].cell for code in codes[:2]]


def test_a_ledgers_cell_is_found_by_its_column_and_by_the_place_of_its_row(
    catalog: Catalog, layout: FormLayout
) -> None:
    submission, area = sent(catalog), layout.ledgers["activities"]
    far = LedgerRow("activities", "C01", OCTOBER, area.last_row + 40, {"title": "登高"})
    columns = {**area.columns, "title": "Z", "act_type": "C"}
    sheet = replace(submission.ledgers["activities"], rows=(far,), columns=columns)
    submission = replace(submission, ledgers={**submission.ledgers, "activities": sheet})
    made = slip(submission, layout, found(ODD, area.sheet, f"Z{far.number}", "activities.title"))
    assert made.lines[0].place == Place("", area.sheet, f"{area.columns['title']}{area.first_row}")
    answer = slip(submission, layout, found(ODD, area.sheet, area.answer_cell))
    assert list(answer.notes(area.sheet)) == [area.answer_cell]


def test_what_stands_beside_a_line_marks_its_value_and_a_lost_sheet_its_answer(
    catalog: Catalog, layout: FormLayout
) -> None:
    row, area = layout.elements["pm_total"].row, layout.ledgers["activities"]
    made = slip(sent(catalog), layout, found(LOST, "指标表", f"B{row}"), found(LOST, area.sheet, "C4"))
    assert list(made.notes("指标表")) == [f"E{row}"]
    assert list(made.notes(area.sheet)) == [area.answer_cell]


def test_a_note_stays_readable_however_much_is_wrong_with_a_cell(catalog: Catalog, layout: FormLayout) -> None:
    cell = layout.elements["pm_total"].cell
    many = [found(WRONG, "指标表", cell, facts_number=number) for number in range(7)]
    (text,) = slip(sent(catalog), layout, *many).notes("指标表").values()
    assert text.count("【强制】") == 4
    assert text.endswith("另有3条，见“问题清单”。")


def test_cells_whose_damage_was_told_by_its_cause_are_marked_too(catalog: Catalog, layout: FormLayout) -> None:
    submission = sent(catalog)
    lost = submission.values["pm_female"].place
    made = slip(replace(submission, told=frozenset({lost})), layout, found(LOST, "指标表", "E10"))
    assert "这一格填的内容无法读取" in made.notes("指标表")[lost.cell]


def test_texts_that_look_like_formulas_or_links_stay_texts(catalog: Catalog, layout: FormLayout) -> None:
    cell = layout.elements["pm_total"].cell
    evil = found(ODD, "指标表", cell, "pm_total")
    evil = replace(evil, facts={**evil.facts, "name": "=cmd|' /C calc'!A0"}, remedy="=HYPERLINK(1)")
    submission = replace(sent(catalog), explanations={evil.explanation_key: "<r>=1+1</r>"})
    made = slip(submission, layout, evil)
    content = write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, filled=submission, slip=made)
    sheet = openpyxl.load_workbook(BytesIO(content))["问题清单"]
    assert [sheet.cell(5, column).data_type for column in (5, 6, 7)] == ["s", "s", "s"]
    assert sheet.cell(5, 7).value == "<r>=1+1</r>"
