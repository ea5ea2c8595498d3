"""What goes back with a return that must be mended: a line a finding, and where each stands in the clean form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from aggregator.form.places import (
    CHECK_SHEET,
    COVER_SHEET,
    INDICATOR_SHEET,
    LAST_COLUMN,
    REMARK_COLUMN,
    VALUE_COLUMN,
    YEAR_COLUMN,
    ElementCell,
    FormLayout,
    LedgerArea,
    as_sent_name,
    placed_rows,
)
from aggregator.model.address import column_letters, position
from aggregator.model.finding import Finding, Severity, group_findings
from aggregator.model.value import Place, Submission, ValueState

#: The finding that asks for the answer cell 存量已核对, which stands for no element.
_STOCK_UNCONFIRMED = "stock-unconfirmed"
_NUMBER_COLUMNS = frozenset({LAST_COLUMN, VALUE_COLUMN, YEAR_COLUMN, REMARK_COLUMN})
_MOST_NOTES, _MOST_MARKED = 4, 60
#: What intake tells of a sheet on which something could not be found in its place.
_TEMPLATE_CHANGED = "template-changed"
_COPY = "位置对不上的原来填了什么，原样放在《{copy}》里：请对照着抄到《{sheet}》相应的格。不用另找空白表。"
_LOST = "这一格填的内容无法读取，请重新填写。"


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One line of 问题清单: how grave, where in the clean form, what is wrong and what to do.

    `key` is that of the unit's explanation, `explanation` what it wrote already; `is_explained` when that closed it,
    `asks` when words can close it. `number` counts the causes; a line that `follows` bears that of its cause. `rule` is
    the code of the rule that is broken.
    """

    severity: Severity
    place: Place
    marked: tuple[Place, ...]
    message: str
    remedy: str
    key: str
    explanation: str = ""
    is_explained: bool = False
    asks: bool = False
    number: int = 0
    follows: bool = False
    rule: str = ""


@dataclass(frozen=True)
class Slip:
    """A return that goes back: the how many-th time, its lines, and cells of which nothing could be read."""

    number: int
    lines: tuple[SlipLine, ...]
    lost: tuple[Place, ...] = ()

    @property
    def marked(self) -> Iterator[tuple[tuple[Place, ...], str]]:
        """The cells to mend, together those of which one will do, with the rule that they break if any."""
        yield from ((line.marked, line.rule) for line in self.lines)
        yield from (((place,), "") for place in self.lost)

    @property
    def gravest(self) -> Iterator[SlipLine]:
        """Of each cause its gravest line."""
        yield from (min(lines, key=_order) for _, lines in groupby(self.lines, key=lambda line: line.number))

    def notes(self, sheet: str) -> Mapping[str, str]:
        """What the note of each marked cell of a sheet says."""
        return {place.cell: "\n".join(texts) for place, texts in self._notes.items() if place.sheet == sheet}

    @cached_property
    def _notes(self) -> Mapping[Place, tuple[str, ...]]:
        found: dict[Place, list[str]] = {}
        for line in self.lines:
            for place in line.marked:
                found.setdefault(place, []).append(f"【{line.severity.label}】{line.message}\n{line.remedy}")
        for place in self.lost:
            found.setdefault(place, [_LOST])
        return {place: (*texts[:_MOST_NOTES], *_more(texts)) for place, texts in found.items()}


def _more(texts: list[str]) -> Iterator[str]:
    if len(texts) > _MOST_NOTES:
        yield f"……另有{len(texts) - _MOST_NOTES}条，见“问题清单”。"


def slip_of(findings: Iterable[Finding], submission: Submission, layout: FormLayout, *, number: int) -> Slip:
    """The slip of a return; what is to be mended comes first, then what was explained, then what is worth knowing.

    Behind each cause stands what follows from it.
    """
    places = _Places(submission, layout)
    groups = group_findings(finding for finding in findings if finding.unit == submission.unit)
    lines = (_lines(cause, submission, places) for group in groups for cause in group.causes)
    causes = sorted(lines, key=_gravest)
    numbered = (replace(line, number=at) for at, cause in enumerate(causes, 1) for line in cause)
    lost = dict.fromkeys(places.value_cell(place) for place in sorted(submission.told))
    return Slip(number, tuple(numbered), tuple(place for place in lost if place.cell))


def _lines(cause: Sequence[Finding], submission: Submission, places: _Places) -> list[SlipLine]:
    """The lines of a cause and of what follows from it, of which nothing is marked that is mended with the cause."""
    lines = [_line(finding, submission, places) for finding in cause]
    is_mended_there = is_open(cause[0])
    following = (replace(one, follows=True, marked=() if is_mended_there else one.marked) for one in lines[1:])
    return [lines[0], *following]


def _gravest(lines: Sequence[SlipLine]) -> tuple[int, bool]:
    return min(_order(line) for line in lines)


def is_open(finding: Finding) -> bool:
    """Whether a unit has to mend or to explain something."""
    return finding.severity is not Severity.NOTE


def _order(line: SlipLine) -> tuple[int, bool]:
    return line.severity.rank, not line.is_explained


