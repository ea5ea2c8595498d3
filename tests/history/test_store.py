from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.history import History, HistoryError, RecordedMonth
from aggregator.model.finding import FindingKind, Severity
from aggregator.model.former_codes import FormerCodes
from aggregator.model.period import Period
from aggregator.model.reporting import CheckedReturn
from aggregator.model.value import Place, Submission

Rich = Callable[..., Submission]
SEPTEMBER, OCTOBER = Period.parse("2026-09"), Period.parse("2026-10")
KIND = FindingKind("too-many", Severity.QUERY, "过多", "{name}为{number}", "请核对{name}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def test_a_recorded_return_comes_back_equal(path: Path, rich: Rich) -> None:
    recorded = (rich("C01"), rich("J00", total="0.10"))
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, recorded))
    with History.open(path) as history:
        assert history.month(OCTOBER) == recorded


def test_numbers_keep_every_digit(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, (rich(total="1200.50"),)))
        values = history.month(OCTOBER)[0].values
    shown = {code: str(values[code].value) for code in ("total", "tiny", "large")}
    assert shown == {"total": "1200.50", "tiny": "0E-10", "large": "1E+30"}


def test_facts_can_be_read_by_any_sqlite_tool(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, (rich(),)))
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT state, value, cell FROM facts WHERE element = 'total'").fetchall()
    connection.close()
    assert found == [("value", "1200.50", "D7")]


def test_a_ledger_is_read_when_it_is_asked_for(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, (rich(),)))
        ledgers = history.month(OCTOBER)[0].ledgers
        assert list(ledgers) == ["acts", "texts"]
        assert ledgers["acts"] == rich().ledgers["acts"]
        assert ledgers.get("unknown") is None
    # A closed history is a fault of the program, and not one of the file.
    with pytest.raises(sqlite3.ProgrammingError):
        ledgers.get("acts")


def test_of_several_returns_each_has_its_own_elements(path: Path, rich: Rich) -> None:
    one, other = rich("C01"), rich("C02", total="7")
    few = replace(one, values={code: one.values[code] for code in ("motto", "total")})
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, (few, other)))
        recorded = history.month(OCTOBER)
        assert [dict(submission.values) for submission in recorded] == [few.values, other.values]
        assert [len(submission.values) for submission in recorded] == [2, 13]
        assert "tiny" not in recorded[0].values
        assert recorded[0].values.get("tiny") is None


def test_a_rerun_is_a_new_revision_and_the_old_one_is_kept(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        assert history.record(RecordedMonth(OCTOBER, (rich(total="1"),), manifest={"run": "一"})) == 1
        assert history.record(RecordedMonth(OCTOBER, (rich(total="2"), rich("C02")), manifest={"run": "二"})) == 2
        assert history.record(RecordedMonth(SEPTEMBER, ())) == 1
        assert history.revisions(OCTOBER) == (1, 2)
        assert [submission.values["total"].value for submission in history.month(OCTOBER)] == [
            Decimal(2),
            Decimal("1200.50"),
        ]
        assert history.manifest(OCTOBER) == {"run": "二"}
        assert history.manifest(OCTOBER, 1) == {"run": "一"}
        assert history.manifest(OCTOBER, 3) is None
        assert history.periods() == (SEPTEMBER, OCTOBER)


def test_a_month_in_which_nothing_came_is_recorded_all_the_same(path: Path) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(SEPTEMBER, ()))
        assert history.months([SEPTEMBER, OCTOBER]) == {SEPTEMBER: ()}
        assert history.month(OCTOBER) == ()


def test_a_held_return_is_kept_but_is_no_months_figure(path: Path, rich: Rich) -> None:
    month = RecordedMonth(
        OCTOBER,
        (rich("C01"), rich("C02"), rich("C03")),
        held=frozenset({"C02", "C03"}),
        accepted={"C03": "已电话核实"},
    )
    with History.open(path) as history:
        history.record(month)
        assert [submission.unit for submission in history.month(OCTOBER)] == ["C01", "C03"]
        assert [submission.unit for submission in history.month(OCTOBER, with_held=True)] == ["C01", "C02", "C03"]
        assert history.held(OCTOBER) == {"C02"}
        assert history.accepted(OCTOBER) == {"C03": "已电话核实"}
        assert sorted(history.latest(before=Period.parse("2026-11"))) == ["C01", "C03"]


