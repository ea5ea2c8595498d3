"""The thirty cases of safe opening: what hostile, broken and foreign files may do to a month is be named.

`CASES` says where each is tested; those that had no test of their own stand below. Every file here lies beside a good
return, whose values must not change.
"""

from __future__ import annotations

import io
import random
import re
import struct
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from aggregator.model.consolidation import Verdict
from tests.intake.conftest import Beside, changed, refused
from tests.other_workbooks import as_ods, as_xls, compound, parts_of, xls_stream
from tests.workbooks import ODD, book, cells_of, sheet

ROOT = Path(__file__).parents[1]
_HERE = "intake/test_safe_opening.py"
_UNUSUAL = "intake/test_unusual_files.py"
_FUZZ = "intake/test_fuzz.py"
_OPENING, _CELLS, _OTHER = "intake/test_opening.py", "intake/test_cells.py", "intake/test_other_formats.py"
_RETURNS, _PROCESS, _ARCHIVE = "intake/test_returns.py", "intake/test_reading_process.py", "intake/test_archive.py"
_HOSTILE, _WHOLE, _KILLED = "test_hostile_text.py", "publish/test_whole_file.py", "test_interrupted_run.py"
#: Number of the case → tests that hold it.
CASES: Mapping[int, tuple[str, ...]] = {
    1: (f"{_HERE}::test_rubbish_under_any_ending_is_named",),
    2: (f"{_HERE}::test_a_form_cut_at_any_tenth_gives_no_value",),
    3: (f"{_FUZZ}::test_a_flipped_byte_of_a_package_changes_no_value",),
    4: (f"{_FUZZ}::test_mutated_xml_changes_no_value_without_a_word",),
    5: (f"{_FUZZ}::test_flipped_bytes_of_an_xls_change_nothing_but_characters_without_a_word",),
    6: (
        f"{_HERE}::test_loops_and_lies_of_a_compound_file_are_named",
        f"{_OTHER}::test_a_chain_that_bites_its_tail_is_refused",
    ),
    7: (
        f"{_CELLS}::test_the_last_cell_of_a_sheet_takes_no_room",
        f"{_CELLS}::test_a_cell_outside_the_sheet_or_in_two_places_is_refused",
        f"{_OTHER}::test_a_stray_cell_far_away_is_refused_before_room_is_made_for_it",
    ),
    8: (f"{_HERE}::test_announced_counts_are_not_believed",),
    9: (f"{_HERE}::test_ranges_over_the_whole_sheet_cost_nothing",),
    10: (f"{_HERE}::test_a_million_empty_rows_with_a_style_are_read_past",),
    11: (f"{_HERE}::test_bombs_are_refused_at_once", f"{_OPENING}::test_a_package_that_declares_too_much_is_refused"),
    12: (
        f"{_OPENING}::test_a_part_larger_than_it_declares_is_refused",
        f"{_OPENING}::test_members_that_overlap_are_refused",
        f"{_OPENING}::test_too_many_members_are_refused",
        f"{_HERE}::test_a_swarm_of_members_and_a_lying_directory_are_refused",
    ),
    13: (
        f"{_OPENING}::test_a_declaration_in_any_part_is_refused",
        f"{_CELLS}::test_a_declaration_in_an_encoding_of_its_own_is_refused",
        f"{_HERE}::test_entities_are_expanded_nowhere",
    ),
    14: (f"{_HERE}::test_nothing_outside_the_file_is_read",),
    15: (
        f"{_UNUSUAL}::test_what_is_locked_is_told_as_locked",
        f"{_OTHER}::test_a_password_is_told",
        f"{_OTHER}::test_an_ods_with_a_password_is_told",
    ),
    16: (f"{_OTHER}::test_the_bytes_decide_and_not_the_ending",),
    17: (
        f"{_OPENING}::test_a_foreign_file_is_told_by_its_bytes",
        f"{_UNUSUAL}::test_another_type_is_named_with_what_to_do",
    ),
    18: (f"{_UNUSUAL}::test_a_strict_workbook_says_what_the_other_says", f"{_CELLS}::test_a_strict_workbook_is_read"),
    19: (f"{_CELLS}::test_the_dimension_is_ignored",),
    20: (
        f"{_CELLS}::test_a_missing_part_is_named",
        f"{_CELLS}::test_missing_texts_are_refused_only_where_a_cell_needs_them",
        f"{_CELLS}::test_a_workbook_without_sheets_is_refused",
        f"{_UNUSUAL}::test_a_form_without_a_part_is_read_or_refused_by_name",
    ),
    21: (
        f"{_RETURNS}::test_error_cells_formulas_and_uncalculated_formulas_are_told_apart",
        f"{_OTHER}::test_an_error_in_a_form_is_named_and_no_blank",
    ),
    22: (
        f"{_CELLS}::test_a_serial_is_a_day",
        f"{_CELLS}::test_the_1904_system_is_told",
        f"{_OTHER}::test_a_number_in_a_date_cell_that_is_no_day_stays_the_number",
    ),
    23: (
        f"{_CELLS}::test_what_is_no_number_is_refused",
        "intake/test_coerce.py::test_what_is_no_exact_number_is_unreadable_with_its_reason",
    ),
    24: (
        f"{_RETURNS}::test_hidden_sheets_and_columns_are_read_and_named",
        f"{_UNUSUAL}::test_three_hundred_sheets_and_two_of_one_name_are_told",
    ),
    25: (
        f"{_HOSTILE}::test_no_text_becomes_a_formula_a_link_or_a_program",
        f"{_HOSTILE}::test_no_cell_of_a_csv_begins_like_a_formula",
    ),
    26: (
        f"{_HOSTILE}::test_the_texts_stand_in_the_workbook_as_they_were_written",
        f"{_HOSTILE}::test_word_opens_every_report",
    ),
    27: (
        f"{_ARCHIVE}::test_names_that_lead_elsewhere_lead_nowhere",
        "form/test_template.py::test_file_names_are_safe_on_windows",
        f"{_HOSTILE}::test_no_text_becomes_a_formula_a_link_or_a_program",
    ),
    28: (f"{_UNUSUAL}::test_odd_names_are_read_and_can_be_printed_anywhere",),
    29: (
        f"{_OPENING}::test_a_folder_a_link_and_a_pipe_are_no_regular_files",
        f"{_OPENING}::test_a_file_that_may_not_be_read_says_so",
        f"{_OPENING}::test_a_sparse_giant_is_refused_unread",
        f"{_OPENING}::test_a_file_that_is_gone_has_vanished",
        f"{_UNUSUAL}::test_what_is_no_file_is_told_and_a_file_may_vanish_in_between",
    ),
    30: (
        f"{_WHOLE}::test_a_failure_at_any_step_leaves_the_old_file",
        f"{_WHOLE}::test_a_target_held_for_a_moment_is_tried_again",
        "test_commands.py::test_a_full_disk_leaves_the_old_outputs_whole",
        f"{_KILLED}::test_a_run_that_is_killed_leaves_no_half_file",
        f"{_KILLED}::test_two_runs_at_once_leave_whole_files",
    ),
}


