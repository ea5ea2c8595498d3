"""Locked, foreign and unusual files, odd names, and what is no file: the later of the thirty cases."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from aggregator.model.consolidation import Verdict
from tests.intake.conftest import Beside, changed, refused
from tests.other_workbooks import as_xlsb, compound, packed, parts_of, xls_stream
from tests.workbooks import ODD, book, cells_of, sheet, values_of

# ---- 15, 17: what is locked, what is something else


@pytest.mark.parametrize(
    ("streams", "folders", "told"),
    [
        ({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}, ("\x06DataSpaces",), "文件设有密码"),
        ({"EncryptedPackage": b"x"}, ("\x06DataSpaces", "DRMEncryptedDataSpace"), "文件受权限管理"),
        ({"\tDRMContent": b"x", "Workbook": b"x"}, (), "文件受权限管理"),
    ],
)
def test_what_is_locked_is_told_as_locked(
    beside: Beside, streams: dict[str, bytes], folders: tuple[str, ...], told: str
) -> None:
    assert refused(beside({"梧桐里.xlsx": compound(streams, folders=folders)}))["梧桐里.xlsx"].startswith(told)


def test_another_type_is_named_with_what_to_do(beside: Beside) -> None:
    files = {
        "网页.xls": b"<html><table><tr><td>1</td></tr></table></html>",
        "表格2003.xls": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "制表符.xls": "社区\t人数\r\n东风\t12\r\n".encode("utf-16"),
        "文档.xls": compound({"WordDocument": b"x"}),
        "演示.xls": compound({"PowerPoint Document": b"x"}),
        "图片.xlsx": b"\xff\xd8\xff\xe0",
        "版式.xlsx": b"%PDF-1.7",
        "程序.xlsx": b"MZ\x90\x00",
        "快捷方式.xlsx": b"L\x00\x00\x00\x01\x14\x02\x00",
        "压缩包.xlsx": b"Rar!\x1a\x07",
        "工作簿4.xls": b"\x09\x04\x06\x00\x00\x00\x10\x00",
    }
    reasons = refused(beside(files))
    assert len(set(reasons.values())) == len(files)
    assert all(re.search(r"。请[^。]+。$", reason) for reason in reasons.values())
    assert all("xlsx" in reasons[name] for name in ("网页.xls", "表格2003.xls", "工作簿4.xls"))


def test_a_workbook_with_a_document_in_it_is_a_workbook(inbox: Any, beside: Beside) -> None:
    stream = xls_stream(cells_of(inbox.form()))
    nested = compound({"Workbook": stream}, folders=("MBD0001",)) + "WordDocument\0".encode("utf-16-le").ljust(
        512, b"\0"
    )
    assert beside({"梧桐里.xls": nested})["梧桐里.xls"].verdict is Verdict.ACCEPTED


# ---- 18, 20, 24: unusual workbooks

_STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def test_a_strict_workbook_says_what_the_other_says(inbox: Any) -> None:
    form = inbox.form()
    path = inbox.put("梧桐里.xlsx", form)
    expected = values_of(inbox.read())
    parts = parts_of(form)
    for known, strict in _STRICT:
        parts = {name: part.replace(known, strict) for name, part in parts.items()}
    assert any(b"purl.oclc.org" in part for part in parts.values())
    path.write_bytes(packed(parts))
    assert values_of(inbox.read()) == expected


def test_a_form_without_a_part_is_read_or_refused_by_name(inbox: Any, beside: Beside) -> None:
    parts = parts_of(inbox.form())
    without = {
        f"无{name.replace('/', '-')}.xlsx": packed({each: parts[each] for each in parts if each != name})
        for name in parts
    }
    found = beside(without)
    read = {name for name, file in found.items() if file.verdict is not Verdict.UNREADABLE}
    # Looks, comments and document properties may be missing; the others are named.
    assert not any(re.search(r"无xl-(worksheets|_rels|workbook|shared)|无_rels", name) for name in read)
    for name in without.keys() - read:
        assert re.match("工作簿缺少必要的组成部分（|工作簿内部结构有误", found[name].reason), name


def test_three_hundred_sheets_and_two_of_one_name_are_told(inbox: Any, beside: Beside) -> None:
    form = cells_of(inbox.form())
    many = book(*form.sheets, *[sheet(*ODD, name=f"草稿{number}") for number in range(300)])
    twice = changed(
        inbox.form("C02"), "workbook.xml", lambda part: part.replace("后备名册".encode(), "指标表".encode(), 1)
    )
    both = book(*form.sheets, sheet(*ODD, name="指标表"))
    found = beside({"梧桐里.xlsb": as_xlsb(many), "北苑东.xlsx": twice, "两张.xlsb": as_xlsb(both)})
    assert {name: file.verdict for name, file in found.items()} == {
        "梧桐里.xlsb": Verdict.ACCEPTED,
        "北苑东.xlsx": Verdict.ACCEPTED,
        "两张.xlsb": Verdict.UNREADABLE,  # calamine finds sheets by their names, so that nobody knows which it read
    }
    assert found["两张.xlsb"].reason.startswith("文件内容有两种读法")
    told = [finding.message for finding in inbox.read().findings]
    assert any("草稿0" in message and "300张表" in message for message in told)
    assert any("北苑东.xlsx”里没有《后备名册》" in message for message in told)


# ---- 28, 29: names, and what is no file

_NAMES = (
    "梧桐里  10月 （最终版）.xlsx",
    "梧桐里\u3000.xlsx",
    "-rf 梧桐里.xlsx",
    "梧桐里'\".xlsx",
    "梧桐里&del.xlsx",
    "%PATH%梧桐里.xlsx",
    "梧桐里\u202exlsx.exe.xlsx",
    "梧桐里\n换行.xlsx",
    "梧桐里🎉.xlsx",
    "CON 梧桐里.xlsx",
    "=1+1梧桐里.xlsx",
    "梧桐里" + "长" * 60 + ".xlsx",
    "深/深/深/深/深/梧桐里.xlsx",
    "..梧桐里.xlsx",
    "梧桐里.XLSX",
    "梧桐里",
    "{梧桐里}.xlsx",
    "梧桐里{0}.xlsx",
)


def test_odd_names_are_read_and_can_be_printed_anywhere(inbox: Any) -> None:
    form = inbox.form()
    for name in _NAMES:
        inbox.put(name, form)
    (Path(os.fsdecode(os.fsencode(inbox.folder) + b"/\xcd\xe9\xcd\xa9.xlsx"))).write_bytes(form)
    intake = inbox.read()
    assert len(intake.files) == len(_NAMES) + 1
    assert {file.verdict for file in intake.files} == {Verdict.ACCEPTED, Verdict.SUPERSEDED}
    console = io.TextIOWrapper(io.BytesIO(), encoding="gbk", errors="backslashreplace")
    for finding in intake.findings:
        print(finding.place, finding.message, file=console)
    console.flush()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_what_is_no_file_is_told_and_a_file_may_vanish_in_between(
    inbox: Any, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox.folder / "目录.xlsx").mkdir()
    (inbox.folder / "零.xlsx").symlink_to("/dev/zero")
    (inbox.folder / "环.xlsx").symlink_to(inbox.folder / "环.xlsx")
    (inbox.folder / "断.xlsx").symlink_to(inbox.folder / "没有.xlsx")
    os.mkfifo(inbox.folder / "管道.xlsx")
    gone = inbox.put("消失.xlsx", b"x")
    real = os.open

    def vanishing(path: Any, *more: Any, **options: Any) -> int:
        gone.unlink(missing_ok=True)
        return real(path, *more, **options)

    monkeypatch.setattr(os, "open", vanishing)
    started = time.monotonic()
    beside({})
    intake = inbox.read()
    assert time.monotonic() - started < 30
    told = {file.file.name: file.reason for file in intake.files if not file.unit}
    assert {name: told[name] for name in ("零.xlsx", "环.xlsx", "断.xlsx", "管道.xlsx")} == {
        "零.xlsx": "指向别处的链接", "环.xlsx": "指向别处的链接", "断.xlsx": "指向别处的链接", "管道.xlsx": "特殊文件",
    }  # fmt: skip
