"""The commands: what each takes, which room does it, what is told of it, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.speech import causes, hint, print_json, progress, run_summary, say, table, tell
from aggregator.cli.usage import CLEAN, HELD, WRONG_USAGE, Command, Group
from aggregator.model.period import Period
from aggregator.workspace import Workspace

if TYPE_CHECKING:
    from aggregator.pipeline.decisions import Wishes

app = typer.Typer(
    name="aggregator",
    cls=Group,
    help="街道党建月报汇总：发表、收表、查错、汇总、出报告，一条命令完成。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
catalog_app = typer.Typer(cls=Group, help="查看和检查指标目录。", no_args_is_help=True)
app.add_typer(catalog_app, name="catalog")

Folder = Annotated[Path, typer.Option("--dir", "-d", help="工作文件夹（放有“街道设置.xlsx”），默认为当前文件夹。")]
PeriodText = Annotated[str, typer.Argument(metavar="统计期", help="2026-10、202610、2026年10月或“上月”，默认上月。")]
ThisMonthText = Annotated[str, typer.Argument(metavar="统计期", help="2026-10、202610、2026年10月或“本月”，默认本月。")]
AsJson = Annotated[bool, typer.Option("--json", help="输出JSON，供其他程序读取。")]
Accepted = Annotated[
    list[str],
    typer.Option(
        "--accept",
        metavar="单位",
        help="带着强制问题也汇入这个单位，可重复；须与 --reason 同用。记住了，以后不用再写。",
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="汇入的理由，记入记录并印在汇总表上。")]
HeldAgain = Annotated[list[str], typer.Option("--hold", metavar="单位", help="撤销以前的 --accept，恢复退回，可重复。")]
HERE = Path()


@app.command(cls=Command)
def init(folder: Folder = HERE) -> None:
    """建立工作文件夹：写出“街道设置.xlsx”，供填写社区名单、参数、基数和功能块。"""
    from aggregator.pipeline import templates

    path = templates.initialise(Workspace(folder))
    say(f"已写出 {path}\n请用Excel或WPS打开，填好“社区名单”和“参数”，保存后运行 aggregator template。")


@app.command(cls=Command)
def template(
    period: ThisMonthText = "本月",
    folder: Folder = HERE,
    layout: Annotated[
        Path | None, typer.Option("--layout", metavar="文件", help="另写一份单元格对照表（JSON）。")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """为每个单位生成当月报表：预填上月存量和名册，带下拉选项和自动校验。"""
    from aggregator.pipeline import templates

    written = templates.write_templates(
        Workspace(folder), _month(period), layout_path=layout, progress=progress(as_json=as_json)
    )
    if as_json:
        print_json(written.as_json())
    else:
        causes(written.findings)
        say(
            f"已生成 {len(written.paths)} 份报表，在 {written.paths[0].parent}\n"
            "请把它们分别发给各社区和街道本级填报人。"
        )
    raise typer.Exit(CLEAN if written.is_clean else HELD)


@app.command(cls=Command)
def status(
    period: PeriodText = "上月",
    folder: Folder = HERE,
    seen: Annotated[
        tuple[str, str] | None,
        typer.Option("--seen", metavar="文件 日期", help="更正一份文件收到的日子，如 --seen 映月.xlsx 2026-11-04。"),
    ] = None,
    *,
    reminder: Annotated[bool, typer.Option("--reminder", help="只写出可以贴到工作群里的催报文字。")] = False,
    as_json: AsJson = False,
) -> None:
    """看谁报了、谁没报、谁需要重报。"""
    from aggregator.pipeline import inbox

    correction = inbox.Seen(seen[0], _day(seen[1])) if seen else None
    result = inbox.status(Workspace(folder), _month(period), seen=correction, progress=progress(as_json=as_json))
    if as_json:
        print_json(result.as_json())
    elif reminder:
        say(result.reminder())
        hint(result.unchecked_sentence())  # beside the text, which goes to others as it is
    else:
        table(("单位", "状态", "时限", "填报率", "实填率", "退回", "文件", "说明"), result.lines())
        causes(result.findings)
        say(result.summary())
    raise typer.Exit(CLEAN if result.is_complete else HELD)


@app.command(cls=Command)
def check(
    period: PeriodText = "上月",
    folder: Folder = HERE,
    accept: Accepted = [],  # noqa: B006  # typer reads the default, nothing changes it
    reason: Reason = "",
    hold: HeldAgain = [],  # noqa: B006  # as above
    *,
    as_json: AsJson = False,
) -> None:
    """只查错，不汇总：列出要改的单元格，最要紧的在前；要改的单位各写一份退回单。"""
    from aggregator.pipeline import check

    result = check.check(
        Workspace(folder), _month(period), wishes=_wishes(accept, reason, hold), progress=progress(as_json=as_json)
    )
    if as_json:
        print_json(result.as_json())
    else:
        causes(result.findings)
        say(result.summary())
        for path in result.slips:
            say(f"  {path}")
    raise typer.Exit(CLEAN if result.is_clean else HELD)


@app.command(cls=Command)
def run(
    period: PeriodText = "上月",
    folder: Folder = HERE,
    accept: Accepted = [],  # noqa: B006  # as above
    reason: Reason = "",
    hold: HeldAgain = [],  # noqa: B006  # as above
    report_date: Annotated[
        str, typer.Option("--date", metavar="日期", help="报告落款日期，如 2026-11-06；默认统计期末。")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """读表、查错、汇总、出街道汇总表和工作汇报，并记入历史。"""
    from aggregator.pipeline import run

    result = run.run(
        Workspace(folder),
        _month(period),
        wishes=_wishes(accept, reason, hold),
        report_date=_date(report_date),
        progress=progress(as_json=as_json),
    )
    if as_json:
        print_json(result.as_json())
    else:
        run_summary(result)
    raise typer.Exit(CLEAN if result.is_clean else HELD)


@app.command(cls=Command)
def amend(
    unit: Annotated[str, typer.Argument(metavar="单位", help="要更正的单位；什么都不写，列出这个月的全部更正。")] = "",
    code: Annotated[str, typer.Argument(metavar="指标", help="指标代码或中文名称。")] = "",
    value: Annotated[str, typer.Argument(metavar="数值", help="更正后的数；不适用的写“不适用”。")] = "",
    period: Annotated[str, typer.Option("--period", metavar="统计期", help="哪个月，默认上月。")] = "上月",
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="更正或撤销的理由。")] = "",
    by: Annotated[str, typer.Option("--by", metavar="姓名", help="谁作的更正。")] = "",
    folder: Folder = HERE,
    *,
    undo: Annotated[bool, typer.Option("--undo", help="撤销这项更正，恢复社区报的数。")] = False,
    as_json: AsJson = False,
) -> None:
    """社区来电更正一个数：记入历史，以后每次查错、汇总都按它；不改社区的文件，可以撤销。"""
    from aggregator.pipeline import amend

    workspace, month = Workspace(folder), _month(period)
    if not unit:
        made = amend.listed(workspace, month)
        if as_json:
            print_json(made.as_json())
        else:
            table(("单位", "指标", "代码", "原报", "改为", "理由", "经办", "状态"), made.lines())
            say(made.summary())
        return
    _complete(code=code, value=value, reason=reason, by=by, undo=undo)
    watched = progress(as_json=as_json)
    if undo:
        result = amend.take_back(workspace, month, unit=unit, name=code, reason=reason, by=by, progress=watched)
    else:
        result = amend.amend(
            workspace, month, unit=unit, name=code, value=value, reason=reason, by=by, progress=watched
        )
    if as_json:
        print_json(result.as_json())
    else:
        say("\n".join(result.lines()))


def _complete(*, code: str, value: str, reason: str, by: str, undo: bool) -> None:
    if not code or (not value and not undo):
        raise typer.BadParameter("请写明单位、指标和更正后的数，如 aggregator amend 梧桐 走访住户数 36")
    if value and undo:
        raise typer.BadParameter("撤销更正不用写数值")
    if not reason.strip() or not by.strip():
        raise typer.BadParameter("请用 --reason 写明理由，用 --by 写明谁作的决定")


@app.command(cls=Command)
def report(
    period: Annotated[
        str, typer.Argument(metavar="统计期", help="2026-10、2026Q3、2026H1、2026、2026-01..2026-10，默认上月。")
    ] = "上月",
    folder: Folder = HERE,
    style: Annotated[str, typer.Option("--style", metavar="样式", help="报告样式代码，如 R2；默认用设置里的。")] = "",
    named: Annotated[str, typer.Option("--period", metavar="统计期", help="统计期也可以这样写。")] = "",
    report_date: Annotated[
        str, typer.Option("--date", metavar="日期", help="报告落款日期，如 2026-11-06；默认统计期末。")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """用已记录的月份出一份报告：一个月、一个季度、半年、全年或任意几个月。"""
    from aggregator.pipeline import reports

    span = Period.parse(named or period, today=date.today())  # noqa: DTZ011  # the clerk's own calendar day is meant
    result = reports.report(Workspace(folder), span, style=style, report_date=_date(report_date))
    if as_json:
        print_json(result.as_json())
    else:
        for fault in result.faults:
            tell(fault)
        for line in result.lines():
            say(line)
    raise typer.Exit(HELD if result.problems or result.faults else CLEAN)


@app.command(cls=Command)
def verify(
    report: Annotated[Path, typer.Argument(metavar="报告", help="在Word或WPS里改过的报告（docx）。")],
    folder: Folder = HERE,
    *,
    as_json: AsJson = False,
) -> None:
    """核对改过的报告：哪些数字、比较用语与汇总数据不符，哪些被删、被挪、是新写的。"""
    from aggregator.pipeline import reports

    result = reports.verify(Workspace(folder), report)
    if as_json:
        print_json(result.as_json())
    else:
        for finding in result.findings:
            tell(finding)
        say(result.summary())
    raise typer.Exit(CLEAN if result.is_clean else HELD)


@app.command(cls=Command)
def explain(
    code: Annotated[str, typer.Argument(metavar="指标", help="指标代码或中文名称。")],
    period: Annotated[str, typer.Option("--period", metavar="月份", help="默认为最近一个已记录的月份。")] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只看一个单位。")] = "",
    folder: Folder = HERE,
    *,
    as_json: AsJson = False,
) -> None:
    """说明一个数从哪里来：由哪些单位、哪些文件、哪些单元格相加或计算而成。"""
    from aggregator.pipeline import explanation

    result = explanation.explain(Workspace(folder), code, period=_month(period) if period else None, unit=unit)
    if as_json:
        print_json(result.as_json())
        return
    for fault in result.faults:
        tell(fault)
    say(result.headline())
    table(("单位", "数值", "状态", "文件", "工作表", "单元格", "说明"), result.lines())


@catalog_app.command("lint", cls=Command)
def catalog_lint(
    folder: Annotated[Path | None, typer.Argument(metavar="目录文件夹", help="默认检查随程序附带的目录。")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """检查指标目录本身有没有错。"""
    from aggregator.pipeline import explanation

    catalog, faults = explanation.lint_catalog(folder)
    if as_json:
        print_json({"catalog": catalog.name, "version": catalog.version, "faults": list(faults)})
    else:
        for fault in faults:
            say(fault)
        counted = f"{len(catalog.elements)}项指标、{len(catalog.ledgers)}个台账、{len(catalog.rules)}条规则"
        found = f"{len(faults)}处错误" if faults else "没有发现错误"
        say(f"目录“{catalog.name}”{catalog.version}（{counted}）：{found}。")
    raise typer.Exit(WRONG_USAGE if faults else CLEAN)


@catalog_app.command("show", cls=Command)
def catalog_show(
    code: Annotated[str, typer.Argument(metavar="指标", help="指标代码或中文名称。")], *, as_json: AsJson = False
) -> None:
    """显示一项指标的定义。"""
    from aggregator.pipeline import explanation

    shown = explanation.show_element(Workspace(HERE), code)
    if as_json:
        print_json(shown)
    else:
        table(("项目", "内容"), list(shown.items()))


@app.command(cls=Command)
def demo(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="演示写到哪里，默认当前文件夹。")] = HERE,
    seed: Annotated[int, typer.Option("--seed", help="随机种子；同一种子每次写出同样的演示。")] = 2026,
    *,
    as_json: AsJson = False,
) -> None:
    """造一个虚构街道（17个社区、14个月），收齐最后一个月的表并汇总一遍。"""
    from aggregator.demonstration import demonstrate

    result = demonstrate(Workspace(folder), seed=seed, progress=progress(as_json=as_json))
    if as_json:
        print_json(result.as_json())
    else:
        say("这是一个虚构街道的演示：有一个社区没报，几份表故意带着各种毛病，看看汇总结果怎样说明。\n")
        run_summary(result)


def _month(text: str) -> Period:
    period = Period.parse(text, today=date.today())  # noqa: DTZ011  # the clerk's own calendar day is meant
    if not period.is_month:
        raise typer.BadParameter(f"“{text}”不是一个月份，这里要写月份，如 2026-10、2026年10月、上月")
    return period


def _date(text: str) -> date | None:
    return _day(text) if text else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是日期，请写成 2026-11-06") from None


def _wishes(accept: Sequence[str], reason: str, hold: Sequence[str]) -> Wishes:
    from aggregator.pipeline.decisions import Wishes

    if accept and not reason.strip():
        raise typer.BadParameter("用 --accept 汇入单位时，请用 --reason 写明理由")
    return Wishes(dict.fromkeys(accept, reason.strip()), tuple(hold))
