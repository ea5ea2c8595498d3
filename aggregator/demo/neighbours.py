"""Whom a community works with: resident units, agreements, volunteer teams, social organisations, shops."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from aggregator.demo import invented_names
from aggregator.demo.chance import Chance
from aggregator.demo.profile import Profile, Row
from aggregator.model.period import Period

_IN_FORCE, _EXPIRED = "有效", "到期"


class Agreements:
    """The ledger of agreements: they are kept, some expire, most of those are signed anew."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._rows: list[Row] = []

    def sign(self, unit: str, signed_on: date, *, years: int = 0, commitments: int = 0) -> None:
        """Sign an agreement for so many years; 0 leaves it open."""
        claimed = self._chance.whole(1, 4) if commitments else 0
        row: Row = {
            "unit_name": unit, "signed_on": signed_on, "commitments": Decimal(commitments),
            "claimed_projects": Decimal(claimed), "done_projects": Decimal(0), "status": _IN_FORCE,
        }  # fmt: skip
        if years:
            row = {**row, "valid_until": date(signed_on.year + years, signed_on.month, min(signed_on.day, 28))}
        self._rows = [*self._rows, row]

    def turn(self, month: Period) -> list[Row]:
        """Let a month pass and give the ledger."""
        expired = [row for row in self._rows if row["status"] == _EXPIRED]
        self._rows = [self._step(row, month) for row in self._rows if row["status"] == _IN_FORCE]
        for row in expired:
            if self._chance.happens(80):
                self.sign(str(row["unit_name"]), self._chance.day(month), years=2, commitments=self._chance.whole(2, 6))
        return self._rows

    def _step(self, row: Row, month: Period) -> Row:
        until, done, claimed = row.get("valid_until"), row["done_projects"], row["claimed_projects"]
        if isinstance(until, date) and until < month.end:
            return {**row, "status": _EXPIRED}
        assert isinstance(done, Decimal)  # noqa: S101  # so signed above
        assert isinstance(claimed, Decimal)  # noqa: S101  # the same
        return {**row, "done_projects": done + 1} if done < claimed and self._chance.happens(12) else row


class Neighbours:
    """The people and bodies around one community."""

    def __init__(self, profile: Profile, chance: Chance, since: Period) -> None:
        self._profile, self._chance = profile, chance
        self.agreements = Agreements(chance)
        units = invented_names.resident_units(profile.position, profile.short)
        self.shared = invented_names.shared_units(profile.position)
        self._units: list[Row] = [{"unit_name": name, "unit_level": level} for name, level in units]
        for name, _level in units[: chance.whole(3, 5)]:
            days = chance.whole(20, 650)
            self.agreements.sign(
                name, date.fromordinal(since.start.toordinal() - days), years=2, commitments=chance.whole(2, 6)
            )
        self._shops = invented_names.shops(profile.short, profile.position, chance.whole(3, 7))
        self._teams = invented_names.teams(profile.short, chance.whole(1, 4))

    def partner_units(self, month: Period) -> list[Row]:
        """The resident units: shared ones once their agreement has been signed."""
        shared: list[Row] = [
            {"unit_name": name, "unit_level": level} for name, level, on in self.shared if on <= month.end
        ]
        return self._units + shared

    def signed(self, month: Period, *, is_first: bool) -> list[Row]:
        """The agreements at the end of the month, joint ones of the street with several communities included."""
        for name, _level, on in self.shared:
            if on in month or (is_first and on < month.start):
                self.agreements.sign(name, on, commitments=3)
        return self.agreements.turn(month)

    def teams(self, month: Period) -> list[Row]:
        """The volunteer teams; a new one in spring, when volunteers are enlisted."""
        if month.first.number == 3 and self._chance.happens(30):
            named = invented_names.teams(self._profile.short, len(self._teams))
            self._teams = list(dict.fromkeys([*self._teams, *named]))
        return [{"name": name, "status": "在册"} for name in self._teams]

    def social_orgs(self) -> list[Row]:
        """Social organisations, charity teams and shops."""
        position, short = self._profile.position, self._profile.short
        resident: list[Row] = [
            {"name": name, "so_type": "入驻社会组织", "status": _IN_FORCE}
            for name in invented_names.social_orgs(position, short)
        ]
        charity: list[Row] = [{"name": f"{short}小橘灯公益团队", "so_type": "公益团队", "status": _IN_FORCE}]
        shops: list[Row] = [{"name": name, "so_type": "签约商户", "status": _IN_FORCE} for name in self._shops]
        return resident + (charity if position % 2 else []) + shops
