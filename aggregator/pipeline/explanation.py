"""The commands `explain` and `catalog`: where a number comes from and how it is defined."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from aggregator.catalog import load_catalog
from aggregator.catalog.lint import lint
from aggregator.explain import describe_element, explain_total, explain_value
from aggregator.history.store import History
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.period import Period
from aggregator.pipeline.office import Office, WorkspaceError, element_named, open_history, open_office, unit_named
from aggregator.publish.report.style import lint_style
from aggregator.results import Explanation
from aggregator.rollup.consolidate import months_read, roll_up
from aggregator.workspace import Workspace


def explain(workspace: Workspace, name: str, *, period: Period | None = None, unit: str = "") -> Explanation:
    """Where a recorded number comes from: units, files, sheets, cells, and the rows that a count counts."""
    office = open_office(workspace)
    element = element_named(office.catalog, name)
    asked = unit_named(office.street, unit) if unit else None
    with open_history(office) as history:
        month = period or max(history.periods(), default=None)
        if month is None or month not in history.periods():
            raise WorkspaceError(f"{month.label if month else ''}还没有汇总记录，请先运行 aggregator run。")
        batch = _recorded_batch(office, history, month)
        if asked is not None:
            return explain_value(batch, element, asked)
        total = explain_total(batch, element, roll_up(batch).totals[element.code].this_month)
        return replace(total, faults=office.faults)


def _recorded_batch(office: Office, history: History, period: Period) -> Batch:
    """A recorded month as a batch, for explanations; as it was recorded."""
    recorded = history.month(period, with_held=True)
    earlier = history.months(months_read(period))
    return Batch(office.catalog, office.street, period, recorded, earlier, held=history.held(period))


def lint_catalog(definitions: Path | None) -> tuple[Catalog, tuple[str, ...]]:
    """A catalog and every fault of it, its report styles included, as `file:line: what is wrong`."""
    catalog = load_catalog(definitions)
    styles = (fault for code, text in catalog.styles.items() for fault in lint_style(code, text, catalog))
    return catalog, (*(str(fault) for fault in lint(catalog)), *styles)


def show_element(workspace: Workspace, name: str) -> dict[str, str]:
    """One entry of the catalog in the words of a clerk."""
    catalog = load_catalog(workspace.definitions)
    return describe_element(catalog, element_named(catalog, name))
