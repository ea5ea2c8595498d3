"""Who has reported: counts by the unit list, rates, and the text by which the others are reminded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from aggregator.model.consolidation import FileVerdict, Standing, UnitReport, Verdict
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.model.period import Period
from aggregator.model.reporting import CheckedReturn
from aggregator.model.value import SourceFile
from aggregator.pipeline.check import check
from aggregator.pipeline.inbox import Seen, status
from aggregator.pipeline.office import UnknownNameError, WorkspaceError
from aggregator.results import StatusResult
from aggregator.workspace import Workspace
from tests.filled_form import edit_form

OCTOBER, SEPTEMBER = Period.parse("2026-10"), Period.parse("2026-09")
NAMES = ("梧桐", "青禾", "柳岸", "听松", "朝露", "杏林")
UNITS = {f"C0{number}": OrgUnit(f"C0{number}", f"{name}社区", name) for number, name in enumerate(NAMES, 1)}
STREET = Street(tuple(UNITS.values()), {"set_street_name": "云杉街道", "set_deadline_day": "3"})
FULL, HALF = Decimal("100.0"), Decimal("66.7")


def file(name: str, verdict: Verdict, unit: str = "", period: Period | None = None) -> FileVerdict:
    """A file of the inbox."""
    return FileVerdict(SourceFile(name, 1, name), verdict, unit, period)


def report(unit: str, standing: Standing, *, on_time: bool | None = True, filled: Decimal | None = FULL) -> UnitReport:
    """How a unit reported."""
    has_file = standing in (Standing.VALID, Standing.HELD)
    name = f"{unit}.xlsx" if has_file else ""
    return UnitReport(UNITS[unit], standing, name, filled if has_file else None, filled if has_file else None, on_time)


def checked(unit: str, *, mend: int = 0, explain: int = 0, is_held: bool = False) -> CheckedReturn:
    """What the last check of a unit's file came to."""
    to_mend = tuple(f"《指标表》E{row}" for row in range(11, 11 + mend))
    to_explain = tuple(f"《活动台账》C{row}" for row in range(5, 5 + explain))
    return CheckedReturn(unit, unit, is_held, to_mend, to_explain)


RESULT = StatusResult(
    OCTOBER,
    STREET,
    reports=(
        report("C01", Standing.VALID),
        report("C02", Standing.HELD, on_time=False),
        report("C03", Standing.VALID, on_time=False, filled=HALF),
        report("C04", Standing.MISSING, on_time=None),
        report("C05", Standing.EMPTY, on_time=None),
        report("C06", Standing.MISSING, on_time=None),
    ),
    files=(
        file("C01.xlsx", Verdict.ACCEPTED, "C01"),
        file("C02.xlsx", Verdict.HELD, "C02"),
        file("C03.xlsx", Verdict.ACCEPTED, "C03"),
        file("朝露张大姐.xlsx", Verdict.EMPTY, "C05", OCTOBER),
        file("杏林.xlsx", Verdict.WRONG_PERIOD, "C06", SEPTEMBER),
        file("不知是谁.xlsx", Verdict.UNKNOWN_UNIT),
        file("图.xlsx", Verdict.UNREADABLE),
        file("~$C01.xlsx", Verdict.IGNORED),
    ),
    checked={
        "C01": checked("C01"),
        "C02": checked("C02", mend=7, explain=1, is_held=True),
        "C03": checked("C03", explain=2),
    },
    rounds={"C02": 2},
    today=date(2026, 11, 3),
)


def test_every_line_says_how_a_unit_stands_and_what_came_of_each_file() -> None:
    lines = RESULT.lines()
    assert lines[1] == ("青禾", "退回", "逾期", "100%", "100%", "2次", "C02.xlsx", "要改7处，要改或说明1处")
    assert lines[2][3:] == ("66.7%", "66.7%", "", "C03.xlsx", "要改或说明2处")
    assert [line[-1] for line in lines[3:6]] == ["", "空表", "报成了2026年9月的"]
    assert [line[1] for line in lines[6:]] == ["空表", "统计月份不符", "未识别单位", "无法打开", "无关文件"]


def test_the_rates_are_of_those_expected_and_not_of_those_that_came() -> None:
    # Of six: three came, two of them valid, one in time. The empty form counts as not received.
    assert RESULT.summary().splitlines() == [
        "2026年10月：应报6个单位，已到3个（到位率50%），有效2个（有效率33.3%），按时1个（及时率16.7%）。",
        "未报：听松、杏林；空表：朝露；退回：青禾；逾期：青禾、柳岸。",
        "另有2个文件认不出单位或者打不开，见上表。",
    ]


