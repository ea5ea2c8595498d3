"""Small catalogs written in the test itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.catalog import Catalog

HEAD = """\
name: 试验目录
version: "1"
blocks:
  - {code: base, name: 基本}
codes:
  - {code: forms, name: 形式, values: [党委, 党支部]}
  - {code: degrees, name: 学历, values: [高中, 大专, 本科], ordered: true}
settings:
  - {code: set_least, name: 最少次数}
ledgers:
  - code: orgs
    name: 名录
    block: base
    of: communities
    kind: stock
    key: [org]
    columns:
      - {code: org, name: 名称}
      - {code: form, name: 形式, type: code, codes: forms}
      - {code: degree, name: 学历, type: code, codes: degrees}
      - {code: members, name: 人数, type: int, min: 0, max: 500}
"""
ELEMENT = (
    "code: {code}, name: 名{code}, section: 一, block: base, of: communities, measure: stock, type: int, unit: 人,"
    " over_months: last, over_units: sum"
)
Written = Callable[..., Catalog]


@pytest.fixture
def catalog_of(tmp_path: Path) -> Written:
    """Writes a catalog of the common head, elements and rules (each a flow mapping without braces) and loads it."""

    def write(*elements: str, rules: tuple[str, ...] = (), head: str = HEAD) -> Catalog:
        lines = [head, "elements:" if elements else "", *(f"  - {{{element}}}" for element in elements)]
        lines += ["rules:" if rules else "", *(f"  - {{{rule}}}" for rule in rules)]
        (tmp_path / "all.yaml").write_text("\n".join(lines), encoding="utf-8")
        load_catalog.cache_clear()
        return load_catalog(tmp_path)

    return write


@pytest.fixture
def stock() -> Callable[..., str]:
    """A stock element of a code, with more keys added or replaced."""

    def element(code: str, **more: str) -> str:
        pairs = dict(part.strip().split(": ", maxsplit=1) for part in ELEMENT.format(code=code).split(","))
        return ", ".join(f"{key}: {value}" for key, value in {**pairs, **more}.items())

    return element


@pytest.fixture
def head() -> str:
    """The common head: a block, two code lists, a setting, a ledger."""
    return HEAD
