"""A style filled with a month: blocks to draw, the lineage of every figure, and what could not be filled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import Element, Narrative, Setting
from aggregator.model.finding import Finding
from aggregator.model.value import ValueState
from aggregator.publish.lineage import LineageEntry, Trace, TracedTotal
from aggregator.publish.number import chinese_numeral
from aggregator.publish.report.blocks import Block, Figure, Heading, Note, Paragraph, Span, Spans, Text
from aggregator.publish.report.comparing import COMPARING_WORDS, why_left_out
from aggregator.publish.report.figure_text import is_growth
from aggregator.publish.report.gate import MARK, marked
from aggregator.publish.report.headings import HEADING_ENDS, renamed_headings
from aggregator.publish.report.notes import absent_note, scope_notes, unit_notes
from aggregator.publish.report.quoting import Quotations, Quote
from aggregator.publish.report.style import (
    REQUIRED,
    TEXT_PARTS,
    UNIT_NAME,
    Clause,
    Fill,
    Line,
    Node,
    Role,
    Style,
    Words,
    fills_in,
)
from aggregator.publish.report.texts import Texts
from aggregator.publish.report.tidy import tidied
from aggregator.publish.report.wording import (
    Wording,
    gaps_of,
    typed_setting,
    word_element,
    word_of_unit,
    word_setting,
)

_GAPS = (ValueState.MISSING, ValueState.UNREADABLE)
_CLAUSE_END = re.compile("[，。；：、（）]")
#: Between the parts of an enumeration.
_PARTING = ("、", "，", "；")


@dataclass(frozen=True, slots=True)
class Piece:
    """One span of text with what stands behind it."""

    text: str
    wording: Wording | None = None
    quotes: tuple[Quote, ...] = ()
    is_gap: bool = False

    @property
    def span(self) -> Span:
        """As the document draws it; a figure stands in a content control."""
        if self.wording is None or self.is_gap:
            return Text(self.text)
        return Figure(self.text, self.wording.tag, self.wording.title)


Pieces = list[str | Piece]


@dataclass(frozen=True, slots=True)
class Composed:
    """The body of a report: what it is called now, blocks, lineage, and what is marked in place.

    `lacking` are settings that it wants and nobody typed, `left_out` the comparisons that are not in it, with why.
    """

    output: str
    title: str
    organ: str
    blocks: tuple[Block, ...]
    lineage: tuple[Trace, ...]
    problems: tuple[str, ...]
    lacking: tuple[Setting, ...]
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Filled:
    """A line of the style with its pieces; `lead` is its heading or run-in heading."""

    line: Line
    lead: Pieces
    body: Pieces


def compose(
    style: Style, texts: Texts, *, output: str, draft: str = "", findings: Sequence[Finding] = (), unit: str = ""
) -> Composed:
    """The report of a month in a style: the street's, or in a style of communities that of one `unit`.

    It is called `output`, or where something is marked in place `draft`.
    """
    consolidation = texts.consolidation
    filler = _Filler(style, consolidation, Quotations(texts, unit), unit)
    title, organ = filler.plain(style.title), filler.plain(style.organ)
    filled = _with_content([entry for line in style.lines if (entry := filler.line(line)) is not None])
    numbered = _joined(_numbered(filled))
    blocks = [_block(entry) for entry in numbered]
    name = draft if draft and filler.problems else output
    lineage = [trace for place, line in enumerate(numbered, 1) for trace in _lineage(line, name, f"第{place}段")]
    told = unit_notes(consolidation, unit) if unit else scope_notes(consolidation, findings)
    notes = [Note(text) for text in (*told, *absent_note(filler.absent))]
    return Composed(
        name,
        title,
        organ,
        blocks=(*blocks, *notes),
        lineage=tuple(lineage),
        problems=tuple(filler.problems),
        lacking=tuple(filler.lacking.values()),
        left_out=filler.left_out,
    )


@dataclass
class _Filler:
    """Fills lines in their order; what a fill prints is found once."""

    style: Style
    consolidation: Consolidation
    quotations: Quotations
    unit: str = ""
    problems: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    lacking: dict[str, Setting] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    _found: dict[int, Piece | None] = field(default_factory=dict)
    _said: set[tuple[str, ...]] = field(default_factory=set)

    @cached_property
    def _communities(self) -> frozenset[str]:
        return frozenset(unit.code for unit in self.consolidation.street.communities(self.consolidation.period))

    def plain(self, nodes: Sequence[Node]) -> str:
        """Title or organ as one text."""
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self._pieces(nodes))

    def line(self, line: Line) -> _Filled | None:
        """A line with its fills; None when it leaves."""
        if line.is_optional and not self._stays((*line.lead, *line.sentences)):
            return None
        if any(REQUIRED in fill.how and self._piece(fill) is None for fill in fills_in((*line.lead, *line.sentences))):
            return None
        self._said.clear()
        lead = self._as_the_street_calls_it(tidied(self._pieces(line.lead)))
        body = _with_gaps(tidied([piece for sentence in line.sentences for piece in self._sentence(sentence)]))
        if not lead and not body:
            return None
        return _Filled(line, lead, body)

    def _as_the_street_calls_it(self, lead: Pieces) -> Pieces:
        """A heading that the street's settings rename; one with a figure in it stays."""
        if any(isinstance(piece, Piece) and (piece.wording or piece.quotes) for piece in lead):
            return lead
        text = "".join(piece if isinstance(piece, str) else piece.text for piece in lead)
        heading = text.rstrip(HEADING_ENDS)
        renamed = self._headings.get(heading)
        return [renamed + text[len(heading) :]] if renamed else lead

    @cached_property
    def _headings(self) -> Mapping[str, str]:
        return renamed_headings(self.consolidation.street.settings)

    def _sentence(self, sentence: Clause) -> Pieces:
        return self._pieces(sentence.parts) if self._stays(sentence.parts) else []

    def _clause(self, clause: Clause) -> Pieces:
        """A clause within a clause depends on it: without its own figures the outer one takes the inner along."""
        own = [part for part in clause.parts if isinstance(part, Fill) and _is_asked(part)]
        return self._pieces(clause.parts) if self._stays(own or clause.parts) else []

    def _stays(self, parts: Sequence[Node]) -> bool:
        """Whether one of its figures or texts is there; where it has none, whether its own settings are."""
        asked = [fill for fill in fills_in(tuple(parts)) if _is_asked(fill)]
        if asked:
            return any(self._piece(fill) is not None for fill in asked)
        return all(self._piece(part) is not None for part in parts if isinstance(part, Fill))

    def _pieces(self, parts: Sequence[Node]) -> Pieces:
        pieces: Pieces = []
        has_lost_its_first = False
        for part in parts:
            if isinstance(part, Clause):
                clause = self._clause(part)
                pieces += _without_mark(clause) if has_lost_its_first else clause
                has_lost_its_first = not clause and (has_lost_its_first or not _goes_on(part))
                continue
            has_lost_its_first = False
            if isinstance(part, Fill):
                pieces += self._filled(part)
            else:
                pieces.append(self._words(part.text))
        return _without_empty_ranges(pieces)

    def _words(self, text: str) -> str:
        checked = marked(text, self.style.fixed_phrases)
        if checked != text:
            self.problems.append(f"“{text.strip()}”中有未经核对的数字或比较用语，已在文中标出")
        return checked

    def _filled(self, fill: Fill) -> Pieces:
        piece = self._piece(fill)
        if piece is None:
            self.problems.append(f"“{fill.definition.name}”没有数据，已在文中标出")
            return [Piece(f"{MARK[:-1]}：{fill.definition.name}{MARK[-1]}")]
        if piece.wording is None:
            return [piece]
        return [piece, *self._gap(piece.wording)]

    def _gap(self, wording: Wording) -> list[Piece]:
        """Who is not in a figure, said once a paragraph for the same gap; then its own note."""
        total = wording.totals[0]
        key = (*total.missing, str(total.months_known < len(total.period)))
        gaps = [] if key in self._said else list(gaps_of(wording, self._communities))
        if gaps:
            self._said.add(key)
        told = "，".join(filter(None, (*gaps, wording.note)))
        return [Piece(told, wording, is_gap=True)] if told else []

    def _piece(self, fill: Fill) -> Piece | None:
        if fill.number not in self._found:
            self._found[fill.number] = self._find(fill)
        return self._found[fill.number]

    def _find(self, fill: Fill) -> Piece | None:
        if isinstance(fill.definition, Setting):
            text = word_setting(fill.definition, fill.how, self.consolidation)
            if not text and not typed_setting(fill.definition, self.consolidation):
                self.lacking[fill.code] = fill.definition
            return Piece(text) if text else None
        if isinstance(fill.definition, Narrative):
            return self._quoted(fill.definition, fill)
        wording = self._worded(fill.definition, fill.how)
        if wording is None:
            self._note_absent(fill.definition)
            self._note_left_out(fill.definition, fill.how)
            return None
        return Piece(wording.text, wording)

    def _worded(self, element: Element, how: tuple[str, ...]) -> Wording | None:
        if self.unit:
            return word_of_unit(element, how, self.consolidation, self.unit)
        return word_element(element, how, self.consolidation)

    def _quoted(self, narrative: Narrative, fill: Fill) -> Piece | None:
        if narrative.code == UNIT_NAME:
            return Piece(self.consolidation.street.unit(self.unit).name) if self.unit else None
        if fill.place is not None:
            part = next((word for word in fill.how if word in TEXT_PARTS), "")
            quotes = self.quotations.at(narrative, fill.place, part=part)
        else:
            quotes = self.quotations.choose(narrative, keywords=fill.keywords, size=fill.size)
        return Piece("".join(quote.text for quote in quotes), quotes=quotes) if quotes else None

    def _note_absent(self, element: Element) -> None:
        """What is collected and nobody gave is named at the end, so that its sentence does not leave unseen."""
        states = self._states(element)
        if all(state in _GAPS for state in states):
            self.absent[element.code] = element.name
        elif is_growth(element) and any(state.counts for state in states):
            self.absent[element.code] = f"{element.name}（未报齐，不作比较）"

    def _note_left_out(self, element: Element, how: tuple[str, ...]) -> None:
        """Why a comparison is not there, for the findings."""
        why = "" if self.unit else why_left_out(element, how, self.consolidation)
        if why:
            word = next((word for word in how if word in COMPARING_WORDS), "")
            self.left_out[f"{element.name}{word}"] = why

    def _states(self, element: Element) -> tuple[ValueState, ...]:
        """In which states its figures are, this month's and the year's; NOT_ASKED where there are none."""
        if self.unit:
            value = self.consolidation.values.get((self.unit, element.code))
            return (value.state,) if value else (ValueState.NOT_ASKED,)
        total = self.consolidation.totals.get(element.code)
        return (total.this_month.state, total.year_to_date.state) if total else (ValueState.NOT_ASKED,)


