"""What `template`, `check` and `run` answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aggregator.model.consolidation import Consolidation, FileVerdict, Standing, UnitReport
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.results.changes import Restated
from aggregator.results.words import Json, counted, finding_json, names, set_aside_lines


@dataclass(frozen=True, slots=True)
class Templates:
    """The forms written for a month, and what was odd about the settings they were made from."""

    paths: tuple[Path, ...]
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether every line of the list of units has its form."""
        return not any(finding.severity is Severity.FATAL for finding in self.findings)

    def as_json(self) -> Json:
        """For other programs."""
        return {
            "forms": [str(path) for path in self.paths],
            "findings": [finding_json(finding) for finding in self.findings],
        }


def reported_sentence(period: Period, reports: Sequence[UnitReport]) -> str:
    """How many units are in, who is not, and who is held."""
    missing = [report.unit for report in reports if report.standing in (Standing.MISSING, Standing.EMPTY)]
    held = [report.unit for report in reports if report.standing is Standing.HELD]
    said = f"{period.label}：应报{len(reports)}个单位，已到{len(reports) - len(missing)}个，未报：{names(missing)}"
    return said + (f"；退回：{names(held)}。" if held else "。")


@dataclass(frozen=True, slots=True)
class CheckedMonth:
    """What the checks found, and the return slips that were written."""

    period: Period
    street: Street
    findings: tuple[Finding, ...]
    held: frozenset[str]
    missing: tuple[OrgUnit, ...]
    unverifiable: int
    slips: tuple[Path, ...] = ()
    restated: Restated | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing is held or missing."""
        return not self.held and not self.missing

    def summary(self) -> str:
        """One sentence."""
        held = [unit for unit in self.street.units if unit.code in self.held]
        undecided = f"；有{self.unverifiable}条规则因缺数未能核对" if self.unverifiable else ""
        slips = f"\n已写出{len(self.slips)}份退回单，请发回社区修改：" if self.slips else ""
        again = "".join(f"\n{line}" for line in self.restated.lines()) if self.restated else ""
        return (
            f"{self.period.label}：{counted(self.findings)}。"
            f"退回：{names(held)}；未报：{names(self.missing)}{undecided}。{again}{slips}"
        )

    def as_json(self) -> Json:
        """For other programs."""
        return {
            "period": str(self.period),
            "held": sorted(self.held),
            "missing": [unit.code for unit in self.missing],
            "unverifiable": self.unverifiable,
            "slips": [str(path) for path in self.slips],
            "restated": self.restated.as_json() if self.restated else None,
            "findings": [finding_json(finding) for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made: the street's month, its findings, the files written, how long each stage took.

    `problems` say what is marked in a report that became a draft, and where; `edited` are reports of an earlier run,
    changed by somebody since, under the names they were given now; `faults` say which units are not in the list that
    should be.
    """

    consolidation: Consolidation
    findings: tuple[Finding, ...]
    files: tuple[FileVerdict, ...]
    outputs: tuple[Path, ...]
    revision: int
    timings_s: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    restated: Restated | None = None
    edited: tuple[Path, ...] = ()
    faults: tuple[Finding, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether every unit is in the totals."""
        return not self.faults and all(report.standing is Standing.VALID for report in self.consolidation.units)

    def summary(self) -> str:
        """What the clerk should know first."""
        revision = f"（第{self.revision}次汇总）" if self.revision > 1 else ""
        reported = reported_sentence(self.consolidation.period, self.consolidation.units)
        again = "".join(f"{line}\n" for line in self.restated.lines()) if self.restated else ""
        return f"{reported}\n查错：{counted(self.findings)}。\n{again}已写出{revision}："

    def places(self) -> list[str]:
        """What to open: each file of the output folder, and each folder below it with how many files it holds."""
        top = min(path.parent for path in self.outputs)
        below = Counter(path.parent for path in self.outputs if path.parent != top)
        files = [str(path) for path in self.outputs if path.parent == top]
        return [*files, *(f"{folder}（{number}份）" for folder, number in below.items())]

    def kept(self) -> list[str]:
        """Which reports that somebody has changed bear another name now."""
        return set_aside_lines(self.edited)

    def as_json(self) -> Json:
        """For other programs."""
        return {
            "period": str(self.consolidation.period),
            "revision": self.revision,
            "units": {report.unit.code: report.standing.value for report in self.consolidation.units},
            "findings": {
                severity.value: sum(1 for finding in self.findings if finding.severity is severity)
                for severity in Severity
            },
            "outputs": [str(path) for path in self.outputs],
            "problems": list(self.problems),
            "set_aside": [str(path) for path in self.edited],
            "restated": self.restated.as_json() if self.restated else None,
        }
