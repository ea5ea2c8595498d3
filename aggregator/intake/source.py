"""What the reading of one form needs: the workbook, whose it is, and what the catalog and the street say."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aggregator.intake.cells import Sheet, Workbook
from aggregator.intake.coerce import Reader, Wanted, choices_of, reader_of, wanted_of_element
from aggregator.intake.locate import Leftover
from aggregator.intake.remarks import Return
from aggregator.intake.sheets import Sheets, sheet_bearing
from aggregator.intake.unit_names import UnitNames
from aggregator.model.catalog import Catalog
from aggregator.model.definition import Column, Element

_Kept = TypeVar("_Kept")
_COMMUNITIES, _ELEMENTS, _NARRATIVES = "communities", "elements", "narrative_kinds"


@dataclass(frozen=True, slots=True)
class Source:
    """One form to be read, with the sheets that were found in it; `kept` is shared by the forms of a month.

    `leftovers` is what a form of another version asks and today's does not: told with its version, and no more.
    """

    workbook: Workbook
    of: Return
    catalog: Catalog
    names: UnitNames
    sheets: Sheets
    leftovers: tuple[Leftover, ...] = ()
    kept: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], _Kept]) -> _Kept:
        """What is made once for all forms of the month that count their days alike."""
        key = key, self.workbook.date1904
        if key not in self.kept:
            self.kept[key] = make()
        kept: _Kept = self.kept[key]
        return kept

    def sheet_bearing(self, name: str, headers: Iterable[str]) -> Sheet | None:
        """One of the sheets from which no figures and no rows are read, by its name or its headers."""
        return sheet_bearing(self.workbook, name, headers, {sheet.name for sheet in self.sheets.read})

    def reader(self, wanted: Wanted) -> Reader:
        """A function that reads the cells of an element or column; to be made once."""
        return reader_of(wanted, period=self.of.period, date1904=self.workbook.date1904)

    def element_reader(self, element: Element) -> Reader:
        """The function that reads the cells of an element."""
        return self.once(element.code, lambda: self.reader(wanted_of_element(element)))

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
