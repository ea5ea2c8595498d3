"""Whether what is read from a damaged form equals what the untouched one says, and who told of what differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property

from aggregator.model.consolidation import Verdict
from aggregator.model.finding import Finding
from aggregator.model.value import LedgerRow, LedgerSheet, Place, Submission
from tests.desk import UNIT, Desk
from tests.mutants.book import Book, Mark, address, position
from tests.mutants.damage import FIGURES, Damage

#: Findings that speak of a sheet as a whole.
_OF_SHEETS = frozenset({"rows-gone", "rows-copied", "rows-alike", "column-slipped"})


class Outcome(Enum):
    """What came of a mutant."""

    EQUAL = "equal"
    FOUND = "found"
    SILENT = "silent-wrong"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that was read otherwise: the sheet by its first name, the cell where it is read now, what differs."""

    sheet: str
    cell: str
    what: str


@dataclass(frozen=True)
class Before:
    """What the untouched form says, what is told of it, and what is told of the street anyhow."""

    submission: Submission
    messages: frozenset[tuple[str, Place, str]]
    of_street: frozenset[str]


def before_of(desk: Desk, form: bytes) -> Before:
    """The untouched form as it is read."""
    intake = desk.read(form)
    found = desk.found(intake)
    of_street = frozenset(finding.group for finding in found if not finding.unit)
    return Before(intake.submissions[0], frozenset(map(_said, found)), of_street)


def _said(finding: Finding) -> tuple[str, Place, str]:
    return finding.kind.code, Place("", finding.place.sheet, finding.place.cell), finding.message


@dataclass(frozen=True)
class Judged:
    """One mutant: what was done, what was read, what differs, what is told that was not told before."""

    done: tuple[tuple[Damage, Mark], ...]
    book: Book
    submission: Submission | None
    verdict: Verdict
    differences: tuple[Difference, ...]
    found: tuple[Finding, ...]
    astray: tuple[str, ...]
    of_street: frozenset[str]

    @property
    def outcome(self) -> Outcome:
        """Equal, found, or wrong without a word."""
        if self.unexplained:
            return Outcome.SILENT
        return Outcome.FOUND if self.differences or self.submission is None else Outcome.EQUAL

    @cached_property
    def unexplained(self) -> tuple[Difference, ...]:
        """The differences that no finding accounts for."""
        if self.submission is None:
            return () if self.found else (Difference("", "", "refused without a word"),)
        return tuple(one for one in self.differences if not any(self._explains(finding, one) for finding in self.found))

    def _explains(self, finding: Finding, difference: Difference) -> bool:
        """Whether a finding speaks of the very cell, of its whole sheet, or of the damage that was done there."""
        if not finding.place.sheet or not self._is_of(finding, difference.sheet):
            return False
        if finding.place.cell == "":
            return True
        if difference.cell and _names(finding, difference.cell):
            return True
        if difference.what == "stock confirmed" and finding.kind.code in {"template-changed", "stock-unconfirmed"}:
            return True
        if finding.kind.code == "template-changed" and _is_unread(self.submission, difference):
            return True  # what stood there was not read, and is told by its cause
        return any(
            mark.sheet == difference.sheet and finding.kind.code in damage.told and _points_to(finding, mark)
            for damage, mark in self.done
            if not damage.is_same
        )

    def _is_of(self, finding: Finding, origin: str) -> bool:
        now = next((sheet.name for sheet in self.book.sheets if sheet.origin == origin), origin)
        return finding.place.sheet in {now, origin}

    def tells(self, damage: Damage, mark: Mark) -> bool:
        """Whether a damage is named by a finding of its kind at its place."""
        return any(
            finding.kind.code in damage.told
            and (not mark.sheet or (self._is_of(finding, mark.sheet) and _points_to(finding, mark)))
            for finding in self.found
        )

    @property
    def causes(self) -> set[str]:
        """The findings that a clerk sees, one for each group.

        A note about the whole street that is there anyhow names a row less, or another cell: no new one.
        """
        mine = {finding.group for finding in self.found if finding.unit == UNIT}
        return mine | {finding.group for finding in self.found if not finding.unit} - self.of_street


def _points_to(finding: Finding, mark: Mark) -> bool:
    """Whether a finding stands where a damage is marked; those of whole sheets stand at their answer cell."""
    return mark.holds(finding.place.cell) or finding.kind.code in _OF_SHEETS


def _names(finding: Finding, cell: str) -> bool:
    """Whether a finding stands at a cell, at a row of it where it speaks of rows, or lists it."""
    if finding.place.cell == cell or re.search(rf"(?<![A-Z]){cell}(?!\d)", finding.message):
        return True
    row = str(position(cell)[0])
    return re.search(rf"第(?:\d+、)*{row}(?:、\d+)*(?:等\d+)?行", finding.message) is not None


def _is_unread(submission: Submission | None, difference: Difference) -> bool:
    return submission is not None and "unreadable" in difference.what


# ---- what differs


