from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest

from aggregator.model.consolidation import Consolidation, Standing, Total
from aggregator.model.definition import ValueType
from aggregator.model.finding import FindingKind, Severity
from aggregator.model.org_unit import Baseline, Street
from aggregator.model.period import Period
from aggregator.model.value import DataValue, LedgerRow, Place, ValueState
from aggregator.publish.report.annex import annex_note, annex_table
from aggregator.publish.report.blocks import Figure, Note, Paragraph, Table
from aggregator.publish.report.compose import Composed, compose
from aggregator.publish.report.spans import dated, months_words, span_label, span_words
from aggregator.publish.report.style import Style, StyleError, parse_style
from aggregator.publish.report.texts import Texts
from aggregator.publish.report.write import write_report, write_unit_reports
from tests.publish.conftest import entries_of
from tests.report_month import (
    CATALOG,
    HEAD,
    OCTOBER,
    UNITS,
    Value,
    W,
    aggregate,
    composed,
    month,
    number,
    said,
    story,
    text_of,
    total,
)


@pytest.mark.parametrize(
    ("fill", "value", "printed"),
    [
        ("pm_total", number("3254"), "3254名"),
        ("resident_pop", number("86612"), "8.66万人"),
        ("resident_pop", number("9999"), "9999人"),
        ("area_km2", number("12.345"), "12.35平方公里"),
        ("fund_sec_training", number("145600"), "14.56万元"),
        ("fund_sec_training", number("40"), "40元"),
        ("pm_female_pct", number("40.96"), "41%"),
        ("pm_avg_age", number("50.85"), "50.9岁"),
        ("cm_female_pct_pp", number("1.26"), "提高1.3个百分点"),
        ("cm_female_pct_pp", number("-2"), "下降2个百分点"),
        ("act_antidrug_pt:余", number("356"), "350余人次"),
        ("pm_total:数", number("3254"), "3254"),
        ("gallery_names:2:处", ("甲廊", "乙廊", "丙廊"), "甲廊、乙廊等3处"),
        ("gallery_names", ("甲廊", "乙廊"), "甲廊、乙廊"),
        ("gallery_length:大数:2", ("甲廊：80米", "乙廊：120.50米", "丙廊：99米"), "乙廊120.5米、丙廊99米"),
        ("proj_amount:大数:1", ("甲工程：12.345678万元",), "甲工程12.35万元"),
        ("org_weak_names:个数", ("甲支部", "乙支部"), "2个"),
        ("superior_visit_date", ("2026年10月", "2025年12月", "2026年3月"), "2025年12月、2026年3月、10月"),
        ("drive_launch_date:月日", date(2026, 3, 6), "3月6日"),
        ("drive_launch_date", date(2026, 3, 6), "2026年3月6日"),
    ],
)
def test_a_figure_is_printed_with_its_measure_word(fill: str, value: Value, printed: str) -> None:
    assert said(f"有{{{fill}}}。", total(fill.split(":", maxsplit=1)[0], value)) == [f"有{printed}。"]


def test_what_stands_is_of_the_month_and_what_happened_of_the_year_so_far() -> None:
    totals = total("pm_total", number("90"), to_date=number("95")), total("pm_new", number("2"), to_date=number("31"))
    assert said("党员{pm_total}，新发展{pm_new}，本月{pm_new:本月}。", *totals) == ["党员90名，新发展31名，本月2名。"]


def test_a_ratio_of_events_is_of_the_year_so_far_and_one_of_rosters_of_the_month() -> None:
    totals = (
        total("grid_close_rate", number("50"), to_date=number("98")),
        total("cm_cross_pct", number("40"), to_date=number("41")),
        total("visit_rate", number("70"), to_date=number("71")),
    )
    assert said("{grid_close_rate}、{cm_cross_pct}、{visit_rate}。", *totals) == ["98%、40%、70%。"]


@pytest.mark.parametrize(
    ("fill", "previous", "printed"),
    [("pm_total:环比", "80", "增长12.5%"), ("pm_total:环比", "90", "持平"), ("pm_total:环比", "0", "由0增至90名")],
)
def test_a_comparison_is_worded_by_its_direction(fill: str, previous: str, printed: str) -> None:
    assert said(f"较上月{{{fill}}}。", total("pm_total", number("90"), previous=number(previous))) == [
        f"较上月{printed}。"
    ]


def test_a_tag_names_element_street_and_span() -> None:
    totals = total("pm_total", number("90"), previous=number("80")), total("pm_new", number("2"))
    block = composed("{pm_total}{pm_new}{pm_total:环比}。", month(*totals)).blocks[0]
    assert isinstance(block, Paragraph)
    tags = [span.tag for span in block.spans if isinstance(span, Figure)]
    assert tags == ["pm_total@street@2026-10", "pm_new@street@2026-ytd10", "pm_total@street@2026-10.mom"]


def test_a_clause_without_its_figure_leaves_with_its_punctuation() -> None:
    body = "共有[[党员{pm_total}]][[，其中女党员{pm_female}]][[、离退休党员{pm_retired}]]。"
    assert said(body, total("pm_total", number("9")), total("pm_retired", number("2"))) == [
        "共有党员9名、离退休党员2名。"
    ]
    assert said(body, total("pm_total", number("9"))) == ["共有党员9名。"]


def test_a_sentence_without_any_of_its_figures_leaves() -> None:
    assert said("今年以来，[[党员{pm_total}]][[，女党员{pm_female}]]。继续努力。") == ["继续努力。"]


