"""Two operands of a row condition compared: where it certainly holds and where it certainly does not, as formulas.

Each is an array of 0 and 1 over the rows of a ledger; a row that is in neither is undecided, as `evaluate` says.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from aggregator.form.formula_scope import NotLiveError, equals_text, number_literal, serial, text_literal
from aggregator.model.definition import ValueType
from aggregator.model.value import Gap, Scalar

_SIGNS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_HOLDS: dict[str, Callable[[int, int], bool]] = {
    "==": int.__eq__, "!=": int.__ne__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a condition holds and where it does not, each 0 or 1 for every row.

    `needs_cell`: it can hold only where some cell of the row is filled, so that empty rows need no test of their own.
    """

    yes: str
    no: str
    needs_cell: bool = True


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison: its formula, what it is, and the tests that must hold for it to be known.

    `constant` is set for what is the same in every row. The kinds age, year and month keep the date they are made of.
    """

    formula: str
    kind: str
    guards: tuple[str, ...] = ()
    constant: Scalar | None = None
    ranks: tuple[str, ...] = ()

    @property
    def is_unknown(self) -> bool:
        """Whether it is a gap in every row."""
        return isinstance(self.constant, Gap)


NEVER = Truth("0", "0")
GAP = Operand("0", "gap", constant=Gap.MISSING)


def product(parts: list[str]) -> str:
    """1 where all are; brackets make it safe to multiply on."""
    wanted = [part for part in parts if part != "1"]
    if "0" in wanted:
        return "0"
    return "*".join(wanted) if wanted else "1"


def either(parts: list[str]) -> str:
    """1 where one is."""
    wanted = [part for part in parts if part != "0"]
    if "1" in wanted:
        return "1"
    if not wanted:
        return "0"
    return f"(({'+'.join(wanted)})>0)" if len(wanted) > 1 else f"({wanted[0]})"


def kind_of(type_: ValueType) -> str:
    """What a comparison takes a value for."""
    if type_.is_number:
        return "number"
    return "date" if type_ in {ValueType.DATE, ValueType.MONTH} else "text"


def constant(value: Scalar) -> Operand:
    """An operand that is the same in every row."""
    if isinstance(value, Decimal):
        return Operand(number_literal(value), "number", constant=value)
    if isinstance(value, date):
        return Operand(str(serial(value)), "date", constant=value)
    if isinstance(value, str):
        return Operand(text_literal(value), "text", constant=value)
    return GAP


def known(cells: str, kind: str) -> str:
    """Whether something of its kind stands in a cell."""
    return f'({cells}<>"")' if kind == "text" else f"ISNUMBER({cells})"


def compared(left: Operand, sign: str, right: Operand, *, end: date) -> Truth:
    """Where a comparison holds and where it does not; ages are those on the day `end`."""
    if left.is_unknown or right.is_unknown:
        return NEVER
    if left.constant is not None and right.constant is None:
        left, right, sign = right, left, _TURNED[sign]
    right = _dated(left, right)
    ranks = left.ranks or right.ranks
    if ranks:
        return _ranked(left, right, sign, ranks)
    if left.kind in OF_DATES:
        return OF_DATES[left.kind](left, right, sign, end)
    if left.kind != right.kind:
        return NEVER
    return Truth(_test(left, sign, right), _test(left, _OPPOSITE[sign], right))


def _ranked(left: Operand, right: Operand, sign: str, ranks: tuple[str, ...]) -> Truth:
    """By the place in an ordered list; a text that is not in it decides nothing."""
    if isinstance(right.constant, str):
        if right.constant not in ranks:
            return NEVER
        rank = ranks.index(right.constant)
        chosen = [equals_text(left.formula, text) for i, text in enumerate(ranks) if _HOLDS[sign](i, rank)]
        others = [equals_text(left.formula, text) for i, text in enumerate(ranks) if not _HOLDS[sign](i, rank)]
        return Truth(either(chosen), either(others))
    one, other = _rank(left, ranks), _rank(right, ranks)
    both = [f"({one}>0)", f"({other}>0)"]
    yes, no = f"({one}{_SIGNS[sign]}{other})", f"({one}{_SIGNS[_OPPOSITE[sign]]}{other})"
    return Truth(product([*both, yes]), product([*both, no]))


def equals(item: Operand, choice: Decimal | str) -> str:
    """Equality with a literal; nothing where the types differ and it can never hold."""
    if item.kind == "text" and isinstance(choice, str):
        return equals_text(item.formula, choice)
    if item.kind == "number" and isinstance(choice, Decimal):
        return f"({item.formula}={number_literal(choice)})"
    if item.kind in OF_DATES:
        raise NotLiveError("membership of a computed value")
    return ""


def _dated(left: Operand, right: Operand) -> Operand:
    """A text beside a date is a date written in the catalog or a setting."""
    if left.kind != "date" or not isinstance(right.constant, str):
        return right
    try:
        return constant(date.fromisoformat(right.constant))
    except ValueError:
        return right


def _test(left: Operand, sign: str, right: Operand) -> str:
    guards = [*left.guards, *right.guards]
    if left.kind == "date" and isinstance(right.constant, date):
        return product([*guards, _day_compared(left.formula, sign, serial(right.constant))])
    if left.kind == "text":
        return product([*guards, _texts_compared(left, sign, right)])
    return product([*guards, f"({left.formula}{_SIGNS[sign]}{right.formula})"])


def _day_compared(cell: str, sign: str, day: int) -> str:
    """A day holds all its hours: what is on the day is below the next one."""
    whole = {
        "==": f"({cell}>={day})*({cell}<{day + 1})",
        "!=": f"((({cell}<{day})+({cell}>={day + 1}))>0)",
        "<": f"({cell}<{day})",
        "<=": f"({cell}<{day + 1})",
        ">": f"({cell}>={day + 1})",
        ">=": f"({cell}>={day})",
    }
    return whole[sign]


def _texts_compared(left: Operand, sign: str, right: Operand) -> str:
    if sign not in {"==", "!="}:
        raise NotLiveError("texts without an order")
    if isinstance(right.constant, str):
        same = equals_text(left.formula, right.constant)
    else:
        same = f"EXACT({left.formula},{right.formula})"
    return same if sign == "==" else f"(1-{same})"


def _rank(operand: Operand, ranks: tuple[str, ...]) -> str:
    return "(" + "+".join(f"{i}*{equals_text(operand.formula, text)}" for i, text in enumerate(ranks, 1)) + ")"


def _limit(right: Operand, what: str) -> Decimal:
    if not isinstance(right.constant, Decimal):
        raise NotLiveError(f"{what} is compared with a number only")
    return right.constant


def _age_compared(left: Operand, right: Operand, sign: str, end: date) -> Truth:
    """An age of at least n means a birth on or before one day, so no age need be computed."""
    limit = _limit(right, "age")
    on_or_above = f"({left.formula}<{_born_by(end, int(limit.to_integral_value(ROUND_CEILING))) + 1})"
    above = f"({left.formula}<{_born_by(end, int(limit.to_integral_value(ROUND_FLOOR)) + 1) + 1})"
    equal = f"{on_or_above}*(1-{above})" if limit == limit.to_integral_value() else "0"
    arrays = {
        ">=": on_or_above, ">": above, "<": f"(1-{on_or_above})", "<=": f"(1-{above})",
        "==": equal, "!=": f"(1-{equal})",
    }  # fmt: skip
    guards = list(left.guards)
    return Truth(product([*guards, arrays[sign]]), product([*guards, arrays[_OPPOSITE[sign]]]))


def _born_by(end: date, years: int) -> int:
    """The last day of birth of whoever has completed so many years."""
    year = end.year - years
    return serial(date(year, end.month, min(end.day, calendar.monthrange(year, end.month)[1])))


def age_formula(born: str, end: date) -> str:
    """The age in completed years on a day."""
    had_no_birthday = f"({end.month * 100 + end.day}<MONTH({born})*100+DAY({born}))"
    return f"({end.year}-YEAR({born})-{had_no_birthday})"


def _year_compared(left: Operand, right: Operand, sign: str, _end: date) -> Truth:
    year = int(_limit(right, "year"))
    first, after = serial(date(year, 1, 1)), serial(date(year, 12, 31) + timedelta(days=1))
    from_then, later = f"({left.formula}>={first})", f"({left.formula}>={after})"
    arrays = {
        ">=": from_then, ">": later, "<": f"(1-{from_then})", "<=": f"(1-{later})",
        "==": f"{from_then}*(1-{later})", "!=": f"(1-{from_then}*(1-{later}))",
    }  # fmt: skip
    guards = list(left.guards)
    return Truth(product([*guards, arrays[sign]]), product([*guards, arrays[_OPPOSITE[sign]]]))


def _month_compared(left: Operand, right: Operand, sign: str, _end: date) -> Truth:
    """By text, because MONTH of a cell that holds no date would spoil the sum over all rows."""
    number = int(_limit(right, "month"))
    month = f'TEXT({left.formula},"m")'
    yes = [f'({month}="{m}")' for m in range(1, 13) if _HOLDS[sign](m, number)]
    no = [f'({month}="{m}")' for m in range(1, 13) if not _HOLDS[sign](m, number)]
    guards = list(left.guards)
    return Truth(product([*guards, either(yes)]), product([*guards, either(no)]))


#: What is made of a date and compared as such.
OF_DATES: dict[str, Callable[[Operand, Operand, str, date], Truth]] = {
    "age": _age_compared, "year": _year_compared, "month": _month_compared,
}  # fmt: skip
