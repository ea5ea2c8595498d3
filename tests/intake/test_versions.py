"""Forms of other catalog versions: older ones are read as far as they go, newer and foreign ones are refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.catalog.lint import lint
from aggregator.check.run import run_checks
from aggregator.form.template import write_form
from aggregator.intake.returns import Intake
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, Verdict
from aggregator.model.finding import Finding
from aggregator.model.value import ValueState
from aggregator.rollup.consolidate import roll_up
from aggregator.rollup.indicators import derive
from tests.intake.conftest import DEFINITIONS, OCTOBER, STREET, Inbox

Told = Callable[[Intake, str], list[Finding]]
#: The next version: 走访户数 is renamed, 服务面积 retired, 阅览人次 and the column 地点 are new, and a count reads it.
CHANGES = (
    ('version: "1.0"', 'version: "1.1"'),
    ("{code: visits, name: 走访户数,", "{code: visited, name: 走访住户数, renamed_from: [visits, 走访户数],"),
    ("check: visits <= members", "check: visited <= members"),
    ("{code: area, name: 服务面积,", '{code: area, name: 服务面积, until: "1.0",'),
    (
        "  - {code: acts, name: 活动场次,",
        (
            '  - {code: readers, name: 阅览人次, since: "1.1", section: 服务, block: base, of: both, measure: flow,\n'
            "     type: int, unit: 人次, over_months: sum, over_units: sum, min: 0}\n"
            "  - {code: indoors, name: 室内活动场次, section: 活动, block: base, of: communities, measure: flow,\n"
            "     type: int, unit: 场, over_months: sum, over_units: sum,\n"
            "     expression: 'count(activities, venue == \"室内\")'}\n"
            "  - {code: acts, name: 活动场次,"
        ),
    ),
    (
        "      - {code: participants, name: 参加人次,",
        "      - {code: venue, name: 地点, required: true}\n      - {code: participants, name: 参加人次,",
    ),
)


@pytest.fixture(scope="session")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The next version of the small catalog."""
    text = DEFINITIONS
    for old, new in CHANGES:
        assert text.count(old) == 1
        text = text.replace(old, new)
    folder = tmp_path_factory.mktemp("newer")
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return load_catalog(folder)


@pytest.fixture
def old_form(inbox: Inbox, newer: Catalog) -> Inbox:
    """A form of the first version in the inbox of a street that has moved on."""
    inbox.put("梧桐里.xlsx", inbox.form())
    inbox.catalog = newer
    return inbox


def test_the_next_version_is_sound(newer: Catalog) -> None:
    assert lint(newer) == ()
    blocks = newer.blocks_on(Inbox(Path(), newer).street)
    asked = [element.code for element in newer.asked_elements(Inbox(Path(), newer).street.unit("C01").kind, blocks)]
    assert asked == ["members", "visited", "funds", "readers", "indoors", "acts"]


def test_an_older_form_is_read_through_its_own_map_and_former_names(old_form: Inbox, told: Told) -> None:
    intake = old_form.read()
    (submission,) = intake.submissions
    assert submission.values["visited"].value == Decimal(30)
    assert submission.values["members"].value == Decimal(120)
    assert [row.cells["participants"] for row in submission.ledgers["activities"].rows] == [Decimal(20), Decimal(15)]
    assert told(intake, "template-changed") == []
    (found,) = told(intake, "catalog-version-other")
    assert found.message == (
        "梧桐里报的“梧桐里.xlsx”是1.0（本街道没有用过的）版报表，现用1.1版；对得上的项目已读取"
        "；没有“阅览人次”、《活动台账》“地点”，按旧版未设处理，不算未填。"
    )


def test_a_version_that_was_in_use_here_is_said_to_be_older_and_no_more(
    inbox: Inbox, newer: Catalog, told: Told
) -> None:
    inbox.put("梧桐里.xlsx", inbox.form())
    known = frozenset({inbox.catalog.fingerprint})
    inbox.catalog = newer
    (found,) = told(inbox.read(earlier_fingerprints=known), "catalog-version-other")
    assert "是1.0版报表，现用1.1版" in found.message


def test_what_an_older_form_does_not_ask_is_neither_missing_nor_nought(old_form: Inbox, newer: Catalog) -> None:
    street = old_form.street
    submission = derive(old_form.read().submissions[0], catalog=newer, street=street)
    assert submission.values["readers"].state is ValueState.NOT_ASKED
    # No row says where it was held, and so nothing can be counted by it; all rows can.
    assert "indoors" not in submission.values
    assert submission.values["acts"].value == Decimal(2)
    assert not submission.values["acts"].is_partial
    batch = Batch(newer, street, OCTOBER, (submission,))
    findings = run_checks(batch).findings
    assert [finding.message for finding in findings if "地点" in finding.message or "阅览" in finding.message] == []
    totals = roll_up(batch).totals
    assert totals["visited"].this_month.value == Decimal(30)
    for code in ("readers", "indoors"):
        assert totals[code].this_month.value is None
        assert "C01" not in totals[code].this_month.expected


def test_a_retired_element_is_no_longer_asked_nor_added(old_form: Inbox, newer: Catalog) -> None:
    street = old_form.street
    submission = derive(old_form.read().submissions[0], catalog=newer, street=street)
    assert submission.values["area"].value == Decimal(800)  # read, as it stands there
    assert roll_up(Batch(newer, street, OCTOBER, (submission,))).totals["area"].this_month.value is None


def test_a_newer_form_is_refused_with_what_to_do(inbox: Inbox, newer: Catalog, told: Told) -> None:
    today = inbox.catalog
    inbox.catalog = newer
    inbox.put("梧桐里.xlsx", inbox.form())
    inbox.catalog = today
    intake = inbox.read()
    assert [file.verdict for file in intake.files] == [Verdict.FOREIGN]
    (found,) = told(intake, "catalog-version-newer")
    assert found.message == "梧桐里报的“梧桐里.xlsx”是1.1版报表，比本机程序所用的1.0版新，没有读取。"
    assert "请先把本机的程序升级" in found.remedy


def test_a_form_of_which_most_is_asked_by_nobody_here_is_refused(
    inbox: Inbox, tmp_path_factory: pytest.TempPathFactory, told: Told
) -> None:
    folder = tmp_path_factory.mktemp("foreign")
    text = DEFINITIONS
    for code in ("members", "visits", "funds", "area", "activities", "act_type", "title", "participants", "held_on"):
        text = text.replace(f"code: {code},", f"code: x_{code},").replace(f"code: {code}\n", f"code: x_{code}\n")
    text = text.replace("count(activities)", "count(x_activities)").replace("visits <=", "x_visits <=")
    text = text.replace("<= members", "<= x_members").replace("check: members", "check: x_members")
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    form = write_form(catalog=load_catalog(folder), street=STREET, unit=STREET.unit("C01"), period=OCTOBER)
    inbox.put("梧桐里.xlsx", form)
    intake = inbox.read()
    assert [file.verdict for file in intake.files] == [Verdict.FOREIGN]
    (found,) = told(intake, "catalog-foreign")
    assert "是按另一套指标目录做的" in found.message
