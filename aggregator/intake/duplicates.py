"""Several files of one unit: which of them counts, why, and what is different in the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aggregator.intake import finding_kinds as kinds
from aggregator.intake.form import FormRead
from aggregator.intake.plain_text import folded
from aggregator.intake.remarks import Return, listed
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import FileVerdict, Verdict
from aggregator.model.definition import Column, Ledger
from aggregator.model.evaluate import plain_text
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue, LedgerRow, Submission, ValueState

_MOST_SHOWN = 12
_LONGEST_SHOWN = 16
#: Why a file counts where nothing in it or in its name says that it is the later one.
_UNSAID = ("修改时间较晚", "按文件名排序在后")
_FINAL = re.compile(r"最终|终稿|终版|定稿|final")
_REVISED = re.compile(r"修改|修订|更正|改正|更新|补正|重报|订正|revised|新版|(?<!修)改(?!革|造)")
_NUMBER = re.compile(r"\((\d{1,2})\)|[vV](\d{1,3})(?!\d)|[版稿终正改报](\d{1,2})(?!\d)|第(\d{1,2})[版稿次]")


@dataclass(frozen=True, slots=True)
class Handled:
    """One file: its verdict, its findings and, when it is a form of the month, what it says."""

    verdict: FileVerdict
    findings: tuple[Finding, ...] = ()
    form: FormRead | None = None
    unit: OrgUnit | None = None
    is_contradictory: bool = False
    modified_ns: int = 0


def settle(handled: Sequence[Handled], street: Street, period: Period, catalog: Catalog) -> Iterator[Handled]:
    """Of several forms of one unit the last version; the others are named with what is different in them."""
    for unit in street.units:
        own = [one for one in handled if one.form is not None and one.unit == unit]
        if own:
            kept = max(own, key=_precedence)
            yield kept
            yield from (_superseded(one, kept, unit, period, catalog) for one in own if one is not kept)
    yield from (one for one in handled if one.form is None)


def _precedence(one: Handled) -> tuple[bool, bool, int, tuple[int, int], int, str]:
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


def _superseded(one: Handled, kept: Handled, unit: OrgUnit, period: Period, catalog: Catalog) -> Handled:
    name, other = kept.verdict.file.name, one.verdict.file.name
    of = Return(other, unit, period)
    why, different = _why(one, kept), _different(one, kept, catalog)
    # Neither says that it is the later one, and each says something else: only the unit knows which is right.
    weight = {"severity": Severity.QUERY} if why in _UNSAID and different else {}
    ask = f"请向{unit.short_name}核实以哪一份为准；" if different else ""
    told = _told(one, kept, different)
    finding = of.finding(kinds.FILE_SUPERSEDED, kept=name, why=why, difference=told, ask=ask, **weight)
    # It may be another unit's, which would be missing then without a word.
    doubts = (found for found in one.findings if found.kind is kinds.IDENTITY_CONTRADICTION)
    verdict = FileVerdict(
        one.verdict.file, Verdict.SUPERSEDED, unit.code, one.verdict.period, one.verdict.identified_by, f"采用“{name}”"
    )
    return Handled(verdict, (finding, *doubts))


def _why(one: Handled, kept: Handled) -> str:
    reasons = (
        "另一份是空表",
        "另一份的单位或月份前后不一致",
        "是退回后改报的",
        "文件名标明是后一版",
        *_UNSAID,
    )
    pairs = zip(_precedence(one), _precedence(kept), reasons, strict=True)
    return next((reason for mine, theirs, reason in pairs if mine != theirs), reasons[-1])


def _different(one: Handled, kept: Handled, catalog: Catalog) -> list[str]:
    """What is different in the two, cell by cell."""
    if one.form is None or kept.form is None:
        return []
    return list(_Difference(one.form.submission, kept.form.submission, catalog).cells())


def _told(one: Handled, kept: Handled, different: list[str]) -> str:
    if one.verdict.file.sha256 == kept.verdict.file.sha256:
        return "两份内容完全相同。"
    if not different:
        return "两份填报的内容相同。"
    return f"两份有{len(different)}处不同（没有计入的→采用的）：{listed(different, _MOST_SHOWN)}。"


@dataclass(frozen=True)
class _Difference:
    """What is different between the return that is left out and the one that counts, cell by cell."""

    out: Submission
    kept: Submission
    catalog: Catalog

    def cells(self) -> Iterator[str]:
        """Each cell of the figures, each row of the ledgers and of these each cell; then what is said about them."""
        for code in dict.fromkeys((*self.kept.values, *self.out.values)):
            yield from self._figure(code)
        for code in dict.fromkeys((*self.kept.ledgers, *self.out.ledgers)):
            yield from self._rows(self.catalog.ledgers[code])
        if self.out.stock_confirmed is not self.kept.stock_confirmed:
            yield "“存量已核对”"
        if self.out.explanations != self.kept.explanations:
            yield "备注或说明"

    def _figure(self, code: str) -> Iterator[str]:
        out, kept = self.out.values.get(code), self.kept.values.get(code)
        known = kept or out
        if known and _said(out) != _said(kept):
            place, name = known.place, self.catalog.elements[code].name
            yield f"《{place.sheet}》{place.cell}“{name}”{_shown(out)}→{_shown(kept)}"

    def _rows(self, ledger: Ledger) -> Iterator[str]:
        sheets = [submission.ledgers.get(ledger.code) for submission in (self.out, self.kept)]
        title = next((sheet.answer_place.sheet for sheet in sheets if sheet), ledger.sheet)
        out, kept = _other_rows(*(sheet.rows if sheet else () for sheet in sheets))
        answers = [str(sheet.answer or sheet.answer_raw) if sheet else "" for sheet in sheets]
        if answers[0] != answers[1]:
            yield f"《{title}》填报情况“{answers[0]}”→“{answers[1]}”"
        for number in sorted({*out, *kept}):
            yield from self._row(ledger, f"《{title}》", number, out.get(number), kept.get(number))

    def _row(
        self, ledger: Ledger, title: str, number: int, out: LedgerRow | None, kept: LedgerRow | None
    ) -> Iterator[str]:
        if out is None or kept is None:
            yield f"{title}第{number}行{'没有' if out is None else '有'}→{'没有' if kept is None else '有'}"
            return
        sheet = self.kept.ledgers[ledger.code]
        for column in ledger.columns:
            before, after = _cell(out, column), _cell(kept, column)
            if before != after:
                cell = sheet.place(kept, column.code).cell
                # What stands in a roster may be anybody's name.
                shown = (
                    ""
                    if ledger.sensitive or column.sensitive
                    else f"：{_cut(before) or '未填'}→{_cut(after) or '未填'}"
                )
                yield f"{title}{cell}{shown}"


def _other_rows(
    out: Sequence[LedgerRow], kept: Sequence[LedgerRow]
) -> tuple[dict[int, LedgerRow], dict[int, LedgerRow]]:
    """The rows by number without those that stand in both, wherever: a row put in above moves all the others."""
    both = Counter(map(_content, out)) & Counter(map(_content, kept))
    return _without(out, both.copy()), _without(kept, both)


def _without(rows: Sequence[LedgerRow], both: Counter[object]) -> dict[int, LedgerRow]:
    left: dict[int, LedgerRow] = {}
    for row in rows:
        if both[_content(row)]:
            both[_content(row)] -= 1
        else:
            left[row.number] = row
    return left


def _content(row: LedgerRow) -> object:
    return tuple(sorted(row.cells.items(), key=lambda pair: pair[0])), tuple(sorted(row.raw.items()))


def _said(value: DataValue | None) -> object:
    return (value.state, value.value, value.raw if value.state is ValueState.UNREADABLE else "") if value else None


def _shown(value: DataValue | None) -> str:
    if value is None or value.state is ValueState.NOT_ASKED:
        return "表中没有"
    if value.state is ValueState.MISSING:
        return "未填"
    return _cut(value.raw if value.state is ValueState.UNREADABLE else plain_text(value.scalar) or value.state.label)


def _cell(row: LedgerRow, column: Column) -> str:
    value = row.cells.get(column.code)
    return row.raw.get(column.code, "") or ("" if value is None else plain_text(value))


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"
