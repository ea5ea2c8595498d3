"""What `explain`, `report` and `verify` answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aggregator.model.finding import Finding
from aggregator.model.period import Period
from aggregator.model.value import DataValue
from aggregator.results.words import Json, Line, counted, figure_text, finding_json, set_aside_lines


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a number comes from; `faults` are units that are not in the list and should be."""

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
    faults: tuple[Finding, ...] = ()

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
    """A report that was written: where, over which months of those asked, and what has to be looked at in it.

    `faults` are units that are not in the list and should be.
    """

    path: Path
    period: Period
    asked: Period
    problems: tuple[str, ...]
    findings: tuple[Finding, ...]
    of_units: Path | None = None
    units: int = 0
    edited: tuple[Path, ...] = ()
    faults: tuple[Finding, ...] = ()

    def lines(self) -> list[str]:
        """What the terminal shows."""
        of_units = [f"各社区的{self.units}份在 {self.of_units}"] if self.of_units else []
        marked = (f"  待核：{problem}" for problem in self.problems)
        told = (f"  {finding.kind.severity.label}：{finding.message}{finding.remedy}" for finding in self.findings)
        return [f"已写出 {self.path}", *of_units, *set_aside_lines(self.edited), *self._later(), *marked, *told]

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
            "findings": [finding_json(finding) for finding in (*self.faults, *self.findings)],
            "of_units": str(self.of_units or ""),
            "set_aside": [str(path) for path in self.edited],
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
