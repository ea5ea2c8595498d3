"""The street's own figures from before its first recorded month: January to August 2025, and the previous term."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import Baseline
from aggregator.model.period import Period

#: The last month before the first recorded one; the new term began in it, so the previous one ended before.
_THROUGH, _TERM_THROUGH = Period.month(2025, 8), Period.month(2025, 7)
_YEAR_TO_DATE: Mapping[str, str] = {
    "org_np_new": "6", "activists_new": "71", "activists_new_hs": "71", "activists_new_trained": "24", "pm_new": "21",
    "pm_new_cohort": "14", "pm_moved_in": "195", "pm_moved_out": "77", "pm_reduced": "25", "cm_adjusted": "5",
    "act_lecture_hall": "249", "act_lecture_hall_pt": "9050", "wechat_study_posts": "1701", "study_doorstep_pt": "1393",
    "study_seminars": "168", "study_notes": "5121", "study_pledges": "936", "study_essays": "589",
    "study_reflections": "2601", "study_tour_pt": "944", "act_preach": "155", "act_committee_meeting": "223",
    "act_theme": "147", "act_film": "60", "base_visit_groups": "41", "base_visit_pt": "1275",
    "fund_party_work": "400661.60", "fund_service_mass": "1744106.40", "fund_build": "452682.70",
    "fund_work": "272685.80", "fund_convenience": "114548.30", "act_big_committee": "45", "act_joint_meeting": "73",
    "coop_issues_solved": "304", "act_coop": "172", "inservice_vol_acts": "185", "inservice_pt": "6563",
    "act_float_service": "79", "act_float_service_pt": "3051", "grid_events_found": "3207",
    "grid_events_closed": "3105", "grid_solved_comm": "2861", "grid_up_street": "225", "grid_up_district": "19",
    "grid_disputes": "620", "land_cleared": "6598.9", "flyers": "44383", "act_antidrug": "88",
    "act_antidrug_pt": "6259", "act_deliberation": "162", "visit_households": "10260", "visit_selfemployed": "1528",
    "visit_enterprises": "442", "visit_units": "331", "visit_total": "12561", "visit_issues_solved": "351",
    "opinions_collected": "4035", "vol_acts": "754", "vol_party_acts": "255", "vol_menu_services": "2202",
    "vol_hours": "46884.7", "vol_served": "38542", "act_so_service": "189", "svc_items": "22534", "yzsy_items": "58",
    "svc_agent_items": "4744", "svc_practical": "304", "svc_mobile_office": "172", "svc_visitors_pt": "16840",
    "svc_station_pt": "21529", "svc_skill_classes": "60", "rect_found_comm": "666", "rect_measures_comm": "1689",
    "rect_forms_comm": "1343", "league_new": "9", "act_mass_org": "163", "study_cadre_meetings": "34",
    "study_center_group": "9", "study_articles": "210", "leader_research": "158", "np_research_times": "27",
    "gift_packs": "960", "gift_value": "81600", "gift_households": "921", "gift_persons": "1996",
    "fund_sec_training": "104000", "fund_housing": "737280", "fund_checkup": "54720", "research_reports": "15",
    "office_vol_pt": "512", "rules_improved": "11", "flows_optimized": "9", "study_party_lectures": "6",
}  # fmt: skip
_LAST_TERM: Mapping[str, str] = {
    "cm_female_pct": "39.6", "cm_college_pct": "71.3", "cm_avg_age": "47.8", "cm_edu_mode": "高中（中专）",
}  # fmt: skip


def opening_figures(catalog: Catalog) -> Iterator[Baseline]:
    """The baselines of those figures that the catalog knows."""
    for base, figures, through in (
        ("year_to_date", _YEAR_TO_DATE, _THROUGH),
        ("last_term", _LAST_TERM, _TERM_THROUGH),
    ):
        for code, value in figures.items():
            if code in catalog.elements:
                yield Baseline(code, base, "", value, through)
