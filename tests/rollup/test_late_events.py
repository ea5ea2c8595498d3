"""Events of stock ledgers that are reported after their month: each counts once, in the month that first reports it.

A month is a text with a line a row: the unit, then name/state/begun/ended, dates as month-day of 2026 unless a year is
given; `C01 无` is an answer that there are none, `C01 空` a sheet left blank. A unit without a line has no return.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.catalog import load_catalog
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, Consolidation
from aggregator.model.late_event import Standing
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import (
    Answer,
    Gap,
    LedgerRow,
    LedgerSheet,
    Place,
    Scalar,
    SourceFile,
    Submission,
    ValueState,
)
from aggregator.rollup import count_late, derive, merged_ledger, roll_up
from aggregator.rollup.late_events import Recorded

DEFINITIONS = """\
name: 试验目录
version: "1"
empty_under: 0
blocks:
  - {code: base, name: 基本}
ledgers:
  - code: things
    name: 名录
    block: base
    of: both
    kind: stock
    key: [name]
    living: state != "作废"
    leaves: state == "已撤"
    columns:
      - {code: name, name: 名称, type: text, required: true}
      - {code: state, name: 状态, type: text}
      - {code: begun_on, name: 成立日期, type: date}
      - {code: ended_on, name: 撤销日期, type: date}
  - code: issues
    name: 问题台账
    block: base
    of: both
    kind: stock
    key: [title, found_on]
    columns:
      - {code: title, name: 问题, type: text, required: true}
      - {code: found_on, name: 发现日期, type: date, required: true}
elements:
  - {code: begun, FLOW, name: 新成立数, expression: "count(things, in_period(begun_on))"}
  - {code: in_use, FLOW, name: 新成立在用数, expression: 'count(things, state == "在用" and in_period(begun_on))'}
  - {code: changed, FLOW, name: 变动数, expression: "count(things, in_period(begun_on) or in_period(ended_on))"}
  - {code: old, FLOW, name: 非本月成立数, expression: "count(things, not in_period(begun_on))"}
  - {code: names, measure: list, type: names, over_months: union, over_units: union, section: 一, block: base, of: both,
      name: 新成立名单, expression: "list(things.name, in_period(begun_on))", rows_of: all}
  - {code: kinds, measure: distinct, type: int, unit: 个, over_months: union, over_units: union, section: 一,
      block: base, of: both, name: 新成立名称数, expression: "distinct(things.name, in_period(begun_on))", rows_of: all}
  - {code: found, FLOW, name: 新发现问题数, expression: "count(issues, in_period(found_on))"}
  - {code: twice, FLOW, name: 两数之和, expression: begun + found}
"""
FLOW = "measure: flow, type: int, unit: 个, over_months: sum, over_units: sum, section: 一, block: base, of: both"
UNITS = (
    OrgUnit("C01", "青松社区居民委员会", "青松社区"),
    OrgUnit("C02", "翠湖社区居民委员会", "翠湖社区"),
    OrgUnit("J00", "街道办事处", "街道本级", UnitKind.OFFICE),
)
STREET = Street(UNITS)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The catalog above."""
    folder: Path = tmp_path_factory.mktemp("late")
    (folder / "all.yaml").write_text(DEFINITIONS.replace("FLOW", FLOW), encoding="utf-8")
    return load_catalog(folder)


