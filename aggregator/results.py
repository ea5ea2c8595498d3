"""What a command answers: values that know their lines for a terminal, their sentence, and their JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from aggregator.model.consolidation import Consolidation, FileVerdict, Standing, UnitReport
from aggregator.model.evaluate import plain_text
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Scalar

Json = dict[str, object]
Line = tuple[str, ...]
_DECIMALS = 4


def finding_json(finding: Finding) -> Json:
    """A finding for other programs."""
    return {
        "kind": finding.kind.code,
        "severity": finding.severity.value,
        "unit": finding.unit,
        "period": str(finding.period or ""),
        "elements": list(finding.elements),
        "file": finding.place.file,
        "sheet": finding.place.sheet,
        "cell": finding.place.cell,
        "value": finding.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "group": finding.group,
    }


def counted(findings: Sequence[Finding]) -> str:
    """How many findings of each severity, as a clerk says it."""
    numbers = Counter(finding.severity for finding in findings)
    said = [f"{severity.label}{numbers[severity]}条" for severity in Severity if numbers[severity]]
    return "、".join(said) or "没有发现问题"


def figure_text(value: Scalar) -> str:
    """A value for a screen: a ratio, which has no end, with four decimals."""
    if isinstance(value, Decimal) and value != round(value, _DECIMALS):
        return plain_text(value.quantize(Decimal(1).scaleb(-_DECIMALS), ROUND_HALF_UP))
    return plain_text(value)


def names(units: Sequence[OrgUnit]) -> str:
    """Units by their short names."""
    return "、".join(unit.short_name for unit in units) or "无"


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

    @property
    def is_clean(self) -> bool:
        """Whether nothing is held or missing."""
        return not self.held and not self.missing

    def summary(self) -> str:
        """One sentence."""
        held = [unit for unit in self.street.units if unit.code in self.held]
        undecided = f"；有{self.unverifiable}条规则因缺数未能核对" if self.unverifiable else ""
        slips = f"\n已写出{len(self.slips)}份退回单，请发回社区修改：" if self.slips else ""
        return (
            f"{self.period.label}：{counted(self.findings)}。"
            f"退回：{names(held)}；未报：{names(self.missing)}{undecided}。{slips}"
        )

    def as_json(self) -> Json:
        """For other programs."""
        return {
            "period": str(self.period),
            "held": sorted(self.held),
            "missing": [unit.code for unit in self.missing],
            "unverifiable": self.unverifiable,
            "slips": [str(path) for path in self.slips],
            "findings": [finding_json(finding) for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made: the street's month, its findings, the files written, how long each stage took.

    `problems` say what is marked in a report that became a draft, and where.
    """

    consolidation: Consolidation
    findings: tuple[Finding, ...]
    files: tuple[FileVerdict, ...]
    outputs: tuple[Path, ...]
    revision: int
    timings_s: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether every unit is in the totals."""
        return all(report.standing is Standing.VALID for report in self.consolidation.units)

    def summary(self) -> str:
        """What the clerk should know first."""
        revision = f"（第{self.revision}次汇总）" if self.revision > 1 else ""
        reported = reported_sentence(self.consolidation.period, self.consolidation.units)
        return f"{reported}\n查错：{counted(self.findings)}。\n已写出{revision}："

    def places(self) -> list[str]:
        """What to open: each file of the output folder, and each folder below it with how many files it holds."""
        top = min(path.parent for path in self.outputs)
        below = Counter(path.parent for path in self.outputs if path.parent != top)
        files = [str(path) for path in self.outputs if path.parent == top]
        return [*files, *(f"{folder}（{number}份）" for folder, number in below.items())]

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
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a number comes from."""

    name: str
    code: str
    period: Period
    whose: str
    text: str
    expression: str
    coverage: str
    note: str
    sources: tuple[tuple[str, DataValue], ...]
    rows: tuple[Line, ...] = ()

    def headline(self) -> str:
        """The number and how it was made."""
        parts = [f"{self.whose}{self.period.label}“{self.name}”（{self.code}）：{self.text}"]
        parts += [f"算法：{self.expression}"] if self.expression else []
        parts += [f"覆盖：{self.coverage}"] if self.coverage else []
        return "\n".join([*parts, *([f"说明：{self.note}"] if self.note else [])])

    def lines(self) -> list[Line]:
        """A line a source cell; below it, for counts over a ledger, a line a row."""
        cells = [
            (
                name,
                figure_text(source.scalar),
                source.state.label,
                source.place.file,
                source.place.sheet,
                source.place.cell,
                source.repair,
            )
            for name, source in self.sources
        ]
        return [*cells, *self.rows]

    def as_json(self) -> Json:
        """For other programs."""
        return {
            "code": self.code,
            "name": self.name,
            "period": str(self.period),
            "whose": self.whose,
            "value": self.text,
            "expression": self.expression,
            "coverage": self.coverage,
            "note": self.note,
            "sources": [
                dict(zip(("unit", "value", "state", "file", "sheet", "cell", "note"), line, strict=True))
                for line in self.lines()
            ],
        }


@dataclass(frozen=True, slots=True)
class ReportResult:
    """A report that was written: where, over which months of those asked, and what has to be looked at in it."""

    path: Path
    period: Period
    asked: Period
    problems: tuple[str, ...]
    findings: tuple[Finding, ...]
    of_units: Path | None = None
    units: int = 0

    def lines(self) -> list[str]:
        """What the terminal shows."""
        of_units = [f"各社区的{self.units}份在 {self.of_units}"] if self.of_units else []
        marked = (f"  待核：{problem}" for problem in self.problems)
        told = (f"  {finding.kind.severity.label}：{finding.message}{finding.remedy}" for finding in self.findings)
        return [f"已写出 {self.path}", *of_units, *self._later(), *marked, *told]

    def _later(self) -> list[str]:
        """Which of the months asked are not in it, as they have not been recorded yet."""
        if self.period == self.asked:
            return []
        later = Period(self.period.last.plus(1), self.asked.last)
        return [f"{later.label}还没有汇总记录，报告写到{self.period.end.year}年{self.period.end.month}月为止。"]

    def as_json(self) -> Json:
        """For other programs."""
        return {
            "report": str(self.path),
            "period": str(self.period),
            "asked": str(self.asked),
            "is_draft": bool(self.problems),
            "problems": list(self.problems),
            "findings": [finding_json(finding) for finding in self.findings],
            "of_units": str(self.of_units or ""),
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """What an edited report says against the recorded month."""

    name: str
    period: Period | None
    figures: int
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def summary(self) -> str:
        """One sentence."""
        label = self.period.label if self.period else ""
        return f"“{self.name}”（{label}）核对了{self.figures}个数字：{counted(self.findings)}。"

    def as_json(self) -> Json:
        """For other programs."""
        return {
            "report": self.name,
            "period": str(self.period or ""),
            "figures": self.figures,
            "findings": [finding_json(finding) for finding in self.findings],
        }
