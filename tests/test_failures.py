"""What goes wrong with collected forms, failure by failure: the right value or a named cause, never a silent number.

The failures are those that offices and their programs report of forms filled in by many hands. Each is done to a good
form here, and judged from the cell to the street's totals, or held by the tests named beside it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl.workbook.defined_name import DefinedName

from aggregator.intake.returns import read_returns
from aggregator.model.consolidation import Verdict
from tests.damaged_form import (
    ACTS,
    ASKED,
    FIGURES,
    FUNDS,
    LOST,
    NOTED,
    SAME,
    After,
    Before,
    Damage,
    Form,
    Outcome,
    blank,
    edited,
    formatted,
    number,
    packed,
    raw,
    text,
    typed,
)
from tests.desk import FILE, MONTH, Desk

ROOT = Path(__file__).parents[1]
_COMMENTS = "xl/threadedComments/threadedComment1.xml"


@dataclass(frozen=True)
class Failure:
    """A failure in our words: each way in which it comes, with its outcome, finding and cell; tests that hold it."""

    words: str
    ways: tuple[tuple[str, Damage, Outcome, str, str], ...] = ()
    held_by: tuple[str, ...] = ()


# ---- ways that need more than a cell


def _parts_changed(ending: str, pattern: str, by: str) -> Damage:
    """Text of every part of some name replaced."""

    def damage(form: Form) -> bytes:
        parts = form.parts()
        chosen = {name: part.decode() for name, part in parts.items() if re.search(ending, name)}
        changed = {name: re.sub(pattern, by, part) for name, part in chosen.items()}
        assert changed != chosen
        return packed(parts | {name: part.encode() for name, part in changed.items()})

    return damage


def _with_threaded_comments(form: Form) -> bytes:
    """A remark of the kind that newer programs keep in a part of its own."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9"'
        ' Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"'
        f' Target="/{_COMMENTS}"/></Relationships>'
    )
    comments = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="E10" personId="{1}" id="{2}"><text>应为276?</text></threadedComment></ThreadedComments>'
    )
    new = {"xl/worksheets/_rels/sheet2.xml.rels": relations.encode(), _COMMENTS: comments.encode()}
    parts = form.parts()
    assert not new.keys() & parts.keys()
    return packed(parts | new)


def _as_texts(book: Any) -> None:
    """Every typed figure kept as a text in a cell made for texts."""
    for (cell,) in book[FIGURES]["E7:E65"]:
        if isinstance(cell.value, int | float):
            cell.value, cell.number_format = str(cell.value), "@"


def _without_names(book: Any) -> None:
    """Our names gone, an add-in's and a broken one there."""
    for name in list(book.defined_names):
        del book.defined_names[name]
    for name, target in (("Z_1A2B_.wvu.Cols", f"{FIGURES}!$A$1:$XFD$9"), ("打印", f"{FIGURES}!#REF!")):
        book.defined_names[name] = DefinedName(name, attr_text=target, hidden=True)


def _pasted_over_the_guards(book: Any) -> None:
    """Drop-downs and limits gone with what was pasted."""
    for sheet in book:
        sheet.data_validations.dataValidation = []


def _pasted(cell: str, value: str) -> Damage:
    def edit(book: Any) -> None:
        _pasted_over_the_guards(book)
        book[ACTS][cell] = value

    return edited(edit)


def _noughts(book: Any) -> None:
    for (cell,) in book[FIGURES]["E7:E65"]:
        if isinstance(cell.value, int | float):
            cell.value = 0


def _column_pasted(book: Any) -> None:
    """A column of some other table over figures and formulas alike."""
    for (cell,) in book[FIGURES]["E7:E175"]:
        if cell.value is not None:
            cell.value = cell.row * 7 % 50


def _filtered(book: Any) -> None:
    """A filter that shows one kind of activity."""
    book[ACTS].auto_filter.ref = "A4:I41"
    for row in range(6, 20):
        book[ACTS].row_dimensions[row].hidden = True


def _row_hidden(book: Any) -> None:
    book[FIGURES].row_dimensions[10].hidden = True


def _counted_from_1904(book: Any) -> None:
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001  # a workbook knows no time zone