@dataclass
class Office:
    """A street office that receives and records month after month, as a run does."""

    catalog: Catalog
    ledger: str = "things"
    months: dict[Period, tuple[Submission, ...]] = field(default_factory=dict)

    def run(self, month: str, text: str) -> Consolidation:
        """The month read, counted, recorded (again) and rolled up."""
        period = Period.parse(month)
        others = {known: sent for known, sent in self.months.items() if known != period}
        sent = [self.counted(one, others) for one in self.returns(period, text)]
        before = {known: returns for known, returns in others.items() if known < period}
        self.months[period] = tuple(
            derive(one, catalog=self.catalog, street=STREET, earlier=own(before, one.unit)) for one in sent
        )
        return roll_up(Batch(self.catalog, STREET, period, self.months[period], before))

    def counted(self, sent: Submission, others: Mapping[Period, tuple[Submission, ...]]) -> Submission:
        """A return with its late events found, beside what is recorded."""
        recorded: Recorded = {
            unit.code: {month: one.ledgers for month, one in own(others, unit.code).items()} for unit in UNITS
        }
        return count_late(sent, catalog=self.catalog, street=STREET, recorded=recorded)

    def returns(self, period: Period, text: str) -> Iterator[Submission]:
        """The returns that a text describes."""
        lines = [line.split(maxsplit=1) for line in text.strip().splitlines()]
        for unit in dict.fromkeys(line[0] for line in lines):
            rows = [row for code, row in lines if code == unit]
            file = f"{unit}_{period}.xlsx"
            sheet = self.sheet(unit, period, [row for row in rows if row not in ("无", "空")], file=file)
            if rows == ["空"]:
                sheet = replace(sheet, state=ValueState.MISSING, answer=None)
            yield Submission(unit, period, SourceFile(file, 1, file), {}, {self.ledger: sheet})

    def sheet(self, unit: str, period: Period, rows: list[str], *, file: str) -> LedgerSheet:
        """A sheet whose rows stand from row 6 on."""
        columns = [column.code for column in self.catalog.ledgers[self.ledger].columns]
        found = tuple(
            LedgerRow(self.ledger, unit, period, number, dict(zip(columns, map(cell, row.split("/")), strict=False)))
            for number, row in enumerate(rows, start=6)
        )
        place = Place(file, "名录", "C3")
        return LedgerSheet(
            self.ledger, ValueState.VALUE, found, Answer.UPDATED, place, dict(zip(columns, "ABCD", strict=False))
        )

    def standings(self, month: str) -> list[tuple[int, Standing]]:
        """What became of the events of a month that are told of, by the row."""
        found = self.months[Period.parse(month)]
        return [(late.row, late.standing) for sent in found for late in sent.late_events]


def own(months: Mapping[Period, tuple[Submission, ...]], unit: str) -> dict[Period, Submission]:
    """A unit's returns by month."""
    return {month: one for month, sent in months.items() for one in sent if one.unit == unit}


def cell(text: str) -> Scalar:
    """A cell of a row: a date where it looks like one, a gap where nothing stands."""
    if len(text) == len("10-05") and text[2] == "-":
        text = f"2026-{text}"
    return date.fromisoformat(text) if text[:2] == "20" else text or Gap.MISSING


def this_month(rolled: Consolidation, code: str = "begun") -> int:
    """The street's figure of the month."""
    value = rolled.totals[code].this_month.value
    assert isinstance(value, Decimal)
    return int(value)


def this_year(rolled: Consolidation, code: str = "begun") -> int:
    """The street's figure of the year so far."""
    value = rolled.totals[code].year_to_date.value
    assert isinstance(value, Decimal)
    return int(value)


@pytest.fixture
def office(catalog: Catalog) -> Office:
    """An office whose first recorded month, August, knew one thing."""
    office = Office(catalog)
    office.run("2026-08", "C01 甲/在用/03-01")
    return office


def test_a_late_event_counts_in_the_month_of_its_report_and_never_again(office: Office) -> None:
    office.run("2026-09", "C01 甲/在用/03-01")
    october = "C01 甲/在用/03-01\nC01 乙/在用/09-20\nC01 丙/在用/10-02"
    rolled = office.run("2026-10", october)
    assert (this_month(rolled), this_month(rolled, "in_use"), this_month(rolled, "changed")) == (2, 2, 2)
    assert this_month(rolled, "old") == 1
    assert (this_year(rolled), rolled.totals["names"].year_to_date.value) == (2, ("乙", "丙"))
    assert (this_month(rolled, "kinds"), this_year(rolled, "kinds")) == (2, 2)
    assert office.standings("2026-10") == [(7, Standing.COUNTED)]
    again = office.run("2026-10", october)
    assert (this_month(again), this_year(again)) == (2, 2)
    later = office.run("2026-11", october)
    assert (this_month(later), this_year(later), this_year(later, "kinds")) == (0, 2, 2)
    assert later.totals["names"].year_to_date.value == ("乙", "丙")
    assert office.standings("2026-11") == []


