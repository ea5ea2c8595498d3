"""A filled form as openpyxl opens it, with what people do to it by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from aggregator.form.layout import FormLayout, build_layout
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Period
from aggregator.pipeline.office import open_office
from aggregator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Form:
    """The filled form of one community, as openpyxl opens it."""

    book: Any
    layout: FormLayout

    def figure(self, code: str, value: object) -> None:
        """Type over a figure."""
        self.book["指标表"][self.layout.elements[code].cell].value = value

    def answer(self, ledger: str, value: str | None) -> None:
        """Choose the answer of a ledger sheet."""
        area = self.layout.ledgers[ledger]
        self.book[area.sheet][area.answer_cell].value = value

    def cell(self, ledger: str, column: str, value: object, *, row: int = 0) -> None:
        """Type into a row of a ledger, counted from its first."""
        area = self.layout.ledgers[ledger]
        self.book[area.sheet][f"{area.columns[column]}{area.first_row + row}"].value = value

    def row(self, ledger: str, row: int = 0) -> dict[str, Any]:
        """What stands in a row of a ledger."""
        area = self.layout.ledgers[ledger]
        sheet = self.book[area.sheet]
        return {column: sheet[f"{letter}{area.first_row + row}"].value for column, letter in area.columns.items()}

    def put(self, ledger: str, cells: Mapping[str, Any], *, row: int) -> None:
        """Fill in a row of a ledger."""
        for column, value in cells.items():
            self.cell(ledger, column, value, row=row)

    def clear(self, ledger: str) -> None:
        """Delete all rows of a ledger."""
        area = self.layout.ledgers[ledger]
        for line in range(area.first_row, area.last_row + 1):
            for letter in area.columns.values():
                self.book[area.sheet][f"{letter}{line}"].value = None


def edit_form(workspace: Workspace, month: Period, file: str, change: Callable[[Form], None]) -> None:
    """Open a community's form of the inbox, change it by hand, and save it in its place."""
    path = workspace.inbox(month) / file
    change_form(workspace, path, path, change)


def change_form(workspace: Workspace, source: Path, target: Path, change: Callable[[Form], None]) -> None:
    """Open a community's form, change it by hand, and save it under another name."""
    office = open_office(workspace)
    book = load_workbook(BytesIO(source.read_bytes()))
    change(Form(book, build_layout(office.catalog, UnitKind.COMMUNITY, office.catalog.blocks_on(office.street))))
    book.save(target)
