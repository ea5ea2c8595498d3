"""Opens one workbook file safely: tells its kind by its bytes, inflates it within limits, checks every checksum.

What the parts of the package mean is left to `cells`; nothing here reads a cell.
"""

import hashlib
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

MAX_FILE_BYTES = 50_000_000
MAX_INFLATED_BYTES = 200_000_000
MAX_PART_BYTES = 100_000_000  # a text may take four times as much in memory
MAX_MEMBERS = 2_000


class Cause(StrEnum):
    """Why a file cannot be read."""

    EMPTY_FILE = "empty-file"
    NOT_A_REGULAR_FILE = "not-a-regular-file"
    TOO_LARGE = "too-large"
    PASSWORD = "password"  # noqa: S105 - the name of a cause
    OLD_XLS = "old-xls"
    XLSB = "xlsb"
    ODS = "ods"
    PDF = "pdf"
    PICTURE = "picture"
    WORD = "word"
    ARCHIVE = "archive"
    HTML = "html"
    TEXT = "text"
    XML_2003 = "xml-2003"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    BOMB = "bomb"
    DTD = "dtd"
    NO_SHEETS = "no-sheets"
    PART_MISSING = "part-missing"
    UNREADABLE_XML = "unreadable-xml"
    OUTSIDE_GRID = "outside-grid"
    TOO_MANY_CELLS = "too-many-cells"
    TOO_SLOW = "too-slow"
    UNREADABLE_OTHER = "unreadable-other"
    VANISHED = "vanished"
    NO_PERMISSION = "no-permission"


class Advice(NamedTuple):
    """What a clerk reads about an unreadable file: what is wrong with it, and what to do."""

    fault: str
    remedy: str


_SAVE_AS_XLSX = "请用Excel或WPS打开，另存为“Excel工作簿（*.xlsx）”后重新报送"
_FILL_THE_FORM = "请在下发的表格模板中填写后重新报送"
_SEND_AGAIN = "请确认该文件能正常打开，保存后重新报送"
_SAVE_AGAIN = "请用Excel或WPS打开并重新保存；不能打开的，请在下发的表格模板中重新填写后报送"

ADVICE: Mapping[Cause, Advice] = MappingProxyType(
    {
        Cause.EMPTY_FILE: Advice("文件为空，没有任何内容", _SEND_AGAIN),
        Cause.NOT_A_REGULAR_FILE: Advice(
            "该名称下不是普通文件（可能是文件夹或快捷方式）", "请将表格文件本身放入收件文件夹"
        ),
        Cause.TOO_LARGE: Advice("文件超过50MB，超出系统可处理的大小", "请删除表中插入的图片和多余内容，另存后重新报送"),
        Cause.PASSWORD: Advice("文件设有打开密码", "请取消密码后重新报送"),
        Cause.OLD_XLS: Advice("文件为旧版表格格式（xls或et）", _SAVE_AS_XLSX),
        Cause.XLSB: Advice("文件为二进制工作簿格式（xlsb）", _SAVE_AS_XLSX),
        Cause.ODS: Advice("文件为开放文档表格格式（ods）", _SAVE_AS_XLSX),
        Cause.PDF: Advice("文件实为PDF文档，不是表格", _FILL_THE_FORM),
        Cause.PICTURE: Advice("文件实为图片，不是表格", _FILL_THE_FORM),
        Cause.WORD: Advice("文件实为文字文档，不是表格", _FILL_THE_FORM),
        Cause.ARCHIVE: Advice("文件实为压缩包，不是表格", "请解压后报送其中的表格文件"),
        Cause.HTML: Advice("文件实为网页，只是改用了表格的扩展名", _SAVE_AS_XLSX),
        Cause.TEXT: Advice("文件实为纯文本（如csv），不是工作簿", _FILL_THE_FORM),
        Cause.XML_2003: Advice("文件为XML表格（2003）格式", _SAVE_AS_XLSX),
        Cause.TRUNCATED: Advice("文件不完整，可能未传输完毕", "请重新发送完整的文件"),
        Cause.DAMAGED: Advice("文件已损坏，内容校验不符", "请重新发送；仍不能读取的，请打开原文件另存后报送"),
        Cause.BOMB: Advice("文件解压后过大，超出系统可处理的大小", _FILL_THE_FORM),
        Cause.DTD: Advice("文件内含有不应出现的文档类型声明，为安全起见未予读取", _SAVE_AGAIN),
        Cause.NO_SHEETS: Advice("工作簿中没有工作表", _FILL_THE_FORM),
        Cause.PART_MISSING: Advice("工作簿缺少必要的组成部分", _SAVE_AGAIN),
        Cause.UNREADABLE_XML: Advice("工作簿内部结构有误，不能读取", _SAVE_AGAIN),
        Cause.OUTSIDE_GRID: Advice("工作簿中有单元格的位置有误或超出表格的最大行列范围", _SAVE_AGAIN),
        Cause.TOO_MANY_CELLS: Advice("工作簿内容过多，超出系统可处理的数量", _FILL_THE_FORM),
        Cause.TOO_SLOW: Advice("工作簿过于复杂，未能在限定时间内读完", _FILL_THE_FORM),
        Cause.UNREADABLE_OTHER: Advice(
            "文件不是可识别的表格，可能已损坏或被加密软件加密", "请确认文件已解密且能正常打开，另存为xlsx后重新报送"
        ),
        Cause.VANISHED: Advice("文件在读取前已被移走或删除", "请将文件放回收件文件夹后重新运行"),
        Cause.NO_PERMISSION: Advice(
            "没有读取该文件的权限，或文件正被其他程序占用", "请关闭正在使用该文件的程序后重新运行"
        ),
    }
)


