"""选用材料.xlsx: the texts in the order in which the report takes them, and two columns for the clerk to fill in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from aggregator.model.consolidation import Consolidation
from aggregator.model.private_numbers import without_private_numbers
from aggregator.model.selection import Choice, Selection
from aggregator.publish.workbook.book import Book, Cell
from aggregator.publish.workbook.listing import Kind, ListColumn, Listing, draw_listing

SHEET = "选用材料"
_NOTE = (
    "“采用”填是或否，“顺序”填1、2、3……（同一类内排序），不填的按规则选用；填好保存后重新运行汇总，报告按此引用，所填内容会保留。"
    "单位、类别、标题请勿改动。"
)
_COLUMNS = (
    ListColumn("采用", 8, Kind.CENTRE),
    ListColumn("顺序", 8, Kind.COUNT),
    ListColumn("单位", 20),
    ListColumn("类别", 14),
    ListColumn("标题", 34, Kind.LONG_TEXT),
    ListColumn("建议", 10, Kind.STATE),
    ListColumn("理由", 44, Kind.LONG_TEXT),
    ListColumn("问题主题", 16),
    ListColumn("正文", 90, Kind.LONG_TEXT),
)


def write_picks(consolidation: Consolidation, selection: Selection, *, report_date: date) -> bytes:
    """The whole file; what the clerk decided stands in it again, also about texts that this month does not have."""
    period = consolidation.period.label
    rows = [
        *(_cells(consolidation, choice, "可用") for choice in selection.chosen),
        *(_cells(consolidation, choice, "不用") for choice in selection.left_out),
        *(
            [
                _yes_no(pick.adopted),
                _order(pick.order),
                _name(consolidation, pick.unit),
                pick.kind,
                pick.title,
                "无此条",
                "本月材料中没有这一条",
                "",
                "",
            ]
            for pick in selection.unknown_picks
        ),
    ]
    book = Book(title=f"{SHEET}（{period}）", report_date=report_date)
    name = book.sheet_name(SHEET)
    draw_listing(
        book,
        name,
        Listing(f"{SHEET}（{period}）", _NOTE, _COLUMNS, rows, has_way_back=False),
        footer=f"{SHEET} {period}",
    )
    return book.close()


def _cells(consolidation: Consolidation, choice: Choice, advice: str) -> list[Cell]:
    row = choice.row
    return [
        _yes_no(choice.adopted),
        _order(choice.order),
        _name(consolidation, row.unit),
        _text(choice, "kind"),
        _text(choice, "title"),
        advice,
        choice.reason,
        choice.theme,
        without_private_numbers(_text(choice, "body")),
    ]


def _name(consolidation: Consolidation, unit: str) -> str:
    return consolidation.street.unit(unit).name


def _text(choice: Choice, column: str) -> str:
    value = choice.row.cells.get(column)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _yes_no(adopted: bool | None) -> str:  # noqa: FBT001  # three states of one cell
    return {True: "是", False: "否", None: ""}[adopted]


def _order(order: int | None) -> Cell:
    return None if order is None else Decimal(order)
