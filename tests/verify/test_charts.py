"""A number of a chart that somebody changes in Word is found: at its point, in its label, in the workbook behind it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from aggregator.catalog import load_catalog
from aggregator.model.finding import Finding
from aggregator.model.report_text import ReportText
from aggregator.verify.compare import compare
from aggregator.verify.read import read_report

CHART, BOOK = "word/charts/chart2.xml", "word/embeddings/Microsoft_Excel_Sheet2.xlsx"
Edit = Callable[[bytes, Callable[[Any], object]], bytes]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def printed(report_bytes: bytes) -> ReportText:
    return read_report(report_bytes, name="报告.docx")


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The Word file with one part changed."""
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(packed, "w") as target:
        for part in source.namelist():
            target.writestr(part, change(source.read(part)) if part == name else source.read(part))
    return packed.getvalue()


def told(content: bytes, printed: ReportText) -> list[Finding]:
    found = read_report(content, name="报告.docx")
    return list(compare(found, printed=printed, latest=printed, catalog=load_catalog()))


def points(content: bytes) -> list[str]:
    """The numbers of the first line, which comes after the bar of who reported, as they stand in its part."""
    with ZipFile(BytesIO(content)) as package:
        (numbers,) = re.findall(rb"<c:numCache>(.*?)</c:numCache>", package.read(CHART), flags=re.DOTALL)
        return [text.decode() for text in re.findall(rb"<c:v>(.*?)</c:v>", numbers)]


def test_every_number_of_every_chart_is_read(report_bytes: bytes, printed: ReportText) -> None:
    of_charts = [part for part in printed.paragraphs if part.where.startswith("图2“")]
    assert [part.text for part in of_charts] == points(report_bytes)
    assert len(of_charts) == 10
    assert [(part.where, part.text) for part in printed.behind if part.where.startswith("图2“")] == [
        (part.where, part.text) for part in of_charts
    ]
    assert {part.where[:2] for part in printed.paragraphs if part.where.startswith("图")} == {
        "图1",
        "图2",
        "图3",
        "图4",
    }


def test_a_changed_point_is_told_with_what_should_stand_there(report_bytes: bytes, printed: ReportText) -> None:
    third = points(report_bytes)[2]
    spoilt = with_part(
        report_bytes, CHART, lambda part: re.sub(rb'(<c:numCache>.*?<c:pt idx="2"><c:v>)[0-9]+', rb"\g<1>9999", part)
    )
    (found,) = told(spoilt, printed)
    assert found.kind.code == "report-figure-changed"
    assert str(found.place) == "报告.docx:图2“3月”"
    assert found.message == f"“图中的数字”写着“9999”，汇总数据是“{third}”。"


def test_a_label_that_somebody_typed_over_a_point_is_what_is_seen(report_bytes: bytes, printed: ReportText) -> None:
    typed = (
        b'<c:dLbls><c:dLbl><c:idx val="4"/><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>12</a:t></a:r>'
        b"<a:r><a:t>345</a:t></a:r></a:p></c:rich></c:tx></c:dLbl>"
    )
    spoilt = with_part(report_bytes, CHART, lambda part: part.replace(b"<c:dLbls>", typed, 1))
    (found,) = told(spoilt, printed)
    assert (found.kind.code, found.place.sheet, found.value) == ("report-figure-changed", "图2“5月”", "12345")


def test_a_number_changed_only_in_the_workbook_behind_is_told(report_bytes: bytes, printed: ReportText) -> None:
    def change(part: bytes) -> bytes:
        book = openpyxl.load_workbook(BytesIO(part))
        book["Sheet1"]["B4"] = 9999
        saved = BytesIO()
        book.save(saved)
        return saved.getvalue()

    (found,) = told(with_part(report_bytes, BOOK, change), printed)
    assert (found.kind.code, found.place.sheet, found.value) == ("report-chart-data-changed", "图2“3月”", "9999")
    assert found.message.startswith(f"图2“3月”的数据表里写着“9999”，汇总数据是“{points(report_bytes)[2]}”")


