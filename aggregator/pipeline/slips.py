"""Return slips: each unit's own form with what is to be mended, and which of the slips there are out of date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aggregator.check.rank import rank
from aggregator.form.layout import build_layout
from aggregator.form.slip import is_open, slip_of
from aggregator.form.template import slip_file_name, write_form
from aggregator.history.store import History
from aggregator.intake.sent_back import sent_back
from aggregator.model.finding import Finding, Severity, group_findings
from aggregator.model.reporting import CheckedReturn
from aggregator.model.value import Place, Submission
from aggregator.pipeline.month import Month
from aggregator.pipeline.office import Progress
from aggregator.pipeline.templates import prefill_of, year_before, year_to_date_of
from aggregator.publish.whole_file import remove_whole, write_whole

SLIPS_FOLDER = "退回"


@dataclass(frozen=True, slots=True)
class Slips:
    """The slips of a month by their paths below the output folder, those that are out of date, and what was checked."""

    contents: Mapping[str, bytes]
    outdated: tuple[str, ...]
    checked: tuple[CheckedReturn, ...]


def make_slips(history: History, month: Month, *, held_only: bool, progress: Progress) -> Slips:
    """The slips of the returns in which something is to be mended, or only of those that are held."""
    desk = _Desk(history, month)
    # What goes back is what was sent, not what the clerk made of it.
    wanted = [sent for sent in month.intake.submissions if desk.needs_slip(sent.unit, held_only=held_only)]
    contents: dict[str, bytes] = {}
    for number, submission in enumerate(wanted, start=1):
        contents[_path(month, submission.unit)] = desk.slip(submission)
        progress("写退回单", number, len(wanted))
    kept = {_path(month, unit) for unit in desk.open}
    known = [_path(month, unit.code) for unit in month.office.street.units]
    returned = {submission.unit for submission in wanted}
    checked = tuple(desk.checked(submission, returned) for submission in month.batch.submissions)
    return Slips(contents, tuple(path for path in known if path not in kept), checked)


def write_slips(history: History, month: Month, progress: Progress) -> tuple[Path, ...]:
    """Write the slips of a month, take away those that are out of date, and note which returns went back."""
    folder = month.office.workspace.output(month.batch.period)
    slips = make_slips(history, month, held_only=False, progress=progress)
    for name, content in slips.contents.items():
        write_whole(folder / name, content)
    settle_slips(history, month, slips)
    return tuple(folder / name for name in slips.contents)


def settle_slips(history: History, month: Month, slips: Slips) -> None:
    """Once the slips are written: take away those out of date and note what was checked."""
    folder = month.office.workspace.output(month.batch.period)
    for name in slips.outdated:
        remove_whole(folder / name)
    history.note_checks(month.batch.period, slips.checked)


def _path(month: Month, unit: str) -> str:
    return f"{SLIPS_FOLDER}/{slip_file_name(month.office.street.unit(unit))}"


class _Desk:
    """What the slips of a month are made from."""

    def __init__(self, history: History, month: Month) -> None:
        self._history, self._month = history, month
        self._findings: dict[str, list[Finding]] = {}
        for finding in rank(month.findings):
            self._findings.setdefault(finding.unit, []).append(finding)
        sent = {submission.unit for submission in month.batch.submissions}
        self.open = {unit for unit in sent if any(is_open(finding) for finding in self._of(unit))}
        self._returned: dict[str, list[str]] = {}
        for checked in history.checks(month.batch.period):
            if checked.is_returned:
                self._returned.setdefault(checked.unit, []).append(checked.sha256)

    @cached_property
    def _latest(self) -> Mapping[str, Submission]:
        return self._history.latest(before=self._month.batch.period)

    def _of(self, unit: str) -> list[Finding]:
        return self._findings.get(unit, [])

    def needs_slip(self, unit: str, *, held_only: bool) -> bool:
        """Whether a return goes back."""
        return unit in self.open and (not held_only or unit in self._month.batch.held)

    def slip(self, submission: Submission) -> bytes:
        """The unit's own values in a clean form, with its findings."""
        office, batch = self._month.office, self._month.batch
        unit = office.street.unit(submission.unit)
        layout = build_layout(office.catalog, unit.kind, office.catalog.blocks_on(office.street))
        year = {month: batch.history[month] for month in year_before(batch.period) if month in batch.history}
        return write_form(
            catalog=office.catalog,
            street=office.street,
            unit=unit,
            period=batch.period,
            prefill=prefill_of(self._latest.get(unit.code)),
            year_to_date=year_to_date_of(office.catalog, unit, year),
            deadline=office.street.deadline(batch.period),
            filled=sent_back(submission, office.catalog),
            slip=slip_of(self._of(unit.code), submission, layout, number=self._number(submission)),
        )

    def _number(self, submission: Submission) -> int:
        """The how many-th file of the unit goes back; the same file always by the same number."""
        known = self._returned.get(submission.unit, [])
        sha256 = submission.source.sha256
        return known.index(sha256) + 1 if sha256 in known else len(known) + 1

    def checked(self, submission: Submission, returned: Collection[str]) -> CheckedReturn:
        """What the checks of a return came to."""
        unit = submission.unit
        causes = [
            cause for group in group_findings(self._of(unit)) for cause in group.causes if any(map(is_open, cause))
        ]
        to_mend = [cause for cause in causes if any(map(_must_be_mended, cause))]
        return CheckedReturn(
            unit=unit,
            sha256=submission.source.sha256,
            is_held=unit in self._month.batch.held,
            to_mend=_places(to_mend),
            to_explain=_places(cause for cause in causes if cause not in to_mend),
            is_returned=unit in returned,
        )


def _must_be_mended(finding: Finding) -> bool:
    """Whether no reason will do."""
    return is_open(finding) and (finding.severity is Severity.FATAL or not finding.kind.is_explainable)


def _places(causes: Iterable[Sequence[Finding]]) -> tuple[str, ...]:
    """Where each cause is, once: what follows from it is mended there."""
    return tuple(dict.fromkeys(_named(next(filter(is_open, cause)) for cause in causes)))


def _named(findings: Iterable[Finding]) -> Iterator[str]:
    """Where it is as a chat message says it: 《指标表》E12; of a whole file what is wrong."""
    for finding in findings:
        yield _place_words(finding.place) or finding.kind.title


def _place_words(place: Place) -> str:
    return f"《{place.sheet}》{place.cell}" if place.sheet else ""
