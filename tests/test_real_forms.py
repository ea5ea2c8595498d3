"""What people do to real forms, and the finding that the clerk reads about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from aggregator.form.template import write_form
from aggregator.history.store import History
from aggregator.model.finding import Finding, Severity
from aggregator.model.period import Period
from aggregator.pipeline.check import check
from aggregator.pipeline.decisions import Wishes
from aggregator.pipeline.inbox import status
from aggregator.pipeline.office import open_office
from aggregator.workspace import Workspace
from tests.filled_form import Form, edit_form

_FATAL, _QUERY, _NOTE = Severity.FATAL, Severity.QUERY, Severity.NOTE


def _leave_blank(form: Form) -> None:
    form.figure("flyers", None)
    form.cell("activities", "title", None)
    form.book["指标表"]["E3"].value = None
    form.answer("volunteer_teams", None)


def _list_nothing(form: Form) -> None:
    form.clear("activities")
    form.answer("activities", None)
    form.clear("volunteer_teams")
    form.answer("volunteer_teams", "已更新")


def _deny_what_is_listed(form: Form) -> None:
    form.answer("activities", "本月无")


def _write_words(form: Form) -> None:
    form.answer("activities", None)
    form.figure("flyers", "若干")
    form.cell("activities", "participants", "很多")
    form.cell("activities", "act_type", "郊游")


def _mistype(form: Form) -> None:
    form.figure("flyers", -5)
    form.figure("pm_avg_age", "51.234")
    form.figure("resident_pop", 99_999_999)


def _write_too_much_and_too_little(form: Form) -> None:
    form.cell("activities", "title", "长" * 60)
    form.cell("texts", "body", "太短了")
    form.put("partner_units", form.row("partner_units"), row=20)


def _type_over_a_formula(form: Form) -> None:
    form.figure("act_theme", 99)


def _answer_in_own_words(form: Form) -> None:
    form.answer("activities", "随便")
    form.clear("volunteer_teams")
    form.answer("volunteer_teams", "不清楚")


_EDITS: Mapping[str, tuple[Callable[[Form], None], Mapping[str, Severity]]] = {
    "C01": (
        _leave_blank,
        {"missing-value": _QUERY, "missing-cell": _QUERY, "stock-unconfirmed": _QUERY, "ledger-unconfirmed": _QUERY},
    ),
    "C02": (_list_nothing, {"ledger-unanswered": _QUERY, "ledger-without-rows": _QUERY}),
    "C03": (_deny_what_is_listed, {"ledger-contradiction": _FATAL}),
    "C04": (
        _write_words,
        {
            "ledger-answer-missing": _NOTE,
            "unreadable-value": _QUERY,
            "unreadable-cell": _QUERY,
            "unknown-code": _QUERY,
        },
    ),
    "C05": (_mistype, {"negative-value": _FATAL, "too-many-places": _QUERY, "outside-range": _QUERY}),
    "C06": (
        _write_too_much_and_too_little,
        {"text-too-long": _NOTE, "text-too-short": _QUERY, "duplicate-key": _QUERY},
    ),
    "C08": (_type_over_a_formula, {"stated-differs": _QUERY}),
    "C09": (_answer_in_own_words, {"answer-unreadable": _QUERY}),
}


def _files(workspace: Workspace, month: Period) -> dict[str, str]:
    """The file that counts of each unit."""
    found = status(workspace, month).reports
    return {report.unit.code: report.file for report in found if report.file}


def _kinds(findings: tuple[Finding, ...], unit: str) -> dict[str, Severity]:
    return {finding.kind.code: finding.severity for finding in findings if finding.unit == unit}


@pytest.fixture
def checked(workspace: Workspace, month: Period) -> tuple[Finding, ...]:
    """The findings after every edit, each in a form of its own."""
    files = _files(workspace, month)
    for unit, (change, _) in _EDITS.items():
        edit_form(workspace, month, files[unit], change)
    return check(workspace, month, wishes=Wishes({"C07": "已电话核实"})).findings


def test_every_fault_of_a_real_form_is_found(checked: tuple[Finding, ...]) -> None:
    for unit, (_, expected) in _EDITS.items():
        found = _kinds(checked, unit)
        assert {kind: found.get(kind) for kind in expected} == expected, unit
    # One damage, one finding: intake told what stands in the answer cell.
    assert not {"ledger-unanswered", "ledger-answer-missing"} & set(_kinds(checked, "C09"))
    taken_in = _kinds(checked, "C07")
    assert (taken_in["rule-broken"], taken_in["accepted-return"]) == (_FATAL, _NOTE)


def test_a_person_in_two_rosters_is_found(workspace: Workspace, month: Period) -> None:
    files = _files(workspace, month)
    person: dict[str, Any] = {}
    edit_form(workspace, month, files["C09"], lambda form: person.update(form.row("committee_roster")))
    edit_form(workspace, month, files["C10"], lambda form: form.put("committee_roster", person, row=30))
    findings = check(workspace, month).findings
    assert _kinds(findings, "C10")["same-person-elsewhere"] is _QUERY
    (found,) = [found for found in findings if (found.kind.code, found.unit) == ("same-person-elsewhere", "C10")]
    assert person["person"] in found.message


def test_last_months_form_sent_again_is_found(workspace: Workspace, month: Period) -> None:
    office = open_office(workspace)
    with History.open(workspace.history_path) as history:
        last = next(submission for submission in history.month(month.previous()) if submission.unit == "C12")
        form = write_form(
            catalog=office.catalog, street=office.street, unit=office.street.unit("C12"), period=month, filled=last
        )
    (workspace.inbox(month) / _files(workspace, month)["C12"]).write_bytes(form)
    assert _kinds(check(workspace, month).findings, "C12")["return-repeated"] is _QUERY
