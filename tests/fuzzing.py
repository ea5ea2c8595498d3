"""Mutants of a form, seeded, and what came of reading them; used by the suite and by `benchmarks/fuzz.py`."""

from __future__ import annotations

import random
import re
import select
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import Workbook
from aggregator.intake.opening import Opened
from aggregator.intake.other_formats.reader import _answer
from aggregator.intake.returns import Intake
from aggregator.model.consolidation import Verdict
from aggregator.model.value import Gap, ValueState
from tests.other_workbooks import packed
from tests.workbooks import values_of

_SECONDS = 20


class Outcome(StrEnum):
    """What came of a mutant: the same values, a refusal, a finding that the form did not have, or nothing of these."""

    SAME = "same values"
    REFUSED = "refused"
    TOLD = "told by a finding"
    MISSPELT = "other characters without a word"
    SLIPPED = "other values without a word"


def outcome_of(before: Intake, after: Intake) -> Outcome:
    """What came of a mutant, against the reading of the form it was made from.

    A value that cannot be read is told by the checks, which name every such cell.
    """
    if any(file.verdict is Verdict.UNREADABLE for file in after.files):
        return Outcome.REFUSED
    changed = list(differences(values_of(before), values_of(after)))
    if not changed:
        return Outcome.SAME
    known = {finding.message for finding in before.findings}
    is_told = any(finding.message not in known for finding in after.findings)
    silent = [each for each in changed if not _is_unreadable(each[2])]
    if is_told or not silent:
        return Outcome.TOLD
    return Outcome.MISSPELT if all(_is_misspelt(*each) for each in silent) else Outcome.SLIPPED


def differences(one: object, other: object, where: str = "") -> Iterator[tuple[str, object, object]]:
    """Where two readings differ, what stands there in the one and what in the other."""
    if one == other:
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            yield from differences(one.get(key), other.get(key), f"{where}/{key}")
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        if _is_unreadable(other):
            yield where, one, other
            return
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{where}/{number}")
    else:
        yield where, one, other


def _is_unreadable(value: object) -> bool:
    return value is Gap.UNREADABLE or (isinstance(value, tuple) and value[:1] == (ValueState.UNREADABLE,))


def _is_misspelt(where: str, one: object, other: object) -> bool:
    """Whether a text has as many characters as before, of which some are others, or a label of the cover has."""
    is_of_cover = where.split("/")[2:3] == ["3"]
    return is_of_cover or (isinstance(one, str) and isinstance(other, str) and len(one) == len(other))


# ---- mutants


