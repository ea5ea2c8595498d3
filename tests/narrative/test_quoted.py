"""What was selected is what the report quotes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from aggregator.model.consolidation import Consolidation
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.selection import Pick
from aggregator.narrative.selection import select_texts
from aggregator.publish.report.quoting import Quotations
from aggregator.publish.report.texts import Texts

MonthOf = Callable[..., Consolidation]
TREE = "每月初把困难家庭的愿望写在卡片上挂上心愿树，谁摘走谁负责办成，半年办成愿望149个。"


def _quoted(month: Consolidation, code: str, *, size: int | None = None, picks: Sequence[Pick] = ()) -> list[str]:
    chosen = replace(month, selection=select_texts(month, picks))
    quotes = Quotations(Texts(chosen)).choose(month.catalog.narratives[code], keywords=(), size=size)
    return [quote.text for quote in quotes]


def test_the_clerks_choice_is_quoted_and_what_was_refused_is_not(month_of: MonthOf) -> None:
    month = month_of({"C01": [{"title": "甲", "body": "灯亮了。"}], "C02": [{"title": "乙", "body": "花开了许多朵。"}]})
    assert _quoted(month, "nar_highlight") == ["银杏社区居民委员会“乙”的做法是：花开了许多朵"]
    refused = [Pick("C02", "亮点工作", "乙", adopted=False)]
    assert _quoted(month, "nar_highlight", picks=refused) == ["梧桐社区居民委员会“甲”的做法是：灯亮了"]
    first = [Pick("C01", "亮点工作", "甲", order=1)]
    assert _quoted(month, "nar_highlight", picks=first) == ["梧桐社区居民委员会“甲”的做法是：灯亮了"]


def test_a_text_that_two_told_is_quoted_once_with_both_names(month_of: MonthOf) -> None:
    month = month_of({"C01": [{"title": "甲", "body": TREE}], "C02": [{"title": "乙", "body": TREE, "own_pick": "是"}]})
    assert _quoted(month, "nar_highlight") == [
        f"银杏社区居民委员会“乙”的做法是：{TREE[:-1]}（梧桐社区居民委员会的做法与此相近）"
    ]


def test_of_many_that_told_the_same_three_are_named(month_of: MonthOf) -> None:
    told = {f"C{number:02}": [{"title": "甲", "body": TREE}] for number in range(1, 6)}
    month = month_of(told)
    chosen = replace(month, street=Street(tuple(OrgUnit(code, f"{code}社区", code) for code in told)))
    assert _quoted(chosen, "nar_highlight")[0].endswith("（C02社区、C03社区、C04社区等社区的做法与此相近）")


def test_a_name_that_owns_what_follows_stays_as_the_community(month_of: MonthOf) -> None:
    month = month_of({"C01": [{"title": "歌声", "body": "梧桐社区的文艺骨干自己搭台。"}]})
    assert _quoted(month, "nar_highlight") == ["梧桐社区居民委员会“歌声”的做法是：该社区的文艺骨干自己搭台"]


def test_a_theme_that_was_left_blank_still_stands_once(month_of: MonthOf) -> None:
    month = month_of(
        {
            "C01": [{"kind": "存在问题", "title": "活动室太小", "body": "场地老旧。"}],
            "C02": [{"kind": "存在问题", "title": "场地偏旧", "body": "设施不足。", "theme": "阵地滞后"}],
            "C03": [{"kind": "存在问题", "title": "办事拖拉", "body": "推诿较多。", "theme": "作风落实"}],
        }
    )
    assert _quoted(month, "nar_problem", size=4) == ["一是活动室太小。场地老旧。", "二是办事拖拉。推诿较多"]