def _headers_swapped(book: Any) -> None:
    sheet = book[ACTS]
    sheet["F4"], sheet["G4"] = sheet["G4"].value, sheet["F4"].value


def _on(sheet: str, method: str, *arguments: object) -> Damage:
    """A method of a sheet as a person's menu has it."""
    return edited(lambda book: getattr(book[sheet], method)(*arguments))


def _renamed(sheet: str, title: str) -> Damage:
    return edited(lambda book: setattr(book[sheet], "title", title))


def _dimension(said: str) -> Damage:
    return _parts_changed(r"worksheets/sheet\d+", r'<dimension ref="[^"]*"/>', f'<dimension ref="{said}"/>')


_NO_FILL = '<fill><patternFill patternType="none"/></fill>'
_DEAD, _LINKED = "|<f>[1]九月!$E$7</f>", "|<f>[1]九月!$E$7</f><v>{n}</v>"
_BROKEN = ' t="e"|<f>SUM(#REF!)</f><v>#REF!</v>'

FAILURES: tuple[Failure, ...] = (
    Failure("numbers kept as texts", (
        ("one figure", text(FIGURES, pm_total="{n}"), SAME, "", ""),
        ("all figures", edited(_as_texts), SAME, "", ""),
        ("an amount", text(FUNDS, D5="{n}"), SAME, "", ""),
    )),
    Failure("invisible characters and full-width digits", (
        ("no-break and wide blanks", text(FIGURES, pm_total="\u00a0{n}\u3000"), SAME, "", ""),
        ("a mark of direction", text(FIGURES, pm_total="\u202d{n}\u202c"), SAME, "", ""),
        ("full-width digits", text(FUNDS, D5="{full}"), SAME, "", ""),
        ("a blank behind a choice", text(FUNDS, B5="服务群众专项经费\u00a0"), SAME, "", ""),
    )),
    Failure("a unit behind the number", (
        ("its own", text(FIGURES, pm_total="{n}名"), NOTED, "cells-repaired", "pm_total"),
        ("ten thousands", text(FIGURES, resident_pop="{wan}万"), NOTED, "cells-repaired", "resident_pop"),
        ("ten thousands of yuan", text(FUNDS, D5="{wan}万"), NOTED, "cells-repaired", "D5"),
        ("ten thousand times too much", text(FUNDS, D5="{n}万元"), ASKED, "rule-broken", "D5"),
        ("another thing's", text(FIGURES, visit_households="{n}人"), LOST, "unreadable-value", "visit_households"),
    )),
    Failure("yuan, thousands and ten thousands of yuan mixed", (
        ("a bare number of ten thousands", number(FUNDS, D5="1.53"), ASKED, "rule-broken", "D5"),
        ("thousands, said so", text(FUNDS, D5="15.2646千元"), NOTED, "cells-repaired", "D5"),
        ("by its look", formatted(FUNDS, "D5", 15264.6, '0.0,"千元"'), LOST, "unreadable-cell", "D5"),
        ("in the header", text(FUNDS, D4="*金额（万元）"), LOST, "template-changed", "D4"),
        ("beside the label", text(FIGURES, C_resident_pop="万人"), LOST, "template-changed", "C_resident_pop"),
        ("persons in ten thousands", number(FIGURES, resident_pop="1.0872"), LOST, "unreadable-value", "resident_pop"),
    )),
    Failure("the year so far typed for the month, or the month for the year", (
        ("the year so far", number(FIGURES, visit_households="1093"), ASKED, "sudden-change", "visit_households"),
        ("the month", number(FIGURES, F_svc_items="226"), NOTED, "year-changed", "F_svc_items"),
    )),
    Failure("last month's closing typed otherwise", (
        ("beside the new number", number(FIGURES, D_pm_total="270"), NOTED, "last-changed", "D_pm_total"),
        ("so that it goes not on", number(FIGURES, grid_events_open="14"), LOST, "rule-broken", "grid_events_found"),
    )),
    Failure("a dash, a stroke, a word or nothing for nought", (
        ("a dash", text(FIGURES, pm_moved_out="—"), LOST, "unreadable-value", "pm_moved_out"),
        ("a stroke", text(FIGURES, grid_up_district="/"), LOST, "unreadable-value", "grid_up_district"),
        ("a word", text(FIGURES, pm_reduced="无"), LOST, "unreadable-value", "pm_reduced"),
        ("nothing", blank(FIGURES, "sw_passed"), LOST, "missing-value", "sw_passed"),
        ("a row of strokes", typed(ACTS, A42="/", B42="/", C42="/", F42="/"), NOTED, "row-of-nothing", "A42"),
    ), ("rollup/test_consolidate.py::test_a_sum_of_which_nothing_is_known_is_missing_and_not_zero",)),
    Failure("an instruction that contradicts its rule", held_by=(
        "catalog/test_lint.py::test_what_would_mislead_is_refused",
        "catalog/test_lint.py::test_the_catalog_that_ships_has_no_fault",
    )),
    Failure("merged cells and headers of several rows", (
        ("figures merged", _on(FIGURES, "merge_cells", "E7:E8"), LOST, "cells-merged", "E7"),
        ("dates merged over rows", _on(ACTS, "merge_cells", "A5:A7"), NOTED, "cells-merged", "A5"),
        ("headers merged", _on(ACTS, "merge_cells", "E4:F4"), NOTED, "template-adapted", "F4"),
        ("a row put above the headers", _on(ACTS, "insert_rows", 4), NOTED, "template-adapted", "A5"),
    )),
    Failure("columns put in, taken out or renamed, sheets renamed or deleted", (
        ("a column put in", _on(FIGURES, "insert_cols", 4), NOTED, "template-adapted", "E4"),
        ("a column taken out", _on(ACTS, "delete_cols", 6), LOST, "template-changed", "F4"),
        ("a header renamed", text(ACTS, F4="人数"), LOST, "template-changed", "F4"),
        ("two headers swapped", edited(_headers_swapped), LOST, "template-changed", "F4"),
        ("a sheet renamed", _renamed(FUNDS, "经费"), NOTED, "sheets-renamed", ""),
        ("a sheet deleted", edited(lambda book: book.remove(book[ACTS])), LOST, "sheet-missing", ""),
    )),
    Failure("rows put in or emptied, a stray sign far below", (
        ("rows put in", _on(ACTS, "insert_rows", 8, 3), SAME, "", ""),
        ("a hole between rows", edited(lambda book: book[FUNDS].move_range("A8:E12", rows=3)), SAME, "", ""),
        ("a row put in among figures", _on(FIGURES, "insert_rows", 12), NOTED, "template-adapted", "B13"),
        ("a stray sign", typed(ACTS, A900="、"), NOTED, "row-of-nothing", "A900"),
        ("the headers once more", typed(ACTS, A42="日期", B42="活动类型", C42="名称"), NOTED, "row-of-nothing", "A42"),
        ("a stray sign below the figures", typed(FIGURES, E600=" ."), SAME, "", ""),
    )),
    Failure("defined names lost or foreign", (("all at once", edited(_without_names), SAME, "", ""),)),
    Failure("pasted over drop-downs and limits", (
        ("nothing else", edited(_pasted_over_the_guards), SAME, "", ""),
        ("a choice of one's own", _pasted("B5", "志愿活动"), LOST, "unknown-code", "B5"),
        ("words in a column of numbers", _pasted("F5", "二十来人"), NOTED, "unreadable-cell", "F5"),
    )),
    Failure("formulas of the form overwritten or broken", (
        ("by a number", typed(FIGURES, org_committees=9), NOTED, "stated-differs", "org_committees"),
        ("by words", typed(FIGURES, org_committees="见台账"), NOTED, "derived-replaced", "org_committees"),
        ("by a lost reference", raw(FIGURES, "org_committees", _BROKEN), SAME, "", ""),
        ("by a whole column", edited(_column_pasted), LOST, "column-pasted", "E68"),
        ("an error where a number is typed", raw(FIGURES, "pm_total", _BROKEN), LOST, "error-cells", "pm_total"),
    )),
    Failure("formulas that nobody calculated", (
        ("those of the form", edited(lambda book: book.properties), SAME, "", ""),
        ("one for a number", raw(FIGURES, "pm_total", "|<f>260+6</f>"), LOST, "formulas-uncalculated", "pm_total"),
    )),
    Failure("subtotals among the rows, and the total table among the returns", (
        ("called so", typed(FUNDS, A13="本月合计", D13=68535.3), NOTED, "subtotal-row", "A13"),
        ("a number alone", typed(FUNDS, D13=68535.3), NOTED, "subtotal-row", "D13"),
    ), ("test_failures.py::test_our_own_outputs_among_the_returns_are_no_returns",)),
    Failure("hidden sheets, hidden and filtered rows", (
        ("a sheet", edited(lambda book: setattr(book[FUNDS], "sheet_state", "hidden")), NOTED, "sheets-hidden", ""),
        ("a row", edited(_row_hidden), NOTED, "rows-hidden", "A10"),
        ("a filter", edited(_filtered), NOTED, "rows-hidden", "A6"),
    )),
    Failure("a dimension of one cell, as WPS writes it", (
        ("on every sheet", _dimension("A1"), SAME, "", ""),
    )),
    Failure("an empty fill among the styles", (
        ("the first", _parts_changed("styles", _NO_FILL, "<fill/>"), SAME, "", ""),
    )),
    Failure("drop-downs that a saved copy loses", held_by=(
        "test_slips.py::test_a_slip_works_as_a_form_does",
        "intake/test_cells.py::test_extensions_of_vendors_are_passed_over",
    )),
    Failure("other formats, passwords, rights and faults of the file under a good ending", held_by=(
        "intake/test_other_formats.py::test_the_bytes_decide_and_not_the_ending",
        "intake/test_other_formats.py::test_a_password_is_told",
        "intake/test_unusual_files.py::test_what_is_locked_is_told_as_locked",
        "intake/test_opening.py::test_a_compound_file_is_told_by_its_streams",
        "intake/test_opening.py::test_a_wrong_checksum_is_refused",
        "intake/test_unusual_files.py::test_a_strict_workbook_says_what_the_other_says",
    )),
    Failure("lock files and temporary copies", held_by=(
        "intake/test_discover.py::test_what_is_no_return_is_told_apart",
    )),
    Failure("one file whose sheets are not as large as they say", (
        ("too small", _dimension("A1:B3"), SAME, "", ""),
        ("too large", _dimension("A1:XFD1048576"), SAME, "", ""),
        ("a sheet of its own", edited(lambda book: book.create_sheet("补充")), SAME, "", ""),
    )),
    Failure("identity numbers kept as numbers", (
        ("in a text", typed(ACTS, C5=110101199003071234), NOTED, "unreadable-cell", "C5"),
        ("in a figure", number(FIGURES, pm_total="110101199003071234"), LOST, "unreadable-value", "pm_total"),
        ("in a roster", typed("两委班子名册", A5=110101199003071234), NOTED, "unreadable-cell", "A5"),
    )),
    Failure("dates as texts, serials and in other calendars", (
        ("a text", text(ACTS, A6="2026年10月3日"), SAME, "", ""),
        ("without its year", text(ACTS, A6="10月3日"), NOTED, "cells-repaired", "A6"),
        ("a serial without its look", text(ACTS, A6="46298"), NOTED, "cells-repaired", "A6"),
        ("of a day that is none", text(ACTS, A6="2026年2月30日"), NOTED, "unreadable-cell", "A6"),
        ("that may be two", text(ACTS, A6="2.10.2026"), NOTED, "unreadable-cell", "A6"),
        ("of last year", text(ACTS, A6="2025-10-03"), NOTED, "late-row", "A6"),
        ("counted from 1904", edited(_counted_from_1904), NOTED, "dates-counted-otherwise", ""),
    )),
    Failure("names of units written otherwise", held_by=(
        "intake/test_unit_names.py::test_a_unit_is_known_by_every_way_of_writing_its_name",
        "intake/test_identity.py::test_a_cover_that_names_the_stamped_unit_some_other_way_is_no_contradiction",
        "intake/test_identity.py::test_a_cover_that_names_somebody_else_is_told",
    )),
    Failure("a final version, and another final version", held_by=(
        "intake/test_returns.py::test_of_two_files_the_later_version_counts_and_the_difference_is_told",
        "intake/test_duplicates.py::test_figures_are_told_from_what_to_what",
    )),
    Failure("another month's file, or last month's once more", held_by=(
        "intake/test_identity.py::test_the_form_of_another_month_is_left_out_and_its_month_named",
        "check/test_copied.py::test_a_return_that_is_last_months_as_a_whole_is_told_as_such",
    )),
    Failure("a form of an older version", held_by=(
        "intake/test_versions.py::test_an_older_form_is_read_through_its_own_map_and_former_names",
        "intake/test_versions.py::test_what_an_older_form_does_not_ask_is_neither_missing_nor_nought",
    )),
    Failure("an empty form sent to be complete", (
        ("nought in every cell", edited(_noughts), LOST, "numbers-zeroed", "E7"),
    ), (
        "intake/test_returns.py::test_an_empty_form_counts_as_not_received",
        "rollup/test_reporting_rate.py::test_an_empty_form_is_in_no_total",
    )),
    Failure("returns that are missing or late", held_by=(
        "rollup/test_reporting_rate.py::test_rates_count_units_by_the_list_and_not_by_the_files",
        "test_who_reported.py::test_every_line_says_how_a_unit_stands_and_what_came_of_each_file",
        "test_timeliness.py::test_the_day_on_which_any_command_first_saw_the_content_counts",
    )),
    Failure("names or codes of units that stand twice or are mistyped", held_by=(
        "intake/test_settings.py::test_a_unit_that_cannot_stand_in_the_list_is_named_with_its_cell",
        "intake/test_returns.py::test_a_name_that_only_resembles_one_decides_nothing",
    )),
    Failure("words where an amount is asked", (
        ("an amount in words", text(FUNDS, D5="一万五千元"), LOST, "unreadable-cell", "D5"),
        ("no amount", text(FUNDS, D5="已拨付"), LOST, "unreadable-cell", "D5"),
    )),
    Failure("choices of an older list", (
        ("a shorter word", text(ACTS, B5="讲习"), LOST, "unknown-code", "B5"),
        ("a word that is gone", text("阵地设施台账", B5="党员活动阵地"), LOST, "unknown-code", "B5"),
    )),
    Failure("a roster that does not make its figure", held_by=(
        "test_failures.py::test_a_roster_that_does_not_make_its_figure_is_named_with_its_rows",
    )),
    Failure("binary fractions", (
        ("a figure", number(FIGURES, pm_total="{n}.00000000000006"), SAME, "", ""),
        ("an amount", number(FUNDS, D5="15264.600000000002"), SAME, "", ""),
        ("a figure that adds up", number(FIGURES, pm_avg_age="47.900000000000006"), SAME, "", ""),
    )),
    Failure("links to other workbooks, threaded comments", (
        ("a link with what it showed last", raw(FIGURES, "pm_total", _LINKED), NOTED, "formulas-linked", "pm_total"),
        ("a link that shows nothing", raw(FIGURES, "pm_total", _DEAD), LOST, "formulas-uncalculated", "pm_total"),
        ("comments", _with_threaded_comments, SAME, "", ""),
    )),
    Failure("scratch numbers beside the form, columns put in", (
        ("beside a figure", typed(FIGURES, K_pm_total=276), NOTED, "cells-outside", "K_pm_total"),
        ("words with a number beside a ledger", typed(ACTS, L9="少报2人"), NOTED, "cells-outside", "L9"),
        ("a column in a ledger", _on(ACTS, "insert_cols", 3), NOTED, "template-adapted", "D4"),
    )),
    Failure("macros that a machine forbids", held_by=(
        "intake/test_other_formats.py::test_macros_are_not_run_and_are_told",
    )),
    Failure("an explanation that explains nothing", held_by=(
        "check/test_explanations.py::test_an_assurance_is_none",
        "test_round.py::test_a_faulty_form_goes_back_is_mended_and_comes_again",
    )),
    Failure("rounded parts that miss their rounded total", held_by=(
        "publish/test_report_style.py::test_parts_that_are_all_rounded_beside_their_total_are_refused",
    )),
    Failure("a report that contradicts itself", held_by=(
        "verify/test_relations.py::test_sums_and_shares_are_held_against_the_changed_figures",
    )),
    Failure("Chinese in a font that is not Chinese", held_by=(
        "publish/test_document.py::test_every_run_and_style_names_all_its_fonts",
        "publish/test_document.py::test_chinese_is_the_language",
    )),
    Failure("persons in what goes round", held_by=(
        "test_hostile_text.py::test_no_person_of_a_sensitive_ledger_stands_in_clear_in_any_output",
        "test_who_reported.py::test_the_reminder_repeats_no_file_name_in_which_a_person_may_stand",
    )),
)  # fmt: skip
WAYS = [
    pytest.param(*way[1:], id=f"{number}, {failure.words}: {way[0]}")
    for number, failure in enumerate(FAILURES, start=1)
    for way in failure.ways
]