def test_zero_is_a_figure_and_leaves_only_where_the_style_says_so() -> None:
    assert said("[[新发展{pm_new}]]。", total("pm_new", number("0"))) == ["新发展0名。"]
    assert said("[[新发展{pm_new:非零}]]。", total("pm_new", number("0"))) == []


def test_numbers_close_up_when_headings_and_items_leave() -> None:
    body = (
        "一、第一\n[[党员{pm_total}。]]\n二、第二\n（一）甲。好。\n[[一是抓党员。有{pm_total}。]]\n二是抓学习。学。\n"
        "三是抓服务。做。\n（二）空节\n[[党员{pm_total}。]]\n（三）丙：好。"
    )
    assert said(body) == ["一、第二", "（一）甲。好。", "一是抓学习。学。", "二是抓服务。做。", "（二）丙：好。"]


def test_a_figure_that_is_missing_beside_others_is_marked_and_told() -> None:
    result = composed("党员{pm_total}，女党员{pm_female}。", month(total("pm_total", number("9"))))
    assert text_of(result.blocks[0]) == "党员9名，女党员【待核：女党员数】。"
    assert result.problems == ("“女党员数”没有数据，已在文中标出",)


def test_an_incomplete_figure_says_so_once_a_paragraph_at_the_end_of_its_clause() -> None:
    totals = [total(code, number("9"), missing=["C03"]) for code in ("women_congress", "pm_total", "pm_female")]
    assert said("指导{women_congress}社区换届，党员{pm_total}。\n女党员{pm_female}", *totals) == [
        "指导9个社区换届（3个社区中2个已报），党员9名。",
        "女党员9名（3个社区中2个已报）",
    ]


def test_a_rate_above_a_hundred_says_what_is_in_it_beside_whom_it_lacks() -> None:
    body = "办结{grid_events_closed}，办结率{grid_close_rate:结转}。"
    closed, rates = total("grid_events_closed", number("1258"), missing=["C03"]), {"100.3": "（含以前月份结转的）"}
    for value, note in {**rates, "100": ""}.items():
        rate = total("grid_close_rate", number(value), missing=["C03"])
        assert said(body, closed, rate) == [f"办结1258宗（3个社区中2个已报齐），办结率{value}%{note}。"]


def test_another_gap_in_the_same_paragraph_is_told_too() -> None:
    totals = total("pm_total", number("9"), missing=["C03"]), total("pm_female", number("4"), missing=["C02", "C03"])
    assert said("党员{pm_total}，女党员{pm_female}。", *totals) == [
        "党员9名（3个社区中2个已报），女党员4名（3个社区中1个已报）。"
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("设有[[党委{pm_new}]][[、党员{pm_total}]]。", "设有党员9名。"),
        ("其中，[[新党员{pm_new}]][[；党员{pm_total}]]。", "其中，党员9名。"),
        ("设有[[甲{pm_new}]][[、乙{league_new}]][[、党员{pm_total}]]。", "设有党员9名。"),
        ("设有[[甲{pm_total}]][[、乙{pm_new}]][[、党员{pm_total}]]。", "设有甲9名、党员9名。"),
        ("开展[[甲{pm_new}]]活动[[，党员{pm_total}]]。", "开展活动，党员9名。"),
        ("全街[[有[[甲{pm_new}]][[、党员{pm_total}]]]]。", "全街有党员9名。"),
    ],
)
def test_where_the_first_of_an_enumeration_leaves_the_next_begins_it(body: str, expected: str) -> None:
    assert said(body, total("pm_total", number("9"))) == [expected]


def test_what_the_communities_did_is_not_told_of_the_office_where_their_first_number_lacks() -> None:
    (line,) = [line for line in CATALOG.styles["R2"].splitlines() if line.startswith("一是改进工作作风")]
    totals = [
        total(code, number(value), to_date=number(value))
        for code, value in (("rect_found_office", "50"), ("rect_measures_comm", "21"))
    ]
    assert "。机关党员查找问题50条；社区党员干部提出整改措施21项。" in said(line, *totals)[0]


def test_a_gap_goes_into_the_bracket_that_follows() -> None:
    totals = total("pm_new", number("9"), missing=["C03"], months=9), total("pm_new_cohort", number("4"))
    assert said("新发展{pm_new}[[（其中{set_birth_cohort}{pm_new_cohort}）]]。", *totals) == [
        "新发展9名（3个社区中2个已报齐，10个月中9个月有数，其中90后4名）。"
    ]


def test_a_carried_figure_says_so() -> None:
    carried = replace(aggregate("pm_total", OCTOBER, number("9")), state=ValueState.CARRIED)
    one = replace(total("pm_total", number("9")), this_month=carried)
    assert said("党员{pm_total}。", one) == ["党员9名（含沿用上月数）。"]


def test_the_first_day_of_a_drive_lacks_no_month() -> None:
    one = total("drive_launch_date", date(2026, 3, 6), missing=["C01"], months=1)
    assert said("{drive_launch_date:月日}召开动员会。", one) == ["3月6日召开动员会。"]


def test_settings_come_from_the_street_their_default_or_the_period() -> None:
    body = (
        "{set_year}年{set_month}月，{set_congress_ordinal}大，{set_age_band:1}，{set_period_end}，{set_period_label}。"
    )
    assert said(body) == ["2026年10月，二十大，35岁及以下，2026年10月31日，2026年1至10月。"]
    assert said("党的{set_congress_ordinal}大。", settings={"set_congress_ordinal": "二十一"}) == ["党的二十一大。"]


