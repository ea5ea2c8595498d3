"""A small catalog, and months written as tables that a reviewer can read.

A month is a text of sections. `[values]` has a line a unit and a column an element; a month in the heading
(`[values 2026-09]`) makes it history. `[ledger orgs]` has a line a row; `[answers]`, `[stated]`, `[last_shown]`,
`[year_shown]`, `[explanations]`, `[accepted]` and `[accepted before]` are what they say; `[amended]` has a line an
amendment.
A blank cell is a blank cell, `—` not applicable, `?text` something unreadable.
The cell of the nth element is D(n + 4), the first row of a ledger is row 5, its columns are A, B, C …
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.decision import Amendment, Reported
from aggregator.model.definition import Ledger, LedgerKind, ValueType
from aggregator.model.evaluate import evaluate
from aggregator.model.events import by_dates_alone
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.scope import UnitScope
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
from aggregator.rollup.amendments import amended
from aggregator.rollup.late_events import count_late

CATALOG = """\
name: 试验目录
version: "1"
blocks:
  - {code: base, name: 基本}
  - {code: rare, name: 少用, default: off}
codes:
  - {code: forms, name: 形式, values: [党委, 党支部]}
  - {code: statuses, name: 状态, values: [正常, 已撤销]}
settings:
  - {code: set_least, name: 每月最少会议次数}
narratives:
  - {code: nar_problem, name: 存在问题, title_max: 10, body_min: 20, body_max: 60, required_rows: 1}
ledgers:
  - code: orgs
    name: 党组织名录
    block: base
    of: both
    kind: stock
    key: [org]
    living: status == "正常"
    leaves: status == "已撤销"
    columns:
      - {code: org, name: 名称, type: text, required: true, max_length: 12}
      - {code: form, name: 组织形式, type: code, codes: forms, required: true}
      - {code: members, name: 党员数, type: int, required: true, min: 0, max: 500}
      - {code: status, name: 状态, type: code, codes: statuses}
      - {code: founded_on, name: 成立日期, type: date}
    rules:
      - {code: R1, check: founded_on <= period_end(), severity: fatal, message: 成立日期晚于本期末}
  - code: meetings
    name: 会议台账
    block: base
    of: both
    kind: flow
    key: [held_on, title]
    columns:
      - {code: held_on, name: 日期, type: date, required: true}
      - {code: title, name: 名称, type: text, required: true}
      - {code: participants, name: 参加人次, type: int, min: 1, max: 1000}
      - {code: party, name: 其中党员人次, type: int}
    rules:
      - code: R2
        name: 党员人次不大于参加人次
        when: not is_empty(party)
        check: party <= participants
        severity: query
  - code: floating
    name: 流动党员台账
    block: base
    of: communities
    kind: stock
    sensitive: true
    key: [person]
    columns:
      - {code: person, name: 姓名, type: text, required: true, max_length: 6}
      - {code: contact, name: 联系方式, type: text}
      - {code: since, name: 登记日期, type: date}
    rules:
      - {code: R3, name: 联系方式格式, check: 'matches(contact, "[0-9]+")', severity: query}
  - code: roster
    name: 班子成员名册
    block: base
    of: communities
    kind: stock
    living: is_empty(left_on)
    columns:
      - {code: person, name: 姓名, type: text}
      - {code: birth_date, name: 出生日期, type: date}
      - {code: left_on, name: 离任时间, type: date}
  - code: partners
    name: 驻区单位名录
    block: base
    of: communities
    kind: stock
    key: [unit_name]
    columns:
      - {code: unit_name, name: 单位名称, type: text}
      - {code: community, name: 所在社区, type: code, codes: communities}
  - code: texts
    name: 叙述材料
    block: base
    of: communities
    kind: flow
    columns:
      - {code: kind, name: 类别, type: code, codes: narrative_kinds}
      - {code: title, name: 标题, type: text}
      - {code: body, name: 正文, type: text, max_length: 30}
