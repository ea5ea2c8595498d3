"""Speaks with people: the only room that prints. Heavy rooms are imported by the command that needs them."""

from __future__ import annotations

import gc
import json
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer import TyperException
from typer.core import TyperCommand, TyperGroup

from aggregator.model.period import Period
from aggregator.workspace import Workspace

if TYPE_CHECKING:
    from aggregator.model.finding import Finding
    from aggregator.pipeline.office import Progress

CLEAN, HELD, WRONG_USAGE, NOT_WRITTEN, INTERNAL = 0, 1, 2, 3, 4

#: typer writes the frame of a help page in English.
_HELP_WORDS = {
    "Usage:": "用法：", "Options:": "选项：", "Commands:": "命令：", "Arguments:": "参数：",
    "COMMAND [ARGS]...": "命令 ……", "[OPTIONS]": "[选项]", "[required]": "[必填]", "[default: ": "[默认：",
    "Show this message and exit.": "显示本说明。",
}  # fmt: skip


def _help_in_chinese(page: str) -> str:
    for english, chinese in _HELP_WORDS.items():
        page = page.replace(english, chinese)
    return page


class _Command(TyperCommand):
    def get_help(self, ctx: Any) -> str:
        return _help_in_chinese(super().get_help(ctx))


class _Group(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        return _help_in_chinese(super().get_help(ctx))


app = typer.Typer(
    name="aggregator",
    cls=_Group,
    help="街道党建月报汇总：发表、收表、查错、汇总、出报告，一条命令完成。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
catalog_app = typer.Typer(cls=_Group, help="查看和检查指标目录。", no_args_is_help=True)
app.add_typer(catalog_app, name="catalog")

Folder = Annotated[Path, typer.Option("--dir", "-d", help="工作文件夹（放有“街道设置.xlsx”），默认为当前文件夹。")]
PeriodText = Annotated[str, typer.Argument(metavar="统计期", help="2026-10、202610、2026年10月或“上月”，默认上月。")]
ThisMonthText = Annotated[str, typer.Argument(metavar="统计期", help="2026-10、202610、2026年10月或“本月”，默认本月。")]
AsJson = Annotated[bool, typer.Option("--json", help="输出JSON，供其他程序读取。")]
Accepted = Annotated[
    list[str], typer.Option("--accept", metavar="单位", help="带着强制问题也汇入这个单位，可重复；须与 --reason 同用。")
]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="汇入的理由，记入记录并印在汇总表上。")]
HERE = Path()


@app.command(cls=_Command)
def init(folder: Folder = HERE) -> None:
    """建立工作文件夹：写出“街道设置.xlsx”，供填写社区名单、参数、基数和功能块。"""
    from aggregator.pipeline import templates

    path = templates.initialise(Workspace(folder))
    _say(f"已写出 {path}\n请用Excel或WPS打开，填好“社区名单”和“参数”，保存后运行 aggregator template。")


@app.command(cls=_Command)
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
        Workspace(folder), _month(period), layout_path=layout, progress=_progress(as_json=as_json)
    )
    if as_json:
        _json(written.as_json())
    else:
        _findings(written.findings)
        _say(
            f"已生成 {len(written.paths)} 份报表，在 {written.paths[0].parent}\n"
            "请把它们分别发给各社区和街道本级填报人。"
        )
    raise typer.Exit(CLEAN if written.is_clean else HELD)


@app.command(cls=_Command)
def status(period: PeriodText = "上月", folder: Folder = HERE, *, as_json: AsJson = False) -> None:
    """看谁报了、谁没报、谁需要重报。"""
    from aggregator.pipeline import inbox

    result = inbox.status(Workspace(folder), _month(period), progress=_progress(as_json=as_json))
    if as_json:
        _json(result.as_json())
    else:
        _table(("单位", "状态", "填报率", "文件", "说明"), result.lines())
        _findings(result.findings)
        _say(result.summary())
    raise typer.Exit(CLEAN if result.is_complete else HELD)


@app.command(cls=_Command)
def check(
    period: PeriodText = "上月",
    folder: Folder = HERE,
    accept: Accepted = [],  # noqa: B006  # typer reads the default, nothing changes it
    reason: Reason = "",
    *,
    as_json: AsJson = False,
) -> None:
    """只查错，不汇总：列出要改的单元格，最要紧的在前；要改的单位各写一份退回单。"""
    from aggregator.pipeline import check

    result = check.check(
        Workspace(folder), _month(period), accepted=_accepted(accept, reason), progress=_progress(as_json=as_json)
    )
    if as_json:
        _json(result.as_json())
    else:
        _findings(result.findings)
        _say(result.summary())
        for path in result.slips:
            _say(f"  {path}")
    raise typer.Exit(CLEAN if result.is_clean else HELD)


