"""A month of an invented street, worked out by hand: five communities and the office, in every state a value can have.

东湖 and 西苑 are complete, 南桥 has gaps, 北园 is held (退回), 柳荫 sent nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate, Consolidation, FileVerdict, Standing, Total, UnitReport, Verdict
from aggregator.model.definition import Asked, Column, Display, Element, Ledger, LedgerKind, Measure, Over, ValueType
from aggregator.model.expression import parse
from aggregator.model.finding import Finding, FindingKind, Severity
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Answer, DataValue, Gap, LedgerRow, LedgerSheet, Place, Scalar, SourceFile, ValueState
from aggregator.publish.lineage import LineageEntry, Trace, rows_of
from aggregator.publish.workbook.write import WorkbookFile, write_workbook

OCTOBER = Period.month(2026, 10)
SEPTEMBER = Period.month(2026, 9)
LAST_YEAR = Period.month(2025, 10)
YEAR_SO_FAR = Period.parse("2026-01..2026-10")
COMMUNITIES = ("C01", "C02", "C03", "C04", "C05")

# code | name | section | of | measure | type | unit | over months | over units
_ELEMENTS = """
resident_pop | 常住人口 | 街道概况 | communities | stock | int | 人 | last | sum
pm_total | 党员总数 | 党员队伍 | communities | stock | int | 名 | last | sum
pm_avg_age | 党员平均年龄 | 党员队伍 | communities | average | decimal | 岁 | recompute | recompute
hardship_names | 困难党员名单 | 党员队伍 | communities | list | names |  | last | union
pm_growth | 党员数较去年增长率 | 党员队伍 | street | ratio | percent | % | recompute | recompute
grid_events_found | 网格事件发现数 | 网格治理 | communities | flow | int | 宗 | sum | sum
grid_events_closed | 网格事件办结数 | 网格治理 | communities | flow | int | 宗 | sum | sum
grid_close_rate | 网格事件办结率 | 网格治理 | communities | ratio | percent | % | recompute | recompute
fund_service_mass | 服务群众专项经费 | 经费保障 | communities | flow | money | 元 | sum | sum
coop_units | 签订共建协议单位数 | 区域共建 | communities | distinct | int | 家 | last | union
coop_unit_names | 签约单位名称 | 区域共建 | communities | list | names |  | last | union
act_mass_org | 群团活动场次 | 群团 | both | flow | int | 场次 | sum | sum
women_congress | 召开妇代会社区数 | 群团 | communities | flow | int | 个 | sum | sum
least_sessions | 议事会最少次数 | 群团 | communities | min | int | 次 | min | min
duty_letters | 签订责任书社区数 | 责任落实 | office | stock | int | 个 | last | none
theme_title | 主题活动名称 | 责任落实 | office | text | text |  | last | none
"""

_EXPRESSIONS = {
    "hardship_names": "list(hardship_members.person)",
    "pm_growth": 'growth(pm_total, "last_year")',
    "grid_close_rate": "share(grid_events_closed, grid_events_found)",
    "coop_units": "distinct(coop_agreements.unit_name)",
    "coop_unit_names": "list(coop_agreements.unit_name)",
}
_WEIGHTS = {"pm_avg_age": "pm_total"}

# element | C01 | C02 | C03 | C04 (held) | office; 缺 is a blank cell, — not applicable, 乱 unreadable
_VALUES = """
resident_pop      | 12345   | 20001   | 乱    | 9999 |
pm_total          | 120     | 80      | 100   | 66   |
pm_avg_age        | 52.3    | 48.5    | 缺    | 61   |
grid_events_found | 30      | 0       | 12    | 5    |
grid_events_closed| 27      | 0       | 缺    | 9    |
grid_close_rate   | 90      | 缺      | 缺    | 180  |
fund_service_mass | 1000.10 | 2000.20 | 0.30  | 7    |
coop_units        | 2       | 2       | 1     | 1    |
act_mass_org      | 3       | 4       | 5     | 6    | 7
women_congress    | 1       | —       | 0     | 1    |
least_sessions    | 8       | 9       | 10    | 1    |
duty_letters      |         |         |       |      | 5
"""

# element | this month | in it | last month | in it | last year | year to date; C05 handed in last month, not this month
_TOTALS = """
resident_pop      | 32346   | C01 C02     | 31000   | C01 C02 C03 | 30000  | 32346
pm_total          | 300     | C01 C02 C03 | 330     | C01 C02 C03 C05 | 250 | 300
pm_avg_age        | 50.78   | C01 C02     | 50      | C01 C02     |        | 50.78
pm_growth         | 20      |             |         |             |        | 20
grid_events_found | 42      | C01 C02 C03 | 40      | C01 C02 C03 | 0      | 400
grid_events_closed| 27      | C01 C02     | 40      | C01 C02     | 30     | 380
grid_close_rate   | 90      | C01 C02     | 85.5    | C01 C02     | 88     | 95
fund_service_mass | 3000.60 | C01 C02 C03 | 3000.60 | C01 C02 C03 |        | 98765432.10
coop_units        | 4       | C01 C02 C03 | 4       | C01 C02 C03 | 2      | 4
act_mass_org      | 19      | C01 C02 C03 S00 | 10  | C01 C02 C03 S00 | 19 | 100
women_congress    | 1       | C01 C02 C03 |         |             |        | 1
least_sessions    | 8       | C01 C02 C03 | 7       | C01 C02 C03 | 7      | 6
duty_letters      | 5       | S00         | 5       | S00         | 4      | 5
"""
_STATES = {"缺": ValueState.MISSING, "—": ValueState.NOT_APPLICABLE, "乱": ValueState.UNREADABLE}
_ONE_KIND = FindingKind("close-over-found", Severity.FATAL, "办结数大于发现数", "{text}", "{remedy}")


class _Names:
    """The names that the expressions above use."""

    def elements(self) -> Iterable[str]:
        return [line[0] for line in _table(_ELEMENTS)]

    def settings(self) -> Iterable[str]:
        return []

    def ledgers(self) -> Iterable[str]:
        return ["hardship_members", "coop_agreements"]

    def columns(self, ledger: str) -> Iterable[str]:
        return {"hardship_members": ["person"], "coop_agreements": ["unit_name"]}[ledger]

    def ranks(self, ledger: str, column: str) -> tuple[str, ...]:
        del ledger, column
        return ()


def _table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def _element(line: list[str]) -> Element:
    code, name, section, of, measure, kind, unit, over_months, over_units = line
    source = _EXPRESSIONS.get(code, "")
    display = {
        "resident_pop": Display("万人", Decimal(10000), 2),
        "fund_service_mass": Display("万元", Decimal(10000), 2),
    }.get(code, Display(unit))
    places = {"money": 2, "decimal": 1}.get(kind, 0)
    expression = parse(source, _Names()) if source else None
    return Element(
        code, name, section, "all", Asked(of), Measure(measure), ValueType(kind), unit, display,
        Over(over_months), Over(over_units), expression, source, _WEIGHTS.get(code, ""), places=places,
    )  # fmt: skip


def _ledger(code: str, name: str, columns: Iterable[Column], **more: Any) -> Ledger:
    return Ledger(code, name, name, "all", Asked.COMMUNITIES, LedgerKind.STOCK, tuple(columns), **more)


def _catalog() -> Catalog:
    elements = [_element(line) for line in _table(_ELEMENTS)]
    ledgers = [
        _ledger(
            "coop_agreements",
            "共建协议台账",
            [
                Column("unit_name", "单位名称", ValueType.TEXT, width=28),
                Column("signed_on", "签订日期", ValueType.DATE),
                Column("until", "到期月份", ValueType.MONTH),
                Column("amount", "投入资金", ValueType.MONEY),
                Column("level", "单位级别", ValueType.CODE),
            ],
            key=("unit_name",),
        ),
        _ledger(
            "hardship_members",
            "困难党员台账",
            [Column("person", "姓名", ValueType.TEXT), Column("visits", "走访次数", ValueType.INT)],
            key=("person",),
            sensitive=True,
        ),
        _ledger("floating_members", "流动党员台账", [Column("person", "姓名", ValueType.TEXT)], key=("person",)),
        _ledger(
            "texts",
            "叙述材料",
            [
                Column("kind", "类别", ValueType.CODE),
                Column("title", "标题", ValueType.TEXT, width=28),
                Column("body", "正文", ValueType.TEXT, width=80),
            ],
        ),
    ]
    return Catalog(
        "样例目录",
        "1.0.0",
        "f00d",
        {e.code: e for e in elements},
        {one.code: one for one in ledgers},
        {},
        (),
        {},
        {},
        {},
    )


def _street() -> Street:
    names = {"C01": "东湖", "C02": "西苑", "C03": "南桥", "C04": "北园", "C05": "柳荫"}
    units = [OrgUnit(code, f"{name}社区", name) for code, name in names.items()]
    office = OrgUnit("S00", "清溪街道本级", "街道本级", UnitKind.OFFICE)
    return Street((*units, office), {"set_street_name": "清溪街道"})


def file_of(unit: str) -> str:
    """The name of a unit's file."""
    return f"{unit}_十月报表.xlsx"