def flipped(content: bytes, chance: random.Random) -> bytes:
    """A file with one to three bytes changed."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3))):
        changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    """A file of which the end, the beginning or a piece is gone."""
    start, end = sorted(chance.sample(range(len(content)), 2))
    return chance.choice((content[:start], content[end:], content[:start] + content[end:]))


def with_mutated_xml(parts: dict[str, bytes], chance: random.Random) -> bytes:
    """A package whose checksums are right and one of whose parts somebody has mangled."""
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    mangled = chance.choice(_MANGLINGS)(parts[name].decode(), chance)
    return packed(parts | {name: mangled.encode("utf-8", "surrogatepass")}, stored=("mimetype",))


def _without_a_tag(xml: str, chance: random.Random) -> str:
    start, end = _any(r"<[^>]*>", xml, chance)
    return xml[:start] + xml[end:]


def _with_a_tag_twice(xml: str, chance: random.Random) -> str:
    start, end = _any(r"<[^>]*>", xml, chance)
    return xml[:end] + xml[start:]


def _without_an_attribute(xml: str, chance: random.Random) -> str:
    start, end = _any(r' [\w:]+="[^"]*"', xml, chance)
    return xml[:start] + xml[end:]


def _with_attributes_swapped(xml: str, chance: random.Random) -> str:
    (a, b), (c, d) = sorted((_any(r'(?<==")[^"]*(?=")', xml, chance), _any(r'(?<==")[^"]*(?=")', xml, chance)))
    return xml[:a] + xml[c:d] + xml[b:c] + xml[a:b] + xml[d:] if b <= c else xml


def _with_an_odd_attribute(xml: str, chance: random.Random) -> str:
    start, end = _any(r'(?<==")[^"]*(?=")', xml, chance)
    odd = ("", "-1", "4294967296", "1e99", "A0", "XFE1", "Ａ１", "\u202e", "&amp;", "x" * 9_000, "../../x", "true")
    return xml[:start] + chance.choice(odd) + xml[end:]


def _with_rubbish(xml: str, chance: random.Random) -> str:
    at = chance.randrange(len(xml) + 1)
    rubbish = (
        "\0",
        "<",
        "&",
        "&x;",
        "]]>",
        "<!--",
        "<?x?>",
        "\ufffe",
        "<c><v>7</v></c>",
        "</row>",
        "<![CDATA[",
        "\ud800",
    )
    return xml[:at] + chance.choice(rubbish) + xml[at:]


def _cut_short(xml: str, chance: random.Random) -> str:
    return xml[: chance.randrange(len(xml) + 1)]


def _with_a_piece_elsewhere(xml: str, chance: random.Random) -> str:
    a, b, c = sorted(chance.sample(range(len(xml) + 1), 3))
    return xml[:a] + xml[b:c] + xml[a:b] + xml[c:]


_RUBBISH = ("\0", "<", "&", "&x;", "]]>", "<!--", "<?x?>", "\ufffe", "<c><v>7</v></c>", "</row>", "<![CDATA[", "\ud800")
_MANGLINGS: tuple[Callable[[str, random.Random], str], ...] = (
    _without_a_tag,
    _with_a_tag_twice,
    _without_an_attribute,
    _with_attributes_swapped,
    _with_an_odd_attribute,
    _with_rubbish,
    _cut_short,
    _with_a_piece_elsewhere,
)


def _any(pattern: str, xml: str, chance: random.Random) -> tuple[int, int]:
    found = [match.span() for match in re.finditer(pattern, xml)]
    return chance.choice(found) if found else (0, 0)


# ---- reading many of them


class Worker:
    """Reads other formats as the child does, one file after the other, in a process that is replaced when it dies.

    The child of the product starts anew for each file; thousands of mutants would take hours so.
    """

    def __init__(self) -> None:
        self.deaths = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, opened: Opened, **_: Any) -> Workbook:
        """What a workbook holds, as `read_in_child` gives it."""
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        try:
            process.stdin.write(struct.pack("<I", len(opened.file.content)) + opened.file.content)
            process.stdin.flush()
            is_there = select.select([process.stdout], [], [], _SECONDS)[0]
            head = process.stdout.read(4) if is_there else b""
            answer = process.stdout.read(struct.unpack("<I", head)[0]) if len(head) == 4 else b""
        except BrokenPipeError:
            answer = b""
        if not answer:
            self.deaths += 1
            self._end()
            raise UnreadableFileError(Cause.READER_DIED)
        return replace(_answer(answer, opened.file), file_format=opened.format)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            command = (sys.executable, "-m", "tests.fuzzing")
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[1],
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _serve() -> None:
    """Answer for one file after the other until there is none."""
    from aggregator.intake.other_formats.child import answer_for  # noqa: PLC0415 - only in the worker

    while True:
        head = sys.stdin.buffer.read(4)
        if len(head) < 4:
            return
        answer = answer_for(sys.stdin.buffer.read(struct.unpack("<I", head)[0]))
        sys.stdout.buffer.write(struct.pack("<I", len(answer)) + answer)
        sys.stdout.buffer.flush()


def mutants(content: bytes, way: Callable[[bytes, random.Random], bytes], *, count: int, seed: int) -> Iterator[bytes]:
    """So many mutants of a file; the same ones each time."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    for _ in range(count):
        yield way(content, chance)


if __name__ == "__main__":
    _serve()