elements:
  - {code: total, name: 党员总数, unit: 人, max: 5000, STOCK}
  - {code: men, name: 男党员数, unit: 人, STOCK}
  - {code: women, name: 女党员数, unit: 人, STOCK}
  - {code: joined, name: 转入数, unit: 人, FLOW}
  - {code: visits, name: 走访数, unit: 次, FLOW}
  - {code: letters, name: 来信数, unit: 件, required: false, FLOW}
  - {code: fund, name: 经费支出, unit: 元, states: [not_applicable], measure: flow, type: money, min: 0,
      over_months: sum, ASKED}
  - {code: age, name: 平均年龄, unit: 岁, required: false, measure: average, type: decimal, places: 1, min: 30, max: 75,
      weight: total, over_months: recompute, ASKED}
  - {code: org_members, name: 支部党员数, unit: 人, expression: 'sum(orgs.members, form == "党支部")', STOCK}
  - {code: meetings_held, name: 会议次数, unit: 次, expression: count(meetings), FLOW}
  - {code: women_share, name: 女党员占比, unit: "%", expression: "share(women, total)", measure: ratio, type: percent,
      over_months: recompute, ASKED}
  - {code: partners_known, name: 驻区单位数, unit: 个, expression: distinct(partners.unit_name), measure: distinct,
      type: int, over_months: union, ASKED}
  - {code: odd, name: 少用数, unit: 人, section: 党员, block: rare, of: communities, over_units: sum, measure: stock,
      type: int, over_months: last}
  - {code: orgs_founded, name: 新成立组织数, unit: 个, expression: 'count(orgs, in_period(founded_on))', FLOW}
  - {code: orgs_gone, name: 撤销组织数, unit: 个, expression: 'count(all_rows(orgs), status == "已撤销")', STOCK}
  - {code: meeting_visits, name: 参会人次, unit: 人次, expression: sum(meetings.participants), FLOW}
  - {code: party_visits, name: 党员参会人次, unit: 人次, expression: sum(meetings.party), FLOW}
rules:
  - {code: P1, name: 党员总数等于男女党员数之和, family: 表内, of: communities, check: total == men + women,
      severity: fatal}
  - {code: P2, name: 转入数不大于党员总数, family: 表内, of: communities, check: joined <= total, severity: query,
      missing: must_fill}
"""
_ASKED = "section: 党员, block: base, of: communities, over_units: sum"
_SHORT = {
    "STOCK": f"measure: stock, type: int, min: 0, over_months: last, {_ASKED}",
    "FLOW": f"measure: flow, type: int, min: 0, over_months: sum, {_ASKED}",
    "ASKED": _ASKED,
}
PERIOD = Period.parse("2026-10")
STREET = Street(
    units=(
        OrgUnit("C01", "梧桐社区居民委员会", "梧桐社区", aliases=("梧桐",)),
        OrgUnit("C02", "银杏社区居民委员会", "银杏社区"),
        OrgUnit("S00", "街道本级", "街道本级", UnitKind.OFFICE),
    ),
    settings={"set_least": "2"},
)
BatchOf = Callable[..., Batch]
CatalogOf = Callable[..., Catalog]


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The small catalog of this folder's tests."""
    return _loaded(CATALOG, tmp_path_factory.mktemp("catalog"))


def _loaded(text: str, folder: Path) -> Catalog:
    for short, keys in _SHORT.items():
        text = text.replace(f"{short}}}", f"{keys}}}")
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    load_catalog.cache_clear()
    return load_catalog(folder)


@pytest.fixture
def catalog_with(tmp_path: Path) -> CatalogOf:
    """The small catalog with these rules, each a YAML flow mapping, instead of its own."""

    def with_rules(*rules: str) -> Catalog:
        head = CATALOG.partition("rules:\n  - {code: P1")[0]
        return _loaded(head + "rules:\n" + "".join(f"  - {rule}\n" for rule in rules), tmp_path)

    return with_rules


