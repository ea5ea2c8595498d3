"""Makes a workspace of an invented street of any size: thirteen recorded months, and the forms of the last one.

Each seventeen communities are the demonstration's under other names and with other luck; every fourth form is typed
carelessly. Usage: python benchmarks/make_month.py N FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from aggregator.catalog import load_catalog
from aggregator.demo.retyping import retyped
from aggregator.demo.simulate import simulate
from aggregator.demo.street import demo_street
from aggregator.demo.typing_habits import texts_as_typed
from aggregator.form.layout import build_layout
from aggregator.form.settings_workbook import write_settings
from aggregator.form.template import Prefill, form_file_name, write_form
from aggregator.history.recorded import RecordedMonth
from aggregator.history.store import History
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Submission
from aggregator.pipeline.templates import year_to_date_of
from aggregator.rollup.indicators import derive
from aggregator.workspace import Workspace

LAST_MONTH = Period.month(2026, 10)
_PREFIXES = "东西南北上下前后内外新旧大小高古长平安和乐福祥瑞丰清明金玉秀青白红紫翠远近深宽柳松竹梅兰菊荷桃李杏枫桐"
Months = dict[Period, Submission]


def streets(catalog: Catalog, size: int) -> list[Street]:
    """The invented street in parts of at most seventeen communities; the first part brings the office."""
    model = demo_street(catalog)
    *communities, office = model.units
    left = size - 1
    parts: list[Street] = []
    while left > 0:
        number = len(parts)
        units = [_renamed(unit, number, place) for place, unit in enumerate(communities[:left])]
        parts.append(replace(model, units=(*units, office) if not parts else tuple(units)))
        left -= len(units)
    return parts


def _renamed(unit: OrgUnit, number: int, place: int) -> OrgUnit:
    short = (_PREFIXES[number - 1] if number else "") + unit.short_name
    code = f"C{number * 17 + place + 1:03d}"
    return OrgUnit(code, f"{short}社区", short, aliases=(f"{short}居委会",), opened=unit.opened)


def make_month(size: int, workspace: Workspace) -> None:
    """Write settings, history and the inbox of the last month."""
    catalog = load_catalog()
    parts = streets(catalog, size)
    street = replace(parts[0], units=tuple(unit for part in reversed(parts) for unit in part.units))
    blocks_on = catalog.blocks_on(street)
    layouts = {kind: build_layout(catalog, kind, blocks_on) for kind in UnitKind}
    inbox = workspace.inbox(LAST_MONTH)
    inbox.mkdir(parents=True)
    workspace.settings_path.write_bytes(write_settings(street, catalog))
    told: list[Mapping[Period, tuple[Submission, ...]]] = [
        simulate(part, catalog, seed=2026 + number, last=LAST_MONTH, layouts=layouts)
        for number, part in enumerate(parts)
    ]
    months: dict[str, Months] = {}
    with History.open(workspace.history_path) as history:
        for month in told[0]:
            sent = [submission for part in told for submission in part[month]]
            if month == LAST_MONTH:
                _write_forms(inbox, sent, months, catalog=catalog, street=street)
            else:
                history.record(RecordedMonth(month, _derived(sent, months, catalog, street)))


def _derived(
    sent: Sequence[Submission], months: dict[str, Months], catalog: Catalog, street: Street
) -> tuple[Submission, ...]:
    """The returns of a month as a run would record them; `months` gains them."""
    derived = []
    for submission in sent:
        own = months.setdefault(submission.unit, {})
        own[submission.period] = derive(submission, catalog=catalog, street=street, earlier=own)
        derived.append(own[submission.period])
    return tuple(derived)


def _write_forms(
    inbox: Path, sent: Sequence[Submission], months: Mapping[str, Months], *, catalog: Catalog, street: Street
) -> None:
    for number, submission in enumerate(sent):
        unit = street.unit(submission.unit)
        own = months[unit.code]
        latest = own[LAST_MONTH.previous()]
        form = write_form(
            catalog=catalog,
            street=street,
            unit=unit,
            period=LAST_MONTH,
            prefill=Prefill(latest.values, latest.ledgers, latest.period),
            year_to_date=_year_to_date(catalog, unit, own),
            deadline=street.deadline(LAST_MONTH),
            filled=submission,
        )
        if number % 4 == 0:
            form = retyped(form, texts_as_typed(submission, catalog))
        (inbox / form_file_name(unit, LAST_MONTH)).write_bytes(form)


def _year_to_date(catalog: Catalog, unit: OrgUnit, own: Months) -> Mapping[str, Decimal]:
    year = LAST_MONTH.year_to_date()
    return year_to_date_of(catalog, unit, {month: (sent,) for month, sent in own.items() if month in year.months()})


if __name__ == "__main__":
    make_month(int(sys.argv[1]), Workspace(Path(sys.argv[2])))
