"""The command `check`: what is wrong with a month's returns, and what goes back to the units."""

from __future__ import annotations

from aggregator.check.rank import rank
from aggregator.check.street_rules import check_street
from aggregator.model.consolidation import Standing
from aggregator.model.period import Period
from aggregator.pipeline.decisions import NO_WISHES, Wishes
from aggregator.pipeline.month import consolidate, read_month
from aggregator.pipeline.office import Progress, open_history, open_office, silent
from aggregator.pipeline.restated import restated
from aggregator.pipeline.slips import write_slips
from aggregator.results import CheckedMonth
from aggregator.workspace import Workspace


def check(
    workspace: Workspace, period: Period, *, wishes: Wishes = NO_WISHES, progress: Progress = silent
) -> CheckedMonth:
    """What is wrong with the month's returns; of the outputs only the return slips are written."""
    office = open_office(workspace)
    with open_history(office) as history:
        month = read_month(office, history, period, wishes=wishes, progress=progress)
        slips = write_slips(history, month, progress)
        consolidation = consolidate(month)
        again = restated(history, month, consolidation)
    missing = [report.unit for report in consolidation.units if report.standing in (Standing.MISSING, Standing.EMPTY)]
    return CheckedMonth(
        period=period,
        street=office.street,
        findings=rank([*month.findings, *check_street(consolidation)]),
        held=month.checked.held,
        missing=tuple(missing),
        unverifiable=len(month.checked.unverifiable),
        slips=slips,
        restated=again,
    )
