"""Reads the table of texts that the cells of a workbook share."""

from aggregator.intake.sheet_part import Cell, CellKind, needs_namespaces, unescape
from aggregator.intake.xml_part import Budget, Handlers, parse_part


def read_shared_strings(name: str, part: bytes, budget: Budget) -> list[Cell | None]:
    """Return one ready cell for each shared text, None for an empty one; the announced counts are not trusted."""
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
            self.cells.append(
                _new_tuple(Cell, (_TEXT, unescape(text) if "_x" in text else text, None, False, False, False))
                if text
                else None
            )
        elif tag == "rPh":
            self._is_phonetic = False


_TEXT = CellKind.TEXT
_new_tuple = tuple.__new__  # the constructor of a named tuple is a function in Python around it
