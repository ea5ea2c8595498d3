"""The demonstration street with its fourteen months, simulated once a session."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from aggregator.catalog import load_catalog
from aggregator.demo.simulate import simulate
from aggregator.demo.street import demo_street
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.value import Submission


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="session")
def street(catalog: Catalog) -> Street:
    return demo_street(catalog)


@pytest.fixture(scope="session")
def told(street: Street, catalog: Catalog) -> Mapping[Period, tuple[Submission, ...]]:
    """The returns of fourteen months, as typed."""
    return simulate(street, catalog, seed=2026, last=Period.month(2026, 10))
