"""Whether a return came in time: first seen by any command, by its content, up to the day of the deadline."""

from collections.abc import Callable
from datetime import date
from typing import Self

import pytest

from aggregator.model.period import Period
from aggregator.pipeline import inbox
from aggregator.pipeline.check import check
from aggregator.pipeline.inbox import status
from aggregator.pipeline.run import run
from aggregator.workspace import Workspace

#: The settings of the demonstration ask for the forms by the 5th of the next month.
LAST_DAY = date(2026, 11, 5)


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Sets the clerk's calendar."""

    def on_day(day: date) -> None:
        class Calendar(date):
            @classmethod
            def today(cls) -> Self:
                return cls(day.year, day.month, day.day)

        monkeypatch.setattr(inbox, "date", Calendar)

    return on_day


def test_the_day_on_which_any_command_first_saw_the_content_counts(
    workspace: Workspace, month: Period, on_day: Callable[[date], None]
) -> None:
    inbox, drawer = workspace.inbox(month), workspace.root / "抽屉"
    drawer.mkdir()
    files = {file.unit: file.file.name for file in status(workspace, month).files if file.unit}
    workspace.history_path.unlink()
    for unit in ("C01", "C02", "C05"):
        (inbox / files[unit]).rename(drawer / f"{unit}.xlsx")
    on_day(date(2026, 11, 2))
    status(workspace, month)
    on_day(LAST_DAY)
    (drawer / "C01.xlsx").rename(inbox / "在最后一天.xlsx")
    check(workspace, month)
    on_day(date(2026, 11, 6))
    (drawer / "C02.xlsx").rename(inbox / "晚一天.xlsx")
    # Another name is the same content: it stays in time.
    (inbox / files["C06"]).rename(inbox / "改了名.xlsx")
    reports = {report.unit.code: report for report in run(workspace, month).consolidation.units}
    on_time = {unit: reports[unit].on_time for unit in ("C01", "C02", "C05", "C06", "S00")}
    assert on_time == {"C01": True, "C02": False, "C05": None, "C06": True, "S00": True}
