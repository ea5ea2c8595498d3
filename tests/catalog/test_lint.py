import re
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.catalog.lint import lint
from aggregator.model.catalog import Catalog

Written = Callable[..., Catalog]
Entry = Callable[..., str]

RULE = "code: P1, name: 规则, of: communities, severity: fatal, check: "
RATIO = {"measure": "ratio", "type": "percent", "unit": '"%"', "over_months": "recompute", "over_units": "recompute"}


def faults(catalog: Catalog) -> str:
    return "\n".join(map(str, lint(catalog)))


def test_a_sound_catalog_has_no_fault(catalog_of: Written, stock: Entry) -> None:
    rules = (RULE + '"a <= b"',)
    assert faults(catalog_of(stock("a"), stock("b"), rules=rules)) == ""


def test_the_catalog_that_ships_has_no_fault() -> None:
    load_catalog.cache_clear()
    assert faults(load_catalog()) == ""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": '""'}, "a is a number without a unit"),
        ({**RATIO, "over_units": "sum", "expression": '"share(b, c)"'}, "a is a ratio that is summed"),
        ({**RATIO, "expression": '"r + r"'}, "a adds ratios"),
        ({"measure": "average", "over_units": "recompute"}, "a is an average over units without a weight"),
        ({"measure": "average", "over_units": "recompute", "weight": "bb"}, "unknown weight 'bb'"),
        ({"measure": "average", "weight": "b"}, "a is an average that is aggregated by sum"),
        ({"over_months": "sum"}, "a is a stock that is summed over months"),
        ({"measure": "flow"}, "a is a flow that takes its last month"),
        ({"over_units": "recompute"}, "a is recomputed but has no expression"),
        ({"type": "text"}, "a sums a text"),
        ({"of": "street"}, "a is the street's own but has no expression"),
        ({"instruction": "没有这项工作的填不适用"}, "a: the instruction offers 不适用, the states refuse it"),
        ({"instruction": "没有的留空"}, "a: the instruction lets the cell stay empty, but it is required"),
        ({"expression": '"least(b)"'}, "a is a unit's, and least is known for the street only"),
        ({"expression": '"last(b + c)"'}, "a: last wants the code of an element"),
        ({"expression": '"b + money"'}, "a adds 人 and 元"),
        ({"expression": "'count(orgs, form == \"总支\")'"}, "a: form never is '总支'"),
        ({"expression": "'count(orgs, not form == \"党委\")'"}, "`not` may stand only before is_empty"),
        ({"display": "{unit: 人, scale: 10000}"}, "a is scaled for display but keeps the unit 人"),
    ],
)
def test_what_would_mislead_is_refused(
    catalog_of: Written, stock: Entry, changes: dict[str, str], message: str
) -> None:
    others = [stock("b"), stock("c"), stock("money", unit="元"), stock("r", **RATIO, expression='"share(b, c)"')]
    assert message in faults(catalog_of(stock("a", **changes), *others))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"since": '"9.0"'}, "a stands since 9.0, and this is 1"),
        ({"since": '"0.2"', "until": '"0.1"'}, "a ends before it begins"),
        ({"since": "早期"}, "a: '早期' is no version"),
        ({"renamed_from": "[b]"}, "a: the former code b is another element's"),
        ({"renamed_from": "[x]"}, "a: the former code x is another element's"),
        ({"expression": '"b + old"'}, "a reads old, which is retired"),
    ],
)
def test_versions_that_cannot_be_are_refused(
    catalog_of: Written, stock: Entry, changes: dict[str, str], message: str
) -> None:
    others = [stock("b"), stock("c", renamed_from="[x]"), stock("old", until='"0.9"')]
    assert message in faults(catalog_of(stock("a", **changes), *others))


@pytest.mark.parametrize(
    ("ledger", "column", "message"),
    [
        ("", "renamed_from: [form]", "members: the former code form is another column's"),
        ("", "renamed_from: [形式]", "members: the former code 形式 is another column's"),
        ("", "renamed_from: [rank]", "members: the former code rank is another column's"),
        ("", "renamed_from: [grade]", "members: the former code grade is another column's"),
        ("", "renamed_from: [人数]", "members: 人数 is no former code, it goes by that today"),
        ("", 'since: "2"', "members stands since 2, and this is 1"),
        ("", "until: 去年", "members: '去年' is no version"),
        ("", 'until: "0.9"', "a reads orgs.members, which is retired"),
        ("renamed_from: [teams]", "", "orgs: the former code teams is another ledger's"),
        ("renamed_from: [小组]", "", "orgs: the former code 小组 is another ledger's"),
        ("renamed_from: [squads]", "", "orgs: the former code squads is another ledger's"),
        ('until: "0.9"', "", "a reads orgs, which is retired"),
        ('since: "3", until: "2"', "", "orgs ends before it begins"),
    ],
)
def test_versions_of_ledgers_and_columns_that_cannot_be_are_refused(
    catalog_of: Written, stock: Entry, head: str, ledger: str, column: str, message: str
) -> None:
    head = head.replace("code: degree,", "code: degree, renamed_from: [rank],")
    head = head.replace("max: 500}", f"max: 500, {column}}}" if column else "max: 500}")
    head = head.replace("    key: [org]\n", "    key: [org]\n" + "".join(f"    {one}\n" for one in ledger.split(", ")))
    head += '      - {code: grade, name: 等次, until: "0.8"}\n'
    head += "  - {code: teams, name: 小组, block: base, of: both, kind: flow, renamed_from: [squads], columns: []}\n"
    counted = stock("a", expression='"sum(orgs.members)"')
    assert message in faults(catalog_of(counted, head=head))
    assert "retired" in message or "retired" not in faults(catalog_of(counted, head=head))