class UnreadableFileError(Exception):
    """A file that cannot be read; `detail` says in Chinese where it failed, for whoever looks into it."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__(cause, detail)
        self.cause = cause
        self.detail = detail

    @property
    def advice(self) -> Advice:
        """What a clerk reads about this file."""
        return ADVICE[self.cause]

    def __str__(self) -> str:
        fault, remedy = self.advice
        detail = f"（{self.detail}）" if self.detail else ""
        return f"{fault}{detail}。{remedy}。"


@dataclass(frozen=True, slots=True, repr=False)
class FileContent:
    """The bytes of one file, read once, so that all that is said of the file is said of the same bytes."""

    content: bytes
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, repr=False)
class Package:
    """The inflated and checked XML parts of one workbook, by their names within the package."""

    sha256: str
    size: int
    parts: Mapping[str, bytes]

    def part(self, name: str) -> bytes | None:
        """Return the bytes of a part, or None where the package has none of this name; case does not matter."""
        return self.parts.get(name.casefold())


def open_package(path: Path) -> Package:
    """Return the inflated parts of an .xlsx or .xlsm file."""
    return unpack(read_file(path))


def read_file(path: Path) -> FileContent:
    """Return the bytes of a regular file of bearable size, following no link."""
    try:
        _refuse_irregular(path.lstat())
        content = _read_bytes(path)
    except FileNotFoundError as error:
        raise UnreadableFileError(Cause.VANISHED) from error
    except PermissionError as error:
        raise UnreadableFileError(Cause.NO_PERMISSION) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UnreadableFileError(Cause.UNREADABLE_OTHER, f"系统报告：{error}") from error
    return FileContent(content, hashlib.sha256(content).hexdigest(), len(content))


def unpack(file: FileContent) -> Package:
    """Return the inflated parts of a workbook already read into memory."""
    cause = foreign_kind(file.content)
    if cause is not None:
        raise UnreadableFileError(cause)
    members = _members(file.content)
    cause = _foreign_package(file.content, members)
    if cause is not None:
        raise UnreadableFileError(cause)
    parts = {}
    for name, member in members.items():
        part = _inflate(file.content, member)
        if name.endswith((".xml", ".rels", ".vml")):
            _refuse_dtd(name, part)
            parts[name] = part
    return Package(file.sha256, file.size, MappingProxyType(parts))


def unpack_parts(file: FileContent, wanted: Iterable[str]) -> dict[str, bytes]:
    """Return the wanted XML parts of any zip package, checked as a workbook's are; one that is absent is left out."""
    cause = foreign_kind(file.content)
    if cause is not None:
        raise UnreadableFileError(cause)
    members = _members(file.content)
    parts = {name: _inflate(file.content, members[name]) for name in wanted if name in members}
    for name, part in parts.items():
        _refuse_dtd(name, part)
    return parts


def _refuse_irregular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFileError(Cause.NOT_A_REGULAR_FILE)
    if status.st_size > MAX_FILE_BYTES:
        raise UnreadableFileError(Cause.TOO_LARGE, f"{status.st_size / 1e6:.0f}MB")


