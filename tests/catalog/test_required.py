"""The shipped catalog holds all that the field requires, under the codes by which the field knows it."""

from configparser import ConfigParser
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.org_unit import UnitKind

REQUIRED = ConfigParser(allow_no_value=True, delimiters=("=",))
REQUIRED.read(Path(__file__).with_name("required_codes.txt"), encoding="utf-8")


def required(section: str) -> set[str]:
    """The codes of one section of the list."""
    return {code for line in REQUIRED[section] for code in line.split()}


def test_the_list_is_whole() -> None:
    assert [len(required(name)) for name in ("indicators", "ledgers", "fields")] == [291, 26, 30]


def test_every_required_indicator_is_an_element() -> None:
    assert required("indicators") - load_catalog().elements.keys() == set()


def test_every_required_ledger_is_there() -> None:
    assert required("ledgers") - load_catalog().ledgers.keys() == set()


def test_every_required_field_is_a_setting_or_a_kind_of_text() -> None:
    catalog = load_catalog()
    assert required("fields") - catalog.settings.keys() - catalog.narratives.keys() == set()


@pytest.mark.parametrize(("kind", "most"), [(UnitKind.COMMUNITY, 50), (UnitKind.OFFICE, 45)])
def test_a_unit_types_few_numbers(kind: UnitKind, most: int) -> None:
    """The form stays humane: what can be counted from a ledger is never asked for again."""
    catalog = load_catalog()
    blocks = frozenset(block.code for block in catalog.blocks.values() if block.on_by_default)
    typed = [element for element in catalog.asked_elements(kind, blocks) if element.is_typed]
    assert 0 < len(typed) <= most
