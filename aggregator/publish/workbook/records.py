"""The lists about the month itself: 报送情况, 收到文件 and 问题清单."""

from __future__ import annotations

from decimal import Decimal

from aggregator.model.consolidation import FileVerdict, UnitReport
from aggregator.model.finding import Finding
from aggregator.publish.number import round_half_up
from aggregator.publish.workbook.book import Cell
from aggregator.publish.workbook.listing import Kind, ListColumn, Listing
from aggregator.publish.workbook.material import Material


def reporting_listing(material: Material) -> Listing:
    """How each unit reported."""
    return Listing(
        title=f"报送情况（{material.consolidation.period.label}）",
        note="填报率：应填单元格中有数、填0或注明不适用的比例；实填率：除去未经核对的预填数和未选填报情况的台账。",
        columns=(
            ListColumn("单位", 24),
            ListColumn("状态", 9, Kind.STATE),
            ListColumn("时限", 9, Kind.STATE),
            ListColumn("填报率（%）", 11, Kind.PERCENT),
            ListColumn("实填率（%）", 11, Kind.PERCENT),
            ListColumn("强制", 8, Kind.COUNT),
            ListColumn("核实", 8, Kind.COUNT),
            ListColumn("提示", 8, Kind.COUNT),
            ListColumn("文件", 46, Kind.LONG_TEXT),
            ListColumn("说明", 36, Kind.LONG_TEXT),
        ),
        rows=[_report_cells(material, report) for report in material.units],
    )


def _report_cells(material: Material, report: UnitReport) -> list[Cell]:
    reason = material.consolidation.accepted.get(report.unit.code, "")
    return [
        report.unit.name,
        report.standing.label,
        {True: "按时", False: "逾期", None: "—"}[report.on_time],
        _rate(report.filled_pct),
        _rate(report.really_filled_pct),
        Decimal(report.fatal),
        Decimal(report.queries),
        Decimal(report.notes),
        report.file,
        f"有强制问题，经采信计入：{reason}" if reason else "",
    ]


def _rate(rate_pct: Decimal | None) -> Cell:
    return None if rate_pct is None else round_half_up(rate_pct, 1)


def files_listing(material: Material) -> Listing:
    """Every file of the inbox and what became of it."""
    return Listing(
        title=f"收到文件（{material.consolidation.period.label}，共{len(material.files)}个）",
        note="同一单位交来几份的，采用后交的一份；未采用的文件注明原因。识别依据的可信度：印记高，封面中，文件名低（请核对是不是这个单位的）。",
        columns=(
            ListColumn("文件", 50, Kind.LONG_TEXT),
            ListColumn("单位", 14),
            ListColumn("统计月份", 14, Kind.CENTRE),
            ListColumn("识别依据", 14, Kind.CENTRE),
            ListColumn("处理结果", 16, Kind.STATE),
            ListColumn("说明", 50, Kind.LONG_TEXT),
            ListColumn("大小（字节）", 13, Kind.COUNT),
        ),
        rows=[_file_cells(material, verdict) for verdict in material.files],
    )


def _file_cells(material: Material, verdict: FileVerdict) -> list[Cell]:
    return [
        verdict.file.name,
        material.coverage.name(verdict.unit) if verdict.unit else "",
        verdict.period.label if verdict.period else "",
        verdict.identified_by,
        verdict.verdict.label,
        verdict.reason,
        Decimal(verdict.file.size),
    ]


def findings_listing(material: Material) -> Listing:
    """The findings in the order given; those of one cause share a number."""
    groups: dict[str, int] = {}
    for finding in material.findings:
        groups.setdefault(finding.group, len(groups) + 1)
    return Listing(
        title=f"问题清单（{material.consolidation.period.label}，共{len(material.findings)}条）",
        note="按对街道总数的影响排列；“组号”相同的属于同一类或同一个原因。强制：退回重报；核实：请改正或说明；提示：供了解。",
        columns=(
            ListColumn("组号", 7, Kind.CENTRE),
            ListColumn("程度", 8, Kind.STATE),
            ListColumn("单位", 14),
            ListColumn("问题类型", 20, Kind.LONG_TEXT),
            ListColumn("工作表", 16, Kind.LONG_TEXT),
            ListColumn("单元格", 9, Kind.CENTRE),
            ListColumn("填报内容", 16, Kind.LONG_TEXT),
            ListColumn("问题", 52, Kind.LONG_TEXT),
            ListColumn("处理办法", 40, Kind.LONG_TEXT),
            ListColumn("文件", 34, Kind.LONG_TEXT),
        ),
        rows=[_finding_cells(material, finding, groups) for finding in material.findings],
    )


def _finding_cells(material: Material, finding: Finding, groups: dict[str, int]) -> list[Cell]:
    return [
        Decimal(groups[finding.group]),
        finding.severity.label,
        material.coverage.name(finding.unit) if finding.unit else "",
        finding.kind.title,
        finding.place.sheet,
        finding.place.cell,
        finding.value,
        finding.message,
        finding.remedy,
        finding.place.file,
    ]
