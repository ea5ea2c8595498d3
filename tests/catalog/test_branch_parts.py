"""The parts of org_branches add up by construction: every branch is counted in one part and one only."""

from __future__ import annotations

from itertools import product

import pytest

from aggregator.catalog.load import load_catalog
from aggregator.model.evaluate import compiled
from aggregator.model.expression import Aggregate, Node

CATALOG = load_catalog()
PARTS = (
    "org_office_branches",
    "org_community_branches",
    "org_comm_sub_branches",
    "org_np_single",
    "org_np_joint",
    "org_so_single",
    "org_so_joint",
    "org_other_branches",
)
COLUMNS = ("org_field", "org_form", "build_mode", "is_community_top")
ROWS = tuple(
    dict(zip(COLUMNS, row, strict=True))
    for row in product(*(CATALOG.codes[CATALOG.ledgers["org_list"].column(code).codes].values for code in COLUMNS))
)


def _condition(code: str) -> Node:
    expression = CATALOG.element(code).expression
    assert isinstance(expression, Aggregate)
    assert expression.function == "count"
    assert expression.condition is not None
    return expression.condition


def _matches(code: str, row: dict[str, str]) -> bool:
    # The conditions ask for nothing but cells of the row, so no scope is needed.
    return compiled(_condition(code))(None, row) is True  # type: ignore[arg-type]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row.values()))
def test_a_branch_is_counted_in_exactly_one_part(row: dict[str, str]) -> None:
    counted_in = [code for code in PARTS if _matches(code, row)]
    assert len(counted_in) == (1 if _matches("org_branches", row) else 0), counted_in


def test_every_part_counts_some_branch() -> None:
    assert all(any(_matches(code, row) for row in ROWS) for code in PARTS)


def test_the_forms_of_a_branch_are_branch_and_joint_branch() -> None:
    assert {row["org_form"] for row in ROWS if _matches("org_branches", row)} == {"党支部", "联合党支部"}
