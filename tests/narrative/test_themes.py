from collections.abc import Callable

import pytest

from aggregator.model.catalog import Catalog
from aggregator.narrative.stories import Story
from aggregator.narrative.themes import group_by_theme, theme_words, vote

StoryOf = Callable[..., Story]


@pytest.mark.parametrize(
    ("title", "body", "theme"),
    [
        ("支部之间有快有慢", "好的好差的差，薄弱支部迟迟跟不上。", "不平衡"),
        ("品牌不响", "做法千篇一律，缺乏创新。", "品牌创新"),
        ("商圈党建薄弱", "非公企业负责人不热心，新业态从业人员没有摸清。", "两新非公薄弱"),
        ("党费收缴不及时", "流动党员失联，组织关系没有转接。", "党员教育管理不严"),
        ("学习形式单一", "念文件多，学习效果不好。", "学习形式单一"),
        ("活动室太小", "场地老旧，硬件跟不上。", "阵地滞后"),
        ("考核不管用", "制度上墙，督查走过场。", "考核制度执行"),
        ("共建单位不热心", "驻区单位资源分散，各自为政。", "区域化资源整合"),
        ("后备干部不足", "班子年龄偏大，青黄不接。", "班子能力"),
        ("党员意识不强", "先锋作用不明显，带头的少。", "先锋模范"),
        ("思想上不重视", "重业务、轻党建，认识不到位。", "思想重视"),
        ("观念陈旧", "习惯用老办法，理论学得不深。", "理论学习观念"),
        ("宣传不够", "公众号更新慢，稿件少，媒体报道少。", "宣传推广"),
        ("服务水平不高", "居民需求掌握不准，诉求回应慢。", "服务能力"),
        ("作风不实", "办事拖拉，遇事推诿，入户少。", "作风落实"),
        ("底数不清", "调研少，谋划不够长远。", "调研谋划"),
        ("信息化水平低", "缺年轻人，系统不会用。", "人才智慧党建"),
        ("楼道里堆了杂物", "清了又堆。", ""),
    ],
)
def test_the_words_of_a_problem_speak_for_its_theme(catalog: Catalog, title: str, body: str, theme: str) -> None:
    assert vote(title, body, theme_words(catalog)).theme == theme


def test_a_chosen_theme_stands_whatever_the_words_say(catalog: Catalog, story_of: StoryOf) -> None:
    chosen = story_of("C01", "活动室面积小。", narrative="nar_problem", theme="作风落实")
    (group,) = group_by_theme([chosen], theme_words(catalog))
    assert group.theme == "作风落实"


def test_the_theme_that_most_communities_raised_comes_first(catalog: Catalog, story_of: StoryOf) -> None:
    problems = [
        story_of("C01", "没有说清。", narrative="nar_problem"),
        story_of("C01", "作风拖拉。", narrative="nar_problem"),
        story_of("C02", "活动室小。", narrative="nar_problem"),
        story_of("C03", "场地旧。", narrative="nar_problem"),
    ]
    groups = group_by_theme(problems, theme_words(catalog))
    assert [(group.theme, group.units) for group in groups] == [
        ("阵地滞后", ("C02", "C03")),
        ("作风落实", ("C01",)),
        ("", ("C01",)),
    ]
