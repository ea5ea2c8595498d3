from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from aggregator.model.evaluate import Scope, completed_years, holds, matching, plain_text
from aggregator.model.expression import Aggregate, Node
from aggregator.model.value import Gap, LedgerRow, Scalar

ValueOf = Callable[..., Scalar]
Read = Callable[..., Node]
MISSING, NOT_APPLICABLE, UNREADABLE = Gap.MISSING, Gap.NOT_APPLICABLE, Gap.UNREADABLE


@pytest.mark.parametrize(
    ("text", "elements", "expected"),
    [
        ("a + b", {"a": Decimal(2), "b": Decimal(3)}, Decimal(5)),
        ("a - b", {"a": Decimal(2), "b": Decimal(3)}, Decimal(-1)),
        ("a * b", {"a": Decimal("0.1"), "b": Decimal(3)}, Decimal("0.3")),
        ("a / b", {"a": Decimal(1), "b": Decimal(4)}, Decimal("0.25")),
        ("-a", {"a": Decimal(2)}, Decimal(-2)),
        # A missing part makes the sum missing; what is not applicable adds nothing.
        ("a + b", {"a": Decimal(2)}, MISSING),
        ("a + b", {"a": Decimal(2), "b": NOT_APPLICABLE}, Decimal(2)),
        ("a + b", {"a": NOT_APPLICABLE, "b": Decimal(2)}, Decimal(2)),
        ("a - b", {"a": NOT_APPLICABLE, "b": Decimal(2)}, Decimal(-2)),
        ("a - b", {"a": Decimal(2), "b": NOT_APPLICABLE}, Decimal(2)),
        ("a + b", {"a": NOT_APPLICABLE, "b": NOT_APPLICABLE}, NOT_APPLICABLE),
        ("a + b", {"a": NOT_APPLICABLE}, MISSING),
        ("a + b + c", {"a": NOT_APPLICABLE, "b": NOT_APPLICABLE, "c": Decimal(1)}, Decimal(1)),
        # Only in sums: a product or quotient of what is not applicable is unknown.
        ("a * b", {"a": Decimal(2), "b": NOT_APPLICABLE}, MISSING),
        ("a / b", {"a": Decimal(2), "b": Decimal(0)}, MISSING),
        ("a + b", {"a": UNREADABLE, "b": Decimal(1)}, MISSING),
        ("a + b", {"a": "文字", "b": Decimal(1)}, UNREADABLE),
    ],
)
def test_arithmetic_knows_three_kinds_of_gaps(
    value_of: ValueOf, text: str, elements: dict[str, Scalar], expected: Scalar
) -> None:
    assert value_of(text, elements=elements) == expected


@pytest.mark.parametrize(
    ("text", "elements", "expected"),
    [
        ("a == b", {"a": Decimal(2), "b": Decimal("2.0")}, True),
        ("a != b", {"a": Decimal(2), "b": Decimal(3)}, True),
        ("a < b", {"a": Decimal(2), "b": Decimal(3)}, True),
        ("a <= b", {"a": Decimal(3), "b": Decimal(3)}, True),
        ("a > b", {"a": Decimal(3), "b": Decimal(3)}, False),
        ("a >= b", {"a": Decimal(3), "b": Decimal(4)}, False),
        ("a == b", {"a": Decimal(2)}, MISSING),
        ("a == b", {"a": Decimal(2), "b": NOT_APPLICABLE}, MISSING),
        ("a != b", {"a": Decimal(2)}, MISSING),
        ("1 <= a <= 5", {"a": Decimal(5)}, True),
        ("1 <= a <= 5", {"a": Decimal(6)}, False),
        ("a == '党委'", {"a": "党委"}, True),
        ("a == '党委'", {"a": Decimal(1)}, UNREADABLE),
        ("a >= '2026-01-01'", {"a": date(2026, 1, 1)}, True),
        ("a <= '2026-01-01'", {"a": date(2026, 1, 2)}, False),
        ("a in [1, 2]", {"a": Decimal(2)}, True),
        ("a not in [1, 2]", {"a": Decimal(2)}, False),
        ("a not in [1, 2]", {}, MISSING),
        ("a in ['甲', '乙']", {"a": "丙"}, False),
    ],
)
def test_a_comparison_with_a_gap_is_undecided(
    value_of: ValueOf, text: str, elements: dict[str, Scalar], expected: Scalar
) -> None:
    assert value_of(text, elements=elements) == expected