def _values() -> dict[tuple[str, str], DataValue]:
    values: dict[tuple[str, str], DataValue] = {}
    for row, (code, *cells) in enumerate(_table(_VALUES), start=5):
        for unit, text in zip(("C01", "C02", "C03", "C04", "S00"), cells, strict=False):
            if text:
                state = _STATES.get(text, ValueState.VALUE)
                number = Decimal(text) if state is ValueState.VALUE else None
                place = Place(file_of(unit), "指标表", f"F{row}")
                values[unit, code] = DataValue(code, unit, OCTOBER, state, number, place, raw=text)
    names = {"C01": ("光明小学", "长风公司"), "C02": ("长风公司", "=1+1"), "C03": ("供电所",), "C04": ("供电所",)}
    for unit, listed in names.items():
        place = Place(file_of(unit), "指标表", "F30")
        values[unit, "coop_unit_names"] = DataValue(
            "coop_unit_names", unit, OCTOBER, ValueState.VALUE, listed, place, derived=True
        )
    values["S00", "theme_title"] = DataValue(
        "theme_title", "S00", OCTOBER, ValueState.VALUE, "清风进万家", Place(file_of("S00"), "指标表", "F9")
    )
    # Typed with a full-width digit, and a stock that the clerk asked to carry.
    found = values["C01", "grid_events_found"]
    values["C01", "grid_events_found"] = found._replace(raw="３０", repair="全角数字已转为半角")
    values["C03", "pm_total"] = values["C03", "pm_total"]._replace(state=ValueState.CARRIED)
    rate = values["C03", "grid_close_rate"]  # a form whose formulas nobody calculated
    values["C03", "grid_close_rate"] = rate._replace(place=Place(file_of("C03")), derived=True)
    return values