def differences(before: Submission, now: Submission) -> Iterator[Difference]:
    """Everything in which two readings of a form differ: figures, answers, rows, explanations, the confirmation."""
    for code in dict.fromkeys((*before.values, *now.values)):
        old, new = before.values.get(code), now.values.get(code)
        if old is None or new is None or (old.state, old.value) != (new.state, new.value):
            said = " → ".join(f"{one.state} {one.value}" if one else "–" for one in (old, new))
            yield Difference(FIGURES, new.place.cell if new else "", f"{code}: {said}")
    for code in dict.fromkeys((*before.ledgers, *now.ledgers)):
        yield from _of_ledger(code, before.ledgers.get(code), now.ledgers.get(code))
    for code in {*before.explanations, *now.explanations}:
        if before.explanations.get(code) != now.explanations.get(code):
            cell = now.values[code].place.cell if code in now.values else ""
            yield Difference(FIGURES, cell, f"explanation of {code}")
    if before.stock_confirmed != now.stock_confirmed:
        yield Difference(FIGURES, "", "stock confirmed")


def _of_ledger(code: str, old: LedgerSheet | None, new: LedgerSheet | None) -> Iterator[Difference]:
    if old is None or new is None or old.state != new.state:
        yield Difference(old.answer_place.sheet if old else "", "", f"{code}: {new.state if new else '–'}")
        return
    origin = old.answer_place.sheet
    if old.answer != new.answer:
        yield Difference(origin, new.answer_place.cell, f"{code}: answer {old.answer} → {new.answer}")
    gone = Counter(map(_row, old.rows)) - Counter(map(_row, new.rows))
    come = Counter(map(_row, new.rows)) - Counter(map(_row, old.rows))
    rows = [row for row in new.rows if _row(row) in come]
    for row in rows:
        yield from _of_row(origin, old, new, row)
    if sum(gone.values()) > len(rows):
        yield Difference(origin, "", f"{code}: {sum(gone.values()) - len(rows)} rows fewer")


def _of_row(origin: str, old: LedgerSheet, new: LedgerSheet, row: LedgerRow) -> Iterator[Difference]:
    """The cells of a row that are not those of the row most like it; the row where it is like none."""
    likeness = {number: _alike(known, row) for number, known in enumerate(old.rows)}
    best = max(likeness, key=lambda number: likeness[number], default=None)
    if best is None or likeness[best] * 2 < len(row.cells):
        yield Difference(origin, f"A{row.number}", f"{row.ledger}: another row {dict(row.cells)}")
        return
    known = old.rows[best]
    for column in dict.fromkeys((*known.cells, *row.cells)):
        if known.cells.get(column) != row.cells.get(column):
            said = f"{known.cells.get(column)} → {row.cells.get(column)}"
            yield Difference(origin, new.place(row, column).cell, f"{row.ledger}.{column}: {said}")


def _alike(one: LedgerRow, other: LedgerRow) -> int:
    return sum(other.cells.get(column) == value for column, value in one.cells.items())


def _row(row: LedgerRow) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((column, str(value)) for column, value in row.cells.items()))


# ---- whether a value stands where its place says


def astray(now: Submission, book: Book) -> Iterator[str]:
    """The values whose place leads to a cell with another number or text."""
    for value in now.values.values():
        if value.state.counts and _is_elsewhere(book, value.place, value.value):
            yield f"{value.element} {value.value} at {value.place.sheet}!{value.place.cell}"
    for sheet in now.ledgers.values():
        for row in sheet.rows:
            for column, cell in row.cells.items():
                place = sheet.place(row, column)
                if column in sheet.columns and _is_elsewhere(book, place, cell):
                    yield f"{row.ledger}.{column} {cell} at {place.sheet}!{place.cell}"


def _is_elsewhere(book: Book, place: Place, value: object) -> bool:
    """Whether a plain number or text is not what stands in its cell."""
    sheet = book.named(place.sheet)
    if sheet is None:
        return True
    cell = sheet.cells.get(position(place.cell))
    if cell is None:
        return value is not None
    if isinstance(value, Decimal) and cell.kind == "n":
        return not cell.text or Decimal(cell.text) != value
    return False


# ---- together


def judge(
    done: Mapping[int, tuple[Damage, Mark]], *, content: bytes, file: str, book: Book, desk: Desk, before: Before
) -> Judged:
    """What came of a damaged form."""
    intake = desk.read(content, file)
    verdict = next(one.verdict for one in intake.files if one.file.name == file)
    submission = intake.submissions[0] if intake.submissions else None
    different = tuple(differences(before.submission, submission)) if submission else ()
    # Nothing but the reading can differ where all is read the same; the checks are for what differs.
    known = desk.found(intake)
    found = tuple(finding for finding in known if _said(finding) not in before.messages)
    led = tuple(astray(submission, book)) if submission else ()
    return Judged(tuple(done.values()), book, submission, verdict, different, found, led, before.of_street)


__all__ = ["Before", "Difference", "Judged", "Outcome", "address", "before_of", "judge"]
