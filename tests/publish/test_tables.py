import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import (
    Aggregate,
    Consolidation,
    FileVerdict,
    Standing,
    Total,
    UnitReport,
    Verdict,
)
from aggregator.model.decision import Amendment, Reported
from aggregator.model.definition import Asked, Column, Display, Element, Ledger, LedgerKind, Measure, Over, ValueType
from aggregator.model.expression import Aggregate as Rows
from aggregator.model.expression import ColumnRef, ElementRef, Node
from aggregator.model.finding import FindingKind, Severity
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue, Place, SourceFile, Submission, ValueState
from aggregator.publish.lineage import LineageEntry
from aggregator.publish.tables import (
    PublishTable,
    as_csv,
    as_json,
    facts_table,
    findings_table,
    lineage_table,
    manifest,
    totals_table,
)

PERIOD = Period.parse("2026-10")
STREET = Street(
    (OrgUnit("C01", "梧桐社区", "梧桐"), OrgUnit("C02", "银杏社区", "银杏")), {"set_street_name": "云岭街道"}
)
FLOATING = Ledger(
    code="floating",
    name="流动党员台账",
    sheet="流动党员台账",
    block="base",
    of=Asked.COMMUNITIES,
    kind=LedgerKind.STOCK,
    columns=(Column("person", "姓名", ValueType.TEXT),),
    key=("person",),
    sensitive=True,
)
NAMES = Rows("list", "floating", ColumnRef("floating", "person"))


def _element(code: str, kind: ValueType = ValueType.INT, expression: Node | None = None) -> Element:
    return Element(
        code=code,
        name=f"名{code}",
        section="一",
        block="base",
        of=Asked.COMMUNITIES,
        measure=Measure.STOCK,
        type=kind,
        unit="人",
        display=Display("人"),
        over_months=Over.LAST,
        over_units=Over.SUM,
        expression=expression,
    )


ELEMENTS = (
    _element("total"),
    _element("fund", ValueType.MONEY),
    _element("who", ValueType.NAMES, NAMES),
    _element("whose", ValueType.NAMES, ElementRef("who")),
    _element("title", ValueType.TEXT),
)
CATALOG = Catalog(
    name="试验目录",
    version="1.0.0",
    fingerprint="abcdef",
    elements={element.code: element for element in ELEMENTS},
    ledgers={"floating": FLOATING},
    codes={},
    rules=(),
    settings={},
    narratives={},
    blocks={},
)
REPORTED = ValueState.VALUE


def _value(
    code: str, value: Decimal | str | tuple[str, ...] | None, state: ValueState = REPORTED, *, unit: str = "C01"
) -> DataValue:
    return DataValue(code, unit, PERIOD, state, value, Place("梧桐.xlsx", "指标表", "D5"), repair="去掉“人”字")


def _read(table: PublishTable) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))


def _is_harmless(text: str) -> bool:
    return not text.startswith(("\t", "\n"))


def _one(cell: Decimal | str | None) -> str:
    return _read(PublishTable("t", ("a", "b"), ((cell, "x"),)))[1][0]


@given(st.lists(st.text(alphabet=st.sampled_from("东a1,\"\n ;\t'"), max_size=6).filter(_is_harmless), min_size=2))
def test_fields_are_quoted_as_the_standard_library_quotes_them(texts: list[str]) -> None:
    expected = io.StringIO(newline="")
    csv.writer(expected, lineterminator="\r\n").writerows([texts, texts])
    table = PublishTable("t", tuple(texts), (tuple(texts),))
    assert as_csv(table).decode("utf-8-sig") == expected.getvalue()


def test_a_table_opens_in_excel_by_a_double_click() -> None:
    table = PublishTable("t", ("名称", "数"), (("梧桐,银杏", Decimal("1.50")), ("两\n行", None), ('"引"', Decimal(0))))
    assert as_csv(table) == '\ufeff名称,数\r\n"梧桐,银杏",1.5\r\n"两\n行",\r\n"""引""",0\r\n'.encode()


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("1E+6", "1000000"),
        ("0.10", "0.1"),
        ("-5", "-5"),
        ("-0", "0"),
        ("12345678901234567890.123456789", "12345678901234567890.123456789"),
        ("1E-9", "0.000000001"),
    ],
)
def test_a_number_is_exact_and_plain(number: str, written: str) -> None:
    assert _one(Decimal(number)) == written


