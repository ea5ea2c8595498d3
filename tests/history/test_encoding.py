from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.history.encoding import decode, decode_rows, encode, encode_rows
from aggregator.model.period import Period
from aggregator.model.value import Gap, LedgerRow, Scalar

OCTOBER = Period.parse("2026-10")
scalars = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(),
    st.booleans(),
    st.dates(),
    st.lists(st.text(), max_size=3).map(tuple),
    st.sampled_from(Gap),
)


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (Decimal("1.50"), ("n", "1.50")),
        ("1.50", ("t", "1.50")),
        ("", ("t", "")),
        (date(2026, 10, 3), ("d", "2026-10-03")),
        (True, ("b", "1")),
        (False, ("b", "")),
        (("甲", "乙"), ("l", '["甲","乙"]')),
        ((), ("l", "[]")),
        (Gap.UNREADABLE, ("g", "unreadable")),
        (None, (None, None)),
    ],
)
def test_a_value_is_stored_as_its_kind_and_text(value: Scalar | None, encoded: tuple[str | None, str | None]) -> None:
    assert encode(value) == encoded
    assert decode(*encoded) == value
    assert type(decode(*encoded)) is type(value)


@given(st.lists(st.dictionaries(st.text(max_size=5), scalars, max_size=4), max_size=3))
def test_ledger_rows_come_back_with_every_cell_of_its_kind(rows: list[dict[str, Scalar]]) -> None:
    stored = tuple(LedgerRow("acts", "C01", OCTOBER, n, cells, late=n % 2 == 0) for n, cells in enumerate(rows))
    found = decode_rows(encode_rows(stored), ledger="acts", unit="C01", period=OCTOBER)
    assert found == stored
    late = (stored[0]._replace(late=True, late_events=("begun_on", "ended_on")),) if stored else ()
    assert decode_rows(encode_rows(late), ledger="acts", unit="C01", period=OCTOBER) == late
    kinds = [[(type(cell), str(cell)) for cell in row.cells.values()] for row in found]
    assert kinds == [[(type(cell), str(cell)) for cell in row.cells.values()] for row in stored]
