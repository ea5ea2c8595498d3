"""The first sheet, 总览: one A4 page that tells leadership who reported, the headline figures and what to know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aggregator.model.consolidation import Aggregate, Standing, UnitReport
from aggregator.model.finding import Finding, Severity, group_findings
from aggregator.model.org_unit import UnitKind
from aggregator.model.reporting import Rates
from aggregator.publish.lineage import Trace, TracedTotal, exact_text
from aggregator.publish.number import chinese_date, percent
from aggregator.publish.workbook.book import Book, Sheet
from aggregator.publish.workbook.comparison import Basis
from aggregator.publish.workbook.coverage import COVERAGE_NOTE
from aggregator.publish.workbook.figures import Figure
from aggregator.publish.workbook.headlines import Headline, headlines
from aggregator.publish.workbook.material import Material
from aggregator.publish.workbook.totals import TotalLine
from aggregator.publish.workbook.widths import line_count

SHEET = "总览"
_WIDTHS = (25, 9, 12, 12, 17, 12, 17, 12, 13)
_LAST = len(_WIDTHS) - 1
_TEXT_ROOM = sum(_WIDTHS[1:])
_RATE_TITLES = ("单位类别", "应报", "到位", "有效", "退回", "空表", "未报", "到位率", "及时率")
_FIGURE_TITLES = ("指标", "单位", "本月", "上月", "环比", "上年同期", "同比", "本年累计", "覆盖")
_FIGURE_COLUMNS = {"now": 2, "previous": 3, "last_year": 5, "to_date": 7}
_MOST_AMENDED = 6
_MOST_FINDINGS = 7
_LARGER_TYPE, _INDENT = 1.1, 2.0
_ROW_POINTS, _LINE_POINTS = 25.0, 17.0
_LONGEST_POINT = 110
_AFTERTHOUGHT = re.compile(r"（(?:[^（）]|（[^（）]*）)*）。$")
#: Signs for what a comparison rests on; the note at the foot of the page explains them.
_MARKS = {Basis.AS_PRINTED: "", Basis.UNITS_IN_BOTH: "①", Basis.OTHER_UNITS: "②"}
_NOTE = (
    f"注：未填不等于0，退回、未报、空表单位的数不计入；{COVERAGE_NOTE}；黄底的数有缺报的单位或月份；"
    "①只比较两期都有数的单位；②两期有数的单位不同，仅供参考；“—”为没有可比的数或不作累计。"
)


def draw_overview(book: Book, name: str, material: Material, lines: Sequence[TotalLine]) -> list[Trace]:
    """Add the sheet and return where its figures come from."""
    sheet = book.add_sheet(name)
    sheet.set_widths(_WIDTHS)
    row = _draw_masthead(sheet, material)
    row = _draw_reporting(sheet, row, material)
    row, lineage = _draw_figures(sheet, row, headlines(lines), output=material.output)
    row = _draw_points(sheet, row, "三、需要了解的情况", list(_points(material, lines)))
    sheet.put_across(row, (0, _LAST), _NOTE, book.style("note"))
    sheet.set_height(row, line_count(_NOTE, _TEXT_ROOM + _WIDTHS[0]))
    sheet.set_page(landscape=False, footer=material.footer, pages=(1, 1))
    sheet.set_print_area(row, _LAST)
    sheet.tint("#8C1D18")
    sheet.open_here()
    return lineage


def _draw_masthead(sheet: Sheet, material: Material) -> int:
    style, period = sheet.book.style, material.consolidation.period
    sheet.put_across(0, (0, _LAST), f"{material.street}基层党建月报汇总", style("masthead"))
    sheet.set_points(0, 40)
    line = f"统计月份：{period.label}　　编制日期：{chinese_date(material.report_date)}"
    sheet.put_across(1, (0, _LAST), line, style("subtitle"))
    sheet.set_points(1, 24)
    return 2


def _heading(sheet: Sheet, row: int, text: str) -> int:
    sheet.put(row, 0, text, sheet.book.style("heading"))
    sheet.set_points(row, 28)
    return row + 1


def _set_row(sheet: Sheet, row: int, text: str = "", *, room: float = 1.0) -> None:
    """Make a row of the page high enough for a text; the type is larger than in the lists."""
    lines = line_count(text, (room - _INDENT) / _LARGER_TYPE) if text else 1
    sheet.set_points(row, _ROW_POINTS + (lines - 1) * _LINE_POINTS)


def _draw_reporting(sheet: Sheet, row: int, material: Material) -> int:
    row = _heading(sheet, row, "一、报送情况")
    style = sheet.book.style
    sheet.put_row(row, 0, _RATE_TITLES, style("header", "page", "boxed"))
    _set_row(sheet, row)
    for name, reports in _sides(material):
        row += 1
        sheet.put(row, 0, name, style("label", "indented", "page", "boxed"))
        sheet.put_row(row, 1, _counts(reports), style("centre", "page", "boxed"))
        _set_row(sheet, row)
    return _draw_points(sheet, row + 1, "", list(_names(material)))


def _sides(material: Material) -> Iterator[tuple[str, list[UnitReport]]]:
    """Communities and office apart, then both together."""
    communities = [report for report in material.units if report.unit.kind is UnitKind.COMMUNITY]
    office = [report for report in material.units if report.unit.kind is UnitKind.OFFICE]
    yield "社区", communities
    if office:
        yield "街道本级", office
        yield "合计", [*communities, *office]


def _counts(reports: Sequence[UnitReport]) -> list[Decimal | str]:
    rates = Rates.of(reports)
    counts = (rates.expected, rates.received, rates.valid, rates.held, rates.empty, rates.missing)
    return [*(Decimal(count) for count in counts), _percent(rates.received_pct), _percent(rates.on_time_pct)]


def _percent(rate_pct: Decimal | None) -> str:
    return "—" if rate_pct is None else percent(rate_pct)


@dataclass(frozen=True, slots=True)
class _Point:
    """One labelled sentence of the page; `part` colours the label."""

    label: str
    text: str
    part: str = "label"


def _names(material: Material) -> Iterator[_Point]:
    """Who is not in, by name."""
    for standing, part in ((Standing.HELD, "held"), (Standing.EMPTY, "missing"), (Standing.MISSING, "absent")):
        units = [report.unit.code for report in material.units if report.standing is standing]
        if units:
            yield _Point(f"{standing.label}单位", _joined(material, units), part)
    late = [report.unit.code for report in material.units if report.on_time is False]
    if late:
        yield _Point("逾期单位", _joined(material, late))


def _joined(material: Material, units: Sequence[str]) -> str:
    return "、".join(material.coverage.name(unit) for unit in units)


def _draw_figures(sheet: Sheet, row: int, lines: Sequence[Headline], *, output: str) -> tuple[int, list[Trace]]:
    row = _heading(sheet, row, "二、主要数据")
    sheet.put_row(row, 0, _FIGURE_TITLES, sheet.book.style("header", "page", "boxed"))
    _set_row(sheet, row)
    lineage: list[Trace] = []
    for line in lines:
        row += 1
        lineage.extend(_draw_headline(sheet, row, line, output=output))
    return row + 1, lineage


def _draw_headline(sheet: Sheet, row: int, headline: Headline, *, output: str) -> Iterator[Trace]:
    line, style = headline.line, sheet.book.style
    sheet.put(row, 0, line.element.name, style("label", "indented", "page", "boxed"))
    sheet.put(row, 1, headline.display.unit, style("centre", "page", "boxed"))
    _set_row(sheet, row, line.element.name, room=_WIDTHS[0])
    for column, change in ((4, line.month_change), (6, line.year_change)):
        part = "not_applicable" if change.phrase == "—" else "centre"
        sheet.put(row, column, f"{change.phrase}{_MARKS[change.basis]}", style(part, "shrink", "page", "boxed"))
    sheet.put(row, _LAST, line.coverage, style("missing" if line.missing else "centre", "page", "boxed"))
    for name, (figure, aggregate) in headline.aggregates.items():
        text = _draw_figure(sheet, (row, _FIGURE_COLUMNS[name]), headline, figure)
        if figure.is_number:
            yield _trace(sheet.place(row, _FIGURE_COLUMNS[name]), text, headline, aggregate, output)


def _draw_figure(sheet: Sheet, at: tuple[int, int], headline: Headline, figure: Figure) -> str:
    """Write one figure in the unit of its line and return what is printed."""
    extra = ("strong",) if at[1] == _FIGURE_COLUMNS["now"] else ()
    if not isinstance(figure.cell, Decimal):
        sheet.put(*at, figure.text, sheet.book.style(figure.part, "page", "boxed", *extra))
        return figure.text
    printed = headline.printed(figure.cell)
    part = "partial" if figure.part == "partial" else "number"
    shape = sheet.book.style(part, "page", "boxed", *extra, num_format=printed.number_format)
    sheet.put(*at, printed.number, shape)
    return printed.text


def _trace(place: str, text: str, headline: Headline, aggregate: Aggregate, output: str) -> TracedTotal:
    element = headline.line.element
    return TracedTotal(
        aggregate,
        output=output,
        place=place,
        text=text,
        value=exact_text(aggregate.value),
        expression=element.source_text or element.code,
    )


def _points(material: Material, lines: Sequence[TotalLine]) -> Iterator[_Point]:
    """What a leader should know before trusting the figures, the gravest first."""
    for report in material.units:
        if report.standing is Standing.HELD:
            yield _Point(f"退回原因　{report.unit.short_name}", _reason(material, report), "held")
    for unit, reason in material.consolidation.accepted.items():
        yield _Point(
            "采信退回表", f"{material.coverage.name(unit)}有强制问题，经办人采信并计入。理由：{reason}", "queried"
        )
    if material.consolidation.amendments:
        yield _Point("经办人更正", _amended(material))
    yield _Point("总数完整情况", _completeness(lines))
    yield _Point("审核问题", _tally(material.findings, material.unverifiable))
    yield from _gravest(material)


def _amended(material: Material) -> str:
    """Which numbers count otherwise than they were sent; why stands with each in the list of findings."""
    amendments = material.consolidation.amendments
    named = [
        f"{material.coverage.name(one.unit)}{material.consolidation.catalog.elements[one.element].name}"
        for one in amendments[:_MOST_AMENDED]
    ]
    more = "等" if len(amendments) > _MOST_AMENDED else ""
    return f"{'、'.join(named)}{more}共{len(amendments)}项按更正后的数计入，原报的数和理由见“问题清单”“逐项说明”。"


def _reason(material: Material, report: UnitReport) -> str:
    """Why a return is held: its first 强制 findings."""
    fatal = [f for f in material.findings if f.unit == report.unit.code and f.severity is Severity.FATAL]
    if not fatal:
        return "有强制问题，见“问题清单”。"
    more = f"（共{len(fatal)}条，见“问题清单”）" if len(fatal) > 1 else ""
    return _cut(fatal[0].message) + more


def _completeness(lines: Sequence[TotalLine]) -> str:
    asked = [line for line in lines if line.total.this_month.expected]
    partial = [line for line in asked if line.missing and line.total.this_month.state.counts]
    without = [line for line in asked if line.missing and not line.total.this_month.state.counts]
    if not partial and not without:
        return f"街道总数共{len(asked)}项，应报单位均已计入。"
    empty = f"，{len(without)}项没有数" if without else ""
    return f"街道总数共{len(asked)}项，其中{len(partial)}项未含全部应报单位{empty}；未计入的单位见“街道总数”。"


def _tally(findings: Sequence[Finding], unverifiable: int) -> str:
    """How many findings of each severity there are, and how often a rule could not be verified for want of a number."""
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    undecided = f"；另有{unverifiable}处审核关系因缺数未能核对" if unverifiable else ""
    return "，".join(f"{severity.label}{count}条" for severity, count in counts.items()) + undecided + "。"


def _gravest(material: Material) -> Iterator[_Point]:
    """The first findings of the list, one a cause, without those that have already been told as a reason."""
    seen: set[str] = set()
    held = {report.unit.code for report in material.units if report.standing is Standing.HELD}
    for group in group_findings(material.findings):
        left = [one for one in group.members if one.severity is not Severity.FATAL or one.unit not in held]
        severity = min((one.severity for one in left), key=lambda one: one.rank, default=Severity.NOTE)
        finding = group.first
        if severity is Severity.NOTE or finding.group in seen:
            continue
        seen.add(finding.group)
        where = "" if _tells_place(finding) else f"{finding.place.sheet}{finding.place.cell}"
        who = material.coverage.name(finding.unit)
        yield _Point(
            f"{severity.label}　{who or '全街道'}",
            f"{where}：{_cut(finding.message)}" if where else _cut(finding.message),
            "held" if severity is Severity.FATAL else "queried",
        )
        if len(seen) == _MOST_FINDINGS:
            return


def _tells_place(finding: Finding) -> bool:
    sheet = finding.place.sheet
    return f"《{sheet}》" in finding.message or finding.message.startswith(sheet)


def _cut(text: str) -> str:
    """A text that fits its row: first without the numbers in brackets at its end, which the list of findings has."""
    short = text if len(text) <= _LONGEST_POINT else _AFTERTHOUGHT.sub("。", text)
    return short if len(short) <= _LONGEST_POINT else short[: _LONGEST_POINT - 1] + "…"


def _draw_points(sheet: Sheet, row: int, heading: str, points: Sequence[_Point]) -> int:
    """Draw labelled sentences under a heading (none where it is empty) and return the next free row."""
    row = _heading(sheet, row, heading) if heading else row
    style = sheet.book.style
    for point in points:
        sheet.put(row, 0, point.label, style("label", point.part, "indented", "page", "boxed"))
        sheet.put_across(row, (1, _LAST), point.text, style("wrap", "indented", "page", "boxed"))
        _set_row(sheet, row, point.text, room=_TEXT_ROOM)
        row += 1
    return row
