import pytest

from aggregator.model.address import AddressError, address, column_letters, corners, position


@pytest.mark.parametrize(
    ("row", "column", "text"),
    [
        (7, 2, "B7"),
        (1, 1, "A1"),
        (1, 26, "Z1"),
        (1, 27, "AA1"),
        (10, 52, "AZ10"),
        (10, 53, "BA10"),
        (3, 702, "ZZ3"),
        (3, 703, "AAA3"),
        (1_048_576, 16_384, "XFD1048576"),
    ],
)
def test_an_address_and_a_position_say_the_same(row: int, column: int, text: str) -> None:
    assert address(row, column) == text
    assert position(text) == (row, column)


@pytest.mark.parametrize(
    "text", ["", "B", "7", "B0", "B07", "b7", "$B$7", "XFE1", "A1048577", "AAAA1", "A１", "A1 ", "A-1"]
)
def test_what_names_no_cell_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        position(text)


@pytest.mark.parametrize(("row", "column"), [(0, 1), (1, 0), (-1, 1), (1_048_577, 1), (1, 16_385)])
def test_a_place_outside_a_sheet_has_no_address(row: int, column: int) -> None:
    with pytest.raises(AddressError):
        address(row, column)


def test_a_column_has_letters() -> None:
    assert [column_letters(column) for column in (1, 28, 16_384)] == ["A", "AB", "XFD"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B2:D7", (2, 2, 7, 4)),
        ("C3", (3, 3, 3, 3)),
        ("B:D", (1, 2, 1_048_576, 4)),
        ("2:7", (2, 1, 7, 16_384)),
    ],
)
def test_a_range_has_two_corners(text: str, expected: tuple[int, int, int, int]) -> None:
    assert corners(text) == expected


@pytest.mark.parametrize("text", ["", ":", "A1:B", "A:7", "A1:B2:C3"])
def test_what_names_no_range_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        corners(text)
