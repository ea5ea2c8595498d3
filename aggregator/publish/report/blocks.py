"""What a report is made of, before it is drawn: blocks of spans, and figures that know where they come from."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

# Word refuses a content control whose tag is longer.
TAG_LIMIT = 64


class TagTooLongError(ValueError):
    """A figure's tag that Word would not take; a cut tag would name another figure."""

    def __init__(self, tag: str) -> None:
        super().__init__(f"a tag has 1 to {TAG_LIMIT} characters, not {len(tag)}: {tag!r}")


@dataclass(frozen=True, slots=True)
class Text:
    """Words without a source of their own; a line feed breaks the line."""

    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed, with the tag by which it is found again and the title that Word shows for it."""

    text: str
    tag: str
    title: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.tag) <= TAG_LIMIT:
            raise TagTooLongError(self.tag)


Span = Text | Figure
Spans = tuple[Span, ...]
Alignment = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Title:
    """The title of the document; line feeds break it by meaning."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on its own line, with its number: 一、 on level 1, （一） on level 2, 1. on level 3."""

    level: Literal[1, 2, 3]
    spans: Spans


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of body text, which may begin with a heading run into it, as in “（一）党组织基本情况：…”."""

    spans: Spans
    run_in_heading: Spans = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its title; widths are shares of the text width, equal if none are given.

    `starts_page` puts an annex on a page of its own.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Spans, ...], ...]
    widths: tuple[float, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    starts_page: bool = False

    def __post_init__(self) -> None:
        columns = len(self.header)
        ragged = [row for row in self.rows if len(row) != columns]
        if not columns or ragged or {len(self.widths), len(self.alignments)} - {0, columns}:
            raise ValueError(f"every row, width and alignment of table {self.title!r} needs {columns} columns")


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of a chart by category, None where there is none; `partial` are the places of incomplete ones."""

    name: str
    values: tuple[Decimal | None, ...]
    partial: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart under its title: a line over months, a bar for each unit, or one bar divided into its parts."""

    title: str
    kind: Literal["trend", "bars", "parts"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    starts_page: bool = False

    def __post_init__(self) -> None:
        if not self.series or {len(series.values) for series in self.series} != {len(self.categories)}:
            raise ValueError(f"every series of chart {self.title!r} needs {len(self.categories)} values")


@dataclass(frozen=True, slots=True)
class Note:
    """A small remark: one to the text, or below a table or chart of the annex."""

    text: str
    is_in_annex: bool = False


@dataclass(frozen=True, slots=True)
class Attachments:
    """The names of the attachments, one line below the body."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """The organ that signs and the date as it is printed."""

    organ: str
    date: str


Block = Title | Heading | Paragraph | Table | Chart | Note | Attachments | Signature