def _expected(element: Element) -> tuple[str, ...]:
    return {
        Asked.COMMUNITIES: COMMUNITIES,
        Asked.OFFICE: ("S00",),
        Asked.BOTH: (*COMMUNITIES, "S00"),
        Asked.STREET: (),
    }[element.of]


def _aggregate(element: Element, period: Period, text: str, units: str, sources: Iterable[DataValue]) -> Aggregate:
    state, value = (ValueState.VALUE, Decimal(text)) if text else (ValueState.MISSING, None)
    expected, known = _expected(element), len(period) if text else 0
    return Aggregate(element.code, period, state, value, expected, tuple(units.split()), known, tuple(sources))


def _baseline(element: Element, text: str) -> Aggregate:
    """Last year's figure of the street as the settings give it: nobody knows of which units it is made."""
    place = Place("街道设置.xlsx", "基数")
    line = DataValue(element.code, "", LAST_YEAR, ValueState.VALUE, Decimal(text), place) if text else None
    return _aggregate(element, LAST_YEAR, text, " ".join(_expected(element)) if text else "", [line] if line else [])


def _totals(catalog: Catalog, values: dict[tuple[str, str], DataValue]) -> dict[str, Total]:
    totals: dict[str, Total] = {}
    for code, now, units, before, earlier, last_year, to_date in _table(_TOTALS):
        element = catalog.elements[code]
        sources = [values[unit, code] for unit in units.split() if values[unit, code].state.counts]
        previous = _previous_sources(element, before, earlier.split())
        totals[code] = Total(
            code,
            _aggregate(element, OCTOBER, now, units, sources),
            _aggregate(element, SEPTEMBER, before, earlier, previous),
            Aggregate(
                code, YEAR_SO_FAR, ValueState.VALUE, Decimal(to_date), _expected(element), tuple(units.split()),
                months_known=9 if code == "grid_events_found" else 10,
            ),
            _baseline(element, last_year),
        )  # fmt: skip
    listed: dict[str, str | tuple[str, ...]] = {
        "coop_unit_names": ("光明小学", "长风公司", "=1+1", "供电所"),
        "hardship_names": ("欧阳小禾", "秦素"),
        "theme_title": "清风进万家",
    }
    for code, content in listed.items():
        full = Aggregate(code, OCTOBER, ValueState.VALUE, content, ("C01", "C02", "C03"), ("C01", "C02", "C03"))
        none = Aggregate(code, SEPTEMBER, ValueState.MISSING, None)
        totals[code] = Total(code, full, none, none, none)
    return totals


