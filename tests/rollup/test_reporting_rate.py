from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, FileVerdict, Standing, Verdict
from aggregator.model.finding import FindingKind, Severity
from aggregator.model.org_unit import Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.reporting import Rates
from aggregator.model.value import LedgerSheet, Place, SourceFile, Submission, ValueState
from aggregator.rollup import roll_up, unit_reports

MonthOf = Callable[..., tuple[Submission, ...]]
OCTOBER, SEPTEMBER = Period.parse("2026-10"), Period.parse("2026-09")
KIND = FindingKind("odd", Severity.QUERY, "可疑", "可疑", "核对")


def strict(catalog: Catalog) -> Catalog:
    """The same catalog with the usual threshold for empty forms."""
    return replace(catalog, empty_under=20)


def test_each_expected_unit_has_a_report_whether_it_came_or_not(
    month_of: MonthOf, catalog: Catalog, street: Street
) -> None:
    returns = month_of("""
        | unit | total | women | visits | closed | opened |
        | C01  | 1     | 1     | 1      | 0      | —      |
        | C02  |       |       |        |        |        |
        | C03  | 1     | 1     |        | ?      |        |
    """)
    findings = [
        KIND.at(Place("a"), unit="C03", severity=Severity.FATAL),
        KIND.at(Place("a"), unit="C03"),
        KIND.at(Place("a"), unit="C01"),
        KIND.at(Place("a"), unit="C01", severity=Severity.NOTE),
    ]
    batch = Batch(strict(catalog), street, OCTOBER, returns, held=frozenset({"C03"}))
    reports = unit_reports(batch, findings=findings, on_time={"C01": True, "C03": False})
    shown = [
        (one.unit.code, one.standing, one.filled_pct, one.on_time, one.fatal, one.queries, one.notes) for one in reports
    ]
    assert shown == [
        ("C01", Standing.VALID, Decimal("100.0"), True, 0, 1, 1),
        ("C02", Standing.EMPTY, Decimal("0.0"), None, 0, 0, 0),
        ("C03", Standing.HELD, Decimal("40.0"), False, 1, 1, 0),
        ("J00", Standing.MISSING, None, None, 0, 0, 0),
    ]
    assert reports[0].file == "C01_2026-10.xlsx"
    assert reports[3].file == ""


def test_a_held_return_that_the_clerk_takes_in_is_valid(month_of: MonthOf, catalog: Catalog, street: Street) -> None:
    returns = month_of("| unit | total |\n| C01 | 1 |")
    batch = Batch(catalog, street, OCTOBER, returns, held=frozenset({"C01"}), accepted={"C01": "已核实"})
    assert unit_reports(batch)[0].standing is Standing.VALID


def test_an_empty_form_that_intake_set_aside_is_named_as_such(catalog: Catalog, street: Street) -> None:
    file = FileVerdict(SourceFile("空.xlsx", 1, "x"), Verdict.EMPTY, unit="C02")
    standings = [report.standing for report in unit_reports(Batch(catalog, street, OCTOBER, ()), files=[file])]
    assert standings == [Standing.MISSING, Standing.EMPTY, Standing.MISSING, Standing.MISSING]


def test_an_empty_form_is_in_no_total(month_of: MonthOf, catalog: Catalog, street: Street) -> None:
    returns = month_of("""
        | unit | total | women | visits | closed | opened | longest |
        | C01  | 10    | 1     | 1      | 1      | 1      | 1       |
        | C02  | 5     |       |        |        |        |         |
    """)
    total = roll_up(Batch(strict(catalog), street, OCTOBER, returns)).totals["total"].this_month
    assert (total.value, total.missing) == (Decimal(10), ("C02", "C03"))


def test_a_ledger_is_filled_by_its_rows_or_its_answer(month_of: MonthOf, catalog: Catalog, street: Street) -> None:
    returns = month_of("""
        | unit | total | acts   | issues |
        | C01  | 1     | 讲座/1 | 无     |
        | C02  | 1     | 无     |        |
        | C03  | 1     |        | x      |
    """)
    filled = [report.filled_pct for report in unit_reports(Batch(catalog, street, OCTOBER, returns))]
    assert filled == [Decimal("100.0"), Decimal("66.7"), Decimal("50.0"), None]


def test_prefilled_stocks_that_nobody_confirmed_are_not_really_filled(
    month_of: MonthOf, catalog: Catalog, street: Street
) -> None:
    table = "| unit | total | women | visits | staff |\n| C01 | 10 | {} | 3 | 1990-01-01/大专/否 |"
    before, now = month_of(table.format(4), SEPTEMBER), month_of(table.format(5))[0]
    sheet: LedgerSheet = replace(now.ledgers["staff"], answer=None)
    untouched = replace(now, stock_confirmed=False, ledgers={"staff": sheet})
    for returned, really in ((now, "100.0"), (untouched, "50.0")):
        report = unit_reports(Batch(catalog, street, OCTOBER, (returned,), {SEPTEMBER: before}))[0]
        # Of four cells: women was changed, visits is a flow; total is as printed and the roster has no answer.
        assert (report.filled_pct, report.really_filled_pct) == (Decimal("100.0"), Decimal(really))


def test_the_prefill_is_the_units_latest_month_and_not_just_the_month_before(
    month_of: MonthOf, catalog: Catalog, street: Street
) -> None:
    august = Period.parse("2026-08")
    before = month_of("| unit | total |\n| C01 | 10 |", august)
    now = replace(month_of("| unit | total |\n| C01 | 10 |")[0], stock_confirmed=False)
    history = {august: before, SEPTEMBER: month_of("| unit | total |\n| C02 | 10 |", SEPTEMBER)}
    report = unit_reports(Batch(catalog, street, OCTOBER, (now,), history))[0]
    assert report.really_filled_pct == Decimal("0.0")
    assert unit_reports(Batch(catalog, street, OCTOBER, (now,)))[0].really_filled_pct == Decimal("100.0")


def test_rates_count_units_by_the_list_and_not_by_the_files(
    month_of: MonthOf, catalog: Catalog, street: Street
) -> None:
    returns = month_of("| unit | total |\n| C01 | 1 |\n| C02 | 1 |")
    batch = Batch(catalog, street, OCTOBER, returns, held=frozenset({"C02"}))
    reports = unit_reports(batch, on_time={"C01": True, "C02": False})
    found = Rates.of(reports)
    assert (found.expected, found.received, found.valid, found.held, found.missing, found.empty) == (4, 2, 1, 1, 2, 0)
    assert (found.received_pct, found.valid_pct, found.on_time_pct) == (Decimal(50), Decimal(25), Decimal(25))
    office = Rates.of(report for report in reports if report.unit.kind is UnitKind.OFFICE)
    assert (office.expected, office.received, office.on_time_pct) == (1, 0, None)
    assert Rates.of(unit_reports(Batch(catalog, Street(()), OCTOBER, ()))).received_pct is None


def test_an_unreadable_cell_is_not_filled(month_of: MonthOf, catalog: Catalog, street: Street) -> None:
    returns = month_of("| unit | total | women |\n| C01 | ? | 0 |")
    assert returns[0].values["total"].state is ValueState.UNREADABLE
    assert unit_reports(Batch(catalog, street, OCTOBER, returns))[0].filled_pct == Decimal("50.0")
