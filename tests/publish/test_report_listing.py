import pytest

from aggregator.publish.report.listing import months_text, names_text

BRANCHES = ("甲党委", "乙党委", "丙党委")
ROWS = ("口袋公园：6月", "老年食堂：11月")


@pytest.mark.parametrize(
    ("rows", "how", "expected"),
    [
        (BRANCHES, (), "甲党委、乙党委、丙党委"),
        (BRANCHES, ("2",), "甲党委、乙党委等3个"),
        (BRANCHES, ("2", "等"), "甲党委、乙党委等"),
        (BRANCHES, ("3", "等"), "甲党委、乙党委、丙党委"),
        (BRANCHES, ("个数", "家"), "3家"),
        (ROWS, ("括注",), "口袋公园（6月）、老年食堂（11月）"),
        (ROWS, ("1", "括注"), "口袋公园（6月）等2个"),
        (("甲廊：9米", "乙廊：120米"), ("大数", "1"), "乙廊120米"),
        (("东湖社区东湖社区口袋公园", "东湖社区东湖同心"), (), "东湖社区口袋公园、东湖社区东湖同心"),
    ],
)
def test_names_stand_as_the_fill_wants_them(rows: tuple[str, ...], how: tuple[str, ...], expected: str) -> None:
    assert names_text(rows, how) == expected


def test_months_name_a_year_once() -> None:
    assert months_text(["2026年5月", "2025年12月", "2026年3月"]) == "2025年12月、2026年3月、5月"
