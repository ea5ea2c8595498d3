from __future__ import annotations

import os
from pathlib import Path

import pytest

from aggregator.intake.discover import discover


def make(folder: Path, *names: str, content: bytes = b"PK\x03\x04") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_returns_are_found_under_any_name_and_in_subfolders_in_the_order_of_their_names(tmp_path: Path) -> None:
    make(tmp_path, "乙.xlsx", "甲.XLSX", "包/丙 (1).xlsm", "旧表.et", "老.xls")
    found = [path.relative_to(tmp_path).as_posix() for path in discover(tmp_path).files]
    assert found == sorted(found)
    assert set(found) == {"乙.xlsx", "甲.XLSX", "包/丙 (1).xlsm", "旧表.et", "老.xls"}


@pytest.mark.parametrize(
    ("name", "what", "is_noise"),
    [
        ("~$梧桐里.xlsx", "打开表格时的锁定文件或系统文件", True),
        (".~lock.梧桐里.xlsx#", "打开表格时的锁定文件或系统文件", True),
        ("._梧桐里.xlsx", "打开表格时的锁定文件或系统文件", True),
        ("Thumbs.db", "打开表格时的锁定文件或系统文件", True),
        ("desktop.ini", "打开表格时的锁定文件或系统文件", True),
        ("梧桐里.xlsx.crdownload", "临时文件", True),
        ("A1B2C3.tmp", "临时文件", True),
        ("签字页.JPG", "图片", False),
        ("说明.pdf", "PDF文档", False),
        ("总结.docx", "文字文档", False),
        ("10月报表.lnk", "快捷方式", False),
        ("报送网址.url", "快捷方式", False),
        ("月报表.exe", "程序", False),
        ("会议录音.m4a", "音频或视频", False),
    ],
)
def test_what_is_no_return_is_told_apart(tmp_path: Path, name: str, what: str, is_noise: bool) -> None:  # noqa: FBT001
    make(tmp_path, name, content=b"\xff\xd8\xff")
    found = discover(tmp_path)
    assert found.files == ()
    assert [(left.name, left.aside.what, left.aside.is_noise) for left in found.ignored] == [(name, what, is_noise)]


def test_a_file_that_lost_its_extension_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    make(tmp_path, "梧桐里10月")
    make(tmp_path, "便条", content="10月的表明天发".encode())
    found = discover(tmp_path)
    assert [path.name for path in found.files] == ["梧桐里10月"]
    assert [left.name for left in found.ignored] == ["便条"]


def test_a_workbook_under_the_name_of_a_picture_is_looked_into(tmp_path: Path) -> None:
    make(tmp_path, "梧桐里.jpg", "说明.txt", "总结.docx")
    assert [path.name for path in discover(tmp_path).files] == ["梧桐里.jpg", "说明.txt"]


def test_archives_and_exports_are_opened_to_tell_what_they_are(tmp_path: Path) -> None:
    make(tmp_path, "打包.zip", "打包.rar", "导出.htm", "导出.tsv", content=b"Rar!")
    assert [path.name for path in discover(tmp_path).files] == ["导出.htm", "导出.tsv", "打包.rar", "打包.zip"]


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    outside, inbox = tmp_path / "outside", tmp_path / "inbox"
    make(outside, "别处.xlsx")
    inbox.mkdir()
    (inbox / "链接.xlsx").symlink_to(outside / "别处.xlsx")
    (inbox / "文件夹").symlink_to(outside, target_is_directory=True)
    os.mkfifo(inbox / "管道.xlsx")
    found = discover(inbox)
    assert found.files == ()
    assert {left.name: left.aside.what for left in found.ignored} == {
        "链接.xlsx": "指向别处的链接",
        "文件夹": "指向别处的链接",
        "管道.xlsx": "特殊文件",
    }


def test_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "__MACOSX/梧桐里.xlsx", ".回收站/北苑.xlsx")
    assert discover(tmp_path).files == ()
