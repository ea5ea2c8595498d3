"""Mutants of a good form: none stops the reading, and none changes a value without a word where the file could tell.

A few hundred, seeded; `benchmarks/fuzz.py` reads thousands.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.intake import workbook_file
from aggregator.intake.opening import read_file
from tests.counted import counted, counted_xlsx
from tests.fuzzing import Outcome, Worker, cut, flipped, mutants, outcome_of, with_mutated_xml
from tests.other_workbooks import as_ods, as_xls, as_xlsb, parts_of
from tests.workbooks import cells_of

SEED = 20_261_031


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    if sys.platform == "win32":
        pytest.skip("pipes cannot be waited for with select on Windows")
    with Worker() as worker:
        monkeypatch.setattr(workbook_file, "read_in_child", worker.read)
        yield worker


def outcomes(inbox: Any, ending: str, form: bytes, changed: Iterable[bytes]) -> Counter[Outcome]:
    """What came of each mutant, put into the inbox alone."""
    name = f"梧桐里10月.{ending}"
    path = inbox.put(name, form)
    before = inbox.read()
    assert len(before.submissions) == 1
    found: Counter[Outcome] = Counter()
    for mutant in changed:
        path.write_bytes(mutant)
        after = inbox.read()
        assert [file.file.name for file in after.files] == [name]
        assert after.files[0].reason or after.submissions
        found[outcome_of(before, after)] += 1
    return found


def test_a_flipped_byte_of_a_package_changes_no_value(inbox: Any) -> None:
    form = inbox.form()
    found = outcomes(inbox, "xlsx", form, mutants(form, flipped, count=200, seed=SEED))
    assert set(found) <= {Outcome.SAME, Outcome.REFUSED}
    assert found[Outcome.REFUSED] > 150


@pytest.mark.parametrize("write", [as_ods, as_xlsb])
def test_a_flipped_byte_of_another_package_changes_no_value(
    inbox: Any, worker: Worker, write: Callable[..., bytes]
) -> None:
    form = write(cells_of(inbox.form()))
    found = outcomes(inbox, "ods", form, mutants(form, flipped, count=60, seed=SEED))
    assert set(found) <= {Outcome.SAME, Outcome.REFUSED}
    assert worker.deaths == 0


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_mutated_xml_changes_no_value_without_a_word(inbox: Any, worker: Worker, ending: str) -> None:
    form = counted_xlsx(inbox.form()) if ending == "xlsx" else as_ods(counted(cells_of(inbox.form())))
    parts = parts_of(form)
    changed = mutants(form, lambda _, chance: with_mutated_xml(parts, chance), count=200, seed=SEED)
    found = outcomes(inbox, ending, form, changed)
    # A text that lost its mark leaves the number of a shared text, which its sheet's control totals tell; an .ods keeps
    # what shows beside what is stored.
    assert set(found) <= {Outcome.SAME, Outcome.REFUSED, Outcome.TOLD}
    assert found[Outcome.REFUSED] > 50
    assert worker.deaths == 0


def test_flipped_bytes_of_an_xls_change_nothing_but_characters_without_a_word(inbox: Any, worker: Worker) -> None:
    form = as_xls(counted(cells_of(inbox.form())))
    found = outcomes(inbox, "xls", form, mutants(form, flipped, count=200, seed=SEED))
    # The format has no checksum. Control totals tell numbers, days, places and lengths, not one character from another.
    assert found[Outcome.SLIPPED] == 0
    assert found[Outcome.REFUSED] > 0
    assert found[Outcome.TOLD] > 0
    assert worker.deaths <= 2  # calamine may abort: that is why it has a process of its own


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "xlsb"])
def test_pieces_of_a_form_give_no_value(inbox: Any, worker: Worker, ending: str) -> None:
    cells = cells_of(inbox.form())
    form = {
        "xlsx": inbox.form,
        "xls": lambda: as_xls(cells),
        "ods": lambda: as_ods(cells),
        "xlsb": lambda: as_xlsb(cells),
    }
    content = form[ending]()
    found = outcomes(inbox, ending, content, mutants(content, cut, count=30, seed=SEED))
    assert set(found) <= {Outcome.REFUSED, Outcome.SAME, *({Outcome.TOLD} if ending == "xls" else ())}
    assert worker.deaths == 0


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(content=st.one_of(st.binary(max_size=2_000), st.binary(max_size=500).map(b"PK\x03\x04".__add__)))
def test_any_bytes_have_a_verdict(inbox: Any, worker: Worker, content: bytes) -> None:
    path = inbox.put("梧桐里.xlsx", content)
    assert read_file(path).size == len(content)
    (file,) = inbox.read().files
    assert file.reason
    assert worker.deaths == 0


def test_the_same_seed_gives_the_same_mutants() -> None:
    content = random.Random(7).randbytes(300)  # noqa: S311 - any bytes will do
    assert list(mutants(content, flipped, count=5, seed=3)) == list(mutants(content, flipped, count=5, seed=3))
    assert len(set(mutants(content, cut, count=5, seed=3))) == 5