@pytest.mark.parametrize(
    "text", ["=1+1", "+8613800001234", "-甲", "@SUM(A1)", "\tx", "＝1+1", "＋1", "－1", "＠a", "=", "-"]
)
def test_a_text_that_a_spreadsheet_would_calculate_stays_a_text(text: str) -> None:
    assert _one(text) == f"'{text}"


def test_a_carriage_return_cannot_hide_a_formula() -> None:
    assert _one("\r=1+1") == "'\n=1+1"


@pytest.mark.parametrize("text", ["-5", "-0.5", "12", "2026-10", "—", "梧桐", ""])
def test_numbers_and_harmless_texts_stay_as_they_are(text: str) -> None:
    assert _one(text) == text


def test_findings_have_the_columns_of_the_handbook() -> None:
    kind = FindingKind("outside-range", Severity.QUERY, "超出范围", "{name}过大", "请核对")
    finding = kind.at(
        Place("梧桐.xlsx", "指标表", "D5"),
        unit="C01",
        period=PERIOD,
        elements=("total", "men"),
        value="=9999",
        effect=Decimal("12.50"),
        rule="P01",
        name="总数",
    )
    header, line = _read(findings_table([finding]))
    assert ",".join(header) == "kind,severity,unit,period,codes,file,sheet,cell,value,message,remedy,group,effect"
    assert line == [
        "outside-range", "query", "C01", "2026-10", "P01 total men", "梧桐.xlsx", "指标表", "D5", "'=9999",
        "总数过大", "请核对", "outside-range:梧桐.xlsx:指标表", "12.5",
    ]  # fmt: skip


def test_facts_tell_a_gap_from_a_zero() -> None:
    values = [
        _value("total", Decimal(0)),
        _value("fund", None, ValueState.MISSING),
        _value("title", "先锋", ValueState.CARRIED),
    ]
    submission = Submission("C01", PERIOD, SourceFile("梧桐.xlsx", 1, ""), {v.element: v for v in values}, {})
    read = _read(facts_table([submission], catalog=CATALOG))
    assert read[0] == ["period", "unit", "code", "state", "value", "file", "sheet", "cell", "repair"]
    assert [line[2:5] for line in read[1:]] == [
        ["total", "value", "0"],
        ["fund", "missing", ""],
        ["title", "carried", "先锋"],
    ]
    assert read[1] == ["2026-10", "C01", "total", "value", "0", "梧桐.xlsx", "指标表", "D5", "去掉“人”字"]


def test_facts_stand_by_unit_whatever_the_order_of_the_files() -> None:
    one, other = (
        Submission(unit, PERIOD, SourceFile("a", 1, ""), {"total": _value("total", Decimal(1), unit=unit)}, {})
        for unit in ("C01", "C02")
    )
    assert facts_table([other, one], catalog=CATALOG) == facts_table([one, other], catalog=CATALOG)


def test_a_list_of_persons_is_masked_even_through_another_element() -> None:
    values = {code: _value(code, ("顾念安", "陆望舒")) for code in ("who", "whose")}
    submission = Submission("C01", PERIOD, SourceFile("a", 1, ""), values, {})
    read = _read(facts_table([submission], catalog=CATALOG))
    assert [line[4] for line in read[1:]] == ["顾**、陆**", "顾**、陆**"]


def _aggregate(code: str, value: Decimal | tuple[str, ...] | None, reported: tuple[str, ...] = ()) -> Aggregate:
    state = ValueState.MISSING if value is None else REPORTED
    return Aggregate(code, PERIOD, state, value, ("C01", "C02"), reported)


def _consolidation(*totals: Total) -> Consolidation:
    units = (
        UnitReport(STREET.units[0], Standing.VALID),
        UnitReport(STREET.units[1], Standing.HELD),
    )
    by_code = {total.element: total for total in totals}
    return Consolidation(CATALOG, STREET, PERIOD, units, by_code, {}, {}, {}, {"C02": "已电话确认"})


