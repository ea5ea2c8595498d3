"""A report as a reader sees it: paragraphs with their places, and the figures that stand in them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from aggregator.model.period import Period, PeriodError

_TAG = re.compile(r"(?P<code>[^@]+)@(?P<whose>[^@]+)@(?P<period>\d{4}[^@]*?)(?P<comparison>\.(?:mom|yoy|term|each))?")
_LONGEST_WITHOUT_TAG = 60  # a longer control without a tag is a table of contents or a cover, no figure
_BOOKMARK = re.compile(r"_f([0-9a-f]{16})_[0-9]+")
_TO_DATE = re.compile(r"(\d{4})-ytd(\d\d)")


@dataclass(frozen=True, slots=True)
class FigureTag:
    """What the tag of a figure says: element, whose it is, its period.

    `comparison` is `mom`, `yoy` or `term` for a comparing phrase, `each` for what each community has.
    """

    code: str
    whose: str
    span: str
    comparison: str = ""

    @classmethod
    def read(cls, tag: str) -> FigureTag | None:
        """The parts of a tag; None when it is none of ours."""
        found = _TAG.fullmatch(tag)
        return cls(found["code"], found["whose"], found["period"], (found["comparison"] or "")[1:]) if found else None

    @property
    def period(self) -> Period | None:
        """The period that it names; for a year so far its last month."""
        to_date = _TO_DATE.fullmatch(self.span)
        try:
            return Period.parse("-".join(to_date.groups()) if to_date else self.span)
        except PeriodError:
            return None


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """A figure of a paragraph: its tag, its text, where it begins.

    The tag is empty when somebody has dropped it, and a stand-in for it where only a bookmark tells it.
    """

    tag: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the words behind it begin."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class PrintedParagraph:
    """A paragraph as a reader sees it; `where` names it, `is_cell` tells that it stands in a table."""

    where: str
    text: str
    figures: tuple[PrintedFigure, ...] = ()
    is_cell: bool = False


@dataclass(frozen=True, slots=True)
class ReportText:
    """A report: its name, the mark by which it is known again, and its paragraphs in order.

    `behind` are the numbers of the workbooks behind its charts, each by the place of its point; they are no part of
    what the report says.
    """

    name: str
    mark: str
    paragraphs: tuple[PrintedParagraph, ...]
    behind: tuple[PrintedParagraph, ...] = field(default=(), compare=False)

    @property
    def figures(self) -> int:
        """How many figures it has, those of its charts too."""
        return sum(len(paragraph.figures) for paragraph in self.paragraphs)

    @property
    def period(self) -> Period | None:
        """The period of the report: by its mark, otherwise the one that most of its tags name."""
        parts = self.mark.split("@")
        if is_mark(self.mark):
            return Period.parse(parts[1])
        tags = (FigureTag.read(figure.tag) for paragraph in self.paragraphs for figure in paragraph.figures)
        named = Counter(period for tag in tags if tag is not None and (period := tag.period) is not None)
        return named.most_common(1)[0][0] if named else None


class SeenText(NamedTuple):
    """The words of a paragraph with their figures, before it has a place."""

    text: str
    figures: tuple[PrintedFigure, ...] = ()


class ChartPoint(NamedTuple):
    """A number of a chart: how it is called there, how it reads, and how the workbook behind the chart has it."""

    label: str
    text: str
    behind: str = ""


def point_labels(names: Sequence[str], categories: Sequence[str]) -> Iterator[list[str]]:
    """What the points of each series are called: by their category, or where there is but one by their series."""
    for name in names:
        if len(categories) == 1 and len(names) > 1:
            yield [name]
        else:
            yield [category if len(names) == 1 else f"{name}{category}" for category in categories]


@dataclass
class Pages:
    """Takes the paragraphs of a report one by one and calls each by its place; a blank one has none."""

    paragraphs: list[PrintedParagraph] = field(default_factory=list)
    behind: list[PrintedParagraph] = field(default_factory=list)
    _count: int = -1  # the title, which comes first, has no number
    _tables: int = 0
    _charts: int = 0

    def add(self, seen: SeenText) -> None:
        """Take a paragraph outside the tables."""
        if seen.text.strip():
            self._count += 1
            where = f"第{self._count}段" if self._count else "标题"
            self.paragraphs.append(PrintedParagraph(where, seen.text, seen.figures))

    def start_table(self) -> None:
        """The rows that follow are those of the next table."""
        self._tables += 1

    def add_row(self, cells: Sequence[Sequence[SeenText]]) -> None:
        """Take the paragraphs of a row cell by cell; they are called by what stands in its first cell."""
        label = "".join(seen.text for seen in cells[0]).strip() if cells else ""
        for column, cell in enumerate(cells, start=1):
            where = f"表{self._tables}“{label}”第{column}列"
            self.paragraphs += [PrintedParagraph(where, *seen, is_cell=True) for seen in cell if seen.text.strip()]

    def add_chart(self, points: Iterable[ChartPoint]) -> None:
        """Take the points of a chart, each as a cell of its own; one without a number is none."""
        self._charts += 1
        for point in points:
            where = f"图{self._charts}“{point.label}”"
            for text, taken in ((point.text, self.paragraphs), (point.behind, self.behind)):
                if text:
                    taken.append(PrintedParagraph(where, text, (PrintedFigure("", text, 0),), is_cell=True))


def our_tag(tag: str) -> str:
    """The tag of a control when it is one of ours; else empty."""
    return tag if FigureTag.read(tag) else ""


def bookmark_of(tag: str, number: int) -> str:
    """The bookmark at a figure: LibreOffice 7.4 drops the tags of all controls when it saves, but no bookmark.

    Word shows no bookmark that begins with a low line, wants each once, and none of more than forty characters.
    """
    return f"_f{_digest(tag)}_{number}"


def stand_in(bookmark: str) -> str:
    """What a bookmark says of the figure that begins there, until its tag is known again; empty for a foreign one."""
    found = _BOOKMARK.fullmatch(bookmark)
    return f"#{found[1]}" if found else ""


def with_tags_of(found: ReportText, printed: ReportText) -> ReportText:
    """A report whose tags were all lost, with those that its bookmarks tell; they were printed in another report.

    Where any tag is left, one that is gone was taken away by somebody, and stays away.
    """
    figures = [figure for paragraph in found.paragraphs for figure in paragraph.figures]
    is_lost = not any(FigureTag.read(figure.tag) for figure in figures)
    tags = {f"#{_digest(one.tag)}": one.tag for part in printed.paragraphs for one in part.figures if is_lost}
    paragraphs = (
        replace(part, figures=tuple(_with_tag(figure, tags) for figure in part.figures)) for part in found.paragraphs
    )
    return replace(found, paragraphs=tuple(paragraphs))


def _with_tag(figure: PrintedFigure, tags: Mapping[str, str]) -> PrintedFigure:
    return replace(figure, tag=tags.get(figure.tag, "")) if figure.tag.startswith("#") else figure


def _digest(tag: str) -> str:
    return hashlib.sha256(tag.encode()).hexdigest()[:16]


def is_figure(tag: str, text: str, *, is_inline: bool = True) -> bool:
    """Whether what stands in a control is taken for a figure; without a tag of ours it may still be one.

    A long control around whole paragraphs is a table of contents or a cover.
    """
    return bool(tag) or is_inline or len(text) <= _LONGEST_WITHOUT_TAG


def report_mark(style: str, period: Period, content: str, *, unit: str = "") -> str:
    """The mark of a report: style (with the unit whose report it is), period, and what tells it from other versions."""
    whose = f"{style}.{unit}" if unit else style  # LibreOffice breaks keywords at a colon
    return f"{whose}@{period}@{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def package_seal(entries: Iterable[tuple[str, int]]) -> str:
    """What a report bears as long as nobody has saved it again: a digest of its other parts, by name and checksum."""
    told = "\n".join(sorted(f"{name.casefold()} {crc:08x}" for name, crc in entries))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def mark_in(keywords: str) -> str:
    """The mark among the keywords of a file; empty when somebody has overwritten it."""
    return next(filter(is_mark, (word.strip(",;，；") for word in keywords.split())), "")


def is_mark(text: str) -> bool:
    """Whether a text is a mark of ours."""
    found = re.fullmatch(r"[^@]+@([^@]+)@[0-9a-f]{16}", text)
    try:
        return found is not None and bool(Period.parse(found[1]))
    except PeriodError:
        return False
