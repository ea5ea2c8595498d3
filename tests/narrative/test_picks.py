"""What the clerk decides in 选用材料.xlsx comes back as it was written: publish writes it, intake reads it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell

from aggregator.intake.picks import PicksError, read_picks
from aggregator.model.consolidation import Consolidation
from aggregator.model.selection import Pick
from aggregator.narrative.selection import select_texts
from aggregator.publish.workbook.picks import write_picks

MonthOf = Callable[..., Consolidation]
DAY = date(2026, 10, 31)
TEXTS = {"C01": [{"title": "甲", "body": "灯亮了。"}, {"title": "乙", "body": "花开了，请拨13800001234。"}]}


@pytest.fixture
def file(month_of: MonthOf, tmp_path: Path) -> Path:
    month = month_of(TEXTS)
    path = tmp_path / "选用材料.xlsx"
    path.write_bytes(write_picks(month, select_texts(month), report_date=DAY))
    return path


def _type(path: Path, cell: str, value: str | int) -> None:
    book = openpyxl.load_workbook(path)
    target = book.worksheets[0][cell]
    assert not isinstance(target, MergedCell)
    target.value = value
    book.save(path)


def test_a_file_that_nobody_touched_decides_nothing(file: Path, month_of: MonthOf) -> None:
    assert read_picks(file, month_of(TEXTS).street) == ()


def test_decisions_come_back_and_stay_when_the_file_is_written_anew(file: Path, month_of: MonthOf) -> None:
    month = month_of(TEXTS)
    titles = {str(row[4].value): row[4].row for row in openpyxl.load_workbook(file).worksheets[0].iter_rows(min_row=4)}
    _type(file, f"A{titles['甲']}", "否")
    _type(file, f"B{titles['乙']}", 1)
    expected = {Pick("C01", "亮点工作", "甲", adopted=False), Pick("C01", "亮点工作", "乙", order=1)}
    picks = read_picks(file, month.street)
    assert set(picks) == expected
    file.write_bytes(write_picks(month, select_texts(month, picks), report_date=DAY))
    assert set(read_picks(file, month.street)) == expected


def test_a_decision_about_a_text_that_has_gone_is_kept(month_of: MonthOf, tmp_path: Path) -> None:
    month, path = month_of(TEXTS), tmp_path / "选用材料.xlsx"
    gone = Pick("C02", "亮点工作", "旧题", adopted=True)
    path.write_bytes(write_picks(month, select_texts(month, [gone]), report_date=DAY))
    assert read_picks(path, month.street) == (gone,)


def test_private_numbers_are_masked_in_it(file: Path) -> None:
    told = [str(cell.value) for row in openpyxl.load_workbook(file).worksheets[0].iter_rows() for cell in row]
    assert "花开了，请拨138******34。" in told


@pytest.mark.parametrize(
    ("cell", "value", "message"),
    [
        ("A4", "也许", "第4行“采用”填的是“也许”，应填是或否"),
        ("B4", "前面", "第4行“顺序”填的是“前面”，应填1、2、3等整数"),
        ("A3", "", "找不到表头“采用、顺序、单位、类别、标题”"),
    ],
)
def test_what_cannot_be_understood_is_said_and_never_guessed(
    file: Path, month_of: MonthOf, cell: str, value: str, message: str
) -> None:
    _type(file, cell, value)
    with pytest.raises(PicksError) as error:
        read_picks(file, month_of(TEXTS).street)
    assert message in str(error.value)
