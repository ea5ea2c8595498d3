"""An edited report compared with what was printed and with what is recorded now; findings in the order of reading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from aggregator.model.catalog import Catalog
from aggregator.model.claims import FIGURE, Claim, blanked, claims, false_comparisons
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.report_text import FigureTag, PrintedParagraph, ReportText, with_tags_of
from aggregator.model.value import Place
from aggregator.verify import finding_kinds as kinds
from aggregator.verify.align import Matching, Pair, Spot, align_paragraphs, alike, match_figures
from aggregator.verify.charts_again import chart_of, with_charts_of
from aggregator.verify.gaps import is_note, lost_gaps
from aggregator.verify.relations import broken_relations
from aggregator.verify.wording import misnumbered, slips

_STOPS = re.compile("(?<=[。！？\n])")
_MARK = re.compile("【待核[^】]*】")
_SHORTEST_REPEATED = 15
_ALMOST_THE_SAME = 0.9
_SHOWN = 12
_TO_DATE = "（本年累计）"
_COMPARISONS = {"mom": "环比", "yoy": "同比", "term": "较上届", "each": "（各社区）"}


@dataclass(frozen=True, slots=True)
class _At:
    """A finding and where it stands in the order of reading."""

    paragraph: int
    offset: int
    finding: Finding


def compare(found: ReportText, *, printed: ReportText, latest: ReportText, catalog: Catalog) -> tuple[Finding, ...]:
    """What is wrong with an edited report; `latest` is the same report by the recorded month as it is now."""
    comparison = _Comparison(with_charts_of(with_tags_of(found, printed), printed), printed, latest, catalog)
    return tuple(_unique(sorted(comparison.all(), key=lambda at: (at.paragraph, at.offset))))


def _unique(told: Sequence[_At]) -> Iterator[Finding]:
    seen: set[tuple[str, Place, str]] = set()
    for at in told:
        key = (at.finding.kind.code, at.finding.place, at.finding.message)
        if key not in seen:
            seen.add(key)
            yield at.finding


@dataclass
class _Comparison:
    """The three reports, and what is found out about them once."""

    found: ReportText
    printed: ReportText
    latest: ReportText
    catalog: Catalog
    _explained: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def all(self) -> Iterator[_At]:
        yield from self._repeated_paragraphs()
        yield from self._pairs()
        yield from self._gone()
        yield from self._come()
        yield from self._moved()
        yield from self._broken()
        yield from self._untagged()
        yield from self._behind_charts()
        yield from self._coverage()
        yield from self._slips()

    @cached_property
    def aligned(self) -> dict[int, int]:
        """Printed paragraph to found paragraph."""
        return align_paragraphs(self.printed, self.found)

    @cached_property
    def came_from(self) -> dict[int, int]:
        """Found paragraph to printed paragraph."""
        return {found: printed for printed, found in self.aligned.items()}

    @cached_property
    def matching(self) -> Matching:
        """Which figure is which."""
        return match_figures(self.printed, self.found, self.aligned)

    @cached_property
    def repeated(self) -> dict[int, int]:
        """Paragraphs that stand there a second time, with the one they repeat."""
        twice: dict[int, int] = {}
        for at, paragraph in enumerate(self.found.paragraphs):
            if at in self.came_from or len(paragraph.text) < _SHORTEST_REPEATED:
                continue
            like = [to for to in self.came_from if alike(paragraph.text, self._text(to)) >= _ALMOST_THE_SAME]
            if like:
                twice[at] = like[0]
        return twice

    @cached_property
    def expected(self) -> dict[Spot, str]:
        """Each printed figure as the recorded month has it now."""
        now: dict[str, list[str]] = {}
        for paragraph in self.latest.paragraphs:
            for figure in paragraph.figures:
                now.setdefault(figure.tag or paragraph.where, []).append(figure.text)
        spots = sorted((*(pair.printed for pair in self.matching.pairs), *self.matching.gone), key=_reading_order)
        counts: Counter[str] = Counter()
        texts: dict[Spot, str] = {}
        for spot in spots:
            key = spot.figure.tag or self.printed.paragraphs[spot.paragraph].where
            those = now.get(key, [])
            texts[spot] = those[counts[key]] if counts[key] < len(those) else spot.figure.text
            counts[key] += 1
        return texts

    def _printed(self, paragraph: int) -> str:
        return self.printed.paragraphs[paragraph].text

    def _text(self, paragraph: int) -> str:
        return self.found.paragraphs[paragraph].text

    def _at(
        self,
        kind: FindingKind,
        paragraph: int,
        offset: int,
        *,
        value: str = "",
        codes: tuple[str, ...] = (),
        **facts: Any,
    ) -> _At:
        """A finding at a paragraph and sentence of the edited report."""
        there = self.found.paragraphs[paragraph]
        sentence = "" if there.is_cell else f"第{len(_STOPS.split(there.text[:offset]))}句"
        finding = kind.at(
            Place(self.found.name, there.where, sentence),
            period=self.printed.period,
            elements=codes,
            value=value,
            group=f"{kind.code}:{there.where}",
            **facts,
        )
        return _At(paragraph, offset, finding)

    def _name(self, tag: str) -> str:
        read = FigureTag.read(tag)
        if read is None:
            return "图中的数字"
        element = self.catalog.elements.get(read.code)
        name = element.name if element else read.code
        return f"{name}{_COMPARISONS.get(read.comparison, '')}{_TO_DATE if '-ytd' in read.span else ''}"

    def _pairs(self) -> Iterator[_At]:
        for pair in self.matching.pairs:
            was, now = pair.printed.text, pair.found.text
            expected = re.sub(r"\s", "", self.expected[pair.printed])
            if now != expected:
                yield self._changed(pair, was, now, expected)

    def _changed(self, pair: Pair, was: str, now: str, expected: str) -> _At:
        spot, tag = pair.found, pair.printed.figure.tag
        if now == was:
            kind = kinds.FIGURE_RESTATED
        elif _numerals(now) == _numerals(expected):
            kind = kinds.COMPARISON_CHANGED if _words(now) != _words(expected) else kinds.FIGURE_CHANGED
        else:
            kind = kinds.FIGURE_CHANGED
        facts: dict[str, Any] = {"name": self._name(tag), "found": now, "expected": expected}
        return self._at(kind, spot.paragraph, spot.figure.start, value=now, codes=_codes(tag), **facts)

    def _gone(self) -> Iterator[_At]:
        left = {chart_of(paragraph) for paragraph in self.found.paragraphs}
        lost: dict[str, list[Spot]] = {}
        for spot in self.matching.gone:
            paragraph, there = self.aligned.get(spot.paragraph), self.printed.paragraphs[spot.paragraph]
            chart = chart_of(there)
            if paragraph is not None:
                yield self._deleted(spot, paragraph)
            elif chart not in left or not there.is_cell:
                lost.setdefault(chart or there.where, []).append(spot)
            else:
                yield self._deleted_cell(spot)
        for where, spots in lost.items():
            yield self._lost(where, spots)

    def _lost(self, where: str, spots: Sequence[Spot]) -> _At:
        """A paragraph or a chart that is gone with all its figures."""
        number = spots[0].paragraph
        beginning = self.printed.paragraphs[number].where.removeprefix(where).strip("“”") or self._printed(number)
        facts: dict[str, Any] = {"where": where, "beginning": beginning[:_SHOWN], "count": len(spots)}
        codes = _codes(spots[0].figure.tag)
        return self._at(kinds.PARAGRAPH_DELETED, self._next_to(number), 0, codes=codes, **facts)

    def _deleted_cell(self, spot: Spot) -> _At:
        tag = spot.figure.tag
        facts: dict[str, Any] = {"name": self._name(tag), "expected": self.expected[spot]}
        beside = self._next_to(spot.paragraph)
        return self._at(kinds.FIGURE_DELETED, beside, 0, value=spot.text, codes=_codes(tag), **facts)

    def _deleted(self, spot: Spot, paragraph: int) -> _At:
        """A figure that is gone, or of which only the words are left."""
        words, tag = self.found.paragraphs[paragraph].text, spot.figure.tag
        codes = _codes(tag)
        last = spot.before.rpartition(FIGURE)[2]
        start = words.find(last + spot.figure.text)
        facts: dict[str, Any] = {"name": self._name(tag), "expected": self.expected[spot]}
        if start < 0:
            near = max(words.find(last), 0) if last else 0
            return self._at(kinds.FIGURE_DELETED, paragraph, near, value=spot.text, codes=codes, **facts)
        start += len(last)
        self._explained.setdefault(paragraph, []).append((start, start + len(spot.figure.text)))
        if spot.text != re.sub(r"\s", "", self.expected[spot]):
            return self._at(
                kinds.FIGURE_RESTATED, paragraph, start, value=spot.text, codes=codes, found=spot.text, **facts
            )
        return self._at(kinds.FIGURE_UNTAGGED, paragraph, start, value=spot.text, codes=codes, **facts)

    def _next_to(self, number: int) -> int:
        """The found paragraph that now stands where a printed one is gone."""
        before = [self.aligned[at] for at in range(number) if at in self.aligned]
        return before[-1] if before else 0

    def _come(self) -> Iterator[_At]:
        known = {figure.tag for paragraph in self.printed.paragraphs for figure in paragraph.figures}
        for spot in self.matching.come:
            tag = spot.figure.tag
            if not tag or spot.paragraph in self.repeated:
                continue
            kind = kinds.FIGURE_REPEATED if tag in known else kinds.FIGURE_FOREIGN
            facts: dict[str, Any] = {"name": self._name(tag), "found": spot.text}
            yield self._at(kind, spot.paragraph, spot.figure.start, value=spot.text, codes=_codes(tag), **facts)

    def _repeated_paragraphs(self) -> Iterator[_At]:
        for at, first in self.repeated.items():
            facts: dict[str, Any] = {"where": self.found.paragraphs[first].where, "beginning": self._text(at)[:_SHOWN]}
            yield self._at(kinds.PARAGRAPH_REPEATED, at, 0, **facts)

    def _moved(self) -> Iterator[_At]:
        """Figures in another paragraph, or in their own out of order and behind other words."""
        latest_start: dict[int, int] = {}
        for pair in self.matching.pairs:
            spot, was = pair.found, pair.printed
            is_elsewhere = self.aligned.get(was.paragraph) != spot.paragraph
            is_overtaken = spot.figure.start < latest_start.get(spot.paragraph, -1)
            has_other_words = spot.before != was.before
            if is_elsewhere or (has_other_words and is_overtaken):
                yield self._moved_at(pair)
            elif has_other_words and _label(was) != _label(spot):
                facts: dict[str, Any] = {"before": _label(was), "after": _label(spot), "found": spot.text}
                yield self._about(kinds.LABEL_CHANGED, pair, **facts)
            if not is_elsewhere:
                latest_start[spot.paragraph] = max(spot.figure.start, latest_start.get(spot.paragraph, -1))

    def _moved_at(self, pair: Pair) -> _At:
        was = pair.printed
        where, before = self.printed.paragraphs[was.paragraph].where, was.before.replace(FIGURE, "…")
        return self._about(kinds.FIGURE_MOVED, pair, where=where, before=before, found=pair.found.text)

    def _about(self, kind: FindingKind, pair: Pair, **facts: Any) -> _At:
        spot, tag = pair.found, pair.printed.figure.tag
        return self._at(
            kind, spot.paragraph, spot.figure.start, value=spot.text, codes=_codes(tag), name=self._name(tag), **facts
        )

    def _broken(self) -> Iterator[_At]:
        """Sums and shares that a changed figure breaks, told where it stands."""
        spans: dict[str, list[tuple[FigureTag, Pair]]] = {}
        for pair in self.matching.pairs:
            read = FigureTag.read(pair.printed.figure.tag)
            if read is not None and not read.comparison:
                spans.setdefault(f"{read.whose}@{read.span}", []).append((read, pair))
        for pairs in spans.values():
            before = {read.code: pair.printed.text for read, pair in pairs}
            # Where a figure stands twice, the changed one is looked at.
            order = sorted(pairs, key=lambda entry: entry[1].printed.text != entry[1].found.text)
            after = {read.code: pair.found.text for read, pair in order}
            changed = {read.code: pair for read, pair in order if pair.printed.text != pair.found.text}
            for broken in broken_relations(self.catalog, before, after):
                spot = next(changed[code] for code in broken.elements if code in changed).found
                kind = kinds.SHARE_DIFFERS if broken.is_share else kinds.PARTS_DIFFER
                facts: dict[str, Any] = {"name": broken.name, "left": broken.left, "right": broken.right}
                yield self._at(kind, spot.paragraph, spot.figure.start, value=spot.text, codes=broken.elements, **facts)

    def _untagged(self) -> Iterator[_At]:
        """Numerals and comparing words of plain words: changed, or new."""
        pool = _Pool(self.printed)
        open_sentences: list[tuple[int, int, str]] = []
        for at, paragraph in enumerate(self.found.paragraphs):
            if at in self.repeated:
                continue
            for start, sentence in _sentences(self._plain(at, paragraph)):
                was = pool.take_same(sentence, self.came_from.get(at))
                if was is None:
                    open_sentences.append((at, start, sentence))
        for at, start, sentence in open_sentences:
            was = pool.take_alike(sentence, self.came_from.get(at))
            yield from (
                self._edited(at, start, sentence, was) if was is not None else self._new(at, start, sentence, pool)
            )

    def _plain(self, at: int, paragraph: PrintedParagraph) -> str:
        """The words of a found paragraph with a sign in each place of a figure that is accounted for."""
        known = {(pair.found.paragraph, pair.found.figure.start) for pair in self.matching.pairs}
        spans = [
            (figure.start, figure.end) for figure in paragraph.figures if figure.tag or (at, figure.start) in known
        ]
        return _masked(paragraph.text, [*spans, *self._explained.get(at, [])])

    def _edited(self, at: int, start: int, sentence: str, was: str) -> Iterator[_At]:
        """A sentence of which only numerals and comparing words are other than printed."""
        for before, now in zip(claims(was), claims(sentence), strict=True):
            if before.text != now.text:
                kind = kinds.NUMERAL_CHANGED if now.is_numeral else kinds.COMPARISON_CHANGED
                facts: dict[str, Any] = {
                    "found": _with_words(sentence, now),
                    "expected": _with_words(was, before),
                    "name": "这句话",
                }
                yield self._at(kind, at, start + now.start, value=now.text, **facts)

    def _new(self, at: int, start: int, sentence: str, pool: _Pool) -> Iterator[_At]:
        left = pool.left(self.came_from.get(at))
        for claim in claims(sentence):
            if left[claim.text]:
                left[claim.text] -= 1
            elif claim.is_bound:
                kind = kinds.NUMERAL_NEW if claim.is_numeral else kinds.COMPARISON_NEW
                yield self._at(kind, at, start + claim.start, value=claim.text, found=_with_words(sentence, claim))
        words = self._text(at)[start : start + len(sentence)]
        for offset, said, why in false_comparisons(words):
            yield self._at(kinds.COMPARISON_FALSE, at, start + offset, value=said, found=said, why=why)

    def _behind_charts(self) -> Iterator[_At]:
        """The numbers of the workbooks behind the charts, which nobody sees until the chart is edited."""
        printed = {part.where: part.text for part in self.latest.paragraphs if part.is_cell}
        places = {part.where: at for at, part in enumerate(self.found.paragraphs)}
        for part in self.found.behind:
            expected = printed.get(part.where, part.text)
            if part.text != expected:
                facts: dict[str, Any] = {"where": part.where, "found": part.text, "expected": expected}
                yield self._at(kinds.CHART_DATA_CHANGED, places.get(part.where, 0), 0, value=part.text, **facts)

    def _coverage(self) -> Iterator[_At]:
        """What says that a figure is incomplete must stay as long as the figure does; a note speaks of them all."""
        for was, paragraph in enumerate(self.printed.paragraphs):
            at = self.aligned.get(was)
            if not is_note(paragraph.text) and (at is None or not self.found.paragraphs[at].figures):
                continue
            for gap in lost_gaps(paragraph.text, "" if at is None else self._text(at)):
                place = self._next_to(was) if at is None else at
                yield self._at(kinds.COVERAGE_DELETED, place, 0, value=gap, expected=gap)

    def _slips(self) -> Iterator[_At]:
        for at, paragraph in enumerate(self.found.paragraphs):
            for slip in slips(paragraph.text):
                facts: dict[str, Any] = {"found": slip.found, "why": slip.why, "expected": slip.expected}
                yield self._at(kinds.WORDING, at, slip.start, value=slip.found, **facts)
            for left in _MARK.finditer(paragraph.text):
                yield self._at(kinds.MARK_LEFT, at, left.start(), value=left[0], found=left[0])
        for wrong in misnumbered(self.found.paragraphs):
            facts = {"found": wrong.found, "why": wrong.why, "expected": wrong.expected}
            yield self._at(kinds.NUMBERING, wrong.paragraph, wrong.start, value=wrong.found, **facts)


class _Pool:
    """The printed sentences with claims in them; each accounts for one sentence of the edited report."""

    def __init__(self, printed: ReportText) -> None:
        self._free: list[tuple[int, str]] = [
            (at, sentence)
            for at, paragraph in enumerate(printed.paragraphs)
            for _, sentence in _sentences(_masked(paragraph.text, [(one.start, one.end) for one in paragraph.figures]))
        ]

    def take_same(self, sentence: str, paragraph: int | None) -> str | None:
        """The printed sentence of the same words, of the same paragraph if there is one."""
        key = _collapsed(sentence)
        return self._take([entry for entry in self._free if _collapsed(entry[1]) == key], paragraph)

    def take_alike(self, sentence: str, paragraph: int | None) -> str | None:
        """A printed sentence that differs in claims only, as many of each kind in the same order."""
        key, kinds_of = _collapsed(blanked(sentence)), [claim.is_numeral for claim in claims(sentence)]
        alike_ones = [
            entry
            for entry in self._free
            if _collapsed(blanked(entry[1])) == key and [claim.is_numeral for claim in claims(entry[1])] == kinds_of
        ]
        return self._take(alike_ones, paragraph) if kinds_of else None

    def left(self, paragraph: int | None) -> Counter[str]:
        """The claims of a paragraph's printed sentences that no sentence has taken."""
        return Counter(claim.text for at, sentence in self._free if at == paragraph for claim in claims(sentence))

    def _take(self, entries: list[tuple[int, str]], paragraph: int | None) -> str | None:
        if not entries:
            return None
        taken = next((entry for entry in entries if entry[0] == paragraph), entries[0])
        self._free.remove(taken)
        return taken[1]


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a text, blanks at their ends left out, each with its beginning."""
    start = 0
    for sentence in _STOPS.split(text):
        if sentence.strip():
            yield start + len(sentence) - len(sentence.lstrip()), sentence.strip()
        start += len(sentence)


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with signs in the place of figures, so that no place in it moves."""
    for start, end in spans:
        text = text[:start] + FIGURE * (end - start) + text[end:]
    return text


def _collapsed(text: str) -> str:
    """The text with one sign for each figure, however long it is printed, and without blanks."""
    return re.sub(r"\s", "", re.sub(f"{FIGURE}+", FIGURE, text))


def _with_words(sentence: str, claim: Claim) -> str:
    """A claim with the few words around it, as a reader looks for it."""
    before = sentence[max(0, claim.start - 4) : claim.start].replace(FIGURE, "")
    return before + sentence[claim.start : claim.end + 2].replace(FIGURE, "").strip("，。；、")


def _label(spot: Spot) -> str:
    """The words right before a figure, from the last mark on."""
    return re.split(f"[，。；：、（）{FIGURE}]", spot.before)[-1]


def _reading_order(spot: Spot) -> tuple[int, int]:
    return spot.paragraph, spot.figure.start


def _numerals(text: str) -> list[str]:
    return re.findall(r"[0-9.]+", text)


def _words(text: str) -> list[str]:
    return [claim.text for claim in claims(text) if not claim.is_numeral]


def _codes(tag: str) -> tuple[str, ...]:
    read = FigureTag.read(tag)
    return (read.code,) if read else ()