@pytest.mark.parametrize("number", range(1, 31))
def test_every_case_is_tested_where_it_is_said_to_be(number: int) -> None:
    for place in CASES[number]:
        path, _, name = place.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), place


def seconds_of(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


# ---- 1, 2: nothing, rubbish, halves


def test_rubbish_under_any_ending_is_named(beside: Beside) -> None:
    noise = random.Random(1).randbytes(4_096)  # noqa: S311 - the same rubbish in every run
    kinds = {"空": b"", "一": b"x", "零": bytes(4_096), "乱": noise}
    reasons = refused(
        beside({f"{kind}.{ending}": content for kind, content in kinds.items() for ending in ("xlsx", "xls", "csv")})
    )
    assert {reason.partition("。")[0] for reason in reasons.values()} == {
        "文件为空，没有任何内容",
        "文件实为纯文本（如csv），不是工作簿",
        "文件已损坏，内容校验不符",
        "文件不是可识别的表格，可能已损坏或被加密软件加密",
    }


def test_a_form_cut_at_any_tenth_gives_no_value(inbox: Any, beside: Beside) -> None:
    form = inbox.form()
    whole = {"xlsx": form, "xls": as_xls(cells_of(form)), "ods": as_ods(cells_of(form))}
    cut = {
        f"梧桐里{tenth}.{ending}": content[: len(content) * tenth // 10]
        for ending, content in whole.items()
        for tenth in range(1, 10)
    }
    reasons = refused(beside(cut))
    assert len(reasons) == 27
    assert all("不完整" in reason or "已损坏" in reason for reason in reasons.values())


# ---- 6, 8: compound files and counts that lie


def test_loops_and_lies_of_a_compound_file_are_named(beside: Beside) -> None:
    whole = as_xls(book(*[sheet(*ODD, name=f"表{number}") for number in range(40)]))

    def with_field(at: int, value: int) -> bytes:
        return whole[:at] + struct.pack("<I", value) + whole[at + 4 :]

    directory = 512 * (1 + struct.unpack_from("<I", whole, 48)[0])
    files = {
        "目录成环.xls": with_field(512 + 4 * struct.unpack_from("<I", whole, 48)[0], 1),
        "分配表之表成环.xls": with_field(68, 0),
        "分配表四十亿.xls": with_field(44, 0xFFFFFFFF),
        "目录在文件外.xls": with_field(48, 0x00FFFFFF),
        "流四十亿字节.xls": with_field(directory + 128 + 120, 0xFFFFFFFF),
        "流从文件外开始.xls": with_field(directory + 128 + 116, 0x00FFFFFF),
        "扇区太大.xls": whole[:30] + b"\x1f\x00" + whole[32:],
        "分配表重复.xls": with_field(80, 0),
    }
    found = beside(files)
    # Two lies stand where nobody needs to look: the workbook is read in spite of them, and is no form.
    read = {name for name, file in found.items() if file.verdict is Verdict.FOREIGN}
    assert read <= {"分配表四十亿.xls", "分配表之表成环.xls"}
    assert all(re.search(r"已损坏|不完整", found[name].reason) for name in files.keys() - read)


def test_announced_counts_are_not_believed(inbox: Any, beside: Beside) -> None:
    form = inbox.form()
    lie = changed(
        form, "sharedStrings.xml", lambda part: re.sub(rb'(uniqueCount|count)="\d+"', rb'\1="4000000000"', part)
    )
    stream = xls_stream(cells_of(inbox.form("C02")))
    # Straight after the head of each sheet: 4 000 000 000 rows are announced.
    head = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x10, 0x0DBB, 0x07CC, 0, 0)
    dimensions = struct.pack("<HHIIHHH", 0x0200, 14, 0, 4_000_000_000, 0, 256, 0)
    sheets = stream.count(head)
    grown = _with_places(stream.replace(head, head + dimensions), step=len(dimensions))
    found = beside({"梧桐里.xlsx": lie, "北苑东.xls": compound({"Workbook": grown})})
    assert sheets > 3
    assert found["梧桐里.xlsx"].verdict is Verdict.ACCEPTED
    assert found["北苑东.xls"].verdict in {Verdict.ACCEPTED, Verdict.UNREADABLE}


def _with_places(stream: bytes, *, step: int) -> bytes:
    """The places of the sheets put right, when each sheet before has become longer."""
    at, number, found = 0, 0, bytearray(stream)
    while struct.unpack_from("<H", stream, at)[0] != 0x0A:
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == 0x85:
            place = struct.unpack_from("<I", stream, at + 4)[0]
            struct.pack_into("<I", found, at + 4, place + number * step)
            number += 1
        at += 4 + size
    return bytes(found)


# ---- 9, 10: much ado about nothing


def test_ranges_over_the_whole_sheet_cost_nothing(inbox: Any, beside: Beside) -> None:
    whole = "A1:XFD1048576"
    tail = (
        f'<mergeCells><mergeCell ref="{whole}"/></mergeCells>'
        f'<dataValidations><dataValidation type="list" sqref="{whole}"><formula1>"是"</formula1></dataValidation>'
        f'</dataValidations><hyperlinks><hyperlink ref="{whole}" location="a"/></hyperlinks></worksheet>'
    ).encode()
    form = changed(inbox.form(), "worksheets/sheet2.xml", lambda part: part.replace(b"</worksheet>", tail))
    assert seconds_of(lambda: beside({"梧桐里.xlsx": form})) < 5
    assert beside({}) == {}
    assert "C01" in {submission.unit for submission in inbox.read().submissions}


def test_a_million_empty_rows_with_a_style_are_read_past(inbox: Any, beside: Beside) -> None:
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % row for row in range(48_577, 1_048_577))
    columns = b'<cols><col min="1" max="16384" width="9" style="1"/></cols><sheetData>'
    form = changed(
        inbox.form(),
        "worksheets/sheet2.xml",
        lambda part: re.sub(rb"(<cols>.*</cols>)?<sheetData>", columns, part).replace(
            b"</sheetData>", rows + b"</sheetData>"
        ),
    )
    expected = inbox.form("C02")
    found = beside({"梧桐里.xlsx": form, "北苑东.xlsx": expected})
    assert {name: file.reason for name, file in found.items()} == {"梧桐里.xlsx": "", "北苑东.xlsx": ""}
    assert {file.verdict for file in found.values()} == {Verdict.ACCEPTED}


