"""A form of the demonstration to be damaged, ways to damage it, and what comes of it from the cell to the totals."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from aggregator.form.layout import build_layout
from aggregator.model.consolidation import Consolidation
from aggregator.model.finding import Finding, Severity
from aggregator.model.value import Submission
from tests.desk import FILE, UNIT, Desk
from tests.mutants.judge import Difference, differences

FIGURES, ACTS, FUNDS, PANEL, ISSUES, POSITIONS = (
    "指标表", "活动台账", "经费台账", "两委班子名册", "问题整改台账", "阵地设施台账",
)  # fmt: skip

FULL_WIDTH = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


class Outcome(Enum):
    """What must come of a damage.

    - `SAME`: whoever reads the file carefully reads the same numbers; no total differs.
    - `NOTED`: the same, and a finding names the damage.
    - `LOST`: a finding names it, and every total that is different does not count the unit as covered.
    - `ASKED`: what was typed can be read and goes in; a 核实 asks about it.
    """

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
        return {"n": n, "wan": wan, "full": n.translate(FULL_WIDTH)}

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


# ---- what comes of them


def form_of(desk: Desk) -> Form:
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

    submission: Submission
    totals: Totals
    messages: frozenset[str]


def before_of(desk: Desk) -> Before:
    """The totals and findings without damage."""
    (submission,) = desk.read(desk.form).submissions
    consolidation, findings = desk.outcome(desk.form)
    return Before(
        submission, totals_of(consolidation), frozenset(f"{finding.place}{finding.message}" for finding in findings)
    )


@dataclass(frozen=True)
class After:
    """What comes of a damaged form: what is read otherwise, the totals that changed, those that still count its unit.

    `told` is what was not told before.
    """

    differences: tuple[Difference, ...]
    changed: frozenset[str]
    still_covered: frozenset[str]
    told: tuple[Finding, ...]

    @classmethod
    def of(cls, desk: Desk, content: bytes, before: Before) -> After:
        """The month with a form, beside the one with the form as it was sent."""
        read = desk.read(content).submissions
        consolidation, findings = desk.outcome(content)
        changed = frozenset(code for code, now in totals_of(consolidation).items() if now != before.totals[code])
        covered = {code for code in changed if UNIT in consolidation.totals[code].this_month.reported}
        new = tuple(one for one in findings if f"{one.place}{one.message}" not in before.messages)
        other = tuple(differences(before.submission, read[0])) if read else ()
        return cls(other, changed, frozenset(covered), new)

    @property
    def causes(self) -> int:
        """How many things a clerk is told of the unit, one a group."""
        return len({finding.group for finding in self.told if finding.unit == UNIT})

    def named(self, kind: str, cell: str) -> list[Finding]:
        """The findings of a kind in the form, at a cell or of a sheet or file as a whole."""
        return [
            one for one in self.told if (one.kind.code, one.place.file) == (kind, FILE) and one.place.cell in (cell, "")
        ]

    def must_be(self, outcome: Outcome, kind: str, cell: str) -> None:
        """Assert that a damage came to what it must."""
        named = self.named(kind, cell)
        assert bool(named) is (outcome is not SAME), self.told
        assert bool(self.changed) is (outcome in (LOST, ASKED)), self.changed
        if outcome is LOST:
            assert self.still_covered == frozenset()
        if outcome is ASKED:
            assert {one.severity for one in named} == {Severity.QUERY}
