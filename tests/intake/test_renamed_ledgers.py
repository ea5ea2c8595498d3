"""Forms of an earlier version whose ledgers and columns go by other codes and names today, or are asked no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aggregator.catalog.lint import lint
from aggregator.check.run import run_checks
from aggregator.form.slip import slip_of
from aggregator.form.template import write_form
from aggregator.history import History, RecordedMonth
from aggregator.intake.returns import Intake
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, Verdict
from aggregator.model.finding import Finding, Severity
from aggregator.model.value import Place, ValueState
from aggregator.rollup.consolidate import roll_up
from aggregator.rollup.indicators import derive
from tests.intake.conftest import ACTS, DEFINITIONS, OCTOBER, STREET, Edit, Inbox, changed_catalog

Told = Callable[[Intake, str], list[Finding]]
RESERVE = DEFINITIONS[DEFINITIONS.index("  - code: reserve\n") : DEFINITIONS.index("rules:\n")]
#: The next version: the ledger 活动台账 and its column 名称 go by other names, 参加人次 and 后备名册 are asked no more,
#: 到场人次 is new.
CHANGES = (
    ('version: "1.0"', 'version: "1.1"'),
    (
        "  - code: activities\n    name: 活动台账\n    sheet: 活动台账\n",
        ("  - code: events\n    name: 活动记录\n    sheet: 活动记录\n    renamed_from: [activities, 活动台账]\n"),
    ),
    ("{code: title, name: 名称,", "{code: topic, name: 主题, renamed_from: [title, 名称],"),
    ("{code: participants, name: 参加人次,", '{code: participants, name: 参加人次, until: "1.0",'),
    (
        "      - {code: community, name: 社区,",
        (
            '      - {code: attended, name: 到场人次, since: "1.1", type: int, min: 0}\n'
            "      - {code: community, name: 社区,"
        ),
    ),
    ("    name: 后备名册\n", '    name: 后备名册\n    until: "1.0"\n'),
    ("count(activities)", "count(events)"),
    (
        "  - {code: acts, name: 活动场次,",
        (
            "  - {code: attendance, name: 到场总人次, section: 活动, block: base, of: communities, measure: flow,\n"
            "     type: int, unit: 人次, over_months: sum, over_units: sum, expression: sum(events.attended)}\n"
            "  - {code: acts, name: 活动场次,"
        ),
    ),
)


@pytest.fixture(scope="session")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The next version of the small catalog."""
    return changed_catalog(tmp_path_factory.mktemp("renamed"), *CHANGES)


