"""The command `amend`: a number set right by word of its unit, what moves with it, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable

from aggregator.history.store import History
from aggregator.intake.cells import Cell, CellKind
from aggregator.intake.coerce import coerce, wanted_of_element
from aggregator.intake.returns import Intake
from aggregator.model.decision import Amendment, Reported, Withdrawal
from aggregator.model.definition import Asked, Element
from aggregator.model.evaluate import matching
from aggregator.model.expression import Aggregate, elements_of, walk
from aggregator.model.finding import Severity
from aggregator.model.org_unit import OrgUnit
from aggregator.model.period import Period
from aggregator.model.scope import UnitScope
from aggregator.model.value import DataValue, Submission, ValueState
from aggregator.pipeline.decisions import NO_WISHES, Decided, decide
from aggregator.pipeline.inbox import read_inbox, today
from aggregator.pipeline.month import Month, consolidate, judge_month
from aggregator.pipeline.office import (
    Office,
    Progress,
    WorkspaceError,
    element_named,
    open_history,
    open_office,
    silent,
    unit_named,
)
from aggregator.results import Amended, AmendmentList
from aggregator.rollup.amendments import reported
from aggregator.rollup.moved import moved_totals
from aggregator.workspace import Workspace

_MOST_ROWS = 12


def amend(
    workspace: Workspace, period: Period, *, unit: str, name: str, value: str, reason: str, by: str,
    progress: Progress = silent,
) -> Amended:  # fmt: skip
    """Set a typed number right; WorkspaceError where it cannot be, naming what to mend instead."""
    office = open_office(workspace)
    whose, element = unit_named(office.street, unit), element_named(office.catalog, name)
    new = _understood(element, value, period)
    with open_history(office) as history:
        desk = _Desk(office, history, read_inbox(office, history, period, progress), period)
        sent = desk.sent(whose, element)
        submission = desk.submission(whose)
        amendment = Amendment(
            whose.code, period, element.code, reported(sent), new, submission.source.sha256, reason, by, today()
        )
        if amendment.old == amendment.new:
            raise WorkspaceError(f"{whose.short_name}“{element.name}”报的就是这个数，不用更正。")
        return desk.decided(whose, element, sent, lambda: history.decisions.amend(amendment))


def take_back(
    workspace: Workspace, period: Period, *, unit: str, name: str, reason: str, by: str, progress: Progress = silent
) -> Amended:
    """Take an amendment back: what the unit sent counts again."""
    office = open_office(workspace)
    whose, element = unit_named(office.street, unit), element_named(office.catalog, name)
    withdrawal = Withdrawal(by, reason, today())
    with open_history(office) as history:
        if not any((one.unit, one.element) == (whose.code, element.code) for one in history.decisions.in_force(period)):
            raise WorkspaceError(f"{whose.short_name}{period.label}“{element.name}”没有更正过，没有可以撤销的。")
        desk = _Desk(office, history, read_inbox(office, history, period, progress), period)
        return desk.decided(
            whose,
            element,
            desk.submission(whose).values.get(element.code),
            lambda: history.decisions.withdraw_amendment(period, whose.code, element.code, withdrawal),
        )


def listed(workspace: Workspace, period: Period) -> AmendmentList:
    """All amendments of a month, those taken back too."""
    office = open_office(workspace)
    with open_history(office) as history:
        return AmendmentList(period, office.street, office.catalog, history.decisions.amendments(period))


def _understood(element: Element, text: str, period: Period) -> Reported:
    """What the clerk typed, read as the form's own cell is."""
    found = coerce(Cell(CellKind.TEXT, text), wanted_of_element(element), period=period)
    if not found.state.is_reported:
        why = found.reason or "没有写数"
        raise WorkspaceError(f"“{text}”不能作为“{element.name}”的数（{why}），没有更正。")
    return Reported(found.state, found.value)


class _Desk:
    """The month at hand before and after a decision."""

    def __init__(self, office: Office, history: History, intake: Intake, period: Period) -> None:
        self._office, self._history, self._intake, self._period = office, history, intake, period

    def submission(self, unit: OrgUnit) -> Submission:
        """The unit's return; WorkspaceError when there is none to amend."""
        for submission in self._intake.submissions:
            if submission.unit == unit.code:
                return submission
        raise WorkspaceError(f"{unit.short_name}{self._period.label}没有能读取的报表，没有可以更正的数。请先收表。")

    def sent(self, unit: OrgUnit, element: Element) -> DataValue:
        """What the unit typed for an element; WorkspaceError with what to mend instead when nobody types it."""
        submission = self.submission(unit)
        if not element.is_typed:
            raise WorkspaceError(f"“{element.name}”{self._instead(element, submission)}，没有更正。")
        value = submission.values.get(element.code)
        if value is None or value.state is ValueState.NOT_ASKED:
            raise WorkspaceError(f"{unit.short_name}的报表里没有“{element.name}”这一项，没有可以更正的数。")
        return value

    def _instead(self, element: Element, submission: Submission) -> str:
        """Where a number comes from that nobody types, and so what to mend."""
        if element.of is Asked.STREET:
            return "由街道总数算出，请更正各单位的数"
        counts = [part for part in walk(element.expression) if isinstance(part, Aggregate)]
        if not counts:
            names = "、".join(
                f"“{self._office.catalog.elements[code].name}”" for code in elements_of(element.expression)
            )
            return f"由{names}算出，请更正这些指标"
        scope = UnitScope(self._office.catalog, self._office.street, submission)
        places = "；".join(dict.fromkeys(self._rows(part, submission, scope) for part in counts))
        return f"是从台账数出来的，请社区改台账后重报：{places}"

    def _rows(self, count: Aggregate, submission: Submission, scope: UnitScope) -> str:
        """The sheet and the rows that count: 《活动台账》第5、9行."""
        sheet = submission.ledgers.get(count.ledger)
        name = sheet.answer_place.sheet if sheet else self._office.catalog.ledgers[count.ledger].sheet
        numbers = [str(row.number) for row in matching(count, scope) or ()]
        rows = f"第{'、'.join(numbers[:_MOST_ROWS])}{'等' if len(numbers) > _MOST_ROWS else ''}行" if numbers else ""
        return f"《{name}》{rows or '（目前没有计入的行）'}"

    def decided(
        self, unit: OrgUnit, element: Element, sent: DataValue | None, decide_now: Callable[[], object]
    ) -> Amended:
        """Keep the decision, and say what it moves."""
        before = self._month()
        decide_now()
        after = self._month()
        now = after.batch.submission(unit.code)
        fatal = [one for one in after.findings if one.unit == unit.code and one.severity is Severity.FATAL]
        return Amended(
            period=self._period,
            unit=unit,
            element=element,
            sent=sent,
            counts=now.value(element.code) if now else None,
            moved=moved_totals(consolidate(before), consolidate(after)),
            is_recorded=self._history.manifest(self._period) is not None,
            is_held=unit.code in after.batch.held,
            fatal=tuple(fatal),
        )

    def _month(self) -> Month:
        decided: Decided = decide(self._history, self._office, self._intake, self._period, NO_WISHES)
        return judge_month(self._office, self._history, self._intake, decided)
