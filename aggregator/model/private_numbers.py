"""Numbers in running text by which a person could be reached or found: telephones, identity cards, rooms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from aggregator.model.masking import masked_name

_DIGIT = "[0-9０-９]"
_IDENTITY = rf"(?<!{_DIGIT}){_DIGIT}{{17}}[0-9０-９XxＸｘ](?!{_DIGIT})|(?<!{_DIGIT}){_DIGIT}{{15}}(?!{_DIGIT})"
_PHONE = (
    rf"(?<!{_DIGIT})[1１][3-9３-９]{_DIGIT}(?:[-－ ]?{_DIGIT}){{8}}(?!{_DIGIT})"
    rf"|(?<!{_DIGIT})[0０]{_DIGIT}{{2,3}}[-－) ）]{_DIGIT}{{7,8}}(?!{_DIGIT})"
)
# A building alone is no private address (8号楼前的空地); a flat in it is. Other long numbers are masked as before.
_ROOM = (
    rf"[A-Za-z{_DIGIT[1:-1]}一二三四五六七八九十]+(?:号楼|栋|幢|座|单元)"
    rf"(?:{_DIGIT}+单元)?{_DIGIT}{{3,4}}(?:室|号房|户)?(?!{_DIGIT})"
    rf"|{_DIGIT}{{1,3}}(?:号楼|栋|幢)?[-－]{_DIGIT}{{1,2}}[-－]{_DIGIT}{{3,4}}(?!{_DIGIT})室?"
    rf"|(?<!{_DIGIT}){_DIGIT}{{3,4}}(?:室|号房)(?![内外]?[多几])"
)
_LONG = rf"{_DIGIT}(?:{_DIGIT}|[-－ ](?={_DIGIT})){{5,}}{_DIGIT}[Xx]?"
_PRIVATE = re.compile(f"(?P<identity>{_IDENTITY})|(?P<phone>{_PHONE})|(?P<room>{_ROOM})|(?P<long>{_LONG})")
# Amounts and counts may be long too: what a measure word follows is no telephone.
_COUNTED = re.compile(r"\s*(?:余|多)?(?:万|亿|元|人|名|户|件|次|份|平方米|米|个|条|张|篇|公里)")
# 2026-10-15, 2025-2026: a day or years, nobody's number.
_DAYS = re.compile(r"(?:19|20)[0-9]{2}[-－](?:[01]?[0-9](?:[-－][0-3]?[0-9])?|(?:19|20)[0-9]{2})$")
# Most texts have none: a cheap look first.
_MAY_BE = re.compile(rf"{_DIGIT}[-－) ）0-9０-９]{{2}}")
_DIGIT_SIGNS = re.compile(_DIGIT)


class PrivateKind(StrEnum):
    """What a private number is."""

    IDENTITY = "identity"
    PHONE = "phone"
    ROOM = "room"
    LONG = "long"

    @property
    def label(self) -> str:
        """As a clerk reads it."""
        return {"identity": "证件号码", "phone": "电话号码", "room": "门牌号", "long": "长号码"}[self.value]


@dataclass(frozen=True, slots=True)
class PrivateNumber:
    """A private number in a text, where it stands, and how it may be shown."""

    kind: PrivateKind
    start: int
    end: int
    shown: str


def private_numbers(text: str) -> Iterator[PrivateNumber]:
    """The private numbers of a text, in their order."""
    if not _MAY_BE.search(text):
        return
    for match in _PRIVATE.finditer(text):
        kind = PrivateKind(str(match.lastgroup))
        if kind in {PrivateKind.LONG, PrivateKind.PHONE} and _COUNTED.match(text, match.end()):
            continue
        if kind is PrivateKind.LONG and _DAYS.match(match[0]):
            continue
        shown = _DIGIT_SIGNS.sub("*", match[0]) if kind is PrivateKind.ROOM else masked_name(match[0])
        yield PrivateNumber(kind, match.start(), match.end(), shown)


def without_private_numbers(text: str) -> str:
    """The text with its private numbers masked."""
    parts, at = [], 0
    for number in private_numbers(text):
        parts += [text[at : number.start], number.shown]
        at = number.end
    return "".join([*parts, text[at:]])
