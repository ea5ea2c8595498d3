"""The totals of the demonstration month, worked out again from the inbox without any of the package's arithmetic.

openpyxl reads the forms, pandas and plain Python add up; only the map of the form (which cell is which) is taken from
the package. What a clerk would do by hand, done by another program.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from aggregator.catalog import load_catalog
from aggregator.demo.inbox import expected_outcome
from aggregator.demo.street import demo_street
from aggregator.form.layout import FormLayout, build_layout
from aggregator.model.consolidation import Verdict
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Period
from aggregator.workspace import Workspace

MONTH = Period.month(2026, 10)
END = date(2026, 10, 31)
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def as_number(cell: object) -> Decimal | None:
    """A number as a person reads it: full-width digits, separators and a unit behind it do not matter."""
    if cell is None or isinstance(cell, bool):
        return None
    text = unicodedata.normalize("NFKC", str(cell)).replace(",", "").replace(" ", "")
    scale = Decimal(10_000) if "万" in text else Decimal(1)
    found = _NUMBER.match(text)
    return Decimal(found.group()) * scale if found else None


def as_date(cell: object) -> date | None:
    """A date as a person reads it."""
    if isinstance(cell, datetime):
        return cell.date()
    digits = re.findall(r"\d+", unicodedata.normalize("NFKC", str(cell or "")))
    if len(digits) == 1 and len(digits[0]) == 8:
        digits = [digits[0][:4], digits[0][4:6], digits[0][6:]]
    if len(digits) == 2 and int(digits[0]) <= 12:
        digits = ["2026", *digits]
    return date(int(digits[0]), int(digits[1]), int(digits[2])) if len(digits) >= 3 else None


@pytest.fixture(scope="module")
def books(demonstration: Path) -> dict[str, Any]:
    """The workbook that counts of each unit in the totals, chosen by the demonstration's own list of outcomes."""
    catalog = load_catalog()
    units = demo_street(catalog).units
    outcome = expected_outcome(MONTH, [unit.code for unit in units])
    inbox = Workspace(demonstration).inbox(MONTH)
    found: dict[str, Any] = {}
    for name, verdict in outcome.files.items():
        if verdict is Verdict.ACCEPTED:
            book = openpyxl.load_workbook(inbox / name)
            found[str(book["_stamp"]["B2"].value)] = book
    return found


@pytest.fixture(scope="module")
def layouts() -> dict[UnitKind, FormLayout]:
    """Which cell is which, of both forms."""
    catalog = load_catalog()
    return {kind: build_layout(catalog, kind, catalog.blocks_on(demo_street(catalog))) for kind in UnitKind}


@pytest.fixture(scope="module")
def published(demonstration: Path) -> dict[str, dict[str, str]]:
    """`totals.csv` by code."""
    text = (Workspace(demonstration).output(MONTH) / "totals.csv").read_text(encoding="utf-8-sig")
    return {row["code"]: row for row in csv.DictReader(io.StringIO(text))}


def _kind(code: str) -> UnitKind:
    return UnitKind.OFFICE if code.startswith("S") else UnitKind.COMMUNITY


@pytest.fixture(scope="module")
def typed(books: dict[str, Any], layouts: dict[UnitKind, FormLayout]) -> pd.DataFrame:
    """Every typed number of every unit that counts: a row a cell."""
    rows = [
        {"unit": unit, "code": code, "number": as_number(book[place.sheet][place.cell].value)}
        for unit, book in books.items()
        for code, place in layouts[_kind(unit)].elements.items()
        if not place.derived
    ]
    return pd.DataFrame(rows).dropna(subset=["number"])


@pytest.fixture(scope="module")
def ledger(books: dict[str, Any], layouts: dict[UnitKind, FormLayout]) -> Callable[[str], list[dict[str, Any]]]:
    """The rows of a ledger over all units that count, each a mapping of column codes to cells, with its unit."""

    def rows(code: str) -> list[dict[str, Any]]:
        found = []
        for unit, book in books.items():
            area = layouts[_kind(unit)].ledgers.get(code)
            if area is None:
                continue
            sheet = book[area.sheet]
            for number in range(area.first_row, sheet.max_row + 1):
                row = {column: sheet[f"{letter}{number}"].value for column, letter in area.columns.items()}
                if any(value not in (None, "") for value in row.values()):
                    found.append({"unit": unit, **row})
        return found

    return rows


def test_fifteen_communities_and_the_office_count(books: dict[str, Any]) -> None:
    # 17 communities; one sent last month's form, one sent figures that contradict each other.
    assert len([unit for unit in books if unit.startswith("C")]) == 15
    assert len(books) == 16


