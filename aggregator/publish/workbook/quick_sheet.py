"""XlsxWriter's innermost steps, shortened for the kinds of cells of which a month has hundreds of thousands."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from xlsxwriter.worksheet import Worksheet

from aggregator.model.address import column_letters

#: XlsxWriter's names for what stands in a cell.
_TEXT, _NUMBER, _BLANK = "String", "Number", "Blank"
_ROWS_A_SPAN = 16  # so many rows tell together from which column to which they have cells


class QuickSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter ships no types
    """A sheet in the bytes of XlsxWriter's own, written in two thirds of its time.

    XlsxWriter makes a list of attributes for each cell and searches each of them for signs to escape, which an address
    and the number of a format never have. Whatever is not a text, a number or a blank in a format is left to it; a
    test compares the two. Should XlsxWriter call these steps otherwise one day, its own are used.
    """

    #: Without the look at each cell whether its row is meant for an address such as "A1".
    put_text, put_number, put_blank = Worksheet._write_string, Worksheet._write_number, Worksheet._write_blank  # noqa: SLF001  # a sheet's own

    def _write_cell(self, row: int, column: int, cell: Any) -> None:
        kind = type(cell).__name__
        if cell.format is None or kind not in {_TEXT, _NUMBER, _BLANK} or self.constant_memory:
            super()._write_cell(row, column, cell)
            return
        start = f'<c r="{column_letters(column + 1)}{row + 1}" s="{cell.format._get_xf_index()}"'  # noqa: SLF001  # the step overridden asks the same
        if kind == _TEXT:
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')
        elif kind == _NUMBER:
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(f"{start}/>")

    def _calculate_spans(self) -> None:
        if self.comments:
            super()._calculate_spans()
            return
        columns: defaultdict[int, list[int]] = defaultdict(list)
        for row, cells in self.table.items():
            if cells:
                columns[row // _ROWS_A_SPAN] += (min(cells), max(cells))
        self.row_spans = {span: f"{min(used) + 1}:{max(used) + 1}" for span, used in columns.items()}

    def _assemble_xml_file(self) -> None:
        super()._assemble_xml_file()
        # Of a large street the cells are hundreds of megabytes, which all sheets together would hold to the end.
        self.table.clear()
