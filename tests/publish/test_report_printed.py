"""What is recorded of a report without reading it is what its file says when it is read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model.period import Period
from aggregator.model.report_text import PrintedFigure, PrintedParagraph, report_mark
from aggregator.publish.report.blocks import (
    Attachments,
    Block,
    Chart,
    Figure,
    Heading,
    Note,
    Paragraph,
    Series,
    Signature,
    Spans,
    Table,
    Text,
    Title,
)
from aggregator.publish.report.document import document_bytes
from aggregator.publish.report.layout import Layout
from aggregator.publish.report.package import Properties
from aggregator.publish.report.paragraphs import laid_out
from aggregator.publish.report.printed import printed_report
from aggregator.verify.read import read_report

MARK = report_mark("R2", Period.month(2026, 10), "")
TAG = "pm_total@street@2026-10"
# Everything that a community can type, what no XML may hold among it.
words = st.text(st.characters(exclude_categories=()), max_size=8)
tags = st.sampled_from([TAG, "pm_total@C01@2026-10", 'a&<"b@street@2026-ytd10.mom', "no tag of ours", "a\nb"])
figures = st.builds(Figure, st.one_of(words, st.just("长" * 61)), tags, words)
spans: st.SearchStrategy[Spans] = st.lists(st.one_of(st.builds(Text, words), figures), max_size=4).map(tuple)
numbers = st.decimals(-(10**9), 10**9, places=2)
tables = st.builds(
    lambda title, rows: Table(title, ("社区", "党员"), tuple(rows)),
    words,
    st.lists(st.tuples(spans, spans), max_size=3),
)
blocks = st.one_of(
    st.builds(Title, words),
    st.builds(Heading, st.sampled_from([1, 2, 3]), spans),
    st.builds(Paragraph, spans, spans),
    tables,
    st.builds(
        lambda title, names, numbers: Chart(title, "bars", names, (Series(names[0], numbers), Series("丙", numbers))),
        words,
        st.tuples(words, words),
        st.tuples(st.none() | numbers, st.none() | numbers),
    ),
    st.builds(lambda title, number: Chart(title, "parts", ("甲",), (Series("乙", (number,)),)), words, numbers),
    st.builds(Note, words),
    st.builds(lambda names: Attachments(tuple(names)), st.lists(words, max_size=3)),
    st.builds(Signature, words, words),
)


@settings(deadline=None)
@given(st.lists(blocks, max_size=6))
def test_a_report_is_known_as_it_will_be_read_whatever_stands_in_it(report: list[Block]) -> None:
    laid = laid_out(report, Layout())
    properties = Properties("报告", "街道", date(2026, 10, 31), MARK)
    content = document_bytes(laid, layout=Layout(), properties=properties)
    assert printed_report(laid, name="报告.docx", mark=MARK) == read_report(content, name="报告.docx")


def test_the_numbers_of_a_chart_are_called_by_month_unit_or_part() -> None:
    one = Chart("图1", "trend", ("1月", "2月"), (Series("次数", (Decimal("94.50"), None)),))
    parts = Chart("图2", "parts", ("报送情况",), (Series("已报", (Decimal(15),)), Series("未报", (Decimal(1),))))
    printed = printed_report(laid_out([one, parts], Layout()), name="报告.docx", mark=MARK)
    told = [(part.where, part.text, part.is_cell) for part in printed.paragraphs if part.figures]
    assert told == [("图1“1月”", "94.5", True), ("图2“已报”", "15", True), ("图2“未报”", "1", True)]


def test_paragraphs_and_cells_are_called_by_their_places() -> None:
    report: list[Block] = [
        Title("汇报"),
        Paragraph((Text("党员"), Figure("300名", TAG, "党员总数"), Text("。")), run_in_heading=(Text("（一）"),)),
        Note(" "),
        Table("表1", ("社区", "党员"), (((Text("东湖"),), (Figure("120", TAG, "党员总数"),)),)),
    ]
    printed = printed_report(laid_out(report, Layout()), name="报告.docx", mark=MARK)
    assert printed.mark == MARK
    assert printed.paragraphs == (
        PrintedParagraph("标题", "汇报"),
        PrintedParagraph("第1段", "（一）党员300名。", (PrintedFigure(TAG, "300名", 5),)),
        PrintedParagraph("第2段", "表1"),
        PrintedParagraph("表1“社区”第1列", "社区", (), is_cell=True),
        PrintedParagraph("表1“社区”第2列", "党员", (), is_cell=True),
        PrintedParagraph("表1“东湖”第1列", "东湖", (), is_cell=True),
        PrintedParagraph("表1“东湖”第2列", "120", (PrintedFigure(TAG, "120", 0),), is_cell=True),
    )
