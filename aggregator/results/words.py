"""Findings, numbers and names as a terminal and other programs get them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from aggregator.model.evaluate import plain_text
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import OrgUnit
from aggregator.model.value import Scalar

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


def set_aside_lines(paths: Sequence[Path]) -> list[str]:
    """What is told of reports that somebody has changed since they were written."""
    return [f"上次写出的汇报有人改过，已改名保留，没有覆盖：{path}" for path in paths]


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
