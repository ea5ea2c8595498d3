"""How some people type: numbers as texts with separators, units or full-width digits, dates with dots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from aggregator.demo.chance import Chance
from aggregator.model.catalog import Catalog
from aggregator.model.definition import ValueType
from aggregator.model.value import LedgerSheet, Submission

#: What stands in a cell, by sheet and cell.
Texts = Mapping[tuple[str, str], str]
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
#: Measure words that everybody writes behind a number, and that say no more than the element's own unit.
_WRITTEN_UNITS = frozenset({"人", "名", "次", "场", "件", "份", "户", "个", "人次", "小时", "元", "篇", "宗", "条"})


def texts_as_typed(submission: Submission, catalog: Catalog) -> Texts:
    """The texts that a person with such habits leaves in the cells of a return; all of them can still be read."""
    chance = Chance("habits", submission.unit)
    texts = dict(_figures(submission, catalog, chance))
    for sheet in submission.ledgers.values():
        texts |= dict(_dates(sheet, catalog, chance))
    return texts


def _figures(submission: Submission, catalog: Catalog, chance: Chance) -> Iterator[tuple[tuple[str, str], str]]:
    for value in submission.values.values():
        number, place = value.value, value.place
        if isinstance(number, Decimal) and place.cell and chance.happens(60):
            yield (place.sheet, place.cell), _number(number, catalog.elements[value.element].unit, chance)


def _number(number: Decimal, unit: str, chance: Chance) -> str:
    plain = f"{number.normalize():f}"
    habit = chance.whole(1, 4)
    if habit == 1 and number >= 1000:
        return f"{number.normalize():,f}"
    if habit == 2 and unit in _WRITTEN_UNITS:
        return f"{plain}{unit}"
    return plain.translate(_FULL_WIDTH) if habit == 3 else f" {plain} "


def _dates(sheet: LedgerSheet, catalog: Catalog, chance: Chance) -> Iterator[tuple[tuple[str, str], str]]:
    columns = {column.code for column in catalog.ledgers[sheet.ledger].columns if column.type is ValueType.DATE}
    place = sheet.answer_place
    for row in sheet.rows:
        for code in sorted(columns & row.cells.keys() & sheet.columns.keys()):
            day = row.cells[code]
            if isinstance(day, date) and place.cell and chance.happens(70):
                yield (place.sheet, f"{sheet.columns[code]}{row.number}"), _day(day, chance)


def _day(day: date, chance: Chance) -> str:
    patterns = ("{0.year}.{0.month}.{0.day}", "{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}")
    return chance.pick(patterns).format(day)
