"""Returns packed in a .zip are read as if they lay in the folder; an archive can lead nowhere else."""

from __future__ import annotations

import stat
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from aggregator.intake import archive
from aggregator.model.consolidation import Verdict
from tests.workbooks import values_of


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            package.writestr(name, content)
    return buffer.getvalue()


def named_in(encoding: str, name: str, content: bytes) -> bytes:
    """An archive whose one name is written in an encoding that it does not declare, as Windows writes it."""
    raw = name.encode(encoding)
    stand_in = ("x" * len(raw)).encode()
    return packed((stand_in.decode(), content)).replace(stand_in, raw)


def verdicts(intake: Any) -> dict[str, Verdict]:
    return {file.file.name: file.verdict for file in intake.files}


def test_each_file_of_an_archive_is_read_by_itself(inbox: Any) -> None:
    forms = {"梧桐里.xlsx": inbox.form(), "街道本级.xlsx": inbox.form("J00", acts=())}
    paths = [inbox.put(name, form) for name, form in forms.items()]
    expected = values_of(inbox.read())
    for path in paths:
        path.unlink()
    inbox.put("群里打包.zip", packed(*[(f"10月/{name}", form) for name, form in forms.items()]))
    intake = inbox.read()
    assert values_of(intake) == expected
    assert intake.findings == ()
    assert verdicts(intake) == {
        "群里打包.zip": Verdict.UNPACKED,
        "群里打包.zip/10月/梧桐里.xlsx": Verdict.ACCEPTED,
        "群里打包.zip/10月/街道本级.xlsx": Verdict.ACCEPTED,
    }
    assert str(intake.submissions[0].values["visits"].place).startswith("群里打包.zip/10月/梧桐里.xlsx:指标表!")


def test_an_archive_within_an_archive_a_stranger_and_rubbish_are_told_apart(inbox: Any, told: Any) -> None:
    link = zipfile.ZipInfo("别处.xlsx")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    inbox.put(
        "打包.zip",
        packed(
            ("梧桐里.xlsx", inbox.form()),
            ("里层.zip", packed(("北苑东.xlsx", inbox.form("C02")))),
            ("签字页.jpg", b"\xff\xd8\xff"),
            ("~$梧桐里.xlsx", b"lock"),
            ("__MACOSX/._梧桐里.xlsx", b"rubbish"),
            ("空.xlsx", b""),
            (link, b"/etc/hostname"),
        ),
    )
    intake = inbox.read()
    assert verdicts(intake) == {
        "打包.zip": Verdict.UNPACKED,
        "打包.zip/梧桐里.xlsx": Verdict.ACCEPTED,
        "打包.zip/里层.zip": Verdict.UNREADABLE,
        "打包.zip/签字页.jpg": Verdict.IGNORED,
        "打包.zip/~$梧桐里.xlsx": Verdict.IGNORED,
        "打包.zip/空.xlsx": Verdict.UNREADABLE,
        "打包.zip/别处.xlsx": Verdict.IGNORED,
    }
    assert [found.message for found in told(intake, "file-unreadable")] == [
        "“打包.zip/空.xlsx”无法读取：文件为空，没有任何内容。",
        "“打包.zip/里层.zip”无法读取：压缩包里又套了压缩包，里层没有读取。",
    ]
    assert [found.message for found in told(intake, "file-ignored")] == [
        "“打包.zip/别处.xlsx”是指向别处的链接，不是报表，没有读取。",
        "“打包.zip/签字页.jpg”是图片，不是报表，没有读取。",
    ]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_are_read_as_their_sender_wrote_them(inbox: Any, encoding: str) -> None:
    inbox.put("打包.zip", named_in(encoding, "梧桐里10月.xlsx", inbox.form()))
    assert "打包.zip/梧桐里10月.xlsx" in verdicts(inbox.read())


