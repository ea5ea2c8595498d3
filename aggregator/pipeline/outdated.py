"""Reports of an earlier run: what people have made of them is set aside, and what is out of date leaves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aggregator.publish.report.write import DRAFT, ReportFile
from aggregator.publish.whole_file import remove_whole, set_aside
from aggregator.verify.read import mark_as_written


def set_aside_edited(folder: Path, reports: Mapping[str, ReportFile]) -> tuple[Path, ...]:
    """Where the reports stand now whose names are needed, and which somebody has saved since they were written."""
    return tuple(set_aside(folder / name) for name, report in reports.items() if _is_edited(folder / name, report))


def remove_outdated_reports(folder: Path, reports: Mapping[str, ReportFile]) -> None:
    """Take away what stands beside the reports just written, is named as they are and is not among them.

    It is of a unit that is held now, or a draft made good: its numbers are those of an earlier run, and nobody sees
    that. What somebody has saved since stays, and so do copies under other names.
    """
    kinds = {_kind(report.name) for report in reports.values()}
    for path in folder.rglob("*.docx"):
        is_older = _kind(path.name) in kinds and path.relative_to(folder).as_posix() not in reports
        if is_older and mark_as_written(path.read_bytes()):
            remove_whole(path)


def _is_edited(path: Path, report: ReportFile) -> bool:
    if not path.exists():
        return False
    content = path.read_bytes()
    return content != report.content and not mark_as_written(content)


def _kind(name: str) -> tuple[str, str]:
    """The report's title and period, as its name begins and ends."""
    title, _, rest = name.removesuffix(".docx").removesuffix(DRAFT).partition("_")
    return title, rest.rpartition("_")[2]
