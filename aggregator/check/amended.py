"""What the clerk set right: told wherever it counts, and whether the unit has said a third thing since."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.check import finding_kinds as kinds
from aggregator.check.returns import UnitReturn
from aggregator.check.wording import shown
from aggregator.model.decision import Amendment, Reported
from aggregator.model.finding import Finding, FindingKind
from aggregator.model.value import DataValue


def check_amended(returns: tuple[UnitReturn, ...]) -> Iterator[Finding]:
    """Yield a finding for each amendment of a return."""
    for unit in returns:
        for amendment in unit.batch.amendments:
            sent = unit.submission.as_sent.get(amendment.element)
            if amendment.unit == unit.unit.code and sent is not None:
                yield _told(unit, amendment, sent)


def _told(unit: UnitReturn, amendment: Amendment, sent: DataValue) -> Finding:
    said = Reported(sent.state, sent.value)
    element = unit.catalog.elements[amendment.element]
    return _kind(amendment, said).at(
        sent.place,
        unit=unit.unit.code,
        period=unit.period,
        elements=(element.code,),
        value=sent.raw or shown(sent.scalar),
        where=unit.where(sent.place),
        name=element.name,
        code=element.code,
        unit_name=unit.unit.short_name,
        old=_words(amendment.old),
        new=_words(amendment.new),
        found=_words(said),
        by=amendment.by,
        on=amendment.on.isoformat(),
        reason=amendment.reason.rstrip("。"),
    )


def _kind(amendment: Amendment, said: Reported) -> FindingKind:
    if said == amendment.new:
        return kinds.AMENDMENT_CONFIRMED
    return kinds.VALUE_AMENDED if said == amendment.old else kinds.AMENDMENT_DISPUTED


def _words(said: Reported) -> str:
    return shown(said.value) if said.state.counts and said.value is not None else said.state.label
