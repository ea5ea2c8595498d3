from aggregator.demo.chance import Chance
from aggregator.demo.people import FEMALE, GIVEN, MALE, SURNAMES, People


def test_a_name_is_a_surname_and_a_given_name_of_the_lists() -> None:
    name = People(0, 18, Chance("a")).name(FEMALE)
    assert name[0] in SURNAMES
    assert name[1:] in GIVEN[FEMALE]


def test_no_name_is_given_to_two_units() -> None:
    units = [People(position, 18, Chance("a", position)) for position in range(18)]
    names = [unit.name(gender) for unit in units for gender in (MALE, FEMALE) for _ in range(100)]
    assert len(set(names)) == 3600


def test_a_unit_gives_each_name_once_before_it_begins_again() -> None:
    people = People(3, 18, Chance("a"))
    # 50 surnames by 40 given names over 18 units: 111 for each but the first ones.
    names = [people.name(MALE) for _ in range(111)]
    assert len(set(names)) == 111
