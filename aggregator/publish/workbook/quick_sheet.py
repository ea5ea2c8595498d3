"""XlsxWriter's innermost steps, shortened for the kinds of cells of which a month has hundreds of thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from aggregator.model.address import column_letters

#: XlsxWriter's names for what stands in a cell.
_TEXT, _NUMBER, _BLANK = "String", "Number", "Blank"
_PLAIN = frozenset({_TEXT, _NUMBER, _BLANK})
_ROWS_A_SPAN = 16  # so many rows tell together from which column to which they have cells


class QuickSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter ships no types
    """A sheet in the bytes of XlsxWriter's own, written in two thirds of its time.

    XlsxWriter makes a list of attributes for each cell and searches each of them for signs to escape, which an address
    and the number of a format never have. Whatever is not a text, a number or a blank in a format is left to it; a
    test compares the two. Should XlsxWriter call these steps otherwise one day, its own are used.
    """

    #: Without the look at each cell whether its row is meant for an address such as "A1".
    put_text, put_number, put_blank = Worksheet._write_string, Worksheet._write_number, Worksheet._write_blank  # noqa: SLF001  # a sheet's own

    def _write_rows(self) -> None:
        if self.constant_memory or self.comments:
            super()._write_rows()
            return
        self._calculate_spans()
        styles: dict[Format, str] = {}
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            cells, info = self.table.get(row), self.row_info.get(row)
            span = self.row_spans.get(row // _ROWS_A_SPAN)
            if cells:
                self._write_row(row, span, info)
                self._write_cells(row, cells, styles)
                self._xml_end_tag("row")
            elif info is not None:
                self._write_empty_row(row, span, info)

    def _write_cells(self, row: int, cells: Mapping[int, Any], styles: dict[Format, str]) -> None:
        """The cells of a row; `styles` keeps the number of each format."""
        written: list[str] = []
        for column in sorted(cells):
            cell = cells[column]
            kind, style = type(cell).__name__, cell.format
            if style is None or kind not in _PLAIN:
                self.fh.write("".join(written))
                written.clear()
                self._write_cell(row, column, cell)
                continue
            if style not in styles:
                styles[style] = str(style._get_xf_index())  # noqa: SLF001  # the step overridden asks the same
            start = f'<c r="{column_letters(column + 1)}{row + 1}" s="{styles[style]}"'
            if kind == _TEXT:
                written.append(f'{start} t="s"><v>{cell.string}</v></c>')
            elif kind == _NUMBER:
                written.append(f"{start}><v>{cell.number:.16G}</v></c>")
            else:
                written.append(f"{start}/>")
        self.fh.write("".join(written))

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
