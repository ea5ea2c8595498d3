"""The command `template`: one prefilled form for each unit of the month."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from aggregator.catalog import load_catalog
from aggregator.check.rank import rank
from aggregator.form.layout import build_layout, layout_as_json
from aggregator.form.settings_workbook import write_settings
from aggregator.form.template import Prefill, form_file_name, write_form
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Over
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Submission
from aggregator.pipeline.office import Progress, WorkspaceError, open_history, open_office, silent
from aggregator.pipeline.recorded import by_unit
from aggregator.publish.whole_file import write_whole
from aggregator.results import Templates
from aggregator.workspace import Workspace


def initialise(workspace: Workspace) -> Path:
    """Write the settings workbook of a new workspace; one that stands there already is never overwritten."""
    if workspace.settings_path.exists():
        raise WorkspaceError(f"“{workspace.settings_path}”已经存在，没有改动。要重新开始，请先把它移走或改名。")
    write_whole(workspace.settings_path, write_settings(Street(units=()), load_catalog(workspace.definitions)))
    return workspace.settings_path


def write_templates(
    workspace: Workspace, period: Period, *, layout_path: Path | None = None, progress: Progress = silent
) -> Templates:
    """One prefilled form for each unit that is open in the month."""
    office = open_office(workspace)
    units = office.street.expected(period)
    if not units:
        raise WorkspaceError(f"“社区名单”里没有{period.label}应报的单位，请先在“街道设置.xlsx”中填写。")
    written: list[Path] = []
    with open_history(office) as history:
        history.know_catalog(office.catalog.fingerprint, office.catalog.version)
        months, latest = history.months(year_before(period)), history.latest(before=period)
        for number, unit in enumerate(units, start=1):
            content = write_form(
                catalog=office.catalog,
                street=office.street,
                unit=unit,
                period=period,
                prefill=prefill_of(latest.get(unit.code)),
                year_to_date=year_to_date_of(office.catalog, unit, months),
                deadline=office.street.deadline(period),
            )
            path = office.workspace.templates(period) / form_file_name(unit, period)
            write_whole(path, content)
            written.append(path)
            progress("生成报表", number, len(units))
    if layout_path is not None:
        write_whole(layout_path, layouts_json(office.catalog, office.catalog.blocks_on(office.street)))
    return Templates(tuple(written), rank(office.findings))


def layouts_json(catalog: Catalog, blocks_on: frozenset[str]) -> bytes:
    """The map of both forms as JSON; `docs/layout.md` describes it."""
    layouts = [build_layout(catalog, kind, blocks_on) for kind in UnitKind]
    return json.dumps(layout_as_json(layouts), ensure_ascii=False, indent=1).encode()


def year_before(period: Period) -> tuple[Period, ...]:
    """The months of the year before this one."""
    return tuple(month for month in period.year_to_date().months() if month != period)


def year_to_date_of(
    catalog: Catalog, unit: OrgUnit, months: Mapping[Period, tuple[Submission, ...]]
) -> dict[str, Decimal]:
    """The unit's flows over those months; none where a month of the unit is not known."""
    own = by_unit(months).get(unit.code, {})
    expected = [month for month in months if unit.is_open(month)]
    sums: dict[str, Decimal] = {}
    for element in catalog.elements.values():
        if element.over_months is not Over.SUM or not expected:
            continue
        values = [own[month].known(element.code) for month in expected if month in own]
        known = [value for value in values if value is not None and value.state.is_reported]
        if len(known) == len(expected):
            sums[element.code] = sum((v.value for v in known if isinstance(v.value, Decimal)), Decimal(0))
    return sums


def prefill_of(latest: Submission | None) -> Prefill | None:
    """What stands greyed in a unit's new form: its own latest recorded month."""
    return Prefill(latest.values, latest.ledgers, latest.period) if latest else None
