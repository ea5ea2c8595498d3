"""Expressions of the shipped catalog as a clerk reads them."""

import re
from decimal import Decimal

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.expression import (
    AGGREGATES,
    FUNCTIONS,
    Aggregate,
    Arithmetic,
    Call,
    ColumnRef,
    ElementRef,
    Logic,
    Negation,
    Number,
)
from aggregator.model.in_words import in_words

CATALOG = load_catalog()
A, B, C = (ElementRef(code) for code in ("pm_total", "pm_female", "pm_retired"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("visit_total", "“走访住户数”＋“走访个体工商户数”＋“走访辖区企业数”＋“走访单位数”"),
        ("pm_female_pct", "“女党员数”÷“党员总数”×100%"),
        ("fund_service_mass", "《经费台账》中“经费类别”为“服务群众专项经费”，且“收支”为“支出”的“金额（元）”合计"),
        ("pm_new", "《发展党员台账》中“状态”为“在培”或“已发展”，且“接收为预备党员日期”在本期的行数"),
        ("cm_avg_age", "《两委班子名册》中“状态”为“在任”的按“出生日期”算的年龄的平均"),
        (
            "orgm_college",
            "《两委班子名册》中“状态”为“在任”，且“任职机构”为“党组织”或“两委交叉”，且“届次”为“本届”，且“学历”不低于“大专”的行数",
        ),
        ("visit_rate", "本年累计“累计走访合计”÷“驻点联系任务数”×100%"),
    ],
)
def test_an_expression_is_read_by_the_names_of_sheets_and_columns(code: str, words: str) -> None:
    node = CATALOG.elements[code].expression
    assert node is not None
    assert in_words(node, CATALOG) == words


def test_no_expression_shows_a_code() -> None:
    read = [in_words(element.expression, CATALOG) for element in CATALOG.elements.values() if element.expression]
    assert len(read) > 200
    assert [words for words in read if re.search("[A-Za-z_{}]", words)] == []


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_function_has_its_words(function: str) -> None:
    assert not re.search("[A-Za-z_{}]", in_words(Call(function, (A, B)[: FUNCTIONS[function]]), CATALOG))


@pytest.mark.parametrize("function", sorted(AGGREGATES))
def test_every_function_over_rows_has_its_words(function: str) -> None:
    aggregate = Aggregate(function, "funds", ColumnRef("funds", "amount"), size=3)
    assert re.fullmatch("(是否有)?《经费台账》的[^A-Za-z_{}]+", in_words(aggregate, CATALOG))


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Arithmetic("*", Arithmetic("+", A, B), Number(Decimal(2))), "（“党员总数”＋“女党员数”）×2"),
        (Arithmetic("-", A, Arithmetic("-", B, C)), "“党员总数”－（“女党员数”－“离退休党员数”）"),
        (Arithmetic("-", Arithmetic("-", A, B), C), "“党员总数”－“女党员数”－“离退休党员数”"),
        (Arithmetic("+", Arithmetic("/", A, B), C), "“党员总数”÷“女党员数”＋“离退休党员数”"),
        (Logic("and", (A, Logic("or", (B, C)))), "“党员总数”，且（“女党员数”或“离退休党员数”）"),
        (Negation(Logic("or", (B, C))), "不是（“女党员数”或“离退休党员数”）"),
    ],
)
def test_brackets_stand_where_it_would_be_read_otherwise(node: Arithmetic | Logic | Negation, words: str) -> None:
    assert in_words(node, CATALOG) == words
