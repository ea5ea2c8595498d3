"""The pattern against expat: whatever a table of texts holds, both say the same of it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from aggregator.intake.causes import UnreadableFileError
from aggregator.intake.cells import Cell, CellKind
from aggregator.intake.shared_strings import parse_shared_strings, read_shared_strings, scan_shared_strings
from aggregator.intake.xml_part import Budget

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def texts(items: str, *, start: str = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n') -> bytes:
    """A table of texts."""
    return f'{start}<sst xmlns="{MAIN}" count="9" uniqueCount="9">{items}</sst>'.encode()


def texts_of(read: Callable[[str, bytes, Budget], list[Cell | None] | None], part: bytes) -> object:
    """What a reader says of a table of texts."""
    try:
        return read("sst.xml", part, Budget())
    except UnreadableFileError as error:
        return error.cause, error.detail


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("<si><t>东风</t></si><si><t></t></si><si><t>a&amp;b&lt;</t></si>", ["东风", None, "a&b<"]),
        ('<si><t xml:space="preserve"> 东 </t><phoneticPr fontId="1" type="noConversion"/></si>', [" 东 "]),
        ("<si><t>一_x000D_\n二</t></si>", ["一\r\n二"]),
    ],
)
def test_plain_texts_are_read_by_the_pattern(items: str, expected: list[str | None]) -> None:
    found = scan_shared_strings("sst.xml", texts(items), Budget())
    assert found == [text and Cell(CellKind.TEXT, text) for text in expected]
    assert found == parse_shared_strings("sst.xml", texts(items), Budget())


@pytest.mark.parametrize(
    "part",
    [
        texts("<si><r><t>东</t></r><r><t>风</t></r></si>"),
        texts("<si><t>东</t><rPh sb='0' eb='1'><t>x</t></rPh></si>"),
        texts("<si><t/></si>"),
        texts("<si/>"),
        texts("<si><t>a</t></si>\n<si><t>b</t></si>"),
        texts("<si><t>a&#65;</t></si>"),
        texts("<si><t>a&b;</t></si>"),
        texts("<si><t>a]]>b</t></si>"),
        texts("<si><t>a\r\nb</t></si>"),
        texts("<si><t>a\x02b</t></si>"),
        texts("<si><t>a</t></si><!-- -->"),
        texts("<!-- <si><t>a</t></si> -->"),
        texts("<si><t>a</t></si><si>"),
        texts("<si><t>a</si></t>"),
        texts('<si><t>a</t><phoneticPr fontId="1" fontId="1"/></si>'),
        texts("<si><t>a</t></si><extLst/>"),
        texts("<si><t>a</t></si>") + b"<more/>",
        texts("<si><t>a</t></si>")[:-3],
        texts("<si><t>a</t></si>", start='<?xml version="1.0" encoding="gbk"?>'),
        texts("<si><t>a</t></si>", start="<!DOCTYPE sst>"),
        texts("<si><t>a</t></si>").replace(b"count", b"uniqueCount"),
        texts("<si><t>a</t></si>").replace(b">a<", b">\xff<"),
        texts("<si><t>a</t></si>").replace(b"<sst", f'<sst xmlns:x="{MAIN}"'.encode()),
        b"",
    ],
)
def test_unusual_texts_are_left_to_expat(part: bytes) -> None:
    assert scan_shared_strings("sst.xml", part, Budget()) is None
    assert texts_of(read_shared_strings, part) == texts_of(parse_shared_strings, part)


@pytest.mark.parametrize("seed", range(5))
def test_both_readers_say_the_same_of_mangled_texts(
    seed: int, mangled: Callable[[bytes, random.Random], bytes]
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    part = texts("".join(f'<si><t xml:space="preserve">东{n}&amp;</t></si><si><t>{n}</t></si>' for n in range(9)))
    for _ in range(100):
        broken = mangled(part, chance)
        assert texts_of(read_shared_strings, broken) == texts_of(parse_shared_strings, broken), broken
