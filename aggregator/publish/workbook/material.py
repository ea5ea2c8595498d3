"""What every sheet is made from: the month, its findings and files, and the words for who is in a total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from aggregator.model.consolidation import Consolidation, FileVerdict, Total, UnitReport
from aggregator.model.definition import Asked, Element
from aggregator.model.finding import Finding, Severity
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Period
from aggregator.model.value import ValueState
from aggregator.publish.workbook.coverage import Coverage
from aggregator.publish.workbook.figures import Figures


def workbook_name(period: Period) -> str:
    """The file name of the consolidated workbook of a period."""
    return f"街道汇总表_{period.label}.xlsx"


@dataclass(frozen=True)
class Material:
    """All that the sheets show, in one place."""

    consolidation: Consolidation
    findings: Sequence[Finding]
    files: Sequence[FileVerdict]
    report_date: date
    unverifiable: int = 0

    @cached_property
    def coverage(self) -> Coverage:
        """Who is in a total, in words."""
        return Coverage.of(self.consolidation)

    @cached_property
    def figures(self) -> Figures:
        """How values stand in cells."""
        return Figures(self.consolidation.catalog)

    @cached_property
    def output(self) -> str:
        """The name of the workbook."""
        return workbook_name(self.consolidation.period)

    @property
    def street(self) -> str:
        """The name of the street."""
        return self.consolidation.street.name or "街道"

    @property
    def footer(self) -> str:
        """What stands at the foot of each page."""
        return f"{self.street} {self.consolidation.period.label}"

    @cached_property
    def units(self) -> tuple[UnitReport, ...]:
        """The units in the order of the columns: communities first, then the office."""
        return tuple(sorted(self.consolidation.units, key=lambda report: report.unit.kind is UnitKind.OFFICE))

    def lines(self) -> Iterator[tuple[Element, Total]]:
        """The elements in use, in the order of the catalog, each with its total."""
        for code, element in self.consolidation.catalog.elements.items():
            total = self.consolidation.totals.get(code)
            if total is not None and total.this_month.state is not ValueState.NOT_ASKED:
                yield element, total

    def unit_elements(self) -> list[Element]:
        """The numbers that units report or that are derived for each of them."""
        return [element for element in self.asked_elements() if element.type.is_number]

    def asked_elements(self) -> list[Element]:
        """Numbers and texts that units report or that are derived for each of them."""
        return [element for element, _ in self.lines() if element.of is not Asked.STREET]

    @cached_property
    def queried(self) -> frozenset[tuple[str, str]]:
        """Unit and element of each value that a 核实 finding is open about."""
        return frozenset(
            (finding.unit, element)
            for finding in self.findings
            if finding.severity is Severity.QUERY
            for element in finding.elements
        )
