"""A month of three communities and their office, made by hand for the tests of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from aggregator.catalog import load_catalog
from aggregator.model.consolidation import Aggregate, Consolidation, Standing, Total, UnitReport
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import DataValue, LedgerRow, LedgerSheet, Place, ValueState
from aggregator.publish.report.blocks import Heading, Note, Paragraph
from aggregator.publish.report.compose import Composed, compose
from aggregator.publish.report.style import parse_style
from aggregator.publish.report.texts import Texts

CATALOG = load_catalog()
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEAD = (
    "名称：测试汇报\n标题：{set_street_name}／测试汇报\n署名：中共{set_street_name}工作委员会\n附表：pm_total、pm_new\n"
)
OCTOBER = Period.month(2026, 10)
TO_DATE = OCTOBER.year_to_date()
UNITS = (
    OrgUnit("C01", "东湖社区", "东湖"),
    OrgUnit("C02", "西苑社区", "西苑"),
    OrgUnit("C03", "南桥社区", "南桥"),
    OrgUnit("S00", "青石街道办事处", "街道本级", UnitKind.OFFICE),
)
Value = Decimal | str | date | tuple[str, ...] | None


def number(text: str) -> Decimal:
    return Decimal(text)


def aggregate(
    code: str, period: Period, value: Value, *, missing: Sequence[str] = (), months: int | None = None
) -> Aggregate:
    """A total of the three communities, with one cell a reporting unit as its source."""
    expected = ("C01", "C02", "C03")
    reported = tuple(unit for unit in expected if unit not in missing)
    state = ValueState.MISSING if value is None else ValueState.VALUE
    sources = tuple(
        DataValue(code, unit, OCTOBER, ValueState.VALUE, value, Place(f"{unit}.xlsx", "指标表", "D7"))
        for unit in reported
    )
    known = len(period) if months is None else months
    return Aggregate(code, period, state, value, expected, reported, known, sources if value is not None else ())


def total(
    code: str,
    value: Value,
    *,
    to_date: Value = None,
    previous: Value = None,
    last_year: Value = None,
    missing: Sequence[str] = (),
    months: int = 10,
) -> Total:
    return Total(
        code,
        aggregate(code, OCTOBER, value, missing=missing),
        aggregate(code, OCTOBER.previous(), previous),
        aggregate(code, TO_DATE, to_date if to_date is not None else value, missing=missing, months=months),
        aggregate(code, OCTOBER.same_period_last_year(), last_year),
    )


def month(
    *totals: Total,
    texts: Sequence[LedgerRow] = (),
    settings: Mapping[str, str] | None = None,
    standings: Mapping[str, Standing] | None = None,
    ledgers: Mapping[str, tuple[LedgerRow, ...]] | None = None,
) -> Consolidation:
    street = Street(UNITS, {"set_street_name": "青石街道", **(settings or {})})
    sheet = LedgerSheet("texts", ValueState.VALUE, (), None, Place("C.xlsx", "叙述材料", "B3"), {"body": "C"})
    return Consolidation(
        catalog=CATALOG,
        street=street,
        period=OCTOBER,
        units=tuple(UnitReport(unit, (standings or {}).get(unit.code, Standing.VALID)) for unit in UNITS),
        totals={one.element: one for one in totals},
        values={},
        ledgers={"texts": tuple(texts), **(ledgers or {})},
        sheets={(unit.code, "texts"): sheet for unit in UNITS},
    )


def story(unit: str, number: int, body: str, *, kind: str = "亮点工作", title: str = "标题", **more: str) -> LedgerRow:
    return LedgerRow("texts", unit, OCTOBER, number, {"kind": kind, "title": title, "body": body, **more})


def composed(body: str, consolidation: Consolidation) -> Composed:
    return compose(parse_style("T", HEAD + body, CATALOG), Texts(consolidation), output="测试.docx")


def text_of(block: object) -> str:
    match block:
        case Heading(spans=spans):
            return "".join(span.text for span in spans)
        case Paragraph(spans=spans, run_in_heading=lead):
            return "".join(span.text for span in (*lead, *spans))
        case Note(text):
            return text
    raise TypeError(block)


def said(body: str, *totals: Total, **more: object) -> list[str]:
    """The paragraphs of a style over a month, without the notes at the end."""
    blocks = composed(body, month(*totals, **more)).blocks  # type: ignore[arg-type]
    return [text_of(block) for block in blocks if not isinstance(block, Note)]
