"""Reads a report back from its Word file: what a reader sees, paragraph by paragraph, and the tagged figures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.opening import FileContent, read_file, unpack_parts
from aggregator.intake.xml_part import MAX_DEPTH, Budget, Handlers, elements, parse_part
from aggregator.intake.zip_package import members_of
from aggregator.model.report_text import (
    ChartPoint,
    Pages,
    PrintedFigure,
    ReportText,
    SeenText,
    is_figure,
    mark_in,
    our_tag,
    package_seal,
    stand_in,
)
from aggregator.verify.read_charts import charts_of

_DOCUMENT, _CORE = "word/document.xml", "docprops/core.xml"
# Deleted or moved away with changes tracked, or the second version of something that stands there already.
_NOT_SEEN = frozenset({"del", "moveFrom", "Fallback"})
_MARKS_OF_CHANGE = frozenset({"rPr", "trPr", "pPr", "tcPr"})
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_FAULTS = {
    Cause.TOO_LARGE: "文件过大",
    Cause.BOMB: "文件解压后过大",
    Cause.PASSWORD: "文件设有打开密码，请取消密码后再核对",
    Cause.DTD: "文件内含有不应出现的文档类型声明，为安全起见未予读取",
    Cause.TRUNCATED: "文件不完整",
    Cause.DAMAGED: "文件已损坏，内容校验不符",
    Cause.TOO_SLOW: "文件过于复杂，未能在限定时间内读完",
    Cause.VANISHED: "文件不存在",
    Cause.NO_PERMISSION: "没有读取权限，或文件正被其他程序占用",
    Cause.EMPTY_FILE: "文件为空",
}


class NotAReportError(ValueError):
    """A file that is no report of ours; the message is one Chinese sentence."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"“{name}”不能核对：{why}。")


def read_report(content: bytes, *, name: str) -> ReportText:
    """The text of a Word file; NotAReportError when it is none, or not safe to read."""
    file = FileContent(content, hashlib.sha256(content).hexdigest(), len(content))
    try:
        parts = unpack_parts(file, (_DOCUMENT, _CORE))
        if _DOCUMENT not in parts:
            raise NotAReportError(name, "它不是Word文档（docx）")
        charts = charts_of(file, Budget())
        pages = _pages(parts[_DOCUMENT], charts)
        return ReportText(name, _mark(parts.get(_CORE)), tuple(pages.paragraphs), tuple(pages.behind))
    except UnreadableFileError as fault:
        raise NotAReportError(name, _FAULTS.get(fault.cause, "它不是可以读取的Word文档（docx）")) from fault


def open_report(path: Path) -> ReportText:
    """The text of the Word file at a path, which is opened as carefully as a return is."""
    try:
        return read_report(read_file(path).content, name=path.name)
    except UnreadableFileError as fault:
        raise NotAReportError(path.name, _FAULTS.get(fault.cause, "它不是可以读取的文件")) from fault


def mark_as_written(content: bytes) -> str:
    """The mark of a report that nobody has saved since it was written; empty for any other file."""
    file = FileContent(content, hashlib.sha256(content).hexdigest(), len(content))
    try:
        core = unpack_parts(file, (_CORE,)).get(_CORE, b"")
        seal = package_seal((name, member.CRC) for name, member in members_of(content).items() if name != _CORE)
        found = elements(_CORE, core, Budget(), wanted=frozenset({"identifier"})) if core else []
    except UnreadableFileError:
        return ""
    return _mark(core) if any(element.text == seal for element in found) else ""


def _mark(part: bytes | None) -> str:
    """The mark in the file's keywords; empty when somebody has overwritten it."""
    found = elements(_CORE, part, Budget(), wanted=frozenset({"keywords"})) if part else []
    return next(filter(None, (mark_in(element.text) for element in found)), "")


def _pages(part: bytes, charts: Mapping[str, tuple[ChartPoint, ...]]) -> Pages:
    reader = _Reader(charts)
    handlers = Handlers(reader.start, reader.end, reader.add_text, lambda: 0)
    parse_part(_DOCUMENT, part, handlers, budget=Budget())
    return reader.pages


@dataclass
class _Control:
    """A content control that is open."""

    is_inline: bool
    tag: str = ""
    is_emptied: bool = False
    has_text: bool = False


