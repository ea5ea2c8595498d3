"""Figures that communities type in: what nobody keeps a ledger of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from aggregator.demo.activities import sum_of
from aggregator.demo.chance import Chance
from aggregator.demo.profile import Draft, Profile, Row
from aggregator.model.period import Period
from aggregator.model.value import Gap


@dataclass(frozen=True, slots=True)
class Flow:
    """A figure of an ordinary community in an ordinary month; in the busy months half as much again."""

    code: str
    expected: float
    busy: tuple[int, ...] = ()


_FLOWS = (
    Flow("wechat_study_posts", 14, (7, 10)),
    Flow("study_notes", 46),
    Flow("study_pledges", 9, (7,)),
    Flow("study_essays", 5, (6, 10)),
    Flow("study_reflections", 22, (7, 10)),
    Flow("grid_disputes", 6),
    Flow("flyers", 380, (5, 10)),
    Flow("visit_households", 88, (1, 9)),
    Flow("visit_selfemployed", 13),
    Flow("visit_enterprises", 4),
    Flow("visit_units", 3),
    Flow("opinions_collected", 36, (3, 10)),
    Flow("vol_menu_services", 19),
    Flow("svc_practical", 3),
    Flow("svc_visitors_pt", 140),
    Flow("rect_forms_comm", 11, (3, 10)),
    Flow("media_threesoc_posts", 9),
)
#: Results of the social workers' examination are published in September.
_EXAMINATION_MONTH = 9


class CommunityFigures:
    """The typed figures of one community but those of its members."""

    def __init__(self, profile: Profile, chance: Chance) -> None:
        self._profile, self._chance = profile, chance
        self._residents = int(profile.scaled(8_400)) + chance.whole(0, 900)
        self._area = Decimal(chance.whole(38, 160) + int(profile.scaled(60))) / 100
        self._grids = max(4, int(profile.scaled(14)))
        self._registered = int(self._residents * chance.whole(11, 17) / 100)
        self._inservice = int(profile.scaled(120)) + chance.whole(0, 40)
        self._open = chance.whole(2, 8)
        self._groups = self._grids + chance.whole(0, 4)
        self._congress_month = chance.whole(3, 9)

    def report(self, draft: Draft, month: Period, *, activities: list[Row], issues: Sequence[Row]) -> None:
        """Put down the figures of a month."""
        for flow in _FLOWS:
            factor = 1.5 if month.first.number in flow.busy else 1
            draft.total(flow.code, self._chance.around(self._profile.scaled(flow.expected) * factor, 30))
        self._stocks(draft, month)
        self._grid(draft)
        self._services(draft, activities)
        self._rare(draft, month)
        if not any(row["owner_type"] == "社区" for row in issues):
            draft.total("rect_forms_comm", 0)

    def _stocks(self, draft: Draft, month: Period) -> None:
        self._residents += self._chance.whole(-8, 30 if not self._profile.is_new else 120)
        self._registered += self._chance.whole(0, 9)
        self._inservice += self._chance.whole(0, 2)
        held = self._congress_month <= month.first.number
        draft.values["area_km2"] = self._area
        for code, number in (
            ("resident_pop", self._residents),
            ("grids", self._grids),
            ("vol_registered", self._registered),
            ("pm_inservice_registered", self._inservice),
            ("women_congress", int(held)),
            ("media_grid_groups", self._groups),
            ("media_accounts", 1),
        ):
            draft.total(code, number)

    def _grid(self, draft: Draft) -> None:
        """Cases balance: open before + found = closed + open now."""
        found = self._chance.around(self._profile.scaled(27))
        wanted = found + self._chance.pick((-3, -2, -2, -1, -1, 0, 0, 1)) + 3 * (self._open > 12)
        closed = max(0, min(wanted, self._open + found))
        self._open += found - closed
        district = closed * self._chance.whole(1, 4) // 100
        street = closed * self._chance.whole(6, 14) // 100
        for code, number in (
            ("grid_events_found", found),
            ("grid_events_closed", closed),
            ("grid_events_open", self._open),
            ("grid_solved_comm", closed - street - district),
            ("grid_up_street", street),
            ("grid_up_district", district),
        ):
            draft.total(code, number)

    def _services(self, draft: Draft, activities: list[Row]) -> None:
        """Hours follow from what the ledger of activities says of volunteers."""
        items = self._chance.around(self._profile.scaled(210))
        draft.total("svc_items", items)
        draft.total("svc_agent_items", items * self._chance.whole(14, 30) // 100)
        volunteers = sum_of(activities, "participants", "志愿服务", "党员志愿服务", "在职党员服务")
        draft.values["vol_hours"] = Decimal(volunteers * self._chance.whole(20, 32)) / 10

    def _rare(self, draft: Draft, month: Period) -> None:
        """What most communities have little of in most months."""
        if self._profile.position % 8 == 2:
            draft.values["land_cleared"] = Gap.NOT_APPLICABLE
        else:
            square_metres = self._chance.whole(150, 2_600) if self._chance.happens(55) else 0
            draft.values["land_cleared"] = Decimal(square_metres) / 10
        passed = self._chance.whole(0, 3) if month.first.number == _EXAMINATION_MONTH else 0
        draft.total("sw_passed", passed)
        draft.total("league_new", int(month.first.number in {4, 5, 10} and self._chance.happens(25)))
