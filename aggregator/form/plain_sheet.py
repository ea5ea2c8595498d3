"""Sheets of XlsxWriter whose texts and formulas are written as they stand."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet


class PlainSheet(Worksheet):  # type: ignore[misc]  # the library ships no types
    """A sheet for texts that mean nothing but themselves, and for formulas whose functions Excel 2010 knows.

    XlsxWriter searches each formula up to two hundred times for functions that are younger, which is more than half of
    the time that a form takes. Ours use none; a test holds that the bytes are the same.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002  # called so by the library
        """The formula without the braces of an array and without its equals sign."""
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")

    def _write_string(self, row: int, column: int, text: str, style: Any = None) -> int:
        """A text as somebody typed it; one that the library would take for its own mark-up is written in runs."""
        if text.startswith("<r>") and text.endswith("</r>"):
            runs = (text[0], text[1], text[2:])
            styled = [part for run in runs for part in (style, run)] + [style] if style else runs
            return int(self._write_rich_string(row, column, *styled))
        return int(super()._write_string(row, column, text, style))