@pytest.mark.parametrize(("damage", "outcome", "kind", "cell"), WAYS)
def test_a_failure_gives_the_right_value_or_a_named_cause(
    desk: Desk, form: Form, before: Before, damage: Damage, outcome: Outcome, kind: str, cell: str
) -> None:
    after = After.of(desk, damage(form), before)
    after.must_be(outcome, kind, form.at(cell))
    told = {(one.place.sheet, one.place.cell) for one in after.told}
    if outcome in (SAME, NOTED):
        # No total need differ for a date or a name to be read otherwise.
        assert {(one.sheet, one.cell) for one in after.differences} <= (told if outcome is NOTED else set())


def test_every_failure_is_held_here_or_by_a_test_that_is_collected() -> None:
    assert len(FAILURES) == 44
    assert all(failure.ways or failure.held_by for failure in FAILURES)
    held = sorted({f"tests/{place}" for failure in FAILURES for place in failure.held_by})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-o", "addopts=", *held]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # our own tests
    assert found.returncode == 0, found.stdout
    collected = {line.partition("[")[0] for line in found.stdout.splitlines()}
    assert collected >= set(held)


def test_a_column_pasted_over_all_is_one_cause(desk: Desk, form: Form, before: Before) -> None:
    after = After.of(desk, edited(_column_pasted)(form), before)
    assert (after.causes, len(after.told) > 100) == (1, True)


