"""What `status` answers: who has reported and how, and the text by which the clerk reminds the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from aggregator.model.consolidation import FileVerdict, Standing, UnitReport, Verdict
from aggregator.model.evaluate import plain_text
from aggregator.model.finding import Finding
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.reporting import CheckedReturn, Rates
from aggregator.results.words import Json, Line, finding_json, names

#: Files of which nobody knows whose they are.
_STRANGE = (Verdict.UNKNOWN_UNIT, Verdict.FOREIGN, Verdict.UNREADABLE)
_CAME_TO_NOTHING = (Verdict.WRONG_PERIOD, Verdict.UNREADABLE, Verdict.EMPTY, Verdict.FOREIGN, Verdict.UNKNOWN_UNIT)
_MOST_PLACES = 5
_NUMERALS = "一二三四五六"


@dataclass(frozen=True)
class StatusResult:
    """Who has reported for a month; `findings` are those of the settings workbook.

    `checked` holds by unit what the last check of its present file came to, `rounds` how many of its files went back.
    """

    period: Period
    street: Street
    reports: tuple[UnitReport, ...]
    files: tuple[FileVerdict, ...]
    findings: tuple[Finding, ...] = ()
    checked: Mapping[str, CheckedReturn] = field(default_factory=dict)
    rounds: Mapping[str, int] = field(default_factory=dict)
    today: date = date.min

    @property
    def is_complete(self) -> bool:
        """Whether every unit has a usable return."""
        return all(report.standing is Standing.VALID for report in self.reports)

    @property
    def rates(self) -> Rates:
        """How many units are in, valid, held, empty, missing and on time."""
        return Rates.of(self.reports)

    @property
    def strangers(self) -> tuple[FileVerdict, ...]:
        """Files that are nobody's return."""
        return tuple(file for file in self.files if file.verdict in _STRANGE and not file.unit)

    @property
    def unchecked(self) -> tuple[UnitReport, ...]:
        """Units whose present file no check has seen."""
        return tuple(report for report in self.reports if report.file and report.unit.code not in self.checked)

    def of(self, standing: Standing) -> list[UnitReport]:
        """The units that stand so."""
        return [report for report in self.reports if report.standing is standing]

    def lines(self) -> list[Line]:
        """A line a unit, then a line for each file that is nobody's return."""
        used = {report.file for report in self.reports}
        strays = [file for file in self.files if file.file.name not in used]
        return [
            *(self._line(report) for report in self.reports),
            *(("", file.verdict.label, "", "", "", "", file.file.name, file.reason) for file in strays),
        ]

    def _line(self, report: UnitReport) -> Line:
        rounds = self.rounds.get(report.unit.code, 0)
        return (
            report.unit.short_name,
            report.standing.label,
            {None: "", True: "按时", False: "逾期"}[report.on_time],
            _rate(report.filled_pct),
            _rate(report.really_filled_pct),
            f"{rounds}次" if rounds else "",
            report.file,
            self._note(report),
        )

    def _note(self, report: UnitReport) -> str:
        """What came instead of a return, or what is to be mended in the one that came."""
        if not report.file:
            return self._instead(report)
        checked = self.checked.get(report.unit.code)
        if checked is None:
            return "还没有查错"
        counts = (("要改", checked.to_mend), ("要改或说明", checked.to_explain))
        return "，".join(f"{what}{len(places)}处" for what, places in counts if places)

    def _instead(self, report: UnitReport) -> str:
        """What the unit sent that is no return of the month."""
        came = [file for file in self.files if file.unit == report.unit.code and file.verdict in _CAME_TO_NOTHING]
        return "、".join(dict.fromkeys(_what_came(file) for file in came))

    def summary(self) -> str:
        """The counts with their rates, then the names."""
        rates = self.rates
        counts = [
            f"{self.period.label}：应报{rates.expected}个单位",
            f"已到{rates.received}个（到位率{_rate(rates.received_pct)}）",
            f"有效{rates.valid}个（有效率{_rate(rates.valid_pct)}）",
        ]
        if rates.on_time is not None:
            counts.append(f"按时{rates.on_time}个（及时率{_rate(rates.on_time_pct)}）")
        lines = ["，".join(counts) + "。", *self._named()]
        if self.strangers:
            lines.append(f"另有{len(self.strangers)}个文件认不出单位或者打不开，见上表。")
        return "\n".join([*lines, *filter(None, [self.unchecked_sentence()])])

    def unchecked_sentence(self) -> str:
        """What to do before anybody can say what is to be mended; empty when every return was checked."""
        count = len(self.unchecked)
        return f"有{count}份还没有查错，要改什么还不知道，请先运行 aggregator check {self.period}。" if count else ""

    def _named(self) -> Iterator[str]:
        groups = [(standing.label, self.of(standing)) for standing in (Standing.MISSING, Standing.EMPTY, Standing.HELD)]
        late = [report for report in self.reports if report.on_time is False]
        said = [
            f"{label}：{names([report.unit for report in reports])}"
            for label, reports in (*groups, ("逾期", late))
            if reports
        ]
        if said:
            yield f"{'；'.join(said)}。"

    # ---- the reminder

    def reminder(self) -> str:
        """A text for the chat group of those who fill in the forms: who is missing, what to mend, until when."""
        parts = list(self._asked())
        if not parts:
            return f"【{self._title()}】各单位都已报送，没有需要改的，谢谢大家！"
        head = f"【{self._title()}】应报{self.rates.expected}个单位，已收到{self.rates.received}个。"
        numbered = [f"{numeral}、{part}" for numeral, part in zip(_NUMERALS, parts, strict=False)]
        return "\n".join([head, *numbered, self._due()])

    def _title(self) -> str:
        return f"{self.street.name}党建月报 {self.period.label}"

    def _asked(self) -> Iterator[str]:
        """What is asked of whom."""
        missing = [report for report in self.reports if not report.file and not self._instead(report)]
        again = [report for report in self.reports if not report.file and self._instead(report)]
        if missing:
            yield f"还没有报的：{names([report.unit for report in missing])}。"
        if again:
            said = "、".join(f"{report.unit.short_name}（{self._instead(report)}）" for report in again)
            yield f"报来的不能用、请用本月下发的表重报的：{said}。"
        for standing, what in ((Standing.HELD, "有错误必须改正"), (Standing.VALID, "有疑问请改正或说明")):
            asked = [report for report in self.of(standing) if self._to_do(report)]
            if asked:
                said = "".join(f"\n　{report.unit.short_name}：{self._to_do(report)}；" for report in asked)
                yield f"{what}的（退回单另发，在退回单里改好发回）：{said.rstrip('；')}。"

    def _to_do(self, report: UnitReport) -> str:
        checked = self.checked.get(report.unit.code)
        if checked is None:
            return ""
        counts = (("改", checked.to_mend), ("改正或说明", checked.to_explain))
        return "，".join(f"{what}{_counted(places)}" for what, places in counts if places)

    def _due(self) -> str:
        due = self.street.deadline(self.period)
        day = f"{due.month}月{due.day}日"
        return f"报送截止日{day}已过，请尽快报送。" if self.today > due else f"报送截止：{day}。"

    # ---- for other programs

    def as_json(self) -> Json:
        """All of it."""
        rates = self.rates
        return {
            "period": str(self.period),
            "counts": {
                "expected": rates.expected,
                "received": rates.received,
                "valid": rates.valid,
                "held": rates.held,
                "empty": rates.empty,
                "missing": rates.missing,
                "on_time": rates.on_time,
                "late": sum(report.on_time is False for report in self.reports),
                "not_identified": len(self.strangers),
                "not_checked": len(self.unchecked),
            },
            "units": [self._unit_json(report) for report in self.reports],
            "files": [
                {"file": file.file.name, "verdict": file.verdict.value, "unit": file.unit, "reason": file.reason}
                for file in self.files
            ],
            "findings": [finding_json(finding) for finding in self.findings],
            "reminder": self.reminder(),
        }

    def _unit_json(self, report: UnitReport) -> Json:
        checked = self.checked.get(report.unit.code)
        return {
            "unit": report.unit.code,
            "name": report.unit.name,
            "standing": report.standing.value,
            "file": report.file,
            "filled_pct": report.filled_pct,
            "really_filled_pct": report.really_filled_pct,
            "on_time": report.on_time,
            "rounds": self.rounds.get(report.unit.code, 0),
            "to_mend": list(checked.to_mend) if checked else None,
            "to_explain": list(checked.to_explain) if checked else None,
        }


def _what_came(file: FileVerdict) -> str:
    """What is wrong with a file, without its name, in which anybody may stand."""
    if file.verdict is Verdict.WRONG_PERIOD and file.period is not None:
        return f"报成了{file.period.label}的"
    return {Verdict.EMPTY: "空表", Verdict.UNREADABLE: "文件打不开", Verdict.FOREIGN: "用错了表"}.get(
        file.verdict, file.verdict.label
    )


def _counted(places: Sequence[str]) -> str:
    """How many places and which: 3处（《指标表》E12、E15、《活动台账》C7）."""
    shown: list[str] = []
    sheet = ""
    for place in places[:_MOST_PLACES]:
        before, mark, cell = place.partition("》")
        is_same = bool(mark) and before == sheet
        shown.append(cell if is_same and cell else place)
        sheet = before if mark else ""
    more = "等" if len(places) > _MOST_PLACES else ""
    return f"{len(places)}处（{'、'.join(shown)}{more}）"


def _rate(rate_pct: Decimal | None) -> str:
    """A rate in percent with at most one decimal; empty where nothing was read."""
    if rate_pct is None:
        return ""
    return f"{plain_text(rate_pct.quantize(Decimal('0.1'), ROUND_HALF_UP))}%"
