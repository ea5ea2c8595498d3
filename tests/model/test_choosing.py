from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.evaluate import Scope, choosing, holds
from aggregator.model.expression import (
    Call,
    ColumnRef,
    Comparison,
    ElementRef,
    Logic,
    Membership,
    Negation,
    Node,
    Number,
    Text,
)
from aggregator.model.period import Period
from aggregator.model.value import Gap, LedgerRow, Scalar

ROWS: list[Mapping[str, Scalar]] = [
    {"name": "甲", "form": "党支部", "members": Decimal(12), "education": "大专"},
    {"name": "乙", "form": "党委", "members": Decimal(7), "founded_on": date(2026, 10, 5)},
    {"name": "丙", "form": Gap.UNREADABLE, "members": Gap.NOT_APPLICABLE, "education": "专科"},
    {"name": "丁", "form": "", "members": Decimal("12.0"), "education": "本科", "founded_on": date(2026, 1, 1)},
    {"name": "戊"},
]


@pytest.mark.parametrize(
    ("condition", "chosen"),
    [
        ('form == "党支部"', "甲"),
        ('form == ""', "丁"),
        ('form != "党支部"', "乙丁"),
        ('form in ["党支部", "党委"]', "甲乙"),
        # A gap is no match, neither way; an empty text is no gap.
        ('form not in ["党支部"]', "乙丁"),
        ("members in [12, 13]", "甲丁"),
        ("members not in [12]", "乙"),
        ('form == "党支部" and members > 10', "甲"),
        ("members > 10 and not is_empty(education)", "甲丁"),
        ('form == "党委" or members > 10', "甲乙丁"),
        ('not (form == "党支部")', "乙丁"),
        ('education == "大专"', "甲"),
        # A text that is a date is compared with dates.
        ('founded_on == "2026-01-01"', "丁"),
        ('founded_on == "2026-01"', ""),
        ("in_period(founded_on) and members < 10", "乙"),
        ("founded_on <= period_end()", "乙丁"),
        ("founded_on < period_start()", "丁"),
        # A limit that is not known decides nothing; a text is no number and no date.
        ("members > a", ""),
        ("name >= 1", ""),
        ('education >= "大专"', "甲丁"),
        ("is_empty(form)", "丁戊"),
        ("not is_empty(form)", "甲乙丙"),
        ('is_empty(education) or education == "大专"', "甲乙戊"),
    ],
)
def test_the_rows_that_meet_a_condition(
    read: Callable[..., Node], scope_of: Callable[..., Scope], condition: str, chosen: str
) -> None:
    found = choosing(read(condition, ledger="orgs"))(scope_of(), _rows(ROWS))
    assert "".join(str(row.cells["name"]) for row in found) == chosen


_cells = st.sampled_from(["甲", "乙", "", "2026-10-01", Decimal(1), Decimal(2), date(2026, 10, 1), True, ("甲",), *Gap])
_columns = st.sampled_from(["a", "b"]).map(lambda column: ColumnRef("orgs", column))
_texts = st.sampled_from(["甲", "乙", "", "2026-10-01"]).map(Text)
_limits = _columns | st.sampled_from([Number(Decimal(1)), ElementRef("a"), Call("period_start", ())])
_plain = (
    st.builds(Comparison, st.sampled_from(["==", "!="]), _columns, _texts)
    | st.builds(Comparison, st.sampled_from(["==", "!=", "<", ">="]), _columns, _limits)
    | st.builds(Membership, _columns, st.lists(_texts, min_size=1, max_size=2).map(tuple), st.booleans())
    | st.builds(Call, st.just("is_empty"), st.tuples(_columns))
)
_conditions = st.recursive(
    _plain,
    lambda inner: (
        st.builds(Negation, inner)
        | st.builds(Logic, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=5,
)


@given(_conditions, st.lists(st.dictionaries(st.sampled_from(["a", "b"]), _cells), max_size=5))
def test_rows_chosen_together_are_those_that_are_chosen_one_by_one(
    scope_of: Callable[..., Scope], condition: Node, cells: list[Mapping[str, Scalar]]
) -> None:
    rows = _rows(cells)
    scope = scope_of(elements={"a": Decimal(2)})
    assert list(choosing(condition)(scope, rows)) == [row for row in rows if holds(condition, scope, row)]


def test_a_condition_may_read_the_units_elements(read: Callable[..., Node], scope_of: Callable[..., Scope]) -> None:
    scope = scope_of(elements={"a": Decimal(7)})
    chosen = choosing(read('members > a and form == ""', ledger="orgs"))(scope, _rows(ROWS))
    assert [row.cells["name"] for row in chosen] == ["丁"]


def _rows(cells: list[Mapping[str, Scalar]]) -> list[LedgerRow]:
    return [LedgerRow("orgs", "C01", Period.month(2026, 10), 6 + at, row) for at, row in enumerate(cells)]
