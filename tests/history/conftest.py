"""One return that has everything a return can have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from aggregator.model.period import Period
from aggregator.model.value import (
    Answer,
    DataValue,
    Gap,
    LedgerRow,
    LedgerSheet,
    Place,
    Scalar,
    SourceFile,
    Submission,
    ValueState,
)


@pytest.fixture
def rich() -> Callable[..., Submission]:
    """A return of a unit and month with every state and kind of value; `total` is one of its figures."""

    def rich(unit: str = "C01", period: str = "2026-10", *, total: str = "1200.50") -> Submission:
        month, file = Period.parse(period), f"{unit}上报.xlsx"

        def fact(element: str, state: ValueState, value: object, **more: object) -> DataValue:
            place = Place(file, "指标表", "D7")
            return DataValue(element, unit, month, state, value, place, **more)  # type: ignore[arg-type]

        known = ValueState.VALUE
        values = [
            fact("total", known, Decimal(total), raw=f"{total}元", repair="去掉了单位“元”"),
            fact("tiny", known, Decimal("0E-10"), raw="0"),
            fact("large", known, Decimal("1E+30"), raw="1E+30"),
            fact("blank", ValueState.MISSING, None),
            fact("none", ValueState.NOT_APPLICABLE, None, raw="—"),
            fact("odd", ValueState.UNREADABLE, None, raw="见附件"),
            fact("unasked", ValueState.NOT_ASKED, None),
            fact("carried", ValueState.CARRIED, Decimal(7), raw="7"),
            fact("motto", known, "“1”\n第二行", raw="“1”\n第二行"),
            fact("day", known, date(2026, 10, 3), raw="10月3日"),
            fact("names", known, ("甲、乙", "丙"), derived=True),
            fact("nobody", known, (), derived=True),
            DataValue("counted", unit, month, known, Decimal(3), Place("别的.xlsx", "台账", "B2"), derived=True),
        ]
        return Submission(
            unit=unit,
            period=month,
            source=SourceFile(file, 12345, f"hash-{unit}-{period}"),
            values={value.element: value for value in values},
            ledgers={"acts": _acts(unit, month, file), "texts": _texts(unit, month, file)},
            stock_confirmed=False,
            stated={"counted": fact("counted", known, Decimal("2.50"), raw="2.5")},
            cover={"compiler": "张填表"},
            explanations={"P1": "已核实，系新成立"},
            catalog_version="1.2",
        )

    return rich


def _acts(unit: str, month: Period, file: str) -> LedgerSheet:
    cells: dict[str, Scalar] = {
        "title": "讲座",
        "people": Decimal("12.0"),
        "held_on": date(2026, 10, 9),
        "blank": Gap.MISSING,
        "odd": Gap.UNREADABLE,
        "none": Gap.NOT_APPLICABLE,
        "flag": True,
        "off": False,
        "several": ("甲", "乙"),
        "empty": "",
    }
    rows = (LedgerRow("acts", unit, month, 6, cells), LedgerRow("acts", unit, month, 9, {"title": "n"}, late=True))
    place = Place(file, "活动台账", "C3")
    return LedgerSheet("acts", ValueState.VALUE, rows, Answer.HAS_ROWS, place, {"title": "A", "people": "B"})


def _texts(unit: str, month: Period, file: str) -> LedgerSheet:
    rows = (LedgerRow("texts", unit, month, 6, {"title": f"{unit}的亮点"}),)
    return LedgerSheet("texts", ValueState.VALUE, rows, None, Place(file, "叙述材料", "C3"))