def _goes_on(clause: Clause) -> bool:
    """Whether a clause follows one before it: it begins with the mark that parts them."""
    first = clause.parts[0] if clause.parts else None
    return isinstance(first, Words) and first.text.startswith(_PARTING)


def _without_mark(clause: Pieces) -> Pieces:
    """A clause that is the first now, as the one before it has left."""
    first, *others = clause or [""]
    return [first.removeprefix(first[:1]), *others] if isinstance(first, str) and first.startswith(_PARTING) else clause


def _is_asked(fill: Fill) -> bool:
    """Whether somebody has to report what fills it; a setting or a unit's name keeps no sentence."""
    return not isinstance(fill.definition, Setting) and fill.code != UNIT_NAME


def _without_empty_ranges(pieces: Pieces) -> Pieces:
    """A range whose ends are the same number is that number."""
    kept: Pieces = []
    for piece in pieces:
        if isinstance(piece, Piece) and len(kept) > 1 and kept[-1] == "至" and _is_same(kept[-2], piece):
            del kept[-2:]
        kept.append(piece)
    return kept


def _is_same(first: str | Piece, last: Piece) -> bool:
    if isinstance(first, str) or first.is_gap or first.wording is None or last.wording is None:
        return False
    return first.wording.value == last.wording.value


def _with_gaps(pieces: Pieces) -> Pieces:
    """Each gap in brackets at the end of its clause, or within the bracket that follows it."""
    placed: Pieces = []
    waiting: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Piece) and piece.is_gap:
            waiting.append(piece)
        elif isinstance(piece, str) and waiting and (end := _CLAUSE_END.search(piece)):
            placed += _placed(piece, end.start(), waiting)
            waiting = []
        else:
            placed.append(piece)
    return [*placed, *_bracketed(waiting)]


