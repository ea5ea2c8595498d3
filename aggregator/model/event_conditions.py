"""Row conditions that ask for what happened in the month, and what they ask of a row that is reported late."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from aggregator.model.expression import Call, ColumnRef, Comparison, Node, Number, walk, with_parts

_ALWAYS = Comparison("==", Number(Decimal(1)), Number(Decimal(1)))


def events_asked(condition: Node | None) -> tuple[str, ...]:
    """The date columns of which a condition asks whether their event lies in the month, each once."""
    return tuple(dict.fromkeys(column for part in walk(condition) if (column := _event_asked(part))))


@lru_cache(maxsize=1024)
def as_counted(condition: Node, late_events: tuple[str, ...]) -> Node:
    """What a condition asks of a row whose events of some columns count now, although they lie in an earlier month."""
    if not late_events:
        return condition
    if _event_asked(condition) in late_events:
        return _ALWAYS
    return with_parts(condition, lambda part: as_counted(part, late_events))


def _event_asked(node: Node) -> str:
    """The column of `in_period(column)`."""
    if isinstance(node, Call) and node.function == "in_period" and isinstance(node.arguments[0], ColumnRef):
        return node.arguments[0].column
    return ""