def _line(finding: Finding, submission: Submission, places: _Places) -> SlipLine:
    marked = tuple(_marked(finding, places)) if is_open(finding) else ()
    place = places.of(finding.place)
    if not place.cell and len(marked) == 1:
        place = marked[0]
    explanation = submission.explanations.get(finding.explanation_key, "")
    is_explained = "explanation" in finding.facts
    # What was explained on a slip must be said on the next one again, as it came back with the list alone.
    closed_here = explanation if is_explained else ""
    asks = finding.kind.is_explainable and (finding.severity is Severity.QUERY or bool(closed_here))
    return SlipLine(
        severity=finding.severity,
        place=place,
        marked=marked,
        message=finding.told_to_unit,
        remedy="已有说明，不用再改。" if is_explained else _remedy(finding, submission),
        key=replace(finding, place=place).explanation_key,
        explanation=explanation,
        is_explained=is_explained,
        asks=asks,
        rule=finding.rule,
    )


def _remedy(finding: Finding, submission: Submission) -> str:
    sheet = finding.place.sheet
    if finding.kind.code == _TEMPLATE_CHANGED and sheet in submission.unplaced:
        return _COPY.format(copy=as_sent_name(sheet), sheet=sheet.strip())
    return finding.remedy


def _marked(finding: Finding, places: _Places) -> Iterator[Place]:
    """The cells to mend: of a rule all that were typed for it, as nobody knows which of them is wrong."""
    if finding.kind.code == _STOCK_UNCONFIRMED:
        yield places.stock_confirmed
        return
    typed = [cell for code in finding.elements if (cell := places.typed(code))] if finding.rule else []
    spoiled = sorted(finding.area, key=position) if finding.kind.is_damage and len(finding.area) <= _MOST_MARKED else ()
    at = (finding.place, *(finding.place._replace(cell=cell) for cell in spoiled))
    yield from dict.fromkeys(place for place in typed or map(places.value_cell, at) if place.cell)


class _Places:
    """Where what stood in the sender's file stands in the clean form."""

    def __init__(self, submission: Submission, layout: FormLayout) -> None:
        self._layout = layout
        self._sent = submission
        self._lines = dict(self._element_lines())
        self._areas = {
            sheet.answer_place.sheet: layout.ledgers[code]
            for code, sheet in submission.ledgers.items()
            if code in layout.ledgers and sheet.state is not ValueState.NOT_ASKED
        }

    def _element_lines(self) -> Iterator[tuple[tuple[str, int], ElementCell]]:
        """The lines of the indicator sheet by sheet and row of the sender's file."""
        sent = {**self._sent.stated, **self._sent.values}
        for code, cell in self._layout.elements.items():
            place = sent[code].place if code in sent else None
            if place and place.cell and place.sheet not in {area.sheet for area in self._layout.ledgers.values()}:
                yield (place.sheet, position(place.cell)[0]), cell

    @property
    def stock_confirmed(self) -> Place:
        """The answer cell of the indicator sheet."""
        return Place("", INDICATOR_SHEET, self._layout.stock_confirmed_cell)

    def typed(self, code: str) -> Place | None:
        """The cell in which an element is typed."""
        cell = self._layout.elements.get(code)
        return Place("", cell.sheet, cell.cell) if cell and not cell.derived else None

    def of(self, sent: Place) -> Place:
        """The place in the clean form; without a cell where it has no such cell."""
        if not sent.sheet:
            return Place("")
        area = self._areas.get(sent.sheet)
        if area is not None:
            return self._in_ledger(sent, area)
        line = self._line(sent)
        if line is not None:
            return Place("", line.sheet, f"{_letters(sent.cell)}{line.row}")
        known = {INDICATOR_SHEET, COVER_SHEET, CHECK_SHEET, *(area.sheet for area in self._layout.ledgers.values())}
        return (
            Place("", sent.sheet, sent.cell if sent.sheet == CHECK_SHEET else "") if sent.sheet in known else Place("")
        )

    def value_cell(self, sent: Place) -> Place:
        """The cell to type into: beside a label that of its value, of a ledger without a row its answer cell."""
        area = self._areas.get(sent.sheet)
        if area is not None:
            place = self._in_ledger(sent, area)
            return place if place.cell else Place("", area.sheet, area.answer_cell)
        line = self._line(sent)
        if line is not None and _letters(sent.cell) not in _NUMBER_COLUMNS:
            return Place("", line.sheet, line.cell)
        return self.of(sent)

    def _line(self, sent: Place) -> ElementCell | None:
        return self._lines.get((sent.sheet, position(sent.cell)[0])) if sent.cell else None

    def _in_ledger(self, sent: Place, area: LedgerArea) -> Place:
        sheet = self._sent.ledgers[area.code]
        if not sent.cell:
            return Place("", area.sheet)
        if sent.cell == sheet.answer_place.cell:
            return Place("", area.sheet, area.answer_cell)
        number, column = position(sent.cell)
        codes = {letter: code for code, letter in sheet.columns.items()}
        letter = area.columns.get(codes.get(column_letters(column), ""), next(iter(area.columns.values())))
        placed = {row.number: at.number for row, at in zip(sheet.rows, placed_rows(area, sheet), strict=True)}
        return Place("", area.sheet, f"{letter}{placed[number]}" if number in placed else "")


def _letters(cell: str) -> str:
    return cell.rstrip("0123456789")
