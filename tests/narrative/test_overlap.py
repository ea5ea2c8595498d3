from collections.abc import Callable
from decimal import Decimal

import pytest

from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.narrative.check import compactor_of
from aggregator.narrative.compact import Compactor
from aggregator.narrative.overlap import Overlap, OverlapKind, common_runs, find_overlaps, find_repeats
from aggregator.narrative.stories import Story

STREET = Street(units=(OrgUnit("C01", "梧桐社区", "梧桐"), OrgUnit("C02", "银杏社区", "银杏")))
StoryOf = Callable[..., Story]
TREE = "每月初把困难家庭的愿望写在卡片上挂上心愿树，谁摘走谁负责办成，半年办成愿望149个。"
OTHER = "社区请消防中队在广场演示油锅起火的扑救方法，居民轮流上手练习灭火器。"


@pytest.fixture
def compactor(catalog: Catalog) -> Compactor:
    return compactor_of(catalog, STREET)


@pytest.fixture
def found(compactor: Compactor, story_of: StoryOf) -> Callable[[str, str], Overlap | None]:
    def compare(one: str, other: str) -> Overlap | None:
        return next(iter(find_overlaps([story_of("C01", one), story_of("C02", other)], compactor)), None)

    return compare


Found = Callable[[str, str], Overlap | None]


def test_a_sentence_taken_over_is_found_with_both_passages_where_they_stand(found: Found) -> None:
    overlap = found(TREE + "居民都说这件事做到了心坎上。", "我们学着做。" + TREE)
    assert overlap is not None
    assert overlap.kind is OverlapKind.SENTENCE
    assert (overlap.one.text, overlap.one.start) == (TREE[:-1], 0)
    assert (overlap.other.text, overlap.other.start, overlap.other.end) == (TREE, 6, 6 + len(TREE))
    assert overlap.figures == ("149",)
    assert (overlap.one.unit, str(overlap.one.place)) == ("C01", "C01.xlsx:叙述材料!C5")


def test_a_text_taken_over_whole_is_the_same_whoever_it_names(found: Found) -> None:
    overlap = found(f"梧桐社区{TREE}", f"银杏社区{TREE}")
    assert overlap is not None
    assert (overlap.kind, overlap.similarity) == (OverlapKind.WHOLE, Decimal("1.00"))
    assert overlap.one.text == f"梧桐社区{TREE}"


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (f"今年{TREE}", f"{TREE[:30]}，年底还要再办一批，请大家多提意见。", OverlapKind.RUN),
        (
            "由党员摊主轮流领读一段新闻，大家边收拾边议论，参加的商户越来越多，两个月一起定下诚信经营十条。",
            "两个月一起定下诚信经营十条。每天收摊以后人最齐，由党员摊主轮流领读一段新闻，气氛热闹。",
            OverlapKind.CLAUSES,
        ),
        (
            "支部把课堂搬到田间和车间，请老焊工讲一辈子守一个岗位的故事，每次留出十五分钟自由发言。",
            "党总支将课堂搬进田头与车间，邀请老焊工讲述一辈子守着一个岗位的事，每次都留十五分钟自由说话。",
            OverlapKind.NEAR,
        ),
        (
            "入户走访1263户，发现隐患217处，整改189处。",
            "安全月里党员跑遍1263户人家，217处毛病记在册，189处已经修好。",
            OverlapKind.FIGURES,
        ),
    ],
)
def test_each_kind_of_copy_is_told_apart(found: Found, one: str, other: str, kind: OverlapKind) -> None:
    overlap = found(one, other)
    assert overlap is not None
    assert overlap.kind is kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TREE, OTHER),
        (
            "坚持以习近平新时代中国特色社会主义思想为指导，深入学习贯彻党的二十大精神，把危房排查抓在手上。",
            "坚持以习近平新时代中国特色社会主义思想为指导，深入学习贯彻党的二十大精神，给老人写了家信。",
        ),
        (
            "本月开展志愿服务12次，服务群众386人次，发放宣传资料600份。",
            "本月开展志愿服务9次，服务群众204人次，发放宣传资料450份。",
        ),
        (
            "本季度召开党员大会1次，支委会3次，讲党课1次，开展主题党日活动3次，参加党员203人次。",
            "本季度召开党员大会2次，支委会4次，讲党课2次，开展主题党日活动4次，参加党员98人次。",
        ),
        ("本月走访居民85户，办结12件。", "上半年组织学习85次，撰写体会12篇。"),
    ],
)
def test_what_official_texts_have_in_common_is_no_copy(found: Found, one: str, other: str) -> None:
    assert found(one, other) is None


def test_parallel_sentences_of_one_unit_are_no_copies(compactor: Compactor, story_of: StoryOf) -> None:
    assert find_overlaps([story_of("C01", TREE), story_of("C01", TREE)], compactor) == ()


def test_a_campaign_name_of_the_street_is_no_copy(catalog: Catalog, story_of: StoryOf) -> None:
    name = "春风入户暖民心三年行动暨红色楼道提升工程第二阶段集中攻坚计划"
    street = Street(units=STREET.units, settings={"set_campaign_name": name})
    stories = [story_of("C01", f"实施{name}，修好了路灯。"), story_of("C02", f"推进{name}，办起了食堂。")]
    assert find_overlaps(stories, compactor_of(catalog, street)) == ()
    assert len(find_overlaps(stories, compactor_of(catalog, STREET))) == 1


def test_a_text_that_all_took_over_is_tied_to_the_first(compactor: Compactor, story_of: StoryOf) -> None:
    stories = [story_of(f"U{number:02}", TREE) for number in range(30)]
    pairs = [(overlap.one.unit, overlap.other.unit) for overlap in find_overlaps(stories, compactor)]
    assert pairs == [("U00", f"U{number:02}") for number in range(1, 30)]


def test_last_month_is_compared_with_the_same_unit_only(compactor: Compactor, story_of: StoryOf) -> None:
    earlier = [story_of("C01", TREE), story_of("C01", OTHER)]
    repeats = find_repeats([story_of("C01", TREE), story_of("C02", TREE)], earlier, compactor)
    assert [(overlap.one.unit, overlap.kind) for overlap in repeats] == [("C01", OverlapKind.WHOLE)]


def test_the_longest_common_run_is_found_behind_a_shorter_one_that_overlaps_it() -> None:
    # abcdefgh stands in both, and so does the longer run that begins within it.
    runs = common_runs("abcdefghijklmnop", "abcdefgh--defghijklmnop", 4)
    assert [(run.one, run.other, run.length) for run in runs] == [(3, 10, 13)]


def test_a_reduced_text_leads_back_to_the_text_as_typed(compactor: Compactor) -> None:
    traced = compactor.trace("今年，“三会一课”开了１２次；占４１．５％！")
    assert traced.text == "今年开了#次占#"
    assert [(figure.text, figure.measure) for figure in traced.figures] == [("12", "次"), ("41.5", "％")]
    at = traced.text.index("#")
    assert traced.source[slice(*traced.typed((at, at + 2)))] == "１２次"
    assert compactor.compact(traced.source) == traced.text
