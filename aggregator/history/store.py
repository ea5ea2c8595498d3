"""The history file: every recorded month in one SQLite file, safe on a network share, revisions kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

from aggregator.history.encoding import (
    Fact,
    decode_facts,
    decode_finding,
    decode_paragraphs,
    decode_rows,
    encode_fact,
    encode_facts,
    encode_finding,
    encode_paragraphs,
    encode_rows,
    to_json,
)
from aggregator.history.recorded import RecordedLedgers, RecordedMonth, RecordedValues
from aggregator.history.schema import ForeignDatabaseError, NewerSchemaError, bring_up_to_date
from aggregator.model.finding import Finding
from aggregator.model.period import Period
from aggregator.model.report_text import ReportText
from aggregator.model.reporting import CheckedReturn
from aggregator.model.value import Answer, LedgerRow, LedgerSheet, Place, SourceFile, Submission, ValueState

__all__ = ["History", "HistoryError", "RecordedMonth"]

_BUSY_S = 5.0
_SHORT = 40  # bytes; longer texts are seldom the same
_NO_LEDGERS: frozenset[str] = frozenset()


class HistoryError(Exception):
    """A history file that cannot be used, in one sentence for a clerk."""


class History:
    """The recorded months of a street; use it as a context manager."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path, *, busy_s: float = _BUSY_S) -> History:
        """The history in a file, which is made when there is none; HistoryError when it cannot be used."""
        with _in_plain_words(path):
            # The statements of a transaction are ours to bracket; the rollback journal is the one that network
            # shares bear.
            connection = sqlite3.connect(path, timeout=busy_s, isolation_level=None)
            try:
                connection.text_factory = _Texts().__getitem__
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("PRAGMA foreign_keys = ON")
                bring_up_to_date(connection)
            except (sqlite3.Error, ForeignDatabaseError, NewerSchemaError):
                connection.close()
                raise
        return cls(connection, path)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def record(self, month: RecordedMonth) -> int:
        """Record a month, whole or not at all; the number of its revision, 1 for the first. Earlier ones are kept."""
        with self._transaction() as cursor:
            number = self._next_number(cursor, month.period)
            row = (str(month.period), number, to_json(month.manifest))
            cursor.execute("INSERT INTO revisions (period, number, manifest) VALUES (?, ?, ?)", row)
            revision = cursor.lastrowid or 0
            for position, submission in enumerate(month.submissions):
                self._insert_submission(cursor, revision, position, submission, month)
            findings = ((revision, at, encode_finding(found)) for at, found in enumerate(month.findings))
            cursor.executemany("INSERT INTO findings VALUES (?, ?, ?)", findings)
            _insert_reports(cursor, month.reports)
        return number

    def record_reports(self, reports: Iterable[ReportText]) -> None:
        """Keep the text of reports that were written, so that an edited one can be compared with it."""
        with self._transaction() as cursor:
            _insert_reports(cursor, reports)

    def reports(self, period: Period) -> tuple[ReportText, ...]:
        """The reports that were written over a period, each version once, the oldest first."""
        query = "SELECT name, mark, paragraphs FROM reports WHERE period = ? ORDER BY id"
        with self._reading() as cursor:
            found = cursor.execute(query, (str(period),)).fetchall()
            return tuple(ReportText(name, mark, decode_paragraphs(paragraphs)) for name, mark, paragraphs in found)

    @staticmethod
    def _next_number(cursor: sqlite3.Cursor, period: Period) -> int:
        found = cursor.execute("SELECT max(number) FROM revisions WHERE period = ?", (str(period),)).fetchone()
        return int(found[0] or 0) + 1

    @staticmethod
    def _insert_submission(
        cursor: sqlite3.Cursor, revision: int, position: int, submission: Submission, month: RecordedMonth
    ) -> None:
        source = submission.source
        cursor.execute(
            "INSERT INTO submissions (revision, position, unit, file, size, sha256, stock_confirmed, catalog_version,"
            " stated, cover, explanations, is_held, accepted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                revision,
                position,
                submission.unit,
                source.name,
                source.size,
                source.sha256,
                int(submission.stock_confirmed),
                submission.catalog_version,
                encode_facts(submission.stated.values(), file=source.name),
                to_json(dict(submission.cover)),
                to_json(dict(submission.explanations)),
                int(submission.unit in month.held and submission.unit not in month.accepted),
                month.accepted.get(submission.unit),
            ),
        )
        identity = cursor.lastrowid or 0
        _insert_facts(cursor, identity, submission)
        _insert_ledgers(cursor, identity, submission)

    def periods(self) -> tuple[Period, ...]:
        """The recorded months, in order."""
        with self._reading() as cursor:
            found = cursor.execute("SELECT DISTINCT period FROM revisions ORDER BY period").fetchall()
            return tuple(Period.parse(period) for (period,) in found)

    def revisions(self, period: Period) -> tuple[int, ...]:
        """The numbers of a month's revisions; the last one counts."""
        with self._reading() as cursor:
            query = "SELECT number FROM revisions WHERE period = ? ORDER BY number"
            return tuple(number for (number,) in cursor.execute(query, (str(period),)))

    def month(
        self, period: Period, *, ledgers: frozenset[str] | None = _NO_LEDGERS, with_held: bool = False
    ) -> tuple[Submission, ...]:
        """A month's returns by its latest revision, with the rows of the named ledgers only (None for all).

        Held returns are left out, as they were left out of the totals, unless they are asked for.
        """
        return self.months((period,), ledgers=ledgers, with_held=with_held).get(period, ())

    def months(
        self, periods: Iterable[Period], *, ledgers: frozenset[str] | None = _NO_LEDGERS, with_held: bool = False
    ) -> dict[Period, tuple[Submission, ...]]:
        """Several months' returns, each month as `month` gives it; a month that is not recorded is not in it."""
        months: dict[Period, tuple[Submission, ...]] = {}
        latest = "SELECT max(id) FROM revisions WHERE period = ?"
        query = "SELECT * FROM submissions WHERE revision = ? AND is_held <= ? ORDER BY position"
        with self._reading() as cursor:
            for period in periods:
                revision = cursor.execute(latest, (str(period),)).fetchone()[0]
                if revision is not None:
                    found = cursor.execute(query, (revision, int(with_held))).fetchall()
                    months[period] = tuple(self._submission(cursor, row, period, ledgers) for row in found)
        return months

    def latest(self, unit: str, before: Period) -> Submission | None:
        """A unit's latest recorded return before a month, with all ledgers: what its next form is prefilled with."""
        query = (
            "SELECT revisions.period, submissions.* FROM submissions JOIN revisions ON revisions.id = revision"
            " WHERE unit = ? AND NOT is_held AND period < ?"
            " AND revision IN (SELECT max(id) FROM revisions GROUP BY period)"
            " ORDER BY period DESC LIMIT 1"
        )
        with self._reading() as cursor:
            row = cursor.execute(query, (unit, str(before))).fetchone()
            return self._submission(cursor, row[1:], Period.parse(row[0]), None) if row else None

    def _submission(
        self, cursor: sqlite3.Cursor, row: Sequence[object], period: Period, ledgers: frozenset[str] | None
    ) -> Submission:
        identity, _, _, unit, file, size, sha256, confirmed, version, stated, cover, explanations, *_ = row
        return Submission(
            unit=str(unit),
            period=period,
            source=SourceFile(str(file), int(str(size)), str(sha256)),
            values=_values(cursor, identity, unit=str(unit), period=period, file=str(file)),
            ledgers=_ledgers(cursor, identity, ledgers, unit=str(unit), period=period),
            stock_confirmed=bool(confirmed),
            stated=RecordedValues(lambda: decode_facts(str(stated)), unit=str(unit), period=period, file=str(file)),
            cover=json.loads(str(cover)),
            explanations=json.loads(str(explanations)),
            catalog_version=str(version),
        )

    def findings(self, period: Period) -> tuple[Finding, ...]:
        """The findings of a month's latest revision."""
        query = (
            "SELECT finding FROM findings WHERE revision = (SELECT max(id) FROM revisions WHERE period = ?)"
            " ORDER BY position"
        )
        with self._reading() as cursor:
            return tuple(decode_finding(text) for (text,) in cursor.execute(query, (str(period),)))

    def manifest(self, period: Period, revision: int | None = None) -> dict[str, object] | None:
        """The manifest of a month's revision, the latest unless another is asked for; None when there is none."""
        query = (
            "SELECT manifest FROM revisions WHERE period = ? AND number = coalesce(?, number)"
            " ORDER BY number DESC LIMIT 1"
        )
        with self._reading() as cursor:
            row = cursor.execute(query, (str(period), revision)).fetchone()
            return dict(json.loads(row[0])) if row else None

    def held(self, period: Period) -> frozenset[str]:
        """The units whose return was held in a month's latest revision."""
        return frozenset(unit for unit, is_held, _ in self._standings(period) if is_held)

    def accepted(self, period: Period) -> dict[str, str]:
        """The held returns that the clerk took in, with the reason given."""
        return {unit: reason for unit, _, reason in self._standings(period) if reason is not None}

    def _standings(self, period: Period) -> list[tuple[str, int, str | None]]:
        query = (
            "SELECT unit, is_held, accepted FROM submissions"
            " WHERE revision = (SELECT max(id) FROM revisions WHERE period = ?) ORDER BY position"
        )
        with self._reading() as cursor:
            return cursor.execute(query, (str(period),)).fetchall()

    def narratives(self, period: Period, *, ledger: str = "texts") -> tuple[LedgerRow, ...]:
        """What the units wrote in a month, in the order of its returns."""
        months = self.month(period, ledgers=frozenset({ledger}))
        return tuple(chain.from_iterable(submission.rows() for submission in months))

    def see_files(self, seen: Mapping[str, date]) -> None:
        """Note on which day each content (by its hash) was seen; the first day stands."""
        with self._transaction() as cursor:
            rows = [(sha256, day.isoformat()) for sha256, day in seen.items()]
            cursor.executemany("INSERT OR IGNORE INTO files_seen VALUES (?, ?)", rows)

    def correct_first_seen(self, sha256: str, day: date) -> None:
        """Set the day a file came, as the clerk knows it."""
        with self._transaction() as cursor:
            cursor.execute("INSERT OR REPLACE INTO files_seen VALUES (?, ?)", (sha256, day.isoformat()))

    def first_seen(self, hashes: Iterable[str]) -> dict[str, date]:
        """On which day each content was first seen; contents never seen are not in it."""
        query = "SELECT first_seen FROM files_seen WHERE sha256 = ?"
        with self._reading() as cursor:
            found = {sha256: cursor.execute(query, (sha256,)).fetchone() for sha256 in hashes}
            return {sha256: date.fromisoformat(row[0]) for sha256, row in found.items() if row}

    def note_checks(self, period: Period, checked: Iterable[CheckedReturn]) -> None:
        """Keep what the checks of a month's files came to, the latest of each file; a slip once written stays noted."""
        query = (
            "INSERT INTO checked_files (period, unit, sha256, is_held, to_mend, to_explain, is_returned)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (period, unit, sha256) DO UPDATE SET"
            " is_held = excluded.is_held, to_mend = excluded.to_mend, to_explain = excluded.to_explain,"
            " is_returned = max(is_returned, excluded.is_returned)"
        )
        rows = (
            (
                str(period),
                one.unit,
                one.sha256,
                int(one.is_held),
                to_json(one.to_mend),
                to_json(one.to_explain),
                int(one.is_returned),
            )
            for one in checked
        )
        with self._transaction() as cursor:
            cursor.executemany(query, rows)

    def checks(self, period: Period) -> tuple[CheckedReturn, ...]:
        """What the checks of a month's files came to, in the order in which the files were first checked."""
        query = (
            "SELECT unit, sha256, is_held, to_mend, to_explain, is_returned FROM checked_files"
            " WHERE period = ? ORDER BY id"
        )
        with self._reading() as cursor:
            return tuple(
                CheckedReturn(
                    unit, sha256, bool(held), tuple(json.loads(mend)), tuple(json.loads(explain)), bool(returned)
                )
                for unit, sha256, held, mend, explain, returned in cursor.execute(query, (str(period),))
            )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Cursor]:
        with _in_plain_words(self._path):
            try:
                yield self._connection.cursor()
            except (ValueError, KeyError, TypeError) as fault:
                raise HistoryError(_damaged(self._path)) from fault

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with _in_plain_words(self._path):
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")