def test_a_circle_is_shown_from_end_to_end(catalog_of: Written, stock: Entry) -> None:
    found = faults(catalog_of(stock("a", expression="b"), stock("b", expression="c"), stock("c", expression="a")))
    assert "a is circular: a → b → c → a" in found


def test_last_months_value_makes_no_circle(catalog_of: Written, stock: Entry) -> None:
    assert faults(catalog_of(stock("a", expression='"last(a) + b"'), stock("b"))) == ""


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('"a >= 0"', "can never fire: what it demands is always true"),
        ('"a <= a"', "can never fire: what it demands is always true"),
        ('"a > 900"', "can never hold"),
        ('"a < 0 or a > 600"', "can never hold"),
        ('"a > 5 and a < 6"', "can never hold"),
        ('"a >= 1", when: "a > 5 and a < 3"', "can never fire: its condition cannot be true"),
        ('"when(a < 0, a > 5)"', "can never fire: what it demands is always true"),
    ],
)
def test_a_rule_that_decides_nothing_is_refused(catalog_of: Written, stock: Entry, rule: str, message: str) -> None:
    assert message in faults(catalog_of(stock("a", min="0", max="600"), rules=(RULE + rule,)))


def test_a_rule_that_can_do_both_is_kept(catalog_of: Written, stock: Entry) -> None:
    rules = (RULE + '"a > 5 and a < 7"', RULE.replace("P1", "P2") + '"when(a > 0, a <= 10)"')
    assert faults(catalog_of(stock("a", min="0", max="600"), rules=rules)) == ""


def test_a_rule_code_that_stands_twice_is_refused(catalog_of: Written, stock: Entry) -> None:
    rules = (RULE + '"a > 5"', RULE + '"a > 6"')
    assert re.search("rule P1 stands already at all.yaml:2[0-9]", faults(catalog_of(stock("a"), rules=rules)))


def test_a_unit_rule_may_not_read_what_its_unit_is_not_asked(catalog_of: Written, stock: Entry) -> None:
    found = faults(catalog_of(stock("a", of="office"), stock("b"), rules=(RULE + '"a <= b"',)))
    assert "P1 is of communities, but a is of office" in found


def test_a_drop_down_needs_values(catalog_of: Written, head: str) -> None:
    without = head.replace("values: [党委, 党支部]", "values: []").replace("codes: degrees", "codes: degres")
    found = faults(catalog_of(head=without))
    assert "code list 'forms' has no values" in found
    assert "unknown code list 'degres'; did you mean 'degrees'?" in found
    bare = faults(catalog_of(head=head.replace("type: code, codes: forms", "type: code")))
    assert "column 'form' is a drop-down without values" in bare


def test_a_ledger_whose_dates_are_counted_needs_a_key(catalog_of: Written, stock: Entry, head: str) -> None:
    dated = head + "      - {code: since, name: 日期, type: date}\n"
    counted = stock("a", measure="flow", over_months="sum", expression='"count(orgs, in_period(since))"')
    assert faults(catalog_of(counted, head=dated)) == ""
    lost = "orgs is counted by in_period and has no key, so that late events are lost"
    assert lost in faults(catalog_of(counted, head=dated.replace("    key: [org]\n", "")))
    # A flow ledger lists each thing once: its rows are late by their date alone.
    flow = dated.replace("    key: [org]\n", "").replace("kind: stock", "kind: flow")
    assert lost not in faults(catalog_of(counted, head=flow))


def test_a_sheet_name_that_excel_refuses_and_an_unknown_key_are_told(catalog_of: Written, head: str) -> None:
    found = faults(catalog_of(head=head.replace("name: 名录", "name: 名录[1]").replace("key: [org]", "key: [orgn]")))
    assert "sheet name '名录[1]'" in found
    assert "key 'orgn' is no column of orgs" in found


@pytest.mark.parametrize(
    ("wordings", "message"),
    [
        (
            "fixed_terms:\n  - {code: t, name: 提法, values: [党的建设, “党的建设”]}",
            "'“党的建设”' stands already under t",
        ),
        ("fixed_terms:\n  - {code: t, name: 提法, values: [党建]}", "t: '党建' is too short for a fixed term"),
        (
            "theme_words:\n  - {code: 阵地滞候, name: 阵地, values: [活动室]}",
            "unknown theme '阵地滞候'; did you mean '阵地滞后'?",
        ),
        ("theme_words:\n  - {code: 阵地滞后, name: 阵地, values: [活动室]}", "theme '作风落实' has no words"),
        (
            (
                "theme_words:\n"
                "  - {code: 阵地滞后, name: 甲, values: [场地]}\n"
                "  - {code: 作风落实, name: 乙, values: [场地]}"
            ),
            "作风落实: '场地' speaks for 阵地滞后 already",
        ),
    ],
)
def test_wordings_that_contradict_each_other_are_refused(tmp_path: Path, wordings: str, message: str) -> None:
    head = 'name: 试验\nversion: "1"\ncodes:\n  - {code: themes, name: 问题主题, values: [阵地滞后, 作风落实]}\n'
    (tmp_path / "all.yaml").write_text(head + wordings, encoding="utf-8")
    load_catalog.cache_clear()
    assert message in faults(load_catalog(tmp_path))
