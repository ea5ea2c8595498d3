"""The tables of a history file and how an older file is brought up to date."""

from __future__ import annotations

import sqlite3

#: Marks the file as ours ("AGGR"), so that a foreign database is never written to.
APPLICATION_ID = 0x41474752

# One script a version, never changed once released: a file of version n has run the first n of them.
MIGRATIONS = (
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
            for statement in MIGRATIONS[number].split(";"):
                connection.execute(statement)
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
