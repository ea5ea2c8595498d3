"""A month of four units of the demonstration, of which one sent a damaged form: what is read, found and added up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from aggregator.catalog import load_catalog
from aggregator.check.run import run_checks
from aggregator.demo.street import demo_street
from aggregator.history.store import History
from aggregator.intake.returns import Intake, read_returns
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, Consolidation
from aggregator.model.finding import Finding
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.value import Submission
from aggregator.rollup.consolidate import months_read, roll_up
from aggregator.rollup.indicators import derive
from aggregator.rollup.late_events import Recorded, count_late
from aggregator.rollup.reporting_rate import unit_reports
from aggregator.workspace import Workspace

MONTH = Period.month(2026, 10)
#: Whose form is damaged, and what the file is called.
UNIT, FILE = "C01", "梧桐社区_2026年10月.xlsx"
#: Two neighbours and the office: enough to add up, and for a block of one to be pasted into another.
OTHERS = {"C04": "听松10月(1).xlsx", "C08": "C08荷塘社区月报.xlsx", "S00": "街道本级2026年10月.xlsx"}
NEIGHBOUR = "C08"


@dataclass(frozen=True)
class Desk:
    """All that does not change from damage to damage; `form` and `neighbour` are as they were sent."""

    catalog: Catalog
    street: Street
    earlier: dict[Period, tuple[Submission, ...]]
    recorded: Recorded
    others: tuple[Submission, ...]
    form: bytes
    neighbour: bytes
    folder: Path

    def read(self, content: bytes, name: str = FILE) -> Intake:
        """What intake makes of a form."""
        for path in self.folder.iterdir():
            path.unlink()
        (self.folder / name).write_bytes(content)
        return read_returns(self.folder, catalog=self.catalog, street=self.street, period=MONTH)

    def batch(self, intake: Intake) -> Batch:
        """The month of the damaged form and its neighbours."""
        sent = sorted((*intake.submissions, *self.others), key=lambda one: one.unit)
        derived = tuple(
            derive(
                count_late(one, catalog=self.catalog, street=self.street, recorded=self.recorded),
                catalog=self.catalog,
                street=self.street,
                earlier=self._earlier_of(one.unit),
            )
            for one in sent
        )
        return Batch(self.catalog, self.street, MONTH, derived, self.earlier)

    def found(self, intake: Intake) -> list[Finding]:
        """Everything that intake and the checks tell."""
        checked = run_checks(self.batch(intake), intake.findings)
        return [*checked.on_reading, *checked.findings]

    def outcome(self, content: bytes) -> tuple[Consolidation, list[Finding]]:
        """The street's month with a form, and everything that was found."""
        intake = self.read(content)
        batch = self.batch(intake)
        checked = run_checks(batch)
        findings = [*intake.findings, *checked.findings]
        batch = replace(batch, held=checked.held)
        reports = unit_reports(batch, findings=findings, files=intake.files, on_time={})
        return roll_up(batch, reports=reports), findings

    def _earlier_of(self, unit: str) -> dict[Period, Submission]:
        return {month: one for month, sent in self.earlier.items() for one in sent if one.unit == unit}


def open_desk(demonstration: Path, folder: Path, history: History) -> Desk:
    """The desk of a finished demonstration; `folder` is where its files are put, `history` is read on the way."""
    workspace, catalog = Workspace(demonstration), load_catalog()
    inbox = workspace.inbox(MONTH)
    street = demo_street(catalog)
    street = replace(street, units=tuple(unit for unit in street.units if unit.code in {UNIT, *OTHERS}))
    months = history.months(months_read(MONTH))
    names = {code: next(inbox.rglob(name)) for code, name in OTHERS.items()}
    kept, damaged = folder / "others", folder / "damaged"
    kept.mkdir()
    damaged.mkdir()
    for code, path in names.items():
        (kept / f"{code}.xlsx").write_bytes(path.read_bytes())
    others = read_returns(kept, catalog=catalog, street=street, period=MONTH).submissions
    assert len(others) == len(OTHERS)
    form = (inbox / FILE).read_bytes()
    return Desk(catalog, street, months, history.ledgers(), others, form, names[NEIGHBOUR].read_bytes(), damaged)
