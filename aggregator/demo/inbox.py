"""The last month as people send it: odd file names, two ways of typing, and one of each of the usual mishaps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from aggregator.demo.retyping import retyped
from aggregator.demo.typing_habits import texts_as_typed
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Standing, Verdict
from aggregator.model.period import Period
from aggregator.model.value import Submission

_BEIJING = timezone(timedelta(hours=8))
#: What each unit calls its file; folders are those in which the office's clerk keeps what came by chat.
_NAMES: Mapping[str, str] = {
    "C01": "梧桐社区_{year}年{month}月.xlsx",
    "C02": "青禾社区{month}月党建报表（最终版）.xlsx",
    "C03": "柳岸社区{year}年{month}月（修改后）最终版2.xlsx",
    "C04": "微信群接收/听松{month}月(1).xlsx",
    "C05": "【朝露社区】{year}年{month}月统计表.xlsx",
    "C06": "6.杏林.xlsx",
    "C07": "映月社区-{month}月-上报.xlsx",
    "C08": "C08荷塘社区月报.xlsx",
    "C09": "锦书社区居委会 {year}.{month} 月报表.xlsx",
    "C10": "微信群接收/转发：竹里社区报表(2).xlsx",
    "C11": "望澜社区{month}月报表.xlsx",
    "C12": "晴野村{month}月.xlsx",
    "C13": "微信群接收/兰畔社区（新）.xlsx",
    "C14": "桂香社区{month}月.xlsx",
    "C15": "机床厂社区{month}月报表.xlsx",
    "C16": "新建 Microsoft Excel 工作表.xlsx",
    "C17": "云启社区 {year}年{month}月 定稿 - 副本.xlsx",
    "S00": "街道本级{year}年{month}月.xlsx",
}
_FIRST_VERSION = "柳岸社区{year}年{month}月.xlsx"
_PICTURE = "微信群接收/微信图片_{year}{month:02d}31093015.xlsx"
_LOCK, _THUMBS = "~$梧桐社区_{year}年{month}月.xlsx", "微信群接收/Thumbs.db"
_NOTICE = "关于做好{month}月份报表报送工作的通知.pdf"
#: Who sent two versions, contradictory figures, last month's form, a picture before the form.
TWO_VERSIONS, CONTRADICTORY, WRONG_MONTH, PICTURE_FIRST = "C03", "C07", "C11", "C14"
#: Who types numbers and dates as texts, with separators, units and full-width digits.
RETYPED = frozenset({"C02", "C05", "C09", "C12", "C16"})
_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00\xff\xdb\x00\x43\x00" + bytes(
    range(1, 65)
)
_PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"

Write = Callable[[Submission], bytes]


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file as it lies in the inbox: its name below the folder, its bytes, and when it came."""

    name: str
    content: bytes
    sent_at: datetime

    @property
    def sha256(self) -> str:
        """The hash by which the history knows it."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class ExpectedOutcome:
    """What a run over the inbox must find: the verdict of each file, and where each unit stands."""

    files: Mapping[str, Verdict]
    units: Mapping[str, Standing]


def inbox_files(
    month: Sequence[Submission], previous: Sequence[Submission], *, catalog: Catalog, write: Write
) -> tuple[InboxFile, ...]:
    """The files of a month; `write` makes the form of a return, `previous` are the returns of the month before."""
    period = month[0].period
    last = {submission.unit: submission for submission in previous}
    files = [
        _file(_name(_NAMES.get(submission.unit, submission.source.name), period), content, period, place)
        for place, submission in enumerate(month)
        for content in [_content(submission, last, catalog, write)]
    ]
    files += [
        _file(_name(_FIRST_VERSION, period), write(_first_version(submission)), period, 0)
        for submission in month
        if submission.unit == TWO_VERSIONS
    ]
    return tuple(sorted([*files, *_strangers(period)], key=lambda file: file.name))


def expected_outcome(period: Period, units: Sequence[str]) -> ExpectedOutcome:
    """What a run must find in the inbox of a month: the files by name and the units by code."""
    files = {_name(_NAMES[unit], period): Verdict.ACCEPTED for unit in units}
    files |= {
        _name(_NAMES[CONTRADICTORY], period): Verdict.HELD,
        _name(_NAMES[WRONG_MONTH], period): Verdict.WRONG_PERIOD,
        _name(_FIRST_VERSION, period): Verdict.SUPERSEDED,
        _name(_PICTURE, period): Verdict.UNREADABLE,
        _name(_LOCK, period): Verdict.IGNORED,
        _name(_THUMBS, period): Verdict.IGNORED,
        _name(_NOTICE, period): Verdict.IGNORED,
    }
    standings = dict.fromkeys(units, Standing.VALID)
    return ExpectedOutcome(files, standings | {CONTRADICTORY: Standing.HELD, WRONG_MONTH: Standing.MISSING})


def _name(pattern: str, period: Period) -> str:
    return pattern.format(year=period.year, month=period.last.number)


def _file(name: str, content: bytes, period: Period, place: int) -> InboxFile:
    """Most come on the first four days of the next month; the second version of a form comes after the deadline."""
    first = datetime.combine(period.last.plus(1).start, datetime.min.time(), _BEIJING)
    days = 7 if name == _name(_NAMES[TWO_VERSIONS], period) else place % 4
    return InboxFile(name, content, first + timedelta(days=days, hours=9 + place % 8, minutes=place * 3))


def _content(submission: Submission, last: Mapping[str, Submission], catalog: Catalog, write: Write) -> bytes:
    if submission.unit == WRONG_MONTH:
        return write(last[WRONG_MONTH])
    if submission.unit == CONTRADICTORY:
        return write(_contradictory(submission))
    content = write(submission)
    return retyped(content, texts_as_typed(submission, catalog)) if submission.unit in RETYPED else content


def _first_version(submission: Submission) -> Submission:
    """The return before two figures were mended."""
    return _changed(submission, {"visit_households": Decimal(-18), "svc_items": Decimal(27)})


def _contradictory(submission: Submission) -> Submission:
    """Members of the community branches that no longer add up to all members."""
    return _changed(submission, {"pm_community": Decimal(12)})


def _changed(submission: Submission, by: Mapping[str, Decimal]) -> Submission:
    values = dict(submission.values)
    for code, difference in by.items():
        value = values.get(code)
        if value is not None and isinstance(value.value, Decimal):
            values[code] = value._replace(value=value.value + difference)
    return replace(submission, values=values)


def _strangers(period: Period) -> list[InboxFile]:
    """What is no return: a picture saved under the name of a workbook, a lock file, a system file, a notice."""
    contents = {
        _PICTURE: _JPEG,
        _LOCK: b"\x05clerk" + bytes(157),
        _THUMBS: b"\xd0\xcf\x11\xe0" + bytes(508),
        _NOTICE: _PDF,
    }
    return [_file(_name(pattern, period), content, period, 1) for pattern, content in contents.items()]