@pytest.fixture(scope="session")
def without_area(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The small catalog without its line 服务面积."""
    line = DEFINITIONS[DEFINITIONS.index("  - {code: area,") : DEFINITIONS.index("  - {code: acts,")]
    return changed_catalog(tmp_path_factory.mktemp("line"), (line, ""))


@pytest.fixture
def old_form(inbox: Inbox, newer: Catalog) -> Inbox:
    """A form of the first version in the inbox of a street that has moved on."""
    inbox.put("梧桐里.xlsx", inbox.form())
    inbox.catalog = newer
    return inbox


def _topics(intake: Intake) -> list[Any]:
    return [row.cells["topic"] for row in intake.submissions[0].ledgers["events"].rows]


def test_the_next_version_is_sound_and_its_form_has_only_what_stands(newer: Catalog, inbox: Inbox) -> None:
    assert lint(newer) == ()
    inbox.catalog = newer
    (area,) = inbox.layout().ledgers.values()
    assert (area.code, area.sheet) == ("events", "活动记录")
    assert dict(area.columns) == {"held_on": "A", "act_type": "B", "topic": "C", "attended": "D"}


def test_a_renamed_ledger_is_read_through_its_former_names(old_form: Inbox, told: Told) -> None:
    intake = old_form.read()
    sheet = intake.submissions[0].ledgers["events"]
    assert sheet.state is ValueState.VALUE
    assert [dict(row.cells) for row in sheet.rows] == [
        {"held_on": row["held_on"], "act_type": row["act_type"], "topic": row["title"], "community": "梧桐里社区"}
        for row in ACTS
    ]
    # Places are those of the file at hand.
    assert sheet.place(sheet.rows[0], "topic") == Place("梧桐里.xlsx", "活动台账", "C5")
    (found,) = told(intake, "catalog-version-other")
    assert found.message == (
        "梧桐里报的“梧桐里.xlsx”是1.0版报表（本机没有下发记录），现用1.1版；对得上的项目已读取"
        "；没有《活动记录》“到场人次”，按旧版未设处理，不算未填；多出《活动台账》“参加人次”、《后备名册》，没有计入。"
    )
    assert [found.kind.code for found in intake.findings] == ["catalog-version-other"]
    assert "reserve" not in intake.submissions[0].ledgers


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda book: setattr(book["活动台账"], "title", "Sheet3"), "sheets-renamed"),
        (lambda book: book["活动台账"].insert_cols(2), "template-adapted"),
        (lambda book: book["活动台账"].insert_rows(1, 2), "template-adapted"),
    ],
    ids=["the sheet renamed by the sender", "a column put in", "rows put in"],
)
def test_an_older_form_may_be_changed_like_any_other(inbox: Inbox, newer: Catalog, edit: Edit, code: str) -> None:
    inbox.put("梧桐里.xlsx", inbox.form(), edit)
    inbox.catalog = newer
    intake = inbox.read()
    assert _topics(intake) == ["登高", "清扫"]
    assert sorted(found.kind.code for found in intake.findings) == ["catalog-version-other", code]


def test_a_damaged_header_of_an_older_form_loses_its_ledger_and_says_so(
    inbox: Inbox, newer: Catalog, told: Told
) -> None:
    inbox.put("梧桐里.xlsx", inbox.form(), lambda book: book["活动台账"].delete_cols(3))
    inbox.catalog = newer
    intake = inbox.read()
    assert intake.submissions[0].ledgers["events"].state is ValueState.UNREADABLE
    assert len(told(intake, "template-changed")) == 1


def test_a_form_that_lost_its_map_is_found_by_the_former_names_of_sheet_and_columns(
    inbox: Inbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Only names have changed: every cell stands where it stands today.
    inbox.put("梧桐里.xlsx", inbox.form(), lambda book: book.remove(book["_stamp"]))
    counted = ("count(activities)", "count(events)")
    inbox.catalog = changed_catalog(tmp_path_factory.mktemp("names"), *CHANGES[:3], counted)
    assert _topics(inbox.read()) == ["登高", "清扫"]


def test_an_older_form_that_asks_all_of_today_is_no_more_than_a_note(
    inbox: Inbox, told: Told, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inbox.put("梧桐里.xlsx", inbox.form())
    counted = ("count(activities)", "count(events)")
    inbox.catalog = changed_catalog(tmp_path_factory.mktemp("same"), *CHANGES[:3], counted)
    intake = inbox.read()
    assert _topics(intake) == ["登高", "清扫"]
    (found,) = told(intake, "catalog-version-other")
    assert (found.severity, found.remedy) == (Severity.NOTE, "各项都对得上，不需重报；以后请用当月下发的表格。")


def test_what_an_older_ledger_does_not_ask_is_neither_missing_nor_nought(old_form: Inbox, newer: Catalog) -> None:
    submission = derive(old_form.read().submissions[0], catalog=newer, street=STREET)
    assert submission.values["acts"].value == Decimal(2)
    assert "attendance" not in submission.values
    batch = Batch(newer, STREET, OCTOBER, (submission,))
    assert [one.message for one in run_checks(batch).findings if "到场" in one.message or "后备" in one.message] == []
    totals = roll_up(batch).totals
    assert totals["acts"].this_month.value == Decimal(2)
    assert totals["attendance"].this_month.value is None
    assert "C01" not in totals["attendance"].this_month.expected


def test_the_slip_of_an_older_form_carries_the_rows_over(old_form: Inbox, newer: Catalog, told: Told) -> None:
    intake = old_form.read()
    slip = slip_of(intake.findings, intake.submissions[0], old_form.layout(), number=1)
    back = write_form(
        catalog=newer, street=STREET, unit=STREET.unit("C01"), period=OCTOBER, filled=intake.submissions[0], slip=slip
    )
    old_form.put("梧桐里.xlsx", back)
    again = old_form.read()
    assert told(again, "catalog-version-other") == []
    assert _topics(again) == ["登高", "清扫"]


def test_of_an_older_and_a_newer_file_the_rows_are_compared_by_the_codes_of_today(
    old_form: Inbox, newer: Catalog, told: Told
) -> None:
    first = old_form.read().submissions[0]
    (sheet, *_) = first.ledgers.values()
    rows = (sheet.rows[0], sheet.rows[1]._replace(cells={**sheet.rows[1].cells, "topic": "清扫街面"}))
    changed = replace(first, ledgers={"events": replace(sheet, rows=rows)})
    unit = STREET.unit("C01")
    again = write_form(catalog=newer, street=STREET, unit=unit, period=OCTOBER, filled=changed)
    old_form.put("梧桐里二稿2.xlsx", again)
    (found,) = told(old_form.read(), "file-superseded")
    assert "清扫街面" in found.message
    assert "登高" not in found.message


def test_months_recorded_under_former_codes_are_read_by_those_of_today(
    inbox: Inbox, newer: Catalog, tmp_path: Path
) -> None:
    inbox.put("梧桐里.xlsx", inbox.form())
    (old,) = inbox.read().submissions
    with History.open(tmp_path / "history.sqlite", former=inbox.catalog.former) as history:
        history.record(RecordedMonth(OCTOBER, (old,)))
    with History.open(tmp_path / "history.sqlite", former=newer.former) as history:
        (found,) = history.month(OCTOBER)
        assert list(found.ledgers) == ["events", "reserve"]
        sheet = found.ledgers["events"]
        assert [row.cells["topic"] for row in sheet.rows] == ["登高", "清扫"]
        assert {row.ledger for row in sheet.rows} == {"events"}
        assert sheet.columns["topic"] == "C"
        assert "activities" not in found.ledgers
        totals = roll_up(Batch(newer, STREET, OCTOBER, (derive(found, catalog=newer, street=STREET),))).totals
    assert totals["acts"].this_month.value == Decimal(2)


def test_a_form_whose_ledgers_nobody_knows_says_so_once(
    inbox: Inbox, told: Told, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inbox.put("梧桐里.xlsx", inbox.form())
    inbox.catalog = changed_catalog(tmp_path_factory.mktemp("without"), (RESERVE, ""))
    intake = inbox.read()
    assert [file.verdict for file in intake.files] == [Verdict.ACCEPTED]
    assert [found.kind.code for found in intake.findings] == ["catalog-version-other"]
    assert "多出《后备名册》，没有计入" in told(intake, "catalog-version-other")[0].message


def test_a_line_that_was_taken_out_of_the_catalog_is_told_once(inbox: Inbox, told: Told, without_area: Catalog) -> None:
    inbox.put("梧桐里.xlsx", inbox.form())
    inbox.catalog = without_area
    intake = inbox.read()
    assert [found.kind.code for found in intake.findings] == ["catalog-version-other"]
    assert "多出“服务面积”，没有计入" in told(intake, "catalog-version-other")[0].message


def test_a_number_beside_a_line_that_was_taken_out_is_still_told(
    inbox: Inbox, told: Told, without_area: Catalog
) -> None:
    row = inbox.layout().elements["area"].row
    inbox.put("梧桐里.xlsx", inbox.form(), lambda book: book["指标表"].cell(row, 12, 55))
    inbox.catalog = without_area
    (found,) = told(inbox.read(), "cells-outside")
    assert found.place.cell == f"L{row}"
