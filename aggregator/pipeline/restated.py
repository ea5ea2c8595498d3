"""A month that was recorded before and is read anew: whose returns are other ones, and which totals move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aggregator.history.store import History
from aggregator.model.consolidation import Batch, Consolidation, Verdict
from aggregator.pipeline.month import Month
from aggregator.publish.tables import manifest
from aggregator.results import Restated
from aggregator.rollup.consolidate import roll_up
from aggregator.rollup.moved import moved_totals

_RETURNS = (Verdict.ACCEPTED.value, Verdict.HELD.value)


def restated(history: History, month: Month, now: Consolidation) -> Restated | None:
    """What has changed since the month was last recorded; None when it never was, or nothing of its returns has.

    Only where a file, its standing or a decision about it differs are the recorded totals made again.
    """
    recorded = history.manifest(month.batch.period)
    if not recorded:
        return None
    present = manifest(now, files=month.intake.files, findings=(), unverifiable=0, first_seen={}, outputs={})
    then, today = _returns(recorded), _returns(present)
    changed = tuple(unit for unit in month.office.street.units if then.get(unit.code) != today.get(unit.code))
    return Restated(changed, moved_totals(_recorded_totals(history, month), now)) if changed else None


def _returns(recorded: Mapping[str, Any]) -> dict[str, tuple[object, ...]]:
    """Of each unit the file that counts, its standing, and what was decided about it, by a month's manifest."""
    amended = recorded.get("amended", [])
    return {
        file["unit"]: (
            file["sha256"],
            file["verdict"],
            recorded["accepted"].get(file["unit"]),
            [(one["code"], one["state"], one["value"]) for one in amended if one["unit"] == file["unit"]],
        )
        for file in recorded["inputs"]
        if file["unit"] and file["verdict"] in _RETURNS
    }


def _recorded_totals(history: History, month: Month) -> Consolidation:
    """The month as it was recorded, beside the same earlier months."""
    period = month.batch.period
    returns = history.month(period, with_held=True)
    held = history.held(period)
    return roll_up(Batch(month.office.catalog, month.office.street, period, returns, month.batch.history, held))
