"""The consolidated workbook: which sheets, in which order, made from what."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from aggregator.model.consolidation import Consolidation, FileVerdict
from aggregator.model.finding import Finding
from aggregator.publish.lineage import Trace
from aggregator.publish.workbook import contents, matrix, overview, sources, totals
from aggregator.publish.workbook.book import Book
from aggregator.publish.workbook.ledgers import TEXTS, ledger_listing, ledgers_with_rows, ledgers_without_rows
from aggregator.publish.workbook.listing import Listing, draw_listing
from aggregator.publish.workbook.material import Material, workbook_name
from aggregator.publish.workbook.records import (
    files_listing,
    findings_listing,
    reporting_listing,
)

__all__ = ["WorkbookFile", "workbook_name", "write_workbook"]


@dataclass(frozen=True, slots=True)
class WorkbookFile:
    """The consolidated workbook as bytes, and where each of its figures comes from."""

    content: bytes
    lineage: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class _Planned:
    """A sheet to come: its entry in the list of sheets, and how it is drawn."""

    entry: contents.Entry
    draw: Callable[[], list[Trace]]


def write_workbook(
    consolidation: Consolidation,
    findings: Sequence[Finding],
    *,
    files: Sequence[FileVerdict],
    report_date: date,
    unverifiable: int = 0,
) -> WorkbookFile:
    """The consolidated workbook of one month; the same month gives the same bytes."""
    material = Material(consolidation, findings, files, report_date, unverifiable)
    book = Book(title=f"{material.street}{consolidation.period.label}汇总表", report_date=report_date)
    own_contents = book.sheet_name(contents.SHEET)
    planned = deque(_plan(book, material))
    entries = [sheet.entry for sheet in planned]
    lineage = planned.popleft().draw()
    absent = "、".join(ledger.name for ledger in ledgers_without_rows(material))
    contents.draw_contents(book, own_contents, material, entries=entries, absent=absent)
    while planned:  # the rows of a sheet that is drawn are given back
        lineage.extend(planned.popleft().draw())
    return WorkbookFile(book.close(), tuple(lineage))


def _plan(book: Book, material: Material) -> Iterator[_Planned]:
    """The sheets in their order, each with a name of its own."""
    lines = totals.total_lines(material)
    for name, about, draw in (
        (overview.SHEET, "报送情况、主要数据和需要了解的情况，供领导阅", partial(overview.draw_overview, lines=lines)),
        (totals.SHEET, "全部指标的街道总数、环比、同比、本年累计和覆盖单位", partial(totals.draw_totals, lines=lines)),
        (matrix.SHEET, "各单位各项指标和合计公式", matrix.draw_matrix),
    ):
        own = book.sheet_name(name)
        yield _Planned(contents.Entry(own, about), partial(draw, book, own, material))
    for name, about, listing in _listings(material):
        yield _planned_list(book, material, name, about, listing)
    found = sources.Sources(material)
    own = book.sheet_name(sources.SHEET)
    about = "各单位每项指标取自本单位文件的哪个单元格"
    yield _Planned(contents.Entry(own, about), partial(sources.draw_sources, book, own, found))
    about = "文字指标，以及读出的数与原填内容不同的，逐项注明"
    yield _planned_list(book, material, sources.NOTES_SHEET, about, sources.notes_listing(found))


def _planned_list(book: Book, material: Material, name: str, about: str, listing: Listing) -> _Planned:
    own = book.sheet_name(name)
    entry = contents.Entry(own, about, len(listing.rows))
    return _Planned(entry, partial(_draw_list, book, own, listing, material.footer))


def _draw_list(book: Book, name: str, listing: Listing, footer: str) -> list[Trace]:
    """Add the sheet of a list; it says itself where its rows come from."""
    draw_listing(book, name, listing, footer=footer)
    return []


def _listings(material: Material) -> Iterator[tuple[str, str, Listing]]:
    """Name, purpose and rows of each list."""
    catalog, merged = material.consolidation.catalog, material.consolidation.ledgers
    for ledger in ledgers_with_rows(material):
        yield ledger.sheet, f"各单位{ledger.name}合并", ledger_listing(material, ledger)
    if TEXTS in catalog.ledgers and merged.get(TEXTS):
        yield (
            "文字材料",
            "各单位报送的亮点、案例、问题等文字，逐条注明单位",
            ledger_listing(material, catalog.ledgers[TEXTS]),
        )
    yield "报送情况", "各单位是否报送、填报率和问题数", reporting_listing(material)
    yield "收到文件", "收到的每个文件及处理结果", files_listing(material)
    yield "问题清单", "审核发现的问题、所在单元格和处理办法", findings_listing(material)