def _placed(words: str, end: int, gaps: Sequence[Piece]) -> Pieces:
    if words[end] == "（":
        joined = [part for gap in gaps for part in (gap, "，")]
        return [words[: end + 1], *joined, words[end + 1 :]]
    return [*filter(None, [words[:end]]), *_bracketed(gaps), words[end:]]


def _bracketed(gaps: Sequence[Piece]) -> Pieces:
    return [part for gap in gaps for part in ("（", gap, "）")]


def _with_content(lines: Sequence[_Filled]) -> list[_Filled]:
    """The lines without headings under which nothing is left."""
    kept: list[_Filled] = []
    has_content = {Role.HEADING: False, Role.SUBHEADING: False}
    for line in reversed(lines):
        role = line.line.role
        if role in has_content:
            if not has_content[role]:
                continue
            has_content[Role.SUBHEADING] = False
            if role is Role.HEADING:
                has_content[Role.HEADING] = False
        else:
            has_content = {Role.HEADING: True, Role.SUBHEADING: role is not Role.RUN_IN}
        kept.append(line)
    return kept[::-1]


def _numbered(lines: Iterable[_Filled]) -> Iterator[_Filled]:
    """The lines with the numbers that they have after others have left."""
    heading = subheading = item = 0
    for line in lines:
        match line.line.role:
            case Role.HEADING:
                heading, subheading, item = heading + 1, 0, 0
                yield _Filled(line.line, [f"{chinese_numeral(heading)}、", *line.lead], line.body)
            case Role.SUBHEADING | Role.RUN_IN:
                subheading, item = subheading + 1, 0
                yield _Filled(line.line, [f"（{chinese_numeral(subheading)}）", *line.lead], line.body)
            case Role.ITEM:
                item += 1
                yield _Filled(line.line, line.lead, [f"{chinese_numeral(item)}是", *line.body])
            case _:
                yield line