def test_a_clause_without_its_setting_leaves() -> None:
    body = "召开会议[[，启动{set_campaign_name}]]。[[每年不少于{set_fund_party_min}万元]]。"
    assert said(body) == ["召开会议。"]
    assert said(body, settings={"set_fund_party_min": "5"}) == ["召开会议。每年不少于5万元。"]


def test_words_of_the_style_with_a_number_of_their_own_are_marked() -> None:
    style = parse_style("T", HEAD + "党员{pm_total}。", CATALOG)
    loose = replace(
        style, fixed_phrases=("1+8+N",), lines=parse_style("T", HEAD + "固定用语：9次\n开展9次。", CATALOG).lines
    )
    result = compose(loose, Texts(month()), output="测试.docx")
    assert text_of(result.blocks[0]) == "开展9【待核】次。"
    assert len(result.problems) == 1


def test_every_figure_has_its_cells_in_the_lineage() -> None:
    totals = total("pm_total", number("90"), missing=["C03"]), total("pm_new", number("2"), to_date=number("31"))
    result = composed("一、情况\n党员{pm_total}。\n新发展{pm_new}。", month(*totals))
    rows = [
        (entry.place, entry.text, entry.value, entry.unit, entry.file, entry.sheet, entry.cell)
        for entry in entries_of(result.lineage)
    ]
    assert rows == [
        ("第2段", "90名", "90", "C01", "C01.xlsx", "指标表", "D7"),
        ("第2段", "90名", "90", "C02", "C02.xlsx", "指标表", "D7"),
        ("第2段", "3个社区中2个已报", "2/3", "", "", "", ""),
        ("第3段", "31名", "31", "C01", "C01.xlsx", "指标表", "D7"),
        ("第3段", "31名", "31", "C02", "C02.xlsx", "指标表", "D7"),
        ("第3段", "31名", "31", "C03", "C03.xlsx", "指标表", "D7"),
    ]
    assert {entry.output for entry in entries_of(result.lineage)} == {"测试.docx"}


def test_a_quote_is_the_recommended_one_then_the_longest_and_a_community_has_one() -> None:
    texts = [
        story("C01", 5, "长廊很长很长很长很长。"),
        story("C01", 6, "本社区建长廊，居民300人参加。", title="红色长廊", own_pick="是"),
        story("C02", 5, "长廊较长较长。", title="文化长廊"),
    ]
    body = "甲。{nar_highlight:长廊}。\n乙。{nar_highlight:长廊}。\n丙。{nar_highlight:长廊}。"
    assert said(body, texts=texts) == [
        "甲。东湖社区“红色长廊”的做法是：建长廊，居民300人参加。",
        "乙。西苑社区“文化长廊”的做法是：长廊较长较长。",
        "丙。",
    ]


def test_a_quote_leads_back_to_its_cell() -> None:
    (entry,) = entries_of(composed("{nar_highlight:长廊}。", month(texts=[story("C02", 8, "长廊。")])).lineage)
    assert (entry.unit, entry.file, entry.sheet, entry.cell) == ("C02", "C.xlsx", "叙述材料", "C8")


def test_the_office_speaks_for_itself() -> None:
    texts = [story("S00", 5, "每周研判网格事项。", kind="街道工作措施", section="网格治理")]
    assert said("好。{nar_street_work:网格}。", texts=texts) == ["好。每周研判网格事项。"]


def test_a_text_of_the_office_stands_only_in_the_part_it_names() -> None:
    texts = [story("S00", 5, "干部走访群众。", kind="街道工作措施", section="学习培训")]
    assert said("甲。{nar_street_work:走访}。\n乙。{nar_street_work:学习}。", texts=texts) == [
        "甲。",
        "乙。干部走访群众。",
    ]


def test_a_keyword_in_the_title_counts_more_than_one_in_the_body() -> None:
    texts = [
        story("C01", 5, "这是一篇很长的稿子，顺带提到长廊一次。", title="学习"),
        story("C02", 5, "建成。", title="长廊"),
    ]
    assert said("{nar_highlight:长廊}。", texts=texts) == ["西苑社区“长廊”的做法是：建成。"]


def test_a_text_is_about_what_it_begins_with_or_comes_back_to_and_not_what_it_names_by_the_way() -> None:
    walks = story("C01", 5, "网格员每天走访。连同企业共走访72户。", title="走访")
    firms = story("C02", 5, "把办公室搬进园区。为企业代办年检。企业说好。", title="园区")
    assert said("{nar_highlight:企业}。", texts=[walks, firms]) == [
        "西苑社区“园区”的做法是：把办公室搬进园区。为企业代办年检。企业说好。"
    ]
    assert said("甲。{nar_highlight:企业}。", texts=[walks]) == ["甲。"]
    assert said("{nar_highlight:网格}。", texts=[walks]) == [
        "东湖社区“走访”的做法是：网格员每天走访。连同企业共走访72户。"
    ]


def test_a_community_is_not_named_twice_at_the_head_of_a_quote() -> None:
    texts = [story("C01", 5, "东湖社区把墙面改成长廊。", title="长廊")]
    assert said("{nar_highlight}。", texts=texts) == ["东湖社区“长廊”的做法是：把墙面改成长廊。"]


