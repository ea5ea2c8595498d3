"""Reads the numbers of a Word file's charts: what each point shows, and what the workbook behind it has otherwise."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from aggregator.intake.causes import UnreadableFileError
from aggregator.intake.cells import Workbook, read_cells
from aggregator.intake.opening import FileContent, unpack, unpack_parts
from aggregator.intake.xml_part import Budget, Handlers, elements, parse_part
from aggregator.model.address import AddressError, corners
from aggregator.model.evaluate import plain_text
from aggregator.model.report_text import ChartPoint, point_labels

_DOCUMENT = "word/document.xml"
_MOST_POINTS = 1000
_RANGE = re.compile(r"'?(?P<sheet>[^'!]+)'?!(?P<cells>[$A-Z0-9:]+)")


def charts_of(file: FileContent, budget: Budget) -> Mapping[str, tuple[ChartPoint, ...]]:
    """The points of each chart by the relationship that ties it to the text, those of its workbook behind them."""
    related = _related(file, _DOCUMENT, "chart", budget)
    return {identity: tuple(_points(file, part, budget)) for identity, part in related.items()}


def _related(file: FileContent, part: str, kind: str, budget: Budget) -> dict[str, str]:
    """The parts of a kind that a part is related to, by the name of the relationship."""
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels"
    content = unpack_parts(file, (rels,)).get(rels)
    found = elements(rels, content, budget, wanted=frozenset({"Relationship"})) if content else []
    return {
        one.attributes["Id"]: posixpath.normpath(posixpath.join(folder, one.attributes["Target"]))
        .lstrip("/")
        .casefold()
        for one in found
        if one.attributes.get("Type", "").endswith(f"/{kind}") and "Id" in one.attributes and "Target" in one.attributes
    }


def _points(file: FileContent, part: str, budget: Budget) -> Iterator[ChartPoint]:
    content = unpack_parts(file, (part,)).get(part)
    if content is None:
        return
    reader = _Reader()
    parse_part(part, content, Handlers(reader.start, reader.end, reader.add_text, lambda: 0), budget=budget)
    behind = _workbook(file, part, budget)
    longest = max((series.categories for series in reader.series), key=len, default={})
    categories = [longest.get(at, "") for at in range(max((series.length for series in reader.series), default=0))]
    called = point_labels([series.name for series in reader.series], categories)
    for series, labels in zip(reader.series, called, strict=True):
        stored = _stored(series, behind) if behind else {}
        for at, label in enumerate(labels):
            yield ChartPoint(label, _number_text(series.shown(at)), stored.get(at, ""))


def _workbook(file: FileContent, part: str, budget: Budget) -> Workbook | None:
    """The workbook behind a chart; None where there is none that can be read, which shows nothing to anybody."""
    for name in _related(file, part, "package", budget).values():
        content = unpack_parts(file, (name,)).get(name)
        if content is not None:
            try:
                return read_cells(unpack(FileContent(content, hashlib.sha256(content).hexdigest(), len(content))))
            except UnreadableFileError:
                return None
    return None


def _stored(series: _Series, workbook: Workbook) -> dict[int, str]:
    """The numbers of a series by their places, as the workbook has them."""
    found = _RANGE.fullmatch(series.formula)
    sheet = next((sheet for sheet in workbook.sheets if found and sheet.name == found["sheet"]), None)
    try:
        first, column, last, _ = corners(found["cells"].replace("$", "")) if found else (1, 1, 0, 1)
    except AddressError:
        return {}
    cells = sheet.cells if sheet else {}
    places = ((row - first, cells.get((row, column))) for row in range(first, min(last, first + _MOST_POINTS) + 1))
    return {at: _number_text(cell.text) for at, cell in places if cell is not None}


def _number_text(text: str) -> str:
    """A number without the zeros that a program writes behind it; a text stays as it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return plain_text(number) if number.is_finite() else text


@dataclass
class _Series:
    """One series as it is read: its name, its range, and by place its categories, numbers and typed labels."""

    name: str = ""
    formula: str = ""
    length: int = 0
    categories: dict[int, str] = field(default_factory=dict)
    values: dict[int, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)

    def shown(self, at: int) -> str:
        """What stands at a point: its number, or what somebody typed over it."""
        return self.labels.get(at) or self.values.get(at, "")


@dataclass
class _Reader:
    """Follows the elements of a chart part; knows of it only its series."""

    series: list[_Series] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _at: int = 0
    _label_at: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "ser":
            self.series.append(_Series())
        elif tag == "pt":
            self._at = int(attributes.get("idx", "0"))
        elif tag == "idx" and self._open[-1:] == ["dLbl"]:
            self._label_at = int(attributes.get("val", "0"))
        elif tag == "ptCount" and self.series and "val" in self._open:
            self.series[-1].length = min(int(attributes.get("val", "0")), _MOST_POINTS)
        self._open.append(tag)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def add_text(self, text: str) -> None:
        if not self.series or "ser" not in self._open:
            return
        series, inside = self.series[-1], self._open
        if "dLbl" in inside:
            if inside[-1] == "t":
                series.labels[self._label_at] = series.labels.get(self._label_at, "") + text
        elif inside[-1] == "f" and "val" in inside:
            series.formula += text
        elif inside[-1] == "v":
            self._add_value(series, text)

    def _add_value(self, series: _Series, text: str) -> None:
        if "tx" in self._open:
            series.name += text
        elif "cat" in self._open:
            series.categories[self._at] = series.categories.get(self._at, "") + text
        elif "val" in self._open:
            series.values[self._at] = series.values.get(self._at, "") + text
