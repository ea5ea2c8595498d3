"""A small catalog and months written as tables.

A heading names the month; a line below is a unit. A cell is a number or a text, blank for missing, `—` for not
applicable, `x` for a cell that the unit's form does not have, `~5` for a carried 5. A ledger column holds rows of a
unit, each `cell/cell`, separated by blanks, `?` unreadable; `无` is an answer that there are none, blank is no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, Consolidation
from aggregator.model.definition import Ledger, ValueType
from aggregator.model.org_unit import Baseline, OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import (
    Answer,
    DataValue,
    Gap,
    LedgerRow,
    LedgerSheet,
    Place,
    Scalar,
    SourceFile,
    Submission,
    ValueState,
)
from aggregator.rollup import derive, roll_up

CATALOG = """\
name: 试验目录
version: "1"
empty_under: 0
blocks:
  - {code: base, name: 基本}
  - {code: rare, name: 少用, default: off}
codes:
  - {code: degrees, name: 学历, values: [初中, 高中, 大专, 本科], ordered: true}
ledgers:
  - code: staff
    name: 人员名册
    block: base
    of: communities
    kind: stock
    living: left == "否"
    columns:
      - {code: born, name: 出生日期, type: date}
      - {code: degree, name: 学历, type: code, codes: degrees}
      - {code: left, name: 离任, type: text}
  - code: acts
    name: 活动台账
    block: base
    of: both
    kind: flow
    columns:
      - {code: title, name: 名称, type: text}
      - {code: people, name: 人次, type: int}
  - code: issues
    name: 问题台账
    block: base
    of: both
    kind: stock
    columns:
      - {code: title, name: 名称, type: text}
      - {code: found_on, name: 发现日期, type: date, required: true}
  - code: rare_things
    name: 少用台账
    block: rare
    of: communities
    kind: flow
    columns:
      - {code: title, name: 名称, type: text}
