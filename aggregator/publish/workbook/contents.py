"""The sheet 目录: every sheet by name, what it holds, and a link to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from aggregator.publish.workbook.book import Book
from aggregator.publish.workbook.material import Material

SHEET = "目录"
_WIDTHS = (7, 30, 64, 10)


@dataclass(frozen=True, slots=True)
class Entry:
    """One sheet as the list names it; `rows` is how many lines it has where that says something."""

    name: str
    about: str
    rows: int | None = None


def draw_contents(book: Book, name: str, material: Material, *, entries: Sequence[Entry], absent: str) -> None:
    """Add the sheet; `absent` names the ledgers in which nobody entered anything."""
    sheet, style = book.add_sheet(name), book.style
    sheet.set_widths(_WIDTHS)
    sheet.put(0, 0, f"{material.street}{material.consolidation.period.label}汇总表目录", style("title"))
    sheet.set_points(0, 30)
    sheet.put_row(1, 0, ("序号", "工作表", "内容", "行数"), style("header", "boxed"))
    sheet.set_points(1, 24)
    row = 1
    for row, entry in enumerate(entries, start=2):
        sheet.put(row, 0, Decimal(row - 1), style("centre", "boxed"))
        sheet.put_link(row, 1, sheet=entry.name, text=entry.name, style=style("link", "boxed"))
        sheet.put(row, 2, entry.about, style("left", "shrink", "boxed"))
        sheet.put(
            row, 3, None if entry.rows is None else Decimal(entry.rows), style("number", "boxed", num_format="#,##0")
        )
    if absent:
        row += 1
        sheet.put_across(row, (0, 3), f"本月没有记录的台账：{absent}", style("note"))
        sheet.set_height(row, 1 + len(absent) * 2 // sum(_WIDTHS))
    sheet.freeze(2, 0)
    sheet.set_page(landscape=False, footer=material.footer)
    sheet.set_print_area(row, 3)