def test_a_workbook_saved_anew_with_the_same_numbers_gives_nothing(report_bytes: bytes, printed: ReportText) -> None:
    def resave(part: bytes) -> bytes:
        saved = BytesIO()
        openpyxl.load_workbook(BytesIO(part)).save(saved)
        return saved.getvalue()

    assert told(with_part(report_bytes, BOOK, resave), printed) == []
    assert told(with_part(report_bytes, BOOK, lambda part: part[:40]), printed) == []  # shows nothing to anybody


@pytest.mark.parametrize(("number", "said"), [(1, "图1“已报…”不见了，其中有3个"), (3, "图3“1月…”不见了，其中有10个")])
def test_a_chart_that_is_gone_is_told_and_the_others_keep_their_numbers(
    report_bytes: bytes, printed: ReportText, edit: Edit, number: int, said: str
) -> None:
    def remove(tree: Any) -> None:
        drawing = list(tree.iter(f"{W}drawing"))[number - 1]
        drawing.getparent().remove(drawing)

    (gone,) = told(edit(report_bytes, remove), printed)
    assert gone.kind.code == "report-paragraph-deleted"
    assert said in gone.message


def test_of_a_chart_taken_out_and_another_changed_both_are_told(
    report_bytes: bytes, printed: ReportText, edit: Edit
) -> None:
    def remove(tree: Any) -> None:
        drawing = next(tree.iter(f"{W}drawing"))
        drawing.getparent().remove(drawing)

    spoilt = with_part(
        report_bytes, CHART, lambda part: re.sub(rb'(<c:numCache>.*?<c:pt idx="2"><c:v>)[0-9]+', rb"\g<1>9999", part)
    )
    codes = {(one.kind.code, one.place.sheet) for one in told(edit(spoilt, remove), printed)}
    assert ("report-figure-changed", "图2“3月”") in codes
    assert len(codes) == 2


def test_a_chart_copied_in_from_elsewhere_is_none_of_the_report(
    report_bytes: bytes, printed: ReportText, edit: Edit
) -> None:
    def double(tree: Any) -> None:
        drawing = next(tree.iter(f"{W}drawing"))
        paragraph = drawing.getparent().getparent()
        paragraph.addnext(copy.deepcopy(paragraph))

    codes = {(one.kind.code, one.place.sheet[:2]) for one in told(edit(report_bytes, double), printed)}
    assert codes == {("report-numeral-new", "图6")}


def test_any_changed_digit_of_the_charts_is_found(report_bytes: bytes, printed: ReportText) -> None:
    digits = digits_in_charts(report_bytes)
    missed = [
        (name, at)
        for name, at in digits
        if not told(with_part(report_bytes, name, lambda part, at=at: another_digit(part, at)), printed)  # type: ignore[misc]
    ]
    assert len(digits) >= 100
    assert missed == []


def digits_in_charts(content: bytes) -> list[tuple[str, int]]:
    """The part and the place of each digit of the numbers in the charts."""
    with ZipFile(BytesIO(content)) as package:
        charts = {
            name: package.read(name) for name in package.namelist() if re.fullmatch(r"word/charts/\w+\.xml", name)
        }
    numbers, digits = re.compile(rb"<c:v>[0-9.]+"), re.compile(rb"[0-9]")
    return [
        (name, digit.start())
        for name, part in charts.items()
        for cache in re.finditer(rb"<c:numCache>.*?</c:numCache>", part, flags=re.DOTALL)
        for number in numbers.finditer(part, cache.start(), cache.end())
        for digit in digits.finditer(part, number.start(), number.end())
    ]


def another_digit(part: bytes, at: int) -> bytes:
    return part[:at] + (b"7" if part[at : at + 1] != b"7" else b"4") + part[at + 1 :]
