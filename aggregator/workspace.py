"""Where things lie in a clerk's folder; see `docs/architecture.md`, "A workspace"."""

from __future__ import annotations

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