def _read_bytes(path: Path) -> bytes:
    # Between lstat and open another process may put a link or a pipe in the place of the file.
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        _refuse_irregular(os.fstat(stream.fileno()))
        content = stream.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableFileError(Cause.TOO_LARGE)
    return content


# --- what a file is, by its first bytes -------------------------------------------------------------------------

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, Cause], ...] = (
    (b"%PDF", Cause.PDF),
    (b"\x89PNG", Cause.PICTURE),
    (b"\xff\xd8\xff", Cause.PICTURE),
    (b"GIF8", Cause.PICTURE),
    (b"BM", Cause.PICTURE),
    (b"II*\x00", Cause.PICTURE),
    (b"MM\x00*", Cause.PICTURE),
    (b"{\\rtf", Cause.WORD),
    (b"Rar!", Cause.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Cause.ARCHIVE),
    (b"\x1f\x8b", Cause.ARCHIVE),
    (b"PK\x05\x06", Cause.ARCHIVE),
    (b"\x09\x00\x04\x00", Cause.OLD_XLS),  # Excel 2 to 4 wrote their records without a compound file around them
    (b"\x09\x02\x06\x00", Cause.OLD_XLS),
    (b"\x09\x04\x06\x00", Cause.OLD_XLS),
    (b"\x09\x08", Cause.OLD_XLS),
)
_OLE_STREAMS: tuple[tuple[str, Cause], ...] = (
    ("EncryptedPackage", Cause.PASSWORD),
    ("WordDocument", Cause.WORD),
    ("Workbook", Cause.OLD_XLS),
    ("Book", Cause.OLD_XLS),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|style|div)[\s>]", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HEAD_BYTES = 4_096