def test_problems_name_no_community_and_each_theme_once() -> None:
    texts = [
        story("C01", 5, "东湖社区与西苑社区联系不够。", kind="存在问题", title="共建不够", theme="机制"),
        story("C02", 5, "我社区机制不健全，几个问题拖得较久。", kind="存在问题", title="机制不全。", theme="机制"),
        story("C03", 5, "形式单一。", kind="存在问题", title="学习单一", theme="学习"),
    ]
    assert said("主要有：{nar_problem:4}。", texts=texts) == [
        "主要有：一是机制不全。个别社区机制不健全，几个问题拖得较久。二是学习单一。形式单一。"
    ]


def test_telephones_and_persons_of_sensitive_ledgers_are_masked_in_quotes() -> None:
    person = LedgerRow("hardship_members", "C01", OCTOBER, 4, {"person": "柳如烟"})
    texts = [story("C01", 5, "看望柳如烟，电话13900001111，慰问3次。")]
    (text,) = said("{nar_highlight}。", texts=texts, ledgers={"hardship_members": (person,)})
    assert text == "东湖社区“标题”的做法是：看望柳**，电话139******11，慰问3次。"


def test_the_notes_say_what_the_figures_cover_and_name_who_is_not_in_them() -> None:
    consolidation = month(total("pm_total", None), standings={"C02": Standing.HELD, "C03": Standing.MISSING}, texts=())
    notes = [
        text_of(block) for block in composed("党员{pm_total}。好。", consolidation).blocks if isinstance(block, Note)
    ]
    assert notes == [
        (
            "数据说明：存量数截至2026年10月底，发生数为2026年1至10月累计数。3个社区中1个社区的报表已纳入汇总，"
            "街道本级已报；未报：南桥社区；退回修改：西苑社区。"
        ),
        "以下内容没有数据，正文未写：党员总数。",
    ]


def test_a_return_taken_in_against_its_faults_is_said_with_the_reason() -> None:
    accepted = replace(month(texts=()), accepted={"C02": "已电话核实，下月更正。"})
    notes = [text_of(block) for block in composed("好。", accepted).blocks if isinstance(block, Note)]
    assert notes[1:] == ["西苑社区的报表有强制问题未改正，经决定纳入汇总，理由：已电话核实，下月更正。"]


def test_only_queries_about_returns_in_the_totals_are_said_to_be_open() -> None:
    kind = FindingKind("x", Severity.QUERY, "", "请核实", "")
    findings = [kind.at(Place("F.xlsx"), unit=unit) for unit in ("C01", "C01", "C02", "C03", "")]
    consolidation = month(standings={"C02": Standing.HELD, "C03": Standing.MISSING})
    style = parse_style("T", HEAD + "好。", CATALOG)
    blocks = compose(style, Texts(consolidation), output="测试.docx", findings=findings).blocks
    notes = [block.text for block in blocks if isinstance(block, Note)]
    assert notes[1] == "已汇总的报表中另有2条数据待核实，核实前按报送数汇总，详见街道汇总表。"


def test_the_annex_sets_the_month_beside_its_comparisons() -> None:
    totals = (
        total("pm_total", number("3254"), previous=number("3200"), missing=["C03"]),
        total("pm_new", number("2"), to_date=number("31"), last_year=number("0")),
    )
    consolidation = month(*totals)
    elements = [CATALOG.elements[code] for code in ("pm_total", "pm_new", "pm_female")]
    table = annex_table(elements, consolidation)
    assert isinstance(table, Table)
    rows = [["".join(span.text for span in cell) for cell in row] for row in table.rows]
    assert rows == [["党员总数", "名", "3,254*", "3,200", "—", "—"], ["新发展党员数", "名", "2", "—", "0", "31"]]
    assert annex_note(elements, consolidation) == (
        "注：带*的数字未报齐，不宜与其他各栏直接比较；按同口径比较的增减情况见街道汇总表。"
    )


def test_money_in_the_annex_stays_in_yuan_where_ten_thousands_would_hide_it() -> None:
    elements = [CATALOG.elements["fund_sec_training"]]
    small = annex_table(elements, month(total("fund_sec_training", number("40"), to_date=number("50040"))))
    large = annex_table(elements, month(total("fund_sec_training", number("30000"), to_date=number("50040"))))
    assert small is not None
    assert large is not None
    assert ["".join(span.text for span in cell) for cell in small.rows[0]][1:] == ["元", "40", "50,040"]
    assert ["".join(span.text for span in cell) for cell in large.rows[0]][1:] == ["万元", "3", "5"]


def written(style: str, consolidation: Consolidation) -> Consolidation:
    return replace(consolidation, catalog=replace(CATALOG, styles={"T": HEAD + style}))


def test_the_file_is_named_by_style_and_month_and_holds_title_figures_and_signature() -> None:
    report = write_report(
        written("党员{pm_total}。", month(total("pm_total", number("90")))), style="T", report_date=date(2026, 11, 3)
    )
    assert (report.name, report.is_draft, report.problems) == ("测试汇报_2026年10月.docx", False, ())
    body = docx.Document(BytesIO(report.content)).element.body
    texts = ["".join(text.text or "" for text in line.iter(f"{W}t")) for line in body.iter(f"{W}p")]
    assert texts[:2] == ["青石街道测试汇报", "党员90名。"]
    signed = texts.index("附件：主要指标一览表")
    table = "附件　主要指标一览表（2026年10月）"
    assert texts[signed + 1 : signed + 4] == ["中共青石街道工作委员会", "2026年11月3日", table]
    assert [tag.get(f"{W}val") for tag in body.iter(f"{W}tag")] == ["pm_total@street@2026-10"] * 2


