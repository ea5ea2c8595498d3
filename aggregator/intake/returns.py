"""From the files of a month's folder to its submissions; no file stops the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aggregator.intake import finding_kinds as kinds
from aggregator.intake.archive import Packed, packed_files
from aggregator.intake.causes import UnreadableFileError
from aggregator.intake.cells import Workbook
from aggregator.intake.discover import Aside, Ignored, discover, relative_name
from aggregator.intake.file_kind import Format
from aggregator.intake.form import FormRead, read_form
from aggregator.intake.identify import Identity, identify, kind_word
from aggregator.intake.locate import map_of
from aggregator.intake.opening import FileContent, Opened, open_file, read_file
from aggregator.intake.plain_text import folded
from aggregator.intake.remarks import Return, listed
from aggregator.intake.sheets import find_sheets
from aggregator.intake.source import Source
from aggregator.intake.unit_names import UnitNames
from aggregator.intake.workbook_file import read_opened
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import FileVerdict, Verdict
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.value import Place, SourceFile, Submission

#: Told of each file: what is being done, how many are done, how many there are.
Progress = Callable[[str, int, int], None]

_NAMED = 3
_FINAL = re.compile(r"最终|终稿|终版|定稿|final")
_REVISED = re.compile(r"修改|修订|更正|改正|更新|补正|重报|订正|revised|新版|(?<!修)改(?!革|造)")
_NUMBER = re.compile(r"\((\d{1,2})\)|[vV](\d{1,3})(?!\d)|[版稿终正改报](\d{1,2})(?!\d)|第(\d{1,2})[版稿次]")


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in for a month: submissions in the order of the street's units, findings, a verdict a file."""

    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    files: tuple[FileVerdict, ...]


def read_returns(
    folder: Path,
    *,
    catalog: Catalog,
    street: Street,
    period: Period,
    earlier_fingerprints: frozenset[str] = frozenset(),
    on_file: Progress | None = None,
) -> Intake:
    """The returns of a folder; `earlier_fingerprints` are those of catalogs that made forms before this one."""
    found = discover(folder)
    desk = _Desk(folder, catalog, street, period, UnitNames(street.units), earlier_fingerprints)
    handled: list[_Handled] = []
    for number, path in enumerate(found.files, start=1):
        handled += desk.handle(path)
        if on_file is not None:
            on_file("读取报表", number, len(found.files))
    settled = [*map(_ignored, found.ignored), *_settle(handled, street, period)]
    settled.sort(key=lambda one: one.verdict.file.name)
    order = {unit.code: number for number, unit in enumerate(street.units)}
    taken = [one.form.submission for one in settled if one.form and one.verdict.verdict is Verdict.ACCEPTED]
    return Intake(
        submissions=tuple(sorted(taken, key=lambda submission: order[submission.unit])),
        findings=tuple(finding for one in settled for finding in one.findings),
        files=tuple(one.verdict for one in settled),
    )


@dataclass(frozen=True, slots=True)
class _Handled:
    """One file: its verdict, its findings and, when it is a form of the month, what it says."""

    verdict: FileVerdict
    findings: tuple[Finding, ...] = ()
    form: FormRead | None = None
    unit: OrgUnit | None = None
    is_contradictory: bool = False
    modified_ns: int = 0


