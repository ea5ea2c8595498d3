"""The Word report of a month: style, body, annex and signature put together as one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Consolidation, Standing
from aggregator.model.finding import Finding
from aggregator.model.org_unit import UnitKind
from aggregator.model.report_text import ReportText, report_mark
from aggregator.model.value import Place
from aggregator.publish.lineage import Trace
from aggregator.publish.number import chinese_date
from aggregator.publish.report import finding_kinds as kinds
from aggregator.publish.report.annex import ANNEX_NAME, annex_lineage, annex_note, annex_table
from aggregator.publish.report.annex_charts import CHARTS_NAME, annex_charts, charts_lineage
from aggregator.publish.report.blocks import Attachments, Block, Note, Signature, Title
from aggregator.publish.report.compose import Composed, compose
from aggregator.publish.report.document import document_bytes
from aggregator.publish.report.gate import marked_places
from aggregator.publish.report.headings import HEADINGS_SETTING, renamed_headings, unknown_headings
from aggregator.publish.report.layout import layout_of
from aggregator.publish.report.package import Properties
from aggregator.publish.report.paragraphs import laid_out
from aggregator.publish.report.printed import printed_report
from aggregator.publish.report.style import Style, StyleError, parse_style
from aggregator.publish.report.texts import Texts

#: How the name of a report ends in which something is marked.
DRAFT = "_草稿"
_SETTINGS = Place("街道设置.xlsx", "参数")
_WRONG_SCOPE = {
    True: "这是社区的样式，随街道的样式一起出，不能单独选用",
    False: "这是街道的样式，不能按社区出",
}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report as it is written: name, bytes, what a reader sees of them, lineage.

    A draft has something marked in place, told in `problems`; `findings` say what is not in it, and why.
    """

    name: str
    content: bytes
    text: ReportText
    lineage: tuple[Trace, ...]
    is_draft: bool
    problems: tuple[str, ...]
    findings: tuple[Finding, ...]


def write_report(
    consolidation: Consolidation,
    *,
    style: str,
    report_date: date,
    findings: Sequence[Finding] = (),
    texts: Texts | None = None,
) -> ReportFile:
    """The report of a month in the style of that code; StyleError when its text cannot be used.

    Whoever writes several of a month gives the `texts` that they quote, so that these are tidied once.
    """
    bound = _style(style, consolidation.catalog)
    return _written(bound, texts or Texts(consolidation), report_date=report_date, findings=findings)


def write_unit_report(consolidation: Consolidation, *, style: str, unit: str, report_date: date) -> ReportFile:
    """The report of one community in a style of communities; StyleError when its text cannot be used."""
    return _written(_style(style, consolidation.catalog), Texts(consolidation), report_date=report_date, unit=unit)


def write_unit_reports(
    consolidation: Consolidation, *, style: str, report_date: date, texts: Texts | None = None
) -> tuple[ReportFile, ...]:
    """What goes with the street's report in a style: one of each community whose return is in the totals."""
    unit_style = _style(style, consolidation.catalog).unit_style
    if not unit_style:
        return ()
    bound, texts = _style(unit_style, consolidation.catalog), texts or Texts(consolidation)
    valid = (report.unit for report in consolidation.units if report.standing is Standing.VALID)
    return tuple(
        _written(bound, texts, report_date=report_date, unit=unit.code)
        for unit in valid
        if unit.kind is UnitKind.COMMUNITY
    )


def units_folder(report: ReportFile, consolidation: Consolidation) -> str:
    """The folder beside the street's report that holds those of the communities."""
    return f"{report.name.partition('_')[0]}_各社区_{consolidation.period.label}"


def _written(
    bound: Style, texts: Texts, *, report_date: date, findings: Sequence[Finding] = (), unit: str = ""
) -> ReportFile:
    consolidation = texts.consolidation
    if bound.is_of_unit != bool(unit):
        raise StyleError((f"styles/{bound.code}.txt:1: {_WRONG_SCOPE[bound.is_of_unit]}",))
    whose = f"_{consolidation.street.unit(unit).name}" if unit else ""
    name = f"{bound.name}{whose}_{consolidation.period.label}"
    draft, final = f"{name}{DRAFT}.docx", f"{name}.docx"
    composed = compose(bound, texts, output=final, draft=draft, findings=findings, unit=unit)
    output = composed.output
    blocks = _blocks(composed, bound, consolidation, report_date)
    mark = report_mark(bound.code, consolidation.period, repr(blocks), unit=unit)
    layout = layout_of(consolidation.street.settings)
    laid = laid_out(blocks, layout)
    properties = Properties(composed.title.replace("\n", ""), composed.organ, report_date, mark)
    lineage = (
        *composed.lineage,
        *annex_lineage(bound.annex, consolidation, output=output),
        *charts_lineage(bound.charts, consolidation, output=output),
    )
    return ReportFile(
        name=output,
        content=document_bytes(laid, layout=layout, properties=properties),
        text=printed_report(laid, name=output, mark=mark),
        lineage=lineage,
        is_draft=bool(composed.problems),
        problems=(*composed.problems, *marked_places(composed.blocks)),
        findings=tuple(_worth_knowing(composed, bound, consolidation)),
    )


def _worth_knowing(composed: Composed, bound: Style, consolidation: Consolidation) -> Iterator[Finding]:
    """What the report lacks for want of a setting or of something to compare with."""
    period, catalog = consolidation.period, consolidation.catalog
    for setting in composed.lacking:
        yield kinds.SETTING_LACKING.at(
            _SETTINGS, period=period, report=bound.name, name=setting.name, note=setting.note
        )
    for name, why in composed.left_out.items():
        yield kinds.COMPARISON_LEFT_OUT.at(Place(composed.output), period=period, report=bound.name, name=name, why=why)
    if bound.is_of_unit or not renamed_headings(consolidation.street.settings):
        return
    styles = [_style(code, catalog) for code in catalog.styles]
    for heading, nearest in unknown_headings(styles, consolidation):
        near = f"；是不是“{nearest}”" if nearest else ""
        name = catalog.settings[HEADINGS_SETTING].name
        yield kinds.HEADING_UNKNOWN.at(_SETTINGS, period=period, value=heading, name=name, heading=heading, near=near)


def _blocks(composed: Composed, style: Style, consolidation: Consolidation, report_date: date) -> list[Block]:
    """Title, body, who signs, and each annex on a page of its own."""
    table = annex_table(style.annex, consolidation)
    note = annex_note(style.annex, consolidation)
    charts = annex_charts(style.charts, consolidation, attachment="附件2" if table else "附件")
    names = (*([ANNEX_NAME] if table else []), *([CHARTS_NAME] if charts else []))
    if table and charts:
        table = replace(table, title=table.title.replace("附件", "附件1", 1))
    return [
        Title(composed.title),
        *composed.blocks,
        *([Attachments(names)] if names else []),
        Signature(composed.organ, chinese_date(report_date)),
        *([table] if table else []),
        *([Note(note, is_in_annex=True)] if note else []),
        *charts,
    ]


# A style is read against one catalog a run; catalogs are compared by identity.
@lru_cache(maxsize=8)
def _style(code: str, catalog: Catalog) -> Style:
    return parse_style(code, catalog.styles[code], catalog)
