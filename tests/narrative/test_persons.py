import pytest

from aggregator.narrative.persons import named_persons


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("给宋大爷送饭", ["宋大爷"]),
        ("独居老人张阿姨说", ["张阿姨"]),
        ("党员王建国带头", ["王建国"]),
        ("社区吴师傅修好了灯", ["吴师傅"]),
        ("困难党员余志明同志", ["余志明同志"]),
        ("高龄老人、孤寡老人、空巢老人", []),
        ("由支部书记带头，现任书记讲课", []),
        ("党员高度重视，志愿者马上到，居民温暖", []),
        ("与各方面同志谈心，方便老人", []),
    ],
)
def test_only_what_is_surely_written_like_a_name_is_one(text: str, names: list[str]) -> None:
    assert [person.text for person in named_persons(text)] == names


def test_whoever_stands_in_a_sensitive_ledger_is_known_by_name() -> None:
    (person,) = named_persons("走访时顾念安说家里漏水", {"顾念安", "沈星河"})
    assert (person.text, person.start, person.is_known) == ("顾念安", 3, True)