class _Texts(dict[bytes, str]):
    """Texts of the file by their bytes: codes, sheets, cells and small numbers stand in it a thousand times.

    Kept once, a year of forty units takes a third of the memory.
    """

    def __missing__(self, content: bytes) -> str:
        text = content.decode()
        if len(content) < _SHORT:
            self[content] = text
        return text


def _insert_facts(cursor: sqlite3.Cursor, identity: int, submission: Submission) -> None:
    file = submission.source.name
    rows = ((identity, at, *encode_fact(value, file=file)) for at, value in enumerate(submission.values.values()))
    cursor.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _insert_reports(cursor: sqlite3.Cursor, reports: Iterable[ReportText]) -> None:
    """A version that is written again moves to the end; its mark tells it from all others."""
    for report in reports:
        row = (str(report.period), report.name, report.mark, encode_paragraphs(report))
        cursor.execute("DELETE FROM reports WHERE mark = ? AND name = ?", (report.mark, report.name))
        cursor.execute("INSERT INTO reports (period, name, mark, paragraphs) VALUES (?, ?, ?, ?)", row)


def _insert_ledgers(cursor: sqlite3.Cursor, identity: int, submission: Submission) -> None:
    rows = (
        (
            identity,
            at,
            sheet.ledger,
            sheet.state.value,
            sheet.answer.value if sheet.answer else None,
            sheet.answer_place.file,
            sheet.answer_place.sheet,
            sheet.answer_place.cell,
            to_json(dict(sheet.columns)),
            encode_rows(sheet.rows),
        )
        for at, sheet in enumerate(submission.ledgers.values())
    )
    cursor.executemany("INSERT INTO ledgers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _values(cursor: sqlite3.Cursor, identity: object, *, unit: str, period: Period, file: str) -> RecordedValues:
    query = (
        "SELECT element, state, type, value, file, sheet, cell, raw, repair, derived FROM facts WHERE submission = ?"
        " ORDER BY position"
    )
    facts: list[Fact] = cursor.execute(query, (identity,)).fetchall()
    return RecordedValues(lambda: facts, unit=unit, period=period, file=file)


def _ledgers(
    cursor: sqlite3.Cursor, identity: object, wanted: frozenset[str] | None, *, unit: str, period: Period
) -> RecordedLedgers:
    if wanted is not None and not wanted:
        return RecordedLedgers({})
    query = (
        "SELECT ledger, state, answer, file, sheet, cell, columns, rows FROM ledgers WHERE submission = ?"
        " AND (? IS NULL OR instr(?, ',' || ledger || ',')) ORDER BY position"
    )
    names = None if wanted is None else f",{','.join(sorted(wanted))},"
    found = cursor.execute(query, (identity, names, names)).fetchall()
    return RecordedLedgers({row[0]: partial(_sheet, row, unit=unit, period=period) for row in found})


def _sheet(row: tuple[str, ...], *, unit: str, period: Period) -> LedgerSheet:
    ledger, state, answer, file, sheet, cell, columns, rows = row
    return LedgerSheet(
        ledger,
        ValueState(state),
        decode_rows(rows, ledger=ledger, unit=unit, period=period),
        Answer(answer) if answer else None,
        Place(file, sheet, cell),
        json.loads(columns),
    )


@contextmanager
def _in_plain_words(path: Path) -> Iterator[None]:
    """Turn what SQLite says into one sentence that a clerk can act on."""
    try:
        yield
    except NewerSchemaError:
        raise HistoryError(f"历史库“{path.name}”由更新版本的程序建立，请先升级本程序再使用。") from None
    except ForeignDatabaseError:
        raise HistoryError(f"“{path.name}”不是本程序的历史库，请移走该文件，或从备份恢复历史库。") from None
    except sqlite3.OperationalError as fault:
        raise HistoryError(_operational(path, fault)) from None
    except sqlite3.IntegrityError:
        # A fault of the program, such as two returns of one unit: the file is sound.
        raise
    except sqlite3.DatabaseError:
        raise HistoryError(_damaged(path)) from None


def _damaged(path: Path) -> str:
    return f"历史库“{path.name}”已损坏，无法读取，请从备份恢复后再试。"


def _operational(path: Path, fault: sqlite3.OperationalError) -> str:
    name = f"历史库“{path.name}”"
    if fault.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{name}正被其他程序占用（可能另一台电脑正在汇总），请稍后再试。"
    if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
        return f"{name}是只读的，无法写入，请检查文件和文件夹的权限。"
    if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
        return f"磁盘已满，{name}没有写入，原有内容未变。"
    if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN:
        return f"{name}无法打开，请检查文件夹是否存在、是否有读写权限。"
    return f"{name}读写失败，原有内容未变，请检查磁盘后再试。"
