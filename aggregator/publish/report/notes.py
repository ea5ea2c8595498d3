"""What stands in small print under a report: which span and whose returns its figures speak of, what nobody gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aggregator.model.consolidation import Consolidation, Standing
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Period
from aggregator.publish.number import join_names
from aggregator.publish.report.spans import months_words, span_label

_ABSENT_SHOWN = 12
_ABSENCE = ((Standing.MISSING, "未报"), (Standing.EMPTY, "交空表"), (Standing.HELD, "退回修改"))
_ABSENCE_FROM_SPAN = ((Standing.MISSING, "有月份未报"), (Standing.HELD, "末月报表退回修改"))


def unit_notes(consolidation: Consolidation, unit: str) -> Iterator[str]:
    """Whose figures they are, and of which span."""
    yield f"数据说明：数据取自{consolidation.street.unit(unit).name}{consolidation.period.label}报表。"


def scope_notes(consolidation: Consolidation, findings: Sequence[Finding]) -> Iterator[str]:
    """Which span and which units the figures speak of."""
    period = consolidation.period
    communities = [report for report in consolidation.units if report.unit.kind is UnitKind.COMMUNITY]
    valid = sum(report.standing is Standing.VALID for report in communities)
    yield (
        f"数据说明：存量数截至{period.last.year}年{period.last.number}月底，发生数为{span_label(period)}累计数。"
        f"{_whole_street(len(communities), valid)}的{_returns(period)}已纳入汇总{_office(consolidation)}"
        f"{_not_in(consolidation)}。"
    )
    if consolidation.unrecorded:
        months = months_words(consolidation.unrecorded)
        yield f"{months}没有汇总记录：有基数的指标已含基数，其余发生数只计有记录的月份，并在数字后注明。"
    for unit, reason in consolidation.accepted.items():
        name = consolidation.street.unit(unit).name
        yield f"{name}的报表有强制问题未改正，经决定纳入汇总，理由：{reason.rstrip('。')}。"
    counted = {report.unit.code for report in consolidation.units if report.standing is Standing.VALID}
    queries = sum(finding.severity is Severity.QUERY and finding.unit in counted for finding in findings)
    if queries:
        yield f"已汇总的报表中另有{queries}条数据待核实，核实前按报送数汇总，详见街道汇总表。"


def absent_note(absent: Mapping[str, str]) -> Iterator[str]:
    """What is collected and nobody gave."""
    if absent:
        yield f"以下内容没有数据，正文未写：{join_names(tuple(absent.values()), _ABSENT_SHOWN, measure='项')}。"


def _whole_street(communities: int, valid: int) -> str:
    """How many communities are in it, of how many where that is not all of them."""
    return f"{valid}个社区" if valid == communities else f"{communities}个社区中{valid}个社区"


def _returns(period: Period) -> str:
    """What is said of those whose returns are in it: in a longer period of every recorded month."""
    return "报表" if period.is_month else "各月报表均"


def _office(consolidation: Consolidation) -> str:
    standings = [report.standing for report in consolidation.units if report.unit.kind is UnitKind.OFFICE]
    return "，街道本级已报" if standings and standings[0] is Standing.VALID else ""


def _not_in(consolidation: Consolidation) -> str:
    """Who is not in the totals, by standing."""
    parts = []
    for standing, said in _ABSENCE if consolidation.period.is_month else _ABSENCE_FROM_SPAN:
        names = [report.unit.name for report in consolidation.units if report.standing is standing]
        parts += [f"{said}：{'、'.join(names)}"] if names else []
    return "；" + "；".join(parts) if parts else ""
