"""The date columns of stock ledgers that tell of events: elements count by them what happened in the month.

A row that is first reported after its month carries the columns whose event counts in the month of the report
(`LedgerRow.late_events`); what became of each is said in `Submission.late_events`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from aggregator.model.catalog import Catalog
from aggregator.model.definition import Column, Element, Ledger, LedgerKind
from aggregator.model.event_conditions import events_asked
from aggregator.model.expression import Aggregate, walk
from aggregator.model.value import Submission


@dataclass(frozen=True, slots=True)
class Event:
    """One such column, and the elements that count by it."""

    column: Column
    elements: tuple[Element, ...]


@lru_cache(maxsize=16)
def events_of(catalog: Catalog) -> Mapping[str, tuple[Event, ...]]:
    """The events of each stock ledger that has any, in the order of the catalog."""
    found: dict[str, dict[str, dict[str, Element]]] = {}
    for element in catalog.elements.values():
        for part in walk(element.expression):
            if isinstance(part, Aggregate) and catalog.ledgers[part.ledger].kind is LedgerKind.STOCK:
                for column in events_asked(part.condition):
                    found.setdefault(part.ledger, {}).setdefault(column, {})[element.code] = element
    return {code: _events(ledger, found[code]) for code, ledger in catalog.ledgers.items() if code in found}


def _events(ledger: Ledger, found: Mapping[str, Mapping[str, Element]]) -> tuple[Event, ...]:
    return tuple(Event(column, tuple(found[column.code].values())) for column in ledger.columns if column.code in found)


def by_dates_alone(submission: Submission) -> Submission:
    """The same return as its form counts it: no event counts outside its own month."""
    ledgers = dict(submission.ledgers)
    for code in dict.fromkeys(late.ledger for late in submission.late_events):
        rows = tuple(row._replace(late=False, late_events=()) for row in ledgers[code].rows)
        ledgers[code] = replace(ledgers[code], rows=rows)
    return replace(submission, ledgers=ledgers, values={**submission.values, **submission.by_dates}, late_events=())
