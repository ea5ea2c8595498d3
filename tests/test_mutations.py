"""One damage at a time to a community's form, from the cell to the totals: no number changes without a word.

A case is a damage and what must come of it:

- `SAME`: whoever reads the file carefully reads the same numbers; no total differs.
- `NOTED`: the same, and a finding names the damage.
- `LOST`: a finding names it, and every total that is different does not count the unit as covered.
- `ASKED`: what was typed can be read and goes in; a 核实 asks about it.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest

from aggregator.form.layout import build_layout
from aggregator.model.consolidation import Consolidation
from aggregator.model.finding import Severity
from tests.desk import FILE, UNIT, Desk

FIGURES, ACTS, FUNDS, PANEL, ISSUES, POSITIONS = (
    "指标表", "活动台账", "经费台账", "两委班子名册", "问题整改台账", "阵地设施台账",
)  # fmt: skip

_FULL_WIDTH = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


class Outcome(Enum):
    """What must come of a damage."""

    SAME = auto()
    NOTED = auto()
    LOST = auto()
    ASKED = auto()


SAME, NOTED, LOST, ASKED = Outcome
Totals = dict[str, tuple[Any, ...]]
Damage = Callable[["Form"], bytes]


# ---- forms to damage


@dataclass(frozen=True)
class Form:
    """A form as it was sent, that of a neighbour, and the rows of the elements."""

    content: bytes
    neighbour: bytes
    rows: dict[str, int]

    def at(self, name: str) -> str:
        """The cell of an element, of an element in another column (`D_visits`), or the cell of that address."""
        column, _, code = name.partition("_")
        if name in self.rows:
            return f"E{self.rows[name]}"
        return f"{column}{self.rows[code]}" if code in self.rows else name

    def parts(self) -> dict[str, bytes]:
        """The parts of the package."""
        with zipfile.ZipFile(BytesIO(self.content)) as package:
            return {name: package.read(name) for name in package.namelist()}

    def words(self, sheet: str, name: str) -> dict[str, str]:
        """What a damage may write of the number in a cell: itself, in ten thousands, in full-width digits."""
        parts = self.parts()
        found = re.search(rf'<c r="{self.at(name)}"[^>]*><v>([^<]*)</v>', parts[_part_of(parts, sheet)].decode())
        n = found[1] if found else ""
        wan = f"{Decimal(n) / 10_000:f}" if n else ""
        return {"n": n, "wan": wan, "full": n.translate(_FULL_WIDTH)}

    def with_cells(self, sheet: str, cells: dict[str, str]) -> bytes:
        """The form with other XML inside cells; the XML begins with the attributes of the cell, if it has any."""
        parts = self.parts()
        name = _part_of(parts, sheet)
        xml = parts[name].decode()
        for place, inner in cells.items():
            at = self.at(place)
            attributes, _, content = inner.rpartition("|")
            pattern = rf'<c r="{at}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)'
            xml, count = re.subn(pattern, rf'<c r="{at}"\1{attributes}>{content}</c>', xml, count=1)
            assert count == 1, at
        return packed(parts | {name: xml.encode()})


def _part_of(parts: dict[str, bytes], sheet: str) -> str:
    book, rels = parts["xl/workbook.xml"].decode(), parts["xl/_rels/workbook.xml.rels"].decode()
    found = re.search(rf'<sheet name="{sheet}"[^>]*r:id="([^"]+)"', book)
    assert found, sheet
    target = re.search(rf'Id="{found[1]}"[^>]*Target="([^"]+)"', rels)
    assert target, sheet
    return f"xl/{target[1]}"


def packed(parts: dict[str, bytes]) -> bytes:
    """A package of parts."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return buffer.getvalue()


def text(sheet: str, **cells: str) -> Damage:
    """Texts typed into cells; `{n}` is the number that stood there."""
    return written(sheet, cells, ' t="inlineStr"|<is><t xml:space="preserve">{}</t></is>')


def number(sheet: str, **cells: str) -> Damage:
    """Numbers typed into cells; `{n}` is the one that stood there."""
    return written(sheet, cells, "|<v>{}</v>")


def written(sheet: str, cells: dict[str, str], inner: str) -> Damage:
    """Cells written in some XML around what is typed."""

    def damage(form: Form) -> bytes:
        said = {name: typed.format(**form.words(sheet, name)) for name, typed in cells.items()}
        return form.with_cells(sheet, {name: inner.format(escape(typed)) for name, typed in said.items()})

    return damage


def blank(sheet: str, *cells: str) -> Damage:
    """Cells cleared."""
    return lambda form: form.with_cells(sheet, dict.fromkeys(cells, "|"))


def raw(sheet: str, at: str, inner: str) -> Damage:
    """XML put into a cell; `{n}` is the number that stood there."""
    return lambda form: form.with_cells(sheet, {at: inner.format(**form.words(sheet, at))})


def edited(edit: Callable[[Any], object]) -> Damage:
    """A workbook changed by openpyxl."""

    def damage(form: Form) -> bytes:
        book = openpyxl.load_workbook(BytesIO(form.content))
        edit(book)
        buffer = BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return damage


