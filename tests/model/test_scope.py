from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.consolidation import Aggregate, Consolidation, Total
from aggregator.model.org_unit import Baseline, OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.scope import StreetOnlyError, TotalsScope, UnitScope, setting_scalar
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

CATALOG = load_catalog()
OCTOBER = Period.parse("2026-10")
UNITS = (
    OrgUnit("C01", "青松社区居民委员会", "青松社区"),
    OrgUnit("C02", "翠湖社区居民委员会", "翠湖社区"),
    OrgUnit("J00", "街道办事处", "街道本级", UnitKind.OFFICE),
)


def returned(period: Period, values: Mapping[str, Scalar | ValueState], sheet: LedgerSheet | None = None) -> Submission:
    """A return with these values; a bare state is a value without a number."""
    found = {}
    for code, value in values.items():
        state = value if isinstance(value, ValueState) else ValueState.VALUE
        number = value if isinstance(value, Decimal) else None
        found[code] = DataValue(code, "C01", period, state, number, Place("a.xlsx"))
    return Submission("C01", period, SourceFile("a.xlsx", 1, "x"), found, {sheet.ledger: sheet} if sheet else {})


def roster(state: ValueState, *forms: str) -> LedgerSheet:
    rows = tuple(
        LedgerRow("org_list", "C01", OCTOBER, number, {"org_name": form, "status": form})
        for number, form in zip(range(20, 0, -1), forms, strict=False)
    )
    return LedgerSheet("org_list", state, rows, Answer.UPDATED, Place("a.xlsx"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2", Decimal(2)), (" 2.50 ", Decimal("2.5")), ("", Gap.MISSING), ("  ", Gap.MISSING), ("甲街道", "甲街道")],
)
def test_a_setting_is_a_number_where_it_is_one(text: str, expected: Scalar) -> None:
    assert setting_scalar(Street(UNITS, {"set_x": text}), "set_x") == expected
    assert setting_scalar(Street(UNITS), "set_x") is Gap.MISSING


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf"])
def test_a_setting_that_only_looks_like_a_number_is_a_text(text: str) -> None:
    assert setting_scalar(Street(UNITS, {"set_x": text}), "set_x") == text


def test_the_settings_of_the_period_come_from_the_period() -> None:
    street = Street(UNITS)
    assert setting_scalar(street, "set_year", OCTOBER) == Decimal(2026)
    assert setting_scalar(street, "set_party_anniversary", OCTOBER) == Decimal(105)
    assert setting_scalar(street, "set_year") is Gap.MISSING


def test_a_units_values_are_known_or_a_kind_of_gap() -> None:
    values: dict[str, Scalar | ValueState] = {
        "pm_total": Decimal(3),
        "pm_female": ValueState.UNREADABLE,
        "pm_agency": ValueState.NOT_APPLICABLE,
    }
    before = returned(OCTOBER.previous(), {"pm_total": Decimal(2)})
    scope = UnitScope(CATALOG, Street(UNITS), returned(OCTOBER, values), {OCTOBER.previous(): before})
    found = [scope.element(code) for code in ("pm_total", "pm_female", "pm_agency", "pm_other")]
    assert found == [Decimal(3), Gap.UNREADABLE, Gap.NOT_APPLICABLE, Gap.MISSING]
    assert (scope.last("pm_total"), scope.last("pm_female")) == (Decimal(2), Gap.MISSING)


@pytest.mark.parametrize(
    ("january", "february", "march", "expected"),
    [
        (Decimal(1), Decimal(2), Decimal(4), Decimal(7)),
        (ValueState.NOT_APPLICABLE, Decimal(2), Decimal(4), Decimal(6)),
        (ValueState.NOT_APPLICABLE, ValueState.NOT_APPLICABLE, ValueState.NOT_APPLICABLE, Gap.NOT_APPLICABLE),
        (ValueState.MISSING, Decimal(2), Decimal(4), Gap.MISSING),
        (Decimal(1), Decimal(2), ValueState.UNREADABLE, Gap.MISSING),
        (None, Decimal(2), Decimal(4), Gap.MISSING),
    ],
)
def test_the_year_so_far_of_a_unit(
    january: Decimal | ValueState | None,
    february: Decimal | ValueState,
    march: Decimal | ValueState,
    expected: Scalar,
) -> None:
    months = list(Period.parse("2026-01..2026-03").months())
    given = zip(months, (january, february, march), strict=True)
    found = {month: returned(month, {"visit_households": value}) for month, value in given if value is not None}
    scope = UnitScope(CATALOG, Street(UNITS), found.pop(months[-1]), found)
    assert scope.year_to_date("visit_households") == expected


def test_the_year_so_far_of_a_stock_is_its_last_value() -> None:
    scope = UnitScope(CATALOG, Street(UNITS), returned(OCTOBER, {"pm_total": Decimal(9)}))
    assert scope.year_to_date("pm_total") == Decimal(9)


def test_living_rows_stand_in_the_order_of_the_sheet() -> None:
    sheet = roster(ValueState.VALUE, "正常", "已撤销", "正常")
    scope = UnitScope(CATALOG, Street(UNITS), returned(OCTOBER, {}, sheet))
    assert [row.number for row in scope.rows("org_list", living=False) or ()] == [18, 19, 20]
    assert [row.number for row in scope.rows("org_list", living=True) or ()] == [18, 20]


@pytest.mark.parametrize("state", [ValueState.MISSING, ValueState.NOT_ASKED, ValueState.UNREADABLE])
def test_the_rows_of_a_sheet_that_says_nothing_are_unknown(state: ValueState) -> None:
    scope = UnitScope(CATALOG, Street(UNITS), returned(OCTOBER, {}, roster(state)))
    assert scope.rows("org_list", living=True) is None
    assert scope.rows("activities", living=True) is None


def test_a_unit_cannot_answer_for_the_street() -> None:
    scope = UnitScope(CATALOG, Street(UNITS), returned(OCTOBER, {}))
    for ask in (
        lambda: scope.over_communities("pm_total"),
        scope.communities,
        lambda: scope.against("pm_total", "last_year"),
    ):
        with pytest.raises(StreetOnlyError):
            ask()


def totals_scope(*, last_year: ValueState = ValueState.VALUE, baselines: tuple[Baseline, ...] = ()) -> TotalsScope:
    """The street's members: 12 now (5 and 7, the office 3 beside them), 10 last month, 8 a year ago."""
    addends = tuple(
        DataValue("pm_total", unit, OCTOBER, ValueState.VALUE, Decimal(number), Place("a.xlsx"))
        for unit, number in (("C01", 5), ("C02", 7), ("J00", 3))
    )
    total = Total(
        "pm_total",
        this_month=Aggregate("pm_total", OCTOBER, ValueState.VALUE, Decimal(15), sources=addends),
        previous=Aggregate("pm_total", OCTOBER.previous(), ValueState.VALUE, Decimal(10)),
        year_to_date=Aggregate("pm_total", OCTOBER.year_to_date(), ValueState.NOT_APPLICABLE, None),
        same_month_last_year=Aggregate("pm_total", OCTOBER, last_year, Decimal(8)),
    )
    rows = roster(ValueState.VALUE, "正常", "已撤销").rows
    street = Street(UNITS, {"set_x": "4"}, baselines=baselines)
    return TotalsScope(Consolidation(CATALOG, street, OCTOBER, (), {"pm_total": total}, {}, {"org_list": rows}, {}))


def test_the_streets_totals_as_a_rule_sees_them() -> None:
    scope = totals_scope()
    assert scope.period == OCTOBER
    assert (scope.element("pm_total"), scope.element("pm_female")) == (Decimal(15), Gap.MISSING)
    assert (scope.last("pm_total"), scope.last("pm_female")) == (Decimal(10), Gap.MISSING)
    assert (scope.year_to_date("pm_total"), scope.year_to_date("pm_female")) == (Gap.NOT_APPLICABLE, Gap.MISSING)
    assert scope.setting("set_x") == Decimal(4)
    assert scope.over_communities("pm_total") == [Decimal(5), Decimal(7)]
    assert scope.communities() == Decimal(2)
    assert [row.cells["status"] for row in scope.rows("org_list", living=True) or ()] == ["正常"]
    assert len(scope.rows("org_list", living=False) or ()) == 2
    assert scope.rows("activities", living=True) is None


def test_a_base_of_the_street_is_recorded_or_a_baseline_of_the_street_itself() -> None:
    lines = (
        Baseline("pm_total", "last_term", "C01", "99", Period.parse("2021-12")),
        Baseline("pm_total", "last_term", "", "6.5", Period.parse("2016-12")),
        Baseline("pm_total", "last_term", "", "7.5", Period.parse("2021-12")),
        Baseline("cm_edu_mode", "last_term", "", "大专", Period.parse("2021-12")),
    )
    scope = totals_scope(baselines=lines)
    assert scope.against("pm_total", "last_year")[1] == Decimal(8)
    assert scope.against("pm_total", "last_term")[1] == Decimal("7.5")
    assert scope.against("cm_edu_mode", "last_term")[1] == "大专"
    assert scope.against("pm_female", "last_term")[1] is Gap.MISSING
    assert totals_scope(last_year=ValueState.MISSING).against("pm_total", "last_year")[1] is Gap.MISSING
