"""The inbox of the last month: written by the real form, read by the real intake, as the outcome promises."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.demo.inbox import RETYPED, InboxFile, expected_outcome, inbox_files
from aggregator.demo.simulate import simulate
from aggregator.form.layout import build_layout
from aggregator.form.template import write_form
from aggregator.intake.returns import Intake, read_returns
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Verdict
from aggregator.model.org_unit import Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Submission

LAST = Period.month(2026, 10)


@pytest.fixture(scope="module")
def laid_out(street: Street, catalog: Catalog) -> Mapping[Period, tuple[Submission, ...]]:
    """The last two months, each value in its cell of the form."""
    layouts = {kind: build_layout(catalog, kind, catalog.blocks_on(street)) for kind in UnitKind}
    return simulate(street, catalog, seed=2026, last=LAST, months=2, layouts=layouts)


@pytest.fixture(scope="module")
def files(laid_out: Mapping[Period, tuple[Submission, ...]], street: Street, catalog: Catalog) -> tuple[InboxFile, ...]:
    def write(submission: Submission) -> bytes:
        unit = street.unit(submission.unit)
        return write_form(catalog=catalog, street=street, unit=unit, period=submission.period, filled=submission)

    return inbox_files(laid_out[LAST], laid_out[LAST.previous()], catalog=catalog, write=write)


@pytest.fixture(scope="module")
def intake(
    files: tuple[InboxFile, ...], street: Street, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Intake:
    folder = tmp_path_factory.mktemp("inbox")
    for file in files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        os.utime(path, (file.sent_at.timestamp(), file.sent_at.timestamp()))
    return read_returns(folder, catalog=catalog, street=street, period=LAST)


def test_the_folder_holds_what_is_promised_and_no_name_twice(files: tuple[InboxFile, ...], street: Street) -> None:
    expected = expected_outcome(LAST, [unit.code for unit in street.units])
    assert len({file.name for file in files}) == len(files) == 23
    assert {file.name for file in files} == set(expected.files)


def test_names_are_such_as_every_system_can_keep(files: tuple[InboxFile, ...]) -> None:
    for file in files:
        assert not set(file.name) & set('\\:*?"<>|'), file.name


def test_every_file_comes_to_the_verdict_that_is_promised(intake: Intake, street: Street) -> None:
    expected = dict(expected_outcome(LAST, [unit.code for unit in street.units]).files)
    # The contradiction of figures is found by the checks, after the reading.
    (held,) = (name for name, verdict in expected.items() if verdict is Verdict.HELD)
    assert {one.file.name: one.verdict for one in intake.files} == expected | {held: Verdict.ACCEPTED}


def test_each_form_is_known_for_its_unit_whatever_it_is_called(intake: Intake) -> None:
    named = {one.file.name: one.unit for one in intake.files}
    assert named["新建 Microsoft Excel 工作表.xlsx"] == "C16"
    assert named["微信群接收/转发：竹里社区报表(2).xlsx"] == "C10"
    assert named["望澜社区10月报表.xlsx"] == "C11"


def test_what_people_type_is_read_as_what_was_told(
    intake: Intake, laid_out: Mapping[Period, tuple[Submission, ...]]
) -> None:
    told = {submission.unit: submission for submission in laid_out[LAST]}
    read = {submission.unit: submission for submission in intake.submissions}
    assert set(told) - set(read) == {"C11"}
    different = {
        (unit, code)
        for unit, submission in read.items()
        for code, value in told[unit].values.items()
        if submission.values[code].value != value.value
    }
    assert different == {("C07", "pm_community")}
    for unit, submission in read.items():
        for code, sheet in told[unit].ledgers.items():
            assert [row.cells for row in submission.ledgers[code].rows] == [row.cells for row in sheet.rows], code
            assert submission.ledgers[code].answer == sheet.answer


def test_some_type_numbers_and_dates_in_their_own_way(intake: Intake) -> None:
    repaired = {submission.unit for submission in intake.submissions for v in submission.values.values() if v.repair}
    assert repaired == RETYPED
    ways = [v.raw for submission in intake.submissions for v in submission.values.values() if v.repair]
    assert any("," in raw for raw in ways)
    assert any("人" in raw for raw in ways)
    assert any("１" in raw for raw in ways)


def test_the_held_return_has_parts_that_do_not_make_the_whole(intake: Intake) -> None:
    held = next(submission for submission in intake.submissions if submission.unit == "C07")
    kinds = ("pm_agency", "pm_community", "pm_nonpublic", "pm_social", "pm_other")
    parts = [held.values[code].value for code in kinds]
    total = held.values["pm_total"].value
    assert isinstance(total, Decimal)
    assert sum(part for part in parts if isinstance(part, Decimal)) == total + 12


def test_the_first_version_differs_in_two_figures(
    files: tuple[InboxFile, ...], intake: Intake, street: Street, catalog: Catalog, tmp_path: Path
) -> None:
    (first_name,) = (one.file.name for one in intake.files if one.verdict is Verdict.SUPERSEDED)
    (content,) = (file.content for file in files if file.name == first_name)
    (tmp_path / first_name).write_bytes(content)
    (first,) = read_returns(tmp_path, catalog=catalog, street=street, period=LAST).submissions
    second = next(submission for submission in intake.submissions if submission.unit == "C03")
    different = {code for code in first.values if first.values[code].value != second.values[code].value}
    # Figures computed from the typed ones are not in a reading.
    assert {code for code in different if catalog.elements[code].is_typed} == {"visit_households", "svc_items"}


def test_the_second_version_comes_last(files: tuple[InboxFile, ...]) -> None:
    assert max(files, key=lambda file: file.sent_at).name == "柳岸社区2026年10月（修改后）最终版2.xlsx"
