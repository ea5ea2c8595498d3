"""The clerk's decisions about a month's returns, kept with who, why and when; nothing that was decided is erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from aggregator.history.encoding import decode, encode
from aggregator.model.decision import Acceptance, Amendment, Reported, Withdrawal
from aggregator.model.former_codes import FormerCodes
from aggregator.model.period import Period
from aggregator.model.value import Gap, ValueState

_COLUMNS = (
    "unit, element, old_state, old_type, old_value, state, type, value, sha256, reason, decided_by, decided_on,"
    " withdrawn_by, withdrawn_why, withdrawn_on"
)
_Cursors = Callable[[], AbstractContextManager[sqlite3.Cursor]]


class Decisions:
    """Amendments and acceptances in a history file, read and written through its cursors.

    `former` tells under which codes elements were amended once.
    """

    def __init__(self, reading: _Cursors, transaction: _Cursors, former: FormerCodes) -> None:
        self._reading, self._transaction, self._former = reading, transaction, former

    def amend(self, amendment: Amendment) -> None:
        """Keep an amendment; one of the same element that was in force gives way to it."""
        given_way = Withdrawal(amendment.by, "又作更正", amendment.on)
        row = (
            str(amendment.period), amendment.unit, amendment.element, *_encoded(amendment.old),
            *_encoded(amendment.new), amendment.sha256, amendment.reason, amendment.by, amendment.on.isoformat(),
        )  # fmt: skip
        with self._transaction() as cursor:
            self._withdraw(cursor, amendment.period, amendment.unit, amendment.element, given_way)
            cursor.execute(
                "INSERT INTO amendments (period, unit, element, old_state, old_type, old_value, state, type, value,"
                " sha256, reason, decided_by, decided_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def withdraw_amendment(self, period: Period, unit: str, element: str, withdrawal: Withdrawal) -> bool:
        """Take back the amendment in force of an element; whether there was one."""
        with self._transaction() as cursor:
            return self._withdraw(cursor, period, unit, element, withdrawal)

    def _withdraw(
        self, cursor: sqlite3.Cursor, period: Period, unit: str, element: str, withdrawal: Withdrawal
    ) -> bool:
        query = (
            "UPDATE amendments SET withdrawn_by = ?, withdrawn_why = ?, withdrawn_on = ?"
            " WHERE period = ? AND unit = ? AND element = ? AND withdrawn_on IS NULL"
        )
        codes = self._former.codes_of_element(element)
        said = (withdrawal.by, withdrawal.reason, withdrawal.on.isoformat(), str(period), unit)
        return sum(cursor.execute(query, (*said, code)).rowcount for code in codes) > 0

    def amendments(self, period: Period) -> tuple[Amendment, ...]:
        """All amendments of a month in the order in which they were made, those taken back too."""
        query = f"SELECT {_COLUMNS} FROM amendments WHERE period = ? ORDER BY id"  # noqa: S608  # names of our own
        with self._reading() as cursor:
            found = cursor.execute(query, (str(period),)).fetchall()
            return tuple(_amendment(period, row, self._former.element(row[1])) for row in found)

    def in_force(self, period: Period) -> tuple[Amendment, ...]:
        """The amendments of a month that count."""
        return tuple(amendment for amendment in self.amendments(period) if amendment.withdrawn is None)

    def accept(self, acceptance: Acceptance) -> None:
        """Keep that a held return is taken in; an earlier decision about the unit gives way."""
        self.withdraw_acceptance(acceptance.period, acceptance.unit, acceptance.on)
        row = (
            str(acceptance.period), acceptance.unit, acceptance.sha256, acceptance.reason, acceptance.on.isoformat(),
        )  # fmt: skip
        with self._transaction() as cursor:
            cursor.execute(
                "INSERT INTO acceptances (period, unit, sha256, reason, decided_on) VALUES (?, ?, ?, ?, ?)", row
            )

    def withdraw_acceptance(self, period: Period, unit: str, on: date) -> bool:
        """Hold a return again; whether it was taken in before."""
        query = "UPDATE acceptances SET withdrawn_on = ? WHERE period = ? AND unit = ? AND withdrawn_on IS NULL"
        with self._transaction() as cursor:
            return cursor.execute(query, (on.isoformat(), str(period), unit)).rowcount > 0

    def acceptances(self, period: Period) -> tuple[Acceptance, ...]:
        """The held returns of a month that are taken in."""
        query = (
            "SELECT unit, sha256, reason, decided_on FROM acceptances"
            " WHERE period = ? AND withdrawn_on IS NULL ORDER BY id"
        )
        with self._reading() as cursor:
            return tuple(
                Acceptance(unit, period, sha256, reason, date.fromisoformat(on))
                for unit, sha256, reason, on in cursor.execute(query, (str(period),))
            )


def _encoded(reported: Reported) -> tuple[str, str | None, str | None]:
    return reported.state.value, *encode(reported.value)


def _reported(state: str, kind: str | None, text: str | None) -> Reported:
    value = decode(kind, text)
    if isinstance(value, Gap | bool):
        raise TypeError(kind)
    return Reported(ValueState(state), value)


def _amendment(period: Period, row: tuple[str, ...], element: str) -> Amendment:
    unit, _code, *parts = row
    reported, (sha256, reason, by, on), withdrawn = parts[:6], parts[6:10], parts[10:]
    return Amendment(
        unit=unit,
        period=period,
        element=element,
        old=_reported(*reported[:3]),
        new=_reported(*reported[3:]),
        sha256=sha256,
        reason=reason,
        by=by,
        on=date.fromisoformat(on),
        withdrawn=Withdrawal(withdrawn[0], withdrawn[1], date.fromisoformat(withdrawn[2])) if withdrawn[2] else None,
    )
