from __future__ import annotations

import pytest

from aggregator.catalog import load_catalog
from aggregator.verify.relations import broken_relations

MEMBERS = {
    "pm_agency": "116名",
    "pm_community": "1600名",
    "pm_nonpublic": "300名",
    "pm_social": "84名",
    "pm_other": "100名",
    "pm_total": "2200名",
    "pm_female": "880名",
    "pm_female_pct": "40%",
}


@pytest.mark.parametrize(
    ("changed", "sides"),
    [
        ({}, []),
        ({"pm_agency": "117名"}, [("2201", "2200名")]),
        ({"pm_female": "1100名"}, [("40%", "50.0%")]),
        ({"pm_female_pct": "45%"}, [("45%", "40.0%")]),
        ({"pm_total": "2500名"}, [("2200", "2500名"), ("40%", "35.2%")]),
        ({"pm_agency": "117名", "pm_community": "1599名"}, []),
    ],
)
def test_sums_and_shares_are_held_against_the_changed_figures(
    changed: dict[str, str], sides: list[tuple[str, str]]
) -> None:
    found = {**MEMBERS, **changed}
    told = broken_relations(load_catalog(), MEMBERS, found)
    assert [(broken.left, broken.right) for broken in told] == sides


def test_what_did_not_add_up_from_the_beginning_is_left_alone() -> None:
    uneven = {**MEMBERS, "pm_social": "90名"}
    assert [one.is_share for one in broken_relations(load_catalog(), uneven, {**uneven, "pm_agency": "117名"})] == []