# T is a comparison that holds, F one that does not, U one whose operand is missing.
@pytest.mark.parametrize(
    ("pair", "both", "either"),
    [
        ("TT", True, True),
        ("TF", False, True),
        ("FF", False, False),
        ("TU", MISSING, True),
        ("FU", False, MISSING),
        ("UU", MISSING, MISSING),
    ],
)
def test_and_and_or_follow_kleene(value_of: ValueOf, pair: str, both: Scalar, either: Scalar) -> None:
    numbers = {"T": Decimal(1), "F": Decimal(0)}
    elements = {code: numbers[truth] for code, truth in zip("ab", pair, strict=True) if truth in numbers}
    for one, other in ("ab", "ba"):
        assert value_of(f"{one} == 1 and {other} == 1", elements=elements) == both
        assert value_of(f"{one} == 1 or {other} == 1", elements=elements) == either


def test_not_leaves_the_undecided_undecided(value_of: ValueOf) -> None:
    assert value_of("not a == 1", elements={"a": Decimal(2)}) is True
    assert value_of("not a == 1", elements={"a": Decimal(1)}) is False
    assert value_of("not a == 1") is MISSING


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1990, 10, 31), date(2026, 10, 31), 36),
        (date(1990, 11, 1), date(2026, 10, 31), 35),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
        (date(2026, 10, 31), date(2026, 10, 31), 0),
    ],
)
def test_age_is_in_completed_years(born: date, on: date, years: int) -> None:
    assert completed_years(born, on) == years


