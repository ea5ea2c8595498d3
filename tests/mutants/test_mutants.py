"""Some six hundred ways to damage a form: what is read equals the untouched form's, or a finding names the damage.

Each kind of damage is done alone some times, and two to four are done at once; the seeds make every run the same.
"""

from __future__ import annotations

import pytest

from tests.desk import Desk
from tests.mutants.judge import Outcome
from tests.mutants.mutants import DAMAGES, Mutants, several

ALONE, AT_ONCE, PARTS = 3, 240, 24
#: The damages of which two things are told, as they are two.
TWO_CAUSES = {
    # The names of the sheets are gone, and where the looks were not copied either, so is what made numbers dates.
    "copied into a new workbook of plain names",
}


@pytest.fixture(scope="session")
def mutants(desk: Desk) -> Mutants:
    """The maker of mutants."""
    return Mutants(desk)


def test_there_are_more_than_five_hundred_mutants() -> None:
    assert len(DAMAGES) * ALONE + AT_ONCE > 500


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_alone_is_read_through_or_named(mutants: Mutants, name: str) -> None:
    damage = DAMAGES[name]
    for number in range(ALONE):
        judged = mutants.one((damage,), f"{name} {number}")
        assert judged.unexplained == (), number
        assert judged.astray == (), number
        assert len(judged.causes) <= (2 if name in TWO_CAUSES else 1), number
        assert judged.causes or judged.outcome is Outcome.EQUAL, number
        if damage.is_same:
            assert judged.outcome is Outcome.EQUAL, number


@pytest.mark.parametrize("part", range(PARTS))
def test_several_damages_at_once_change_nothing_without_a_word(mutants: Mutants, part: int) -> None:
    for seed in range(part, AT_ONCE, PARTS):
        judged = mutants.one(several(seed), f"several {seed}")
        assert judged.unexplained == (), seed
        assert judged.astray == (), seed