def foreign_kind(content: bytes) -> Cause | None:
    """Return what a file is that is no zip package, or None for a zip package."""
    if content.startswith(_ZIP):
        return None
    if not content:
        return Cause.EMPTY_FILE
    if content.startswith(_OLE):
        return _ole_kind(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Cause.PICTURE
    magic = (cause for start, cause in _MAGIC if content.startswith(start))
    return next(magic, None) or _markup_kind(content) or _plain_kind(content)


def _ole_kind(content: bytes) -> Cause:
    for name, cause in _OLE_STREAMS:
        stream = (name + "\0").encode("utf-16-le")
        at = content.find(stream)
        while at >= 0:
            if at % 128 == 0:  # an entry of the directory, not a word in some text
                return cause
            at = content.find(stream, at + 1)
    return Cause.UNREADABLE_OTHER


def _markup_kind(content: bytes) -> Cause | None:
    head = content[:_HEAD_BYTES].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    is_xml = head.startswith(b"<?xml")
    if is_xml and b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return Cause.XML_2003
    if head.startswith(b"MIME-Version") or (head.startswith(b"<") and _HTML.search(head)):
        return Cause.HTML
    if not is_xml:
        return None
    if b"urn:oasis:names:tc:opendocument" in head:
        return Cause.ODS
    return Cause.UNREADABLE_OTHER


def _plain_kind(content: bytes) -> Cause:
    if not content.strip(b"\0"):
        return Cause.DAMAGED
    head = content[:_HEAD_BYTES]
    encodings = ("utf-16",) if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        # The head may end within a character: what is left of it is no fault.
        text = head.decode(encoding, "ignore")
        is_whole = len(text.encode(encoding, "ignore")) >= len(head) - 4
        if is_whole and text.strip() and not _CONTROL.search(text):
            return Cause.TEXT
    return Cause.UNREADABLE_OTHER


# --- the zip package ---------------------------------------------------------------------------------------------

_DIRECTORY_ENTRY = b"PK\x01\x02"
_END_OF_DIRECTORY = b"PK\x05\x06"
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_IS_ENCRYPTED = 0x1
_COUNT_IS_ELSEWHERE = 0xFFFF  # in the directory of large packages
_DIRECTORY_FAULTS = (
    zipfile.BadZipFile,
    NotImplementedError,
    ValueError,
    OverflowError,
    OSError,
    EOFError,
    struct.error,
)


def _members(content: bytes) -> dict[str, zipfile.ZipInfo]:
    """Return the files of the package by casefolded name, refusing a directory that does not add up."""
    if content.count(_DIRECTORY_ENTRY) > 2 * MAX_MEMBERS:  # counted first: zipfile would build them all
        raise UnreadableFileError(Cause.BOMB, "压缩包内文件过多")
    entries = _directory(content)
    members = {entry.filename.replace("\\", "/").lstrip("/").casefold(): entry for entry in entries}
    if len(members) < len(entries):
        raise UnreadableFileError(Cause.DAMAGED, "压缩包内有重名文件")
    if len(members) > MAX_MEMBERS:
        raise UnreadableFileError(Cause.BOMB, f"压缩包内有{len(members)}个文件")
    if sum(entry.compress_size for entry in entries) > len(content):
        raise UnreadableFileError(Cause.BOMB, "压缩包内文件相互重叠")
    sizes = [entry.file_size for entry in entries]
    if sum(sizes) > MAX_INFLATED_BYTES or max(sizes, default=0) > MAX_PART_BYTES:
        raise UnreadableFileError(Cause.BOMB)
    return members


def _directory(content: bytes) -> list[zipfile.ZipInfo]:
    end = content.rfind(_END_OF_DIRECTORY)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except _DIRECTORY_FAULTS as error:
        raise UnreadableFileError(Cause.TRUNCATED if end < 0 else Cause.DAMAGED, "压缩包目录") from error
    # A length gone wrong in one entry swallows the entries behind it, and zipfile does not count.
    announced = int.from_bytes(content[end + 10 : end + 12], "little")
    if announced not in {len(entries), _COUNT_IS_ELSEWHERE}:
        raise UnreadableFileError(Cause.DAMAGED, "压缩包目录")
    # A folder has no bytes; one that has is a file whose name went wrong, and its own header will tell.
    return [entry for entry in entries if entry.file_size or not entry.is_dir()]


def _foreign_package(content: bytes, members: Mapping[str, zipfile.ZipInfo]) -> Cause | None:
    """Return what a zip package is that holds no workbook of ours, or None."""
    if "mimetype" in members:
        kind = _inflate(content, members["mimetype"])
        if b"opendocument.spreadsheet" in kind:
            return Cause.ODS
        if b"opendocument.text" in kind:
            return Cause.WORD
    if "xl/workbook.bin" in members:
        return Cause.XLSB
    if "word/document.xml" in members:
        return Cause.WORD
    if "ppt/presentation.xml" in members:
        return Cause.UNREADABLE_OTHER
    if any(entry.flag_bits & _IS_ENCRYPTED for entry in members.values()):
        return Cause.PASSWORD
    if "[content_types].xml" not in members and not any(name.startswith("xl/") for name in members):
        return Cause.ARCHIVE
    return None


def _inflate(content: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return the bytes of one member, never more than it declares, with its checksum verified."""
    packed = _packed(content, member)
    if member.compress_type == zipfile.ZIP_STORED:
        part = bytes(packed)
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        part = _inflate_deflated(packed, member)
    else:
        raise UnreadableFileError(Cause.UNREADABLE_OTHER, f"{member.filename}的压缩方式不受支持")
    if len(part) != member.file_size or zlib.crc32(part) != member.CRC:
        raise UnreadableFileError(Cause.DAMAGED, member.filename)
    return part


def _inflate_deflated(packed: memoryview, member: zipfile.ZipInfo) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        part = inflater.decompress(packed, member.file_size + 1)
    except zlib.error as error:
        raise UnreadableFileError(Cause.DAMAGED, member.filename) from error
    if len(part) > member.file_size:
        raise UnreadableFileError(Cause.BOMB, f"{member.filename}的实际大小超过所声明的大小")
    return part


def _packed(content: bytes, member: zipfile.ZipInfo) -> memoryview:
    """Return the compressed bytes of one member, whose own header must agree with the directory."""
    start = member.header_offset + _LOCAL_HEADER.size
    header = content[member.header_offset : start]
    if member.header_offset < 0 or len(header) < _LOCAL_HEADER.size or not header.startswith(_ZIP):
        raise UnreadableFileError(Cause.DAMAGED, member.filename)
    *_, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(header)
    name = content[start : start + name_bytes]
    if name != member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437", "replace"):
        raise UnreadableFileError(Cause.DAMAGED, member.filename)
    start += name_bytes + extra_bytes
    return memoryview(content)[start : start + member.compress_size]


# A declaration may stand in any encoding; two bytes a character is the only other one that workbooks use.
_DECLARATIONS = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def _refuse_dtd(name: str, part: bytes) -> None:
    if any(word in part for word in _DECLARATIONS):
        raise UnreadableFileError(Cause.DTD, name)
