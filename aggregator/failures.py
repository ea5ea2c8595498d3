"""The failures that we foresaw: each with its sentence for the clerk and its exit code."""

from __future__ import annotations

from aggregator.catalog import CatalogError
from aggregator.history.store import HistoryError
from aggregator.intake.settings_tables import SettingsError
from aggregator.model.period import PeriodError
from aggregator.pipeline.office import UnknownNameError, WorkspaceError
from aggregator.publish.report.style import StyleError
from aggregator.publish.whole_file import OutputError
from aggregator.verify.read import NotAReportError

WRONG_USAGE, NOT_WRITTEN = 2, 3
_TOLD = (WorkspaceError, SettingsError, PeriodError, UnknownNameError, HistoryError, NotAReportError)


def describe(fault: Exception) -> tuple[str, int] | None:
    """Sentence and exit code; None for a fault of the program itself."""
    if isinstance(fault, CatalogError):
        lines = "\n".join(f"  {one}" for one in fault.faults[:20])
        return f"指标目录有{len(fault.faults)}处错误，请先改正：\n{lines}", WRONG_USAGE
    if isinstance(fault, StyleError):
        lines = "\n".join(f"  {one}" for one in fault.faults[:20])
        return f"报告样式有{len(fault.faults)}处错误，报告没有写出，请先改正：\n{lines}", WRONG_USAGE
    if isinstance(fault, _TOLD):
        return str(fault), WRONG_USAGE
    if isinstance(fault, OutputError):
        return str(fault), NOT_WRITTEN
    if isinstance(fault, PermissionError | FileNotFoundError | NotADirectoryError):
        return f"无法读写“{fault.filename}”：{_reason(fault)}。", WRONG_USAGE
    if isinstance(fault, OSError) and fault.errno is not None:
        return f"磁盘读写出错（{fault.strerror}），原有结果没有改动。", NOT_WRITTEN
    return None


def _reason(fault: OSError) -> str:
    if isinstance(fault, PermissionError):
        return "没有权限，或文件正被其他程序打开"
    return "文件或文件夹不存在" if isinstance(fault, FileNotFoundError) else "路径中有一段不是文件夹"