def test_names_that_lead_elsewhere_lead_nowhere(inbox: Any) -> None:
    names = ["../../梧桐里.xlsx", "/etc/北苑东.xlsx", "C:\\Windows\\街道.xlsx", "..", "a/../b.xlsx"]
    inbox.put("打包.zip", packed(*[(name, b"%PDF") for name in names]))
    before = sorted(inbox.folder.parent.rglob("*"))
    found = verdicts(inbox.read())
    assert set(found) == {
        "打包.zip",
        "打包.zip/梧桐里.xlsx",
        "打包.zip/etc/北苑东.xlsx",
        "打包.zip/C:/Windows/街道.xlsx",
        "打包.zip/（无名）",
        "打包.zip/a/b.xlsx",
    }
    assert sorted(inbox.folder.parent.rglob("*")) == before


def test_a_damaged_member_spoils_no_other(inbox: Any) -> None:
    whole = packed(("坏.xlsx", b"B" * 5_000), ("梧桐里.xlsx", inbox.form()))
    with zipfile.ZipFile(BytesIO(whole)) as package:
        checksum = package.getinfo("坏.xlsx").CRC.to_bytes(4, "little")
    inbox.put("打包.zip", whole.replace(checksum, b"\0\0\0\0"))
    found = verdicts(inbox.read())
    assert found["打包.zip/坏.xlsx"] is Verdict.UNREADABLE
    assert found["打包.zip/梧桐里.xlsx"] is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (packed(("照片.jpg", b"\xff\xd8\xff")), "压缩包里没有表格文件。"),
        (packed(("甲.xlsx", b"1"), ("甲.XLSX", b"2")), "文件已损坏，内容校验不符（压缩包内有重名文件）。"),
        (packed(("a/甲.xlsx", b"1"), ("a/./甲.xlsx", b"2")), "文件已损坏，内容校验不符（压缩包内有重名文件）。"),
        (packed(), "文件为空，没有任何内容。"),
        (b"Rar!\x1a\x07\x01\x00", "文件为rar、7z等压缩包，不能直接读取。"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "文件为rar、7z等压缩包，不能直接读取。"),
    ],
)
def test_an_archive_that_cannot_be_read_says_why(inbox: Any, content: bytes, reason: str) -> None:
    inbox.put("打包.zip", content)
    (file,) = inbox.read().files
    assert file.verdict is Verdict.UNREADABLE
    assert file.reason.startswith(reason)


def test_an_archive_with_a_password_is_told(inbox: Any) -> None:
    content = bytearray(packed(("梧桐里.xlsx", inbox.form())))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    inbox.put("打包.zip", bytes(content))
    (file,) = inbox.read().files
    assert file.reason.startswith("文件设有密码。")


def test_too_many_files_in_an_archive_are_refused(inbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 2)
    inbox.put("打包.zip", packed(*[(f"{number}.xlsx", b"x") for number in range(3)]))
    (file,) = inbox.read().files
    assert file.reason.startswith("文件解压后过大，超出系统可处理的大小（压缩包内有3个文件）。")


def test_workbooks_stored_in_an_archive_are_no_swarm(inbox: Any, tmp_path: Path) -> None:
    form = inbox.form()
    entries = form.count(b"PK\x01\x02")
    with zipfile.ZipFile(tmp_path / "打包.zip", "w", zipfile.ZIP_STORED) as package:
        for number in range(4_000 // entries + 1):
            package.writestr(f"{number}/梧桐里.xlsx", form)
    assert len(inbox.read().files) == 0
    inbox.put("打包.zip", (tmp_path / "打包.zip").read_bytes())
    found = inbox.read()
    assert verdicts(found)["打包.zip"] is Verdict.UNPACKED
    assert len(found.submissions) == 1


def test_of_two_packed_versions_the_later_counts(inbox: Any) -> None:
    first, second = (
        zipfile.ZipInfo("梧桐里甲.xlsx", (2026, 11, 3, 9, 0, 0)),
        zipfile.ZipInfo("梧桐里乙.xlsx", (2026, 11, 2, 9, 0, 0)),
    )
    inbox.put("打包.zip", packed((first, inbox.form()), (second, inbox.form(confirmed=False))))
    found = verdicts(inbox.read())
    assert found["打包.zip/梧桐里甲.xlsx"] is Verdict.ACCEPTED
    assert found["打包.zip/梧桐里乙.xlsx"] is Verdict.SUPERSEDED