def test_a_form_is_prefilled_from_the_latest_earlier_month(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        december = (rich("C01", "2025-12", total="1"), rich("C02", "2025-12", total="5"))
        history.record(RecordedMonth(Period.parse("2025-12"), december))
        history.record(RecordedMonth(SEPTEMBER, (rich("C01", "2026-09", total="2"),)))
        history.record(RecordedMonth(SEPTEMBER, (rich("C01", "2026-09", total="3"),)))
        history.record(RecordedMonth(OCTOBER, (rich("C01", "2026-10", total="4"),)))
        assert history.latest(before=OCTOBER) == {
            "C01": rich("C01", "2026-09", total="3"),
            "C02": rich("C02", "2025-12", total="5"),
        }
        assert history.latest(before=SEPTEMBER)["C01"] == rich("C01", "2025-12", total="1")
        assert history.latest(before=Period.parse("2025-12")) == {}


def test_the_ledgers_of_all_months_are_those_that_count(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(SEPTEMBER, (rich("C01", "2026-09"), rich("C02", "2026-09"))))
        history.record(RecordedMonth(SEPTEMBER, (rich("C01", "2026-09"),)))
        history.record(RecordedMonth(OCTOBER, (rich("C01", "2026-10"), rich("C02")), held=frozenset({"C02"})))
        found = history.ledgers()
        assert {unit: list(months) for unit, months in found.items()} == {"C01": [SEPTEMBER, OCTOBER]}
        assert dict(found["C01"][SEPTEMBER]) == rich("C01", "2026-09").ledgers


def test_findings_come_back_equal_and_in_order(path: Path) -> None:
    findings = (
        KIND.at(
            Place("a.xlsx", "指标表", "D7"),
            unit="C01",
            period=OCTOBER,
            elements=("total", "women"),
            severity=Severity.FATAL,
            effect=Decimal("-3.50"),
            rule="P01",
            name="总数",
            number="12",
        ),
        KIND.at(Place("b.xlsx"), name="人数", number="0"),
    )
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, (), findings))
        assert history.findings(OCTOBER) == findings
        assert history.findings(SEPTEMBER) == ()


def test_what_the_units_wrote_can_be_read_alone(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, (rich("C02"), rich("C01"))))
        assert [row.cells["title"] for row in history.narratives(OCTOBER)] == ["C02的亮点", "C01的亮点"]


def test_the_first_day_on_which_a_file_was_seen_stands(path: Path) -> None:
    with History.open(path) as history:
        history.see_files({"aa": date(2026, 11, 3), "bb": date(2026, 11, 4)})
        history.see_files({"aa": date(2026, 11, 9)})
        assert history.first_seen(["aa", "bb", "cc"]) == {"aa": date(2026, 11, 3), "bb": date(2026, 11, 4)}
        history.correct_first_seen("bb", date(2026, 11, 2))
        assert history.first_seen(["bb"]) == {"bb": date(2026, 11, 2)}


def test_what_cannot_be_recorded_leaves_the_history_as_it_was(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, (rich(total="1"),)))
        with pytest.raises(sqlite3.IntegrityError):
            history.record(RecordedMonth(OCTOBER, (rich(total="2"), rich(total="3"))))
        with pytest.raises(TypeError):
            history.record(RecordedMonth(OCTOBER, (rich(total="4"),), manifest={"set": {1}}))
        assert history.revisions(OCTOBER) == (1,)
        assert history.month(OCTOBER)[0].values["total"].value == Decimal(1)


def test_a_file_that_is_no_history_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 not a database at all" * 50)
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="已损坏"):
        History.open(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(HistoryError, match="不是本程序的历史库"):
        History.open(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]
    connection.close()


def test_a_history_of_a_newer_program_is_refused(path: Path) -> None:
    History.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(HistoryError, match="请先升级本程序"):
        History.open(path)


def test_a_history_in_use_elsewhere_is_said_to_be_so(path: Path) -> None:
    with History.open(path, busy_s=0.01) as history:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(HistoryError, match="正被其他程序占用"):
            history.record(RecordedMonth(OCTOBER, ()))
        with pytest.raises(HistoryError, match="正被其他程序占用"):
            history.periods()
        other.execute("ROLLBACK")
        other.close()
        assert history.record(RecordedMonth(OCTOBER, ())) == 1


def test_a_history_whose_pages_are_damaged_is_said_to_be_so(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, tuple(rich(f"C{n:02}") for n in range(9))))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(HistoryError, match="已损坏"), History.open(path) as history:
        history.month(OCTOBER)


def test_a_folder_that_does_not_exist_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="无法打开"):
        History.open(tmp_path / "none" / "history.sqlite")


def test_a_history_leaves_one_file_that_a_network_share_can_hold(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, (rich(),)))
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()
    assert [file.name for file in path.parent.iterdir()] == ["history.sqlite"]


def test_the_last_check_of_a_file_counts_and_its_slip_stays_noted(path: Path) -> None:
    faulty = CheckedReturn("C01", "a" * 64, is_held=True, to_mend=("《指标表》E12",), is_returned=True)
    with History.open(path) as history:
        history.note_checks(OCTOBER, [faulty, CheckedReturn("C02", "b" * 64, is_held=False)])
        history.note_checks(OCTOBER, [CheckedReturn("C01", "a" * 64, is_held=False, to_explain=("《活动台账》C5",))])
    with History.open(path) as history:
        assert history.checks(OCTOBER) == (
            CheckedReturn("C01", "a" * 64, is_held=False, to_explain=("《活动台账》C5",), is_returned=True),
            CheckedReturn("C02", "b" * 64, is_held=False),
        )
        assert history.checks(OCTOBER.previous()) == ()


def test_what_was_recorded_under_a_former_code_is_found_under_the_present_one(path: Path, rich: Rich) -> None:
    with History.open(path) as history:
        history.record(RecordedMonth(OCTOBER, (rich(total="12"),)))
    with History.open(path, former=FormerCodes(elements={"total": "members"})) as history:
        (found,) = history.month(OCTOBER)
        assert found.values["members"].value == Decimal(12)
        assert (found.values["members"].element, found.value("total")) == ("members", None)


def test_catalogs_that_made_forms_are_known_ever_after(path: Path) -> None:
    with History.open(path) as history:
        assert history.known_catalogs() == frozenset()
        for _ in range(2):
            history.know_catalog("abc", "1.0.0")
        assert history.known_catalogs() == {"abc"}
