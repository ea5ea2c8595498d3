"""One element of one month over all its returns, as text and back: a column.

Beside the values much is the same in every return: the state, the sheet, the cell. Each way in which a fact stands
there is a form, a fact without its text, and is written once; a return has the number of its form and its text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from aggregator.history.encoding import Fact, decode_fact, decode_known, shape_of, to_json
from aggregator.model.period import Period
from aggregator.model.value import DataValue


def encode_column(facts: Sequence[Fact | None]) -> str:
    """The facts of all returns in their order as JSON: the forms, the form of each return, the text of each."""
    forms: dict[Fact, int] = {}
    which = [None if fact is None else forms.setdefault(fact._replace(text=None), len(forms)) for fact in facts]
    return to_json([list(forms), which, [None if fact is None else fact.text for fact in facts]])


class Column:
    """A column read back. Values are made whole when they are asked for: most are only added up."""

    __slots__ = ("_forms", "_which", "known")

    def __init__(self, text: bytes) -> None:
        forms, which, texts = json.loads(text)
        self._forms = [Fact(*form) for form in forms]
        self._which: list[int | None] = which
        shapes = [shape_of(form) for form in self._forms]
        #: What is known of the value of each return; None when its form has no such element.
        self.known = [
            None if form is None else decode_known(shapes[form], text) for form, text in zip(which, texts, strict=True)
        ]

    def value(self, at: int, *, element: str, unit: str, period: Period, file: str) -> DataValue | None:
        """The value of the return at a position."""
        form, known = self._which[at], self.known[at]
        if form is None or known is None:
            return None
        return decode_fact(self._forms[form], known, element=element, unit=unit, period=period, file=file)
