"""Opens zip packages within limits: no size is believed, every checksum is verified, no member is written anywhere."""

import struct
import zipfile
import zlib
from io import BytesIO

from aggregator.intake.causes import Cause, UnreadableFileError

MAX_INFLATED_BYTES = 200_000_000
MAX_PART_BYTES = 100_000_000  # a text may take four times as much in memory
MAX_MEMBERS = 2_000

_LOCAL_MAGIC = b"PK\x03\x04"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_END_OF_DIRECTORY = b"PK\x05\x06"
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_IS_ENCRYPTED = 0x1
_IS_UTF8 = 0x800
_LARGE_MARK, _LARGE_BYTES = b"PK\x06\x07", 20  # points at the directory of a package of more than 4 GB
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


def members_of(content: bytes) -> dict[str, zipfile.ZipInfo]:
    """Return the files of the package by casefolded name, refusing a directory that does not add up."""
    # Counted first: zipfile would build them all, and an archive of stored workbooks holds their entries, too.
    if _directory_bytes(content).count(_DIRECTORY_ENTRY) > 2 * MAX_MEMBERS:
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


def _directory_bytes(content: bytes) -> bytes:
    """The part of a package in which its directory must stand; the whole of a large one."""
    end = content.rfind(_END_OF_DIRECTORY)
    if end < 0 or content[end - _LARGE_BYTES : end].startswith(_LARGE_MARK):
        return content
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    return content[max(end - size, 0) : end]


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


def inflate(content: bytes, member: zipfile.ZipInfo) -> bytes:
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
    if member.header_offset < 0 or len(header) < _LOCAL_HEADER.size or not header.startswith(_LOCAL_MAGIC):
        raise UnreadableFileError(Cause.DAMAGED, member.filename)
    *_, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(header)
    name = content[start : start + name_bytes]
    if name != member.orig_filename.encode("utf-8" if member.flag_bits & _IS_UTF8 else "cp437", "replace"):
        raise UnreadableFileError(Cause.DAMAGED, member.filename)
    start += name_bytes + extra_bytes
    return memoryview(content)[start : start + member.compress_size]


def is_encrypted(member: zipfile.ZipInfo) -> bool:
    """Return whether a member can be read with a password only."""
    return bool(member.flag_bits & _IS_ENCRYPTED)


def name_of(member: zipfile.ZipInfo) -> str:
    """Return the name of a member as its sender saw it: Chinese Windows writes GBK and does not say so."""
    if member.flag_bits & _IS_UTF8:
        return member.filename
    raw = member.orig_filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