def test_what_could_not_be_filled_makes_a_draft() -> None:
    consolidation = written("党员{pm_total}，女党员{pm_female}。", month(total("pm_total", number("9"))))
    report = write_report(consolidation, style="T", report_date=date(2026, 10, 31))
    assert (report.name, report.is_draft) == ("测试汇报_2026年10月_草稿.docx", True)
    assert {entry.output for entry in entries_of(report.lineage)} == {report.name}


def test_the_same_month_gives_the_same_bytes() -> None:
    consolidation = written("党员{pm_total}。", month(total("pm_total", number("90"))))
    first, second = (write_report(consolidation, style="T", report_date=date(2026, 10, 31)) for _ in range(2))
    assert first.content == second.content


STYLES = sorted(CATALOG.styles)
# The ends of a range come from the same rosters: neither is missing alone.
RANGE = {"reserve_cadres_min", "reserve_cadres_max"}


def bound(code: str) -> Style:
    return parse_style(code, CATALOG.styles[code], CATALOG)


def filled(style: Style, consolidation: Consolidation) -> Composed:
    return compose(style, Texts(consolidation), output="测试.docx", unit="C01" if style.is_of_unit else "")


@pytest.mark.parametrize("code", STYLES)
def test_a_shipped_style_stands_without_any_figure(code: str) -> None:
    assert filled(bound(code), month()).problems == ()


def some_value(code: str) -> Value:
    element = CATALOG.elements[code]
    if element.type.is_number:
        return number("12")
    if element.type is ValueType.DATE:
        return date(2026, 3, 6)
    return ("甲：1米", "乙：2米") if element.type is ValueType.NAMES else "甲社区"


@pytest.mark.parametrize("code", STYLES)
def test_each_figure_of_a_shipped_style_can_go_alone_without_a_mark_in_the_text(code: str) -> None:
    style = bound(code)
    codes = sorted({fill.code for fill in style.fills()} & set(CATALOG.elements))
    whole = {one: total(one, some_value(one)) for one in codes}
    values = reported(*(("C01", one, some_value(one)) for one in codes))
    settings = {"set_fund_party_min": "5", "set_fund_service_min": "20", "set_campaign_name": "主题活动"}
    for gone in [None, *codes]:
        absent = RANGE if gone in RANGE else {gone}
        rest = month(*(one for code, one in whole.items() if code not in absent), settings=settings)
        rest = replace(rest, values={key: value for key, value in values.items() if key[1] not in absent})
        result = filled(style, rest)
        assert result.problems == (), gone
        text = "".join(text_of(block) for block in result.blocks)
        assert not any(
            marks in text for marks in ("，，", "，。", "、。", "：。", "（）", "（，", "，、", "；。", "。，")
        ), gone


def test_growth_is_not_told_while_somebody_is_missing() -> None:
    one = total("orgm_under35_yoy", number("-18"), missing=("C03",))
    result = composed("班子成员充实[[，较去年{orgm_under35_yoy}]][[，党员{pm_total}]]。", month(one))
    assert [text_of(block) for block in result.blocks if isinstance(block, Paragraph)] == []
    assert text_of(result.blocks[-1]).endswith("35周岁及以下人数较去年增长率（未报齐，不作比较）。")


def test_beside_the_street_s_report_each_community_in_the_totals_has_its_own() -> None:
    consolidation = replace(month(standings={"C03": Standing.HELD}), values=reported(("C01", "pm_total", number("80"))))
    day = date(2026, 10, 31)
    reports = write_unit_reports(consolidation, style="R4", report_date=day)
    assert [report.name for report in reports] == [
        "亮点工作及存在问题_东湖社区_2026年10月.docx", "亮点工作及存在问题_西苑社区_2026年10月.docx",
    ]  # fmt: skip
    assert write_unit_reports(consolidation, style="R2", report_date=day) == ()
    marks = [docx.Document(BytesIO(report.content)).core_properties.keywords for report in reports]
    assert [mark.rpartition("@")[0] for mark in marks] == ["R4C.C01@2026-10", "R4C.C02@2026-10"]


def test_a_style_of_communities_is_not_written_for_the_street() -> None:
    with pytest.raises(StyleError, match="不能单独选用"):
        write_report(month(), style="R4C", report_date=date(2026, 10, 31))


def problem(unit: str, number: int, theme: str, **more: str) -> LedgerRow:
    return story(unit, number, f"{theme}的表现", kind="存在问题", title=f"{theme}不够", theme=theme, **more)


def plan(unit: str, number: int, body: str, **more: str) -> LedgerRow:
    return story(unit, number, body, kind="下步打算", title=f"题{number}", **more)


def test_plans_answer_problems_in_the_same_order() -> None:
    texts = [
        problem("C01", 3, "阵地"), plan("C01", 4, "扩场地"),
        problem("C02", 3, "学习"), plan("C02", 4, "多研讨"), problem("C02", 5, "阵地"), plan("C02", 6, "借场地"),
        problem("C03", 3, "阵地"), plan("C03", 4, "修场地", theme="服务"),
    ]  # fmt: skip
    body = "".join(f"[[（一）{{nar_problem:第{n}:题目}}。{{nar_problem:第{n}:正文}}。]]\n" for n in (1, 2, 3))
    body += "".join(f"[[（一）{{nar_plan:第{n}:题目}}。{{nar_plan:第{n}:正文:必有}}。]]\n" for n in (1, 2, 3))
    assert said("一、问题\n" + body, texts=texts) == [
        "一、问题", "（一）阵地不够。阵地的表现。", "（二）学习不够。学习的表现。",
        "（三）题4。扩场地。", "（四）题4。多研讨。",
    ]  # fmt: skip