def test_a_total_stands_beside_its_coverage_and_comparisons() -> None:
    total = Total(
        "total",
        _aggregate("total", Decimal(312), ("C01",)),
        _aggregate("total", Decimal(300)),
        _aggregate("total", Decimal(312)),
        _aggregate("total", None),
    )
    header, line = _read(totals_table(_consolidation(total)))
    assert ",".join(header) == (
        "period,code,name,unit_of_measure,state,value,reported,expected,missing_units,previous,year_to_date,"
        "same_period_last_year"
    )
    assert line == ["2026-10", "total", "名total", "人", "value", "312", "1", "2", "C02", "300", "312", ""]


def test_an_all_missing_total_is_missing_and_not_zero() -> None:
    none = _aggregate("total", None)
    line = _read(totals_table(_consolidation(Total("total", none, none, none, none))))[1]
    assert line[4:9] == ["missing", "", "0", "2", "C01 C02"]


def test_persons_are_masked_in_totals() -> None:
    who = _aggregate("who", ("顾念安",), ("C01",))
    line = _read(totals_table(_consolidation(Total("who", who, who, who, who))))[1]
    assert [line[5], *line[9:]] == ["顾**"] * 4


def test_lineage_has_the_columns_of_the_handbook() -> None:
    entry = LineageEntry("报告.docx", "第3段", "312名", "312", "sum", "2026-10", "C01", "梧桐.xlsx", "指标表", "D5")
    assert _read(lineage_table([entry])) == [
        ["output", "place", "text", "value", "expression", "source_period", "unit", "file", "sheet", "cell"],
        ["报告.docx", "第3段", "312名", "312", "sum", "2026-10", "C01", "梧桐.xlsx", "指标表", "D5"],
    ]


def test_the_manifest_names_every_input_and_output_with_its_hash() -> None:
    files = [
        FileVerdict(SourceFile("银杏.xlsx", 20, "bb"), Verdict.HELD, "C02", PERIOD, "封面", "数据矛盾"),
        FileVerdict(SourceFile("梧桐.xlsx", 10, "aa"), Verdict.ACCEPTED, "C01", PERIOD, "印记"),
    ]
    kind = FindingKind("k", Severity.FATAL, "t", "m", "r")
    amendment = Amendment(
        "C01", PERIOD, "total", Reported(ValueState.MISSING), Reported(ValueState.VALUE, Decimal("1.50")), "aa",
        "来电", "沈宁", date(2026, 11, 6),
    )  # fmt: skip
    made = manifest(
        replace(_consolidation(), amendments=(amendment,)),
        files=files,
        findings=[kind.at(Place("银杏.xlsx"))],
        unverifiable=3,
        first_seen={"aa": "2026-11-02"},
        outputs={"totals.csv": b"abc"},
    )
    assert json.loads(as_json(made)) == {
        "period": "2026-10",
        "street": "云岭街道",
        "catalog": {"name": "试验目录", "version": "1.0.0", "fingerprint": "abcdef"},
        "inputs": [
            {
                "name": "梧桐.xlsx", "size": 10, "sha256": "aa", "unit": "C01", "period": "2026-10",
                "verdict": "accepted", "identified_by": "印记", "reason": "", "first_seen": "2026-11-02",
            },
            {
                "name": "银杏.xlsx", "size": 20, "sha256": "bb", "unit": "C02", "period": "2026-10", "verdict": "held",
                "identified_by": "封面", "reason": "数据矛盾", "first_seen": "",
            },
        ],
        "accepted": {"C02": "已电话确认"},
        "amended": [
            {
                "unit": "C01", "code": "total", "old_state": "missing", "old": None, "state": "value", "value": "1.5",
                "reason": "来电", "by": "沈宁", "on": "2026-11-06",
            }
        ],
        "counts": {
            "files": 2,
            "expected": 2,
            "standings": {"held": 1, "valid": 1},
            "findings": {"fatal": 1, "query": 0, "note": 0},
            "unverifiable": 3,
        },
        "outputs": [{"name": "totals.csv", "size": 3, "sha256": hashlib.sha256(b"abc").hexdigest()}],
    }  # fmt: skip