def test_a_roster_that_does_not_make_its_figure_is_named_with_its_rows(desk: Desk, form: Form, before: Before) -> None:
    # The branches had 266 members together, as the figure says; the first of them now 40 instead of 43.
    after = After.of(desk, number("党组织名录", K6="40")(form), before)
    (found,) = after.told
    assert (found.kind.code, found.place.sheet, found.place.cell) == ("rule-broken", FIGURES, form.at("pm_total"))
    assert "名录中各党支部、联合党支部党员共263名，党员总数为266名，相差3名" in found.message
    assert "第6、7、8、9、10、11、12、13、14、15、16行" in found.message


def test_our_own_outputs_among_the_returns_are_no_returns(desk: Desk, demonstration: Path, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(desk.form)
    outputs = demonstration / "output" / "2026-10"
    ours = [demonstration / "街道设置.xlsx", *outputs.glob("*.xlsx"), *outputs.glob("*.csv"), *outputs.glob("*.docx")]
    for path in ours:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    intake = read_returns(tmp_path, catalog=desk.catalog, street=desk.street, period=MONTH)
    (alone,) = desk.read(desk.form).submissions
    assert intake.submissions == (alone,)
    verdicts = {file.file.name: file.verdict for file in intake.files}
    assert verdicts.pop(FILE) is Verdict.ACCEPTED
    assert {verdict for name, verdict in verdicts.items() if name.endswith(".xlsx")} == {Verdict.FOREIGN}
    assert set(verdicts.values()) <= {Verdict.FOREIGN, Verdict.UNREADABLE, Verdict.IGNORED}
    told = {finding.place.file for finding in intake.findings}
    assert told >= {path.name for path in ours}
