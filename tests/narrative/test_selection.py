from collections.abc import Callable, Sequence

from aggregator.model.consolidation import Consolidation
from aggregator.model.selection import Choice, Pick
from aggregator.narrative.selection import select_texts

MonthOf = Callable[..., Consolidation]
LONG = "把墙面改成长廊，把树荫改成课堂，把车棚改成书屋，把空地改成花园。" * 5
TREE = "每月初把困难家庭的愿望写在卡片上挂上心愿树，谁摘走谁负责办成，半年办成愿望149个。"


def _titles(choices: Sequence[Choice]) -> list[str]:
    return [str(choice.row.cells["title"]) for choice in choices]


def test_what_a_unit_recommends_comes_before_what_is_longer(month_of: MonthOf) -> None:
    month = month_of({"C01": [{"title": "长", "body": LONG}], "C02": [{"title": "荐", "body": TREE, "own_pick": "是"}]})
    first, second = select_texts(month).of("nar_highlight")
    assert (first.row.unit, first.reason) == ("C02", "本单位推荐；正文有数字；42字，篇幅不合要求")
    assert (second.row.unit, second.reason) == ("C01", "160字，篇幅合适")


def test_every_community_has_one_before_any_has_two(month_of: MonthOf) -> None:
    mine = [{"title": "甲", "body": LONG, "own_pick": "是"}, {"title": "乙", "body": "修好了路灯。", "own_pick": "是"}]
    month = month_of({"C01": mine, "C02": [{"title": "丙", "body": "画了停车线。"}]})
    chosen = select_texts(month).of("nar_highlight")
    assert _titles(chosen) == ["甲", "丙", "乙"]
    assert chosen[-1].reason.endswith("每社区先用1条，本条备用")


def test_the_clerks_picks_win(month_of: MonthOf) -> None:
    month = month_of(
        {
            "C01": [
                {"title": "甲", "body": LONG},
                {"title": "乙", "body": "灯亮了。"},
                {"title": "丙", "body": "花开了。"},
            ]
        }
    )
    picks = [
        Pick("C01", "亮点工作", "丙", adopted=True, order=1),
        Pick("C01", "亮点工作", "甲", adopted=False),
        Pick("C01", "亮点工作", "没有的", adopted=True),
    ]
    selection = select_texts(month, picks)
    assert _titles(selection.of("nar_highlight")) == ["丙", "乙"]
    assert selection.of("nar_highlight")[0].reason.startswith("街道选用（第1位）")
    assert [(choice.reason, choice.row.number) for choice in selection.left_out] == [("街道不采用", 5)]
    assert [pick.title for pick in selection.unknown_picks] == ["没有的"]


def test_near_duplicates_are_merged_with_both_names(month_of: MonthOf) -> None:
    month = month_of({"C01": [{"title": "甲", "body": TREE}], "C02": [{"title": "乙", "body": TREE, "own_pick": "是"}]})
    selection = select_texts(month)
    (kept,) = selection.of("nar_highlight")
    assert kept.units == ("C02", "C01")
    assert [choice.reason for choice in selection.left_out] == ["与银杏社区“乙”相近，合并使用"]


def test_of_many_texts_alike_one_stands_for_all(month_of: MonthOf) -> None:
    # More than eight: each of them is compared with one other only, and the best one comes last.
    alike = {unit: [{"title": f"{unit}{place}", "body": TREE} for place in range(4)] for unit in ("C01", "C02")}
    month = month_of({**alike, "C03": [{"title": "荐", "body": TREE, "own_pick": "是"}]})
    (kept,) = select_texts(month).of("nar_highlight")
    assert (kept.row.cells["title"], kept.units) == ("荐", ("C03", "C01", "C02"))


def test_a_text_that_stands_in_two_others_does_not_make_them_one(month_of: MonthOf) -> None:
    spring, autumn = "春天栽下六十棵小树，各楼门认领养护。", "秋天办起邻里节，家家端出一道拿手菜。"
    month = month_of(
        {
            "C01": [{"title": "短", "body": TREE}],
            "C02": [{"title": "春", "body": TREE + spring * 4}],
            "C03": [{"title": "秋", "body": TREE + autumn * 4}],
        }
    )
    assert _titles(select_texts(month).of("nar_highlight")) == ["春", "秋"]


def test_plans_stand_in_the_order_of_the_problems_that_they_answer(month_of: MonthOf) -> None:
    def problem(title: str, theme: str) -> dict[str, str]:
        return {"kind": "存在问题", "title": title, "body": f"{title}，年年如此。", "theme": theme}

    def plan(title: str) -> dict[str, str]:
        return {"kind": "下步打算", "title": title, "body": f"{title}，年底前完成。"}

    month = month_of(
        {
            "C01": [problem("稿件少", "宣传推广"), plan("增设信息员，多写报道")],
            "C02": [problem("屋子小", "阵地滞后"), plan("扩建活动室")],
            "C03": [problem("设备旧", "阵地滞后"), plan("更新场地设备")],
        }
    )
    selection = select_texts(month)
    assert _titles(selection.of("nar_problem")) == ["屋子小", "稿件少", "设备旧"]
    assert _titles(selection.of("nar_plan")) == ["扩建活动室", "增设信息员，多写报道", "更新场地设备"]
    assert selection.of("nar_problem")[0].reason.startswith("主题“阵地滞后”，2个单位提出（银杏社区、丹枫社区）")
    assert selection.of("nar_plan")[0].reason.startswith("对应银杏社区的问题“屋子小”（阵地滞后）")


def test_the_order_of_returns_changes_nothing(month_of: MonthOf) -> None:
    texts = {"C01": [{"title": "甲", "body": "灯亮了。"}], "C02": [{"title": "乙", "body": "花开了。"}]}
    backwards = dict(reversed(texts.items()))
    assert _titles(select_texts(month_of(texts)).chosen) == ["甲", "乙"]
    assert _titles(select_texts(month_of(backwards)).chosen) == ["甲", "乙"]
