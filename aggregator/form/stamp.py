"""The identity of a form, written in three places, so that losing two of them does not make it a stranger.

The very hidden sheet `_stamp` holds it as key and value in columns A and B, the map of the form from column D on, and
the control totals from column J on (`control_totals`); the custom document property holds it as JSON; defined names
such as `agg_unit` hold one part each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields

from aggregator.form.layout import FormLayout, layout_hash
from aggregator.form.places import STAMP_SHEET
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period, PeriodError

PROPERTY = "aggregator_stamp"
NAME_PREFIX = "agg_"
#: First row of the pairs and of the map on the sheet, and the map's first column.
STAMP_ROW, MAP_COLUMN = 1, "D"
# Excel refuses a document property of more than 255 characters.
_LONGEST_STREET = 40


@dataclass(frozen=True, slots=True)
class Stamp:
    """Whose form it is, for which month, and by which catalog and map it was made."""

    street: str
    unit: str
    period: str
    form: str
    version: str
    catalog: str
    layout: str

    @classmethod
    def of(cls, catalog: Catalog, layout: FormLayout, street: Street, unit: OrgUnit, period: Period) -> Stamp:
        """The stamp of one form."""
        return cls(
            street=street.name[:_LONGEST_STREET],
            unit=unit.code,
            period=str(period),
            form=layout.kind.value,
            version=catalog.version,
            catalog=catalog.fingerprint,
            layout=layout_hash(layout),
        )

    @property
    def month(self) -> Period | None:
        """The month it is for; None when somebody spoiled it."""
        try:
            return Period.parse(self.period)
        except PeriodError:
            return None

    @property
    def kind(self) -> UnitKind | None:
        """The kind of form; None when somebody spoiled it."""
        return UnitKind(self.form) if self.form in set(UnitKind) else None

    def to_pairs(self) -> dict[str, str]:
        """Key and value of each part, as the hidden sheet holds them."""
        return asdict(self)

    @classmethod
    def from_pairs(cls, pairs: Mapping[str, str]) -> Stamp | None:
        """The stamp that some place holds; None when a part is missing."""
        parts = {part.name: pairs.get(part.name) for part in fields(cls)}
        known = {name: str(value) for name, value in parts.items() if value is not None}
        return cls(**known) if len(known) == len(parts) else None

    def to_property(self) -> str:
        """The text of the document property."""
        return json.dumps(self.to_pairs(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_property(cls, text: str) -> Stamp | None:
        """The stamp of a document property; None when it holds none."""
        try:
            pairs = json.loads(text)
        except ValueError:
            return None
        return cls.from_pairs(pairs) if isinstance(pairs, dict) else None

    def to_names(self) -> dict[str, str]:
        """The formula of each defined name."""
        return {f"{NAME_PREFIX}{key}": '="' + value.replace('"', '""') + '"' for key, value in self.to_pairs().items()}

    @classmethod
    def from_names(cls, names: Mapping[str, str]) -> Stamp | None:
        """The stamp that the defined names of a workbook hold; None when one of ours is missing."""
        return cls.from_pairs(
            {
                name.removeprefix(NAME_PREFIX): formula.removeprefix("=").strip()[1:-1].replace('""', '"')
                for name, formula in names.items()
                if name.startswith(NAME_PREFIX)
            }
        )


def map_rows(layout: FormLayout) -> Iterator[tuple[str, ...]]:
    """The map of the form as the hidden sheet holds it: what, code, sheet, cells."""
    for field_name, cell in layout.cover.items():
        yield ("cover", field_name, "", cell)
    for element in layout.elements.values():
        yield ("element", element.code, element.sheet, element.cell)
    for area in layout.ledgers.values():
        columns = " ".join(f"{code}={letter}" for code, letter in area.columns.items())
        rows = f"{area.header_row}:{area.first_row}:{area.last_row}:{area.answer_cell}"
        yield ("ledger", area.code, area.sheet, rows, columns)


__all__ = ["MAP_COLUMN", "NAME_PREFIX", "PROPERTY", "STAMP_ROW", "STAMP_SHEET", "Stamp", "map_rows"]
