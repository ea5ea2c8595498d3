from __future__ import annotations

import pytest

from aggregator.intake.unit_names import UnitNames
from aggregator.model.org_unit import OrgUnit

UNITS = UnitNames(
    (
        OrgUnit("C01", "梧桐里社区", "梧桐里", aliases=("老梧桐",)),
        OrgUnit("C02", "北苑（东）社区", "北苑东"),
        OrgUnit("C03", "北苑社区", "北苑"),
        OrgUnit("C11", "新村社区", "新村", aliases=("同名",)),
        OrgUnit("C12", "河畔社区", "河畔", aliases=("同名",)),
        OrgUnit("C13", "机场一村社区", "机场一村"),
    )
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("梧桐里社区", "C01"),
        (" 梧桐里 社区\u3000", "C01"),
        ("梧桐里", "C01"),
        ("梧桐里居委会", "C01"),
        ("梧桐里社区居民委员会", "C01"),
        ("老梧桐社区", "C01"),
        ("北苑(东)社区", "C02"),
        ("北苑【东】", "C02"),
        ("北苑", "C03"),
        ("ｃ０３", "C03"),
    ],
)
def test_a_unit_is_known_by_every_way_of_writing_its_name(written: str, code: str) -> None:
    found = UNITS.named(written)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("written", ["", "梧桐", "梧桐李社区", "同名", "社区"])
def test_a_resemblance_or_a_shared_name_is_no_name(written: str) -> None:
    assert UNITS.named(written) is None


@pytest.mark.parametrize(
    ("typed", "code", "is_slip"),
    [
        ("梧桐李社区", "C01", True),  # one sign mistyped
        ("梧桐社区", "C01", True),  # one left out
        ("梧桐里里社区", "C01", True),  # one put in
        ("桐梧里社区", "C01", True),  # two changed places
        ("梧桐里社 区", "C01", False),  # no slip at all
        ("梧树李社区", "C01", False),  # two slips
        ("河畔社区", "C01", False),  # another unit's name
        ("北苑西社区", "C02", False),  # as near to 北苑社区
        ("新材社区", "C11", True),
        ("新", "C11", False),
        ("几场一村社区", "C13", True),
        ("机场三村社区", "C13", False),  # a neighbour's name, of this street or not
        ("机场村社区", "C13", False),
    ],
)
def test_one_slip_supports_what_else_says_who_it_is_and_two_do_not(typed: str, code: str, *, is_slip: bool) -> None:
    unit = next(unit for unit in UNITS._units if unit.code == code)  # noqa: SLF001  # a test of the room
    assert UNITS.is_slip_of(typed, unit) is is_slip
    if is_slip:
        assert UNITS.named(typed) is None
        nearest = UNITS.nearest(typed)
        assert nearest is not None
        assert nearest.code == code


def test_what_resembles_no_name_suggests_none() -> None:
    assert UNITS.nearest("三家店") is None


def test_the_nearest_name_is_told() -> None:
    found = UNITS.nearest("梧桐李社区")
    assert found is not None
    assert found.code == "C01"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("2026年10月 梧桐里社区报表（最终版）", ["C01"]),
        ("北苑(东)10月", ["C02"]),
        ("北苑10月", ["C03"]),
        ("C11 10月", ["C11"]),
        ("梧桐里、新村", ["C01", "C11"]),
        ("10月报表", []),
    ],
)
def test_the_units_that_a_file_name_mentions(text: str, codes: list[str]) -> None:
    assert [unit.code for unit in UNITS.mentioned(text)] == codes


def test_a_column_of_communities_takes_every_spelling_and_yields_the_full_name() -> None:
    choices = UNITS.choices()
    assert (choices["梧桐里"], choices["北苑(东)社区"], choices["c03"]) == ("梧桐里社区", "北苑（东）社区", "北苑社区")
    assert "同名" not in choices
