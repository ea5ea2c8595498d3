"""The headings that a street calls otherwise than a style does: its setting, and what of it fits no style."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping

from aggregator.model.consolidation import Consolidation
from aggregator.model.definition import Setting
from aggregator.publish.report.style import Fill, Role, Style, Words
from aggregator.publish.report.wording import word_setting

HEADINGS_SETTING = "set_headings"
#: What a run-in heading ends with; a heading is named without it.
HEADING_ENDS = "。："
_HEADINGS = (Role.HEADING, Role.SUBHEADING, Role.RUN_IN)
_PAIR = re.compile(r"\s*([^＝=；;]+?)\s*[＝=]\s*([^＝=；;]+?)\s*(?:[；;]|$)")


def renamed_headings(settings: Mapping[str, str]) -> Mapping[str, str]:
    """The street's headings by those of the styles, as “存在问题＝问题与不足；…” says."""
    pairs = _PAIR.findall(settings.get(HEADINGS_SETTING, ""))
    return {old.rstrip(HEADING_ENDS): new.rstrip(HEADING_ENDS) for old, new in pairs}


def unknown_headings(styles: Iterable[Style], consolidation: Consolidation) -> Iterator[tuple[str, str]]:
    """Headings that the street renames and no style has, each with the nearest that one has."""
    known = {heading for style in styles for heading in _headings_of(style, consolidation)}
    for wanted in renamed_headings(consolidation.street.settings):
        if wanted not in known:
            yield wanted, next(iter(difflib.get_close_matches(wanted, known, n=1)), "")


def _headings_of(style: Style, consolidation: Consolidation) -> Iterator[str]:
    for line in style.lines:
        if line.role in _HEADINGS:
            parts = (_text(part, consolidation) for part in line.lead)
            yield "".join(parts).rstrip(HEADING_ENDS)


def _text(part: object, consolidation: Consolidation) -> str:
    if isinstance(part, Fill) and isinstance(part.definition, Setting):
        return word_setting(part.definition, part.how, consolidation) or ""
    return part.text if isinstance(part, Words) else ""
