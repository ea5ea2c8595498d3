"""Reads one opened workbook file: an ordinary .xlsx here, a large one or another format in a process that may die."""

from __future__ import annotations

from aggregator.intake.causes import Cause, UnreadableFileError
from aggregator.intake.cells import Workbook, read_cells
from aggregator.intake.file_kind import Format
from aggregator.intake.opening import XML_ENDINGS, Opened, unpack_opened
from aggregator.intake.other_formats.reader import read_in_child

#: Of inflated XML; a form has two million. Measured on hostile packages, so many take five seconds, five times as many
#: twenty.
MAX_BYTES_HERE = 20_000_000


def read_opened(opened: Opened) -> Workbook:
    """What a workbook file of any format holds."""
    if opened.format is Format.ARCHIVE:
        raise UnreadableFileError(Cause.NESTED_ARCHIVE)
    declared = sum(member.file_size for name, member in opened.members.items() if name.endswith(XML_ENDINGS))
    if opened.format is Format.XLSX and declared <= MAX_BYTES_HERE:
        return read_cells(unpack_opened(opened))
    return read_in_child(opened)
