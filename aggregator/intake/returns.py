"""From the files of a month's folder to its submissions; no file stops the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aggregator.intake import finding_kinds as kinds
from aggregator.intake.archive import Packed, packed_files
from aggregator.intake.causes import UnreadableFileError
from aggregator.intake.cells import Workbook
from aggregator.intake.discover import Aside, Ignored, discover, relative_name
from aggregator.intake.duplicates import Handled, settle
from aggregator.intake.file_kind import Format
from aggregator.intake.form import FormRead, read_form
from aggregator.intake.identify import MONTH, Identity, identify, kind_word, stem_of
from aggregator.intake.locate import Map, map_of
from aggregator.intake.opening import FileContent, Opened, open_file, read_file
from aggregator.intake.remarks import Return, listed
from aggregator.intake.sheets import find_sheets
from aggregator.intake.side_by_side import side_by_side
from aggregator.intake.source import Source
from aggregator.intake.unit_names import UnitNames
from aggregator.intake.workbook_file import read_opened
from aggregator.model.catalog import Catalog, version_key
from aggregator.model.consolidation import FileVerdict, Verdict
from aggregator.model.finding import Finding, FindingKind, Severity
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.value import LedgerSheet, Place, SourceFile, Submission, ValueState

#: Told of each file: what is being done, how many are done, how many there are.
Progress = Callable[[str, int, int], None]


_MOST_NAMED = 6
_FILL_IN_THE_REST = "请{name}在退回的表里补填后重报，那是现用的版本，原来填的都在里面；来不及的，请重点核对各项数。"
_NOTHING_LOST = "各项都对得上，不需重报；以后请用当月下发的表格。"


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

    def on_done(count: int) -> None:
        if on_file is not None:
            on_file("读取报表", count, len(found.files))

    handled = [one for of_file in side_by_side(desk.handle, found.files, on_done) for one in of_file]
    settled = [*map(_ignored, found.ignored), *settle(handled, street, period, catalog)]
    settled.sort(key=lambda one: one.verdict.file.name)
    order = {unit.code: number for number, unit in enumerate(street.units)}
    taken = [one.form.submission for one in settled if one.form and one.verdict.verdict is Verdict.ACCEPTED]
    return Intake(
        submissions=tuple(sorted(taken, key=lambda submission: order[submission.unit])),
        findings=tuple(finding for one in settled for finding in one.findings),
        files=tuple(one.verdict for one in settled),
    )


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

    def handle(self, path: Path) -> list[Handled]:
        """What becomes of one file, seen alone; of an archive, what becomes of it and of each file in it."""
        name = relative_name(path, self.folder)
        try:
            content = read_file(path)
        except UnreadableFileError as error:
            return [self._unreadable(SourceFile(name, 0, ""), error)]
        return list(self._opened(name, content, _modified_ns(path)))

    def _opened(
        self, name: str, content: FileContent, modified_ns: int, *, is_packed: bool = False
    ) -> Iterator[Handled]:
        file = SourceFile(name, content.size, content.sha256)
        try:
            opened = open_file(content)
            if opened.format is Format.ARCHIVE and not is_packed:
                yield from self._unpacked(file, opened)
            else:
                yield self._identified(file, read_opened(opened), modified_ns)
        except UnreadableFileError as error:
            yield self._unreadable(file, error)

    def _unpacked(self, archive: SourceFile, opened: Opened) -> Iterator[Handled]:
        """What becomes of the files of an archive, and of the archive itself."""
        count = 0
        for packed in packed_files(opened, archive.name):
            yield from self._packed(packed)
            count += 1
        yield Handled(FileVerdict(archive, Verdict.UNPACKED, reason=f"内有{count}个文件，已逐个处理"))

    def _packed(self, packed: Packed) -> Iterator[Handled]:
        content = packed.content
        if packed.aside is not None:
            yield _left_aside(packed.name, packed.aside, content)
        elif content is not None:
            yield from self._opened(packed.name, content, packed.modified_ns, is_packed=True)
        elif packed.fault is not None:
            yield self._unreadable(SourceFile(packed.name, 0, ""), packed.fault)

    def _unreadable(self, file: SourceFile, error: UnreadableFileError) -> Handled:
        fault, remedy = error.advice
        folders = reversed(file.name.split("/")[:-1])
        unit = next(filter(None, map(self.names.stands_in, (stem_of(file.name), *folders))), None)
        known = unit.code if unit else ""
        finding = _finding(kinds.FILE_UNREADABLE, file, self.period, unit=unit, fault=fault, remedy=remedy)
        by = "文件名" if unit else ""
        return Handled(FileVerdict(file, Verdict.UNREADABLE, known, identified_by=by, reason=str(error)), (finding,))

    def _identified(self, file: SourceFile, workbook: Workbook, modified_ns: int) -> Handled:
        who = identify(workbook, file.name, street=self.street, names=self.names, period=self.period)
        refused = self._refused(file, who)
        if refused is not None or who.unit is None:
            return refused or self._refuse(file, who, kinds.FILE_FOREIGN, Verdict.FOREIGN)
        of = Return(file.name, who.unit, self.period)
        where = map_of(workbook, who.layout, catalog=self.catalog, street=self.street, kind=who.unit.kind)
        if where.is_foreign:
            known = where.asked - where.unasked
            facts = {"name": of.unit.short_name, "known": str(known), "asked": str(where.asked)}
            return self._refuse(file, who, kinds.VERSION_FOREIGN, Verdict.FOREIGN, **facts)
        sheets = find_sheets(workbook, where.layout, self.catalog)
        source = Source(workbook, of, self.catalog, self.names, sheets, where.leftovers, self.kept)
        form = read_form(source, where, file=file, version=who.version)
        findings = [*_doubts(of, who, self.period), *form.findings]
        if not where.is_current:
            findings.append(self._other_version(of, who, where, form))
        verdict = Verdict.EMPTY if form.filled_pct < self.catalog.empty_under else Verdict.ACCEPTED
        reason = f"必填{form.required}项，读出本单位所填{form.filled}项" if verdict is Verdict.EMPTY else ""
        if verdict is Verdict.EMPTY:
            findings = _of_empty(of, form, findings, threshold_pct=self.catalog.empty_under)
        return Handled(
            FileVerdict(file, verdict, who.unit.code, self.period, who.by, reason),
            tuple(findings),
            form,
            who.unit,
            is_contradictory=bool(who.conflicts),
            modified_ns=modified_ns,
        )

    def _refused(self, file: SourceFile, who: Identity) -> Handled | None:
        """Why a workbook is no return of this month; None when it is one."""
        if not who.is_ours:
            return self._refuse(file, who, kinds.FILE_FOREIGN, Verdict.FOREIGN)
        if who.unit is None:
            near = f"名称相近的有“{who.nearest.name}”。" if who.nearest else ""
            return self._refuse(file, who, kinds.UNIT_UNKNOWN, Verdict.UNKNOWN_UNIT, seen=who.seen, nearest=near)
        name = who.unit.short_name
        if who.period not in {None, self.period}:
            words = {"found": who.period.label if who.period else "", "wanted": self.period.label}
            against = [f"（{conflict.seen}）" for conflict in who.conflicts if conflict.what == MONTH]
            seen = against[0] if against else ""
            return self._refuse(file, who, kinds.PERIOD_WRONG, Verdict.WRONG_PERIOD, name=name, seen=seen, **words)
        if not who.unit.is_open(self.period):
            return self._refuse(
                file, who, kinds.UNIT_NOT_OPEN, Verdict.UNKNOWN_UNIT, name=name, month=self.period.label
            )
        if who.kind not in {None, who.unit.kind}:
            words = {"found": kind_word(who.kind) if who.kind else "", "wanted": kind_word(who.unit.kind)}
            return self._refuse(file, who, kinds.KIND_WRONG, Verdict.FOREIGN, name=name, **words)
        if version_key(who.version) > version_key(self.catalog.version):
            words = {"found": who.version, "wanted": self.catalog.version}
            return self._refuse(file, who, kinds.VERSION_NEWER, Verdict.FOREIGN, name=name, **words)
        return None

    def _refuse(self, file: SourceFile, who: Identity, kind: FindingKind, verdict: Verdict, **facts: str) -> Handled:
        unit = who.unit if verdict is not Verdict.UNKNOWN_UNIT else None
        finding = _finding(kind, file, self.period, unit=unit, **facts)
        code = who.unit.code if who.unit else ""
        return Handled(FileVerdict(file, verdict, code, who.period, who.by, finding.message), (finding,))

    def _other_version(self, of: Return, who: Identity, where: Map, form: FormRead) -> Finding:
        lacking = _listed("没有{}，按旧版未设处理，不算未填", self._not_asked(form.submission))
        more = _listed("多出{}，没有计入", [*self._no_longer_asked(where), *map(str, where.leftovers)])
        facts = {"what": self._which_version(who), "lacking": lacking, "more": more}
        if not lacking and not more and not form.lost:
            return of.finding(kinds.VERSION_OTHER, **facts, mend=_NOTHING_LOST, severity=Severity.NOTE)
        return of.finding(kinds.VERSION_OTHER, **facts, mend=_FILL_IN_THE_REST.format(name=of.unit.short_name))

    def _which_version(self, who: Identity) -> str:
        """By what a form was made that is not today's, as far as is known."""
        if who.fingerprint == self.catalog.fingerprint:
            return "是功能块调整以前下发的报表"
        record = "" if who.fingerprint in self.earlier_fingerprints else "（本机没有下发记录）"
        is_same = version_key(who.version) == version_key(self.catalog.version)
        now = "现用的同一版改动过内容" if is_same else f"现用{self.catalog.version}版"
        return f"是{who.version}版报表{record}，{now}"

    def _no_longer_asked(self, where: Map) -> Iterator[str]:
        """What the form at hand asks and today's does not, though the catalog knows it."""
        now = where.current
        elements = (code for code in where.layout.elements if code not in now.elements)
        yield from (f"“{self.catalog.elements[code].name}”" for code in elements)
        yield from (f"《{area.sheet}》" for code, area in where.layout.ledgers.items() if code not in now.ledgers)

    def _not_asked(self, submission: Submission) -> list[str]:
        """What today's form asks and the form at hand does not: figures, ledgers, columns of ledgers."""
        unit = self.street.unit(submission.unit)
        figures = [
            f"“{self.catalog.elements[code].name}”"
            for code, value in submission.values.items()
            if value.state is ValueState.NOT_ASKED
        ]
        return [*figures, *(name for sheet in submission.ledgers.values() for name in self._lacking(sheet, unit))]

    def _lacking(self, sheet: LedgerSheet, unit: OrgUnit) -> Iterator[str]:
        ledger = self.catalog.ledgers[sheet.ledger]
        if sheet.state is ValueState.NOT_ASKED:
            yield f"《{ledger.sheet}》"
        elif sheet.state is not ValueState.UNREADABLE:
            columns = ledger.columns_of(unit.kind)
            yield from (f"《{ledger.sheet}》“{one.name}”" for one in columns if not sheet.asks(one.code))


def _listed(sentence: str, names: Sequence[str]) -> str:
    """A sentence about names; empty where there are none."""
    return f"；{sentence.format(listed(names, _MOST_NAMED, measure='项'))}" if names else ""


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


def _ignored(left: Ignored) -> Handled:
    """The verdict of a file that was not opened."""
    return _left_aside(left.name, left.aside, _hashed(left.path))


def _left_aside(name: str, aside: Aside, content: FileContent | None) -> Handled:
    """The verdict of what is no return; nobody needs to hear of a lock file."""
    file = SourceFile(name, content.size, content.sha256) if content else SourceFile(name, 0, "")
    told = kinds.FILE_IGNORED.at(Place(name), file=name, what=aside.what, remedy=aside.remedy)
    return Handled(FileVerdict(file, Verdict.IGNORED, reason=aside.what), () if aside.is_noise else (told,))


def _hashed(path: Path) -> FileContent | None:
    try:
        return read_file(path)
    except UnreadableFileError:
        return None
