"""Forty-two figures of the half-year's reports, worked out again from the months without the package's arithmetic.

The recorded months are read with sqlite3 and json alone; plain Python adds up, and rounds and words by the rules of the
handbook. What is printed is read from the Word files by python-docx.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from aggregator.model.period import Period
from aggregator.pipeline.reports import report
from aggregator.workspace import Workspace

MONTHS = [f"2026-{month:02d}" for month in range(1, 7)]
END = date(2026, 6, 30)
TYPED = "SELECT element, value FROM facts WHERE submission = ? AND state = 'value' AND type = 'n' AND NOT derived"
Row = Mapping[str, Any]


@dataclass
class Records:
    """The typed numbers by month, unit and element, and the ledger rows by month and ledger."""

    typed: dict[tuple[str, str, str], Decimal] = field(default_factory=dict)
    ledgers: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def flow(self, code: str) -> Decimal:
        """What happened over the six months."""
        return sum((number for (_, _, of), number in self.typed.items() if of == code), Decimal(0))

    def at_end(self, code: str) -> dict[str, Decimal]:
        """What each unit has at the end of June."""
        return {unit: number for (month, unit, of), number in self.typed.items() if (month, of) == (MONTHS[-1], code)}

    def stock(self, code: str) -> Decimal:
        """What stands at the end of June."""
        return sum(self.at_end(code).values(), Decimal(0))

    def rows(self, ledger: str, **wanted: str) -> list[Row]:
        """The rows of all six months with these cells."""
        return [row for month in MONTHS for row in self.rows_of(month, ledger, **wanted)]

    def rows_of(self, month: str, ledger: str, **wanted: str) -> list[Row]:
        """The rows of one month with these cells."""
        rows = self.ledgers[month, ledger]
        return [row for row in rows if all(row.get(column) == value for column, value in wanted.items())]

    def last_rows(self, ledger: str, **wanted: str) -> list[Row]:
        """The rows of June with these cells."""
        return self.rows_of(MONTHS[-1], ledger, **wanted)

    def spent(self, category: str) -> Decimal:
        """What the communities spent; what the office pays is no figure of theirs."""
        paid = self.rows("funds", category=category, direction="支出")
        return sum((row["amount"] for row in paid if row["unit"].startswith("C")), Decimal(0))


def as_typed(value: Any) -> Any:
    """A recorded cell: texts as they are, numbers and days with a letter before them."""
    if isinstance(value, list):
        return Decimal(value[1]) if value[0] == "n" else date.fromisoformat(value[1])
    return value


@pytest.fixture(scope="module")
def records(demonstration: Path) -> Records:
    """The six months as they lie in the demonstration's history."""
    found = Records()
    base = sqlite3.connect(f"file:{demonstration / 'history.sqlite'}?mode=ro", uri=True)
    for month in MONTHS:
        (revision,) = base.execute("SELECT max(id) FROM revisions WHERE period = ?", (month,)).fetchone()
        for identity, unit in base.execute(
            "SELECT id, unit FROM submissions WHERE revision = ?", (revision,)
        ).fetchall():
            for code, number in base.execute(TYPED, (identity,)):
                found.typed[month, unit, code] = Decimal(number)
            for ledger, rows in base.execute("SELECT ledger, rows FROM ledgers WHERE submission = ?", (identity,)):
                for _, _, cells in json.loads(rows):
                    row = {column: as_typed(cell) for column, cell in cells.items()}
                    found.ledgers[month, ledger].append({"unit": unit, **row})
    base.close()
    return found