def test_the_json_counts_what_the_issue_names() -> None:
    assert RESULT.as_json()["counts"] == {
        "expected": 6, "received": 3, "valid": 2, "held": 1, "empty": 1, "missing": 2, "on_time": 1, "late": 2,
        "not_identified": 2, "not_checked": 0,
    }  # fmt: skip


def test_the_reminder_is_ready_to_paste() -> None:
    assert RESULT.reminder() == (
        "【云杉街道党建月报 2026年10月】应报6个单位，已收到3个。\n"
        "一、还没有报的：听松。\n"
        "二、报来的不能用、请用本月下发的表重报的：朝露（空表）、杏林（报成了2026年9月的）。\n"
        "三、有错误必须改正的（退回单另发，在退回单里改好发回）：\n"
        "　青禾：改7处（《指标表》E11、E12、E13、E14、E15等），改正或说明1处（《活动台账》C5）。\n"
        "四、有疑问请改正或说明的（退回单另发，在退回单里改好发回）：\n"
        "　柳岸：改正或说明2处（《活动台账》C5、C6）。\n"
        "报送截止：11月3日。"
    )


def test_the_reminder_repeats_no_file_name_in_which_a_person_may_stand() -> None:
    assert "张大姐" not in RESULT.reminder()


def test_after_the_deadline_the_reminder_says_so() -> None:
    late = StatusResult(OCTOBER, STREET, RESULT.reports, RESULT.files, today=date(2026, 11, 4))
    assert late.reminder().endswith("报送截止日11月3日已过，请尽快报送。")


def test_when_all_is_in_the_reminder_thanks() -> None:
    done = StatusResult(OCTOBER, STREET, RESULT.reports[:1], checked={"C01": checked("C01")}, files=())
    assert done.reminder() == "【云杉街道党建月报 2026年10月】各单位都已报送，没有需要改的，谢谢大家！"
    assert done.unchecked_sentence() == ""


def test_a_return_that_no_check_has_seen_is_said_to_be_so(workspace: Workspace, month: Period) -> None:
    file = next(report.file for report in status(workspace, month).reports if report.unit.code == "C02")
    assert status(workspace, month).unchecked == ()  # the demonstration ran them all
    edit_form(workspace, month, file, lambda form: form.figure("flyers", -5))
    found = status(workspace, month)
    assert [report.unit.code for report in found.unchecked] == ["C02"]
    assert "还没有查错" in next(line[-1] for line in found.lines() if line[0] == "青禾")
    assert found.of(Standing.HELD) != []
    check(workspace, month)
    held = {report.unit.code for report in status(workspace, month).of(Standing.HELD)}
    assert held == {"C02", "C07"}
    assert "青禾：改1处（《指标表》E40）" in status(workspace, month).reminder()


def test_what_nobody_confirmed_is_not_really_filled(workspace: Workspace, month: Period) -> None:
    file = next(report.file for report in status(workspace, month).reports if report.unit.code == "C04")
    edit_form(workspace, month, file, lambda form: form.figure("pm_total", form.book["指标表"]["D10"].value))
    edit_form(workspace, month, file, lambda form: form.book["指标表"].__setitem__("E3", None))
    report = next(report for report in status(workspace, month).reports if report.unit.code == "C04")
    assert report.filled_pct == FULL
    assert report.really_filled_pct is not None
    assert report.really_filled_pct < FULL


def test_the_clerk_corrects_when_a_file_came(workspace: Workspace, month: Period) -> None:
    def late() -> set[str]:
        return {report.unit.code for report in status(workspace, month).reports if report.on_time is False}

    assert late() == {"C03"}
    status(workspace, month, seen=Seen("听松10月(1).xlsx", date(2026, 11, 9)))
    assert late() == {"C03", "C04"}
    status(workspace, month, seen=Seen("微信群接收/听松10月(1).xlsx", date(2026, 11, 5)))
    assert late() == {"C03"}


@pytest.mark.parametrize("day", [date(2025, 11, 9), date(2026, 9, 30), date(2027, 11, 9)])
def test_a_day_of_another_year_is_no_day_on_which_a_file_came(workspace: Workspace, month: Period, day: date) -> None:
    before = [report.on_time for report in status(workspace, month).reports]
    with pytest.raises(WorkspaceError, match=f"{day.isoformat()}不像是收到2026年10月报表的日子"):
        status(workspace, month, seen=Seen("微信群接收/听松10月(1).xlsx", day))
    assert [report.on_time for report in status(workspace, month).reports] == before


@pytest.mark.parametrize("name", ["听松10月.xlsx", "没有这个"])
def test_a_file_that_is_not_there_is_not_guessed(workspace: Workspace, month: Period, name: str) -> None:
    with pytest.raises(UnknownNameError, match="没有叫"):
        status(workspace, month, seen=Seen(name, date(2026, 11, 5)))