@pytest.fixture
def batch_of(catalog: Catalog) -> BatchOf:
    """Makes the batch that a text describes."""

    def make(text: str, *, rules: Catalog | None = None) -> Batch:
        return batch_from(text, rules or catalog)

    return make


def batch_from(text: str, catalog: Catalog) -> Batch:
    """The batch that a text of sections describes."""
    sections = dict(_sections(text))
    months = {PERIOD, *(_month(title) for title in sections)}
    read: dict[Period, tuple[Submission, ...]] = {}
    for month in (*sorted(months - {PERIOD}), PERIOD):  # this month comes last: it may be one that is reported anew
        read[month] = tuple(_submissions(sections, month, catalog, read))
    accepted, before = (
        {line["unit"]: line["reason"] for line in sections.get(title, [])} for title in ("accepted", "accepted before")
    )
    amendments = tuple(_amendment(line) for line in sections.get("amended", []))
    history = {month: found for month, found in read.items() if month < PERIOD}
    now = tuple(amended(submission, amendments) for submission in read[PERIOD])
    return Batch(
        catalog, STREET, PERIOD, now, history, accepted=accepted, accepted_before=before, amendments=amendments
    )


def _amendment(line: Mapping[str, str]) -> Amendment:
    old, new = (Reported(ValueState.VALUE, Decimal(line[name])) for name in ("old", "new"))
    day = date(2026, 11, 6)
    return Amendment(line["unit"], PERIOD, line["element"], old, new, "0" * 64, line["reason"], line["by"], day)


