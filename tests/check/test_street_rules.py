from collections.abc import Callable
from decimal import Decimal

from aggregator.check.run import check_street
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate, Consolidation, Total
from aggregator.model.finding import Severity
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.value import ValueState

PERIOD = Period.parse("2026-10")
CatalogOf = Callable[..., Catalog]


def _total(code: str, value: int | None, *, reported: int = 17) -> Total:
    units = tuple(f"C{number:02}" for number in range(1, 18))
    state = ValueState.MISSING if value is None else ValueState.VALUE
    amount = None if value is None else Decimal(value)
    now = Aggregate(code, PERIOD, state, amount, units, units[:reported])
    none = Aggregate(code, PERIOD, ValueState.MISSING, None)
    return Total(code, now, none, none, none)


def _street(catalog: Catalog, *totals: Total) -> Consolidation:
    return Consolidation(
        catalog, Street(()), PERIOD, (), {total.element: total for total in totals}, {}, {}, {}
    )  # fmt: skip


def test_a_total_that_breaks_a_rule_of_the_street_is_a_finding_with_its_coverage(catalog_with: CatalogOf) -> None:
    catalog = catalog_with("{code: J1, name: 女党员不多于党员总数, of: street, check: women <= total, severity: query}")
    (finding,) = check_street(_street(catalog, _total("total", 90), _total("women", 100, reported=16)))
    assert finding.message == "街道合计：女党员数（16/17个单位有数）为 100，应不大于党员总数的 90，相差 10。"
    assert (finding.severity, finding.unit, finding.effect) == (Severity.QUERY, "", Decimal(10))
    assert str(finding.place) == "街道合计"


def test_a_total_that_is_missing_decides_nothing(catalog_with: CatalogOf) -> None:
    catalog = catalog_with("{code: J1, name: 女, of: street, check: women <= total, severity: query}")
    assert check_street(_street(catalog, _total("total", None), _total("women", 100))) == ()


def test_rules_of_units_and_of_blocks_that_are_off_are_not_the_street_s(catalog_with: CatalogOf) -> None:
    catalog = catalog_with(
        "{code: P1, name: 和, of: communities, check: total == women, severity: fatal}",
        "{code: J2, name: 少用, of: street, check: odd == 0, severity: fatal}",
    )
    assert check_street(_street(catalog, _total("total", 90), _total("women", 100))) == ()
