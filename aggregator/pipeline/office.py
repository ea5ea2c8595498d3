"""The clerk's folder, opened: its catalog, its street, its history; what every command begins with."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aggregator.catalog import load_catalog
from aggregator.history.store import History
from aggregator.intake import finding_kinds as kinds
from aggregator.intake.settings import read_settings
from aggregator.intake.unit_names import UnitNames
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Element
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import OrgUnit, Street
from aggregator.workspace import Workspace


class WorkspaceError(ValueError):
    """The clerk's folder lacks what the command needs; the message is one Chinese sentence."""


class UnknownNameError(LookupError):
    """An element or a unit that there is none of; the message suggests the nearest."""

    def __init__(self, what: str, name: str, nearest: Sequence[str]) -> None:
        hint = f"，是不是：{'、'.join(nearest)}" if nearest else ""
        super().__init__(f"没有叫“{name}”的{what}{hint}。")


#: Told of each step of long work: what is being done, how many are done, how many there are.
Progress = Callable[[str, int, int], None]


def silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Office:
    """A workspace opened: its catalog, its street and what was odd about the settings."""

    workspace: Workspace
    catalog: Catalog
    street: Street
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What makes the street another one than it is: a unit that its list names and that cannot stand in it."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.FATAL)


def open_office(workspace: Workspace) -> Office:
    """The workspace in a folder; WorkspaceError when it is none, SettingsError when its settings cannot be used."""
    if not workspace.settings_path.is_file():
        raise WorkspaceError(_no_settings(workspace))
    catalog = load_catalog(workspace.definitions)
    settings = read_settings(workspace.settings_path, catalog)
    return Office(workspace, catalog, settings.street, settings.findings)


def _no_settings(workspace: Workspace) -> str:
    """That the settings workbook is not there; what looks like it under another name is named."""
    path = workspace.settings_path
    missing = f"“{workspace.root.absolute()}”里没有“{path.name}”。"
    others = sorted(workspace.root.glob(f"{path.stem}*")) if workspace.root.is_dir() else []
    if others:
        return (
            f"{missing}有一个“{others[0].name}”：如果就是它，请用Excel或WPS打开，"
            f"另存为“Excel 工作簿（*.xlsx）”，文件名写“{path.name}”。"
        )
    return f"{missing}请先在这个文件夹里运行 aggregator init，或换到工作文件夹再试。"


def require_known_styles(office: Office) -> None:
    """WorkspaceError when the settings ask for a style that there is none of: no report can be written then."""
    unknown = [style for style in office.street.report_styles if style not in office.catalog.styles]
    if unknown:
        told = next((found for found in office.findings if found.kind.code == kinds.SETTINGS_STYLE_UNKNOWN.code), None)
        known = f"没有“{unknown[0]}”这个报告样式；现有的是{'、'.join(office.catalog.styles)}。"
        name = office.workspace.settings_path.name
        raise WorkspaceError(f"“{name}”{told.message}{told.remedy}" if told else known)


def element_named(catalog: Catalog, name: str) -> Element:
    """The element of that code or Chinese name; UnknownNameError with the nearest ones when there is none."""
    try:
        return catalog.element(name)
    except KeyError:
        raise UnknownNameError("指标", name, catalog.nearest(name)) from None


def unit_named(street: Street, name: str) -> OrgUnit:
    """The unit that goes by that name; UnknownNameError with the nearest ones when there is none."""
    unit = UnitNames(street.units).named(name)
    if unit is not None:
        return unit
    raise UnknownNameError("单位", name, difflib.get_close_matches(name, [u.short_name for u in street.units], n=3))


def open_history(office: Office) -> History:
    """The recorded months of the workspace."""
    return History.open(office.workspace.history_path, former=office.catalog.former)
