import errno
import os
import stat
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import pytest

from aggregator.publish import whole_file
from aggregator.publish.whole_file import OutputError, remove_leftovers, write_whole

OLD = b"last month"
NEW = "十月".encode()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "街道汇总表_2026年10月.xlsx"
    path.write_bytes(OLD)
    return path


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    delays: list[float] = []
    monkeypatch.setattr(time, "sleep", delays.append)
    return delays


def failing(code: int) -> Any:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return fail


def reading(read: Callable[[], BinaryIO]) -> Any:
    """A `Path.open` that writes as ever and gives something else to read."""
    real_open = Path.open
    return lambda path, mode: read() if mode == "rb" else real_open(path, mode)


def assert_untouched(target: Path) -> None:
    assert target.read_bytes() == OLD
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_the_new_file_replaces_the_old_one_and_nothing_else_remains(target: Path) -> None:
    write_whole(target, NEW)
    assert target.read_bytes() == NEW
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_whole(tmp_path / "output" / "退回" / "东风.csv", NEW)
    assert (tmp_path / "output" / "退回" / "东风.csv").read_bytes() == NEW


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
def test_an_output_can_be_read_by_whom_the_folder_allows(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "run.json", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("owner", "step", "code", "words"),
    [
        (Path, "mkdir", errno.EROFS, "目录只读"),
        (Path, "open", errno.EACCES, "目录只读"),
        (Path, "open", errno.ENAMETOOLONG, "文件名太长"),
        (os, "fsync", errno.ENOSPC, "磁盘已满"),
        (Path, "replace", errno.EACCES, "文件正被其他程序打开"),
        (Path, "replace", errno.EXDEV, "系统报告的错误"),
    ],
)
def test_a_failure_at_any_step_leaves_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch, *, owner: Any, step: str, code: int, words: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, failing(code))
        with pytest.raises(OutputError, match=words) as caught:
            write_whole(target, NEW)
    assert caught.value.path == target
    assert_untouched(target)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_named(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        real_open = Path.open
        patched.setattr(Path, "open", lambda _, __: real_open(Path("/dev/full"), "wb"))
        with pytest.raises(OutputError, match="磁盘已满"):
            write_whole(target, NEW)
    assert_untouched(target)


@pytest.mark.parametrize("torn", [NEW[:-1], NEW + b"!", b"?" + NEW[1:], b""])
def test_bytes_that_come_back_different_are_not_published(
    target: Path, monkeypatch: pytest.MonkeyPatch, torn: bytes
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", reading(lambda: BytesIO(torn)))
        with pytest.raises(OutputError, match="读回的内容不一致"):
            write_whole(target, NEW)
    assert_untouched(target)


def test_a_disk_that_cannot_be_read_is_named(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", reading(failing(errno.EIO)))
        with pytest.raises(OutputError, match="磁盘读写出错"):
            write_whole(target, NEW)
    assert_untouched(target)


def test_a_file_of_many_pieces_is_compared_to_its_end(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = bytes(range(256)) * 10_000
    write_whole(target, large)
    assert target.read_bytes() == large
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", reading(lambda: BytesIO(large[:-1] + b"?")))
        with pytest.raises(OutputError, match="读回的内容不一致"):
            write_whole(target, large)


def test_an_interrupted_run_leaves_nothing(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Path) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_whole(target, NEW)
    assert_untouched(target)


def test_a_target_held_for_a_moment_is_tried_again(
    target: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    real_replace, refusals = Path.replace, [PermissionError(13, "held"), PermissionError(13, "held")]

    def replace(self: Path, other: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return real_replace(self, other)

    monkeypatch.setattr(Path, "replace", replace)
    write_whole(target, NEW)
    assert target.read_bytes() == NEW
    assert slept == [0.2, 0.5]


def test_a_folder_of_the_same_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "totals.csv").mkdir()
    with pytest.raises(OutputError, match=r"同名的文件夹|正被其他程序打开"):
        write_whole(tmp_path / "totals.csv", NEW)


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "output").write_bytes(OLD)
    with pytest.raises(OutputError, match="是文件而不是文件夹"):
        write_whole(tmp_path / "output" / "run.json", NEW)


def test_a_folder_that_cannot_be_flushed_is_no_failure(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", failing(errno.EINVAL))
    write_whole(target, NEW)
    assert target.read_bytes() == NEW


def test_leftovers_of_a_killed_run_are_removed(target: Path) -> None:
    (target.parent / ".aggregator-0123456789abcdef.tmp").write_bytes(b"half")
    remove_leftovers(target.parent)
    assert_untouched(target)


def test_the_message_says_that_the_old_file_stands(target: Path) -> None:
    error = OutputError(target, whole_file._OPEN_ELSEWHERE)  # noqa: SLF001
    assert str(error).endswith("然后重试。原有文件未改动。")
    assert target.name in str(error)