@pytest.mark.parametrize(
    ("text", "elements", "expected"),
    [
        ("age(a)", {"a": date(1990, 10, 31)}, Decimal(36)),
        ("age(a)", {}, MISSING),
        ("age(a)", {"a": "1990"}, MISSING),
        ("in_period(a)", {"a": date(2026, 10, 1)}, True),
        ("in_period(a)", {"a": date(2026, 11, 1)}, False),
        ("in_period(a)", {}, MISSING),
        ("in_year(a)", {"a": date(2026, 1, 1)}, True),
        ("in_year(a)", {"a": date(2025, 12, 31)}, False),
        ("in_year(a)", {"a": date(2026, 11, 1)}, False),
        ("year(a)", {"a": date(2026, 3, 9)}, Decimal(2026)),
        ("month(a)", {"a": date(2026, 3, 9)}, Decimal(3)),
        ("month(a)", {"a": Decimal(3)}, MISSING),
        ("is_empty(a)", {}, True),
        ("is_empty(a)", {"a": ""}, True),
        ("is_empty(a)", {"a": Decimal(0)}, False),
        ("is_empty(a)", {"a": NOT_APPLICABLE}, False),
        ("is_empty(a)", {"a": UNREADABLE}, False),
        ("length(a)", {"a": "三个字"}, Decimal(3)),
        ("length(a)", {}, MISSING),
        ('matches(a, "[0-9]+")', {"a": "123"}, True),
        ('matches(a, "[0-9]+")', {"a": "12a"}, False),
        ('matches(a, "[0-9]+")', {}, MISSING),
        ("period_end()", {}, date(2026, 10, 31)),
        ("period_start()", {}, date(2026, 10, 1)),
        ("this_year()", {}, Decimal(2026)),
        ("communities()", {}, Decimal(17)),
        ("share(a, b)", {"a": Decimal(1), "b": Decimal(8)}, Decimal("12.5")),
        ("share(a, b)", {"a": Decimal(1), "b": Decimal(0)}, MISSING),
        ("share(a, b)", {"a": Decimal(0), "b": Decimal(0)}, MISSING),
        ("share(a, b)", {"a": NOT_APPLICABLE, "b": Decimal(8)}, MISSING),
        ("share(a, b)", {"b": Decimal(8)}, MISSING),
        ("abs(a)", {"a": Decimal(-3)}, Decimal(3)),
        ("abs(a)", {}, MISSING),
        ("when(a == 1, b == 1)", {"a": Decimal(1), "b": Decimal(1)}, True),
        ("when(a == 1, b == 1)", {"a": Decimal(1), "b": Decimal(2)}, False),
        ("when(a == 1, b == 1)", {"a": Decimal(2)}, True),
        ("when(a == 1, b == 1)", {"b": Decimal(1)}, True),
        ("when(a == 1, b == 1)", {"a": Decimal(1)}, MISSING),
        ("when(a == 1, b == 1)", {"b": Decimal(2)}, MISSING),
        ("both_or_neither(a, b)", {"a": Decimal(1), "b": Decimal(2)}, True),
        ("both_or_neither(a, b)", {"a": Decimal(0)}, True),
        ("both_or_neither(a, b)", {"a": Decimal(1)}, False),
        ("both_or_neither(a, b)", {"a": Decimal(1), "b": NOT_APPLICABLE}, False),
        ("not_both(a, b)", {"a": Decimal(1), "b": Decimal(2)}, False),
        ("not_both(a, b)", {"a": Decimal(1), "b": Decimal(0)}, True),
        ('join(a, "月")', {"a": Decimal("3.0")}, "3月"),
        ("join(a, b)", {"a": "甲"}, "甲"),
        ("join(a, b)", {}, MISSING),
    ],
)
def test_functions_of_values(value_of: ValueOf, text: str, elements: dict[str, Scalar], expected: Scalar) -> None:
    assert value_of(text, elements=elements) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("last(a)", Decimal(4)),
        ("last(b)", MISSING),
        ("ytd(a)", Decimal(40)),
        ("set_least", Decimal(2)),
        ("set_since", MISSING),
        ("least(a)", Decimal(3)),
        ("most(a)", Decimal(9)),
        ("least(b)", MISSING),
        ("growth(a, 'last_year')", Decimal(25)),
        ("growth(a, 'last_term')", MISSING),
        ("growth(b, 'last_year')", MISSING),
        ("growth(a, 'negative')", MISSING),
        ("points(a, 'last_year')", Decimal(2)),
        ("points(a, 'last_term')", Decimal(10)),
    ],
)
def test_functions_of_elements_ask_the_scope(value_of: ValueOf, text: str, expected: Scalar) -> None:
    assert (
        value_of(
            text,
            elements={"a": Decimal(10)},
            earlier={"a": Decimal(4)},
            sums={"a": Decimal(40)},
            settings={"set_least": Decimal(2)},
            communities_of={"a": (Decimal(9), Decimal(3), Decimal(5))},
            bases={
                ("a", "last_year"): Decimal(8),
                ("a", "last_term"): Decimal(0),
                ("a", "negative"): Decimal(-8),
                ("b", "last_year"): Decimal(8),
            },
        )
        == expected
    )


