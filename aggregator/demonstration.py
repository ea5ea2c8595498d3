"""The command `demo`: an invented street's fourteen months, thirteen recorded, the last one collected and run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from functools import partial

from aggregator.catalog import load_catalog
from aggregator.demo.inbox import InboxFile, inbox_files
from aggregator.demo.simulate import simulate
from aggregator.demo.street import demo_street
from aggregator.form.layout import build_layout
from aggregator.form.settings_workbook import write_settings
from aggregator.form.template import Prefill, write_form
from aggregator.history.recorded import RecordedMonth
from aggregator.history.store import History
from aggregator.intake.settings import read_settings
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Submission
from aggregator.pipeline.office import Progress, WorkspaceError, silent
from aggregator.pipeline.run import run
from aggregator.pipeline.templates import year_to_date_of
from aggregator.publish.whole_file import write_whole
from aggregator.results import RunResult
from aggregator.rollup.indicators import derive
from aggregator.workspace import Workspace

LAST_MONTH = Period.month(2026, 10)
Months = Mapping[Period, tuple[Submission, ...]]


def demonstrate(workspace: Workspace, *, seed: int = 2026, progress: Progress = silent) -> RunResult:
    """Make the demonstration in a workspace and run its last month; a real workspace is refused."""
    catalog = load_catalog(workspace.definitions)
    street = demo_street(catalog)
    _prepare(workspace, street, catalog)
    layouts = {kind: build_layout(catalog, kind, catalog.blocks_on(street)) for kind in UnitKind}
    told = simulate(street, catalog, seed=seed, last=LAST_MONTH, layouts=layouts)
    with History.open(workspace.history_path) as history:
        _record_earlier(history, told, catalog, street, progress)
        files = _collected(history, told, catalog, street)
        _put_into_inbox(workspace, history, files)
    return run(workspace, LAST_MONTH, progress=progress)


def _prepare(workspace: Workspace, street: Street, catalog: Catalog) -> None:
    """A fresh demonstration; whoever keeps own settings in the folder keeps everything else in it too."""
    path = workspace.settings_path
    if path.exists() and read_settings(path, catalog).street.units != street.units:
        raise WorkspaceError(
            f"“{path}”不是演示用的设置，演示没有写入任何内容。请换一个空文件夹，例如 aggregator demo 演示。"
        )
    if not path.exists() and workspace.history_path.exists():
        raise WorkspaceError(f"“{workspace.root}”里已有历史记录，演示没有写入任何内容。请换一个空文件夹。")
    if not path.exists():
        write_whole(path, write_settings(street, catalog))
    workspace.history_path.unlink(missing_ok=True)
    shutil.rmtree(workspace.inbox(LAST_MONTH), ignore_errors=True)


def _record_earlier(history: History, told: Months, catalog: Catalog, street: Street, progress: Progress) -> None:
    done: dict[Period, tuple[Submission, ...]] = {}
    for number, (month, submissions) in enumerate(told.items()):
        if month == LAST_MONTH:
            break
        done[month] = tuple(
            derive(submission, catalog=catalog, street=street, earlier=_of_unit(done, submission.unit))
            for submission in submissions
        )
        history.record(RecordedMonth(month, done[month]))
        progress("记录历史月份", number + 1, len(told) - 1)


def _of_unit(months: Months, unit: str) -> dict[Period, Submission]:
    return {month: sent for month, submissions in months.items() for sent in submissions if sent.unit == unit}


def _collected(history: History, told: Months, catalog: Catalog, street: Street) -> tuple[InboxFile, ...]:
    write = partial(_form_of, history, catalog, street)
    return inbox_files(told[LAST_MONTH], told[LAST_MONTH.previous()], catalog=catalog, write=write)


def _form_of(history: History, catalog: Catalog, street: Street, submission: Submission) -> bytes:
    """The form that a unit filled in: prefilled as it went out, then typed over."""
    unit, period = street.unit(submission.unit), submission.period
    latest = history.latest(before=period).get(unit.code)
    months = history.months([month for month in period.year_to_date().months() if month != period])
    return write_form(
        catalog=catalog,
        street=street,
        unit=unit,
        period=period,
        prefill=Prefill(latest.values, latest.ledgers, latest.period) if latest else None,
        year_to_date=year_to_date_of(catalog, unit, months),
        deadline=street.deadline(period),
        filled=submission,
    )


def _put_into_inbox(workspace: Workspace, history: History, files: tuple[InboxFile, ...]) -> None:
    for file in files:
        path = workspace.inbox(LAST_MONTH) / file.name
        write_whole(path, file.content)
        sent_s = file.sent_at.timestamp()
        os.utime(path, (sent_s, sent_s))
    history.see_files({file.sha256: file.sent_at.date() for file in files})
