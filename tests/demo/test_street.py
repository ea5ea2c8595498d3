from aggregator.model.catalog import Catalog
from aggregator.model.definition import Over
from aggregator.model.org_unit import Street, UnitKind
from aggregator.model.period import Period


def test_the_street_has_seventeen_communities_and_its_office(street: Street) -> None:
    codes = [unit.code for unit in street.units if unit.kind is UnitKind.COMMUNITY]
    assert codes == [f"C{number:02d}" for number in range(1, 18)]
    assert [unit.code for unit in street.units if unit.kind is UnitKind.OFFICE] == ["S00"]


def test_one_community_opens_in_march_2026_so_that_one_more_is_expected(street: Street) -> None:
    assert len(street.communities(Period.month(2026, 2))) == 16
    assert len(street.communities(Period.month(2026, 3))) == 17


def test_no_name_means_two_units(street: Street) -> None:
    names = [(name, unit.code) for unit in street.units for name in set(unit.names)]
    assert len({name for name, _code in names}) == len(names)


def test_every_setting_that_a_person_types_is_filled(street: Street, catalog: Catalog) -> None:
    typed = {code for code, setting in catalog.settings.items() if not setting.computed}
    assert {code for code in typed if not street.settings.get(code, "").strip()} == set()


def test_baselines_name_figures_of_the_catalog_and_openings_are_flows(street: Street, catalog: Catalog) -> None:
    assert len(street.baselines) > 80
    for line in street.baselines:
        over = catalog.elements[line.element].over_months
        assert (line.base == "year_to_date") == (over is Over.SUM), line


def test_opening_figures_add_up(street: Street) -> None:
    opening = {line.element: float(line.value) for line in street.baselines if line.base == "year_to_date"}
    parts = ("visit_households", "visit_selfemployed", "visit_enterprises", "visit_units")
    assert opening["visit_total"] == sum(opening[part] for part in parts)
    solved = ("grid_solved_comm", "grid_up_street", "grid_up_district")
    assert opening["grid_events_closed"] == sum(opening[part] for part in solved)
