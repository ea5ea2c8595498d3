from collections.abc import Callable
from decimal import Decimal

import pytest

from aggregator.model.expression import (
    Aggregate,
    Arithmetic,
    Call,
    ColumnRef,
    Comparison,
    ElementRef,
    ExpressionError,
    Logic,
    Membership,
    Negation,
    Node,
    Number,
    SettingRef,
    Text,
    elements_of,
    ledgers_of,
)

Read = Callable[..., Node]
A, B, C = ElementRef("a"), ElementRef("b"), ElementRef("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("  a\n", A),
        ("set_least", SettingRef("set_least")),
        ("1.10", Number(Decimal("1.10"))),
        ("'党委'", Text("党委")),
        ("a + b - c", Arithmetic("-", Arithmetic("+", A, B), C)),
        ("a + b * c", Arithmetic("+", A, Arithmetic("*", B, C))),
        ("-a", Arithmetic("-", Number(Decimal(0)), A)),
        ("a == b", Comparison("==", A, B)),
        (
            "1 <= a <= 5",
            Logic("and", (Comparison("<=", Number(Decimal(1)), A), Comparison("<=", A, Number(Decimal(5))))),
        ),
        ("not (a > b or a > c)", Negation(Logic("or", (Comparison(">", A, B), Comparison(">", A, C))))),
        ("a in [1, 2]", Membership(A, (Number(Decimal(1)), Number(Decimal(2))))),
        ("a not in [1]", Membership(A, (Number(Decimal(1)),), negated=True)),
        ("share(a, b)", Call("share", (A, B))),
        ("period_end()", Call("period_end", ())),
        ("count(orgs)", Aggregate("count", "orgs")),
        ("count(all_rows(orgs))", Aggregate("count", "orgs", living=False)),
        (
            'count(orgs, form == "党委")',
            Aggregate("count", "orgs", None, Comparison("==", ColumnRef("orgs", "form"), Text("党委"))),
        ),
        ("sum(orgs.members)", Aggregate("sum", "orgs", ColumnRef("orgs", "members"))),
        ("mean(age(orgs.founded_on))", Aggregate("mean", "orgs", Call("age", (ColumnRef("orgs", "founded_on"),)))),
        (
            "list(join(acts.title, acts.place))",
            Aggregate("list", "acts", Call("join", (ColumnRef("acts", "title"), ColumnRef("acts", "place")))),
        ),
        ("top(acts.title)", Aggregate("top", "acts", ColumnRef("acts", "title"), size=3)),
        (
            "top(acts.title, people > 5, 2)",
            Aggregate(
                "top",
                "acts",
                ColumnRef("acts", "title"),
                Comparison(">", ColumnRef("acts", "people"), Number(Decimal(5))),
                size=2,
            ),
        ),
        ("top(acts.title, 2)", Aggregate("top", "acts", ColumnRef("acts", "title"), size=2)),
    ],
)
def test_an_expression_becomes_a_tree(read: Read, text: str, tree: Node) -> None:
    assert read(text) == tree


def test_inside_a_ledger_bare_names_are_its_columns(read: Read) -> None:
    assert read("members >= a", ledger="orgs") == Comparison(">=", ColumnRef("orgs", "members"), A)


def test_a_column_of_an_ordered_list_knows_its_ranks(read: Read) -> None:
    condition = read('education >= "大专"', ledger="orgs")
    assert condition == Comparison(">=", ColumnRef("orgs", "education", ("初中", "高中", "大专", "本科")), Text("大专"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a +", "cannot be read"),
        ("", "cannot be read"),
        ("aa", "unknown name 'aa'; did you mean 'a'"),
        ("orgz.name == 1", "unknown ledger 'orgz'; did you mean 'orgs'"),
        ("sum(orgs.member)", "no column 'member'; did you mean 'members'"),
        ("count(org)", "unknown ledger 'org'"),
        ("cuont(orgs)", "unknown function 'cuont'; did you mean 'count'"),
        ("share(a)", "share takes 2 arguments, not 1"),
        ("count()", "takes a ledger or a column"),
        ("count(orgs, a, b)", "takes a ledger or a column"),
        ("sum(orgs)", "wants a column of one ledger"),
        ("sum(join(orgs.name, acts.title))", "wants a column of one ledger"),
        ("count(orgs.name)", "wants a ledger"),
        ("a in b", "`in` wants a list"),
        ("a in [b, 1]", "`in` wants a list of values"),
        ("a is b", "comparison Is"),
        ("a ** 2", "operator Pow"),
        ("~a", "operator Invert"),
        ("True", "literal True"),
        ("None", "literal None"),
        ("[a]", "uses List"),
        ("lambda: a", "uses Lambda"),
        ("__import__('os')", "unknown function"),
        ("a.__class__", "unknown ledger 'a'"),
        ("share(a, b=b)", "no function of the dialect"),
        ('count(orgs, education >= "专科")', "'专科' is not in the list of 'education'"),
        ("growth(a, b)", "growth wants the name of a base"),
        ("count(orgs, count(acts) > 1)", "count stands inside another count"),
        ("a + '党委'", "cannot be calculated with"),
    ],
)
def test_a_faulty_expression_is_refused_with_its_reason(read: Read, text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as fault:
        read(text)
    assert reason in str(fault.value)


def test_the_names_that_an_expression_reads(read: Read) -> None:
    tree = read("share(a + count(orgs, members > b), last(c)) + a + sum(acts.people)")
    assert elements_of(tree) == ("a", "b", "c")
    assert ledgers_of(tree) == ("orgs", "acts")
    assert elements_of(None) == ()