elements:
  - {code: total, STOCK, FIGURES, name: 人数}
  - {code: women, STOCK, FIGURES, name: 女性数}
  - {code: visits, FLOW, FIGURES, name: 走访数, states: [not_applicable]}
  - {code: age, name: 平均年龄, measure: average, type: decimal, unit: 岁, over_months: last, over_units: recompute,
      weight: total, FIGURES}
  - {code: score, name: 平均得分, measure: average, type: decimal, unit: 分, over_months: recompute,
      over_units: recompute, weight: visits, FIGURES}
  - {code: women_share, name: 女性占比, measure: ratio, type: percent, unit: "%", over_months: recompute,
      over_units: recompute, expression: "share(women, total)", FIGURES}
  - {code: closed, FLOW, FIGURES, name: 办结数}
  - {code: opened, FLOW, FIGURES, name: 受理数}
  - {code: close_rate, name: 办结率, measure: ratio, type: percent, unit: "%", over_months: recompute,
      over_units: recompute, expression: "share(closed, opened)", FIGURES}
  - {code: per_head, name: 人均办结率, measure: ratio, type: percent, unit: "%", over_months: recompute,
      over_units: recompute, expression: "share(closed, total)", FIGURES}
  - {code: acts_per_staff, name: 人均活动率, measure: ratio, type: percent, unit: "%", over_months: recompute,
      over_units: recompute, expression: "share(count(acts), count(staff))", FIGURES}
  - {code: smallest, name: 最少参加人次, measure: min, type: int, unit: 人次, over_months: min, over_units: min,
      expression: min(acts.people), FIGURES}
  - {code: fewest, name: 最少次数, measure: min, type: int, unit: 次, over_months: sum, over_units: min, FIGURES}
  - {code: longest, name: 最长天数, measure: max, type: int, unit: 天, over_months: max, over_units: max, FIGURES}
  - {code: motto, name: 口号, measure: text, type: text, over_months: last, over_units: none, FIGURES}
  - {code: leaflets, name: 资料数, measure: flow, type: int, unit: 份, over_months: sum, over_units: none, section: 一,
      block: base, of: office}
  - {code: letters, name: 来信数, measure: flow, type: int, unit: 封, over_months: sum, over_units: sum, section: 一,
      block: base, of: both}
  - {code: acts_held, FLOW, FIGURES, name: 活动数, expression: count(acts)}
  - {code: staff_total, STOCK, FIGURES, name: 在任人员数, expression: count(staff)}
  - {code: staff_new, FLOW, FIGURES, name: 新登记问题数, expression: "count(issues, in_period(found_on))"}
  - {code: staff_age, name: 人员平均年龄, measure: average, type: decimal, unit: 岁, over_months: last,
      over_units: recompute, expression: mean(age(staff.born)), FIGURES}
  - {code: staff_level, name: 学历水平, measure: text, type: text, over_months: last, over_units: recompute,
      expression: level(staff.degree), FIGURES}
  - {code: themes, name: 活动种类数, measure: distinct, type: int, unit: 种, over_months: union, over_units: union,
      expression: distinct(acts.title), rows_of: all, section: 一, block: base, of: both}
  - {code: theme_names, name: 活动名称, measure: list, type: names, over_months: union, over_units: union,
      expression: list(acts.title), rows_of: all, section: 一, block: base, of: both}
  - {code: busiest, name: 最多活动, measure: list, type: names, over_months: recompute, over_units: recompute,
      expression: "top(acts.title, 1)", FIGURES}
  - {code: issue_titles, name: 问题, measure: list, type: names, over_months: last, over_units: union,
      expression: list(issues.title), rows_of: communities, section: 一, block: base, of: both}
  - {code: visits_and_acts, FLOW, FIGURES, name: 走访和活动数, expression: visits + acts_held}
  - {code: visits_so_far, STOCK, FIGURES, name: 累计走访数, expression: ytd(visits)}
  - {code: rare_count, FLOW, name: 少用数, expression: count(rare_things), section: 一, block: rare, of: communities}
  - {code: least_visits, name: 最少走访数, measure: min, type: int, unit: 次, over_months: recompute, over_units: none,
      expression: least(visits), section: 一, block: base, of: street}
  - {code: units_open, name: 社区数, measure: stock, type: int, unit: 个, over_months: last, over_units: none,
      expression: communities(), section: 一, block: base, of: street}
  - {code: per_leaflet, name: 每份资料走访数, measure: ratio, type: percent, unit: "%", over_months: recompute,
      over_units: recompute, expression: "share(ytd(visits), leaflets)", section: 一, block: base, of: street}
  - {code: total_growth, name: 人数增长, measure: ratio, type: percent, unit: "%", over_months: recompute,
      over_units: recompute, expression: 'growth(total, "last_year")', section: 一, block: base, of: street}
  - {code: share_points, name: 女性占比变化, measure: ratio, type: decimal, unit: 个百分点, over_months: recompute,
      over_units: recompute, expression: 'points(women_share, "last_term")', section: 一, block: base, of: street}
"""
SHORT_FORMS = {
    "FIGURES": "section: 一, block: base, of: communities",
    "STOCK": "measure: stock, type: int, unit: 人, over_months: last, over_units: sum",
    "FLOW": "measure: flow, type: int, unit: 次, over_months: sum, over_units: sum",
}
OCTOBER = Period.parse("2026-10")
UNITS = (
    OrgUnit("C01", "青松社区居民委员会", "青松社区"),
    OrgUnit("C02", "翠湖社区居民委员会", "翠湖社区"),
    OrgUnit("C03", "云岭社区居民委员会", "云岭社区"),
    OrgUnit("J00", "街道办事处", "街道本级", UnitKind.OFFICE),
)


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The catalog above."""
    folder: Path = tmp_path_factory.mktemp("catalog")
    text = CATALOG
    for short, long in SHORT_FORMS.items():
        text = text.replace(short, long)
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return load_catalog(folder)


@pytest.fixture
def street() -> Street:
    """Three communities and the office."""
    return Street(UNITS)