def _previous_sources(element: Element, total: str, units: list[str]) -> list[DataValue]:
    """September: 30 party members of 柳荫, which sent nothing in October; elsewhere all in the first unit."""
    if not units:
        return []
    rest = Decimal(30) if element.code == "pm_total" else Decimal(0)
    amounts = [Decimal(total) - rest, *[Decimal(0)] * (len(units) - 2), rest] if len(units) > 1 else [Decimal(total)]
    return [
        DataValue(element.code, unit, SEPTEMBER, ValueState.VALUE, amount, Place(f"{unit}_九月.xlsx", "指标表", "F5"))
        for unit, amount in zip(units, amounts, strict=True)
    ]


def _row(ledger: str, unit: str, number: int, *, late: bool = False, **cells: Scalar) -> LedgerRow:
    return LedgerRow(ledger, unit, OCTOBER, number, cells, late)


def _ledgers() -> dict[str, tuple[LedgerRow, ...]]:
    signed: dict[str, Any] = {"signed_on": date(2026, 10, 9), "until": date(2027, 10, 1), "level": "市级"}
    return {
        "coop_agreements": (
            _row("coop_agreements", "C01", 6, unit_name="光明小学", amount=Decimal("1200.50"), **signed),
            _row("coop_agreements", "C01", 7, unit_name="长风公司", amount=Decimal(0), late=True, **signed),
            _row("coop_agreements", "C02", 6, unit_name="长风公司", amount=Gap.MISSING, **signed),
            _row("coop_agreements", "C02", 7, unit_name="=1+1", amount=Gap.UNREADABLE, **signed),
            _row("coop_agreements", "C03", 6, unit_name="http://a.invalid", amount=Gap.NOT_APPLICABLE, **signed),
        ),
        "hardship_members": (
            _row("hardship_members", "C01", 6, person="欧阳小禾", visits=Decimal(2)),
            _row("hardship_members", "C02", 6, person="秦素", visits=Decimal(1)),
        ),
        "floating_members": (),
        "texts": (
            _row("texts", "C01", 4, kind="亮点工作", title="湖畔议事厅", body="居民在湖畔商量停车的事，" * 20),
            _row("texts", "C02", 4, kind="存在问题", title="@停车难", body="A&B <东风> 停车位不足。\n第二段。"),
        ),
    }


def _sheets() -> dict[tuple[str, str], LedgerSheet]:
    place = Place(file_of("C03"), "困难党员台账", "B2")
    return {
        ("C03", "hardship_members"): LedgerSheet("hardship_members", ValueState.VALUE, (), Answer.NONE_AT_ALL, place),
        ("C02", "floating_members"): LedgerSheet("floating_members", ValueState.MISSING, (), None, place),
    }