def test_a_late_row_is_marked_in_the_merged_ledger_and_the_form_counts_without_it(office: Office) -> None:
    rolled = office.run("2026-09", "C01 甲/在用/03-01\nC01 乙/在用/08-20\nC01 丙/在用/09-02")
    rows = merged_ledger(rolled, "things").rows
    assert [(row.cells[0], row.late) for row in rows] == [("甲", False), ("乙", True), ("丙", False)]
    sent = office.months[Period.parse("2026-09")][0]
    assert {code: value.value for code, value in sent.by_dates.items()} == {
        "begun": 1, "in_use": 1, "changed": 1, "old": 2, "names": ("丙",), "kinds": 1,
    }  # fmt: skip
    assert sent.values["begun"].value == 2


def test_in_the_first_month_nobody_can_tell_what_is_late(catalog: Catalog) -> None:
    office = Office(catalog)
    rolled = office.run("2026-09", "C01 甲/在用/08-01\nC01 乙/在用/09-02\nC01 丙/在用/2025-12-31")
    assert this_month(rolled) == 1
    assert office.standings("2026-09") == [(6, Standing.UNRECORDED)]
    # A month in which the unit left the sheet blank, or another unit's month, is no record of its own.
    office = Office(catalog)
    office.run("2026-08", "C01 空\nC02 甲/在用/03-01")
    assert this_month(office.run("2026-09", "C01 乙/在用/08-01\nC02 甲/在用/03-01")) == 0
    assert office.standings("2026-09") == [(6, Standing.UNRECORDED)]


def test_a_sheet_without_rows_is_a_record(catalog: Catalog) -> None:
    office = Office(catalog)
    office.run("2026-08", "C01 无")
    assert this_month(office.run("2026-09", "C01 乙/在用/08-01")) == 1


def test_months_without_a_return_lose_nothing(office: Office) -> None:
    rolled = office.run("2026-11", "C01 甲/在用/03-01\nC01 乙/在用/10-20\nC01 丙/在用/11-02")
    assert (this_month(rolled), this_year(rolled)) == (2, 2)
    assert this_month(office.run("2026-12", "C01 甲/在用/03-01\nC01 乙/在用/10-20\nC01 丙/在用/11-02")) == 0


def test_what_an_older_month_knew_is_not_late_though_the_latest_forgot_it(office: Office) -> None:
    office.run("2026-09", "C01 无")
    assert this_month(office.run("2026-10", "C01 甲/在用/03-01")) == 0
    assert office.standings("2026-10") == []


def test_a_date_filled_in_late_counts_and_one_that_was_to_come_counts_once(office: Office) -> None:
    office.run("2026-09", "C01 甲/在用/03-01\nC01 乙/在用/\nC01 丙/在用/10-15")
    rolled = office.run("2026-11", "C01 甲/在用/03-01\nC01 乙/在用/09-09\nC01 丙/在用/10-15")
    assert this_month(rolled) == 2
    assert office.standings("2026-11") == [(7, Standing.COUNTED), (8, Standing.COUNTED)]


def test_each_date_column_of_a_row_is_judged_for_itself(office: Office) -> None:
    office.run("2026-09", "C01 甲/在用/03-01\nC01 乙/在用/09-05")
    rolled = office.run("2026-11", "C01 甲/在用/03-01\nC01 乙/已撤/09-05/10-30")
    assert (this_month(rolled), this_month(rolled, "changed")) == (0, 1)


def test_a_corrected_date_of_a_counted_row_is_told_and_does_not_count_again(office: Office) -> None:
    assert this_month(office.run("2026-09", "C01 甲/在用/03-01\nC01 乙/在用/09-05")) == 1
    rolled = office.run("2026-10", "C01 甲/在用/03-01\nC01 乙/在用/08-25")
    assert (this_month(rolled), this_year(rolled)) == (0, 1)
    assert office.standings("2026-10") == [(7, Standing.CORRECTED)]
    # Nor does one that was counted late before.
    office.run("2026-11", "C01 甲/在用/03-01\nC01 乙/在用/08-25\nC01 丁/在用/10-10")
    assert this_month(office.run("2026-12", "C01 甲/在用/03-01\nC01 乙/在用/08-25\nC01 丁/在用/10-11")) == 0
    assert office.standings("2026-12") == [(8, Standing.CORRECTED)]


def test_a_corrected_date_that_no_month_counted_counts_now(office: Office) -> None:
    assert this_month(office.run("2026-10", "C01 甲/在用/09-01")) == 1