# ---- 11, 12: packages that lie


def _spaces(size: int) -> Iterator[bytes]:
    while size > 0:
        yield b" " * min(size, 1_000_000)
        size -= 1_000_000


def bomb(form: bytes, name: str, size: int) -> bytes:
    """A form with one more part of so many blanks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for known, part in parts_of(form).items():
            package.writestr(known, part)
        with package.open(name, "w", force_zip64=True) as member:
            for piece in _spaces(size):
                member.write(piece)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["xl/worksheets/sheet99.xml", "xl/media/image1.png", "xl/x.bin"])
def test_bombs_are_refused_at_once(inbox: Any, beside: Beside, name: str) -> None:
    content = bomb(inbox.form(), name, 500_000_000)
    reasons: dict[str, str] = {}
    assert seconds_of(lambda: reasons.update(refused(beside({"梧桐里.xlsx": content})))) < 5
    assert reasons["梧桐里.xlsx"].startswith("文件解压后过大")


def test_a_swarm_of_members_and_a_lying_directory_are_refused(inbox: Any, beside: Beside) -> None:
    swarm = io.BytesIO()
    with zipfile.ZipFile(swarm, "w") as package:
        for number in range(60_000):
            package.writestr(f"xl/{number}", b"")
    whole = inbox.form()
    end = whole.rfind(b"PK\x05\x06")
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 4_000_000_000, 1)
    fewer = whole[: end + 10] + struct.pack("<H", 1) + whole[end + 12 :]
    reasons = refused(
        beside(
            {"六万.xlsx": swarm.getvalue(), "远处的目录.xlsx": whole[:end] + locator + whole[end:], "少报.xlsx": fewer}
        )
    )
    assert reasons["六万.xlsx"].startswith("文件解压后过大")
    assert re.match("文件已损坏", reasons["远处的目录.xlsx"])
    assert re.match("文件已损坏", reasons["少报.xlsx"])


# ---- 13, 14: entities, and what lies outside the file

_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def test_entities_are_expanded_nowhere(inbox: Any, beside: Beside) -> None:
    form = inbox.form()

    def with_entities(part: bytes) -> bytes:
        head, _, body = part.partition(b"?>")
        return head + b"?>" + _LAUGHS.encode() + body

    parts = [name for name in parts_of(form) if name.endswith((".xml", ".rels"))]
    files = {f"{number}.xlsx": changed(form, name, with_entities) for number, name in enumerate(parts)}
    files["甲.ods"] = changed(as_ods(cells_of(form)), "content.xml", with_entities)
    spreadsheet = (
        f'<?xml version="1.0"?>{_LAUGHS}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">&j;</Workbook>'
    )
    reasons = refused(beside({**files, "乙.xls": spreadsheet.encode()}))
    assert len(files) > 10
    assert reasons.pop("乙.xls").startswith("文件为XML表格（2003）格式")
    assert all(reason.startswith("文件内含有不应出现的文档类型声明") for reason in reasons.values())


@pytest.mark.parametrize(
    "target", ["file:///etc/hostname", "/etc/hostname", "../../../../etc/hostname", "http://127.0.0.1:9/a"]
)
@pytest.mark.parametrize("mode", ["", ' TargetMode="External"'])
def test_nothing_outside_the_file_is_read(inbox: Any, beside: Beside, target: str, mode: str) -> None:
    def elsewhere(part: bytes) -> bytes:
        return re.sub(rb'Target="worksheets/sheet2.xml"', f'Target="{target}"{mode}'.encode(), part)

    reasons = refused(beside({"梧桐里.xlsx": changed(inbox.form(), "workbook.xml.rels", elsewhere)}))
    assert reasons["梧桐里.xlsx"].startswith("工作簿缺少必要的组成部分")
