from __future__ import annotations

import json
from pathlib import Path

from aggregator.form.layout import FormLayout, build_layout, layout_as_json, layout_hash
from aggregator.model.catalog import Catalog
from aggregator.model.definition import ValueType
from aggregator.model.org_unit import UnitKind
from tests.form.conftest import STREET

DOCS = Path(__file__).parents[2] / "docs" / "layout.md"


def test_what_is_typed_stands_above_what_is_derived(layout: FormLayout) -> None:
    typed = [cell.row for cell in layout.elements.values() if not cell.derived]
    derived = [cell.row for cell in layout.elements.values() if cell.derived]
    assert max(typed) < min(derived)


def test_every_line_of_the_indicator_sheet_has_a_row_of_its_own(layout: FormLayout) -> None:
    rows = [*(cell.row for cell in layout.elements.values()), *(heading.row for heading in layout.headings)]
    assert sorted(rows) == list(range(5, 5 + len(rows)))


def test_each_section_is_headed_once_in_each_part(layout: FormLayout) -> None:
    parts: list[list[str]] = []
    for heading in layout.headings:
        if heading.level == 1:
            parts.append([])
        else:
            parts[-1].append(heading.text)
    assert len(parts) == 2
    assert all(len(set(part)) == len(part) > 1 for part in parts)


def test_lists_of_names_are_left_out_and_counts_stay(catalog: Catalog, layout: FormLayout) -> None:
    assert catalog.elements["org_committee_names"].type is ValueType.NAMES
    assert "org_committee_names" not in layout.elements
    assert layout.elements["org_committees"].derived


def test_a_block_that_is_off_takes_its_sheet_its_counts_and_its_rules_along(catalog: Catalog) -> None:
    on = catalog.blocks_on(STREET)
    with_funds = build_layout(catalog, UnitKind.COMMUNITY, on)
    without = build_layout(catalog, UnitKind.COMMUNITY, on - {"funds"})
    assert "funds" in with_funds.ledgers
    assert "fund_party_work" in with_funds.elements
    assert "funds" not in without.ledgers
    assert "fund_party_work" not in without.elements
    assert set(without.rules) < set(with_funds.rules)


def test_a_community_is_not_asked_for_its_own_name_but_the_office_chooses_one(catalog: Catalog) -> None:
    on = catalog.blocks_on(STREET)
    assert "community" not in build_layout(catalog, UnitKind.COMMUNITY, on).ledgers["projects"].columns
    assert "community" in build_layout(catalog, UnitKind.OFFICE, on).ledgers["projects"].columns


def test_the_same_layout_is_not_built_twice(catalog: Catalog, layout: FormLayout) -> None:
    assert build_layout(catalog, UnitKind.COMMUNITY, catalog.blocks_on(STREET)) is layout


def test_the_hash_changes_when_cells_move(catalog: Catalog, layout: FormLayout) -> None:
    fewer = build_layout(catalog, UnitKind.COMMUNITY, catalog.blocks_on(STREET) - {"visits"})
    assert layout_hash(fewer) != layout_hash(layout)
    assert len(layout_hash(layout)) == 16


def test_the_map_as_json_names_cells_columns_and_narratives(layout: FormLayout) -> None:
    form = json.loads(json.dumps(layout_as_json([layout]), ensure_ascii=False))["forms"][0]
    members = next(element for element in form["elements"] if element["code"] == "pm_total")
    row = layout.elements["pm_total"].row
    assert members == {
        "code": "pm_total", "sheet": "指标表", "cell": f"E{row}", "type": "int", "states": ["value"], "derived": False,
    }  # fmt: skip
    activities = next(ledger for ledger in form["ledgers"] if ledger["code"] == "activities")
    assert (activities["sheet"], activities["header_row"], activities["first_row"]) == ("活动台账", 4, 5)
    assert activities["columns"]["held_on"] == "A"
    assert activities["columns"]["act_type"] == "B"
    plan = next(narrative for narrative in form["narratives"] if narrative["code"] == "nar_plan")
    assert plan == {"code": "nar_plan", "sheet": "叙述材料", "ledger": "texts", "column": "A", "value": "下步打算"}


def test_the_document_explains_every_key_of_the_map(layout: FormLayout) -> None:
    text = DOCS.read_text(encoding="utf-8")
    form = layout_as_json([layout])["forms"][0]
    keys = {*form, *form["elements"][0], *form["ledgers"][0], *form["narratives"][0], *layout.cover}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