def test_every_typed_number_that_is_added_adds_up(typed: pd.DataFrame, published: dict[str, dict[str, str]]) -> None:
    catalog = load_catalog()
    sums = typed.groupby("code")["number"].sum()
    compared = 0
    for code, number in sums.items():
        element = catalog.elements[str(code)]
        if element.over_units.value in {"sum", "none"} and element.type.is_number:
            assert Decimal(published[element.code]["value"]) == number, code
            compared += 1
    # Every number that is typed and added or is the office's alone; averages and texts are checked elsewhere.
    assert compared == 75


def test_the_average_age_is_weighed_by_the_members(typed: pd.DataFrame, published: dict[str, dict[str, str]]) -> None:
    wide = typed.pivot_table(index="unit", columns="code", values="number", aggfunc="first")
    both = wide[["pm_avg_age", "pm_total"]].dropna()
    weighed = sum(age * total for age, total in both.itertuples(index=False))
    assert Decimal(published["pm_avg_age"]["value"]) == pytest.approx(weighed / both["pm_total"].sum())


def test_shares_are_made_of_sums(typed: pd.DataFrame, published: dict[str, dict[str, str]]) -> None:
    sums = typed.groupby("code")["number"].sum()
    for share, part in (
        ("pm_female_pct", "pm_female"),
        ("pm_retired_pct", "pm_retired"),
        ("pm_college_pct", "pm_college"),
    ):
        assert Decimal(published[share]["value"]) == pytest.approx(sums[part] * 100 / sums["pm_total"])


Row = dict[str, Any]


def _age(row: Row) -> int:
    born = as_date(row["birth_date"])
    if born is None:
        year, month = (int(part) for part in re.findall(r"\d+", str(row["birth_date"]))[:2])
        born = date(year, month, 1)
    return END.year - born.year - ((END.month, END.day) < (born.month, born.day))


def _said(row: Row, column: str) -> str:
    return str(row.get(column) or "").strip()


COUNTS: tuple[tuple[str, str, Callable[[Row], bool]], ...] = (
    ("cm_total", "committee_roster", lambda row: _said(row, "status") == "在任"),
    ("cm_female", "committee_roster", lambda row: _said(row, "status") == "在任" and _said(row, "gender") == "女"),
    ("cm_under35", "committee_roster", lambda row: _said(row, "status") == "在任" and _age(row) <= 35),
    (
        "cm_college",
        "committee_roster",
        lambda row: _said(row, "status") == "在任" and _said(row, "education") in {"大专", "本科", "研究生"},
    ),
    ("act_theme", "activities", lambda row: _said(row, "act_type") == "主题活动"),
    ("vol_party_acts", "activities", lambda row: _said(row, "act_type") == "党员志愿服务"),
    ("act_deliberation", "activities", lambda row: _said(row, "act_type") == "协商议事"),
    ("org_committees", "org_list", lambda row: _said(row, "status") != "已撤销" and _said(row, "org_form") == "党委"),
    ("vol_teams", "volunteer_teams", lambda row: _said(row, "status") == "在册"),
    ("pm_hardship", "hardship_members", lambda row: _said(row, "status") == "在册"),
)


@pytest.mark.parametrize(("code", "source", "counts"), COUNTS, ids=[code for code, _source, _counts in COUNTS])
def test_a_count_is_the_number_of_its_rows(
    ledger: Callable[[str], list[Row]],
    published: dict[str, dict[str, str]],
    code: str,
    source: str,
    counts: Callable[[Row], bool],
) -> None:
    assert int(published[code]["value"]) == sum(1 for row in ledger(source) if counts(row))


@pytest.mark.parametrize(
    ("code", "category"), [("fund_party_work", "党建工作经费"), ("fund_service_mass", "服务群众专项经费")]
)
def test_money_is_the_sum_of_its_payments_to_the_cent(
    ledger: Callable[[str], list[Row]], published: dict[str, dict[str, str]], code: str, category: str
) -> None:
    paid = [
        as_number(row["amount"])
        for row in ledger("funds")
        if row["unit"].startswith("C") and _said(row, "category") == category and _said(row, "direction") == "支出"
    ]
    assert Decimal(published[code]["value"]) == sum(Decimal(str(round(amount or 0, 2))) for amount in paid)


def test_a_partner_named_by_several_communities_counts_once(
    ledger: Callable[[str], list[Row]], published: dict[str, dict[str, str]]
) -> None:
    names = {
        _said(row, "unit_name") for row in ledger("partner_units") if _said(row, "unit_level") in {"省", "市", "县区"}
    }
    assert int(published["units_in_area"]["value"]) == len(names)


def test_who_is_not_in_a_total_stands_beside_it(published: dict[str, dict[str, str]]) -> None:
    assert published["pm_total"]["missing_units"].split() == ["C07", "C11"]
    assert (published["pm_total"]["reported"], published["pm_total"]["expected"]) == ("16", "18")