ORGS: list[dict[str, Scalar]] = [
    {"name": "甲支部", "form": "党支部", "members": Decimal(12), "founded_on": date(2026, 10, 5), "education": "大专"},
    {"name": "乙支部", "form": "党支部", "members": Decimal(7), "founded_on": date(1996, 10, 31), "education": "初中"},
    {"name": "丙党委", "form": "党委", "members": Decimal("30.5"), "education": "本科"},
    {"name": "甲支部", "members": NOT_APPLICABLE, "form": "党总支", "founded_on": UNREADABLE, "education": "专科"},
    {"name": "已撤销", "form": "党支部", "members": Decimal(100)},
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(orgs)", Decimal(4)),
        ("count(all_rows(orgs))", Decimal(5)),
        ('count(orgs, form == "党支部")', Decimal(2)),
        ('count(orgs, form in ["党支部", "党委"])', Decimal(3)),
        # A blank criterion cell is no match, neither way.
        ("count(orgs, in_period(founded_on))", Decimal(1)),
        ("count(orgs, founded_on < period_start())", Decimal(1)),
        ("count(orgs, is_empty(founded_on))", Decimal(1)),
        ("count(orgs, members > a)", Decimal(2)),
        ("count(orgs, members > b)", Decimal(0)),
        # Ranks, not alphabets; what is not in the list matches nothing.
        ('count(orgs, education >= "大专")', Decimal(2)),
        ('count(orgs, education < "大专")', Decimal(1)),
        ('any(orgs, form == "党委")', Decimal(1)),
        ('any(orgs, form == "党组")', Decimal(0)),
        ("sum(orgs.members)", Decimal("49.5")),
        ('sum(orgs.members, form == "党组")', Decimal(0)),
        ("mean(orgs.members)", Decimal("16.5")),
        ('mean(orgs.members, form == "党组")', MISSING),
        ("mean(age(orgs.founded_on))", Decimal(15)),
        ("min(orgs.members)", Decimal(7)),
        ("max(orgs.members)", Decimal("30.5")),
        ("min(orgs.founded_on)", date(1996, 10, 31)),
        ("max(month(orgs.founded_on))", Decimal(10)),
        ('min(orgs.members, form == "党组")', MISSING),
        ("distinct(orgs.name)", Decimal(3)),
        ("list(orgs.name)", ("甲支部", "乙支部", "丙党委")),
        ('list(join(orgs.name, orgs.form), form != "党委")', ("甲支部党支部", "乙支部党支部", "甲支部党总支")),
        ('list(orgs.name, form == "党组")', ()),
        ("top(orgs.name, 2)", ("甲支部", "丙党委")),
        ("level(orgs.education)", "大专"),
        ("count(acts)", Decimal(0)),
        ("sum(acts.people)", Decimal(0)),
    ],
)
def test_functions_over_rows(value_of: ValueOf, text: str, expected: Scalar) -> None:
    assert value_of(text, elements={"a": Decimal(10)}, ledgers={"orgs": ORGS, "acts": []}) == expected


@pytest.mark.parametrize(
    "text", ["count(orgs)", "any(orgs)", "sum(orgs.members)", "list(orgs.name)", "distinct(orgs.name)"]
)
def test_what_an_unanswered_ledger_yields_is_missing_and_not_zero(value_of: ValueOf, text: str) -> None:
    assert value_of(text, ledgers={"orgs": None}) is MISSING


def test_the_level_is_the_lower_median_of_an_even_number(value_of: ValueOf) -> None:
    rows = [{"education": level} for level in ("初中", "高中", "大专", "本科")]
    assert value_of("level(orgs.education)", ledgers={"orgs": rows}) == "高中"
    assert value_of("level(orgs.education)", ledgers={"orgs": []}) is MISSING


def test_distinct_does_not_see_blanks_around_a_name(value_of: ValueOf) -> None:
    rows = [{"name": "甲公司"}, {"name": " 甲公司 "}, {"name": ""}, {}]
    assert value_of("distinct(orgs.name)", ledgers={"orgs": rows}) == Decimal(1)
    assert value_of("list(orgs.name)", ledgers={"orgs": rows}) == ("甲公司",)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.50"), "12.5"),
        (Decimal(100), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal(0), "0"),
        (True, "是"),
        (date(2026, 1, 9), "2026年1月9日"),
        (("甲", "乙"), "甲、乙"),
        (MISSING, ""),
        ("文字", "文字"),
    ],
)
def test_a_value_as_plain_text(value: Scalar, text: str) -> None:
    assert plain_text(value) == text


def test_a_row_condition_is_true_false_or_undecided(read: Read, scope_of: Callable[..., Scope]) -> None:
    condition = read("members > a", ledger="orgs")
    scope = scope_of(elements={"a": Decimal(10)})
    rows = [LedgerRow("orgs", "C01", scope.period, 6, cells) for cells in ({"members": Decimal(n)} for n in (11, 9))]
    blank = LedgerRow("orgs", "C01", scope.period, 8, {})
    assert [holds(condition, scope, row) for row in (*rows, blank)] == [True, False, None]


def test_the_rows_that_a_count_counts_can_be_named(read: Read, scope_of: Callable[..., Scope]) -> None:
    count = read("count(orgs, members > 10)")
    assert isinstance(count, Aggregate)
    rows = [{"members": Decimal(n)} for n in (9, 11, 12)]
    assert [row.number for row in matching(count, scope_of(ledgers={"orgs": rows})) or ()] == [7, 8]
    assert matching(count, scope_of()) is None
