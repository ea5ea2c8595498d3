"""The font that tables and charts bring along, cut to what they show.

A machine without any Chinese font shows boxes for Chinese. The font of the text is left to the machine, as an office
has the fonts that the standard names; tables and charts name an open one (`fonts/OFL.txt`), and a part of it goes with
the file. It is Noto Sans CJK SC under a name of its own: LibreOffice shows all text in the installed font of that name
where 仿宋 is missing, and an embedded part would take its place and leave boxes.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from aggregator.publish.report.blocks import Chart
from aggregator.publish.report.layout import OPEN_FONT, Layout
from aggregator.publish.report.package import Part
from aggregator.publish.report.paragraphs import Laid, LaidParagraph, LaidTable
from aggregator.publish.report.truetype import Font

_FILE = Path(__file__).with_name("fonts") / "AnnexSansSC.ttf"
_PART = "fonts/font1.odttf"
#: What the programs themselves write at the axes and beside the points of a chart.
_ALWAYS = string.digits + string.ascii_letters + string.punctuation + " "
#: So many bytes at the start of the font are hidden by the key, which keeps nobody from anything but is asked for.
_HIDDEN = 32


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A font as a part of the package, where it lies from the list of fonts, and the key that hides it."""

    name: str
    part: Part
    target: str
    key: str


def embedded_font(laid: Sequence[Laid], layout: Layout) -> EmbeddedFont | None:
    """What a text shows in the open font; None where it shows nothing in it, or the house has chosen another one."""
    shown = {character for text in _shown(laid, layout) for character in text}
    return _cut(frozenset(shown | set(_ALWAYS))) if shown else None


def _shown(laid: Sequence[Laid], layout: Layout) -> Iterator[str]:
    for one in laid:
        for paragraph in _paragraphs(one):
            yield from (
                span.text for stretch in paragraph.stretches if stretch.font == OPEN_FONT for span in stretch.spans
            )
            if paragraph.chart is not None and layout.table_font == OPEN_FONT:
                yield from _words(paragraph.chart)


def _paragraphs(one: Laid) -> Sequence[LaidParagraph]:
    return [cell for row in one.rows for cell in row] if isinstance(one, LaidTable) else [one]


def _words(chart: Chart) -> Iterator[str]:
    yield from chart.categories
    yield from (series.name for series in chart.series)


# The street's report and those of its communities may show the same.
@lru_cache(maxsize=8)
def _cut(characters: frozenset[str]) -> EmbeddedFont:
    content = _font().cut(characters)
    key = sha256(content).hexdigest()[:32].upper()
    # The key goes over the bytes from its end to its beginning, twice (ISO/IEC 29500-1, 17.8.1).
    backwards = bytes.fromhex(key)[::-1]
    hidden = bytes(one ^ other for one, other in zip(content[:_HIDDEN], backwards * 2, strict=True))
    written = f"{{{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}}}"
    return EmbeddedFont(OPEN_FONT, Part(f"word/{_PART}", hidden + content[_HIDDEN:]), _PART, written)


@lru_cache(maxsize=1)
def _font() -> Font:
    return Font(_FILE.read_bytes())
