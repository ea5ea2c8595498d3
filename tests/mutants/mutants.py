"""Mutants: forms with one damage or several, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

from aggregator.model.value import ValueState
from tests.desk import FILE, Desk
from tests.mutants import contents, labels, rows_and_columns, whole_files
from tests.mutants.book import Mark
from tests.mutants.damage import Damage, Form, Phase
from tests.mutants.judge import Before, Judged, before_of, judge
from tests.mutants.package import read_book, write_book

DAMAGES: dict[str, Damage] = {
    damage.name: damage
    for damage in (*rows_and_columns.DAMAGES, *labels.DAMAGES, *contents.DAMAGES, *whole_files.DAMAGES)
}
_MOST_AT_ONCE = 4


@dataclass(frozen=True)
class Mutants:
    """Makes mutants of the form of a desk and judges them; `saved` is what another program makes of a file."""

    desk: Desk
    saved: Callable[[bytes], bytes] = bytes

    @cached_property
    def before(self) -> Before:
        """What the untouched form says, saved as its mutants are."""
        known = self._untouched
        return before_of(self.desk, self.saved(write_book(known.book, known.dialect)))

    @cached_property
    def _untouched(self) -> Form:
        derived = self.desk.batch(self.desk.read(self.desk.form)).submissions[0].values.values()
        names = {one.element: self.desk.catalog.elements[one.element].name for one in derived}
        shown = {names[one.element]: f"{one.value}" for one in derived if one.state is ValueState.VALUE}
        return Form(read_book(self.desk.form), read_book(self.desk.neighbour), FILE, shown=shown)

    def one(self, damages: tuple[Damage, ...], seed: str) -> Judged:
        """The form with some damages."""
        chance = Random(seed)  # noqa: S311  # the same mutant in every run
        known = self._untouched
        form = Form(known.book.copy(), known.neighbour, FILE, shown=known.shown)
        done: dict[int, tuple[Damage, Mark]] = {}
        for number, damage in enumerate(sorted(damages, key=lambda each: each.phase)):
            mark = damage.do(form, chance)
            done[number] = damage, mark
            for sheet in form.book.sheets:
                if mark.sheet and sheet.origin == mark.sheet:
                    sheet.marks.append(mark)
        content = self.saved(write_book(form.book, form.dialect))
        return judge(done, content=content, file=form.file, book=form.book, desk=self.desk, before=self.before)


def several(seed: int) -> tuple[Damage, ...]:
    """Two to four damages: of rows, of columns and of the whole file at most one each."""
    chance = Random(f"several {seed}")  # noqa: S311  # the same mutant in every run
    wanted = chance.randint(2, _MOST_AT_ONCE)
    chosen: list[Damage] = []
    for damage in chance.sample(list(DAMAGES.values()), len(DAMAGES)):
        if damage.phase is Phase.CELLS or damage.phase not in {each.phase for each in chosen}:
            chosen.append(damage)
        if len(chosen) == wanted:
            break
    return tuple(chosen)


def singles(each: int) -> Iterator[tuple[Damage, str]]:
    """Every damage alone, some times."""
    for damage in DAMAGES.values():
        for number in range(each):
            yield damage, f"{damage.name} {number}"
