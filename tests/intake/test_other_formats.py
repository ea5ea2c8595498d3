"""Workbooks that are no .xlsx say what the .xlsx said, or why not; whatever reads them may die of it."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import Cell, Sheet, Visibility
from aggregator.intake.other_formats.as_json import MAX_CHARACTERS, workbook_as_json, workbook_from_json
from aggregator.intake.other_formats.marks import packed
from aggregator.intake.other_formats.read import _agrees, read_other_format
from tests.other_workbooks import as_ods, as_xls, as_xlsb, compound, parts_of, xls_stream
from tests.other_workbooks import packed as packed_parts
from tests.workbooks import BOOL, ERROR, NUMBER, ODD, TEXT, WRITERS, Write, book, cells_of, sheet, values_of

every_format = pytest.mark.parametrize("ending", WRITERS)


def cause_of(form: bytes) -> Cause:
    with pytest.raises(UnreadableFileError) as caught:
        read_other_format(form)
    return caught.value.cause


# ---- whole forms


@every_format
def test_a_form_says_in_every_format_what_it_said_as_xlsx(inbox: Any, told: Any, ending: str) -> None:
    form = inbox.form()
    path = inbox.put("梧桐里.xlsx", form)
    expected = values_of(inbox.read())
    path.unlink()
    inbox.put(f"群里收到的.{ending}", WRITERS[ending](cells_of(form)))
    intake = inbox.read()
    assert values_of(intake) == expected
    assert [file.identified_by for file in intake.files] == ["印记"]
    (note,) = told(intake, "format-other")
    assert note.message.startswith(
        f"梧桐里报的“群里收到的.{ending}”是{'xls或et' if ending == 'xls' else ending}格式，已照常读取"
    )
    assert ("没有校验码" in note.message) is (ending == "xls")
    assert intake.findings == (note,)


@pytest.mark.parametrize("name", ["梧桐里.xlsx", "梧桐里.et", "梧桐里.XLS", "梧桐里.ods", "梧桐里"])
@pytest.mark.parametrize("write", [None, as_xls], ids=["xlsx", "xls"])
def test_the_bytes_decide_and_not_the_ending(inbox: Any, name: str, write: Write | None) -> None:
    form = inbox.form()
    inbox.put(name, form if write is None else write(cells_of(form)))
    assert [submission.unit for submission in inbox.read().submissions] == ["C01"]


@every_format
@pytest.mark.parametrize(("lost", "by"), [(("_stamp",), "封面"), (("_stamp", "封面"), "文件名")])
def test_identity_survives_the_loss_of_its_marks(inbox: Any, ending: str, lost: tuple[str, ...], by: str) -> None:
    form = cells_of(inbox.form())
    form = replace(form, sheets=tuple(one for one in form.sheets if one.name not in lost))
    inbox.put(f"梧桐里2026年10月.{ending}", WRITERS[ending](form))
    assert [(file.unit, file.identified_by) for file in inbox.read().files] == [("C01", by)]


@every_format
def test_an_error_in_a_form_is_named_and_no_blank(inbox: Any, told: Any, ending: str) -> None:
    form = cells_of(inbox.form())
    row = inbox.layout().elements["visits"].row
    figures = next(one for one in form.sheets if one.name == "指标表")
    cells = {**figures.cells, (row, 5): Cell(ERROR, "#DIV/0!", "")}
    broken = tuple(replace(one, cells=cells) if one is figures else one for one in form.sheets)
    inbox.put(f"梧桐里.{ending}", WRITERS[ending](replace(form, sheets=broken)))
    (found,) = told(inbox.read(), "error-cells")
    assert f"E{row} #DIV/0!" in found.message


def test_macros_are_not_run_and_are_told(inbox: Any, told: Any) -> None:
    with_macros = BytesIO()
    with zipfile.ZipFile(BytesIO(inbox.form())) as form, zipfile.ZipFile(with_macros, "w") as changed:
        for name in form.namelist():
            changed.writestr(name, form.read(name))
        changed.writestr("xl/vbaProject.bin", compound({"dir": b"x"}))
    inbox.put("梧桐里.xlsm", with_macros.getvalue())
    inbox.put("街道本级.xls", as_xls(cells_of(inbox.form("J00", acts=())), macros=True))
    intake = inbox.read()
    assert len(intake.submissions) == 2
    assert [found.message for found in told(intake, "macros-present")] == [
        "梧桐里报的“梧桐里.xlsm”里有宏，没有运行，只读取了单元格里的内容。",
        "街道本级报的“街道本级.xls”里有宏，没有运行，只读取了单元格里的内容。",
    ]


# ---- single cells


@every_format
def test_kind_look_and_formula_of_a_cell_are_told_as_in_an_xlsx(ending: str) -> None:
    expected = book(sheet(*ODD), sheet(Cell(NUMBER, "7"), name="藏着", visibility=Visibility.HIDDEN))
    found = read_other_format(WRITERS[ending](expected))
    assert [one.cells for one in found.sheets] == [one.cells for one in expected.sheets]
    assert [(one.name, one.visibility, one.hidden_rows, one.hidden_columns, one.merged) for one in found.sheets] == [
        (one.name, one.visibility, one.hidden_rows, one.hidden_columns, one.merged) for one in expected.sheets
    ]


@pytest.mark.parametrize("ending", ["xls", "xlsb"])
@pytest.mark.parametrize("serial", ["-1", "0.5", "60", "2958466", "10000000000"])
def test_a_number_in_a_date_cell_that_is_no_day_stays_the_number(ending: str, serial: str) -> None:
    expected = Cell(NUMBER, serial, is_date=True)
    found = read_other_format(WRITERS[ending](book(sheet(expected))))
    assert found.sheets[0].cells[3, 2] == expected


@pytest.mark.parametrize("ending", ["xls", "xlsb"])
def test_the_1904_system_is_told(ending: str) -> None:
    found = read_other_format(WRITERS[ending](book(sheet(Cell(NUMBER, "44836", is_date=True)), date1904=True)))
    assert found.date1904
    assert found.sheets[0].cells[3, 2].text == "44836"


# By [MS-XLS] CalcMode, [MS-XLSB] BrtCalcProp, and as LibreOffice writes AutoCalculate into settings.xml.
@every_format
@pytest.mark.parametrize("is_manual", [True, False])
def test_a_workbook_that_is_calculated_by_hand_is_known(ending: str, *, is_manual: bool) -> None:
    found = read_other_format(WRITERS[ending](replace(book(sheet(Cell(NUMBER, "1"))), is_manual=is_manual)))
    assert found.is_manual is is_manual
    assert workbook_from_json(json.loads(workbook_as_json(found)), sha256="", size=0).is_manual is is_manual


# By [MS-XLS] 2.5.122: the lowest two bits say whether it is hundredfold and whether it is whole.
@pytest.mark.parametrize(
    ("raw", "value"), [(0x3FF00000, 1.0), (0x3FF00001, 0.01), (0x004B5646, 1_234_321), (0x004B5647, 12_343.21)]
)
def test_a_packed_number_is_unpacked(raw: int, value: float) -> None:
    assert packed(raw.to_bytes(4, "little"), 0) == value


def test_several_numbers_in_one_record_stand_side_by_side() -> None:
    stream = xls_stream(book(sheet(Cell(NUMBER, "5"))))
    single = re.search(rb"\x03\x02\x0e\x00\x02\x00\x01\x00.{10}", stream, re.DOTALL)
    assert single is not None
    run = b"\xbd\x00\x12\x00\x02\x00\x01\x00" + b"\x00\x00\x1a\x00\x00\x00" * 2 + b"\x02\x00"
    found = read_other_format(compound({"Workbook": stream.replace(single[0], run)}))
    assert found.sheets[0].cells == {(3, 2): Cell(NUMBER, "6"), (3, 3): Cell(NUMBER, "6")}


@pytest.mark.parametrize(
    ("cell", "value", "agree"),
    [
        (None, "", True),
        (None, 3.0, False),
        (Cell(TEXT, ""), "文字", True),
        (Cell(TEXT, "文字"), "", False),
        (Cell(TEXT, ""), 3.0, False),
        (Cell(NUMBER, "3"), 3.0, True),
        (Cell(NUMBER, "3"), 4.0, False),
        (Cell(NUMBER, "3"), "", False),
        (Cell(NUMBER, "1"), True, False),
        (Cell(NUMBER, "3", is_date=True), date(1900, 1, 3), True),
        (Cell(NUMBER, "0.5", is_date=True), time(12), True),
        (Cell(NUMBER, "1.5", is_date=True), timedelta(days=1.5), True),
        (Cell(NUMBER, "10.5", is_date=True), "PT252H", True),
        (Cell(BOOL, "1"), True, True),
        (Cell(BOOL, "1"), False, False),
        (Cell(ERROR, "#N/A"), "", True),
    ],
)
def test_two_readers_agree_or_the_file_is_refused(cell: Cell | None, value: Any, *, agree: bool) -> None:
    assert _agrees(cell, value) is agree


def test_what_the_readers_see_differently_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.intake.other_formats.read._agrees", lambda cell, value: False)  # noqa: ARG005
    assert cause_of(as_xls(book(sheet(Cell(NUMBER, "5"))))) is Cause.TWO_READINGS


# ---- what is refused


def test_a_password_is_told(inbox: Any) -> None:
    assert cause_of(as_xls(cells_of(inbox.form()), password=True)) is Cause.PASSWORD


def test_an_ods_with_a_password_is_told() -> None:
    locked = packed_parts(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": bytes(range(256)),
            "META-INF/manifest.xml": b"<m><manifest:encryption-data/></m>",
        }
    )
    assert cause_of(locked) is Cause.PASSWORD


@every_format
def test_a_stray_cell_far_away_is_refused_before_room_is_made_for_it(ending: str) -> None:
    far = Sheet("表1", Visibility.VISIBLE, {(65_536, 256): Cell(NUMBER, "1")}, frozenset(), (), ())
    assert cause_of(WRITERS[ending](book(far))) is Cause.TOO_MANY_CELLS


@every_format
def test_a_workbook_without_sheets_is_refused(ending: str) -> None:
    assert cause_of(WRITERS[ending](book())) in {Cause.NO_SHEETS, Cause.DAMAGED}


@every_format
def test_a_file_cut_at_any_tenth_is_refused(ending: str) -> None:
    whole = WRITERS[ending](book(*[sheet(*ODD, name=f"表{number}") for number in range(60)]))
    causes = {cause_of(whole[: len(whole) * tenth // 10]) for tenth in range(1, 10)}
    assert causes <= {Cause.TRUNCATED, Cause.DAMAGED, Cause.UNREADABLE_OTHER}


def test_a_chain_that_bites_its_tail_is_refused() -> None:
    whole = bytearray(as_xls(book(sheet(*ODD))))
    whole[512 + 4 * 3 : 512 + 4 * 4] = (2).to_bytes(4, "little")  # the fourth sector leads back to the third
    assert cause_of(bytes(whole)) is Cause.DAMAGED


def test_a_cell_that_stands_twice_is_refused() -> None:
    stream = xls_stream(book(sheet(Cell(NUMBER, "5"), Cell(NUMBER, "6"))))
    twice = stream.replace(b"\x02\x00\x02\x00\x00\x00", b"\x02\x00\x01\x00\x00\x00")
    assert cause_of(compound({"Workbook": twice})) is Cause.DAMAGED


def test_records_of_excel_4_are_too_old() -> None:
    stream = xls_stream(book(sheet(*ODD))).replace(b"\x00\x06\x05\x00", b"\x00\x04\x05\x00", 1)
    assert cause_of(compound({"Workbook": stream})) is Cause.VERY_OLD_XLS


@pytest.mark.parametrize("count", ["0", "99999", "x", "999999999999"])
def test_repetitions_beyond_the_sheet_are_refused(count: str) -> None:
    parts = parts_of(as_ods(book(sheet(Cell(NUMBER, "5")))))
    cell = b"<table:table-cell "
    repeated = cell + f'table:number-columns-repeated="{count}" '.encode()
    parts["content.xml"] = repeated.join(parts["content.xml"].rpartition(cell)[::2])
    assert cause_of(packed_parts(parts, stored=("mimetype",))) is Cause.OUTSIDE_GRID


@pytest.mark.parametrize(
    ("stored", "shown", "is_scaled"),
    [
        ("222", "222", False),
        ("1.8249", "1.82", False),
        ("12500", "12,500", False),
        ("12500", "13", True),  # divided by a thousand by its format
        ("1", "222", True),  # damaged
        ("0.45", "45%", False),  # not plain: the format says what it shows
        ("12500", "1.25E+04", False),
    ],
)
def test_a_number_that_shows_as_another_one_is_not_taken_for_it(stored: str, shown: str, *, is_scaled: bool) -> None:
    parts = parts_of(as_ods(book(sheet(Cell(NUMBER, "7")))))
    cell = f'office:value="{stored}"><text:p>{shown}</text:p>'.encode()
    parts["content.xml"] = parts["content.xml"].replace(b'office:value="7"><text:p>7</text:p>', cell)
    found = read_other_format(packed_parts(parts, stored=("mimetype",)))
    assert found.sheets[0].cells[3, 2] == Cell(NUMBER, stored, is_scaled=is_scaled)


def test_texts_beyond_measure_are_not_sent() -> None:
    long = book(sheet(Cell(TEXT, "东" * MAX_CHARACTERS), Cell(TEXT, "东")))
    with pytest.raises(UnreadableFileError) as caught:
        workbook_as_json(long)
    assert caught.value.cause is Cause.TOO_MANY_CELLS


def test_what_openpyxl_reads_of_our_form_stands_in_the_binary_formats_too(inbox: Any) -> None:
    form = inbox.form()
    by_openpyxl = load_workbook(BytesIO(form))["指标表"]
    for write in (as_xls, as_xlsb, as_ods):
        found = next(one for one in read_other_format(write(cells_of(form))).sheets if one.name == "指标表")
        for name, row in ((code, cell.row) for code, cell in inbox.layout().elements.items() if not cell.derived):
            assert float(found.cells[row, 5].text) == by_openpyxl.cell(row, 5).value, name