def _sections(text: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for part in text.split("\n[")[1:] if not text.startswith("[") else ("\n" + text).split("\n[")[1:]:
        title, _, table = part.partition("]\n")
        lines = [
            [cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.split("\n") if "|" in line
        ]
        yield title, [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def _month(title: str) -> Period:
    last = title.rsplit(maxsplit=1)[-1]
    return Period.parse(last) if last.startswith("20") else PERIOD


def _of(sections: Mapping[str, list[dict[str, str]]], name: str, month: Period) -> list[dict[str, str]]:
    return sections.get(name if month == PERIOD else f"{name} {month}", [])


def _submissions(
    sections: Mapping[str, list[dict[str, str]]],
    month: Period,
    catalog: Catalog,
    others: Mapping[Period, tuple[Submission, ...]],
) -> Iterator[Submission]:
    recorded: dict[str, dict[Period, Mapping[str, LedgerSheet]]] = {}
    for other, found in others.items():
        for one in found:
            recorded.setdefault(one.unit, {})[other] = one.ledgers
    names = [title for title in sections if _month(title) == month and not title.startswith(("accepted", "amended"))]
    units = dict.fromkeys(line["unit"] for title in names for line in sections[title])
    for unit in units:
        source = SourceFile(f"{unit}.xlsx", 1000, "0" * 64)
        bare = Submission(unit, month, source, {}, {}, stock_confirmed=True)
        typed = _line(_of(sections, "values", month), unit)
        answers = _line(_of(sections, "answers", month), unit)
        submission = replace(
            bare,
            values=dict(_values(bare, typed, catalog)),
            ledgers={
                ledger.code: _sheet(bare, ledger, _of(sections, f"ledger {ledger.code}", month), answers)
                for ledger in catalog.ledgers.values()
                if ledger.code in answers or _of(sections, f"ledger {ledger.code}", month)
            },
            stock_confirmed=answers.get("stock_confirmed", "是") == "是",
            explanations=_line(_of(sections, "explanations", month), unit),
            last_shown=dict(_values(bare, _line(_of(sections, "last_shown", month), unit), catalog)),
            year_shown=dict(_values(bare, _line(_of(sections, "year_shown", month), unit), catalog)),
        )
        submission = count_late(submission, catalog=catalog, street=STREET, recorded=recorded)
        derived, plain = dict(_derived(submission, catalog)), dict(_derived(by_dates_alone(submission), catalog))
        stated = _line(_of(sections, "stated", month), unit)
        yield replace(
            submission,
            values={**submission.values, **derived},
            by_dates={code: value for code, value in plain.items() if value != derived[code]},
            stated={
                code: derived[code]._replace(value=Decimal(text), raw=text) for code, text in stated.items() if text
            },
        )


def _line(lines: list[dict[str, str]], unit: str) -> dict[str, str]:
    found = next((line for line in lines if line["unit"] == unit), {})
    return {name: cell for name, cell in found.items() if name != "unit"}


def _place(bare: Submission, code: str, catalog: Catalog) -> Place:
    return Place(bare.source.name, "指标表", f"D{list(catalog.elements).index(code) + 5}")


def _values(bare: Submission, typed: Mapping[str, str], catalog: Catalog) -> Iterator[tuple[str, DataValue]]:
    for code, text in typed.items():
        place = _place(bare, code, catalog)
        scalar = _scalar(text, catalog.elements[code].type)
        value = scalar if isinstance(scalar, Decimal | str) else None
        states = {
            Gap.MISSING: ValueState.MISSING,
            Gap.UNREADABLE: ValueState.UNREADABLE,
            Gap.NOT_APPLICABLE: ValueState.NOT_APPLICABLE,
        }
        state = states[scalar] if isinstance(scalar, Gap) else ValueState.VALUE
        yield code, DataValue(code, bare.unit, bare.period, state, value, place, raw=text.removeprefix("?"))


def _scalar(text: str, kind: ValueType) -> Scalar:
    if not text or text.startswith("?") or text == "—":
        return Gap.UNREADABLE if text.startswith("?") else Gap.NOT_APPLICABLE if text else Gap.MISSING
    if kind.is_number:
        return Decimal(text)
    return date.fromisoformat(text) if kind in {ValueType.DATE, ValueType.MONTH} else text


def _sheet(bare: Submission, ledger: Ledger, lines: list[dict[str, str]], answers: Mapping[str, str]) -> LedgerSheet:
    own = [line for line in lines if line["unit"] == bare.unit]
    rows = tuple(_row(bare, ledger, line, number) for number, line in enumerate(own, start=5))
    usual = Answer.HAS_ROWS if ledger.kind is LedgerKind.FLOW else Answer.UPDATED
    text = answers.get(ledger.code, usual if rows else Answer.NONE_AT_ALL)
    answer = Answer(text) if text and text != "?" else None
    state = ValueState.UNREADABLE if text == "?" else ValueState.VALUE if rows or answer else ValueState.MISSING
    letters = {column.code: "ABCDEFGH"[index] for index, column in enumerate(ledger.columns)}
    return LedgerSheet(ledger.code, state, rows, answer, Place(bare.source.name, ledger.sheet, "B3"), letters)


def _row(bare: Submission, ledger: Ledger, line: Mapping[str, str], number: int) -> LedgerRow:
    cells = {code: _scalar(text, ledger.column(code).type) for code, text in line.items() if code != "unit"}
    raw = {code: text.removeprefix("?") for code, text in line.items() if text.startswith("?")}
    return LedgerRow(ledger.code, bare.unit, bare.period, number, cells, raw=raw)


def _derived(submission: Submission, catalog: Catalog) -> Iterator[tuple[str, DataValue]]:
    scope = UnitScope(catalog, STREET, submission)
    for element in catalog.elements.values():
        if element.expression is not None:
            scalar = evaluate(element.expression, scope)
            value = scalar if isinstance(scalar, Decimal) else None
            state = ValueState.MISSING if value is None else ValueState.VALUE
            place = _place(submission, element.code, catalog)
            yield (
                element.code,
                DataValue(element.code, submission.unit, submission.period, state, value, place, derived=True),
            )