def test_a_thing_that_ended_twice_counts_twice_when_told_in_time_and_is_asked_about_when_told_late(
    office: Office,
) -> None:
    august = "C01 甲/在用/03-01\n"
    assert this_month(office.run("2026-09", f"{august}C01 乙/已撤/2020-01-01/09-09"), "changed") == 1
    assert this_month(office.run("2026-10", f"{august}C01 乙/在用/2020-01-01"), "changed") == 0
    assert this_month(office.run("2026-11", f"{august}C01 乙/已撤/2020-01-01/11-11"), "changed") == 1
    assert this_month(office.run("2026-12", f"{august}C01 乙/已撤/2020-01-01/10-30"), "changed") == 0
    assert office.standings("2026-12") == [(7, Standing.CORRECTED)]


@pytest.mark.parametrize("missing", ["begun_on", "name"])
def test_a_form_that_did_not_have_the_column_knew_of_no_event(catalog: Catalog, missing: str) -> None:
    office = Office(catalog)
    office.run("2026-08", "C01 甲/在用/03-01")
    august = Period.parse("2026-08")
    (sent,) = office.months[august]
    sheet = sent.ledgers["things"]
    columns = {code: letter for code, letter in sheet.columns.items() if code != missing}
    rows = tuple(
        row._replace(cells={code: cell for code, cell in row.cells.items() if code in columns}) for row in sheet.rows
    )
    office.months[august] = (replace(sent, ledgers={"things": replace(sheet, columns=columns, rows=rows)}),)
    assert this_month(office.run("2026-09", "C01 甲/在用/03-01\nC01 乙/在用/08-05\nC01 丙/在用/09-05")) == 1
    assert office.standings("2026-09") == [(6, Standing.UNRECORDED), (7, Standing.UNRECORDED)]


def test_a_renamed_row_does_not_count_again_but_one_beside_a_row_that_left_does(office: Office) -> None:
    office.run("2026-09", "C01 甲/在用/03-01\nC01 乙/在用/09-05\nC01 丙/已撤/09-06")
    rolled = office.run("2026-10", "C01 甲/在用/03-01\nC01 乙党支部/在用/09-05\nC01 丁/在用/09-06")
    assert this_month(rolled) == 1
    assert office.standings("2026-10") == [(7, Standing.RENAMED), (8, Standing.COUNTED)]


def test_what_another_unit_recorded_does_not_count_again(office: Office) -> None:
    office.run("2026-09", "C01 甲/在用/03-01\nC02 乙/在用/09-05\nC02 丙/在用/09-06")
    rolled = office.run("2026-10", "C01 甲/在用/03-01\nC01 乙/在用/09-05\nC01 丙/在用/09-07\nC02 丙/在用/09-06")
    assert this_month(rolled) == 1
    assert office.standings("2026-10") == [(7, Standing.ELSEWHERE), (8, Standing.COUNTED)]
    assert office.months[Period.parse("2026-10")][0].late_events[0].unit == "C02"


def test_rows_without_a_whole_key_and_doubled_rows_do_not_count(office: Office) -> None:
    rolled = office.run("2026-09", "C01 甲/在用/03-01\nC01 /在用/08-05\nC01 乙/在用/08-06\nC01 乙/在用/08-06")
    assert this_month(rolled) == 1
    assert office.standings("2026-09") == [(7, Standing.UNKEYED), (8, Standing.COUNTED)]


def test_a_row_that_is_no_more_in_force_counts_nowhere(office: Office) -> None:
    assert this_month(office.run("2026-09", "C01 甲/在用/03-01\nC01 乙/作废/08-05")) == 0


def test_events_of_this_year_of_last_month_and_of_recorded_months_count_and_older_ones_are_no_events(
    catalog: Catalog,
) -> None:
    for first, month, day, counted in (
        ("2026-08", "2026-09", "2026-01-01", 1),  # this year, though before the first record
        ("2026-08", "2026-09", "2025-12-31", 0),
        ("2026-08", "2026-09", "2019-05-01", 0),
        ("2025-12", "2026-01", "2025-12-31", 1),  # last month
        ("2025-10", "2026-02", "2025-11-15", 1),  # recorded months
        ("2025-10", "2026-02", "2025-09-30", 0),
    ):
        office = Office(catalog)
        office.run(first, "C01 甲/在用/2020-03-01")
        rolled = office.run(month, f"C01 甲/在用/2020-03-01\nC01 乙/在用/{day}")
        assert (this_month(rolled), len(office.standings(month))) == (counted, counted), day


