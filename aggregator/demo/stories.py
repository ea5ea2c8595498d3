"""Short texts of communities and of the office, whose figures are those of the same return."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from string import Formatter

from aggregator.demo.activities import count_of, sum_of
from aggregator.demo.office_texts import OFFICE_TEXTS
from aggregator.demo.profile import RECTIFIED_AFTER, Draft, Profile, Row
from aggregator.demo.story_texts import CASES, HIGHLIGHTS, PROBLEMS, Highlight, Problem
from aggregator.model.evaluate import plain_text
from aggregator.model.period import Period
from aggregator.model.value import Gap

Facts = Mapping[str, str | int]


def community_texts(
    profile: Profile, month: Period, draft: Draft, *, names: Mapping[str, str], told: frozenset[str]
) -> list[Row]:
    """A community's texts of a month; `names` are those of elements by code, `told` the titles of other communities."""
    facts = _facts(profile, draft)
    place = month.first.year * 12 + month.first.number
    # 8 and the number of stories have no common factor, so that each community begins with another one.
    rows = [_told("亮点工作", _highlight(profile.position * 8 + place, facts, told), facts, names)]
    if (profile.position * 3 + place) % 4 == 1:
        rows.append(_told("典型案例", CASES[(profile.position // 4 + place) % len(CASES)], facts, names))
    if (profile.position + place) % 2 == 0:
        rows += _problem_and_plan(PROBLEMS[(profile.position * 5 + place * 3) % len(PROBLEMS)], month, facts)
    return rows


def _told(kind: str, story: Highlight, facts: Facts, names: Mapping[str, str]) -> Row:
    row: Row = {"kind": kind, "title": story.title, "body": story.body.format_map(facts), "own_pick": "否"}
    if kind == "亮点工作":
        row = {**row, "own_pick": "是"}
    return {**row, "evidence": names[story.evidence]} if story.evidence in names else row


def _highlight(start: int, facts: Facts, told: frozenset[str]) -> Highlight:
    """The first story from a place on that is true of the community and that no other has told this month."""
    stories = [HIGHLIGHTS[(start + step) % len(HIGHLIGHTS)] for step in range(len(HIGHLIGHTS))]
    true = [story for story in stories if _is_true(story, facts)]
    return next((story for story in true if story.title not in told), (true or stories)[0])


def _is_true(story: Highlight, facts: Facts) -> bool:
    """Whether every figure that it names is above 0."""
    return all(facts[name] not in {0, "0"} for name in _names_in(story.body))


def _names_in(body: str) -> list[str]:
    return [name for _text, name, _spec, _conversion in Formatter().parse(body) if name]


def _problem_and_plan(problem: Problem, month: Period, facts: Facts) -> list[Row]:
    due = month.first.plus(problem.months_ahead).start
    return [
        {
            "kind": "存在问题",
            "title": problem.title,
            "body": problem.body.format_map(facts),
            "theme": problem.theme,
            "own_pick": "否",
        },
        {
            "kind": "下步打算",
            "title": problem.plan_title,
            "body": problem.plan_body.format_map(facts),
            "due_on": due,
            "own_pick": "否",
        },
    ]


def _facts(profile: Profile, draft: Draft) -> Facts:
    first, second = profile.estates[:2]
    names = {"name": profile.name, "e1": first, "e2": second}
    return names | _typed(draft) | _of_activities(draft) | _of_ledgers(draft)


_TYPED = {
    "grids": "grids",
    "grid_found": "grid_events_found",
    "grid_closed": "grid_events_closed",
    "disputes": "grid_disputes",
    "registered": "vol_registered",
    "svc_items": "svc_items",
    "agent_items": "svc_agent_items",
    "retired": "pm_retired",
    "inservice": "pm_inservice_registered",
    "visitors": "svc_visitors_pt",
    "visit_households": "visit_households",
    "opinions": "opinions_collected",
    "practical": "svc_practical",
    "pm_total": "pm_total",
    "flyers": "flyers",
}
_VISITS = ("visit_households", "visit_selfemployed", "visit_enterprises", "visit_units")


def _typed(draft: Draft) -> dict[str, str | int]:
    facts: dict[str, str | int] = {name: plain_text(draft.values[code]) for name, code in _TYPED.items()}
    facts["visit_total"] = sum(_whole(draft, code) for code in _VISITS)
    return facts


def _whole(draft: Draft, code: str) -> int:
    value = draft.values.get(code, Gap.MISSING)
    return int(value) if isinstance(value, Decimal) else 0


_COUNTED = {
    "vol_acts": ("志愿服务", "党员志愿服务"),
    "vol_party": ("党员志愿服务",),
    "deliberation": ("协商议事",),
    "coop": ("共建活动",),
    "mobile": ("移动办公",),
    "lectures": ("讲习活动",),
    "seminars": ("学习研讨",),
    "inservice_acts": ("在职党员服务",),
    "so_service": ("社会组织服务",),
    "culture": ("文体活动",),
    "mass": ("群团活动",),
    "antidrug": ("禁毒宣传",),
    "meetings": ("社区党委会议",),
}
_SUMMED = {
    "vol_served": ("served", ("志愿服务", "党员志愿服务")),
    "lecture_pt": ("participants", ("讲习活动",)),
    "doorstep_pt": ("participants", ("上门送学",)),
    "antidrug_pt": ("participants", ("禁毒宣传",)),
    "theme_pt": ("participants", ("主题党日",)),
}


def _of_activities(draft: Draft) -> dict[str, str | int]:
    rows = list(draft.ledgers["activities"])
    facts: dict[str, str | int] = {name: count_of(rows, *types) for name, types in _COUNTED.items()}
    facts |= {name: sum_of(rows, column, *types) for name, (column, types) in _SUMMED.items()}
    everything = {str(row["act_type"]) for row in rows}
    return facts | {"inservice_pt": sum_of(rows, "inservice_participants", *everything)}


def _of_ledgers(draft: Draft) -> dict[str, str | int]:
    ledgers = draft.ledgers
    in_force = [row for row in ledgers["coop_agreements"] if row["status"] == "有效"]
    floating = [row for row in ledgers["floating_members"] if row["direction"] == "流入" and row["contact_ok"] == "是"]
    serving = [row for row in ledgers["committee_roster"] if row["status"] == "在任"]
    return {
        "turned_months": RECTIFIED_AFTER * any(row["rectify_status"] == "已转化" for row in ledgers["org_list"]),
        "teams": len(ledgers["volunteer_teams"]),
        "agreements": len(in_force),
        "float_in": len(floating),
        "commitments": _sum(in_force, "commitments"),
        "cm_total": len(serving),
        "trained": sum(row["trained_this_year"] == "是" for row in serving),
        "solved": sum(row["status"] == "已解决" for row in ledgers["issues"]),
        "hardship": sum(row["status"] == "在册" for row in ledgers["hardship_members"]),
        "rooms": _count(ledgers["positions"], "pos_type", "功能室"),
        "points": _count(ledgers["positions"], "pos_type", "党群联络点"),
        "station_pt": _sum(ledgers["positions"], "served_this_month"),
        "shops": _count(ledgers["social_orgs"], "so_type", "签约商户"),
        "resident_orgs": _count(ledgers["social_orgs"], "so_type", "入驻社会组织"),
        "two_new": sum(
            row["org_field"] in {"非公企业", "社会组织"} and row["org_form"] != "党小组" for row in ledgers["org_list"]
        ),
        "fund_service": plain_text(_service_fund(ledgers["funds"])),
    }


def _count(rows: Sequence[Row], column: str, wanted: str) -> int:
    return sum(row[column] == wanted for row in rows)


def _sum(rows: Sequence[Row], column: str) -> int:
    return int(sum(cell for row in rows if isinstance(cell := row.get(column), Decimal)))


def _service_fund(rows: Sequence[Row]) -> Decimal:
    paid = (row["amount"] for row in rows if (row["category"], row["direction"]) == ("服务群众专项经费", "支出"))
    return sum((amount for amount in paid if isinstance(amount, Decimal)), Decimal(0))


def office_texts(month: Period, draft: Draft) -> list[Row]:
    """The office's texts of a month: its measures by part of the report, one cause, one rectification, its plans."""
    return list(_office_rows(month, _office_facts(draft)))


def _office_rows(month: Period, facts: Facts) -> Iterator[Row]:
    for text in OFFICE_TEXTS:
        row: Row = {"kind": text.kind, "title": text.title, "body": text.body.format_map(facts), "own_pick": "是"}
        if text.section:
            row = {**row, "section": text.section}
        yield {**row, "due_on": _due(month, text.months_ahead)} if text.months_ahead else row


def _due(month: Period, months_ahead: int) -> date:
    return month.first.plus(months_ahead).start


def _office_facts(draft: Draft) -> Facts:
    ledgers = draft.ledgers
    return {
        "letters": _whole(draft, "duty_letters"),
        "items": _whole(draft, "duty_items"),
        "teams": _whole(draft, "visit_teams"),
        "rules": _whole(draft, "rules_improved"),
        "flows": _whole(draft, "flows_optimized"),
        "packs": _whole(draft, "gift_packs"),
        "groups": _whole(draft, "guide_groups"),
        "categories": _whole(draft, "duty_categories"),
        "articles": _sum(ledgers["street_study"], "article_count"),
        "events": len(ledgers["street_events"]),
        "visits": _count(ledgers["research_visits"], "target_type", "社区"),
        "firms": _count(ledgers["research_visits"], "target_type", "两新组织"),
        "projects": len(ledgers["lead_projects"]),
        "charities": _count(ledgers["social_orgs"], "so_type", "公益创投承接机构"),
        "office_pt": sum(
            _sum([row], "participants") for row in ledgers["street_events"] if row["event_type"] == "机关志愿服务"
        ),
    }
