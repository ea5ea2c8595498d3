"""Reads the table of texts that the cells of a workbook share."""

import re

from aggregator.intake.causes import UnreadableFileError
from aggregator.intake.plain_xml import is_plain, resolved, sound
from aggregator.intake.sheet_part import Cell, CellKind, needs_namespaces, unescape
from aggregator.intake.xml_part import Budget, Handlers, check_part, parse_part

_OPENING = '<si><t(?: xml:space="preserve")?>'
# Behind a text Excel may say how it would show a reading aid.
_CLOSING = '</t>(?:<phoneticPr fontId="[0-9]+"(?: type="[A-Za-z]+")?/>)?</si>'
_are_plain = re.compile(f"(?:{_OPENING}[^<]*{_CLOSING})*").fullmatch
_texts = re.compile(f"{_OPENING}([^<]*)").findall
_is_frame = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?[^<>]*\?>\s*)?<sst [^<>]*[^<>/]></sst>\s*").fullmatch


def read_shared_strings(name: str, part: bytes, budget: Budget) -> list[Cell | None]:
    """Return one ready cell for each shared text, None for an empty one; the announced counts are not trusted."""
    cells = scan_shared_strings(name, part, budget)
    return parse_shared_strings(name, part, budget) if cells is None else cells


def scan_shared_strings(name: str, part: bytes, budget: Budget) -> list[Cell | None] | None:
    """Return the same for plain texts; None for expat to read a part, or to tell what is wrong with it."""
    first, last = part.find(b"<si>"), part.rfind(b"</sst>")
    frame = part[:first] + part[last:]
    if not is_plain(part) or not 0 < first < last or not _is_frame(frame) or needs_namespaces(frame):
        return None
    try:
        check_part(name, frame, budget)
        xml = sound(part[first:last].decode())
        if not _are_plain(xml):
            return None
        texts = [resolved(text) if "&" in text else text for text in _texts(xml)]
        cells = [_cell(text) for text in texts]
    except (UnreadableFileError, ValueError):
        return None
    budget.take_tags(part.count(b"<", first, last))
    budget.take(len(cells))
    budget.check_time()
    return cells


def _cell(text: str) -> Cell | None:
    """Return the cell of a shared text, None for an empty one."""
    if "_x" in text:
        text = unescape(text)
    return _new_tuple(Cell, (_TEXT, text, None, False, False, False)) if text else None


def parse_shared_strings(name: str, part: bytes, budget: Budget) -> list[Cell | None]:
    """Return the same for any part, by expat."""
    reader = _SharedStringsReader()
    handlers = Handlers(reader.start, reader.end, reader.pieces.append, lambda: len(reader.cells))
    parse_part(name, part, handlers, budget=budget, has_prefixes=needs_namespaces(part))
    return reader.cells


class _SharedStringsReader:
    __slots__ = ("_is_phonetic", "_runs", "cells", "pieces")

    def __init__(self) -> None:
        self.cells: list[Cell | None] = []
        self.pieces: list[str] = []
        self._runs: list[str] = []
        self._is_phonetic = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag == "t":
            self.pieces.clear()
        elif tag == "rPh":
            self._is_phonetic = True

    def end(self, tag: str) -> None:
        if tag == "t":
            if not self._is_phonetic:
                self._runs.extend(self.pieces)
        elif tag == "si":
            text = "".join(self._runs)
            self._runs.clear()
            self.cells.append(_cell(text))
        elif tag == "rPh":
            self._is_phonetic = False


_TEXT = CellKind.TEXT
_new_tuple = tuple.__new__  # the constructor of a named tuple is a function in Python around it
