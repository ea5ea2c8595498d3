"""Sheets renamed, moved, hidden, doubled and deleted; marks lost; forms copied into a new workbook; other programs."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from zipfile import ZIP_DEFLATED

from tests.mutants.book import Cell, Mark, Sheet
from tests.mutants.damage import CHECKS, COVER, FIGURES, VALUE, Form, Phase, damages, marked
from tests.mutants.package import Dialect

_PURL = "http://purl.oclc.org/ooxml"
DIALECTS = (
    Dialect("XlsxWriter in constant memory", texts="inlineStr"),
    Dialect("WPS", dimension="A1"),
    Dialect("a dimension too small", dimension="A1:B3"),
    Dialect("a dimension too large", dimension="A1:XFD1048576"),
    Dialect("no references", has_references=False),
    Dialect("texts as results", texts="str"),
    Dialect("a prefix before each tag", prefix="x"),
    Dialect("no results of formulas", has_results=False),
    Dialect("strict", namespace=f"{_PURL}/spreadsheetml/main", relations=f"{_PURL}/officeDocument/relationships"),
    Dialect("packed", compression=ZIP_DEFLATED),
)


def _shown(form: Form) -> list[Sheet]:
    return [form.figures, *form.ledgers]


# ---- sheets


def a_sheet_renamed(form: Form, chance: Random) -> Mark:
    sheet = chance.choice(_shown(form))
    sheet.name = chance.choice(["Sheet1", "新表", f"{sheet.name[:2]}汇总", "1"])
    return marked(sheet)


def a_sheets_name_respelled(form: Form, chance: Random) -> Mark:
    sheet = chance.choice(_shown(form))
    sheet.name = chance.choice([f" {sheet.name}", f"{sheet.name} ", f"{sheet.name[:2]} {sheet.name[2:]}"])
    return marked(sheet)


def all_sheets_renamed(form: Form, _chance: Random) -> Mark:
    for number, sheet in enumerate(form.book.sheets, 1):
        if not sheet.state:
            sheet.name = f"Sheet{number}"
    return Mark("")


def two_sheets_names_swapped(form: Form, chance: Random) -> Mark:
    one, other = chance.sample(form.ledgers, 2)
    one.name, other.name = other.name, one.name
    return Mark("")


def sheets_in_another_order(form: Form, chance: Random) -> Mark:
    chance.shuffle(form.book.sheets)
    return Mark("")


def a_sheet_hidden(form: Form, chance: Random) -> Mark:
    sheet = chance.choice(_shown(form))
    sheet.state = chance.choice(["hidden", "veryHidden"])
    return marked(sheet)


def a_sheet_copied(form: Form, chance: Random) -> Mark:
    """Copied within the workbook, with other numbers; the copy may stand first."""
    sheet = chance.choice(_shown(form))
    copied = replace(sheet.copy(), name=f"{sheet.name}{chance.choice([' (2)', '（修改）', '2'])}", origin="")
    for at, cell in copied.cells.items():
        if cell.kind == "n" and cell.is_typed and chance.random() < 0.3:
            copied.cells[at] = replace(cell, text="77")
    form.book.sheets.insert(chance.choice([0, len(form.book.sheets)]), copied)
    return Mark("")


def a_sheet_copied_and_the_first_deleted(form: Form, chance: Random) -> Mark:
    sheet = chance.choice(form.ledgers)
    sheet.name = f"{sheet.name} (2)"
    return marked(sheet)


def a_sheet_deleted(form: Form, chance: Random) -> Mark:
    sheet = chance.choice(_shown(form))
    form.book.sheets.remove(sheet)
    return Mark(sheet.origin)


def a_sheet_of_their_own(form: Form, chance: Random) -> Mark:
    own = Sheet("", chance.choice(["补充", "Sheet1", "附件"]), "", {(1, 1): Cell("s", "党员130人")}, [], "", "")
    form.book.sheets.insert(chance.randint(0, len(form.book.sheets)), own)
    return Mark("")


def sheets_nobody_reads_deleted(form: Form, chance: Random) -> Mark:
    gone = chance.choice([{COVER}, {CHECKS}, {"_lists"}, {COVER, CHECKS, "_lists"}])
    form.book.sheets = [sheet for sheet in form.book.sheets if sheet.origin not in gone]
    return Mark("")


def the_cover_moved_about(form: Form, chance: Random) -> Mark:
    cover = form.book.of(COVER)
    down, right = chance.randint(0, 2), chance.randint(0, 1)
    cover.cells = {(row + down, column + right): cell for (row, column), cell in cover.cells.items()}
    cover.merges.clear()
    return Mark("")


# ---- marks


def some_marks_lost(form: Form, chance: Random) -> Mark:
    for lose in chance.sample([_lose_the_sheet, _lose_the_property, _lose_the_names], chance.randint(1, 2)):
        lose(form)
    return Mark("")


def all_marks_lost(form: Form, _chance: Random) -> Mark:
    _lose_the_sheet(form)
    _lose_the_property(form)
    _lose_the_names(form)
    return Mark("")


def all_marks_and_the_file_name_lost(form: Form, chance: Random) -> Mark:
    form.file = "报表.xlsx"
    return all_marks_lost(form, chance)


def _lose_the_sheet(form: Form) -> None:
    form.book.sheets = [sheet for sheet in form.book.sheets if sheet.origin != "_stamp"]


def _lose_the_property(form: Form) -> None:
    form.book.stamp = ""


def _lose_the_names(form: Form) -> None:
    form.book.names = {name: text for name, text in form.book.names.items() if not name.startswith("agg_")}


def copied_into_a_new_workbook(form: Form, chance: Random) -> Mark:
    """Every sheet that shows, cell by cell: no marks, no lists, formulas as values, looks or none."""
    has_looks = chance.random() < 0.5
    form.book.sheets = [replace(sheet, before="", after="") for sheet in form.book.sheets if not sheet.state]
    for sheet in form.book.sheets:
        sheet.merges = sheet.merges if has_looks else []
        sheet.cells = {
            at: Cell(cell.kind, cell.text, None, cell.style if has_looks else "")
            for at, cell in sheet.cells.items()
            if cell.text
        }
    form.book.stamp, form.book.names = "", {}
    return Mark("")


def copied_into_a_new_workbook_of_plain_names(form: Form, chance: Random) -> Mark:
    """The same, into sheets that are called as a program calls them."""
    copied_into_a_new_workbook(form, chance)
    return all_sheets_renamed(form, chance)


def guards_lost(form: Form, chance: Random) -> Mark:
    """Drop-downs, limits, protection."""
    for sheet in form.book.sheets:
        if chance.random() < 0.7:
            sheet.after = re.sub(r"<dataValidations.*?</dataValidations>", "", sheet.after, flags=re.DOTALL)
        if chance.random() < 0.7:
            sheet.after = re.sub(r"<sheetProtection[^>]*>", "", sheet.after)
    return Mark("")


def names_of_add_ins(form: Form, chance: Random) -> Mark:
    """Names that programs leave behind, and names of ours that point nowhere."""
    form.book.names |= {
        "_xlfn.IFERROR": "#NAME?",
        "HTML_Control": '"x"',
        "aaa": "#REF!",
        "打印区域": f"{FIGURES}!#REF!",
    }
    for name in chance.sample(sorted(name for name in form.book.names if name.startswith("list_")), 5):
        form.book.names[name] = "#REF!"
    return Mark("")


def written_by_another_program(form: Form, chance: Random) -> Mark:
    form.dialect = chance.choice(DIALECTS)
    return Mark("")


def looks_lost(form: Form, _chance: Random) -> Mark:
    """Written by a program that knows no styles: dates are the days since 1900."""
    form.dialect = replace(form.dialect, name="no styles", has_styles=False)
    return Mark("")


def a_number_below_another_month(form: Form, chance: Random) -> Mark:
    """An own figure typed once more below the sheet that nobody reads."""
    form.book.of(CHECKS).type((400, chance.randint(1, 5)), form.figures.text(form.lines()[0], VALUE))
    return Mark("")


DAMAGES = tuple(
    damages(
        (a_sheet_renamed, Phase.FILE, True, "sheets-renamed"),
        (a_sheets_name_respelled, Phase.FILE, True, ""),
        (all_sheets_renamed, Phase.FILE, True, "sheets-renamed"),
        (two_sheets_names_swapped, Phase.FILE, True, "sheets-renamed"),
        (sheets_in_another_order, Phase.FILE, True, ""),
        (a_sheet_hidden, Phase.FILE, True, "sheets-hidden"),
        (a_sheet_copied, Phase.FILE, True, "sheets-copied"),
        (a_sheet_copied_and_the_first_deleted, Phase.FILE, True, "sheets-renamed"),
        (a_sheet_deleted, Phase.FILE, False, "sheet-missing"),
        (a_sheet_of_their_own, Phase.FILE, True, "sheets-extra"),
        (sheets_nobody_reads_deleted, Phase.FILE, True, ""),
        (the_cover_moved_about, Phase.FILE, True, ""),
        (some_marks_lost, Phase.FILE, True, ""),
        (all_marks_lost, Phase.FILE, True, ""),
        (all_marks_and_the_file_name_lost, Phase.FILE, True, ""),
        (copied_into_a_new_workbook, Phase.FILE, True, ""),
        (copied_into_a_new_workbook_of_plain_names, Phase.FILE, True, "sheets-renamed"),
        (guards_lost, Phase.FILE, True, ""),
        (names_of_add_ins, Phase.FILE, True, ""),
        (written_by_another_program, Phase.FILE, True, ""),
        (looks_lost, Phase.FILE, True, ""),
    )
)
