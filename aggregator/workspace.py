"""Where things lie in a clerk's folder; see `docs/architecture.md`, "A workspace"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aggregator.model.period import Period

SETTINGS_FILE = "街道设置.xlsx"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Any folder that holds the settings workbook; `definitions` replaces the catalog that ships."""

    root: Path
    definitions: Path | None = None

    @property
    def settings_path(self) -> Path:
        """The settings workbook."""
        return self.root / SETTINGS_FILE

    @property
    def history_path(self) -> Path:
        """The recorded months."""
        return self.root / "history.sqlite"

    def inbox(self, period: Period) -> Path:
        """What the units sent for a month; read, never written."""
        return self.root / "inbox" / str(period)

    def templates(self, period: Period) -> Path:
        """The forms that go out for a month."""
        return self.root / "input_templates" / str(period)

    def output(self, period: Period) -> Path:
        """What a run of a month, or a report over any period, writes."""
        return self.root / "output" / period.name

    def inboxes(self) -> Mapping[Period, Path]:
        """The inbox folders there are, by month, oldest first."""
        folder = self.root / "inbox"
        if not folder.is_dir():
            return {}
        found = ((_month(item.name), item) for item in folder.iterdir() if item.is_dir())
        return dict(sorted((period, item) for period, item in found if period is not None))


def _month(name: str) -> Period | None:
    """The month that a folder is named after, None for any other folder."""
    try:
        period = Period.parse(name)
    except ValueError:
        return None
    return period if period.is_month else None