def _reports(street: Street) -> tuple[UnitReport, ...]:
    standings = {"C04": Standing.HELD, "C05": Standing.MISSING}
    return tuple(
        UnitReport(
            unit,
            standings.get(unit.code, Standing.VALID),
            file="" if unit.code == "C05" else file_of(unit.code),
            filled_pct=None if unit.code == "C05" else Decimal("92.345"),
            really_filled_pct=None if unit.code == "C05" else Decimal(60),
            on_time=None if unit.code == "C05" else unit.code != "C02",
            fatal=int(unit.code == "C04"),
        )
        for unit in street.units
    )


def _build() -> Consolidation:
    catalog, street, values = _catalog(), _street(), _values()
    return Consolidation(
        catalog, street, OCTOBER, _reports(street), _totals(catalog, values), values, _ledgers(), _sheets()
    )


def _finding(unit: str, element: str, severity: Severity, **texts: str) -> Finding:
    place = Place(file_of(unit), "指标表", texts["cell"])
    return _ONE_KIND.at(
        place,
        unit=unit,
        period=OCTOBER,
        elements=(element,),
        value=texts["value"],
        severity=severity,
        text=texts["text"],
        remedy=texts["remedy"],
    )


def _findings() -> list[Finding]:
    closed = "网格事件办结数9大于发现数5。"
    return [
        _finding("C04", "grid_events_closed", Severity.FATAL, cell="F9", value="9", text=closed, remedy="改正后重报。"),
        _finding(
            "C01", "resident_pop", Severity.QUERY, cell="F5", value="12345", text="比上月多21%。", remedy="核对并说明。"
        ),
        _finding(
            "C03", "resident_pop", Severity.NOTE, cell="F5", value="=cmd", text='=HYPERLINK("x")', remedy="填数字。"
        ),
    ]


def _files() -> list[FileVerdict]:
    return [
        FileVerdict(SourceFile(file_of(unit), 20_480, "00"), verdict, unit, OCTOBER, "印记", reason)
        for unit, verdict, reason in (
            ("C01", Verdict.ACCEPTED, ""),
            ("C02", Verdict.ACCEPTED, ""),
            ("C03", Verdict.ACCEPTED, ""),
            ("C04", Verdict.HELD, "有强制问题1条"),
            ("S00", Verdict.ACCEPTED, ""),
        )
    ] + [FileVerdict(SourceFile("照片.xlsx", 3, "01"), Verdict.UNREADABLE, reason="文件已损坏，请重新发送")]


@pytest.fixture(scope="session")
def month() -> Consolidation:
    """The month of the tables above."""
    return _build()


@pytest.fixture(scope="session")
def month_findings() -> list[Finding]:
    """A 强制, a 核实 and a 提示 finding."""
    return _findings()


@pytest.fixture(scope="session")
def month_files() -> list[FileVerdict]:
    """Five returns and a file that cannot be opened."""
    return _files()


@pytest.fixture(scope="session")
def workbook(month: Consolidation, month_findings: list[Finding], month_files: list[FileVerdict]) -> WorkbookFile:
    """The workbook of the month."""
    return write_workbook(month, month_findings, files=month_files, report_date=date(2026, 10, 31), unverifiable=3)


@pytest.fixture(scope="session")
def values(workbook: WorkbookFile) -> openpyxl.Workbook:
    """The workbook read back: what the cells show."""
    return openpyxl.load_workbook(BytesIO(workbook.content), data_only=True)


@pytest.fixture(scope="session")
def formulas(workbook: WorkbookFile) -> openpyxl.Workbook:
    """The workbook read back: formulas as formulas."""
    return openpyxl.load_workbook(BytesIO(workbook.content))


def entries_of(lineage: Iterable[Trace]) -> list[LineageEntry]:
    """The lines of a lineage with their columns by name."""
    return [LineageEntry._make(row) for row in rows_of(lineage)]
