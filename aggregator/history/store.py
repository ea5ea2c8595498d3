"""The history file: every recorded month in one SQLite file, safe on a network share, revisions kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from types import TracebackType
from typing import Self

from aggregator.history.columns import encode_column
from aggregator.history.decisions import Decisions
from aggregator.history.encoding import (
    decode_finding,
    decode_paragraphs,
    decode_rows,
    decode_values,
    encode_fact,
    encode_finding,
    encode_paragraphs,
    encode_rows,
    encode_values,
    to_json,
)
from aggregator.history.faults import HistoryError, as_damage, in_plain_words
from aggregator.history.recorded import (
    ColumnValues,
    MonthColumns,
    RecordedLedgers,
    RecordedMonth,
    StatedValues,
    by_codes_of_today,
)
from aggregator.history.schema import INSERT_ELEMENT, ForeignDatabaseError, NewerSchemaError, bring_up_to_date
from aggregator.model.finding import Finding
from aggregator.model.former_codes import FormerCodes
from aggregator.model.period import Period
from aggregator.model.report_text import ReportText
from aggregator.model.reporting import CheckedReturn
from aggregator.model.value import Answer, DataValue, LedgerRow, LedgerSheet, Place, SourceFile, Submission, ValueState

__all__ = ["History", "HistoryError", "RecordedMonth"]

_BUSY_S = 5.0
_NONE = FormerCodes()


class History:
    """The recorded months of a street; use it as a context manager."""

    def __init__(self, connection: sqlite3.Connection, path: Path, former: FormerCodes = _NONE) -> None:
        self._connection = connection
        self._path = path
        self._former = former

    @classmethod
    def open(cls, path: Path, *, former: FormerCodes = _NONE, busy_s: float = _BUSY_S) -> History:
        """The history in a file, which is made when there is none; HistoryError when it cannot be used.

        `former` tells under which codes elements, ledgers and columns were recorded once.
        """
        with in_plain_words(path):
            # The statements of a transaction are ours to bracket; the rollback journal is the one that network
            # shares bear.
            connection = sqlite3.connect(path, timeout=busy_s, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("PRAGMA foreign_keys = ON")
                bring_up_to_date(connection)
            except (sqlite3.Error, ForeignDatabaseError, NewerSchemaError):
                connection.close()
                raise
        return cls(connection, path, former)

    @property
    def decisions(self) -> Decisions:
        """What the clerk decided about the months' returns."""
        return Decisions(self._reading, self._transaction, self._former)

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
            _insert_elements(cursor, revision, month.submissions)
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
                encode_values(submission.stated.values(), file=source.name),
                to_json(dict(submission.cover)),
                to_json(dict(submission.explanations)),
                int(submission.unit in month.held and submission.unit not in month.accepted),
                month.accepted.get(submission.unit),
            ),
        )
        _insert_ledgers(cursor, cursor.lastrowid or 0, submission)

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

    def month(self, period: Period, *, with_held: bool = False) -> tuple[Submission, ...]:
        """A month's returns by its latest revision; none for a month that is not recorded.

        Held returns are left out, as they were left out of the totals, unless they are asked for. The rows of a ledger
        are read from the file each time they are asked for, so that the history must still be open then.
        """
        return self.months((period,), with_held=with_held).get(period, ())

    def months(self, periods: Iterable[Period], *, with_held: bool = False) -> dict[Period, tuple[Submission, ...]]:
        """Several months' returns, each month as `month` gives it; a month that is not recorded is not in it."""
        latest = "SELECT max(id) FROM revisions WHERE period = ?"
        with self._reading() as cursor:
            found = {period: cursor.execute(latest, (str(period),)).fetchone()[0] for period in periods}
            return {
                period: tuple(self._returns(cursor, revision, period, with_held=with_held))
                for period, revision in found.items()
                if revision is not None
            }

    def _returns(
        self, cursor: sqlite3.Cursor, revision: int, period: Period, *, with_held: bool
    ) -> Iterator[Submission]:
        columns = cursor.execute(
            "SELECT element, CAST(facts AS BLOB) FROM elements WHERE revision = ? ORDER BY position", (revision,)
        )
        month = MonthColumns({self._former.element(code): text for code, text in columns}, self._path)
        query = (
            "SELECT id, position, unit, file, size, sha256, stock_confirmed, catalog_version, cover, explanations"
            " FROM submissions WHERE revision = ? AND is_held <= ? ORDER BY position"
        )
        for row in cursor.execute(query, (revision, int(with_held))):
            identity, position, unit, file, size, sha256, confirmed, version, cover, explanations = row
            whose = {"unit": unit, "period": period}
            yield Submission(
                unit=unit,
                period=period,
                source=SourceFile(file, size, sha256),
                values=ColumnValues(month, position, file=file, **whose),
                ledgers=self._ledgers(identity, **whose),
                stock_confirmed=bool(confirmed),
                stated=StatedValues(partial(self._stated, identity, file=file, **whose)),
                cover=json.loads(cover),
                explanations=json.loads(explanations),
                catalog_version=version,
            )

    def _ledger_names(self, submission: int) -> tuple[str, ...]:
        with self._reading() as cursor:
            found = cursor.execute("SELECT ledger FROM ledgers WHERE submission = ? ORDER BY position", (submission,))
            return tuple(self._former.ledger(name) for (name,) in found)

    def _sheet(self, submission: int, ledger: str, *, unit: str, period: Period) -> LedgerSheet | None:
        query = (
            "SELECT state, answer, file, sheet, cell, columns, rows FROM ledgers WHERE submission = ? AND ledger = ?"
        )
        with self._reading() as cursor:
            found = (
                cursor.execute(query, (submission, code)).fetchone() for code in self._former.codes_of_ledger(ledger)
            )
            row = next(filter(None, found), None)
            if row is None:
                return None
            state, answer, file, sheet, cell, columns, rows = row
            read = LedgerSheet(
                ledger,
                ValueState(state),
                decode_rows(rows, ledger=ledger, unit=unit, period=period),
                Answer(answer) if answer else None,
                Place(file, sheet, cell),
                _letters(columns),
            )
            return read if ledger not in self._former.columns else by_codes_of_today(read, self._former)

    def _stated(self, submission: int, *, unit: str, period: Period, file: str) -> Mapping[str, DataValue]:
        with self._reading() as cursor:
            (text,) = cursor.execute("SELECT stated FROM submissions WHERE id = ?", (submission,)).fetchone()
            return decode_values(text, unit=unit, period=period, file=file)

    def latest(self, before: Period) -> dict[str, Submission]:
        """Each unit's latest recorded return before a month: what its next form is prefilled with."""
        query = (
            "SELECT unit, max(period) FROM submissions JOIN revisions ON revisions.id = revision"
            " WHERE NOT is_held AND period < ? AND revision IN (SELECT max(id) FROM revisions GROUP BY period)"
            " GROUP BY unit"
        )
        with self._reading() as cursor:
            latest = {unit: Period.parse(month) for unit, month in cursor.execute(query, (str(before),))}
        months = self.months(sorted(set(latest.values())))
        return {
            submission.unit: submission
            for month, submissions in months.items()
            for submission in submissions
            if latest[submission.unit] == month
        }

    def ledgers(self) -> dict[str, dict[Period, Mapping[str, LedgerSheet]]]:
        """By unit and month the ledgers of every recorded return that was not held, each read when it is asked for."""
        query = (
            "SELECT submissions.id, unit, period FROM submissions JOIN revisions ON revisions.id = revision"
            " WHERE NOT is_held AND revision IN (SELECT max(id) FROM revisions GROUP BY period) ORDER BY period"
        )
        found: dict[str, dict[Period, Mapping[str, LedgerSheet]]] = {}
        months = {str(month): month for month in self.periods()}
        with self._reading() as cursor:
            for identity, unit, name in cursor.execute(query).fetchall():
                period = months[name]
                found.setdefault(unit, {})[period] = self._ledgers(identity, unit=unit, period=period)
        return found

    def _ledgers(self, submission: int, *, unit: str, period: Period) -> RecordedLedgers:
        names, sheet = (
            partial(self._ledger_names, submission),
            partial(self._sheet, submission, unit=unit, period=period),
        )
        return RecordedLedgers(names, sheet)

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
        sheets = (submission.ledgers.get(ledger) for submission in self.month(period))
        return tuple(row for sheet in sheets if sheet is not None for row in sheet.rows)

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

    def know_catalog(self, fingerprint: str, version: str) -> None:
        """Keep that forms were made by a catalog, so that they are known when they come back after it has changed."""
        with self._transaction() as cursor:
            cursor.execute("INSERT OR IGNORE INTO catalogs VALUES (?, ?)", (fingerprint, version))

    def known_catalogs(self) -> frozenset[str]:
        """The fingerprints of the catalogs by which forms were made here."""
        with self._reading() as cursor:
            return frozenset(fingerprint for (fingerprint,) in cursor.execute("SELECT fingerprint FROM catalogs"))

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
        with in_plain_words(self._path), as_damage(self._path):
            yield self._connection.cursor()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with in_plain_words(self._path):
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")


@lru_cache(maxsize=4096)
def _letters(columns: str) -> Mapping[str, str]:
    """The columns of a ledger with their letters: the same in almost every form."""
    found: dict[str, str] = json.loads(columns)
    return found


def _insert_elements(cursor: sqlite3.Cursor, revision: int, submissions: Sequence[Submission]) -> None:
    codes = dict.fromkeys(code for submission in submissions for code in submission.values)
    for position, code in enumerate(codes):
        values = ((submission.values.get(code), submission.source.name) for submission in submissions)
        facts = [None if value is None else encode_fact(value, file=file) for value, file in values]
        cursor.execute(INSERT_ELEMENT, (revision, position, code, encode_column(facts)))


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