# ---- one file


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where one file after the other is opened and read."""

    folder: Path
    catalog: Catalog
    street: Street
    period: Period
    names: UnitNames
    earlier_fingerprints: frozenset[str]
    kept: dict[Hashable, Any] = field(default_factory=dict)

    def handle(self, path: Path) -> list[_Handled]:
        """What becomes of one file, seen alone; of an archive, what becomes of it and of each file in it."""
        name = relative_name(path, self.folder)
        try:
            content = read_file(path)
        except UnreadableFileError as error:
            return [self._unreadable(SourceFile(name, 0, ""), error)]
        return list(self._opened(name, content, _modified_ns(path)))

    def _opened(
        self, name: str, content: FileContent, modified_ns: int, *, is_packed: bool = False
    ) -> Iterator[_Handled]:
        file = SourceFile(name, content.size, content.sha256)
        try:
            opened = open_file(content)
            if opened.format is Format.ARCHIVE and not is_packed:
                yield from self._unpacked(file, opened)
            else:
                yield self._identified(file, read_opened(opened), modified_ns)
        except UnreadableFileError as error:
            yield self._unreadable(file, error)

    def _unpacked(self, archive: SourceFile, opened: Opened) -> Iterator[_Handled]:
        """What becomes of the files of an archive, and of the archive itself."""
        count = 0
        for packed in packed_files(opened, archive.name):
            yield from self._packed(packed)
            count += 1
        yield _Handled(FileVerdict(archive, Verdict.UNPACKED, reason=f"内有{count}个文件，已逐个处理"))

    def _packed(self, packed: Packed) -> Iterator[_Handled]:
        content = packed.content
        if packed.aside is not None:
            yield _left_aside(packed.name, packed.aside, content)
        elif content is not None:
            yield from self._opened(packed.name, content, packed.modified_ns, is_packed=True)
        elif packed.fault is not None:
            yield self._unreadable(SourceFile(packed.name, 0, ""), packed.fault)

    def _unreadable(self, file: SourceFile, error: UnreadableFileError) -> _Handled:
        fault, remedy = error.advice
        mentioned = self.names.mentioned(file.name)
        unit = mentioned[0] if len(mentioned) == 1 else None
        known = unit.code if unit else ""
        finding = _finding(kinds.FILE_UNREADABLE, file, self.period, unit=unit, fault=fault, remedy=remedy)
        by = "文件名" if unit else ""
        return _Handled(FileVerdict(file, Verdict.UNREADABLE, known, identified_by=by, reason=str(error)), (finding,))

    def _identified(self, file: SourceFile, workbook: Workbook, modified_ns: int) -> _Handled:
        who = identify(workbook, file.name, street=self.street, names=self.names, period=self.period)
        refused = self._refused(file, who)
        if refused is not None or who.unit is None:
            return refused or self._refuse(file, who, kinds.FILE_FOREIGN, Verdict.FOREIGN)
        of = Return(file.name, who.unit, self.period)
        where = map_of(workbook, who.layout, catalog=self.catalog, street=self.street, kind=who.unit.kind)
        sheets = find_sheets(workbook, where.layout, self.catalog)
        source = Source(workbook, of, self.catalog, self.names, sheets, self.kept)
        form = read_form(source, where, file=file, version=who.version)
        findings = [*_doubts(of, who, self.period), *form.findings]
        if not where.is_current:
            findings.append(self._other_version(of, who))
        verdict = Verdict.EMPTY if form.filled_pct < self.catalog.empty_under else Verdict.ACCEPTED
        reason = f"必填{form.required}项，读出本单位所填{form.filled}项" if verdict is Verdict.EMPTY else ""
        if verdict is Verdict.EMPTY:
            findings = _of_empty(of, form, findings, threshold_pct=self.catalog.empty_under)
        return _Handled(
            FileVerdict(file, verdict, who.unit.code, self.period, who.by, reason),
            tuple(findings),
            form,
            who.unit,
            is_contradictory=bool(who.conflicts),
            modified_ns=modified_ns,
        )

    def _refused(self, file: SourceFile, who: Identity) -> _Handled | None:
        """Why a workbook is no return of this month; None when it is one."""
        if not who.is_ours:
            return self._refuse(file, who, kinds.FILE_FOREIGN, Verdict.FOREIGN)
        if who.unit is None:
            near = f"名称相近的有“{who.nearest.name}”。" if who.nearest else ""
            return self._refuse(file, who, kinds.UNIT_UNKNOWN, Verdict.UNKNOWN_UNIT, seen=who.seen, nearest=near)
        name = who.unit.short_name
        if who.period not in {None, self.period}:
            found = who.period.label if who.period else ""
            return self._refuse(
                file, who, kinds.PERIOD_WRONG, Verdict.WRONG_PERIOD, name=name, found=found, wanted=self.period.label
            )
        if not who.unit.is_open(self.period):
            return self._refuse(
                file, who, kinds.UNIT_NOT_OPEN, Verdict.UNKNOWN_UNIT, name=name, month=self.period.label
            )
        if who.kind not in {None, who.unit.kind}:
            words = {"found": kind_word(who.kind) if who.kind else "", "wanted": kind_word(who.unit.kind)}
            return self._refuse(file, who, kinds.KIND_WRONG, Verdict.FOREIGN, name=name, **words)
        return None

    def _refuse(self, file: SourceFile, who: Identity, kind: FindingKind, verdict: Verdict, **facts: str) -> _Handled:
        unit = who.unit if verdict is not Verdict.UNKNOWN_UNIT else None
        finding = _finding(kind, file, self.period, unit=unit, **facts)
        code = who.unit.code if who.unit else ""
        return _Handled(FileVerdict(file, verdict, code, who.period, who.by, finding.message), (finding,))

    def _other_version(self, of: Return, who: Identity) -> Finding:
        is_known = who.fingerprint == self.catalog.fingerprint or who.fingerprint in self.earlier_fingerprints
        found = who.version if is_known else f"{who.version}（与现用目录不同的）"
        return of.finding(kinds.VERSION_OTHER, found=found, wanted=self.catalog.version)


def _doubts(of: Return, who: Identity, period: Period) -> Iterator[Finding]:
    """What does not agree about whose form it is."""
    for conflict in who.conflicts:
        yield of.finding(
            kinds.IDENTITY_CONTRADICTION,
            what=conflict.what,
            seen=conflict.seen,
            by=conflict.by,
            chosen=conflict.chosen,
        )
    if who.period is None:
        yield of.finding(kinds.PERIOD_ASSUMED, wanted=period.label)


def _of_empty(of: Return, form: FormRead, findings: list[Finding], *, threshold_pct: int) -> list[Finding]:
    """Of an empty form only that it is empty; of a damaged one what damaged it, too."""
    if form.touched_pct < threshold_pct:
        what = f"是空表：{form.required}个必填项本单位只填了{form.filled}项"
        return [of.finding(kinds.FILE_EMPTY, what=what)]
    what = f"大部分内容读不出来：{form.required}个必填项只读出{form.filled}项"
    return [of.finding(kinds.FILE_EMPTY, what=what), *findings]


def _finding(
    kind: FindingKind, file: SourceFile, period: Period, *, unit: OrgUnit | None = None, **facts: Any
) -> Finding:
    return kind.at(Place(file.name), unit=unit.code if unit else "", period=period, file=file.name, **facts)


def _modified_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _ignored(left: Ignored) -> _Handled:
    """The verdict of a file that was not opened."""
    return _left_aside(left.name, left.aside, _hashed(left.path))


def _left_aside(name: str, aside: Aside, content: FileContent | None) -> _Handled:
    """The verdict of what is no return; nobody needs to hear of a lock file."""
    file = SourceFile(name, content.size, content.sha256) if content else SourceFile(name, 0, "")
    told = kinds.FILE_IGNORED.at(Place(name), file=name, what=aside.what, remedy=aside.remedy)
    return _Handled(FileVerdict(file, Verdict.IGNORED, reason=aside.what), () if aside.is_noise else (told,))


def _hashed(path: Path) -> FileContent | None:
    try:
        return read_file(path)
    except UnreadableFileError:
        return None


# ---- several files of one unit


def _settle(handled: Sequence[_Handled], street: Street, period: Period) -> Iterator[_Handled]:
    """Of several forms of one unit the last version; the others are named with what is different in them."""
    for unit in street.units:
        own = [one for one in handled if one.form is not None and one.unit == unit]
        if own:
            kept = max(own, key=_precedence)
            yield kept
            yield from (_superseded(one, kept, unit, period) for one in own if one is not kept)
    yield from (one for one in handled if one.form is None)


def _precedence(one: _Handled) -> tuple[bool, bool, int, tuple[int, int], int, str]:
    """A filled form before an empty one, one that is surely the unit's own, a returned slip, the version of its name.

    The date of a file is changed by copying it, so that it decides only between names that say nothing.
    """
    name = one.verdict.file.name
    is_filled = one.verdict.verdict is Verdict.ACCEPTED
    slip = one.form.slip if one.form else 0
    return is_filled, not one.is_contradictory, slip, version_mark(name), one.modified_ns, name


def version_mark(file_name: str) -> tuple[int, int]:
    """Which version a file name says that it is: 最终版 above 修改版 above nothing, then its number."""
    stem = folded(re.sub(r"\.[A-Za-z]{2,5}$", "", file_name.rpartition("/")[2]))
    level = 2 if _FINAL.search(stem) else 1 if _REVISED.search(stem) else 0
    numbers = [int(digits) for groups in _NUMBER.findall(stem) for digits in groups if digits]
    return level, max(numbers, default=0)


def _superseded(one: _Handled, kept: _Handled, unit: OrgUnit, period: Period) -> _Handled:
    name, other = kept.verdict.file.name, one.verdict.file.name
    of = Return(other, unit, period)
    finding = of.finding(kinds.FILE_SUPERSEDED, kept=name, why=_why(one, kept), difference=_difference(one, kept))
    verdict = FileVerdict(
        one.verdict.file, Verdict.SUPERSEDED, unit.code, one.verdict.period, one.verdict.identified_by, f"采用“{name}”"
    )
    return _Handled(verdict, (finding,))


def _why(one: _Handled, kept: _Handled) -> str:
    reasons = (
        "另一份是空表",
        "另一份的单位或月份前后不一致",
        "是退回后改报的",
        "文件名标明是后一版",
        "修改时间较晚",
        "按文件名排序在后",
    )
    pairs = zip(_precedence(one), _precedence(kept), reasons, strict=True)
    return next((reason for mine, theirs, reason in pairs if mine != theirs), reasons[-1])


def _difference(one: _Handled, kept: _Handled) -> str:
    if one.verdict.file.sha256 == kept.verdict.file.sha256:
        return "两份内容完全相同。"
    if one.form is None or kept.form is None:
        return ""
    places = _different_places(one.form.submission, kept.form.submission)
    return f"两份有{len(places)}处不同：{listed(places, _NAMED)}。" if places else "两份填报的内容相同。"


def _different_places(one: Submission, other: Submission) -> list[str]:
    """The cells and rows in which two returns of a unit differ."""
    places = []
    for code in dict.fromkeys((*other.values, *one.values)):
        mine, theirs = one.values.get(code), other.values.get(code)
        known = theirs or mine
        if known and (mine and (mine.state, mine.value)) != (theirs and (theirs.state, theirs.value)):
            places.append(f"《{known.place.sheet}》{known.place.cell}")
    for code in dict.fromkeys((*other.ledgers, *one.ledgers)):
        places += _different_rows(one, other, code)
    return places


def _different_rows(one: Submission, other: Submission, code: str) -> Iterator[str]:
    sheets = [submission.ledgers.get(code) for submission in (one, other)]
    rows = [{row.number: dict(row.cells) for row in sheet.rows} if sheet else {} for sheet in sheets]
    title = next((sheet.answer_place.sheet for sheet in sheets if sheet), code)
    for number in sorted({*rows[0], *rows[1]}):
        if rows[0].get(number) != rows[1].get(number):
            yield f"《{title}》第{number}行"
