"""The texts of a month, tidied once for all of its reports."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.model.consolidation import Consolidation
from aggregator.model.value import LedgerRow, Scalar
from aggregator.publish.report.texts import TEXTS, Texts


def row(ledger: str, month: Consolidation, unit: str, number: int, **cells: Scalar) -> LedgerRow:
    return LedgerRow(ledger, unit, month.period, number, cells)


def with_rows(month: Consolidation, ledger: str, *rows: LedgerRow) -> Texts:
    return Texts(replace(month, ledgers={**month.ledgers, ledger: rows}))


def test_texts_are_found_by_kind_and_unit_in_their_order(month: Consolidation) -> None:
    texts = with_rows(
        month,
        TEXTS,
        row(TEXTS, month, "C01", 5, kind="亮点工作", title="甲", body="一句\n两行 "),
        row(TEXTS, month, "C02", 5, kind="亮点工作", body="乙"),
        row(TEXTS, month, "C01", 6, kind="存在问题", body="丙"),
        row(TEXTS, month, "C01", 7, kind="亮点工作", title="没有正文"),
    )
    assert [told.cell("body") for told in texts.of_kind("亮点工作")] == ["一句 两行", "乙"]
    assert [told.row.number for told in texts.of_kind("亮点工作", "C01")] == [5]
    assert texts.of_kind("下步打算") == ()
    assert [told.key for told in texts.of_kind("亮点工作")] == [("C01", "亮点工作：甲"), ("C02", "亮点工作：乙")]


@pytest.mark.parametrize("persons", [("顾念安", "顾念"), ("顾念", "顾念安")])
def test_of_two_names_that_begin_alike_the_longer_one_is_masked(month: Consolidation, persons: tuple[str, ...]) -> None:
    rows = [row("hardship_members", month, "C01", at, person=name) for at, name in enumerate(persons, start=5)]
    texts = with_rows(month, "hardship_members", *rows)
    assert texts.safe("顾念安走访了顾念，未见沈星河。") == "顾**走访了顾*，未见沈星河。"


def test_private_numbers_are_masked_too(month: Consolidation) -> None:
    assert Texts(month).safe("请拨13800001234。") == "请拨138******34。"


def test_no_community_is_named_and_the_longer_name_goes_first(month: Consolidation) -> None:
    assert Texts(month).unnamed("东湖社区和西苑都缺人手。") == "个别社区和个别社区都缺人手。"


def test_an_estate_that_tells_which_community_is_meant_is_not_named(month: Consolidation) -> None:
    estates = ("荷风苑", "荷风苑南区", "北院")
    rows = [row("positions", month, "C01", place, compound=name) for place, name in enumerate(estates)]
    texts = with_rows(month, "positions", *rows)
    assert texts.unnamed("荷风苑南区和荷风苑没有物业，北院有。") == "个别小区和个别小区没有物业，北院有。"
