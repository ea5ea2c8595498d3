"""The invented street: its units, settings and the figures from before its first recorded month."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.demo.opening_figures import opening_figures
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period

STREET, DISTRICT, CITY = "云杉街道", "澄岚区", "云澜市"
#: Short names with other names that people write for them.
_COMMUNITIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("梧桐", ()),
    ("青禾", ("青禾村",)),
    ("柳岸", ()),
    ("听松", ()),
    ("朝露", ("朝露园社区",)),
    ("杏林", ("杏林村",)),
    ("映月", ()),
    ("荷塘", ("荷塘新村",)),
    ("锦书", ()),
    ("竹里", ()),
    ("望澜", ("望澜苑社区",)),
    ("晴野", ("晴野村",)),
    ("兰畔", ()),
    ("桂香", ()),
    ("星芒", ("机床厂社区",)),
    ("银杏", ("纺织新村社区",)),
    ("云启", ("云启新城社区",)),
)
#: The community that was set up when its housing was finished, and the month of it.
_NEW_COMMUNITY, _OPENED = "云启", Period.month(2026, 3)
OFFICE_CODE = "S00"
_SETTINGS: Mapping[str, str] = {
    "set_street_name": STREET,
    "set_district_name": DISTRICT,
    "set_city_name": CITY,
    "set_secretary_name": "党工委书记程砚舟",
    "set_park_name": "云杉创业园、东圃商圈",
    "set_system_name": "云杉党建云平台",
    "set_congress_ordinal": "二十",
    "set_policy_doc": "《云杉街道2026年党建工作要点》、《云杉街道社区工作者管理办法》",
    "set_program_name": "“1+6+N”网格工作法、“3+X”联席机制",
    "set_rule_frequency": "每季度1次、每月1次、全年不少于12次",
    "set_age_band": "35岁及以下、36岁至45岁",
    "set_birth_cohort": "90后",
    "set_birth_cohort_year": "1990",
    "set_campaign_name": "“转作风、办实事、促治理”主题活动",
    "set_observation_name": "逐社观摩",
    "set_star_levels": "准三星、三星、准四星、四星、准五星、五星",
    "set_research_min": "1",
    "set_fund_party_min": "2",
    "set_fund_service_min": "10",
    "set_deadline_day": "5",
    "set_report_styles": "R1、R2、R3、R4、R5",
    "set_name_weak": "否",
    "set_headings": "下一步工作思路＝下一步工作思路和打算",
}
#: Blocks that this street uses beside those that are on by default.
_BLOCKS = ("election", "baselines", "reserve", "honors", "media", "brands", "discipline", "evaluation")


def demo_street(catalog: Catalog) -> Street:
    """The invented street with 17 communities, one of them opened in March 2026, and its office S00."""
    on = [block.code for block in catalog.blocks.values() if block.on_by_default or block.code in _BLOCKS]
    return Street(
        units=(
            *_communities(),
            OrgUnit(OFFICE_CODE, f"{STREET}办事处", "街道本级", UnitKind.OFFICE, aliases=(STREET, "街道机关")),
        ),
        settings={
            code: _SETTINGS.get(code, setting.default)
            for code, setting in catalog.settings.items()
            if not setting.computed
        },
        blocks_on=frozenset(on),
        baselines=tuple(opening_figures(catalog)),
    )


def _communities() -> tuple[OrgUnit, ...]:
    return tuple(
        OrgUnit(
            f"C{number:02d}",
            f"{short}社区",
            short,
            aliases=(f"{short}社区居委会", f"{short}居委会", *aliases),
            opened=_OPENED if short == _NEW_COMMUNITY else None,
        )
        for number, (short, aliases) in enumerate(_COMMUNITIES, start=1)
    )
