"""The tables of a history file and how an older file is brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from aggregator.history.columns import encode_column
from aggregator.history.encoding import Fact

#: Marks the file as ours ("AGGR"), so that a foreign database is never written to.
APPLICATION_ID = 0x41474752


# One row an element and revision: the facts of all its returns together (`columns.py`), which is how sums read them.
_ELEMENTS = """
    CREATE TABLE elements (
        id INTEGER PRIMARY KEY,
        revision INTEGER NOT NULL REFERENCES revisions (id),
        position INTEGER NOT NULL,
        element TEXT NOT NULL,
        facts TEXT NOT NULL,
        UNIQUE (revision, element)
    );
"""
# The table of facts that was, one row a fact, for whoever looks into the file with a tool of his own.
_FACTS = """
    DROP TABLE facts;
    CREATE VIEW facts AS
    SELECT
        submission, position, element, json_extract(form, '$[0]') AS state, json_extract(form, '$[1]') AS type, value,
        json_extract(form, '$[3]') AS file, json_extract(form, '$[4]') AS sheet, json_extract(form, '$[5]') AS cell,
        json_extract(form, '$[6]') AS raw, json_extract(form, '$[7]') AS repair, json_extract(form, '$[8]') AS derived
    FROM (
        SELECT
            submissions.id AS submission, elements.position AS position, element,
            json_extract(facts, '$[2][' || submissions.position || ']') AS value,
            json_extract(facts, '$[0][' || json_extract(facts, '$[1][' || submissions.position || ']') || ']') AS form
        FROM elements JOIN submissions USING (revision)
    )
    WHERE form IS NOT NULL;
    CREATE UNIQUE INDEX ledgers_by_name ON ledgers (submission, ledger);
"""
INSERT_ELEMENT = "INSERT INTO elements (revision, position, element, facts) VALUES (?, ?, ?, ?)"


def _into_columns(connection: sqlite3.Connection) -> None:
    """Put the facts of each recorded month, one row a fact, into columns."""
    _run(connection, _ELEMENTS)
    query = (
        "SELECT submissions.position, element, state, type, value, facts.file, sheet, cell, raw, repair, derived"
        " FROM facts JOIN submissions ON submission = submissions.id WHERE revision = ?"
        " ORDER BY submissions.position, facts.position"
    )
    for revision, last in connection.execute("SELECT revision, max(position) FROM submissions GROUP BY 1").fetchall():
        columns: dict[str, list[Fact | None]] = {}
        for at, element, *fact in connection.execute(query, (revision,)):
            columns.setdefault(element, [None] * (last + 1))[at] = Fact(*fact)
        for position, (element, facts) in enumerate(columns.items()):
            connection.execute(INSERT_ELEMENT, (revision, position, element, encode_column(facts)))
    _run(connection, _FACTS)


def _run(connection: sqlite3.Connection, script: str) -> None:
    for statement in script.split(";"):
        connection.execute(statement)


# One step a version, never changed once released: a file of version n has done the first n of them.
MIGRATIONS: tuple[str | Callable[[sqlite3.Connection], None], ...] = (
    """
    CREATE TABLE revisions (
        id INTEGER PRIMARY KEY,
        period TEXT NOT NULL,
        number INTEGER NOT NULL,
        manifest TEXT NOT NULL,
        UNIQUE (period, number)
    );
    CREATE TABLE submissions (
        id INTEGER PRIMARY KEY,
        revision INTEGER NOT NULL REFERENCES revisions (id),
        position INTEGER NOT NULL,
        unit TEXT NOT NULL,
        file TEXT NOT NULL,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        stock_confirmed INTEGER NOT NULL,
        catalog_version TEXT NOT NULL,
        stated TEXT NOT NULL,
        cover TEXT NOT NULL,
        explanations TEXT NOT NULL,
        is_held INTEGER NOT NULL,
        accepted TEXT,
        UNIQUE (revision, unit)
    );
    CREATE TABLE facts (
        submission INTEGER NOT NULL REFERENCES submissions (id),
        position INTEGER NOT NULL,
        element TEXT NOT NULL,
        state TEXT NOT NULL,
        type TEXT,
        value TEXT,
        file TEXT,
        sheet TEXT NOT NULL,
        cell TEXT NOT NULL,
        raw TEXT,
        repair TEXT,
        derived INTEGER NOT NULL,
        PRIMARY KEY (submission, position)
    ) WITHOUT ROWID;
    CREATE TABLE ledgers (
        submission INTEGER NOT NULL REFERENCES submissions (id),
        position INTEGER NOT NULL,
        ledger TEXT NOT NULL,
        state TEXT NOT NULL,
        answer TEXT,
        file TEXT NOT NULL,
        sheet TEXT NOT NULL,
        cell TEXT NOT NULL,
        columns TEXT NOT NULL,
        rows TEXT NOT NULL,
        PRIMARY KEY (submission, position)
    ) WITHOUT ROWID;
    CREATE TABLE findings (
        revision INTEGER NOT NULL REFERENCES revisions (id),
        position INTEGER NOT NULL,
        finding TEXT NOT NULL,
        PRIMARY KEY (revision, position)
    ) WITHOUT ROWID;
    CREATE TABLE files_seen (
        sha256 TEXT PRIMARY KEY,
        first_seen TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE reports (
        id INTEGER PRIMARY KEY,
        period TEXT NOT NULL,
        name TEXT NOT NULL,
        mark TEXT NOT NULL,
        paragraphs TEXT NOT NULL
    );
    """,
    """
    CREATE TABLE checked_files (
        id INTEGER PRIMARY KEY,
        period TEXT NOT NULL,
        unit TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        is_held INTEGER NOT NULL,
        to_mend TEXT NOT NULL,
        to_explain TEXT NOT NULL,
        is_returned INTEGER NOT NULL,
        UNIQUE (period, unit, sha256)
    );
    """,
    _into_columns,
    """
    CREATE TABLE amendments (
        id INTEGER PRIMARY KEY,
        period TEXT NOT NULL,
        unit TEXT NOT NULL,
        element TEXT NOT NULL,
        old_state TEXT NOT NULL,
        old_type TEXT,
        old_value TEXT,
        state TEXT NOT NULL,
        type TEXT,
        value TEXT,
        sha256 TEXT NOT NULL,
        reason TEXT NOT NULL,
        decided_by TEXT NOT NULL,
        decided_on TEXT NOT NULL,
        withdrawn_by TEXT,
        withdrawn_why TEXT,
        withdrawn_on TEXT
    );
    CREATE TABLE acceptances (
        id INTEGER PRIMARY KEY,
        period TEXT NOT NULL,
        unit TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        reason TEXT NOT NULL,
        decided_on TEXT NOT NULL,
        withdrawn_on TEXT
    );
    """,
    """
    CREATE TABLE catalogs (
        fingerprint TEXT PRIMARY KEY,
        version TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
)


class NewerSchemaError(Exception):
    """The file was written by a newer program."""


class ForeignDatabaseError(Exception):
    """The file is a database, but not a history."""


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Run the migrations that the file has not seen, all of them or none."""
    version = _version(connection)
    if version == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another computer may have done it while we waited for the lock.
        for number in range(_version(connection), len(MIGRATIONS)):
            step = MIGRATIONS[number]
            if isinstance(step, str):
                _run(connection, step)
            else:
                step(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if application != APPLICATION_ID and (tables or version):
        raise ForeignDatabaseError
    if version > len(MIGRATIONS):
        raise NewerSchemaError
    return version
