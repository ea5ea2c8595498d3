"""The street: what its settings ask for."""

import pytest

from aggregator.model.org_unit import Street


@pytest.mark.parametrize(
    ("typed", "styles"),
    [
        ("", ("R2",)),
        ("R3", ("R3",)),
        ("R1、R2；R5", ("R1", "R2", "R5")),
        ("r3， Ｒ４", ("R3", "R4")),
        ("R2 R2", ("R2",)),
    ],
)
def test_styles_are_known_however_their_codes_are_typed(typed: str, styles: tuple[str, ...]) -> None:
    assert Street((), {"set_report_styles": typed}).report_styles == styles
