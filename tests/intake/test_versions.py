"""Forms of other catalog versions: older ones are read as far as they go, newer and foreign ones are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.catalog.lint import lint
from aggregator.check.run import run_checks
from aggregator.form.slip import slip_of
from aggregator.form.template import write_form
from aggregator.intake.returns import Intake
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch, Verdict
from aggregator.model.finding import Finding
from aggregator.model.value import ValueState
from aggregator.rollup.consolidate import roll_up
from aggregator.rollup.indicators import derive
from tests.intake.conftest import ACTS, DEFINITIONS, FIGURES, OCTOBER, STREET, Inbox, changed_catalog

Told = Callable[[Intake, str], list[Finding]]
#: The next version: 走访户数 is renamed, 服务面积 retired; 阅览人次 and the column 地点 are new; a count, a share and a
#: rule read that.
CHANGES = (
    ('version: "1.0"', 'version: "1.1"'),
    ("{code: visits, name: 走访户数,", "{code: visited, name: 走访住户数, renamed_from: [visits, 走访户数],"),
    (
        "  - {code: R1, name: 走访户数不多于党员总数, of: both, check: visits <= members, severity: query}\n",
        (
            "  - {code: R1, name: 走访户数不多于党员总数, of: both, check: visited <= members, severity: query}\n"
            "  - {code: R3, name: 应有室内活动, of: communities, check: indoors > 0, severity: query, missing: zero}\n"
        ),
    ),
    ("{code: area, name: 服务面积,", '{code: area, name: 服务面积, until: "1.0",'),
    (
        "  - {code: acts, name: 活动场次,",
        (
            '  - {code: readers, name: 阅览人次, since: "1.1", section: 服务, block: base, of: both, measure: flow,\n'
            "     type: int, unit: 人次, over_months: sum, over_units: sum, min: 0}\n"
            "  - {code: indoors, name: 室内活动场次, section: 活动, block: base, of: communities, measure: flow,\n"
            "     type: int, unit: 场, over_months: sum, over_units: sum,\n"
            "     expression: 'count(activities, venue == \"室内\")'}\n"
            "  - {code: indoor_share, name: 室内活动占比, section: 活动, block: base, of: communities,\n"
            "     measure: ratio, type: percent, unit: '%', over_months: recompute, over_units: recompute,\n"
            "     expression: 'share(count(activities, venue == \"室内\"), count(activities))'}\n"
            "  - {code: acts, name: 活动场次,"
        ),
    ),
    (
        "      - {code: participants, name: 参加人次,",
        "      - {code: venue, name: 地点, required: true}\n      - {code: participants, name: 参加人次,",
    ),
    (
        "  - code: reserve\n",
        (
            "    rules:\n"
            "      - {code: R9, when: participants > 0, check: not is_empty(venue), severity: query, message: 缺地点}\n"
            "  - code: reserve\n"
        ),
    ),
)


@pytest.fixture(scope="session")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The next version of the small catalog."""
    return changed_catalog(tmp_path_factory.mktemp("newer"), *CHANGES)


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
    assert asked == ["members", "visited", "funds", "readers", "indoors", "indoor_share", "acts"]


def test_an_older_form_is_read_through_its_own_map_and_former_names(old_form: Inbox, told: Told) -> None:
    intake = old_form.read()
    (submission,) = intake.submissions
    assert submission.values["visited"].value == Decimal(30)
    assert submission.values["members"].value == Decimal(120)
    assert [row.cells["participants"] for row in submission.ledgers["activities"].rows] == [Decimal(20), Decimal(15)]
    assert told(intake, "template-changed") == []
    (found,) = told(intake, "catalog-version-other")
    assert found.message == (
        "梧桐里报的“梧桐里.xlsx”是1.0版报表（本机没有下发记录），现用1.1版；对得上的项目已读取"
        "；没有“阅览人次”、《活动台账》“地点”，按旧版未设处理，不算未填；多出“服务面积”，没有计入。"
    )


def test_a_version_that_was_in_use_here_is_said_to_be_older_and_no_more(
    inbox: Inbox, newer: Catalog, told: Told
) -> None:
    inbox.put("梧桐里.xlsx", inbox.form())
    known = frozenset({inbox.catalog.fingerprint})
    inbox.catalog = newer
    (found,) = told(inbox.read(earlier_fingerprints=known), "catalog-version-other")
    assert "是1.0版报表，现用1.1版；" in found.message


