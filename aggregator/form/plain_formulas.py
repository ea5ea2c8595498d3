"""Sheets of XlsxWriter whose formulas are written as they stand."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class PlainFormulaSheet(Worksheet):  # type: ignore[misc]  # the library ships no types
    """A sheet for formulas whose functions Excel 2010 knows.

    XlsxWriter searches each formula up to two hundred times for functions that are younger, which is more than half of
    the time that a form takes. Ours use none; a test holds that the bytes are the same.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002  # called so by the library
        """The formula without the braces of an array and without its equals sign."""
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")