def pasted(sheet: str, block: str) -> Damage:
    """A block of the neighbour's form pasted over the same place."""

    def damage(form: Form) -> bytes:
        source = openpyxl.load_workbook(BytesIO(form.neighbour))[sheet][block]
        values = {cell.coordinate: cell.value for row in source for cell in row}

        def paste(book: Any) -> None:
            for at, value in values.items():
                book[sheet][at] = value

        return edited(paste)(form)

    return damage


def formatted(sheet: str, at: str, value: float, code: str) -> Damage:
    """A number with a number format."""

    def damage(form: Form) -> bytes:
        def edit(book: Any) -> None:
            book[sheet][form.at(at)] = value
            book[sheet][form.at(at)].number_format = code

        return edited(edit)(form)

    return damage


def swapped(sheet: str, columns: tuple[int, int], first_row: int) -> Damage:
    """Two columns whose values changed places."""

    def edit(book: Any) -> None:
        for row in book[sheet].iter_rows(min_row=first_row):
            one, other = row[columns[0] - 1], row[columns[1] - 1]
            one.value, other.value = other.value, one.value

    return edited(edit)


def shifted(sheet: str, first: str, count: int) -> Damage:
    """Values pasted one cell down: the first is blank, each other has the one before it."""

    def damage(form: Form) -> bytes:
        row = int(form.at(first)[1:])
        cells = [f"E{row + down}" for down in range(count)]

        def edit(book: Any) -> None:
            values = [book[sheet][at].value for at in cells]
            for at, value in zip(cells, [None, *values[:-1]], strict=True):
                book[sheet][at] = value

        return edited(edit)(form)

    return damage


def typed(sheet: str, **cells: object) -> Damage:
    """Values typed into cells that nobody has used so far, or merged cells."""

    def damage(form: Form) -> bytes:
        def edit(book: Any) -> None:
            for name, value in cells.items():
                book[sheet][form.at(name)] = value

        return edited(edit)(form)

    return damage


def copied_sheet(name: str, title: str) -> Damage:
    """A sheet copied within the workbook."""
    return edited(lambda book: setattr(book.copy_worksheet(book[name]), "title", title))


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


@pytest.fixture(scope="module")
def form(desk: Desk) -> Form:
    """The form as it was sent."""
    kind = desk.street.unit(UNIT).kind
    cells = build_layout(desk.catalog, kind, desk.catalog.blocks_on(desk.street)).elements
    return Form(desk.form, desk.neighbour, {code: cell.row for code, cell in cells.items()})


def totals_of(consolidation: Consolidation) -> Totals:
    """Every total of the month and of the year so far, with its coverage."""
    spans = {code: (total.this_month, total.year_to_date) for code, total in consolidation.totals.items()}
    return {code: tuple((one.state, one.value, one.reported) for one in both) for code, both in spans.items()}


@dataclass(frozen=True)
class Before:
    """What comes of the form as it was sent."""

    totals: Totals
    messages: frozenset[str]


@pytest.fixture(scope="module")
def before(desk: Desk) -> Before:
    """The totals and findings without damage."""
    consolidation, findings = desk.outcome(desk.form)
    return Before(totals_of(consolidation), frozenset(f"{finding.place}{finding.message}" for finding in findings))


def _changed(consolidation: Consolidation, before: Before) -> set[str]:
    return {code for code, now in totals_of(consolidation).items() if now != before.totals[code]}


def _still_covered(consolidation: Consolidation, codes: set[str]) -> set[str]:
    return {code for code in codes if UNIT in consolidation.totals[code].this_month.reported}


@pytest.mark.parametrize(("damage", "outcome", "kind", "cell"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_damage_changes_no_total_without_a_word(
    desk: Desk, form: Form, before: Before, damage: Damage, outcome: Outcome, kind: str, cell: str
) -> None:
    consolidation, findings = desk.outcome(damage(form))
    new = [finding for finding in findings if f"{finding.place}{finding.message}" not in before.messages]
    named = [
        one for one in new if one.kind.code == kind and one.place.file == FILE and form.at(cell) in (one.place.cell, "")
    ]
    changed = _changed(consolidation, before)
    assert bool(named) is (outcome is not SAME)
    assert bool(changed) is (outcome in (LOST, ASKED))
    if outcome is LOST:
        assert _still_covered(consolidation, changed) == set()
    if outcome is ASKED:
        assert {one.severity for one in named} == {Severity.QUERY}
    # What is told may be read through: one damage gives no flood of different causes.
    assert len({finding.group for finding in new if finding.unit == UNIT}) <= 6


# ---- any cell, any of the usual slips


READABLE: tuple[Callable[[str], str], ...] = (
    str, lambda said: said.translate(_FULL_WIDTH), lambda said: f"\u00a0{said} ", lambda said: f"\u200b{said}",
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
        consolidation, findings = desk.outcome(text(sheet, **{at: typed})(form))
        changed = _changed(consolidation, before)
        if is_readable:
            assert changed == set(), (sheet, at, typed)
            continue
        named = [one for one in findings if one.place.sheet == sheet and one.place.cell == at]
        assert named, (sheet, at, typed)
        assert _still_covered(consolidation, changed) == set(), (sheet, at, typed)