@app.command(cls=_Command)
def run(
    period: PeriodText = "上月",
    folder: Folder = HERE,
    accept: Accepted = [],  # noqa: B006  # as above
    reason: Reason = "",
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
        accepted=_accepted(accept, reason),
        report_date=_date(report_date),
        progress=_progress(as_json=as_json),
    )
    if as_json:
        _json(result.as_json())
    else:
        _run_summary(result)
    raise typer.Exit(CLEAN if result.is_clean else HELD)


@app.command(cls=_Command)
def report(
    period: Annotated[
        str, typer.Argument(metavar="统计期", help="2026-10、2026Q3、2026H1、2026、2026-01..2026-10，默认上月。")
    ] = "上月",
    folder: Folder = HERE,
    style: Annotated[str, typer.Option("--style", metavar="样式", help="报告样式代码，如 R2；默认用设置里的。")] = "",
    report_date: Annotated[
        str, typer.Option("--date", metavar="日期", help="报告落款日期，如 2026-11-06；默认统计期末。")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """用已记录的月份出一份报告：一个月、一个季度、半年、全年或任意几个月。"""
    from aggregator.pipeline import reports

    span = Period.parse(period, today=date.today())  # noqa: DTZ011  # the clerk's own calendar day is meant
    result = reports.report(Workspace(folder), span, style=style, report_date=_date(report_date))
    if as_json:
        _json(result.as_json())
    else:
        for line in result.lines():
            _say(line)
    raise typer.Exit(HELD if result.problems else CLEAN)


@app.command(cls=_Command)
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
        _json(result.as_json())
    else:
        _findings(result.findings, most=len(result.findings))
        _say(result.summary())
    raise typer.Exit(CLEAN if result.is_clean else HELD)


@app.command(cls=_Command)
def explain(
    code: Annotated[str, typer.Argument(metavar="指标", help="指标代码或中文名称。")],
    period: Annotated[str, typer.Option("--period", metavar="统计期", help="默认为最近一个已记录的月份。")] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只看一个单位。")] = "",
    folder: Folder = HERE,
    *,
    as_json: AsJson = False,
) -> None:
    """说明一个数从哪里来：由哪些单位、哪些文件、哪些单元格相加或计算而成。"""
    from aggregator.pipeline import explanation

    result = explanation.explain(Workspace(folder), code, period=_month(period) if period else None, unit=unit)
    if as_json:
        _json(result.as_json())
        return
    _say(result.headline())
    _table(("单位", "数值", "状态", "文件", "工作表", "单元格", "说明"), result.lines())


@catalog_app.command("lint", cls=_Command)
def catalog_lint(
    folder: Annotated[Path | None, typer.Argument(metavar="目录文件夹", help="默认检查随程序附带的目录。")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """检查指标目录本身有没有错。"""
    from aggregator.pipeline import explanation

    catalog, faults = explanation.lint_catalog(folder)
    if as_json:
        _json({"catalog": catalog.name, "version": catalog.version, "faults": list(faults)})
    else:
        for fault in faults:
            _say(fault)
        counted = f"{len(catalog.elements)}项指标、{len(catalog.ledgers)}个台账、{len(catalog.rules)}条规则"
        found = f"{len(faults)}处错误" if faults else "没有发现错误"
        _say(f"目录“{catalog.name}”{catalog.version}（{counted}）：{found}。")
    raise typer.Exit(WRONG_USAGE if faults else CLEAN)


@catalog_app.command("show", cls=_Command)
def catalog_show(
    code: Annotated[str, typer.Argument(metavar="指标", help="指标代码或中文名称。")], *, as_json: AsJson = False
) -> None:
    """显示一项指标的定义。"""
    from aggregator.pipeline import explanation

    shown = explanation.show_element(Workspace(HERE), code)
    if as_json:
        _json(shown)
    else:
        _table(("项目", "内容"), list(shown.items()))


@app.command(cls=_Command)
def demo(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="演示写到哪里，默认当前文件夹。")] = HERE,
    seed: Annotated[int, typer.Option("--seed", help="随机种子；同一种子每次写出同样的演示。")] = 2026,
    *,
    as_json: AsJson = False,
) -> None:
    """造一个虚构街道（17个社区、14个月），收齐最后一个月的表并汇总一遍。"""
    from aggregator.demonstration import demonstrate

    result = demonstrate(Workspace(folder), seed=seed, progress=_progress(as_json=as_json))
    if as_json:
        _json(result.as_json())
    else:
        _say("这是一个虚构街道的演示：有一个社区没报，几份表故意带着各种毛病，看看汇总结果怎样说明。\n")
        _run_summary(result)


def main() -> NoReturn:
    """The console command: every failure becomes one clear Chinese sentence and an exit code."""
    # What a run reads it keeps to its end; to search it for rubbish again and again takes a tenth of the time.
    gc.set_threshold(200_000, 20, 100)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a GBK console cannot show every character
    sys.exit(_guarded(lambda: app(standalone_mode=False)))


def _guarded(command: Callable[[], Any]) -> int:
    try:
        code = command()
    except typer.Abort:
        return _complain("已中断。", WRONG_USAGE)
    except TyperException as fault:
        if type(fault).__name__ == "NoArgsIsHelpError":
            return _complain(fault.format_message(), WRONG_USAGE)
        return _complain(_usage_sentence(fault), WRONG_USAGE)
    except Exception as fault:  # noqa: BLE001  # the one place that turns whatever is left into a sentence
        return _known(fault)
    return code if isinstance(code, int) else CLEAN


def _known(fault: Exception) -> int:
    """The sentence and exit code of a failure that we foresaw, or of an internal one."""
    if isinstance(fault, ImportError):
        return _complain(f"程序没有装好：缺少“{fault.name}”。请按操作手册“安装”一节重新安装。", INTERNAL)
    from aggregator import failures

    found = failures.describe(fault)
    if found is not None:
        return _complain(*found)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="aggregator-故障记录-", suffix=".txt", delete=False
    ) as log:
        traceback.print_exception(fault, file=log)
    return _complain(f"程序内部出错，结果没有写出。故障记录在 {log.name}，请把它发给维护人员。", INTERNAL)


def _usage_sentence(fault: TyperException) -> str:
    """The fault of a command line in Chinese; typer's own classes are private, so they are told apart by name."""
    hint = "；运行 aggregator --help 查看用法"
    kind, option = type(fault).__name__, getattr(fault, "option_name", "")
    if kind == "NoSuchOption":
        near = getattr(fault, "possibilities", None)
        return f"没有“{option}”这个选项{f'，是不是 {near[0]}' if near else ''}{hint}。"
    if kind == "BadOptionUsage":
        return f"选项“{option}”后面要写内容{hint}。"
    if kind == "MissingParameter":
        return f"命令缺少必填的参数{hint}。"
    if isinstance(fault, typer.BadParameter):
        # What typer itself refuses, such as letters for a number, it tells in English.
        why = "要写数字" if fault.message.isascii() else fault.message
        return f"参数写得不对：{why}{hint}。"
    return f"命令写得不对：{_unknown_words(fault.format_message())}{hint}。"


def _unknown_words(english: str) -> str:
    """Which words of a command line nobody knows."""
    unknown = re.search(r"No such command '([^']*)'(?:.*'([^']*)')?", english)
    if unknown:
        return f"没有“{unknown[1]}”这个命令" + (f"，是不是 {unknown[2]}" if unknown[2] else "")
    extra = re.search(r"extra arguments? ?(?:\(s\) )?\((.*)\)", english)
    return f"多写了“{extra[1]}”" if extra else english


def _complain(sentence: str, code: int) -> int:
    typer.echo(sentence, err=True)
    return code


def _month(text: str) -> Period:
    period = Period.parse(text, today=date.today())  # noqa: DTZ011  # the clerk's own calendar day is meant
    if not period.is_month:
        raise typer.BadParameter(f"“{text}”不是一个月份，这里要写月份，如 2026-10、2026年10月、上月")
    return period


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是日期，请写成 2026-11-06") from None


def _accepted(units: Sequence[str], reason: str) -> Mapping[str, str]:
    if units and not reason.strip():
        raise typer.BadParameter("用 --accept 汇入单位时，请用 --reason 写明理由")
    return dict.fromkeys(units, reason.strip())


def _say(text: str) -> None:
    typer.echo(text)


def _json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _progress(*, as_json: bool) -> Progress:
    """Shows on a terminal how far long work has come; silent when nobody watches."""

    def show(step: str, done: int, total: int) -> None:
        if as_json or not sys.stderr.isatty():
            return
        bar = "█" * (20 * done // max(total, 1))
        end = "\n" if done >= total else ""
        typer.echo(f"\r{step} {bar:<20} {done}/{total}{end}", nl=False, err=True)

    return show


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal, tab-separated lines in a pipe."""
    if not sys.stdout.isatty():
        for row in (header, *rows):
            typer.echo("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE, show_edge=False)
    for name in header:
        table.add_column(name, overflow="fold")  # a file name that is cut cannot be looked for
    for row in rows:
        table.add_row(*row)
    Console().print(table, markup=False)


def _findings(findings: Sequence[Finding], most: int = 30) -> None:
    for finding in findings[:most]:
        typer.echo(f"{finding.place}: [{finding.severity.label}] {finding.message}")
        typer.echo(f"    处理：{finding.remedy}")
    if len(findings) > most:
        typer.echo(f"……另有{len(findings) - most}条，见 findings.csv 或汇总表“问题清单”。")


def _run_summary(result: Any) -> None:
    _say(result.summary())
    for place in result.places():
        _say(f"  {place}")
    for problem in result.problems:
        _say(f"  待核：{problem}")


if __name__ == "__main__":
    main()
