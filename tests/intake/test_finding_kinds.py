"""Every kind of finding of this room is raised by some test of it, from a real workbook."""

import re
from pathlib import Path

import pytest

from aggregator.intake.finding_kinds import KINDS

_TESTS = [path for path in Path(__file__).parent.glob("test_*.py") if path.name != Path(__file__).name]
_QUOTED = {code for path in _TESTS for code in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("code", [kind.code for kind in KINDS])
def test_a_test_names_the_kind(code: str) -> None:
    assert code in _QUOTED


def test_every_card_has_its_own_code() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_every_card_of_the_room_is_in_the_list() -> None:
    source = (Path(__file__).parents[2] / "aggregator/intake/finding_kinds.py").read_text(encoding="utf-8")
    assert len(re.findall(r"= FindingKind\(", source)) == len(KINDS)
