"""How results are told: lines and tables on a terminal, JSON for other programs, progress for whoever waits."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from aggregator.model.finding import Finding, Severity
    from aggregator.pipeline.office import Progress


def say(text: str) -> None:
    """A line."""
    typer.echo(text)


def hint(text: str) -> None:
    """A line for the clerk alone, beside what is told; nothing when there is none."""
    if text:
        typer.echo(text, err=True)


def print_json(value: object) -> None:
    """A value for other programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def progress(*, as_json: bool) -> Progress:
    """Shows on a terminal how far long work has come; silent when nobody watches."""

    def show(step: str, done: int, total: int) -> None:
        if as_json or not sys.stderr.isatty():
            return
        bar = "█" * (20 * done // max(total, 1))
        end = "\n" if done >= total else ""
        typer.echo(f"\r{step} {bar:<20} {done}/{total}{end}", nl=False, err=True)

    return show


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
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


def causes(findings: Sequence[Finding], most: int = 30) -> None:
    """The first causes, each with its place and what to do, and where else it shows."""
    from aggregator.model.finding import group_findings

    groups = group_findings(findings)
    for group in groups[:most]:
        tell(group.first, group.others, severity=group.severity)
    if len(groups) > most:
        typer.echo(
            f"……另有{len(groups) - most}个问题：各单位的见退回单的“问题清单”，汇总以后全部在汇总表的“问题清单”里。"
        )


def tell(finding: Finding, others: str = "", *, severity: Severity | None = None) -> None:
    """A finding with its place and what to do, where else its cause shows, and how grave the gravest of all is."""
    typer.echo(f"{finding.place}: [{(severity or finding.severity).label}] {finding.message}")
    if others:
        typer.echo(f"    {others}")
    typer.echo(f"    处理：{finding.remedy}")


def run_summary(result: Any) -> None:
    """What a run came to, what to open, and what is marked in a draft; first what makes the street another one."""
    for fault in result.faults:
        tell(fault)
    say(result.summary())
    for place in result.places():
        say(f"  {place}")
    for line in result.kept():
        say(line)
    for problem in result.problems:
        say(f"  待核：{problem}")
