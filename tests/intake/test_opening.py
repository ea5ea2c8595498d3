import hashlib
import os
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from aggregator.intake import opening
from aggregator.intake.causes import ADVICE, Cause, UnreadableFileError
from aggregator.intake.opening import open_package, read_file, unpack

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARTS = {
    "[Content_Types].xml": b"<Types/>",
    "_rels/.rels": b"<Relationships/>",
    "xl/workbook.xml": "<workbook><sheet name='表1'/></workbook>".encode(),
    "xl/worksheets/sheet1.xml": b"<worksheet>" + b'<row><c r="A1"><v>1290</v></c></row>' * 20 + b"</worksheet>",
}


def write_package(path: Path, parts: Mapping[str, bytes] = PARTS) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return path


def cause_of(path: Path) -> Cause:
    with pytest.raises(UnreadableFileError) as caught:
        open_package(path)
    return caught.value.cause


def cause_of_bytes(tmp_path: Path, content: bytes) -> Cause:
    path = tmp_path / "报表.xlsx"
    path.write_bytes(content)
    return cause_of(path)


def compound_file(stream: str) -> bytes:
    """A header sector and a directory sector with the root and one stream, as Excel's older formats have them."""
    header = OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    entries = (_directory_entry("Root Entry", 5), _directory_entry(stream, 2))
    return header.ljust(512, b"\0") + b"".join(entries).ljust(512, b"\0")


def _directory_entry(name: str, kind: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return (encoded.ljust(64, b"\0") + struct.pack("<HB", len(encoded), kind)).ljust(128, b"\0")


# --- what is read -----------------------------------------------------------------------------------------------


def test_the_parts_are_inflated_and_the_file_is_fingerprinted(tmp_path: Path) -> None:
    path = write_package(tmp_path / "报表.xlsx")
    package = open_package(path)
    assert package.part("xl/workbook.xml") == PARTS["xl/workbook.xml"]
    assert package.part("XL/Workbook.xml") == PARTS["xl/workbook.xml"]
    assert package.part("xl/absent.xml") is None
    assert package.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert package.size == path.stat().st_size


@pytest.mark.parametrize("name", ["报表.xls", "报表.XLSX", "报表.et", "报表"])
def test_the_bytes_tell_what_a_file_is_and_not_its_ending(tmp_path: Path, name: str) -> None:
    assert open_package(write_package(tmp_path / name)).part("xl/workbook.xml")


def test_backslashes_between_folders_are_read_as_slashes(tmp_path: Path) -> None:
    path = write_package(tmp_path / "a.xlsx", {name.replace("/", "\\"): part for name, part in PARTS.items()})
    assert open_package(path).part("xl/worksheets/sheet1.xml") == PARTS["xl/worksheets/sheet1.xml"]


def test_stored_members_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in PARTS.items():
            archive.writestr(name, part)
    assert dict(open_package(path).parts) == {name.casefold(): part for name, part in PARTS.items()}


def test_pictures_are_checked_but_not_kept(tmp_path: Path) -> None:
    path = write_package(tmp_path / "a.xlsx", PARTS | {"xl/media/image1.png": b"\x89PNG"})
    assert open_package(path).part("xl/media/image1.png") is None


# --- what is no workbook ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", Cause.EMPTY_FILE),
        (b"\0" * 4096, Cause.DAMAGED),
        (b"%PDF-1.7\n", Cause.PDF),
        (b"\x89PNG\r\n\x1a\n", Cause.PICTURE),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", Cause.PICTURE),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", Cause.PICTURE),
        (b"Rar!\x1a\x07\x01\x00", Cause.ARCHIVE),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", Cause.ARCHIVE),
        (b"{\\rtf1\\ansi", Cause.WORD),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", Cause.OLD_XLS),
        (b"<html><table><tr><td>1</td></tr></table></html>", Cause.HTML),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<html>", Cause.HTML),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Cause.HTML),
        ('<html xmlns:x="urn:schemas-microsoft-com:office:excel">'.encode("utf-16"), Cause.HTML),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', Cause.XML_2003),
        (b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument">', Cause.FLAT_ODS),
        ("社区,人数\r\n东风社区,12\r\n".encode(), Cause.TEXT),
        ("社区,人数\r\n东风社区,12\r\n".encode("gb18030"), Cause.TEXT),
        ("社区\t人数\r\n".encode("utf-16"), Cause.TEXT),
        (("东" * 5000).encode(), Cause.TEXT),
        (b"MZ\x90\x00\x03\x00\x00\x00", Cause.PROGRAM),
        (b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00", Cause.SHORTCUT),
        (b"[InternetShortcut]\r\nURL=http://example.invalid/\r\n", Cause.SHORTCUT),
        (b"b\x14#eE-SafeNet   LOCK" + bytes(range(256)), Cause.RIGHTS),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", Cause.VERY_OLD_XLS),
        (b"\x01\x02\x03\x80\x81", Cause.UNREADABLE_OTHER),
    ],
)
def test_a_foreign_file_is_told_by_its_bytes(tmp_path: Path, content: bytes, cause: Cause) -> None:
    assert cause_of_bytes(tmp_path, content) is cause