def test_a_month_that_is_reported_anew_tells_what_a_later_one_has_counted(office: Office) -> None:
    office.run("2026-09", "C01 甲/在用/03-01")
    both = "C01 甲/在用/03-01\nC01 乙/在用/09-20\nC01 丙/在用/08-11"
    assert this_month(office.run("2026-10", both)) == 2
    anew = office.run("2026-09", both)
    assert this_month(anew) == 2
    assert office.standings("2026-09") == [
        (7, Standing.COUNTED_LATER), (8, Standing.COUNTED), (8, Standing.COUNTED_LATER),
    ]  # fmt: skip
    # Reckoned anew, October counts neither, and the year has each once.
    rolled = office.run("2026-10", both)
    assert (this_month(rolled), this_year(rolled)) == (0, 2)


def test_where_the_date_is_part_of_the_key_a_new_date_of_a_vanished_row_is_a_correction(catalog: Catalog) -> None:
    office = Office(catalog, "issues")
    office.run("2026-08", "C01 路灯不亮/08-03\nC01 积水/08-04")
    rolled = office.run("2026-09", "C01 路灯不亮/08-02\nC01 积水/08-04\nC01 积水/08-20")
    assert (this_month(rolled, "found"), this_year(rolled, "found")) == (1, 3)
    assert office.standings("2026-09") == [(6, Standing.RENAMED), (8, Standing.COUNTED)]


def test_what_may_be_lacking_is_asked_of_late_rows_too(catalog: Catalog) -> None:
    office = Office(catalog)
    office.run("2026-08", "C01 甲/在用/03-01")
    sent = next(office.returns(Period.parse("2026-09"), "C01 甲/在用/03-01\nC01 乙//08-05"))
    sheet = sent.ledgers["things"]
    rows = (sheet.rows[0], sheet.rows[1]._replace(cells={**sheet.rows[1].cells, "state": Gap.UNREADABLE}))
    sent = replace(sent, ledgers={"things": replace(sheet, rows=rows)})
    derived = derive(office.counted(sent, office.months), catalog=catalog, street=STREET)
    assert derived.values["in_use"].value == Decimal(0)
    assert derived.values["in_use"].is_partial


# ---- whatever is reported when


@dataclass(frozen=True)
class Happening:
    """A thing that began in one month, is first reported in another, and leaves the roster later or never."""

    began: int
    reported: int
    leaves: int


@st.composite
def happenings(draw: st.DrawFn) -> tuple[list[Happening], set[int]]:
    """Up to six of them over the months 2 to 6, and the months without a return; month 1 is recorded."""
    silent = draw(st.sets(st.integers(2, 5), max_size=2))
    found = []
    for _ in range(draw(st.integers(0, 6))):
        began = draw(st.integers(2, 6))
        reported = draw(st.sampled_from([month for month in range(began, 7) if month not in silent]))
        found.append(Happening(began, reported, draw(st.integers(reported, 9))))
    return found, silent


def rows_of(found: list[Happening], month: int) -> str:
    """The roster of a month: what was reported up to now, and left not before it."""
    lines = ["C01 始/在用/2020-01-01"]
    for number, one in enumerate(found):
        if one.reported <= month <= one.leaves:
            state = "已撤" if month == one.leaves else "在用"
            lines.append(f"C01 第{number}个/{state}/{one.began:02}-1{number}")
    return "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(happenings())
def test_over_the_months_every_event_is_counted_once(catalog: Catalog, told: tuple[list[Happening], set[int]]) -> None:
    found, silent = told
    office = Office(catalog)
    office.run("2026-01", "C01 始/在用/2020-01-01")
    counts = {}
    for month in range(2, 7):
        if month not in silent:
            name = f"2026-{month:02}"
            rolled = office.run(name, rows_of(found, month))
            counts[month] = this_month(rolled)
            assert this_month(office.run(name, rows_of(found, month))) == counts[month]
    assert counts == {
        month: sum(one.reported == month for one in found) for month in range(2, 7) if month not in silent
    }
    assert this_year(rolled) == len(found)