def test_a_plan_of_another_theme_answers_nothing() -> None:
    texts = [problem("C03", 3, "阵地"), plan("C03", 4, "修场地", theme="服务")]
    assert said("[[问题：{nar_problem:第1:正文}；打算：{nar_plan:第1:必有}。]]\n党建。", texts=texts) == ["党建。"]


def test_joined_items_go_on_in_one_paragraph_and_are_numbered() -> None:
    body = "一是党员{pm_total}。\n＋[[二是女党员{pm_female}。]]\n＋三是新党员{pm_new}。"
    totals = [total("pm_total", number("90")), total("pm_new", number("2"), to_date=number("7"))]
    assert said(body, *totals) == ["一是党员90名。二是新党员7名。"]


def test_a_required_figure_takes_its_paragraph_along() -> None:
    assert said("换届于{election_end_date:必有}完成，成员{orgm_total}。\n党建。", total("orgm_total", number("9"))) == [
        "党建。"
    ]


def test_a_month_is_printed_without_a_day() -> None:
    one = total("election_start_month", date(2026, 4, 1))
    assert said("自{election_start_month}起。\n自{election_start_month:月日}起。", one) == [
        "自2026年4月起。",
        "自4月起。",
    ]


@pytest.mark.parametrize(
    ("span", "ended", "printed"),
    [
        ("2026-10", date(2026, 4, 20), ["换届于4月20日完成。"]),
        ("2026-10", date(2025, 8, 20), []),
        ("2026H1", date(2026, 4, 20), ["换届于4月20日完成。"]),
        ("2026Q3", date(2026, 4, 20), []),
        ("2026Q3", date(2026, 9, 30), ["换届于9月30日完成。"]),
        ("2026", date(2027, 1, 1), []),
    ],
)
def test_what_ended_outside_the_span_of_a_report_is_not_told_in_it(span: str, ended: date, printed: list[str]) -> None:
    elected = replace(month(total("election_end_date", ended)), period=Period.parse(span))
    blocks = composed("换届于{election_end_date:期内:月日:必有}完成。", elected).blocks
    assert [text_of(block) for block in blocks if isinstance(block, Paragraph)] == printed


def test_growth_is_told_in_words() -> None:
    body = "较去年{orgm_under35_yoy}。"
    for value, expected in (("12.54", "增加12.5%"), ("-3", "减少3%"), ("0", "持平"), ("0.01", "基本持平")):
        assert said(body, total("orgm_under35_yoy", number(value))) == [f"较去年{expected}。"]


def test_a_range_with_equal_ends_is_one_number() -> None:
    body = "每个社区有后备干部{reserve_cadres_min:数}至{reserve_cadres_max}。"
    least = total("reserve_cadres_min", number("3"))
    for most, expected in (("5", "3至5人"), ("3", "3人")):
        assert said(body, least, total("reserve_cadres_max", number(most))) == [f"每个社区有后备干部{expected}。"]


def with_base(element: str, value: str) -> Street:
    line = Baseline(element, "last_term", "", value, Period.month(2025, 7), Place("街道设置.xlsx", "基数", "D9"))
    return Street(UNITS, {"set_street_name": "青石街道"}, baselines=(line,))


def test_the_previous_term_is_the_base_that_the_settings_give() -> None:
    base = replace(month(total("cm_avg_age", number("44"))), street=with_base("cm_avg_age", "46.25"))
    result = composed("平均年龄{cm_avg_age:较上届}。", base)
    assert text_of(result.blocks[0]) == "平均年龄由46.3岁下降至44岁。"
    *_, last = entries_of(result.lineage)
    assert (last.sheet, last.cell) == ("基数", "D9")
    level = replace(month(total("cm_edu_mode", "本科")), street=with_base("cm_edu_mode", "大专"))
    assert text_of(composed("学历{cm_edu_mode:较上届}。", level).blocks[0]) == "学历由大专变为本科。"
    assert said("平均年龄{cm_avg_age:较上届}。\n党建。", total("cm_avg_age", number("44"))) == ["党建。"]


def reported(*values: tuple[str, str, Value]) -> dict[tuple[str, str], DataValue]:
    place = Place("报表.xlsx", "指标表", "D9")
    return {
        (unit, code): DataValue(code, unit, OCTOBER, ValueState.VALUE, value, place) for unit, code, value in values
    }


def test_what_each_community_has_is_a_number_or_a_range() -> None:
    one = total("cm_fulltime_deputy", number("4"))
    for numbers, expected in ((("1", "1", "1"), "1名"), (("1", "2", "1"), "1至2名")):
        values = reported(*((f"C0{n}", "cm_fulltime_deputy", number(text)) for n, text in enumerate(numbers, 1)))
        result = composed("各配{cm_fulltime_deputy:各社区}。", replace(month(one), values=values))
        assert text_of(result.blocks[0]) == f"各配{expected}。"


def test_those_who_lag_behind_are_named_only_when_the_street_says_so() -> None:
    one = total("proj_lag_names", ("东湖社区", "西苑社区"))
    body = "{proj_lag_names:个别社区}进展不快。"
    assert said(body, one) == said(body, one, settings={"set_name_weak": "否"}) == ["个别社区进展不快。"]
    assert said(body, one, settings={"set_name_weak": "是"}) == ["东湖社区、西苑社区进展不快。"]


