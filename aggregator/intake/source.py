"""What the reading of one form needs: the workbook, whose it is, and what the catalog and the street say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregator.intake.cells import Workbook
from aggregator.intake.coerce import Reader, Wanted, choices_of, reader_of
from aggregator.intake.remarks import Return
from aggregator.intake.sheets import Sheets
from aggregator.intake.unit_names import UnitNames
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Column

_COMMUNITIES, _ELEMENTS, _NARRATIVES = "communities", "elements", "narrative_kinds"


@dataclass(frozen=True, slots=True)
class Source:
    """One form to be read, with the sheets that were found in it; `readers` is shared by the forms of a month."""

    workbook: Workbook
    of: Return
    catalog: Catalog
    names: UnitNames
    sheets: Sheets
    readers: dict[tuple[str, bool], Reader] = field(default_factory=dict)

    def reader(self, key: str, wanted: Wanted) -> Reader:
        """The function that reads the cells of an element or column; one for all forms of the month."""
        date1904 = self.workbook.date1904
        if (key, date1904) not in self.readers:
            self.readers[key, date1904] = reader_of(wanted, period=self.of.period, date1904=date1904)
        return self.readers[key, date1904]

    def choices(self, column: Column) -> Mapping[str, str]:
        """What a column may hold, by folded text; empty when nothing limits it."""
        if column.codes == _COMMUNITIES:
            return self.names.choices()
        if column.codes == _ELEMENTS:
            return choices_of(tuple(element.name for element in self.catalog.elements.values()))
        if column.codes == _NARRATIVES:
            return choices_of(tuple(narrative.name for narrative in self.catalog.narratives.values()))
        codes = self.catalog.codes.get(column.codes)
        return choices_of(codes.values) if codes else {}