def test_what_an_older_form_does_not_ask_is_neither_missing_nor_nought(old_form: Inbox, newer: Catalog) -> None:
    street = old_form.street
    submission = derive(old_form.read().submissions[0], catalog=newer, street=street)
    assert submission.values["readers"].state is ValueState.NOT_ASKED
    # No row says where it was held, and so nothing can be counted by it; all rows can.
    assert "indoors" not in submission.values
    assert submission.values["acts"].value == Decimal(2)
    assert not submission.values["acts"].is_partial
    batch = Batch(newer, street, OCTOBER, (submission,))
    checked = run_checks(batch)
    findings = checked.findings
    told = ("地点", "阅览", "室内")
    assert [one.message for one in findings if any(word in one.message for word in told)] == []
    totals = roll_up(batch).totals
    assert totals["visited"].this_month.value == Decimal(30)
    for code in ("readers", "indoors", "indoor_share"):
        assert totals[code].this_month.value is None
        assert "C01" not in totals[code].this_month.expected


def test_a_rule_that_reads_what_an_older_form_does_not_ask_is_left_undecided(old_form: Inbox, newer: Catalog) -> None:
    submission = derive(old_form.read().submissions[0], catalog=newer, street=old_form.street)
    checked = run_checks(Batch(newer, old_form.street, OCTOBER, (submission,)))
    assert [(one.rule, one.reason, one.count) for one in checked.unverifiable] == [
        ("R3", "旧版报表没有所用的项目", 1),
        ("R9", "旧版报表没有所用的项目", 2),
    ]
    assert "rule-broken" not in {finding.kind.code for finding in checked.findings}


def test_a_share_leaves_out_the_units_whose_forms_lack_a_column_above_and_below_the_line(
    old_form: Inbox, newer: Catalog
) -> None:
    # C01 had two activities, and nobody asked it where; of the four of C02 one was held indoors.
    acts = tuple({**ACTS[0], "title": f"第{i}场", "venue": "室外" if i else "室内"} for i in range(4))
    old_form.put("北苑东.xlsx", old_form.form("C02", acts=acts))
    read = old_form.read().submissions
    batch = Batch(newer, STREET, OCTOBER, tuple(derive(one, catalog=newer, street=STREET) for one in read))
    share = roll_up(batch).totals["indoor_share"].this_month
    assert (share.value, share.expected, share.reported) == (Decimal(25), ("C02",), ("C02",))


def test_months_recorded_before_a_column_was_asked_do_not_enter_a_share(old_form: Inbox, newer: Catalog) -> None:
    (old,) = old_form.read().submissions
    september = replace(derive(old, catalog=newer, street=STREET), period=OCTOBER.previous())
    acts = ({**ACTS[0], "venue": "室内"}, {**ACTS[1], "venue": "室外"})
    old_form.put("梧桐里.xlsx", old_form.form(acts=acts))
    now = derive(old_form.read().submissions[0], catalog=newer, street=STREET)
    batch = Batch(newer, STREET, OCTOBER, (now,), {september.period: (september,)})
    share = roll_up(batch).totals["indoor_share"]
    assert (share.this_month.value, share.year_to_date.value) == (Decimal(50), Decimal(50))
    assert "梧桐里" not in share.year_to_date.note  # it owes nothing for September


def test_a_unit_whose_older_form_stops_asking_in_mid_year_is_named_with_the_months(
    old_form: Inbox, newer: Catalog, tmp_path: Path
) -> None:
    # In September both units had the form of today; in October 梧桐里 sent the old one, which asks for no readers.
    acts = ({**ACTS[0], "venue": "室内"}, {**ACTS[1], "venue": "室外"})
    readers = {**FIGURES, "visited": Decimal(30), "readers": Decimal(5)}
    today = replace(old_form, folder=tmp_path / "september")
    for code in ("C01", "C02"):
        today.put(f"{code}.xlsx", today.form(code, figures=readers, acts=acts))
    september = [
        replace(derive(one, catalog=newer, street=STREET), period=OCTOBER.previous())
        for one in today.read().submissions
    ]
    old_form.put("北苑东.xlsx", old_form.form("C02", figures=readers, acts=acts))
    october = [derive(one, catalog=newer, street=STREET) for one in old_form.read().submissions]
    batch = Batch(newer, STREET, OCTOBER, tuple(october), {OCTOBER.previous(): tuple(september)})
    totals = roll_up(batch).totals
    year = totals["readers"].year_to_date
    assert (year.value, year.reported) == (Decimal(15), ("C01", "C02"))
    assert year.note == "缺月：街道本级（9月、10月）；旧版未设：梧桐里（10月）；10个月中2个月有数"
    share = totals["indoor_share"].year_to_date
    assert (share.value, share.note) == (Decimal(50), "旧版未设：梧桐里（10月）；10个月中2个月有数")
    # What both forms ask lacks nothing, and a month in which nobody was asked is lacked by nobody.
    assert "旧版未设" not in totals["visited"].year_to_date.note