def test_how_many_reported_stands_beside_names_and_not_where_nobody_is_named() -> None:
    one = total("proj_lag_names", ("东湖社区",), missing=["C03"])
    body = "{proj_lag_names:个别社区}进展不快。"
    assert said(body, one) == ["个别社区进展不快。"]
    assert said(body, one, settings={"set_name_weak": "是"}) == ["东湖社区进展不快（3个社区中2个已报）。"]


def test_one_of_the_names_of_a_setting() -> None:
    settings = {"set_age_band": "35岁及以下、36岁至45岁"}
    assert said("{set_age_band:第2}；[[{set_age_band:第3}]]。", settings=settings) == ["36岁至45岁。"]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("2026-10", "今年以来"),
        ("2026-01..2026-09", "今年以来"),
        ("2026", "一年来"),
        ("2026Q3", "第三季度"),
        ("2026-04..2026-08", "4至8月"),
        ("2025-11..2026-02", "2025年11月至2026年2月"),
        ("2026H1", "上半年"),
        ("2026-03", "今年以来"),
    ],
)
def test_a_sentence_begins_with_the_span_of_its_figures(span: str, expected: str) -> None:
    assert span_words(Period.parse(span)) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("2026-10", "2026年1至10月"),
        ("2026-01", "2026年1月"),
        ("2026H2", "2026年下半年"),
        ("2026Q3", "2026年第三季度"),
        ("2026-04..2026-08", "2026年4至8月"),
        ("2025-09..2026-08", "2025年9月至2026年8月"),
    ],
)
def test_the_months_of_a_report_have_a_name(span: str, expected: str) -> None:
    assert span_label(Period.parse(span)) == expected


@pytest.mark.parametrize(
    ("told", "text", "expected"),
    [
        ("2026-03", "本月两次，下个月再办，比上月多一次", "3月两次，4月再办，比2月多一次"),
        ("2026-01", "上个月启动，今年办成", "2025年12月启动，今年办成"),
        ("2025-12", "今年办成12件，明年再办，下月开工", "2025年办成12件，2026年再办，1月开工"),
        ("2026-03", "晚上月亮很圆，每月一次，月底前以上月份", "晚上月亮很圆，每月一次，月底前以上月份"),
    ],
)
def test_months_and_years_of_a_quote_are_named_among_others(told: str, text: str, expected: str) -> None:
    assert dated(text, Period.parse(told).last, Period.parse("2026H1")) == expected


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (("2025-01", "2025-02", "2025-03"), "2025年1至3月"),
        (("2025-01", "2025-02", "2025-11"), "2025年1至2月、11月"),
        (("2025-12", "2026-01", "2026-02"), "2025年12月、2026年1至2月"),
    ],
)
def test_months_that_follow_one_another_are_told_as_a_run(months: tuple[str, ...], expected: str) -> None:
    assert months_words([Period.parse(month) for month in months]) == expected


def test_over_a_quarter_what_happened_is_that_of_the_quarter() -> None:
    quarter = Period.parse("2026Q3")
    to_date = quarter.year_to_date()
    spans = (quarter, quarter.previous(), to_date, quarter.same_period_last_year())
    values = (number("5"), number("4"), number("19"), number("3"))
    parts = [aggregate("pm_new", span, value) for span, value in zip(spans, values, strict=True)]
    consolidation = replace(month(Total("pm_new", *parts)), period=quarter)
    result = composed("{set_span_words}发展党员{pm_new}，今年累计{pm_new:累计}。", consolidation)
    assert text_of(result.blocks[0]) == "第三季度发展党员5名，今年累计19名。"
    assert "发生数为2026年第三季度累计数" in text_of(result.blocks[1])
    assert isinstance(result.blocks[0], Paragraph)
    assert [span.tag for span in result.blocks[0].spans if isinstance(span, Figure)] == [
        "pm_new@street@2026-07..2026-09", "pm_new@street@2026-ytd09",
    ]  # fmt: skip
    table = annex_table([CATALOG.elements["pm_new"]], consolidation)
    assert table is not None
    assert table.header[2:] == ("本期", "上期", "上年同期", "本年累计")
    assert table.title == "附件　主要指标一览表（2026年第三季度）"


def test_a_text_of_several_months_is_told_once_as_it_was_told_last() -> None:
    about = {"kind": "整改落实情况", "title": "经费问题"}
    texts = [
        story("S00", 3, "初稿", **about)._replace(period=Period.month(2026, 8)),
        story("S00", 3, "正在办理", **about)._replace(period=OCTOBER.previous()),
        story("S00", 4, "阵地改好", kind="整改落实情况", title="阵地问题"),
        story("S00", 5, "已经办结", **about),
    ]
    body = "".join(f"[[{{nar_rectify:第{n}:正文}}。]]\n" for n in (1, 2, 3))
    assert said(body, texts=texts) == ["阵地改好。", "已经办结。"]


def test_over_several_months_a_text_says_which_month_it_means() -> None:
    row = story("C01", 3, "本月议事三次", title="议事")._replace(period=Period.month(2026, 8))
    quarter = replace(month(texts=[row]), period=Period.parse("2026Q3"))
    assert text_of(composed("{nar_highlight}。", quarter).blocks[0]) == "东湖社区“议事”的做法是：8月议事三次。"
    assert said("{nar_highlight}。", texts=[row]) == ["东湖社区“议事”的做法是：本月议事三次。"]


