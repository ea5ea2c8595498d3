import pytest
from xlsxwriter.worksheet import Worksheet

from aggregator.form import template
from aggregator.model.catalog import Catalog
from tests.form.conftest import COMMUNITY, OCTOBER, STREET, Clerk


def test_a_form_has_the_same_bytes_as_by_the_librarys_own_sheets(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = Clerk(catalog, COMMUNITY, OCTOBER, seed=5).submission()

    def form() -> bytes:
        return template.write_form(catalog=catalog, street=STREET, unit=COMMUNITY, period=OCTOBER, filled=filled)

    ours = form()
    monkeypatch.setattr(template, "PlainFormulaSheet", Worksheet)
    assert form() == ours


def test_the_library_still_asks_for_its_formulas_by_that_name() -> None:
    assert "_prepare_formula" in vars(Worksheet)