@pytest.fixture(scope="module")
def printed(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What the five reports of the half-year print for each element in running text."""
    folder = tmp_path_factory.mktemp("half_year") / "街道工作"
    shutil.copytree(demonstration, folder)
    texts: dict[str, set[str]] = defaultdict(set)
    for style in ("R1", "R2", "R3", "R4", "R5"):
        path = report(Workspace(folder), Period.parse("2026H1"), style=style).path
        for code, text in figures(path):
            texts[code].add(text)
    return texts


def figures(path: Path) -> Iterator[tuple[str, str]]:
    """Element and text of each content control outside tables."""
    for control in docx.Document(str(path)).element.body.iter(qn("w:sdt")):
        if not any(parent.tag == qn("w:tbl") for parent in control.iterancestors()):
            (tag,) = control.iter(qn("w:tag"))
            yield tag.get(qn("w:val")).partition("@")[0], "".join(text.text for text in control.iter(qn("w:t")))


def rounded(number: Decimal, places: int) -> str:
    return f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP).normalize():f}"


def in_ten_thousands(number: Decimal) -> str:
    return f"{rounded(number / 10_000, 2)}万"


def share(part: Decimal | int, whole: Decimal | int) -> str:
    return f"{rounded(Decimal(part) * 100 / Decimal(whole), 1)}%"


def about(number: int, step: int) -> str:
    """Floored to the step that the rule gives for a number of this size, which here always cuts something."""
    assert number % step
    return f"{number // step * step}余"


def age(born: date) -> int:
    return END.year - born.year - ((END.month, END.day) < (born.month, born.day))


def in_office(records: Records) -> list[Row]:
    return records.last_rows("committee_roster", status="在任")


def in_force(records: Records) -> list[Row]:
    return records.last_rows("coop_agreements", status="有效")


def held(records: Records, kind: str) -> list[Row]:
    return records.rows("activities", act_type=kind)


def mean_age_of_members(records: Records) -> str:
    heads, ages = records.at_end("pm_total"), records.at_end("pm_avg_age")
    return rounded(sum((ages[unit] * heads[unit] for unit in ages), Decimal(0)) / sum(heads[unit] for unit in ages), 1)


def mean_age_of_committees(records: Records) -> str:
    ages = [age(row["birth_date"]) for row in in_office(records)]
    return rounded(Decimal(sum(ages)) / len(ages), 1)


def fewest_meetings(records: Records) -> int:
    units = [unit for unit in records.at_end("pm_total") if unit.startswith("C")]
    told_by = [str(row["unit"]) for row in held(records, "社区党委会议")]
    return min(told_by.count(unit) for unit in units)


def found_in_their_month(records: Records) -> int:
    """A problem stays in the ledger until it is solved; it was found once."""
    return sum(
        row["unit"].startswith("C") and f"{row['found_on']:%Y-%m}" == month
        for month in MONTHS
        for row in records.rows_of(month, "issues", owner_type="社区")
    )


FIGURES: Mapping[str, Callable[[Records], str]] = {
    "area_km2": lambda of: f"{of.stock('area_km2')}平方公里",
    "resident_pop": lambda of: f"{in_ten_thousands(of.stock('resident_pop'))}人",
    "pm_total": lambda of: f"{of.stock('pm_total')}名",
    "pm_female_pct": lambda of: share(of.stock("pm_female"), of.stock("pm_total")),
    "pm_college_pct": lambda of: share(of.stock("pm_college"), of.stock("pm_total")),
    "pm_avg_age": lambda of: f"{mean_age_of_members(of)}岁",
    "grid_events_found": lambda of: f"{of.flow('grid_events_found')}宗",
    "grid_close_rate": lambda of: share(of.flow("grid_events_closed"), of.flow("grid_events_found")),
    "svc_items": lambda of: f"{of.flow('svc_items')}件",
    "opinions_collected": lambda of: f"{of.flow('opinions_collected')}份",
    "vol_hours": lambda of: f"{in_ten_thousands(of.flow('vol_hours'))}小时",
    "flyers": lambda of: f"{in_ten_thousands(of.flow('flyers'))}份",
    "land_cleared": lambda of: f"{rounded(of.flow('land_cleared'), 2)}平方米",
    "act_lecture_hall": lambda of: f"{about(len(held(of, '讲习活动')), 10)}次",
    "act_lecture_hall_pt": lambda of: (
        f"{about(sum(int(row['participants']) for row in held(of, '讲习活动')), 500)}人次"
    ),
    "study_seminars": lambda of: f"{len(held(of, '学习研讨'))}次",
    "act_big_committee": lambda of: f"{len(held(of, '大党委会议'))}次",
    "act_joint_meeting": lambda of: f"{len(held(of, '党建联席会议'))}次",
    "act_deliberation": lambda of: f"{len(held(of, '协商议事'))}次",
    "act_antidrug": lambda of: f"{len(held(of, '禁毒宣传'))}场次",
    "act_committee_meeting_min": lambda of: f"{fewest_meetings(of)}次",
    "study_cadre_meetings": lambda of: f"{len(of.rows('street_study', study_type='干部例会学习'))}次",
    "rect_found_comm": lambda of: f"{found_in_their_month(of)}条",
    "media_articles": lambda of: (
        f"{about(len({(row['title'], row['media']) for row in of.rows('media_reports')}), 10)}篇"
    ),
    "fund_build": lambda of: f"{in_ten_thousands(of.spent('社区建设经费'))}元",
    "fund_work": lambda of: f"{in_ten_thousands(of.spent('工作经费'))}元",
    "fund_party_work": lambda of: f"{in_ten_thousands(of.spent('党建工作经费'))}元",
    "fund_service_mass": lambda of: f"{in_ten_thousands(of.spent('服务群众专项经费'))}元",
    "fund_convenience": lambda of: f"{in_ten_thousands(of.spent('党建便民服务经费'))}元",
    "cm_total": lambda of: f"{len(in_office(of))}名",
    "cm_female": lambda of: str(sum(row["gender"] == "女" for row in in_office(of))),
    "cm_under35": lambda of: f"{sum(age(row['birth_date']) <= 35 for row in in_office(of))}人",
    "cm_avg_age": lambda of: f"{mean_age_of_committees(of)}岁",
    "cm_one_shoulder": lambda of: f"{sum(row.get('is_one_shoulder') == '是' for row in in_office(of))}个",
    "coop_units": lambda of: f"{len({row['unit_name'] for row in in_force(of)})}家",
    "coop_agreements": lambda of: f"{len({(row['unit_name'], row['signed_on']) for row in in_force(of)})}份",
    "coop_commitments": lambda of: f"{sum(row.get('commitments', 0) for row in in_force(of))}项",
    "pm_hardship": lambda of: f"{len(of.last_rows('hardship_members', status='在册'))}名",
    "demo_comm": lambda of: f"{len(of.last_rows('brands', brand_kind='社区党建示范点'))}个",
    "vol_teams": lambda of: f"{len(of.last_rows('volunteer_teams', status='在册'))}支",
    "pos_function_rooms": lambda of: f"{len(of.last_rows('positions', pos_type='功能室', status='在用'))}个",
    "so_resident": lambda of: (
        f"{len({row['name'] for row in of.last_rows('social_orgs', so_type='入驻社会组织', status='有效')})}家"
    ),
}


@pytest.mark.parametrize("code", FIGURES)
def test_a_figure_of_the_half_year_is_what_another_adder_finds(
    code: str, records: Records, printed: Mapping[str, set[str]]
) -> None:
    assert FIGURES[code](records) in printed[code]