def _joined(lines: Iterable[_Filled]) -> list[_Filled]:
    """The lines, those that go on in the paragraph before them put there."""
    joined: list[_Filled] = []
    for line in lines:
        goes_on = line.line.is_joined and joined and joined[-1].line.role in (Role.ITEM, Role.PARAGRAPH)
        if goes_on:
            joined[-1] = replace(joined[-1], body=[*joined[-1].body, *line.body])
        else:
            joined.append(line)
    return joined


def _block(filled: _Filled) -> Block:
    lead, body = _spans(filled.lead), _spans(filled.body)
    match filled.line.role:
        case Role.HEADING:
            return Heading(1, lead)
        case Role.SUBHEADING:
            return Heading(2, lead)
        case _:
            return Paragraph(body, run_in_heading=lead)


def _spans(pieces: Sequence[str | Piece]) -> Spans:
    """The spans of some pieces, neighbouring words joined."""
    spans: list[Span] = []
    for piece in pieces:
        span = Text(piece) if isinstance(piece, str) else piece.span
        if isinstance(span, Text) and spans and isinstance(spans[-1], Text):
            spans[-1] = Text(spans[-1].text + span.text)
        else:
            spans.append(span)
    return tuple(spans)


def _lineage(line: _Filled, output: str, place: str) -> Iterator[Trace]:
    for piece in (*line.lead, *line.body):
        if isinstance(piece, str):
            continue
        if piece.is_gap and piece.wording is not None:
            yield _coverage_entry(piece.wording, output, place, piece.text)
        elif piece.wording is not None:
            yield from _figures(piece.wording, output, place)
        for quote in piece.quotes:
            at = quote.place
            yield LineageEntry(
                output, place, quote.text, quote.text, "quote(texts.body)", "", quote.unit, at.file, at.sheet, at.cell
            )


def _figures(wording: Wording, output: str, place: str) -> Iterator[TracedTotal]:
    for total in wording.totals:
        yield TracedTotal(
            total, output=output, place=place, text=wording.text, value=wording.value, expression=wording.expression
        )


def _coverage_entry(wording: Wording, output: str, place: str, text: str) -> LineageEntry:
    total = wording.totals[0]
    value = f"{len(total.reported)}/{len(total.expected)}"
    return LineageEntry(output, place, text, value, f"coverage({total.element})", str(total.period), "", "", "", "")
