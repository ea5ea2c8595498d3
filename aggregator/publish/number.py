"""How numbers, dates and changes are shown: exact `Decimal` in, text out, half-up everywhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Literal

# Wide enough that no amount, sum or quotient of ours is rounded before it is shown.
_EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
_ZERO = Decimal(0)
_TEN_THOUSAND = Decimal(10_000)
_DIGITS = "〇一二三四五六七八九"
# GB/T office custom for 余: below the first number exact, then floored to the step (upper limit excluded, step).
_LEAST_APPROXIMATE = Decimal(20)
_APPROXIMATE_STEPS = (
    (Decimal(200), Decimal(10)),
    (Decimal(1_000), Decimal(50)),
    (_TEN_THOUSAND, Decimal(500)),
)
_STEP_ABOVE = Decimal(1_000)


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number in the unit in which it is printed, such as 1.23 and 万元."""

    number: str
    unit: str

    @property
    def text(self) -> str:
        """The number followed by its unit."""
        return self.number + self.unit


def round_half_up(value: Decimal, places: int = 0) -> Decimal:
    """The value with so many decimals, halves away from zero, as Excel's ROUND; never a negative zero."""
    rounded = _EXACT.quantize(value, Decimal(1).scaleb(-places))
    return _EXACT.add(rounded, _ZERO)


def plain(value: Decimal) -> str:
    """The exact value without exponent, trailing zeros or separators."""
    if not value.is_finite():
        raise ValueError(f"not a number that can be shown: {value}")
    if value == 0:
        return "0"
    return format(value.normalize(_EXACT), "f")


def count(value: Decimal, *, is_grouped: bool = False) -> str:
    """A count as reported, unrounded; grouped by thousands for tables only, as running text has no separators."""
    text = plain(value)
    return format(Decimal(text), ",f") if is_grouped else text


def percent(value: Decimal) -> str:
    """A share given in percent, with one decimal at most, such as 24.7%."""
    return f"{plain(round_half_up(value, 1))}%"


def scaled(value: Decimal, unit: str, *, places: int = 2, least: Decimal = _ZERO) -> Scaled:
    """The value in 万 of its unit; below `least`, or where rounding would leave 0, in the unit itself."""
    in_ten_thousands = round_half_up(_EXACT.divide(value, _TEN_THOUSAND), places)
    if abs(value) < least or in_ten_thousands == 0:
        return Scaled(plain(value), unit)
    return Scaled(plain(in_ten_thousands), f"万{unit}")


def money(value: Decimal, *, places: int = 2) -> str:
    """An amount in 元 as the report prints it, such as 1.23万元; 40元 stays 40元."""
    return scaled(value, "元", places=places).text


def quantity(value: Decimal, unit: str, *, places: int = 2) -> str:
    """A number of persons or things with its measure word; 万 only from 10,000 on (GB/T 15835)."""
    return scaled(value, unit, places=places, least=_TEN_THOUSAND).text


def approximately(value: Decimal) -> str:
    """The value floored to its step, with 余 only if something was cut: 107 gives 100余, 12345 gives 1.2万余."""
    if value < _LEAST_APPROXIMATE:
        return plain(value)
    step = next((step for limit, step in _APPROXIMATE_STEPS if value < limit), _STEP_ABOVE)
    floored = _EXACT.multiply(_EXACT.divide(value, step).to_integral_value(ROUND_FLOOR), step)
    shown = scaled(floored, "", places=1, least=_TEN_THOUSAND).text
    return shown if floored == value else f"{shown}余"


def chinese_date(day: date) -> str:
    """The date of an official document, without leading zeros: 2020年9月30日."""
    return f"{month_label(day.year, day.month)}{day.day}日"


def month_label(year: int, month: int) -> str:
    """A month in running text: 2020年9月."""
    return f"{year:04d}年{month}月"


def chinese_numeral(number: int) -> str:
    """A Chinese numeral from 1 to 99, for headings and ordinals: 一, 十, 二十一."""
    if not 1 <= number <= 99:
        raise ValueError(f"headings are numbered from 1 to 99, not {number}")
    tens, ones = divmod(number, 10)
    tens_text = {0: "", 1: "十"}.get(tens, f"{_DIGITS[tens]}十")
    return tens_text + (_DIGITS[ones] if ones else "")


def change_phrase(
    now: Decimal | None,
    base: Decimal | None,
    *,
    rise: Literal["增长", "增加"] = "增长",
    show: Callable[[Decimal], str] = plain,
) -> str | None:
    """The change of a count or an amount against its base, or None where one of them is missing."""
    if now is None or base is None:
        return None
    if now == base:
        return "持平"
    if base == 0:
        return f"由0{'增' if now > 0 else '减'}至{show(now)}"
    if base < 0 or now < 0:  # a percentage of or below nothing says nothing
        return f"{'增加' if now > base else '减少'}{show(abs(_EXACT.subtract(now, base)))}"
    return _relative_change(now, base, rise)


def _relative_change(now: Decimal, base: Decimal, rise: str) -> str:
    """The change in percent of a positive base; a change too small for one decimal is not called none."""
    change = _EXACT.divide(_EXACT.multiply(_EXACT.subtract(now, base), Decimal(100)), base)
    if round_half_up(change, 1) == 0:
        return "基本持平"
    return f"{rise if change > 0 else '减少'}{percent(abs(change))}"


def points_phrase(now_pct: Decimal | None, base_pct: Decimal | None) -> str | None:
    """The difference of two shares in percentage points, or None where one of them is missing."""
    if now_pct is None or base_pct is None:
        return None
    if now_pct == base_pct:
        return "持平"
    points = round_half_up(_EXACT.subtract(now_pct, base_pct), 1)
    if points == 0:
        return "基本持平"
    return f"{'提高' if points > 0 else '下降'}{plain(abs(points))}个百分点"


def join_names(names: Sequence[str], limit: int, *, measure: str = "个") -> str:
    """The names joined by 、; beyond the limit the first ones and 等N个, where N counts all of them."""
    if len(names) <= limit:
        return "、".join(names)
    return f"{'、'.join(names[:limit])}等{len(names)}{measure}"