UNIT_BODY = (
    "一、亮点\n[[（一）{nar_highlight:第1:题目}。{nar_highlight:第1:正文}。]]\n二、情况\n{nar_community}党员{pm_total}。\n"
    "三、问题\n[[（一）{nar_problem:第1:题目}。]]\n[[一是{nar_plan:第1:正文:必有}。]]"
)


def test_a_community_s_report_holds_its_own_figures_and_words() -> None:
    texts = [
        story("C02", 3, "本社区议事有办法", title="议事"), problem("C02", 4, "阵地"), plan("C02", 5, "本社区扩场地"),
        story("C01", 3, "别处的做法"),
    ]  # fmt: skip
    values = reported(("C02", "pm_total", number("80")), ("C01", "pm_total", number("120")))
    consolidation = replace(month(texts=texts), values=values)
    style = parse_style("T", HEAD.replace("附表：pm_total、pm_new\n", "范围：社区\n") + UNIT_BODY, CATALOG)
    result = compose(style, Texts(consolidation), output="测试.docx", unit="C02")
    assert [text_of(block) for block in result.blocks] == [
        "一、亮点", "（一）议事。本社区议事有办法。", "二、情况", "西苑社区党员80名。", "三、问题", "（一）阵地不够。",
        "一是本社区扩场地。", "数据说明：数据取自西苑社区2026年10月报表。",
    ]  # fmt: skip
    (tag,) = [s.tag for b in result.blocks if isinstance(b, Paragraph) for s in b.spans if isinstance(s, Figure)]
    assert tag == "pm_total@C02@2026-10"
    assert {entry.unit for entry in entries_of(result.lineage)} == {"C02"}


def half_year(previous_months: int) -> Consolidation:
    """A first half-year; of the months before it so many are known."""
    half = Period.parse("2026H1")
    spans = (half, half.previous(), half, half.same_period_last_year())
    known = (6, previous_months, 6, 0)
    values = (number("26"), number("18"), number("26"), None)
    parts = [
        aggregate("vol_acts", span, value, months=months)
        for span, value, months in zip(spans, values, known, strict=True)
    ]
    return replace(month(Total("vol_acts", *parts)), period=half)


def test_a_figure_that_lacks_months_has_a_star_and_the_note_says_how_many_there_are() -> None:
    elements = [CATALOG.elements["vol_acts"]]
    table = annex_table(elements, half_year(4))
    assert table is not None
    assert ["".join(span.text for span in cell) for cell in table.rows[0]][2:] == ["26", "18*"]
    assert annex_note(elements, half_year(4)) == (
        "注：上期为2025年下半年（6个月中有的指标只有4个月有数），上年同期为2025年上半年（没有数据，未列）；"
        "带*的数字未报齐或缺少月份，不宜与其他各栏直接比较。"
    )
    assert annex_note(elements, half_year(6)) == "注：上期为2025年下半年，上年同期为2025年上半年（没有数据，未列）。"


@pytest.mark.parametrize(
    ("span", "heads"),
    [
        ("2026-10", ("本月", "上月", "上年同期", "本年累计")),
        ("2026Q3", ("本期", "上期", "上年同期", "本年累计")),
        ("2026H1", ("本期", "上期", "上年同期")),
        ("2026", ("本期", "上年同期")),
    ],
)
def test_no_months_stand_in_two_columns_of_the_annex(span: str, heads: tuple[str, ...]) -> None:
    known = total("vol_acts", number("1"), previous=number("2"), last_year=number("3"))
    table = annex_table([CATALOG.elements["vol_acts"]], replace(month(known), period=Period.parse(span)))
    assert table is not None
    assert table.header[2:] == heads


def test_a_column_of_the_annex_without_any_number_is_left_to_the_note() -> None:
    elements = [CATALOG.elements["pm_total"], CATALOG.elements["pm_female"]]
    # Stocks are not added up over a year, and nothing is known of last year.
    first = month(total("pm_total", number("9"), previous=number("8")), total("pm_female", number("4")))
    table = annex_table(elements, first)
    assert table is not None
    assert table.header == ("指标", "单位", "本月", "上月")
    assert [["".join(span.text for span in cell) for cell in row][2:] for row in table.rows] == [["9", "8"], ["4", "—"]]
    assert annex_note(elements, first) == "注：上年同期为2025年10月（没有数据，未列）。"


def test_the_note_counts_the_communities_once_when_all_are_in_the_totals() -> None:
    note = text_of(composed("好。", month()).blocks[-1])
    assert "。3个社区的报表已纳入汇总，街道本级已报。" in note


def test_the_notes_of_a_longer_period_say_who_lacks_a_month_and_which_months_nobody_recorded() -> None:
    standings = {"C02": Standing.HELD, "C03": Standing.MISSING}
    half = replace(
        month(standings=standings),
        period=Period.parse("2026H1"),
        unrecorded=(Period.month(2026, 1), Period.month(2026, 2)),
    )
    assert [text_of(block) for block in composed("好。", half).blocks if isinstance(block, Note)] == [
        (
            "数据说明：存量数截至2026年6月底，发生数为2026年上半年累计数。3个社区中1个社区的各月报表均已纳入汇总，"
            "街道本级已报；有月份未报：南桥社区；末月报表退回修改：西苑社区。"
        ),
        "2026年1至2月没有汇总记录：有基数的指标已含基数，其余发生数只计有记录的月份，并在数字后注明。",
    ]
