from __future__ import annotations

import json
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

from aggregator.history import History
from aggregator.history.schema import APPLICATION_ID, MIGRATIONS
from aggregator.model.period import Period
from aggregator.model.value import Answer, DataValue, LedgerRow, LedgerSheet, Place, ValueState

OCTOBER = Period.parse("2026-10")
# As the second version of the file held them: submission, position, element, state, type, value, file, sheet, cell,
# raw, repair, derived.
FACTS = (
    (1, 0, "total", "value", "n", "312", None, "指标表", "D7", None, None, 0),
    (1, 1, "women", "value", "n", "150.50", None, "指标表", "D8", "150.50人", "去掉了单位“人”", 0),
    (1, 2, "counted", "value", "n", "3", "别的.xlsx", "台账", "B2", "", None, 1),
    (2, 0, "women", "missing", None, None, None, "指标表", "D8", None, None, 0),
    (2, 1, "day", "value", "d", "2026-10-03", None, "指标表", "D9", "10月3日", None, 0),
)
LEDGER = (1, 0, "acts", "value", "本月有", "a.xlsx", "活动台账", "C3", '{"title":"A"}', '[[6,0,{"title":"讲座"}]]')


def _second_version(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for script in MIGRATIONS[:2]:
        assert isinstance(script, str)
        connection.executescript(script)
    connection.execute("INSERT INTO revisions VALUES (1, '2026-10', 1, '{}')")
    for identity, unit, file in ((1, "C01", "a.xlsx"), (2, "C02", "b.xlsx")):
        row = (identity, 1, identity - 1, unit, file, 9, "hash", 1, "1", "[]", "{}", "{}", 0, None)
        connection.execute("INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", FACTS)
    connection.execute("INSERT INTO ledgers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", LEDGER)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 2")
    connection.close()


def test_a_file_of_an_older_version_keeps_all_that_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    _second_version(path)
    known = ValueState.VALUE
    with History.open(path) as history:
        one, other = history.month(OCTOBER)
        assert dict(one.values) == {
            "total": DataValue("total", "C01", OCTOBER, known, Decimal(312), Place("a.xlsx", "指标表", "D7"), "312"),
            "women": DataValue(
                "women",
                "C01",
                OCTOBER,
                known,
                Decimal("150.50"),
                Place("a.xlsx", "指标表", "D8"),
                "150.50人",
                "去掉了单位“人”",
            ),
            "counted": DataValue(
                "counted", "C01", OCTOBER, known, Decimal(3), Place("别的.xlsx", "台账", "B2"), derived=True
            ),
        }
        assert dict(other.values) == {
            "women": DataValue("women", "C02", OCTOBER, ValueState.MISSING, None, Place("b.xlsx", "指标表", "D8")),
            "day": DataValue(
                "day", "C02", OCTOBER, known, date(2026, 10, 3), Place("b.xlsx", "指标表", "D9"), "10月3日"
            ),
        }
        rows = (LedgerRow("acts", "C01", OCTOBER, 6, {"title": "讲座"}),)
        place = Place("a.xlsx", "活动台账", "C3")
        assert dict(one.ledgers) == {"acts": LedgerSheet("acts", known, rows, Answer.HAS_ROWS, place, {"title": "A"})}


def test_what_is_seen_of_the_facts_with_another_tool_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    _second_version(path)
    History.open(path).close()
    connection = sqlite3.connect(path)
    query = "SELECT submission, element, state, type, value, file, sheet, cell, raw, repair, derived FROM facts"
    found = connection.execute(f"{query} ORDER BY submission, position").fetchall()
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    connection.close()
    assert found == [(fact[0], *fact[2:]) for fact in FACTS]


def test_what_stands_alike_in_every_return_is_recorded_once(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    _second_version(path)
    History.open(path).close()
    connection = sqlite3.connect(path)
    (facts,) = connection.execute("SELECT facts FROM elements WHERE element = 'total'").fetchone()
    connection.close()
    # The forms, which of them each return has, the text of each; the second return has no such element.
    form = ["value", "n", None, None, "指标表", "D7", None, None, 0]
    assert json.loads(facts) == [[form], [0, None], ["312", None]]