@pytest.fixture
def month_of(catalog: Catalog, street: Street) -> Callable[..., tuple[Submission, ...]]:
    """Reads the table of one month into derived returns."""

    def month_of(table: str, period: Period = OCTOBER, street: Street = street) -> tuple[Submission, ...]:
        head, *lines = [line.split("|")[1:-1] for line in table.strip().splitlines() if line.strip()]
        codes = [cell.strip() for cell in head[1:]]
        returns = []
        for line in lines:
            unit, *cells = (cell.strip() for cell in line)
            raw = _submission(unit, period, dict(zip(codes, cells, strict=True)), catalog)
            returns.append(derive(raw, catalog=catalog, street=street))
        return tuple(returns)

    return month_of


@pytest.fixture
def rolled(
    catalog: Catalog, street: Street, month_of: Callable[..., tuple[Submission, ...]]
) -> Callable[..., Consolidation]:
    """Rolls up tables by month; the last month is this one. `baselines` are `element base value through`."""

    def rolled(
        months: Mapping[str, str] | str,
        *,
        held: frozenset[str] = frozenset(),
        accepted: Mapping[str, str] | None = None,
        baselines: str = "",
        units: tuple[OrgUnit, ...] = street.units,
    ) -> Consolidation:
        lines = [line.split() for line in baselines.strip().splitlines()]
        base = tuple(Baseline(code, kind, "", value, Period.parse(through)) for code, kind, value, through in lines)
        own = Street(units, baselines=base)
        tables = {"2026-10": months} if isinstance(months, str) else months
        found = {Period.parse(name): month_of(table, Period.parse(name), own) for name, table in tables.items()}
        now = max(found)
        history = {month: returns for month, returns in found.items() if month != now}
        return roll_up(Batch(catalog, own, now, found[now], history, held, accepted or {}))

    return rolled


def _submission(unit: str, period: Period, cells: Mapping[str, str], catalog: Catalog) -> Submission:
    file = f"{unit}_{period}.xlsx"
    values, ledgers = {}, {}
    for at, (code, text) in enumerate(cells.items(), start=5):
        if code in catalog.ledgers:
            ledgers[code] = _sheet(catalog.ledgers[code], unit, period, text)
        elif text != "x":
            values[code] = _value(catalog, code, unit, period, text, Place(file, "指标表", f"D{at}"))
    return Submission(unit, period, SourceFile(file, 1, f"hash of {file}"), values, ledgers)


def _value(catalog: Catalog, code: str, unit: str, period: Period, text: str, place: Place) -> DataValue:
    state = ValueState.CARRIED if text.startswith("~") else ValueState.VALUE
    state = {"": ValueState.MISSING, "—": ValueState.NOT_APPLICABLE, "?": ValueState.UNREADABLE}.get(text, state)
    is_number = catalog.elements[code].type.is_number
    value = None if text in ("", "—", "?") else Decimal(text.removeprefix("~")) if is_number else text
    return DataValue(code, unit, period, state, value, place, raw=text)


def _sheet(ledger: Ledger, unit: str, period: Period, text: str) -> LedgerSheet:
    place = Place(f"{unit}_{period}.xlsx", ledger.name, "C3")
    rows = tuple(
        LedgerRow(ledger.code, unit, period, number, _cells(ledger, row.split("/")))
        for number, row in enumerate(text.split(), start=6)
        if text not in ("无", "x")
    )
    state = ValueState.NOT_ASKED if text == "x" else ValueState.VALUE if text else ValueState.MISSING
    answer = Answer.NONE_THIS_MONTH if text == "无" else Answer.HAS_ROWS if rows else None
    return LedgerSheet(ledger.code, state, rows, answer, place, {})


def _cells(ledger: Ledger, texts: list[str]) -> dict[str, Scalar]:
    cells: dict[str, Scalar] = {}
    for column, text in zip(ledger.columns, texts, strict=False):
        if text in ("", "?"):
            cells[column.code] = Gap.UNREADABLE if text else Gap.MISSING
        elif column.type is ValueType.DATE:
            cells[column.code] = date.fromisoformat(text)
        else:
            cells[column.code] = Decimal(text) if column.type.is_number else text
    return cells
