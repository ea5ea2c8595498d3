"""Precision and recall of the overlap detection on `pairs.txt`, or on another file of labelled pairs.

Run from the repository's root: python benchmarks/overlap/measure.py [--misses] [FILE]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aggregator.catalog import load_catalog
from aggregator.model.org_unit import Street
from aggregator.model.period import Period
from aggregator.model.value import LedgerRow
from aggregator.narrative.check import compactor_of
from aggregator.narrative.overlap import Overlap, find_overlaps
from aggregator.narrative.stories import Story

FOLDER = Path(__file__).parent
#: What should be found; a paraphrase without figures is nobody's copy by its words and is counted apart.
POSITIVE = ("copied", "near", "figures")
NEGATIVE = ("theme", "phrase")
_OCTOBER = Period.month(2026, 10)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of different communities and what a reader calls them."""

    block: int
    label: str
    one: str
    other: str


def read_pairs(path: Path) -> Iterator[Pair]:
    """The labelled pairs of a file."""
    block, first = 0, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        head, _, text = line.partition(" ")
        if head == "=":
            block, first = block + 1, text
        elif line and head != "#":
            yield Pair(block, head, first, text)


def story(unit: str, text: str) -> Story:
    """A text as a row of a unit."""
    return Story("nar_highlight", LedgerRow("texts", unit, _OCTOBER, 5, {"body": text}), None)


def found_in(pair: Pair) -> Overlap | None:
    """What the detection finds in a pair."""
    compactor = compactor_of(load_catalog(), Street(units=()))
    return next(iter(find_overlaps([story("C01", pair.one), story("C02", pair.other)], compactor)), None)


def table(name: str, results: Sequence[tuple[Pair, Overlap | None]]) -> None:
    """Print how many of each label were found, then precision and recall."""
    asked = Counter(pair.label for pair, _ in results)
    found = Counter(pair.label for pair, overlap in results if overlap)
    right, wrong = sum(found[label] for label in POSITIVE), sum(found[label] for label in NEGATIVE)
    wanted = sum(asked[label] for label in POSITIVE)
    print(f"{name}: {len(results)} pairs")
    for label in (*POSITIVE, "paraphrase", *NEGATIVE):
        print(f"  {label:<11} found {found[label]:>3} of {asked[label]:>3}")
    print(f"  precision {right / max(1, right + wrong):.3f}   recall {right / max(1, wanted):.3f}")


def main() -> None:
    """Measure and print."""
    started = time.perf_counter()
    named = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("--")]
    results: list[tuple[Pair, Overlap | None]] = []
    for path in named or sorted(FOLDER.glob("*.txt")):
        here = [(pair, found_in(pair)) for pair in read_pairs(path)]
        table(path.name, here)
        results += here
    print(f"{time.perf_counter() - started:.2f} s, catalog included")
    if "--misses" in sys.argv:
        for pair, overlap in results:
            if bool(overlap) != (pair.label in POSITIVE):
                print(f"\n{pair.block} {pair.label} → {overlap.kind if overlap else 'nothing'}")
                print(f"  {pair.one}\n  {pair.other}")


if __name__ == "__main__":
    main()
