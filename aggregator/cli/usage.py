"""What is told of a command line itself: help pages in Chinese, one sentence and an exit code for each failure."""

from __future__ import annotations

import re
import tempfile
import traceback
from collections.abc import Callable
from typing import Any

import typer
from typer import TyperException
from typer.core import TyperCommand, TyperGroup

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


class Command(TyperCommand):
    """A command whose help page is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The page."""
        return _help_in_chinese(super().get_help(ctx))


class Group(TyperGroup):
    """Commands whose common help page is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The page."""
        return _help_in_chinese(super().get_help(ctx))


def guarded(command: Callable[[], Any]) -> int:
    """The exit code of a command; a failure is told in one sentence."""
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