@dataclass
class _Paragraph:
    """A paragraph that is open: its text so far, and which control each stretch of it stands in."""

    text: str = ""
    stretches: list[tuple[_Control, int, int]] = field(default_factory=list)

    def add(self, text: str, control: _Control | None) -> None:
        start = len(self.text)
        self.text += text
        if control is None:
            return
        if self.stretches and self.stretches[-1][0] is control and self.stretches[-1][2] == start:
            start = self.stretches.pop()[1]
        self.stretches.append((control, start, len(self.text)))

    def seen(self) -> SeenText:
        figures = (
            PrintedFigure(control.tag, self.text[start:end], start)
            for control, start, end in self.stretches
            if is_figure(control.tag, self.text[start:end], is_inline=control.is_inline)
        )
        return SeenText(self.text, tuple(figures))


@dataclass
class _Reader:
    """Follows the elements of the document; knows no more of Word than what hides or shows a text."""

    charts: Mapping[str, tuple[ChartPoint, ...]]
    pages: Pages = field(default_factory=Pages)
    _open: list[str] = field(default_factory=list)
    _paragraphs: list[_Paragraph] = field(default_factory=list)
    _controls: list[_Control] = field(default_factory=list)
    _rows: list[list[list[SeenText]]] = field(default_factory=list)
    _unseen: int = 0
    _bookmark: str = ""
    _hidden_runs: list[bool] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        parent = self._open[-1] if self._open else ""
        self._open.append(tag)
        if len(self._open) > 4 * MAX_DEPTH:
            raise UnreadableFileError(Cause.UNREADABLE_XML)
        if tag in _NOT_SEEN and parent not in _MARKS_OF_CHANGE:
            self._unseen += 1
        elif tag in _CHARACTERS and parent == "r":
            self._add(_CHARACTERS[tag])
        elif tag == "chart" and attributes.get("id") in self.charts and not self._unseen:
            self.pages.add_chart(self.charts[attributes["id"]])
        elif tag == "bookmarkStart":
            self._start_bookmark(stand_in(attributes.get("name", "")))
        elif parent in ("sdtPr", "rPr"):
            self._start_property(tag, parent, attributes.get("val", "1"))
        else:
            self._start_part(tag)

    def _start_part(self, tag: str) -> None:
        """Paragraphs, runs and controls, and the grid of a table."""
        match tag:
            case "p":
                self._paragraphs.append(_Paragraph())
            case "r":
                self._hidden_runs.append(False)
            case "sdt":
                self._controls.append(_Control(is_inline=bool(self._paragraphs), tag=self._bookmark))
                self._bookmark = ""
            case "tbl":
                if not self._rows:  # a table in a cell is called by the outer one
                    self.pages.start_table()
            case "tr":
                self._rows.append([])
            case "tc" if self._rows:
                self._rows[-1].append([])

    def _start_bookmark(self, tag: str) -> None:
        """Word's begins before a control, LibreOffice's within it."""
        if tag and self._controls and not (self._controls[-1].tag or self._controls[-1].has_text):
            self._controls[-1].tag = tag
        elif tag:
            self._bookmark = tag

    def _start_property(self, tag: str, parent: str, value: str) -> None:
        """What hides a run, and what a control is."""
        is_on = value not in ("0", "false", "off")
        if tag == "vanish" and parent == "rPr" and self._open[-3] == "r":
            self._hidden_runs[-1] = is_on
        elif tag == "tag" and parent == "sdtPr":
            self._controls[-1].tag = our_tag(value)
        elif tag == "showingPlcHdr" and parent == "sdtPr":
            self._controls[-1].is_emptied = is_on

    def end(self, tag: str) -> None:
        self._open.pop()
        parent = self._open[-1] if self._open else ""
        if tag in _NOT_SEEN and parent not in _MARKS_OF_CHANGE:
            self._unseen -= 1
        match tag:
            case "p":
                self._close_paragraph(self._paragraphs.pop())
            case "r":
                self._hidden_runs.pop()
            case "sdt":
                self._close_control(self._controls.pop())
            case "tr":
                self.pages.add_row(self._rows.pop())

    def _close_control(self, closed: _Control) -> None:
        """LibreOffice 7 puts a figure right behind another into that one, after an empty control in its place."""
        if self._controls and closed.is_inline and not closed.has_text and not closed.is_emptied:
            self._controls[-1] = closed

    def add_text(self, text: str) -> None:
        if self._open and self._open[-1] == "t":
            self._add(text)

    def _add(self, text: str) -> None:
        is_seen = not self._unseen and not any(self._hidden_runs)
        if is_seen and self._paragraphs and not any(control.is_emptied for control in self._controls):
            tagged = [control for control in self._controls if control.tag]
            within = next(reversed(tagged or self._controls), None)
            self._bookmark = ""
            self._paragraphs[-1].add(text, within)
            if within is not None:
                within.has_text = True

    def _close_paragraph(self, paragraph: _Paragraph) -> None:
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(paragraph.seen())
        else:
            self.pages.add(paragraph.seen())
