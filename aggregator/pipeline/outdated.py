"""Reports of an earlier run that a later one does not write again: of a unit that is held now, a draft made good."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aggregator.history.store import History
from aggregator.model.report_text import ReportText
from aggregator.publish.report.write import ReportFile
from aggregator.publish.whole_file import remove_whole
from aggregator.verify.read import NotAReportError, open_report


def remove_outdated_reports(folder: Path, history: History, written: Mapping[str, ReportFile]) -> None:
    """Take away what stands beside the reports just written, is of their styles and is not among them.

    Its numbers are those of an earlier run, and nobody sees that. What people have edited stays, and so does what the
    history does not know. The history is asked only where such a file is, as it holds every version of every report.
    """
    others = [path for path in folder.rglob("*.docx") if path.relative_to(folder).as_posix() not in written]
    if not others:
        return
    styles = {_style(report.text) for report in written.values()}
    periods = {period for report in written.values() if (period := report.text.period) is not None}
    earlier = [text for period in periods for text in history.reports(period) if _style(text) in styles]
    for path in others:
        versions = [text for text in earlier if text.name == path.name]
        if versions and _is_one_of(path, versions):
            remove_whole(path)


def _style(report: ReportText) -> str:
    return report.mark.split("@")[0].partition(".")[0]


def _is_one_of(path: Path, versions: list[ReportText]) -> bool:
    """Whether a file still says what was written into it."""
    try:
        return open_report(path) in versions
    except NotAReportError:
        return False
