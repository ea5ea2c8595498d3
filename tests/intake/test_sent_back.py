"""What could not be read goes back as a text, and a text must not become the number that nobody could read."""

import pytest

from aggregator.intake.cells import Cell, CellKind
from aggregator.intake.coerce import Wanted, coerce
from aggregator.intake.sent_back import unreadable_text
from aggregator.model.definition import ValueType
from aggregator.model.value import ValueState
from tests.intake.conftest import OCTOBER

NUMBER, TEXT = CellKind.NUMBER, CellKind.TEXT
INT, DAY, WORDS = Wanted(ValueType.INT, "人"), Wanted(ValueType.DATE), Wanted(ValueType.TEXT)


@pytest.mark.parametrize(
    ("cell", "wanted", "expected"),
    [
        (Cell(TEXT, "约50"), INT, "约50"),
        (Cell(TEXT, "详见附件"), INT, "详见附件"),
        (Cell(TEXT, "长" * 900), INT, "长" * 900),
        (Cell(NUMBER, "12.5"), INT, "12.5"),
        (Cell(CellKind.ERROR, "#REF!"), INT, "#REF!"),
        (Cell(CellKind.UNCALCULATED, "", "B3+B4"), INT, "=B3+B4"),
        (Cell(TEXT, "上月底"), DAY, "上月底"),
        # As bare texts these would be read: 46042, 3.5 and 45 per cent.
        (Cell(NUMBER, "46042", is_date=True), INT, "原填：46042"),
        (Cell(NUMBER, "35", is_scaled=True), INT, "原填：35"),
        # A cell of free text takes any text for its value, so nothing goes back but the note beside it.
        (Cell(CellKind.ERROR, "#NAME?"), WORDS, ""),
        (Cell(CellKind.UNCALCULATED, "", "A1&B1"), WORDS, ""),
    ],
)
def test_what_goes_back_says_no_value(cell: Cell, wanted: Wanted, expected: str) -> None:
    understood = coerce(cell, wanted, period=OCTOBER)
    assert understood.state is ValueState.UNREADABLE
    back = unreadable_text(understood.raw, wanted, OCTOBER)
    assert back == expected
    again = coerce(Cell(TEXT, back), wanted, period=OCTOBER)
    assert again.state is (ValueState.UNREADABLE if back else ValueState.MISSING)
