"""One damage at a time to a community's form, from the cell to the totals: no number changes without a word."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from tests.damaged_form import (
    ACTS,
    ASKED,
    FIGURES,
    FULL_WIDTH,
    FUNDS,
    ISSUES,
    LOST,
    NOTED,
    PANEL,
    SAME,
    After,
    Before,
    Damage,
    Form,
    Outcome,
    blank,
    copied_sheet,
    edited,
    formatted,
    number,
    pasted,
    raw,
    shifted,
    swapped,
    text,
    typed,
)
from tests.desk import Desk

# ---- the cases

CASES: tuple[tuple[str, Damage, Outcome, str, str], ...] = (
    ("a number as text", text(FIGURES, pm_total="{n}"), SAME, "", ""),
    ("blanks that do not break", text(FIGURES, pm_total="\u00a0{n}\u3000"), SAME, "", ""),
    ("full-width digits", text(FIGURES, pm_total="{full}"), SAME, "", ""),
    ("an invisible character", text(FIGURES, pm_total="\u200b{n}"), SAME, "", ""),
    ("its own unit", text(FIGURES, pm_total="{n}名"), NOTED, "cells-repaired", "pm_total"),
    ("so many ten thousands", text(FIGURES, resident_pop="{wan}万人"), NOTED, "cells-repaired", "resident_pop"),
    ("another unit", text(FIGURES, pm_total="{n}户"), LOST, "unreadable-value", "pm_total"),
    ("another unit beside the label", text(FIGURES, C_pm_total="万人"), LOST, "template-changed", "C_pm_total"),
    ("ten thousand by format", formatted(FIGURES, "pm_total", 1, '0"万人"'), LOST, "unreadable-value", "pm_total"),
    ("about", text(FIGURES, pm_total="约{n}"), LOST, "unreadable-value", "pm_total"),
    ("a sum", text(FIGURES, pm_total="{n}+6"), LOST, "unreadable-value", "pm_total"),
    ("a dash for none", text(FIGURES, pm_total="-"), LOST, "unreadable-value", "pm_total"),
    ("blank", blank(FIGURES, "pm_total"), LOST, "missing-value", "pm_total"),
    ("an error value", raw(FIGURES, "pm_total", ' t="e"|<v>#REF!</v>'), LOST, "error-cells", "pm_total"),
    ("not calculated", raw(FIGURES, "pm_total", "|<f>260+6</f>"), LOST, "formulas-uncalculated", "pm_total"),
    ("calculated", raw(FIGURES, "pm_total", "|<f>260+6</f><v>{n}</v>"), NOTED, "formulas-taken", "pm_total"),
    ("a truth value", raw(FIGURES, "pm_total", ' t="b"|<v>1</v>'), LOST, "unreadable-value", "pm_total"),
    ("a binary fraction", number(FIGURES, pm_total="{n}.00000000000006"), SAME, "", ""),
    ("half a person", number(FIGURES, pm_total="{n}.5"), LOST, "unreadable-value", "pm_total"),
    ("sixteen digits", text(FIGURES, pm_total="2660000000000001"), LOST, "unreadable-value", "pm_total"),
    ("a negative number", number(FIGURES, svc_items="-{n}"), LOST, "negative-value", "svc_items"),
    ("a digit too many", number(FIGURES, svc_items="{n}0"), ASKED, "sudden-change", "svc_items"),
    ("two lines swapped", number(FIGURES, pm_agency="194", pm_community="0"), ASKED, "sudden-change", "pm_agency"),
    ("one row off", shifted(FIGURES, "visit_households", 5), ASKED, "missing-value", "visit_households"),
    ("typed into last month's column", number(FIGURES, D_svc_items="{n}1"), NOTED, "last-changed", "D_svc_items"),
    ("typed over the year's sum", number(FIGURES, F_svc_items="9999"), NOTED, "year-changed", "F_svc_items"),
    ("typed over a count", number(FIGURES, org_committees="9"), NOTED, "stated-differs", "org_committees"),
    ("a remark takes it back", text(FIGURES, H_pm_total="应为276"), NOTED, "remark-contradicts", "H_pm_total"),
    ("two columns of this month", text(FIGURES, F4="本月数"), LOST, "template-changed", "F4"),
    ("a row put in", edited(lambda book: book[FIGURES].insert_rows(8)), NOTED, "template-adapted", "B9"),
    ("a column put in", edited(lambda book: book[FIGURES].insert_cols(4)), NOTED, "template-adapted", "E4"),
    ("cells merged", edited(lambda book: book[FIGURES].merge_cells("E7:E8")), LOST, "cells-merged", "E7"),
    ("a scratch number", typed(FIGURES, K_pm_total=276), NOTED, "cells-outside", "K_pm_total"),
    ("a sheet renamed", edited(lambda book: setattr(book[FIGURES], "title", "Sheet1")), NOTED, "sheets-renamed", ""),
    ("a sheet hidden", edited(lambda book: setattr(book[ACTS], "sheet_state", "hidden")), NOTED, "sheets-hidden", ""),
    ("a second sheet", copied_sheet(ACTS, "活动台账 (2)"), NOTED, "sheets-copied", ""),
    ("a sheet deleted", edited(lambda book: book.remove(book[ACTS])), LOST, "sheet-missing", ""),
    ("an amount with its unit", text(FUNDS, D5="{wan}万元"), NOTED, "cells-repaired", "D5"),
    ("an amount in ten thousands", number(FUNDS, D5="1.5"), ASKED, "rule-broken", "D5"),
    ("an amount nobody can read", text(FUNDS, D5="约1.5万"), LOST, "unreadable-cell", "D5"),
    ("an amount left blank", blank(FUNDS, "D5"), LOST, "missing-cell", "D5"),
    ("a choice that is none", text(FUNDS, B5="服务群众经费"), LOST, "unknown-code", "B5"),
    ("another unit in the header", text(FUNDS, D4="*金额（万元）"), LOST, "template-changed", "D4"),
    ("two columns swapped", swapped(FUNDS, (2, 3), 5), LOST, "unknown-code", "B5"),
    ("rows far below", edited(lambda book: book[FUNDS].move_range("A12:E12", rows=400)), NOTED, "rows-beyond", "A412"),
    ("a hole between rows", edited(lambda book: book[FUNDS].move_range("A8:E12", rows=3)), SAME, "", ""),
    ("a row of sums", typed(FUNDS, A13="本月合计", D13=68535.3), NOTED, "subtotal-row", "A13"),
    ("rows, and an answer that says none", text(FUNDS, B3="本月无"), LOST, "ledger-contradiction", "B3"),
    ("a date without its year", text(PANEL, C5="85.8.18"), LOST, "unreadable-cell", "C5"),
    ("last month's date of birth", text(PANEL, C5="1975-08-18"), ASKED, "dates-changed", "C5"),
    ("a status left blank", blank(PANEL, "L5"), LOST, "missing-cell", "L5"),
    ("an event reported late", text(ISSUES, D8="2026-08-13"), NOTED, "late-event", "D8"),
    ("a block of another community", pasted(ACTS, "A5:I45"), ASKED, "rows-copied", "A5"),
)  # fmt: skip


# ---- what comes of them


@pytest.mark.parametrize(("damage", "outcome", "kind", "cell"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_damage_changes_no_total_without_a_word(
    desk: Desk, form: Form, before: Before, damage: Damage, outcome: Outcome, kind: str, cell: str
) -> None:
    after = After.of(desk, damage(form), before)
    after.must_be(outcome, kind, form.at(cell))
    # What is told may be read through: one damage gives no flood of different causes.
    assert after.causes <= 6


# ---- any cell, any of the usual slips


READABLE: tuple[Callable[[str], str], ...] = (
    str, lambda said: said.translate(FULL_WIDTH), lambda said: f"\u00a0{said} ", lambda said: f"\u200b{said}",
)  # fmt: skip
UNREADABLE: tuple[Callable[[str], str], ...] = (
    lambda said: f"约{said}", lambda said: f"{said}+1", lambda said: f"{said}见附件", lambda said: f"{said}斤",
    lambda said: f"（{said}）", lambda said: f"{said}?",
)  # fmt: skip


def _numbers(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """Sheet, cell and text of every number that the unit typed."""
    (sent,) = desk.read(desk.form).submissions
    for value in sent.values.values():
        if isinstance(value.value, Decimal):
            yield value.place.sheet, value.place.cell, f"{value.value.normalize():f}"
    for sheet in sent.ledgers.values():
        for row in sheet.rows:
            for column, cell in row.cells.items():
                if isinstance(cell, Decimal):
                    yield sheet.answer_place.sheet, sheet.place(row, column).cell, f"{cell.normalize():f}"


def test_slips_in_any_cell_are_read_right_or_named(desk: Desk, form: Form, before: Before) -> None:
    chance = random.Random(2026)  # noqa: S311  # the same slips in every run
    numbers = sorted(_numbers(desk))
    for sheet, at, said in chance.sample(numbers, 16):
        is_readable = chance.random() < 0.4
        typed = chance.choice(READABLE if is_readable else UNREADABLE)(said)
        after = After.of(desk, text(sheet, **{at: typed})(form), before)
        if is_readable:
            assert after.changed == set(), (sheet, at, typed)
            continue
        named = [one for one in after.told if one.place.sheet == sheet and one.place.cell == at]
        assert named, (sheet, at, typed)
        assert after.still_covered == set(), (sheet, at, typed)
