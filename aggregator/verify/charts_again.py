"""Which chart of an edited report is which of the printed one: where one is taken out, the next takes its number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from aggregator.model.report_text import PrintedParagraph, ReportText

_POINT = re.compile("图([0-9]+)(“.*”)", flags=re.DOTALL)
Points = Counter[tuple[str, str]]


def chart_of(paragraph: PrintedParagraph) -> str:
    """The chart that a number stands in, as its caption numbers it; empty for any other paragraph."""
    found = _POINT.fullmatch(paragraph.where) if paragraph.is_cell else None
    return f"图{found[1]}" if found else ""


def with_charts_of(found: ReportText, printed: ReportText) -> ReportText:
    """The edited report with its charts numbered as printed, as their captions go on saying."""
    ours, theirs = _charts(printed), _charts(found)
    if len(ours) == len(theirs):
        return found
    numbers = dict(_likeliest(ours, theirs))
    return replace(found, paragraphs=_renumbered(found.paragraphs, numbers), behind=_renumbered(found.behind, numbers))


def _charts(report: ReportText) -> dict[str, Points]:
    """The points of each chart, each with what it is called."""
    charts: dict[str, Points] = {}
    for paragraph in report.paragraphs:
        if chart := chart_of(paragraph):
            charts.setdefault(chart, Counter())[paragraph.where.removeprefix(chart), paragraph.text] += 1
    return charts


def _likeliest(ours: Mapping[str, Points], theirs: Mapping[str, Points]) -> Iterator[tuple[str, str]]:
    """For each chart the printed one that shares most points with it; what is like none has a number of its own."""
    free = dict(ours)
    for chart, points in theirs.items():
        nearest = max(free, key=lambda one: (points & free[one]).total(), default="")
        if nearest and points & free[nearest]:
            del free[nearest]
            yield chart, nearest
        else:
            yield chart, f"图{len(ours) + int(chart[1:])}"


def _renumbered(paragraphs: tuple[PrintedParagraph, ...], numbers: Mapping[str, str]) -> tuple[PrintedParagraph, ...]:
    return tuple(
        replace(part, where=numbers.get(chart, chart) + part.where.removeprefix(chart)) if chart else part
        for part in paragraphs
        for chart in [chart_of(part)]
    )