def test_a_form_made_before_a_block_was_switched_says_so(inbox: Inbox, told: Told) -> None:
    both, base = frozenset({"base", "extra"}), frozenset({"base"})
    for before, after, difference in (
        (base, both, "没有“游园个数”，按旧版未设处理，不算未填"),
        (both, base, "多出“游园个数”，没有计入"),
    ):
        inbox.street = replace(STREET, blocks_on=before)
        inbox.put("梧桐里.xlsx", inbox.form())
        inbox.street = replace(STREET, blocks_on=after)
        (found,) = told(inbox.read(), "catalog-version-other")
        assert found.message == (
            f"梧桐里报的“梧桐里.xlsx”是功能块调整以前下发的报表；对得上的项目已读取；{difference}。"
        )


def test_a_column_that_is_asked_no_longer_is_told_once(
    inbox: Inbox, told: Told, tmp_path_factory: pytest.TempPathFactory
) -> None:
    column = "      - {code: participants, name: 参加人次, type: int, min: 0}\n"
    inbox.put("梧桐里.xlsx", inbox.form())
    inbox.catalog = changed_catalog(tmp_path_factory.mktemp("without"), (column, ""))
    intake = inbox.read()
    (found,) = told(intake, "catalog-version-other")
    assert "现用的同一版改动过内容" in found.message
    assert "多出《活动台账》“参加人次”，没有计入" in found.message
    assert told(intake, "cells-outside") == []
    assert [row.cells["title"] for row in intake.submissions[0].ledgers["activities"].rows] == ["登高", "清扫"]


def test_of_an_older_and_a_newer_file_what_only_one_asks_is_no_blank(inbox: Inbox, newer: Catalog, told: Told) -> None:
    inbox.put("梧桐里一稿1.xlsx", inbox.form())
    inbox.catalog = newer
    inbox.put("梧桐里二稿2.xlsx", inbox.form(figures={**FIGURES, "visited": Decimal(30), "readers": Decimal(5)}))
    (found,) = told(inbox.read(), "file-superseded")
    assert "“阅览人次”表中没有→5、" in found.message
    assert "“服务面积”800→表中没有。" in found.message


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


def test_the_slip_of_an_older_form_is_todays_form_with_what_was_told(
    old_form: Inbox, newer: Catalog, told: Told
) -> None:
    intake = old_form.read()
    (found,) = told(intake, "catalog-version-other")
    assert "请梧桐里在退回的表里补填后重报" in found.remedy
    layout, street, unit = old_form.layout(), old_form.street, old_form.street.unit("C01")
    slip = slip_of(intake.findings, intake.submissions[0], layout, number=1)
    back = write_form(
        catalog=newer, street=street, unit=unit, period=OCTOBER, filled=intake.submissions[0], slip=slip
    )  # fmt: skip
    old_form.put("梧桐里.xlsx", back)
    again = old_form.read()
    assert told(again, "catalog-version-other") == []
    values = again.submissions[0].values
    assert (values["visited"].value, values["readers"].state) == (Decimal(30), ValueState.MISSING)
    assert [row.cells["title"] for row in again.submissions[0].ledgers["activities"].rows] == ["登高", "清扫"]


@pytest.mark.parametrize("name", ["visited", "走访住户数", "visits", "走访户数"])
def test_an_element_is_known_by_its_former_code_and_name_too(newer: Catalog, name: str) -> None:
    assert newer.element(name).code == "visited"
