from collections.abc import Callable
from dataclasses import replace

import pytest

from aggregator.check.returns import unit_returns
from aggregator.check.validity import check_validity
from aggregator.model.consolidation import Batch

BatchOf = Callable[..., Batch]


def _kinds(batch: Batch) -> list[str]:
    return [finding.kind.code for finding in check_validity(unit_returns(batch))]


@pytest.mark.parametrize(
    ("age", "kinds"),
    [
        ("30", []),
        ("75", []),
        ("45.3", []),
        ("45.0", []),
        ("45.34", ["too-many-places"]),
        ("29.9", ["outside-range"]),
        ("75.1", ["outside-range"]),
        ("-1", ["negative-value"]),
    ],
)
def test_limits_belong_to_the_range(batch_of: BatchOf, age: str, kinds: list[str]) -> None:
    assert _kinds(batch_of(f"[values]\n| unit | age |\n| C01 | {age} |\n")) == kinds


@pytest.mark.parametrize(
    ("community", "kinds"),
    [("梧桐社区", []), ("银杏社区居民委员会", []), ("梧桐", []), ("C02", []), ("松柏社区", ["unknown-code"])],
)
def test_a_community_may_be_written_by_any_of_its_names(batch_of: BatchOf, community: str, kinds: list[str]) -> None:
    text = f"[ledger partners]\n| unit | unit_name | community |\n| C01 | 青禾小学 | {community} |\n"
    assert _kinds(batch_of(text)) == kinds


def test_a_key_with_a_blank_part_is_nobody_s_double(batch_of: BatchOf) -> None:
    text = "[ledger meetings]\n| unit | held_on | title |\n| C01 |  | 党课 |\n| C01 |  | 党课 |\n"
    assert _kinds(batch_of(text)) == []


def test_a_whole_number_of_a_hundred_digits_is_still_whole(batch_of: BatchOf) -> None:
    assert _kinds(batch_of(f"[values]\n| unit | visits |\n| C01 | 1{'0' * 99} |\n")) == []


def test_why_a_value_could_not_be_read_is_told(batch_of: BatchOf) -> None:
    batch = batch_of("[values]\n| unit | visits |\n| C01 | ?TRUE |\n")
    submission = batch.submissions[0]
    value = submission.values["visits"]._replace(repair="填的是逻辑值")
    told = replace(batch, submissions=(replace(submission, values={"visits": value}),))
    (finding,) = check_validity(unit_returns(told))
    assert finding.message == (
        "梧桐社区《指标表》D9“走访数”填的是“TRUE”，无法识别（填的是逻辑值），应填写整数（次）；这一项暂未计入汇总。"
    )
    assert finding.value == "TRUE"


@pytest.mark.parametrize(
    ("members", "says_look"), [("12", True), ("12.5", False), ("十来", False), ("1100001990030712", False)]
)
def test_a_number_that_its_look_makes_unreadable_is_said_to_be_so(
    batch_of: BatchOf, members: str, *, says_look: bool
) -> None:
    batch = batch_of(f"[ledger orgs]\n| unit | org | form | members |\n| C01 | 甲 | 党委 | ?{members} |\n")
    (finding,) = check_validity(unit_returns(batch))
    assert finding.kind.code == "unreadable-cell"
    assert ("单元格的格式让它显示成别的数或日期" in finding.message) is says_look


def test_a_choice_of_which_no_text_was_kept_still_lists_the_options(batch_of: BatchOf) -> None:
    batch = batch_of("[ledger orgs]\n| unit | org | form | members |\n| C01 | 甲 | ?支部 | 3 |\n")
    submission = batch.submissions[0]
    sheet = submission.ledgers["orgs"]
    bare = replace(sheet, rows=(sheet.rows[0]._replace(raw={}),))
    told = replace(batch, submissions=(replace(submission, ledgers={"orgs": bare}),))
    (finding,) = check_validity(unit_returns(told))
    assert "填的是“无法识别的内容”" in finding.message
    assert finding.message.endswith("可选：党委、党支部。")


def test_a_cell_whose_damage_intake_told_is_not_told_again(batch_of: BatchOf) -> None:
    batch = batch_of(
        "[values]\n| unit | total | visits |\n| C01 | ?#REF! | ?约50 |\n[ledger partners]\n"
        "| unit | unit_name | community |\n| C01 | 青禾小学 | ?#N/A |\n"
    )
    assert _kinds(batch) == ["unreadable-value", "unreadable-value", "unknown-code"]
    (sent,) = batch.submissions
    sheet = sent.ledgers["partners"]
    told = frozenset({sent.values["total"].place, sheet.place(sheet.rows[0], "community")})
    assert _kinds(replace(batch, submissions=(replace(sent, told=told),))) == ["unreadable-value"]
