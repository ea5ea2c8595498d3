import re
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.catalog import CatalogError, load_catalog
from aggregator.model.catalog import Catalog
from aggregator.model.expression import ElementRef, Number
from aggregator.model.org_unit import UnitKind

Written = Callable[..., Catalog]
Entry = Callable[..., str]


def test_an_expression_may_name_an_element_that_stands_later(catalog_of: Written, stock: Entry) -> None:
    catalog = catalog_of(stock("a", expression="b"), stock("b"))
    assert catalog.elements["a"].expression == ElementRef("b")
    assert not catalog.elements["a"].is_typed
    assert catalog.elements["b"].is_typed


def test_an_element_is_found_by_code_and_by_chinese_name(catalog_of: Written, stock: Entry) -> None:
    catalog = catalog_of(stock("a"))
    assert catalog.element("名a") is catalog.element("a")
    assert catalog.nearest("名b") == ["名a"]
    with pytest.raises(KeyError):
        catalog.element("无此项")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"expression": "c"}, "unknown name 'c'"),
        ({"expression": "count(org)"}, "unknown ledger 'org'; did you mean 'orgs'?"),
        ({"expression": "sum(orgs.member)"}, "ledger 'orgs' has no column 'member'; did you mean 'members'?"),
        ({"expression": "'count(orgs, degree >= \"博士\")'"}, "'博士' is not in the list of 'degree'"),
        ({"expression": '"b +"'}, "cannot be read near column"),
        ({"expression": "lambda"}, "cannot be read near column"),
        ({"expression": "'summ(orgs.members)'"}, "unknown function 'summ'; did you mean 'sum'?"),
        ({"expression": "'share(b)'"}, "share takes 2 arguments, not 1"),
        ({"measure": "stok"}, "measure is 'stok'; did you mean 'stock'?"),
        ({"min": "few"}, "min must be a number, not 'few'"),
        ({"untl": "2"}, "unknown key 'untl'; did you mean 'until'?"),
        ({"block": "bse"}, "unknown block 'bse'; did you mean 'base'?"),
        ({"states": "[maybe]"}, "states holds 'maybe'"),
    ],
)
def test_a_fault_names_file_line_and_what_is_wrong(
    catalog_of: Written, stock: Entry, change: dict[str, str], message: str
) -> None:
    with pytest.raises(CatalogError) as raised:
        catalog_of(stock("b"), stock("a", **change))
    assert any(fault.origin == "all.yaml:25" and message in fault.message for fault in raised.value.faults)


def test_every_fault_is_told_at_once(catalog_of: Written, stock: Entry) -> None:
    with pytest.raises(CatalogError) as raised:
        catalog_of(stock("a", expression="x"), stock("b", measure="y"))
    assert len(raised.value.faults) == 2


def test_a_code_that_stands_twice_is_a_fault(catalog_of: Written, stock: Entry) -> None:
    with pytest.raises(CatalogError, match=r"code 'a' stands already at all\.yaml:24"):
        catalog_of(stock("a"), stock("a"))


def test_text_that_is_no_yaml_is_a_fault_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("name: x\n\tbad: y", encoding="utf-8")
    with pytest.raises(CatalogError, match=re.escape("broken.yaml:2: is not YAML")):
        load_catalog(tmp_path)


def test_an_empty_folder_is_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="holds no catalog"):
        load_catalog(tmp_path)


def test_numbers_are_read_exactly(catalog_of: Written, stock: Entry) -> None:
    catalog = catalog_of(stock("a", min="0.1", expression='"0.30 + 1"'))
    assert str(catalog.elements["a"].minimum) == "0.1"
    assert str(next(iter(_numbers(catalog.elements["a"].expression)))) == "0.3"


def _numbers(node: object) -> list[object]:
    return [
        part.value for part in (getattr(node, "left", None), getattr(node, "right", None)) if isinstance(part, Number)
    ]


def test_the_fingerprint_changes_with_a_definition_but_not_with_a_sentence(
    tmp_path: Path, catalog_of: Written, stock: Entry
) -> None:
    before = catalog_of(stock("a")).fingerprint
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "R9.txt").write_text("标题", encoding="utf-8")
    load_catalog.cache_clear()
    after = load_catalog(tmp_path)
    assert after.fingerprint == before
    (tmp_path / "more.yaml").write_text("codes: []", encoding="utf-8")
    load_catalog.cache_clear()
    assert load_catalog(tmp_path).fingerprint != before
    assert after.styles == {"R9": "标题"}


def test_an_element_is_off_with_its_block_or_with_the_ledger_it_reads(catalog_of: Written, stock: Entry) -> None:
    catalog = catalog_of(stock("a"), stock("n", expression="count(orgs)"))
    assert [e.code for e in catalog.asked_elements(UnitKind.COMMUNITY, frozenset({"base"}))] == ["a", "n"]
    assert list(catalog.asked_elements(UnitKind.COMMUNITY, frozenset())) == []
    assert list(catalog.asked_elements(UnitKind.OFFICE, frozenset({"base"}))) == []