@pytest.mark.parametrize(
    ("stream", "cause"),
    [
        ("EncryptedPackage", Cause.PASSWORD),
        ("Workbook", Cause.OLD_XLS),
        ("Book", Cause.OLD_XLS),
        ("WordDocument", Cause.WORD),
        ("PowerPoint Document", Cause.SLIDES),
        ("DRMEncryptedDataSpace", Cause.RIGHTS),
    ],
)
def test_a_compound_file_is_told_by_its_streams(tmp_path: Path, stream: str, cause: Cause) -> None:
    assert cause_of_bytes(tmp_path, compound_file(stream)) is cause


def test_a_word_in_the_text_of_an_old_workbook_is_no_password(tmp_path: Path) -> None:
    text = "  EncryptedPackage\0".encode("utf-16-le")
    assert cause_of_bytes(tmp_path, compound_file("Workbook") + text) is Cause.OLD_XLS


@pytest.mark.parametrize(
    ("parts", "cause"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}, Cause.ODS),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}, Cause.WORD),
        ({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01"}, Cause.XLSB),
        ({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}, Cause.WORD),
        ({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<a/>"}, Cause.SLIDES),
        ({"[Content_Types].xml": b"<Types/>", "OFD.xml": b"<a/>"}, Cause.PDF),
        ({"东风社区.xlsx": b"PK", "西苑社区.xlsx": b"PK"}, Cause.ARCHIVE),
        ({}, Cause.EMPTY_FILE),
    ],
)
def test_a_foreign_package_is_told_by_its_members(tmp_path: Path, parts: dict[str, bytes], cause: Cause) -> None:
    assert cause_of(write_package(tmp_path / "a.xlsx", parts)) is cause


# --- what is no file --------------------------------------------------------------------------------------------


def test_a_folder_a_link_and_a_pipe_are_no_regular_files(tmp_path: Path) -> None:
    folder, link, pipe = tmp_path / "目录.xlsx", tmp_path / "link.xlsx", tmp_path / "pipe.xlsx"
    folder.mkdir()
    link.symlink_to(write_package(tmp_path / "a.xlsx"))
    os.mkfifo(pipe)
    assert {cause_of(folder), cause_of(link), cause_of(pipe)} == {Cause.NOT_A_REGULAR_FILE}


def test_a_file_that_is_gone_has_vanished(tmp_path: Path) -> None:
    assert cause_of(tmp_path / "a.xlsx") is Cause.VANISHED


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "denied")

    path = write_package(tmp_path / "a.xlsx")
    monkeypatch.setattr(os, "open", refuse)
    assert cause_of(path) is Cause.NO_PERMISSION


def test_a_sparse_giant_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.touch()
    os.truncate(path, 5_000_000_000)
    assert cause_of(path) is Cause.TOO_LARGE


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_package(tmp_path / "a.xlsx")
    monkeypatch.setattr(opening, "_refuse_irregular", lambda _: None)
    monkeypatch.setattr(opening, "MAX_FILE_BYTES", 100)
    assert cause_of(path) is Cause.TOO_LARGE


# --- damage -----------------------------------------------------------------------------------------------------


def test_a_package_cut_at_any_tenth_is_refused(tmp_path: Path) -> None:
    whole = write_package(tmp_path / "a.xlsx").read_bytes()
    causes = {cause_of_bytes(tmp_path, whole[: len(whole) * tenth // 10]) for tenth in range(1, 10)}
    assert causes <= {Cause.TRUNCATED, Cause.DAMAGED}
    assert Cause.TRUNCATED in causes


def test_a_flipped_byte_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    path = write_package(tmp_path / "a.xlsx")
    whole, expected = path.read_bytes(), dict(open_package(path).parts)
    chance = random.Random(20261031)  # noqa: S311 - a repeatable sample
    refused = 0
    for at in range(len(whole)):
        flipped = bytearray(whole)
        flipped[at] ^= chance.randrange(1, 256)
        path.write_bytes(flipped)
        try:
            assert dict(open_package(path).parts) == expected, at
        except UnreadableFileError:
            refused += 1
    assert refused > len(whole) // 2


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    content = write_package(tmp_path / "a.xlsx").read_bytes()
    checksum = struct.pack("<I", zlib.crc32(PARTS["xl/worksheets/sheet1.xml"]))
    assert cause_of_bytes(tmp_path, content.replace(checksum, b"\0\0\0\0")) is Cause.DAMAGED


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = PARTS | {"XL/workbook.xml": b"<workbook/>"}
    assert cause_of(write_package(tmp_path / "a.xlsx", twice)) is Cause.DAMAGED


def test_a_member_with_a_password_is_told(tmp_path: Path) -> None:
    content = bytearray(write_package(tmp_path / "a.xlsx").read_bytes())
    for entry in re.finditer(b"PK\x01\x02", bytes(content)):
        content[entry.start() + 8] |= 1
    assert cause_of_bytes(tmp_path, bytes(content)) is Cause.PASSWORD


def test_an_unknown_compression_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    assert cause_of(path) is Cause.UNREADABLE_OTHER


# --- attacks ----------------------------------------------------------------------------------------------------


def test_a_package_that_declares_too_much_is_refused(tmp_path: Path) -> None:
    one = {"xl/media/blank.bin": bytes(100_000_001)}
    assert cause_of(write_package(tmp_path / "a.xlsx", PARTS | one)) is Cause.BOMB
    three = {f"xl/media/{number}.bin": bytes(67_000_000) for number in range(3)}
    assert cause_of(write_package(tmp_path / "a.xlsx", PARTS | three)) is Cause.BOMB


def test_a_part_larger_than_it_declares_is_refused(tmp_path: Path) -> None:
    content = write_package(tmp_path / "a.xlsx", PARTS | {"xl/big.xml": b" " * 1_234_567}).read_bytes()
    lie = content.replace(struct.pack("<I", 1_234_567), struct.pack("<I", 1_000))
    assert cause_of_bytes(tmp_path, lie) is Cause.BOMB


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    content = write_package(tmp_path / "a.xlsx").read_bytes()
    packed = zipfile.ZipFile(tmp_path / "a.xlsx").getinfo("xl/worksheets/sheet1.xml").compress_size
    claim = struct.pack("<I", packed)
    assert cause_of_bytes(tmp_path, content.replace(claim, struct.pack("<I", 100_000))) is Cause.BOMB


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    many = {f"xl/{number}.xml": b"" for number in range(2_001)}
    assert cause_of(write_package(tmp_path / "a.xlsx", PARTS | many)) is Cause.BOMB
    swarm = {f"xl/{number}.xml": b"" for number in range(4_001)}
    assert cause_of(write_package(tmp_path / "a.xlsx", swarm)) is Cause.BOMB


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("declaration", ["<!DOCTYPE a SYSTEM 'file:///etc/hostname'>", "<!ENTITY a 'b'>"])
def test_a_declaration_in_any_part_is_refused(tmp_path: Path, declaration: str, encoding: str) -> None:
    path = write_package(tmp_path / "a.xlsx", PARTS | {"docProps/app.xml": declaration.encode(encoding)})
    assert cause_of(path) is Cause.DTD


# --- what a clerk reads -----------------------------------------------------------------------------------------


def test_every_cause_has_a_fault_and_a_remedy_in_chinese() -> None:
    assert set(ADVICE) == set(Cause)
    for fault, remedy in ADVICE.values():
        assert re.search(r"[\u4e00-\u9fff]{3}", fault)
        assert remedy.startswith("请")
        assert not (fault + remedy).endswith("。")


def test_an_error_speaks_in_one_sentence_of_fault_place_and_remedy() -> None:
    assert str(UnreadableFileError(Cause.PASSWORD)) == "文件设有密码。请取消打开密码和工作簿保护密码后重新报送。"
    detail = str(UnreadableFileError(Cause.UNREADABLE_XML, "xl/workbook.xml第2行"))
    assert detail.startswith("工作簿内部结构有误，不能读取（xl/workbook.xml第2行）。请")


def test_bytes_read_once_are_all_that_is_unpacked(tmp_path: Path) -> None:
    path = write_package(tmp_path / "a.xlsx")
    file = read_file(path)
    path.unlink()
    assert unpack(file).sha256 == file.sha256
